import NIOCore
import Wire

/// Says "busy" over plain TCP, nothing to those who expect TLS, and closes.
final class RefusingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let speaks: Bool

    init(speaks: Bool) {
        self.speaks = speaks
    }

    func channelActive(context: ChannelHandlerContext) {
        guard speaks else { return context.close(promise: nil) }
        let busy = ByteBuffer(bytes: Frame.encode(.refusal(code: "busy")))
        context.writeAndFlush(wrapOutboundOut(busy), promise: nil)
        context.close(mode: .output, promise: nil)
        // The other side's hello is taken first: an unread one would turn the close into a reset that swallows the answer.
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
