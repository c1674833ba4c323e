import NIOCore
import NIOPosix

/// Stops accepting for a second when the system has no more sockets to give. For a listening socket.
///
/// NIO's own handler for this holds back the next read, but the socket stays registered, and the event loop is told of the same
/// connection without end (measured: 87 % of a processor). Without automatic reading it is not registered.
final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private var isPausing = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // accept(2). What else it brings is the matter of a connection that is gone already.
        guard let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode), !isPausing else { return }
        isPausing = true
        setAutoRead(false, context)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [self] in
            isPausing = false
            setAutoRead(true, context)
        }
    }

    private func setAutoRead(_ value: Bool, _ context: ChannelHandlerContext) {
        // A channel that is closed has no options.
        try? context.channel.syncOptions?.setOption(.autoRead, value: value)
    }
}
