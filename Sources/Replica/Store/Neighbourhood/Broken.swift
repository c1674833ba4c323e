import Community
import CRDT
import Schema
import SQLite

extension Store {
    /// Of each kind no more are listed.
    package static let listedBrokenRuleCount = 1_000

    /// The rules that hold no longer because of edits made apart, by kind and row, but for those that somebody dismissed: the
    /// same on replicas that hold the same.
    package func brokenRules() throws -> [BrokenRule] {
        try followSuspects()
        return try read { access in
            try access.known("broken rules") {
                let dismissed = try access.dismissals()
                // Those that were dismissed take no other's place in the list.
                return try BrokenRules(access, limit: Store.listedBrokenRuleCount + dismissed.count).byKind().flatMap { rules in
                    rules.lazy.filter { dismissed.isEmpty || !dismissed.contains($0.dismissal) }.prefix(Store.listedBrokenRuleCount)
                }
            }
        }
    }
}

/// Finds broken rules: set-based, with the rows that may break one read by SQL and judged here.
///
/// A table that this replica lacks, since it is not admitted to the collection, breaks nothing.
struct BrokenRules {
    typealias Row = BrokenRule.Row

    let access: Access
    private let identities: Identities
    /// Of each kind so many are wanted; more may be found.
    let limit: Int
    private let suspects: Suspects.Rows

    init(_ access: Access, limit: Int = Store.listedBrokenRuleCount) throws {
        self.limit = limit
        self.access = access
        identities = try access.identities()
        suspects = try Suspects(access).rows()
    }

    func all() throws -> [BrokenRule] { try byKind().flatMap { $0.prefix(limit) } }

    func byKind() throws -> [[BrokenRule]] {
        [
            try overbooked(), try matchedTwice(), try lentTwice(), try loggedAfterWithdrawal(), try placeRemoved(), try parentLoops(),
            contradictions(), try danglingReferences(among: suspects), try WrongValues(access, limit: limit, among: suspects).all(),
        ]
    }

    private func has(_ tables: String...) -> Bool { BrokenRules.has(tables, access) }

    static func has(_ tables: [String], _ access: Access) -> Bool { tables.allSatisfy { access.catalog[$0]?.isShown == true } }

    // MARK: Kinds

    private func danglingReferences(among rows: Suspects.Rows) throws -> [BrokenRule] {
        func row(_ record: RecordID) -> Row { Row(record.table, key: record.key) }
        return try DanglingReferences(access, limit: limit, among: rows).all().compactMap { found in
            let first = row(found.rows[0])
            // A place that was deleted has a rule of its own.
            if found.isDeleted, found.target?.table == "place", ["initiative", "gathering"].contains(first.table) { return nil }
            let remedies: [BrokenRule.Fix] = found.canBeEmptied
                ? [.fill(first, column: found.column), found.isNeeded ? .delete(first) : .edit(first, column: found.column, value: "")]
                : [.delete(first)]
            let restored = found.isDeleted ? found.target.map { [BrokenRule.Fix.undelete(row($0))] } ?? [] : []
            return BrokenRule(
                .danglingReference, first, column: found.column,
                others: (found.target.map { [row($0)] } ?? []) + found.rows.dropFirst().map(row), counts: [found.rows.count],
                fixes: restored + (found.rows.count == 1 ? remedies : []))
        }
    }

    private func overbooked() throws -> [BrokenRule] {
        guard has("gathering", "attendance") else { return [] }
        // Who signed up twice as two contacts takes one place: SQL counts contacts, so its list may be too long.
        let rows = try access.rows(
            """
            select gathering.id, gathering.max_participants, attendance.contact, attendance.created_at
            from gathering join attendance on attendance.gathering = gathering.id
            where gathering.max_participants >= 0 and coalesce(gathering.status, 'planned') = 'planned'
              and coalesce(attendance.status, 'signed_up') in ('signed_up', 'attended')
              and gathering.id in (
                select g.id from gathering as g join attendance as a on a.gathering = g.id
                where coalesce(a.status, 'signed_up') in ('signed_up', 'attended')
                group by g.id having count(*) > g.max_participants)
            order by gathering.id, attendance.created_at, attendance.contact
            """)
        var broken: [BrokenRule] = []
        for gathering in rows.grouped(by: 0) {
            var seen: Set<String> = []
            let persons = gathering.filter { seen.insert(identities.person(of: $0.text(2) ?? "")).inserted }
            let limit = gathering[0].integer(1) ?? 0
            guard persons.count > limit else { continue }
            for late in persons.dropFirst(limit) {
                let id = late.text(0) ?? ""
                let signedUp = Row("attendance", id, late.text(2) ?? "")
                broken.append(BrokenRule(
                    .overbooked, signedUp, column: "status", others: [Row("gathering", id)], counts: [persons.count, limit],
                    fixes: [
                        .edit(signedUp, column: "status", value: "waiting_list"),
                        .edit(Row("gathering", id), column: "max_participants", value: String(persons.count)),
                    ]))
            }
        }
        return broken
    }

