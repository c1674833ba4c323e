import CRDT
import Wire

// What a statement says, read from bytes of unknown origin (Protocol.md, "Roster", "Statements").

extension ByteReader {
    mutating func content() throws -> Statement.Content {
        guard let kind = Statement.Kind(rawValue: try byte()) else { throw failure(.newerFormat) }
        switch kind {
        case .genesis: return .genesis(try genesis())
        case .admit: return .admit(try admission())
        case .revoke: return .revoke(try nonce())
        case .rotate: return .rotate(try rotation())
        case .box:
            let scope = try scopeName()
            let epochs = try nonces(limit: Limits.epochCount)
            let recipients = try nonces(limit: Limits.keyBoxCount)
            guard !epochs.isEmpty, !recipients.isEmpty else { throw failure(.malformed) }
            return .box(Statement.KeyGift(scope: scope, epochs: epochs, recipients: recipients, boxes: try nonce()))
        case .label: return .label(try nonce(), try label())
        case .invite: return .invite(try invite())
        case .withdraw: return .withdraw(try statementID())
        case .writer:
            let claims = try list(limit: Limits.statementWriterCount, bytesEach: 17) {
                Statement.WriterClaim(collection: try $0.collectionName(), writer: try $0.nonce())
            }
            guard !claims.isEmpty, Set(claims.map(\.writer)).count == claims.count else { throw failure(.malformed) }
            return .writer(claims)
        case .cut:
            return .cut(collection: try collectionName(), Statement.Cut(root: try nonce(), last: try sequence()))
        case .erase:
            return .erase(
                Statement.Erasure(
                    collection: try collectionName(), epoch: try nonce(),
                    sealed: try sealed(limit: Limits.erasureByteCount)))
        case .confirm:
            let erasures = try ascending(limit: Limits.confirmationCount, bytesEach: 32) { try $0.statementID() }
            guard !erasures.isEmpty else { throw failure(.malformed) }
            return .confirm(erasures)
        }
    }

    private mutating func genesis() throws -> Statement.Genesis {
        let founder = try identity()
        let label = try label()
        let description = try sealed(limit: SpaceDescription.sealedByteCountLimit)
        let keys = try keys(within: nil)
        guard keys[KeyScope.members] == [label.epoch], keys.values.allSatisfy({ $0.count == 1 }) else { throw failure(.malformed) }
        return Statement.Genesis(founder: founder, label: label, description: description, keys: keys, boxes: try nonce())
    }

    private mutating func admission() throws -> Statement.Admission {
        let identity = try identity()
        let role = try role()
        let collections = try collectionNames()
        let label = try label()
        var use: Statement.InviteUse?
        switch try byte() {
        case 0: break
        case 1: use = Statement.InviteUse(invite: try statementID(), signature: Array(try raw(Signing.signatureByteCount)))
        default: throw failure(.malformed)
        }
        let keys = try keys(within: [KeyScope.members] + collections)
        let boxes = try nonce()
        guard role.holdsKeys || keys.isEmpty, keys.isEmpty == (boxes == .zero), role != .recovery || use == nil else {
            throw failure(.malformed)
        }
        return Statement.Admission(
            identity: identity, role: role, collections: collections, label: label, use: use, keys: keys, boxes: boxes)
    }

    private mutating func rotation() throws -> Statement.Rotation {
        var last: String?
        let new = try list(limit: Limits.collectionCount + 1, bytesEach: 18) { reader in
            let scope = try reader.scopeName()
            try reader.demandAscending(scope, after: &last)
            let epoch = try reader.nonce()
            let older = try reader.nonces(limit: Limits.epochCount)
            guard !older.contains(epoch) else { throw reader.failure(.malformed) }
            let sealed = Array(try reader.raw(OlderKeys.sealedByteCount(of: older.count)))
            return (scope, Statement.Rotation.NewKey(epoch: epoch, older: older, sealed: sealed))
        }
        let keys = Dictionary(new) { first, _ in first }
        // A key is of one scope; and see `keys(within:)`.
        guard !keys.isEmpty, keys.count == new.count, Set(new.map(\.1.epoch)).count == new.count else { throw failure(.malformed) }
        return Statement.Rotation(keys: keys, boxes: try nonce())
    }

