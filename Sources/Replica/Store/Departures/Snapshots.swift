import CRDT
import Schema
import SQLite

/// One look at the shared tables, the same however long it takes: what others write meanwhile is not seen.
package struct Snapshot {
    fileprivate let access: Access

    /// The rows of a table in the order of some of its columns and then of its keys.
    ///
    /// - Parameters:
    ///   - condition: an SQL expression by the user; it runs where nothing can be written.
    ///   - deleted: those in the trash instead.
    /// - Throws: `unknownName`; `sqlite` with SQLite's words when the condition is not valid.
    package func rows(
        of table: String, where condition: String? = nil, orderedBy columns: [String] = [], deleted: Bool = false
    ) throws -> RowCursor {
        try RowCursor(access, table, where: condition, orderedBy: columns, deleted: deleted)
    }
}

/// Rows, one at a time; it lives no longer than its snapshot.
package final class RowCursor {
    private let rows: PreparedStatement
    private let table: CatalogTable
    private let others: [String]

    init(
        _ access: Access, _ name: String, where condition: String?, orderedBy columns: [String] = [], deleted: Bool = false,
        limit: Int? = nil, only wanted: Set<String>? = nil, after last: [[UInt8]]? = nil
    ) throws {
        table = try access.sharedTable(name)
        let keys = table.keys
        let source = deleted ? table.trash : table.name
        others = try SchemaInstaller.columns(of: source, access.connection).filter { !keys.contains($0) && wanted?.contains($0) ?? true }
        let names = (keys + others).map(quoted).joined(separator: ", ")
        // The line break ends a comment in the condition.
        let conditions = (last.map { _ in ["(\(keys.map(quoted).joined(separator: ", "))) > (\(keys.map { _ in "?" }.joined(separator: ", ")))"] } ?? [])
            + (condition.map { ["(\($0)\n)"] } ?? [])
        let filter = conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
        let order = (columns + keys).map(quoted).joined(separator: ", ")
        rows = try access.connection.prepare("select \(names) from \(quoted(source))\(filter) order by \(order) limit \(limit ?? -1)")
        for (index, part) in (last ?? []).enumerated() { rows.bind(Int32(index + 1), copying: part) }
    }

    /// Of the row that was given last, byte for byte.
    var key: [[UInt8]] { table.keys.indices.map { Array(rows.bytes(Int32($0))) } }

    package func next() throws -> RecordRow? {
        guard try rows.step() else { return nil }
        return RecordRow(
            id: RecordID(table: table.name, key: table.keys.indices.map { rows.text(Int32($0)) }),
            values: others.enumerated().map { ($1, rows.value(Int32(table.keys.count + $0))) })
    }
}

extension Store {
    package func snapshot<Result>(_ body: (Snapshot) throws -> Result) throws -> Result {
        try read { try body(Snapshot(access: $0)) }
    }
}

extension RecordRow {
    package subscript(name: String) -> Value {
        if let index = values.firstIndex(where: { $0.name == name }) { return values[index].value }
        return .null
    }
}
