import CRDT
import Wire

/// Seals and opens the compressed bodies of segments: a `SealedStream` under a key of their collection, bound to the space,
/// the collection and the epoch. Which segment of which delta it is, the manifest says by the sealed bytes' hash.
package struct SegmentSeal: Sendable {
    private let space: SpaceID
    private let ring: KeyRing

    package init(space: SpaceID, ring: KeyRing) {
        self.space = space
        self.ring = ring
    }

    /// How many bytes a compressed body of so many has when sealed.
    package static func sealedByteCount(_ compressedByteCount: Int) -> Int { SealedStream.sealedByteCount(compressedByteCount) }

    /// - Parameter salt: random, for this segment alone.
    /// - Throws: `WireError.noKey`.
    package func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        try SealedStream.seal(compressed, under: key(epoch, collection), info: info(collection, epoch), salt: salt)
    }

    /// - Throws: `WireError.noKey`; `.malformed` when the bytes were not sealed under that key, for that collection and space, or
    ///   have been changed since. (They are those that the manifest names by hash: who packed them is at fault, not the way here.)
    package func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        let key = try key(epoch, collection)
        do {
            return try SealedStream.open(sealed, under: key, info: info(collection, epoch))
        } catch let error as WireError {
            throw WireError(.malformed, in: "segment", at: error.offset)
        }
    }

    private func key(_ epoch: EpochID, _ collection: String) throws -> EpochKey {
        guard let key = ring.key(epoch, of: collection) else { throw WireError(.noKey, in: "segment") }
        return key
    }

    private func info(_ collection: String, _ epoch: EpochID) -> [UInt8] {
        var out = ByteWriter()
        out.raw("kith segment 1".utf8)
        out.byte(0)
        out.nonce(space)
        out.text(collection)
        out.nonce(epoch)
        return out.bytes
    }
}
