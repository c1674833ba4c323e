import CRDT

/// How messages are laid out in a stream or file: type, length, checksum, payload (Protocol.md, "Frames").
///
/// The checksum is the first 8 bytes of the SHA-256 of type, length and payload. It finds damage at once and in place, so
/// that the intact frames of a damaged bundle can be told from the others. Of a segment's payload it covers what stands before the
/// sealed segment alone: those bytes have a hash in their manifest, against which whoever takes them checks them, and large ones
/// are not hashed twice (`SealedSegment.checked`).
package enum Frame {
    package static let headerByteCount = 13
    /// A delta's name and the longest index.
    package static let longestSegmentHeadByteCount = 16 + 10

    package struct Header: Hashable, Sendable {
        package let type: UInt8
        package let payloadByteCount: Int
        package let checksum: UInt64
    }

    package static func encode(_ message: Message) -> [UInt8] {
        let (head, body) = parts(of: message)
        return body.isEmpty ? head : head + body
    }

    /// A frame in two parts, one behind the other: a sealed segment is the second as it is, without a copy; of others that is empty.
    package static func parts(of message: Message) -> (head: [UInt8], body: [UInt8]) {
        let covered: [UInt8]
        var body: [UInt8] = []
        if case .segment(let segment) = message {
            var head = ByteWriter()
            head.nonce(segment.delta)
            head.number(segment.index)
            (covered, body) = (head.bytes, segment.bytes)
        } else {
            covered = message.payload
        }
        let payloadByteCount = covered.count + body.count
        precondition(payloadByteCount <= Limits.frameByteCount, "the limits of what a frame carries keep it under its own")
        let start = prefix(type: message.type, payloadByteCount: payloadByteCount)
        var out = ByteWriter()
        out.raw(start)
        out.fixed(checksum(start, covered))
        out.raw(covered)
        return (out.bytes, body)
    }

    private static func prefix(type: UInt8, payloadByteCount count: Int) -> [UInt8] {
        [type] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    private static func checksum(_ prefix: [UInt8], _ covered: [UInt8]) -> UInt64 {
        Digest.sha256(parts: [prefix, covered]).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    package static func checksum(type: UInt8, payload: [UInt8]) -> UInt64 {
        let covered = Message.isSegment(type: type) ? Array(payload.prefix(segmentHeadByteCount(payload))) : payload
        return checksum(prefix(type: type, payloadByteCount: payload.count), covered)
    }

    /// Bytes of a segment's payload before the sealed segment: the delta's name and the index, which ends with the first byte
    /// whose upper bit is not set. All of a payload that has no such end.
    private static func segmentHeadByteCount(_ payload: some RandomAccessCollection<UInt8>) -> Int {
        let index = payload.dropFirst(16).prefix(10)
        return index.firstIndex { $0 < 0x80 }.map { payload.distance(from: payload.startIndex, to: $0) + 1 } ?? payload.count
    }

    /// What stands in a segment's frame before the sealed segment.
    package struct SegmentHead: Hashable, Sendable {
        package let delta: DeltaID
        package let index: Int
        /// Of the sealed segment, which is the rest of the payload.
        package let sealedByteCount: Int

        package func segment(_ bytes: [UInt8]) -> Message { .segment(SealedSegment(delta: delta, index: index, bytes: bytes)) }
    }

    /// Reads the beginning of a segment's frame, so that the rest can be put where it is to stay.
    ///
    /// - Parameter beginning: of the payload: its first `longestSegmentHeadByteCount` bytes, or all of a shorter one.
    /// - Returns: nil for frames of other messages, and for what is no segment: `message` says why.
    /// - Throws: `damaged`.
    package static func segmentHead(_ header: Header, beginning: [UInt8], at offset: Int) throws -> SegmentHead? {
        guard Message.isSegment(type: header.type) else { return nil }
        let count = segmentHeadByteCount(beginning)
        guard count <= beginning.count, count > 16, beginning[count - 1] < 0x80 else { return nil }
        let covered = Array(beginning.prefix(count))
        guard checksum(prefix(type: header.type, payloadByteCount: header.payloadByteCount), covered) == header.checksum else {
            throw WireError(.damaged, in: "frame", at: offset)
        }
        let message = try covered.withUnsafeBytes { try Message(type: header.type, payload: $0) }
        guard case .segment(let segment) = message else { return nil }
        return SegmentHead(delta: segment.delta, index: segment.index, sealedByteCount: header.payloadByteCount - count)
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

    /// A sealed segment is not checked here.
    ///
    /// - Throws: `damaged`, or what is wrong with the message.
    package static func message(_ header: Header, payload: [UInt8], at offset: Int) throws -> Message {
        guard payload.count == header.payloadByteCount, checksum(type: header.type, payload: payload) == header.checksum else {
            throw WireError(.damaged, in: "frame", at: offset)
        }
        return try payload.withUnsafeBytes { try Message(type: header.type, payload: $0) }
    }
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
