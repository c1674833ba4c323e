import CRDT
import SQLite
import Wire

/// Everything a replica holds, in a form that does not depend on the order in which it came: equal on replicas with the
/// same changes. For tests, the simulator and `kith` itself when it compares two files.
package struct DumpedCell: Hashable, Sendable {
    package struct Sibling: Hashable, Sendable {
        package let writer: WriterID
        package let sequence: UInt32
        /// The batch it was stamped with.
        package let batch: Nonce
        package let timeMilliseconds: Int64
        /// Of `exists`: 0 or 1. Of a counter: the increment.
        package let parts: [Value]
    }

    package let table: String
    package let key: RecordKey
    /// "exists" for the record's existence.
    package let column: String
    /// Ascending by writer and sequence.
    package let siblings: [Sibling]
    /// What the row shows, in the people's table or the trash; empty for a column this version does not know.
    package let shown: [Value]
}

extension Store {
    /// Every cell, ascending by table, key and column. Reads the whole replica.
    package func dump() throws -> [DumpedCell] {
        try stamp()
        return try read { access in
            let records = try Records(access)
            let select = try access.connection.statement("select distinct record from kith_change order by record")
            defer { select.reset() }
            var cells: [DumpedCell] = []
            while try select.step() {
                let record = Array(select.bytes(0))
                let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                cells.append(contentsOf: try Store.cells(of: record, table, key, records, access))
            }
            return cells.sorted { a, b in
                guard a.table == b.table else { return a.table < b.table }
                guard a.key == b.key else { return a.key.bytes.lexicographicallyPrecedes(b.key.bytes) }
                return a.column < b.column
            }
        }
    }

    private static func cells(
        of record: [UInt8], _ table: CatalogTable, _ key: RecordKey, _ records: Records, _ access: Access
    ) throws -> [DumpedCell] {
        let changes = try records.changes(of: record)
        let image = try records.image(of: table, key: key)
        var asides: [Dot: [Int: [Value]]] = [:]
        for logged in changes where logged.hasAside { asides[logged.change.dot] = try records.aside(of: logged.change.dot) }
        let numbers = changes.reduce(into: ColumnSet()) { $0.formUnion($1.change.columns) }.numbers
        return try numbers.map { number in
            let column = number == 0 ? nil : table.columns[number]
            let shown = column.map { $0.isShown ? image.parts(of: $0) : [] } ?? [.integer(image.place == .table ? 1 : 0)]
            // Of a text of which passages were edited, what is left of each change.
            let row = column.flatMap { $0.isShown && image.place != .nowhere ? image.values[$0.firstPart] : nil }
            let isEdited = changes.contains { $0.change.edits.contains(number: number) }
            let edits = try column.flatMap { isEdited ? try TextEdits(records).edits(of: record, $0, row: row) : nil } ?? [:]
            let siblings = try changes.filter { $0.change.columns.contains(number: number) }.map { logged in
                let change = logged.change
                let parts: [Value]
                if let column, column.accumulates {
                    parts = [.integer(try access.connection.increment(record, column.number, change.dot) ?? 0)]
                } else if column == nil {
                    parts = [.integer(change.deletes ? 0 : 1)]
                } else if let edit = edits[change.dot], asides[change.dot]?[number] == nil {
                    parts = [.blob(TextEdit.canonical(edit) { access.writers[$0].id })]
                } else {
                    parts = asides[change.dot]?[number] ?? shown
                }
                return DumpedCell.Sibling(
                    writer: access.writers[change.dot.writer].id, sequence: change.dot.sequence,
                    batch: try access.writers.batch(of: change.dot)?.nonce ?? .zero, timeMilliseconds: change.timeMilliseconds, parts: parts)
            }
            return DumpedCell(
                table: table.name, key: key, column: column?.name ?? "exists",
                siblings: siblings.sorted { ($0.writer, $0.sequence) < ($1.writer, $1.sequence) }, shown: shown)
        }
    }

