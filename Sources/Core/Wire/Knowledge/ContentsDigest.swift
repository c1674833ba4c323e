import CRDT
import Crypto

/// What a replica holds of one collection, in 64 bytes (Protocol.md, "Contents"): a function of the set of changes and of the
/// tombstones, whatever the order in which they came and wherever their values lie.
///
/// So whoever claims the same and has the same tombstones has the same `living`; where it differs, somebody lacks something or
/// holds something else, and both can say so.
package struct ContentsDigest: Hashable, Sendable {
    /// Over the blocks of all tables.
    package let living: [UInt8]
    /// Over the tombstones. Where these differ, `living` may.
    package let erased: [UInt8]

    package static let byteCount = 64

    /// nil unless these are 64 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == ContentsDigest.byteCount else { return nil }
        self.init(living: Array(bytes.prefix(32)), erased: Array(bytes.suffix(32)))
    }

    package init(living: [UInt8], erased: [UInt8]) {
        precondition(living.count == 32 && erased.count == 32, "two hashes")
        self.living = living
        self.erased = erased
    }

    package var bytes: [UInt8] { living + erased }

    /// Whether the two, of equal knowledge, cannot both be right.
    package func contradicts(_ other: ContentsDigest) -> Bool { erased == other.erased && living != other.living }
}

/// What a replica says of one collection: what it claims, and what it has; nil when it has no contents of its own to speak of
/// (a relay opens nothing).
package struct Holding: Hashable, Sendable {
    package var knowledge: Knowledge
    package var contents: ContentsDigest?

    package init(_ knowledge: Knowledge, _ contents: ContentsDigest? = nil) {
        self.knowledge = knowledge
        self.contents = contents
    }

    /// Whether one of two who claim the same is wrong.
    package func contradicts(_ other: Holding) -> Bool {
        guard let contents, let theirs = other.contents, contents.contradicts(theirs) else { return false }
        return knowledge == other.knowledge
    }
}

