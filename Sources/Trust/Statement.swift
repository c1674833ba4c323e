import CRDT
import Wire

/// What a device is admitted as (Protocol.md, "Roster": the table of rights).
package enum Role: UInt8, CaseIterable, Sendable {
    /// Admits, removes, invites, rotates and erases; also all that a member may.
    case coordinator = 1
    case member
    /// Holds keys and writes nothing.
    case reader
    /// Carries what it cannot read: it gets no keys.
    case relay
    /// Printed words instead of a device: it may admit a new coordinator and nothing else.
    case recovery

    /// Whether devices of this role are given the keys of the scopes they are admitted to.
    package var holdsKeys: Bool { self != .relay }
    /// Whether it may stamp and pack changes.
    package var writes: Bool { self == .coordinator || self == .member }
}

/// One signed entry of the roster. Statements are linked by their parents' hashes, never change, and are kept for ever.
///
/// Example: Jan's `admit` of Fatima's laptop has the statements Jan's laptop knew last as its parents, so that everybody can tell
/// what Jan knew. Whether a statement counts is not written in it: the roster's resolver says so (`RosterResolver`).
package struct Statement: Hashable, Sendable {
    package static let format = 1

    /// Zero in the genesis, whose hash names the space.
    package let space: SpaceID
    package let signer: DeviceID
    /// When the signer's clock says it was signed; for people. Nothing depends on it.
    package let timeMilliseconds: Int64
    /// The statements without a successor that the signer knew: ascending; none only in the genesis.
    package let parents: [StatementID]
    package let content: Content

    package init(space: SpaceID, signer: DeviceID, timeMilliseconds: Int64, parents: [StatementID], content: Content) {
        self.space = space
        self.signer = signer
        self.timeMilliseconds = clampedTime(timeMilliseconds)
        self.parents = parents.sorted()
        self.content = content
    }

    package enum Content: Hashable, Sendable {
        case genesis(Genesis)
        case admit(Admission)
        /// Removes a device for ever.
        case revoke(DeviceID)
        case rotate(Rotation)
        /// The keys of a scope for devices that lack them.
        case box(scope: String, [DeviceID: KeyBox])
        case label(DeviceID, SealedLabel)
        case invite(Invite)
        case withdraw(StatementID)
        /// "These writers are mine."
        case writer([WriterClaim])
        case cut(collection: String, Cut)
        case erase(Erasure)
        /// Erase statements that the signer has applied and scrubbed; ascending.
        case confirm([StatementID])
    }

    /// The first statement of a space.
    package struct Genesis: Hashable, Sendable {
        package let founder: DeviceIdentity
        package let label: SealedLabel
        /// `SpaceDescription`, sealed under the first key of `members`.
        package let description: [UInt8]
        /// The founder's boxes, of one key each: `members` and each collection.
        package let boxes: [String: KeyBox]

        /// Ascending.
        package var collections: [String] { boxes.keys.filter { $0 != KeyScope.members }.sortedByBytes() }

        package init(founder: DeviceIdentity, label: SealedLabel, description: [UInt8], boxes: [String: KeyBox]) {
            self.founder = founder
            self.label = label
            self.description = description
            self.boxes = boxes
        }
    }

    /// Admits a device, or changes the role and collections of one that is admitted.
    package struct Admission: Hashable, Sendable {
        package let identity: DeviceIdentity
        package let role: Role
        /// Ascending.
        package let collections: [String]
        package let label: SealedLabel
        package let use: InviteUse?
        /// By scope: every key of it that the signer holds. None for a relay.
        package let boxes: [String: KeyBox]

        package init(
            identity: DeviceIdentity, role: Role, collections: [String], label: SealedLabel, use: InviteUse?, boxes: [String: KeyBox]
        ) {
            self.identity = identity
            self.role = role
            self.collections = collections.sortedByBytes()
            self.label = label
            self.use = use
            self.boxes = boxes
        }
    }

    /// That a newcomer knew an invite's code.
    package struct InviteUse: Hashable, Sendable {
        package let invite: StatementID
        /// By the invite's key over the newcomer's identity, for `SigningPurpose.invite`.
        package let signature: [UInt8]

        package init(invite: StatementID, signature: [UInt8]) {
            self.invite = invite
            self.signature = signature
        }

        /// What the newcomer signs with the invite's key: its identity's 64 bytes.
        package static func message(_ newcomer: DeviceIdentity) -> [UInt8] { newcomer.bytes }
    }

    /// A new key for a scope.
    package struct Rotation: Hashable, Sendable {
        package let scope: String
        package let epoch: EpochID
        /// To each device that may hold the scope; of this one key.
        package let boxes: [DeviceID: KeyBox]
        /// Every older key of the scope that the signer held, each a sealed field under the new one.
        package let older: [EpochID: [UInt8]]

        package init(scope: String, epoch: EpochID, boxes: [DeviceID: KeyBox], older: [EpochID: [UInt8]]) {
            self.scope = scope
            self.epoch = epoch
            self.boxes = boxes
            self.older = older
        }
    }

    package struct Invite: Hashable, Sendable {
        /// Ed25519, derived from the code.
        package let publicKey: [UInt8]
        package let role: Role
        /// Ascending.
        package let collections: [String]
        /// How many devices may be admitted by it, from 1.
        package let mostUses: Int

        package init(publicKey: [UInt8], role: Role, collections: [String], mostUses: Int) {
            self.publicKey = publicKey
            self.role = role
            self.collections = collections.sortedByBytes()
            self.mostUses = mostUses
        }
    }

    package struct WriterClaim: Hashable, Sendable {
        package let collection: String
        package let writer: WriterID

        package init(collection: String, writer: WriterID) {
            self.collection = collection
            self.writer = writer
        }
    }

    /// Two copies of a writer parted after `last`: what follows is renamed.
    package struct Cut: Hashable, Sendable {
        package let root: WriterID
        package let last: UInt32

        package init(root: WriterID, last: UInt32) {
            self.root = root
            self.last = last
        }
    }

    package struct Erasure: Hashable, Sendable {
        package let collection: String
        package let epoch: EpochID
        /// `ErasedRecords`, a sealed field under that key of the collection.
        package let sealed: [UInt8]

        package init(collection: String, epoch: EpochID, sealed: [UInt8]) {
            self.collection = collection
            self.epoch = epoch
            self.sealed = sealed
        }
    }
}

