import CRDT
import Sync
import Wire

/// A delta frozen in memory.
package final class CoreDelta: FrozenDelta, Sendable {
    package let manifest: Manifest
    package let scope: DeltaScope
    private let segments: [[UInt8]]

    init(manifest: Manifest, scope: DeltaScope, segments: [[UInt8]]) {
        self.manifest = manifest
        self.scope = scope
        self.segments = segments
    }

    package func segment(_ index: Int) throws -> [UInt8] { segments[index] }
}

/// Making a delta: every living change that the base lacks, in the order of dots, cut into segments.
extension CoreReplica {
    package func freeze(
        base wanted: Knowledge, relativeTo known: Knowledge?, packedMilliseconds: Int64
    ) throws -> (any FrozenDelta)? {
        try freeze(base: wanted, relativeTo: known, packedMilliseconds: packedMilliseconds, leavesForksOut: true)
    }

    func freeze(
        base wanted: Knowledge, relativeTo known: Knowledge?, packedMilliseconds: Int64, leavesForksOut: Bool
    ) throws -> (any FrozenDelta)? {
        try stampFirst()
        let scope = try scope(from: wanted, to: state.closed, leavesForksOut: leavesForksOut)
        let baseVector = vector(scope.base)
        var found: [(record: Int, change: Change)] = []
        for record in SimulatedSchema.keys.indices {
            for change in state.changes[record].changes
            where !baseVector.includes(change.dot) && state.closedVector.includes(change.dot) {
                found.append((record, change))
            }
        }
        if found.isEmpty && scope.chains.isEmpty { return nil }
        found.sort { $0.change.dot < $1.change.dot }

        var numbers = Array(repeating: WriterOrdinal(0), count: state.writers.count)
        let writers = scope.result.ends.keys.sorted()
        for (number, writer) in writers.enumerated() {
            if let ordinal = state.ordinals[writer] { numbers[Int(ordinal.number)] = WriterOrdinal(UInt32(number)) }
        }

        let collection = SimulatedSchema.collection.rawValue
        let epoch = try sealing.currentEpoch(of: collection)
        var sealed: [[UInt8]] = []
        var parts: [Manifest.Segment] = []
        for start in stride(from: 0, to: found.count, by: segmentChangeCount) {
            let cut = found[start..<min(start + segmentChangeCount, found.count)]
            let body = body(of: cut, writers: writers, numbers: numbers, base: baseVector)
            let segment = try SealedSegment.seal(body, collection: collection, epoch: epoch, salt: Nonce(using: &salts), by: sealing)
            sealed.append(segment)
            parts.append(Manifest.Segment(
                changeCount: cut.count, bodyByteCount: body.count, sealedByteCount: segment.count,
                digest: Digest.sha256(segment)))
        }
        let manifest = try Manifest(
            space: identity.space.id, collection: SimulatedSchema.collection.rawValue, packer: identity.device,
            packerReplica: identity.replica, packedMilliseconds: packedMilliseconds,
            base: KnowledgeForm(scope.base, known: known), chains: scope.chains.mapValues(\.ends),
            origins: state.origins.filter { scope.chains[$0.key] != nil }, segments: parts, epoch: epoch
        ).signed(by: sealing)
        return CoreDelta(manifest: manifest, scope: scope, segments: sealed)
    }

    /// - Parameter leavesForksOut: what to do about a writer that ends, at the receiver, at a batch that is not one of ours:
    ///   leave it out of the base, so that the delta shows all of our chain.
    /// - Throws: `ForkFound` otherwise.
    private func scope(from wanted: Knowledge, to result: Knowledge, leavesForksOut: Bool) throws -> DeltaScope {
        var wanted = wanted
        let forked = try wanted.ends.filter { writer, end in
            try end.last <= result[writer] && nonce(of: writer, at: end.last) != end.nonce
        }.keys.sorted()
        if !mutated(.ignoresChain) {
            guard forked.isEmpty || leavesForksOut else { throw ForkFound(forked) }
            for writer in forked { wanted.ends[writer] = nil }
        }
        let base = wanted.intersection(result)
        var chains: [WriterID: Chain] = [:]
        for (writer, end) in result.ends where end.last > base[writer] {
            guard let ordinal = state.ordinals[writer] else { continue }
            chains[writer] = Chain(
                before: base.ends[writer],
                ends: state.batches[Int(ordinal.number)].filter { $0.last > base[writer] && $0.last <= end.last })
        }
        let scope = DeltaScope(base: base, result: result, chains: chains)
        guard scope.isConsistent else { throw SimulationFault("a replica made a scope that contradicts itself") }
        return scope
    }

    private func body(
        of cut: ArraySlice<(record: Int, change: Change)>, writers: [WriterID], numbers: [WriterOrdinal], base: VersionVector
    ) -> [UInt8] {
        var builder = SegmentBuilder(writers: writers)
        func renumbered(_ dot: Dot) -> Dot { Dot(numbers[Int(dot.writer.number)], dot.sequence) }
        for (record, change) in cut {
            let schemaTable = SimulatedSchema.keys[record].table
            let table = builder.table(SimulatedSchema.wireTables[schemaTable])
            builder.add(
                Change(
                    dot: renumbered(change.dot), timeMilliseconds: change.timeMilliseconds, columns: change.columns,
                    context: Context(change.context.entries.map { .init(numbers[Int($0.writer.number)], $0.last) }),
                    deletes: change.deletes, isAnchor: change.isAnchor),
                table: table, key: SimulatedSchema.recordKeys[record],
                anchor: state.anchors[record].first { base.includes($0) }.map(renumbered))
            for column in change.columns.numbers where column > 0 {
                let values = state.values[ValueID(dot: change.dot.packed, column: column)] ?? []
                for (part, value) in values.enumerated() { builder.add(value, table: table, column: column, part: part) }
            }
        }
        return builder.finish()
    }

    /// Knowledge in terms of this replica's ordinals.
    func vector(_ knowledge: Knowledge) -> VersionVector {
        var vector = VersionVector()
        for (writer, end) in knowledge.ends {
            if let ordinal = state.ordinals[writer] { vector[ordinal] = end.last }
        }
        return vector
    }
}
