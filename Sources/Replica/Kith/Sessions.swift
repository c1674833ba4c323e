import CRDT
import Engine
import Store
import Synchronization
import Transport

/// One meeting with another replica, or with a relay.
public struct Meeting: Sendable {
    /// What the other side is called; empty for a newcomer who was let in and comes back with a replica.
    public let label: String
    public let isRelay: Bool
    public let changes: Changes
    /// Changes that the other side took in.
    public let sentCount: Int
}

/// A relay: a server that keeps and passes on what it cannot read.
public struct Relay: Hashable, Sendable {
    public let label: String
    /// `HOST:PORT`.
    public let address: String
    /// Milliseconds since 1970 UTC; nil: never met.
    public let metMilliseconds: Int64?
    /// Changes here that it is not known to hold.
    public let lackingCount: Int
}

extension Replica {
    /// The port that `listen` takes and addresses without one mean: 4747.
    public static var standardPort: Int { Address.standardPort }

    /// Meets the replica that listens at an address: afterwards both hold what either held. Mutual TLS by the devices' own keys.
    ///
    /// - Parameter address: `HOST:PORT`, or a host alone.
    /// - Throws: `KithError`: `unreachable`, `timed-out`, `not-admitted`, `wrong-device`, `other-space`, `mass-change`.
    @discardableResult
    public func sync(with address: String) async throws -> Meeting {
        try await onThread(address) { [self] in
            guard let parsed = Address(address) else { throw EngineError(.badAddress, address) }
            return try meeting { try engine.sync(with: parsed) }
        }
    }

    /// Meets every relay that is known and everyone who listens on the local network, each in turn.
    ///
    /// - Parameter discovering: whether to look for listeners on the local network, for some seconds.
    /// - Returns: by whom was met, what came of it.
    /// - Throws: `KithError`: `nobody-to-meet`, `no-network`, `nobody-found`, `only-strangers`: when there is nobody at all.
    public func syncWithAll(discovering: Bool = true) async throws -> [(with: String, outcome: Result<Meeting, any Error>)] {
        try await onThread { [self] in
            var met: [(with: String, outcome: Result<Meeting, any Error>)] = []
            var mark = try engine.store.logMark()
            try engine.syncWithAll(isDiscovering: discovering) { encounter, result in
                let name = switch encounter {
                case .relay(let relay): relay.label
                case .found(let address): address.text
                }
                met.append((name, result.map { [mark] report in (try? self.meeting(report, since: mark)) ?? Meeting(report) }.mapError { explained($0, name, .network) }))
                mark = try engine.store.logMark()
            }
            return met
        }
    }

    private func meeting(_ body: () throws -> MeetingReport) throws -> Meeting {
        try engine.stamp()
        let mark = try engine.store.logMark()
        return try meeting(try body(), since: mark)
    }

    func meeting(_ report: MeetingReport, since mark: LogMark?) throws -> Meeting {
        Meeting(report, try mark.map { try engine.store.changes(since: $0, limit: Changes.namedCount) } ?? [])
    }

    /// Listens for members, and for those whom an invite lets in, until `close` or the replica's end.
    ///
    /// - Parameters:
    ///   - host: an address of this machine; nil: every one.
    ///   - port: 0: any; `Listener.port` tells which.
    ///   - findable: whether members who look on the local network find it.
    /// - Throws: `KithError`: `address-in-use`, `cannot-listen`.
    public func listen(host: String? = nil, port: Int = Replica.standardPort, findable: Bool = true) throws -> Listener {
        try explaining("\(host ?? ""):\(port)", over: .network) { try Listener(self, host: host, port: port, findable: findable) }
    }

    // MARK: Relays

    /// The relays that this replica knows, in the order in which they were added.
    public func relays() throws -> [Relay] {
        try explaining {
            try engine.relayEntries().filter { !$0.isRemoved }.map {
                Relay(label: $0.label, address: $0.address.text, metMilliseconds: $0.metMilliseconds, lackingCount: $0.lackingCount)
            }
        }
    }

    /// Adds a relay that a coordinator has admitted.
    ///
    /// - Parameter address: `HOST:PORT#DEVICEID`, as `kith-relay` shows it.
    /// - Throws: `KithError`: `bad-relay`, `not-a-relay`.
    public func addRelay(_ address: String) throws { try explaining(address) { _ = try engine.addRelay(address) } }

    /// - Parameter name: its label, an ending of its id, or its address.
    public func removeRelay(_ name: String) throws { try explaining(name) { _ = try engine.removeRelay(name) } }

    /// Stays connected to every relay that is known: edits of any program go out within about a second, news comes as soon as a relay has it.
    /// The stream tells of meetings, and of connections that were lost and are tried again; whoever stops listening to it ends it.
    ///
    /// - Throws: `KithError`: `no-relays`.
    public func live() throws -> AsyncStream<Result<Meeting, any Error>> {
        try explaining { if try engine.relayEntries().allSatisfy(\.isRemoved) { throw EngineError(.noRelays) } }
        return AsyncStream { continuation in
            let watch = Watch(engine, random: { Double.random(in: 0..<1) }) { [self] event in
                switch event {
                case .connected: break
                case .exchanged(_, _, _, let report): continuation.yield(.success(Meeting(report)))
                case .lost(let relay, let error, _): continuation.yield(.failure(explained(error, relay.label, .network)))
                }
                _ = self
            }
            continuation.onTermination = { _ in watch.stop() }
            detach {
                do { try explaining(over: .network) { try watch.run() } } catch { continuation.yield(.failure(error)) }
                continuation.finish()
            }
        }
    }
}

extension Meeting {
    init(_ report: MeetingReport, _ found: [RecordChange] = []) {
        label = report.peerLabel
        isRelay = report.outcome.peerCarries
        sentCount = report.outcome.sentChangeCount
        changes = Changes(
            found, conflicts: (report.conflictsBefore, report.conflictsAfter), waiting: report.waitingBundles,
            quarantined: report.quarantined.count { $0.state == .quarantined }, unreadable: report.quarantined.count { $0.state != .quarantined })
    }
}

/// A door that is open to members; see `Replica.listen`.
public final class Listener: Sendable {
    private let listener: Transport.Listener
    private let responder: DiscoveryResponder?
    private let ended: AsyncStream<Result<Meeting, any Error>>.Continuation

    /// Each meeting that ended. What came in is not named record by record here: several may go on at once.
    public let meetings: AsyncStream<Result<Meeting, any Error>>
    public var port: Int { listener.port }

    fileprivate init(_ replica: Replica, host: String?, port: Int, findable: Bool) throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Result<Meeting, any Error>.self, bufferingPolicy: .bufferingNewest(1_000))
        (meetings, ended) = (stream, continuation)
        listener = try replica.engine.listen(host: host, port: port) { result in
            continuation.yield(result.map { Meeting($0) }.mapError { explained($0, "", .network) })
        }
        // Without the port of discovery it is still to be met by its address.
        responder = findable ? try? replica.engine.answerSearches(tcpPort: listener.port) : nil
    }

    /// Ends meetings that go on, and lets nobody in any more.
    public func close() {
        responder?.close()
        listener.close()
        ended.finish()
    }

    deinit { close() }
}
