import CRDT
import SQLite
import Wire

/// Counts blocks from the log and the rows.
struct BlockCounter {
    private let access: Access
    private let records: Records
    private let readers: TableReaders
    private let edits: TextEdits
    private let select: PreparedStatement

    init(_ access: Access) throws { try self.init(access, TableReaders(access), Records(access)) }

    /// - Parameters: what somebody reads the same rows with.
    init(_ access: Access, _ readers: TableReaders, _ records: Records) throws {
        self.access = access
        self.records = records
        self.readers = readers
        edits = TextEdits(records)
        select = try access.connection.statement(
            "select dot, time, columns, context, flags, record from kith_change where dot >= ? and dot < ? order by dot")
    }

    /// Leaves the statements as others may use them.
    func leave() { readers.leave() }

    /// The blocks that begin in a range, which begins with one and lies within one writer.
    func count(from start: Int64, before end: Int64) throws -> [Contents.Block] {
        defer { select.reset() }
        select.bind(1, start)
        select.bind(2, end)
        let closed = access.writers.closed[Dot(packed: start).writer]
        var blocks: [Contents.Block] = []
        var current = (start: start, hasher: BlockHasher())
        func close() {
            let (digest, marks) = current.hasher.finish()
            blocks.append(.init(start: current.start, digest: digest, marks: marks))
        }
        while try select.step() {
            let logged = try ChangeLog.change(select)
            let dot = logged.change.dot
            guard dot.sequence <= closed else { break }
            if dot.packed != start, BlockHasher.begins(dot.sequence) {
                close()
                current.start = dot.packed
            }
            let record = select.bytes(5)
            try add(logged, record, try readers.standing(on: record), to: &current.hasher)
        }
        close()
        return blocks
    }

    /// The records of the changes in a range, in their order.
    func records(from start: Int64, before end: Int64) throws -> [[UInt8]] {
        let select = try access.connection.statement("select dot, record from kith_change where dot >= ? and dot < ? order by dot")
        defer { select.reset() }
        select.bind(1, start)
        select.bind(2, end)
        var found: [[UInt8]] = []
        while try select.step() {
            guard access.writers.closed.includes(Dot(packed: select.integer(0))) else { break }
            found.append(Array(select.bytes(1)))
        }
        return found
    }

    /// - Parameter reader: stands on the record's row.
    func add(_ logged: LoggedChange, _ record: UnsafeRawBufferPointer, _ reader: TableReader, to hasher: inout BlockHasher) throws {
        let change = logged.change
        let shape = reader.table.shape(of: change.columns)
        hasher.change(change, shape, access.writers)
        try LoggedRecord.withKey(record) { hasher.key($0) }
        let aside = logged.hasAside ? try records.aside(of: change.dot) : nil
        let texts = access.hasTexts && !change.columns.isDisjoint(with: reader.table.texts) ? try records.texts.columns(of: Array(record)) : []
        for column in shape.columns {
            if column.accumulates {
                // One that is gone is a damage that `verify` finds; here it is as if it were nothing.
                hasher.value(try access.connection.increment(Array(record), column.number, change.dot).map { Value.integer($0) } ?? .null)
            } else if let values = aside?[column.number] {
                for value in values { hasher.value(value) }
            } else if texts.contains(column.set) {
                // One that does not fit its row is a damage as well.
                let edit = try? edits.edit(of: change, Array(record), column, reader)
                hasher.edit(edit.map { TextEdit.canonical($0) { access.writers[$0].id } } ?? [])
            } else {
                reader.add(column, to: &hasher)
            }
        }
    }
}

/// What names the table and columns of a change in a block.
struct ContentsShape {
    let hash: [UInt8]
    /// Those beside `exists`, ascending by the bytes of their names.
    let columns: [CatalogColumn]

    init(_ table: CatalogTable, _ set: ColumnSet) {
        columns = table.columns.compactMap { $0 }.filter { set.contains($0.set) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        hash = BlockHasher.shape(table: table.name, columns: columns.map { ($0.name, $0.parts.count) })
    }
}

extension BlockHasher {
    /// Begins a change that the log has, in this replica's numbers.
    mutating func change(_ change: Change, _ shape: ContentsShape, _ writers: Writers) {
        self.change(
            sequence: change.dot.sequence, timeMilliseconds: change.timeMilliseconds, carriesExistence: change.columns.contains(.exists),
            deletes: change.deletes, isAnchor: change.isAnchor,
            context: change.context.entries.isEmpty
                ? [] : change.context.entries.map { (writer: writers[$0.writer].id, last: $0.last) }.sorted { $0.writer < $1.writer },
            shape: shape.hash)
    }
}

extension TableReader {
    /// The values of a column; NULLs where there is no row.
    fileprivate func add(_ column: CatalogColumn, to hasher: inout BlockHasher) {
        for part in column.parts.indices {
            guard let row = current, column.isShown else {
                hasher.null()
                continue
            }
            let index = Int32(1 + column.firstPart + part)
            switch row.storageClass(index) {
            case .integer: hasher.integer(row.integer(index))
            case .real: hasher.real(row.real(index))
            case .text: hasher.text(row.bytes(index))
            case .blob: hasher.blob(row.bytes(index))
            case .null: hasher.null()
            }
        }
    }
}

/// Blocks of changes that a merge writes, counted while they go by: each writer's changes come by ascending sequence, and one that
/// is new here lies beyond all that were here.
///
/// A block that begins with one of them is counted whole. What is touched afterwards, or comes otherwise, is counted from the log.
struct ArrivingBlocks {
    /// Of the block that the last change taken is in.
    var hasher = BlockHasher()
    private var start: Int64?
    private var last: Dot?
    private var lasts: [WriterOrdinal: UInt32] = [:]
    private var blocks: [Contents.Block] = []
    /// All dots of 256 that follow one another are in one block.
    private var touched: Set<Int64> = []
    private var isOutOfOrder = false

