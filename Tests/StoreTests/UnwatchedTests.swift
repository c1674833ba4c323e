import Community
import CRDT
import Foundation
import Schema
import Store
import Testing
import Wire

/// What other programs do to a shared table that takes its triggers away, or lets rows in that nobody can name.
enum TableHabit: String, CaseIterable, CustomTestStringConvertible {
    /// A new table, the rows copied, the old one dropped, the new one renamed: how database tools "edit a table".
    case remade
    /// The same, as people do by hand: key, default and check are lost too.
    case selected
    case renamedTwice, triggersDropped, triggersDroppedAndMade, trashDropped, notesDropped, constraintAdded

    var testDescription: String { rawValue }

    /// Runs on a connection of another program's own.
    func apply(to table: String, _ client: Client) throws {
        let name = "\"\(table)\"", sql = try client.text("select sql from sqlite_master where type = 'table' and name = '\(table)'")
        func remake(_ create: String) throws {
            try client.run("pragma legacy_alter_table = 1; begin; \(create); drop table \(name); alter table made rename to \(name); commit; pragma legacy_alter_table = 0")
        }
        let body = String(sql[sql.firstIndex(of: "(")!...])
        switch self {
        case .remade: try remake("create table made \(body); insert into made select * from \(name)")
        case .selected: try remake("create table made as select * from \(name)")
        case .renamedTwice: try client.run("alter table \(name) rename to elsewhere; alter table elsewhere rename to \(name)")
        case .triggersDropped:
            for trigger in try client.texts("select name from sqlite_master where type = 'trigger' and tbl_name = '\(table)'") {
                try client.run("drop trigger \"\(trigger)\"")
            }
        case .triggersDroppedAndMade:
            let triggers = try client.texts("select name || char(0) || sql from sqlite_master where type = 'trigger' and tbl_name = '\(table)'")
            try TableHabit.triggersDropped.apply(to: table, client)
            // Made again after the edits: `restore`.
            client.kept = triggers.map { String($0[$0.index(after: $0.firstIndex(of: "\0")!)...]) }
        case .trashDropped:
            try TableHabit.triggersDropped.apply(to: table, client)
            try client.run("drop table \"kith_trash_\(table)\"")
        case .notesDropped:
            try TableHabit.triggersDropped.apply(to: table, client)
            try client.run("drop table \"kith_note_\(table)\"")
        case .constraintAdded:
            try remake("create table made \(body.dropLast()), check (1)); insert into made select * from \(name)")
        }
    }
}

