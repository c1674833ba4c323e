import CRDT
import Schema
import SQLite
import Wire

/// A column as this replica keeps it: its number in column sets, and its SQL columns if it has any here.
final class CatalogColumn {
    let number: Int
    let set: ColumnSet
    let name: String
    let parts: [String]
    let kind: MergeKind
    /// Whether the kind was ever said: not of an unknown column that a file of layout 1 has. Then the next one counts.
    let isKindSaid: Bool
    /// From the schema; nil for a column that only a newer version knows, whose values are kept aside and forwarded.
    let definition: Column?
    let isShown: Bool
    var accumulates: Bool { kind.accumulates }
    /// The index of its first part in `CatalogTable.parts`.
    fileprivate(set) var firstPart = 0

    init(number: Int, name: String, parts: [String], kind: MergeKind, isKindSaid: Bool = true, definition: Column?) {
        self.number = number
        set = ColumnSet(number: number)
        self.name = name
        self.parts = parts
        self.kind = kind
        self.isKindSaid = isKindSaid
        self.definition = definition
        isShown = definition != nil
    }
}

extension CatalogColumn {
    /// The column as a segment names it.
    var wire: WireColumn { WireColumn(name: name, parts: parts, kind: kind) }

    /// A kind as kith_column keeps it.
    static func kind(_ number: Int64, order: String) throws -> MergeKind {
        guard let kind = MergeKind(number: Int(number), order: order.split(separator: "\n").map(String.init)) else {
            throw StoreError(.damaged, "a column of no kind")
        }
        return kind
    }
}

/// A table as this replica keeps it, with the SQL of the hot paths.
final class CatalogTable: Hashable {
    static func == (a: CatalogTable, b: CatalogTable) -> Bool { a === b }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    let number: Int
    let name: String
    let keyPartCount: Int
    /// nil for a table that only a newer version knows.
    let definition: Table?
    /// By number; nil at 0.
    private(set) var columns: [CatalogColumn?]
    /// The SQL columns after the key, in the order in which every statement here names them.
    private(set) var parts: [(column: Int, name: String)] = []
    private(set) var shownColumns = ColumnSet()
    private(set) var accumulating = ColumnSet()
    /// Those of kind text.
    private(set) var texts = ColumnSet()
    private var updates: [ColumnSet: String] = [:]
    private var shapes: [ColumnSet: ContentsShape] = [:]
    private var lastShape: (set: ColumnSet, shape: ContentsShape)?
    /// SQL columns that people added: they stay on this laptop, and go into the trash and come back with their row.
    let handColumns: [String]

    init(
        number: Int, name: String, keyPartCount: Int, definition: Table?, columns: [CatalogColumn], handColumns: [String] = []
    ) {
        self.handColumns = handColumns
        self.number = number
        self.name = name
        self.keyPartCount = keyPartCount
        self.definition = definition
        self.columns = Array(repeating: nil, count: (columns.map(\.number).max() ?? 0) + 1)
        for column in columns { add(column) }
    }

    private func add(_ column: CatalogColumn) {
        column.firstPart = parts.count
        if column.isShown {
            parts.append(contentsOf: column.parts.map { (column.number, $0) })
            shownColumns.insert(column.set)
        }
        if column.accumulates { accumulating.insert(column.set) }
        if column.kind == .text { texts.insert(column.set) }
        while columns.count <= column.number { columns.append(nil) }
        columns[column.number] = column
    }

    func append(_ column: CatalogColumn) { add(column) }

    /// The same column, of which more is known. It has no SQL columns here.
    func replace(_ column: CatalogColumn) {
        columns[column.number] = column
        (shapes, lastShape) = ([:], nil)
    }

    /// What names this table and the columns of a change in digests; changes that follow one another mostly have the same.
    func shape(of set: ColumnSet) -> ContentsShape {
        if let lastShape, lastShape.set == set { return lastShape.shape }
        let shape = shapes[set] ?? ContentsShape(self, set)
        // Many sets of columns occur only by malice.
        if shapes.count < 1_024 { shapes[set] = shape }
        lastShape = (set, shape)
        return shape
    }

    var isShown: Bool { definition != nil }
    func column(named name: String) -> CatalogColumn? { columns.lazy.compactMap { $0 }.first { $0.name == name } }

