import CRDT
import SQLite
import Wire

/// The digest of what a replica holds (Protocol.md, "Contents"), kept by blocks of some hundred living changes of one writer.
/// Stamping marks blocks as stale, and whoever asks has these counted anew; a merge counts new ones as they go by.
///
/// Invariants: each writer has a first block, which begins before its first change; every other block begins with a living change that
/// `BlockHasher.begins` picks, so that the blocks are a function of which changes live. `kith_contents.digest` is null when stale,
/// empty without living changes. The table is derived: made when it is first wanted, free to drop at any time; without it
/// everything is stale.
final class Contents {
    static let table = """
        -- Digests of what is held, by blocks of living changes: derived, and free to drop (Protocol.md, "Contents").
        create table if not exists kith_contents (
            start integer primary key,            -- the dot it begins with; of a writer's first block that of sequence 0
            digest blob,                          -- 32 bytes; null: stale; empty: no living changes
            marks blob not null                   -- two bytes of each change's hash
        )
        """

    struct Block {
        /// A packed dot.
        var start: Int64
        /// nil: stale.
        var digest: [UInt8]?
        /// `BlockHasher.markByteCount` for each change.
        var marks: [UInt8] = []

        /// It begins before its writer's first change.
        var isFirst: Bool { Dot(packed: start).sequence == 0 }
    }

    private unowned let access: Access
    /// Ascending; loaded when a change is touched first.
    private var starts: [Int64]?
    private var stale: Set<Int> = []
    private var lastTouched = -1
    private var isAllStale = false
    private var arrivals = ArrivingBlocks()

    init(_ access: Access) { self.access = access }

    // MARK: Stale blocks

    private func loadStarts() throws -> [Int64] {
        if let starts { return starts }
        var found: [Int64] = []
        defer { starts = found }
        guard try hasTable() else { return [] }
        let select = try access.connection.statement("select start from kith_contents order by start")
        defer { select.reset() }
        while try select.step() { found.append(select.integer(0)) }
        return found
    }

    private func hasTable() throws -> Bool {
        try access.connection.number("select exists (select 1 from sqlite_master where type = 'table' and name = 'kith_contents')") == 1
    }

    /// A change came, went, or carries something else than before.
    func touch(_ dot: Dot) throws {
        arrivals.touch(dot)
        try mark(dot.packed)
    }

    /// All changes between two dots of one writer.
    func touch(_ dots: ClosedRange<Int64>) throws {
        try mark(dots.lowerBound)
        guard !isAllStale else { return }
        let starts = try loadStarts()
        for index in Contents.place(of: dots.lowerBound, in: starts)..<Contents.place(of: dots.upperBound, in: starts) { stale.insert(index) }
    }

    private func mark(_ dot: Int64) throws {
        guard !isAllStale else { return }
        let starts = try loadStarts()
        if lastTouched >= 0, starts[lastTouched] <= dot, lastTouched + 1 == starts.count || starts[lastTouched + 1] > dot { return }
        let place = Contents.place(of: dot, in: starts)
        // Of a writer without blocks everything is stale anyhow.
        guard place > 0 else { return }
        lastTouched = place - 1
        stale.insert(place - 1)
    }

