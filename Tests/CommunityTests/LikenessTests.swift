import Community
import Foundation
import Interchange
import Testing

/// Who is taken for one person, and who is not: a Dutch neighbourhood.
@Suite struct LikenessTests {
    private func contact(
        _ given: String, _ infix: String = "", _ family: String = "", tel: String..., email: String = "",
        address: [String: String] = [:], nickname: String = "", note: String = "", marks: String = ""
    ) -> ContactTraits {
        var rows = ContactRows(contact: ["given_name": given, "infix": infix, "family_name": family, "nickname": nickname])
        if !note.isEmpty { rows.contact["extra_vcard"] = "NOTE:\(note)" }
        if !marks.isEmpty { rows.contact["linkage_marks"] = marks }
        rows.points = tel.map { ("tel", $0) }
        if !email.isEmpty { rows.points.append(("email", email)) }
        if !address.isEmpty { rows.addresses = [address] }
        return ContactTraits(rows)
    }

    private let home = ["street": "Kerkstraat", "number": "3", "postal_code": "1234 AC", "city": "Zuiderhaven"]
    private let elsewhere = ["street": "Dijkweg", "number": "45", "postal_code": "1234 CA", "city": "Zuiderhaven"]
    private let landline = "010-5550101"

    private func level(_ a: ContactTraits, _ b: ContactTraits) -> Likeness.Level? {
        let found = Likeness(a, b)
        #expect(found == Likeness(b, a), "whoever stands first")
        return found?.level
    }

    @Test("A name alone joins nobody, however rare")
    func homonyms() {
        #expect(level(contact("Piet", "de", "Jong"), contact("Piet", "de", "Jong")) == .possible)
        #expect(level(contact("Sjoukje", "", "Hoekstra-Wiersma"), contact("Sjoukje", "", "Hoekstra-Wiersma")) == .possible)
        // Known to live apart: not even asked about.
        #expect(level(contact("Jan", "", "Jansen", address: home), contact("Jan", "", "Jansen", address: elsewhere)) == nil)
        #expect(level(contact("Jan", "", "Jansen", tel: "06-00000001"), contact("Jan", "", "Jansen", tel: "06-00000002")) == .possible)
    }

