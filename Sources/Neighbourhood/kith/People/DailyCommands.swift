import ArgumentParser
import Community
import CRDT
import Engine
@preconcurrency import Glibc
import Platform
import Store
import Words

struct Today: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Wat er vandaag is: terugkomen, bijeenkomsten, niet bereikt.", "What is on today: follow-ups, gatherings, not reached."),
            discussion: both(
                "Terugkomen: contactmomenten met een datum tot en met vandaag die nog niet op gedaan staat; zet dat met 'kith edit NAAM follow_up_done=ja'. Niet bereikt: actieve mensen zonder contactmoment in zoveel dagen, die er toen al in stonden; geteld worden hele dagen.\nVoorbeeld: kith today --days 30",
                "Follow-ups: contact moments with a date up to today that are not done; done with 'kith edit NAME follow_up_done=yes'. Not reached: active people without a contact moment in so many days, who were in the list by then; whole days are counted.\nExample: kith today --days 30"))
    }

    @Option(help: ArgumentHelp(both("Na zoveel dagen telt iemand als niet bereikt.", "After so many days somebody counts as not reached."), valueName: "n"))
    var days = 60
    @Option(help: ArgumentHelp(both("Ten hoogste zoveel mensen die niet zijn bereikt.", "At most so many people not reached."), valueName: "n"))
    var limit = 10
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError(both("--days is 1 tot 36.500.", "--days is 1 to 36,500.")) }
        guard (1...100_000).contains(limit) else { throw ValidationError(both("--limit is 1 tot 100.000.", "--limit is 1 to 100,000.")) }
    }

    func run() throws {
        let replica = try options.open(forReading: true)
        let now = App.environment.nowMilliseconds()
        try replica.store.followLastMet()
        let overview = try replica.overview(
            day: ReaderClock.dayText(now), through: ReaderClock.dayText(now, plus: 6), clock: App.environment.clock, quietSince: ReaderClock.dayText(now, plus: -days),
            limit: limit)
        if options.json { try Output.json(json(overview)) } else { try tell(overview, replica) }
        try replica.close()
    }

    private func tell(_ overview: DayOverview, _ replica: Replica) throws {
        let language = App.language
        let ids = try ShortIDs(replica.store)
        func section(_ title: FindingSentence, _ lines: [String]) throws {
            guard !lines.isEmpty else { return }
            try Output.line(language.say(title, language.number(lines.count)), .heading)
            for line in lines { try Output.line(line) }
        }
        try section(.todayFollowUps, overview.followUps.map {
            language.say(
                .followUpLine, ids.text($0.moment), when($0.on), $0.contacts.map { plain($0.name) }.joined(separator: ", "),
                plain($0.summary))
        })
        for (title, isToday) in [(FindingSentence.todayGatherings, true), (.todayWeek, false)] {
            try section(title, overview.gatherings.filter { $0.isToday == isToday }.map {
                language.say(
                    .gatheringLine, ids.text($0.id), when($0.startsAt),
                    [$0.name, $0.place].filter { !$0.isEmpty }.map(plain).joined(separator: ", "))
            })
        }
        for series in overview.unfollowed {
            try Output.line(language.say(.todayUnfollowed, ids.text(series.id), plain(series.name)))
        }
        if overview.unreachedCount > 0 {
            try Output.line(language.say(.todayUnreached, String(days), language.number(overview.unreachedCount)), .heading)
            for person in overview.unreached {
                try Output.line(person.lastMoment.map {
                    language.say(.unreachedLine, ids.text(person.id), plain(person.name), whenDay($0))
                } ?? language.say(.unreachedNever, ids.text(person.id), plain(person.name)))
            }
            let more = overview.unreachedCount - overview.unreached.count
            if more > 0 { try Output.line(language.say(.todayMore, language.number(more))) }
        }
        if overview.followUps.isEmpty, overview.gatherings.isEmpty, overview.unreachedCount == 0 {
            try Output.line(language.say(.todayNothing))
        }
    }

    private func json(_ overview: DayOverview) -> [(String, JSON)] {
        [
            ("follow_ups", .array(overview.followUps.map { followUp in
                .object([
                    ("moment", .string(followUp.moment.text)), ("on", .string(followUp.on)),
                    ("contacts", .array(followUp.contacts.map { .object([("id", .string($0.id.text)), ("name", .string($0.name))]) })),
                    ("summary", .string(followUp.summary)),
                ])
            })),
            ("gatherings", .array(overview.gatherings.map {
                .object([
                    ("id", .string($0.id.text)), ("starts_at", .string($0.startsAt)), ("ends_at", $0.endsAt.map { .string($0) } ?? .null), ("initiative", .string($0.name)),
                    ("place", .string($0.place)), ("today", .bool($0.isToday)),
                ])
            })),
            ("unfollowed", .array(overview.unfollowed.map { .string($0.id.text) })), ("unreached_days", .number(days)), ("unreached_count", .number(overview.unreachedCount)),
            ("unreached", .array(overview.unreached.map {
                .object([
                    ("id", .string($0.id.text)), ("name", .string($0.name)),
                    ("last", $0.lastMoment.map { .string($0) } ?? .null),
                ])
            })),
        ]
    }
}

