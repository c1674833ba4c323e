import CRDT

/// Names one key of one key scope: the first 16 bytes of an HMAC under the key (Protocol.md, "Identity and keys").
package typealias EpochID = Nonce

/// What the roster says of the device that packed a delta.
package enum PackerStanding: Hashable, Sendable {
    case member
    /// Removed, or not (any longer) permitted to write in the collection: what it packed is quarantined.
    case revoked
}

/// Seals and opens segments, signs manifests and judges packers. The rooms that pack and merge know no keys: the roster
/// and the key ring, which do, stand behind this.
package protocol Sealing: Sendable {
    /// The key that new segments of a collection are sealed under.
    ///
    /// - Throws: `WireError.noKey` when this device holds none.
    func currentEpoch(of collection: String) throws -> EpochID

    /// Encrypts a compressed body.
    ///
    /// - Parameter salt: random, for this segment alone.
    func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8]

    /// - Throws: `WireError.noKey`; `WireError.malformed` when the bytes were not sealed under that key or have been changed.
    func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8]

    /// Whether the roster has this key of a collection, whoever holds it: one that it has not is nobody's.
    func isKnown(_ epoch: EpochID, of collection: String) -> Bool

    /// This device's signature of a manifest's bytes.
    func sign(manifest: [UInt8]) throws -> [UInt8]

    /// Judges who packed a delta, by the manifest's bytes and the signature under them.
    ///
    /// - Throws: `WireError.unknownPacker`, `.badSignature`.
    func standing(of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]) throws -> PackerStanding

    /// Whether a device has signed that this writer is its own.
    func isNamed(_ writer: WriterID) -> Bool
}

extension Sealing {
    /// Where no roster tells whose a writer is, nobody counts those that it does not name.
    package func isNamed(_ writer: WriterID) -> Bool { true }
}

extension Sealing {
    package func isKnown(_ epoch: EpochID, of collection: String) -> Bool { true }
}
