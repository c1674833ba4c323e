import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Store
import Words

struct Trash: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon wat in de prullenbak ligt.", "List what is in the trash."),
            discussion: both(
                "Wat het laatst verwijderd is eerst, met door wie. Het blijft daar tot iemand het terughaalt ('kith undelete NAAM') of wist ('kith erase NAAM').\nVoorbeelden: kith trash --since gisteren\n             kith trash contact",
                "What was deleted last first, with by whom. It stays there until somebody puts it back ('kith undelete NAME') or erases it ('kith erase NAME').\nExamples: kith trash --since yesterday\n          kith trash contact"))
    }

    @Argument(help: ArgumentHelp(both("Alleen deze soort, zoals contact.", "Only this kind, such as contact."), valueName: both("tabel", "table"))) var table: String?
    @Option(help: ArgumentHelp(both("Alleen wat sinds deze dag verwijderd is.", "Only what was deleted since this day."), valueName: both("dag", "day")))
    var since: String?
    @Option(help: ArgumentHelp(both("Ten hoogste zoveel.", "At most so many."), valueName: "n")) var limit = 40
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError(both("--limit is 1 tot 1.000.000.", "--limit is 1 to 1,000,000.")) }
    }

    func run() throws {
        let replica = try options.open(forReading: true)
        // What is not stamped is listed without a time.
        try replica.stampUnasked()
        let rows = try replica.store.trash(of: table, since: try since.map { try start($0) })
        let shown = rows.prefix(limit)
        if options.json {
            try Output.json([
                ("trash", .array(try shown.map { found in
                    .object(kith.json(found.row.id) + [
                        ("title", .string(try replica.title(of: found.row.id, App.language))),
                        ("author", found.author.map { .object(kith.json($0)) } ?? .null),
                        ("time", found.timeMilliseconds.map { .string(universalTime($0)) } ?? .null),
                    ])
                })), ("more", .number(rows.count - shown.count)),
            ])
        } else {
            let ids = try ShortIDs(replica.store)
            for found in shown {
                try Output.line(App.language.say(
                    HistorySentence.trashLine, found.timeMilliseconds.map { when($0) } ?? "-", "\(App.language.kind(of: found.row.id.table)) \(ids.text(found.row.id))",
                    try replica.title(of: found.row.id, App.language), found.author.map(name) ?? "-"))
            }
            if rows.isEmpty { try Output.line(App.language.say(HistorySentence.trashEmpty)) }
            if rows.count > shown.count { try Output.line(App.language.say(HistorySentence.trashMore, App.language.number(rows.count - shown.count))) }
        }
        try replica.close()
    }

    private func start(_ text: String) throws -> Int64 {
        do {
            let day = try SpokenTime(text, today: ReaderClock.day(App.environment.nowMilliseconds()), leaning: .past).day
            return Int64(day.ordinal) * 86_400_000
        } catch {
            throw ValidationError(both("'\(plain(text))' is geen dag: schrijf 3-12, gisteren of 2026-12-03.", "'\(plain(text))' is no day: write 3-12, yesterday or 2026-12-03."))
        }
    }
}
