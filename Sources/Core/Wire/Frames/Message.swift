import CRDT

/// Everything that travels, in a session or in a bundle, one frame each (Protocol.md, "Frames").
package enum Message: Hashable, Sendable {
    case hello(Hello)
    /// A newcomer's request to be admitted, on an invite's connection (Protocol.md, "Request to join").
    case request([UInt8])
    /// Signed statements of the roster, each after those it builds on.
    case statements([[UInt8]])
    /// The statements that none of the sender's builds on: what it holds of the roster is these and all before them.
    case heads([StatementID])
    /// The sender's closed version vector of one collection, what it holds there (a relay: what others hold there), and the deltas of
    /// which it holds a part.
    case knowledge(collection: String, KnowledgeForm, contents: [StatedContents] = [], partial: [PartialDelta])
    /// The two know the same and hold something else: the session begins anew, and each sends all that it holds.
    case anew
    /// The sender has stated every collection it has.
    case stated
    /// The receiver does not hold what the knowledge was relative to.
    case wholeKnowledgeWanted(collection: String)
    case manifest(Manifest)
    case segment(SealedSegment)
    /// The segment has been merged: the sender may send one more.
    case merged(delta: DeltaID, index: Int)
    /// "This device holds this knowledge": after a delta has been merged whole; with what it holds there, as in `knowledge`.
    case receipt(collection: String, KnowledgeForm, contents: [StatedContents] = [])
    /// The sender has nothing (more) to send.
    case done
    /// From a relay: knowledge that manifests to come name as their base, and that the receiver may not hold.
    case base(collection: String, KnowledgeForm)
    /// Between rounds: the listener has something new, and the dialer is to begin anew.
    case news
    /// Between rounds: a relay asks for all of a collection in one delta, to put in the place of what it covers.
    case snapshotWanted(collection: String)
    /// All that the sender holds of the lines of some writers: copies were found, and the session begins anew.
    case chains(collection: String, [WriterID: WholeChain])
    /// Long work goes on; nothing is wrong.
    case working
    /// The sender gives up: a code of `WireError.Code` or "busy".
    case refusal(code: String)
    /// A bundle's beginning.
    case preamble(Preamble)
    /// A bundle's end.
    case end(frameCount: Int, digest: [UInt8])
}

package struct Hello: Hashable, Sendable {
    package static let protocolVersion = 1
    package let version: Int
    /// nil: the sender has no replica yet and asks to be admitted.
    package let space: SpaceID?
    package let device: DeviceID
    package let replica: ReplicaID
    /// Names the knowledge of all collections: equal digests, equal data.
    package let digest: Nonce
    /// Names the roster: equal digests, the same statements.
    package let rosterDigest: Nonce
    /// A relay: it holds what others packed, and opens nothing of it.
    package let carries: Bool
    /// A dialer that keeps the connection when a round is over, to be told of news.
    package let stays: Bool

    package init(
        version: Int = Hello.protocolVersion, space: SpaceID?, device: DeviceID, replica: ReplicaID, digest: Nonce,
        rosterDigest: Nonce, carries: Bool = false, stays: Bool = false
    ) {
        self.carries = carries
        self.stays = stays
        self.version = version
        self.space = space
        self.device = device
        self.replica = replica
        self.digest = digest
        self.rosterDigest = rosterDigest
    }
}

/// What a replica knows of its space. The name and the secret travel sealed, in the roster's first statement.
package struct SpaceIdentity: Hashable, Sendable {
    package static let importSecretByteCount = 32
    package let id: SpaceID
    package let name: String
    /// Key of the HMAC that makes the ids of imported rows, so that an id says nothing about a person.
    package let importSecret: [UInt8]

    package init(id: SpaceID, name: String, importSecret: [UInt8]) {
        self.id = id
        self.name = name
        self.importSecret = importSecret
    }
}

/// A delta of which some segments are held; of one that is set aside, all.
package struct PartialDelta: Hashable, Sendable {
    package let delta: DeltaID
    /// Indices, ascending.
    package let merged: [Int]
    /// It is here whole, its key is too, and it cannot be read: what it claims is to be vouched for by others.
    package let isUnreadable: Bool

    package init(delta: DeltaID, merged: [Int], isUnreadable: Bool = false) {
        self.delta = delta
        self.merged = merged
        self.isUnreadable = isUnreadable
    }
}

/// A bundle's beginning: from whom, and of which space.
package struct Preamble: Hashable, Sendable {
    package let space: SpaceID
    package let packer: DeviceID
    package let packerReplica: ReplicaID
    package let packedMilliseconds: Int64
    /// The statements that the bundle's statements build on; none when the roster is whole.
    package let knownHeads: [StatementID]
    /// The packer's own, all of them.
    package let heads: [StatementID]

    package init(
        space: SpaceID, packer: DeviceID, packerReplica: ReplicaID, packedMilliseconds: Int64, knownHeads: [StatementID],
        heads: [StatementID]
    ) {
        self.space = space
        self.packer = packer
        self.packerReplica = packerReplica
        self.packedMilliseconds = packedMilliseconds
        self.knownHeads = knownHeads
        self.heads = heads
    }
}

/// A replica file and where it belongs: who is at one end of a session.
package struct ReplicaIdentity: Hashable, Sendable {
    package let space: SpaceIdentity
    package let device: DeviceID
    package let replica: ReplicaID
    package let label: String

    package init(space: SpaceIdentity, device: DeviceID, replica: ReplicaID, label: String) {
        self.space = space
        self.device = device
        self.replica = replica
        self.label = label
    }
}
