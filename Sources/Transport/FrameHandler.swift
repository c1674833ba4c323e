import NIOCore
import Wire

/// Cuts the bytes of one connection into messages, and stops reading while its session is behind.
///
/// Invariant: the buffer holds at most one frame that is not whole. Who does not begin with an intact hello is a stranger,
/// known by its first byte or, at the latest, by the first 4 KiB.
final class FrameHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A hello is far smaller.
    static let firstFrameByteCount = 4_096

    let connection: Connection
    private let activated: @Sendable () -> Void
    private var buffer = ByteBuffer()
    private var offset = 0
    private var hasFailed = false

    init(connection: Connection, activated: @escaping @Sendable () -> Void = {}) {
        self.connection = connection
        self.activated = activated
    }

    func channelActive(context: ChannelHandlerContext) {
        connection.activated()
        activated()
        context.fireChannelActive()
    }

    func read(context: ChannelHandlerContext) {
        if connection.wantsToRead { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        connection.came(byteCount: incoming.readableBytes)
        guard !hasFailed, !connection.isLeaving else { return }
        buffer.writeBuffer(&incoming)
        do {
            while let (message, byteCount) = try next() { connection.came(message, byteCount: byteCount) }
        } catch {
            hasFailed = true
            buffer = ByteBuffer()
            connection.ended(error)
            return
        }
        buffer.discardReadBytes()
        if buffer.readableBytes == 0, buffer.capacity > 1 << 20 { buffer = ByteBuffer() }
    }

    private func next() throws -> (Message, byteCount: Int)? {
        do {
            return try cut()
        } catch let error as WireError where offset == 0 && error.code != .newerFormat {
            throw WireError(.notKith, in: "first frame", at: 0)
        }
    }

    private func cut() throws -> (Message, byteCount: Int)? {
        guard let type = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return nil }
        guard Message.isKnown(type: type) else { throw WireError(.notKith, in: "frame header", at: offset) }
        let first = buffer.viewBytes(at: buffer.readerIndex, length: min(buffer.readableBytes, Frame.headerByteCount))!
        guard first.count == Frame.headerByteCount else { return nil }
        let header = try Frame.header(first, at: offset)
        guard offset > 0 || header.payloadByteCount <= FrameHandler.firstFrameByteCount else {
            throw WireError(.tooLarge, in: "first frame", at: 0)
        }
        let byteCount = Frame.headerByteCount + header.payloadByteCount
        guard buffer.readableBytes >= byteCount else { return nil }
        buffer.moveReaderIndex(forwardBy: Frame.headerByteCount)
        let payload = buffer.readBytes(length: header.payloadByteCount)!
        let message = try Frame.message(header, payload: payload, at: offset)
        offset += byteCount
        return (message, byteCount)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { connection.inputClosed(end) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.closed(end)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.closed(error as? TransportError ?? end)
        context.close(promise: nil)
    }

    /// An end inside a frame is told from one between frames.
    private var end: any Error {
        buffer.readableBytes > 0
            ? WireError(.truncated, in: "frame", at: offset) : TransportError(.closed, in: "session")
    }
}
