import Community
import CRDT
import Foundation
import Schema
import Store
import Testing
import Trust
import Wire

/// Fixtures/replicas/version1.kith: a replica as layout 1 left it on a laptop, with everything that can lie in one. It
/// must open for ever.
///
/// It never changes again: tests work on a copy.
@Suite(.serialized) struct FixtureReplicaTests {
    private static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/replicas/version1.kith").standardizedFileURL

    /// For its folder, which goes with it.
    private let zuid: Neighbourhood
    private var folder: URL { zuid.folder }
    private let environment = StoreEnvironment.numbered(as: "fatima")

    init() throws { zuid = try Neighbourhood() }

    /// A copy, opened by this version.
    private func opened(_ schema: Schema = FixtureReplica.schema) throws -> Store {
        let copy = folder.appendingPathComponent("\(UUID().uuidString).kith")
        try Data(contentsOf: Self.url).write(to: copy)
        return try Store.open(copy.path, schema: schema, environment: environment)
    }


    /// A file of layout 1 cannot be made any more.
    @Test func itIsSmallAndStaysAsItWas() throws {
        let before = try Data(contentsOf: Self.url)
        #expect(before.count < 300_000)
        try opened().close()
        #expect(try Data(contentsOf: Self.url) == before)
    }

    @Test func itShowsWhatItHeld() throws {
        let store = try opened()
        #expect(store.identity == FixtureReplica.fatima)
        let status = try store.status()
        #expect(status.unstampedNotes == 1)
        // Deltas in parts were of a form that can be read no more: they come again.
        #expect(status.inParts.isEmpty && status.waitingBundles == 0)
        #expect(status.conflicts == 1)
        #expect(try store.rows("contact").map { $0.prefix { $0 != " " } } == ["c1", "c3", "c4", "c5", "c6", "e1"])
        #expect(try store.show(contact("c2")).isDeleted)
        #expect(try store.value(contact("c2"), "given_name") == .text("Bram"))
        let conflicts = try store.conflicts()
        #expect(conflicts.map(\.record) == [contact("c1")] && conflicts.map(\.column) == ["nickname"])
        #expect(Set(conflicts[0].siblings.map(\.parts)) == [[.text("Fa")], [.text("Tima")]])
        #expect(Set(try store.notices().map(\.kind)) == [.editBeatDelete, .rankChose])
        #expect(try store.value(RecordID(table: "consent", key: ["c1", "newsletter"]), "state") == .text("withdrawn"))
        #expect(try store.value(RecordID(table: "gathering", key: ["g1"]), "headcount") == .integer(7))
        #expect(try store.value(RecordID(table: "address", key: ["a1"]), "lat") == .real(52.5))
    }

    /// What the roster said, and what is set aside because of it.
    @Test func itKnowsWhoIsWhoAndWhatIsGone() throws {
        let store = try opened()
        #expect(try store.statements() == FixtureReplica.statements)
        #expect(try store.unactedStatements() == [StatementID(of: FixtureReplica.statements[1])])
        #expect(try store.devices.contains { $0.id == FixtureReplica.jan.device && $0.label == "Laptop Jan" })
        #expect(try store.erasedRecords() == [ErasedRecord(contact("c7"))])
        #expect(throws: StoreError(.erased, "contact")) { try store.erasurePlan(contact("c7")) }
        #expect(try store.cuts().count == 1 && store.cuts(untoldOnly: true).isEmpty)
        #expect(try store.value(contact("c5"), "area") == .text("Oost"))
        #expect(try store.quarantined().isEmpty)
    }

    /// What a newer version had added is kept, and shown to a version that knows it.
    @Test func itKeepsWhatItDidNotKnow() throws {
        let store = try opened(FixtureReplica.newerSchema)
        #expect(try store.value(contact("c4"), "pronouns") == .text("zij"))
        #expect(try store.value(RecordID(table: "skill", key: ["s1"]), "name") == .text("fietsen"))
        let cells = try opened().dump()
        #expect(cells.contains { $0.table == "skill" && $0.column == "name" && $0.siblings.map(\.parts) == [[.text("fietsen")]] })
    }

