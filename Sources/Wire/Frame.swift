import CRDT

/// How messages are laid out in a stream or file: type, length, checksum, payload (Protocol.md, "Frames").
///
/// The checksum is the first 8 bytes of the SHA-256 of type, length and payload. It finds damage at once and in place, so
/// that the intact frames of a damaged bundle can be told from the others.
package enum Frame {
    package static let headerByteCount = 13

    package struct Header: Hashable, Sendable {
        package let type: UInt8
        package let payloadByteCount: Int
        package let checksum: UInt64
    }

    package static func encode(_ message: Message) -> [UInt8] {
        let payload = message.payload
        precondition(payload.count <= Limits.frameByteCount, "the limits of what a frame carries keep it under its own")
        var out = ByteWriter()
        out.raw(prefix(type: message.type, payloadByteCount: payload.count))
        out.fixed(checksum(type: message.type, payload: payload))
        out.raw(payload)
        return out.bytes
    }

    private static func prefix(type: UInt8, payloadByteCount count: Int) -> [UInt8] {
        [type] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    package static func checksum(type: UInt8, payload: [UInt8]) -> UInt64 {
        Digest.sha256(prefix(type: type, payloadByteCount: payload.count), payload).prefix(8)
            .reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads a header; says nothing about the payload yet.
    ///
    /// - Throws: `tooLarge` before any memory is taken for it; `notKith` for a type that no version of Kith has.
    package static func header(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int) throws -> Header {
        guard bytes.count >= headerByteCount else { throw WireError(.truncated, in: "frame header", at: offset) }
        let bytes = Array(bytes.prefix(headerByteCount))
        guard (1...127).contains(bytes[0]) else { throw WireError(.notKith, in: "frame header", at: offset) }
        let count = bytes[1..<5].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= Limits.frameByteCount else { throw WireError(.tooLarge, in: "frame header", at: offset) }
        return Header(
            type: bytes[0], payloadByteCount: count,
            checksum: bytes[5...].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// - Throws: `damaged`, or what is wrong with the message.
    package static func message(_ header: Header, payload: [UInt8], at offset: Int) throws -> Message {
        guard payload.count == header.payloadByteCount, checksum(type: header.type, payload: payload) == header.checksum else {
            throw WireError(.damaged, in: "frame", at: offset)
        }
        return try payload.withUnsafeBytes { try Message(type: header.type, payload: $0) }
    }
}

extension Digest {
    fileprivate static func sha256(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] { sha256(parts: [first, second]) }
}

/// Cuts a stream of bytes into messages. Holds at most one frame.
package struct FrameDecoder {
    private var buffer: [UInt8] = []
    private var start = 0
    private var offset = 0

    package init() {}

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message, or nil when more bytes are needed.
    package mutating func next() throws -> Message? {
        // A stranger's first byte is enough to know it, before its lengths are.
        if buffer.count > start, !Message.isKnown(type: buffer[start]) { throw WireError(.notKith, in: "frame header", at: offset) }
        guard buffer.count - start >= Frame.headerByteCount else { return nil }
        let header = try Frame.header(buffer[start..<start + Frame.headerByteCount], at: offset)
        let end = start + Frame.headerByteCount + header.payloadByteCount
        guard buffer.count >= end else { return nil }
        let message = try Frame.message(header, payload: Array(buffer[(start + Frame.headerByteCount)..<end]), at: offset)
        offset += end - start
        start = end
        return message
    }
}
