import Community
import CRDT
import Schema
import Store
import Testing

/// A broken rule that somebody lets be: gone for everybody, until something about it changes.
struct DismissalTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private func pair() throws -> (one: Store, other: Store) {
        (try zuid.store("one", schema: .community), try zuid.store("other", schema: .community))
    }

    @Test(arguments: BrokenRuleTests.scenes) func everyKindCanBeDismissedAndThatTravels(_ scene: BrokenRuleTests.Scene) throws {
        let (one, other) = try pair()
        for sql in scene.before { try one.executeAsClient(sql) }
        try other.pull(from: one)
        for sql in scene.onOne { try one.executeAsClient(sql) }
        for sql in scene.onOther { try other.executeAsClient(sql) }
        try one.pull(from: other)
        try other.pull(from: one)
        let listed = try one.brokenRules()
        #expect(listed.count == 1)
        let row = RecordID(table: scene.row.table, key: scene.row.key)
        let nothing = RecordID(table: "contact", key: ["nobody"])
        #expect(try one.dismissBrokenRules(nothing) == 0 && one.brokenRules().count == 1)
        #expect(try one.dismissBrokenRules(row) == 1)
        #expect(try one.brokenRules().isEmpty && one.dismissedRules().map(\.rule) == listed)
        #expect(try one.dismissBrokenRules(row) == 0)
        #expect(try other.brokenRules() == listed)
        // The other dismisses it too, apart: one row, no conflict.
        #expect(try other.dismissBrokenRules(nil) == 1)
        try one.pull(from: other)
        try other.pull(from: one)
        #expect(try other.brokenRules().isEmpty && one.conflicts().isEmpty && one.count("dismissal") == 1)
        try expectEqualRows(one, other)
        // It can be listed again.
        try one.delete(try #require(one.dismissedRules().first).dismissal)
        try other.pull(from: one)
        #expect(try one.brokenRules() == listed && other.brokenRules() == listed && other.dismissedRules().isEmpty)
        #expect(try other.dismissBrokenRules(row) == 1 && other.brokenRules().isEmpty)
    }

    @Test func itComesBackWhenTheFactsChange() throws {
        let (one, other) = try pair()
        for sql in ["a", "b", "c", "d"].map({ "insert into contact (id, given_name) values ('\($0)', '\($0)')" }) { try one.executeAsClient(sql) }
        try one.executeAsClient("insert into gathering (id, max_participants) values ('g', 1)")
        try one.executeAsClient("insert into attendance (gathering, contact, created_at) values ('g', 'a', '2026-01-01'), ('g', 'b', '2026-01-02')")
        try one.executeAsClient("insert into place (id, name, status) values ('p', 'Buurthuis', 'removed'), ('q', 'Hal', 'removed')")
        try one.executeAsClient("insert into initiative (id, name, place) values ('i', 'Koken', 'p')")
        #expect(try one.dismissBrokenRules(nil) == 2)
        try other.pull(from: one)
        #expect(try other.brokenRules().isEmpty)
        // An edit of something else leaves them dismissed.
        try other.executeAsClient("update initiative set name = 'Samen koken'")
        #expect(try other.brokenRules().isEmpty)
        try other.executeAsClient("insert into attendance (gathering, contact, created_at) values ('g', 'c', '2026-01-03')")
        #expect(try other.brokenRules().map(\.counts) == [[3, 1], [3, 1]], "two too many, and both are to be looked at anew")
        try other.executeAsClient("update initiative set place = 'q'")
        #expect(try other.brokenRules().count == 3)
        #expect(try other.dismissedRules().isEmpty)
        try one.pull(from: other)
        #expect(try one.brokenRules() == other.brokenRules())
        // Back to the facts that were looked at.
        try one.executeAsClient("delete from attendance where contact = 'c'")
        try one.executeAsClient("update initiative set place = 'p'")
        #expect(try one.brokenRules().isEmpty && one.dismissedRules().count == 2)
    }

    @Test func aReplicaWithoutTheDirectoryListsAndSaysItCannot() throws {
        let people = Schema(tables: Schema.community.tables.filter { $0.collection == .people })
        let store = try zuid.store("one", schema: people)
        try store.executeAsClient("insert into loan (id, item) values ('l1', 'x'), ('l2', 'x')")
        let listed = try store.brokenRules()
        #expect(!listed.isEmpty)
        #expect(throws: StoreError(.unknownName, "dismissal")) { try store.dismissBrokenRules(nil) }
        #expect(try store.brokenRules() == listed)
    }
}
