import CRDT
import Sync
import Trust
import Wire

/// A device at the other end of a session with a relay: what the session machine asks of a replica, answered from what is carried.
///
/// Example: `SessionDriver(replica: CarriedSession(space, provenKey: key), role: .listener, carries: true)`; every call runs in a
/// transaction of the space's store.
package final class CarriedSession: ReplicaAccess {
    package let space: CarriedSpace
    private let provenKey: [UInt8]
    package private(set) var peer: ReplicaIdentity?
    private var collections: [String] = []
    private enum RosterPhase {
        /// The round has begun: the digests will be compared.
        case beginning
        /// Statements go both ways: what this side had when it sent its own, and how many it has learned since.
        case exchanging(count: Int, place: Int64, learned: Int)
        case settled
    }
    private var rosterPhase = RosterPhase.beginning
    /// The newest statement that the other side is known to hold, and nothing older that it lacks.
    private var peerRosterPlace: Int64 = 0
    private var peerRosterDigest: Nonce?
    /// What the other side is known to hold.
    private var peerHolds: [String: Knowledge] = [:]
    /// What the other side holds at that, as it has said.
    private var peerContents: [String: ContentsDigest] = [:]
    private var unkeptContents: Set<String> = []
    /// Of what contradicts the other side, what has been served on this connection.
    private var servedAgain: Set<DeltaID> = []
    /// Of these the store has not been told.
    private var unkeptReceipts: Set<String> = []

    /// What has been served in this round: from where to look on, and what the receiver comes to hold by it.
    private var serving: [String: (start: Int, holds: Knowledge)] = [:]
    /// By collection, what it holds whole and has not merged.
    private var aside: [String: Set<DeltaID>] = [:]
    /// In this round, in order, without those that a receipt has come for.
    private var unreceipted: [String: [DeltaID]] = [:]
    private var served: Set<DeltaID> = []
    /// What it was told in this round of what is here.
    private var claimed: [String: Knowledge] = [:]
    /// On its way in, by collection.
    private var incoming: [DeltaID: IncomingDelta] = [:]
    private var passedOver: [DeltaID: Int] = [:]
    /// Of these, all has been asked for.
    private var asked: Set<String> = []

    package init(_ space: CarriedSpace, provenKey: [UInt8]) {
        self.space = space
        self.provenKey = provenKey
    }

    package var identity: ReplicaIdentity {
        ReplicaIdentity(
            space: SpaceIdentity(id: space.id, name: "", importSecret: []), device: space.device, replica: space.store.incarnation, label: "")
    }

    // MARK: The roster

    package var rosterHeads: RosterHeads { RosterHeads(digest: space.roster.digest, heads: space.roster.heads) }

    package func meet(_ peer: ReplicaIdentity) throws {
        guard let member = space.member(peer.device), member.identity.signingKey == provenKey else {
            throw WireError(.notPermitted, in: "hello")
        }
        self.peer = peer
        collections = space.ownCollections.filter(member.collections.contains)
        serving = [:]
        aside = [:]
        unreceipted = [:]
        served = []
        incoming = [:]
        passedOver = [:]
        rosterPhase = .beginning
        peerRosterPlace = 0
        peerRosterDigest = nil
        peerHolds = [:]
        peerContents = [:]
    }

    package func statements(beyond heads: [StatementID]) throws -> [[UInt8]] {
        rosterPhase = .exchanging(count: space.roster.count, place: space.rosterPlace, learned: 0)
        return space.roster.statements(beyond: heads)
    }

    package func statements(since heads: [StatementID]) throws -> [[UInt8]] { space.roster.statements(beyond: heads) }

    package func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {
        let count = try space.learn(statements)
        if case .exchanging(let before, let place, let learned) = rosterPhase {
            rosterPhase = .exchanging(count: before, place: place, learned: learned + count)
        }
        guard space.member(peer.device) != nil else { throw WireError(.notPermitted, in: "roster") }
    }

    // MARK: Knowledge

    /// Asked for when a round begins (should the digests be equal, both hold the same statements), again when statements have gone both
    /// ways, and for every receipt.
    package func knowledge() throws -> [String: Knowledge] {
        switch rosterPhase {
        case .beginning:
            peerRosterPlace = space.rosterPlace
            peerRosterDigest = space.roster.digest
            // Another session may bring statements before the next receipt.
            rosterPhase = .settled
        case .exchanging(let count, let place, let learned):
            // Another session may have brought statements in between.
            let isSame = space.roster.count == count + learned
            peerRosterPlace = isSame ? space.rosterPlace : place
            peerRosterDigest = isSame ? space.roster.digest : nil
            rosterPhase = .settled
        case .settled: break
        }
        claimed = Dictionary(uniqueKeysWithValues: collections.map { ($0, claims(of: $0)) })
        return claimed
    }

    private func claims(of collection: String) -> Knowledge { space.ledger(collection)?.claims(to: peer?.device) ?? Knowledge() }

    /// What is here for review, or cannot be read by somebody, and the other side is not known to have: it is met though it may hold all that is
    /// claimed.
    package var toReview: [DeltaID] {
        guard let peer else { return [] }
        return collections.flatMap { collection in
            (space.ledger(collection)?.held ?? []).filter { held in
                (!held.isServed || held.isDoubted) && !space.isReviewed(held.delta.manifest.id, by: peer.device)
                    && !(peerHolds[collection] ?? Knowledge()).includes(held.scope.result)
            }.map(\.delta.manifest.id)
        }
    }

    package func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) {
        let knowledge = try knowledge()
        var contents: [String: [StatedContents]] = [:]
        for collection in knowledge.keys { contents[collection] = try space.statedContents(of: collection, to: peer?.device) }
        return (knowledge, contents)
    }

    package func knowledge(named name: Nonce) throws -> Knowledge? { try space.knowledge(named: name) }
    package func keep(base: Knowledge) throws { throw WireError(.unexpected, in: "base frame") }

    package func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? {
        try space.store.receipt(of: replica, collection: collection, stated: true).flatMap { try space.knowledge(named: $0) }
    }

    package func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        if unreceipted[collection]?.isEmpty == false, let delta = unreceipted[collection]?.removeFirst(),
            space.ledger(collection)?.held.contains(where: { $0.delta.manifest.id == delta && !$0.isServed }) ?? false {
            space.noteReviewer(replica.device, of: delta)
        }
        // Kept when the round is over: one for each delta that was served would be many.
        if peerHolds[collection] != knowledge { peerContents[collection] = nil }
        peerHolds[collection] = knowledge
        unkeptReceipts.insert(collection)
    }

    package func keep(contents: ContentsDigest, of replica: ReplicaIdentity, collection: String) throws {
        peerContents[collection] = contents
        unkeptContents.insert(collection)
    }

    /// The round is over, or the connection.
    package func keepReceipts() throws {
        guard let peer else { return }
        for collection in unkeptReceipts.sorted() {
            if let knowledge = peerHolds[collection] { try keep(knowledge, of: peer.replica, collection, stated: false) }
        }
        if !space.isReadOnly {
            for collection in unkeptContents.sorted() {
                if let contents = peerContents[collection] { try space.store.keep(contents: contents, of: peer.replica, collection: collection) }
            }
        }
        unkeptReceipts = []
        unkeptContents = []
    }

    package func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        try keep(knowledge, of: replica, collection, stated: true)
    }

    private func keep(_ knowledge: Knowledge, of replica: ReplicaID, _ collection: String, stated: Bool) throws {
        guard !space.isReadOnly, let peer, collections.contains(collection) else { return }
        let name = try space.archive(knowledge, of: collection)
        try space.store.keep(receipt: name, of: replica, device: peer.device, collection: collection, stated: stated)
    }

    package func partialDeltas(of collection: String) throws -> [PartialDelta] {
        try space.store.partialDeltas().filter { $0.manifest.collection == collection && $0.manifest.packer == peer?.device }
            .map { PartialDelta(delta: $0.manifest.id, merged: $0.held) }
    }

    // MARK: Out

    package func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        guard collections.contains(collection), let ledger = space.ledger(collection) else { return nil }
        if let peer, let contents = peerContents[collection], let knowledge = peerHolds[collection], knowledge == base {
            let others = space.contradicting(contents, at: knowledge, collection, besides: peer.device)
            if let held = others.first(where: { !servedAgain.contains($0.delta.manifest.id) }) {
                servedAgain.insert(held.delta.manifest.id)
                unreceipted[collection, default: []].append(held.delta.manifest.id)
                return try carried(held)
            }
        }
        var state = serving[collection]
        if state == nil {
            let forks = ledger.forks(in: base)
            guard forks.isEmpty else { throw ForkFound(forks) }
            try hear(partial, of: ledger, beside: base)
        }
        state = state ?? (0, base)
        guard var state else { return nil }
        let passing = aside[collection] ?? []
        var found = ledger.next(after: state.holds, from: &state.start, aside: passing)
        if let found { state.holds = state.holds.union(found.scope.result) }
        found = found ?? ledger.toReview(beside: state.holds, aside: passing.union(served))
        serving[collection] = state
        if let found {
            served.insert(found.delta.manifest.id)
            unreceipted[collection, default: []].append(found.delta.manifest.id)
        }
        return try found.map { try carried($0) }
    }

    private func carried(_ held: Ledger.Held) throws -> CarriedDelta {
        let manifest = held.delta.manifest
        var base: Knowledge?
        if case .relative(let name, _) = manifest.base { base = try space.knowledge(named: name) }
        return CarriedDelta(manifest: manifest, base: base, store: space.store)
    }

    /// What it holds whole, and what of it it cannot read.
    private func hear(_ partial: [PartialDelta], of ledger: Ledger, beside knowledge: Knowledge) throws {
        guard let peer else { return }
        for held in ledger.held where !held.isServed && knowledge.includes(held.scope.result) {
            space.noteReviewer(peer.device, of: held.delta.manifest.id)
        }
        let whole = Dictionary(uniqueKeysWithValues: ledger.held.map { ($0.delta.manifest.id, $0.delta.manifest.segments.count) })
        let found = Set(partial.filter { whole[$0.delta] == $0.merged.count }.map(\.delta))
        aside[ledger.collection] = found
        try space.note(
            unreadable: partial.filter { $0.isUnreadable && found.contains($0.delta) }.map(\.delta), aside: found, of: ledger.collection,
            by: peer.device)
    }

    // MARK: In

    package func admit(_ manifest: Manifest) throws -> Admission {
        // A session's deltas are packed by the one who sends them, unless a relay does.
        guard manifest.packer == peer?.device, collections.contains(manifest.collection) else { throw WireError(.notPermitted, in: "packer") }
        let (admission, keeps) = try space.judge(
            manifest, wanted: asked.contains(manifest.collection), by: peer?.device)
        guard keeps else {
            if admission == .known { passedOver[manifest.id] = manifest.segments.count }
            return admission
        }
        let delta = try space.begin(manifest, rosterPlace: peerRosterPlace)
        let missing = manifest.segments.indices.filter { !delta.held.contains($0) }
        guard space.environment.mayTake(manifest.packer, missing.reduce(0) { $0 + manifest.segments[$1].sealedByteCount }) else { throw NoRoom() }
        if delta.isWhole { noteHeld(delta) } else { incoming[manifest.id] = delta }
        return admission
    }

    package func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        // The session has made sure that it is one of this delta, whose name would have to be hashed anew.
        if passedOver[segment.delta] != nil { return false }
        guard var delta = incoming.removeValue(forKey: segment.delta) else { throw WireError(.unexpected, in: "segment frame") }
        let isWhole = try space.put(segment, of: &delta)
        if !isWhole { incoming[segment.delta] = delta }
        if isWhole { noteHeld(delta) }
        return isWhole
    }

    private func noteHeld(_ delta: IncomingDelta) {
        guard let ledger = space.ledger(delta.manifest.collection),
            let held = ledger.held.last(where: { $0.delta.manifest.id == delta.manifest.id })
        else { return }
        // Whoever packed it holds what it comes to.
        peerHolds[ledger.collection] = (peerHolds[ledger.collection] ?? Knowledge()).union(held.scope.result)
    }

    // MARK: Copies

    package func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try space.ledger(collection)?.wholeChains(of: writers) ?? [:]
    }

    package func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        guard collections.contains(collection) else { throw WireError(.notPermitted, in: "chains") }
        try space.ledger(collection)?.heal(chains)
    }

    // MARK: Between rounds

    /// Whether the one who rests needs to hear of nothing: it has all that it could be served, merged or set aside, and nothing that was
    /// claimed to it has gone.
    package var isCurrent: Bool {
        peerRosterDigest == space.roster.digest
            && collections.allSatisfy { collection in
                guard let ledger = space.ledger(collection) else { return true }
                let holds = peerHolds[collection] ?? Knowledge()
                let passing = served.union(aside[collection] ?? [])
                var start = 0
                return claims(of: collection).includes(claimed[collection] ?? Knowledge())
                    && (holds.includes(ledger.claims) || ledger.next(after: holds, from: &start, aside: passing) == nil)
            }
            && toReview.allSatisfy(served.contains)
    }

    /// A collection of which this relay wants all in one delta, and which the one who rests can pack: it holds all that is here. Each is
    /// asked for once on a connection.
    package func snapshotToAskFor() throws -> String? {
        guard let peer, let member = space.member(peer.device), member.role.writes, peerRosterDigest == space.roster.digest else { return nil }
        for collection in collections where !asked.contains(collection) {
            guard try space.wantsSnapshot(of: collection) || peerContents[collection].map({ try space.outdatesWhole($0, of: collection) }) ?? false,
                let claims = space.ledger(collection)?.claims, peerHolds[collection]?.includes(claims) == true else { continue }
            asked.insert(collection)
            return collection
        }
        return nil
    }

    /// Whether the device may still be here.
    package var isAdmitted: Bool { peer.map { space.member($0.device) != nil } ?? true }
}

/// A delta as it was packed.
private final class CarriedDelta: FrozenDelta {
    let manifest: Manifest
    let base: Knowledge?
    private let store: any SpaceStore

    init(manifest: Manifest, base: Knowledge?, store: any SpaceStore) {
        self.manifest = manifest
        self.base = base
        self.store = store
    }

    func segment(_ index: Int) throws -> [UInt8] { try store.segment(index, of: manifest.id) }
}
