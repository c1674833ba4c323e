import Community
import CRDT
import CSQLite
import Foundation
import Store
import Testing
import Wire

/// After scrubbing, no byte of what was erased is in any file of the replica.
@Suite struct ScrubTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store
    private let marker = "geheim"

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: erasureSchema)
        jan = try zuid.store("jan", schema: erasureSchema)
    }

    /// Puts the marker into every kind of place.
    private func fill() throws {
        let long = String(repeating: marker + " lang ", count: 20_000)
        let client = try Client(zuid.path("fatima"))
        try client.run("pragma secure_delete = off")
        try client.run("create index by_name on contact (given_name); create index by_photo on contact (photo)")
        try client.run("insert into contact (id, given_name, infix, street, photo, visits) values ('k', '\(marker)1', '\(long)', '\(marker)2', x'67656865696d33', 3)")
        try client.run("insert into contact (id, given_name) values ('o', 'Bram'), ('trash', '\(marker)4')")
        try client.run("insert into point (id, contact, value, clicks) values ('p', 'k', '\(marker)5', 7), ('a', 'k', null, null)")
        try fatima.stamp()
        try jan.pull(from: fatima)
        // Siblings, in a register and a composite.
        try jan.edit(record("contact", "k"), [("given_name", .text(marker + "6")), ("number", .integer(4)), ("street", .text(marker + "7"))])
        try fatima.edit(record("contact", "k"), [("given_name", .text(marker + "8")), ("street", .text(marker + "9"))])
        try fatima.meet(jan)
        // Replaced values, by an edit and by a merge; the trash; increments.
        try client.run("update contact set family_name = '\(marker)10' where id = 'k'; update contact set visits = visits + 1 where id = 'k'")
        try fatima.stamp()
        try client.run("update contact set family_name = '\(marker)11' where id = 'k'; delete from contact where id = 'trash'")
        try jan.pull(from: fatima)
        try jan.edit(record("contact", "k"), [("family_name", .text(marker + "12"))])
        try fatima.pull(from: jan)
        // One of two segments, the other never comes: it lies here sealed.
        let part = try partOfADelta()
        #expect(try fatima.admit(part.manifest) == .merges)
        #expect(try !fatima.merge(part.segment, of: part.manifest))
        // Rewritten and deleted by a program that leaves free pages and gaps as they are.
        for number in 0..<50 {
            try client.run("update contact set infix = '\(long)\(number)', given_name = '\(marker)\(number)' where id = 'k'")
        }
        try client.run("update contact set infix = 'kort' where id = 'k'; delete from point where id = 'p'")
        // Notes that are not stamped, a frozen delta, statistics.
        try fatima.stamp(acceptingMassChange: true)
        try client.run("update contact set photo = x'67656865696d3133', given_name = '\(marker)14' where id = 'k'")
        let outgoing = zuid.path("fatima") + "-outgoing"
        try FileManager.default.createDirectory(atPath: outgoing, withIntermediateDirectories: true)
        try Data((marker + "15").utf8).write(to: URL(fileURLWithPath: outgoing + "/x"))
        try client.run("analyze")
    }

    /// Half of a delta of another laptop that knows her.
    private func partOfADelta() throws -> (manifest: Manifest, segment: SealedSegment) {
        let writer = Nonce(high: 77, low: 77)
        let table = WireTable(name: "point", keyPartCount: 1, columns: ["contact", "value"].map {
            WireColumn(name: $0, parts: [$0])
        })
        let packer = zuid.members.sealing("early", in: zuid.space.id)
        var segments: [[UInt8]] = []
        var described: [Manifest.Segment] = []
        for sequence in UInt32(1)...2 {
            var builder = SegmentBuilder(writers: [writer])
            let place = builder.table(table)
            builder.add(
                Change(
                    dot: Dot(WriterOrdinal(0), sequence), timeMilliseconds: 1,
                    columns: [.exists, ColumnSet(number: 1), ColumnSet(number: 2)], isAnchor: true),
                table: place, key: RecordKey("early\(sequence)"), anchor: nil)
            builder.add(.text("k"), table: place, column: 1, part: 0)
            builder.add(.text(marker + "16"), table: place, column: 2, part: 0)
            let body = builder.finish()
            let sealed = try SealedSegment.seal(body, collection: "people", epoch: Members.epoch("people").id, salt: .zero, by: packer)
            segments.append(sealed)
            described.append(.init(
                changeCount: 1, bodyByteCount: body.count, sealedByteCount: sealed.count, digest: Digest.sha256(sealed)))
        }
        let manifest = try Manifest(
            space: fatima.identity.space.id, collection: "people", packer: Members.keys("early").identity.id,
            packerReplica: Nonce(high: 6, low: 6), packedMilliseconds: 1, base: .whole(Knowledge()),
            chains: [writer: [BatchEnd(last: 2, nonce: writer)]], segments: described,
            epoch: Members.epoch("people").id
        ).signed(by: packer)
        return (manifest, SealedSegment(delta: manifest.id, index: 0, bytes: segments[0]))
    }

    @Test func notAByteIsLeft() throws {
        try fill()
        #expect(try !fatima.holdsBytes(marker).isEmpty)
        #expect(try fatima.status().inParts.map { [$0.heldCount, $0.segmentCount] } == [[1, 2]])
        let report = try fatima.erase([erased("contact", "k"), erased("contact", "trash")])
        #expect(report.removed == ["contact": 2, "point": 2])
        #expect(report.isScrubOwed)
        #expect(try fatima.isScrubOwed)
        try fatima.scrub()
        #expect(try !fatima.isScrubOwed)
        #expect(try fatima.holdsBytes(marker) == [])
        #expect(try fatima.rows("contact").count == 1)
        // The other laptop too, and what they say to each other afterwards.
        _ = try jan.erase([erased("contact", "k"), erased("contact", "trash")])
        try fatima.meet(jan)
        for store in [fatima, jan] { try store.scrub() }
        #expect(try jan.holdsBytes(marker) == [])
        #expect(try fatima.holdsBytes(marker) == [])
        #expect(try fatima.dump() == jan.dump())
        try fatima.close()
        #expect(try fatima.holdsBytes(marker) == [])
    }

    @Test func whoReadsHoldsItUpAndItStaysOwed() throws {
        try fill()
        _ = try fatima.erase([erased("contact", "k"), erased("contact", "trash")])
        var reader: OpaquePointer?
        sqlite3_open(zuid.path("fatima"), &reader)
        sqlite3_exec(reader, "begin; select count(*) from contact", nil, nil, nil)
        #expect(throws: StoreError(.busy)) { try fatima.scrub() }
        #expect(try fatima.isScrubOwed)
        sqlite3_exec(reader, "commit", nil, nil, nil)
        sqlite3_close(reader)
        try fatima.close()
        // Whoever opens the file next finishes.
        let again = try zuid.reopen("fatima", schema: erasureSchema)
        #expect(try again.isScrubOwed)
        try again.scrub()
        #expect(try again.holdsBytes(marker) == [])
        #expect(try again.status().erasure.isScrubOwed == false)
    }

    @Test func erasingWhatIsNotHereOwesNothing() throws {
        #expect(try fatima.erase([erased("contact", "nobody")]).isScrubOwed == false)
    }

    @Test func whatSqlBroughtBackIsScrubbedToo() throws {
        _ = try fatima.erase([erased("contact", "k")])
        try Client(zuid.path("fatima")).run("insert into contact (id, given_name) values ('k', '\(marker)')")
        try fatima.stamp()
        #expect(try fatima.isScrubOwed)
        try fatima.scrub()
        #expect(try fatima.holdsBytes(marker) == [])
    }
}
