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
        case box(KeyGift)
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
        /// One key each of `members` and of each collection, boxed to the founder.
        package let keys: [String: [EpochID]]
        /// Names the boxes.
        package let boxes: Nonce

        /// Ascending.
        package var collections: [String] { keys.keys.filter { $0 != KeyScope.members }.sortedByBytes() }

        package init(founder: DeviceIdentity, label: SealedLabel, description: [UInt8], keys: [String: [EpochID]], boxes: Nonce) {
            self.founder = founder
            self.label = label
            self.description = description
            self.keys = keys
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
        /// By scope, ascending: the keys that are boxed to the device, from which it opens the older ones. None for a relay.
        package let keys: [String: [EpochID]]
        /// Names the boxes: one.
        package let boxes: Nonce

        package init(
            identity: DeviceIdentity, role: Role, collections: [String], label: SealedLabel, use: InviteUse?,
            keys: [String: [EpochID]], boxes: Nonce
        ) {
            self.identity = identity
            self.role = role
            self.collections = collections.sortedByBytes()
            self.label = label
            self.use = use
            self.keys = keys
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

    /// New keys for scopes. Whom they are boxed to does not stand in it: it is the holders of each scope by the statement's own past.
    package struct Rotation: Hashable, Sendable {
        package struct NewKey: Hashable, Sendable {
            package let epoch: EpochID
            /// Ascending: keys of the scope that no other key opens. The chain of them leads to all that the scope ever had.
            package let older: [EpochID]
            /// Those keys in that order, sealed under the new one: 16 bytes more, or nothing when there are none.
            package let sealed: [UInt8]

            package init(epoch: EpochID, older: [EpochID], sealed: [UInt8]) {
                self.epoch = epoch
                self.older = older
                self.sealed = sealed
            }
        }

        package let keys: [String: NewKey]
        /// Names the boxes.
        package let boxes: Nonce

        package init(keys: [String: NewKey], boxes: Nonce) {
            self.keys = keys
            self.boxes = boxes
        }
    }

    /// Keys of a scope for devices that lack them: each gets all.
    package struct KeyGift: Hashable, Sendable {
        package let scope: String
        /// Ascending.
        package let epochs: [EpochID]
        /// Ascending.
        package let recipients: [DeviceID]
        /// Names the boxes.
        package let boxes: Nonce

        package init(scope: String, epochs: [EpochID], recipients: [DeviceID], boxes: Nonce) {
            self.scope = scope
            self.epochs = epochs.sorted()
            self.recipients = recipients.sorted()
            self.boxes = boxes
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

extension Sequence where Element == String {
    /// Ascending by their UTF-8, as names are ordered everywhere in the format.
    package func sortedByBytes() -> [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
