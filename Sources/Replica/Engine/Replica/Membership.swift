import CRDT
import Synchronization
import Trust
import Wire

/// The roster as this device sees it: its statements, what they come to, and the keys that they open for this device. One
/// for each replica that is open; what it knows is read from the replica's file when it is first needed.
///
/// Invariant: `sealing`, `ring` and `roster` are of one moment; a call sees all of a new statement or nothing of it.
package final class Membership: Sealing {
    /// One moment.
    package struct State: Sendable {
        package let keys: DeviceKeys
        package let roster: Roster
        package let ring: KeyRing
        let sealing: KeyedSealing
        /// The keys that others may connect with.
        let memberKeys: Set<[UInt8]>
        /// The keys of this device's own invites that are not withdrawn: by one that is used up, who used it may come again.
        let invitedKeys: Set<[UInt8]>

        init(keys: DeviceKeys, roster: Roster) {
            self.keys = keys
            self.roster = roster
            let ring = roster.keys(for: keys)
            self.ring = ring
            var epochs: [String: EpochID] = [:]
            for collection in roster.collections {
                if let epoch = roster.state.currentEpoch(of: collection)?.id, ring.key(epoch, of: collection) != nil {
                    epochs[collection] = epoch
                }
            }
            let members = roster.state.members.values.filter { !$0.isRemoved && $0.role != .recovery }
            memberKeys = Set(members.map(\.identity.signingKey))
            let device = keys.identity.id
            invitedKeys = Set(roster.state.invites.values.filter { !$0.isWithdrawn && $0.issuer == device }.map(\.terms.publicKey))
            sealing = KeyedSealing(space: roster.space, keys: keys, ring: ring, epochs: epochs, names: roster.namedWriters.contains) {
                roster.right(of: $0, in: $1)
            }
        }

        package var device: DeviceID { keys.identity.id }
        package var own: RosterState.Member? { roster.state.members[device] }

        /// The collections that this device is admitted to, ascending.
        package var collections: [String] {
            guard let own, !own.isRemoved, own.role.holdsKeys else { return [] }
            return own.collections
        }

        package var mayWrite: Bool { own.map { !$0.isRemoved && $0.role.writes } ?? false }
        package var isCoordinator: Bool { own.map { !$0.isRemoved && $0.role == .coordinator } ?? false }

        /// The label of a device, or its id in groups when none can be read.
        package func label(of device: DeviceID) -> String {
            roster.state.members[device]?.label.open(of: device, with: ring) ?? device.spoken
        }
    }

    private let state = Mutex<State?>(nil)

    package init() {}

    package var isLoaded: Bool { state.withLock { $0 != nil } }

    /// - Parameter areOwn: the statements come from this device's own replica, which took them in once: their signatures
    ///   were checked then.
    func load(_ keys: DeviceKeys, _ statements: [[UInt8]], areOwn: Bool = false) throws {
        try set(State(keys: keys, roster: Roster(statements: statements, verifying: !areOwn)))
    }

    func set(_ new: State) { state.withLock { $0 = new } }

    /// - Throws: `notUnlocked` before it was loaded.
    package func current() throws -> State {
        guard let state = state.withLock({ $0 }) else { throw EngineError(.keysNotLoaded) }
        return state
    }

    /// What taking statements in has changed.
    struct Learned {
        /// How many were not here before.
        var newCount = 0
        /// To be kept: the new ones, and known ones whose boxes came.
        var kept: [[UInt8]] = []
        /// To be kept without their boxes, which nobody needs any longer.
        var trimmed: [[UInt8]] = []
    }

    /// Takes in statements; those that are here already, or are nobody's, change nothing.
    ///
    /// - Parameter areOwn: they come from this device's own replica, as for `load`.
    func add(_ statements: [[UInt8]], areOwn: Bool = false) throws -> Learned {
        // In one piece: several sessions may learn at once.
        try state.withLock { state in
            guard let before = state else { throw EngineError(.keysNotLoaded) }
            var roster = before.roster
            let new = try roster.add(statements, verifying: !areOwn)
            guard !new.isEmpty else { return Learned() }
            let trimmed = roster.dropSpentBoxes(keeping: before.keys)
            state = State(keys: before.keys, roster: roster)
            return Learned(
                newCount: new.count { !before.roster.contains([$0]) }, kept: new.compactMap { roster.encoded($0) }, trimmed: trimmed)
        }
    }

    // MARK: Sealing, by what the roster says now

    package func currentEpoch(of collection: String) throws -> EpochID { try current().sealing.currentEpoch(of: collection) }
    package func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        try current().sealing.seal(compressed, collection: collection, epoch: epoch, salt: salt)
    }
    package func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        try current().sealing.open(sealed, collection: collection, epoch: epoch)
    }
    package func isNamed(_ writer: WriterID) -> Bool { (try? current().sealing.isNamed(writer)) ?? false }
    package func isKnown(_ epoch: EpochID, of collection: String) -> Bool {
        state.withLock { $0?.roster.state.named[collection]?.contains(epoch) ?? true }
    }
    package func sign(manifest: [UInt8]) throws -> [UInt8] { try current().sealing.sign(manifest: manifest) }
    package func standing(
        of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]
    ) throws -> PackerStanding {
        try current().sealing.standing(of: packer, collection: collection, manifest: manifest, signature: signature)
    }
}

extension Roster {
    /// Whether a device may pack deltas of a collection.
    fileprivate func right(of device: DeviceID, in collection: String) -> PackerRight {
        guard let member = state.members[device] else { return .unknown }
        return switch standing(of: device, for: collection) {
        case .member: .mayPack(member.identity)
        case .revoked, .notPermitted: .mayNot(member.identity)
        case .unknown: .unknown
        }
    }
}
