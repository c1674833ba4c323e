import Community
import CRDT
import CSQLite
import Foundation
import Schema
import Store
import Testing
import Wire

/// How a column merges travels with it: two versions that would show different things of the same changes notice, and a version
/// that does not know a column keeps it, passes it on and shows it after an upgrade.
@Suite struct ColumnKindTests {
    private let zuid: Neighbourhood

    init() throws { zuid = try Neighbourhood() }

    private static let oldest = schema(nil)

    private static func schema(_ column: Column?) -> Schema {
        Schema(tables: [Table("lamp", in: .people, columns: [Column("room")] + (column.map { [$0] } ?? []), purpose: "A lamp.")])
    }

    private static func rank(_ order: String...) -> Column { Column("state", .rank(order: order)) }

    private func lamp(_ id: String = "l") -> RecordID { RecordID(table: "lamp", key: [id]) }

    /// What merging throws, and the name that people read.
    private func refusal(_ body: () throws -> Void) -> (WireError.Code, String?)? {
        do { try body() } catch let error as WireError { return (error.code, error.merged) } catch { return (.refused, "\(error)") }
        return nil
    }

    static let otherKinds: [(Column, Column)] = [
        (rank("off", "on"), rank("on", "off")), (rank("off", "on"), rank("off", "dim", "on")), (rank("off", "on"), Column("state")),
        (Column("state"), Column("state", .once)), (Column("state", .earliest), Column("state")), (Column("state"), Column("state", .text)),
        (Column("state", .counter, type: .integer), Column("state")), (Column("state"), Column("state", .counter, type: .integer)),
        (Column(composite: "state", [.init("power"), .init("colour")]), Column("state")),
        (Column(composite: "state", [.init("power"), .init("colour")]), Column(composite: "state", [.init("colour"), .init("power")])),
    ]

    @Test(arguments: otherKinds) func anotherKindIsNoticed(_ row: (Column, Column)) throws {
        let fatima = try zuid.store("fatima", schema: Self.schema(row.0)), jan = try zuid.store("jan", schema: Self.schema(row.1))
        try fatima.executeAsClient("insert into lamp (id, room, \(row.0.parts[0].name)) values ('l', 'hall', 1)")
        try jan.executeAsClient("insert into lamp (id, room, \(row.1.parts[0].name)) values ('m', 'attic', 1)")
        for (reader, writer, mine) in [(jan, fatima, "m"), (fatima, jan, "l")] {
            let found = refusal { try reader.pull(from: writer) }
            #expect(found?.0 == .newerFormat && found?.1 == "lamp.state")
            #expect(try reader.rows("lamp").map { $0.prefix(1) } == [mine[...]], "nothing of it was taken in")
            // Its own goes on as ever.
            #expect(try reader.frozenDelta(of: "people", base: Knowledge(), partial: [], working: {}) != nil)
        }
    }

    /// Of the same kind they meet, whatever the types and defaults of the SQL columns.
    @Test func theSameKindMeets() throws {
        let fatima = try zuid.store("fatima", schema: Self.schema(Self.rank("off", "on")))
        let jan = try zuid.store("jan", schema: Self.schema(Column("state", .rank(order: ["off", "on"]), default: "'on'")))
        try fatima.executeAsClient("insert into lamp (id, state) values ('l', 'off')")
        try jan.executeAsClient("insert into lamp (id) values ('m')")
        try fatima.meet(jan)
        try expectEqualRows(fatima, jan)
    }

    /// Els knows no column `state`. She holds what two others wrote at once, passes it on, and shows the safest after an upgrade.
    @Test func anUnknownColumnIsKeptPassedOnAndShown() throws {
        let newer = Self.schema(Self.rank("off", "dim", "on"))
        let fatima = try zuid.store("fatima", schema: newer), jan = try zuid.store("jan", schema: newer)
        let els = try zuid.store("els", schema: Self.oldest), bo = try zuid.store("bo", schema: newer)
        try fatima.executeAsClient("insert into lamp (id, state) values ('l', 'on')")
        try jan.pull(from: fatima)
        try fatima.executeAsClient("update lamp set state = 'dim'")
        try jan.executeAsClient("update lamp set state = 'on'")
        try jan.executeAsClient("update lamp set state = 'off', room = 'hall'")
        try els.pull(from: fatima)
        try els.pull(from: jan)
        try bo.pull(from: els)
        #expect(try bo.value(lamp(), "state") == .text("off"))
        try els.close()
        let upgraded = try zuid.reopen("els", schema: newer)
        #expect(try upgraded.value(lamp(), "state") == .text("off"))
        try upgraded.meet(bo)
        try expectEqualRows(upgraded, bo)
    }

    /// Met first with one kind, then with another: the second is noticed by who knows neither.
    @Test func twoKindsOfAnUnknownColumnAreNoticed() throws {
        let fatima = try zuid.store("fatima", schema: Self.schema(Self.rank("off", "on")))
        let jan = try zuid.store("jan", schema: Self.schema(Self.rank("on", "off"))), els = try zuid.store("els", schema: Self.oldest)
        for store in [fatima, jan] { try store.executeAsClient("insert into lamp (state) values ('on')") }
        try els.pull(from: fatima)
        try els.close()
        let again = try zuid.reopen("els", schema: Self.oldest)
        let found = refusal { try again.pull(from: jan) }
        #expect(found?.0 == .newerFormat && found?.1 == "lamp.state")
        #expect(try again.rows("lamp").count == 1)
    }

