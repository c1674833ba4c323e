import CRDT
import SQLite

/// A place in the log: all that is held here up to it.
package struct LogMark: Hashable, Sendable {
    fileprivate let closed: [UInt32: UInt32]
}

/// What changes beyond a mark have done to one record, as it is shown now.
package struct RecordChange: Hashable, Sendable {
    package let record: RecordID
    /// The row came to be.
    package let isNew: Bool
    /// Whether it is in its table; else it was deleted.
    package let isHere: Bool
    /// Columns that were written, composites by their own name; of a new row all.
    package let columns: [String]
}

extension Store {
    package func logMark() throws -> LogMark {
        try read { access in LogMark(closed: Dictionary(uniqueKeysWithValues: access.writers.all.map { ($0.ordinal.number, $0.closed) })) }
    }

    /// Records of shown tables that changes beyond the mark are about, by table and key.
    ///
    /// - Parameter limit: no more of them.
    package func changes(since mark: LogMark, limit: Int = .max) throws -> [RecordChange] {
        try read { access in
            var columns: [[UInt8]: ColumnSet] = [:]
            var new: Set<[UInt8]> = []
            let select = try access.connection.statement("select record, columns, flags & 1 from kith_change where dot > ? and dot <= ?")
            defer { select.reset() }
            for writer in access.writers.all {
                select.bind(1, Dot(writer.ordinal, mark.closed[writer.ordinal.number] ?? 0).packed)
                select.bind(2, Dot(writer.ordinal, .max).packed)
                while try select.step() {
                    let record = Array(select.bytes(0))
                    columns[record, default: []].formUnion(ColumnSet(rawValue: UInt64(bitPattern: select.integer(1))))
                    if select.integer(2) == 1 { new.insert(record) }
                }
                select.reset()
            }
            let records = try Records(access)
            return try columns.sorted { $0.key.lexicographicallyPrecedes($1.key) }.lazy.compactMap { record, columns -> RecordChange? in
                let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                guard table.isShown else { return nil }
                return RecordChange(
                    record: RecordID(table, key), isNew: new.contains(record),
                    isHere: try records.image(of: table, key: key).place == .table,
                    columns: columns.numbers.compactMap { $0 == 0 ? nil : table.columns[$0] }.filter(\.isShown).map(\.name))
            }.prefix(limit).sorted { $0.record < $1.record }
        }
    }
}