/// A device's label, sealed under a key of `members`.
package struct SealedLabel: Hashable, Sendable {
    package let epoch: EpochID
    package let sealed: [UInt8]

    package init(epoch: EpochID, sealed: [UInt8]) {
        self.epoch = epoch
        self.sealed = sealed
    }

    package static func seal(_ label: String, of device: DeviceID, under key: EpochKey, salt: Nonce) throws -> SealedLabel {
        guard label.utf8.count <= Limits.labelByteCount else { throw WireError(.tooLarge, in: "label") }
        return SealedLabel(
            epoch: key.id, sealed: try SealedField.seal(Array(label.utf8), under: key, context: "label \(device)", salt: salt))
    }

    /// nil without the key, and when it is not this device's label.
    package func open(of device: DeviceID, with ring: KeyRing) -> String? {
        guard let key = ring.key(epoch, of: KeyScope.members),
            let bytes = SealedField.open(sealed, under: key, context: "label \(device)")
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Keys of one scope in an HPKE box to one device.
package struct KeyBox: Hashable, Sendable {
    /// Names the keys inside, in their order; ascending.
    package let epochs: [EpochID]
    /// `Box` of the keys, 32 bytes each.
    package let sealed: [UInt8]

    /// - Parameter epochs: ascending, and as many as `sealed` has keys.
    package init(epochs: [EpochID], sealed: [UInt8]) {
        self.epochs = epochs
        self.sealed = sealed
    }

    /// - Parameter space: zero for the genesis, whose hash will name the space.
    package static func seal(_ keys: [EpochKey], to recipient: DeviceIdentity, scope: String, space: SpaceID) throws -> KeyBox {
        let ordered = Set(keys).map { (id: $0.id, key: $0) }.sorted { $0.id < $1.id }
        let info = KeyBox.info(space: space, scope: scope, recipient: recipient.id)
        return KeyBox(
            epochs: ordered.map(\.id), sealed: try Box.seal(ordered.flatMap(\.key.bytes), to: recipient.agreementKey, info: info))
    }

    /// The keys whose ids are those that the box claims; none when it is not for this device.
    package func open(with keys: DeviceKeys, scope: String, space: SpaceID) -> [EpochKey] {
        let info = KeyBox.info(space: space, scope: scope, recipient: keys.identity.id)
        guard let bytes = Box.open(sealed, with: keys, info: info), bytes.count == epochs.count * EpochKey.byteCount else { return [] }
        return epochs.indices.compactMap { index in
            EpochKey(bytes[index * EpochKey.byteCount..<(index + 1) * EpochKey.byteCount]).flatMap { $0.id == epochs[index] ? $0 : nil }
        }
    }

    private static func info(space: SpaceID, scope: String, recipient: DeviceID) -> [UInt8] {
        var out = ByteWriter()
        out.raw("kith key box 1".utf8)
        out.byte(0)
        out.nonce(space)
        out.text(scope)
        out.nonce(recipient)
        return out.bytes
    }
}

extension Sequence where Element == String {
    /// Ascending by their UTF-8, as names are ordered everywhere in the format.
    package func sortedByBytes() -> [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
