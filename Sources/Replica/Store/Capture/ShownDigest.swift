import CRDT
import SQLite
import Wire

/// What rows showed when they were last stamped or merged, in about four bytes a row: enough to find the cells that were
/// edited while no trigger watched.
///
/// Values are stored once, in people's own tables; whoever edits them unseen leaves nothing to compare with. So for each
/// block of 64 dots of a writer, of the records that have their anchors there, this keeps 24 bits of each row and, for each
/// column, 32 bits of the sum over the block. A row that differs shows by its own bits; which of its columns differ, by the sums.
/// Where several rows of one block were edited in different columns, too many of their cells may count as edited; where one
/// was, or many in one column, none too many.
///
/// Invariant: a digest is made in the transaction that stamps or merges, or is null until `settle` makes it. While it is null
/// an unseen edit in its block is not found, so it is made as soon as there is little to do, and before the file is left alone.
struct ShownDigest {
    /// A block is this many bits of a dot's sequence.
    static let shift: Int64 = 6
    /// So many blocks are made at once, at the end of any write: about a thousand rows.
    private static let soonCount = 16

    private let access: Access
    private var connection: Connection { access.connection }

    init(_ access: Access) { self.access = access }

    static func isOwed(_ access: Access) throws -> Bool {
        try access.connection.number("select exists (select 1 from kith_shown where digest is null)") == 1
    }

    // MARK: Keeping

    /// Notes that the rows of these blocks were written; makes their digests when there are few.
    func keep(_ blocks: Set<Int64>) throws {
        guard !blocks.isEmpty else { return }
        if blocks.count <= ShownDigest.soonCount {
            let reader = ShownReader(access)
            for block in blocks.sorted() { try make(block, reader) }
        } else {
            let insert = try connection.statement("insert or replace into kith_shown (block, digest) values (?, null)")
            for block in blocks.sorted() {
                insert.bind(1, block)
                try insert.run()
            }
        }
        try settle(limit: ShownDigest.soonCount)
    }

    func settle(limit: Int) throws {
        let select = try connection.statement("select block from kith_shown where digest is null limit ?")
        select.bind(1, limit)
        var blocks: [Int64] = []
        while try select.step() { blocks.append(select.integer(0)) }
        select.reset()
        let reader = ShownReader(access)
        for block in blocks { try make(block, reader) }
    }

    private func make(_ block: Int64, _ reader: ShownReader) throws {
        let anchors = try connection.statement("select record from kith_change where dot between ? and ? and flags & 1 order by dot")
        anchors.bind(1, block << ShownDigest.shift)
        anchors.bind(2, (block + 1) << ShownDigest.shift - 1)
        var shown = ShownBlock()
        while try anchors.step() { try reader.add(anchors.bytes(0), to: &shown) }
        anchors.reset()
        if shown.rows.isEmpty {
            let delete = try connection.statement("delete from kith_shown where block = ?")
            delete.bind(1, block)
            try delete.run()
        } else {
            let insert = try connection.statement("insert or replace into kith_shown (block, digest) values (?, ?)")
            insert.bind(1, block)
            insert.bind(2, copyingBlob: shown.encoded)
            try insert.run()
        }
    }

    /// Every digest is made anew: all rows may show something else without a change, by a default of a new column.
    static func forgetAll(_ access: Access) throws { try access.connection.execute("update kith_shown set digest = null") }
}

/// The digest of one block.
struct ShownBlock: Equatable {
    struct Sum: Hashable {
        let table: Int
        let column: Int
    }

    /// 24 bits for each anchor, ascending by dot; 0 for a row that is nowhere.
    private(set) var rows: [UInt32] = []
    private(set) var sums: [Sum: UInt32] = [:]

    init() {}

    mutating func add(_ cells: [UInt64], columns: [Int], table: Int) {
        var row: UInt64 = 0
        for (cell, column) in zip(cells, columns) where cell != 0 {
            row &+= cell
            sums[Sum(table: table, column: column), default: 0] &+= UInt32(truncatingIfNeeded: cell >> 16)
        }
        rows.append(UInt32(truncatingIfNeeded: row ^ row >> 24 ^ row >> 48) & 0xFF_FFFF)
    }

    mutating func addNothing() { rows.append(0) }

    /// Columns of a table whose sums are not the same in both.
    func columnsDiffering(from other: ShownBlock, table: Int) -> Set<Int> {
        Set(Set(sums.keys).union(other.sums.keys).filter { $0.table == table && sums[$0, default: 0] != other.sums[$0, default: 0] }.map(\.column))
    }

