import CRDT
import Foundation
import Store
import Testing

@Suite struct UndoTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        try fatima.executeAsClient("""
            insert into person (id, name, phone, street, number, visits)
            values ('a', 'Amina', '1', 'Dam', 3, 2), ('b', 'Bram', '2', 'Spui', 4, 1)
            """)
        try fatima.stamp()
        try jan.pull(from: fatima)
    }

    @Test(arguments: [
        "update person set phone = '9', street = 'x', visits = 7 where id = 'a'",
        "delete from person where id = 'a'",
        "insert into person (id, name) values ('n', 'New')",
        "replace into person (id, name) values ('a', 'Other')",
        "pragma_on;replace into person (id, name) values ('a', 'Other')",
        "update person set id = 'z' where id = 'a'",
        "update or replace person set id = 'b' where id = 'a'",
        "update person set visits = visits + 5 where id = 'a'",
        "delete from person where id = 'a';insert into person (id, name) values ('a', 'Again');update person set phone = 'x'",
        "insert into person (id) values ('a') on conflict do update set name = 'up'",
        "insert into tag values ('a', 't', 'n')",
    ]) func everyEditIsUndone(_ sql: String) throws {
        for isStamped in [false, true] {
            let before = try fatima.rows("person") + fatima.rows("tag")
            let client = try Client(zuid.path("fatima"))
            for statement in sql.split(separator: ";") {
                try client.run(statement == "pragma_on" ? "pragma recursive_triggers = on" : String(statement))
            }
            #expect(try fatima.rows("person") + fatima.rows("tag") != before)
            if isStamped { try fatima.meet(jan) }
            let report = try fatima.undo()
            #expect(report.leftAlone == 0)
            #expect(report.restored + report.removed + report.broughtBack >= 1)
            #expect(try fatima.rows("person") + fatima.rows("tag") == before, "stamped: \(isStamped)")
            #expect(try fatima.stamp() == 0)
            try fatima.meet(jan)
            try expectEqualRows(fatima, jan)
            #expect(try jan.conflictCount() == 0)
        }
    }

    @Test func againAndAgain() throws {
        for phone in ["one", "two", "three"] {
            try fatima.edit(person("a"), [("phone", .text(phone))])
            try fatima.stamp()
        }
        for phone in ["two", "one", "1"] {
            #expect(try fatima.undo().restored == 1)
            #expect(try fatima.value(person("a"), "phone") == .text(phone))
        }
        #expect(try fatima.undo().removed == 2)
        #expect(throws: StoreError(.nothingToUndo)) { try fatima.undo() }
        #expect(throws: StoreError(.nothingToUndo)) { try jan.undo() }
    }

    @Test func othersWorkIsLeftAlone() throws {
        try fatima.edit(person("a"), [("phone", .text("F")), ("name", .text("F"))])
        try fatima.edit(person("b"), [("phone", .text("F"))])
        try fatima.meet(jan)
        try jan.edit(person("a"), [("phone", .text("J"))])
        try fatima.meet(jan)
        let report = try fatima.undo()
        #expect(report.restored == 2)
        #expect(report.leftAlone == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("J"))
        #expect(try fatima.value(person("a"), "name") == .text("Amina"))
        #expect(try fatima.value(person("b"), "phone") == .text("2"))
    }

    @Test func othersWorkBetweenTwoUndos() throws {
        try fatima.edit(person("a"), [("phone", .text("F1"))])
        try fatima.meet(jan)
        try jan.edit(person("a"), [("phone", .text("J"))])
        try fatima.meet(jan)
        try fatima.edit(person("a"), [("phone", .text("F2"))])
        try fatima.stamp()
        #expect(try fatima.undo().restored == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("J"))
        #expect(try fatima.undo().leftAlone == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("J"))
    }

    @Test func aMadeRowThatOthersUseStays() throws {
        try fatima.executeAsClient("insert into person (id, name) values ('n', 'New'), ('m', 'Mine')")
        try fatima.meet(jan)
        try jan.edit(person("n"), [("phone", .text("06"))])
        try fatima.meet(jan)
        let report = try fatima.undo()
        #expect(report.removed == 1)
        #expect(report.leftAlone == 1)
        #expect(try fatima.value(person("n"), "phone") == .text("06"))
        #expect(try fatima.show(person("m")).isDeleted)
    }

    @Test func countersGiveBackOnlyTheirOwn() throws {
        try fatima.increment(person("a"), "visits", by: 10)
        try fatima.stamp()
        try jan.increment(person("a"), "visits", by: 100)
        try fatima.meet(jan)
        #expect(try fatima.undo().restored == 1)
        try fatima.meet(jan)
        #expect(try jan.value(person("a"), "visits") == .integer(102))
    }

    @Test func aConflictIsLeftAlone() throws {
        try fatima.edit(person("a"), [("phone", .text("F"))])
        try jan.edit(person("a"), [("phone", .text("J"))])
        try fatima.meet(jan)
        #expect(try fatima.undo().leftAlone == 1)
        #expect(try fatima.conflictCount() == 1)
    }

    @Test func noOpNotesDoNotHideTheLastWork() throws {
        try fatima.edit(person("a"), [("phone", .text("F"))])
        try fatima.stamp()
        try fatima.executeAsClient("insert or ignore into person (id) values ('a')")
        #expect(try fatima.undo().restored == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("1"))
    }

    @Test func whatWasRemadeInTheTrashIsStamped() throws {
        try fatima.delete(person("a"))
        try fatima.meet(jan)
        let client = try Client(zuid.path("fatima"))
        try client.run("insert into person (id, name) values ('a', 'x'); delete from person where id = 'a'; update person set name = 'y' where id = 'b'")
        #expect(try fatima.revertNotes() == 1)
        #expect(try fatima.value(person("b"), "name") == .text("Bram"))
        try fatima.meet(jan)
        try jan.undelete(person("a"))
        try fatima.meet(jan)
        try expectEqualRows(fatima, jan)
    }

    @Test func aLargeImport() throws {
        var rows = (0..<20_000).lazy.map { number in
            ImportTableRow(table: "person", key: [String(number)], values: [("name", .text("n\(number)")), ("visits", .integer(1))])
        }.makeIterator()
        let before = try fatima.rows("person")
        #expect(try fatima.importRows { _ in rows.next() }.new == 20_000)
        try jan.pull(from: fatima)
        #expect(try fatima.undo().removed == 20_000)
        #expect(try fatima.rows("person") == before)
        try jan.pull(from: fatima)
        try expectEqualRows(fatima, jan)
    }
}
