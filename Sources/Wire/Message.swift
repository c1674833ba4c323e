import CRDT

/// Everything that travels, in a session or in a bundle, one frame each (Protocol.md, "Frames").
package enum Message: Hashable, Sendable {
    case hello(Hello)
    case space(SpaceIdentity)
    case roster(Roster)
    /// The sender's closed version vector of one collection, and the deltas of which it holds a part.
    case knowledge(collection: String, KnowledgeForm, partial: [PartialDelta])
    /// The receiver does not hold what the knowledge was relative to.
    case wholeKnowledgeWanted(collection: String)
    case manifest(Manifest)
    case segment(SealedSegment)
    /// The segment has been merged: the sender may send one more.
    case merged(delta: DeltaID, index: Int)
    /// "This device holds this knowledge": after a delta has been merged whole.
    case receipt(collection: String, KnowledgeForm)
    /// The sender has nothing (more) to send.
    case done
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
    /// nil: the sender has no replica yet and wants to join.
    package let space: SpaceID?
    package let device: DeviceID
    package let replica: ReplicaID
    package let label: String
    /// Names the knowledge of all collections: equal digests, equal data.
    package let digest: Nonce

    package init(version: Int = Hello.protocolVersion, space: SpaceID?, device: DeviceID, replica: ReplicaID, label: String, digest: Nonce) {
        self.version = version
        self.space = space
        self.device = device
        self.replica = replica
        self.label = label
        self.digest = digest
    }
}

/// What a new replica must know of its space.
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

/// Which device is behind which writer, for the people who ask who wrote something.
package struct Roster: Hashable, Sendable {
    package struct Device: Hashable, Sendable {
        package let id: DeviceID
        package let label: String
        /// Ascending.
        package let writers: [WriterID]

        package init(id: DeviceID, label: String, writers: [WriterID]) {
            self.id = id
            self.label = label
            self.writers = writers
        }
    }
    /// Ascending by id.
    package let devices: [Device]
    package init(devices: [Device]) { self.devices = devices }
}

/// A delta of which some segments have been merged.
package struct PartialDelta: Hashable, Sendable {
    package let delta: DeltaID
    /// Indices, ascending.
    package let merged: [Int]
    package init(delta: DeltaID, merged: [Int]) {
        self.delta = delta
        self.merged = merged
    }
}

/// A bundle's beginning: from whom, and of which space.
package struct Preamble: Hashable, Sendable {
    package let space: SpaceIdentity
    package let packer: DeviceID
    package let label: String
    package let packedMilliseconds: Int64

    package init(space: SpaceIdentity, packer: DeviceID, label: String, packedMilliseconds: Int64) {
        self.space = space
        self.packer = packer
        self.label = label
        self.packedMilliseconds = packedMilliseconds
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
