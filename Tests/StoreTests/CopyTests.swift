import CRDT
import Foundation
import Store
import Synchronization
import Testing
import Wire

/// Copies of a replica file: disk images that go on side by side, files that were restored.
@Suite struct CopyTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    /// The file of a replica, once more.
    private func copy(_ store: Store, as label: String) throws -> Store {
        try store.checkpoint()
        try FileManager.default.copyItem(atPath: store.path, toPath: zuid.path(label))
        return try zuid.reopen(label)
    }

    private func healed(_ stores: [Store]) throws {
        for _ in 0..<3 {
            for a in stores { for b in stores where a !== b { try a.pull(from: b) } }
        }
        for store in stores.dropFirst() { try expectEqualRows(stores[0], store) }
        let knowledge = try stores.map { try $0.knowledge() }
        #expect(knowledge.allSatisfy { $0 == knowledge[0] })
    }

    private func visits(_ store: Store) throws -> Value? { try store.value(person("a"), "visits") }

    @Test func countersOfCopiesAddUpExactly() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan")
        try fatima.executeAsClient("insert into person (id, name, visits) values ('a', 'Ahmed', 5)")
        try fatima.stamp()
        let twin = try copy(fatima, as: "twin")
        try fatima.executeAsClient("update person set visits = visits + 2")
        try twin.executeAsClient("update person set visits = visits + 3")
        for store in [fatima, twin] { try store.stamp() }
        try jan.pull(from: fatima)
        try jan.pull(from: twin)
        #expect(try visits(jan) == .integer(10))
        try healed([fatima, twin, jan])
        for store in [fatima, twin, jan] {
            #expect(try visits(store) == .integer(10))
            #expect(try store.conflicts().isEmpty)
        }
    }

    /// Different fields edited on two copies and a third, from different times: no conflict where nobody contradicted anybody.
    @Test func threeCopiesKeepEverything() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Ahmed'), ('b', 'Bea')")
        try fatima.stamp()
        let twin = try copy(fatima, as: "twin")
        try fatima.executeAsClient("update person set phone = '06' where id = 'a'")
        try twin.executeAsClient("update person set phone = '07' where id = 'b'")
        for store in [fatima, twin] { try store.stamp() }
        let third = try copy(twin, as: "third")
        try twin.executeAsClient("update person set name = 'Béa' where id = 'b'")
        try third.executeAsClient("update person set score = 2.5 where id = 'b'")
        for store in [twin, third] { try store.stamp() }
        try healed([fatima, twin, third])
        #expect(try fatima.conflicts().isEmpty)
        #expect(try fatima.value(person("b"), "name") == .text("Béa"))
        #expect(try fatima.value(person("b"), "score") == .real(2.5))
        #expect(try fatima.value(person("b"), "phone") == .text("07") && fatima.value(person("a"), "phone") == .text("06"))
        // Both cuts are known, told by nobody yet, and this replica's own.
        #expect(try fatima.cuts(untoldOnly: true).count == 2)
        let found = fatima.takeFoundCopies()
        #expect(found.count == 2 && found.allSatisfy { $0.isOwn && $0.label == "fatima" })
        #expect(fatima.takeFoundCopies().isEmpty)
        try fatima.markTold(fatima.cuts())
        #expect(try fatima.cuts(untoldOnly: true).isEmpty)
        // What is written now is by writers of their own.
        try fatima.executeAsClient("update person set score = 3")
        try twin.executeAsClient("update person set since = '2020'")
        try healed([fatima, twin, third])
        #expect(try fatima.cuts().count == 2)
    }

    /// A conflict between copies is a conflict, and the value that loses is kept.
    @Test func copiesThatContradictConflict() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Ahmed')")
        try fatima.stamp()
        let twin = try copy(fatima, as: "twin")
        try fatima.executeAsClient("update person set name = 'Achmed'")
        try twin.executeAsClient("update person set name = 'Ahmad'")
        for store in [fatima, twin] { try store.stamp() }
        try healed([fatima, twin])
        let conflicts = try fatima.conflicts()
        #expect(conflicts.map(\.column) == ["name"])
        #expect(Set(conflicts.flatMap { $0.siblings.map(\.parts) }) == [[.text("Achmed")], [.text("Ahmad")]])
    }

    @Test func workCanBeUndoneAcrossARename() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id, name, visits) values ('a', 'Ahmed', 5)")
        try fatima.stamp()
        let twin = try copy(fatima, as: "twin")
        try fatima.executeAsClient("update person set visits = visits + 2, phone = '06'")
        try fatima.stamp()
        try twin.executeAsClient("update person set score = 1")
        try twin.stamp()
        try fatima.pull(from: twin)
        #expect(try fatima.cuts().count == 1)
        #expect(try fatima.undo().restored == 1)
        #expect(try visits(fatima) == .integer(5) && fatima.value(person("a"), "phone") == .null)
        #expect(try fatima.value(person("a"), "score") == .real(1))
    }

    /// Yesterday's file is put back, and edited before anybody was met: what was lost comes back, nothing is covered.
    @Test func anOldCopyThatIsRestoredHeals() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Ahmed')")
        try fatima.stamp()
        let restored = try copy(fatima, as: "restored")
        try fatima.executeAsClient("update person set phone = '06'")
        try fatima.stamp()
        try jan.pull(from: fatima)
        try fatima.close()
        try restored.executeAsClient("update person set score = 4")
        try healed([restored, jan])
        #expect(try jan.value(person("a"), "phone") == .text("06") && jan.value(person("a"), "score") == .real(4))
        #expect(try jan.conflicts().isEmpty)
    }

    /// Two copies of a file that has stamped nothing do not begin with one name.
    @Test func copiesOfAReplicaThatStampedNothing() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id) values ('x')")
        try fatima.executeAsClient("delete from person")
        _ = try fatima.stamped()
        let twin = try copy(fatima, as: "twin")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Ahmed')")
        try twin.executeAsClient("insert into person (id, name) values ('b', 'Bea')")
        try healed([fatima, twin])
        #expect(try fatima.rows("person").count == 2 && fatima.cuts().isEmpty)
    }

    /// A delta that builds on one branch waits where only the other is known, and is merged when the chain has been seen.
    @Test func aDeltaWhoseForkIsNotKnownWaits() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Ahmed')")
        try fatima.stamp()
        let twin = try copy(fatima, as: "twin")
        try fatima.executeAsClient("update person set phone = '06'")
        try fatima.stamp()
        try jan.pull(from: fatima)
        try twin.executeAsClient("update person set score = 1")
        let base = try twin.knowledge()["people"]!
        try twin.executeAsClient("update person set visits = 7")
        let delta = try #require(try twin.frozenDelta(of: "people", base: base, partial: [], working: {}))

        let report = try jan.mergeBundle(dryRun: false, salvage: false) { bundle in
            try bundle.begin(delta.manifest)
            for index in delta.manifest.segments.indices {
                try bundle.add(SealedSegment(delta: delta.manifest.id, index: index, bytes: try delta.segment(index)))
            }
        }
        #expect(report.deltas.map(\.state) == [.waitsForChain])
        #expect(try jan.status().waitingBundles == 1 && visits(jan) == .null)
        // The chain alone is enough to know the branch; what it builds on still has to come.
        try jan.heal("people", try twin.chains(of: "people", base.ends.keys.sorted()))
        #expect(try jan.cuts().count == 1)
        try jan.pull(from: twin)
        #expect(try jan.status().waitingBundles == 0)
        #expect(try visits(jan) == .integer(7) && jan.value(person("a"), "phone") == .text("06"))
        try healed([fatima, twin, jan])
        #expect(try jan.conflicts().isEmpty)
    }

    /// What a statement in the roster tells is taken in like what a meeting shows.
    @Test func aToldCutRenames() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan")
        for name in ["Ahmed", "Bea", "Cem"] {
            try fatima.executeAsClient("insert into person (name) values ('\(name)')")
            try fatima.stamp()
        }
        try jan.pull(from: fatima)
        let root = try #require(try jan.knowledge()["people"]?.ends.keys.first)
        try jan.learn(cut: root, last: 1, told: true)
        try jan.learn(cut: root, last: 1, told: true)
        #expect(try jan.knowledge()["people"]?.ends.count == 2)
        #expect(try jan.cuts(untoldOnly: true).isEmpty)
        // A member's word, and one branch: no copy was seen here.
        #expect(jan.takeFoundCopies().map(\.isSeen) == [false])
        try healed([fatima, jan])
        #expect(try fatima.cuts() == [Cut(root: root, last: 1)])
        #expect(jan.takeFoundCopies().isEmpty)
    }

    // MARK: The witness

    private final class Notebook: Witness {
        let noted = Mutex<[(ReplicaID, [WriterID: BatchEnd])]>([])
        let asked = Mutex<[[WriterID: BatchEnd]]>([])
        let answer: Bool
        init(_ answer: Bool) { self.answer = answer }
        func vouches(for replica: ReplicaID, ends: [WriterID: BatchEnd]) -> Bool {
            asked.withLock { $0.append(ends) }
            return answer
        }
        func intend(replica: ReplicaID, before: [WriterID: BatchEnd], after: [WriterID: BatchEnd]) {}
        func note(replica: ReplicaID, ends: [WriterID: BatchEnd]) { noted.withLock { $0.append((replica, ends)) } }
    }

    private func reopen(_ label: String, _ witness: any Witness) throws -> Store {
        let environment = zuid.environment(label)
        return try Store.open(
            zuid.path(label), schema: testSchema,
            environment: StoreEnvironment(
                nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, sealing: environment.sealing,
                witness: witness))
    }

    @Test(arguments: [true, false]) func theWitnessIsAskedOnce(vouches: Bool) throws {
        let first = try zuid.store("fatima")
        try first.executeAsClient("insert into person (id, name) values ('a', 'Ahmed')")
        try first.executeAsClient("insert into tag (person, term) values ('a', 'food')")
        try first.stamp()
        let before = try first.knowledge()
        try first.close()

        let notebook = Notebook(vouches)
        let store = try reopen("fatima", notebook)
        #expect(notebook.asked.withLock(\.count) == 0, "nothing was to be stamped")
        for phone in ["06", "07"] {
            try store.executeAsClient("update person set phone = '\(phone)'")
            try store.stamp()
        }
        try store.executeAsClient("update tag set note = 'x'")
        try store.stamp()
        #expect(notebook.asked.withLock { $0 } == [Dictionary(uniqueKeysWithValues: before.values.flatMap { $0.ends.map { ($0.key, $0.value) } })])
        #expect(notebook.noted.withLock(\.count) == 3)
        let after = try store.knowledge()
        // What the writers of both collections stamped last, whichever was stamped now.
        let noted = notebook.noted.withLock { $0.last?.1 ?? [:] }
        #expect(noted.count == 2 && noted.allSatisfy { writer, end in after.values.contains { $0.ends[writer] == end } })
        for collection in ["people", "directory"] { #expect(after[collection]?.ends.count == (vouches ? 1 : 2)) }
    }

    @Test func aCopyBecomesAReplicaOfItsOwn() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Ahmed')")
        try fatima.stamp()
        let twin = try copy(fatima, as: "twin")
        let name = Nonce(high: 77, low: 1)
        try twin.newReplicaID(name)
        #expect(twin.identity.replica == name && twin.identity.device == fatima.identity.device)
        #expect(try zuid.reopen("twin").identity.replica == name)
        try fatima.executeAsClient("update person set phone = '06'")
        try twin.executeAsClient("update person set score = 1")
        try healed([fatima, twin])
        #expect(try fatima.cuts().isEmpty, "nobody went on as somebody else")
        try fatima.beginNewWriters()
        try fatima.executeAsClient("update person set phone = '07'")
        #expect(try fatima.knowledge()["people"]?.ends.count == 3)
    }
}
