import CRDT
import Sync
import Wire

/// A roster of words: statements without links, of which each is a head. "remove " and a device's id removes that device; a
/// request that says "please" is granted.
extension FakeReplica {
    var rosterHeads: RosterHeads {
        let heads = statements.map { StatementID(of: $0) }.sorted()
        return RosterHeads(digest: Digest.name(heads.flatMap(\.bytes)), heads: heads)
    }

    /// The statement that removes a device.
    static func removal(of device: DeviceID) -> [UInt8] { Array("remove \(device)".utf8) }

    func meet(_ peer: ReplicaIdentity) throws {
        guard !statements.contains(FakeReplica.removal(of: peer.device)) else { throw WireError(.notPermitted, in: "hello") }
        noteMeeting(with: peer.device)
    }

    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] {
        let known = Set(heads)
        return statements.filter { !known.contains(StatementID(of: $0)) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {
        self.statements.formUnion(statements)
        try meet(peer)
    }

    func welcomeNewcomer(request: [UInt8]) throws -> [[UInt8]] {
        guard request == Array("please".utf8) else { throw WireError(.notPermitted, in: "invite") }
        return try statements(beyond: [])
    }

    func admitNewcomer(request: [UInt8]) throws {
        guard request == Array("please".utf8) else { throw WireError(.notPermitted, in: "invite") }
        statements.insert(Array("admit the newcomer".utf8))
    }

    /// Of a stranger with another replica, whose roster is empty unless it says otherwise.
    static func hello(rosterDigest: Nonce = Digest.name([])) -> Hello {
        Hello(
            space: FakeReplica.space(1).id, device: Nonce(high: 3, low: 3), replica: Nonce(high: 4, low: 4), digest: .zero,
            rosterDigest: rosterDigest)
    }
}

/// A seal that anyone can make and break, and a signature that anyone can give: a session carries both and judges neither.
struct FakeSealing: Sealing {
    static let epoch = Nonce(high: 0x5EA1, low: 1)
    private static let mark: UInt8 = 0x5E

    func currentEpoch(of collection: String) throws -> EpochID { FakeSealing.epoch }

    func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] {
        compressed + [FakeSealing.mark]
    }

    func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] {
        guard epoch == FakeSealing.epoch else { throw WireError(.noKey, in: "segment") }
        guard sealed.last == FakeSealing.mark else { throw WireError(.malformed, in: "segment") }
        return Array(sealed.dropLast())
    }

    func sign(manifest: [UInt8]) throws -> [UInt8] { Digest.sha256(manifest) + Digest.sha256(manifest) }

    func standing(of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]) throws -> PackerStanding {
        guard try signature == sign(manifest: manifest) else { throw WireError(.badSignature, in: "manifest") }
        return .member
    }

    static func signed(_ manifest: Manifest) -> Manifest { (try? manifest.signed(by: FakeSealing())) ?? manifest }
}
