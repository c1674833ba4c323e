import CRDT
import Wire

/// What stands at the head of a public bundle, behind its magic line: who published it (Protocol.md, "Public bundle").
///
/// A reader holds no key of the publisher's space and not its roster. It learns from the head which keys signed, and whether the
/// device's id that follows from them is the partner's, people compare by telephone.
///
/// | bytes | field |
/// |---|---|
/// | 64 | the publisher's identity |
/// | text | what it calls itself; may be empty |
/// | 8 | checksum: the first bytes of the SHA-256 of `kith public head 1`, a zero byte and all above |
package struct PublicHead: Hashable, Sendable {
    package static let magic: [UInt8] = Array("KITH PUBLIC 1\n".utf8)
    package static let fileExtension = "kithpublic"

    package let identity: DeviceIdentity
    package let name: String
    /// As written, checksum included.
    package let bytes: [UInt8]

    package var byteCount: Int { bytes.count }
    package var publisher: DeviceID { identity.id }

    /// What to read from a file, or all of it, to find the whole head in.
    package static let maximumByteCount = DeviceIdentity.byteCount + 2 + Limits.labelByteCount + checksumByteCount
    private static let checksumByteCount = 8
    private static let place = "public bundle's head"

    /// - Throws: `tooLarge`, `malformed` for a name that no label may be.
    package init(identity: DeviceIdentity, name: String) throws {
        guard name.utf8.count <= Limits.labelByteCount else { throw WireError(.tooLarge, in: PublicHead.place) }
        guard name.utf8.allSatisfy({ $0 >= 0x20 }) else { throw WireError(.malformed, in: PublicHead.place) }
        self.identity = identity
        self.name = name
        var out = ByteWriter()
        out.raw(identity.bytes)
        out.text(name)
        out.raw(PublicHead.checksum(of: out.bytes))
        bytes = out.bytes
    }

    /// Reads the head from the bytes behind the magic line. More may follow.
    ///
    /// - Throws: `truncated`, `tooLarge`, `malformed`, `damaged`.
    package init(parsing bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "public bundle's head")
            guard let identity = DeviceIdentity(bytes: Array(try reader.raw(DeviceIdentity.byteCount))) else { throw reader.failure(.malformed) }
            let length = try reader.number(limit: Limits.labelByteCount)
            let name = Array(try reader.raw(length))
            let end = reader.position
            let found = Array(try reader.raw(PublicHead.checksumByteCount))
            // Damage first: what else is wrong with an intact head is its maker's fault.
            guard found == PublicHead.checksum(of: Array(bytes[..<end])) else { throw reader.failure(.damaged) }
            guard let name = String(validating: name, as: UTF8.self) else { throw reader.failure(.malformed) }
            return try PublicHead(identity: identity, name: name)
        }
    }

    private static func checksum(of bytes: [UInt8]) -> [UInt8] {
        Array(Digest.sha256(parts: [Array("kith public head 1".utf8), [0], bytes]).prefix(checksumByteCount))
    }

    /// What the publisher signs: the hash of magic line and head, and the manifest. Signed for a purpose of its own, so that a
    /// public manifest is none within the publisher's space, nor the other way round.
    fileprivate func signed(_ manifest: [UInt8]) -> [UInt8] { Digest.sha256(parts: [PublicHead.magic, bytes]) + manifest }
}

/// The form of a public bundle's segments: compressed, not sealed, under the epoch of zeros; signed by the publisher.
package struct PublicSealing: Sealing {
    /// Names no key.
    package static let epoch = EpochID(high: 0, low: 0)

    private let head: PublicHead
    /// nil for a reader.
    private let keys: DeviceKeys?

    package init(_ head: PublicHead, keys: DeviceKeys? = nil) {
        self.head = head
        self.keys = keys
    }

    package func currentEpoch(of collection: String) throws -> EpochID { PublicSealing.epoch }

    package func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        try open(compressed, collection: collection, epoch: epoch)
    }

    /// - Throws: `noKey` for a segment that says it is sealed.
    package func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        guard epoch == PublicSealing.epoch else { throw WireError(.noKey, in: "segment") }
        return sealed
    }

    /// - Throws: `noKey` for a reader.
    package func sign(manifest: [UInt8]) throws -> [UInt8] {
        guard let keys else { throw WireError(.noKey, in: "public bundle") }
        return try keys.sign(head.signed(manifest), as: .publication)
    }

    package func standing(
        of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]
    ) throws -> PackerStanding {
        guard packer == head.publisher else { throw WireError(.unknownPacker, in: "manifest") }
        guard head.identity.verifies(signature, of: head.signed(manifest), as: .publication) else {
            throw WireError(.badSignature, in: "manifest")
        }
        return .member
    }
}
