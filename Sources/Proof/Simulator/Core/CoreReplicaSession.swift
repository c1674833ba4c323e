import CRDT
import Sync
import Wire

/// What a session asks of a replica beside deltas and merging.
extension CoreReplica {
    package func knowledge() throws -> [String: Knowledge] {
        try stampFirst()
        state.stated[state.closed.name] = state.closed
        return [SimulatedSchema.collection.rawValue: state.closed]
    }

    package func knowledge(named name: Nonce) throws -> Knowledge? {
        state.stated[name] ?? state.receipts.values.first { $0.name == name }
    }

    package func keep(base: Knowledge) throws { state.stated[base.name] = base }

    package func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { state.statedTo[replica] }

    package func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        state.stated[knowledge.name] = knowledge
        state.statedTo[replica] = knowledge
    }

    package func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        state.receipts[replica.replica] = knowledge
    }

    package func partialDeltas(of collection: String) throws -> [PartialDelta] {
        state.parts.map { PartialDelta(delta: $0.key, merged: $0.value.segments.keys.sorted()) }.sorted { $0.delta < $1.delta }
    }

    /// A sender keeps this many deltas for transfers that were cut; an older one starts anew.
    private static var spoolLimit: Int { 4 }

    package func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        try stampFirst()
        let wanted = Set(partial.map(\.delta))
        if !wanted.isEmpty,
            let kept = state.spool.last(where: { wanted.contains($0.manifest.id) && base.includes($0.scope.base) }) {
            return kept
        }
        let frozen = try freeze(base: base, relativeTo: nil, packedMilliseconds: 0, leavesForksOut: false)
        guard let delta = frozen as? CoreDelta else { return nil }
        state.spool.append(delta)
        if state.spool.count > CoreReplica.spoolLimit { state.spool.removeFirst() }
        return delta
    }

}
