import CRDT
import Trust
import Wire

/// One key for everyone and a hash for a signature: the segments are really sealed, and thousands of seeds stay quick.
package struct SimulatedSealing: Sealing {
    private static let epoch = EpochKey([UInt8](repeating: 0x51, count: EpochKey.byteCount))!
    private let seal: SegmentSeal

    package init(space: SpaceID) {
        var ring = KeyRing()
        ring.add(SimulatedSealing.epoch, to: SimulatedSchema.collection.rawValue)
        seal = SegmentSeal(space: space, ring: ring)
    }

    package func currentEpoch(of collection: String) throws -> EpochID { SimulatedSealing.epoch.id }

    package func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        try seal.seal(compressed, collection: collection, epoch: epoch, salt: salt)
    }

    package func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        try seal.open(sealed, collection: collection, epoch: epoch)
    }

    package func sign(manifest: [UInt8]) throws -> [UInt8] {
        let hash = Digest.sha256(manifest)
        return hash + hash
    }

    package func standing(
        of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]
    ) throws -> PackerStanding {
        guard try signature == sign(manifest: manifest) else { throw WireError(.badSignature, in: "manifest") }
        return .member
    }
}
