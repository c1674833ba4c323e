import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Store
import Trust
import Wire
import Words

struct Adopt: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Neem een initiatief van een partnerstad over.", "Take a partner city's initiative over."),
            discussion: both(
                """
                Zonder INITIATIEF: wie het openbare bestand maakte, wat erin staat, en wat daarvan al is overgenomen. Met een naam of een einde \
                van een kenmerk wordt het een eigen initiatief, met status 'idee', waar het vandaan komt (adapted_from), termen, behoeften, \
                beschrijving, lessen en notities; zonder mensen, plekken en data. Nog eens overnemen, ook op een andere laptop, geeft \
                niets dubbel. Is er daar iets nieuws, dan komt dat erbij; wat hier anders is, blijft en wordt getoond, tot u het met \
                --take van daar neemt. Wat een ander met uw initiatief leerde, komt terug als notities.

                De naam in het bestand zegt alleen wat de maker typte: bel, en vergelijk het kenmerk en de woorden.

                Voorbeelden: kith adopt berlijn.kithpublic
                             kith adopt berlijn.kithpublic Balkonbingo --area Zuid
                             kith adopt berlijn.kithpublic Balkonbingo --take lessons
                """,
                """
                Without INITIATIVE: who made the public file, what is in it, and what of that was taken over already. With a name or an \
                ending of a reference it becomes an initiative of your own, with status 'idea', where it comes from (adapted_from), terms, needs, \
                description, lessons and notes; without people, places and dates. Again, or on another laptop, brings nothing twice. \
                What is new there is added; what differs here stays and is shown, until you take it from there with --take. What others \
                learned with an initiative of yours comes back as notes.

                The name in the file only says what its maker typed: call, and compare the reference and the words.

                Examples: kith adopt berlin.kithpublic
                          kith adopt berlin.kithpublic 'Balcony bingo' --area South
                          kith adopt berlin.kithpublic 'Balcony bingo' --take lessons
                """))
    }

    @Argument(help: ArgumentHelp(both("Het openbare bestand.", "The public file."), valueName: both("bestand", "file")))
    var file: String

    @Argument(help: ArgumentHelp(both("Namen, of eindes van kenmerken in het bestand.", "Names, or endings of references in the file."), valueName: both("initiatief", "initiative")))
    var initiatives: [String] = []

    @Option(help: ArgumentHelp(both("Het gebied hier, voor wat nieuw is.", "The area here, for what is new."), valueName: both("gebied", "area")))
    var area: String?

    @Option(help: ArgumentHelp(
        both("Neem deze kolom van daar waar hij anders is; all: elke. Mag vaker.", "Take this column from there where it differs; all: each. May be repeated."),
        valueName: both("kolom", "column")))
    var take: [String] = []

    @Flag(help: ArgumentHelp(both("Alleen kijken.", "Only look."))) var dryRun = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        let columns: Set<String> = ["name", "activity_type", "recurrence", "description", "lessons", "title", "body", "all"]
        if let unknown = take.first(where: { !columns.contains($0) }) {
            throw ValidationError(both(
                "--take kent '\(plain(unknown))' niet; wel: \(columns.sorted().joined(separator: ", ")).",
                "--take does not know '\(plain(unknown))'; it knows: \(columns.sorted().joined(separator: ", "))."))
        }
        if initiatives.isEmpty, !take.isEmpty || area != nil {
            throw ValidationError(both("--take en --area horen bij een initiatief.", "--take and --area go with an initiative."))
        }
    }

    func run() throws {
        let meter = Meter()
        let publication = try about(file) { try Publication.read(file, progress: meter.show) }
        meter.clear()
        let replica = try options.open()
        let chosen = try publication.initiatives(named: initiatives)
        if chosen.isEmpty {
            try list(publication, replica)
        } else {
            if !dryRun { try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json) }
            let done = try replica.adopt(chosen, of: publication, area: area, taking: Set(take), dryRun: dryRun)
            try tell(done, publication, ShortIDs(replica.store))
        }
        try replica.close()
    }

    // MARK: What is in it

    private func list(_ publication: Publication, _ replica: Replica) throws {
        let all = publication.rows(of: "initiative")
        let isOwn = publication.space == replica.identity.space.id
        let looked = isOwn ? [] : try replica.adopt(all, of: publication, dryRun: true)
        let text = PublicationText(publication)
        if options.json {
            let initiatives = all.enumerated().map { index, row -> JSON in
                let adoption = looked.indices.contains(index) ? looked[index] : nil
                return .object([
                    ("id", .string(row.key[0])), ("name", row.text("name").map { .string($0) } ?? .null),
                    ("activity_type", row.text("activity_type").map { .string($0) } ?? .null),
                    ("status", row.text("status").map { .string($0) } ?? .null), ("state", adoption.map { .string($0.state.rawValue) } ?? .null),
                    ("own", adoption.flatMap { $0.state == .new ? nil : .string($0.record.text) } ?? .null),
                    ("new_rows", .number(adoption?.addedCount ?? 0)), ("different", .number(adoption?.differences.count ?? 0)),
                ])
            }
            return try Output.json(text.json + [("own_space", .bool(isOwn)), ("initiatives", .array(initiatives))])
        }
        let language = App.language
        let ids = try ShortIDs(replica.store)
        for line in text.lines { try Output.line(line) }
        guard !all.isEmpty else { return try Output.line(language.say(PublicSentence.adoptListEmpty)) }
        try Output.line(language.say(PublicSentence.adoptList, language.number(all.count)))
        for (index, row) in all.enumerated() {
            let name = [plain(row.text("name") ?? ""), row.text("activity_type").map { "(\(plain($0)))" } ?? ""].filter { !$0.isEmpty }
            let mark = looked.indices.contains(index) ? mark(looked[index], ids) : ""
            try Output.line(language.say(PublicSentence.adoptListLine, plain(String(row.key[0].suffix(8))), name.joined(separator: " "), mark))
        }
        if !isOwn, let first = all.first {
            try Output.line(language.say(PublicSentence.adoptHint, shellQuoted(file), shellQuoted(plain(String(first.key[0].suffix(8))))))
        }
    }

    private func mark(_ adoption: Adoption, _ ids: ShortIDs) -> String {
        let language = App.language
        let id = ids.text(adoption.record)
        return switch adoption.state {
        case .new: ""
        case .deleted: language.say(PublicSentence.adoptDeleted)
        case .returned: language.say(PublicSentence.adoptReturned, id, language.number(adoption.addedCount))
        case .known where adoption.addedCount == 0 && adoption.differences.isEmpty: language.say(PublicSentence.adoptKnown, id)
        case .known:
            language.say(PublicSentence.adoptKnownNews, id, language.number(adoption.addedCount), language.number(adoption.differences.count))
        }
    }

    // MARK: What was done

    private func tell(_ adoptions: [Adoption], _ publication: Publication, _ ids: ShortIDs) throws {
        if options.json {
            return try Output.json(PublicationText(publication).json + [
                ("adopted", .array(adoptions.map(json))), ("dry_run", .bool(dryRun)),
            ])
        }
        let language = App.language
        for line in PublicationText(publication).lines.prefix(3) { try Output.line(line) }
        for adoption in adoptions {
            let name = plain(adoption.name), id = ids.text(adoption.record)
            let sentence: PublicSentence = switch adoption.state {
            case .new: .adoptedNew
            case .known: .adoptedKnown
            case .returned: .adoptedReturned
            case .deleted: .adoptedDeleted
            }
            try Output.line(language.say(sentence, name, id))
            guard adoption.state != .deleted else { continue }
            if adoption.addedCount > 0 {
                try Output.line(language.say(PublicSentence.adoptedAdded, rowText(adoption.added)))
            } else if adoption.differences.isEmpty {
                try Output.line(language.say(PublicSentence.adoptedNothing))
            }
            for difference in adoption.differences {
                try Output.line(language.say(
                    difference.isTaken ? PublicSentence.differsTaken : .differs, language.kind(of: difference.record.table), ids.text(difference.record),
                    language.column(difference.column, in: difference.record.table), short(difference.here), short(difference.there)))
            }
            if adoption.state == .new { try Output.line(language.say(PublicSentence.adoptedNext, id)) }
        }
        if adoptions.contains(where: { $0.differences.contains { !$0.isTaken } }) { try Output.line(language.say(PublicSentence.differsRemedy)) }
        if dryRun { try Output.line(language.say(PublicSentence.adoptDry)) }
    }

    private func short(_ values: [Value]) -> String {
        let whole = kith.text(values)
        return whole.count > 60 ? whole.prefix(60) + "…" : whole
    }

    private func json(_ adoption: Adoption) -> JSON {
        .object([
            ("origin", .string(adoption.origin)), ("name", .string(adoption.name)), ("state", .string(adoption.state.rawValue)),
            ("id", .string(adoption.record.text)), ("new_rows", .number(adoption.addedCount)),
            ("added", .object(adoption.added.map { ($0.table, .number($0.rows)) })),
            ("differences", .array(adoption.differences.map { difference in
                .object(kith.json(difference.record) + [
                    ("column", .string(difference.column)), ("here", .array(difference.here.map { JSON($0) })),
                    ("there", .array(difference.there.map { JSON($0) })), ("taken", .bool(difference.isTaken)),
                ])
            })),
        ])
    }
}

