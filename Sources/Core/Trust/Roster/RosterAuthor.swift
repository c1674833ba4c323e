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
        let keysByScope = Dictionary(uniqueKeysWithValues: [(KeyScope.members, members)] + names.map { ($0, newKey(random)) })
        var boxes = KeyBoxes()
        boxes.seal(keysByScope.sorted { $0.key < $1.key }.map(\.value), to: founder, space: .zero)
        let genesis = Statement.Genesis(
            founder: founder, label: try SealedLabel.seal(label, of: founder.id, under: members, salt: random()),
            description: try SpaceDescription.seal(
                name: name, importSecret: random().bytes + random().bytes, under: members, salt: random()),
            keys: keysByScope.mapValues { [$0.id] }, boxes: boxes.name)
        let statement = Statement(
            space: .zero, signer: founder.id, timeMilliseconds: nowMilliseconds, parents: [], content: .genesis(genesis))
        return try statement.signed(with: keys, boxes: boxes)
    }

    // MARK: Devices

    /// Admits a device with the keys from which it opens all that it may hold, or changes the role, collections and label of one that is admitted. Whoever is
    /// left with fewer collections keeps the old keys: `tend` rotates them.
    ///
    /// - Throws: `WireError.notPermitted` for a device that was removed: it needs new keys.
    package mutating func admit(
        _ newcomer: DeviceIdentity, as role: Role, collections: [String], label: String, use: Statement.InviteUse? = nil
    ) throws -> [[UInt8]] {
        guard !roster.state.removed.contains(newcomer.id) else { throw notPermitted }
        let names = try RosterAuthor.checked(collections)
        let grant = Grant(role: role, collections: names)
        var given: [String: [EpochKey]] = [:]
        for scope in [KeyScope.members] + names where grant.holds(scope: scope) {
            let held = tips(of: scope)
            if !held.isEmpty { given[scope] = held }
        }
        var boxes = KeyBoxes()
        boxes.seal(given.sorted { $0.key < $1.key }.flatMap(\.value), to: newcomer, space: roster.space)
        let admission = Statement.Admission(
            identity: newcomer, role: role, collections: names, label: try sealed(label: label, of: newcomer.id), use: use,
            keys: given.mapValues { $0.map(\.id).sorted() }, boxes: given.isEmpty ? .zero : boxes.name)
        return [try make(.admit(admission), boxes: given.isEmpty ? nil : boxes)]
    }

    /// Admits a recovery key, with the keys of all collections.
    package mutating func admitRecovery(_ recovery: DeviceIdentity, label: String = "") throws -> [[UInt8]] {
        try admit(recovery, as: .recovery, collections: roster.collections, label: label)
    }

    /// Removes a device for ever and rotates the keys that it held, of the scopes that this device holds. A device may remove
    /// itself; the others rotate then.
    package mutating func revoke(_ device: DeviceID) throws -> [[UInt8]] {
        guard let member = roster.state.members[device], !member.isRemoved else { throw notPermitted }
        let made = [try make(.revoke(device))]
        guard device != identity.id, grant?.role == .coordinator else { return made }
        return made + (try rotate(
            ([KeyScope.members] + member.collections).filter { member.mayHold(scope: $0) && grant?.holds(scope: $0) == true }))
    }

    package mutating func label(_ device: DeviceID, _ label: String) throws -> [[UInt8]] {
        [try make(.label(device, try sealed(label: label, of: device)))]
    }

    // MARK: Keys

    /// New keys for scopes in one statement, boxed to all who may hold each, with what no other key opens sealed under them.
    package mutating func rotate(_ scopes: [String]) throws -> [[UInt8]] {
        guard !scopes.isEmpty else { return [] }
        var made: [String: EpochKey] = [:]
        var new: [String: Statement.Rotation.NewKey] = [:]
        var given: [DeviceID: [EpochKey]] = [:]
        for scope in Set(scopes).sortedByBytes() {
            let key = RosterAuthor.newKey(random)
            let older = tips(of: scope).map { (id: $0.id, key: $0) }.sorted { $0.id < $1.id }
            made[scope] = key
            new[scope] = Statement.Rotation.NewKey(
                epoch: key.id, older: older.map(\.id), sealed: try OlderKeys.seal(older.map(\.key), under: key, scope: scope))
            for device in roster.state.holders(of: scope) { given[device, default: []].append(key) }
        }
        guard given.count <= Limits.keyBoxCount else { throw WireError(.tooLarge, in: "boxes") }
        var boxes = KeyBoxes()
        for (device, keys) in given {
            guard let recipient = roster.identities[device] else { continue }
            boxes.seal(keys, to: recipient, space: roster.space)
        }
        let encoded = try make(.rotate(Statement.Rotation(keys: new, boxes: boxes.name)), boxes: boxes)
        for (scope, key) in made {
            for older in new[scope]?.older ?? [] { ring.note(chained: older, in: scope) }
            ring.add(key, to: scope)
        }
        return [encoded]
    }

    /// What this device owes the others if it is a coordinator: rotations of keys that somebody has who may not, and boxes for
    /// those who lack keys. Nothing otherwise.
    package mutating func tend() throws -> [[UInt8]] {
        guard let grant, grant.role == .coordinator else { return [] }
        let scopes = [KeyScope.members] + grant.collections
        var made = try rotate(scopes.filter { roster.state.needsRotation($0) })
        for scope in scopes { made += try give(scope) }
        return made
    }

    /// The keys of a scope for devices that lack them.
    private mutating func give(_ scope: String) throws -> [[UInt8]] {
        let held = (roster.state.lacking[scope] ?? [:]).filter { ring.key($0.key, of: scope) != nil }
        let keys = held.keys.sorted().prefix(Limits.epochCount).compactMap { ring.key($0, of: scope) }
        let devices = Set(held.values.joined()).sorted()
        var boxes = KeyBoxes()
        for device in devices.prefix(Limits.keyBoxCount) where device != identity.id {
            guard let recipient = roster.identities[device] else { continue }
            boxes.seal(keys, to: recipient, space: roster.space)
        }
        guard !boxes.byRecipient.isEmpty else { return [] }
        let gift = Statement.KeyGift(
            scope: scope, epochs: keys.map(\.id), recipients: Array(boxes.byRecipient.keys), boxes: boxes.name)
        return [try make(.box(gift), boxes: boxes)]
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
        return try stride(from: 0, to: fresh.count, by: Limits.statementWriterCount).flatMap { start in
            try makeIfThereIsRoom(.writer(Array(fresh[start..<min(start + Limits.statementWriterCount, fresh.count)])))
        }
    }

    /// Nothing for a cut that is known.
    package mutating func cut(_ collection: String, _ cut: Statement.Cut) throws -> [[UInt8]] {
        if roster.state.cuts[collection]?.contains(cut) == true { return [] }
        return try makeIfThereIsRoom(.cut(collection: collection, cut))
    }

    /// Sealed under the collection's current key.
    package mutating func erase(_ collection: String, _ records: ErasedRecords) throws -> [[UInt8]] {
        let key = try currentKey(of: collection)
        return [try make(.erase(try Statement.Erasure.seal(records, collection: collection, under: key, salt: random())))]
    }

    /// That this device has applied and scrubbed these; nothing for those it has confirmed.
    package mutating func confirm(_ erasures: [StatementID]) throws -> [[UInt8]] {
        let fresh = Set(erasures).filter { roster.state.confirmations[$0]?.contains(identity.id) != true }.sorted()
        return try stride(from: 0, to: fresh.count, by: Limits.confirmationCount).flatMap { start in
            try makeIfThereIsRoom(.confirm(Array(fresh[start..<min(start + Limits.confirmationCount, fresh.count)])))
        }
    }

    // MARK: Making

    /// What this device may do now; nil when it is removed or was never admitted.
    private var grant: Grant? {
        guard let member = roster.state.members[identity.id], !member.isRemoved else { return nil }
        return Grant(role: member.role, collections: member.collections)
    }

    private var notPermitted: WireError { WireError(.notPermitted, in: "statement") }

    private mutating func make(_ content: Statement.Content, boxes: KeyBoxes? = nil) throws -> [UInt8] {
        guard let grant, grant.permits(content, by: identity.id) else { throw notPermitted }
        let encoded = try statement(content).signed(with: keys, boxes: boxes)
        try roster.add([encoded])
        // Nobody would take in what is too much of one device's.
        guard roster.contains([StatementID(of: encoded)]) else { throw WireError(.tooLarge, in: "statements of this device") }
        return encoded
    }

    /// Facts that others can do without, where there is no more room for this device's.
    private mutating func makeIfThereIsRoom(_ content: Statement.Content) throws -> [[UInt8]] {
        let byteCount = statement(content).encodedBody.count + Signing.signatureByteCount
        return roster.budget.hasRoom(for: statement(content), byteCount: byteCount) ? [try make(content)] : []
    }

    private func statement(_ content: Statement.Content) -> Statement {
        Statement(
            space: roster.space, signer: identity.id, timeMilliseconds: nowMilliseconds, parents: roster.newestHeads, content: content)
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

    /// The keys of a scope that this device holds and no other of them opens: as many as a statement takes, the newest; and the
    /// current one in any case.
    private func tips(of scope: String) -> [EpochKey] {
        let age = Dictionary((roster.state.epochs[scope] ?? []).enumerated().map { ($1.id, $0) }) { first, _ in first }
        let current = roster.state.currentEpoch(of: scope)?.id
        var held = ring.tips(of: scope).map { (age: $0.id == current ? -1 : age[$0.id] ?? Int.max, id: $0.id, key: $0) }
        if let current, let key = ring.key(current, of: scope), !held.contains(where: { $0.id == current }) { held.append((-1, current, key)) }
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