    private func matchedTwice() throws -> [BrokenRule] {
        guard has("match") else { return [] }
        let rows = try access.rows(
            """
            select request, id, status from match
            where status in ('accepted', 'done') and request in (
                select request from match where status in ('accepted', 'done')
                group by request having count(*) > 1 and sum(status = 'accepted') > 0)
            order by request, status = 'done' desc, agreed_at is null, julianday(agreed_at), created_at, id
            """)
        return rows.grouped(by: 0).flatMap { matches in
            matches.dropFirst().filter { $0.text(2) == "accepted" }.map { match in
                let id = match.text(1) ?? ""
                return BrokenRule(
                    .matchedTwice, Row("match", id), column: "request",
                    others: [Row("help_item", match.text(0) ?? "")] + matches.compactMap { $0.text(1) }.filter { $0 != id }.map { Row("match", $0) },
                    counts: [matches.count], fixes: [.decline(match: id)])
            }
        }
    }

    private func lentTwice() throws -> [BrokenRule] {
        guard has("loan") else { return [] }
        let rows = try access.rows(
            """
            select item, id, coalesce(lent_on, substr(created_at, 1, 10)), created_at from loan
            where returned_on is null and item in (
                select item from loan where returned_on is null group by item having count(*) > 1)
            order by item, 3, created_at, id
            """)
        return rows.grouped(by: 0).flatMap { loans in
            // Who had it first gave it back, at the latest, when the next one got it.
            zip(loans, loans.dropFirst()).map { earlier, later in
                let row = Row("loan", earlier.text(1) ?? "")
                return BrokenRule(
                    .lentTwice, row, column: "returned_on",
                    others: [Row("item", earlier.text(0) ?? ""), Row("loan", later.text(1) ?? "")], counts: [loans.count],
                    fixes: [.edit(row, column: "returned_on", value: later.text(2) ?? "")])
            }
        }
    }

    private func loggedAfterWithdrawal() throws -> [BrokenRule] {
        guard has("consent", "contact_moment", "contact_moment_contact") else { return [] }
        let purpose = "contact"
        // When it was withdrawn: as was noted then, else when the row came to say so.
        var withdrawn: [String: Double] = [:]
        let noted = has("consent_event")
            ? try access.rows(
                """
                select contact, max(julianday(occurred_at)) from consent_event
                where purpose = '\(purpose)' and state = 'withdrawn' group by contact
                """) : []
        let times = Dictionary(noted.compactMap { row in row.text(0).flatMap { id in row.real(1).map { (id, $0) } } }) { first, _ in first }
        let records = try Records(access)
        for row in try access.rows("select contact from consent where purpose = '\(purpose)' and state = 'withdrawn'") {
            guard let contact = row.text(0), let time = try times[contact] ?? changed(contact, purpose, records) else { continue }
            for id in identities.contacts(of: contact) { withdrawn[id] = min(withdrawn[id] ?? time, time) }
        }
        guard !withdrawn.isEmpty else { return [] }
        // One scan: a moment's contacts are keyed by the moment. Who has links may share somebody else's withdrawal.
        let linked = has("identity_link")
            ? "or contact in (select contact from identity_link) or contact in (select other from identity_link)" : ""
        let select = try access.connection.statement(
            """
            select contact_moment, contact, julianday(contact_moment.occurred_at) from contact_moment_contact
                join contact_moment on contact_moment.id = contact_moment
            where contact in (select contact from consent where purpose = '\(purpose)' and state = 'withdrawn') \(linked)
            order by contact_moment, contact
            """)
        defer { select.reset() }
        var broken: [BrokenRule] = []
        while broken.count < limit, try select.step() {
            let contact = select.text(1)
            guard let time = withdrawn[contact], case .real(let occurred) = select.value(2), occurred > time else { continue }
            let row = Row("contact_moment_contact", select.text(0), contact)
            broken.append(BrokenRule(
                .loggedAfterWithdrawal, row, others: [Row("contact", contact), Row("contact_moment", select.text(0))],
                fixes: [.delete(row)]))
        }
        return broken
    }

    /// When the shown state of a consent was written, as a Julian day.
    private func changed(_ contact: String, _ purpose: String, _ records: Records) throws -> Double? {
        guard let table = access.catalog["consent"], let state = table.column(named: "state") else { return nil }
        let row = RecordID(table: "consent", key: [contact, purpose])
        let changes = try records.changes(of: table.record(row.recordKey)).filter { $0.change.columns.contains(number: state.number) }
        // Unstamped, it is of no time yet that others would agree on.
        return changes.map(\.change.timeMilliseconds).max().map { Double($0) / 86_400_000 + 2_440_587.5 }
    }