    /// Whether a change is to be hashed now.
    ///
    /// - Parameters:
    ///   - isBeyond: nothing of its writer that was here lies behind it.
    ///   - mayBeginWriter: whether nothing of its writer was here.
    mutating func takes(_ dot: Dot, isBeyond: Bool, mayBeginWriter: () -> Bool) -> Bool {
        guard isBeyond, !isOutOfOrder else {
            touch(dot)
            return false
        }
        if dot.writer != last?.writer {
            close()
            if let last { lasts[last.writer] = last.sequence }
            last = lasts[dot.writer].map { Dot(dot.writer, $0) }
            if last == nil, mayBeginWriter() { start = Dot(dot.writer, 0).packed }
        }
        if let last, last.sequence >= dot.sequence {
            isOutOfOrder = true
            touch(dot)
            return false
        }
        last = dot
        if BlockHasher.begins(dot.sequence) {
            close()
            start = dot.packed
        }
        // A block that was closed for another writer's changes goes on.
        if start == nil { touch(dot) }
        return start != nil
    }

    mutating func touch(_ dot: Dot) { touched.insert(dot.packed >> 8) }

    private mutating func close() {
        guard let start else { return }
        let (digest, marks) = hasher.finish()
        blocks.append(.init(start: start, digest: digest, marks: marks))
        self.start = nil
    }

    /// The blocks, ascending; stale where they are not as they came.
    mutating func finish() -> [Contents.Block] {
        close()
        var found = blocks.sorted { $0.start < $1.start }
        if isOutOfOrder { for index in found.indices { found[index].digest = nil } }
        var index = 0
        for dot in found.isEmpty ? [] : touched.sorted().map({ $0 << 8 | 0xFF }) {
            while index + 1 < found.count, found[index + 1].start <= dot { index += 1 }
            guard found[index].start <= dot, Dot(packed: found[index].start).writer == Dot(packed: dot).writer else { continue }
            found[index].digest = nil
        }
        for index in found.indices where found[index].digest == nil { found[index].marks = [] }
        return found
    }
}

/// Stale blocks, counted while a packing reads their changes, which it does by ascending dot.
struct LeavingBlocks {
    /// As the file has them.
    let kept: [Contents.Block]
    private let blocks: [Contents.Block]
    private let base: VersionVector
    /// Of the block that the last change is in.
    var hasher = BlockHasher()
    private var index = 0
    private var start: Int64?
    /// By the index of the stale block that they were.
    private var passed: [Int: [Contents.Block]] = [:]
    /// All, with their digests, when it is over.
    var counted: [Contents.Block] = []

    /// - Parameter base: changes of a writer up to here do not come.
    init(kept: [Contents.Block], blocks: [Contents.Block], base: VersionVector) {
        self.kept = kept
        self.blocks = blocks
        self.base = base
    }

    /// Whether a change is to be hashed now.
    mutating func takes(_ dot: Dot) -> Bool {
        while index + 1 < blocks.count, blocks[index + 1].start <= dot.packed {
            close()
            index += 1
        }
        guard index < blocks.count, blocks[index].digest == nil, Dot(packed: blocks[index].start).writer == dot.writer else { return false }
        let before = base[dot.writer]
        guard blocks[index].isFirst ? before == 0 : Dot(packed: blocks[index].start).sequence > before else { return false }
        if start == nil { start = blocks[index].start }
        if BlockHasher.begins(dot.sequence), dot.packed != start {
            close()
            start = dot.packed
        }
        return true
    }

    private mutating func close() {
        guard let start else { return }
        let (digest, marks) = hasher.finish()
        passed[index, default: []].append(.init(start: start, digest: digest, marks: marks))
        self.start = nil
    }

    /// All blocks, those that went by with their digests.
    mutating func finish() -> [Contents.Block] {
        close()
        return blocks.indices.flatMap { passed[$0] ?? [blocks[$0]] }
    }
}
