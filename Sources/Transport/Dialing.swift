import NIOCore
import NIOPosix

extension Connection {
    /// Connects to a listener. Blocks; not for an event loop.
    ///
    /// - Throws: `TransportError`.
    package static func connect(
        host: String, port: Int, timeouts: ConnectionTimeouts = ConnectionTimeouts()
    ) throws -> Connection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeouts.connect))
            .channelOptions()
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = Connection(
                        channel: channel, timeouts: timeouts, firstFrameTimeout: timeouts.answer)
                    try channel.pipeline.syncOperations.addHandler(FrameHandler(connection: connection))
                }
            }
        do {
            return try bootstrap.connect(host: host, port: port).flatMapThrowing { channel in
                try channel.pipeline.syncOperations.handler(type: FrameHandler.self).connection
            }.wait()
        } catch {
            throw TransportError.connecting(error)
        }
    }
}

extension ClientBootstrap {
    fileprivate func channelOptions() -> ClientBootstrap {
        channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
    }
}
