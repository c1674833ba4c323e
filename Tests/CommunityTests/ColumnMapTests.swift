import Interchange
import Testing

@Suite("Column maps") struct ColumnMapTests {
    @Test(arguments: [
        ("Voornaam", .contact("given_name")), ("First Name", .contact("given_name")), ("given_name", .contact("given_name")),
        ("Tussenvoegsel(s)", .contact("infix")), ("ACHTERNAAM", .contact("family_name")), ("Last name", .contact("family_name")),
        ("Roepnaam", .contact("nickname")), ("Naam", .fullName), ("Full name", .fullName),
        ("Organisatie", .contact("organisation")), ("Company", .contact("organisation")),
        ("E-mail", .point(type: "email", label: nil)), ("E-mailadres 2", .point(type: "email", label: nil)),
        ("E-mail 1 - Value", .point(type: "email", label: nil)), ("Phone 2 - Value", .point(type: "tel", label: nil)),
        ("Telefoonnummer", .point(type: "tel", label: nil)), ("Mobiel", .point(type: "tel", label: "mobile")),
        ("Mobile Phone", .point(type: "tel", label: "mobile")), ("Website", .point(type: "url", label: nil)),
        ("Huisnummer", .address("number")), ("Toevoeging", .address("addition")), ("Postcode", .address("postal_code")),
        ("Postal code", .address("postal_code")), ("Woonplaats", .address("city")), ("City", .address("city")),
        ("Straat en huisnummer", .addressLine), ("Adres", .addressLine), ("Taal", .contact("language")),
        ("Wijk/buurt", .contact("area")), ("preferred_channel", .contact("preferred_channel")),
        ("Opmerkingen", .note), ("ID", .uid),
    ] as [(String, ColumnMap.Target)])
    func headersAreRecognised(header: String, target: ColumnMap.Target) throws {
        // The last column lets the map be made.
        let map = try ColumnMap(headers: [header, "Email", "Nickname", "Number"])
        #expect(map.targets[0] == target)
    }

    @Test func whatIsNotMappedIsListed() throws {
        let map = try ColumnMap(headers: ["Naam", "Geboortedatum", "BSN", "", "E-mail", "E-mail", "Plaats", "Stad", "Address 2"])
        #expect(map.unmappedHeaders == ["BSN", "#4", "Stad", "Address 2"] && map.markedHeaders == ["Geboortedatum"])
    }

    @Test func theSurerHeaderGoesFirst() throws {
        #expect(try ColumnMap(headers: ["Voorletters", "Voornaam"]).unmappedHeaders == ["Voorletters"])
        #expect(try ColumnMap(headers: ["Voorletters", "Achternaam"]).targets == [.contact("given_name"), .contact("family_name")])
    }

    @Test func aStreetWithoutNumberColumnHoldsBoth() throws {
        #expect(try ColumnMap(headers: ["Naam", "Straat"]).targets[1] == .addressLine)
        #expect(try ColumnMap(headers: ["Naam", "Straat", "Nr"]).targets[1...] == [.address("street"), .address("number")])
    }

    @Test func rulesGoFirst() throws {
        let rules = try ["Roepnaam=contact.given_name", "a=b = contact_point.tel", "Naam=-"].map { try ColumnMap.Rule(parsing: $0) }
        let map = try ColumnMap(headers: ["roepnaam", "Voornaam", "A=B", "Naam"], rules: rules)
        #expect(map.targets == [.contact("given_name"), nil, .point(type: "tel", label: nil), .ignored])
        #expect(map.unmappedHeaders == ["Voornaam"])
    }

    @Test(arguments: [
        ("Naam", .badRule("Naam")), ("=contact.area", .badRule("=contact.area")),
        ("Naam=contact.source", .unknownTarget("contact.source")), ("Naam=contact.bsn", .unknownTarget("contact.bsn")),
        ("Naam=organisation.name", .unknownTarget("organisation.name")), ("Naam=", .unknownTarget("")),
        ("Nope=name", .unknownHeader("Nope")), ("Twee=contact.area", .targetTwice("Twee")),
    ] as [(String, ImportError)])
    func badRules(rule: String, error: ImportError) {
        #expect(throws: error) {
            try ColumnMap(headers: ["Naam", "Twee", "Twee"], rules: [try ColumnMap.Rule(parsing: rule)])
        }
    }

    @Test func aFileThatTellsNobodyIsRefused() {
        #expect(throws: ImportError.nothingRecognised) { try ColumnMap(headers: ["Jan Bos", "06-00000001"]) }
        #expect(throws: ImportError.nothingRecognised) { try ColumnMap(headers: ["Postcode", "Plaats"]) }
        #expect(throws: ImportError.empty) { try ReadList("\n \n") }
        #expect(throws: ImportError.badHeader(.unterminatedQuote)) { try ReadList("Naam,\"E-mail\nJan,x\n") }
    }
}
