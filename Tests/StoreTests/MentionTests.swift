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
        let found = try fatima.mentions(of: record("contact", "k")).filter { $0.kind == .named }
        #expect(found.map(\.record) == (names ? [record("note", "n")] : []))
        #expect(found.allSatisfy { $0.column == "text" && !$0.isDeleted })
    }

    /// One name alone may be anybody's: it is listed apart, where it stands as a name.
    @Test(arguments: [
        ("Vraag Amina even.", true), ("mevr. Berg belt terug", true), ("vraag amina even", true), ("Amina’s zoon", true),
        ("de berg op met Piet", false), ("Aminata", false), ("Gebergte", false), ("Fami Na", false),
    ]) func singleNames(_ text: String, _ perhaps: Bool) throws {
        _ = try fatima.add("note", [("id", .text("n")), ("text", .text(Array(text.utf8)))])
        let found = try fatima.mentions(of: record("contact", "k"))
        #expect(found.map(\.kind) == (perhaps ? [.perhaps] : []), "\(text)")
    }

    @Test func aFewWordsAreShown() throws {
        let text = String(repeating: "woord ", count: 50) + "\nen dan vraagt Amina\nof het kan, " + String(repeating: "meer ", count: 50)
        _ = try fatima.add("note", [("id", .text("n")), ("text", .text(Array(text.utf8)))])
        let found = try #require(try fatima.mentions(of: record("contact", "k")).first)
        #expect(found.excerpt == "… woord en dan vraagt Amina of het kan, meer …")
    }

    @Test func theTrashIsLookedThroughAndHerOwnRowsAreNot() throws {
        _ = try fatima.add("note", [("id", .text("n")), ("text", .text(Array("Amina Berg".utf8)))])
        try fatima.delete(record("note", "n"))
        let found = try fatima.mentions(of: record("contact", "k"))
        #expect(found.map(\.record) == [record("note", "n")] && found.map(\.column) == ["text"])
        #expect(found.allSatisfy { $0.isDeleted && $0.kind == .named && $0.excerpt == "Amina Berg" })
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
