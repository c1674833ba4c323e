import NIOCore
import Wire

/// Tells a `ServedConnection` what comes over its channel, and reads no more than it wants.
final class ServedHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: ServedConnection
    private var cutter = FrameCutter()
    private var hasFailed = false

    init(connection: ServedConnection) {
        self.connection = connection
    }

    /// TLS stands, if there is to be any.
    func channelActive(context: ChannelHandlerContext) {
        connection.opened()
        context.fireChannelActive()
    }

    func read(context: ChannelHandlerContext) {
        if connection.wantsToRead { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        connection.came(byteCount: incoming.readableBytes)
        guard !hasFailed, !connection.isDropping else { return }
        cutter.append(&incoming)
        do {
            // Who is left in the middle hears no more.
            while !connection.isDropping, let (message, byteCount) = try cutter.next() {
                connection.came(message, byteCount: byteCount)
            }
            connection.holds(partByteCount: connection.isDropping ? 0 : cutter.heldByteCount)
        } catch {
            hasFailed = true
            connection.holds(partByteCount: 0)
            connection.ended(error)
        }
    }

    /// To one who was left, that it closes in the middle of something is no break.
    private var end: any Error { connection.isDropping ? TransportError(.closed, in: "session") : cutter.end }

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
}
