import CRDT
import Sync
import Wire

/// What a core holds, digested from arrays: the SQLite store's blocks must come to the same.
extension CoreReplica {
    package func contents() throws -> ContentsDigest? {
        try stampFirst()
        var byWriter: [WriterID: [(record: Int, change: Change)]] = [:]
        for record in SimulatedSchema.keys.indices {
            for change in state.changes[record].changes { byWriter[writer(change.dot.writer), default: []].append((record, change)) }
        }
        var hasher = ContentsHasher()
        for (id, living) in byWriter {
            var digests: [[UInt8]] = []
            var block = BlockHasher()
            for (place, entry) in living.sorted(by: { $0.change.dot.sequence < $1.change.dot.sequence }).enumerated() {
                if place > 0, BlockHasher.begins(entry.change.dot.sequence) { digests.append(block.finish().digest) }
                add(entry.change, of: entry.record, to: &block)
            }
            digests.append(block.finish().digest)
            hasher.writer(id, digests: digests)
        }
        return ContentsDigest(living: hasher.finish(), erased: ContentsHasher.erased([]))
    }

    private func writer(_ ordinal: WriterOrdinal) -> WriterID { state.writers[Int(ordinal.number)] }

    private func add(_ change: Change, of record: Int, to block: inout BlockHasher) {
        let table = SimulatedSchema.schema.tables[SimulatedSchema.keys[record].table]
        let columns = table.columns.enumerated().filter { change.columns.contains(number: $0.offset + 1) }
            .sorted { $0.element.name.utf8.lexicographicallyPrecedes($1.element.name.utf8) }
        block.change(
            sequence: change.dot.sequence, timeMilliseconds: change.timeMilliseconds, carriesExistence: change.columns.contains(.exists),
            deletes: change.deletes, isAnchor: change.isAnchor,
            context: change.context.entries.map { (writer: writer($0.writer), last: $0.last) }.sorted { $0.writer < $1.writer },
            shape: BlockHasher.shape(table: table.name, columns: columns.map { ($0.element.name, $0.element.parts.count) }))
        block.key(SimulatedSchema.recordKeys[record])
        for (index, _) in columns {
            for value in state.values[ValueID(dot: change.dot.packed, column: index + 1)] ?? [] { block.value(value) }
        }
    }

    package func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) {
        let known = try knowledge()
        guard let held = try contents() else { return (known, [:]) }
        return (known, known.mapValues { _ in [StatedContents(held)] })
    }
}
