import CRDT
import Dispatch
import Relay
import Sync
import Synchronization
import Trust
import Wire

/// One space's work: what all its connections bring is taken in order, by one thread at a time, as much in one transaction as has come
/// meanwhile. Nothing is answered before its transaction is durable; so an acknowledgement is a promise, and a disk that is slow makes
/// transactions larger and not more.
final class SpaceWorker: @unchecked Sendable {
    /// Something to do for the space.
    enum Event: Sendable {
        case message(any SessionLink, Message, byteCount: Int)
        case closed(any SessionLink, any Error)
        /// Another process has written to the store.
        case changed
        /// An operator's work, in the transaction.
        case perform(@Sendable (CarriedSpace) throws -> Void, ended: @Sendable (Result<Void, any Error>) -> Void)
    }

    private struct Queue {
        var events: [Event] = []
        var isScheduled = false
    }

    let id: SpaceID
    private let store: any RelayStore
    private let keys: DeviceKeys
    private let environment: RelayEnvironment
    private let pool: WorkerPool
    private let observe: HubObserver
    private let keysChanged: @Sendable (Set<[UInt8]>) -> Void
    private let gone: @Sendable (SpaceWorker) -> Void
    private let queue = Mutex(Queue())

    // Of the thread that runs a batch, and no other.
    private var carried: CarriedSpace?
    /// Under which name the sessions' devices were told what is here.
    private var incarnation: ReplicaID?
    private var sessions: [ObjectIdentifier: HubSession] = [:]
    private var toldCount = -1
    private var readOnlySinceMilliseconds: Int64 = 0
    private var asker: ObjectIdentifier?

    /// At most so many events share a transaction, so that the first need not wait for ever.
    private static let batchCount = 512
    private static let batchByteCount = 8 << 20
    private static let retryMilliseconds: Int64 = 15_000

    /// Monotonic.
    private static var nanoseconds: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// - Parameters:
    ///   - keysChanged: called with the keys that may connect, whenever they have changed.
    ///   - gone: the space is not in the store any more.
    init(
        id: SpaceID, store: any RelayStore, keys: DeviceKeys, environment: RelayEnvironment, pool: WorkerPool, observe: @escaping HubObserver,
        keysChanged: @escaping @Sendable (Set<[UInt8]>) -> Void, gone: @escaping @Sendable (SpaceWorker) -> Void
    ) {
        self.id = id
        self.store = store
        self.keys = keys
        self.environment = environment
        self.pool = pool
        self.observe = observe
        self.keysChanged = keysChanged
        self.gone = gone
    }

