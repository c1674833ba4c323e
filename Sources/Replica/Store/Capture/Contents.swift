import CRDT
import SQLite
import Wire

/// The digest of what a replica holds (Protocol.md, "Contents"), kept by blocks of some hundred records in the order of the log's
/// index. Stamping and merging only mark a block as stale; whoever asks has the stale ones counted anew.
///
/// Invariants: for each table met there are two first blocks, which begin before its first record with a usual id and before its
/// first other one (the log orders them so); every other block begins with a record that `BlockHasher.begins` picks, so that
/// the blocks are a function of which records there are. `kith_block.digest` is null when stale, empty without records. The table
/// is derived: made when it is first wanted, free to drop at any time; without it everything is stale.
final class Contents {
    private static let table = """
        -- Digests of what is held, by blocks of records: derived, and free to drop (Protocol.md, "Contents").
        create table if not exists kith_block (
            start blob primary key,               -- the record it begins with; of a table's first two what their records begin with
            digest blob,                          -- 32 bytes; null: stale; empty: no records
            marks blob not null                   -- four bytes of each record's digest
        ) without rowid
        """

    struct Block {
        /// The record it begins with, or for a first block the number that its records' keys begin with.
        var start: [UInt8]
        /// nil: stale.
        var digest: [UInt8]?
        /// Four bytes for each record.
        var marks: [UInt8]
    }

    private unowned let access: Access
    /// Ascending; loaded when a record is touched first.
    private var starts: [[UInt8]]?
    private var stale: Set<Int> = []
    private var lastTouched = -1
    private var isAllStale = false

    init(_ access: Access) { self.access = access }

    // MARK: Stale blocks

    private func loadStarts() throws -> [[UInt8]] {
        if let starts { return starts }
        var found: [[UInt8]] = []
        defer { starts = found }
        guard try hasTable() else { return [] }
        let select = try access.connection.statement("select start from kith_block order by start")
        defer { select.reset() }
        while try select.step() { found.append(Array(select.bytes(0))) }
        return found
    }

    private func hasTable() throws -> Bool {
        try access.connection.number("select exists (select 1 from sqlite_master where type = 'table' and name = 'kith_block')") == 1
    }

    /// A record is erased: not even its key stays.
    func erase(_ record: [UInt8]) throws {
        try touch(record)
        guard !isAllStale, let index = starts?.firstIndex(of: record), index > 0 else { return }
        stale.insert(index - 1)
        try flush()
        let delete = try access.connection.statement("delete from kith_block where start = ?")
        delete.bind(1, copyingBlob: record)
        try delete.run()
    }

    /// A record has changed in this access, or is about to.
    func touch(_ record: [UInt8]) throws { try record.withUnsafeBytes { try touch($0) } }