    /// What is left here of every change of one text, in numbers of writers that the caller gives; ascending by these.
    package func textChanges(_ table: String, _ key: [String], _ column: String, number: (WriterID) -> WriterOrdinal) throws -> [TextChange] {
        try stamp()
        return try read { access in
            let records = try Records(access)
            guard let shared = access.catalog[table], let found = shared.column(named: column) else { return [] }
            let key = RecordKey(key)
            let changes = try records.changes(of: shared.record(key))
            let image = try records.image(of: shared, key: key)
            let text = try records.text(shared.record(key), found, changes, row: image.place == .nowhere ? nil : image.values[found.firstPart])
            func local(_ ordinal: WriterOrdinal) -> WriterOrdinal { number(access.writers[ordinal].id) }
            return text.changes(beyond: VersionVector()).map { change in
                let context = changes.first { $0.change.dot == change.dot }?.change.context ?? .empty
                return change.named(seeing: Context(context.entries.map { .init(local($0.writer), $0.last) })) { Dot(local($0.writer), $0.sequence) }
            }.sorted { $0.dot < $1.dot }
        }
    }

    /// A batch that this replica stamped, with what still lives of it.
    package struct OwnBatch {
        package let writer: WriterID
        package let nonce: Nonce
        package let before: BatchEnd?
        package let changes: [(key: RecordKey, change: Change)]
    }

    /// What stampings here have made, but for the batches that are known already.
    package func ownBatches(notIn known: Set<Nonce>) throws -> [OwnBatch] {
        try read { access in
            var found: [OwnBatch] = []
            for writer in access.writers.all where writer.own > 0 {
                var before = writer.origin?.before
                for end in try access.writers.batches(of: writer.ordinal, after: 0, through: writer.own) {
                    defer { before = end }
                    guard !known.contains(end.nonce) else { continue }
                    let select = try access.connection.statement(
                        "select dot, time, columns, context, flags, record from kith_change where dot > ? and dot <= ? order by dot")
                    defer { select.reset() }
                    select.bind(1, Dot(writer.ordinal, before?.last ?? 0).packed)
                    select.bind(2, Dot(writer.ordinal, end.last).packed)
                    var changes: [(RecordKey, Change)] = []
                    while try select.step() {
                        changes.append((try access.catalog.locate(select.bytes(5)).1, try ChangeLog.change(select).change))
                    }
                    found.append(OwnBatch(writer: writer.id, nonce: end.nonce, before: before, changes: changes))
                }
            }
            return found
        }
    }
}

extension Connection {
    /// The increment that a change made to a counter.
    func increment(_ record: [UInt8], _ column: Int, _ dot: Dot) throws -> Int64? {
        let select = try statement("select amount from kith_increment where record = ? and col = ? and dot = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, column)
        select.bind(3, dot.packed)
        return try select.step() ? select.integer(0) : nil
    }
}

extension Store {
    /// The values of some SQL columns of one row, as any client reads them; nil when no row matches.
    package func values(of columns: [String], in table: String, where condition: String, _ arguments: [Value]) throws -> [Value]? {
        try read { access in
            let select = try access.connection.statement(
                "select \((["1"] + columns.map(quoted)).joined(separator: ", ")) from \(quoted(table)) where \(condition)")
            defer { select.reset() }
            for (index, argument) in arguments.enumerated() { select.bind(Int32(index + 1), argument) }
            return try select.step() ? columns.indices.map { select.value(Int32($0 + 1)) } : nil
        }
    }

    /// The ids of a table's rows, ascending.
    package func ids(in table: String) throws -> [String] {
        guard schema[table] != nil else { return [] }
        return try read { access in
            let select = try access.connection.statement("select id from \(quoted(table)) order by id")
            defer { select.reset() }
            var found: [String] = []
            while try select.step() { found.append(select.text(0)) }
            return found
        }
    }

    /// Every text in the shared columns of some rows.
    package func texts(in name: String, where condition: String, _ arguments: [Value]) throws -> [String] {
        guard let table = schema[name] else { return [] }
        var found: [String] = []
        for part in table.columns.flatMap(\.parts) {
            try read { access in
                let select = try access.connection.statement("select \(quoted(part.name)) from \(quoted(name)) where \(condition)")
                defer { select.reset() }
                for (index, value) in arguments.enumerated() { select.bind(Int32(index + 1), value) }
                while try select.step() { if case .text(let bytes) = select.value(0) { found.append(String(decoding: bytes, as: UTF8.self)) } }
            }
        }
        return found
    }

    package func hasRow(in table: String, where condition: String, _ arguments: [Value]) throws -> Bool {
        try values(of: [], in: table, where: condition, arguments) != nil
    }
}
