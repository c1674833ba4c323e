import CRDT
import Crypto
import CryptoExtras
import Foundation
import Wire

/// What is wrong with a key file.
package enum KeyFileError: Error, Hashable, Sendable {
    /// Not a key file at all.
    case notAKeyFile
    /// Of a newer version.
    case newer
    /// Changed or cut off: the checksum does not fit. The passphrase is not at fault.
    case damaged
    /// Asks for more work or memory than this version will spend on a passphrase.
    case tooCostly
    case needsPassphrase
    case wrongPassphrase
}

/// The file that holds a device's private keys, as bytes; who reads and writes it sees to it that its owner alone may.
///
/// The magic line, a byte that says whether it is locked, then:
///
/// | open (0) | locked (1) |
/// |---|---|
/// | 64 bytes of secret | scrypt's costs, one byte each: log2 of N, r, p |
/// | | 16 bytes of salt |
/// | | 80 bytes of sealed secret |
///
/// The secret is sealed with ChaCha20-Poly1305 (RFC 8439), nonce zero, authenticating all bytes before it, under a key of 32 bytes:
/// scrypt (RFC 7914) of the passphrase, in Unicode's form C and UTF-8. Last comes a checksum, the first 8 bytes of the SHA-256 of
/// all before: damage is told from a wrong passphrase, before any work.
package enum KeyFile {
    package static let magic: [UInt8] = Array("KITH DEVICE KEY 1\n".utf8)
    /// The longest, the locked one.
    package static let maximumByteCount = magic.count + 1 + 3 + Nonce.byteCount + sealedByteCount + checksumByteCount

    private static let secretByteCount = 64
    private static let sealedByteCount = secretByteCount + 16
    private static let checksumByteCount = 8

    /// What a guess at the passphrase costs: 128 × r × N bytes, and p times the work.
    package struct Cost: Hashable, Sendable {
        let log2N: UInt8
        let r: UInt8
        let p: UInt8

        package init(log2N: UInt8, r: UInt8, p: UInt8) {
            self.log2N = log2N
            self.r = r
            self.p = p
        }

        /// 32 MiB and about a tenth of a second.
        package static let usual = Cost(log2N: 15, r: 8, p: 1)

        /// At most 256 MiB at once.
        var isBearable: Bool { (10...18).contains(log2N) && (1...8).contains(r) && (1...4).contains(p) }
    }

    // MARK: Writing

    package static func open(_ keys: DeviceKeys) -> [UInt8] { finished(magic + [0] + keys.secret) }

    /// - Parameters:
    ///   - passphrase: not empty, else `needsPassphrase`.
    ///   - salt: random, new each time.
    package static func locked(_ keys: DeviceKeys, passphrase: String, salt: Nonce, cost: Cost = .usual) throws -> [UInt8] {
        guard !passphrase.isEmpty else { throw KeyFileError.needsPassphrase }
        let head = magic + [1, cost.log2N, cost.r, cost.p] + salt.bytes
        let key = try key(of: passphrase, salt: salt.bytes, cost: cost)
        let box = try ChaChaPoly.seal(keys.secret, using: key, nonce: nonce, authenticating: head)
        return finished(head + Array(box.ciphertext) + Array(box.tag))
    }

    // MARK: Reading

    /// Whether a passphrase is needed. Checks the whole file.
    package static func isLocked(_ bytes: [UInt8]) throws -> Bool { try contents(bytes).isLocked }

    /// - Parameter passphrase: ignored when the file is not locked.
    /// - Throws: `KeyFileError`.
    package static func keys(_ bytes: [UInt8], passphrase: String? = nil) throws -> DeviceKeys {
        let (isLocked, rest) = try contents(bytes)
        guard isLocked else {
            guard let keys = DeviceKeys(secret: rest) else { throw KeyFileError.damaged }
            return keys
        }
        let costs = Array(rest.prefix(3))
        guard rest.count == 3 + Nonce.byteCount + sealedByteCount else { throw KeyFileError.damaged }
        let cost = Cost(log2N: costs[0], r: costs[1], p: costs[2])
        guard cost.isBearable else { throw KeyFileError.tooCostly }
        guard let passphrase, !passphrase.isEmpty else { throw KeyFileError.needsPassphrase }

        let sealed = rest.dropFirst(3 + Nonce.byteCount)
        let key = try key(of: passphrase, salt: Array(rest.dropFirst(3).prefix(Nonce.byteCount)), cost: cost)
        let box = try ChaChaPoly.SealedBox(nonce: nonce, ciphertext: sealed.dropLast(16), tag: sealed.suffix(16))
        let head = bytes.prefix(magic.count + 1 + 3 + Nonce.byteCount)
        guard let secret = try? ChaChaPoly.open(box, using: key, authenticating: head) else { throw KeyFileError.wrongPassphrase }
        guard let keys = DeviceKeys(secret: secret) else { throw KeyFileError.damaged }
        return keys
    }

    /// What stands between the magic line and the checksum, both checked.
    private static func contents(_ bytes: [UInt8]) throws -> (isLocked: Bool, rest: ArraySlice<UInt8>) {
        guard bytes.starts(with: magic) else {
            if magic.starts(with: bytes) { throw KeyFileError.damaged }
            throw bytes.starts(with: magic.dropLast(2)) ? KeyFileError.newer : .notAKeyFile
        }
        let body = bytes.dropLast(checksumByteCount)
        guard body.count > magic.count, checksum(Array(body)).elementsEqual(bytes.suffix(checksumByteCount)) else {
            throw KeyFileError.damaged
        }
        let kind = body[magic.count]
        guard kind <= 1 else { throw KeyFileError.newer }
        return (kind == 1, body.dropFirst(magic.count + 1))
    }

    // MARK: Parts

    /// Each key seals once, for its salt is random: a counter would have nothing to count.
    private static var nonce: ChaChaPoly.Nonce {
        get throws { try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)) }
    }

    private static func key(of passphrase: String, salt: [UInt8], cost: Cost) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(passphrase.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: 32,
            rounds: 1 << Int(cost.log2N), blockSize: Int(cost.r), parallelism: Int(cost.p))
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] { Array(Digest.sha256(bytes).prefix(checksumByteCount)) }

    private static func finished(_ bytes: [UInt8]) -> [UInt8] { bytes + checksum(bytes) }
}