    func touch(_ record: UnsafeRawBufferPointer) throws {
        guard !isAllStale else { return }
        let starts = try loadStarts()
        if lastTouched >= 0, Contents.isBefore(starts[lastTouched], record, orEqual: true),
            lastTouched + 1 == starts.count || !Contents.isBefore(starts[lastTouched + 1], record, orEqual: true) { return }
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if Contents.isBefore(starts[middle], record, orEqual: true) { low = middle + 1 } else { high = middle }
        }
        // Of a table without blocks everything is stale anyhow.
        guard low > 0 else { return }
        lastTouched = low - 1
        stale.insert(low - 1)
    }

    private static func isBefore(_ a: [UInt8], _ b: UnsafeRawBufferPointer, orEqual: Bool) -> Bool {
        let count = min(a.count, b.count)
        for index in 0..<count where a[index] != b[index] { return a[index] < b[index] }
        return a.count < b.count || (orEqual && a.count == b.count)
    }

    /// Records that were stamped set-based: of many, all blocks of the table.
    func touch(_ table: CatalogTable, dots first: Int64, _ last: Int64) throws {
        guard last >= first, !isAllStale else { return }
        let prefixes = Contents.prefixes(table.number)
        let blockCount = try loadStarts().count { start in prefixes.contains { start.starts(with: $0) } }
        if last - first + 1 > Int64(64 * blockCount) {
            for (index, start) in try loadStarts().enumerated() where prefixes.contains(where: { start.starts(with: $0) }) {
                stale.insert(index)
            }
            return
        }
        let select = try access.connection.statement("select record from kith_change where dot between ? and ?")
        defer { select.reset() }
        select.bind(1, first)
        select.bind(2, last)
        while try select.step() { try touch(select.bytes(0)) }
    }

    /// Writers have other names now, or nobody knows what was touched.
    func touchAll() { isAllStale = true }

    /// Writes down what is stale: at the end of every access that writes.
    func flush() throws {
        if isAllStale {
            if try hasTable() { try access.connection.execute("update kith_block set digest = null, marks = x''") }
        } else if !stale.isEmpty {
            let update = try access.connection.statement("update kith_block set digest = null, marks = x'' where start = ?")
            for index in stale.sorted() {
                update.bind(1, copyingBlob: starts![index])
                try update.run()
            }
        }
        forget()
    }

    private func forget() {
        (starts, stale, lastTouched, isAllStale) = (nil, [], -1, false)
    }

    // MARK: Counting

    /// The digest of each collection, in the one state that this access sees; no note may be unstamped.
    ///
    /// - Parameters:
    ///   - keeping: the access writes: what was counted anew is kept.
    ///   - anew: nothing that is kept is believed.
    func digests(of collections: [String], keeping: Bool, anew: Bool = false) throws -> [String: ContentsDigest] {
        if keeping { try flush() }
        var blocks = try self.blocks()
        if anew {
            blocks = blocks.filter { isFirst($0.start) }
            for index in blocks.indices { blocks[index].digest = nil }
        }
        if blocks.contains(where: { $0.digest == nil }) {
            let counted = try count(blocks)
            if keeping { try keep(counted, instead: blocks) }
            blocks = counted
        }
        return try digests(of: collections, blocks)
    }

    /// Whether what `digests` would read has been counted already.
    func isCounted() throws -> Bool { try blocks().allSatisfy { $0.digest != nil } }

    /// The blocks as they are kept, those of tables met since among them.
    func blocks() throws -> [Block] {
        var found: [Block] = []
        if try hasTable() {
            let select = try access.connection.statement("select start, digest, marks from kith_block order by start")
            defer { select.reset() }
            while try select.step() {
                found.append(Block(
                    start: Array(select.bytes(0)), digest: select.isNull(1) ? nil : Array(select.bytes(1)), marks: Array(select.bytes(2))))
            }
        }
        let known = Set(found.map(\.start))
        for number in access.catalog.tables.keys {
            for prefix in Contents.prefixes(number) where !known.contains(prefix) {
                found.append(Block(start: prefix, digest: nil, marks: []))
            }
        }
        return found.sorted { $0.start.lexicographicallyPrecedes($1.start) }
    }

    /// What the keys of a table's records begin with in the log: usual ids, and others.
    static func prefixes(_ table: Int) -> [[UInt8]] {
        [table << 1, table << 1 | 1].map { number in
            var out = ByteWriter()
            out.number(number)
            return out.bytes
        }
    }

    private func isFirst(_ start: [UInt8]) -> Bool { start.count == 1 || (start.count == 2 && start[0] >= 0x80) }

    /// The same blocks with all digests: stale ones are counted anew, split where a record begins one, and joined with the one
    /// before where the record that began one is gone.
    func count(_ kept: [Block]) throws -> [Block] {
        var blocks = kept
        let exists = try access.connection.statement("select 1 from kith_change where record = ? limit 1")
        for index in blocks.indices.reversed() where blocks[index].digest == nil && !isFirst(blocks[index].start) {
            exists.bind(1, copyingBlob: blocks[index].start)
            let isThere = try exists.step()
            exists.reset()
            guard !isThere else { continue }
            blocks[index - 1].digest = nil
            blocks.remove(at: index)
        }
        var counted: [Block] = []
        var counter = try BlockCounter(access)
        for (index, block) in blocks.enumerated() {
            guard block.digest == nil else {
                counted.append(block)
                continue
            }
            counted += try counter.count(from: block.start, before: index + 1 < blocks.count ? blocks[index + 1].start : nil)
        }
        return counted
    }

    private func keep(_ counted: [Block], instead kept: [Block]) throws {
        try access.connection.execute(Contents.table)
        var before = Dictionary(uniqueKeysWithValues: kept.map { ($0.start, $0) })
        let insert = try access.connection.statement("insert or replace into kith_block (start, digest, marks) values (?, ?, ?)")
        for block in counted {
            let old = before.removeValue(forKey: block.start)
            guard old?.digest == nil else { continue }
            insert.bind(1, copyingBlob: block.start)
            insert.bind(2, copyingBlob: block.digest!)
            insert.bind(3, copyingBlob: block.marks)
            try insert.run()
        }
        let delete = try access.connection.statement("delete from kith_block where start = ?")
        for start in before.keys {
            delete.bind(1, copyingBlob: start)
            try delete.run()
        }
    }

    // MARK: Verifying

    /// The records of which rows, kept values or the log are not what they were when their block was counted last, though nothing
    /// was stamped or merged in it since: somebody changed them behind Kith's back, or the file is damaged. Of a stale block nothing
    /// can be said.
    func alteredRecords() throws -> [[UInt8]] {
        let kept = try blocks()
        var counter = try BlockCounter(access)
        var altered: [[UInt8]] = []
        for (index, block) in kept.enumerated() {
            guard let digest = block.digest else { continue }
            let end = index + 1 < kept.count ? kept[index + 1].start : nil
            let counted = try counter.count(from: block.start, before: end)
            guard counted.count != 1 || counted[0].digest != digest else { continue }
            let records = try counter.records(from: block.start, before: end)
            let marks = counted.flatMap(\.marks)
            // Records came or went: which ones, four bytes do not tell.
            guard marks.count == block.marks.count else {
                altered += records
                continue
            }
            for (place, record) in records.enumerated() where marks[(4 * place)..<(4 * place + 4)] != block.marks[(4 * place)..<(4 * place + 4)] {
                altered.append(record)
            }
        }
        return altered
    }

    /// How many records are in blocks that are stale.
    func staleBlockCount() throws -> Int { try blocks().count { $0.digest == nil } }

    // MARK: Putting together

    private func digests(of collections: [String], _ blocks: [Block]) throws -> [String: ContentsDigest] {
        var byTable: [Int: [[UInt8]]] = [:]
        for block in blocks where block.digest?.isEmpty == false {
            byTable[try Contents.table(of: block.start), default: []].append(block.digest!)
        }
        var hashers = Dictionary(uniqueKeysWithValues: collections.map { ($0, ContentsHasher()) })
        for (number, digests) in byTable {
            guard let table = access.catalog.tables[number] else { throw StoreError(.damaged, "a block of no table") }
            hashers[try collection(of: table)]?.table(table.name, digests: digests)
        }
        let tombstones = try tombstones()
        var found: [String: ContentsDigest] = [:]
        for (collection, hasher) in hashers {
            found[collection] = ContentsDigest(
                living: hasher.finish(), erased: ContentsHasher.erased(tombstones.filter { $0.collection == nil || $0.collection == collection }.map { ($0.table, $0.key) }))
        }
        return found
    }

    private static func table(of start: [UInt8]) throws -> Int {
        var number = 0
        for (index, byte) in start.prefix(2).enumerated() {
            number |= Int(byte & 0x7F) << (7 * index)
            if byte < 0x80 { break }
        }
        return number >> 1
    }

    /// A table that only a newer version knows belongs where its writers do.
    private func collection(of table: CatalogTable) throws -> String {
        if let definition = table.definition { return definition.collection.rawValue }
        let select = try access.connection.statement("select dot from kith_change where record >= ? order by record limit 1")
        defer { select.reset() }
        select.bind(1, copyingBlob: Contents.prefixes(table.number)[0])
        guard try select.step() else { return "" }
        return access.writers[Dot(packed: select.integer(0)).writer].collection
    }

    /// - Returns: with the collection of the table; nil of one that this version does not know.
    private func tombstones() throws -> [(table: String, key: RecordKey, collection: String?)] {
        guard !access.erased.isEmpty else { return [] }
        let select = try access.connection.statement("select record from kith_erased")
        defer { select.reset() }
        var found: [(table: String, key: RecordKey, collection: String?)] = []
        while try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            found.append((table.name, key, table.definition?.collection.rawValue))
        }
        return found
    }
}

