import CRDT
import Interchange
import Testing

/// Kinds of cards, names both ways, escaped parts, and what may stand once.
@Suite("Cards as other programs write them") struct CardKindTests {
    private static func card(_ lines: String, version: String = "3.0") -> String { "BEGIN:VCARD\nVERSION:\(version)\n\(lines)\nEND:VCARD\n" }

    static let kinds: [(lines: String, kind: String, name: String, organisation: String)] = [
        ("FN:Amina Berg\nN:Berg;Amina;;;", "individual", "Amina Berg", ""),
        ("FN:Amina Berg\nN:Berg;Amina;;;\nORG:Stichting Zon", "individual", "Amina Berg", "Stichting Zon"),
        ("KIND:group\nFN:Wandelaars", "group", "", "Wandelaars"),
        ("N:Zangkoor;;;;\nFN:Zangkoor\nX-ADDRESSBOOKSERVER-KIND:group", "group", "", "Zangkoor"),
        ("N:;;;;\nFN:Leesclub\nX-EVOLUTION-LIST:TRUE", "group", "", "Leesclub"),
        ("KIND:org\nFN:Bakkerij Maan", "org", "", "Bakkerij Maan"),
        ("KIND:location\nFN:Het Plein", "location", "", "Het Plein"),
        ("N:;;;;\nFN:\nORG:Bakkerij Maan;Winkel", "org", "", "Bakkerij Maan"),
        ("ORG:Bakkerij Maan\nFN:Bakkerij Maan", "org", "", "Bakkerij Maan"),
        ("N:de Wit;Bram;;;\nFN:Bakkerij Maan\nORG:Bakkerij Maan\nX-ABShowAs:COMPANY", "org", "Bram de Wit", "Bakkerij Maan"),
        ("N:Bakkerij Maan;;;;\nFN:Bakkerij Maan\nORG:Bakkerij Maan\nX-ABShowAs:COMPANY", "org", "", "Bakkerij Maan"),
        ("KIND:x-robot\nFN:Amina Berg", "individual", "Amina Berg", ""),
    ]

    @Test(arguments: kinds.indices) func aCardBecomesWhatItIs(index: Int) throws {
        let (lines, kind, name, organisation) = Self.kinds[index]
        let read = try ReadCards(Self.card(lines))
        let contact = try #require(read.rows("contact").first)
        #expect(contact.text("kind") == kind)
        #expect(["given_name", "infix", "family_name"].map(contact.text).filter { !$0.isEmpty }.joined(separator: " ") == name)
        #expect(contact.text("organisation") == organisation)
        // Out and in again it is the same, to the letter.
        let again = try ReadCards(read.written)
        #expect(again.rows == read.rows)
        let out = unfolded(read.written)
        #expect(out.filter { $0 == "KIND:\(kind)" }.count == (kind == "individual" ? 0 : 1))
        if name == "Bram de Wit" { #expect(out.contains("N:de Wit;Bram;;;") && out.contains("FN:Bakkerij Maan")) }
    }

    @Test(arguments: [
        ("N:Berg\\;Amina\\;\\;\\;;;;;", "Amina", "Berg"), ("N:Berg\\;Amina;;;;", "Amina", "Berg"), ("N:Berg;Amina;;;", "Amina", "Berg"),
        ("N:Berg\\, Smit;Amina;;;", "Amina", "Berg, Smit"),
    ])
    func escapedPartsAreParts(line: String, given: String, family: String) throws {
        let read = try ReadCards(Self.card(line + "\nTEL:0612340001"))
        #expect(read.rows("contact").map { [$0.text("given_name"), $0.text("family_name")] } == [[given, family]])
        #expect(!unfolded(read.written).contains { $0.hasPrefix("N:") && $0.contains("\\;") })
    }

    @Test(arguments: [
        ("ADR:\\;\\;Dijk 4\\;Ede\\;\\;6711 AB\\;NL", "Dijk", "Ede"), ("ADR:;;Dijk 4;Ede;;6711 AB;NL", "Dijk", "Ede"),
        ("ADR:;;Dijk 4\\; achterom;Ede;;;", "Dijk", "Ede"),
    ])
    func escapedAddressesAreAddresses(line: String, street: String, city: String) throws {
        let read = try ReadCards(Self.card("FN:Amina Berg\n" + line))
        #expect(read.rows("address").map { [$0.text("street"), $0.text("city")] } == [[street, city]])
    }

    @Test(arguments: [
        ("N:Berg;Amina;;;\nTEL:0612340001", "FN:Amina Berg"), ("FN:\nN:Smit;Bram;;;", "FN:Bram Smit"), ("ORG:Bakkerij Maan\nTEL:0101112223", "FN:Bakkerij Maan"),
        ("EMAIL:a@example.org", "FN:a@example.org"), ("TEL:0612340001", "FN:0612340001"), ("NICKNAME:Mientje\nFN: ", "FN:Mientje"),
        ("N:;;;;\nTEL:0612340001\nNOTE:x", "FN:0612340001"), ("N:Berg;Amina", "FN:Amina Berg"), ("N:Berg;Amina;;Dr.;\nFN:Amina Berg", "FN:Amina Berg"),
    ])
    func everyCardSaysWhoseItIs(lines: String, name: String) throws {
        let read = try ReadCards(Self.card(lines, version: "2.1"))
        let out = unfolded(read.written)
        #expect(out.filter { $0.hasPrefix("FN") } == [name])
        #expect(out.filter { $0.hasPrefix("N:") || $0.hasPrefix("N;") }.count == 1)
        #expect(try ReadCards(read.written).rows == read.rows)
    }

    @Test func whatMayStandOnceStandsOnce() throws {
        let read = try ReadCards(Self.card("""
            PRODID:-//A//NL
            PRODID:-//B//NL
            VERSION:3.0
            N:Smit;Bram;;;
            N:Smit;Abraham;;;
            FN:Bram Smit
            UID:a
            UID:b
            REV:20200101T000000Z
            REV:20210101T000000Z
            BDAY:1980-01-01
            BDAY:1980-01-02
            GENDER:M
            GENDER:F
            KIND:individual
            KIND:org
            ORG:Een
            ORG:Twee
            """))
        #expect(read.taken.flatMap(\.remarks) == [ImportRemark(line: 1, about: .keptAsText(["BDAY", "GENDER", "KIND", "N", "REV", "UID"]))], "and is said")
        let out = unfolded(read.written)
        for property in ["VERSION", "PRODID", "N", "FN", "UID", "REV", "BDAY", "GENDER"] {
            #expect(out.filter { $0.hasPrefix(property + ":") }.count == 1, "\(property)")
        }
        #expect(out.filter { $0.hasPrefix("KIND:") }.count <= 1 && out.filter { $0.hasPrefix("ORG:") }.count == 2)
        #expect(out.contains("PRODID:-//Kith//Kith//EN") && out.contains("UID:a") && out.contains("BDAY:1980-01-01"))
        for other in ["Abraham", "1980-01-02", "20210101T000000Z"] { #expect(out.contains { $0.hasPrefix("X-KITH-LINE:") && $0.contains(other) }, "nothing is lost: \(other)") }
        #expect(try ReadCards(read.written).rows == read.rows)
    }

    @Test func aRowWithNothingButACompanyIsOne() throws {
        let list = try ReadList("Naam,Organisatie,Telefoon\n,Bakkerij Maan,0101112223\nAmina Berg,Bakkerij Maan,\nBram Smit,,0612340001\n")
        #expect(list.rows("contact").map { $0.text("kind") } == ["org", "individual", "individual"])
    }
}
