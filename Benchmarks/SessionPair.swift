import CRDT
import Store
import Sync
import Wire

/// Two stores that talk by the production session machine, frame by frame, in one process: memory is that of both ends.
final class SessionPair {
    private var toDialer: [[UInt8]] = []
    private var toListener: [[UInt8]] = []

    func run(_ dialing: Store, _ listening: Store) throws {
        let dialer = SessionDriver(replica: BenchReplica(dialing), role: .dialer) { [unowned self] in
            toListener.append(Frame.encode($0))
        }
        let listener = SessionDriver(replica: BenchReplica(listening), role: .listener) { [unowned self] in
            toDialer.append(Frame.encode($0))
        }
        try dialer.start()
        try listener.start()
        while !toDialer.isEmpty || !toListener.isEmpty {
            if !toListener.isEmpty { try deliver(toListener.removeFirst(), to: listener) }
            if !toDialer.isEmpty { try deliver(toDialer.removeFirst(), to: dialer) }
        }
    }

    private func deliver(_ frame: [UInt8], to driver: SessionDriver) throws {
        var decoder = FrameDecoder()
        decoder.append(frame)
        guard let message = try decoder.next() else { return }
        if !driver.isFinished { try driver.receive(message) }
    }
}

/// A store in a session in which everybody is a member and there is nothing to learn of anybody.
private final class BenchReplica: ReplicaAccess {
    private let store: Store

    init(_ store: Store) { self.store = store }

    var identity: ReplicaIdentity { store.identity }
    var rosterHeads: RosterHeads { RosterHeads(digest: .zero, heads: []) }
    func meet(_ peer: ReplicaIdentity) throws {}
    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] { [] }
    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {}

    func knowledge() throws -> [String: Knowledge] { try store.knowledge() }
    func keep(base: Knowledge) throws { try store.keep(base: base) }
    func knowledge(named name: Nonce) throws -> Knowledge? { try store.knowledge(named: name) }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? {
        try store.stated(to: replica, collection: collection)
    }
    func partialDeltas(of collection: String) throws -> [PartialDelta] { try store.partialDeltas(of: collection) }
    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        let spool: Spool? = try store.frozenDelta(
            of: collection, base: base, partial: partial, leavingOutForks: false, resumable: true, working: working)
        return spool.map(BenchDelta.init)
    }
    func admit(_ manifest: Manifest) throws -> Admission { try store.admit(manifest) }
    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool { try store.merge(segment, of: manifest) }
    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try store.chains(of: collection, writers)
    }
    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws { try store.heal(collection, chains) }
    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        try store.keepReceipt(of: replica, collection: collection, knowledge: knowledge)
    }
    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        try store.noteStatement(to: replica, collection: collection, knowledge: knowledge)
    }
}

private final class BenchDelta: FrozenDelta {
    private let spool: Spool
    init(_ spool: Spool) { self.spool = spool }
    var manifest: Manifest { spool.manifest }
    func segment(_ index: Int) throws -> [UInt8] { try spool.segment(index) }
    func arrived() { spool.arrived() }
}
