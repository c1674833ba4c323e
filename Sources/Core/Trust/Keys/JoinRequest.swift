import CRDT
import Crypto
import Wire

/// What a newcomer hands to a coordinator, as a file or in a session: its public keys and a label, signed by itself; and, when it
/// was given a code, by the invite's key.
///
/// | bytes | field |
/// |---|---|
/// | 64 | signing key, agreement key |
/// | text | label, of at most `Limits.labelByteCount` bytes, none of them below 0x20 |
/// | 64 | signature of the fields above, purpose `request` |
/// | 1 | 1 if an invite follows, else 0 |
/// | 32 | the invite's public key |
/// | 64 | its signature of the first field, purpose `invite`: what the roster keeps of it |
///
/// The signature says that the newcomer has the keys it names, and that nobody has put in another label. Who the newcomer is,
/// only people can tell: they compare its id.
package struct JoinRequest: Hashable, Sendable {
    /// By code: which invite, and its signature.
    package struct Invite: Hashable, Sendable {
        /// The invite's public key, as the roster has it.
        package let key: [UInt8]
        package let signature: [UInt8]
    }

    package static let magic: [UInt8] = Array("KITH REQUEST 1\n".utf8)
    package static let fileExtension = "kithrequest"
    /// The longest file.
    package static let maximumByteCount = magic.count + DeviceIdentity.byteCount + 2 + Limits.labelByteCount + 64 + 1 + 96

    package let identity: DeviceIdentity
    package let label: String
    package let signature: [UInt8]
    package let invite: Invite?

    /// Signs a request.
    ///
    /// - Parameter inviteKey: of the code, if there is one.
    /// - Throws: `WireError.tooLarge` or `.malformed` for the label.
    package init(keys: DeviceKeys, label: String, inviteKey: Curve25519.Signing.PrivateKey? = nil) throws {
        guard label.utf8.count <= Limits.labelByteCount else { throw WireError(.tooLarge, in: "request") }
        guard label.utf8.allSatisfy({ $0 >= 0x20 }) else { throw WireError(.malformed, in: "request") }
        identity = keys.identity
        self.label = label
        let message = JoinRequest.message(identity, label)
        signature = try keys.sign(message, as: .request)
        invite = try inviteKey.map {
            Invite(key: Array($0.publicKey.rawRepresentation), signature: try Signing.sign(Statement.InviteUse.message(keys.identity), as: .invite, with: $0))
        }
    }

    // MARK: Encoding

    /// As it travels in a session.
    package var encoded: [UInt8] {
        var out = ByteWriter()
        out.raw(JoinRequest.message(identity, label))
        out.raw(signature)
        out.byte(invite == nil ? 0 : 1)
        if let invite {
            out.raw(invite.key)
            out.raw(invite.signature)
        }
        return out.bytes
    }

    /// As it stands in a file: the magic line before it.
    package var file: [UInt8] { JoinRequest.magic + encoded }

    /// - Throws: `WireError`: `truncated`, `tooLarge`, `trailing`; `malformed` for a label or a key that cannot be; `badSignature`.
    package init(parsing bytes: some Collection<UInt8>) throws {
        self = try Array(bytes).withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "request")
            let request = try JoinRequest(&reader)
            try reader.finish()
            return request
        }
    }

    /// - Throws: as for `parsing`, and `notKith` or `newerFormat` for another magic line.
    package init(file: [UInt8]) throws {
        let magic = JoinRequest.magic
        guard file.starts(with: magic) else {
            if magic.starts(with: file) { throw WireError(.truncated, in: "request") }
            throw WireError(file.starts(with: magic.dropLast(2)) ? .newerFormat : .notKith, in: "request")
        }
        try self.init(parsing: file.dropFirst(magic.count))
    }

    private init(_ reader: inout ByteReader) throws {
        guard let identity = DeviceIdentity(bytes: try reader.raw(DeviceIdentity.byteCount)) else { throw reader.failure(.malformed) }
        self.identity = identity
        label = try reader.text(limit: Limits.labelByteCount)
        guard label.utf8.allSatisfy({ $0 >= 0x20 }), Box.accepts(agreementKey: identity.agreementKey) else {
            throw reader.failure(.malformed)
        }
        signature = Array(try reader.raw(Signing.signatureByteCount))
        switch try reader.byte() {
        case 0: invite = nil
        case 1: invite = Invite(key: Array(try reader.raw(32)), signature: Array(try reader.raw(Signing.signatureByteCount)))
        default: throw reader.failure(.malformed)
        }
        let message = JoinRequest.message(identity, label)
        guard identity.verifies(signature, of: message, as: .request) else { throw reader.failure(.badSignature) }
        if let invite, !Signing.verifies(invite.signature, of: Statement.InviteUse.message(identity), as: .invite, by: invite.key) {
            throw reader.failure(.badSignature)
        }
    }

    /// What the device signs.
    private static func message(_ identity: DeviceIdentity, _ label: String) -> [UInt8] {
        var out = ByteWriter()
        out.raw(identity.bytes)
        out.text(label)
        return out.bytes
    }
}
