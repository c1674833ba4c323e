import CRDT
import Foundation
import Store
import Testing

/// Steps of this laptop's own work: each is named, can be taken back in any order and done again; what was built on them is not torn.
struct StepTests {
    private let zuid: Neighbourhood
    private let fatima: Store
    private let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        try fatima.executeAsClient("insert into person (id, name, phone, visits) values ('a', 'Amina', '1', 2), ('b', 'Bram', '2', 1)")
        try fatima.stamp()
        try jan.pull(from: fatima)
    }

    private func edit(_ sql: String) throws -> Int64 {
        for statement in sql.split(separator: ";") { try fatima.executeAsClient(String(statement)) }
        try fatima.stamp()
        return try #require(try fatima.steps(limit: 1).first?.id)
    }

    @Test(arguments: [
        "update person set phone = '9', visits = 7 where id = 'a'", "delete from person where id = 'a'",
        "insert into person (id, name) values ('n', 'New')", "update person set visits = visits + 5 where id = 'a'",
        "insert into tag values ('a', 't', 'n')", "update person set name = 'x'; delete from person where id = 'b'; insert into person (id, name) values ('n', 'New')",
    ]) func undoneAndDoneAgainToAndFro(_ sql: String) throws {
        let before = try fatima.rows("person") + fatima.rows("tag")
        let step = try edit(sql)
        let after = try fatima.rows("person") + fatima.rows("tag")
        #expect(after != before)
        for _ in 0..<3 {
            #expect(try fatima.undo(step: step).leftAlone == 0)
            #expect(try fatima.rows("person") + fatima.rows("tag") == before)
            #expect(try fatima.steps(only: step).first?.isUndone == true && fatima.nextRedo() == step)
            #expect(throws: StoreError(.noSuchStep, String(step))) { try fatima.undo(step: step) }
            try fatima.meet(jan)
            try expectEqualRows(fatima, jan)
            #expect(try fatima.redo().leftAlone == 0)
            #expect(try fatima.rows("person") + fatima.rows("tag") == after)
            #expect(try fatima.steps(only: step).first?.isUndone == false && fatima.nextRedo() == nil)
            #expect(throws: StoreError(.nothingToRedo)) { try fatima.redo() }
            try fatima.meet(jan)
            try expectEqualRows(fatima, jan)
            #expect(try jan.conflictCount() == 0)
        }
    }

    @Test("The last undone is the first done again, as far as one goes back") func order() throws {
        for phone in ["one", "two", "three"] { _ = try edit("update person set phone = '\(phone)' where id = 'a'") }
        for _ in 0..<3 { _ = try fatima.undo() }
        for phone in ["one", "two", "three"] {
            _ = try fatima.redo()
            #expect(try fatima.value(person("a"), "phone") == .text(phone))
        }
        #expect(throws: StoreError(.nothingToRedo)) { try fatima.redo() }
        #expect(try fatima.undo().restored == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("two"))
    }

    @Test("A step in the middle: what later steps changed again stays, the rest goes back") func middle() throws {
        let step = try edit("update person set phone = 'F', name = 'F' where id = 'a'")
        _ = try edit("update person set phone = 'later' where id = 'a'")
        let report = try fatima.undo(step: step)
        #expect(report.restored == 1 && report.leftAlone == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("later") && fatima.value(person("a"), "name") == .text("Amina"))
        _ = try fatima.redo(step: step)
        #expect(try fatima.value(person("a"), "phone") == .text("later") && fatima.value(person("a"), "name") == .text("F"))
    }

    @Test("What others changed since is not torn by doing it again") func others() throws {
        let step = try edit("update person set phone = 'F' where id = 'a'")
        _ = try fatima.undo(step: step)
        try fatima.meet(jan)
        try jan.edit(person("a"), [("phone", .text("J"))])
        try fatima.meet(jan)
        #expect(try fatima.redo().leftAlone == 1)
        #expect(try fatima.value(person("a"), "phone") == .text("J"))
    }

    @Test("A step says what it made and changed, and of which rows first") func says() throws {
        let step = try edit("insert into person (id, name) values ('n', 'New'), ('m', 'More'); update person set phone = 'x' where id = 'a'")
        let said = try #require(try fatima.steps(only: step).first)
        #expect(said.made == ["person": 2] && said.changed == ["person": 1] && said.rowCount == 3 && said.kind == .edit)
        #expect(Set(said.records) == [person("n"), person("m"), person("a")])
        #expect(try fatima.steps().map(\.id).sorted(by: >) == fatima.steps().map(\.id))
        #expect(try jan.steps().isEmpty, "what came from others is no step of this laptop")
    }

    @Test("An import that was undone can be done again on purpose, to and fro") func imports() throws {
        func list() throws -> ImportReport {
            var rows = (0..<50).map { ImportTableRow(table: "person", key: ["i\($0)"], values: [("name", .text("n\($0)")), ("visits", .integer(1))]) }.makeIterator()
            return try fatima.importRows(bringsBack: true) { _ in rows.next() }
        }
        #expect(try list().new == 50)
        let after = try fatima.rows("person")
        for _ in 0..<3 {
            #expect(try fatima.undo().removed == 50)
            try fatima.meet(jan)
            #expect(try list().broughtBack == 50)
            #expect(try fatima.rows("person") == after)
            #expect(try fatima.steps(limit: 1).first?.kind == .import, "the second import is a step of its own")
            try fatima.meet(jan)
            try expectEqualRows(fatima, jan)
        }
    }
}
