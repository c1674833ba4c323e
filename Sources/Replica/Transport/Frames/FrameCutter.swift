import NIOCore
import Wire

/// Cuts the bytes of one connection into messages: for connections with a thread of their own and for served ones alike.
///
///     cutter.append(&bytes)
///     while let (message, byteCount) = try cutter.next() { … }
///
/// Invariant: when `next` has given nil, at most one frame that is not whole is held, and nothing of a frame that is. Who does not
/// begin with an intact hello is a stranger, known by its first byte or, at the latest, by the first 4 KiB.
struct FrameCutter {
    /// A hello is far smaller.
    static let firstFrameByteCount = 4_096
    /// The bytes of a frame from this size on are gathered, as they come, where they are to stay.
    private static let gatheredByteCount = 16 << 10
    /// Memory is taken at once for so much, which is more than a segment mostly has; for more only as it comes.
    private static let reservedByteCount = 2 << 20

    /// A large frame that is not whole yet.
    private struct Gathered {
        let header: Frame.Header
        /// nil: all of the payload is gathered.
        let head: Frame.SegmentHead?
        var bytes: [UInt8] = []

        var missingByteCount: Int { (head?.sealedByteCount ?? header.payloadByteCount) - bytes.count }
        /// Of what came: all of the frame but what is missing.
        var byteCount: Int { Frame.headerByteCount + header.payloadByteCount - missingByteCount }
    }

    private var buffer = ByteBuffer()
    /// Whether the buffer is this cutter's, or the one that a read came in.
    private var isOwn = false
    private var gathered: Gathered?
    /// Of what comes next, from the connection's beginning.
    private var offset = 0

    /// Bytes of a frame that is not whole yet.
    var heldByteCount: Int { buffer.readableBytes + (gathered?.byteCount ?? 0) }

    /// Takes the bytes. To be followed by `next` until it gives nil.
    mutating func append(_ incoming: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            // Cut where they are: most reads hold whole frames, of which nothing has to be kept.
            buffer = incoming
            isOwn = false
        } else {
            buffer.writeBuffer(&incoming)
        }
    }

    /// The next whole message with the bytes of its frame, or nil when more bytes are needed.
    ///
    /// - Throws: `WireError`; nothing more can be understood then, and nothing is held any longer.
    mutating func next() throws -> (message: Message, byteCount: Int)? {
        do {
            let next = try cut()
            if next == nil { keepRest() }
            return next
        } catch let error as WireError where offset == 0 && error.code != .newerFormat {
            (buffer, gathered) = (ByteBuffer(), nil)
            throw WireError(.notKith, in: "first frame", at: 0)
        } catch {
            (buffer, gathered) = (ByteBuffer(), nil)
            throw error
        }
    }

    private mutating func cut() throws -> (message: Message, byteCount: Int)? {
        if gathered != nil { return try gather() }
        guard let type = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return nil }
        guard Message.isKnown(type: type) else { throw WireError(.notKith, in: "frame header", at: offset) }
        let first = buffer.viewBytes(at: buffer.readerIndex, length: min(buffer.readableBytes, Frame.headerByteCount))!
        guard first.count == Frame.headerByteCount else { return nil }
        let header = try Frame.header(first, at: offset)
        guard offset > 0 || header.payloadByteCount <= FrameCutter.firstFrameByteCount else {
            throw WireError(.tooLarge, in: "first frame", at: 0)
        }
        let isWhole = buffer.readableBytes >= Frame.headerByteCount + header.payloadByteCount
        // A frame that is gathered is longer than a segment's head.
        let isKnown = isWhole || buffer.readableBytes >= Frame.headerByteCount + Frame.longestSegmentHeadByteCount
        guard isWhole || (isKnown && header.payloadByteCount >= FrameCutter.gatheredByteCount) else { return nil }
        buffer.moveReaderIndex(forwardBy: Frame.headerByteCount)
        let head = try Frame.segmentHead(header, beginning: beginning(header), at: offset)
        if let head { buffer.moveReaderIndex(forwardBy: header.payloadByteCount - head.sealedByteCount) }
        gathered = Gathered(header: header, head: head)
        return try gather()
    }

    private func beginning(_ header: Frame.Header) -> [UInt8] {
        buffer.getBytes(at: buffer.readerIndex, length: min(header.payloadByteCount, Frame.longestSegmentHeadByteCount)) ?? []
    }

    /// Takes what has come of the frame that is gathered; in place, so that nothing is copied a second time.
    private mutating func gather() throws -> (message: Message, byteCount: Int)? {
        let missing = gathered?.missingByteCount ?? 0
        let count = min(missing, buffer.readableBytes)
        if gathered?.bytes.isEmpty == true {
            gathered?.bytes.reserveCapacity(min(missing, max(count, FrameCutter.reservedByteCount)))
        }
        buffer.readWithUnsafeReadableBytes { bytes in
            gathered?.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            return count
        }
        guard let whole = gathered, whole.missingByteCount == 0 else { return nil }
        gathered = nil
        let message = try whole.head?.segment(whole.bytes) ?? Frame.message(whole.header, payload: whole.bytes, at: offset)
        offset += whole.byteCount
        return (message, whole.byteCount)
    }

    /// Lets go of the frames that were cut: a connection at rest holds no buffer. The rest of a read is copied, so that the buffer it
    /// came in can be used again.
    private mutating func keepRest() {
        guard buffer.readableBytes > 0 else {
            buffer = ByteBuffer()
            return
        }
        if isOwn, buffer.capacity <= max(4 * buffer.readableBytes, 64 << 10) {
            buffer.discardReadBytes()
        } else {
            buffer = ByteBuffer(bytes: buffer.readableBytesView)
            isOwn = true
        }
    }

    /// That nothing more comes: a connection broke, wherever that was. An end inside a frame is told from one between frames by its place.
    var end: TransportError { TransportError(.closed, in: heldByteCount > 0 ? "frame" : "session") }
}
