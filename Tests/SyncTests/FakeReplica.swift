import CRDT
import Sync
import Wire

/// A replica in memory whose changes are nothing but dots, each one cell of one contact. It follows rules 2, 3 and 4 of
/// section 3a; what a merge of values means is tested elsewhere.
final class FakeReplica: ReplicaAccess {
    struct Mark: Hashable, Comparable {
        let writer: WriterID
        let sequence: UInt32
        static func < (a: Mark, b: Mark) -> Bool { (a.writer, a.sequence) < (b.writer, b.sequence) }
    }

    struct Shared {
        var chains: [WriterID: [BatchEnd]] = [:]
        var marks: Set<Mark> = []
        var partial: [DeltaID: Set<Int>] = [:]
        var origins: [WriterID: Origin] = [:]
        var cuts: Set<Cut> = []
        var knowledge: Knowledge { Knowledge(chains.compactMapValues(\.last)) }
    }

    final class Frozen: FrozenDelta {
        let manifest: Manifest
        let segments: [[UInt8]]
        init(manifest: Manifest, segments: [[UInt8]]) {
            self.manifest = manifest
            self.segments = segments
        }
        func segment(_ index: Int) throws -> [UInt8] { segments[index] }
    }

    struct DiskFull: Error {}

    let identity: ReplicaIdentity
    var collections: [String: Shared]
    var changesPerSegment = 2
    /// Statements that build on nothing, so each is a head.
    var statements: Set<[UInt8]> = []
    /// Who was met, in order.
    private(set) var met: [DeviceID] = []
    var statedTo: [ReplicaID: [String: Knowledge]] = [:]
    var receipts: [ReplicaID: [String: Knowledge]] = [:]
    var names: [Nonce: Knowledge] = [:]
    var frozen: [DeltaID: Frozen] = [:]
    var mergesUntilDiskFull = Int.max
    var workingCount = 0
    private(set) var mergedSegments: [(DeltaID, Int)] = []
    private(set) var writeCount = 0

    init(_ number: UInt64, space: SpaceIdentity = FakeReplica.space(1), collections: [String] = ["directory", "people"]) {
        identity = ReplicaIdentity(
            space: space, device: Nonce(high: 0xD, low: number), replica: Nonce(high: 0xE, low: number), label: "Laptop \(number)")
        self.collections = Dictionary(uniqueKeysWithValues: collections.map { ($0, Shared()) })
    }

    func noteMeeting(with device: DeviceID) { met.append(device) }

    static func space(_ number: UInt64) -> SpaceIdentity {
        SpaceIdentity(id: Nonce(high: 5, low: number), name: "Zuid", importSecret: Array(repeating: 7, count: 32))
    }

    /// A batch of this many changes by a writer.
    func edit(_ collection: String, writer: WriterID? = nil, count: Int = 1, salt: UInt64 = 0) {
        let writer = writer ?? Nonce(high: 0xA, low: identity.replica.low)
        let last = collections[collection]!.chains[writer]?.last?.last ?? 0
        let end = last + UInt32(count)
        let nonce = last == 0 ? writer : Nonce(high: writer.low &+ 1 &* 0x9E37_79B9_7F4A_7C15, low: UInt64(end) ^ salt << 32)
        collections[collection]!.chains[writer, default: []].append(BatchEnd(last: end, nonce: nonce))
        for sequence in (last + 1)...end { collections[collection]!.marks.insert(Mark(writer: writer, sequence: sequence)) }
    }

    func holdsTheSame(of collection: String, as other: FakeReplica) -> Bool {
        let own = collections[collection]!, others = other.collections[collection]!
        return own.marks == others.marks && own.knowledge == others.knowledge
    }

    func knowledge() throws -> [String: Knowledge] { collections.mapValues(\.knowledge) }

    func knowledge(named name: Nonce) throws -> Knowledge? { names[name] }
    func keep(base: Knowledge) throws { names[base.name] = base }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { statedTo[replica]?[collection] }

