import Community
import Interchange
import Testing

/// Addresses as people and programs write them on one line: the same parts in a list's column, on a card and where somebody types one.
struct AddressTextTests {
    /// A line, and its parts: street|number|addition|postal code|city|country.
    static let lines = [
        ("Dorpsstraat 12 bis", "Dorpsstraat|12|bis|||"), ("Lindelaan 77-bis", "Lindelaan|77|bis|||"), ("Kerkstraat 3a", "Kerkstraat|3|a|||"),
        ("Plein 1944 7", "Plein 1944|7||||"), ("Plein 1940, 12", "Plein 1940|12||||"), ("Plein 1944", "Plein|1944||||"),
        ("2e Dwarsstraat 5", "2e Dwarsstraat|5||||"), ("Dijkweg", "Dijkweg|||||"), ("12 rue des Fleurs", "12 rue des Fleurs|||||"),
        ("Achterom 2, achterhuis", "Achterom|2|achterhuis|||"), ("Lindelaan 12, 3 hoog", "Lindelaan|12|3 hoog|||"),
        ("Lindelaan 12 3 hoog", "Lindelaan|12|3 hoog|||"), ("Lindelaan 12-3 hoog links", "Lindelaan|12|3 hoog links|||"),
        ("Lindelaan 12, 3 hoog, kamer 4", "Lindelaan|12|3 hoog, kamer 4|||"), ("Huize Linde, Lindelaan 12", "Huize Linde, Lindelaan|12||||"),
        ("Spoorlaan 70, 1234 FB Zuiderhaven", "Spoorlaan|70||1234 FB|Zuiderhaven|"), ("Spoorlaan 70, 1234fb", "Spoorlaan|70||1234fb||"),
        ("Spoorlaan 70, 3 hoog, 1234 FB Zuiderhaven", "Spoorlaan|70|3 hoog|1234 FB|Zuiderhaven|"),
        ("Spoorlaan 70, 1234 FB, Zuiderhaven, Nederland", "Spoorlaan|70||1234 FB|Zuiderhaven|Nederland"),
        ("1234 AB Zuid, Lindelaan 12", "Lindelaan|12||1234 AB|Zuid|"), ("Dorpsstraat 5 1234AB Zuid aan Zee", "Dorpsstraat|5||1234AB|Zuid aan Zee|"),
        ("Lindelaan 12, Oefenstad", "Lindelaan|12|||Oefenstad|"), ("Lindelaan 12, 's-Hertogenbosch", "Lindelaan|12|||'s-Hertogenbosch|"),
        ("Lindelaan 12, Oefenstad, Nederland", "Lindelaan|12|||Oefenstad|Nederland"), ("Wijkgebouw, Oefenstad", "Wijkgebouw||||Oefenstad|"),
        ("Rue Haute 3, 1000 Bruxelles, Belgique", "Rue Haute|3||1000|Bruxelles|Belgique"), ("Lange Straße 3 b, 10115 Berlin", "Lange Straße|3|b|10115|Berlin|"),
    ]

    @Test("On one line", arguments: lines)
    func line(_ line: String, _ parts: String) {
        let found = addressParts(line)
        #expect(["street", "number", "addition", "postal_code", "city", "country"].map { found[$0] ?? "" }.joined(separator: "|") == parts)
    }

    @Test("In a list's column", arguments: lines)
    func list(_ line: String, _ parts: String) throws {
        let row = try #require(try ReadList("Naam\tAdres\nJan Bos\t\(line)\n").rows("address").first)
        #expect(["street", "number", "addition", "postal_code", "city", "country"].map(row.text).joined(separator: "|") == parts)
    }

    @Test("On a card the town has a place of its own: what stands behind a comma of the street is an addition", arguments: [
        (#";;Lindelaan 12\, 3 hoog;Zuiderhaven;;1234 AB;"#, "Lindelaan|12|3 hoog|1234 AB|Zuiderhaven"),
        (#";;Lindelaan 12\, Achterhuis;Zuiderhaven;;;"#, "Lindelaan|12|Achterhuis||Zuiderhaven"),
        (#";;Lindelaan 12,Poort;;;;"#, "Lindelaan|12|Poort||"),
    ])
    func card(_ value: String, _ parts: String) throws {
        let cards = try ReadCards("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jan Bos\r\nADR:\(value)\r\nEND:VCARD\r\n")
        let row = try #require(cards.rows.first { $0.table == "address" })
        #expect(["street", "number", "addition", "postal_code", "city"].map(row.text).joined(separator: "|") == parts)
    }

    @Test("No word of a line is lost, whatever stands in it")
    func nothingLost() {
        let words = ["Lindelaan", "12", "3", "hoog", "1234", "AB", "Zuid", "1940", "bis", "'t", "10115", "a", "'s-Hertogenbosch"]
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<5_000 {
            var line = words[next(words.count)]
            for _ in 0..<next(8) { line += (next(3) == 0 ? ", " : " ") + words[next(words.count)] }
            let found = addressParts(line).values.joined(separator: " ")
            func letters(_ text: String) -> [Character] { text.filter { $0.isLetter || $0.isNumber }.sorted() }
            #expect(letters(found) == letters(line), "\(line)")
        }
    }
}
