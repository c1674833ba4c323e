import Community
import CRDT
import Foundation
import Schema
import Store
import Testing

/// Two laptops, each of which did right: together a rule is broken. Both edits are kept, both laptops list the same, and the
/// command that is proposed puts it right on both.
struct BrokenRuleTests {
    struct Scene: Sendable, CustomTestStringConvertible {
        let kind: BrokenRule.Kind
        let before: [String]
        let onOne: [String]
        let onOther: [String]
        let row: BrokenRule.Row
        let others: [BrokenRule.Row]
        var count = 1

        var testDescription: String { kind.rawValue }
    }

    private static let people = ["a", "b", "c"].map { "insert into contact (id, given_name) values ('\($0)', '\($0)')" }

    static let scenes: [Scene] = [
        Scene(
            kind: .overbooked,
            before: people + [
                "insert into gathering (id, max_participants) values ('g', 2)",
                "insert into attendance (gathering, contact, created_at) values ('g', 'a', '2026-01-01T00:00:00.000Z')",
            ],
            onOne: ["insert into attendance (gathering, contact, created_at) values ('g', 'b', '2026-01-02T00:00:00.000Z')"],
            onOther: ["insert into attendance (gathering, contact, created_at) values ('g', 'c', '2026-01-03T00:00:00.000Z')"],
            row: .init("attendance", "g", "c"), others: [.init("gathering", "g")]),
        Scene(
            kind: .matchedTwice,
            before: people + [
                "insert into help_item (id, direction, contact) values ('r', 'request', 'a'), ('o1', 'offer', 'b'), ('o2', 'offer', 'c')"
            ],
            onOne: ["insert into match (id, request, offer, status, agreed_at) values ('m1', 'r', 'o1', 'accepted', '2026-01-02T10:00:00+01:00')"],
            onOther: ["insert into match (id, request, offer, status, agreed_at) values ('m2', 'r', 'o2', 'accepted', '2026-01-02T08:59:00Z')"],
            // 10:00 in Amsterdam is after 8:59 in London.
            row: .init("match", "m1"), others: [.init("help_item", "r"), .init("match", "m2")]),
        Scene(
            kind: .lentTwice, before: people + ["insert into item (id, label) values ('laptop', 'Dell')"],
            onOne: ["insert into loan (id, item, holder, lent_on) values ('l1', 'laptop', 'a', '2026-01-01')"],
            onOther: ["insert into loan (id, item, holder, lent_on) values ('l2', 'laptop', 'b', '2026-02-01')"],
            row: .init("loan", "l1"), others: [.init("item", "laptop"), .init("loan", "l2")]),
        Scene(
            kind: .loggedAfterWithdrawal,
            before: people + [
                "insert into consent (contact, purpose, state) values ('a', 'contact', 'given')",
                "insert into contact_moment (id, occurred_at) values ('before', '2026-03-01T09:00:00Z')",
                "insert into contact_moment_contact (contact_moment, contact) values ('before', 'a')",
            ],
            onOne: [
                "update consent set state = 'withdrawn'",
                "insert into consent_event (id, contact, purpose, state, occurred_at) values ('e', 'a', 'contact', 'withdrawn', '2026-03-02T09:00:00Z')",
            ],
            onOther: [
                "insert into contact_moment (id, worker, occurred_at) values ('after', 'b', '2026-03-02T10:30:00+01:00')",
                "insert into contact_moment_contact (contact_moment, contact) values ('after', 'a')",
            ],
            row: .init("contact_moment_contact", "after", "a"), others: [.init("contact", "a"), .init("contact_moment", "after")]),
        Scene(
            kind: .placeRemoved, before: ["insert into place (id, name) values ('p', 'Buurthuis')"],
            onOne: ["update place set status = 'removed'"],
            onOther: ["insert into initiative (id, name, place) values ('i', 'Samen koken', 'p')"],
            row: .init("initiative", "i"), others: [.init("place", "p")]),
        Scene(
            kind: .placeRemoved, before: ["insert into place (id, name) values ('p', 'Buurthuis')"],
            onOne: ["delete from place"],
            onOther: ["insert into gathering (id, place) values ('g', 'p')"],
            row: .init("gathering", "g"), others: [.init("place", "p")]),
        Scene(
            kind: .parentLoop, before: ["insert into area (id, name) values ('x', 'Oost'), ('y', 'Dapperbuurt'), ('z', 'Plein')"],
            onOne: ["update area set parent = 'y' where id = 'x'", "update area set parent = 'z' where id = 'y'"],
            onOther: ["update area set parent = 'x' where id = 'z'"],
            row: .init("area", "z"), others: [.init("area", "x"), .init("area", "y")]),
        Scene(
            kind: .contradictoryIdentity, before: people + ["insert into identity_link (contact, other, verdict) values ('a', 'b', 'same')"],
            onOne: ["insert into identity_link (contact, other, verdict) values ('b', 'c', 'same')"],
            onOther: ["insert into identity_link (contact, other, verdict) values ('a', 'c', 'different')"],
            row: .init("identity_link", "a", "c"), others: [.init("identity_link", "a", "b"), .init("identity_link", "b", "c")]),
        Scene(
            kind: .danglingReference, before: ["insert into initiative (id, name) values ('i', 'Wandelen')"],
            onOne: ["delete from initiative"],
            onOther: ["insert into gathering (id, initiative) values ('g1', 'i'), ('g2', 'i')"],
            row: .init("gathering", "g1"), others: [.init("initiative", "i"), .init("gathering", "g2")]),
    ]

    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private func pair(_ scene: Scene) throws -> (one: Store, other: Store) {
        let one = try zuid.store("one", schema: .community), other = try zuid.store("other", schema: .community)
        for sql in scene.before { try one.executeAsClient(sql) }
        try other.pull(from: one)
        for sql in scene.onOne { try one.executeAsClient(sql) }
        for sql in scene.onOther { try other.executeAsClient(sql) }
        return (one, other)
    }

