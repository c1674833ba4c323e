import CRDT
import Foundation
import Store
import Synchronization
import Trust
import Wire

/// The bench's members and their keys: real sealing and real signatures, and how long they take.
///
/// CPU seconds of the calling thread, so that the share is right on a busy machine too.
final class MeteredSealing: Sealing {
    /// What all replicas of a run have spent.
    static let seconds = Mutex<Double>(0)

    private let sealing: KeyedSealing

    /// One key for the collection; everybody here is a member.
    private static let epoch = EpochKey([UInt8](repeating: 0x51, count: EpochKey.byteCount))!
    private static let members = Mutex<[DeviceID: DeviceIdentity]>([:])

    init(_ keys: DeviceKeys, in space: SpaceID) {
        let identity = keys.identity
        MeteredSealing.members.withLock { $0[identity.id] = identity }
        var ring = KeyRing()
        ring.add(MeteredSealing.epoch, to: "people")
        sealing = KeyedSealing(space: space, keys: keys, ring: ring, epochs: ["people": MeteredSealing.epoch.id]) { device, _ in
            MeteredSealing.members.withLock { $0[device] }.map { .mayPack($0) } ?? .unknown
        }
    }

    /// What `body` spends on sealing, opening, signing and verifying.
    static func spent(in body: () throws -> Void) rethrows -> Double {
        let before = seconds.withLock { $0 }
        try body()
        return seconds.withLock { $0 } - before
    }

    private func metered<Result>(_ body: () throws -> Result) rethrows -> Result {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        defer {
            let spent = now() - start
            MeteredSealing.seconds.withLock { $0 += spent }
        }
        return try body()
    }

    func currentEpoch(of collection: String) throws -> EpochID { try sealing.currentEpoch(of: collection) }
    func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        try metered { try sealing.seal(compressed, collection: collection, epoch: epoch, salt: salt) }
    }
    func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        try metered { try sealing.open(sealed, collection: collection, epoch: epoch) }
    }
    func sign(manifest: [UInt8]) throws -> [UInt8] { try metered { try sealing.sign(manifest: manifest) } }
    func standing(of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]) throws -> PackerStanding {
        try metered {
            try sealing.standing(of: packer, collection: collection, manifest: manifest, signature: signature)
        }
    }
}