    func partialDeltas(of collection: String) throws -> [PartialDelta] {
        collections[collection]!.partial.map { PartialDelta(delta: $0, merged: $1.sorted()) }.sorted { $0.delta < $1.delta }
    }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        for _ in 0..<workingCount { working() }
        let shared = collections[collection]!
        let held = shared.knowledge
        for (writer, end) in base.ends where end.last <= held[writer] && !shared.chains[writer]!.contains(end) {
            throw ForkFound([writer])
        }
        if let known = partial.lazy.compactMap({ self.frozen[$0.delta] }).first { return known }
        guard !base.includes(held) else { return nil }
        var chains: [WriterID: [BatchEnd]] = [:]
        for (writer, ends) in shared.chains where held[writer] > base[writer] {
            chains[writer] = ends.filter { $0.last > base[writer] }
        }
        let writers = Set(base.ends.keys).union(chains.keys).sorted()
        let marks = shared.marks.filter { $0.sequence > base[$0.writer] }.sorted()
        var parts: [Manifest.Segment] = []
        var segments: [[UInt8]] = []
        for start in stride(from: 0, to: marks.count, by: changesPerSegment) {
            let some = marks[start..<min(start + changesPerSegment, marks.count)]
            let body = FakeReplica.body(Array(some), writers)
            let sealed = try SealedSegment.seal(body, collection: collection, epoch: FakeSealing.epoch, salt: .zero, by: FakeSealing())
            segments.append(sealed)
            parts.append(.init(
                changeCount: some.count, bodyByteCount: body.count, sealedByteCount: sealed.count,
                digest: Digest.sha256(sealed)))
        }
        let manifest = try Manifest(
            space: identity.space.id, collection: collection, packer: identity.device, packerReplica: identity.replica,
            packedMilliseconds: 1_790_000_000_000, base: KnowledgeForm(base, known: base), chains: chains,
            origins: shared.origins.filter { chains[$0.key] != nil },
            segments: parts, epoch: FakeSealing.epoch
        ).signed(by: FakeSealing())
        frozen[manifest.id] = Frozen(manifest: manifest, segments: segments)
        return frozen[manifest.id]
    }

    private static let contact = WireTable(
        name: "contact", keyPartCount: 1, columns: [WireColumn(name: "phone", parts: ["phone"])])

    private static func body(_ marks: [Mark], _ writers: [WriterID]) -> [UInt8] {
        var builder = SegmentBuilder(writers: writers)
        let table = builder.table(contact)
        for mark in marks {
            let id = Nonce(high: mark.writer.low, low: UInt64(mark.sequence) &* 0x9E37_79B9_7F4A_7C15)
            let writer = WriterOrdinal(UInt32(writers.firstIndex(of: mark.writer)!))
            let change = Change(
                dot: Dot(writer, mark.sequence), timeMilliseconds: 1_790_000_000_000, columns: ColumnSet(rawValue: 3))
            builder.add(change, table: table, key: RecordKey(id.description), anchor: nil)
            builder.add(.text("06 1234 \(mark.sequence)"), table: table, column: 1, part: 0)
        }
        return builder.finish()
    }

    func admit(_ manifest: Manifest) throws -> Admission {
        _ = try manifest.standing(by: FakeSealing())
        let passage = try passage(of: manifest)
        let admission = passage.admission(closed: collections[manifest.collection]!.knowledge)
        if case .merges = admission, collections[manifest.collection]!.partial[manifest.id] == nil {
            collections[manifest.collection]!.partial[manifest.id] = []
        }
        return admission
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        guard mergesUntilDiskFull > 0 else { throw DiskFull() }
        mergesUntilDiskFull -= 1
        writeCount += 1
        mergedSegments.append((segment.delta, segment.index))
        let scope = try manifest.scope { names[$0] }
        let passage = try passage(of: manifest)
        let writers = manifest.writers(of: scope)
        let opened = try segment.opened(of: manifest, by: FakeSealing())
        try opened.body.withUnsafeBytes { body in
            var reader = try SegmentReader(body, writerCount: writers.count)
            while let entry = try reader.next() {
                _ = try reader.value(column: 1, part: 0)
                let writer = writers[Int(entry.change.dot.writer.number)], sequence = entry.change.dot.sequence
                let name = passage.renamed[writer]?.pieces.last { $0.after < sequence }?.name ?? writer
                let mark = Mark(writer: name, sequence: sequence)
                collections[manifest.collection]!.marks.insert(mark)
            }
        }
        collections[manifest.collection]!.partial[manifest.id, default: []].insert(segment.index)
        guard collections[manifest.collection]!.partial[manifest.id]!.count == manifest.segments.count else { return false }
        collections[manifest.collection]!.partial[manifest.id] = nil
        collections[manifest.collection]!.origins.merge(passage.origins) { held, _ in held }
        for (writer, chain) in passage.scope.chains {
            let held = collections[manifest.collection]!.chains[writer]?.last?.last ?? 0
            collections[manifest.collection]!.chains[writer, default: []] += chain.ends.filter { $0.last > held }
        }
        return true
    }

    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        receipts[replica.replica, default: [:]][collection] = knowledge
        names[knowledge.name] = knowledge
    }

    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        statedTo[replica, default: [:]][collection] = knowledge
        names[knowledge.name] = knowledge
    }
}