    private func apply(_ fix: BrokenRule.Fix, _ store: Store) throws {
        switch fix {
        case .edit(let row, let column, let value):
            try store.edit(RecordID(table: row.table, key: row.key), [(column, value.isEmpty ? .null : Value(typedFor: row.table, column, value))])
        case .fill(let row, let column): try store.edit(RecordID(table: row.table, key: row.key), [(column, .null)])
        case .delete(let row): try store.delete(RecordID(table: row.table, key: row.key))
        case .undelete(let row): try store.undelete(RecordID(table: row.table, key: row.key))
        case .decline(let id): try store.take(.declined, RecordID(table: "match", key: [id]), at: "2026-11-01T00:00:00Z")
        }
    }

    @Test(arguments: scenes, [false, true]) func bothListItAndTheFixWorks(_ scene: Scene, otherFirst: Bool) throws {
        let (one, other) = try pair(scene)
        #expect(try one.brokenRules().isEmpty && other.brokenRules().isEmpty, "apart, all is well")
        let (first, second) = otherFirst ? (other, one) : (one, other)
        try first.pull(from: second)
        try second.pull(from: first)
        let listed = try one.brokenRules()
        #expect(try other.brokenRules() == listed)
        #expect(listed.map(\.kind) == [scene.kind])
        #expect(listed.map(\.row) == [scene.row] && listed.first?.others == scene.others)

        // Any of the proposed commands puts it right, here and, once it has travelled, there.
        for fix in listed[0].fixes.reversed() {
            try apply(fix, first)
            #expect(try first.brokenRules().isEmpty, "\(fix)")
            guard fix != listed[0].fixes[0] else { break }
            _ = try first.undo()
            #expect(try first.brokenRules() == listed)
        }
        try second.pull(from: first)
        #expect(try second.brokenRules().isEmpty)
        try expectEqualRows(one, other)
    }

