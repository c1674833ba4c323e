import Crypto
import NIOCore
import NIOPosix

/// Makes connections to listeners, thousands of them, and serves them by events: the other end of a `Server`. Over TLS alone.
package final class Dialer: Sendable {
    /// Who dials and whom it expects, made ready once for any number of connections.
    package struct Identity: Sendable {
        fileprivate let tls: PinnedTLS

        /// - Throws: what the libraries say when they cannot use the key (never seen).
        package init(own: Curve25519.Signing.PrivateKey, accepts: @escaping @Sendable (_ key: [UInt8]) -> Bool) throws {
            tls = try PinnedTLS(.dialer, own: own, accepts: accepts)
        }
    }

    private let keeper: ConnectionKeeper
    private let group: any EventLoopGroup

    /// Of connections under way and those that stand.
    package var connectionCount: Int { keeper.connectionCount }

    /// - Parameter group: where the events are; nil: two threads that all servers and dialers share.
    package init(
        timeouts: ConnectionTimeouts = ConnectionTimeouts(), limits: ServedLimits = ServedLimits(),
        group: (any EventLoopGroup)? = nil, serving: any ConnectionServing
    ) {
        keeper = ConnectionKeeper(serving: serving, timeouts: timeouts, limits: limits) { _ in }
        self.group = group ?? ConnectionKeeper.sharedGroup
        keeper.startSweeping(on: self.group.next()) { nil }
    }

    /// Connects. Never blocks.
    ///
    /// - Parameters:
    ///   - host: an address in numbers.
    ///   - source: the address of this machine to connect from; nil: the system's choice.
    ///   - ended: how it ended, on the connection's event loop: for one that stands, before `opened` is told of it.
    package func connect(
        host: String, port: Int, from source: String? = nil, as identity: Identity,
        ended: @escaping @Sendable (Result<ServedConnection, any Error>) -> Void
    ) {
        var bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(keeper.timeouts.connect))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { [keeper] channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try keeper.keep(channel, tls: identity.tls, firstFrameTimeout: keeper.timeouts.answer, ended: ended)
                }
            }
        do {
            if let source { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0)) }
            // A channel that was never active tells by its handshake's end, which comes when it is closed.
            _ = bootstrap.connect(to: try SocketAddress(ipAddress: host, port: port))
        } catch {
            ended(.failure(TransportError(.cannotResolve, in: "connecting")))
        }
    }

    /// Breaks off all connections.
    package func close() {
        keeper.abortAll()
        keeper.stopSweeping()
    }
}
