import CRDT
import Store
import Wire

/// A change that nobody's program would stamp.
struct ForgedChange {
    let writer: WriterID
    let sequence: UInt32
    let record: String
    let anchor: (WriterID, UInt32)?
    let context: [WriterID: UInt32]
    let isAnchor: Bool
    let deletes: Bool
    let table: String
    /// Of the table's columns `name` and `visits`; nil: a name of its own.
    let values: [String: Value]?

    init(
        _ writer: WriterID, _ sequence: UInt32, _ record: String, anchor: (WriterID, UInt32)? = nil, context: [WriterID: UInt32] = [:],
        isAnchor: Bool = false, deletes: Bool = false, table: String = "person",
        values: [String: Value]? = nil
    ) {
        (self.writer, self.sequence, self.record, self.anchor, self.context) = (writer, sequence, record, anchor, context)
        (self.isAnchor, self.deletes, self.table) = (isAnchor, deletes, table)
        self.values = values
    }
}

/// A delta of any content, packed and signed by a member.
struct ForgedDelta {
    let zuid: Neighbourhood
    var collection = "people"
    var base: Knowledge
    var chains: [WriterID: [BatchEnd]] = [:]
    var bodies: [[ForgedChange]] = []
    /// How many changes the manifest says; nil: as many as there are.
    var saidCounts: [Int]?

    init(_ zuid: Neighbourhood, base: Knowledge) { (self.zuid, self.base) = (zuid, base) }

    func sealed() throws -> (Manifest, [[UInt8]]) {
        let sealing = zuid.members.sealing("mallory", in: zuid.space.id)
        let epoch = Members.epoch(collection).id
        // Named as the result has them, and behind that whatever else the changes name.
        let named = Set(base.ends.keys).union(chains.keys)
        let writers = named.sorted()
        func ordinal(_ writer: WriterID) throws -> WriterOrdinal {
            guard let place = writers.firstIndex(of: writer) else { throw WireError(.malformed, in: "a forged delta") }
            return WriterOrdinal(UInt32(place))
        }
        var parts: [Manifest.Segment] = []
        var segments: [[UInt8]] = []
        for (index, changes) in bodies.enumerated() {
            var builder = SegmentBuilder(writers: writers)
            for change in changes {
                let table = builder.table(WireTable(
                    name: change.table, keyPartCount: 1,
                    columns: ["name", "visits"].map { WireColumn(name: $0, parts: [$0], kind: $0 == "visits" ? .counter : .register) }))
                let values = change.values ?? ["name": .text("forged \(change.record)")]
                builder.add(
                    Change(
                        dot: Dot(try ordinal(change.writer), change.sequence), timeMilliseconds: zuid.clock.now,
                        columns: ["name", "visits"].enumerated().reduce(into: ColumnSet.exists) { columns, name in
                            if values[name.element] != nil { columns.insert(ColumnSet(number: name.offset + 1)) }
                        },
                        context: Context(try change.context.map { .init(try ordinal($0.key), $0.value) }), deletes: change.deletes,
                        isAnchor: change.isAnchor),
                    table: table, key: RecordKey(change.record),
                    anchor: try change.anchor.map { Dot(try ordinal($0.0), $0.1) })
                for (offset, name) in ["name", "visits"].enumerated() {
                    if let value = values[name] { builder.add(value, table: table, column: offset + 1, part: 0) }
                }
            }
            let body = builder.finish()
            let bytes = try SealedSegment.seal(body, collection: collection, epoch: epoch, salt: Nonce(high: 5, low: UInt64(index)), by: sealing)
            segments.append(bytes)
            parts.append(.init(
                changeCount: saidCounts?[index] ?? changes.count, bodyByteCount: body.count, sealedByteCount: bytes.count,
                digest: Digest.sha256(bytes)))
        }
        let manifest = try Manifest(
            space: zuid.space.id, collection: collection, packer: Members.keys("mallory").identity.id,
            packerReplica: Nonce(high: 13, low: 1), packedMilliseconds: zuid.clock.now, base: .whole(base), chains: chains,
            segments: parts, epoch: epoch
        ).signed(by: sealing)
        return (manifest, segments)
    }

    /// Returns whether it was merged.
    @discardableResult
    func give(to store: Store) throws -> Bool {
        let (manifest, segments) = try sealed()
        guard try store.admit(manifest) == .merges else { return false }
        for (index, bytes) in segments.enumerated() {
            _ = try store.merge(SealedSegment(delta: manifest.id, index: index, bytes: bytes), of: manifest)
        }
        return true
    }
}