struct Log: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Noteer een contactmoment in één regel.", "Note a contact moment in one line."),
            discussion: both(
                """
                Wie: een naam, een kenmerk of een einde ervan. Meer mensen met --with. Het tijdstip is nu, of --at.
                Voorbeelden: kith log 'Jan de Vries' --channel phone --minutes 15 'Boodschappen geregeld'
                             kith log truus --channel doorstep --follow-up +7 'Wil graag wandelen'
                             kith log 'Jan de Vries' --with 'Truus Smit' --channel group
                Kanalen: \(codes())
                """,
                """
                Who: a name, a reference or an ending of one. More people by --with. The time is now, or --at.
                Examples: kith log 'Jan de Vries' --channel phone --minutes 15 'Groceries arranged'
                          kith log truus --channel doorstep --follow-up +7 'Would like to go for walks'
                          kith log 'Jan de Vries' --with 'Truus Smit' --channel group
                Channels: \(codes())
                """))
    }

    private static func codes() -> String { (CodeList.named("channel")?.codes ?? []).map(\.code).joined(separator: ", ") }

    @Argument(help: ArgumentHelp(both("Met wie.", "With whom."), valueName: "contact")) var contact: String
    @Argument(help: ArgumentHelp(both("Waar het over ging.", "What it was about."), valueName: both("tekst", "text"))) var summary: String?
    @Option(name: .customLong("with"), help: ArgumentHelp(both("Nog iemand.", "Somebody more."), valueName: "contact")) var others: [String] = []
    @Option(help: ArgumentHelp(both("Het kanaal.", "The channel."), valueName: "code")) var channel: String
    @Option(help: ArgumentHelp(both("Hoe lang.", "How long."), valueName: both("minuten", "minutes"))) var minutes: String?
    @Option(help: ArgumentHelp(
        both("Terugkomen op: morgen, vr, 3-12 of +7.", "Follow up on: tomorrow, Fri, 3-12 or +7."), valueName: both("dag", "day")))
    var followUp: String?
    @Option(help: ArgumentHelp(both("Waarvoor.", "What for."), valueName: both("tekst", "text"))) var purpose: String?
    @Option(help: ArgumentHelp(both("Wie het contact had.", "Who was in touch."), valueName: "contact")) var worker: String?
    @Option(help: ArgumentHelp(
        both("Wanneer, als het niet nu was: 'gisteren 14:30', '3-12 18:00'.", "When, if not now: 'yesterday 14:30', '3-12 18:00'."), valueName: both("tijd", "time")))
    var at: String?
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        var contacts: [RecordID] = []
        for name in [contact] + others {
            let found = try options.record(name, in: ["contact"], replica)
            if !contacts.contains(found) { contacts.append(found) }
        }
        func read(_ text: String?, _ column: String, _ option: String) throws -> Value {
            do {
                return try text.map { try replica.entered($0, for: column, of: "contact_moment") } ?? .null
            } catch let refusal as EntryRefusal {
                throw EntryRefusal(refusal.reason, in: "contact_moment.\(option)", given: refusal.given)
            }
        }
        let now = ReaderClock.moment(App.environment.nowMilliseconds())
        var moment = NewMoment(
            occurredAt: try read(at, "occurred_at", "--at").text ?? now, channel: try read(channel, "channel", "--channel").text ?? channel)
        if case .integer(let count) = try read(minutes, "duration_minutes", "--minutes") { moment.minutes = count }
        moment.summary = summary
        moment.purpose = purpose
        moment.followUpOn = try read(followUp, "follow_up_on", "--follow-up").text
        moment.worker = try worker.map { try options.record($0, in: ["contact"], replica) }
        let record = try replica.log(moment, with: contacts)
        let language = App.language
        let names = try replica.store.rows(contacts).map { plain(displayName(of: $0)) }.joined(separator: ", ")
        var text = language.say(.logged, names, try ShortIDs(replica.store).text(record))
        if let on = moment.followUpOn { text += "\n" + language.say(.loggedFollowUp, when(on)) }
        try say(
            text,
            or: json(record) + [
                ("contacts", .array(contacts.map { .string($0.text) })), ("occurred_at", .string(moment.occurredAt)),
                ("follow_up_on", moment.followUpOn.map { .string($0) } ?? .null),
            ], isJSON: options.json)
        try replica.close()
    }
}

extension Value {
    /// The text that it is.
    fileprivate var text: String? { if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
}

let dayMilliseconds: Int64 = 86_400_000