    @Test("The same name at the same address, number or e-mail is one person, in any notation")
    func same() {
        let fatima = contact("Fatima", "el", "Amrani", tel: "06-00000001", address: home)
        for other in [
            contact("fatima", "El", "AMRANI", tel: "+31 (0)6 0000 0001"), contact("Fatima", "", "el Amrani", address: home),
            contact("Fàtima", "el", "Amrani", tel: "0031600000001"), contact("Fatima el Amrani", tel: "600000001"),
            contact("Fatma", "el", "Amrani", address: home), contact("Fatima", "el", "Amranni", address: home),
        ] { #expect(level(fatima, other) == .veryLikely, "\(String(decoding: other.bytes, as: UTF8.self))") }
        #expect(level(contact("Kees", "de", "Vries", address: home), contact("Cornelis", "de", "Vries", address: home)) == .veryLikely)
        #expect(level(contact("Cornelis", "de", "Vries", address: home, nickname: "Kees"), contact("Kees", "de", "Vries", address: home)) == .veryLikely)
        #expect(level(contact("Anneke", "", "Hoekstra-de Boer", address: home), contact("Anneke", "de", "Boer", address: home)) == .veryLikely)
        #expect(level(contact("Piet", "de", "Jong", email: "Piet@Example.org"), contact("P.", "de", "Jong", email: "piet@example.org")) == .veryLikely)
        // Exchanged by a form.
        #expect(level(contact("Jong", "", "Piet", address: home), contact("Piet", "", "Jong", address: home)) == .veryLikely)
    }

    @Test("Equal marks of a membership number tell a person from the household; that of a birth date alone tells nothing")
    func marks() {
        let piet = contact("Piet", "de", "Jong", address: home, marks: "d7c n3fa2")
        #expect(level(piet, contact("Siem", "de", "Jong", address: home, marks: "d7c n3fa2")) == .veryLikely, "called otherwise")
        #expect(level(piet, contact("Anja", "de", "Jong", address: home, marks: "d7c n0b41")) == nil, "a twin")
        #expect(level(piet, contact("Anja", "de", "Jong", address: home, marks: "n3fa3")) == nil, "marks are equal or are not")
        #expect(level(contact("Piet", "de", "Jong", marks: "d7c"), contact("Piet", "de", "Jong", marks: "d7c")) == .possible)
        let moved = contact("Piet", "de", "Jong", address: elsewhere, marks: "n3fa2")
        #expect(level(piet, moved) == .veryLikely)
        let crowded = Likeness(piet, contact("Siem", "de", "Jong", address: home, marks: "n3fa2")) { $0.kind == .number }
        #expect(crowded == nil, "a number that a whole list has is nobody's")
    }

    @Test("Short forms of Dutch, English, Turkish, Arabic and Polish names are the name", arguments: [
        ("Tom", "Thomas"), ("Bill", "William"), ("Peggy", "Margaret"), ("Becky", "Rebecca"), ("Kees", "Cornelis"), ("Daan", "Daniël"), ("Loes", "Louisa"),
        ("Memo", "Mehmet"), ("İbo", "İbrahim"), ("Fatoş", "Fatma"), ("Mo", "Mohammed"), ("Karim", "Abdelkrim"), ("Driss", "Driss"), ("Kasia", "Katarzyna"),
        ("Gosia", "Małgorzata"), ("Jurek", "Jerzy"), ("Ola", "Aleksandra"),
    ])
    func shortForms(short: String, name: String) {
        #expect(level(contact(short, "", "Nowak", address: home), contact(name, "", "Nowak", address: home)) == .veryLikely)
    }

    @Test func thereAreManyShortForms() { #expect(GivenNames.pairCount >= 400) }

    @Test("Couples whose names only sound alike stay two", arguments: [
        ("Hans", "Johanna"), ("Piet", "Nel"), ("Samuel", "Samantha"), ("Jan", "Maria"), ("Ali", "Ayşe"), ("Piotr", "Katarzyna"), ("Tom", "Tim"),
    ])
    func couples(one: String, other: String) {
        #expect(level(contact(one, "", "Nowak", address: home), contact(other, "", "Nowak", address: home)) != .veryLikely)
    }

    @Test("Junior and senior are two people, in one house too; without a word it is asked")
    func generations() {
        func jan(_ family: String, tel: String = "") -> ContactTraits { contact("Jan", "", family, tel: tel.isEmpty ? landline : tel, address: home) }
        for (one, other) in [("Jansen jr.", "Jansen sr."), ("Jansen Junior", "Jansen senior"), ("Jansen II", "Jansen III")] { #expect(level(jan(one), jan(other)) == nil) }
        #expect(level(jan("Jansen jr."), jan("Jansen, junior")) == .veryLikely)
        #expect(level(jan("Jansen jr."), jan("Jansen")) == .possible)
        #expect(level(jan("Jansen jr.", tel: "06-00000001"), jan("Jansen", tel: "06-00000001")) == .veryLikely)
        // As a card keeps it.
        var card = ContactRows(contact: ["given_name": "Jan", "family_name": "Jansen", "extra_vcard": "N:Jansen;Jan;;;sr."])
        card.addresses = [home]
        #expect(level(ContactTraits(card), jan("Jansen jr.")) == nil)
    }

    @Test("Different birth dates are asked about at most, whatever a household shares")
    func birthDates() {
        func piet(_ marks: String, note: String = "", tel: String = "06-00000001") -> ContactTraits {
            contact("Piet", "de", "Jong", tel: tel, address: home, note: note, marks: marks)
        }
        #expect(level(piet("d7c"), piet("d7c")) == .veryLikely)
        #expect(level(piet("d7c"), piet("d81")) == .possible, "father and son")
        #expect(level(piet("d7c"), piet("")) == .veryLikely)
        #expect(level(piet("d7c n3fa2"), piet("d81 n3fa2")) == .veryLikely, "a slip of the pen: the number is one")
        #expect(level(piet("", note: "1950-05-06"), piet("", note: "1980-12-12")) == .possible)
        #expect(level(piet("", note: "1950-05-06"), piet("", note: "1950-05-08")) == .veryLikely)
    }

    @Test("A household shares address, landline and name, and is several people")
    func household() {
        let piet = contact("Piet", "de", "Jong", tel: landline, address: home)
        for other in ["Anja", "Bram", "Noor", "Pieternel"] {
            #expect(level(piet, contact(other, "de", "Jong", tel: landline, address: home)) != .veryLikely, "\(other)")
        }
        #expect(level(piet, contact("Anja", "de", "Jong", tel: landline, address: home)) == nil)
        // Names that differ by an ending or a letter are often a couple or brothers.
        for (one, other) in [("Johan", "Johanna"), ("Jan", "Janneke"), ("Paul", "Paula"), ("Tim", "Tom"), ("Hans", "Hanna")] {
            #expect(
                level(contact(one, "", "Visser", tel: landline, address: home), contact(other, "", "Visser", tel: landline, address: home))
                    != .veryLikely, "\(one) and \(other)")
        }
        // A family e-mail address and a shared mobile number do not make one of two.
        #expect(level(
            contact("Piet", "de", "Jong", tel: "06-00000001", email: "fam@example.org"),
            contact("Anja", "de", "Jong", tel: "06-00000001", email: "fam@example.org")) == nil)
    }

