import Community
import CRDT
import Store
import Testing

/// Columns that name rows have indices, in the file itself: made where they lack, and no reason to compare all rows.
struct LookupTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    static let questions = [
        ("select id from contact_point where contact = 'a'", "kith_lookup_contact_point_contact"),
        ("select id from contact_moment where worker in ('a', 'b')", "kith_lookup_contact_moment_worker"),
        ("select contact_moment from contact_moment_contact where contact = 'a'", "kith_lookup_contact_moment_contact_contact"),
        ("select id from involvement where subject = 'a'", "kith_lookup_involvement_subject"),
        ("select id from contact_moment where follow_up_on <= '2026-11-30'", "kith_lookup_contact_moment_follow_up_on"),
        ("select contact from identity_link where contact = 'a' or other = 'a'", "kith_lookup_identity_link_other"),
    ]

    @Test(arguments: questions) func areUsed(question: String, index: String) throws {
        let store = try zuid.store("one", schema: .community)
        let plan = try Client(store.path).texts("explain query plan \(question)", column: 3)
        #expect(plan.contains { $0.contains(index) }, "\(plan)")
    }

    @Test func aDroppedOneIsMadeAgain() throws {
        let store = try zuid.store("one", schema: .community)
        try store.executeAsClient("insert into contact (id, given_name) values ('a', 'Zoe')")
        try store.stamp()
        try store.close()
        let client = try Client(zuid.path("one"))
        let made = try client.texts("select name from sqlite_master where name glob 'kith_lookup_*' order by 1")
        #expect(made.count > 20)
        for name in made.prefix(3) { try client.run("drop index \"\(name)\"") }
        let again = try zuid.reopen("one", schema: .community)
        #expect(try client.texts("select name from sqlite_master where name glob 'kith_lookup_*' order by 1") == made)
        #expect(again.takeUnwatched().isEmpty)
        // With other programs a row comes and goes as before.
        try client.run("insert into contact_point (id, contact, type, value) values ('p', 'a', 'tel', '06-12345678')")
        #expect(try again.stamp() == 1)
    }

    /// Of some contacts the same persons are told as of all.
    @Test(arguments: 0..<20) func identitiesOfSome(seed: UInt64) throws {
        let store = try zuid.store("one", schema: .community)
        var state = seed &* 31 &+ 7
        func pick(_ count: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % count)
        }
        for id in 0..<12 where id % 5 != 3 { try store.executeAsClient("insert into contact (id, given_name) values ('c\(id)', 'Zoe')") }
        for _ in 0..<9 {
            let verdict = ["same", "same", "same", "different", "undecided"][pick(5)]
            try store.executeAsClient("insert or ignore into identity_link (contact, other, verdict) values ('c\(pick(12))', 'c\(pick(12))', '\(verdict)')")
        }
        let all = try store.identities()
        for id in 0..<12 {
            let contact = "c\(id)", some = try store.identities(around: [contact])
            #expect(some.contacts(of: contact) == all.contacts(of: contact) && some.person(of: contact) == all.person(of: contact), "seed \(seed)")
            #expect(some.joined(with: contact) == all.joined(with: contact), "seed \(seed)")
            #expect(some.contradictions(within: contact) == all.contradictions(within: contact), "seed \(seed)")
        }
    }
}
