import CRDT
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
        var seen: Set<[UInt8]> = []
        var others: [RecordID] = []
        func note(_ record: [UInt8], _ counts: WritableKeyPath<Step, [String: Int]>) throws {
            guard seen.insert(record).inserted else { return }
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard table.isShown else { return }
            step[keyPath: counts][table.name, default: 0] += 1
            // A person is told before their numbers.
            if table.definition?.leads == true {
                if step.records.count < Store.namedRecordCount { step.records.append(RecordID(table, key)) }
            } else if others.count < Store.namedRecordCount {
                others.append(RecordID(table, key))
            }
        }
        let anchors = try access.connection.statement(
            """
            select record from kith_moment_range cross join kith_change on dot between first and last
            where moment = ? and flags & 1 order by dot
            """)
        anchors.bind(1, step.id)
        while try anchors.step() { try note(Array(anchors.bytes(0)), \.made) }
        anchors.reset()
        let replaced = try access.connection.statement("select record from kith_replaced where moment = ? order by record")
        replaced.bind(1, step.id)
        while try replaced.step() { try note(Array(replaced.bytes(0)), \.changed) }
        replaced.reset()
        step.records = Array((step.records + others).prefix(Store.namedRecordCount))
    }

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
