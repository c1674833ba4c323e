import ArgumentParser
import Engine
import Platform
import Store
import Words

struct Find: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Zoek mensen, organisaties, initiatieven, notities.", "Search people, organisations, initiatives, notes."),
            discussion: both(
                """
                Begin van woorden is genoeg, in elke volgorde; accenten, hoofdletters en de vorm van een tussenvoegsel maken \
                niet uit. Een contact komt ook boven op telefoon, e-mail en adres.
                Voorbeelden: kith find berg
                             kith find 'Berg, van der'
                             kith find 06-12345678
                             kith find --in initiative soep
                """,
                """
                Beginnings of words will do, in any order; accents, capitals and the form of a Dutch infix do not matter. A \
                contact is also found by telephone, e-mail and address.
                Examples: kith find berg
                          kith find 'Berg, van der'
                          kith find 06-12345678
                          kith find --in initiative soup
                """))
    }

    @Argument(help: ArgumentHelp(both("Wat u zoekt.", "What you look for."), valueName: both("tekst", "text"))) var words: [String] = []

    @Option(name: .customLong("in"), help: ArgumentHelp(
        both("Alleen bij deze soort, zoals contact.", "Only of this kind, such as contact."), valueName: both("tabel", "table")))
    var table: String?

    @Option(help: ArgumentHelp(both("Ten hoogste zoveel.", "At most so many."), valueName: "n")) var limit = 20

    @Flag(help: ArgumentHelp(both("Maak de zoekindex opnieuw.", "Make the search index anew."))) var rebuild = false

    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard !words.isEmpty != rebuild else { throw ValidationError(both("Geef wat u zoekt, of --rebuild.", "Give what you look for, or --rebuild.")) }
        guard (1...10_000).contains(limit) else { throw ValidationError(both("--limit is 1 tot 10.000.", "--limit is 1 to 10,000.")) }
    }

    func run() throws {
        let replica = try options.open(forReading: !rebuild)
        if rebuild {
            let count = try replica.rebuildSearch()
            try say(App.language.say(.indexMade, App.language.number(count)), or: [("read", .number(count))], isJSON: options.json)
            return try replica.close()
        }
        let text = words.joined(separator: " ")
        let found = try about(table ?? "") { try replica.find(text, in: table, limit: limit + 1) }
        if options.json {
            try Output.json([("found", .array(found.prefix(limit).map(json)))])
        } else {
            let ids = try ShortIDs(replica.store)
            for record in found.prefix(limit) { try tell(record, ids) }
            if found.isEmpty { try Output.line(App.language.say(.foundNone, plain(text))) }
            if found.count > limit { try Output.line(App.language.say(.foundMore)) }
        }
        try replica.close()
    }

    private func tell(_ record: FoundRecord, _ ids: ShortIDs) throws {
        let line = [plain(record.name), PersonText.reach(record.details)].filter { !$0.isEmpty }.joined(separator: " · ")
        try Output.line(App.language.say(.foundLine, App.language.kind(of: record.id.table), ids.text(record.id), line))
        if !record.alsoAs.isEmpty {
            try Output.line(App.language.say(.foundAlso, record.alsoAs.map(ids.text).joined(separator: ", ")))
        }
    }

    private func json(_ record: FoundRecord) -> JSON {
        .object(kith.json(record.id) + [
            ("name", .string(record.name)), ("details", .array(record.details.map { .string($0) })),
            ("also_as", .array(record.alsoAs.map { .string($0.text) })),
        ])
    }
}