    private func placeRemoved() throws -> [BrokenRule] {
        guard let places = access.catalog["place"], places.isShown else { return [] }
        var broken: [BrokenRule] = []
        for (table, going) in [
            ("initiative", "coalesce(status, 'active') <> 'ended'"), ("gathering", "coalesce(status, 'planned') = 'planned'"),
        ] where has(table) {
            let rows = try access.rows(
                """
                select id, place, place in (select id from \(quoted(places.trash))) from \(quoted(table))
                where \(going) and (place in (select id from place where status = 'removed')
                                    or place in (select id from \(quoted(places.trash))) and place not in (select id from place))
                order by id limit \(limit)
                """)
            for found in rows {
                let row = Row(table, found.text(0) ?? ""), place = Row("place", found.text(1) ?? "")
                let isDeleted = found.integer(2) == 1
                broken.append(BrokenRule(
                    .placeRemoved, row, column: "place", others: [place],
                    fixes: [.edit(row, column: "place", value: "")]
                        + (isDeleted ? [.undelete(place)] : [.edit(place, column: "status", value: "open")])))
            }
        }
        return broken.sorted { $0.row < $1.row }
    }

    private func parentLoops() throws -> [BrokenRule] {
        var broken: [BrokenRule] = []
        for (table, column) in Schema.parentColumns where has(table) {
            // Only what leads to a row that leads on can be in a loop.
            let rows = try access.rows("select id, \(quoted(column)) from \(quoted(table)) where \(quoted(column)) is not null")
            let parents = Dictionary(rows.compactMap { row in row.text(0).flatMap { id in row.text(1).map { (id, $0) } } }) { first, _ in first }
            for loop in ParentLoops.found(in: parents) {
                // The newest of them is set free: ids sort by age.
                let newest = loop.max() ?? loop[0]
                let row = Row(table, newest)
                broken.append(BrokenRule(
                    .parentLoop, row, column: column, others: loop.filter { $0 != newest }.map { Row(table, $0) }, counts: [loop.count],
                    fixes: [.edit(row, column: column, value: "")]))
            }
        }
        return broken
    }

    private func contradictions() -> [BrokenRule] {
        identities.contradictions.map { found in
            func row(_ link: Identities.Link) -> Row { Row("identity_link", link.contact, link.other) }
            return BrokenRule(
                .contradictoryIdentity, row(found.different), column: "verdict", others: found.same.map(row), counts: [found.same.count + 1],
                fixes: [.edit(row(found.different), column: "verdict", value: "same")]
                    + found.same.map { .edit(row($0), column: "verdict", value: "different") })
        }
    }
}

extension Access {
    /// Which contacts are one person.
    func identities() throws -> Identities { try known("identities") { try readIdentities() } }

    private func readIdentities() throws -> Identities {
        guard knowsIdentities else { return Identities([]) }
        let links = try rows("select contact, other, verdict from identity_link where verdict in ('same', 'different')").map(Access.link)
        let absent = try rows(
            """
            select contact from identity_link where verdict = 'same' and contact not in (select id from contact)
            union select other from identity_link where verdict = 'same' and other not in (select id from contact)
            """)
        return Identities(links, absent: Set(absent.compactMap { $0.text(0) }))
    }

    /// The same of some contacts alone: no links are read but those that lead on from them.
    func identities(around contacts: some Sequence<String>) throws -> Identities {
        guard knowsIdentities else { return Identities([]) }
        var links: Set<Identities.Link> = []
        var absent: Set<String> = []
        var seen = Set(contacts)
        var waiting = Array(seen)
        while let contact = waiting.popLast() {
            let found = try rows(
                "select contact, other, verdict from identity_link where (contact = ?1 or other = ?1) and verdict in ('same', 'different')", [.text(contact)]
            ).map(Access.link)
            guard !found.isEmpty else { continue }
            if try rows("select 1 from contact where id = ?", [.text(contact)]).isEmpty { absent.insert(contact) }
            for link in found where links.insert(link).inserted && link.verdict == "same" {
                for end in [link.contact, link.other] where seen.insert(end).inserted { waiting.append(end) }
            }
        }
        return Identities(Array(links), absent: absent)
    }

    private var knowsIdentities: Bool { BrokenRules.has(["identity_link", "contact"], self) }

    private static func link(_ row: QueryRow) -> Identities.Link { Identities.Link(row.text(0) ?? "", row.text(1) ?? "", row.text(2) ?? "") }

    /// Every row of a query that gives few.
    func rows(_ sql: String, _ arguments: [Value] = []) throws -> [QueryRow] {
        let select = try connection.statement(sql)
        defer { select.reset() }
        for (index, argument) in arguments.enumerated() { select.bind(Int32(index + 1), argument) }
        var rows: [QueryRow] = []
        while try select.step() { rows.append(QueryRow(values: (0..<select.columnCount).map { select.value($0) })) }
        return rows
    }
}

/// The values of one row of a query.
struct QueryRow {
    let values: [Value]

    func text(_ index: Int) -> String? {
        if case .text(let bytes) = values[index] { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    func integer(_ index: Int) -> Int? { if case .integer(let number) = values[index] { Int(number) } else { nil } }

    func real(_ index: Int) -> Double? {
        switch values[index] {
        case .real(let number): number
        case .integer(let number): Double(number)
        case .null, .text, .blob: nil
        }
    }
}

extension [QueryRow] {
    /// Runs of rows with the same value in a column; the rows are ordered by it.
    func grouped(by column: Int) -> [[QueryRow]] {
        var groups: [[QueryRow]] = []
        for row in self {
            if let last = groups.last?.first, last.values[column] == row.values[column] {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        return groups
    }
}
