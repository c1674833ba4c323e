import CRDT
import Crypto

/// Hashes the living changes of one block: those of one writer, by ascending sequence (Protocol.md, "Contents").
///
/// Example: `change(…)`, `key(…)`, `value(…)`, … `finish()`.
package struct BlockHasher {
    private var hash = SHA256()
    /// What has not been hashed yet.
    private var out = ByteWriter()
    private var changeStart = 0
    private var marks: [UInt8] = []
    private var isOpen = false

    /// Two bytes for each change, which tell, as far as chance goes, which one is not what it was.
    package static let markByteCount = 2
    /// Bytes that are hashed at once.
    private static let runByteCount = 16 << 10

    package init() {}

    /// Whether a living change with this sequence begins a block: blocks of many changes have 256.
    @inlinable package static func begins(_ sequence: UInt32) -> Bool { sequence & 0xFF == 0 }

    /// What names a change's table and the columns that it still carries.
    ///
    /// - Parameter columns: those beside `exists`, ascending by the bytes of their names.
    package static func shape(table: String, columns: [(name: String, partCount: Int)]) -> [UInt8] {
        var out = ByteWriter()
        out.text(table)
        out.number(columns.count)
        for column in columns {
            out.text(column.name)
            out.number(column.partCount)
        }
        return Digest.sha256(out.bytes)
    }

    /// Begins a change: its key follows, then the values of its columns in the order of the shape, part after part.
    ///
    /// - Parameters:
    ///   - carriesExistence: whether `exists` is among what it still carries.
    ///   - context: ascending by writer.
    package mutating func change(
        sequence: UInt32, timeMilliseconds: Int64, carriesExistence: Bool, deletes: Bool, isAnchor: Bool,
        context: [(writer: WriterID, last: UInt32)], shape: [UInt8]
    ) {
        closeChange()
        isOpen = true
        out.raw(shape)
        out.number(UInt64(sequence))
        out.signed(timeMilliseconds)
        // Whether a change deletes is lost with its existence: copies that travelled do not say it any more.
        out.byte((deletes && carriesExistence ? 1 : 0) | (isAnchor ? 2 : 0) | (carriesExistence ? 4 : 0))
        out.number(context.count)
        for entry in context {
            out.nonce(entry.writer)
            out.number(UInt64(entry.last))
        }
    }

    package mutating func key(_ key: RecordKey) { key.bytes.withUnsafeBytes { self.key($0) } }

    /// - Parameter encoded: a record's encoded key.
    package mutating func key(_ encoded: UnsafeRawBufferPointer) {
        out.number(encoded.count)
        out.raw(encoded)
    }

    package mutating func value(_ value: Value) { out.value(value) }

    // The same, straight from where the bytes lie.
    package mutating func null() { out.byte(ValueType.null.rawValue) }
    package mutating func integer(_ number: Int64) {
        out.byte(ValueType.integer.rawValue)
        out.signed(number)
    }
    package mutating func real(_ number: Double) {
        out.byte(ValueType.real.rawValue)
        out.fixed(number.bitPattern)
    }
    package mutating func text(_ bytes: UnsafeRawBufferPointer) {
        out.byte(ValueType.text.rawValue)
        out.number(bytes.count)
        out.raw(bytes)
    }
    package mutating func blob(_ bytes: UnsafeRawBufferPointer) {
        out.byte(ValueType.blob.rawValue)
        out.number(bytes.count)
        out.raw(bytes)
    }

    /// What a change did to passages of a text (`TextEdit.canonical`).
    package mutating func edit(_ bytes: [UInt8]) {
        out.byte(ValueType.edit.rawValue)
        out.counted(bytes)
    }

    private mutating func closeChange() {
        guard isOpen else { return }
        isOpen = false
        let mark = out.bytes.withUnsafeBytes { Chance.hash(UnsafeRawBufferPointer(rebasing: $0[changeStart...]), seed: 0) }
        for shift: UInt64 in [0, 8] { marks.append(UInt8(truncatingIfNeeded: mark >> shift)) }
        changeStart = out.count
        if changeStart >= BlockHasher.runByteCount { hashRun() }
    }

    private mutating func hashRun() {
        out.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        out.removeAll()
        changeStart = 0
    }

    /// The block's digest, and the marks of its changes. Afterwards a new block can begin.
    ///
    /// - Returns: an empty digest of a block without changes.
    package mutating func finish() -> (digest: [UInt8], marks: [UInt8]) {
        closeChange()
        hashRun()
        defer {
            hash = SHA256()
            marks = []
        }
        return (marks.isEmpty ? [] : Array(hash.finalize()), marks)
    }
}

/// Puts the blocks of a collection's writers together.
package struct ContentsHasher {
    private var writers: [(id: WriterID, digests: [[UInt8]])] = []

    package init() {}

    /// - Parameter digests: of the writer's blocks, ascending by sequence; at least one.
    package mutating func writer(_ id: WriterID, digests: [[UInt8]]) { writers.append((id, digests)) }

    package consuming func finish() -> [UInt8] {
        var out = ByteWriter()
        for writer in writers.sorted(by: { $0.id < $1.id }) {
            out.nonce(writer.id)
            out.number(writer.digests.count)
            for digest in writer.digests { out.raw(digest) }
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

/// A hash that tells chance from chance and no malice: of what a file of one's own holds, to find what was changed unseen.
package enum Chance {
    /// Eight bytes a step: the halves of a product, folded (as in wyhash, https://github.com/wangyi-fudan/wyhash).
    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var state = folded(seed ^ 0xA076_1D64_78BD_642F, UInt64(bytes.count) ^ 0xE703_7ED1_A0B4_28DB)
        var offset = 0
        while offset + 8 <= bytes.count {
            state = folded(state ^ 0x8EBC_6AF0_9C88_C6E3, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0x5899_65CC_7537_4CC3)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return folded(state ^ 0x1D8E_4E27_C47D_124F, rest ^ 0xA076_1D64_78BD_642F)
    }

    @inline(__always) private static func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
