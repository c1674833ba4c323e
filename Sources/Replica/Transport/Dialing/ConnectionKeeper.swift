import NIOCore
import NIOPosix
import Synchronization

/// What the connections of one server, or of one dialer, have in common: who serves them, their timeouts, limits and budget, and the
/// sweep that looks after all of them in turn, in the place of a timer for each.
final class ConnectionKeeper: Sendable {
    /// Two are enough for a relay: what takes time is done elsewhere.
    static let sharedGroup = MultiThreadedEventLoopGroup(numberOfThreads: min(2, System.coreCount))

    /// The greatest of what TLS decodes in one piece: larger reads would make each connection that was ever busy keep larger buffers.
    private static let readByteCount = 32 << 10

    let serving: any ConnectionServing
    let timeouts: ConnectionTimeouts
    let limits: ServedLimits
    let budget: ReadBudget
    private let connections = Mutex<[ObjectIdentifier: ServedConnection]>([:])
    private let sweep = Mutex<RepeatedTask?>(nil)
    private let whenOpened: @Sendable (ServedConnection) -> Void

    /// - Parameter opened: before `serving` is told.
    init(
        serving: any ConnectionServing, timeouts: ConnectionTimeouts, limits: ServedLimits,
        opened: @escaping @Sendable (ServedConnection) -> Void
    ) {
        self.serving = serving
        self.timeouts = timeouts
        self.limits = limits
        budget = ReadBudget(byteCount: limits.totalReadAheadByteCount)
        whenOpened = opened
    }

    var connectionCount: Int { connections.withLock { $0.count } }

    func opened(_ connection: ServedConnection) { whenOpened(connection) }

    /// Puts a connection onto a channel, with TLS before it if there is to be any. On the channel's event loop.
    ///
    /// - Parameter ended: how the handshake ended, when there was one.
    func keep(
        _ channel: any Channel, tls: PinnedTLS?, firstFrameTimeout: Duration,
        ended: @escaping (Result<ServedConnection, any Error>) -> Void
    ) throws -> ServedConnection {
        let connection = ServedConnection(channel: channel, keeper: self, firstFrameTimeout: firstFrameTimeout)
        try tls?.secure(channel, timeouts: timeouts) { result in
            ended(result.map { key in
                connection.secured(by: key)
                return connection
            })
        }
        try channel.pipeline.syncOperations.addHandler(ServedHandler(connection: connection))
        if let options = channel.syncOptions {
            try options.setOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(
                minimum: 1 << 10, initial: 2 << 10, maximum: ConnectionKeeper.readByteCount))
            // One read, one decoding: what several bring would be decoded into one larger buffer, which TLS keeps.
            try options.setOption(.maxMessagesPerRead, value: 1)
        }
        let name = ObjectIdentifier(connection)
        connections.withLock { $0[name] = connection }
        channel.closeFuture.whenComplete { [self] _ in
            // A channel that never became active tells nobody that it is not any more.
            connection.closed(TransportError(.closed, in: "handshake"))
            connections.withLock { _ = $0.removeValue(forKey: name) }
        }
        return connection
    }

    /// - Parameter tending: called at each sweep; gives how long a handshake may take that its own deadline would let go on.
    func startSweeping(on loop: any EventLoop, tending: @escaping @Sendable () -> Duration?) {
        // A tenth of the shortest time that is measured, and once a second at most.
        let shortest = min(timeouts.idle, timeouts.handshake, timeouts.answer)
        let period = min(max(TimeAmount(shortest / 10), .milliseconds(10)), .seconds(1))
        let task = loop.scheduleRepeatedTask(initialDelay: period, delay: period) { [weak self] task in
            guard let self else { return task.cancel() }
            let patience = tending()
            let now = NIODeadline.now()
            for connection in connections.withLock({ Array($0.values) }) { connection.sweep(at: now, patience: patience) }
            budget.tend()
        }
        sweep.withLock { $0 = task }
    }

    func stopSweeping() {
        sweep.withLock { task in
            task?.cancel()
            task = nil
        }
    }

    func abortAll() {
        for connection in connections.withLock({ Array($0.values) }) { connection.abort() }
    }
}
