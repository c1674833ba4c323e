import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Accepts connections, thousands of them, and serves them by events on two threads.
///
///     let server = try Server(host: "::", port: 7400, security: .tls(own: key) { admitted.contains($0) }, …, serving: service)
///
/// Invariant: a connection has a place from its acceptance until its socket is closed. Who comes when there is none is closed (over
/// plain TCP told so first). While as many as may be are in the middle of a handshake, the next ones wait unaccepted, and who is slow
/// has less time. Where the system has no more sockets, accepting pauses for a second.
package final class Server: Sendable {
    package struct Limits: Sendable {
        package var connectionCount = 12_000
        /// Of one IPv4 address, or one IPv6 network of 64 bits.
        package var connectionCountPerAddress = 64
        /// Connections that have not proven an accepted key yet.
        package var handshakeCount = 512
        package var served = ServedLimits()
        package init() {}
    }

    private struct Place {
        let subscriber: String
        var isHandshaking = true
    }

    private struct State {
        var limits: Limits
        var places: [ObjectIdentifier: Place] = [:]
        var countBySubscriber: [String: Int] = [:]
        var handshakeCount = 0
        /// Accepting waits for handshakes to end.
        var isHeldBack = false
        var isClosed = false
        /// By code; told at the next sweep, so that a flood of them is one line.
        var refusals: [String: Int] = [:]
    }

    private let timeouts: ConnectionTimeouts
    private let tls: PinnedTLS?
    private let logger: Logger
    private let keeper: ConnectionKeeper
    private let state: Mutex<State>
    private let listening = Mutex<(any Channel)?>(nil)

    /// The port listened on: the one asked for, or the one given for 0.
    package let port: Int

    /// Places taken, handshakes included.
    package var connectionCount: Int { state.withLock { $0.places.count } }
    package var handshakeCount: Int { state.withLock { $0.handshakeCount } }
    /// Unconsumed messages and parts of frames of all connections.
    package var readAheadByteCount: Int { keeper.budget.heldByteCount }

    /// Listens until `close`.
    ///
    /// - Parameters:
    ///   - host: an address of this machine; `0.0.0.0` is every one of IPv4, `::` every one there is.
    ///   - logger: gets a notice with a `code` and a `count`, and no key, for those who are refused before a session.
    ///   - group: where the events are; nil: two threads that all servers share.
    /// - Throws: `TransportError`; what the libraries say when they cannot use the own key (never seen).
    package init(
        host: String, port: Int, security: Security, limits: Limits = Limits(),
        timeouts: ConnectionTimeouts = ConnectionTimeouts(), logger: Logger, group: (any EventLoopGroup)? = nil,
        serving: any ConnectionServing
    ) throws {
        let host = try security.host(for: host, in: "listening")
        let tls = try security.pinned(as: .listener)
        let door = Door()
        self.tls = tls
        state = Mutex(State(limits: limits))
        self.timeouts = timeouts
        self.logger = logger
        keeper = ConnectionKeeper(serving: serving, timeouts: timeouts, limits: limits.served) { door.server?.opened($0) }
        let group = group ?? ConnectionKeeper.sharedGroup
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        GateHandler(door: door), AcceptPauseHandler())
                }
            }
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try door.server?.accepted(channel) }
            }
        let channel: any Channel
        do {
            channel = try bootstrap.bind(host: host, port: port).wait()
        } catch {
            throw TransportError.listening(error)
        }
        self.port = channel.localAddress?.port ?? 0
        listening.withLock { $0 = channel }
        door.open(self)
        channel.read()
        keeper.startSweeping(on: channel.eventLoop) { [weak self] in self?.tend() }
    }

    /// Accepts no more; the connections there are go on.
    package func stopAccepting() {
        // A server that is closed twice, or whose socket is gone, is closed.
        try? listening.withLock { $0 }?.close().wait()
    }

    /// Accepts no more and breaks off the connections there are. Not for an event loop.
    package func close() {
        state.withLock { $0.isClosed = true }
        stopAccepting()
        keeper.abortAll()
        keeper.stopSweeping()
        tellRefusals()
    }

    /// For those who come from now on; what is read ahead stays as it was.
    package func set(_ limits: Limits) {
        state.withLock { $0.limits = limits }
    }

    // MARK: At the gate

    /// Whether to accept the next one now.
    func mayAccept() -> Bool {
        state.withLock { state in
            guard state.handshakeCount >= state.limits.handshakeCount else { return true }
            state.isHeldBack = true
            return false
        }
    }

    /// Gives one who comes a place.
    ///
    /// - Returns: whether its channel is to be set up; plain TCP is told that there is no place.
    func takePlace(_ channel: any Channel) -> Bool {
        let name = ObjectIdentifier(channel)
        let subscriber = PeerAddress.subscriber(of: channel.remoteAddress)
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.places.count < state.limits.connectionCount,
                state.countBySubscriber[subscriber, default: 0] < state.limits.connectionCountPerAddress
            else { return false }
            state.places[name] = Place(subscriber: subscriber)
            state.countBySubscriber[subscriber, default: 0] += 1
            state.handshakeCount += 1
            return true
        }
        guard isTaken else {
            refused(TransportError(.tooManyConnections, in: "handshake"))
            return tls == nil
        }
        channel.closeFuture.whenComplete { [self] _ in leavePlace(name) }
        return true
    }

    private func leavePlace(_ name: ObjectIdentifier) {
        change { state in
            guard let place = state.places.removeValue(forKey: name) else { return }
            let count = state.countBySubscriber[place.subscriber, default: 1] - 1
            state.countBySubscriber[place.subscriber] = count > 0 ? count : nil
            if place.isHandshaking { state.handshakeCount -= 1 }
        }
    }

    /// Lets accepting go on when handshakes have ended.
    private func change(_ body: (inout State) -> Void) {
        let goesOn = state.withLock { state in
            body(&state)
            guard state.isHeldBack, state.handshakeCount < state.limits.handshakeCount else { return false }
            state.isHeldBack = false
            return true
        }
        if goesOn { listening.withLock { $0 }?.read() }
    }

    // MARK: On a connection's event loop

    private func accepted(_ channel: any Channel) throws {
        let name = ObjectIdentifier(channel)
        guard state.withLock({ $0.places[name] != nil }) else {
            return try channel.pipeline.syncOperations.addHandler(RefusingHandler(speaks: true))
        }
        _ = try keeper.keep(channel, tls: tls, firstFrameTimeout: timeouts.handshake) { [self] result in
            if case .failure(let error) = result { refused(error) }
        }
    }

    private func opened(_ connection: ServedConnection) {
        let name = connection.channelName
        change { state in
            guard state.places[name]?.isHandshaking == true else { return }
            state.places[name]?.isHandshaking = false
            state.handshakeCount -= 1
        }
    }

    private func refused(_ error: any Error) {
        let code = (error as? TransportError)?.code.rawValue ?? (error as? WireError)?.code.rawValue ?? "unexpected"
        state.withLock { $0.refusals[code, default: 0] += 1 }
    }

    // MARK: At each sweep

    private func tend() -> Duration? {
        tellRefusals()
        return state.withLock { $0.isHeldBack } ? timeouts.handshake / 5 : nil
    }

    private func tellRefusals() {
        let refusals = state.withLock { state in
            defer { state.refusals = [:] }
            return state.refusals
        }
        for (code, count) in refusals.sorted(by: { $0.key < $1.key }) {
            logger.notice("connection refused", metadata: ["code": "\(code)", "count": "\(count)"])
        }
    }
}

/// Where the handlers of a listening socket find its server, once it is there.
private final class Door: Sendable {
    private struct Weak { weak var server: Server? }
    private let state = Mutex(Weak())

    var server: Server? { state.withLock { $0.server } }

    func open(_ server: Server) { state.withLock { $0.server = server } }
}

/// Lets nobody in for whom there is no place, before anything is set up for it.
private final class GateHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    private let door: Door

    init(door: Door) {
        self.door = door
    }

    func read(context: ChannelHandlerContext) {
        if door.server?.mayAccept() == true { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        if door.server?.takePlace(channel) == true {
            context.fireChannelRead(data)
        } else {
            channel.close(promise: nil)
        }
    }
}
