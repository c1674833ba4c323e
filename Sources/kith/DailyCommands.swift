import ArgumentParser
import Community
import Engine
@preconcurrency import Glibc
import Store

struct Today: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Wat er vandaag is: terugkomen, bijeenkomsten, niet bereikt.", "What is on today: follow-ups, gatherings, not reached."),
            discussion: both(
                "Terugkomen: contactmomenten met een datum tot en met vandaag die nog niet is afgedaan; doe af met 'kith edit MOMENT follow_up_done=1'. Niet bereikt: actieve mensen zonder contactmoment in zoveel dagen, die er toen al in stonden.\nVoorbeeld: kith today --days 30",
                "Follow-ups: contact moments with a date up to today that are not done; done with 'kith edit MOMENT follow_up_done=1'. Not reached: active people without a contact moment in so many days, who were in the list by then.\nExample: kith today --days 30"))
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
        let overview = try replica.overview(
            day: localDay(now), through: localDay(now, plus: 6), clock: App.environment.clock, quietSince: zonedTime(now - Int64(days) * dayMilliseconds),
            limit: limit)
        if options.json { try Output.json(json(overview)) } else { try tell(overview, replica) }
        try replica.close()
    }

    private func tell(_ overview: DayOverview, _ replica: Replica) throws {
        let language = App.language
        let ids = try ShortIDs(replica.store)
        func section(_ title: FindingSentence, _ lines: [String]) throws {
            guard !lines.isEmpty else { return }
            try Output.line(([language.say(title, language.number(lines.count))] + lines).joined(separator: "\n"))
        }
        try section(.todayFollowUps, overview.followUps.map {
            language.say(
                .followUpLine, ids.text($0.moment), plain($0.on), $0.contacts.map { plain($0.name) }.joined(separator: ", "),
                plain($0.summary))
        })
        for (title, isToday) in [(FindingSentence.todayGatherings, true), (.todayWeek, false)] {
            try section(title, overview.gatherings.filter { $0.isToday == isToday }.map {
                language.say(
                    .gatheringLine, ids.text($0.id), plain($0.startsAt),
                    [$0.name, $0.place].filter { !$0.isEmpty }.map(plain).joined(separator: ", "))
            })
        }
        for series in overview.unfollowed {
            try Output.line(language.say(.todayUnfollowed, ids.text(series.id), plain(series.name)))
        }
        if overview.unreachedCount > 0 {
            try Output.line(language.say(.todayUnreached, String(days), language.number(overview.unreachedCount)))
            for person in overview.unreached {
                try Output.line(person.lastMoment.map {
                    language.say(.unreachedLine, ids.text(person.id), plain(person.name), plain(String($0.prefix(10))))
                } ?? language.say(.unreachedNever, ids.text(person.id), plain(person.name)))
            }
            let more = overview.unreachedCount - overview.unreached.count
            if more > 0 { try Output.line(language.say(.todayMore, language.number(more))) }
        }
        if overview.followUps.isEmpty, overview.gatherings.isEmpty, overview.unreachedCount == 0 {
            try Output.line(language.say(.todayNothing))
        }
    }

    private func json(_ overview: DayOverview) -> JSON {
        .object([
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
        ])
    }
}

