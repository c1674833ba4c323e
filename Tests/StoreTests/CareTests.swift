import Community
import CRDT
import Foundation
import Schema
import Store
import Testing

/// What is kept too long, and what goes with a person.
struct CareTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private func scene() throws -> Store {
        let store = try zuid.store("one", schema: .community)
        for sql in [
            "insert into contact (id, given_name, created_at) values ('old', 'Oma', '2020-01-01T00:00:00Z'), ('busy', 'Bo', '2020-01-01T00:00:00Z'), ('gone', 'Gé', '2020-01-01T00:00:00Z'), ('new', 'Noor', '2025-12-01T00:00:00Z')",
            "insert into contact_moment (id, worker, occurred_at, created_at) values ('m', 'busy', '2025-06-01T10:00:00+02:00', '2025-06-01T08:00:00Z'), ('n', null, '2023-01-01T10:00:00Z', '2023-01-01T10:00:00Z')",
            "insert into consent (contact, purpose, state, created_at) values ('gone', 'contact', 'withdrawn', '2025-01-01T00:00:00Z')",
            "insert into consent_event (contact, purpose, state, occurred_at) values ('gone', 'contact', 'withdrawn', '2025-12-20T09:00:00Z')",
            "insert into consent (contact, purpose, state, valid_until) values ('new', 'newsletter', 'given', '2026-01-09'), ('busy', 'newsletter', 'given', '2026-01-10')",
            "insert into help_item (id, direction, contact, status, created_at) values ('h', 'request', 'new', 'fulfilled', '2025-01-01T00:00:00Z'), ('i', 'request', 'new', 'open', '2025-01-01T00:00:00Z')",
            "insert into gathering (id, starts_at) values ('g', '2024-12-01T19:00:00')",
            "insert into attendance (gathering, contact, created_at) values ('g', 'new', '2024-11-01T00:00:00Z')",
            "insert into item (id) values ('laptop')",
            "insert into loan (id, item, holder, lent_on, returned_on, created_at) values ('l', 'laptop', 'new', '2024-01-01', '2025-07-01', '2024-01-01T00:00:00Z'), ('k', 'laptop', 'busy', '2024-01-01', null, '2024-01-01T00:00:00Z')",
        ] { try store.executeAsClient(sql) }
        return store
    }

    @Test func whatIsPastItsTermIsListedByPurpose() throws {
        let past = try scene().pastTerm(today: "2026-01-10").map { "\($0.term.subject.rawValue) \($0.record.text) \($0.since) \($0.contact ?? "-")" }
        #expect(past == [
            "contact old 2020-01-01 old",
            // Withdrawn on 20 December: a month to finish has not gone by.
            "moment n 2023-01-01 -",
            "help h 2025-01-01 new",
            "attendance g:new 2024-12-01 new",
            "loan l 2025-07-01 new",
            // The last day counts.
            "consent new:newsletter 2026-01-09 new",
        ])
        let later = try zuid.reopen("one", schema: .community).pastTerm(today: "2026-01-21").map(\.record.text)
        #expect(later.contains("gone") && later.contains("busy:newsletter"))
    }

    @Test func equalReplicasListTheSame() throws {
        let store = try scene(), other = try zuid.store("other", schema: .community)
        try other.pull(from: store)
        for day in ["2026-01-10", "2030-01-01"] {
            let lists = try [store, other].map { try $0.pastTerm(today: day).map { "\($0.record) \($0.since)" } }
            #expect(lists[0] == lists[1])
        }
    }

    @Test func whatTellsAboutAPersonIsErasedWithThem() throws {
        let store = try scene()
        for sql in [
            "insert into identity_link (contact, other, verdict) values ('busy', 'new', 'same')",
            "insert into relation (id, contact, other, code) values ('r', 'busy', 'new', 'neighbour')",
            "insert into help_item (id, direction, contact) values ('o', 'offer', 'busy')",
            "insert into help_item_skill (help_item, skill) values ('h', 'driving'), ('o', 'driving')",
            "insert into match (id, request, offer) values ('m1', 'h', 'o')",
            "insert into match (id, request, helper) values ('m2', 'i', 'old')",
        ] { try store.executeAsClient(sql) }
        _ = try store.erase([ErasedRecord(RecordID(table: "contact", key: ["new"]))])
        for (table, left) in [
            ("identity_link", 0), ("relation", 0), ("help_item", 1), ("help_item_skill", 1), ("match", 0), ("attendance", 0), ("loan", 1),
            ("consent", 2), ("contact", 3), ("item", 1),
        ] { #expect(try store.count(table) == left, "\(table)") }
    }

    @Test func builtInRowsMeetWithoutAConflict() throws {
        let one = try zuid.store("one", schema: .community), other = try zuid.store("other", schema: .community)
        for store in [one, other] {
            try store.found(with: FoundingRow.community)
            #expect(try store.count("area") == 11)
            #expect(throws: StoreError.self) { try store.undo() }
        }
        try one.meet(other)
        try expectEqualRows(one, other)
        #expect(try one.conflicts().isEmpty && one.notices().isEmpty && one.brokenRules().isEmpty)
        try one.edit(RecordID(table: "term", key: ["theme-education"]), [("name_nl", .text("Leren"))])
        try one.delete(RecordID(table: "area", key: ["area-berlin"]))
        try one.meet(other)
        try expectEqualRows(one, other)
        #expect(try other.conflicts().isEmpty && other.count("area") == 10)
        #expect(try other.value(RecordID(table: "term", key: ["theme-employment"]), "name_en") == .text("Employment"))
        // Again: what was removed or renamed stays so.
        let names = try one.rows("term"), areas = try one.rows("area")
        try one.found(with: FoundingRow.community)
        #expect(try one.rows("term") == names && one.rows("area") == areas)
    }
}
