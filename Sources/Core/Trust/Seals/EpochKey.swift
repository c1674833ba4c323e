import CRDT
import Crypto
import Foundation
import Wire

/// One generation of a key scope's key: 32 random bytes.
package struct EpochKey: Hashable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// nil for another length.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == EpochKey.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The first 16 bytes of HMAC-SHA256 under the key over `kith epoch 1`. It names the key and says nothing of it.
    package var id: EpochID {
        let code = HMAC<SHA256>.authenticationCode(for: Array("kith epoch 1".utf8), using: SymmetricKey(data: bytes))
        return Nonce(bytes: Array(code).prefix(16))!
    }

    /// A key for one purpose: HKDF-SHA256 (RFC 5869) of this key.
    ///
    /// - Parameter info: the purpose, and what it is bound to.
    package func derived(salt: [UInt8], info: [UInt8], byteCount: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: SymmetricKey(data: bytes), salt: salt, info: info, outputByteCount: byteCount)
    }
}

/// The names of key scopes: each has keys of its own, boxed to the devices that may hold them.
package enum KeyScope {
    /// Every coordinator, member and reader: labels, the space's name and import secret, bundle envelopes. No collection has this name.
    package static let members = "members"
}

/// Bytes sealed to one device's X25519 key: HPKE in base mode (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
///
/// Layout: 32 bytes of encapsulated key, then the ciphertext, 16 bytes longer than the plaintext.
package enum Box {
    package static let overheadByteCount = 48
    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    /// Whether secrets may be sealed to this X25519 key. A point of low order shares one secret with everybody (RFC 7748,
    /// section 6.1), which the library below does not check.
    package static func accepts(agreementKey: [UInt8]) -> Bool {
        // Any private key tells: all are multiples of 8, which takes the points of low order, and no others, to zero.
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: agreementKey),
            let probe = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: [UInt8](repeating: 1, count: 32)),
            let shared = try? probe.sharedSecretFromKeyAgreement(with: key)
        else { return false }
        return shared.withUnsafeBytes { $0.contains { $0 != 0 } }
    }

    /// - Parameter info: what the box is for; the opener must give the same.
    /// - Throws: `WireError.malformed` for a key that is not accepted.
    package static func seal(_ plaintext: [UInt8], to agreementKey: [UInt8], info: [UInt8]) throws -> [UInt8] {
        guard accepts(agreementKey: agreementKey) else { throw WireError(.malformed, in: "agreement key") }
        let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: agreementKey)
        var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: Data(info))
        return Array(sender.encapsulatedKey) + Array(try sender.seal(plaintext))
    }

    /// nil when the box is not for this device, not for this purpose, or was changed.
    package static func open(_ box: [UInt8], with keys: DeviceKeys, info: [UInt8]) -> [UInt8]? {
        guard box.count >= overheadByteCount,
            var recipient = try? HPKE.Recipient(
                privateKey: keys.agreement, ciphersuite: suite, info: Data(info), encapsulatedKey: Data(box.prefix(32)))
        else { return nil }
        return (try? recipient.open(Data(box.dropFirst(32)))).map { Array($0) }
    }
}

/// A short secret text beside public bytes: a label, a name. ChaCha20-Poly1305 (RFC 8439) under a key derived for this one
/// field from a random salt, so that no nonce is ever counted: disks get cloned.
///
/// Layout: 16 bytes of salt, then the ciphertext, 16 bytes longer than the plaintext.
package enum SealedField {
    package static let overheadByteCount = 32

    /// - Parameter context: what the field is, so that it cannot stand for another.
    package static func seal(_ plaintext: [UInt8], under key: EpochKey, context: String, salt: Nonce) throws -> [UInt8] {
        let derived = key.derived(salt: salt.bytes, info: Array("kith field 1 \(context)".utf8), byteCount: 32)
        let box = try ChaChaPoly.seal(plaintext, using: derived, nonce: ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)))
        return salt.bytes + Array(box.ciphertext) + Array(box.tag)
    }

    /// nil when it was sealed under another key or as something else, or was changed.
    package static func open(_ sealed: [UInt8], under key: EpochKey, context: String) -> [UInt8]? {
        guard sealed.count >= overheadByteCount else { return nil }
        let derived = key.derived(salt: Array(sealed.prefix(16)), info: Array("kith field 1 \(context)".utf8), byteCount: 32)
        guard
            let box = try? ChaChaPoly.SealedBox(
                nonce: ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)), ciphertext: sealed.dropFirst(16).dropLast(16),
                tag: sealed.suffix(16)),
            let plaintext = try? ChaChaPoly.open(box, using: derived)
        else { return nil }
        return Array(plaintext)
    }
}
