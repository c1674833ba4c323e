import CRDT
import Community
import Interchange
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("vCards") struct VCardTests {
    private func card(_ lines: String, version: String = "3.0") throws -> ReadCards {
        try ReadCards("BEGIN:VCARD\r\nVERSION:\(version)\r\n\(lines)\r\nEND:VCARD\r\n")
    }

    private func extra(_ cards: ReadCards) -> [Substring] { cards.rows[0].text("extra_vcard").split(separator: "\n") }

    // MARK: In

    @Test func aCardIsAContactWithItsPointsAndAddress() throws {
        let cards = try card("""
            N:van den Berg;Fatima;;Mw.;
            FN:Mw. Fatima van den Berg
            TEL;TYPE=CELL,VOICE,PREF:06 00 00 00 01
            EMAIL:fatima@example.org
            ADR;TYPE=HOME:;;Dorpsstraat 12 bis;Zuiderhaven;;1234 AB;Nederland
            UID:f-1
            NOTE:Kan\\, soms
            """.replacing("\n", with: "\r\n"))
        #expect(cards.rejected.isEmpty)
        #expect(cards.rows.map(\.table) == ["contact", "contact_point", "contact_point", "address"])
        let contact = cards.rows[0]
        #expect(["given_name", "infix", "family_name", "source", "source_uid"].map(contact.text) == ["Fatima", "van den", "Berg", "phone", "f-1"])
        #expect(contact.key == [testIdentity(["phone", "f-1"])])
        #expect(cards.rows[1].text("label") == "mobile")
        #expect(cards.rows[1]["preferred"] == .integer(1))
        #expect(cards.rows[1].key == [testIdentity([contact.key[0], "contact_point", "+31600000001"])])
        #expect(["street", "number", "addition", "postal_code", "city"].map(cards.rows[3].text) == ["Dorpsstraat", "12", "bis", "1234 AB", "Zuiderhaven"])
        #expect(extra(cards) == [
            "N:van den Berg;Fatima;;Mw.;", "FN:Mw. Fatima van den Berg", "TEL;TYPE=cell,voice;PREF=1:06 00 00 00 01",
            "ADR;TYPE=home:;;Dorpsstraat 12 bis;Zuiderhaven;;1234 AB;Nederland", "NOTE:Kan\\, soms",
        ], "only what the columns do not say is kept")
    }

    @Test func version21IsDecoded() throws {
        let text = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BCller;Zo=C3=AB=\n=20Anna;;;\n"
            + "TEL;WORK;PREF:010-5550123\nNOTE;QUOTED-PRINTABLE:een, twee=0D=0Adrie;=\n\nPHOTO;JPEG;BASE64:\n QUJD\n REVG\n\nEND:VCARD\n"
        let cards = try ReadCards(text)
        #expect(cards.rows[0].text("family_name") == "Müller")
        #expect(cards.rows[0].text("given_name") == "Zoë Anna")
        #expect(cards.rows[1].text("label") == "work")
        #expect(extra(cards) == ["NOTE:een\\, twee\\ndrie\\;", "PHOTO:data:image/jpeg;base64,QUJDREVG"])
    }

    @Test func aCharacterSetIsTakenAtItsWord() throws {
        let bytes = Array("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1:Caf".utf8) + [0xE9] + Array(";Jos".utf8) + [0xE9]
            + Array("\nORG:Caf".utf8) + [0xC3, 0xA9, 0x20, 0xE9] + Array("\nEND:VCARD\n".utf8)
        let row = try ReadCards(bytes).rows[0]
        #expect(row.text("family_name") == "Café" && row.text("given_name") == "José")
        #expect(row.text("organisation") == "Café é", "the rest as UTF-8, and what is not as Windows-1252")
    }

    @Test(arguments: [TextEncoding.utf16LittleEndian, .utf16BigEndian, .utf8]) func encodings(encoding: TextEncoding) throws {
        let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Süß;Zoë;;;\r\nFN:Zoë Süß\r\nTEL:06 00000001\r\nEND:VCARD\r\n"
        let row = try ReadCards(encoded(text, as: encoding, mark: true)).rows[0]
        #expect(row.text("family_name") == "Süß")
    }

    @Test(arguments: ["\r\n", "\n", "\r"]) func lineEnds(end: String) throws {
        let lines = ["BEGIN:VCARD", "VERSION:3.0", "FN:Jan B", " os", "TEL:06-00", "\t000004", "END:VCARD", "BEGIN:VCARD", "FN:Piet Smit", "END:VCARD"]
        for chunkByteCount in [1, 7, 4096] {
            let cards = try ReadCards(Array((lines.joined(separator: end) + end).utf8), chunkByteCount: chunkByteCount)
            #expect(cards.taken.map(\.line) == [1, 8])
            #expect(cards.rows("contact").map { $0.text("family_name") } == ["Bos", "Smit"])
            #expect(cards.rows("contact_point").map { $0.text("value") } == ["06-00000004"])
        }
    }

    @Test func groupsCarryLabels() throws {
        let cards = try card("FN:Jan Bos\nitem1.TEL:06-00000004\nitem1.X-ABLabel:Camping\nitem2.URL:https://example.org/\nitem2.X-ABLabel:_$!<HomePage>!$_")
        #expect(cards.rows("contact_point").map { $0.text("label") } == ["Camping", "homepage"])
        #expect(extra(cards) == ["item2.URL:https://example.org/", "item2.X-ABLabel:_$!<HomePage>!$_"], "a label of our own needs no line")
    }

    @Test func aNestedCardStaysWithItsOwner() throws {
        let cards = try ReadCards("BEGIN:VCARD\nFN:Jan Bos\nAGENT:\nBEGIN:VCARD\nFN:Piet, Smit\nTEL:1\nEND:VCARD\nTEL:06-00000004\nEND:VCARD\n")
        #expect(cards.taken.count == 1)
        #expect(cards.rows("contact_point").map { $0.text("value") } == ["06-00000004"])
        #expect(extra(cards) == ["AGENT:BEGIN:VCARD\\nFN:Piet\\, Smit\\nTEL:1\\nEND:VCARD"])
    }

    @Test func aNameMayBeAnOrganisations() throws {
        let cards = try card("N:;;;;\nFN:Buurthuis De Brug\nORG:Buurthuis De Brug;")
        #expect(cards.rows[0].text("organisation") == "Buurthuis De Brug")
        #expect(cards.rows[0].text("family_name") == "")
    }

    // MARK: Bad cards

    @Test func oneBadCardNeverSpoilsTheRest() throws {
        let cards = try ReadCards("""
            rommel
            BEGIN:VCARD
            FN:Jan Bos
            no colon here
            TEL;="x:1
            ;;;:
            BEGIN:VCARD
            END:VCARD
            BEGIN:VCARD
            FN:Zonder einde
            BEGIN:VCARD
            FN:Nul\u{0}byte
            END:VCARD
            BEGIN:VCARD
            FN:Piet Smit
            END:VCARD
            BEGIN:VCARD
            FN:Afgekapt
            TEL:06-000
            """)
        #expect(cards.taken.map(\.line) == [2, 9, 14])
        #expect(cards.rejected == [
            RejectedLine(line: 1, reason: .outsideCard), RejectedLine(line: 7, reason: .nobody),
            RejectedLine(line: 11, reason: .nulByte), RejectedLine(line: 17, reason: .cutCard),
        ])
        #expect(cards.rows[0].text("extra_vcard").contains("X-KITH-LINE:no colon here"))
    }

    @Test func aHundredMegabyteLineIsRejectedInBoundedMemory() throws {
        let start = Array("BEGIN:VCARD\nFN:Te Lang\nNOTE:".utf8)
        let end = Array("\nEND:VCARD\nBEGIN:VCARD\nFN:Jan Bos\nEND:VCARD\n".utf8)
        for fill in [Array(repeating: UInt8(ascii: "x"), count: 1 << 16), Array(String(repeating: "xxxxxxx\n ", count: 8_000).utf8)] {
            var chunk = 0
            var cards = try VCardImport(source: "phone", identify: testIdentity) {
                defer { chunk += 1 }
                return chunk == 0 ? start : chunk <= 1_600 ? fill : chunk == 1_601 ? end : []
            }
            guard case .rejected(let line)? = try cards.next() else { return #expect(Bool(false)) }
            #expect(line == RejectedLine(line: 3, reason: .lineTooLong))
            guard case .taken(let row)? = try cards.next() else { return #expect(Bool(false)) }
            #expect(row.rows[0].text("family_name") == "Bos")
            #expect(chunk > 1_600)
        }
    }

    @Test func aSpreadsheetIsNoCard() {
        #expect(throws: ImportError.notText) { try ReadCards([0x50, 0x4B, 3, 4, 20, 0]) }
    }

    // MARK: Out

    @Test func linesAreFoldedByOctetsAndNeverWithinACharacter() throws {
        let long = String(repeating: "Zoë🌷", count: 40)
        let bytes = try card("FN:Jan Bos\nNOTE:\(long)").written
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") { #expect(line.utf8.count <= 75) }
        #expect(!String(decoding: bytes, as: UTF8.self).contains("\u{FFFD}"))
        #expect(unfolded(bytes).contains("NOTE:\(long)"))
    }

    @Test func whatAPersonChangedWins() throws {
        var rows = try card("N:Bos;Jan;;Dhr.;\nFN:Dhr. Jan Bos\nTEL;TYPE=WORK,VOICE:010-5550123\nTEL;TYPE=HOME,VOICE:010-5550124\nORG:Gemeente;Wijkteam").rows
        func change(_ index: Int, _ name: String, _ text: String) {
            rows[index] = DraftRow(table: rows[index].table, key: rows[index].key, values: rows[index].values.map {
                $0.name == name ? .init(name: name, value: .text(text)) : $0
            })
        }
        change(0, "family_name", "Boom")
        change(1, "value", "010-5550999")
        change(0, "organisation", "Stichting")
        var out: [UInt8] = []
        write(rows, to: &out)
        let lines = unfolded(out)
        #expect(lines.contains("N:Boom;Jan;;Dhr.;"), "with the title that stood there")
        #expect(lines.contains("FN:Jan Boom"))
        #expect(lines.contains("ORG:Stichting"))
        #expect(lines.contains("TEL;TYPE=home,voice:010-5550124"))
        #expect(!lines.contains { $0.contains("5550123") }, "an old number is not told any more")
        #expect(lines.contains { $0.hasPrefix("TEL;TYPE=work") && $0.hasSuffix("010-5550999") })
    }

    @Test(arguments: [
        ("Jan", "", "Bos"), ("Jan", "", "De Jong"), ("Piet", "De", "Jong"), ("", "", ""), ("", "van", "Dijk"), ("Ben", "", ""), ("A;B", "", "C,\\D"),
    ])
    func namesComeBackAsTheyAre(given: String, infix: String, family: String) throws {
        let id = "0123456789abcdef0123456789abcdef"
        let values = ["given_name": given, "infix": infix, "family_name": family].filter { !$0.value.isEmpty }
        let card = ContactCard(
            contact: .init(id: id, values: values.merging(["kind": "individual", "organisation": "X"]) { a, _ in a }),
            points: [.init(id: "p", values: ["type": "tel", "value": "06-1", "label": "Op de camping"])],
            addresses: [.init(id: "a", values: ["street": "Dijkweg 45", "city": "Ede", "lat": "52.1", "lon": "-4.5"])])
        var out: [UInt8] = []
        VCardWriter(identify: testIdentity).append(card, to: &out)
        let rows = try ReadCards(out).rows
        #expect(rows.map(\.key) == [[id], ["p"], ["a"]], "our own cards name our own rows")
        #expect(["given_name", "infix", "family_name", "source", "extra_vcard"].map(rows[0].text) == [given, infix, family, "", ""])
        #expect(rows[1].text("label") == "Op de camping")
        #expect(rows[2].text("street") == "Dijkweg 45" && rows[2]["lat"] == .real(52.1) && rows[2]["lon"] == .real(-4.5))
    }

    // MARK: Round trips

    @Test func whatEndsALineElsewhereIsTextHere() throws {
        let bytes = Array("BEGIN:VCARD\r\nFN:Jan Bos\r\nX-A:een\u{0C}twee\u{0B}drie\u{2028}vier\u{85}vijf\r\nX-B:zes\r\nEND:VCARD\r\n".utf8)
        #expect(try ReadCards(bytes).rows[0].text("extra_vcard").unicodeScalars.count { $0 == "\n" } == 1)
        try expectRoundTrip(bytes, "line ends")
    }

    @Test func filesThatWereJoinedAreRead() throws {
        let one = "\u{FEFF}BEGIN:VCARD\r\nFN:Jan Bos\r\nEND:VCARD\r\n"
        let cards = try ReadCards(one + one.replacing("Bos", with: "Smit") + "\u{1A}")
        #expect(cards.taken.count == 2 && cards.rejected.isEmpty)
    }

    /// Tables -> card -> tables gives the same rows; and every property of the file stands in the card.
    private func expectRoundTrip(_ bytes: [UInt8], _ name: String) throws {
        let first = try ReadCards(bytes)
        let second = try ReadCards(first.written)
        #expect(second.rejected.isEmpty, "\(name)")
        func said(_ rows: [DraftRow]) -> Set<String> {
            Set(rows.flatMap { row in
                row.values.filter { $0.name != "source" }.map { part in
                    "\(row.table) \(row.key[0]) \(part.name) " + (row.text(part.name).isEmpty ? "\(part.value)" : row.text(part.name))
                }
            })
        }
        for (a, b) in zip(first.taken, second.taken) {
            let difference = said(a.rows).symmetricDifference(said(b.rows))
            #expect(difference.isEmpty, "\(name), line \(a.line)")
        }
        #expect(first.taken.count == second.taken.count, "\(name)")
    }

    @Test func ourOwnFixturesComeBack() throws {
        for name in ["buurt-21.vcf", "buurt-30.vcf", "buurt-40.vcf"] {
            let bytes = try fixture("cards/\(name)")
            let cards = try ReadCards(bytes)
            #expect(cards.rejected.isEmpty && cards.taken.count >= 2, "\(name)")
            try expectRoundTrip(bytes, name)
        }
        // Version 4.0 is written as it was read.
        let bytes = try fixture("cards/buurt-40.vcf")
        let before = plainProperties(unfolded(bytes))
        let after = Set(plainProperties(unfolded(try ReadCards(bytes).written)))
        for property in before { #expect(after.contains(property), "\(property)") }
    }

    @Test("Files from elsewhere come back, where there are any", .enabled(if: realFiles("vcard") != nil))
    func filesFromElsewhereComeBack() throws {
        let folder = try #require(realFiles("vcard"))
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where name.hasSuffix(".vcf") {
            let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
            let cards = try ReadCards(bytes)
            #expect(cards.rejected.allSatisfy { $0.reason == .nobody }, "\(name): \(cards.rejected)")
            count += cards.taken.count
            try expectRoundTrip(bytes, name)
        }
        #expect(count > 0)
    }

    @Test func noByteMakesItCrash() throws {
        var random = Seeded(7)
        let names = ["buurt-21.vcf", "buurt-30.vcf", "buurt-40.vcf"]
        for round in 0..<600 {
            var bytes = try fixture("cards/\(names[round % 3])")
            for _ in 0...(round % 5) {
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(Int.random(in: bytes.indices, using: &random)...)
                default: bytes.insert(contentsOf: ":;=\"\r\n\\.,".utf8, at: Int.random(in: bytes.indices, using: &random))
                }
                if bytes.isEmpty { break }
            }
            let cards = try? ReadCards(bytes)
            if let cards { _ = try ReadCards(cards.written) }
        }
    }
}
