import Community
import CRDT
import Wire

/// A column as this replica keeps it: its number in column sets, and its SQL columns if it has any here.
final class CatalogColumn {
    let number: Int
    let set: ColumnSet
    let name: String
    let parts: [String]
    let accumulates: Bool
    /// From the schema; nil for a column that only a newer version knows, whose values are kept aside and forwarded.
    let definition: Column?
    let isShown: Bool
    let kind: MergeKind
    /// The index of its first part in `CatalogTable.parts`.
    fileprivate(set) var firstPart = 0

    init(number: Int, name: String, parts: [String], accumulates: Bool, definition: Column?) {
        self.number = number
        set = ColumnSet(number: number)
        self.name = name
        self.parts = parts
        self.accumulates = accumulates
        self.definition = definition
        isShown = definition != nil
        kind = definition?.kind ?? (accumulates ? .counter : .register)
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
    private var updates: [ColumnSet: String] = [:]
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
        while columns.count <= column.number { columns.append(nil) }
        columns[column.number] = column
    }

    func append(_ column: CatalogColumn) { add(column) }

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
            columns: columns.dropFirst().map { column in
                column.map { WireColumn(name: $0.name, parts: $0.parts, accumulates: $0.accumulates) }
            })
    }
}

/// All tables that this replica has met, by number: those of its schema, and those that only newer versions know.
final class Catalog {
    private(set) var tables: [Int: CatalogTable] = [:]
    private var numbers: [String: Int] = [:]
    private let schema: Schema

    init(_ connection: Connection, schema: Schema) throws {
        self.schema = schema
        var columns: [Int: [CatalogColumn]] = [:]
        let columnRows = try connection.statement(
            "select tbl, number, name, parts, accumulates, shown from kith_column order by tbl, number")
        defer { columnRows.reset() }
        var shown: Set<[Int]> = []
        while try columnRows.step() {
            let column = CatalogColumn(
                number: Int(columnRows.integer(1)), name: columnRows.text(2),
                parts: columnRows.text(3).split(separator: "\n").map(String.init),
                accumulates: columnRows.integer(4) == 1, definition: nil)
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
                    number: column.number, name: column.name, parts: column.parts, accumulates: column.accumulates,
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
            guard known.keyPartCount == wire.keyPartCount else { throw WireError(.malformed, in: "segment tables") }
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
            // A column never changes kind or shape; whoever says otherwise is wrong.
            guard known.parts == wire.parts, known.accumulates == wire.accumulates else {
                throw WireError(.malformed, in: "segment columns")
            }
            return known
        }
        return try register(name: wire.name, parts: wire.parts, accumulates: wire.accumulates, definition: nil, in: table, connection)
    }

    func register(
        name: String, parts: [String], accumulates: Bool, definition: Column?, in table: CatalogTable, _ connection: Connection
    ) throws -> CatalogColumn {
        let number = max(table.columns.count, 1)
        guard number < ColumnSet.limit else { throw WireError(.tooLarge, in: "segment columns") }
        let insert = try connection.statement(
            "insert into kith_column (tbl, number, name, parts, accumulates, shown) values (?, ?, ?, ?, ?, ?)")
        insert.bind(1, table.number)
        insert.bind(2, number)
        insert.bind(3, copying: name)
        insert.bind(4, copying: parts.joined(separator: "\n"))
        insert.bind(5, accumulates ? 1 : 0)
        insert.bind(6, definition == nil ? 0 : 1)
        try insert.run()
        let column = CatalogColumn(
            number: number, name: name, parts: parts, accumulates: accumulates, definition: definition)
        table.append(column)
        return table.columns[number]!
    }
}

/// A record's key in the log: twice the table's number, then the 16 bytes of a usual id; or twice the number and one, then
/// any other key. A byte less than the key's own encoding, and there is one in the log and one in its index for every record.
enum LoggedRecord {
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

    static func decode(_ record: UnsafeRawBufferPointer) throws -> (table: Int, key: RecordKey) {
        var reader = ByteReader(record, in: "record")
        let number = try reader.number(limit: Limits.tableCount << 1 | 1)
        let rest = try reader.raw(reader.remaining)
        guard number & 1 == 0 else { return (number >> 1, RecordKey(trusted: Array(rest))) }
        return (number >> 1, RecordKey(trusted: [UInt8](unsafeUninitializedCapacity: rest.count + 1) { buffer, count in
            buffer[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[1...]).copyMemory(from: rest)
            count = rest.count + 1
        }))
    }
}
