import Community
import CRDT
import Schema
import Wire

/// The tables of a simulation: one column of every merge kind, a usual key, odd keys and a pair.
///
/// Columns have no affinity, so that SQLite keeps every value as it is given.
/// Records and cells are small numbers here, so that thousands of seeds a second are possible; their names on the wire
/// and in SQL are the schema's.
package enum SimulatedSchema {
    package static let collection = Collection.people

    package static let schema = Schema(tables: [
        Table(
            "contact", in: collection,
            columns: [
                Column("name", type: .blob),
                Column("status", .rank(order: ["withdrawn", "asked", "given"]), type: .blob),
                Column("since", .earliest, type: .blob),
                Column("source", .once, type: .blob),
                Column("visits", .counter, type: .integer),
                Column(composite: "address", [.init("street", .blob), .init("number", .integer)]),
            ],
            purpose: "Every kind of column once."),
        Table(
            "contact_term", in: collection, key: .pair("contact", "term"), columns: [Column("note", type: .blob)],
            purpose: "A set's link row, keyed by the pair."),
    ])

    /// The column numbers of `contact`, as `schema` has them.
    package static let name = 1, status = 2, since = 3, source = 4, visits = 5, address = 6

    /// By record: its table and the texts of its key.
    package static let keys: [(table: Int, parts: [String])] = [
        (0, ["0193e0c6a7b07000800000000000000a"]),
        (0, ["0193e0c6a7b07000800000000000000b"]),
        (0, ["0193e0c6a7b17fff8fffffffffffffff"]),
        (0, ["O'Hara \"x\" /* é"]),
        (1, ["0193e0c6a7b07000800000000000000a", "food"]),
        (1, [" ", "0193e0c6a7b07000800000000000000b"]),
    ]
    package static var recordCount: Int { keys.count }

    /// More than any table's columns: a cell's number is its record's times this, plus the column.
    package static let cellStride = 8

    package static let recordKeys: [RecordKey] = keys.map { RecordKey($0.parts) }
    package static let recordOfKey: [RecordKey: Int] = .init(uniqueKeysWithValues: zip(recordKeys, keys.indices))

    package static let wireTables: [WireTable] = schema.tables.map { table in
        WireTable(
            name: table.name, keyPartCount: table.key.columns.count,
            columns: table.columns.map {
                WireColumn(name: $0.name, parts: $0.parts.map(\.name), kind: $0.kind)
            })
    }

    /// By table: the columns that add up.
    package static let accumulating: [ColumnSet] = schema.tables.map { table in
        table.columns.indices.reduce(into: ColumnSet()) {
            if table.columns[$1].kind.accumulates { $0.formUnion(ColumnSet(number: $1 + 1)) }
        }
    }

    /// The merge kind of a column of a record; `exists` has none.
    package static func kind(record: Int, column: Int) -> MergeKind {
        schema.tables[keys[record].table].columns[column - 1].kind
    }

    package static func columnCount(record: Int) -> Int { schema.tables[keys[record].table].columns.count }
}
