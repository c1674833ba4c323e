import Community
import CRDT
import CSQLite
import Foundation
import Schema
import Store
import Testing

/// What people see who open a replica with another program.
struct ViewTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private func text(_ path: String, _ sql: String) throws -> [[String?]] {
        var handle: OpaquePointer?
        #expect(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Client.Failure(message: String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(statement) }
        var rows: [[String?]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append((0..<sqlite3_column_count(statement)).map { sqlite3_column_text(statement, $0).map { String(cString: $0) } })
        }
        return rows
    }

    @Test func namesGroupsMomentsAndConsentsAsOtherProgramsSeeThem() throws {
        let store = try zuid.store("one", schema: .community)
        let client = try Client(zuid.path("one"))
        try client.run(
            """
            insert into contact (id, given_name, infix, family_name, nickname, organisation) values
                ('a', 'Fatima', 'el', 'Amrani', null, null), ('b', null, 'de', 'Vries', null, null), ('c', 'Bo', ' ', '', 'B', null),
                ('d', null, null, null, 'Oma', 'Zorg'), ('e', null, null, null, null, 'Zorg'), ('f', null, null, null, null, null);
            insert into identity_link (contact, other, verdict) values
                ('a', 'b', 'same'), ('b', 'c', 'same'), ('e', 'd', 'same'), ('a', 'f', 'undecided');
            insert into contact_moment (id, occurred_at) values ('m1', '2026-03-01T12:00:00+02:00'), ('m2', '2026-03-01T11:00:00Z');
            insert into contact_moment_contact (contact_moment, contact) values ('m1', 'd'), ('m2', 'e'), ('m1', 'f');
            insert into consent (contact, purpose, state, valid_until) values
                ('a', 'photos', 'given', null), ('c', 'photos', 'withdrawn', null), ('d', 'photos', 'given', '2020-01-01'),
                ('f', 'photos', 'given', '2999-01-01');
            """)
        #expect(try text(zuid.path("one"), "select display_name, sort_name from contact_name order by contact") == [
            ["Fatima el Amrani", "Amrani, Fatima el"], ["de Vries", "Vries, de"], ["Bo", "Bo"], ["Oma", "Oma"], ["Zorg", "Zorg"], ["f", "f"],
        ])
        let groups = "select person, is_contradicted from contact_identity order by contact"
        #expect(try text(zuid.path("one"), groups).map { $0.map { $0 ?? "" }.joined(separator: " ") }
            == ["a 0", "a 0", "a 0", "d 0", "d 0", "f 0"])
        #expect(try text(zuid.path("one"), "select last_moment_at from contact_last_moment order by contact").map { $0[0] }
            == [nil, nil, nil, "2026-03-01T11:00:00Z", "2026-03-01T11:00:00Z", "2026-03-01T10:00:00Z"])
        let age = try #require(try text(zuid.path("one"), "select days_ago from contact_last_moment where contact = 'f'")[0][0].flatMap { Int($0) })
        #expect(age > 200)
        #expect(try text(zuid.path("one"), "select contact, state from consent_effective order by contact").map { $0.compactMap { $0 } } == [
            ["a", "withdrawn"], ["b", "withdrawn"], ["c", "withdrawn"], ["d", "expired"], ["e", "expired"], ["f", "given"],
        ])

        // One "different" inside a group unfolds all of it; a contact that was deleted stands for nobody.
        try client.run("insert into identity_link (contact, other, verdict) values ('c', 'a', 'different'); delete from contact where id = 'd'")
        #expect(try text(zuid.path("one"), groups).map { $0.map { $0 ?? "" }.joined(separator: " ") }
            == ["a 1", "b 1", "c 1", "e 0", "f 0"])
        // Views write nothing: what was edited is stamped and merged as ever.
        let other = try zuid.store("other", schema: .community)
        try other.meet(store)
        try expectEqualRows(store, other)
        #expect(try text(zuid.path("other"), groups) == text(zuid.path("one"), groups))
    }

    @Test func anUpgradeMakesThemAnewAndLeavesSomebodysOwnAlone() throws {
        let early = Schema(tables: ["contact"].compactMap { Schema.community[$0] }, views: Schema.community.views)
        let store = try zuid.store("one", schema: early)
        let path = zuid.path("one")
        let names = "select name from sqlite_master where type = 'view' order by name"
        #expect(try text(path, names) == [["contact_name"]])
        try store.executeAsClient("insert into contact (id, given_name) values ('a', 'Fatima')")
        try store.close()
        let client = try Client(path)
        try client.run("drop view contact_name; create view contact_name as /* kith */ select 'old' as display_name")
        try client.run("create view consent_effective as select 'mine' as state")

        let reopened = try zuid.reopen("one", schema: .community)
        #expect(try text(path, "select display_name from contact_name") == [["Fatima"]])
        #expect(try text(path, names) == [["consent_effective"], ["contact_identity"], ["contact_last_moment"], ["contact_name"]])
        #expect(try text(path, "select state from consent_effective") == [["mine"]])
        // Nothing left to do: opening again writes nothing.
        try reopened.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try zuid.reopen("one", schema: .community).close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
}
