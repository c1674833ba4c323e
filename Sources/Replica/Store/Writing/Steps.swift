import CRDT
import Synchronization
import Wire

/// One deed of this replica that can be taken back or done again: a stamping of edits, or an import. Kept for 30 days.
package struct Step: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case edit, `import`
    }

    /// For as long as it is kept.
    package let id: Int64
    package let kind: Kind
    package let timeMilliseconds: Int64
    /// It was taken back, and can be done again.
    package let isUndone: Bool
    /// How many rows it made, by table.
    package internal(set) var made: [String: Int] = [:]
    /// How many rows it changed that were there; of those it deleted or brought back that too.
    package internal(set) var changed: [String: Int] = [:]
    /// The first of its rows that people call by a name, those that it made before others.
    package internal(set) var records: [RecordID] = []

    package var rowCount: Int { made.values.reduce(0, +) + changed.values.reduce(0, +) }
}

/// What steps of many rows made and changed, for as long as it stays so: ids, and no names.
final class CountedSteps: Sendable {
    private let known = Mutex<[Int64: (mark: String, step: Step)]>([:])

    subscript(id: Int64, mark: String) -> Step? {
        get { known.withLock { $0[id].flatMap { $0.mark == mark ? $0.step : nil } } }
        set { known.withLock { $0[id] = newValue.map { (mark, $0) } } }
    }
}

extension Store {
    private static let namedRecordCount = 3

    /// What was done here, the last first.
    ///
    /// - Parameters:
    ///   - id: only this one.
    ///   - standing: only those that are not undone.
    package func steps(limit: Int = .max, only id: Int64? = nil, standing: Bool = false) throws -> [Step] {
        try read { access in
            let oldest = access.now - Moment.keptMilliseconds
            var steps = try access.rows(
                "select id, kind, time, undone from kith_moment where kind in ('edit', 'import') and time >= ?1 and (?2 is null or id = ?2) and (?3 = 0 or undone = 0) order by id desc limit ?4",
                [.integer(oldest), id.map { .integer($0) } ?? .null, .integer(standing ? 1 : 0), .integer(Int64(clamping: limit))]
            ).compactMap { row in
                Step.Kind(rawValue: row.text(1) ?? "").map { kind in
                    Step(id: Int64(row.integer(0) ?? 0), kind: kind, timeMilliseconds: Int64(row.integer(2) ?? 0), isUndone: row.integer(3) != 0)
                }
            }
            for index in steps.indices { try fill(&steps[index], access) }
            return steps
        }
    }

    private func fill(_ step: inout Step, _ access: Access) throws {
        let mark = try mark(of: step, access)
        if let known = countedSteps[step.id, mark] {
            (step.made, step.changed, step.records) = (known.made, known.changed, known.records)
            return
        }
        (step.made, step.changed) = try counts(of: step, access)
        // A person is told before their numbers.
        let named = access.catalog.shownTables.filter { $0.definition?.leads == true }
        let isNamed = named.isEmpty ? "0" : named.map(Store.isOf).joined(separator: " or ")
        func holdsNamed(_ counts: [String: Int]) -> Bool { named.contains { counts[$0.name] != nil } }
        for (condition, looks) in [(isNamed, holdsNamed), ("not (\(isNamed))", { !$0.isEmpty })] as [(String, ([String: Int]) -> Bool)] {
            if looks(step.made) {
                try gather(
                    """
                    select record from kith_moment_range cross join kith_change on dot between first and last
                    where moment = ?1 and flags & 1 and (\(condition)) order by dot
                    """, &step, access)
            }
            if looks(step.changed) { try gather("select record from kith_replaced where moment = ?1 and (\(condition)) order by record", &step, access) }
        }
        if step.rowCount > Store.quicklyCounted { countedSteps[step.id, mark] = step }
    }

    /// An import is counted once: it stays what it was, unless something is erased, goes on in it, or is told apart.
    private func mark(of step: Step, _ access: Access) throws -> String {
        let state = try access.rows(
            "select (select max(last) from kith_moment_range where moment = ?1), (select count(*) from kith_erased), (select count(*) from kith_cut), (select count(*) from kith_parked)",
            [.integer(step.id)])[0]
        return (0..<4).map { state.integer($0).map(String.init) ?? "" }.joined(separator: ".")
    }

    /// Adds records until enough are named.
    private func gather(_ sql: String, _ step: inout Step, _ access: Access) throws {
        let select = try access.connection.prepare(sql)
        select.bind(1, step.id)
        while step.records.count < Store.namedRecordCount, try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            let record = RecordID(table, key)
            if table.isShown, !step.records.contains(record) { step.records.append(record) }
        }
    }

    /// How many rows a step made and changed, by table.
    private func counts(of step: Step, _ access: Access) throws -> (made: [String: Int], changed: [String: Int]) {
        func count(_ sql: String) throws -> [String: Int] {
            var counts: [String: Int] = [:]
            let select = try access.connection.prepare(sql)
            select.bind(1, step.id)
            while try select.step() {
                let number = try LoggedRecord.decode(select.bytes(0)).table
                if let table = access.catalog.tables[number], table.isShown { counts[table.name, default: 0] += Int(select.integer(1)) }
            }
            return counts
        }
        let made = try count(
            """
            select \(Store.tablePart("record")), count(*) from kith_moment_range cross join kith_change on dot between first and last
            where moment = ?1 and flags & 1 group by 1
            """)
        // What a step made and changed, it made.
        let changed = try count(
            """
            select \(Store.tablePart("record")), count(*) from kith_replaced as replaced where moment = ?1 and not exists (
                select 1 from kith_change as made join kith_moment_range as range on range.moment = ?1 and made.dot between range.first and range.last
                where made.record = replaced.record and made.flags & 1) group by 1
            """)
        return (made, changed)
    }

    /// Rows that are counted in no time.
    private static let quicklyCounted = 1_000

    /// The number of the table, with which a record's key begins (see `LoggedRecord`): seven bits a byte.
    private static func tablePart(_ record: String) -> String {
        "case when substr(\(record), 1, 1) < x'80' then substr(\(record), 1, 1) else substr(\(record), 1, 2) end"
    }

    /// The condition that `record` is of a table.
    private static func isOf(_ table: CatalogTable) -> String { table.recordBeginnings.map { "substr(record, 1, \($0.count)) = \($0.literal)" }.joined(separator: " or ") }

    /// Does again what was undone last, or one step: by new edits that put back what the undo replaced.
    ///
    /// - Throws: `nothingToRedo`; `noSuchStep` for a step that is not undone; `MassChange` for edits that wait to be stamped.
    package func redo(step: Int64? = nil) throws -> UndoReport {
        try writeStamped { access in
            guard let moment = try UndoneMoment(access, redoing: step) else { throw StoreError(step == nil ? .nothingToRedo : .noSuchStep, step.map(String.init) ?? "") }
            return try moment.takeBack()
        }
    }
}
