import CRDT
import SQLite
import Wire

/// A cell that is too large to travel (`Limits.valueByteCount`), or one too many in a row (`Limits.changeByteCount`): it stays
/// on this laptop, by name, and holds up nothing else.
package struct TooLargeCell: Hashable, Sendable {
    package let record: RecordID
    package let column: String
    package let byteCount: Int
}

/// Holds cells that are too large to travel.
///
/// A held cell is in no change. What the row had there before, as others have it, is kept aside, so that it can be sent on; the
/// row keeps what the person wrote. An edit that makes it smaller is stamped as any other, and so is a delete.
///
/// Edits are measured when they are stamped. Rows that are new are stamped set-based, without a look at any value: theirs are
/// found when they are packed, and the column is taken back out of the change, which nobody else can have.
struct TooLarge {
    private let access: Access
    private var connection: Connection { access.connection }

    init(_ access: Access) { self.access = access }

    // MARK: What is held

    /// The columns of a record that are held.
    func columns(of record: [UInt8]) throws -> ColumnSet {
        guard access.hasTooLarge else { return [] }
        let select = try connection.statement("select col from kith_too_large where record = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        var columns = ColumnSet()
        while try select.step() { columns.insert(ColumnSet(number: Int(select.integer(0)))) }
        return columns
    }

    func hold(_ record: [UInt8], _ column: Int, byteCount: Int) throws {
        let insert = try connection.statement("insert or replace into kith_too_large (record, col, byte_count) values (?, ?, ?)")
        insert.bind(1, copyingBlob: record)
        insert.bind(2, column)
        insert.bind(3, byteCount)
        try insert.run()
        access.hasTooLarge = true
    }

    func release(_ record: [UInt8], _ columns: ColumnSet) throws {
        guard access.hasTooLarge else { return }
        let delete = try connection.statement("delete from kith_too_large where record = ? and col = ?")
        for column in columns.numbers {
            delete.bind(1, copyingBlob: record)
            delete.bind(2, column)
            try delete.run()
        }
    }

    /// Those of rows that are there.
    func cells() throws -> [TooLargeCell] {
        guard access.hasTooLarge else { return [] }
        let select = try connection.statement("select record, col, byte_count from kith_too_large order by record, col")
        defer { select.reset() }
        let records = try Records(access)
        var found: [TooLargeCell] = []
        while try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            guard table.isShown, let column = table.columns[Int(select.integer(1))], try records.isInTable(table, key: key) else { continue }
            found.append(TooLargeCell(record: RecordID(table, key), column: column.name, byteCount: Int(select.integer(2))))
        }
        return found
    }

    // MARK: Finding

    /// Which of some columns do not fit, with their sizes: those above the limit for one, then the largest until the rest fits.
    static func found(in image: RowImage, _ table: CatalogTable, _ columns: ColumnSet) -> [(column: Int, byteCount: Int)] {
        var sizes: [(column: Int, byteCount: Int, largest: Int)] = []
        for column in columns.numbers.lazy.compactMap({ table.columns[$0] }) where column.isShown && !column.accumulates {
            let parts = image.parts(of: column).map(\.byteCount)
            sizes.append((column.number, parts.reduce(0, +), parts.max() ?? 0))
        }
        var found = sizes.filter { $0.largest > Limits.valueByteCount }
        var rest = sizes.filter { $0.largest <= Limits.valueByteCount }.sorted { ($0.byteCount, $0.column) < ($1.byteCount, $1.column) }
        while rest.reduce(0, { $0 + $1.byteCount }) > Limits.changeByteCount, let largest = rest.popLast() { found.append(largest) }
        return found.map { ($0.column, $0.byteCount) }
    }

    /// Holds the cells of a table's rows that do not fit, and takes their columns out of the changes that carry them.
    ///
    /// - Returns: whether there was any.
    func holdNew(in name: String) throws -> Bool {
        guard let table = access.catalog[name], table.isShown else { return false }
        let keys = table.keys.map(quoted).joined(separator: ", ")
        let lengths = table.parts.map { "coalesce(length(cast(\(quoted($0.name)) as blob)), 0)" }
        guard !lengths.isEmpty else { return false }
        var new: [[UInt8]] = []
        for place in [table.name, table.trash] {
            let select = try connection.statement(
                """
                select kith_record(\(table.number), \(keys)) from \(quoted(place))
                where \(lengths.joined(separator: " + ")) > \(min(Limits.valueByteCount, Limits.changeByteCount))
                """)
            defer { select.reset() }
            while try select.step() { new.append(Array(select.bytes(0))) }
        }
        let records = try Records(access), log = try ChangeLog(connection)
        var isAny = false
        for record in new {
            let (_, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            let image = try records.image(of: table, key: key)
            for logged in try records.changes(of: record) {
                let aside = logged.hasAside ? try records.aside(of: logged.change.dot) : [:]
                let shown = logged.change.columns.numbers.reduce(into: ColumnSet()) { if $1 > 0, aside[$1] == nil { $0.insert(ColumnSet(number: $1)) } }
                for (column, byteCount) in TooLarge.found(in: image, table, shown) {
                    isAny = true
                    try hold(record, column, byteCount: byteCount)
                    var lighter = logged
                    lighter.change.columns = try ChangeLog.columns(of: logged.change.dot, connection).subtracting(ColumnSet(number: column))
                    try access.contents.touch(logged.change.dot)
                    try log.rewrite(lighter)
                }
            }
        }
        return isAny
    }
}

extension Value {
    /// Of a text or blob.
    fileprivate var byteCount: Int {
        switch self {
        case .text(let bytes), .blob(let bytes): bytes.count
        case .null, .integer, .real: 0
        }
    }
}

extension ChangeLog {
    fileprivate static func columns(of dot: Dot, _ connection: Connection) throws -> ColumnSet {
        ColumnSet(rawValue: UInt64(bitPattern: try connection.number("select columns from kith_change where dot = ?", dot.packed) ?? 0))
    }
}
