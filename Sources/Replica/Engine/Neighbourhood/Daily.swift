import Community
import CRDT
import Interchange
import Store

/// What a day begins with: whom to come back to, what is on, and whom nobody has reached for a while.
package struct DayOverview: Sendable {
    package struct FollowUp: Sendable {
        package let moment: RecordID
        /// ISO 8601 date.
        package let on: String
        package let contacts: [(id: RecordID, name: String)]
        package let summary: String
    }

    package struct Gathering: Sendable {
        /// Of the gathering; of a date of a series that no gathering stands for, of the initiative.
        package let id: RecordID
        /// ISO 8601 local time on the reader's clock; what cannot be told on it, as it stands in the row.
        package let startsAt: String
        /// The same of the end; of whole days the last one.
        package let endsAt: String?
        package let name: String
        package let place: String
        package let isToday: Bool
    }

    package struct Unreached: Sendable {
        package let id: RecordID
        package let name: String
        package let lastMoment: String?
    }

    package var followUps: [FollowUp] = []
    package var gatherings: [Gathering] = []
    /// Initiatives that recur by a rule which cannot be followed.
    package var unfollowed: [(id: RecordID, name: String)] = []
    package var unreached: [Unreached] = []
    package var unreachedCount = 0
}

/// A contact moment as it is noted in one line.
package struct NewMoment: Sendable {
    /// ISO 8601 with offset.
    package var occurredAt: String
    package var channel: String
    package var minutes: Int64?
    package var summary: String?
    package var purpose: String?
    /// For the team alone.
    package var concern: String?
    /// ISO 8601 date.
    package var followUpOn: String?
    package var worker: RecordID?

    package init(occurredAt: String, channel: String) {
        self.occurredAt = occurredAt
        self.channel = channel
    }
}

extension Replica {
    /// - Parameters:
    ///   - day: today as an ISO 8601 date, by the reader's calendar.
    ///   - last: the last day of which gatherings are shown.
    ///   - clock: the reader's; nil: times are shown as they stand.
    ///   - quietSince: contacts whose last moment is before it count as not reached.
    package func overview(
        day: String, through last: String, clock: ZoneClock? = nil, quietSince: String, limit: Int = 10
    ) throws -> DayOverview {
        var overview = DayOverview()
        let names = Set(store.sharedTables.map(\.name))
        if names.isSuperset(of: ["contact", "contact_moment", "contact_moment_contact"]) {
            overview.followUps = try followUps(through: day)
            let quiet = try store.unreached(since: quietSince, limit: limit)
            overview.unreachedCount = quiet.count
            let rows = try store.rows(quiet.contacts.map(\.id))
            overview.unreached = zip(quiet.contacts, rows).map {
                .init(id: $0.id, name: displayName(of: $1), lastMoment: $0.lastMoment)
            }
        }
        if names.isSuperset(of: ["gathering", "initiative"]), let first = CalendarTime(typed: day), let last = CalendarTime(typed: last) {
            try addGatherings(from: first, through: last, clock, to: &overview)
        }
        return overview
    }

    private func followUps(through day: String) throws -> [DayOverview.FollowUp] {
        var moments: [(id: RecordID, on: String, summary: String)] = []
        let due = "select id from contact_moment where follow_up_on <= '\(day)' and coalesce(follow_up_done, 0) = 0"
        // By the index of the day: in the order of ids every moment there is would be read.
        try store.list("contact_moment", where: "id in (\(due))") { row in
            moments.append((row.id, row.text("follow_up_on") ?? "", row.text("summary") ?? row.text("purpose") ?? ""))
        }
        guard !moments.isEmpty else { return [] }
        let open = "contact_moment in (\(due))"
        var members: [String: [RecordID]] = [:]
        try store.list("contact_moment_contact", where: open) { row in
            members[row.id.key[0], default: []].append(RecordID(table: "contact", key: [row.id.key[1]]))
        }
        return try moments.sorted { ($0.on, $0.id.text) < ($1.on, $1.id.text) }.map { moment in
            let rows = try store.rows(members[moment.id.key[0]] ?? [])
            return .init(
                moment: moment.id, on: moment.on, contacts: rows.map { ($0.id, displayName(of: $0)) }, summary: moment.summary)
        }
    }

