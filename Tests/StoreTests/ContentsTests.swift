import CRDT
import Foundation
import Store
import Testing
import Wire

/// The digest of what is held: the same wherever the same changes came, in whatever order, and another for any difference.
@Suite struct ContentsTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private func people(_ store: Store) throws -> Holding { try #require(try store.holdings()["people"]) }

    private func expectSame(_ stores: [Store], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let held = try stores.map { try $0.holdings() }
        for other in held.dropFirst() { #expect(other == held[0], sourceLocation: sourceLocation) }
        // What was kept is what the rows say.
        for (store, holdings) in zip(stores, held) {
            let verified = try store.verify()
            #expect(verified.altered.isEmpty, sourceLocation: sourceLocation)
            #expect(verified.holdings == holdings, sourceLocation: sourceLocation)
        }
    }

    @Test func theOrderOfArrivalDoesNotMatter() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan"), maria = try zuid.store("maria")
        for number in 0..<700 {
            try fatima.executeAsClient("insert into person (id, name, visits, photo) values ('\(number)', 'Name \(number)', 1, x'0102')")
        }
        try fatima.executeAsClient("insert into person (id, name) values ('0193e0c6a7b07000800000000000000a', 'Amina')")
        try fatima.executeAsClient("insert into tag (person, term, note) values ('1', 't', 'x')")
        try jan.executeAsClient("insert into person (id, name, street) values ('j', 'Jan', 'Weg')")
        try jan.pull(from: fatima)
        try jan.executeAsClient("update person set visits = visits + 3, score = 1.5 where id = '7'")
        try fatima.executeAsClient("update person set visits = visits + 4, name = 'Other' where id = '7'")
        try jan.executeAsClient("update person set name = 'Third' where id = '7'")
        try fatima.executeAsClient("delete from person where id = '9'")
        try maria.pull(from: fatima)
        try maria.pull(from: jan)
        for _ in 0..<2 {
            for a in [fatima, jan, maria] { for b in [fatima, jan, maria] where a !== b { try a.pull(from: b) } }
        }
        try expectSame([fatima, jan, maria])
        #expect(try people(fatima).contents != nil)
    }

