import CRDT
import Foundation
import Store
import Testing

@Suite struct ConflictTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        try fatima.executeAsClient("insert into person (id, name, phone, consent) values ('a', 'Amina', '0', 'given'), ('b', 'Bram', '0', 'given')")
        try jan.pull(from: fatima)
    }

    /// Both change one cell without knowing of each other; Jan a little later.
    private func disagree(_ id: String = "a", _ column: String = "phone", _ first: String = "F", _ second: String = "J") throws {
        try fatima.edit(person(id), [(column, .text(first))])
        Thread.sleep(forTimeInterval: 0.005)
        try jan.edit(person(id), [(column, .text(second))])
        try fatima.meet(jan)
    }

    @Test func bothSeeBoth() throws {
        try disagree()
        for store in [fatima, jan] {
            let conflicts = try store.conflicts()
            #expect(conflicts.map(\.record) == [person("a")])
            #expect(conflicts.map(\.column) == ["phone"])
            #expect(conflicts[0].siblings.map(\.parts) == [[.text("J")], [.text("F")]])
            #expect(conflicts[0].siblings.map(\.isShown) == [true, false])
            #expect(conflicts[0].siblings.map(\.author.label) == ["jan", "fatima"])
            #expect(conflicts[0].siblings.map(\.author.isOwn) == [store === jan, store === fatima])
            #expect(try store.conflictCount() == 1)
            #expect(try store.value(person("a"), "phone") == .text("J"))
            #expect(try store.show(person("a")).columns.first { $0.name == "phone" }?.siblings.count == 2)
        }
    }

    @Test func equalValuesAreNoConflict() throws {
        try disagree("a", "phone", "same", "same")
        #expect(try fatima.conflictCount() == 0)
        #expect(try fatima.show(person("a")).columns.first { $0.name == "phone" }?.authors.count == 2)
    }

    @Test(arguments: [
        (Store.Choice.mine, "F"), (.theirs, "J"), (.newest, "J"), (.value(.text("both")), "both"), (.value(.text("J")), "J"),
    ]) func settling(choice: Store.Choice, expected: String) throws {
        try disagree()
        #expect(try fatima.settle(person("a"), column: nil, choice) == 1)
        #expect(try fatima.conflictCount() == 0)
        #expect(try fatima.stamp() == 0)
        try jan.pull(from: fatima)
        #expect(try jan.conflictCount() == 0)
        #expect(try jan.value(person("a"), "phone") == .text(expected))
        try expectEqualRows(fatima, jan)
    }

    @Test func settlingOneColumnOrAll() throws {
        try disagree("a", "phone")
        try disagree("a", "name")
        try disagree("b", "phone")
        #expect(try fatima.conflictCount() == 3)
        #expect(try fatima.settle(person("a"), column: "name", .mine) == 1)
        #expect(try fatima.settle(nil, column: nil, .mine) == 2)
        #expect(try fatima.settle(nil, column: nil, .mine) == 0)
        try jan.pull(from: fatima)
        #expect(try jan.value(person("a"), "name") == .text("F"))
        #expect(try jan.conflictCount() == 0)
        try expectEqualRows(fatima, jan)
    }

    @Test func anEditSettles() throws {
        try disagree()
        try jan.edit(person("a"), [("phone", .text("F"))])
        try fatima.meet(jan)
        #expect(try fatima.conflictCount() == 0)
        #expect(try fatima.value(person("a"), "phone") == .text("F"))
    }

    @Test func settlingOnBothSides() throws {
        try disagree()
        #expect(try fatima.settle(nil, .mine) == 1)
        #expect(try jan.settle(nil, .mine) == 1)
        try fatima.meet(jan)
        #expect(try fatima.conflictCount() == 1)
        #expect(try fatima.settle(nil, .newest) == 1)
        try fatima.meet(jan)
        try expectEqualRows(fatima, jan)
        #expect(try jan.conflictCount() == 0)
    }

    @Test func factsAreSettledByChoosing() throws {
        try fatima.executeAsClient("insert into person (id, kind) values ('c', 'x')")
        try jan.executeAsClient("insert into person (id, kind) values ('c', 'y')")
        try fatima.meet(jan)
        #expect(try fatima.conflicts().contains { $0.column == "kind" })
        #expect(throws: StoreError(.writtenOnce, "person.kind")) {
            try fatima.settle(person("c"), column: "kind", .value(.text("z")))
        }
        #expect(try fatima.settle(person("c"), column: "kind", .value(.text("x"))) == 1)
        try jan.pull(from: fatima)
        #expect(try jan.value(person("c"), "kind") == .text("x"))
    }

    @Test func aSiblingOfThree() throws {
        let bo = try zuid.store("bo")
        try bo.pull(from: fatima)
        try bo.edit(person("a"), [("phone", .text("B"))])
        Thread.sleep(forTimeInterval: 0.005)
        try disagree()
        try fatima.meet(bo)
        #expect(try fatima.conflicts()[0].siblings.count == 3)
        try jan.meet(fatima)
        #expect(try jan.settle(nil, .theirs) == 1)
        try fatima.meet(jan)
        try bo.meet(fatima)
        for store in [fatima, jan, bo] {
            #expect(try store.conflictCount() == 0)
            #expect(try store.value(person("a"), "phone") == .text("F"))
        }
    }

    // MARK: Notices

    @Test func editBeatsDelete() throws {
        try fatima.delete(person("a"))
        try jan.edit(person("a"), [("phone", .text("06"))])
        try fatima.meet(jan)
        for store in [fatima, jan] {
            #expect(try !store.show(person("a")).isDeleted)
            #expect(try store.value(person("a"), "name") == .text("Amina"))
            let notices = try store.notices()
            #expect(notices.map(\.kind) == [.editBeatDelete])
            #expect(notices.map(\.record) == [person("a")])
        }
        #expect(try fatima.dismiss(person("a")) == 1)
        try jan.pull(from: fatima)
        #expect(try fatima.notices().isEmpty)
        #expect(try jan.notices().isEmpty)
        #expect(try fatima.dismiss(nil) == 0)
        try expectEqualRows(fatima, jan)
    }

    @Test func ranksChoose() throws {
        try disagree("a", "consent", "refused", "unknown")
        #expect(try fatima.conflictCount() == 0)
        #expect(try jan.value(person("a"), "consent") == .text("refused"))
        #expect(try jan.notices().map(\.kind) == [.rankChose])
        #expect(try jan.notices()[0].siblings.map(\.parts) == [[.text("refused")], [.text("unknown")]])
        #expect(try jan.settle(nil, .newest) == 0, "a notice is dismissed, not settled")
        #expect(try jan.dismiss(nil) == 1)
        try fatima.meet(jan)
        #expect(try fatima.notices().isEmpty)
        #expect(try fatima.value(person("a"), "consent") == .text("refused"))
        try fatima.edit(person("a"), [("consent", .text("given"))])
        try fatima.meet(jan)
        #expect(try jan.value(person("a"), "consent") == .text("given"))
    }

    @Test func aParkedRow() throws {
        try jan.executeAsClient("create unique index one_phone on person (phone) where phone <> '0'")
        try jan.edit(person("a"), [("phone", .text("06"))])
        try fatima.executeAsClient("insert into person (id, name, phone) values ('c', 'Cor', '06')")
        try fatima.meet(jan)
        let notices = try jan.notices()
        #expect(notices.map(\.kind) == [.parked])
        #expect(notices[0].detail.contains("UNIQUE") && !notices[0].isOwnRule)
        #expect(try jan.status().parked == 1)
        #expect(try jan.conflictCount() == 0)
        #expect(try jan.show(person("c")).columns.count == 9)
        #expect(try jan.dismiss(nil) == 0)
        try jan.executeAsClient("drop index one_phone")
        try fatima.edit(person("b"), [("name", .text("Bram!"))])
        try jan.pull(from: fatima)
        #expect(try jan.notices().isEmpty)
        try expectEqualRows(fatima, jan)
    }

    /// Nobody added the rule that refuses these: no table of Kith holds such a key.
    @Test(arguments: ["", String(repeating: "x", count: 1_025)]) func aKeyThatNoTableHolds(_ key: String) throws {
        try fatima.executeAsClient("pragma ignore_check_constraints = on")
        try fatima.executeAsClient("insert into person (id, name) values (?, 'Cor')", [.text(key)])
        try fatima.executeAsClient("pragma ignore_check_constraints = off")
        try jan.pull(from: fatima)
        let notices = try jan.notices()
        #expect(notices.map(\.kind) == [.parked] && notices[0].isOwnRule && notices[0].detail.contains("CHECK"))
        // It is kept, and passed on.
        let els = try zuid.store("els")
        try els.pull(from: jan)
        #expect(try els.notices().map(\.isOwnRule) == [true])
    }

    @Test func earliest() throws {
        try disagree("a", "since", "2020", "2019")
        #expect(try fatima.conflictCount() == 0)
        #expect(try fatima.notices().isEmpty)
        #expect(try fatima.value(person("a"), "since") == .text("2019"))
    }
}