/// Counts blocks from the log and the rows.
private struct BlockCounter {
    private let access: Access
    private let records: Records
    private var readers: [Int: TableReader] = [:]
    private var columns: [Int: [CatalogColumn]] = [:]
    private let select: PreparedStatement
    /// Beyond every record: a table's number is of two bytes at most, and the second of two is below 0x80. A bound that may be missing
    /// would be none to SQLite, which then reads on from each block to the end of the log.
    private static let end: [UInt8] = [0xFF, 0xFF]

    init(_ access: Access) throws {
        self.access = access
        records = try Records(access)
        select = try access.connection.statement(
            "select dot, time, columns, context, flags, record from kith_change where record >= ? and record < ? order by record, dot")
    }

    mutating func count(from start: [UInt8], before end: [UInt8]?) throws -> [Contents.Block] {
        defer { select.reset() }
        select.bind(1, copyingBlob: start)
        select.bind(2, copyingBlob: end ?? BlockCounter.end)
        var blocks: [Contents.Block] = []
        var current = (start: start, hasher: BlockHasher(), isEmpty: true)
        var record: [UInt8] = []
        var changes: [LoggedChange] = []

        func close() {
            let (digest, marks) = current.hasher.finish()
            blocks.append(.init(start: current.start, digest: current.isEmpty ? [] : digest, marks: marks))
        }
        func take() throws {
            guard !changes.isEmpty else { return }
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            if record != start, BlockHasher.begins(key.bytes) {
                close()
                current = (record, BlockHasher(), true)
            }
            current.isEmpty = false
            try add(changes, of: record, key, table, to: &current.hasher)
            changes.removeAll(keepingCapacity: true)
        }
        while try select.step() {
            let bytes = select.bytes(5)
            if !bytes.elementsEqual(record) {
                try take()
                record = Array(bytes)
            }
            let logged = try ChangeLog.change(select)
            if access.writers.closed.includes(logged.change.dot) { changes.append(logged) }
        }
        try take()
        close()
        for reader in readers.values { reader.leave() }
        return blocks
    }