    func add(_ event: Event) {
        let schedules = queue.withLock { queue in
            queue.events.append(event)
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if schedules { schedule() }
    }

    /// Sends everybody away and lets go of the store; waits for it.
    func end() {
        let ended = DispatchSemaphore(value: 0)
        add(.perform({ _ in }, ended: { [self] _ in
            for session in sessions.values { session.end(WireError.Code.otherSpace.rawValue) }
            for session in sessions.values { session.deliver(atNanoseconds: SpaceWorker.nanoseconds) }
            sweep(Array(sessions.values))
            carried = nil
            ended.signal()
        }))
        ended.wait()
    }

    private func schedule() { pool.run { [self] in runBatch() } }

    private func runBatch() {
        let events = queue.withLock { queue in
            var byteCount = 0
            var count = 0
            for event in queue.events.prefix(SpaceWorker.batchCount) {
                count += 1
                if case .message(_, _, let size) = event { byteCount += size }
                if byteCount >= SpaceWorker.batchByteCount { break }
            }
            let taken = Array(queue.events.prefix(count))
            queue.events.removeFirst(count)
            return taken
        }
        process(events)
        let goesOn = queue.withLock { queue in
            queue.isScheduled = !queue.events.isEmpty
            return queue.isScheduled
        }
        if goesOn { schedule() }
    }

    // MARK: A batch

    private func process(_ events: [Event]) {
        let begun = SpaceWorker.nanoseconds
        var performed: [((Result<Void, any Error>) -> Void, Result<Void, any Error>)] = []
        var touched: [HubSession] = []
        var handledCount = 0
        do {
            let space = try open()
            let taken = (count: space.takenCount, byteCount: space.takenByteCount)
            if space.isReadOnly, environment.nowMilliseconds() - readOnlySinceMilliseconds > SpaceWorker.retryMilliseconds { space.isReadOnly = false }
            try space.store.transaction {
                try space.refresh()
                if incarnation != space.store.incarnation { rename(space, &touched) }
                let before = space.newsCount
                for event in events {
                    try handle(event, in: space, &touched, &performed)
                    handledCount += 1
                }
                var hasEnded = false
                for session in touched {
                    let (ended, asked) = try session.afterRound(asksForSnapshot: asker == nil)
                    hasEnded = hasEnded || ended
                    if asked {
                        asker = ObjectIdentifier(session.link)
                        observe(.askedForSnapshot(space: id))
                    }
                    if ended, let device = session.device { observe(.round(space: id, device: device, wasEqual: session.driver.outcome.wasEqual)) }
                }
                for session in touched where session.isOver && !space.isReadOnly {
                    guard let peer = session.carried.peer else { continue }
                    let (received, sent) = (session.link.receivedByteCount, session.link.sentByteCount)
                    try space.store.note(
                        contact: peer.replica, device: peer.device, milliseconds: environment.nowMilliseconds(),
                        receivedByteCount: received, sentByteCount: sent)
                    try space.store.note(StoredEvent(
                        milliseconds: environment.nowMilliseconds(), kind: session.code == nil ? "session" : "session-refused",
                        device: peer.device, detail: session.code ?? "received \(received) sent \(sent)"))
                }
                if space.newsCount != before || hasEnded { try space.settle() }
                if space.newsCount != toldCount { try tell(space, &touched) }
                if mutated(.relayAcknowledgesEarly) { for session in touched { session.deliver(atNanoseconds: SpaceWorker.nanoseconds) } }
            }
            if space.takenCount > taken.count {
                observe(.stored(
                    space: id, deltaCount: space.takenCount - taken.count, byteCount: space.takenByteCount - taken.byteCount))
            }
        } catch {
            for case .message(let link, _, _) in events.dropFirst(handledCount) { turnAway(link, error, &touched) }
            for case .closed(let link, let end) in events.dropFirst(handledCount) {
                guard let session = sessions[ObjectIdentifier(link)] else { continue }
                session.lost(end)
                if !touched.contains(where: { $0 === session }) { touched.append(session) }
            }
            fail(error, touched)
            performed = performed.map { ($0.0, .failure(error)) }
            for case .perform(_, let ended) in events.dropFirst(handledCount) { performed.append((ended, .failure(error))) }
        }
        for (ended, result) in performed { ended(result) }
        let durable = SpaceWorker.nanoseconds
        for session in touched {
            if let waited = session.deliver(atNanoseconds: durable) { observe(.pushed(space: id, microseconds: Int64(waited / 1_000))) }
            let sentCount = session.takeSentDeltaCount()
            if sentCount > 0 { observe(.sent(space: id, deltaCount: sentCount)) }
        }
        for case .message(let link, _, let byteCount) in events { link.consumed(byteCount: byteCount) }
        sweep(touched)
        observe(.committed(space: id, eventCount: events.count, microseconds: Int64((SpaceWorker.nanoseconds - begun) / 1_000)))
    }

    private func open() throws -> CarriedSpace {
        if let carried { return carried }
        let space = try CarriedSpace(try store.open(id), keys: keys, environment: environment)
        carried = space
        keysChanged(space.memberKeys)
        return space
    }

    private func handle(
        _ event: Event, in space: CarriedSpace, _ touched: inout [HubSession],
        _ performed: inout [((Result<Void, any Error>) -> Void, Result<Void, any Error>)]
    ) throws {
        switch event {
        case .message(let link, let message, _):
            guard let session = try session(of: link, space) else { return }
            if !touched.contains(where: { $0 === session }) { touched.append(session) }
            guard !session.isOver else { return }
            let isNew = session.device == nil
            try session.receive(message)
            if isNew, let device = session.device { observe(.began(space: id, device: device)) }
        case .closed(let link, let error):
            guard let session = sessions[ObjectIdentifier(link)] else { return }
            session.lost(error)
            try session.carried.keepReceipts()
            if !touched.contains(where: { $0 === session }) { touched.append(session) }
        case .changed:
            break
        case .perform(let body, let ended):
            // An error in it is the operator's; one of the store ends the batch.
            do {
                try body(space)
                performed.append((ended, .success(())))
            } catch let error as RelayError where error.code == .storage || error.code == .full {
                throw error
            } catch {
                performed.append((ended, .failure(error)))
            }
        }
    }

    private func session(of link: any SessionLink, _ space: CarriedSpace) throws -> HubSession? {
        if let known = sessions[ObjectIdentifier(link)] { return known }
        guard let key = link.peerKey else {
            link.close()
            return nil
        }
        let session = try HubSession(link, space, key: key, nowMilliseconds: environment.nowMilliseconds())
        sessions[ObjectIdentifier(link)] = session
        return session
    }

    /// Everybody who rests and lacks something is told; who may not be here any more is sent away.
    private func tell(_ space: CarriedSpace, _ touched: inout [HubSession]) throws {
        toldCount = space.newsCount
        keysChanged(space.memberKeys)
        var known = Set(touched.map { ObjectIdentifier($0) })
        var count = 0
        for session in sessions.values {
            if !session.carried.isAdmitted {
                session.end(WireError.Code.notPermitted.rawValue)
            } else if session.wantsNews {
                try session.tellNews()
                count += 1
            } else {
                continue
            }
            if known.insert(ObjectIdentifier(session)).inserted { touched.append(session) }
        }
        if count > 0 { observe(.told(space: id, count: count)) }
    }

    /// The store is another than the one that was told of: the database was set back, or another server took over. Devices come again, and
    /// offer what it lacks.
    private func rename(_ space: CarriedSpace, _ touched: inout [HubSession]) {
        incarnation = space.store.incarnation
        for session in sessions.values {
            session.end(SessionRefusal.failed)
            touched.append(session)
        }
    }

    private static func code(_ error: any Error) -> String {
        switch (error as? RelayError)?.code {
        case .full: WireError.Code.full.rawValue
        case .unknownSpace: WireError.Code.otherSpace.rawValue
        default: SessionRefusal.failed
        }
    }

    /// What it said was not heard.
    private func turnAway(_ link: any SessionLink, _ error: any Error, _ touched: inout [HubSession]) {
        guard let session = sessions[ObjectIdentifier(link)] else {
            link.send([.refusal(code: SpaceWorker.code(error))])
            return link.close()
        }
        if !touched.contains(where: { $0 === session }) { touched.append(session) }
    }

    /// Nothing of the batch is in the store: its sessions end, and the space is read anew.
    private func fail(_ error: any Error, _ touched: [HubSession]) {
        for session in touched { session.forget(SpaceWorker.code(error)) }
        observe(.failed(space: id, error: "\(error)"))
        if (error as? RelayError)?.code == .unknownSpace {
            letGo(SpaceWorker.code(error))
            sweep(Array(sessions.values))
            return gone(self)
        }
        guard let carried else { return }
        do {
            try carried.reload()
            if (error as? RelayError)?.code == .full {
                carried.isReadOnly = true
                readOnlySinceMilliseconds = environment.nowMilliseconds()
            }
        } catch {
            // Not even reading works: everybody goes, and the next who comes tries again.
            letGo(SessionRefusal.failed)
        }
    }

    private func letGo(_ code: String) {
        for session in sessions.values {
            session.forget(code)
            session.deliver(atNanoseconds: SpaceWorker.nanoseconds)
        }
        carried = nil
    }

    private func sweep(_ touched: [HubSession]) {
        for session in touched where session.isOver {
            let link = ObjectIdentifier(session.link)
            if asker == link { asker = nil }
            guard sessions.removeValue(forKey: link) != nil else { continue }
            if let ended = session.ended(at: environment.nowMilliseconds()) { observe(ended) }
        }
        if let asker, let session = sessions[asker], session.driver.isResting { self.asker = nil }
    }
}
