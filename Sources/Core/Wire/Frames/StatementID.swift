import CRDT

/// A statement as it is kept and sent: by itself, or with the boxes of keys that it names by their hash.
///
/// By itself it is its body and signature, and begins with the number of its format. With boxes: a byte 0, the statement counted, and
/// the boxes to the end. So boxes can be dropped, and the statement keeps its id.
package enum StatedBytes {
    private static let mark: UInt8 = 0

    package static func join(_ statement: [UInt8], boxes: [UInt8]) -> [UInt8] {
        var out = ByteWriter()
        out.byte(mark)
        out.counted(statement)
        out.raw(boxes)
        return out.bytes
    }

    /// With boxes more bytes are allowed.
    static func byteCountLimit(of encoded: [UInt8]) -> Int {
        Limits.statementByteCount + (encoded.first == mark ? 1 + 3 + Limits.boxesByteCount : 0)
    }

    /// - Throws: `WireError.truncated`, `.malformed`, for bytes that begin as one with boxes and are none.
    package static func split(_ encoded: [UInt8]) throws -> (statement: [UInt8], boxes: [UInt8]?) {
        guard encoded.first == mark else { return (encoded, nil) }
        return try encoded.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "statement")
            _ = try reader.byte()
            let statement = Array(try reader.counted(limit: Limits.statementByteCount))
            return (statement, Array(try reader.raw(reader.remaining)))
        }
    }
}

/// Names a statement: the SHA-256 of its body and signature, and not of the boxes beside it. Order is that of the bytes; it breaks ties.
package struct StatementID: Hashable, Comparable, Sendable {
    package static let byteCount = 32

    private let a: UInt64, b: UInt64, c: UInt64, d: UInt64

    /// - Parameter encoded: with or without boxes.
    package init(of encoded: [UInt8]) {
        // Bytes that are nothing have a name as well: it is nobody's.
        let statement = (try? StatedBytes.split(encoded))?.statement ?? encoded
        self = Digest.sha256(statement).withUnsafeBytes { StatementID(raw: $0) }
    }

    /// nil unless there are exactly 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == StatementID.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { StatementID(raw: $0) }
    }

    package init(raw: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt64 { UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
        (a, b, c, d) = (word(0), word(1), word(2), word(3))
    }

    package var bytes: [UInt8] {
        withUnsafeBytes(of: (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)) { Array($0) }
    }

    /// The first 16 bytes. That of the genesis names the space.
    package var prefix: Nonce { Nonce(high: a, low: b) }

    package static func < (one: StatementID, other: StatementID) -> Bool {
        (one.a, one.b, one.c, one.d) < (other.a, other.b, other.c, other.d)
    }
}

extension StatementID: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package var description: String { prefix.description + Nonce(high: c, low: d).description }
}

extension ByteWriter {
    package mutating func statementIDs(_ ids: [StatementID]) {
        number(ids.count)
        for id in ids { raw(id.bytes) }
    }
}

extension ByteReader {
    /// Ascending, each once.
    package mutating func statementIDs(limit: Int) throws -> [StatementID] {
        var ids: [StatementID] = []
        for _ in 0..<(try count(limit: limit, bytesEach: StatementID.byteCount)) {
            let id = StatementID(raw: try raw(StatementID.byteCount))
            if let last = ids.last, last >= id { throw failure(.malformed) }
            ids.append(id)
        }
        return ids
    }
}