    /// How many of the starts are at most `dot`.
    private static func place(of dot: Int64, in starts: [Int64]) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= dot { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Writers have other names now, or nobody knows what was touched.
    func touchAll() {
        isAllStale = true
        arrivals = ArrivingBlocks()
    }

    /// A change that is new here was written to the log just as it came.
    ///
    /// - Parameter count: hashes it; not called where its block has to be counted from the log.
    func arrived(_ dot: Dot, _ count: (inout BlockHasher) -> Void) throws {
        try mark(dot.packed)
        guard !isAllStale else { return }
        let closed = access.writers.closed[dot.writer], starts = try loadStarts()
        let isTaken = arrivals.takes(dot, isBeyond: dot.sequence > closed) {
            let first = Dot(dot.writer, 0).packed
            return closed == 0 && Contents.place(of: first - 1, in: starts) == Contents.place(of: first | 0xFFFF_FFFF, in: starts)
        }
        if isTaken { count(&arrivals.hasher) }
    }

    /// Writes down what is stale, and what was counted on its way: at the end of every access that writes.
    func flush() throws {
        if isAllStale {
            if try hasTable() { try access.connection.execute("update kith_contents set digest = null, marks = x''") }
        } else if !stale.isEmpty {
            let update = try access.connection.statement("update kith_contents set digest = null, marks = x'' where start = ?")
            for index in stale.sorted() {
                update.bind(1, starts![index])
                try update.run()
            }
        }
        let arrived = arrivals.finish()
        if !arrived.isEmpty { try insert(arrived) }
        (starts, stale, lastTouched, isAllStale, arrivals) = (nil, [], -1, false, ArrivingBlocks())
    }

    private func insert(_ blocks: [Block]) throws {
        try access.connection.execute(Contents.table)
        let insert = try access.connection.statement("insert or replace into kith_contents (start, digest, marks) values (?, ?, ?)")
        for block in blocks {
            insert.bind(1, block.start)
            if let digest = block.digest { insert.bind(2, copyingBlob: digest) } else { insert.bindNull(2) }
            insert.bind(3, copyingBlob: block.marks)
            try insert.run()
        }
    }

    // MARK: Counting

    /// The digest of each collection, in the one state that this access sees; no note may be unstamped.
    ///
    /// - Parameters:
    ///   - keeping: the access writes: what was counted anew is kept.
    ///   - anew: nothing that is kept is believed.
    func digests(of collections: [String], keeping: Bool, anew: Bool = false) throws -> [String: ContentsDigest] {
        if keeping { try flush() }
        var kept = try blocks()
        if anew {
            kept = kept.filter(\.isFirst)
            for index in kept.indices { kept[index].digest = nil }
        }
        var counted = kept
        if kept.contains(where: { $0.digest == nil }) {
            counted = try count(joined(kept))
            if keeping { try keep(counted, instead: kept) }
        }
        return try digests(of: collections, counted)
    }

    /// Whether what `digests` would read has been counted already.
    func isCounted() throws -> Bool { try blocks().allSatisfy { $0.digest != nil } }

    /// The blocks as they are kept, those of writers met since among them.
    ///
    /// - Parameter marked: with their marks.
    func blocks(marked: Bool = false) throws -> [Block] {
        var found: [Block] = []
        if try hasTable() {
            let select = try access.connection.statement("select start, digest\(marked ? ", marks" : "") from kith_contents order by start")
            defer { select.reset() }
            while try select.step() {
                found.append(Block(
                    start: select.integer(0), digest: select.isNull(1) ? nil : Array(select.bytes(1)), marks: marked ? Array(select.bytes(2)) : []))
            }
        }
        let known = Set(found.lazy.filter(\.isFirst).map(\.start))
        let new = access.writers.all.lazy.map { Dot($0.ordinal, 0).packed }.filter { !known.contains($0) }
        guard !new.isEmpty else { return found }
        found += new.map { Block(start: $0) }
        return found.sorted { $0.start < $1.start }
    }

    /// Without the stale blocks of which the change that began them is gone: they are of the one before.
    func joined(_ kept: [Block]) throws -> [Block] {
        var blocks = kept
        let exists = try access.connection.statement("select 1 from kith_change where dot = ?")
        for index in blocks.indices.reversed() where blocks[index].digest == nil && !blocks[index].isFirst {
            exists.bind(1, blocks[index].start)
            let isThere = try exists.step()
            exists.reset()
            guard !isThere else { continue }
            blocks[index - 1].digest = nil
            blocks.remove(at: index)
        }
        return blocks
    }

    /// The same blocks with all digests: stale ones are counted anew, split where a living change begins one.
    private func count(_ blocks: [Block]) throws -> [Block] {
        var counted: [Block] = []
        let counter = try BlockCounter(access)
        for (index, block) in blocks.enumerated() {
            guard block.digest == nil else {
                counted.append(block)
                continue
            }
            counted += try counter.count(from: block.start, before: Contents.end(of: index, in: blocks))
        }
        counter.leave()
        return counted
    }

    /// The dot before which a block ends: the next one's, or beyond its writer.
    private static func end(of index: Int, in blocks: [Block]) -> Int64 {
        let beyond = Dot(packed: blocks[index].start | 0xFFFF_FFFF).packed + 1
        return index + 1 < blocks.count ? min(blocks[index + 1].start, beyond) : beyond
    }

    private func keep(_ counted: [Block], instead kept: [Block]) throws {
        var before = Dictionary(uniqueKeysWithValues: kept.map { ($0.start, $0.digest) })
        try insert(counted.filter { block in
            guard let digest = before.removeValue(forKey: block.start) else { return true }
            return digest != block.digest
        })
        let delete = try access.connection.statement("delete from kith_contents where start = ?")
        for start in before.keys {
            delete.bind(1, start)
            try delete.run()
        }
    }

    // MARK: Counting what is packed

    /// What a packing counts on its way, so that nothing is read twice.
    func leaving(after base: VersionVector) throws -> LeavingBlocks {
        let kept = try blocks()
        return LeavingBlocks(kept: kept, blocks: try joined(kept), base: base)
    }

    /// The digest of a collection, with what was counted on its way; the rest is counted now.
    func digest(of collection: String, _ leaving: inout LeavingBlocks) throws -> ContentsDigest? {
        leaving.counted = try count(leaving.finish())
        return try digests(of: [collection], leaving.counted)[collection]
    }

    /// Keeps what a packing has counted, in a state of the file that is still the same.
    func keep(_ leaving: LeavingBlocks) throws { try keep(leaving.counted, instead: leaving.kept) }

    // MARK: Verifying

    /// The records of which rows, kept values or the log are not what they were when their block was counted last, though nothing
    /// was stamped or merged in it since: somebody changed them behind Kith's back, or the file is damaged. Of a stale block nothing
    /// can be said.
    ///
    /// - Returns: ascending.
    func alteredRecords() throws -> [[UInt8]] {
        let kept = try blocks(marked: true)
        let counter = try BlockCounter(access)
        defer { counter.leave() }
        var altered: Set<[UInt8]> = []
        for (index, block) in kept.enumerated() {
            guard let digest = block.digest else { continue }
            let end = Contents.end(of: index, in: kept)
            let counted = try counter.count(from: block.start, before: end)
            guard counted.count != 1 || counted[0].digest != digest else { continue }
            let records = try counter.records(from: block.start, before: end)
            let marks = counted.flatMap(\.marks), size = BlockHasher.markByteCount
            let differing = records.indices.filter { place in
                // Changes came or went: which ones, the marks do not tell.
                marks.count != block.marks.count || marks[(size * place)..<(size * place + size)] != block.marks[(size * place)..<(size * place + size)]
            }
            // Two changes in 65,536 have the same mark.
            altered.formUnion(differing.isEmpty ? records : differing.map { records[$0] })
        }
        return altered.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// How many blocks are stale.
    func staleBlockCount() throws -> Int { try blocks().count { $0.digest == nil } }

    // MARK: Putting together

    private func digests(of collections: [String], _ blocks: [Block]) throws -> [String: ContentsDigest] {
        var byWriter: [(writer: WriterOrdinal, digests: [[UInt8]])] = []
        for block in blocks where block.digest?.isEmpty == false {
            let writer = Dot(packed: block.start).writer
            if byWriter.last?.writer != writer { byWriter.append((writer, [])) }
            byWriter[byWriter.count - 1].digests.append(block.digest!)
        }
        var hashers = Dictionary(uniqueKeysWithValues: collections.map { ($0, ContentsHasher()) })
        for (ordinal, digests) in byWriter {
            guard Int(ordinal.number) < access.writers.all.count else { throw StoreError(.damaged, "a block of no writer") }
            let writer = access.writers[ordinal]
            hashers[writer.collection]?.writer(writer.id, digests: digests)
        }
        let tombstones = try tombstones()
        var found: [String: ContentsDigest] = [:]
        for (collection, hasher) in hashers {
            found[collection] = ContentsDigest(
                living: hasher.finish(), erased: ContentsHasher.erased(tombstones.filter { $0.collection == nil || $0.collection == collection }.map { ($0.table, $0.key) }))
        }
        return found
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
