import CRDT
import Crypto
import Wire

/// What a signature is for. The text goes before what is signed, so that a signature made for one purpose is none for another.
package enum SigningPurpose: String, CaseIterable, Sendable {
    case statement = "kith statement 1"
    case manifest = "kith manifest 1"
    case request = "kith request 1"
    case invite = "kith invite 1"
    case publication = "kith public 1"

    /// The purpose, a zero byte, the message.
    fileprivate func preimage(_ message: [UInt8]) -> [UInt8] { Array(rawValue.utf8) + [0] + message }
}

/// A device as others know it: two public keys, and the name that follows from them.
///
/// The id is the first 16 bytes of the SHA-256 of `kith device 1`, a zero byte, the signing key and the agreement key.
package struct DeviceIdentity: Hashable, Sendable {
    package static let byteCount = 64

    /// Ed25519 (RFC 8032), 32 bytes.
    package let signingKey: [UInt8]
    /// X25519 (RFC 7748), 32 bytes.
    package let agreementKey: [UInt8]

    /// nil unless both are keys of 32 bytes.
    package init?(signingKey: [UInt8], agreementKey: [UInt8]) {
        guard signingKey.count == 32, agreementKey.count == 32 else { return nil }
        self.signingKey = signingKey
        self.agreementKey = agreementKey
    }

    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == DeviceIdentity.byteCount else { return nil }
        self.init(signingKey: Array(bytes.prefix(32)), agreementKey: Array(bytes.dropFirst(32)))
    }

    package var bytes: [UInt8] { signingKey + agreementKey }

    package var id: DeviceID { Digest.name(Array("kith device 1".utf8) + [0] + bytes) }

    /// Whether this device has signed `message` for `purpose`.
    package func verifies(_ signature: [UInt8], of message: [UInt8], as purpose: SigningPurpose) -> Bool {
        Signing.verifies(signature, of: message, as: purpose, by: signingKey)
    }
}

/// A device's key pairs. They never leave the device; the key file that holds them is readable by its owner alone.
package struct DeviceKeys: Sendable {
    package let signing: Curve25519.Signing.PrivateKey
    package let agreement: Curve25519.KeyAgreement.PrivateKey

    /// - Parameter secret: 64 random bytes: the private keys of Ed25519 and X25519. nil for another length.
    package init?(secret: some Collection<UInt8>) {
        guard secret.count == 64,
            let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(secret.prefix(32))),
            let agreement = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Array(secret.dropFirst(32)))
        else { return nil }
        self.signing = signing
        self.agreement = agreement
    }

    package var secret: [UInt8] { Array(signing.rawRepresentation) + Array(agreement.rawRepresentation) }

    package var identity: DeviceIdentity {
        DeviceIdentity(
            signingKey: Array(signing.publicKey.rawRepresentation), agreementKey: Array(agreement.publicKey.rawRepresentation))!
    }

    /// An Ed25519 signature, 64 bytes.
    package func sign(_ message: [UInt8], as purpose: SigningPurpose) throws -> [UInt8] {
        try Signing.sign(message, as: purpose, with: signing)
    }
}

/// Ed25519 over a purpose and a message.
package enum Signing {
    package static let signatureByteCount = 64

    package static func sign(
        _ message: [UInt8], as purpose: SigningPurpose, with key: Curve25519.Signing.PrivateKey
    ) throws -> [UInt8] {
        Array(try key.signature(for: purpose.preimage(message)))
    }

    package static func verifies(_ signature: [UInt8], of message: [UInt8], as purpose: SigningPurpose, by key: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: purpose.preimage(message))
    }
}
