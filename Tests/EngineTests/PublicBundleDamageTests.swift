import Community
import CRDT
import Engine
import Foundation
import Store
import Testing
import Transport
import Trust
import Wire

/// Public bundles that were changed on the way, or made by somebody who means ill.
struct PublicBundleDamageTests {
    private func expectRefused(_ path: String, _ codes: Set<WireError.Code>, _ what: String) {
        do {
            _ = try Publication.read(path)
            Issue.record("\(what) was read")
        } catch let error as WireError {
            #expect(codes.isEmpty || codes.contains(error.code), "\(what): \(error)")
        } catch {
            Issue.record("\(what): \(error)")
        }
    }

    @Test("Each byte flipped, and each end cut off, is refused by name, and the replica stays as it is")
    func damage() throws {
        let scratch = try Scratch()
        let berlin = try found(scratch, space: "Berlin", "berlin", seed: 5)
        let path = scratch.file("zuid.kithpublic"), broken = scratch.file("broken")
        try Publisher().write(path, [
            PublicRow("initiative", "a1", [("name", "Koken"), ("lessons", String(repeating: "Begin klein. ", count: 20))]),
            PublicRow("note", "n1", [("subject", "a1"), ("body", "Elke week een andere keuken")]),
        ])
        let intact = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try Publication.read(path).rows.count == 2)
        let before = try berlin.bytes()
        for index in intact.indices {
            var bytes = intact
            bytes[index] ^= UInt8(1 << (index % 8))
            try bytes.write(to: URL(fileURLWithPath: broken))
            expectRefused(broken, [], "byte \(index)")
        }
        for count in stride(from: 0, to: intact.count, by: 3) {
            try intact.prefix(count).write(to: URL(fileURLWithPath: broken))
            expectRefused(broken, [.truncated, .damaged], "\(count) bytes")
        }
        for (bytes, code) in [(intact + Data([0]), WireError.Code.trailing), (intact + intact, .trailing), (Data("hello".utf8), .notKith)] {
            try bytes.write(to: URL(fileURLWithPath: broken))
            expectRefused(broken, [code], "\(code)")
        }
        try (Data("KITH PUBLIC 2\n".utf8) + intact.dropFirst(14)).write(to: URL(fileURLWithPath: broken))
        expectRefused(broken, [.newerFormat], "a newer one")
        #expect(try berlin.bytes() == before)
    }

    @Test("It is refused where a bundle of this space belongs, and a bundle where it belongs")
    func doors() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let path = scratch.file("x.kithpublic")
        try Publisher().write(path, [PublicRow("initiative", "a1", [("name", "Koken")])])
        let before = try jan.bytes()
        #expect { try jan.importBundle(path) } throws: { isWire(.published)($0) }
        #expect { try jan.importBundle(path, salvage: true) } throws: { isWire(.published)($0) }
        #expect { try jan.importList(path, ListImportOptions()) } throws: { isWire(.published)($0) }
        #expect { try Replica.join(for: .community, bundle: path, at: nil, scratch.laptop("noor", seed: 9)) } throws: { _ in true }
        #expect(try jan.bytes() == before)
        _ = try fatima.exportBundle(to: scratch.file("y.kithbundle"), for: .everyone)
        expectRefused(scratch.file("y.kithbundle"), [.notKith], "a sealed bundle")
    }

    @Test("What an honest maker does not write is refused before it costs much")
    func hostile() throws {
        let scratch = try Scratch()
        let path = scratch.file("x")
        let publisher = Publisher()
        func row(_ id: String) -> PublicRow { PublicRow("initiative", id, [("name", "Koken")]) }
        func refused(_ rows: [PublicRow], _ twist: Publisher.Twist, _ codes: WireError.Code..., what: String) throws {
            try publisher.write(path, rows, twist)
            expectRefused(path, Set(codes), what)
        }
        func refused(_ body: PublicRows.Body, _ codes: WireError.Code..., what: String) throws {
            try publisher.write(path, bodies: [body])
            expectRefused(path, Set(codes), what)
        }
        try publisher.write(path, [row("a1")])
        #expect(try Publication.read(path).rows.count == 1)

        // Persons in the open, and rows twice.
        try refused([PublicRow("contact", "c1", [("given_name", "Fatima")])], Publisher.Twist(), .malformed, what: "a person")
        try refused([row("a1"), row("a1")].enumerated().map { PublicRow("initiative", "a1", [("name", "\($0.offset)")]) }, Publisher.Twist(), .malformed, what: "a row twice")
        try refused([PublicRow(table: "initiative", key: ["a", "b"], columns: [])], Publisher.Twist(), .malformed, what: "a pair for a key")
        // Tables and columns of a newer version are passed over.
        try publisher.write(path, [row("a1"), PublicRow("recipe", "r1", [("name", "Soep")]), PublicRow("initiative", "a2", [("smell", "Sweet")])])
        let newer = try Publication.read(path)
        #expect(newer.unknownRowCount == 1 && newer.rows.map(\.columns.count) == [1, 0])

        // Manifests that say another thing.
        try refused([row("a1")], .init(collection: "people"), .malformed, what: "another collection")
        try refused([row("a1")], .init(rowCount: 2), .malformed, what: "another count")
        try refused([row("a1")], .init(epoch: EpochID(high: 1, low: 1)), .malformed, what: "sealed")
        try refused([row("a1")], .init(statements: [[1, 2, 3]]), .malformed, what: "a roster")
        try refused([row("a1")], .init(preambleSpace: SpaceID(high: 1, low: 1)), .malformed, what: "another space")
        try refused([row("a1")], .init(signsAsManifest: true), .badSignature, what: "a manifest of the space's own")
        try refused([row("a1")], .init(bodyByteCount: 8), .malformed, what: "a body larger than it says")
        try refused([row("a1")], .init(bodyByteCount: Limits.segmentByteCount), .malformed, what: "a body smaller than it says")

        // Bodies with a history.
        try refused(Publisher.body([row("a1")]) { change, _ in
            Change(dot: change.dot, timeMilliseconds: 0, columns: change.columns, deletes: true, isAnchor: true)
        }, .malformed, what: "a delete")
        try refused(Publisher.body([row("a1")]) { change, _ in
            Change(dot: change.dot, timeMilliseconds: 0, columns: change.columns, context: Context([.init(WriterOrdinal(0), 1)]), isAnchor: true)
        }, .malformed, what: "a context")
        try refused(Publisher.body([row("a1")]) { change, _ in
            Change(dot: change.dot, timeMilliseconds: 0, columns: change.columns)
        }, .malformed, what: "no anchor")
        try refused(Publisher.body([row("a1"), row("a1")]) { change, _ in change }, .malformed, what: "two changes of a row")
        try refused(Publisher.body([PublicRow(table: "initiative", key: ["a1"], columns: [
            .init(name: "name", parts: ["name"], values: [.text([0xFF, 0xFE])]),
        ])]) { change, _ in change }, .malformed, what: "no UTF-8")
        try refused(Publisher.body([PublicRow("initiative", "a1", [
            ("name", String(repeating: "x", count: Limits.publicTextByteCount + 1)),
        ])]) { change, _ in change }, .tooLarge, what: "a huge text")
    }

    @Test("100,000 rows, and bodies of gigabytes, are too large: for a maker, and for a reader")
    func huge() throws {
        let scratch = try Scratch()
        let path = scratch.file("x")
        let publisher = Publisher()
        let rows = (0..<100_000).map { PublicRow(table: "initiative", key: ["a\($0)"], columns: []) }
        #expect { try PublicRows.bodies(rows, columns: [:]) } throws: { isWire(.tooLarge)($0) }
        let parts = [rows[..<50_000], rows[50_000...]].map { rows in Publisher.body(Array(rows)) { change, _ in change } }
        try publisher.write(path, bodies: parts)
        expectRefused(path, [.tooLarge], "100,000 rows")
        // A million to one: three bodies that say 32 MiB each stop at the manifest, before any is opened.
        try publisher.write(path, bodies: Array(parts[0..<1]) + Array(parts[0..<1]), .init(bodyByteCount: Limits.segmentByteCount))
        expectRefused(path, [.malformed, .tooLarge], "declared too large")
        let text = String(repeating: "x", count: Limits.publicTextByteCount)
        let wide = (0..<70).map { PublicRow("initiative", "a\($0)", [("name", text)]) }
        #expect { try PublicRows.bodies(wide, columns: Publisher.columns(wide)) } throws: { isWire(.tooLarge)($0) }
        // The limit itself is inside.
        let full = (0..<3).map { PublicRow("initiative", "a\($0)", [("name", text)]) }
        try publisher.write(path, full)
        #expect(try Publication.read(path).rows.count == 3)
        // A file beyond the limit is not read at all.
        #expect(truncate(path, Limits.publicByteCount + 1) == 0)
        expectRefused(path, [.tooLarge], "a huge file")
    }
}