/// Edits made while no trigger watched are found, become edits of this laptop, and travel.
@Suite struct UnwatchedTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store
    let client: Client

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        client = try Client(zuid.path("fatima"))
        for index in 1...200 {
            try client.run("insert into person (id, name, phone, street, number, visits) values ('p\(index)', 'Naam \(index)', '06\(index)', 'Dam', \(index), 2)")
        }
        try client.run("insert into tag values ('p1', 'food', 'n'), ('p1', 'sport', null), ('p2', 'food', 'm')")
        try client.run("delete from person where id = 'p200'")
        try fatima.stamp(acceptingMassChange: true)
        try jan.meet(fatima)
    }

    private func arrives(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try fatima.stamp(acceptingMassChange: true)
        try jan.pull(from: fatima)
        try expectEqualRows(fatima, jan, sourceLocation: sourceLocation)
        #expect(try fatima.stamped() == 0 && jan.stamped() == 0, sourceLocation: sourceLocation)
        #expect(try fatima.conflictCount() == 0 && jan.conflictCount() == 0, sourceLocation: sourceLocation)
        // A newcomer gets everything: no value is nowhere.
        let els = try zuid.store("els-\(UUID().uuidString)")
        try els.pull(from: fatima)
        try expectEqualRows(fatima, els, sourceLocation: sourceLocation)
        #expect(try els.dump() == fatima.dump(), sourceLocation: sourceLocation)
    }

    @Test(arguments: TableHabit.allCases, [false, true]) func editsOfPersonsTravel(habit: TableHabit, openedAnew: Bool) throws {
        try habit.apply(to: "person", client)
        try client.run("""
            update person set phone = '0700' where id = 'p3'; update person set street = 'Spui', number = 9 where id = 'p90';
            update person set visits = visits + 5 where id = 'p4';
            insert into person (id, name, visits) values ('new', 'Nieuw', 1); delete from person where id = 'p5'; insert into person (id, name) values ('p200', 'Weer');
            """)
        for sql in client.kept { try client.run(sql) }
        let store = openedAnew ? try zuid.reopen("fatima") : fatima
        try store.stamp(acceptingMassChange: true)
        let found = store.takeUnwatched().flatMap(\.tables)
        if habit == .renamedTwice {
            // The triggers go with the table, and come back with it.
            #expect(found.isEmpty)
        } else {
            #expect(found.map(\.name) == ["person"])
            #expect(found.map(\.changed) == [3] && found.map(\.added) == [2] && found.map(\.removed) == [1] && found.map(\.unknown) == [0])
        }
        #expect(store.takeUnwatched().isEmpty)
        try arrives()
        #expect(try jan.value(person("p3"), "phone") == .text("0700"))
        #expect(try jan.value(person("p90"), "number") == .integer(9))
        #expect(try jan.value(person("p4"), "visits") == .integer(7))
        #expect(try jan.value(person("new"), "name") == .text("Nieuw"))
        #expect(try jan.show(person("p5")).isDeleted)
        #expect(try jan.value(person("p200"), "name") == .text("Weer"))
        // It watches again.
        try client.run("update person set name = 'Na' where id = 'p6'; delete from person where id = 'p7'; insert into person (name) values ('Id')")
        try arrives()
        #expect(fatima.takeUnwatched().isEmpty)
    }

    /// Only what was edited is stamped: an edit of another column elsewhere at the same time makes no conflict.
    @Test func onlyTheColumnsThatDiffer() throws {
        try TableHabit.remade.apply(to: "person", client)
        try client.run("update person set phone = 'x' || id where id < 'p2'; update person set name = 'Een' where id = 'p170'")
        try jan.executeAsClient("update person set street = 'Rokin', score = 2")
        try jan.stamp(acceptingMassChange: true)
        try fatima.stamp(acceptingMassChange: true)
        try fatima.meet(jan)
        #expect(try fatima.conflictCount() == 0)
        #expect(try fatima.value(person("p1"), "street") == .text("Rokin") && fatima.value(person("p1"), "phone") == .text("xp1"))
        try expectEqualRows(fatima, jan)
    }

    @Test func twoPartKeys() throws {
        try TableHabit.remade.apply(to: "tag", client)
        try client.run("update tag set note = 'anders' where term = 'sport'; delete from tag where person = 'p2'; insert into tag values ('p3', 'food', null); update tag set term = 'reading' where person = 'p1' and term = 'food'")
        try arrives()
        #expect(try jan.rows("tag").count == 3)
    }

    /// Swapped between two rows: no sum changes by itself.
    @Test func valuesThatChangePlaces() throws {
        try TableHabit.remade.apply(to: "person", client)
        try client.run("update person set phone = case id when 'p11' then '0612' else '0611' end where id in ('p11', 'p12')")
        try arrives()
        #expect(try jan.value(person("p11"), "phone") == .text("0612"))
    }

    /// Edits that the triggers saw before they went keep what they say; those after are found beside them.
    @Test func watchedAndUnwatchedTogether() throws {
        try client.run("update person set name = 'Gezien' where id = 'p8'; delete from person where id = 'p9'; insert into person (id, name) values ('seen', 'a')")
        try TableHabit.remade.apply(to: "person", client)
        try client.run("update person set phone = 'ongezien' where id = 'p8'; update person set name = 'b' where id = 'seen'; delete from person where id = 'p10'; insert into person (id, name) values ('p9', 'Terug')")
        try arrives()
        #expect(try jan.value(person("p8"), "name") == .text("Gezien") && jan.value(person("p8"), "phone") == .text("ongezien"))
        #expect(try jan.value(person("seen"), "name") == .text("b"))
        #expect(try jan.value(person("p9"), "name") == .text("Terug"))
        // Undo puts back what is known, and crashes on nothing.
        _ = try? fatima.undo()
        try arrives()
    }

    /// A great deal changed is asked about like any other; "undo" leaves alone what it cannot bring back.
    @Test func massChangesAreAsked() throws {
        try client.run("insert into person (id, name) with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select 'm' || i, i from n")
        try fatima.stamp(acceptingMassChange: true)
        try TableHabit.remade.apply(to: "person", client)
        try client.run("update person set phone = 'x' || id")
        #expect(throws: MassChange.self) { try fatima.stamp() }
        #expect(throws: MassChange.self) { try fatima.stamp() }
        #expect(fatima.takeUnwatched().flatMap(\.tables).map(\.changed) == [1_199], "said once")
        #expect(try fatima.revertNotes() == 0)
        try arrives()
        #expect(try jan.value(person("p1"), "phone") == .text("xp1"))
    }

    /// A long load whose digests were never made: nothing is guessed, and it is said.
    @Test func whatWasNotKnownIsSaid() throws {
        try client.run("delete from kith_shown")
        try TableHabit.remade.apply(to: "person", client)
        try client.run("delete from person where id = 'p3'")
        let before = try fatima.stamped()
        let found = fatima.takeUnwatched().flatMap(\.tables)
        #expect(before == 1 && found.map(\.unknown) == [198] && found.map(\.removed) == [1])
        try arrives()
    }

    /// Digests follow merges, undo, cuts and erasures: a comparison of untouched tables finds nothing.
    @Test func nothingIsFoundWhereNothingWasDone() throws {
        try jan.executeAsClient("update person set name = 'J' || id, score = 1.5 where id < 'p3'")
        try jan.stamp(acceptingMassChange: true)
        try client.run("update person set phone = 'F' || id where id < 'p2'; insert into tag values ('p9', 'x', 'y')")
        try fatima.stamp(acceptingMassChange: true)
        try fatima.meet(jan)
        _ = try fatima.undo()
        try client.run("delete from person where id = 'p30'; update person set name = 'kort' where id = 'p31'")
        try fatima.revertNotes()
        for store in [fatima, jan] { _ = try store.erase([ErasedRecord(person("p40"))]) }
        try fatima.meet(jan)
        for store in [fatima, jan] {
            let other = try Client(store.path)
            try TableHabit.remade.apply(to: "person", other)
            try TableHabit.remade.apply(to: "tag", other)
            #expect(try store.stamped() == 0)
            #expect(store.takeUnwatched().isEmpty)
        }
        try client.run("create index mine on person (name); vacuum")
        #expect(try fatima.stamped() == 0)
        try arrives()
    }

    /// Rows without a key come in while the key is lost: a row with an id of its own, and one that cannot be shared.
    @Test func rowsWithoutAKey() throws {
        try TableHabit.selected.apply(to: "person", client)
        try TableHabit.selected.apply(to: "tag", client)
        try client.run("insert into person (name) values ('Zonder'); insert into person (id, name) values ('', 'Leeg'), ('p3', 'Dubbel'), (7, 'Getal'); insert into tag values (null, 'x', 'y'), ('p3', 'food', 'z')")
        try fatima.stamp(acceptingMassChange: true)
        let found = fatima.takeUnwatched().flatMap(\.tables)
        #expect(found.first { $0.name == "tag" }?.keylessCount == 1)
        #expect(try fatima.count("person") == 202)
        #expect(try fatima.value(person("p3"), "name") == .text("Dubbel"))
        try arrives()
    }

    @Test func aColumnOrTableThatIsGoneIsNamedWithTheWayBack() throws {
        func refused(_ sql: String, _ expected: String) throws {
            try client.run(sql)
            for attempt in [{ _ = try fatima.stamp() }, { _ = try zuid.reopen("fatima") }] {
                let error = #expect(throws: StoreError.self) { try attempt() }
                #expect(error?.code == .tableChanged && error?.detail == expected, "\(String(describing: error))")
            }
            try client.run(String(expected[expected.index(expected.firstIndex(of: ":")!, offsetBy: 2)...]))
        }
        try refused("alter table person rename column phone to telefoon", "person.phone: alter table \"person\" rename column \"telefoon\" to \"phone\"")
        try refused("alter table person rename to mensen", "person: alter table \"mensen\" rename to \"person\"")
        try arrives()
        #expect(try fatima.value(person("p1"), "phone") == .text("061"))
    }

    /// A dump holds all but what stands in the header.
    @Test func aDumpThatWasReadBack() throws {
        try fatima.close()
        // Each a program of its own, which has ended when Kith looks.
        do { try Client(zuid.path("fatima")).run("pragma application_id = 0; pragma user_version = 0") }
        let error = #expect(throws: StoreError.self) { try zuid.reopen("fatima") }
        #expect(error?.code == .readBackDump)
        do { try Client(zuid.path("fatima")).run(error?.detail ?? "") }
        #expect(try zuid.reopen("fatima").count("person") == 199)
    }
}

