import CRDT
import Crypto
import Wire

/// How members find each other on a local network without naming themselves (Protocol.md, "Discovery"): one asks, whoever
/// listens answers with its TCP port, and only who has the key can tell whether the answer is a member's.
///
/// | bytes | field |
/// |---|---|
/// | 8 | `KITHLAN1` |
/// | 1 | 1 asks, 2 answers |
/// | 2 | the TCP port, most significant byte first; 0 in a question |
/// | 16 | salt, random |
/// | 16 | tag |
///
/// A listener answers every question alike: to one that it does not recognise with a random tag. So who asks, or plays back what
/// it has heard somewhere else, learns no more than that somebody uses Kith.
package struct Beacon: Hashable, Sendable {
    package enum Kind: UInt8, Sendable { case asks = 1, answers = 2 }

    package static let byteCount = 43
    /// The newest keys of the scope `members` that a question is asked under, one each.
    package static let askedKeyCount = 3
    /// The newest keys that a question is tried with.
    package static let triedKeyCount = 8

    private static let magic = Array("KITHLAN1".utf8)
    private static let tagByteCount = 16

    package let kind: Kind
    package let port: UInt16
    package let salt: Nonce
    package let tag: Nonce

    // MARK: Making

    package static func question(under key: EpochKey, salt: Nonce) -> Beacon {
        Beacon(kind: .asks, port: 0, salt: salt, tag: tag(under: key, kind: .asks, port: 0, [salt]))
    }

    /// - Parameters:
    ///   - keys: of the scope `members`, the newest first.
    ///   - salt: random, for this answer alone.
    ///   - chance: random: the tag for one who is not recognised.
    /// - Returns: nil for what is no question.
    package func answer(port: UInt16, keys: [EpochKey], salt: Nonce, chance: Nonce) -> Beacon? {
        guard kind == .asks else { return nil }
        let known = keys.prefix(Beacon.triedKeyCount).first { key in
            Beacon.tag(under: key, kind: .asks, port: 0, [self.salt]) == self.tag
        }
        let fit = known.map { key in Beacon.tag(under: key, kind: .answers, port: port, [self.salt, salt]) }
        return Beacon(kind: .answers, port: port, salt: salt, tag: fit ?? chance)
    }

    /// Whether a member answers the question with this salt, that was asked under this key.
    package func answers(_ question: Nonce, under key: EpochKey) -> Bool {
        kind == .answers && port != 0 && tag == Beacon.tag(under: key, kind: .answers, port: port, [question, salt])
    }

    private static func tag(under key: EpochKey, kind: Kind, port: UInt16, _ salts: [Nonce]) -> Nonce {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.bytes), info: Array("kith beacon 1".utf8), outputByteCount: 32)
        let message = [kind.rawValue, UInt8(port >> 8), UInt8(port & 0xFF)] + salts.flatMap(\.bytes)
        return Nonce(bytes: Array(HMAC<SHA256>.authenticationCode(for: message, using: derived).prefix(tagByteCount))) ?? .zero
    }

    // MARK: Bytes

    private init(kind: Kind, port: UInt16, salt: Nonce, tag: Nonce) {
        self.kind = kind
        self.port = port
        self.salt = salt
        self.tag = tag
    }

    /// - Returns: nil for anything else than exactly a beacon.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Beacon.byteCount, bytes.starts(with: Beacon.magic), let kind = Kind(rawValue: bytes[8]),
            let salt = Nonce(bytes: bytes[11..<27]), let tag = Nonce(bytes: bytes[27..<43])
        else { return nil }
        let port = UInt16(bytes[9]) << 8 | UInt16(bytes[10])
        guard (kind == .asks) == (port == 0) else { return nil }
        self.init(kind: kind, port: port, salt: salt, tag: tag)
    }

    package var bytes: [UInt8] {
        Beacon.magic + [kind.rawValue, UInt8(port >> 8), UInt8(port & 0xFF)] + salt.bytes + tag.bytes
    }
}
