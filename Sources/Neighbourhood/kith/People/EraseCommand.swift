import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Words

/// Which contacts of a person are meant: all of them, unless somebody says otherwise.
struct EntryOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(both(
        "Alleen dit ene contact, en niet de andere die dezelfde persoon zijn.",
        "This one contact only, and not the others that are the same person.")))
    var onlyThisEntry = false

    @Flag(help: ArgumentHelp(both(
        "Alle contacten, ook waar van sommige is gezegd dat ze verschillend zijn.",
        "All contacts, even where some of them were said to be different.")))
    var everyEntry = false

    func validate() throws {
        if onlyThisEntry && everyEntry {
            throw ValidationError(both("Kies --only-this-entry of --every-entry.", "Choose --only-this-entry or --every-entry."))
        }
    }

    func chosen(of person: Person) -> [PersonEntry] { onlyThisEntry ? Array(person.entries.prefix(1)) : person.entries }

    /// Verdicts that contradict one another are for people to look at: --yes alone does not answer that.
    func check(_ person: Person, isYes: Bool, isJSON: Bool) throws {
        guard !person.contradictions.isEmpty, !onlyThisEntry, !everyEntry, isYes || !Terminal.canAsk || isJSON else { return }
        Terminal.report(EngineError(.contradictoryPerson), about: "", isJSON: isJSON)
        throw NeedsPerson()
    }
}

