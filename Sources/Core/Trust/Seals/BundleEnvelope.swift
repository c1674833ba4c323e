import CRDT
import Crypto
import Wire

/// What stands in the clear at a bundle's head, behind the magic line: enough to find the key, and to tell a stranger nothing
/// but how many newcomers it is for.
///
/// Everything else is one `SealedStream` under a key drawn for this bundle, which the envelope holds wrapped: once under the
/// epoch key of the scope `members`, and once in a box for each newcomer, a device that may not have that epoch key yet: it was
/// admitted since, or has not heard of the newest. So a newcomer's box opens this bundle and nothing else.
///
/// | bytes | field |
/// |---|---|
/// | 1 | format, 1 |
/// | 16 | salt of the tag |
/// | 8 | tag: the first bytes of HMAC-SHA256 under the epoch key over `kith bundle tag 1`, a zero byte and the salt |
/// | 64 | the bundle key, as a `SealedField` under the epoch key, context `bundle key` |
/// | 1 or 2 | number of boxes, at most `Limits.newcomerCount` |
/// | 80 each | HPKE box of the bundle key; info is `kith bundle box 1`, a zero byte and the SHA-256 of the 89 bytes above |
/// | 8 | checksum: the first bytes of the SHA-256 of `kith bundle head 1`, a zero byte and all above |
///
/// The salt makes the tags of two bundles of one space as different as those of two spaces.
package struct BundleEnvelope: Sendable {
    /// As written, checksum included.
    package let bytes: [UInt8]
    /// How many newcomers can open the bundle.
    package let newcomerCount: Int

    package var byteCount: Int { bytes.count }

    /// The tag, in hexadecimal digits.
    package var epochTag: String {
        bytes[17..<25].map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// What to read from a file, or all of it, to find the whole envelope in.
    package static let maximumByteCount = fixedByteCount + 2 + Limits.newcomerCount * boxByteCount

    private static let place = "bundle envelope"
    private static let format: UInt8 = 1
    private static let tagByteCount = 8
    private static let boxByteCount = Box.overheadByteCount + EpochKey.byteCount
    private static let wrapByteCount = SealedField.overheadByteCount + EpochKey.byteCount
    private static let checksumByteCount = 8
    /// Format, salt, tag, wrapped key.
    private static let boundByteCount = 1 + Nonce.byteCount + tagByteCount + wrapByteCount
    private static let fixedByteCount = boundByteCount + checksumByteCount

    // MARK: Making

    /// - Parameters:
    ///   - epochKey: the current key of the scope `members`.
    ///   - newcomers: the agreement keys of the devices that are admitted and may not have that key yet.
    ///   - random: called four times; draws 16 random bytes.
    /// - Returns: the envelope, and the key of the stream that follows it.
    /// - Throws: `WireError.tooLarge` for too many newcomers, `.malformed` for a newcomer's key that is none.
    package static func make(
        epochKey: EpochKey, newcomers: [[UInt8]], random: () -> Nonce
    ) throws -> (envelope: BundleEnvelope, key: EpochKey) {
        guard newcomers.count <= Limits.newcomerCount else { throw WireError(.tooLarge, in: place) }
        guard let key = EpochKey(random().bytes + random().bytes) else { throw WireError(.malformed, in: place) }
        let salt = random()
        var out = ByteWriter()
        out.byte(format)
        out.nonce(salt)
        out.raw(tag(of: epochKey, salt: salt))
        out.raw(try SealedField.seal(key.bytes, under: epochKey, context: wrapContext, salt: random()))
        let info = boxInfo(out.bytes)
        out.number(newcomers.count)
        for newcomer in newcomers { out.raw(try Box.seal(key.bytes, to: newcomer, info: info)) }
        out.raw(checksum(of: out.bytes))
        return (BundleEnvelope(checked: out.bytes, newcomerCount: newcomers.count), key)
    }

    private init(checked bytes: [UInt8], newcomerCount: Int) {
        self.bytes = bytes
        self.newcomerCount = newcomerCount
    }

    // MARK: Reading

    /// Reads the envelope from the bytes behind the magic line. More may follow: the payload begins after `byteCount` bytes.
    ///
    /// - Throws: `WireError.newerFormat`, `.truncated`, `.tooLarge`, `.damaged`.
    package init(parsing bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "bundle envelope")
            guard try reader.byte() == BundleEnvelope.format else { throw WireError(.newerFormat, in: BundleEnvelope.place, at: 0) }
            _ = try reader.raw(BundleEnvelope.boundByteCount - 1)
            let count = try reader.number(limit: Limits.newcomerCount)
            _ = try reader.raw(count * BundleEnvelope.boxByteCount)
            let end = reader.position
            let found = Array(try reader.raw(BundleEnvelope.checksumByteCount))
            guard found == BundleEnvelope.checksum(of: Array(bytes[..<end])) else { throw reader.failure(.damaged) }
            return BundleEnvelope(checked: Array(bytes[..<reader.position]), newcomerCount: count)
        }
    }

    /// What the payload's stream is bound to: its `info`.
    package var streamInfo: [UInt8] { Array("kith bundle 1".utf8) + [0] + Digest.sha256(parts: [Bundle.magic, bytes]) }

    /// The bundle's key, for one who holds the epoch key; nil when the ring does not have it. A key whose tag stands here but does
    /// not open the wrapped key was not used by an honest maker, and counts as none.
    package func key(ring: KeyRing) -> EpochKey? {
        guard let salt = Nonce(bytes: bytes[1..<17]) else { return nil }
        for key in ring.keys(of: KeyScope.members) where BundleEnvelope.tag(of: key, salt: salt).elementsEqual(bytes[17..<25]) {
            let wrapped = Array(bytes[25..<BundleEnvelope.boundByteCount])
            if let opened = SealedField.open(wrapped, under: key, context: BundleEnvelope.wrapContext) { return EpochKey(opened) }
        }
        return nil
    }

    /// The bundle's key, for a newcomer; nil when no box is for this device.
    package func key(device: DeviceKeys) -> EpochKey? {
        let info = BundleEnvelope.boxInfo(Array(bytes[..<BundleEnvelope.boundByteCount]))
        for index in 0..<newcomerCount {
            let end = bytes.count - BundleEnvelope.checksumByteCount
            let start = end - (newcomerCount - index) * BundleEnvelope.boxByteCount
            let box = Array(bytes[start..<start + BundleEnvelope.boxByteCount])
            if let opened = Box.open(box, with: device, info: info) { return EpochKey(opened) }
        }
        return nil
    }

    // MARK: Parts

    private static let wrapContext = "bundle key"

    private static func tag(of key: EpochKey, salt: Nonce) -> [UInt8] {
        let message = Array("kith bundle tag 1".utf8) + [0] + salt.bytes
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key.bytes))
        return Array(Array(code).prefix(tagByteCount))
    }

    private static func boxInfo(_ bound: [UInt8]) -> [UInt8] { Array("kith bundle box 1".utf8) + [0] + Digest.sha256(bound) }

    private static func checksum(of bytes: [UInt8]) -> [UInt8] {
        Array(Digest.sha256(parts: [Array("kith bundle head 1".utf8), [0], bytes]).prefix(checksumByteCount))
    }
}