    private func addGatherings(
        from day: CalendarTime, through last: CalendarTime, _ clock: ZoneClock?, to overview: inout DayOverview
    ) throws {
        // Clocks differ by less than a day.
        guard let early = CalendarTime(seconds: day.seconds - 86_400, isWholeDay: true), let late = CalendarTime(seconds: last.seconds + 2 * 86_400)
        else { return }
        func add(_ id: RecordID, _ start: CalendarTime, _ end: CalendarTime?, _ zone: String?, _ name: @autoclosure () throws -> String, _ place: @autoclosure () throws -> String) rethrows {
            func shown(_ time: CalendarTime) -> CalendarTime {
                guard let clock, time.secondOfDay != nil, let own = zone.flatMap(ZoneClock.init) else { return time }
                return clock.local(own.utc(time))
            }
            let start = shown(start), end = end.map(shown)
            // Midnight as the end is the day before; whole days last until the last one is over.
            var until = end ?? start
            if until.secondOfDay == 0, until > start { until = CalendarTime(seconds: until.seconds - 1) ?? until }
            let firstDay = String(start.text.prefix(10)), lastDay = max(firstDay, String(until.text.prefix(10)))
            guard firstDay <= last.text, lastDay >= day.text else { return }
            overview.gatherings.append(DayOverview.Gathering(
                id: id, startsAt: start.text, endsAt: end?.text, name: try name(), place: try place(), isToday: firstDay <= day.text))
        }
        func named(_ row: RecordRow, _ column: String) throws -> String {
            guard let id = row.text(column) else { return "" }
            return try store.rows([RecordID(table: column, key: [id])]).first.map(displayName) ?? ""
        }

        var rows: [RecordRow] = []
        let first = "substr(starts_at, 1, 10)", end = "coalesce(substr(ends_at, 1, 10), \(first))"
        try store.list("gathering", where: "\(first) <= '\(late.text.prefix(10))' and max(\(first), \(end)) >= '\(early.text)' and coalesce(status, '') <> 'cancelled'") {
            rows.append($0)
        }
        for row in rows {
            guard let start = row.text("starts_at").flatMap({ CalendarTime.read($0)?.time }) else { continue }
            try add(
                row.id, start, row.text("ends_at").flatMap { CalendarTime.read($0)?.time }, row.text("time_zone"), named(row, "initiative"),
                named(row, "place"))
        }

        // Dates of series that no gathering stands for.
        var series: [RecordRow] = []
        try store.list("initiative", where: "recurrence_rule <> '' and coalesce(status, '') not in ('ended', 'paused', 'idea')") { series.append($0) }
        guard !series.isEmpty else { return overview.sortGatherings() }
        var own: [String: [RecordRow]] = [:]
        try store.list("gathering", where: "initiative in (select id from initiative where recurrence_rule <> '')") {
            if let id = $0.text("initiative") { own[id, default: []].append($0) }
        }
        for row in series {
            var set = Recurrence(row.text("recurrence_rule") ?? "")
            let dates = (own[row.id.key[0]] ?? []).sorted { ($0.text("starts_at") ?? "") < ($1.text("starts_at") ?? "") }
            let starts = dates.compactMap { date in date.text("starts_at").flatMap { CalendarTime(typed: $0) }.map { (date, $0) } }
            let zone = row.text("recurrence_time_zone") ?? (set.start == nil ? starts.first?.0.text("time_zone") : nil)
            guard let start = set.start ?? starts.first?.1 ?? row.text("starts_on").flatMap({ CalendarTime(typed: $0) }) else { continue }
            // On the clock of the series: another calendar may have written them in UTC.
            set.excluded += starts.map { date, start in converted(start, from: date.text("time_zone"), to: zone) ?? start }
            let length = set.end.map { $0.seconds - start.seconds - (start.secondOfDay == nil ? 86_400 : 0) } ?? 0
            let earliest = CalendarTime(seconds: early.seconds - max(0, length)) ?? early
            let seriesClock = zone.flatMap(ZoneClock.init)
            guard let found = set.dates(from: start, within: min(earliest, late)...late, local: { seriesClock?.local($0) ?? $0 }) else {
                overview.unfollowed.append((row.id, displayName(of: row)))
                continue
            }
            for time in found where row.text("ends_on").map({ String(time.text.prefix(10)) <= $0 }) ?? true {
                let end = set.end == nil ? nil : CalendarTime(seconds: time.seconds + length, isWholeDay: time.secondOfDay == nil)
                try add(row.id, time, end, zone, displayName(of: row), named(row, "place"))
            }
        }
        overview.sortGatherings()
    }

    /// Notes that somebody was in touch with contacts.
    package func log(_ moment: NewMoment, with contacts: [RecordID]) throws -> RecordID {
        try edit { try Replica.log(moment, with: contacts, $0) }
    }

    /// Several at once, as one step: a sheet that was filled in.
    package func log(_ moments: [(moment: NewMoment, contacts: [RecordID])]) throws {
        try edit { store in for (moment, contacts) in moments { _ = try Replica.log(moment, with: contacts, store) } }
    }

    private static func log(_ moment: NewMoment, with contacts: [RecordID], _ store: Store) throws -> RecordID {
        var values: [(name: String, value: Value)] = [("occurred_at", .text(moment.occurredAt)), ("channel", .text(moment.channel))]
        if let minutes = moment.minutes { values.append(("duration_minutes", .integer(minutes))) }
        for (name, text) in [
            ("summary", moment.summary), ("purpose", moment.purpose), ("concern", moment.concern), ("follow_up_on", moment.followUpOn),
            ("worker", moment.worker?.key[0]),
        ] {
            if let text { values.append((name, .text(text))) }
        }
        let record = try store.add("contact_moment", values)
        for contact in contacts {
            _ = try store.add("contact_moment_contact", [("contact_moment", .text(record.key[0])), ("contact", .text(contact.key[0]))])
        }
        return record
    }
}

extension DayOverview {
    fileprivate mutating func sortGatherings() {
        gatherings.sort { ($0.startsAt, $0.id.text) < ($1.startsAt, $1.id.text) }
    }
}