struct Erase: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Wis iemand of iets overal, voorgoed.", "Erase somebody or something everywhere, for good."),
            discussion: both(
                """
                Toont eerst wat er meegaat, en welke teksten elders de persoon noemen of misschien noemen. Wie er meer dan eens in \
                staat ('kith link … same'), gaat helemaal weg. Contactmomenten met alleen deze persoon verliezen hun tekst; \
                kanaal, minuten en dag blijven. Daarna verdwijnt het uit elke lijst die het nieuws krijgt, en brengen oude \
                sticks, reservekopieën en late laptops het niet terug. Alleen een coördinator kan wissen. Om iets alleen in de \
                prullenbak te leggen is er 'kith delete'.

                Voorbeelden: kith erase 'Piet Mulder'
                             kith erase 'Mina van den Berg' --only-this-entry
                             kith erase --status
                """,
                """
                Shows first what goes with it, and which texts elsewhere name the person, or perhaps do. Who is in the list more \
                than once ('kith link … same') goes altogether. Contact moments with this person only lose their words; channel, \
                minutes and day stay. Then it goes from every list that gets the news, and old sticks, backups and late \
                laptops do not put it back. Only a coordinator can erase. To merely put something into the trash there is 'kith delete'.

                Examples: kith erase 'Piet Mulder'
                          kith erase 'Mina van den Berg' --only-this-entry
                          kith erase --status
                """))
    }

    @Argument(help: idHelp) var id: String?
    @Flag(help: ArgumentHelp(both("Zeg wie het wissen bevestigd heeft, en wat buiten bereik is.", "Say who confirmed erasures, and what is out of reach.")))
    var status = false
    @OptionGroup var entries: EntryOptions
    @OptionGroup var yes: YesOptions
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (id != nil) != status else { throw ValidationError(both("Geef een naam, of --status.", "Give a name, or --status.")) }
        guard !status || !(entries.onlyThisEntry || entries.everyEntry) else {
            throw ValidationError(both("--only-this-entry hoort bij een naam.", "--only-this-entry goes with a name."))
        }
    }

    func run() throws {
        guard let id else { return try tellStatus() }
        let (replica, record) = try options.open(id, includingTrash: true)
        try replica.checkCoordinator()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let person = record.table == "contact" ? try replica.store.person(of: record) : nil
        let chosen = person.map { entries.chosen(of: $0) } ?? []
        let (plan, mentions) = try replica.planErasure(person == nil ? [record] : chosen.map(\.row.id))
        let shown = try ErasureText(record, person, chosen, plan, mentions, replica)
        if !options.json { for line in shown.lines { try Output.line(line) } }
        do {
            if let person { try entries.check(person, isYes: yes.isGiven, isJSON: options.json) }
            if let family = chosen.first?.row.text("family_name") {
                try yes.confirm(App.language.say(.eraseNameQuestion, shown.name), typing: family, isJSON: options.json)
            } else {
                try yes.confirm(App.language.say(.eraseQuestion, shown.name), isJSON: options.json)
            }
        } catch {
            if options.json { try Output.json(shown.json(isErased: false)) }
            throw error
        }
        let outcome = try replica.erase(plan)
        let language = App.language
        let holders = try replica.scrubHolders()
        var lines = [outcome.isDoneHere ? language.say(.erased, shown.rows) : language.say(.erasedNotHere), language.say(.erasedLimits, language.number(mentions.count))]
        if outcome.isDoneHere, outcome.isScrubOwed { lines.append(scrubText(holders)) }
        try say(
            lines.joined(separator: "\n"),
            or: shown.json(isErased: true) + [
                ("done_here", .bool(outcome.isDoneHere)), ("scrub_owed", .bool(outcome.isScrubOwed)),
                ("held_by", .array(holders.map { .string($0) })),
            ], isJSON: options.json)
        try replica.close()
        if !outcome.isDoneHere || outcome.isScrubOwed { throw NeedsPerson() }
    }

    // MARK: How far it has come

    private func tellStatus() throws {
        let replica = try options.open(forReading: true)
        let entries = try replica.erasureEntries()
        let waiting = try replica.store.status().waitingBundles
        let left = try LeftText(replica)
        let holders = try replica.scrubHolders()
        if options.json {
            try Output.json([
                ("erasures", .array(entries.map(json))), ("waiting", .number(waiting)),
                ("awaited", .number(entries.count { !$0.awaited.isEmpty })), ("left", left.json),
                ("scrub_owed", .bool(try replica.store.isScrubOwed)), ("held_by", .array(holders.map { .string($0) })),
            ])
        } else {
            for entry in entries { try Output.line(text(entry)) }
            for line in left.lines { try Output.line(line) }
            if try replica.store.isScrubOwed { try Output.line(scrubText(holders)) }
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
                .erasureLine, when(entry.timeMilliseconds), age(entry.timeMilliseconds), plain(entry.signer), language.collection(entry.collection)),
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

/// What scrubbing waits for, where it is owed.
func scrubText(_ holders: [String]) -> String {
    holders.isEmpty ? App.language.say(.scrubHeld) : App.language.say(.scrubHeldBy, holders.map(plain).joined(separator: ", "))
}

/// The entries of a person, for people and for scripts.
struct PersonText {
    let entries: [PersonEntry]
    let person: Person
    private let ids: ShortIDs

    private static let shownReachCount = 20

    init(_ person: Person, _ entries: [PersonEntry], _ ids: ShortIDs) {
        self.person = person
        self.entries = entries
        self.ids = ids
    }

    static func name(_ row: RecordRow) -> String {
        let name = displayName(of: row)
        return name.isEmpty ? App.language.say(.entryUnnamed) : plain(name)
    }

    /// Ways to reach somebody, as many as fit on a line that people read.
    static func reach(_ texts: [String]) -> String {
        let shown = texts.prefix(shownReachCount).map(plain)
        let more = texts.count - shown.count
        return (shown + (more > 0 ? [App.language.say(.reachMore, App.language.number(more))] : [])).joined(separator: " · ")
    }

    var lines: [String] {
        let language = App.language
        var lines = [language.count(entries.count, .personOne, .personMany)]
        for entry in entries {
            let reach = PersonText.reach(entry.points + entry.addresses)
            lines.append(language.say(
                .entryLine, ids.text(entry.row.id),
                PersonText.name(entry.row) + (entry.isDeleted ? language.say(.entryTrash) : "") + (reach.isEmpty ? "" : " · " + reach)))
        }
        if entries.count < person.entries.count { lines.append(language.say(.onlyEntry)) }
        if !person.contradictions.isEmpty {
            lines.append(language.say(.contradictory))
            lines += person.contradictions.map { found in
                language.say(.contradiction, name(found.different.contact), name(found.different.other), Set(found.same.flatMap {
                    [$0.contact, $0.other]
                }).subtracting([found.different.contact, found.different.other]).sorted().map(name).joined(separator: ", "))
            }
        }
        return lines
    }

    private func name(_ id: String) -> String {
        let short = ids.text(RecordID(table: "contact", key: [id]))
        return person.entries.first { $0.row.id.key[0] == id }.map { "\(short) (\(PersonText.name($0.row)))" } ?? short
    }

    var json: [(String, JSON)] {
        func texts(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
        return [
            ("entries", .array(entries.map { entry in
                .object(kith.json(entry.row.id) + [
                    ("name", .string(displayName(of: entry.row))), ("numbers", texts(entry.points)), ("addresses", texts(entry.addresses)),
                    ("deleted", .bool(entry.isDeleted)),
                ])
            })),
            ("contradictions", .array(person.contradictions.map { found in
                .object([
                    ("different", texts([found.different.contact, found.different.other])),
                    ("same", .array(found.same.map { texts([$0.contact, $0.other]) })),
                ])
            })),
        ]
    }
}

/// What an erasure takes and what it leaves, for people and for scripts.
private struct ErasureText {
    private static let shownCount = 50

    private let record: RecordID
    private let person: PersonText?
    private let plan: ErasurePlan
    private let mentions: [Mention]
    private let moments: [RecordID: RecordRow]
    private let ids: ShortIDs
    private let title: String

    init(
        _ record: RecordID, _ person: Person?, _ chosen: [PersonEntry], _ plan: ErasurePlan, _ mentions: [Mention], _ replica: Replica
    ) throws {
        self.record = record
        self.plan = plan
        self.mentions = mentions
        let ids = try ShortIDs(replica.store)
        self.ids = ids
        self.person = person.map { PersonText($0, chosen, ids) }
        title = plain(try replica.title(of: record, App.language))
        let told = try replica.store.rows((plan.wordless + plan.shared).map(\.id))
        moments = Dictionary(uniqueKeysWithValues: told.map { ($0.id, $0) })
    }

    var rows: String {
        plan.counts.map { App.language.rows($0.rows, of: $0.table) }.joined(separator: ", ")
    }

    /// Whom or what the question is about.
    var name: String { person?.entries.first.map { PersonText.name($0.row) } ?? title }

    var lines: [String] {
        let language = App.language
        var lines = person?.lines ?? []
        lines.append(language.say(.eraseShown, rows))
        lines += list(plan.wordless.map(\.id), .wordlessOne, .wordlessMany, moment)
        lines += list(plan.shared.map(\.id), .sharedOne, .sharedMany, moment)
        lines += list(mentions.filter { $0.kind == .named }, .namedOne, .namedMany, text)
        lines += list(mentions.filter { $0.kind == .perhaps }, .perhapsOne, .perhapsMany, text)
        return lines
    }

    private func list<Item>(_ items: [Item], _ one: ErasureSentence, _ many: ErasureSentence, _ line: (Item) -> String) -> [String] {
        guard !items.isEmpty else { return [] }
        let more = items.count - ErasureText.shownCount
        return [App.language.count(items.count, one, many)] + items.prefix(ErasureText.shownCount).map(line)
            + (more > 0 ? [App.language.say(.moreMentions, App.language.number(more))] : [])
    }

    /// "ab12cd  2026-11-30 phone  begin of the words".
    private func moment(_ id: RecordID) -> String {
        func value(_ column: String) -> String? {
            moments[id]?.values.first { $0.name == column && $0.value != .null }.map {
                plain(App.language.shown($0.value, of: column, in: Schema.community[id.table], today: ReaderClock.day(App.environment.nowMilliseconds())))
            }
        }
        let words = ["purpose", "summary", "concern"].compactMap(value).joined(separator: " / ")
        return App.language.say(
            .momentLine, ids.text(id), [value("occurred_at").map { whenDay($0) }, value("channel")].compactMap { $0 }.joined(separator: " "),
            words.count > 80 ? words.prefix(79) + "…" : words)
    }

    /// Where it stands, what stands there, and the command that edits it.
    private func text(_ mention: Mention) -> String {
        let id = ids.text(mention.record)
        let place = "\(App.language.kind(of: mention.record.table)) \(id), \(App.language.column(mention.column, in: mention.record.table))" + (mention.isDeleted ? App.language.say(.mentionTrash) : "")
        return App.language.say(
            .mentionLine, place, mention.excerpt,
            mention.isDeleted ? "kith undelete \(shellQuoted(id))" : "kith edit \(shellQuoted(id)) \(shellQuoted("\(mention.column)=…"))")
    }

    func json(isErased: Bool) -> [(String, JSON)] {
        kith.json(record) + [
            ("erased", .bool(isErased)), ("rows", .object(plan.counts.map { ($0.table, .number($0.rows)) })),
            ("moments", .object([
                ("wordless", .array(plan.wordless.map { .string($0.id.text) })), ("shared", .array(plan.shared.map { .string($0.id.text) })),
            ])),
            ("mentions", .array(mentions.map {
                .object(kith.json($0.record) + [
                    ("column", .string($0.column)), ("deleted", .bool($0.isDeleted)), ("perhaps", .bool($0.kind == .perhaps)),
                    ("excerpt", .string($0.excerpt)),
                ])
            })),
        ] + (person?.json ?? [])
    }
}

/// Contacts that somebody called the same person as one who has been erased.
struct LeftText {
    private let rows: [RecordRow]
    private let ids: ShortIDs

    init(_ replica: Replica) throws {
        rows = try replica.store.rows(try replica.store.leftContacts())
        ids = try ShortIDs(replica.store)
    }

    var count: Int { rows.count }

    var lines: [String] {
        guard !rows.isEmpty else { return [] }
        return [App.language.count(rows.count, .leftOne, .leftMany)]
            + rows.map { App.language.say(.leftLine, ids.text($0.id), PersonText.name($0)) } + [App.language.say(.leftRemedy)]
    }

    var json: JSON { .array(rows.map { .object(kith.json($0.id) + [("name", .string(displayName(of: $0)))]) }) }
}