    @Test func anyDifferenceIsOne() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id, name, visits) values ('a', 'Ahmed', 5)")
        var seen: Set<[UInt8]> = [try people(fatima).contents!.living]
        for sql in [
            "update person set name = 'Ahmad' where id = 'a'", "update person set visits = visits + 1", "delete from person",
            "insert into person (id, name) values ('b', 'B')", "update person set score = 1.0 where id = 'b'",
            "update person set score = -0.0 where id = 'b'", "update person set street = 'x' where id = 'b'",
        ] {
            try fatima.executeAsClient(sql)
            #expect(seen.insert(try people(fatima).contents!.living).inserted, "\(sql)")
        }
        // What was counted a block at a time is what all of it counted anew is.
        try expectSame([fatima])
    }

    /// A block that is counted after one edit is one of many; the others are believed.
    @Test func onlyStaleBlocksAreCounted() throws {
        let fatima = try zuid.store("fatima")
        try fatima.executeAsClient(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000) insert into person (id, name) select printf('%032x', i * 7919), 'N' || i from n")
        let before = try people(fatima)
        try fatima.executeAsClient("update person set name = 'X' where id = printf('%032x', 7919)")
        try fatima.stamp(acceptingMassChange: true)
        // That of the change which has lost its name, and that of the one which took it over.
        #expect(try fatima.verify().staleBlockCount == 2)
        #expect(try people(fatima) != before)
        #expect(try fatima.verify().staleBlockCount == 0)
        try expectSame([fatima])
    }

    @Test func anErasedRecordLeavesNoKey() throws {
        let fatima = try zuid.store("fatima", schema: erasureSchema), jan = try zuid.store("jan", schema: erasureSchema)
        for number in 0..<3000 { try fatima.executeAsClient("insert into contact (id, given_name) values ('erase-me-\(number)', 'N')") }
        try jan.pull(from: fatima)
        _ = try (fatima.holdings(), jan.holdings())
        let gone = (0..<3000).filter { $0 % 2 == 0 }.map { erased("contact", "erase-me-\($0)") }
        _ = try fatima.erase(gone)
        // Other tombstones: nothing is said of what is held.
        #expect(try !people(fatima).contradicts(people(jan)))
        #expect(try !fatima.hasRow(in: "kith_contents", where: "instr(marks, cast('erase-me-' as blob)) > 0", []))
        _ = try jan.erase(gone)
        try expectSame([fatima, jan])
    }

    /// What a packing and a merge count on their way is what the rows say, also beside what was here, in two deltas of one bundle and where
    /// the change that began a block is gone.
    @Test func whatIsCountedOnTheWayIsWhatIsHeld() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan"), maria = try zuid.store("maria")
        func insert(_ store: Store, _ numbers: Range<Int>) throws {
            try store.executeAsClient(
                "with recursive n (i) as (select \(numbers.lowerBound) union all select i + 1 from n where i < \(numbers.upperBound - 1)) insert into person (id, name, visits, score) select printf('%032x', i * 7919), 'N' || i, case i % 7 when 0 then i end, i / 4.0 from n")
        }
        func expectCounted(_ store: Store) throws {
            let verified = try store.verify()
            #expect(verified.altered.isEmpty && verified.staleBlockCount == 0)
            #expect(try store.holdings() == verified.holdings)
        }
        try insert(fatima, 0..<700)
        try jan.pull(from: fatima)
        try expectCounted(jan)
        #expect(try fatima.verify().altered.isEmpty)
        // Here in the middle of a block, and changes by two.
        try insert(fatima, 700..<1_400)
        try jan.executeAsClient("update person set name = 'Jan' where rowid % 50 = 0")
        try jan.executeAsClient("delete from person where rowid % 90 = 0")
        try jan.stamp(acceptingMassChange: true)
        try maria.pull(from: fatima)
        try expectCounted(maria)
        try jan.pull(from: fatima)
        try fatima.executeAsClient("update person set name = 'Fatima' where rowid % 30 = 0")
        try fatima.stamp(acceptingMassChange: true)
        for (to, from) in [(fatima, jan), (maria, jan), (maria, fatima), (jan, fatima), (jan, maria), (fatima, maria)] { try to.pull(from: from) }
        try expectSame([fatima, jan, maria])
        // Changes that began a block go: two edits of each cell, of which the first is then forgotten.
        for name in ["A", "B", "C"] {
            try jan.executeAsClient("update person set phone = '\(name)' where rowid <= 300")
            try jan.stamp(acceptingMassChange: true)
            _ = try jan.holdings()
        }
        try fatima.pull(from: jan)
        try maria.pull(from: fatima)
        try expectSame([fatima, jan, maria])
        for store in [fatima, jan, maria] { try expectCounted(store) }
    }

    /// A value that SQLite keeps in its own way is hashed as the row has it.
    @Test func anotherTypeThanTheColumnsIsHashedAsItIsKept() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan")
        try fatima.executeAsClient("insert into person (id, name, photo, score) values ('a', x'41', 'text', 'words'), ('b', 12, 3, 4), ('c', 1.5, 2.5, x'01')")
        try jan.pull(from: fatima)
        try expectSame([fatima, jan])
    }

    /// What was edited while no trigger watched is found by counting.
    @Test func anEditBehindTheTriggersIsFound() throws {
        let fatima = try zuid.store("fatima")
        for number in 0..<600 { try fatima.executeAsClient("insert into person (id, name) values ('\(number)', 'Name')") }
        _ = try fatima.holdings()
        try fatima.executeAsClient("update person set name = 'Unseen' where id in ('5', '77')")
        // As if no trigger had been there.
        try fatima.executeAsClient("delete from kith_note_person")
        #expect(Set(try fatima.verify().altered) == [person("5"), person("77")])
    }
}
