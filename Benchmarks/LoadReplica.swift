import CRDT
import Foundation
import Sync
import Trust
import Wire

/// A replica in memory whose changes are random bytes under a real manifest: all that a relay can tell.
///
/// Invariant: nothing is kept of what came but the knowledge of it.
final class LoadReplica: ReplicaAccess {
    let identity: ReplicaIdentity
    private let device: RelayWorld.Device
    private let space: RelayWorld.Space
    private let writer = StoreBench.nonce()
    private var held = Knowledge()
    private var pending: Packed?
    private var incoming: (delta: DeltaID, missingCount: Int)?
    private var statedToRelay: Knowledge?
    /// The newest last.
    private var named: [(name: Nonce, knowledge: Knowledge)] = []
    private let merged: (DeltaID) -> Void
    private let confirmed: (DeltaID) -> Void

    final class Packed: FrozenDelta {
        let manifest: Manifest
        let id: DeltaID
        let end: BatchEnd
        private let segments: [[UInt8]]

        init(manifest: Manifest, end: BatchEnd, segments: [[UInt8]]) {
            self.manifest = manifest
            id = manifest.id
            self.end = end
            self.segments = segments
        }

        func segment(_ index: Int) throws -> [UInt8] { segments[index] }
    }

    /// - Parameters:
    ///   - merged: a delta has come whole.
    ///   - confirmed: the relay has given a receipt for this replica's own delta: it is durable there.
    init(
        _ device: RelayWorld.Device, in space: RelayWorld.Space, merged: @escaping (DeltaID) -> Void = { _ in },
        confirmed: @escaping (DeltaID) -> Void = { _ in }
    ) {
        self.device = device
        self.space = space
        self.merged = merged
        self.confirmed = confirmed
        identity = ReplicaIdentity(space: space.identity, device: device.id, replica: StoreBench.nonce(), label: "")
    }

    var isUploading: Bool { pending != nil }

    /// Makes one batch of changes, packed and signed, for the next round.
    func pack(_ stock: SegmentStock) throws -> DeltaID {
        let before = held.ends[writer]
        let changeCount = stock.parts.reduce(0) { $0 + $1.changeCount }
        let end = BatchEnd(
            last: (before?.last ?? 0) + UInt32(changeCount), nonce: before == nil ? writer : StoreBench.nonce())
        let manifest = try Manifest(
            space: space.identity.id, collection: RelayWorld.collection, packer: device.id, packerReplica: identity.replica,
            packedMilliseconds: Int64(Date().timeIntervalSince1970 * 1_000),
            base: .whole(Knowledge(before.map { [writer: $0] } ?? [:])), chains: [writer: [end]],
            segments: stock.parts, epoch: space.epoch
        ).signed(by: KeyedSealing(space: space.identity.id, keys: device.keys, ring: KeyRing(), epochs: [:]) { _, _ in .unknown })
        let packed = Packed(manifest: manifest, end: end, segments: stock.segments)
        pending = packed
        held.ends[writer] = end
        return packed.id
    }

    // MARK: ReplicaAccess

    var rosterHeads: RosterHeads {
        let heads = space.heads
        return RosterHeads(digest: heads.digest, heads: heads.heads)
    }

    func knowledge() throws -> [String: Knowledge] { [RelayWorld.collection: held] }
    func knowledge(named name: Nonce) throws -> Knowledge? { named.last { $0.name == name }?.knowledge }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { statedToRelay }
    func partialDeltas(of collection: String) throws -> [PartialDelta] { [] }
    func meet(_ peer: ReplicaIdentity) throws {}
    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] { space.statements(beyond: heads) }
    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws { try space.learn(statements) }
    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] { throw WireError(.forked, in: "chains") }
    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws { throw WireError(.forked, in: "chains") }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        pending.flatMap { base[writer] < $0.end.last ? $0 : nil }
    }

    func admit(_ manifest: Manifest) throws -> Admission {
        let scope = try manifest.scope(knowledge(named:))
        incoming = (manifest.id, manifest.segments.count)
        guard held.includes(scope.base) else { return .waits(missing: scope.base) }
        return held.includes(scope.result) ? .known : .merges
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        guard var delta = incoming, delta.delta == segment.delta else { throw WireError(.unexpected, in: "segment frame") }
        delta.missingCount -= 1
        incoming = delta
        guard delta.missingCount == 0 else { return false }
        held = held.union(try manifest.scope(knowledge(named:)).result)
        merged(delta.delta)
        return true
    }

    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        remember(knowledge)
        if let pending, knowledge[writer] >= pending.end.last {
            self.pending = nil
            confirmed(pending.id)
        }
    }

    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        statedToRelay = knowledge
        remember(knowledge)
    }

    func keep(base: Knowledge) throws { remember(base) }

    private func remember(_ knowledge: Knowledge) {
        guard !knowledge.ends.isEmpty else { return }
        let name = knowledge.name
        named.removeAll { $0.name == name }
        named.append((name, knowledge))
        // What either side may still name: the last statements and receipts.
        if named.count > 8 { named.removeFirst() }
    }
}

/// Segments of random bytes: nothing that a relay could make smaller.
struct SegmentStock: Sendable {
    let segments: [[UInt8]]
    let parts: [Manifest.Segment]

    var byteCount: Int { segments.reduce(0) { $0 + $1.count } }

    init(count: Int, byteCount: Int) {
        var chance = SystemRandomNumberGenerator()
        segments = (0..<count).map { _ in (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &chance) } }
        parts = segments.map {
            // About 200 bytes a change.
            Manifest.Segment(
                changeCount: max(1, byteCount / 200), bodyByteCount: byteCount, sealedByteCount: byteCount, digest: Digest.sha256($0))
        }
    }
}
