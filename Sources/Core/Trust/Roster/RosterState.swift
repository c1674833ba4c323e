import CRDT
import Wire

/// What the statements of a roster come to. Equal sets of statements, equal states.
package struct RosterState: Hashable, Sendable {
    /// A device that was admitted, present or removed.
    package struct Member: Hashable, Sendable {
        package let identity: DeviceIdentity
        package let role: Role
        /// Ascending.
        package let collections: [String]
        package let label: SealedLabel
        /// When it was first admitted, by that signer's clock.
        package let sinceMilliseconds: Int64
        /// The statement that removed it.
        package let removal: StatementID?

        package var isRemoved: Bool { removal != nil }

        /// Whether it should have the keys of a scope.
        package func mayHold(scope: String) -> Bool {
            !isRemoved && Grant(role: role, collections: collections).holds(scope: scope)
        }
    }

    package struct InviteState: Hashable, Sendable {
        package let terms: Statement.Invite
        package let issuer: DeviceID
        package let issuedMilliseconds: Int64
        /// The devices admitted by it.
        package let usedBy: Set<DeviceID>
        package let isWithdrawn: Bool
        package let issuerIsRemoved: Bool

        /// Whether a coordinator should still admit by it.
        package var isOpen: Bool { !isWithdrawn && !issuerIsRemoved && usedBy.count < terms.mostUses }
    }

    package struct WriterOwner: Hashable, Sendable {
        package let device: DeviceID
        package let collection: String
    }

    package struct ErasureRecord: Hashable, Sendable {
        package let id: StatementID
        package let signer: DeviceID
        package let timeMilliseconds: Int64
        package let erasure: Statement.Erasure
    }

    /// One key of a scope.
    package struct Epoch: Hashable, Sendable {
        package let id: EpochID
        /// The statement that brought it.
        package let statement: StatementID
    }

    /// The key of a scope that new things are sealed under: the newest that only its holders have; if there is none, the newest.
    package struct CurrentEpoch: Hashable, Sendable {
        package let id: EpochID
        package let statement: StatementID
        /// Somebody has it who may not (any longer), by what the statements say.
        package let isTainted: Bool
    }

    package internal(set) var members: [DeviceID: Member] = [:]
    /// Devices that a revoke names that counts, admitted or not.
    package internal(set) var removed: Set<DeviceID> = []
    package internal(set) var invites: [StatementID: InviteState] = [:]
    package internal(set) var writers: [WriterID: WriterOwner] = [:]
    package internal(set) var cuts: [String: Set<Statement.Cut>] = [:]
    /// In the same order everywhere, causes before effects.
    package internal(set) var erasures: [ErasureRecord] = []
    /// By erase statement: the devices that have scrubbed.
    package internal(set) var confirmations: [StatementID: Set<DeviceID>] = [:]
    /// By scope, newest first.
    package internal(set) var epochs: [String: [Epoch]] = [:]
    /// By scope: also of rotations by coordinators that do not count, since others were removed beside them. Somebody may have sealed under
    /// such a key before that was known.
    package internal(set) var named: [String: Set<EpochID>] = [:]
    package internal(set) var currents: [String: CurrentEpoch] = [:]
    /// By scope and by key, of its current one and of those that no newer one opens: who should have it and was not given it, as far as
    /// the statements say; ascending.
    package internal(set) var lacking: [String: [EpochID: [DeviceID]]] = [:]
    /// Statements that stand in the roster and do not count.
    package internal(set) var void: Set<StatementID> = []

    /// The devices that should have the keys of a scope, ascending.
    package func holders(of scope: String) -> [DeviceID] {
        members.filter { $0.value.mayHold(scope: scope) }.keys.sorted()
    }

    package func currentEpoch(of scope: String) -> CurrentEpoch? { currents[scope] }

    /// Whether somebody has the current key who may not.
    package func needsRotation(_ scope: String) -> Bool { currentEpoch(of: scope)?.isTainted ?? false }

    /// The devices that should have the current key and were not given it, ascending.
    package func missingBoxes(_ scope: String) -> [DeviceID] { currents[scope].flatMap { lacking[scope]?[$0.id] } ?? [] }
}

/// What the roster says of a device and a collection.
package enum DeviceStanding: Hashable, Sendable {
    /// May pack and write in the collection.
    case member
    case revoked
    /// Admitted, but not to write in this collection.
    case notPermitted
    case unknown
}

extension Roster {
    package func standing(of device: DeviceID, for collection: String) -> DeviceStanding {
        if state.removed.contains(device) { return .revoked }
        guard let member = state.members[device] else { return .unknown }
        return member.role.writes && member.collections.contains(collection) ? .member : .notPermitted
    }

    /// Every collection that somebody was ever admitted to, ascending.
    package var collections: [String] { Set(state.members.values.flatMap(\.collections)).sortedByBytes() }
}