    @Test("Father and son with one initial are possible, not more, until something personal agrees")
    func initials() {
        #expect(level(contact("J.", "de", "Vries", tel: landline, address: home), contact("J.", "de", "Vries", tel: landline, address: home)) == .possible)
        #expect(level(contact("J.", "de", "Vries", address: home), contact("Joost", "de", "Vries", address: home)) == .possible)
        #expect(level(contact("J.", "de", "Vries", address: home), contact("Piet", "de", "Vries", address: home)) == nil)
        #expect(level(contact("Jan", "de", "Vries", address: home), contact("Joost", "de", "Vries", address: home)) == nil)
        #expect(level(
            contact("J.", "de", "Vries", tel: "06-00000001"), contact("Jan", "de", "Vries", tel: "06 0000 0001")) == .veryLikely)
    }

    @Test("What many share says nothing: a switchboard, a care home")
    func crowd() {
        let a = contact("Maria", "", "Bakker", tel: landline, address: home), b = contact("Maria", "", "Visser", tel: landline, address: home)
        #expect(Likeness(a, b) { _ in true } == nil)
        let same = Likeness(contact("Maria", "", "Bakker", address: home), contact("Maria", "", "Bakker", address: home)) { _ in true }
        #expect(same?.level == .possible)
    }

    @Test("A number kept as a note tells a person, a remark does not")
    func numbers() {
        #expect(level(contact("Olivia", "", "Shepherd", note: "6988048"), contact("Connor", "", "Sheperd", note: "6988048")) == .veryLikely)
        #expect(level(contact("Olivia", "", "Shepherd", note: "belt 6988048"), contact("Connor", "", "Sheperd", note: "belt 6988048")) == nil)
        // One birthday: twins.
        #expect(level(
            contact("Daan", "", "Smit", address: home, note: "12-03-1950"), contact("Sem", "", "Smit", address: home, note: "12-03-1950")) == nil)
    }

    @Test("Every reason adds up to the score")
    func reasons() throws {
        let found = try #require(Likeness(
            contact("Piet", "de", "Jong", tel: landline, address: home), contact("Pieter", "den", "Jonge", tel: landline, address: elsewhere)))
        #expect(found.score == found.reasons.reduce(0) { $0 + $1.points })
        #expect(found.reasons.map(\.reason).contains(.givenRelated) && found.reasons.map(\.reason).contains(.streetDifferent))
    }

    @Test("Letters put in, left out, replaced and exchanged", arguments: [
        ("", "", 0), ("jansen", "jansen", 0), ("jansen", "janssen", 1), ("jansen", "jasnen", 1), ("jansen", "hansen", 1),
        ("jansen", "janse", 1), ("kitten", "sitting", 3), ("abcdef", "fedcba", 4),
    ])
    func distance(a: String, b: String, expected: Int) {
        #expect(TextLikeness.distance(Array(a.utf8)[...], Array(b.utf8)[...], limit: 3) == min(expected, 4))
        #expect(TextLikeness.distance(Array(b.utf8)[...], Array(a.utf8)[...], limit: 3) == min(expected, 4))
    }

    @Test("Jaro-Winkler as in Winkler's own table", arguments: [
        ("martha", "marhta", 0.9611), ("dixon", "dicksonx", 0.8133), ("dwayne", "duane", 0.84), ("abc", "xyz", 0), ("same", "same", 1),
    ])
    func jaroWinkler(a: String, b: String, expected: Double) {
        #expect(abs(TextLikeness.jaroWinkler(Array(a.utf8)[...], Array(b.utf8)[...]) - expected) < 0.0001)
    }

    @Test("Bytes that are no traits are not compared, and no input is too long")
    func badInput() {
        #expect(Likeness(ContactTraits(bytes: [1, 2, 3]), contact("Piet")) == nil)
        #expect(LikenessKey.all(of: ContactTraits(bytes: [])).isEmpty)
        let long = String(repeating: "é\u{1F}\u{1E}'", count: 10_000)
        let traits = contact(long, long, long, tel: long, email: long, address: ["street": long, "number": long], note: long)
        #expect(traits.bytes.count < 10_000)
        _ = Likeness(traits, traits)
        _ = LikenessKey.all(of: traits)
    }
}