    /// A version that orders a rank otherwise than the one before it shows what is safest by its own order.
    @Test func anUpgradeThatChangesAKindLooksAnew() throws {
        let old = Self.schema(Self.rank("off", "on")), new = Self.schema(Self.rank("on", "off"))
        let fatima = try zuid.store("fatima", schema: old), jan = try zuid.store("jan", schema: old)
        try fatima.executeAsClient("insert into lamp (id, state) values ('l', 'on')")
        try jan.pull(from: fatima)
        try fatima.executeAsClient("update lamp set state = 'off'")
        for state in ["dim", "on"] {
            try jan.edit(lamp(), [("state", .text(state))])
            try jan.stamp()
        }
        try fatima.meet(jan)
        #expect(try fatima.value(lamp(), "state") == .text("off"))
        for store in [fatima, jan] { try store.close() }
        let upgraded = try zuid.reopen("fatima", schema: new), other = try zuid.reopen("jan", schema: new)
        #expect(try upgraded.value(lamp(), "state") == .text("on"))
        #expect(try other.value(lamp(), "state") == .text("on"))
        try upgraded.meet(other)
        try expectEqualRows(upgraded, other)
    }

    /// Somebody wrote under the name of a column that is yet to come, in another shape: after the upgrade the column is what the
    /// version says, and the replica opens, edits and exchanges.
    @Test(arguments: [
        Column("state", .counter, type: .integer), Column(composite: "state", [.init("a"), .init("b")]), Column("state", .once),
    ]) func anImpostorIsForgotten(_ column: Column) throws {
        let els = try zuid.store("els", schema: Self.oldest), hostile = try zuid.store("jan", schema: Self.schema(column))
        try hostile.executeAsClient("insert into lamp (id, room, \(column.parts[0].name)) values ('l', 'hall', 3)")
        try els.pull(from: hostile)
        try els.close()
        let newer = Self.schema(Self.rank("off", "on"))
        let upgraded = try zuid.reopen("els", schema: newer), bo = try zuid.store("bo", schema: newer)
        #expect(try upgraded.value(lamp(), "room") == .text("hall"))
        try upgraded.executeAsClient("update lamp set state = 'off' where id = 'l'")
        try upgraded.meet(bo)
        #expect(try bo.value(lamp(), "state") == .text("off"))
        try expectEqualRows(upgraded, bo)
    }

    /// The same of a whole table, whose key had another number of parts.
    @Test func aTableOfAnotherKeyIsForgotten() throws {
        func schema(_ key: Table.Key) -> Schema {
            Schema(tables: Self.oldest.tables + [Table("shade", in: .people, key: key, columns: [Column("colour")], purpose: "A shade.")])
        }
        let els = try zuid.store("els", schema: Self.oldest), hostile = try zuid.store("jan", schema: schema(.pair("lamp", "room")))
        try hostile.executeAsClient("insert into shade values ('l', 'hall', 'red')")
        try hostile.executeAsClient("insert into lamp (id, room) values ('l', 'hall')")
        try els.pull(from: hostile)
        try els.close()
        let upgraded = try zuid.reopen("els", schema: schema(.id)), bo = try zuid.store("bo", schema: schema(.id))
        #expect(try upgraded.rows("shade").isEmpty && upgraded.rows("lamp").count == 1)
        try upgraded.executeAsClient("insert into shade (id, colour) values ('s', 'blue')")
        try bo.pull(from: upgraded)
        #expect(try bo.rows("shade").count == 1)
        try hostile.executeAsClient("insert into shade values ('m', 'attic', 'green')")
        let found = refusal { try bo.pull(from: hostile) }
        #expect(found?.0 == .newerFormat && found?.1 == "shade")
    }
}

/// Whatever increments others have sent, in whatever order, a person types a number and it is shown, here and everywhere.
@Suite struct CounterTypingTests {
    @Test func whatIsTypedIsShownEverywhere() throws {
        let zuid = try Neighbourhood()
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan"), els = try zuid.store("els")
        try fatima.executeAsClient("insert into person (id, visits) values ('a', 9223372036854775807)")
        for store in [jan, els] { try store.pull(from: fatima) }
        // Four of the greatest increments there are, each made by whoever saw none of the others.
        for store in [fatima, jan, els] { try store.executeAsClient("update person set visits = -1") }
        for store in [fatima, jan, els] { try store.executeAsClient("update person set visits = 9223372036854775806") }
        try fatima.meet(jan)
        try fatima.meet(els)
        try jan.meet(els)
        for (store, typed) in [(fatima, 7), (els, -9_223_372_036_854_775_808), (jan, 0), (fatima, 9_223_372_036_854_775_807), (els, 3)] as [(Store, Int64)] {
            try store.executeAsClient("update person set visits = ?", [.integer(typed)])
            #expect(try store.value(person("a"), "visits") == .integer(typed))
            try store.stamp()
            #expect(try store.value(person("a"), "visits") == .integer(typed))
            for other in [fatima, jan, els] where other !== store { try other.meet(store) }
            for other in [fatima, jan, els] { #expect(try other.value(person("a"), "visits") == .integer(typed)) }
        }
    }
}
