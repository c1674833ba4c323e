import ArgumentParser
import Community
import Engine
import Interchange
@preconcurrency import Glibc
import Platform
import Store
import Words

struct Duplicates: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon wie er misschien dubbel in staat.", "List who may be in twice."),
            discussion: both(
                """
                Niemand wordt vanzelf samengenomen: u beslist ('kith link', of hier met --review), en dat reist mee.

                De punten. Voornaam: dezelfde 22, roepnaam van dezelfde 17, lijkt erop 12-17, twijfel 6, voorletters 5, een \
                andere -30. Achternaam zonder tussenvoegsel: dezelfde 25, lijkt erop 7-20, deel van een dubbele 15, een andere \
                -22; ander tussenvoegsel -3; verwisseld -4. E-mail 30, mobiel nummer 25, ander telefoonnummer 12. Adres: \
                postcode 14 (lijkt 8, anders -6), huisnummer 10 (3, -8), straat 16 (6-14, -10), plaats 8 (2-7, -4). Een nummer \
                van zes of meer cijfers dat als hele notitie is bewaard: 40 (één teken anders 20); een dag 12 (6). Wat meer \
                dan acht contacten delen (een telefooncentrale, een groot gebouw) telt niet.
                In de lijst vanaf 20 punten. "Zeer waarschijnlijk" vraagt bovendien ten minste 4 punten buiten de naam: een \
                naam alleen voegt niemand samen; bij een ander huisnummer ten minste 37 punten voor de naam, bij een andere \
                achternaam hetzelfde huis. Een andere voornaam is een ander mens, hoe veel er ook gedeeld wordt, tenzij \
                een bewaard nummer overeenkomt; voorletters en twijfel zijn "mogelijk", tenzij e-mail, mobiel of zo'n nummer \
                overeenkomt.
                Van een lidnummer of geboortedatum in een ingelezen lijst is alleen een kenmerk bewaard (zie kith import --help): \
                gelijke kenmerken tellen 40 en 12. Een geboortedatum alleen is niet genoeg.

                Voorbeelden: kith duplicates --level very-likely
                             kith duplicates --review
                """,
                """
                Nobody is linked by itself: you decide ('kith link', or here with --review), and that travels.

                The points. Given name: the same 22, forms of one name 17, similar 12-17, unsure 6, initials 5, another -30. \
                Family name without infix: the same 25, similar 7-20, part of a double one 15, another -22; another infix -3; \
                exchanged -4. E-mail 30, mobile number 25, other telephone number 12. Address: postcode 14 (similar 8, other \
                -6), house number 10 (3, -8), street 16 (6-14, -10), city 8 (2-7, -4). A number of six or more digits kept as a \
                note of its own: 40 (one character off 20); a day 12 (6). What more than eight contacts share (a switchboard, a \
                large building) does not count.
                Listed from 20 points on. "Very likely" asks in addition for at least 4 points beyond the name: a name alone \
                joins nobody; with another house number at least 37 points for the name, with another family name the same house. \
                Another given name is another person, however much is shared, unless a kept number agrees; \
                initials and unsure names are "possible", unless e-mail, mobile or such a number agrees.
                Of a membership number or a birth date in an imported list only a mark was kept (see kith import --help): equal \
                marks count 40 and 12. A birth date alone is not enough.

                Examples: kith duplicates --level very-likely
                          kith duplicates --review
                """))
    }

    @Option(help: ArgumentHelp(both("Alleen very-likely of possible.", "Only very-likely or possible."), valueName: both("niveau", "level")))
    var level: String?

    @Option(help: ArgumentHelp(both("Ten hoogste zoveel.", "At most so many."), valueName: "n")) var limit: Int?

    @Flag(help: ArgumentHelp(both("Werk de lijst in één keer af.", "Work through the list in one sitting."))) var review = false

    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        if let level, Likeness.Level(rawValue: level) == nil {
            throw ValidationError(both("--level is very-likely of possible.", "--level is very-likely or possible."))
        }
        if let limit, limit < 1 { throw ValidationError(both("--limit is ten minste 1.", "--limit is at least 1.")) }
    }

    func run() throws {
        let replica = try options.open(forReading: !review)
        let pairs = try replica.duplicates(level: level.flatMap(Likeness.Level.init), limit: limit)
        if review {
            try DuplicateReview(replica: replica, isJSON: options.json).run(pairs)
        } else if options.json {
            try Output.json([("pairs", .array(pairs.map(json)))])
        } else {
            let ids = try ShortIDs(replica.store)
            for pair in pairs { try Output.line(text(pair, ids)) }
            try Output.line(pairs.isEmpty ? App.language.say(.duplicatesNone) : App.language.count(pairs.count, .duplicatesOne, .duplicatesMany))
            if !pairs.isEmpty { try Output.line(App.language.say(.duplicatesHint)) }
        }
        try replica.close()
    }

    private func json(_ pair: PossibleDuplicate) -> JSON {
        func side(_ side: PossibleDuplicate.Side) -> JSON {
            .object([
                ("id", .string(side.id.text)), ("name", .string(side.name)), ("details", .array(side.details.map { .string($0) })),
                ("source", side.source.map { .string($0) } ?? .null), ("source_uid", side.sourceUID.map { .string($0) } ?? .null),
            ])
        }
        return .object([
            ("contact", .string(pair.first.id.text)), ("other", .string(pair.second.id.text)),
            ("score", .number(pair.likeness.score)), ("level", .string(pair.likeness.level.rawValue)),
            ("reasons", .array(pair.likeness.reasons.map {
                .object([
                    ("reason", .string($0.reason.rawValue)), ("points", .number($0.points)),
                    ("text", .string(App.language.text($0.reason.phrase))),
                ])
            })),
            ("contacts", .array([side(pair.first), side(pair.second)])),
        ])
    }
}

