import CRDT
import Sync
import Wire

/// The one door into the replica: admit a delta by its manifest, then merge its segments in any order.
extension CoreReplica {
    package func admit(_ manifest: Manifest) throws -> Admission { try arrival(of: manifest).admission }

    private func arrival(of manifest: Manifest) throws -> (admission: Admission, passage: Passage) {
        try stampFirst()
        let passage = try passage(of: manifest, try manifest.scope { try knowledge(named: $0) })
        let admission = passage.admission(closed: claims)
        guard admission == .merges || admission == .known else { return (admission, passage) }
        take(passage)
        guard admission == .merges || manifest.earlyCount > 0 else { return (admission, passage) }
        let id = manifest.id
        if manifest.segments.isEmpty {
            advance(to: passage.scope.result)
        } else if state.partial[id] == nil {
            state.partial[id] = []
        }
        return (admission, passage)
    }

    package func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        try stampFirst()
        let id = manifest.id
        guard segment.delta == id, manifest.segments.indices.contains(segment.index) else {
            throw WireError(.unexpected, in: "segment")
        }
        if state.partial[id] == nil {
            switch try admit(manifest) {
            case .merges, .known: break
            case .waits, .forked: throw WireError(.unexpected, in: "segment")
            }
        }
        let scope = try manifest.scope { try knowledge(named: $0) }
        let passage = try passage(of: manifest, scope)
        let opened = try segment.opened(of: manifest, by: sealing)
        let writers = WriterNumbers(manifest.writers(of: scope), renamed: passage.renamed) { ordinal(of: $0) }
        try opened.body.withUnsafeBytes { try take($0, writers: writers) }

        // Known, and registered nowhere: merged all the same, for no change is skipped because it once came.
        guard var merged = state.partial[id] else { return true }
        merged.insert(segment.index)
        let isWhole = merged.count == manifest.segments.count
        if isWhole || mutated(.advancesOnPart) { advance(to: passage.scope.result) }
        state.partial[id] = isWhole ? nil : merged
        return isWhole
    }

    private func take(_ body: UnsafeRawBufferPointer, writers: WriterNumbers) throws {
        var reader = try SegmentReader(body, writerCount: writers.count)
        let records = try reader.records.map { try record($0, in: reader.tables, writers) }
        let numbers = try reader.tables.map(SimulatedSchema.columnNumbers(of:))
        while let entry = try reader.next() {
            let record = records[entry.record]
            let number = numbers[reader.records[entry.record].table]
            let dot = writers.dot(entry.change.dot)
            var columns = ColumnSet()
            for column in entry.change.columns.numbers {
                guard column > 0 else {
                    columns.formUnion(.exists)
                    continue
                }
                columns.formUnion(ColumnSet(number: number[column - 1]))
                let partCount = reader.tables[reader.records[entry.record].table].columns[column - 1]?.parts.count ?? 0
                var parts: [Value] = []
                for part in 0..<partCount { parts.append(try reader.value(column: column, part: part).value) }
                let known = state.values.updateValue(parts, forKey: ValueID(dot: dot.packed, column: number[column - 1]))
                guard known == nil || known == parts else { throw SimulationFault("one dot came with two values") }
            }
            if mutated(.skipsReceived), !state.received.insert(dot).inserted { continue }
            take(
                Change(
                    dot: dot, timeMilliseconds: entry.change.timeMilliseconds, columns: columns,
                    context: writers.context(of: entry.change), deletes: entry.change.deletes,
                    isAnchor: entry.change.isAnchor),
                of: record)
        }
    }

    private func record(
        _ named: SegmentReader.Record, in tables: [WireTable], _ writers: WriterNumbers
    ) throws -> Int {
        switch named.reference {
        case .key(let key):
            guard let record = SimulatedSchema.recordOfKey[key],
                SimulatedSchema.wireTables[SimulatedSchema.keys[record].table].name == tables[named.table].name
            else { throw SimulationFault("a segment names a record that nobody made") }
            return record
        case .anchor(let dot):
            guard let record = state.recordOfAnchor[writers.dot(dot)] else {
                throw SimulationFault("a segment names a record by an anchor that is not held here")
            }
            return record
        }
    }

    /// Keeps the sender's chains, early ones too, so that a copied replica is told by its other nonces, whether or not the
    /// delta ever gets whole. In a fixed order, so that writers are numbered alike in every run of a seed.
    private func take(_ passage: Passage) {
        for (writer, origin) in passage.origins.sorted(by: { $0.key < $1.key }) {
            _ = ordinal(of: writer)
            state.origins[writer] = origin
        }
        for (writer, chain) in passage.scope.chains.sorted(by: { $0.key < $1.key }) {
            for end in chain.ends { hear(of: end, of: writer) }
        }
        for (writer, ends) in passage.early.sorted(by: { $0.key < $1.key }) {
            for end in ends { hear(of: end, of: writer) }
        }
    }

    func hear(of end: BatchEnd, of writer: WriterID) {
        let index = Int(ordinal(of: writer).number)
        guard !state.batches[index].contains(end) else { return }
        let place = state.batches[index].firstIndex { $0.last > end.last } ?? state.batches[index].count
        state.batches[index].insert(end, at: place)
    }

    private func advance(to result: Knowledge) {
        state.closed = state.closed.union(result)
        for (writer, end) in result.ends {
            let ordinal = ordinal(of: writer)
            state.closedVector[ordinal] = max(state.closedVector[ordinal], end.last)
        }
    }
}
