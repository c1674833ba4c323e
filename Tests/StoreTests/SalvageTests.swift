import CRDT
import Store
import Testing
import Wire

/// What is intact of a delta of which a part is lost becomes edits of this laptop, and the whole delta makes nothing of it later.
@Suite struct SalvageTests {
    private let zuid: Neighbourhood
    private let fatima: Store
    private let mallory = WriterID(high: 13, low: 13)

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        for id in ["a", "b", "c", "d", "e"] {
            try fatima.executeAsClient("insert into person (id, name, visits) values ('\(id)', 'first', 1)")
        }
        #expect(try fatima.stamped() == 5)
        try fatima.executeAsClient("delete from person where id = 'd'")
        _ = try fatima.stamped()
        _ = try fatima.erase([ErasedRecord(person("e"))])
    }

    /// Of two segments the first comes.
    private func salvage(_ changes: [ForgedChange], dryRun: Bool = false) throws -> (delta: ForgedDelta, report: BundleReport, SalvageReport) {
        var delta = ForgedDelta(zuid, base: try #require(try fatima.knowledge()["people"]))
        let last = UInt32(changes.count + 1)
        delta.chains = [mallory: [BatchEnd(last: last, nonce: mallory)]]
        delta.bodies = [changes, [ForgedChange(mallory, last, "lost", isAnchor: true)]]
        let (report, found) = try salvage(delta, dryRun: dryRun)
        return (delta, report, found)
    }

    private func salvage(_ delta: ForgedDelta, dryRun: Bool = false) throws -> (BundleReport, SalvageReport) {
        let (manifest, segments) = try delta.sealed()
        let report = try fatima.mergeBundle(dryRun: dryRun, salvage: true) { bundle in
            try bundle.begin(manifest)
            try bundle.add(SealedSegment(delta: manifest.id, index: 0, bytes: segments[0]))
        }
        guard case .partly(heldSegments: 1, of: 2, let found) = report.deltas[0].state else {
            throw WireError(.unexpected, in: "a delta that lacks a part")
        }
        return (report, found)
    }

    private func seen() throws -> [WriterID: UInt32] { try #require(try fatima.knowledge()["people"]).ends.mapValues(\.last) }

    @Test("new rows and values whose author had seen what is here are taken; others are named")
    func rules() throws {
        let seen = try seen()
        try fatima.executeAsClient("update person set name = 'second' where id = 'c'")
        _ = try fatima.stamped()
        let (delta, report, found) = try salvage([
            ForgedChange(mallory, 1, "new", isAnchor: true, values: ["name": .text("N"), "visits": .integer(3)]),
            ForgedChange(mallory, 2, "a", context: seen, values: ["name": .text("A"), "visits": .integer(4)]),
            ForgedChange(mallory, 3, "b", context: seen, values: ["name": .text("first")]),
            ForgedChange(mallory, 4, "c", context: seen, values: ["name": .text("C")]),
            ForgedChange(mallory, 5, "d", context: seen, values: ["name": .text("D")]),
            ForgedChange(mallory, 6, "e", context: seen, values: ["name": .text("E")]),
            ForgedChange(mallory, 7, "unknown", values: ["name": .text("U")]),
            ForgedChange(mallory, 8, "new", values: ["name": .text("N2")]),
        ])
        #expect(found.takenCount == 3 && Set(found.taken.map(\.record)) == [person("new"), person("a"), person("unknown")])
        #expect(found.leftCounts == [.differs: 1, .counter: 2, .deleted: 1])
        #expect(Set(found.left.filter { $0.reason == .counter }.map(\.record)) == [person("new"), person("a")])
        #expect(found.left.contains { $0.record == person("c") && $0.column == "name" && $0.reason == .differs })
        #expect(report.merge.newRecordCount == 0)
        #expect(try fatima.value(person("new"), "name") == .text("N2") && fatima.value(person("a"), "name") == .text("A"))
        #expect(try fatima.value(person("a"), "visits") == .integer(1) && fatima.value(person("c"), "name") == .text("second"))
        #expect(try fatima.show(person("d")).isDeleted && !fatima.rows("person").contains { $0.hasPrefix("e ") || $0.hasPrefix("lost ") })
        let status = try fatima.status()
        #expect(status.inParts.map { [$0.heldCount, $0.segmentCount] } == [[1, 2]] && status.conflicts == 0)

        // Salvaged again, it writes nothing: neither a row nor a change.
        let knowledge = try fatima.knowledge()
        #expect(try salvage(delta).1.takenCount == 0)
        #expect(try fatima.knowledge() == knowledge)

        // The whole makes a conflict where there is one, and counts each increment once.
        #expect(try delta.give(to: fatima))
        let conflicts = try fatima.conflicts()
        #expect(conflicts.map(\.record) == [person("c")])
        #expect(try fatima.value(person("a"), "visits") == .integer(5) && fatima.value(person("new"), "visits") == .integer(3))
        #expect(try fatima.status().inParts.isEmpty)
        #expect(try fatima.rows("person").contains { $0.hasPrefix("lost ") })
    }

    @Test("what the bundle deletes stays, and is named; a dry run writes nothing")
    func deletions() throws {
        let seen = try seen()
        let before = try fatima.dump()
        let changes = [ForgedChange(mallory, 1, "a", context: seen, deletes: true, values: [:]), ForgedChange(mallory, 2, "x", isAnchor: true)]
        let (_, _, dry) = try salvage(changes, dryRun: true)
        #expect(dry.takenCount == 1 && dry.leftCounts == [.deleted: 1])
        #expect(try fatima.dump() == before && fatima.status().inParts.isEmpty)
        _ = try salvage(changes)
        #expect(try !fatima.show(person("a")).isDeleted && fatima.value(person("x"), "name") == .text("forged x"))
    }

    @Test("parts whose result became known in another way go")
    func nothingStale() throws {
        let (delta, _, _) = try salvage([ForgedChange(mallory, 1, "new", isAnchor: true)])
        #expect(try fatima.status().inParts.count == 1)
        // The same changes, packed by somebody else: another delta.
        var other = delta
        other.bodies = [delta.bodies.flatMap { $0 }]
        #expect(try other.give(to: fatima))
        #expect(try fatima.status().inParts.isEmpty && fatima.partialDeltas(of: "people").isEmpty)
        // And the delta itself is known when it comes at last.
        let (manifest, _) = try delta.sealed()
        #expect(try fatima.admit(manifest) == .known)
    }
}
