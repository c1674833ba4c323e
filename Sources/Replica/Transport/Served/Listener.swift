import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Accepts connections and gives each to a handler on a thread of its own.
///
/// Invariant: a connection has a place from its acceptance until its handler has returned. Who comes when there is none is
/// closed (over plain TCP told so first), and who does not prove an accepted key in time is closed too: neither costs a
/// thread, reaches the handler, or is sent anything but TLS. Who dials again waits until what came on its connections before
/// has been dealt with.
package final class Listener: Sendable {
    package struct Limits: Sendable {
        package var connectionCount = 64
        package var connectionCountPerAddress = 8
        package init() {}
    }

    private struct State {
        var connections: [ObjectIdentifier: (connection: Connection, number: Int, address: String)] = [:]
        /// Of all that were ever accepted.
        var acceptedCount = 0
        var countByAddress: [String: Int] = [:]
        var isClosed = false
    }

    private let limits: Limits
    private let timeouts: ConnectionTimeouts
    private let tls: PinnedTLS?
    private let logger: Logger
    private let handler: @Sendable (Connection) -> Void
    private let state = Mutex(State())
    private let server = Mutex<(any Channel)?>(nil)

    /// The port listened on: the one asked for, or the one given for 0.
    package var port: Int { server.withLock { $0?.localAddress?.port } ?? 0 }
    package var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Listens until `close`.
    ///
    /// - Parameters:
    ///   - host: an address of this machine; `0.0.0.0` is every one of IPv4, `::` every one there is.
    ///   - logger: gets a notice with a `code`, and no key, for who is refused before a session.
    ///   - handler: holds one session; the connection is closed when it returns.
    /// - Throws: `TransportError`; what the libraries say when they cannot use the own key (never seen).
    package init(
        host: String, port: Int, security: Security, limits: Limits = Limits(),
        timeouts: ConnectionTimeouts = ConnectionTimeouts(), logger: Logger,
        handler: @escaping @Sendable (Connection) -> Void
    ) throws {
        let host = try security.host(for: host, in: "listening")
        tls = try security.pinned(as: .listener)
        self.limits = limits
        self.timeouts = timeouts
        self.logger = logger
        self.handler = handler
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Without it a system that has no more sockets would keep a thread busy asking.
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPauseHandler())
                }
            }
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture { try self?.accept(channel) }
            }
        do {
            let channel = try bootstrap.bind(host: host, port: port).wait()
            server.withLock { $0 = channel }
        } catch {
            throw TransportError.listening(error)
        }
    }

    /// Accepts no more and breaks off the sessions under way.
    package func close() {
        let connections = state.withLock { state in
            state.isClosed = true
            return state.connections.values.map(\.connection)
        }
        // A listener that is closed twice, or whose socket is gone, is closed.
        try? server.withLock { $0 }?.close().wait()
        for connection in connections { connection.abort() }
    }

    private func accept(_ channel: any Channel) throws {
        let connection = Connection(channel: channel, timeouts: timeouts, firstFrameTimeout: timeouts.handshake)
        let address = connection.peerAddress
        guard takePlace(connection, address) else {
            refused(TransportError(.tooManyConnections, in: "handshake"))
            try channel.pipeline.syncOperations.addHandler(RefusingHandler(speaks: tls == nil))
            return
        }
        try tls?.secure(channel, timeouts: timeouts) { [self] result in
            switch result {
            case .success(let key): connection.secured(by: key)
            case .failure(let error): refused(error)
            }
        }
        try channel.pipeline.syncOperations.addHandler(FrameHandler(connection: connection) { [self] in
            Thread.detachNewThread { [self] in
                waitForThoseBefore(connection, address)
                handler(connection)
                connection.close()
                leavePlace(connection, address)
            }
        })
        channel.closeFuture.whenComplete { [self] _ in
            // A connection that never became active has no thread to give its place back.
            if !connection.wasActive { leavePlace(connection, address) }
        }
    }

    private func refused(_ error: any Error) {
        let code = (error as? TransportError)?.code.rawValue ?? (error as? WireError)?.code.rawValue ?? "unexpected"
        logger.notice("connection refused", metadata: ["code": "\(code)"])
    }

    private func takePlace(_ connection: Connection, _ address: String) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.connections.count < limits.connectionCount,
                state.countByAddress[address, default: 0] < limits.connectionCountPerAddress
            else { return false }
            state.acceptedCount += 1
            state.connections[ObjectIdentifier(connection)] = (connection, state.acceptedCount, address)
            state.countByAddress[address, default: 0] += 1
            return true
        }
    }

    /// A link broke and was dialled again: the session before has yet to deal with what came over it, and would tell too late that it was
    /// held. On a link that is quicker than this device, the same megabytes would come again and again. Nobody who dials waits in vain: the
    /// answer is sent while there is time for it.
    ///
    /// - Parameter address: of the other side: over plain TCP, all that is known of it.
    private func waitForThoseBefore(_ connection: Connection, _ address: String) {
        let key = connection.peerKey
        let deadline = ContinuousClock.now + timeouts.answer / 2
        let before = state.withLock { state -> [Connection] in
            let number = state.connections[ObjectIdentifier(connection)]?.number ?? 0
            return state.connections.values.filter {
                $0.number < number && $0.connection.peerKey == key && (key != nil || $0.address == address)
            }.map(\.connection)
        }
        // Nobody says when a session has nothing before it, so it is asked.
        while ContinuousClock.now < deadline, before.contains(where: { hasPlace($0) && $0.isBehind }) { Thread.sleep(forTimeInterval: 0.02) }
    }

    private func hasPlace(_ connection: Connection) -> Bool {
        state.withLock { $0.connections[ObjectIdentifier(connection)] != nil }
    }

    private func leavePlace(_ connection: Connection, _ address: String) {
        state.withLock { state in
            guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
            let count = state.countByAddress[address, default: 1] - 1
            state.countByAddress[address] = count > 0 ? count : nil
        }
    }
}
