import CRDT

/// Appends the format's primitives to a byte buffer (Protocol.md, "Notation").
///
/// Numbers are LEB128: seven bits a byte, least significant first, the upper bit set on all but the last byte, in the
/// fewest bytes. Signed numbers are zigzag-coded first, so that small negatives stay short.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package var count: Int { bytes.count }

    package mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func number(_ value: Int) { number(UInt64(value)) }
    package mutating func signed(_ value: Int64) { number(zigzag(value)) }
    package mutating func byte(_ value: UInt8) { bytes.append(value) }
    package mutating func raw(_ value: some Collection<UInt8>) { bytes.append(contentsOf: value) }
    package mutating func raw(_ value: UnsafeRawBufferPointer) { bytes.append(contentsOf: value) }
    package mutating func nonce(_ value: Nonce) {
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes.append(contentsOf: $0) }
    }

    package mutating func fixed(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A byte count, then the bytes.
    package mutating func counted(_ value: some Collection<UInt8>) {
        number(value.count)
        raw(value)
    }

    package mutating func text(_ value: String) { counted(value.utf8) }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

@inline(__always) package func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
@inline(__always) package func unzigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

/// Reads the format's primitives from bytes of unknown origin. Every read checks what is left and every count is
/// checked against its limit and against what is left before memory is taken.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    package private(set) var position: Int
    private let place: StaticString

    /// - Parameter place: the structure being read, for errors.
    package init(_ bytes: UnsafeRawBufferPointer, in place: StaticString) {
        self.bytes = bytes
        self.position = 0
        self.place = place
    }

    package var remaining: Int { bytes.count - position }

    package func failure(_ code: WireError.Code) -> WireError { WireError(code, in: "\(place)", at: position) }

    @inline(__always) package mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw failure(.truncated) }
        defer { position += 1 }
        return bytes[position]
    }

    @inline(__always) package mutating func number() throws -> UInt64 {
        if position < bytes.count, bytes[position] < 0x80 {
            defer { position += 1 }
            return UInt64(bytes[position])
        }
        return try longNumber()
    }

    private mutating func longNumber() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // Ten bytes hold 64 bits; the tenth has one. A last byte of 0 would be a second encoding of the same number.
            guard shift < 63 || (shift == 63 && next <= 1), next != 0 || shift == 0 else { throw failure(.malformed) }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    package mutating func signed() throws -> Int64 { unzigzag(try number()) }

    /// A number that says how many of something follow: at most `limit`, and at least a byte each is left.
    package mutating func count(limit: Int, bytesEach: Int = 1) throws -> Int {
        let value = try number()
        guard value <= UInt64(limit) else { throw failure(.tooLarge) }
        guard Int(value) * bytesEach <= remaining else { throw failure(.truncated) }
        return Int(value)
    }

    /// A number at most `limit`.
    package mutating func number(limit: Int) throws -> Int {
        let value = try number()
        guard value <= UInt64(limit) else { throw failure(.tooLarge) }
        return Int(value)
    }

    package mutating func sequence() throws -> UInt32 {
        guard let value = UInt32(exactly: try number()) else { throw failure(.tooLarge) }
        return value
    }

    package mutating func raw(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw failure(.truncated) }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    package mutating func fixed() throws -> UInt64 {
        UInt64(littleEndian: try raw(8).loadUnaligned(as: UInt64.self))
    }

    package mutating func nonce() throws -> Nonce {
        let raw = try raw(16)
        return Nonce(
            high: UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    package mutating func counted(limit: Int) throws -> UnsafeRawBufferPointer {
        try raw(try count(limit: limit))
    }

    /// Valid UTF-8 of at most `limit` bytes.
    package mutating func text(limit: Int) throws -> String {
        guard let text = String(validating: try counted(limit: limit), as: UTF8.self) else { throw failure(.malformed) }
        return text
    }

    package func finish() throws {
        guard remaining == 0 else { throw failure(.trailing) }
    }
}