/// A public bundle as it is told: whose, when, and what is in it.
struct PublicationText {
    private let publication: Publication

    init(_ publication: Publication) { self.publication = publication }

    var lines: [String] {
        let language = App.language
        let name = publication.name.isEmpty ? language.say(PublicSentence.publicNameless) : plain(publication.name)
        var lines = [
            language.say(PublicSentence.publicFrom, name, when(publication.packedMilliseconds), age(publication.packedMilliseconds)),
            language.say(PublicSentence.publicIdentity, publication.publisher.spoken, publication.space.spoken),
            language.say(PublicSentence.publicWords, WordCode.of(publication.digest)),
            language.say(PublicSentence.publicHolds, byteText(publication.byteCount), rowText(publication.counts)),
        ]
        if publication.unknownRowCount > 0 {
            lines.append(language.say(PublicSentence.publicUnknownRows, language.number(publication.unknownRowCount)))
        }
        return lines
    }

    var json: [(String, JSON)] {
        [
            ("public", .bool(true)), ("name", .string(publication.name)), ("device", .string(publication.publisher.spoken)),
            ("space_id", .string(publication.space.description)), ("made", .string(universalTime(publication.packedMilliseconds))),
            ("words", .string(WordCode.of(publication.digest))), ("publication", .string(publication.digest.description)),
            ("bytes", .number(publication.byteCount)), ("rows", .object(publication.counts.map { ($0.table, .number($0.rows)) })),
            ("unknown_rows", .number(publication.unknownRowCount)),
        ]
    }
}