/// By which words people are found.
@Suite struct SearchWordTests {
    private func finds(_ typed: String, _ rows: ContactRows) -> Bool {
        let words = SearchWords.of(contact: rows).split(separator: " ")
        let wanted = SearchWords.typed(typed)
        return !wanted.isEmpty && wanted.allSatisfy { wanted in words.contains { $0.hasPrefix(wanted) } }
    }

    @Test("A Dutch infix is found in every form", arguments: [
        "van der Berg", "berg", "Berg, van der", "vdberg", "vd Berg", "v.d. Berg", "vanderberg", "van der", "Piet van der Berg",
        "PIET BERG", "bérg piet", "van de Berg",
    ])
    func infix(typed: String) {
        #expect(finds(typed, ContactRows(contact: ["given_name": "Piet", "infix": "van der", "family_name": "Berg"])))
        #expect(finds(typed, ContactRows(contact: ["given_name": "Piet", "family_name": "van der Berg"])))
    }

    @Test("Numbers, addresses and letters of all kinds", arguments: [
        "06-00000001", "+31600000001", "0600000001", "06 0000", "000001", "zoe", "Zoë", "muller", "Müller", "1234ab", "1234 AB",
        "lindelaan 12", "zoe@example.org", "example", "ömer zoe",
    ])
    func notation(typed: String) {
        #expect(finds(typed, ContactRows(
            contact: ["given_name": "Zoë", "family_name": "Müller", "nickname": "Omer"],
            points: [("tel", "+31 (0)6 0000 0001"), ("email", "Zoe@example.org")],
            addresses: [["street": "Lindelaan", "number": "12", "postal_code": "1234 AB", "city": "Zuiderhaven"]])))
    }

    @Test("What is not there is not found, and nothing typed finds nothing")
    func nothing() {
        let rows = ContactRows(contact: ["given_name": "Piet", "family_name": "Berg"])
        for typed in ["", "  ", "'\"*()", "bergen", "piet jansen", "NEAR(a b)"] { #expect(!finds(typed, rows), "\(typed)") }
    }
}
