import CRDT
import Community
import Interchange
import Schema
import Testing

@Suite("Importing contacts") struct ContactImportTests {
    @Test("Of numbers and birth dates that people have only short keyed marks are kept; of citizen service numbers nothing")
    func marks() throws {
        let list = try ReadList("""
            id,given_name,surname,date_of_birth,soc_sec_id,BSN,Laatst gezien
            1,Fatima,Berg,19081209,6988048,123456782,2026-01-01
            2,Jan,Bos,9-12-1908,698 80 48,,2026-01-01
            3,Noor,Vos,1908-12-09 00:00:00,000000,,
            4,Anne,Vos,31-31-1908,12345,,
            """)
        #expect(list.map.unmappedHeaders == ["BSN", "Laatst gezien"] && list.map.markedHeaders == ["date_of_birth", "soc_sec_id"], "what is not kept is told")
        let marks = list.rows("contact").map { $0.text("linkage_marks").split(separator: " ") }
        #expect(marks[0].map(\.count) == [3, 5])
        #expect(marks[0][0].first == "d" && marks[0][1].first == "n")
        #expect(marks[1] == marks[0], "however they are written")
        #expect(marks[2] == [marks[0][0]], "only zeros are no number")
        #expect(marks[3] == [], "no day, and too short a number")
        for row in list.rows { for part in row.values { if case .text(let text) = part.value {
            let text = String(decoding: text, as: UTF8.self)
            #expect(!["1908", "6988", "1234", "2026"].contains { text.contains($0) })
        } } }

        let own = try ReadList("name,Kenmerk,Geboren\nJan Bos,6988048,09.12.1908\n", rules: ["Kenmerk=mark.number", "Geboren=-"])
        #expect(own.map.unmappedHeaders.isEmpty && own.map.markedHeaders == ["Kenmerk"])
        #expect(own.rows("contact")[0].text("linkage_marks") == marks[0][1])
    }

