import Community
import Foundation
import Store
import Testing

/// Rows elsewhere whose text names a person are listed for people to look at.
@Suite struct MentionTests {
    let zuid: Neighbourhood
    let fatima: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: erasureSchema)
        try fatima.executeAsClient("""
            insert into contact (id, given_name, infix, family_name) values ('k', 'Amína', 'van den', 'Berg'), ('o', 'Bram', null, 'Smit')
            """)
        try fatima.executeAsClient("""
            insert into point (id, contact, value) values ('p', 'k', '+31 6 1234 5678'), ('m', 'k', 'Amina.Berg@Example.org')
            """)
    }

    @Test(arguments: [
        ("Gebeld met AMINA VAN DEN BERG.", true), ("Berg, Amina: komt niet", true), ("van den Berg,\nAmina", true),
        ("amina berg", true), ("Amína Bérg", true), ("Amina Bergsma", false), ("Amina", false), ("de Berg", false),
        ("bel 06-12345678 na zes", true), ("0031 (6) 12 34 56 78", true), ("061234567", false), ("12345\n678", false),
        ("mail naar amina.berg@example.org!", true), ("xamina.berg@example.org", false), ("", false),
    ]) func howPeopleWrite(_ text: String, _ names: Bool) throws {
        _ = try fatima.add("note", [("id", .text("n")), ("text", .text(Array(text.utf8)))])
        let found = try fatima.mentions(of: record("contact", "k"))
        #expect(found.map(\.record) == (names ? [record("note", "n")] : []))
        #expect(found.allSatisfy { $0.column == "text" && !$0.isDeleted })
    }

    @Test func theTrashIsLookedThroughAndHerOwnRowsAreNot() throws {
        _ = try fatima.add("note", [("id", .text("n")), ("text", .text(Array("Amina Berg".utf8)))])
        try fatima.delete(record("note", "n"))
        let found = try fatima.mentions(of: record("contact", "k"))
        #expect(found == [Mention(record: record("note", "n"), column: "text", isDeleted: true)])
        _ = try fatima.erase([erased("contact", "k")])
        #expect(throws: StoreError(.erased, "contact")) { try fatima.mentions(of: record("contact", "k")) }
    }

    @Test func noMoreThanPeopleCanLookAt() throws {
        try fatima.executeAsClient("""
            with recursive many(n) as (select 1 union all select n + 1 from many where n < 1500)
            insert into note (text) select 'Amina Berg ' || n from many
            """)
        #expect(try fatima.mentions(of: record("contact", "k")).count == Store.listedMentionCount)
    }
}