    /// The records of a block, in order.
    func records(from start: [UInt8], before end: [UInt8]?) throws -> [[UInt8]] {
        let select = try access.connection.statement(
            "select dot, record from kith_change where record >= ? and record < ? order by record")
        defer { select.reset() }
        select.bind(1, copyingBlob: start)
        select.bind(2, copyingBlob: end ?? BlockCounter.end)
        var found: [[UInt8]] = []
        while try select.step() {
            guard access.writers.closed.includes(Dot(packed: select.integer(0))) else { continue }
            let record = Array(select.bytes(1))
            if found.last != record { found.append(record) }
        }
        return found
    }

    private mutating func add(
        _ changes: [LoggedChange], of record: [UInt8], _ key: RecordKey, _ table: CatalogTable, to hasher: inout BlockHasher
    ) throws {
        let reader: TableReader
        if let known = readers[table.number] { reader = known } else {
            reader = try TableReader(table, access.connection)
            readers[table.number] = reader
            columns[table.number] = table.columns.compactMap { $0 }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
        try reader.stand(on: record, key)
        hasher.record(key, changeCount: changes.count)
        let ordered = changes.count == 1 ? changes : changes.sorted { a, b in
            (access.writers[a.change.dot.writer].id, a.change.dot.sequence) < (access.writers[b.change.dot.writer].id, b.change.dot.sequence)
        }
        for logged in ordered {
            let change = logged.change
            let context = change.context.entries.map { (writer: access.writers[$0.writer].id, last: $0.last) }.sorted { $0.writer < $1.writer }
            hasher.change(
                writer: access.writers[change.dot.writer].id, sequence: change.dot.sequence, timeMilliseconds: change.timeMilliseconds,
                carriesExistence: change.columns.contains(.exists), deletes: change.deletes, isAnchor: change.isAnchor, context: context,
                columnCount: change.columns.subtracting(.exists).rawValue.nonzeroBitCount)
            let aside = logged.hasAside ? try records.aside(of: change.dot) : [:]
            for column in columns[table.number]! where change.columns.contains(column.set) {
                hasher.column(named: column.name, partCount: column.parts.count)
                if column.accumulates {
                    // One that is gone is a damage that `verify` finds; here it is as if it were nothing.
                    hasher.value(try access.connection.increment(record, column.number, change.dot).map { Value.integer($0) } ?? .null)
                } else if let values = aside[column.number] {
                    for value in values { hasher.value(value) }
                } else {
                    reader.add(column, to: &hasher)
                }
            }
        }
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
