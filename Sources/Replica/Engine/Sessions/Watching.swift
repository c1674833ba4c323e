import CRDT
import Foundation
import Store
import Sync
import Synchronization
import Transport
import Trust
import Wire

/// What happens while a replica is kept live.
package enum WatchEvent: Sendable {
    case connected(RelayEntry)
    /// A round has exchanged something.
    case exchanged(RelayEntry, receivedChangeCount: Int, sentChangeCount: Int, MeetingReport)
    /// The connection is gone, or could not be made: it is tried again after the delay.
    case lost(RelayEntry, any Error, retryAfter: Duration)
}

package struct WatchSettings: Sendable {
    /// How often the file is looked at, and news from one relay reaches another.
    package var period: Duration = .seconds(1)
    /// How often a connection that rests is used, so that both sides know that the other lives. Routers forget who is silent for minutes.
    package var sign: Duration = .seconds(50)
    /// How long the other side may be silent.
    package var silence: Duration = .seconds(120)
    package var firstDelay: Duration = .seconds(1)
    package var longestDelay: Duration = .seconds(300)

    package init() {}

    /// How long to wait before another try: anything up to twice as much each time, so that laptops which lost a relay together do
    /// not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "full jitter").
    ///
    /// - Parameters:
    ///   - failureCount: in a row, from 1.
    ///   - random: in 0..<1.
    package func delay(after failureCount: Int, random: Double) -> Duration {
        let most = min(longestDelay, firstDelay * (1 << min(failureCount - 1, 20)))
        return most * random
    }
}

/// Keeps a replica live: connected to every relay that it knows, each on a thread of its own. Edits by any SQLite client go
/// out within a second or two; news comes as soon as a relay has it. All connections go outward.
///
/// Time that a laptop sleeps counts, so that a connection from before is given up at once after it wakes.
package final class Watch: Sendable {
    private struct State {
        /// Counts what happened here that a relay may want to hear of.
        var generation = 0
        var mark: FileMark?
        var nextLook: ContinuousClock.Instant?
        var isStopped = false
        var connections: [DeviceID: Connection] = [:]
    }

    private let replica: Replica
    private let settings: WatchSettings
    private let random: @Sendable () -> Double
    private let tell: @Sendable (WatchEvent) -> Void
    private let clock = ContinuousClock()
    private let state = Mutex(State())
    private let stopping = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - random: in 0..<1.
    ///   - tell: called from several threads.
    package init(
        _ replica: Replica, settings: WatchSettings = WatchSettings(), random: @escaping @Sendable () -> Double,
        tell: @escaping @Sendable (WatchEvent) -> Void
    ) {
        self.replica = replica
        self.settings = settings
        self.random = random
        self.tell = tell
    }

    /// Stays until `stop`.
    ///
    /// - Throws: `noRelays`; what keeps this replica from being read at all.
    package func run() throws {
        try replica.unlock()
        let relays = try replica.relayEntries().filter { !$0.isRemoved }
        guard !relays.isEmpty else { throw EngineError(.noRelays) }
        // From here on edits are noticed; the first round of each relay has those before.
        _ = try look(at: clock.now)
        let group = DispatchGroup()
        for relay in relays {
            group.enter()
            Thread.detachNewThread { [self] in
                stay(with: relay)
                group.leave()
            }
        }
        group.notify(queue: .global()) { [ended] in ended.signal() }
        ended.wait()
    }

    /// Ends `run` soon; from any thread, and for good.
    package func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections.values
        }
        for connection in connections { connection.abort() }
        stopping.signal()
        // A thread that is connecting cannot be called back; it ends with the program.
        DispatchQueue.global().asyncAfter(deadline: .now() + 3) { [ended] in ended.signal() }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// - Returns: whether it was stopped meanwhile.
    private func sleep(_ duration: Duration) -> Bool {
        guard stopping.wait(timeout: .now() + duration / .seconds(1)) == .success else { return isStopped }
        // For the other threads as well.
        stopping.signal()
        return true
    }

    // MARK: One relay

    private func stay(with relay: RelayEntry) {
        var failureCount = 0
        while !isStopped {
            do {
                try live(with: relay) { failureCount = 0 }
            } catch {
                guard !isStopped else { return }
                failureCount += 1
                let delay = settings.delay(after: failureCount, random: random())
                tell(.lost(relay, error, retryAfter: delay))
                if sleep(delay) { return }
            }
        }
    }

    /// One connection, for as long as it lasts.
    private func live(with relay: RelayEntry, connected: () -> Void) throws {
        let connection = try replica.connect(to: relay)
        defer { connection.close() }
        let mayGoOn = state.withLock { state in
            if !state.isStopped { state.connections[relay.device] = connection }
            return !state.isStopped
        }
        guard mayGoOn else { return }
        defer { state.withLock { $0.connections[relay.device] = nil } }
        let conversation = try Conversation(replica, over: connection, as: .dialer, stays: true)
        var seen = try round(conversation, with: relay, nil)
        connected()
        tell(.connected(relay))
        var heard = clock.now
        var said = heard
        while !conversation.isFinished {
            if let message = try connection.receive(within: settings.period) {
                heard = clock.now
                if message == .working {
                    try conversation.round({ _ in }, after: message)
                } else {
                    seen = try round(conversation, with: relay, message)
                    heard = clock.now
                }
            }
            let now = clock.now
            guard now - heard < settings.silence else { throw TransportError(.timedOut, in: "session") }
            if try look(at: now) != seen {
                seen = try round(conversation, with: relay, nil)
                (heard, said) = (clock.now, clock.now)
            } else if now - said >= settings.sign {
                connection.send(.working)
                said = now
            }
        }
        throw TransportError(.closed, in: "session")
    }

    /// A round, and what others are to hear of it.
    ///
    /// - Returns: the generation that this relay has been told of.
    private func round(_ conversation: Conversation, with relay: RelayEntry, _ first: Message?) throws -> Int {
        let generation = state.withLock { $0.generation }
        let before = conversation.outcome
        let roster = try replica.membership.current().roster.digest
        try conversation.round({ _ in }, after: first)
        let report = try conversation.concluded()
        let received = report.outcome.receivedChangeCount - before.receivedChangeCount
        let sent = report.outcome.sentChangeCount - before.sentChangeCount
        if received + sent > 0 {
            tell(.exchanged(relay, receivedChangeCount: received, sentChangeCount: sent, report))
        }
        // Under its new name it is somebody else.
        guard !report.outcome.metOwnCopy, !report.copies.contains(where: \.isOwn) else { throw WireError(.forked, in: "session") }
        guard try received > 0 || replica.membership.current().roster.digest != roster else { return generation }
        return state.withLock { state in
            state.generation += 1
            // This relay has just brought it; what happened elsewhere meanwhile it has yet to hear.
            return state.generation == generation + 1 ? state.generation : generation
        }
    }

    /// Whichever thread comes first looks whether somebody has edited.
    private func look(at now: ContinuousClock.Instant) throws -> Int {
        try state.withLock { state in
            if let next = state.nextLook, now < next { return state.generation }
            state.nextLook = now + settings.period
            if try replica.store.hasNews(since: &state.mark) { state.generation += 1 }
            return state.generation
        }
    }
}
