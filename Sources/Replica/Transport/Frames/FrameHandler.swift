import NIOCore
import Wire

/// Gives a `Connection` the messages that come, and stops reading while its session is behind.
final class FrameHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let connection: Connection
    private let activated: @Sendable () -> Void
    private var cutter = FrameCutter()
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
        cutter.append(&incoming)
        do {
            while let (message, byteCount) = try cutter.next() { connection.came(message, byteCount: byteCount) }
        } catch {
            hasFailed = true
            connection.ended(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { connection.inputClosed(cutter.end) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.closed(cutter.end)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.closed(error as? TransportError ?? cutter.end)
        context.close(promise: nil)
    }
}
