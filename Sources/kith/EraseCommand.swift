import ArgumentParser
import CRDT
import Engine
import Store

struct Erase: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Wis iemand of iets overal, voorgoed.", "Erase somebody or something everywhere, for good."),
            discussion: both(
                """
                Toont eerst wat er meegaat, en welke teksten elders de persoon lijken te noemen. Daarna verdwijnt het uit elke \
                replica die het nieuws krijgt, en brengen oude sticks, reservekopieën en late laptops het niet terug. Alleen een \
                coördinator kan wissen. Om iets gewoon weg te doen is er 'kith delete'.

                Voorbeelden: kith erase 3f2a
                             kith erase --status
                """,
                """
                Shows first what goes with it, and which texts elsewhere seem to name the person. Then it goes from every \
                replica that gets the news, and old sticks, backups and late laptops do not bring it back. Only a coordinator \
                can erase. To merely remove something there is 'kith delete'.

                Examples: kith erase 3f2a
                          kith erase --status
                """))
    }

    @Argument(help: idHelp) var id: String?
    @Flag(help: ArgumentHelp(both("Zeg wie wissingen bevestigd heeft, en wat buiten bereik is.", "Say who confirmed erasures, and what is out of reach.")))
    var status = false
    @OptionGroup var yes: YesOptions
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (id != nil) != status else { throw ValidationError(both("Geef een id, of --status.", "Give an id, or --status.")) }
    }

    func run() throws {
        guard let id else { return try tellStatus() }
        let (replica, record) = try options.open(id, includingTrash: true)
        try replica.checkCoordinator()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let (plan, mentions) = try replica.planErasure(record)
        if !options.json {
            try Output.line(App.language.say(.eraseShown, rows(plan)))
            if !mentions.isEmpty {
                try Output.line(App.language.say(.eraseMentions, App.language.number(mentions.count)))
                for mention in mentions { try Output.line(text(mention)) }
            }
        }
        do {
            try yes.confirm(App.language.say(.eraseQuestion), isJSON: options.json)
        } catch {
            if options.json { try Output.json(.object(json(record, plan, mentions, isErased: false))) }
            throw error
        }
        try replica.erase(plan)
        try say(
            App.language.say(.erased, rows(plan)) + "\n" + App.language.say(.erasedLimits),
            or: json(record, plan, mentions, isErased: true), isJSON: options.json)
        try replica.close()
    }

    private func rows(_ plan: ErasurePlan) -> String {
        plan.counts.map { counted in
            App.language.say(
                counted.rows == 1 ? .eraseRowOne : .eraseRowMany, App.language.number(counted.rows), counted.table)
        }.joined(separator: ", ")
    }

    private func text(_ mention: Mention) -> String {
        App.language.say(
            .mentionLine, mention.record.table, mention.record.text, mention.column,
            mention.isDeleted ? App.language.say(.mentionTrash) : "")
    }

    private func json(_ record: RecordID, _ plan: ErasurePlan, _ mentions: [Mention], isErased: Bool) -> [(String, JSON)] {
        kith.json(record) + [
            ("erased", .bool(isErased)), ("rows", .object(plan.counts.map { ($0.table, .number($0.rows)) })),
            ("mentions", .array(mentions.map {
                .object(kith.json($0.record) + [("column", .string($0.column)), ("deleted", .bool($0.isDeleted))])
            })),
        ]
    }

    // MARK: How far it has come

    private func tellStatus() throws {
        let replica = try options.open(forReading: true)
        let entries = try replica.erasureEntries()
        let waiting = try replica.store.status().waitingBundles
        if options.json {
            try Output.json(.object([
                ("erasures", .array(entries.map(json))), ("waiting", .number(waiting)),
                ("awaited", .number(entries.count { !$0.awaited.isEmpty })),
            ]))
        } else {
            for entry in entries { try Output.line(text(entry)) }
            try Output.line(App.language.say(entries.isEmpty ? .erasuresNone : .outOfReach))
            if !entries.isEmpty, waiting > 0 {
                try Output.line(App.language.count(waiting, .outOfReachWaitingOne, .outOfReachWaitingMany))
            }
        }
        try replica.close()
    }

    private func text(_ entry: ErasureEntry) -> String {
        let language = App.language
        func names(_ labels: [String]) -> String { labels.isEmpty ? "-" : labels.map(plain).joined(separator: ", ") }
        var lines = [
            language.say(
                .erasureLine, localTime(entry.timeMilliseconds), age(entry.timeMilliseconds), plain(entry.signer), entry.collection),
            language.say(.erasureConfirmed, names(entry.confirmed)), language.say(.erasureAwaited, names(entry.awaited)),
        ]
        if !entry.relays.isEmpty { lines.append(language.say(.erasureRelays, names(entry.relays))) }
        return lines.joined(separator: "\n")
    }

    private func json(_ entry: ErasureEntry) -> JSON {
        func names(_ labels: [String]) -> JSON { .array(labels.map { .string($0) }) }
        return .object([
            ("id", .string(entry.id.description)), ("collection", .string(entry.collection)),
            ("time", .string(universalTime(entry.timeMilliseconds))), ("signer", .string(entry.signer)),
            ("confirmed", names(entry.confirmed)), ("awaited", names(entry.awaited)), ("relays", names(entry.relays)),
        ])
    }
}
