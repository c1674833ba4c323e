import CRDT
import Device
import Store
import Trust
import Wire

/// A device as the roster has it, for people.
package struct DeviceEntry: Sendable {
    package let id: DeviceID
    package let label: String
    package let role: Role
    package let collections: [String]
    package let isRemoved: Bool
    package let isOwn: Bool
    package let sinceMilliseconds: Int64
    /// When a replica of it last told this one what it holds; nil: never.
    package let metMilliseconds: Int64?
    /// How many changes that are here it is not known to hold; nil where it has never said what it holds, or holds nothing.
    package let lackedCount: Int?
}

package struct InviteEntry: Sendable {
    package let id: StatementID
    package let role: Role
    package let collections: [String]
    package let mostUses: Int
    package let useCount: Int
    package let issuer: String
    package let isOpen: Bool
}

/// What a coordinator does with the roster. Each act is a signed statement; it travels with the next bundle or session.
extension Replica {
    package func deviceEntries() throws -> [DeviceEntry] {
        try unlock()
        let state = try membership.current()
        let met = try store.lastMeetings()
        return try state.roster.state.members.map { id, member in
            let isCounted = id != state.device && !member.isRemoved && member.role != .relay && met[id] != nil
            return DeviceEntry(
                id: id, label: state.label(of: id), role: member.role, collections: member.collections, isRemoved: member.isRemoved,
                isOwn: id == state.device, sinceMilliseconds: member.sinceMilliseconds, metMilliseconds: met[id],
                lackedCount: isCounted ? try store.lackingCount(ofDevice: id, in: member.collections) : nil)
        }.sorted { ($0.sinceMilliseconds, $0.id) < ($1.sinceMilliseconds, $1.id) }
    }

    /// The device that a person means by its label, its id in groups, or an ending of its id.
    package func device(named name: String) throws -> DeviceID {
        try unlock()
        if let id = DeviceID(spoken: name), try membership.current().roster.state.members[id] != nil { return id }
        return try devices(named: [name])[0]
    }

    /// Removes a device for ever and gives the others new keys.
    ///
    /// - Throws: `lastCoordinator` when nobody would be left to admit anybody.
    package func revoke(_ device: DeviceID) throws {
        try prepare()
        let members = try membership.current().roster.state.members
        let coordinators = members.filter { $0.value.role == .coordinator && !$0.value.isRemoved }.keys
        guard coordinators.contains(where: { $0 != device }) else { throw EngineError(.lastCoordinator) }
        try sign { try $0.revoke(device) }
    }

    /// Changes what a device that takes part may do: its keys are on the roster, so no request is needed.
    ///
    /// - Parameter collections: nil for all.
    /// - Throws: `lastCoordinator`; `removed`; `otherKind` for a relay or a recovery key, and for what would become one.
    package func promote(_ device: DeviceID, to role: Role, collections: [String]?) throws {
        try prepare()
        let state = try membership.current()
        guard let member = state.roster.state.members[device] else { throw EngineError(.unknownDevice, device.spoken) }
        guard !member.isRemoved else { throw EngineError(.removedRecipient, state.label(of: device)) }
        guard !member.role.isApart, !role.isApart else { throw EngineError(.otherKind, state.label(of: device)) }
        let others = state.roster.state.members.contains { $0.key != device && $0.value.role == .coordinator && !$0.value.isRemoved }
        guard role == .coordinator || others else { throw EngineError(.lastCoordinator) }
        let collections = try checked(collections, state)
        try sign { try $0.admit(member.identity, as: role, collections: collections, label: state.label(of: device)) }
    }

    package func rename(_ device: DeviceID, to label: String) throws {
        try DeviceName.check(label)
        try prepare()
        try sign { try $0.label(device, label) }
    }

    /// New keys for everything that this device may hold.
    ///
    /// - Returns: the scopes.
    @discardableResult
    package func rotateKeys() throws -> [String] {
        try prepare()
        let state = try membership.current()
        let scopes = [KeyScope.members] + state.collections
        try sign { try $0.rotate(scopes) }
        return scopes
    }

