import CRDT
import Wire

/// What a session needs of the replica it speaks for. The SQLite store is one; the simulator's core in memory another.
///
/// Calls may be slow (they may read or write the whole replica) and are made one at a time.
package protocol ReplicaAccess: AnyObject {
    var identity: ReplicaIdentity { get }

    /// The closed version vector of every collection this replica is admitted to, after stamping all notes.
    func knowledge() throws -> [String: Knowledge]

    /// The same, with what is held of it; by collection one, nothing of one that opens nothing; or, of a relay, all that others have
    /// named there, with whether a whole delta by the other side's device of just these contents is here.
    func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]])

    /// A relay's: deltas for review that the device which was met is not known to have. They are brought although both hold the same.
    var toReview: [DeltaID] { get }

    /// Knowledge by its name: any that this replica has stated of itself or holds a receipt of.
    func knowledge(named name: Nonce) throws -> Knowledge?

    /// Keeps, by its name, knowledge that the base of a delta to come names: a relay tells it, because whoever packed the delta knew it
    /// from the relay.
    func keep(base: Knowledge) throws

    /// What this replica last stated of itself to another one.
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge?

    /// Deltas of which some but not all segments have been merged here.
    func partialDeltas(of collection: String) throws -> [PartialDelta]

    /// Freezes what `base` lacks, or finds a delta frozen before that one of `partial` names and whose base fits.
    /// nil when there is nothing to send.
    ///
    /// - Throws: `ForkFound` when `base` ends a writer of ours at a batch that is not one of ours, whether or not there is
    ///   anything to send: the receiver cannot see this, because the delta would seem to link to its own end.
    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)?

    /// Decides on a manifest before any of its segments; registers the delta when it will be merged, or, from a relay, set aside.
    ///
    /// - Throws: `NoRoom` when nothing can be taken in; the session goes on in the other direction.
    /// - Throws: `WireError.unknownReceipt` when the base is named by knowledge that is not held.
    func admit(_ manifest: Manifest) throws -> Admission

    /// Merges one segment, in one transaction; with the last missing one the closed version vector advances.
    /// - Returns: whether the delta is now whole here.
    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool

    /// All that is held of the lines of some writers, from their first batches.
    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain]

    /// Compares the other side's chains with those held here, cuts where they part, and renames, all in one transaction.
    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws

    /// What the roster is here.
    var rosterHeads: RosterHeads { get throws }

    /// Judges who is at the other end.
    ///
    /// - Throws: `WireError.notPermitted` for a device that the roster does not admit, or that is not the one whose key the
    ///   connection has proven.
    func meet(_ peer: ReplicaIdentity) throws

    /// The same, for a replica that tells relays from others.
    ///
    /// - Parameter carries: the other side says that it is a relay.
    /// - Throws: `WireError.notPermitted` also when the roster says otherwise.
    func meet(_ peer: ReplicaIdentity, carries: Bool) throws

    /// All statements of the roster that these heads are not and do not build on, each after those it builds on.
    func statements(beyond heads: [StatementID]) throws -> [[UInt8]]

    /// The same, in the midst of a round: the other side may pack yet without having heard of them.
    func statements(since heads: [StatementID]) throws -> [[UInt8]]

    /// Takes in statements that another replica sent: it holds them, and what this one sent it.
    ///
    /// - Throws: `WireError.notPermitted` when they say that the other side has been removed.
    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws

    /// Judges a newcomer that holds an invite, and changes nothing; gives the whole roster.
    ///
    /// - Throws: `WireError.notPermitted`.
    func welcomeNewcomer(request: [UInt8]) throws -> [[UInt8]]

    /// Admits a newcomer that has been welcomed and has the roster; one that is admitted already stays as it is.
    ///
    /// - Throws: `WireError.notPermitted`.
    func admitNewcomer(request: [UInt8]) throws

    /// Keeps what another replica has stated of itself: the base of the next delta for it.
    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws

    /// Keeps what another replica holds at the knowledge that was kept of it last.
    func keep(contents: ContentsDigest, of replica: ReplicaIdentity, collection: String) throws

    /// Notes, before it is made, a statement of ours to `replica`: what comes back may name it as its base, and the next
    /// statement can be relative to it. Should it not arrive, the other side asks for the next one whole.
    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws
}

extension FrozenDelta {
    package var base: Knowledge? { nil }
    package func arrived() {}
}

/// There is no room for a delta, here and now.
package struct NoRoom: Error {
    package init() {}
}

extension ReplicaAccess {
    package func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) { (try knowledge(), [:]) }
    package func keep(contents: ContentsDigest, of replica: ReplicaIdentity, collection: String) throws {}
    package var toReview: [DeltaID] { [] }
    package func statements(since heads: [StatementID]) throws -> [[UInt8]] { try statements(beyond: heads) }
    package func meet(_ peer: ReplicaIdentity, carries: Bool) throws { try meet(peer) }

    // Who takes no newcomers need not say so.
    package func welcomeNewcomer(request: [UInt8]) throws -> [[UInt8]] { throw WireError(.notPermitted, in: "invite") }
    package func admitNewcomer(request: [UInt8]) throws { throw WireError(.notPermitted, in: "invite") }
}

/// A replica's roster, in brief.
package struct RosterHeads: Hashable, Sendable {
    /// Names the heads.
    package let digest: Nonce
    /// The statements that no other builds on, ascending.
    package let heads: [StatementID]

    package init(digest: Nonce, heads: [StatementID]) {
        self.digest = digest
        self.heads = heads
    }
}

/// A delta that no longer changes: its manifest and its sealed segments, wherever they lie.
package protocol FrozenDelta: AnyObject {
    /// Travels as it is: its hash is the delta's name on both sides. Its base may be named by what the receiver has stated.
    var manifest: Manifest { get }
    /// What the manifest's base names, if the receiver may not hold it: a relay passes on what others packed for the relay.
    var base: Knowledge? { get }
    func segment(_ index: Int) throws -> [UInt8]
    /// The receiver has given its receipt: nobody will ask for the rest of it any more.
    func arrived()
}
