/// The key of a record as bytes, one valid encoding for each key. It is what the store keeps in its log and what a
/// segment names a record by.
///
/// For each part: 0x00 and 16 bytes for an id of 32 lower-case hexadecimal digits; else a number, the byte count + 1, and
/// the text's bytes. So a key of one usual id takes 17 bytes.
package struct RecordKey: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Keys are ids: their last bytes are random, and eight of them spread as well as all.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.suffix(8).reduce(UInt64(bytes.count)) { $0 << 8 ^ UInt64($1) })
    }

    /// - Parameter parts: the texts of the key columns, as stored by SQLite: any bytes.
    package init(parts: [[UInt8]]) {
        var writer = ByteWriter()
        for part in parts {
            if let id = packedID(part) {
                writer.byte(0)
                writer.raw(id)
            } else {
                writer.number(part.count + 1)
                writer.raw(part)
            }
        }
        bytes = writer.bytes
    }

    package init(_ id: String) { self.init(parts: [Array(id.utf8)]) }
    package init(_ parts: [String]) { self.init(parts: parts.map { Array($0.utf8) }) }

    /// Checks bytes from outside: exactly `partCount` parts in their one valid encoding.
    package init(checking raw: UnsafeRawBufferPointer, partCount: Int) throws {
        guard raw.count <= Limits.keyByteCount else { throw WireError(.tooLarge, in: "record key") }
        let found = try RecordKey.parts(of: raw)
        guard found.count == partCount else { throw WireError(.malformed, in: "record key") }
        self.init(parts: found)
        guard bytes.elementsEqual(raw) else { throw WireError(.malformed, in: "record key") }
    }

    /// A key as bytes from outside, of however many parts; nil unless it is the one valid encoding of one.
    package init?(encoded: [UInt8]) {
        guard !encoded.isEmpty, encoded.count <= Limits.keyByteCount,
            let parts = try? encoded.withUnsafeBytes({ try RecordKey.parts(of: $0) })
        else { return nil }
        self.init(parts: parts)
        guard bytes == encoded else { return nil }
    }

    /// One usual id, and nothing else.
    package var isUsual: Bool { bytes.count == 17 && bytes[0] == 0 }

    /// Bytes that this process encoded.
    package init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// The texts of the key columns.
    package var parts: [[UInt8]] {
        bytes.withUnsafeBytes { (try? RecordKey.parts(of: $0)) ?? [] }
    }

    private static func parts(of raw: UnsafeRawBufferPointer) throws -> [[UInt8]] {
        var reader = ByteReader(raw, in: "record key")
        var parts: [[UInt8]] = []
        while reader.remaining > 0 {
            let count = try reader.number(limit: Limits.keyByteCount + 1)
            parts.append(count == 0 ? unpackedID(try reader.raw(16)) : Array(try reader.raw(count - 1)))
        }
        return parts
    }
}

private let hexadecimalDigits: [UInt8] = Array("0123456789abcdef".utf8)
private let digitValues: [UInt8] = (0..<256).map { byte in
    hexadecimalDigits.firstIndex(of: UInt8(byte)).map(UInt8.init) ?? 0xFF
}

/// The 16 bytes of an id of 32 lower-case hexadecimal digits; nil for any other text.
package func packedID(_ text: some RandomAccessCollection<UInt8>) -> [UInt8]? {
    guard text.count == 32 else { return nil }
    var packed: [UInt8] = []
    packed.reserveCapacity(16)
    var upper: UInt8?
    for byte in text {
        let digit = digitValues[Int(byte)]
        guard digit != 0xFF else { return nil }
        if let first = upper {
            packed.append(first << 4 | digit)
            upper = nil
        } else {
            upper = digit
        }
    }
    return packed
}

/// Whether a text is an id of 32 lower-case hexadecimal digits; if so its 16 bytes are stored at `target`.
@inline(__always) package func packID(_ text: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) -> Bool {
    guard text.count == 32 else { return false }
    return digitValues.withUnsafeBufferPointer { values in
        for index in 0..<16 {
            let upper = values[Int(text[2 * index])], lower = values[Int(text[2 * index + 1])]
            guard upper | lower < 16 else { return false }
            target.storeBytes(of: upper << 4 | lower, toByteOffset: index, as: UInt8.self)
        }
        return true
    }
}

/// Stores the 32 digits of 16 bytes at `target`.
@inline(__always) package func unpackID(_ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) {
    hexadecimalDigits.withUnsafeBufferPointer { digits in
        for index in 0..<16 {
            target.storeBytes(of: digits[Int(packed[index] >> 4)], toByteOffset: 2 * index, as: UInt8.self)
            target.storeBytes(of: digits[Int(packed[index] & 15)], toByteOffset: 2 * index + 1, as: UInt8.self)
        }
    }
}

package func unpackedID(_ packed: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
        unpackID(packed, into: UnsafeMutableRawPointer(buffer.baseAddress!))
        count = 32
    }
}