    /// The record's key in the log.
    func record(_ key: RecordKey) -> [UInt8] { LoggedRecord.encode(table: number, key) }

    // MARK: SQL

    var trash: String { "kith_trash_" + name }
    var notes: String { "kith_note_" + name }
    var keys: [String] { definition?.key.columns ?? [] }
    private var keyNames: String { keys.map(quoted).joined(separator: ", ") }
    private var partNames: String { parts.map { quoted($0.name) }.joined(separator: ", ") }
    private var comma: String { parts.isEmpty ? "" : ", " }
    private var keyMatches: String { keys.map { quoted($0) + " = ?" }.joined(separator: " and ") }

    /// Parameters: the key. Gives the parts.
    lazy var selectRow = "select 1\(comma)\(partNames) from \(quoted(name)) where \(keyMatches)"
    lazy var selectTrash = "select 1\(comma)\(partNames) from \(quoted(trash)) where \(keyMatches)"
    /// Parameters: the key, the parts.
    lazy var insertRow = insert(into: name)
    lazy var insertTrash = insert(into: trash)
    /// Parameters: the key.
    lazy var deleteRow = "delete from \(quoted(name)) where \(keyMatches)"
    lazy var deleteTrash = "delete from \(quoted(trash)) where \(keyMatches)"

    /// Gives a row in one place what people's own columns of it hold in the other. Parameters: the key twice. nil: there are none.
    lazy var fillFromTrash = fill(name, from: trash)
    lazy var fillTrash = fill(trash, from: name)

    private func fill(_ target: String, from source: String) -> String? {
        guard !handColumns.isEmpty else { return nil }
        let names = handColumns.map(quoted).joined(separator: ", ")
        // A row of one column is a value (https://sqlite.org/rowvalue.html).
        let places = handColumns.count == 1 ? names : "(\(names))"
        return """
            update \(quoted(target)) set \(places) = (select \(names) from \(quoted(source)) where \(keyMatches)) where \(keyMatches)
            """
    }

    private func insert(into target: String) -> String {
        let places = Array(repeating: "?", count: keys.count + parts.count).joined(separator: ", ")
        return "insert into \(quoted(target)) (\(keyNames)\(comma)\(partNames)) values (\(places))"
    }

    /// Parameters: the parts of the columns in ascending order, then the key.
    func update(_ set: ColumnSet, trash inTrash: Bool = false) -> String {
        if !inTrash, let known = updates[set] { return known }
        let assignments = set.numbers.flatMap { columns[$0]!.parts.map { quoted($0) + " = ?" } }.joined(separator: ", ")
        let sql = "update \(quoted(inTrash ? trash : name)) set \(assignments) where \(keyMatches)"
        if !inTrash { updates[set] = sql }
        return sql
    }

    /// The table as a segment names it.
    var wire: WireTable {
        WireTable(
            name: name, keyPartCount: keyPartCount,
            columns: columns.dropFirst().map { $0?.wire })
    }
}

/// All tables that this replica has met, by number: those of its schema, and those that only newer versions know.
final class Catalog {
    private(set) var tables: [Int: CatalogTable] = [:]
    private var numbers: [String: Int] = [:]
    /// The program's tables, and those that the file has beyond them, of the collections that the device is admitted to.
    let schema: Schema

