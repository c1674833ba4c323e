import CRDT
import Wire

/// Makes statements in the name of one device: each has everything known before as its past, and is taken into `roster` at once, so
/// that the next follows it.
///
/// Every verb returns the bytes it made, parents first, and throws `WireError.notPermitted` when this device's role does not
/// allow it. The caller keeps the bytes, `roster` and `ring`.
package struct RosterAuthor {
    package let keys: DeviceKeys
    package let identity: DeviceIdentity
    package private(set) var roster: Roster
    package private(set) var ring: KeyRing
    private let random: () -> Nonce
    private let nowMilliseconds: Int64

    /// - Parameters:
    ///   - ring: `roster.keys(for: keys)`.
    ///   - random: a new one each time; new keys are made of two.
    package init(keys: DeviceKeys, roster: Roster, ring: KeyRing, random: @escaping () -> Nonce, nowMilliseconds: Int64) {
        self.keys = keys
        self.identity = keys.identity
        self.roster = roster
        self.ring = ring
        self.random = random
        self.nowMilliseconds = nowMilliseconds
    }

    // MARK: A new space

    /// The first statement of a new space, with a first key for `members` and each collection.
    ///
    /// - Parameters:
    ///   - label: the founder's.
    ///   - name: the space's.
    package static func genesis(
        keys: DeviceKeys, label: String, name: String, collections: [String], random: () -> Nonce, nowMilliseconds: Int64
    ) throws -> [UInt8] {
        let founder = keys.identity
        let names = try checked(collections)
        let members = newKey(random)
        var boxes = [KeyScope.members: try KeyBox.seal([members], to: founder, scope: KeyScope.members, space: .zero)]
        for name in names { boxes[name] = try KeyBox.seal([newKey(random)], to: founder, scope: name, space: .zero) }
        let genesis = Statement.Genesis(
            founder: founder, label: try SealedLabel.seal(label, of: founder.id, under: members, salt: random()),
            description: try SpaceDescription.seal(
                name: name, importSecret: random().bytes + random().bytes, under: members, salt: random()),
            boxes: boxes)
        let statement = Statement(
            space: .zero, signer: founder.id, timeMilliseconds: nowMilliseconds, parents: [], content: .genesis(genesis))
        return try statement.signed(with: keys)
    }

    // MARK: Devices

    /// Admits a device with every key it may hold, or changes the role, collections and label of one that is admitted. Whoever is
    /// left with fewer collections keeps the old keys: `tend` rotates them.
    ///
    /// - Throws: `WireError.notPermitted` for a device that was removed: it needs new keys.
    package mutating func admit(
        _ newcomer: DeviceIdentity, as role: Role, collections: [String], label: String, use: Statement.InviteUse? = nil
    ) throws -> [[UInt8]] {
        guard !roster.state.removed.contains(newcomer.id) else { throw notPermitted }
        let names = try RosterAuthor.checked(collections)
        let grant = Grant(role: role, collections: names)
        var boxes: [String: KeyBox] = [:]
        for scope in [KeyScope.members] + names where grant.holds(scope: scope) {
            let held = newestKeys(of: scope)
            guard !held.isEmpty else { continue }
            boxes[scope] = try KeyBox.seal(held, to: newcomer, scope: scope, space: roster.space)
        }
        let admission = Statement.Admission(
            identity: newcomer, role: role, collections: names, label: try sealed(label: label, of: newcomer.id), use: use, boxes: boxes)
        return [try make(.admit(admission))]
    }

    /// Admits a recovery key, with the keys of all collections.
    package mutating func admitRecovery(_ recovery: DeviceIdentity, label: String = "") throws -> [[UInt8]] {
        try admit(recovery, as: .recovery, collections: roster.collections, label: label)
    }

    /// Removes a device for ever and rotates the keys that it held, of the scopes that this device holds. A device may remove
    /// itself; the others rotate then.
    package mutating func revoke(_ device: DeviceID) throws -> [[UInt8]] {
        guard let member = roster.state.members[device], !member.isRemoved else { throw notPermitted }
        var made = [try make(.revoke(device))]
        guard device != identity.id, grant?.role == .coordinator else { return made }
        for scope in [KeyScope.members] + member.collections
        where member.mayHold(scope: scope) && grant?.holds(scope: scope) == true {
            made += try rotate(scope)
        }
        return made
    }

    package mutating func label(_ device: DeviceID, _ label: String) throws -> [[UInt8]] {
        [try make(.label(device, try sealed(label: label, of: device)))]
    }

    // MARK: Keys

    /// A new key for a scope, boxed to all who may hold it, with the older keys sealed under it.
    package mutating func rotate(_ scope: String) throws -> [[UInt8]] {
        let key = RosterAuthor.newKey(random)
        var boxes: [DeviceID: KeyBox] = [:]
        for device in roster.state.holders(of: scope) {
            guard let identity = roster.identities[device] else { continue }
            // A key that nobody can box to is its owner's trouble alone.
            boxes[device] = try? KeyBox.seal([key], to: identity, scope: scope, space: roster.space)
        }
        var older: [EpochID: [UInt8]] = [:]
        for held in newestKeys(of: scope) {
            older[held.id] = try SealedField.seal(
                held.bytes, under: key, context: Statement.Rotation.olderContext(scope: scope, epoch: held.id), salt: random())
        }
        let made = try make(.rotate(Statement.Rotation(scope: scope, epoch: key.id, boxes: boxes, older: older)))
        ring.add(key, to: scope)
        return [made]
    }

    /// What this device owes the others if it is a coordinator: rotations of keys that somebody has who may not, and boxes for
    /// those who lack keys. Nothing otherwise.
    package mutating func tend() throws -> [[UInt8]] {
        guard let grant, grant.role == .coordinator else { return [] }
        var made: [[UInt8]] = []
        for scope in [KeyScope.members] + grant.collections {
            if roster.state.needsRotation(scope) { made += try rotate(scope) }
            let boxes = try missingBoxes(of: scope)
            if !boxes.isEmpty { made.append(try make(.box(scope: scope, boxes))) }
        }
        return made
    }

    /// For each device that lacks keys which this one has, a box of these.
    private func missingBoxes(of scope: String) throws -> [DeviceID: KeyBox] {
        let known = Dictionary((roster.state.epochs[scope] ?? []).map { ($0.id, $0.knowers) }) { first, _ in first }
        let held = newestKeys(of: scope).filter { known[$0.id] != nil }
        var boxes: [DeviceID: KeyBox] = [:]
        for device in roster.state.holders(of: scope) where device != identity.id {
            let missing = held.filter { known[$0.id]?.contains(device) == false }
            guard !missing.isEmpty, boxes.count < Limits.keyBoxCount, let recipient = roster.identities[device] else { continue }
            boxes[device] = try? KeyBox.seal(missing, to: recipient, scope: scope, space: roster.space)
        }
        return boxes
    }

    // MARK: Invites

    /// - Parameter mostUses: 1 to `Limits.inviteUseCount`.
    package mutating func invite(publicKey: [UInt8], role: Role, collections: [String], mostUses: Int) throws -> [[UInt8]] {
        guard publicKey.count == 32, role != .recovery, (1...Limits.inviteUseCount).contains(mostUses) else {
            throw WireError(.malformed, in: "invite")
        }
        let names = try RosterAuthor.checked(collections)
        return [try make(.invite(Statement.Invite(publicKey: publicKey, role: role, collections: names, mostUses: mostUses)))]
    }

    package mutating func withdraw(_ invite: StatementID) throws -> [[UInt8]] { [try make(.withdraw(invite))] }

    // MARK: Data

    /// "These writers are mine." One statement for as many as fit; nothing for those the roster knows.
    package mutating func writers(_ claims: [Statement.WriterClaim]) throws -> [[UInt8]] {
        var seen: Set<WriterID> = []
        let fresh = claims.filter { roster.state.writers[$0.writer] == nil && seen.insert($0.writer).inserted }
        return try stride(from: 0, to: fresh.count, by: Limits.statementWriterCount).map { start in
            try make(.writer(Array(fresh[start..<min(start + Limits.statementWriterCount, fresh.count)])))
        }
    }

    /// Nothing for a cut that is known.
    package mutating func cut(_ collection: String, _ cut: Statement.Cut) throws -> [[UInt8]] {
        if roster.state.cuts[collection]?.contains(cut) == true { return [] }
        return [try make(.cut(collection: collection, cut))]
    }

    /// Sealed under the collection's current key.
    package mutating func erase(_ collection: String, _ records: ErasedRecords) throws -> [[UInt8]] {
        let key = try currentKey(of: collection)
        return [try make(.erase(try Statement.Erasure.seal(records, collection: collection, under: key, salt: random())))]
    }

    /// That this device has applied and scrubbed these; nothing for those it has confirmed.
    package mutating func confirm(_ erasures: [StatementID]) throws -> [[UInt8]] {
        let fresh = Set(erasures).filter { roster.state.confirmations[$0]?.contains(identity.id) != true }.sorted()
        return try stride(from: 0, to: fresh.count, by: Limits.confirmationCount).map { start in
            try make(.confirm(Array(fresh[start..<min(start + Limits.confirmationCount, fresh.count)])))
        }
    }

    // MARK: Making

    /// What this device may do now; nil when it is removed or was never admitted.
    private var grant: Grant? {
        guard let member = roster.state.members[identity.id], !member.isRemoved else { return nil }
        return Grant(role: member.role, collections: member.collections)
    }

    private var notPermitted: WireError { WireError(.notPermitted, in: "statement") }

    private mutating func make(_ content: Statement.Content) throws -> [UInt8] {
        guard let grant, grant.permits(content, by: identity.id) else { throw notPermitted }
        let statement = Statement(
            space: roster.space, signer: identity.id, timeMilliseconds: nowMilliseconds, parents: roster.newestHeads, content: content)
        let encoded = try statement.signed(with: keys)
        try roster.add([encoded])
        return encoded
    }

    private func sealed(label: String, of device: DeviceID) throws -> SealedLabel {
        try SealedLabel.seal(label, of: device, under: try currentKey(of: KeyScope.members), salt: random())
    }

    private func currentKey(of scope: String) throws -> EpochKey {
        guard grant != nil else { throw notPermitted }
        guard let epoch = roster.state.currentEpoch(of: scope), let key = ring.key(epoch.id, of: scope) else {
            throw WireError(.noKey, in: "statement")
        }
        return key
    }

    /// The keys of a scope that this device holds: as many as a statement takes, the newest. What is left out is sealed under those.
    private func newestKeys(of scope: String) -> [EpochKey] {
        let age = Dictionary((roster.state.epochs[scope] ?? []).enumerated().map { ($1.id, $0) }) { first, _ in first }
        let held = ring.keys(of: scope).map { (age: age[$0.id] ?? Int.max, id: $0.id, key: $0) }
        return held.sorted { ($0.age, $0.id) < ($1.age, $1.id) }.prefix(Limits.epochCount).map(\.key)
    }

    private static func newKey(_ random: () -> Nonce) -> EpochKey { EpochKey(random().bytes + random().bytes)! }

    private static func checked(_ collections: [String]) throws -> [String] {
        let names = Set(collections).sortedByBytes()
        guard names.count <= Limits.collectionCount, names.allSatisfy({ $0.utf8.count <= Limits.nameByteCount }) else {
            throw WireError(.tooLarge, in: "statement")
        }
        guard names.allSatisfy({ !$0.isEmpty && $0 != KeyScope.members && $0.utf8.allSatisfy { $0 >= 0x20 } }) else {
            throw WireError(.malformed, in: "statement")
        }
        return names
    }
}
