import CRDT
import Dispatch
import Foundation
import Logging
import Sync
import Synchronization
import Transport
import Trust
import Wire

/// A relay that keeps nothing on a disk and checks nothing but membership: what transport and sessions cost by themselves, below
/// which no relay can be.
final class MemoryRelay: ConnectionServing {
    /// Larger segments are for throughput, which nobody fetches.
    static let keptByteCount = 64 << 10

    /// A space, and the queue on which all of its sessions are.
    final class Space: @unchecked Sendable {
        let queue: DispatchQueue
        let identity: SpaceIdentity
        let roster: RelayWorld.Space?
        let heads: RosterHeads
        var held = Knowledge()
        var deltas: [(manifest: Manifest, segments: [[UInt8]])] = []
        var sessions: [ObjectIdentifier: Session] = [:]

        init(_ identity: SpaceIdentity, heads: RosterHeads) {
            self.identity = identity
            self.heads = heads
            roster = nil
            queue = DispatchQueue(label: "space")
        }
    }

    /// One connection's; on the queue of its space.
    final class Session: @unchecked Sendable {
        let connection: ServedConnection
        let replica: Carried
        var driver: SessionDriver?
        var outbox: [Message] = []

        init(_ connection: ServedConnection, _ space: Space, _ device: DeviceID) {
            self.connection = connection
            replica = Carried(space, device)
            driver = SessionDriver(replica: replica, role: .listener, carries: true) { [unowned self] in outbox.append($0) }
        }

        func perform(_ body: (SessionDriver) throws -> Void) {
            guard let driver else { return }
            do {
                try body(driver)
            } catch {
                FileHandle.standardError.write(Data("session: \(error)\n".utf8))
                self.driver = nil
            }
            let messages = outbox
            outbox = []
            connection.send(messages)
            if self.driver == nil { connection.close() }
        }
    }

    private let device: DeviceID
    private let spaces: [SpaceID: Space]
    private let spaceOf = Mutex<[ObjectIdentifier: Space]>([:])

    init(device: DeviceID, spaces: [Space]) {
        self.device = device
        self.spaces = Dictionary(uniqueKeysWithValues: spaces.map { ($0.identity.id, $0) })
    }

    // MARK: ConnectionServing

    func opened(_ connection: ServedConnection) {}

    func received(_ message: Message, byteCount: Int, on connection: ServedConnection) {
        let name = ObjectIdentifier(connection)
        if case .hello(let hello) = message, let id = hello.space, let space = spaces[id] {
            spaceOf.withLock { $0[name] = space }
        }
        guard let space = spaceOf.withLock({ $0[name] }) else { return connection.abort() }
        space.queue.async { [device] in
            let session = space.sessions[name] ?? Session(connection, space, device)
            space.sessions[name] = session
            let place = space.deltas.count
            session.perform { try $0.receive(message) }
            connection.consumed(byteCount: byteCount)
            guard space.deltas.count > place else { return }
            for other in space.sessions.values where other !== session {
                other.perform { if $0.isWatched, $0.isResting { try $0.tellNews() } }
            }
        }
    }

    func closed(_ connection: ServedConnection, _ error: any Error) {
        connection.close()
        let name = ObjectIdentifier(connection)
        guard let space = spaceOf.withLock({ $0.removeValue(forKey: name) }) else { return }
        space.queue.async { space.sessions[name] = nil }
    }
}

/// What a relay in memory carries, for one session.
final class Carried: ReplicaAccess {
    let identity: ReplicaIdentity
    private let space: MemoryRelay.Space
    /// Of the deltas, the next to be looked at in this round.
    private var cursor = 0
    private var incoming: [DeltaID: [[UInt8]]] = [:]
    private var names: [Nonce: Knowledge] = [:]
    private var stated: Knowledge?

    private final class Delta: FrozenDelta {
        let manifest: Manifest
        private let segments: [[UInt8]]

        init(manifest: Manifest, segments: [[UInt8]]) {
            self.manifest = manifest
            self.segments = segments
        }

        func segment(_ index: Int) throws -> [UInt8] { segments[index] }
    }

    init(_ space: MemoryRelay.Space, _ device: DeviceID) {
        self.space = space
        identity = ReplicaIdentity(space: space.identity, device: device, replica: device, label: "")
    }

    var rosterHeads: RosterHeads { space.heads }
    func knowledge() throws -> [String: Knowledge] { [RelayWorld.collection: space.held] }
    func knowledge(named name: Nonce) throws -> Knowledge? { names[name] }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { stated }
    func partialDeltas(of collection: String) throws -> [PartialDelta] { [] }
    func meet(_ peer: ReplicaIdentity) throws { cursor = 0 }
    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] { [] }
    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {}
    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] { throw WireError(.forked, in: "chains") }
    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws { throw WireError(.forked, in: "chains") }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        while cursor < space.deltas.count {
            let (manifest, segments) = space.deltas[cursor]
            cursor += 1
            let isKnown = manifest.chains.allSatisfy { writer, ends in ends.last.map { base[writer] >= $0.last } ?? true }
            if !isKnown { return Delta(manifest: manifest, segments: segments) }
        }
        return nil
    }

    func admit(_ manifest: Manifest) throws -> Admission {
        let scope = try manifest.scope(knowledge(named:))
        incoming[manifest.id] = []
        guard space.held.includes(scope.base) else { return .waits(missing: scope.base) }
        return space.held.includes(scope.result) ? .known : .merges
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        guard Digest.sha256(segment.bytes) == manifest.segments[segment.index].digest else { throw WireError(.damaged, in: "segment") }
        let isKept = manifest.segments.allSatisfy { $0.sealedByteCount < MemoryRelay.keptByteCount }
        incoming[segment.delta, default: []].append(isKept ? segment.bytes : [])
        guard let segments = incoming[segment.delta], segments.count == manifest.segments.count else { return false }
        incoming[segment.delta] = nil
        let result = try manifest.scope(knowledge(named:)).result
        if !space.held.includes(result) {
            space.held = space.held.union(result)
            if isKept { space.deltas.append((manifest, segments)) }
        }
        return true
    }

    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws { remember(knowledge) }

    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        stated = knowledge
        remember(knowledge)
    }

    func keep(base: Knowledge) throws { remember(base) }

    private func remember(_ knowledge: Knowledge) {
        guard !knowledge.ends.isEmpty else { return }
        if names.count > 16 { names = stated.map { [$0.name: $0] } ?? [:] }
        names[knowledge.name] = knowledge
    }
}
