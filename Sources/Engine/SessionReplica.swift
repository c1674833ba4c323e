import CRDT
import Store
import Sync
import Synchronization
import Trust
import Wire

/// A replica in one session: the store, and the roster that says who is at the other end and what it may have.
final class SessionReplica: ReplicaAccess {
    private let replica: Replica
    /// The key that the connection has proven; nil on a plain connection.
    private let provenKey: [UInt8]?
    private var peer: RosterState.Member?

    init(_ replica: Replica, provenKey: [UInt8]?) {
        self.replica = replica
        self.provenKey = provenKey
    }

    private var store: Store { replica.store }
    var identity: ReplicaIdentity { store.identity }

    // MARK: The roster

    var rosterHeads: RosterHeads {
        get throws {
            let roster = try replica.membership.current().roster
            return RosterHeads(digest: roster.digest, heads: roster.heads)
        }
    }

    func meet(_ peer: ReplicaIdentity) throws {
        guard let member = try replica.membership.current().roster.state.members[peer.device], !member.isRemoved,
            provenKey == nil || provenKey == member.identity.signingKey
        else { throw WireError(.notPermitted, in: "hello") }
        self.peer = member
    }

    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] {
        try replica.membership.current().roster.statements(beyond: heads)
    }

    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {
        try replica.learn(statements)
        try meet(peer)
        // It sent what was lacking here, and gets what it lacks: both hold the union.
        try store.keepRosterHeads(try rosterHeads.heads, of: peer.replica)
    }

    func admitNewcomer(request: [UInt8]) throws -> [[UInt8]] {
        guard let provenKey else { throw WireError(.notPermitted, in: "a newcomer on a plain connection") }
        return try replica.admit(newcomer: request, inviteKey: provenKey)
    }

    // MARK: Data

    func knowledge() throws -> [String: Knowledge] {
        // A newcomer is told nothing here, so there is always somebody who was met.
        try replica.prepare()
        return try store.knowledge()
    }

    func knowledge(named name: Nonce) throws -> Knowledge? { try store.knowledge(named: name) }
    func keep(base: Knowledge) throws { try store.keep(base: base) }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { try store.stated(to: replica, collection: collection) }
    func partialDeltas(of collection: String) throws -> [PartialDelta] { try store.partialDeltas(of: collection) }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        // Who was not admitted to a collection gets nothing of it, and a reader has nothing to say.
        guard try replica.membership.current().mayWrite, let peer, peer.collections.contains(collection) else { return nil }
        let spool: Spool? = try store.frozenDelta(
            of: collection, base: base, partial: partial, leavingOutForks: false, working: working)
        return spool
    }

    func admit(_ manifest: Manifest) throws -> Admission {
        // A session's deltas are packed by the one who sends them.
        guard manifest.packer == peer?.identity.id else { throw WireError(.notPermitted, in: "packer") }
        return try store.admit(manifest)
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool { try store.merge(segment, of: manifest) }
    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try store.chains(of: collection, writers)
    }

    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        try store.heal(collection, chains)
        try replica.signWhatIsOwed()
    }

    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        try store.keepReceipt(of: replica, collection: collection, knowledge: knowledge)
    }
    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        try store.noteStatement(to: replica, collection: collection, knowledge: knowledge)
    }
}

extension Spool: FrozenDelta {}