/// Hashes the records of one block, in order.
///
/// Example: `record(key, changeCount: 1)`, `change(…)`, `column(named: "phone", partCount: 1)`, `value(…)`, … `finish()`.
package struct BlockHasher {
    private var hash = SHA256()
    private var out = ByteWriter()
    /// The first four bytes of the SHA-256 of each record's bytes, one after another: they tell which one has changed.
    package private(set) var marks: [UInt8] = []
    private var isOpen = false

    private static let markByteCount = 4

    package init() {}

    /// Whether a record with this key begins a block: about one in 256 does, by FNV-1a (32 bits) of its encoded key.
    /// Source: https://datatracker.ietf.org/doc/draft-eastlake-fnv/
    package static func begins(_ key: some Sequence<UInt8>) -> Bool {
        var hash: UInt32 = 0x811C_9DC5
        for byte in key { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash >> 24 == 0
    }

    package mutating func record(_ key: RecordKey, changeCount: Int) {
        closeRecord()
        isOpen = true
        out.counted(key.bytes)
        out.number(changeCount)
    }

    /// - Parameters:
    ///   - context: ascending by writer.
    ///   - columnCount: those beside `exists` that follow, ascending by the bytes of their names.
    package mutating func change(
        writer: WriterID, sequence: UInt32, timeMilliseconds: Int64, carriesExistence: Bool, deletes: Bool, isAnchor: Bool,
        context: [(writer: WriterID, last: UInt32)], columnCount: Int
    ) {
        out.nonce(writer)
        out.number(UInt64(sequence))
        out.signed(timeMilliseconds)
        // Whether a change deletes is lost with its existence: copies that travelled do not say it any more.
        out.byte((deletes && carriesExistence ? 1 : 0) | (isAnchor ? 2 : 0) | (carriesExistence ? 4 : 0))
        out.number(context.count)
        for entry in context {
            out.nonce(entry.writer)
            out.number(UInt64(entry.last))
        }
        out.number(columnCount)
    }

    package mutating func column(named name: String, partCount: Int) {
        out.text(name)
        out.number(partCount)
    }

    package mutating func value(_ value: Value) { out.value(value) }

    // The same, straight from where the bytes lie.
    @inline(__always) package mutating func null() { out.byte(ValueType.null.rawValue) }
    @inline(__always) package mutating func integer(_ number: Int64) {
        out.byte(ValueType.integer.rawValue)
        out.signed(number)
    }
    @inline(__always) package mutating func real(_ number: Double) {
        out.byte(ValueType.real.rawValue)
        out.fixed(number.bitPattern)
    }
    @inline(__always) package mutating func text(_ bytes: UnsafeRawBufferPointer) {
        out.byte(ValueType.text.rawValue)
        out.number(bytes.count)
        out.raw(bytes)
    }
    @inline(__always) package mutating func blob(_ bytes: UnsafeRawBufferPointer) {
        out.byte(ValueType.blob.rawValue)
        out.number(bytes.count)
        out.raw(bytes)
    }

    private mutating func closeRecord() {
        guard isOpen else { return }
        isOpen = false
        out.bytes.withUnsafeBytes { bytes in
            var one = SHA256()
            one.update(bufferPointer: bytes)
            let digest = Array(one.finalize())
            marks += digest.prefix(BlockHasher.markByteCount)
            digest.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        out.removeAll()
    }

    /// The block's digest: the SHA-256 of its records' digests. Afterwards a new block can begin.
    package mutating func finish() -> (digest: [UInt8], marks: [UInt8]) {
        closeRecord()
        let result = (Array(hash.finalize()), marks)
        self = BlockHasher()
        return result
    }
}

/// Puts the blocks of a collection's tables together.
package struct ContentsHasher {
    private var tables: [(name: [UInt8], digests: [[UInt8]])] = []

    package init() {}

    /// - Parameter digests: of the table's blocks, ascending by key; at least one.
    package mutating func table(_ name: String, digests: [[UInt8]]) { tables.append((Array(name.utf8), digests)) }

    package consuming func finish() -> [UInt8] {
        var out = ByteWriter()
        for table in tables.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
            out.counted(table.name)
            out.number(table.digests.count)
            for digest in table.digests { out.raw(digest) }
        }
        return Digest.sha256(out.bytes)
    }

    /// Over tombstones: table and key of each, ascending.
    package static func erased(_ tombstones: [(table: String, key: RecordKey)]) -> [UInt8] {
        var out = ByteWriter()
        let encoded = tombstones.map { (Array($0.table.utf8), $0.key.bytes) }.sorted { a, b in
            a.0 == b.0 ? a.1.lexicographicallyPrecedes(b.1) : a.0.lexicographicallyPrecedes(b.0)
        }
        for (table, key) in encoded {
            out.counted(table)
            out.counted(key)
        }
        return Digest.sha256(out.bytes)
    }
}

extension ByteWriter {
    /// 64 bytes; zeros when nothing is said.
    package mutating func contents(_ contents: ContentsDigest?) {
        raw(contents?.bytes ?? Array(repeating: 0, count: ContentsDigest.byteCount))
    }
}

extension ByteReader {
    package mutating func contents() throws -> ContentsDigest? {
        let bytes = Array(try raw(ContentsDigest.byteCount))
        guard bytes.contains(where: { $0 != 0 }) else { return nil }
        return ContentsDigest(living: Array(bytes.prefix(32)), erased: Array(bytes.suffix(32)))
    }
}

extension Digest {
    /// Names what is held of all collections: `name` of, ascending by the bytes of its name, each collection's name, its
    /// knowledge's name and its contents, if it has any, their count first. Who has other collections has another digest.
    package static func ofHoldings(_ holdings: [String: Holding]) -> Nonce {
        var out = ByteWriter()
        out.number(holdings.count)
        for (collection, held) in holdings.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            out.text(collection)
            out.nonce(held.knowledge.name)
            if let contents = held.contents { out.raw(contents.bytes) }
        }
        return name(out.bytes)
    }
}
