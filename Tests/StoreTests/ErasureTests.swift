import Community
import CRDT
import Foundation
import Schema
import Store
import Testing
import Wire

/// An erased person is gone and cannot come back: by a late laptop, an old stick, SQL, undo or an import.
@Suite struct ErasureTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: erasureSchema)
        jan = try zuid.store("jan", schema: erasureSchema)
        try fatima.executeAsClient("insert into contact (id, given_name, visits) values ('k', 'Amina', 2), ('o', 'Bram', 1)")
        try fatima.executeAsClient("insert into point (id, contact, value) values ('p', 'k', '06'), ('q', 'o', '07')")
        try fatima.executeAsClient("insert into label values ('l', 'p', 'home'), ('m', 'q', 'work')")
        try fatima.executeAsClient("insert into consent values ('k', 'news', 'oral'), ('o', 'news', 'oral')")
        try fatima.executeAsClient("insert into tie values ('t', 'o', 'k', 'friend'), ('u', 'o', 'o', 'self')")
        try fatima.executeAsClient("insert into note values ('n', 'k', 'stays')")
        try jan.pull(from: fatima)
    }

    private func left(_ store: Store) throws -> [String] {
        try store.sharedTables.flatMap { table in try store.rows(table.name).map { table.name + " " + $0.prefix { $0 != " " } } }
    }

    private let rest = ["contact o", "point q", "label m", "consent o:news", "tie u", "note n"]

    // MARK: What goes

    @Test func aPersonGoesWithAllThatBelongsToIt() throws {
        let plan = try fatima.erasurePlan(record("contact", "k"))
        #expect(plan.entries.first?.record == erased("contact", "k"))
        #expect(Set(plan.entries.map(\.record)) == [
            erased("contact", "k"), erased("point", "p"), erased("label", "l"), erased("consent", "k", "news"), erased("tie", "t"),
        ])
        #expect(plan.counts.map(\.table) == ["consent", "contact", "label", "point", "tie"])
        #expect(!plan.named.contains(erased("consent", "k", "news")), "its key says it")

        let report = try fatima.erase([erased("contact", "k")])
        #expect(report.newCount == 1)
        #expect(report.removed == ["contact": 1, "point": 1, "label": 1, "consent": 1, "tie": 1])
        #expect(try left(fatima) == rest)
        #expect(try fatima.remnants() == [])
        #expect(try fatima.isErased(erased("label", "l")))
        #expect(try fatima.isErased(erased("consent", "k", "never-given")))
        #expect(try !fatima.isErased(erased("note", "n")))

        // The same news on another laptop, which had the rows; and again.
        _ = try jan.erase(plan.named)
        #expect(try left(jan) == rest)
        #expect(try jan.erase(plan.named).newCount == 0)
        try fatima.meet(jan)
        #expect(try fatima.dump() == jan.dump())
    }

    @Test func whatIsNotStampedDoesNotMatter() throws {
        try fatima.executeAsClient("insert into point (id, contact, value) values ('new', 'k', 'x')")
        try fatima.executeAsClient("update point set contact = 'o' where id = 'p'")
        try fatima.executeAsClient("delete from consent where contact = 'k'")
        try fatima.executeAsClient("update contact set given_name = 'Changed'")
        _ = try fatima.erase([erased("contact", "k")])
        #expect(try left(fatima) == rest, "others know 'p' as hers, and erase it too")
        #expect(try fatima.stamp() == 1, "the other edit is still there")
        #expect(try fatima.value(record("contact", "o"), "given_name") == .text("Changed"))
        _ = try jan.erase([erased("contact", "k")])
        try fatima.meet(jan)
        #expect(try fatima.dump() == jan.dump())
        #expect(try fatima.knowledge() == jan.knowledge())
    }

    @Test func aSiblingNamesAnOwnerToo() throws {
        try fatima.edit(record("point", "q"), [("contact", .text("k"))])
        try jan.edit(record("point", "q"), [("contact", .text("elsewhere"))])
        try fatima.meet(jan)
        for store in [fatima, jan] { _ = try store.erase([erased("contact", "k")]) }
        #expect(try !left(fatima).contains("point q") && !left(jan).contains("point q"))
        #expect(try fatima.dump() == jan.dump())
    }

    @Test func aTombstoneIsSmallAndSaysNothing() throws {
        for count in [0, 3_000] {
            if count > 0 {
                let named = (0..<count).map { erased("contact", String(format: "%032x", $0 &* 2_654_435_761)) }
                _ = try fatima.erase(named)
            }
        }
        try fatima.scrub()
        let client = try Client(zuid.path("fatima"))
        try client.run("create table measure as select sum(pgsize) as bytes, sum(payload) as payload, sum(ncell) as cells from dbstat where name = 'kith_erased'")
        let values = try fatima.values(of: ["bytes", "payload", "cells"], in: "measure", where: "true", [])
        guard case .integer(let bytes)? = values?[0] else { Issue.record("no figure"); return }
        let besideKey = Double(bytes) / 3_004 - 17
        print("a tombstone takes \(besideKey) bytes beside its key")
        #expect(besideKey <= 24)
    }

    // MARK: What cannot come back

    @Test func aLateLaptopsChangesAreDroppedAndClaimed() throws {
        let late = try zuid.store("late", schema: erasureSchema)
        try late.pull(from: fatima)
        _ = try fatima.erase([erased("contact", "k")])
        // By its anchor, by its key, new ones of hers, and ones that only the row itself says to be hers.
        try late.edit(record("contact", "k"), [("given_name", .text("Late"))])
        try late.increment(record("contact", "k"), "visits", by: 5)
        try late.edit(record("point", "p"), [("value", .text("late"))])
        try late.executeAsClient("insert into point (id, contact, value, clicks) values ('late', 'k', 'late', 3)")
        try late.executeAsClient("insert into label values ('late', 'late', 'late')")
        try late.executeAsClient("insert into consent values ('k', 'late', 'late')")
        try late.edit(record("contact", "o"), [("given_name", .text("Kept"))])
        try fatima.pull(from: late)
        #expect(try left(fatima) == rest)
        #expect(try fatima.value(record("contact", "o"), "given_name") == .text("Kept"))
        #expect(try fatima.knowledge() == late.knowledge(), "what is dropped is claimed")
        #expect(Set(try fatima.owedErasures().map { "\($0.record.id.text) of \($0.owner.id.text)" }) == [
            "p of k", "l of p", "t of k", "late of k", "late of late",
        ])
        // Somebody who hears of the erasure and then gets Fatima's data, which has no trace of hers.
        let els = try zuid.store("els", schema: erasureSchema)
        _ = try els.erase([erased("contact", "k")])
        try els.pull(from: fatima)
        #expect(try left(els) == rest)
        // The late laptop names a record by an anchor that Els claims and never had.
        try late.edit(record("contact", "k"), [("given_name", .text("Later"))])
        try els.pull(from: late)
        #expect(try left(els) == rest)
        // Stated, it is owed no more.
        let statements = Statements()
        statements.state([erased("contact", "k")])
        for store in [fatima, els, late, jan] { try statements.meet(store) }
        #expect(try fatima.owedErasures().isEmpty)
        for store in [els, late, jan] {
            try fatima.meet(store)
            #expect(try store.dump() == fatima.dump())
        }
    }

    @Test func aRecordOfAnAnchorThatIsNotHereIsPassedOver() throws {
        let late = try zuid.store("late", schema: erasureSchema)
        try late.pull(from: fatima)
        try late.edit(record("contact", "k"), [("given_name", .text("Late"))])
        // A replica that lost the record in any other way, and has erased nothing.
        try Client(zuid.path("fatima")).run("delete from kith_change where record in (select record from kith_change where flags & 1)")
        let held = try fatima.rows("contact")
        try fatima.pull(from: late)
        #expect(try fatima.rows("contact") == held, "and everything else that comes is taken")
    }

    @Test func anOldStickBringsNothingBack() throws {
        let delta = try #require(try fatima.frozenDelta(of: "people", base: Knowledge(), partial: [], working: {}))
        let els = try zuid.store("els", schema: erasureSchema)
        _ = try els.erase([erased("contact", "k")])
        let report = try els.mergeBundle(dryRun: false, salvage: false) { bundle in
            try bundle.begin(delta.manifest)
            for index in delta.manifest.segments.indices {
                try bundle.add(SealedSegment(delta: delta.manifest.id, index: index, bytes: try delta.segment(index)))
            }
        }
        #expect(report.merge.erasedChangeCount == 2)
        #expect(try left(els) == rest)
        #expect(try els.knowledge()["people"] == fatima.knowledge()["people"])
    }

    @Test func sqlIsTakenBackAtStamping() throws {
        _ = try fatima.erase([erased("contact", "k")])
        let before = try fatima.knowledge()
        let client = try Client(zuid.path("fatima"))
        try client.run("insert into contact (id, given_name) values ('k', 'Again')")
        try client.run("insert into consent values ('k', 'again', 'x')")
        try client.run("insert into point (id, contact) values ('again', 'k')")
        try client.run("replace into tie (id, one) values ('t', 'k')")
        #expect(try fatima.stamp() == 0)
        #expect(try left(fatima) == rest)
        #expect(try fatima.knowledge() == before)
        #expect(try fatima.status().erasure.refusedRowCount == 4)
        #expect(try fatima.status().unstampedNotes == 0)
        // A row that others know, given to her: erased, and owed.
        try client.run("update point set contact = 'k' where id = 'q'")
        #expect(try fatima.stamp() == 0)
        #expect(try fatima.owedErasures().map(\.record).contains(erased("point", "q")))
        // A load takes the slow way and no harm.
        try client.run("insert into contact (id, given_name) values ('k', 'Again'), ('x', 'X'), ('y', 'Y')")
        #expect(try fatima.stamp() == 2)
        #expect(try left(fatima).filter { $0.hasPrefix("contact") } == ["contact o", "contact x", "contact y"])
    }

    @Test func kithRefusesInWords() throws {
        _ = try fatima.erase([erased("contact", "k")])
        let gone = StoreError(.erased, "contact")
        #expect(throws: gone) { try fatima.add("contact", [("id", .text("k"))]) }
        #expect(throws: StoreError(.erased, "point")) { try fatima.add("point", [("contact", .text("k"))]) }
        #expect(throws: StoreError(.erased, "point")) { try fatima.edit(record("point", "q"), [("contact", .text("k"))]) }
        #expect(throws: StoreError(.erased, "consent")) {
            try fatima.add("consent", [("contact", .text("k")), ("purpose", .text("x"))])
        }
        #expect(throws: gone) { try fatima.undelete(record("contact", "k")) }
        #expect(throws: gone) { try fatima.edit(record("contact", "k"), [("given_name", .text("x"))]) }
        #expect(throws: gone) { try fatima.delete(record("contact", "k")) }
        #expect(throws: gone) { try fatima.increment(record("contact", "k"), "visits", by: 1) }
        #expect(throws: gone) { try fatima.show(record("contact", "k")) }
        #expect(throws: gone) { try fatima.settle(record("contact", "k"), .mine) }
        #expect(throws: gone) { try fatima.dismiss(record("contact", "k")) }
        #expect(throws: gone) { try fatima.erasurePlan(record("contact", "k")) }
        #expect(throws: gone) { try fatima.resolve("k", includingTrash: true) }
        #expect(throws: StoreError(.notFound)) { try fatima.resolve("nobody") }
        #expect(throws: StoreError(.notFound, "contact")) { try fatima.erasurePlan(record("contact", "nobody")) }
    }

    @Test func aSiblingIsNotSettledToAnErasedOwner() throws {
        _ = try fatima.erase([erased("contact", "k")])
        try fatima.edit(record("point", "q"), [("contact", .text("a"))])
        try jan.edit(record("point", "q"), [("contact", .text("b"))])
        try fatima.pull(from: jan)
        #expect(throws: StoreError(.erased, "point")) { try fatima.settle(record("point", "q"), .value(.text("k"))) }
        #expect(try fatima.settle(record("point", "q"), .value(.text("o"))) == 1)
    }

    @Test func undoBringsNothingBack() throws {
        #expect(try fatima.status().unstampedNotes == 0)
        try fatima.edit(record("point", "q"), [("contact", .text("k"))])
        try fatima.stamp()
        try fatima.edit(record("point", "q"), [("contact", .text("o"))])
        try fatima.stamp()
        try fatima.edit(record("contact", "k"), [("given_name", .text("Only hers"))])
        try fatima.stamp()
        _ = try fatima.erase([erased("contact", "k")])
        // The last work was on her alone and is gone; the one before would give the row to her.
        #expect(try fatima.undo().leftAlone == 1)
        #expect(try left(fatima) == rest)
        #expect(try fatima.value(record("point", "q"), "contact") == .text("o"))
    }

    @Test func importsLeaveHerOut() throws {
        _ = try fatima.erase([erased("contact", "k")])
        var rows = [
            ImportTableRow(table: "contact", key: ["k"], values: [("given_name", .text("Amina"))]),
            ImportTableRow(table: "point", key: ["i"], values: [("contact", .text("k")), ("value", .text("06"))]),
            ImportTableRow(table: "consent", key: ["k", "x"], values: []),
            ImportTableRow(table: "contact", key: ["z"], values: [("given_name", .text("Zed"))]),
        ].makeIterator()
        var told: [String] = []
        let report = try fatima.importRows(erased: { told.append($0.table) }) { _ in rows.next() }
        #expect(report.new == 1 && report.erased == 3)
        #expect(told == ["contact", "point", "consent"])
        #expect(try left(fatima).contains("contact z"))
    }

    // MARK: Versions

    @Test func tablesOfANewerVersionAreErasedToo() throws {
        let older = Schema(tables: erasureSchema.tables.filter { ["contact", "note"].contains($0.name) })
        let old = try zuid.store("old", schema: older)
        try old.pull(from: fatima)
        #expect(try old.dump().contains { $0.table == "point" && $0.key == RecordKey("p") })
        _ = try old.erase([erased("contact", "k"), erased("point", "p"), erased("unheard", "x", "y"), erased("contact", "a", "b")])
        #expect(try !old.dump().contains { $0.table == "point" && $0.key == RecordKey("p") })
        #expect(try old.isErased(erased("unheard", "x", "y")))
        #expect(try old.dump().contains { $0.table == "label" && $0.key == RecordKey("l") }, "it cannot know whose that is")
        try old.close()
        // After the upgrade it knows.
        let upgraded = try zuid.reopen("old", schema: erasureSchema)
        #expect(try left(upgraded) == rest)
        _ = try fatima.erase([erased("contact", "k")])
        #expect(try upgraded.dump() == fatima.dump())
    }

    @Test func whatCannotBeWrittenIsErased() throws {
        let els = try zuid.store("els", schema: erasureSchema)
        try els.executeAsClient("create unique index mine on consent (purpose)")
        try els.executeAsClient("create unique index point_mine on point (contact is not null)")
        try els.pull(from: fatima)
        #expect(try els.status().parked == 2)
        _ = try els.erase([erased("contact", "k"), erased("contact", "o")])
        #expect(try els.status().parked == 0)
        #expect(try left(els) == ["note n"])
        _ = try fatima.erase([erased("contact", "k"), erased("contact", "o")])
        #expect(try els.dump() == fatima.dump())
    }
}
