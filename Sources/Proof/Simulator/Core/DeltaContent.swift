import CRDT
import Sync
import Wire

/// Which changes a frozen delta holds, and in which columns: what the oracle needs to know of it, and no more.
package struct DeltaContent: Sendable {
    package struct Part: Hashable, Sendable {
        /// The batch it was stamped with, by the packer's own chains.
        package let batch: Nonce
        package let sequence: UInt32
        package let columns: ColumnSet
    }

    package let id: DeltaID
    package let base: Knowledge
    /// By segment.
    package let segments: [[Part]]

    /// - Parameter named: finds the knowledge that the base is relative to, at the packer.
    package init(of delta: any FrozenDelta, named: (Nonce) throws -> Knowledge?) throws {
        let manifest = delta.manifest
        let id = manifest.id
        let scope = try manifest.scope(named)
        let writers = manifest.writers(of: scope)
        self.id = id
        base = scope.base
        segments = try manifest.segments.indices.map { index in
            let sealed = SealedSegment(delta: id, index: index, bytes: try delta.segment(index))
            return try sealed.opened(of: manifest, by: SimulatedSealing(space: manifest.space)).body.withUnsafeBytes {
                try DeltaContent.parts(of: $0, writers: writers, manifest)
            }
        }
    }

    private static func parts(
        of body: UnsafeRawBufferPointer, writers: [WriterID], _ manifest: Manifest
    ) throws -> [Part] {
        var reader = try SegmentReader(body, writerCount: writers.count)
        let numbers = try reader.tables.map(SimulatedSchema.columnNumbers(of:))
        var parts: [Part] = []
        // Values are left unread, so the reader's last word on them is not asked for.
        for _ in 0..<reader.changeCount {
            guard let entry = try reader.next() else { break }
            let number = numbers[reader.records[entry.record].table]
            let writer = writers[Int(entry.change.dot.writer.number)], sequence = entry.change.dot.sequence
            let chain = manifest.chains[writer] ?? []
            guard let batch = chain.first(where: { $0.last >= sequence }) else {
                throw SimulationFault("a delta holds a change that its chains do not pass over")
            }
            parts.append(Part(
                batch: batch.nonce, sequence: sequence,
                columns: entry.change.columns.numbers.reduce(into: ColumnSet()) {
                    $0.formUnion(ColumnSet(number: $1 == 0 ? 0 : number[$1 - 1]))
                }))
        }
        return parts
    }
}

extension SimulatedSchema {
    /// By a segment's own column order: the numbers of the schema.
    static func columnNumbers(of table: WireTable) throws -> [Int] {
        guard let own = wireTables.first(where: { $0.name == table.name }) else {
            throw SimulationFault("a segment names a table that the schema lacks")
        }
        return try table.columns.map { column in
            guard let index = own.columns.firstIndex(where: { $0 == column }) else {
                throw SimulationFault("a segment names a column that the schema lacks")
            }
            return index + 1
        }
    }
}
