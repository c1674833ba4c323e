import CRDT
import Sync
import Wire

/// The one door into the replica: admit a delta by its manifest, then merge its segments in any order.
extension CoreReplica {
    package func admit(_ manifest: Manifest) throws -> Admission {
        try stampFirst()
        let passage = try passage(of: manifest, try manifest.scope { try knowledge(named: $0) })
        let admission = passage.admission(closed: state.closed)
        if admission == .merges, manifest.segments.isEmpty { try merge([], of: manifest, passage) }
        return admission
    }

    package func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        try stampFirst()
        try segment.checked(against: manifest)
        let passage = try passage(of: manifest, try manifest.scope { try knowledge(named: $0) })
        switch passage.admission(closed: state.closed) {
        case .known: return true
        case .waits, .forked: throw WireError(.unexpected, in: "segment")
        case .merges: break
        }
        // Rule 2: parts lie apart under the delta's name.
        let name = mutated(.mixesDeltas) ? manifest.packerReplica : manifest.id
        var parts = state.parts[name] ?? Parts(manifest: manifest)
        parts.segments[segment.index] = segment
        // What a part is named by is held as long as the part, also when the receipt that it came from has given way (seed 3120).
        if case .relative(let base, _) = manifest.base, let known = try knowledge(named: base) { state.stated[base] = known }
        state.parts[name] = parts
        if mutated(.mergesParts) {
            take(passage)
            var bounds = DeltaBounds(base: VersionVector(), result: vector(passage.scope.result)) { _, _ in true }
            try take(segment, of: manifest, passage, &bounds)
        }
        if mutated(.advancesOnPart) { advance(to: passage.scope.result) }
        guard parts.segments.count == manifest.segments.count else { return false }
        state.parts[name] = nil
        try merge(parts.segments.sorted { $0.key < $1.key }.map(\.value), of: manifest, passage)
        return true
    }

    /// Rule 1: all of a delta, and then its result.
    private func merge(_ segments: [SealedSegment], of manifest: Manifest, _ passage: Passage) throws {
        take(passage)
        var bounds = DeltaBounds(base: vector(passage.scope.base), result: vector(passage.scope.result)) { [self] in
            let writers = (state.writers[Int($0.number)], state.writers[Int($1.number)])
            return try root(of: writers.0) == root(of: writers.1)
        }
        for segment in segments { try take(segment, of: manifest, passage, &bounds) }
        advance(to: passage.scope.result)
        // What is known by now need not lie here.
        state.parts = try state.parts.filter { _, parts in
            let scope = try parts.manifest.scope { try knowledge(named: $0) }
            return try !state.closed.includes(self.passage(of: parts.manifest, scope).scope.result)
        }
    }

    private func take(
        _ segment: SealedSegment, of manifest: Manifest, _ passage: Passage, _ bounds: inout DeltaBounds
    ) throws {
        let opened = try segment.opened(of: manifest, by: sealing)
        let scope = try manifest.scope { try knowledge(named: $0) }
        let writers = WriterNumbers(manifest.writers(of: scope), renamed: passage.renamed) { ordinal(of: $0) }
        try opened.body.withUnsafeBytes { try take($0, writers: writers, &bounds) }
    }

    private func take(_ body: UnsafeRawBufferPointer, writers: WriterNumbers, _ bounds: inout DeltaBounds) throws {
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
            let change = Change(
                dot: dot, timeMilliseconds: entry.change.timeMilliseconds, columns: columns,
                context: writers.context(of: entry.change), deletes: entry.change.deletes, isAnchor: entry.change.isAnchor)
            guard try bounds.admits(change) else { throw SimulationFault("a delta holds a change beyond what it may") }
            take(change, of: record)
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

    /// Keeps the sender's chains, so that a copied replica is told by its other nonces. In a fixed order, so that writers are
    /// numbered alike in every run of a seed.
    private func take(_ passage: Passage) {
        for (writer, origin) in passage.origins.sorted(by: { $0.key < $1.key }) {
            _ = ordinal(of: writer)
            state.origins[writer] = origin
        }
        for (writer, chain) in passage.scope.chains.sorted(by: { $0.key < $1.key }) {
            for end in chain.ends { hear(of: end, of: writer) }
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
