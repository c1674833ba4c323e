import CRDT
import Wire

/// What a roster says of one device in one collection.
package enum PackerRight: Sendable {
    case mayPack(DeviceIdentity)
    /// Removed, or admitted but not (any longer) to write in this collection.
    case mayNot(DeviceIdentity)
    case unknown
}

/// Seals, opens and judges by the keys of one device and by what a roster says.
package struct KeyedSealing: Sealing {
    private let keys: DeviceKeys
    private let seal: SegmentSeal
    private let epochs: [String: EpochID]
    private let right: @Sendable (DeviceID, _ collection: String) -> PackerRight
    private let names: @Sendable (WriterID) -> Bool

    /// - Parameters:
    ///   - epochs: by collection, the key that new segments are sealed under.
    ///   - names: whether the roster names a writer.
    ///   - right: what the roster says of a device.
    package init(
        space: SpaceID, keys: DeviceKeys, ring: KeyRing, epochs: [String: EpochID],
        names: @escaping @Sendable (WriterID) -> Bool = { _ in true }, right: @escaping @Sendable (DeviceID, _ collection: String) -> PackerRight
    ) {
        self.keys = keys
        seal = SegmentSeal(space: space, ring: ring)
        self.epochs = epochs
        self.names = names
        self.right = right
    }

    package func isNamed(_ writer: WriterID) -> Bool { names(writer) }

    package func currentEpoch(of collection: String) throws -> EpochID {
        guard let epoch = epochs[collection] else { throw WireError(.noKey, in: collection) }
        return epoch
    }

    package func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        try seal.seal(compressed, collection: collection, epoch: epoch, salt: salt)
    }

    package func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        try seal.open(sealed, collection: collection, epoch: epoch)
    }

    package func sign(manifest: [UInt8]) throws -> [UInt8] { try keys.sign(manifest, as: .manifest) }

    package func standing(
        of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]
    ) throws -> PackerStanding {
        let (identity, standing): (DeviceIdentity, PackerStanding)
        switch right(packer, collection) {
        case .mayPack(let device): (identity, standing) = (device, .member)
        case .mayNot(let device): (identity, standing) = (device, .revoked)
        case .unknown: throw WireError(.unknownPacker, in: "manifest")
        }
        guard identity.verifies(signature, of: manifest, as: .manifest) else { throw WireError(.badSignature, in: "manifest") }
        return standing
    }
}
