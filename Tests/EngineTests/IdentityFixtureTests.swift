import CRDT
import Foundation
import Interchange
import Testing
import Trust
import Wire

/// Fixtures/people/identities.json: how the readers of lists fold names, numbers and addresses, and which ids come of it
/// (Docs/Community.md, "Ids of imported rows"). Two who read one list make the same rows only if both fold alike.
///
/// `KITH_WRITE_FIXTURES=1` writes it anew.
@Suite(.serialized) struct IdentityFixtureTests {
    private static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/people/identities.json").standardizedFileURL

    private struct Fold: Codable, Equatable {
        let kind: String
        let text: String
        let folded: String
    }

    private struct Identified: Codable, Equatable {
        let parts: [String]
        let id: String
    }

    private struct List: Codable, Equatable {
        let form: String
        let source: String
        let content: String
        let ids: [Identified]
    }

    private struct Vectors: Codable, Equatable {
        let importSecret: String
        let folds: [Fold]
        let lists: [List]

        enum CodingKeys: String, CodingKey {
            case importSecret = "import_secret"
            case folds, lists
        }
    }

    private static let texts = [
        "", " ", "Zoë  MÜLLER", "d\u{2019}Ancona", "d`Ancona", "Straße", "ÆGIR Øst Łódź Þór", "İstanbul", "Ayşe\u{00A0}Çelik", "ﬁets ①",
        "Jose\u{0301} García", "A\u{200B}B\u{FEFF}C", "\tvan\u{2028}der  Meer ", "Anne\u{2011}Marie \u{2013} x", "李小龍", "Ἀθήνα", "ßẞ", "O'Hara-Smith",
    ]
    private static let phones = [
        "06-0000 0001", "+31 (0)6 00000001", "0031600000001", "600000001", "31600000001", "(06) 0000.0001", "+31 0600000001", "020/000 00 00",
        "+32 470 00 00 00", "0032470000000", "112", "+1", "06 0000 0001 (werk)", "tel:+31600000001", "+31６00000001", "", "geen", "01234567890123456789",
    ]
    private static let emails = ["Jan@Example.NL ", "MAILTO:jan@example.nl", "zoë@example.nl", "jan @example.nl", ""]

    private static let csv = """
        Naam;Telefoon;E-mail;Straat;Huisnummer;Postcode;Plaats;UID
        Zoë van der Meer;06-0000 0001;Zoe@Example.nl;Kerkstraat;12 A;1234 ab;Zuidwijk;
        Piet;;;;;;;
        Fatima el Amrani;0031 600000002;;;;;;list-7
        "";06-0000 0003;;;;;;
        """
    private static let vCard = [
        "BEGIN:VCARD", "VERSION:3.0", "FN:Zoë van der Meer", "TEL:+31 (0)6 00000001", "EMAIL:Zoe@Example.nl", "REV:2026-01-01T00:00:00Z", "END:VCARD",
        "BEGIN:VCARD", "VERSION:3.0", "FN:Piet", "NOTE:Zingt", "PRODID:x", "END:VCARD",
        "BEGIN:VCARD", "VERSION:3.0", "UID:card-9", "FN:Fatima el Amrani", "TEL:0600000002", "END:VCARD", "",
    ].joined(separator: "\r\n")
    private static let calendar = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "SUMMARY:Koken  met ÉÉN pan", "DTSTART:20260301T180000Z", "LOCATION:Buurthuis Zuid",
        "END:VEVENT", "BEGIN:VEVENT", "UID:event-1", "RECURRENCE-ID:20260308T180000Z", "SUMMARY:Koken", "DTSTART:20260308T180000Z", "END:VEVENT",
        "END:VCALENDAR", "",
    ].joined(separator: "\r\n")

    private static func vectors() throws -> Vectors {
        let secret = (0..<UInt8(SpaceIdentity.importSecretByteCount)).map { $0 }
        let identity = ImportIdentity(space: SpaceIdentity(id: .zero, name: "Zuid", importSecret: secret))
        func once(_ text: String) -> () throws -> [UInt8] {
            var rest = Array(text.utf8)
            return { defer { rest = [] }; return rest }
        }
        func list(_ form: String, _ content: String, _ read: (@escaping ([String]) -> String) throws -> Void) throws -> List {
            var ids: [Identified] = []
            try read { parts in
                let id = identity.id(parts)
                if !ids.contains(where: { $0.id == id }) { ids.append(Identified(parts: parts, id: id)) }
                return id
            }
            return List(form: form, source: "list", content: content, ids: ids)
        }
        return Vectors(
            importSecret: secret.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined(),
            folds: texts.map { Fold(kind: "text", text: $0, folded: folded($0)) }
                + phones.map { Fold(kind: "number", text: $0, folded: foldedPhone($0)) }
                + emails.map { Fold(kind: "address", text: $0, folded: foldedEmail($0)) },
            lists: [
                try list("csv", csv) { identify in
                    var lines = try ContactImport(source: "list", identify: identify, chunks: once(csv))
                    while try lines.next() != nil {}
                },
                try list("vcard", vCard) { identify in
                    var cards = try VCardImport(source: "list", identify: identify, chunks: once(vCard))
                    while try cards.next() != nil {}
                },
                try list("icalendar", calendar) { identify in
                    var events = try CalendarImport(source: "list", identify: identify, chunks: once(calendar))
                    while try events.next() != nil {}
                },
            ])
    }

    @Test func identities() throws {
        let made = try Self.vectors()
        if ProcessInfo.processInfo.environment["KITH_WRITE_FIXTURES"] == "1" {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(made) + Data("\n".utf8)).write(to: Self.url)
        }
        let kept = try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: Self.url))
        #expect(kept == made)
        #expect(kept.lists.allSatisfy { !$0.ids.isEmpty })
    }

    /// The keyed hash by itself, so that the table can be checked without the readers.
    @Test func idsFollowFromTheParts() throws {
        let kept = try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: Self.url))
        let secret = stride(from: 0, to: kept.importSecret.count, by: 2).compactMap {
            UInt8(kept.importSecret.dropFirst($0).prefix(2), radix: 16)
        }
        let identity = ImportIdentity(space: SpaceIdentity(id: .zero, name: "", importSecret: secret))
        for identified in kept.lists.flatMap(\.ids) { #expect(identity.id(identified.parts) == identified.id) }
    }
}