    @Test func itOpensWithEveryTableOfToday() throws {
        let store = try opened(.community)
        #expect(try store.count("contact") == 6)
        #expect(try store.count("initiative") == 0)
        #expect(try store.undo().removed == 1)
    }

    @Test func itSyncs() throws {
        let store = try opened()
        let els = try FixtureReplica(folder).store(FixtureReplica.els, FixtureReplica.newerSchema, "els")
        try els.pull(from: store)
        #expect(try els.rows("contact").count == 5, "a row of which version 1 had merged a part is not claimed")
        // The delta of which a part had come comes again, its parts in any order, and one that builds on it before it.
        let (manifest, segments) = try FixtureReplica.deltaInTwoParts()
        let (later, laterSegments) = try FixtureReplica.delta(after: manifest, sequences: [[3]])
        _ = try store.mergeBundle(dryRun: false, salvage: false) { bundle in
            try bundle.begin(later)
            try bundle.add(SealedSegment(delta: later.id, index: 0, bytes: laterSegments[0]))
        }
        #expect(try store.admit(manifest) == .merges)
        #expect(try store.merge(SealedSegment(delta: manifest.id, index: 1, bytes: segments[1]), of: manifest) == false)
        let inParts = try store.status()
        #expect(inParts.inParts.map { [$0.heldCount, $0.segmentCount] } == [[1, 2]] && inParts.waitingBundles == 1)
        #expect(try store.partialDeltas(of: "people").contains(PartialDelta(delta: manifest.id, merged: [1])))
        let isWhole = try store.merge(SealedSegment(delta: manifest.id, index: 0, bytes: segments[0]), of: manifest)
        #expect(isWhole)
        let status = try store.status()
        #expect(status.inParts.isEmpty && status.waitingBundles == 0 && status.unstampedNotes == 0)
        #expect(try store.value(contact("e3"), "given_name") == .text("Els 3"))
        try els.meet(store)
        let copy = try FixtureReplica(folder).store(FixtureReplica.jan, FixtureReplica.schema, "copy-of-all")
        try copy.pull(from: store)
        try expectEqualRows(copy, store)
        #expect(try copy.dump() == store.dump())
    }
}

private func contact(_ id: String) -> RecordID { RecordID(table: "contact", key: [id]) }

extension StoreEnvironment {
    /// A fixed clock, and nonces that count.
    fileprivate static func numbered(from first: UInt64 = 1 << 32, as name: String) -> StoreEnvironment {
        let counter = Counter(first)
        return StoreEnvironment(
            nowMilliseconds: { 1_763_000_000_000 }, nonce: { Nonce(high: 0xBBBB_BBBB_BBBB_BBBB, low: counter.next()) },
            sealing: FixtureReplica.sealing(name))
    }

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var number: UInt64
        init(_ first: UInt64) { number = first }
        func next() -> UInt64 {
            lock.withLock {
                number += 1
                return number
            }
        }
    }
}

/// The replica: Fatima's, after meeting Jan, who has a newer version, and with half of what Els sent.
struct FixtureReplica {
    private static let space = SpaceIdentity(
        id: Nonce(high: 0x5555_5555_5555_5555, low: 0x5555_5555_5555_5555), name: "Zuid",
        importSecret: Array(repeating: 0xA5, count: SpaceIdentity.importSecretByteCount))

    private static func identity(_ number: UInt64, _ name: String) -> ReplicaIdentity {
        ReplicaIdentity(
            space: space, device: Members.keys(name).identity.id, replica: Nonce(high: 0xEEEE_EEEE_EEEE_EEEE, low: number),
            label: "Laptop \(name.capitalized)")
    }

    static let fatima = identity(1, "fatima"), jan = identity(2, "jan"), els = identity(3, "els"), bo = identity(4, "bo")

    /// Bo has been removed.
    private static let members: Members = {
        let members = Members()
        for name in ["fatima", "jan", "els", "bo"] { _ = members.sealing(name, in: space.id) }
        members.remove("bo")
        return members
    }()

    static func sealing(_ name: String) -> KeyedSealing { members.sealing(name, in: space.id) }