/// A column that somebody added by hand goes with its row wherever it goes.
@Suite struct HandColumnTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store
    let client: Client

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        client = try Client(zuid.path("fatima"))
        try client.run("insert into person (id, name) values ('a', 'Amina'), ('b', 'Bram'); alter table person add column \"shoe \"\"size\"\"\" integer; alter table person add hat text")
        try fatima.stamp()
        try client.run("update person set \"shoe \"\"size\"\"\" = 41, hat = 'rood' where id = 'a'; insert into tag values ('a', 't', 'n')")
        try jan.meet(fatima)
    }

    private func size(_ id: String) throws -> String { try client.text("select coalesce(\"shoe \"\"size\"\"\", 'none') || coalesce(hat, '') from person where id = '\(id)'") }

    @Test func itSurvivesDeleteAndUndelete() throws {
        try client.run("delete from person where id = 'a'")
        try fatima.stamp()
        try fatima.undelete(person("a"))
        #expect(try size("a") == "41rood")
        try fatima.stamp()
        #expect(try size("a") == "41rood")
        try fatima.delete(person("a"))
        try fatima.undelete(person("a"))
        #expect(try size("a") == "41rood", "before it is stamped")
    }

    @Test func itSurvivesMergesThatDeleteAndBringBack() throws {
        try jan.executeAsClient("delete from person where id = 'a'")
        try fatima.pull(from: jan)
        #expect(try fatima.show(person("a")).isDeleted)
        try jan.undelete(person("a"))
        try fatima.pull(from: jan)
        #expect(try size("a") == "41rood")
        // A concurrent edit beats the delete.
        try fatima.executeAsClient("update person set phone = '1' where id = 'a'")
        try jan.executeAsClient("delete from person where id = 'a'")
        try fatima.meet(jan)
        #expect(try size("a") == "41rood")
    }

    @Test func itSurvivesUndoAndKeyUpdates() throws {
        try client.run("delete from person where id = 'a'")
        try fatima.stamp()
        _ = try fatima.undo()
        #expect(try size("a") == "41rood")
        try client.run("delete from person where id = 'a'")
        try fatima.revertNotes()
        #expect(try size("a") == "41rood")
        try client.run("update person set id = 'z' where id = 'a'")
        try fatima.stamp()
        #expect(try size("z") == "41rood")
        _ = try fatima.undo()
        #expect(try size("a") == "41rood")
        try client.run("update person set id = 'y' where id = 'a'")
        try fatima.revertNotes()
        #expect(try size("a") == "41rood")
    }

    @Test func itSurvivesARemadeTableAndAnotherColumn() throws {
        try TableHabit.remade.apply(to: "person", client)
        try client.run("delete from person where id = 'b'; alter table person add column eyes text; update person set eyes = 'bruin'")
        try fatima.stamp(acceptingMassChange: true)
        try client.run("delete from person where id = 'a'")
        try fatima.stamp()
        try fatima.undelete(person("a"))
        #expect(try size("a") == "41rood" && client.text("select eyes from person where id = 'a'") == "bruin")
        try client.run("pragma legacy_alter_table = 1; drop trigger kith_delete_person; drop trigger kith_rekey_person; alter table person rename column hat to cap")
        try fatima.stamp()
        #expect(try fatima.status().notShared == ["person.shoe \"size\"", "person.cap", "person.eyes"])
        try client.run("delete from person where id = 'a'")
        try fatima.undelete(person("a"))
        #expect(try client.text("select cap from person where id = 'a'") == "rood")
    }

    /// A later version brings a column of the same name: what people wrote there becomes shared.
    @Test func itBecomesSharedWithANewerVersion() throws {
        try fatima.close()
        let newer = Schema(tables: testSchema.tables.map { table in
            table.name != "person" ? table : Table(table.name, in: table.collection, key: table.key, columns: table.columns + [Column("hat")], purpose: table.purpose)
        })
        let store = try zuid.reopen("fatima", schema: newer)
        let els = try zuid.store("els", schema: newer)
        try els.pull(from: store)
        // Rows themselves differ by the column that stays with Fatima.
        #expect(try els.dump() == store.dump())
        #expect(try els.value(person("a"), "hat") == .text("rood"))
    }
}
