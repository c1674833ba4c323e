import Community
import Foundation
import Store
import Testing

/// What an erased person leaves: moments lose their words in whatever order things come, and are counted once.
@Suite struct LeftBehindTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store
    private let words = "geheimgesprek"

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: .community)
        jan = try zuid.store("jan", schema: .community)
    }

    private func person(_ store: Store) throws {
        try store.executeAsClient("insert into contact (id, given_name) values ('k', 'Zebedeus'), ('o', 'Bram')")
    }

    private func moment(_ store: Store, _ id: String = "m1") throws {
        try store.executeAsClient(
            """
            insert into contact_moment (id, worker, occurred_at, channel, duration_minutes, summary, concern, created_at)
            values ('\(id)', 'niet een id', '2026-11-03T23:30:00-02:00', 'phone', 25, '\(words)', '\(words) 2', '2026-11-04T01:31:00.000Z')
            """)
    }

    private func link(_ store: Store, _ contact: String, _ moment: String = "m1") throws {
        try store.executeAsClient("insert into contact_moment_contact (contact_moment, contact) values ('\(moment)', '\(contact)')")
    }

    /// Protocol.md, "Erasure", 8.
    private let wordless = RecordID(table: "contact_moment", key: ["9ce03f418df6c95e2850480a65efb3c0"])

    @Test func whatIsCountedStaysAndNothingElse() throws {
        try person(fatima)
        try moment(fatima)
        try link(fatima, "k")
        try fatima.stamp()
        let plan = try fatima.erasurePlan(record("contact", "k"))
        #expect(plan.wordless.map(\.id) == [record("contact_moment", "m1")] && plan.shared.isEmpty)
        _ = try fatima.erase(plan.named, leavesCounts: true)
        let row = try #require(try fatima.rows([wordless]).first)
        let values = Dictionary(uniqueKeysWithValues: row.values.map { ($0.name, $0.value) })
        #expect(values["occurred_at"] == .text("2026-11-03") && values["created_at"] == .text("2026-11-04"))
        #expect(values["channel"] == .text("phone") && values["duration_minutes"] == .integer(25))
        #expect(values["worker"] == .null, "what is no id could be a name")
        #expect(values.values.filter { $0 != .null }.count == 4)
        #expect(try fatima.count("contact_moment") == 1)
        try fatima.scrub()
        #expect(try fatima.holdsBytes(words) == [])
        #expect(throws: StoreError(.nothingToUndo)) { while true { _ = try fatima.undo() } }
        #expect(try fatima.count("contact_moment") == 1, "undo takes none of it back")
        // Again it does no harm.
        _ = try fatima.erase(plan.named, leavesCounts: true)
        #expect(try fatima.loseWords(leavesCounts: true) == 0)
        #expect(try fatima.count("contact_moment") == 1)
    }

    /// The link of one laptop comes before the moment of another.
    @Test(arguments: [true, false]) func aMomentThatComesAfterItsLink(_ mayWrite: Bool) throws {
        try person(fatima)
        try jan.pull(from: fatima)
        let bo = try zuid.store("bo", schema: .community)
        try bo.pull(from: fatima)
        try moment(jan)
        try jan.stamp()
        try link(bo, "k")
        try bo.stamp()
        _ = try fatima.erase([erased("contact", "k")], leavesCounts: true)
        try fatima.pull(from: bo)
        #expect(try fatima.loseWords(leavesCounts: mayWrite) == 0, "nothing is here yet")
        try fatima.pull(from: jan)
        #expect(try fatima.count("contact_moment") == 1)
        #expect(try fatima.loseWords(leavesCounts: mayWrite) == 1)
        #expect(try fatima.rows([wordless]).count == (mayWrite ? 1 : 0), "a reader leaves that to others")
        #expect(try fatima.owedErasures().map(\.record) == [erased("contact_moment", "m1")])
        #expect(try fatima.isScrubOwed)
        try fatima.scrub()
        #expect(try fatima.holdsBytes(words) == [])
    }

    @Test func withSomebodyElseItStays() throws {
        try person(fatima)
        try moment(fatima)
        try link(fatima, "k")
        try link(fatima, "o")
        try fatima.stamp()
        let plan = try fatima.erasurePlan(record("contact", "k"))
        #expect(plan.wordless.isEmpty && plan.shared.map(\.id) == [record("contact_moment", "m1")])
        _ = try fatima.erase(plan.named, leavesCounts: true)
        #expect(try fatima.loseWords(leavesCounts: true) == 0)
        #expect(try fatima.rows([record("contact_moment", "m1")]).count == 1)
        // The other goes as well.
        _ = try fatima.erase(try fatima.erasurePlan(record("contact", "o")).named, leavesCounts: true)
        #expect(try fatima.rows([record("contact_moment", "m1")]).isEmpty && fatima.rows([wordless]).count == 1)
    }

    @Test func inTheTrashItLeavesNothing() throws {
        try person(fatima)
        try moment(fatima)
        try link(fatima, "k")
        try fatima.stamp()
        try fatima.delete(record("contact_moment", "m1"))
        _ = try fatima.erase([erased("contact", "k")])
        #expect(try fatima.loseWords(leavesCounts: true) == 1)
        #expect(try fatima.count("contact_moment") == 0)
        try fatima.scrub()
        #expect(try fatima.holdsBytes(words) == [])
    }

    @Test func aMomentErasedByItselfLeavesNothing() throws {
        try person(fatima)
        try moment(fatima)
        try link(fatima, "k")
        try fatima.stamp()
        _ = try fatima.erase(try fatima.erasurePlan(record("contact_moment", "m1")).named, leavesCounts: true)
        #expect(try fatima.count("contact_moment") == 0 && fatima.count("contact") == 2)
    }
}