    /// Values that were wrong from the start have scenes of their own (`WrongValueTests`).
    @Test func everyKindHasAScene() { #expect(Set(Self.scenes.map(\.kind)).union([.wrongValue]) == Set(BrokenRule.Kind.allCases)) }

    @Test func aPersonWhoIsInTheListTwiceTakesOnePlace() throws {
        let store = try zuid.store("one", schema: .community)
        for sql in Self.people { try store.executeAsClient(sql) }
        try store.executeAsClient("insert into gathering (id, max_participants) values ('g', 1)")
        try store.executeAsClient("insert into attendance (gathering, contact) values ('g', 'a'), ('g', 'b')")
        #expect(try store.brokenRules().map(\.kind) == [.overbooked])
        try store.executeAsClient("insert into identity_link (contact, other, verdict) values ('a', 'b', 'same')")
        #expect(try store.brokenRules().isEmpty)
        // Who cancelled or waits takes none; what is over cannot be overbooked any more.
        try store.executeAsClient("insert into attendance (gathering, contact, status) values ('g', 'c', 'waiting_list')")
        #expect(try store.brokenRules().isEmpty)
        try store.executeAsClient("update attendance set status = 'attended' where contact = 'c'")
        #expect(try store.brokenRules().map(\.counts) == [[2, 1]])
        try store.executeAsClient("update gathering set status = 'held'")
        #expect(try store.brokenRules().isEmpty)
    }

    @Test func aLoopOfOneAndSeveralLoopsAreEachListed() throws {
        let store = try zuid.store("one", schema: .community)
        try store.executeAsClient(
            "insert into initiative (id, parent) values ('a', 'a'), ('b', 'c'), ('c', 'b'), ('d', 'b'), ('e', null), ('f', 'e')")
        let loops = try store.brokenRules()
        #expect(loops.map(\.row) == [.init("initiative", "a"), .init("initiative", "c")])
        #expect(loops.map(\.others) == [[], [.init("initiative", "b")]])
    }

    @Test func whatGoesWithADeletedRowIsNoDanglingReference() throws {
        let store = try zuid.store("one", schema: .community)
        for sql in Self.people { try store.executeAsClient(sql) }
        try store.executeAsClient("insert into contact_point (id, contact, value) values ('p', 'a', '0612345678')")
        try store.executeAsClient("insert into contact_point (id, contact, value) values ('q', 'nobody', '0612345679')")
        try store.executeAsClient("insert into note (id, subject, kind) values ('n', 'nothing', 'plan')")
        try store.executeAsClient("delete from contact where id = 'a'")
        let listed = try store.brokenRules()
        #expect(listed.map(\.row) == [.init("contact_point", "q"), .init("note", "n")])
        #expect(listed.map(\.fixes) == [
            [.fill(.init("contact_point", "q"), column: "contact"), .delete(.init("contact_point", "q"))], [.delete(.init("note", "n"))],
        ])
        // Erased, the person is named by nobody; what still names the id is not listed either.
        _ = try store.erase([ErasedRecord(RecordID(table: "contact", key: ["b"]))])
        #expect(try store.brokenRules() == listed)
    }

    @Test func withoutAnEventTheWithdrawalIsWhenTheRowCameToSayIt() throws {
        let store = try zuid.store("one", schema: .community)
        for sql in Self.people { try store.executeAsClient(sql) }
        try store.executeAsClient("insert into consent (contact, purpose, state) values ('a', 'contact', 'withdrawn')")
        try store.executeAsClient("insert into contact_moment (id, occurred_at) values ('old', '2001-01-01T00:00:00Z'), ('new', '2200-01-01T00:00:00Z')")
        try store.executeAsClient("insert into contact_moment_contact (contact_moment, contact) values ('old', 'a'), ('new', 'a')")
        _ = try store.stamped()
        #expect(try store.brokenRules().map(\.row) == [.init("contact_moment_contact", "new", "a")])
    }

    @Test func aReplicaWithoutThePeopleListsTheDirectorysOnly() throws {
        let directory = Schema(tables: Schema.community.tables.filter { $0.collection == .directory })
        let store = try zuid.store("one", schema: directory)
        try store.executeAsClient("insert into gathering (id, initiative, max_participants) values ('g', 'nowhere', 0)")
        #expect(try store.brokenRules().map(\.kind) == [.danglingReference])
    }
}

extension Value {
    /// As the column holds it.
    init(typedFor table: String, _ column: String, _ text: String) {
        let type = Schema.community[table]?.column(ofPart: column)?.parts.first { $0.name == column }?.type
        self = type == .integer ? Int64(text).map { .integer($0) } ?? .text(text) : .text(text)
    }
}
