import CRDT
import Wire

/// What a session wants done. The one who drives it does so in order; an action that asks something of the replica is the
/// last of its list, and the answer comes back as the event named beside it.
package enum SessionAction: Hashable, Sendable {
    case send(Message)
    /// Judges who is at the other end, before it is told anything.
    case meet(ReplicaIdentity, carries: Bool)
    /// Answer: `read(_:roster:)`.
    case readKnowledge
    /// What the other side lacks of the roster.
    case sendStatements(beyond: [StatementID])
    /// Statements of the roster, which come before any data.
    case learn([[UInt8]], from: ReplicaIdentity)
    /// A newcomer asks to be admitted; nothing is decided for good yet. Answer: `welcomedNewcomer(_:)`.
    case welcomeNewcomer(request: [UInt8])
    /// It has the roster, and the invite counts as used from here on. Answer: `admittedNewcomer()`.
    case admitNewcomer(request: [UInt8])
    /// What a statement is made of. Answer: `recalled(stated:partial:)`.
    case recall(ReplicaID, collections: [String])
    case keepReceipt(ReplicaIdentity, collection: String, Knowledge)
    /// What the other side holds at the receipt that was kept last.
    case keepContents(ReplicaIdentity, collection: String, ContentsDigest)
    /// Before it is sent: what comes back may name it as its base.
    case noteStatement(ReplicaID, collection: String, Knowledge)
    /// Knowledge by whose name bases to come are told.
    case keepBase(Knowledge)
    /// Answer: `frozen(_:base:)`.
    case freeze(collection: String, base: Knowledge, partial: [PartialDelta])
    /// One segment of the delta frozen last.
    case sendSegment(index: Int, delta: DeltaID)
    /// A delta frozen before has its receipt.
    case arrived(DeltaID)
    /// Answer: `admitted(_:)`, or `declined()`.
    case admit(Manifest)
    /// Answer: `mergedSegment()`.
    case merge(SealedSegment, Manifest)
    /// The other side's chains of writers that were copied: compare, cut, rename.
    case heal(collection: String, [WriterID: WholeChain])
    /// All that is held here of the lines of these writers.
    case sendChains(collection: String, [WriterID])
    /// Both sides are through for now, and the connection stays: a relay may want something yet, or tell of news later.
    case rest
    /// Both sides are through: the connection can be closed.
    case finish
}

/// What a session did, for the people who ran it.
package struct SessionOutcome: Hashable, Sendable {
    /// Who was at the other end, once it has said so.
    package internal(set) var peer: ReplicaIdentity?
    /// The other side had no replica, was admitted, and will come back with one.
    package internal(set) var admittedNewcomer = false
    /// Both held the same from the start.
    package internal(set) var wasEqual = false
    /// Of segments that the other side has confirmed.
    package internal(set) var sentChangeCount = 0
    package internal(set) var sentSegmentByteCount = 0
    /// Of deltas that the other side has given a receipt for.
    package internal(set) var sentDeltaCount = 0
    package internal(set) var receivedChangeCount = 0
    package internal(set) var receivedSegmentByteCount = 0
    package internal(set) var receivedDeltaCount = 0
    /// How often copies of a replica had to be told apart: somewhere a replica file was copied or restored.
    package internal(set) var healCount = 0
    /// The other side is a relay.
    package internal(set) var peerCarries = false
    /// How often the two began anew on one connection because one of them had something new.
    package internal(set) var roundCount = 0
    /// The other side goes by the name of this very replica, and holds something else: one of the two is a copy of the other.
    package internal(set) var metOwnCopy = false

    /// Collections of which both knew the same and held something else.
    package internal(set) var differing: Set<String> = []
    /// Of these, those of which both hold something else still: the next meeting tries again.
    package internal(set) var unsettled: Set<String> = []

    package init() {}

    package var changedAnything: Bool { sentChangeCount + receivedChangeCount > 0 }
}

/// How much may be on its way without having been merged: enough to keep a slow link busy, little enough for an old laptop.
package enum SessionWindow {
    package static let segmentCount = 64
    /// Of a relay: deltas whose receipts have not come.
    package static let deltaCount = 64
    /// A single larger segment travels alone. A transport must be able to hold this much unread, or two sides that both
    /// send would wait for each other.
    package static let byteCount = 4 << 20
}
