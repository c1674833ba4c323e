import CRDT
import Sync
import Wire

/// What a core holds, digested from arrays: the SQLite store's blocks must come to the same.
extension CoreReplica {
    package func contents() throws -> ContentsDigest? {
        try stampFirst()
        var hasher = ContentsHasher()
        for table in SimulatedSchema.schema.tables.indices {
            let records = SimulatedSchema.keys.indices
                .filter { SimulatedSchema.keys[$0].table == table && !state.changes[$0].changes.isEmpty }
                .sorted { SimulatedSchema.recordKeys[$0].bytes.lexicographicallyPrecedes(SimulatedSchema.recordKeys[$1].bytes) }
            var digests: [[UInt8]] = []
            var block = BlockHasher()
            var last: RecordKey?
            for record in records {
                let key = SimulatedSchema.recordKeys[record]
                if let last, BlockHasher.begins(key.bytes) || last.isUsual != key.isUsual { digests.append(block.finish().digest) }
                last = key
                add(record, key, table, to: &block)
            }
            if last != nil { digests.append(block.finish().digest) }
            if !digests.isEmpty { hasher.table(SimulatedSchema.schema.tables[table].name, digests: digests) }
        }
        return ContentsDigest(living: hasher.finish(), erased: ContentsHasher.erased([]))
    }

    private func add(_ record: Int, _ key: RecordKey, _ table: Int, to block: inout BlockHasher) {
        func writer(_ ordinal: WriterOrdinal) -> WriterID { state.writers[Int(ordinal.number)] }
        let changes = state.changes[record].changes.sorted {
            (writer($0.dot.writer), $0.dot.sequence) < (writer($1.dot.writer), $1.dot.sequence)
        }
        let columns = SimulatedSchema.schema.tables[table].columns.enumerated().sorted { $0.element.name.utf8.lexicographicallyPrecedes($1.element.name.utf8) }
        block.record(key, changeCount: changes.count)
        for change in changes {
            block.change(
                writer: writer(change.dot.writer), sequence: change.dot.sequence, timeMilliseconds: change.timeMilliseconds,
                carriesExistence: change.columns.contains(.exists), deletes: change.deletes, isAnchor: change.isAnchor,
                context: change.context.entries.map { (writer: writer($0.writer), last: $0.last) }.sorted { $0.writer < $1.writer },
                columnCount: change.columns.subtracting(.exists).numbers.reduce(0) { count, _ in count + 1 })
            for (index, column) in columns where change.columns.contains(number: index + 1) {
                block.column(named: column.name, partCount: column.parts.count)
                let values = state.values[ValueID(dot: change.dot.packed, column: index + 1)] ?? []
                for value in values { block.value(value) }
            }
        }
    }

    package func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) {
        let known = try knowledge()
        guard let held = try contents() else { return (known, [:]) }
        return (known, known.mapValues { _ in [StatedContents(held)] })
    }
}