    @Test func oneLineMakesAContactAndWhatBelongsToIt() throws {
        let list = try ReadList("""
            Voornaam;Tussenvoegsel;Achternaam;Straat;Huisnummer;Postcode;Plaats;E-mail;Mobiel;Taal;Actief;Notities
            Zoë;van der;Meer;Dijkweg;45;1234 ca;Zuiderhaven;Zoe@Example.org;06 00 00 00 03;Nederlands;ja;"Kan, soms; op
            dinsdag"
            """, source: "fatima")
        #expect(list.rejected.isEmpty)
        #expect(list.map.unmappedHeaders.isEmpty)
        #expect(list.taken.map(\.line) == [2])
        let rows = list.rows
        #expect(rows.map(\.table) == ["contact", "contact_point", "contact_point", "address"])
        let contact = rows[0]
        #expect(contact.values.map(\.name) == [
            "kind", "given_name", "infix", "family_name", "language", "active", "source", "extra_vcard",
        ])
        #expect(contact.text("kind") == "individual")
        #expect(contact.text("given_name") == "Zoë")
        #expect(contact.text("infix") == "van der")
        #expect(contact.text("language") == "nl")
        #expect(contact["active"] == .integer(1))
        #expect(contact.text("source") == "fatima")
        #expect(contact.text("extra_vcard") == #"NOTE:Kan\, soms\; op\ndinsdag"#)
        #expect(rows[1].text("value") == "Zoe@Example.org", "as typed")
        #expect(rows[2].text("value") == "06 00 00 00 03", "as typed")
        #expect(rows[2].text("label") == "mobile")
        #expect(rows[3].text("postal_code") == "1234 ca")
        #expect(rows[1...].allSatisfy { $0.text("contact") == contact.key[0] })
        #expect(rows[1].key == [testIdentity([contact.key[0], "contact_point", "zoe@example.org"])])
        #expect(rows[2].key == [testIdentity([contact.key[0], "contact_point", "+31600000003"])])
        for row in rows {
            let table = try #require(Schema.community[row.table])
            #expect(row.key.count == table.key.columns.count)
            #expect(row.values.allSatisfy { table.column(ofPart: $0.name) != nil })
        }
    }

    @Test(arguments: [
        ("06-00000004 / 010-5550120", ["06-00000004", "010-5550120"]), ("06-00000004; 06-00000004", ["06-00000004"]),
        ("geen/onbekend", ["geen/onbekend"]), ("06/00000004", ["06/00000004"]), ("=1+1", ["=1+1"]),
        ("06-00000004 of 06-00000005", ["06-00000004", "06-00000005"]),
    ])
    func severalNumbersInOneCell(cell: String, values: [String]) throws {
        let list = try ReadList("Naam\tTelefoon\nJan Bos\t\(cell)\n")
        #expect(list.rows("contact_point").map { $0.text("value") } == values)
    }

    @Test func infixesInOddPlaces() throws {
        let list = try ReadList("Voornaam,Tussenvoegsel,Achternaam\nSanne,van,'t Hof\nPiet,de,De Jong\nWim,,\"Berg, van den\"\n")
        let names = list.rows.map { "\($0.text("given_name"))|\($0.text("infix"))|\($0.text("family_name"))" }
        #expect(names == ["Sanne|van 't|Hof", "Piet|de|Jong", "Wim|van den|Berg"])
    }

    @Test func aDifferingWholeNameIsKept() throws {
        let list = try ReadList("First name,Last name,Name\nJan,Bos,jan  bos\nJan,Bos,Janneman\n")
        #expect(list.rows.map { $0.text("extra_vcard") } == ["", "FN:Janneman"])
    }

    @Test func linesThatAreNotTaken() throws {
        let list = try ReadList("""
            Naam,E-mail,Plaats
            Jan Bos,jan@example.org,Ede
            ,,Ede
            Piet,p@example.org,Ede,te veel
            Kees,k@example.org,Ede,,
            An\0na,a@example.org,Ede
            ,,
            ,geen idee,
            Els,"e@example.org
            """)
        #expect(list.taken.map(\.line) == [2, 5, 8])
        #expect(list.rejected == [
            RejectedLine(line: 3, reason: .nobody),
            RejectedLine(line: 4, reason: .moreFieldsThanHeaders(headerCount: 3, fieldCount: 4)),
            RejectedLine(line: 6, reason: .nulByte),
            RejectedLine(line: 9, reason: .malformed(.unterminatedQuote)),
        ])
        for line in list.rejected {
            #expect(line.phrase.nl.hasSuffix("."))
            #expect(line.phrase.en.hasSuffix("."))
        }
    }
}

@Suite("Ids of imported rows") struct ImportIdentityTests {
    private func ids(_ text: String, source: String = "list") throws -> [String] {
        try ReadList(text, source: source).rows("contact").map { $0.key[0] }
    }

    @Test func thePersonGivesTheIdNotTheFile() throws {
        let first = try ReadList("Voornaam;Achternaam;Telefoon;E-mail\nZoë;Bos;06-00000001;ZOE@example.org\n")
        let second = try ReadList("E-mail,Name,Phone,Remarks\nzoe@example.org,\"BOS, Zoe\",+31 6 00000001,new\n")
        #expect(first.rows("contact").map(\.key) == second.rows("contact").map(\.key))
        #expect(Set(first.rows("contact_point").map(\.key)) == Set(second.rows("contact_point").map(\.key)))
    }

    @Test func againGivesTheSame() throws {
        for file in ["people/fatima.csv", "people/jan.csv"] {
            let bytes = try fixture(file)
            #expect(try ReadList(bytes).rows == ReadList(bytes).rows)
        }
    }

    @Test func anotherListIsAnotherPersonUntilSomebodyCompares() throws {
        let line = "Naam,Telefoon\nJan Bos,06-00000001\n"
        #expect(try ids(line, source: "a") != ids(line, source: "b"))
    }