    private mutating func invite() throws -> Statement.Invite {
        let key = Array(try raw(32))
        let role = try role()
        let collections = try collectionNames()
        let uses = try number(limit: Limits.inviteUseCount)
        guard uses >= 1, role != .recovery else { throw failure(.malformed) }
        return Statement.Invite(publicKey: key, role: role, collections: collections, mostUses: uses)
    }

    private mutating func identity() throws -> DeviceIdentity {
        guard let identity = DeviceIdentity(bytes: try raw(DeviceIdentity.byteCount)) else { throw failure(.malformed) }
        return identity
    }

    private mutating func role() throws -> Role {
        guard let role = Role(rawValue: try byte()) else { throw failure(.newerFormat) }
        return role
    }

    private mutating func label() throws -> SealedLabel {
        SealedLabel(epoch: try nonce(), sealed: try sealed(limit: Limits.labelByteCount + SealedField.overheadByteCount))
    }

    /// A sealed field.
    private mutating func sealed(limit: Int) throws -> [UInt8] {
        let bytes = Array(try counted(limit: limit))
        guard bytes.count >= SealedField.overheadByteCount else { throw failure(.malformed) }
        return bytes
    }

    /// Ascending, each once.
    private mutating func nonces(limit: Int) throws -> [Nonce] { try ascending(limit: limit, bytesEach: 16) { try $0.nonce() } }

    /// - Parameter scopes: what there may be keys of; nil for any scope.
    private mutating func keys(within scopes: [String]?) throws -> [String: [EpochID]] {
        var last: String?
        let keys = try list(limit: Limits.collectionCount + 1, bytesEach: 18) { reader in
            let scope = try reader.scopeName()
            try reader.demandAscending(scope, after: &last)
            let epochs = try reader.nonces(limit: Limits.epochCount)
            guard !epochs.isEmpty else { throw reader.failure(.malformed) }
            return (scope, epochs)
        }
        guard scopes == nil || keys.allSatisfy({ scopes?.contains($0.0) == true }) else { throw failure(.malformed) }
        let byScope = Dictionary(keys) { first, _ in first }
        // Names that differ only in how accents are composed are one name to Swift.
        guard byScope.count == keys.count else { throw failure(.malformed) }
        return byScope
    }

    mutating func statementID() throws -> StatementID { StatementID(raw: try raw(StatementID.byteCount)) }

    /// The name of a collection, or `members`.
    private mutating func scopeName() throws -> String {
        let name = try text(limit: Limits.nameByteCount)
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 >= 0x20 }) else { throw failure(.malformed) }
        return name
    }

    private mutating func collectionName() throws -> String {
        let name = try scopeName()
        guard name != KeyScope.members else { throw failure(.malformed) }
        return name
    }

    private mutating func collectionNames() throws -> [String] {
        var last: String?
        return try list(limit: Limits.collectionCount) { reader in
            let name = try reader.collectionName()
            try reader.demandAscending(name, after: &last)
            return name
        }
    }

    private func demandAscending(_ name: String, after last: inout String?) throws {
        guard last.map({ $0.utf8.lexicographicallyPrecedes(name.utf8) }) ?? true else { throw failure(.malformed) }
        last = name
    }

    private mutating func list<Element>(
        limit: Int, bytesEach: Int = 1, _ read: (inout ByteReader) throws -> Element
    ) throws -> [Element] {
        let count = try count(limit: limit, bytesEach: bytesEach)
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    mutating func ascending<Element: Comparable>(
        limit: Int, bytesEach: Int, _ read: (inout ByteReader) throws -> Element
    ) throws -> [Element] {
        let elements = try list(limit: limit, bytesEach: bytesEach, read)
        guard zip(elements, elements.dropFirst()).allSatisfy({ $0 < $1 }) else { throw failure(.malformed) }
        return elements
    }
}
