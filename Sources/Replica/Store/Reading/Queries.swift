import CRDT
import Schema
import SQLite
import Wire

/// Names a row of a shared table.
package struct RecordID: Hashable, Sendable {
    package let table: String
    /// The id, or both ids of a pair.
    package let key: [String]

    package init(table: String, key: [String]) {
        self.table = table
        self.key = key
    }

    /// What people see and type: the id, or the pair joined by a colon.
    package var text: String { key.joined(separator: ":") }
}

/// A row as it is shown.
package struct RecordRow: Sendable {
    package let id: RecordID
    /// The SQL columns after the key in the table's order, those that somebody added by hand included.
    package let values: [(name: String, value: Value)]

    package init(id: RecordID, values: [(name: String, value: Value)]) {
        self.id = id
        self.values = values
    }
}

extension RecordID {
    init(_ table: CatalogTable, _ key: RecordKey) {
        self.init(table: table.name, key: key.parts.map { String(decoding: $0, as: UTF8.self) })
    }

    var recordKey: RecordKey { RecordKey(key) }
}

extension RecordID: Comparable {
    package static func < (a: RecordID, b: RecordID) -> Bool { a.table == b.table ? a.key.lexicographicallyPrecedes(b.key) : a.table < b.table }
}

extension Access {
    /// The shared table of this name.
    func sharedTable(_ name: String) throws -> CatalogTable {
        guard let table = catalog[name], table.isShown else { throw StoreError(.unknownName, name) }
        return table
    }

    /// The shared table of a record whose key has as many parts as the table's. Throws `erased` for an erased record.
    func sharedTable(of record: RecordID) throws -> CatalogTable {
        let table = try sharedTable(record.table)
        guard table.keys.count == record.key.count else { throw StoreError(.notFound, record.table) }
        guard try !erased.contains(table.record(record.recordKey), table, record.recordKey) else {
            throw StoreError(.erased, record.table)
        }
        return table
    }
}

// MARK: Rows

extension Store {
    package var sharedTables: [Table] { schema.tables }

    /// Gives the rows of a table in the order of their keys.
    ///
    /// - Parameters:
    ///   - condition: an SQL expression by the user; it runs where nothing can be written.
    ///   - limit: nil for all.
    ///   - columns: only these are read; nil: every one.
    /// - Throws: `sqlite` with SQLite's words when the condition is not valid.
    package func list(
        _ table: String, where condition: String? = nil, limit: Int? = nil, only columns: Set<String>? = nil, _ body: (RecordRow) throws -> Void
    ) throws {
        try read { access in
            let rows = try RowCursor(access, table, where: condition, limit: limit, only: columns)
            while let row = try rows.next() { try body(row) }
        }
    }

    /// The same, some rows at a time. Each piece is read by itself, so that of its rows other things can be asked before the next; what somebody
    /// writes meanwhile may be in the rest.
    package func list(
        _ table: String, where condition: String? = nil, limit: Int? = nil, inPiecesOf count: Int, _ body: ([RecordRow]) throws -> Void
    ) throws {
        var last: [[UInt8]]?
        var left = limit ?? .max
        while left > 0 {
            let wanted = min(left, count)
            let piece = try read { access in
                let rows = try RowCursor(access, table, where: condition, limit: wanted, after: last)
                var piece: [RecordRow] = []
                while let row = try rows.next() {
                    piece.append(row)
                    if piece.count == wanted { last = rows.key }
                }
                return piece
            }
            if !piece.isEmpty { try body(piece) }
            guard piece.count == wanted else { return }
            left -= piece.count
        }
    }

    /// The condition that a column holds one of these texts, as `list` takes it; the column by its SQL name.
    package static func condition(_ column: String, isOneOf texts: some Sequence<String>) -> String {
        "\(quoted(column)) in (\(texts.map(literal).joined(separator: ", ")))"
    }

    /// At least as many rows as all shared tables have, without counting: for how long an id must be to be told from others.
    package func mostRows() throws -> Int {
        try read { access in
            try access.catalog.shownTables.reduce(0) {
                $0 + Int(clamping: max(0, try access.connection.number("select max(rowid) from \(quoted($1.name))") ?? 0))
            }
        }
    }

    package func count(_ table: String) throws -> Int {
        try read { access in
            Int(try access.connection.number("select count(*) from \(quoted(access.sharedTable(table).name))") ?? 0)
        }
    }
}

// MARK: Finding by what people type

extension Store {
    /// Ids made at about the same time begin alike: people give their ends.
    package static let leastEndingCount = 4

    /// Finds a record by its whole id or by an ending of it that only one record has. A pair ends as its second id does, so
    /// an ending means a pair only when no single id has it.
    ///
    /// - Parameter table: nil looks in all shared tables.
    /// - Throws: `notFound`, also for fewer than four characters that are no whole id; `ambiguous`; `unknownName`.
    package func resolve(_ ending: String, in table: String? = nil, includingTrash: Bool = false) throws -> RecordID {
        try read { access in
            let tables = try table.map { [try access.sharedTable($0)] } ?? access.catalog.shownTables
            for (isWhole, keyCounts) in [(true, 1...2), (false, 1...1), (false, 2...2)] {
                guard isWhole || ending.unicodeScalars.count >= Store.leastEndingCount else { break }
                var found: Set<RecordID> = []
                // Without a colon no pair is meant, and no table of pairs need be read through.
                let keyCounts = isWhole && !ending.contains(":") ? 1...1 : keyCounts
                for table in tables where keyCounts.contains(table.keys.count) {
                    for name in [table.name] + (includingTrash ? [table.trash] : []) {
                        try Store.find(ending, isWhole: isWhole, table, in: name, access.connection, &found)
                    }
                }
                if found.count > 1 {
                    throw StoreError(.ambiguous, Set(found.map(\.table)).sorted().joined(separator: ", "))
                }
                if let only = found.first { return only }
            }
            for table in tables where try access.erased.names(ending, table) { throw StoreError(.erased, table.name) }
            throw StoreError(.notFound)
        }
    }

    /// Adds the first two records whose key, as people see it, is or ends with a text.
    private static func find(
        _ ending: String, isWhole: Bool, _ table: CatalogTable, in name: String, _ connection: Connection,
        _ found: inout Set<RecordID>
    ) throws {
        let keys = table.keys.map(quoted)
        let text = keys.joined(separator: " || ':' || ")
        let matches = isWhole ? "\(text) = ?" : "substr(\(text), -\(ending.unicodeScalars.count)) = ?"
        let select = try connection.statement(
            "select \(keys.joined(separator: ", ")) from \(quoted(name)) where \(matches) limit 2")
        defer { select.reset() }
        select.bind(1, copying: ending)
        while try select.step() {
            found.insert(RecordID(table: table.name, key: table.keys.indices.map { select.text(Int32($0)) }))
        }
    }
}