    var encoded: [UInt8] {
        var out = ByteWriter()
        out.number(rows.count)
        for row in rows { for shift: UInt32 in [0, 8, 16] { out.raw([UInt8(truncatingIfNeeded: row >> shift)]) } }
        for (sum, value) in sums.sorted(by: { ($0.key.table, $0.key.column) < ($1.key.table, $1.key.column) }) where value != 0 {
            out.number(sum.table)
            out.number(sum.column)
            for shift: UInt32 in [0, 8, 16, 24] { out.raw([UInt8(truncatingIfNeeded: value >> shift)]) }
        }
        return out.bytes
    }

    init(_ bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes, in: "kith_shown.digest")
        func little(_ count: Int) throws -> UInt32 { try reader.raw(count).reversed().reduce(0) { $0 << 8 | UInt32($1) } }
        for _ in 0..<(try reader.count(limit: 1 << Int(ShownDigest.shift))) { rows.append(try little(3)) }
        while reader.remaining > 0 {
            let sum = Sum(table: try reader.number(limit: Limits.tableCount), column: try reader.number(limit: ColumnSet.limit))
            sums[sum] = try little(4)
        }
    }
}

/// Reads rows for digests, in the people's table or in the trash, straight from SQLite's memory.
final class ShownReader {
    private struct Reader {
        let table: CatalogTable
        let row: PreparedStatement
        let trash: PreparedStatement
        /// What is compared: counters have their increments.
        let columns: [CatalogColumn]
        let numbers: [Int]
    }

    private let access: Access
    private var readers: [Int: Reader] = [:]
    private var cells: [UInt64] = []

    init(_ access: Access) { self.access = access }

    private func reader(_ number: Int) throws -> Reader? {
        if let known = readers[number] { return known }
        guard let table = access.catalog.tables[number] else { throw StoreError(.damaged, "a record of no table") }
        guard table.isShown else { return nil }
        let columns = table.columns.compactMap { $0 }.filter { $0.isShown && !$0.accumulates }
        let made = Reader(
            table: table, row: try access.connection.statement(table.selectRow),
            trash: try access.connection.statement(table.selectTrash), columns: columns, numbers: columns.map(\.number))
        readers[number] = made
        return made
    }

    /// - Returns: where the record's row is; nil for a table that this version does not show.
    @discardableResult
    func add(_ record: UnsafeRawBufferPointer, to block: inout ShownBlock) throws -> RowImage.Place? {
        let (number, key) = try LoggedRecord.decode(record)
        guard let reader = try reader(number) else {
            block.addNothing()
            return nil
        }
        let seed = Chance.hash(record, seed: 0x243F_6A88_85A3_08D3)
        for (place, statement) in [(RowImage.Place.table, reader.row), (.trash, reader.trash)] {
            defer { statement.reset() }
            for (offset, part) in key.parts.enumerated() { statement.bind(Int32(1 + offset), copying: part) }
            guard try statement.step() else { continue }
            cells.removeAll(keepingCapacity: true)
            for column in reader.columns { cells.append(ShownReader.hash(column, statement, seed)) }
            block.add(cells, columns: reader.numbers, table: number)
            return place
        }
        block.addNothing()
        return .nowhere
    }

    /// Of the cell's types and bytes; 0 when all of it is NULL, so that a new column changes nothing.
    private static func hash(_ column: CatalogColumn, _ row: PreparedStatement, _ seed: UInt64) -> UInt64 {
        var state = seed &+ UInt64(column.number) &* 0x9E37_79B9_7F4A_7C15
        var isNull = true
        for part in column.parts.indices {
            let index = Int32(1 + column.firstPart + part)
            let type = row.storageClass(index)
            state = mixed(state, UInt64(type.rawValue))
            switch type {
            case .integer: state = mixed(state, UInt64(bitPattern: row.integer(index)))
            case .real: state = mixed(state, row.real(index).bitPattern)
            case .text, .blob: state = Chance.hash(row.bytes(index), seed: state)
            case .null: continue
            }
            isNull = false
        }
        return isNull ? 0 : mixed(state, 1) | 1
    }

    /// One step of SplitMix64's finish (https://prng.di.unimi.it/splitmix64.c): chance is to be told from chance, not malice.
    @inline(__always) private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
        var mixed = (state ^ word) &* 0xBF58_476D_1CE4_E5B9
        mixed ^= mixed >> 29
        mixed = mixed &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 32
    }
}