    @Test func aUIDStandsForThePerson() throws {
        let old = try ReadList("id,Naam,Telefoon\n7,Jan Bos,06-00000001\n")
        #expect(old.rows[0].key == [testIdentity(["list", "7"])])
        #expect(old.rows[0].text("source_uid") == "7")
        #expect(try ids("id,Naam,Telefoon\n7,Jan B.,06-00000002\n") == [old.rows[0].key[0]])
    }

    @Test func equalLinesAreOneAndNamesakesAreNot() throws {
        let found = try ids("Naam,Plaats,Telefoon\nJan Bos,Ede,\nJan Bos,Ede,\nJan Bos,Epe,\nJan Bos,Ede,06-00000001\n")
        #expect(found[0] == found[1])
        #expect(Set(found).count == 3)
    }

    @Test func aSharedTelephoneDoesNotMakeOnePerson() throws {
        let found = try ids("Naam,Plaats,Telefoon\nTruus Bakker,Ede,010-5550107\nKees Bakker,Ede,010-5550107\n,Epe,010-5550107\n,Ede,010-5550107\n")
        #expect(Set(found).count == 4)
    }

    @Test func idsAreThirtyTwoHexadecimalDigits() throws {
        #expect(try ids("Naam\nJan Bos\n").allSatisfy { Nonce(hexadecimal: $0) != nil })
    }
}

@Suite("The two volunteers' lists") struct FixtureTests {
    @Test func fatimasList() throws {
        let bytes = try fixture("people/fatima.csv")
        let list = try ReadList(bytes, source: "fatima")
        #expect(list.map.unmappedHeaders.isEmpty)
        #expect(list.rejected.isEmpty)
        #expect(try CSVReader(bytes: bytes).encoding == .utf8)
        #expect(list.taken.count == 40)
        #expect(Set(list.rows("contact").map(\.key)).count == 40)
        #expect(Set(list.rows.map { [$0.table] + $0.key }).count == list.rows.count)
        #expect(list.rows("address").count == 38)
        let wilhelmina = list.rows("contact")[7]
        #expect(wilhelmina.text("family_name") == "Berg")
        #expect(wilhelmina.text("extra_vcard") == #"NOTE:Hard van horen.\nLiever aanbellen dan bellen.\nSleutel bij nr. 11"#)
        #expect(list.rows("contact").contains { $0.text("organisation") == "Stichting De Brug" && $0["given_name"] == nil })
        #expect(list.rows("contact").contains { $0.text("extra_vcard") == "NOTE:=SOM(A1:A9)" }, "a formula is text")
    }

    @Test func jansList() throws {
        let bytes = try fixture("people/jan.csv")
        let list = try ReadList(bytes, source: "jan")
        #expect(list.map.unmappedHeaders.isEmpty)
        #expect(list.rejected.isEmpty)
        #expect(try CSVReader(bytes: bytes).encoding == .windows1252)
        #expect(list.taken.count == 39)
        #expect(Set(list.rows("contact").map(\.key)).count == 39)
        #expect(list.rows("contact")[5].text("family_name") == "Müller")
        #expect(list.rows("address").first { $0.text("street") == "Spoorlaan" }?.text("city") == "Zuiderhaven")
        #expect(list.rows("contact").contains { $0.text("extra_vcard") == "NOTE:€ 25 in kas" })
    }

    /// The demo says how many people stand twice after both imports.
    @Test func tenPeopleAreOnBoth() throws {
        func marks(_ file: String) throws -> [[String]] {
            try ReadList(try fixture(file)).taken.map { line in
                line.rows.filter { $0.table == "contact_point" }.map {
                    $0.text("type") == "tel" ? foldedPhone($0.text("value")) : foldedEmail($0.text("value"))
                }
            }
        }
        let known = Set(try marks("people/jan.csv").joined())
        #expect(try marks("people/fatima.csv").filter { !known.isDisjoint(with: $0) }.count == 10)
    }
}
