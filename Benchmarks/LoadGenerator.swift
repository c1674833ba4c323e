import CRDT
import Dispatch
import Foundation
import Sync
import Synchronization
import Transport
import Trust
import Wire

/// Monotonic seconds.
func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

/// Simulated devices on two threads: each holds a connection to the relay, rests between rounds, and uploads when it is told to.
final class LoadGenerator: ConnectionServing {
    /// One device's connection.
    final class Session: @unchecked Sendable {
        let device: RelayWorld.Device
        let replica: LoadReplica
        private let lock = NSLock()
        private var connection: ServedConnection?
        private var driver: SessionDriver?
        private var outbox: [Message] = []
        private var uploads: [SegmentStock] = []
        private var whenResting: (() -> Void)?
        private let packed: (DeltaID) -> Void

        init(
            _ device: RelayWorld.Device, in space: RelayWorld.Space, packed: @escaping (DeltaID) -> Void = { _ in },
            merged: @escaping (DeltaID) -> Void = { _ in }, confirmed: @escaping (DeltaID) -> Void = { _ in }
        ) {
            self.device = device
            self.packed = packed
            replica = LoadReplica(device, in: space, merged: merged, confirmed: confirmed)
            driver = SessionDriver(replica: replica, role: .dialer, stays: true) { [unowned self] in outbox.append($0) }
        }

        /// - Parameter resting: called once, when the first round is over.
        func start(on connection: ServedConnection, resting: @escaping () -> Void) throws {
            try perform { session, driver in
                session.connection = connection
                session.whenResting = resting
                try driver.start()
            }
        }

        func receive(_ message: Message) throws { try perform { try $1.receive(message) } }

        /// At the next rest.
        func upload(_ stock: SegmentStock) throws { try perform { session, _ in session.uploads.append(stock) } }

        /// Nothing is wrong.
        func ping() { lock.withLock { connection }?.send([.working]) }

        private func perform(_ body: (Session, SessionDriver) throws -> Void) throws {
            lock.lock()
            defer { lock.unlock() }
            guard let driver, outbox.isEmpty else { return }
            try body(self, driver)
            while driver.isResting, !uploads.isEmpty {
                packed(try replica.pack(uploads.removeFirst()))
                try driver.beginRound()
            }
            if driver.isResting {
                whenResting?()
                whenResting = nil
            }
            let messages = outbox
            outbox = []
            connection?.send(messages)
        }
    }

    private struct State {
        var sessions: [ObjectIdentifier: Session] = [:]
        var failures: [String] = []
        var openedCount = 0
        var isClosing = false
    }

    private let state = Mutex(State())
    private let dialer = Mutex<Dialer?>(nil)
    private let port: Int

    init(port: Int) {
        self.port = port
        var timeouts = ConnectionTimeouts()
        // Ten thousand handshakes on two processors take their time, and a relay at rest says nothing.
        timeouts.handshake = .seconds(120)
        timeouts.answer = .seconds(240)
        timeouts.idle = .seconds(600)
        let made = Dialer(timeouts: timeouts, serving: self)
        dialer.withLock { $0 = made }
    }

    /// What went wrong, most recent last.
    var failures: [String] { state.withLock { $0.failures } }

    /// Opens connections, a few at a time, until all rest.
    func open(_ sessions: [(Session, Dialer.Identity)], atOnce count: Int = 100) throws {
        let slots = DispatchSemaphore(value: count)
        let all = DispatchGroup()
        for (session, identity) in sessions {
            guard slots.wait(timeout: .now() + 60) == .success else { throw RelayBenchError("connecting stopped: \(failures.last ?? "no answer")") }
            all.enter()
            // Sixty from one address: a relay allows 64.
            let number = state.withLock { state in
                defer { state.openedCount += 1 }
                return state.openedCount
            }
            let source = "127.\(1 + number / 60 / 250).\(1 + number / 60 % 250).1"
            let isLeft = Mutex(false)
            dialer.withLock { $0 }?.connect(host: "127.0.0.1", port: port, from: source, as: identity) { [self] result in
                let leave: @Sendable () -> Void = {
                    guard !isLeft.withLock({ isLeft in defer { isLeft = true }; return isLeft }) else { return }
                    slots.signal()
                    all.leave()
                }
                switch result {
                case .success(let connection):
                    state.withLock { $0.sessions[ObjectIdentifier(connection)] = session }
                    attempt { try session.start(on: connection, resting: leave) }
                case .failure(let error):
                    failed(error)
                    leave()
                }
            }
        }
        guard all.wait(timeout: .now() + 120) == .success, failures.isEmpty else { throw RelayBenchError("not all rest: \(failures.last ?? "no answer")") }
    }

    func close() {
        state.withLock { $0.isClosing = true }
        dialer.withLock { $0 }?.close()
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { failed(error) }
    }

    private func failed(_ error: any Error) {
        state.withLock { if !$0.isClosing { $0.failures.append("\(error)") } }
    }

    // MARK: ConnectionServing

    func opened(_ connection: ServedConnection) {}

    func received(_ message: Message, byteCount: Int, on connection: ServedConnection) {
        let session = state.withLock { $0.sessions[ObjectIdentifier(connection)] }
        attempt { try session?.receive(message) }
        connection.consumed(byteCount: byteCount)
    }

    func closed(_ connection: ServedConnection, _ error: any Error) {
        state.withLock { _ = $0.sessions.removeValue(forKey: ObjectIdentifier(connection)) }
        failed(error)
        connection.close()
    }
}

/// When what was pushed where: by delta, in seconds.
final class PushLog: Sendable {
    struct Push {
        var begun: Double
        var durable: Double?
        var arrived: [Double] = []
    }

    private let pushes = Mutex<[DeltaID: Push]>([:])

    func begin(_ delta: DeltaID) { pushes.withLock { $0[delta] = Push(begun: now()) } }
    func durable(_ delta: DeltaID) { pushes.withLock { $0[delta]?.durable = now() } }
    func arrived(_ delta: DeltaID) { pushes.withLock { $0[delta]?.arrived.append(now()) } }

    var all: [Push] { pushes.withLock { Array($0.values) } }
    /// From the uploader's receipt, from the round's beginning; milliseconds.
    var milliseconds: (fromReceipt: [Double], fromBeginning: [Double]) {
        let all = all
        return (
            all.flatMap { push in push.durable.map { durable in push.arrived.map { max(0, $0 - durable) * 1e3 } } ?? [] },
            all.flatMap { push in push.arrived.map { ($0 - push.begun) * 1e3 } })
    }
}

struct RelayBenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
