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
    /// As it introduced itself.
    private var metPeer: ReplicaIdentity?
    /// The other side is a relay: what it sends was packed by anybody, and what it gets goes on to anybody.
    private var peerCarries = false
    /// Of the delta that a relay is passing on.
    private var carried: CarriedAdmission?
    /// What came and was packed by a device that has been removed.
    private(set) var quarantined: [BundleReport.DeltaReport] = []
    private var quarantinedDelta: DeltaID?
    /// Packed by the other side, and not readable: nothing of it is kept, since it packs anew.
    private var passedOver: DeltaID?
    /// Statements go both ways, before any data.
    private var isComparingRosters = false

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

    /// After a round that ended well.
    ///
    /// - Parameter heads: that the other side has.
    func keepHeads(_ heads: [StatementID], of replica: ReplicaID) throws {
        guard try store.rosterHeads(of: replica) != heads else { return }
        try store.keepRosterHeads(heads, of: replica)
    }

    func meet(_ peer: ReplicaIdentity) throws { try meet(peer, carries: false) }

    func meet(_ peer: ReplicaIdentity, carries: Bool) throws {
        metPeer = peer
        peerCarries = carries
        try checkPeer()
    }

    /// Before anything comes in or goes out: whether the other side may still be here, also by what another program has done to the roster
    /// since. A session of a device that is removed ends.
    private func checkPeer() throws {
        try replica.refresh()
        guard let peer = metPeer else { return }
        guard let member = try replica.membership.current().roster.state.members[peer.device], !member.isRemoved,
            provenKey == nil || provenKey == member.identity.signingKey, (member.role == .relay) == peerCarries
        else { throw WireError(.notPermitted, in: "hello") }
        self.peer = member
    }

    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] {
        isComparingRosters = true
        return try statements(since: heads)
    }

    func statements(since heads: [StatementID]) throws -> [[UInt8]] {
        try checkPeer()
        return try replica.membership.current().roster.statements(beyond: heads)
    }

    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {
        try replica.learn(statements)
        do {
            try checkPeer()
        } catch {
            // It has said itself that it is removed: a coordinator gives the others new keys at once.
            try? replica.signWhatIsOwed()
            throw error
        }
        guard isComparingRosters else { return }
        isComparingRosters = false
        // It sent what was lacking here, and gets what it lacks: both hold the union.
        try store.keepRosterHeads(try rosterHeads.heads, of: peer.replica)
    }

    func welcomeNewcomer(request: [UInt8]) throws -> [[UInt8]] {
        _ = try replica.invite(of: request, inviteKey: try newcomerKey)
        return try replica.membership.current().roster.statements
    }

    func admitNewcomer(request: [UInt8]) throws { try replica.admit(newcomer: request, inviteKey: try newcomerKey) }

    private var newcomerKey: [UInt8] {
        get throws {
            guard let provenKey else { throw WireError(.notPermitted, in: "a newcomer on a plain connection") }
            return provenKey
        }
    }

    // MARK: Data

    func knowledge() throws -> [String: Knowledge] {
        // A newcomer is told nothing here, so there is always somebody who was met.
        try checkPeer()
        try replica.prepare()
        return try store.knowledge()
    }

    func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) {
        try checkPeer()
        try replica.prepare()
        let held = try store.holdings()
        return (held.mapValues(\.knowledge), held.compactMapValues { $0.contents.map { [StatedContents($0)] } })
    }

    func knowledge(named name: Nonce) throws -> Knowledge? { try store.knowledge(named: name) }
    func keep(base: Knowledge) throws { try store.keep(base: base) }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { try store.stated(to: replica, collection: collection) }
    /// A relay has what others packed, so it is told as well what waits or is quarantined here; who packs for itself never has that.
    func partialDeltas(of collection: String) throws -> [PartialDelta] {
        try store.partialDeltas(of: collection, withAside: peerCarries)
    }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        try checkPeer()
        // Who was not admitted to a collection gets nothing of it, and a reader has nothing to say.
        guard try replica.membership.current().mayWrite, let peer, peer.collections.contains(collection) else { return nil }
        // Admitted while somebody else changed the keys: what is here waits for the newest one, and the other side sends all the same.
        guard (try? replica.membership.currentEpoch(of: collection)) != nil else { return nil }
        let spool: Spool? = try store.frozenDelta(
            of: collection, base: base, partial: partial, leavingOutForks: false, resumable: true, working: working)
        return spool.map { spool in WatchedDelta(spool) { [unowned self] in try checkPeer() } }
    }

    func admit(_ manifest: Manifest) throws -> Admission {
        try checkPeer()
        guard peerCarries else {
            // A session's deltas are packed by the one who sends them.
            guard manifest.packer == peer?.identity.id else { throw WireError(.notPermitted, in: "packer") }
            return try store.admit(manifest)
        }
        let admission = try store.admitCarried(manifest)
        carried = admission
        return switch admission {
        case .merges: .merges
        case .known: .known
        case .waits(let missing): .waits(missing: missing)
        case .quarantined, .unreadable, .discarded: .waits(missing: Knowledge())
        case .forked(let writers): .forked(writers)
        }
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        try checkPeer()
        guard let carried else { return try mergeOwn(segment, of: manifest) }
        switch carried {
        case .quarantined: report(manifest, .quarantined)
        case .unreadable(let code): report(manifest, .unreadable(code))
        case .merges, .known, .waits, .forked, .discarded: break
        }
        guard let code = try store.mergeCarried(segment, of: manifest, carried) else { return true }
        self.carried = .unreadable(code)
        report(manifest, .unreadable(code))
        return false
    }

    /// Of a delta that the other side has packed itself.
    private func mergeOwn(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        do {
            guard passedOver != manifest.id else {
                try segment.checked(against: manifest)
                return false
            }
            return try store.merge(segment, of: manifest)
        } catch let error as WireError where error.isOfDelta {
            // Bytes that are not those which the manifest names are the other side's fault in another way.
            try segment.checked(against: manifest)
            try store.passOver(manifest)
            passedOver = manifest.id
            report(manifest, .unreadable(error.code))
            return false
        }
    }

    /// Once for each delta; that it cannot be read weighs more than who packed it.
    private func report(_ manifest: Manifest, _ state: BundleReport.DeltaReport.State) {
        if quarantinedDelta == manifest.id, quarantined.last?.state == .quarantined, state != .quarantined { quarantined.removeLast() }
        else if quarantinedDelta == manifest.id { return }
        quarantinedDelta = manifest.id
        quarantined.append(.init(collection: manifest.collection, state: state, changeCount: manifest.changeCount, packer: manifest.packer))
    }

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

/// A delta on its way to somebody who may be removed before all of it has gone out.
private final class WatchedDelta: FrozenDelta {
    private let spool: Spool
    private let check: () throws -> Void

    init(_ spool: Spool, check: @escaping () throws -> Void) {
        self.spool = spool
        self.check = check
    }

    var manifest: Manifest { spool.manifest }
    func arrived() { spool.arrived() }
    func segment(_ index: Int) throws -> [UInt8] {
        try check()
        return try spool.segment(index)
    }
}