struct Log: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Noteer een contactmoment in één regel.", "Note a contact moment in one line."),
            discussion: both(
                """
                Wie: een id, een einde ervan, of een naam die er maar één keer is. Meer mensen met --with. Het tijdstip is nu, of --at.
                Voorbeelden: kith log 3f2a --channel phone --minutes 15 'Boodschappen geregeld'
                             kith log 'van der berg' --channel doorstep --follow-up +7 'Wil graag wandelen'
                             kith log 3f2a --with 9b1c --channel group
                Kanalen: \(codes())
                """,
                """
                Who: an id, an ending of one, or a name that is there only once. More people by --with. The time is now, or --at.
                Examples: kith log 3f2a --channel phone --minutes 15 'Groceries arranged'
                          kith log 'van der berg' --channel doorstep --follow-up +7 'Would like to go for walks'
                          kith log 3f2a --with 9b1c --channel group
                Channels: \(codes())
                """))
    }

    private static func codes() -> String { (CodeList.named("channel")?.codes ?? []).map(\.code).joined(separator: ", ") }

    @Argument(help: ArgumentHelp(both("Met wie.", "With whom."), valueName: "contact")) var contact: String
    @Argument(help: ArgumentHelp(both("Waar het over ging.", "What it was about."), valueName: both("tekst", "text"))) var summary: String?
    @Option(name: .customLong("with"), help: ArgumentHelp(both("Nog iemand.", "Somebody more."), valueName: "contact")) var others: [String] = []
    @Option(help: ArgumentHelp(both("Het kanaal.", "The channel."), valueName: "code")) var channel: String
    @Option(help: ArgumentHelp(both("Hoe lang.", "How long."), valueName: both("minuten", "minutes"))) var minutes: Int64?
    @Option(help: ArgumentHelp(
        both("Terugkomen op: jjjj-mm-dd, of +N dagen.", "Follow up on: yyyy-mm-dd, or +N days."), valueName: both("dag", "day")))
    var followUp: String?
    @Option(help: ArgumentHelp(both("Waarvoor.", "What for."), valueName: both("tekst", "text"))) var purpose: String?
    @Option(help: ArgumentHelp(both("Wie het contact had.", "Who was in touch."), valueName: "contact")) var worker: String?
    @Option(help: ArgumentHelp(
        both("Wanneer, als het niet nu was: jjjj-mm-ddTuu:mm.", "When, if not now: yyyy-mm-ddThh:mm."), valueName: both("tijd", "time")))
    var at: String?
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard CodeList.named("channel")?[channel] != nil else {
            throw ValidationError(both("Dit kanaal is er niet; kies uit: \(Log.codes()).", "There is no such channel; choose from: \(Log.codes())."))
        }
        if let minutes, !(0...100_000).contains(minutes) {
            throw ValidationError(both("--minutes is 0 tot 100.000.", "--minutes is 0 to 100,000."))
        }
        if let followUp, day(followUp) == nil {
            throw ValidationError(both("--follow-up is een dag (2026-03-31) of +N.", "--follow-up is a day (2026-03-31) or +N."))
        }
        if let at, time(at) == nil {
            throw ValidationError(both("--at is een tijd zoals 2026-03-31T14:30.", "--at is a time such as 2026-03-31T14:30."))
        }
    }

    func run() throws {
        let replica = try options.open()
        var contacts: [RecordID] = []
        for name in [contact] + others {
            let found = try about(name) { try replica.contact(named: name) }
            if !contacts.contains(found) { contacts.append(found) }
        }
        var moment = NewMoment(
            occurredAt: at.flatMap(time).map(zonedTime) ?? zonedTime(App.environment.nowMilliseconds()), channel: channel)
        moment.minutes = minutes
        moment.summary = summary
        moment.purpose = purpose
        moment.followUpOn = followUp.flatMap(day)
        moment.worker = try worker.map { name in try about(name) { try replica.contact(named: name) } }
        let record = try replica.log(moment, with: contacts)
        let language = App.language
        let names = try replica.store.rows(contacts).map { plain(displayName(of: $0)) }.joined(separator: ", ")
        var text = language.say(.logged, names, try ShortIDs(replica.store).text(record))
        if let on = moment.followUpOn { text += "\n" + language.say(.loggedFollowUp, on) }
        try say(
            text,
            or: json(record) + [
                ("contacts", .array(contacts.map { .string($0.text) })), ("occurred_at", .string(moment.occurredAt)),
                ("follow_up_on", moment.followUpOn.map { .string($0) } ?? .null),
            ], isJSON: options.json)
        try replica.close()
    }

    /// An ISO 8601 date that exists.
    private func day(_ text: String) -> String? {
        if text.hasPrefix("+"), let count = Int(text.dropFirst()), (0...36_500).contains(count) {
            return localDay(App.environment.nowMilliseconds(), plus: count)
        }
        return time(text + "T12:00").map { localDay($0) } == text ? text : nil
    }

    /// Milliseconds of a local time; nil when it is none.
    private func time(_ text: String) -> Int64? {
        let parts = text.split { "-T: ".contains($0) }.compactMap { Int32($0) }
        guard parts.count == 5, text.utf8.count == 16, (1...12).contains(parts[1]), (1...31).contains(parts[2]),
            (0...23).contains(parts[3]), (0...59).contains(parts[4])
        else { return nil }
        var split = tm()
        (split.tm_year, split.tm_mon, split.tm_mday) = (parts[0] - 1900, parts[1] - 1, parts[2])
        (split.tm_hour, split.tm_min, split.tm_isdst) = (parts[3], parts[4], -1)
        let seconds = mktime(&split)
        guard seconds != -1 || parts[0] == 1969, split.tm_mday == parts[2] else { return nil }
        return Int64(seconds) * 1000
    }
}

private let dayMilliseconds: Int64 = 86_400_000

/// The reader's calendar day, so many days on.
private func localDay(_ milliseconds: Int64, plus days: Int = 0) -> String {
    // From noon on, so that a day of 23 or 25 hours does not matter.
    var seconds = time_t(milliseconds / 1000)
    var split = tm()
    guard localtime_r(&seconds, &split) != nil else { return "" }
    let toNoon = Int64(12 - split.tm_hour) * 3_600_000
    return String(localTime(milliseconds + (days == 0 ? 0 : toNoon + Int64(days) * dayMilliseconds)).prefix(10))
}

/// ISO 8601 with the reader's offset.
private func zonedTime(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
    var split = tm()
    guard localtime_r(&seconds, &split) != nil else { return universalTime(milliseconds) }
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S%z", &split)
    let text = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.dropLast(2) + ":" + text.suffix(2)
}