    // MARK: Invites

    /// A code that lets up to `mostUses` devices in, at this device's listener.
    package func invite(as role: Role, collections: [String]?, mostUses: Int) throws -> InviteCode {
        try prepare()
        let state = try membership.current()
        let secret = environment.nonce().bytes.prefix(InviteCode.secretByteCount)
        guard let code = InviteCode(secret: secret, device: state.device) else { throw EngineError(.badCode) }
        let collections = try checked(collections, state)
        try sign { try $0.invite(publicKey: try code.publicKey, role: role, collections: collections, mostUses: mostUses) }
        return code
    }

    package func invites() throws -> [InviteEntry] {
        try unlock()
        let state = try membership.current()
        return state.roster.state.invites.sorted { ($0.value.issuedMilliseconds, $0.key) < ($1.value.issuedMilliseconds, $1.key) }.map {
            InviteEntry(
                id: $0.key, role: $0.value.terms.role, collections: $0.value.terms.collections, mostUses: $0.value.terms.mostUses,
                useCount: $0.value.usedBy.count, issuer: state.label(of: $0.value.issuer), isOpen: $0.value.isOpen)
        }
    }

    /// - Parameter name: an ending of an invite's id, four characters or more; nil: the one that is open.
    /// - Returns: its id.
    @discardableResult package func withdrawInvite(_ name: String?) throws -> String {
        try prepare()
        let invites = try membership.current().roster.state.invites
        let found = name.map { name in invites.keys.filter { isMeant($0, by: name) } }
            ?? invites.filter(\.value.isOpen).map(\.key)
        guard let id = found.first, found.count == 1 else { throw EngineError(.unknownInvite, name ?? "") }
        try sign { try $0.withdraw(id) }
        return id.description
    }

    // MARK: A lost coordinator

    /// Makes a recovery key and admits it; older ones are removed. Its words are shown once and kept nowhere.
    package func makeRecoveryKey(label: String) throws -> RecoveryKey {
        try prepare()
        guard let key = RecoveryKey(entropy: environment.nonce().bytes + environment.nonce().bytes) else { throw EngineError(.badWords) }
        let state = try membership.current()
        let older = state.roster.state.members.filter { $0.value.role == .recovery && !$0.value.isRemoved }.keys.sorted()
        try sign { author in
            try older.flatMap { try author.revoke($0) } + author.admitRecovery(key.keys.identity, label: label)
        }
        return key
    }

    /// Makes this device a coordinator by the printed words.
    ///
    /// - Throws: `badWords`, with the position of the wrong one; `unknownRecoveryKey` when the words are of no recovery key of this
    ///   space, or of one that was replaced.
    package func recover(words: String) throws {
        let recovery: RecoveryKey
        do { recovery = try RecoveryKey(words: words) } catch { throw EngineError(.badWords, error.place) }
        try prepare()
        let state = try membership.current()
        let keys = recovery.keys
        guard let known = state.roster.state.members[keys.identity.id], known.role == .recovery, !known.isRemoved else {
            throw EngineError(.unknownRecoveryKey)
        }
        var author = RosterAuthor(
            keys: keys, roster: state.roster, ring: state.roster.keys(for: keys), random: environment.nonce,
            nowMilliseconds: environment.nowMilliseconds())
        let own = state.keys.identity
        try learn(try author.admit(
            own, as: .coordinator, collections: state.roster.collections, label: state.label(of: own.id)))
    }
}

extension RecoveryKey.Fault {
    /// Where the mistake is, in numbers that need no words.
    fileprivate var place: String {
        switch self {
        case .count(let found): "\(found) / \(RecoveryKey.wordCount)"
        case .unknownWord(let position): "\(position)"
        case .checksum: "1-\(RecoveryKey.wordCount)"
        }
    }
}

extension Role {
    /// A machine or a paper of another kind: a laptop does not become one, nor it a laptop.
    fileprivate var isApart: Bool { self == .relay || self == .recovery }
}
