import CRDT
import Foundation
import Store
import Testing

@Suite struct StampTests {
    let zuid: Neighbourhood
    let store: Store
    let client: Client

    init() throws {
        zuid = try Neighbourhood()
        store = try zuid.store("a")
        client = try Client(zuid.path("a"))
    }

    @Test func editsOfOneRecordAreOneChange() throws {
        try client.run("insert into person (id) values ('a'); update person set name = '1'; update person set name = '2', phone = '3'")
        #expect(try store.stamp() == 1)
        try client.run("update person set name = '4'; update person set phone = '5'; update person set street = 'x'")
        #expect(try store.stamp() == 1)
        #expect(try store.stamp() == 0)
        #expect(try store.status().unstampedNotes == 0)
    }

    @Test func chunksOfNotesGiveTheSame() throws {
        let rows = 40_000
        try client.run("""
            begin; with recursive n(i) as (select 1 union all select i + 1 from n where i < \(rows))
            insert into person (id, name, visits) select printf('%06d', i), i, i % 3 from n;
            update person set phone = 'p' where id % 2; delete from person where id % 10 = 0; commit
            """)
        #expect(try store.stamp(acceptingMassChange: true) >= rows * 9 / 10)
        let other = try zuid.store("b")
        try other.pull(from: store)
        try expectEqualRows(store, other)
        #expect(try other.count("person") == rows * 9 / 10)
    }

    @Test func compositeIsOneColumn() throws {
        try store.executeAsClient("insert into person (id, street, number) values ('a', 'Dam', 1)")
        let other = try zuid.store("b")
        try other.pull(from: store)
        try store.edit(person("a"), [("street", .text("Spui"))])
        try other.edit(person("a"), [("number", .integer(2))])
        try store.meet(other)
        let conflicts = try store.conflicts()
        #expect(conflicts.map(\.column) == ["home"])
        #expect(Set(conflicts[0].siblings.map(\.parts)) == [[.text("Spui"), .integer(1)], [.text("Dam"), .integer(2)]])
    }

    @Test func undeleteKeepsWhatWasNotSettled() throws {
        let other = try zuid.store("b")
        try store.executeAsClient("insert into person (id, name, phone) values ('a', 'A', '1')")
        try other.pull(from: store)
        try store.edit(person("a"), [("phone", .text("2"))])
        try other.edit(person("a"), [("phone", .text("3"))])
        try store.meet(other)
        try store.delete(person("a"))
        #expect(try store.conflictCount() == 0, "nobody need settle a deleted row")
        try store.stamp()
        try store.undelete(person("a"))
        try store.meet(other)
        #expect(try store.conflictCount() == 1)
        #expect(try other.conflictCount() == 1)
        try expectEqualRows(store, other)
    }

    // MARK: Mass changes

    private func fill(_ count: Int) throws {
        try client.run("""
            with recursive n(i) as (select 1 union all select i + 1 from n where i < \(count))
            insert into person (id, name, phone) select printf('%06d', i), 'n' || i, i from n
            """)
        #expect(try store.stamp() == count, "new rows are never asked about")
    }

    @Test(arguments: [(4_000, 999, false), (4_000, 1_000, true), (4_004, 1_000, false), (1_000, 1_000, true), (500, 500, false)])
    func massChangeAsks(rows: Int, changed: Int, asks: Bool) throws {
        try fill(rows)
        try client.run("update person set phone = 'oops' where id <= printf('%06d', \(changed))")
        guard asks else {
            #expect(try store.stamp() == changed)
            return
        }
        let error = #expect(throws: MassChange.self) { try store.stamp() }
        #expect(error?.entries.map(\.column) == ["phone"])
        #expect(error?.entries.map(\.count) == [changed])
        #expect(throws: MassChange.self) { try store.knowledge() }
        #expect(try store.stamp(acceptingMassChange: true) == changed)
    }

    @Test func massDeleteAsksAndIsReverted() throws {
        try fill(2_000)
        let before = try store.rows("person")
        try client.run("delete from person where id > '000900'")
        let error = #expect(throws: MassChange.self) { try store.stamp() }
        #expect(error?.entries == [error?.entries.first].compactMap { $0 })
        #expect(error?.entries.first?.column == nil)
        #expect(error?.entries.first?.rowCount == 2_000)
        #expect(try store.revertNotes() == 1_100)
        #expect(try store.stamp() == 0)
        #expect(try store.rows("person") == before)
    }
}
