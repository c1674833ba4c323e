import CRDT
import Crypto
import Wire

/// What a coordinator reads out to a newcomer: a secret that admits one device, and the beginning of the inviting device's id, by
/// which the newcomer knows whom it has reached. It holds no key that opens data.
///
/// The roster holds the public half of the signing key alone.
package struct InviteCode: Hashable, Sendable {
    package static let secretByteCount = 10
    package static let prefixByteCount = 10

    /// 80 random bits.
    package let secret: [UInt8]
    /// The first 10 bytes of the inviting device's id.
    package let devicePrefix: [UInt8]

    /// - Parameter secret: 10 random bytes; nil for another number.
    package init?(secret: some Collection<UInt8>, device: DeviceID) {
        guard secret.count == InviteCode.secretByteCount else { return nil }
        self.secret = Array(secret)
        devicePrefix = Array(device.bytes.prefix(InviteCode.prefixByteCount))
    }

    /// - Throws: `CheckedText.Fault`, which says where the text is wrong.
    package init(text: some StringProtocol) throws(CheckedText.Fault) {
        let bytes = try CheckedText.invite.bytes(text)
        secret = Array(bytes.prefix(InviteCode.secretByteCount))
        devicePrefix = Array(bytes.dropFirst(InviteCode.secretByteCount))
    }

    /// Four groups of nine characters, each checked on its own.
    package var text: String { CheckedText.invite.text(secret + devicePrefix) }

    /// The invite's own key: HKDF-SHA256 of the secret, bound to the device that invites.
    package var signingKey: Curve25519.Signing.PrivateKey {
        get throws {
            let info = Array("kith invite key 1".utf8) + [0] + devicePrefix
            let seed = HKDF<SHA256>.deriveKey(inputKeyMaterial: SymmetricKey(data: secret), info: info, outputByteCount: 32)
            return try seed.withUnsafeBytes { try Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
        }
    }

    /// The public half, as the roster has it.
    package var publicKey: [UInt8] {
        get throws { Array(try signingKey.publicKey.rawRepresentation) }
    }

    /// Whether this may be the device that invites.
    package func matches(_ device: DeviceID) -> Bool { device.bytes.starts(with: devicePrefix) }
}