    init(_ connection: Connection, schema program: Schema) throws {
        schema = program.joined(with: try FileSchema(connection).tables(beside: program))
        var columns: [Int: [CatalogColumn]] = [:]
        let columnRows = try connection.statement(
            "select tbl, number, name, parts, accumulates, shown, kind, ranking from kith_column order by tbl, number")
        defer { columnRows.reset() }
        var shown: Set<[Int]> = []
        while try columnRows.step() {
            let column = CatalogColumn(
                number: Int(columnRows.integer(1)), name: columnRows.text(2),
                parts: columnRows.text(3).split(separator: "\n").map(String.init),
                kind: columnRows.isNull(6)
                    ? columnRows.integer(4) == 1 ? .counter : .register
                    : try CatalogColumn.kind(columnRows.integer(6), order: columnRows.text(7)),
                isKindSaid: !columnRows.isNull(6), definition: nil)
            if columnRows.integer(5) == 1 { shown.insert([Int(columnRows.integer(0)), column.number]) }
            columns[Int(columnRows.integer(0)), default: []].append(column)
        }
        var handColumns: [Int: [String]] = [:]
        let handRows = try connection.statement("select tbl, name from kith_hand_column order by tbl, name")
        defer { handRows.reset() }
        while try handRows.step() { handColumns[Int(handRows.integer(0)), default: []].append(handRows.text(1)) }
        let tableRows = try connection.statement("select number, name, key_parts from kith_table")
        defer { tableRows.reset() }
        while try tableRows.step() {
            let number = Int(tableRows.integer(0))
            let definition = schema[tableRows.text(1)]
            let own = (columns[number] ?? []).map { column in
                CatalogColumn(
                    number: column.number, name: column.name, parts: column.parts, kind: column.kind, isKindSaid: column.isKindSaid,
                    definition: shown.contains([number, column.number]) ? definition?[column: column.name] : nil)
            }
            add(CatalogTable(
                number: number, name: tableRows.text(1), keyPartCount: Int(tableRows.integer(2)),
                definition: own.contains { $0.isShown } ? definition : nil, columns: own, handColumns: handColumns[number] ?? []))
        }
    }

    private func add(_ table: CatalogTable) {
        tables[table.number] = table
        numbers[table.name] = table.number
    }

    /// Takes the columns of a table that was not known for back: it was met with another key.
    func forget(_ table: CatalogTable, keyPartCount: Int) {
        add(CatalogTable(number: table.number, name: table.name, keyPartCount: keyPartCount, definition: nil, columns: []))
    }

    subscript(name: String) -> CatalogTable? { numbers[name].flatMap { tables[$0] } }

    /// The shared tables of the schema, in its order.
    var shownTables: [CatalogTable] { schema.tables.compactMap { self[$0.name] }.filter(\.isShown) }

    /// The table and key of a record in the log.
    func locate(_ record: UnsafeRawBufferPointer) throws -> (CatalogTable, RecordKey) {
        let (number, key) = try LoggedRecord.decode(record)
        guard let table = tables[number] else { throw StoreError(.damaged, "a record of no table") }
        return (table, key)
    }

    /// Finds, or takes up as unknown, a table that a segment names.
    func table(meeting wire: WireTable, _ connection: Connection) throws -> CatalogTable {
        if let known = self[wire.name] {
            guard known.keyPartCount == wire.keyPartCount else { throw WireError(mergedOtherwise: wire.name) }
            return known
        }
        let number = (tables.keys.max() ?? 0) + 1
        guard number < Limits.tableCount else { throw WireError(.tooLarge, in: "segment tables") }
        let insert = try connection.statement("insert into kith_table (number, name, key_parts) values (?, ?, ?)")
        insert.bind(1, number)
        insert.bind(2, copying: wire.name)
        insert.bind(3, wire.keyPartCount)
        try insert.run()
        let table = CatalogTable(
            number: number, name: wire.name, keyPartCount: wire.keyPartCount, definition: nil, columns: [])
        add(table)
        return table
    }

    /// Finds, or takes up as unknown, a column that a segment names.
    func column(meeting wire: WireColumn, in table: CatalogTable, _ connection: Connection) throws -> CatalogColumn {
        if let known = table.column(named: wire.name) {
            // Whoever merged it otherwise would show something else for good, and nobody would notice.
            guard known.parts == wire.parts, known.kind == wire.kind || !known.isKindSaid && known.accumulates == wire.accumulates
            else { throw WireError(mergedOtherwise: table.name, wire.name) }
            guard !known.isKindSaid else { return known }
            try Catalog.say(wire.kind, of: known.number, in: table, connection)
            let said = CatalogColumn(number: known.number, name: known.name, parts: known.parts, kind: wire.kind, definition: nil)
            table.replace(said)
            return said
        }
        return try register(wire, definition: nil, in: table, connection)
    }