/// A pair with its reasons, for people.
private func text(_ pair: PossibleDuplicate, _ ids: ShortIDs) -> String {
    let language = App.language
    let reasons = pair.likeness.reasons.map { "\(language.text($0.reason.phrase)) \($0.points > 0 ? "+" : "")\($0.points)" }
    let sides = [pair.first, pair.second].map {
        language.say(.sideLine, ids.text($0.id), plain($0.name), $0.details.map(plain).joined(separator: " · "))
    }
    return ([language.say(.pairLine, language.number(pair.likeness.score), language.say(pair.likeness.level))] + sides
        + [language.say(.reasonsLine, reasons.joined(separator: ", "))]).joined(separator: "\n")
}

/// The list worked through in one sitting: an answer a line, from the keyboard or from a script. Each verdict is kept at
/// once, so stopping half-way loses nothing.
private struct DuplicateReview {
    let replica: Replica
    let isJSON: Bool

    private enum Answer {
        case same, different, later, quit
    }

    func run(_ pairs: [PossibleDuplicate]) throws {
        var same = 0, different = 0, later = 0
        var asked = 0
        let ids = try ShortIDs(replica.store)
        var identities = try replica.store.identities()
        for pair in pairs {
            // What was said of others may have settled it.
            let isSettled = identities.person(of: pair.first.id.key[0]) == identities.person(of: pair.second.id.key[0])
            asked += 1
            guard !isSettled else { continue }
            Terminal.write(text(pair, ids) + "\n")
            switch answer() {
            case .same:
                try replica.link(pair.first.id, pair.second.id, .same)
                same += 1
            case .different:
                try replica.link(pair.first.id, pair.second.id, .different)
                different += 1
            case .later:
                later += 1
                continue
            case .quit:
                asked -= 1
                try finish(same, different, later, left: pairs.count - asked)
                return
            }
            identities = try replica.store.identities()
        }
        try finish(same, different, later, left: 0)
    }

    private func finish(_ same: Int, _ different: Int, _ later: Int, left: Int) throws {
        let language = App.language
        var text = language.say(.reviewDone, language.number(same), language.number(different), language.number(later))
        if left > 0 { text += "\n" + language.say(.reviewLeft, language.number(left)) }
        try say(
            text,
            or: [("same", .number(same)), ("different", .number(different)), ("later", .number(later)), ("left", .number(left))],
            isJSON: isJSON)
    }