    /// Bytes to the store: what they mean is for others to say.
    static let statements = ["first", "second"].map { Array("statement \($0)".utf8) }

    static let schema = Schema(tables: ["gathering", "contact", "address", "consent"].compactMap { Schema.community[$0] })
    static let newerSchema = Schema(tables: schema.tables.map { table in
        guard table.name == "contact" else { return table }
        return Table(
            table.name, in: table.collection, key: table.key, columns: table.columns + [Column("pronouns")], purpose: table.purpose)
    } + [Table("skill", in: .people, columns: [Column("contact"), Column("name")], purpose: "What somebody can do.")])

    private let folder: URL
    init(_ folder: URL) { self.folder = folder }

    func store(_ identity: ReplicaIdentity, _ schema: Schema, _ name: String) throws -> Store {
        try Store.create(
            folder.appendingPathComponent("\(name).kith").path, identity: identity, schema: schema,
            environment: .numbered(from: identity.replica.low << 16, as: identity.label.split(separator: " ")[1].lowercased()))
    }

    /// Els's first batch: two new contacts, each in a segment of its own.
    static func deltaInTwoParts() throws -> (Manifest, [[UInt8]]) { try delta(after: nil, sequences: [[1], [2]]) }

    /// A short body as a zstd frame of one raw block: the delta's name must not depend on a compressor's version.
    private static func stored(_ body: [UInt8]) -> [UInt8] {
        let block = body.count << 3 | 1
        return [0x28, 0xB5, 0x2F, 0xFD, 0x20, UInt8(body.count)] + (0..<3).map { UInt8(block >> (8 * $0) & 0xFF) } + body
    }

    private static let elsWriter = Nonce(high: 0xAAAA_AAAA_AAAA_AAAA, low: 3)

    fileprivate static func delta(
        of packer: ReplicaIdentity = els, writer: WriterID = elsWriter, after earlier: Manifest?, sequences: [[UInt32]]
    ) throws -> (Manifest, [[UInt8]]) {
        let sealing = sealing(packer == els ? "els" : "bo")
        let letter = packer == els ? "e" : "b"
        let epoch = Members.epoch("people").id
        var parts: [Manifest.Segment] = []
        var segments: [[UInt8]] = []
        for some in sequences {
            var builder = SegmentBuilder(writers: [writer])
            let table = builder.table(WireTable(
                name: "contact", keyPartCount: 1,
                columns: [WireColumn(name: "given_name", parts: ["given_name"])]))
            for sequence in some {
                builder.add(
                    Change(
                        dot: Dot(WriterOrdinal(0), sequence), timeMilliseconds: 1_762_000_000_000 + Int64(sequence),
                        columns: [.exists, ColumnSet(number: 1)], isAnchor: true),
                    table: table, key: RecordKey("\(letter)\(sequence)"), anchor: nil)
                builder.add(.text("\(letter == "e" ? "Els" : "Bo") \(sequence)"), table: table, column: 1, part: 0)
            }
            let body = builder.finish()
            let salt = Nonce(high: 0xCCCC_CCCC_CCCC_CCCC, low: UInt64(some[0]))
            let sealed = try sealing.seal(stored(body), collection: "people", epoch: epoch, salt: salt)
            parts.append(.init(
                changeCount: some.count, bodyByteCount: body.count, sealedByteCount: sealed.count, digest: Digest.sha256(sealed)))
            segments.append(sealed)
        }
        let last = sequences.joined().max() ?? 0
        let base = earlier.map { _ in Knowledge([writer: BatchEnd(last: 2, nonce: writer)]) } ?? Knowledge()
        let nonce = earlier == nil ? writer : Nonce(high: 0xBBBB_BBBB_BBBB_BBBB, low: 3)
        return (
            try Manifest(
                space: space.id, collection: "people", packer: packer.device, packerReplica: packer.replica,
                packedMilliseconds: 1_762_000_000_000, base: .whole(base), chains: [writer: [BatchEnd(last: last, nonce: nonce)]],
                segments: parts, epoch: epoch
            ).signed(by: sealing),
            segments
        )
    }
}
