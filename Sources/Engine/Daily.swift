import Community
import CRDT
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
        package let id: RecordID
        /// ISO 8601 local time, as it stands in the row.
        package let startsAt: String
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
    ///   - quietSince: contacts whose last moment is before it count as not reached.
    package func overview(day: String, through last: String, quietSince: String, limit: Int = 10) throws -> DayOverview {
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
        if names.contains("gathering") { overview.gatherings = try gatherings(from: day, through: last) }
        return overview
    }

    private func followUps(through day: String) throws -> [DayOverview.FollowUp] {
        var moments: [(id: RecordID, on: String, summary: String)] = []
        let condition = "follow_up_on <= '\(day)' and coalesce(follow_up_done, 0) = 0"
        try store.list("contact_moment", where: condition) { row in
            moments.append((row.id, row.text("follow_up_on") ?? "", row.text("summary") ?? row.text("purpose") ?? ""))
        }
        guard !moments.isEmpty else { return [] }
        let open = "contact_moment in (select id from contact_moment where \(condition))"
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

    private func gatherings(from day: String, through last: String) throws -> [DayOverview.Gathering] {
        var rows: [RecordRow] = []
        let date = "substr(starts_at, 1, 10)"
        try store.list("gathering", where: "\(date) >= '\(day)' and \(date) <= '\(last)' and coalesce(status, '') <> 'cancelled'") {
            rows.append($0)
        }
        return try rows.map { row in
            func named(_ column: String) throws -> String {
                guard let id = row.text(column) else { return "" }
                return try store.rows([RecordID(table: column, key: [id])]).first.map(displayName) ?? ""
            }
            let startsAt = row.text("starts_at") ?? ""
            return DayOverview.Gathering(
                id: row.id, startsAt: startsAt, name: try named("initiative"), place: try named("place"),
                isToday: startsAt.hasPrefix(day))
        }.sorted { ($0.startsAt, $0.id.text) < ($1.startsAt, $1.id.text) }
    }

    /// Notes that somebody was in touch with contacts.
    package func log(_ moment: NewMoment, with contacts: [RecordID]) throws -> RecordID {
        var values: [(name: String, value: Value)] = [("occurred_at", .text(moment.occurredAt)), ("channel", .text(moment.channel))]
        if let minutes = moment.minutes { values.append(("duration_minutes", .integer(minutes))) }
        for (name, text) in [
            ("summary", moment.summary), ("purpose", moment.purpose), ("follow_up_on", moment.followUpOn),
            ("worker", moment.worker?.key[0]),
        ] {
            if let text { values.append((name, .text(text))) }
        }
        return try edit { store in
            let record = try store.add("contact_moment", values)
            for contact in contacts {
                _ = try store.add(
                    "contact_moment_contact", [("contact_moment", .text(record.key[0])), ("contact", .text(contact.key[0]))])
            }
            return record
        }
    }
}

extension RecordRow {
    /// A text that is there and not empty.
    fileprivate func text(_ column: String) -> String? {
        guard case .text(let bytes) = values.first(where: { $0.name == column })?.value, !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