    private func answer() -> Answer {
        while true {
            Terminal.write(App.language.say(.reviewQuestion))
            guard let line = readLine()?.lowercased() else { return .quit }
            switch (App.language, line.first) {
            case (.en, "s"), (.nl, "z"): return .same
            case (.en, "d"), (.nl, "v"): return .different
            case (_, "l"): return .later
            case (.en, "q"), (.nl, "s"): return .quit
            default: continue
            }
        }
    }
}

struct Link: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Zeg of twee contacten één persoon zijn.", "Say whether two contacts are one person."),
            discussion: both(
                """
                same: dezelfde; ze tellen als één, en wie het kleinste kenmerk heeft staat voor de groep. Er wordt niets verwijderd. \
                different: verschillend; ze komen niet meer bij 'kith duplicates'. undecided: toch weer open.
                Het reist mee naar de anderen; 'kith undo' maakt het ongedaan.
                Voorbeeld: kith link 'Mina van den Berg' 'Wilhelmina van den Berg' same --reason 'getrouwd, nieuwe naam'
                """,
                """
                same: one person; they count as one, and the smallest reference stands for the group. Nothing is deleted. different: \
                two people; 'kith duplicates' does not list them any more. undecided: open again.
                It travels to the others; 'kith undo' undoes it.
                Example: kith link 'Mina van den Berg' 'Wilhelmina van den Berg' same --reason 'married, new name'
                """))
    }

    @Argument(help: idHelp) var contact: String
    @Argument(help: ArgumentHelp(both("Het andere contact.", "The other contact."), valueName: "id")) var other: String
    @Argument(help: ArgumentHelp(both("same, different of undecided.", "same, different or undecided."), valueName: both("oordeel", "verdict")))
    var verdict: String
    @Option(help: ArgumentHelp(both("Waarom.", "Why."), valueName: both("tekst", "text"))) var reason: String?
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard IdentityVerdict(rawValue: verdict) != nil else {
            throw ValidationError(both("Het oordeel is same, different of undecided.", "The verdict is same, different or undecided."))
        }
    }

    func run() throws {
        guard let verdict = IdentityVerdict(rawValue: verdict) else { return }
        let replica = try options.open()
        let first = try options.record(contact, in: ["contact"], replica)
        let second: RecordID
        do {
            second = try options.record(other, in: ["contact"], replica)
        } catch let failure as Failure where failure.underlying as? StoreError == StoreError(.erased, "contact") {
            if !options.json { Terminal.write(App.language.say(.linkErased, try ShortIDs(replica.store).text(first), plain(other)) + "\n") }
            throw failure
        }
        guard first != second else { throw ValidationError(both("Geef twee verschillende contacten.", "Give two different contacts.")) }
        let record = try replica.link(first, second, verdict, reason: reason)
        let identities = try replica.store.identities(around: record.key)
        let meaning: FindingSentence = switch verdict {
        case .same: .linkedSame
        case .different: .linkedDifferent
        case .undecided: .linkedUndecided
        }
        let ids = try ShortIDs(replica.store)
        let isContradictory = identities.contradictions.contains { found in
            ([found.different] + found.same).contains { [$0.contact, $0.other] == record.key }
        }
        let group = identities.contacts(of: record.key[0])
        try say(
            App.language.say(
                .linked, "\(try replica.title(of: first, App.language)) (\(ids.text(first)))",
                "\(try replica.title(of: second, App.language)) (\(ids.text(second)))", App.language.say(meaning)),
            or: [
                ("contact", .string(record.key[0])), ("other", .string(record.key[1])), ("verdict", .string(verdict.rawValue)),
                ("group", .array((group.count > 1 ? group : []).map { .string($0) })),
                ("contradictory", .bool(isContradictory)),
            ], isJSON: options.json)
        try replica.close()
    }
}