    /// Keeps how a column merges.
    static func say(_ kind: MergeKind, of column: Int, in table: CatalogTable, _ connection: Connection) throws {
        let update = try connection.statement(
            "update kith_column set kind = ?, ranking = ?, accumulates = ? where tbl = ? and number = ?")
        update.bind(1, kind.number)
        update.bind(2, copying: kind.order.joined(separator: "\n"))
        update.bind(3, kind.accumulates ? 1 : 0)
        update.bind(4, table.number)
        update.bind(5, column)
        try update.run()
    }

    func register(
        _ wire: WireColumn, definition: Column?, in table: CatalogTable, _ connection: Connection
    ) throws -> CatalogColumn {
        let number = max(table.columns.count, 1)
        guard number < ColumnSet.limit, wire.kind != .text || number <= ChangeLog.textColumnLimit else { throw WireError(.tooLarge, in: "segment columns") }
        let insert = try connection.statement(
            "insert into kith_column (tbl, number, name, parts, accumulates, shown, kind, ranking) values (?, ?, ?, ?, ?, ?, ?, ?)")
        insert.bind(1, table.number)
        insert.bind(2, number)
        insert.bind(3, copying: wire.name)
        insert.bind(4, copying: wire.parts.joined(separator: "\n"))
        insert.bind(5, wire.accumulates ? 1 : 0)
        insert.bind(6, definition == nil ? 0 : 1)
        insert.bind(7, wire.kind.number)
        insert.bind(8, copying: wire.kind.order.joined(separator: "\n"))
        try insert.run()
        let column = CatalogColumn(number: number, name: wire.name, parts: wire.parts, kind: wire.kind, definition: definition)
        table.append(column)
        return table.columns[number]!
    }
}

/// A record's key in the log: twice the table's number, then the 16 bytes of a usual id; or twice the number and one, then
/// any other key. A byte less than the key's own encoding, and there is one in the log and one in its index for every record.
enum LoggedRecord {
    /// With which the records of a table begin: a key that is packed is marked in the number's lowest bit.
    struct Beginning {
        let bytes: [UInt8]
        var count: Int { bytes.count }
        /// In SQL.
        var literal: String { "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'" }
    }

    static func encode(table: Int, _ key: RecordKey) -> [UInt8] {
        var out = ByteWriter()
        if key.bytes.count == 17, key.bytes[0] == 0 {
            out.number(table << 1)
            key.bytes.withUnsafeBytes { out.raw(UnsafeRawBufferPointer(rebasing: $0[1...])) }
        } else {
            out.number(table << 1 | 1)
            out.raw(key.bytes)
        }
        return out.bytes
    }

    /// - Returns: twice the table's number, or that and one; and the id, or the encoded key.
    @inline(__always) static func split(_ record: UnsafeRawBufferPointer) throws -> (number: Int, rest: UnsafeRawBufferPointer) {
        if record.count > 1, record[0] < 0x80 { return (Int(record[0]), UnsafeRawBufferPointer(rebasing: record[1...])) }
        var reader = ByteReader(record, in: "record")
        return (try reader.number(limit: Limits.tableCount << 1 | 1), try reader.raw(reader.remaining))
    }

    /// Runs `body` with the encoded key of a record.
    @inline(__always) static func withKey(_ record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) throws {
        let (number, rest) = try split(record)
        guard number & 1 == 0 else { return body(rest) }
        withUnsafeTemporaryAllocation(byteCount: rest.count + 1, alignment: 8) { key in
            key[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: key[1...]).copyMemory(from: rest)
            body(UnsafeRawBufferPointer(key))
        }
    }

    static func decode(_ record: UnsafeRawBufferPointer) throws -> (table: Int, key: RecordKey) {
        let (number, rest) = try split(record)
        guard number & 1 == 0 else { return (number >> 1, RecordKey(trusted: Array(rest))) }
        return (number >> 1, RecordKey(trusted: [UInt8](unsafeUninitializedCapacity: rest.count + 1) { buffer, count in
            buffer[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[1...]).copyMemory(from: rest)
            count = rest.count + 1
        }))
    }
}

extension CatalogTable {
    /// With which its records begin in the log.
    var recordBeginnings: [LoggedRecord.Beginning] {
        [0, 1].map { mark in
            var out = ByteWriter()
            out.number(number << 1 | mark)
            return LoggedRecord.Beginning(bytes: out.bytes)
        }
    }
}
