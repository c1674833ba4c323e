import CRDT
import Dispatch
import Relay
import Sync
import Synchronization
import Trust
import Wire

/// All spaces of a relay, and the connections of their devices: who may connect, which space a connection is for, and a worker for each
/// space. Nothing here blocks but `perform`, `add` and `close`.
package final class RelayHub: Sendable {
    private struct State {
        var workers: [SpaceID: SpaceWorker] = [:]
        /// The keys that may connect, and for which spaces.
        var keys: [SpaceID: Set<[UInt8]>] = [:]
        var routes: [ObjectIdentifier: SpaceWorker] = [:]
        var isClosed = false
    }

    package let store: any RelayStore
    package let keys: DeviceKeys
    private let environment: RelayEnvironment
    private let pool: WorkerPool
    private let observe: HubObserver
    private let mayBegin: @Sendable (_ key: [UInt8]) -> Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - keys: this relay's own.
    ///   - mayBegin: whether the device of a key may begin one more session.
    ///   - observe: called from any thread.
    package init(
        store: any RelayStore, keys: DeviceKeys, environment: RelayEnvironment, threadCount: Int,
        mayBegin: @escaping @Sendable (_ key: [UInt8]) -> Bool = { _ in true }, observe: @escaping HubObserver
    ) throws {
        self.mayBegin = mayBegin
        self.store = store
        self.keys = keys
        self.environment = environment
        self.observe = observe
        pool = WorkerPool(threadCount: threadCount)
        // First, so that nothing is missed between the two.
        store.onChange { [weak self] space in self?.worker(of: space)?.add(.changed) }
        for space in try store.spaces() { begin(space) }
        // Who may connect is known before anybody does. One that another process is just beginning, or removing, is heard of.
        for space in spaces {
            do { try perform(on: space) { _ in } } catch let error as RelayError where error.code == .unknownSpace {}
        }
    }

    package var spaces: [SpaceID] { state.withLock { $0.workers.keys.sorted() } }
    package var sessionCount: Int { state.withLock { $0.routes.count } }

    @discardableResult
    private func begin(_ space: SpaceID) -> SpaceWorker {
        let worker = SpaceWorker(
            id: space, store: store, keys: keys, environment: environment, pool: pool, observe: observe
        ) { [weak self] keys in self?.state.withLock { $0.keys[space] = keys } } gone: { [weak self] in self?.forget($0) }
        return state.withLock { state in
            if let known = state.workers[space] { return known }
            state.workers[space] = worker
            return worker
        }
    }

    /// Another process on the same store has removed a space. Its worker has sent everybody away.
    private func forget(_ worker: SpaceWorker) {
        state.withLock { state in
            guard state.workers[worker.id] === worker else { return }
            state.keys[worker.id] = nil
            state.workers[worker.id] = nil
            state.routes = state.routes.filter { $0.value !== worker }
        }
    }

    /// Another process on the same store may have begun a space.
    private func worker(of space: SpaceID) -> SpaceWorker? {
        if let known = state.withLock({ $0.workers[space] }) { return known }
        guard let spaces = try? store.spaces(), spaces.contains(space) else { return nil }
        return begin(space)
    }

    // MARK: Connections

    /// Whether a key belongs to a member of any space here.
    package func accepts(_ key: [UInt8]) -> Bool { state.withLock { $0.keys.values.contains { $0.contains(key) } } }

    /// A message came. The first is the hello, which says for which space; who asks for one that is not here, and who is no member of it,
    /// is told the same.
    package func received(_ message: Message, byteCount: Int, on link: any SessionLink) {
        let known = state.withLock { $0.routes[ObjectIdentifier(link)] }
        if let known { return known.add(.message(link, message, byteCount: byteCount)) }
        let worker: SpaceWorker? = state.withLock { state in
            guard !state.isClosed, case .hello(let hello) = message, let space = hello.space, let key = link.peerKey,
                state.keys[space]?.contains(key) == true, let worker = state.workers[space]
            else { return nil }
            state.routes[ObjectIdentifier(link)] = worker
            return worker
        }
        if let worker {
            guard let key = link.peerKey, mayBegin(key) else {
                state.withLock { $0.routes[ObjectIdentifier(link)] = nil }
                return refuse(link, SessionRefusal.busy, byteCount)
            }
            return worker.add(.message(link, message, byteCount: byteCount))
        }
        refuse(link, WireError.Code.otherSpace.rawValue, byteCount)
    }

    private func refuse(_ link: any SessionLink, _ code: String, _ byteCount: Int) {
        observe(.refused(code: code))
        link.send([.refusal(code: code)])
        link.consumed(byteCount: byteCount)
        link.close()
    }

    package func closed(_ link: any SessionLink, _ error: any Error) {
        let worker = state.withLock { $0.routes.removeValue(forKey: ObjectIdentifier(link)) }
        worker?.add(.closed(link, error))
    }

    // MARK: The operator's

    /// Runs something on a space between what its devices do, in a transaction; waits for it. Not from a worker.
    ///
    /// - Throws: `unknown-space`; what `body` throws.
    package func perform<Value: Sendable>(on space: SpaceID, _ body: @escaping @Sendable (CarriedSpace) throws -> Value) throws -> Value {
        guard let worker = worker(of: space) else { throw RelayError(.unknownSpace) }
        let ended = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Value, any Error>?>(nil)
        worker.add(.perform({ carried in
            let value = try body(carried)
            outcome.withLock { $0 = .success(value) }
        }, ended: { result in
            if case .failure(let error) = result { outcome.withLock { $0 = .failure(error) } }
            ended.signal()
        }))
        ended.wait()
        guard let result = outcome.withLock({ $0 }) else { throw RelayError(.storage) }
        return try result.get()
    }

    /// Begins to carry a space whose roster admits this relay, or takes in what the roster of one that is carried has more.
    @discardableResult
    package func add(_ statements: [[UInt8]]) throws -> SpaceID {
        let roster = try Roster(statements: statements)
        if state.withLock({ $0.workers[roster.space] }) == nil {
            _ = try CarriedSpace.add(statements, to: store, keys: keys, environment: environment)
            begin(roster.space)
            try perform(on: roster.space) { _ in }
        } else {
            _ = try perform(on: roster.space) { try $0.learn(statements) }
        }
        return roster.space
    }

    /// Ends the sessions of a space and removes all that is held of it.
    package func remove(_ space: SpaceID) throws {
        let links: SpaceWorker? = state.withLock { state in
            state.keys[space] = nil
            return state.workers.removeValue(forKey: space)
        }
        guard let worker = links else { throw RelayError(.unknownSpace) }
        worker.end()
        state.withLock { state in state.routes = state.routes.filter { $0.value !== worker } }
        try store.remove(space)
    }

    /// Lets what was begun end. Connections are closed by whoever listens, before.
    package func close() throws {
        state.withLock { $0.isClosed = true }
        pool.close()
        try store.close()
    }
}
