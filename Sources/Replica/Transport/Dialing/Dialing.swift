import NIOCore
import NIOPosix
import Synchronization
import Wire

extension Connection {
    /// Connects to a listener, by any of the addresses that the host has. Blocks; not for an event loop.
    ///
    /// Over TLS the listener has proven its key then, but may not have judged this side yet: that it does not admit it, the
    /// first `receive` tells.
    ///
    /// - Parameter host: a name, or an address in numbers, `fe80::1%eth0` included.
    /// - Throws: `TransportError`, `wrongDevice` when the listener's key is not accepted; `WireError` (`notKith`) when
    ///   what answers is no Kith; what the libraries say when they cannot use `own` (never seen).
    package static func connect(
        host: String, port: Int, security: Security, timeouts: ConnectionTimeouts = ConnectionTimeouts()
    ) throws -> Connection {
        let host = try security.host(for: host, in: "connecting")
        let tls = try security.pinned(as: .dialer)
        // One for each address that is tried.
        let attempts = Mutex<[ObjectIdentifier: (connection: Connection, secured: EventLoopFuture<Void>)]>([:])
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeouts.connect))
            .channelOptions()
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = Connection(
                        channel: channel, timeouts: timeouts, firstFrameTimeout: timeouts.answer)
                    let secured = channel.eventLoop.makePromise(of: Void.self)
                    if let tls {
                        try tls.secure(channel, timeouts: timeouts) { secured.completeWith($0.map(connection.secured)) }
                    } else {
                        secured.succeed()
                    }
                    try channel.pipeline.syncOperations.addHandler(FrameHandler(connection: connection))
                    attempts.withLock { $0[ObjectIdentifier(channel)] = (connection, secured.futureResult) }
                }
            }
        do {
            let channel = try bootstrap.connect(host: host, port: port).wait()
            guard let attempt = attempts.withLock({ $0[ObjectIdentifier(channel)] }) else {
                throw TransportError(.closed, in: "connecting")
            }
            try attempt.secured.wait()
            return attempt.connection
        } catch let error where error is TransportError || error is WireError {
            throw error
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
