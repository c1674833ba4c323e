import Engine
import Foundation
import Interchange
import Store
import Testing

/// Two people under one number of their list, or under one name and telephone, are two rows: never her number on the first.
@Suite struct OwnersTests {
    private let scratch: Scratch
    private let fatima: Replica

    init() throws {
        scratch = try Scratch()
        fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
    }

    private func take(_ text: String, as name: String, source: String? = nil) throws -> ListImportReport {
        let path = scratch.file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        var options = ListImportOptions()
        options.source = source
        return try fatima.importList(path, options)
    }

    /// "Given Family: numbers", ascending.
    private func people() throws -> [String] {
        var points: [String: [String]] = [:]
        func text(_ row: RecordRow, _ column: String) -> String {
            guard case .text(let bytes) = row.values.first(where: { $0.name == column })?.value else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        try fatima.store.list("contact_point") { points[text($0, "contact"), default: []].append(text($0, "value")) }
        var found: [String] = []
        try fatima.store.list("contact") { row in
            let name = [text(row, "given_name"), text(row, "family_name")].filter { !$0.isEmpty }.joined(separator: " ")
            found.append("\(name): \((points[row.id.key[0]] ?? []).sorted().joined(separator: ", "))")
        }
        return found.sorted()
    }

    private static func card(_ uid: String, _ given: String, _ family: String, _ more: String = "") -> String {
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:\(uid)\r\nN:\(family);\(given);;;\r\nFN:\(given) \(family)\r\n\(more)END:VCARD\r\n"
    }

    private static let amina = card("nr-8", "Amina", "Berg", "TEL:0612340001\r\n")
    private static let bram = card("nr-8", "Bram", "Smit", "TEL:0612340002\r\n")

    static let lists: [(name: String, text: String, people: [String], named: Int)] = [
        ("een.vcf", amina + bram, ["Amina Berg: 0612340001", "Bram Smit: 0612340002"], 2),
        ("omgekeerd.vcf", bram + amina, ["Amina Berg: 0612340001", "Bram Smit: 0612340002"], 2),
        // A household's number.
        ("gezin.csv", "Lidnummer,Voornaam,Achternaam,Mobiel\n7,Amina,Berg,0612340001\n7,Bram,Berg,0612340002\n7,Cas,Berg,\n",
            ["Amina Berg: 0612340001", "Bram Berg: 0612340002", "Cas Berg: "], 3),
        // Father and son.
        ("vader.csv", "Lidnummer,Voornaam,Achternaam,Geboortedatum\n7,Jan,Mol,01-02-1950\n7,Jan,Mol,03-04-1980\n", ["Jan Mol: ", "Jan Mol: "], 2),
        ("zonder.csv", "Naam,Telefoon,Geboortedatum\nJ. Mol,0101112223,01-02-1950\nJ. Mol,0101112223,03-04-1980\n",
            ["J. Mol: 0101112223", "J. Mol: 0101112223"], 2),
        // One person twice is one.
        ("dubbel.vcf", amina + amina, ["Amina Berg: 0612340001"], 0),
        ("tweemaal.csv", "Lidnummer,Voornaam,Achternaam,Mobiel\n7,Amina,Berg,0612340001\n7,Amina,Berg,0612340009\n", ["Amina Berg: 0612340001, 0612340009"], 0),
    ]

    @Test(arguments: lists.indices) func everybodyIsARow(index: Int) throws {
        let list = Self.lists[index]
        let report = try take(list.text, as: list.name)
        #expect(try people() == list.people)
        #expect(report.remarks.filter { $0.code == "shared-number" }.count == list.named, "\(report.remarks)")
        #expect(report.rows.differing == 0)
        let again = try take(list.text, as: list.name)
        #expect(again.rows.new == 0 && again.rows.filled == 0, "the same list again changes nothing")
    }

    @Test func theOrderOfTheLinesMakesNoOtherRows() throws {
        _ = try take(Self.amina + Self.bram, as: "een.vcf", source: "leden")
        let again = try take(Self.bram + Self.amina, as: "twee.vcf", source: "leden")
        #expect(again.rows.new == 0)
        #expect(try people().count == 2)
    }

    @Test func aNumberThatWentToSomebodyElseSinceIsAnotherRow() throws {
        _ = try take(Self.amina, as: "maart.vcf", source: "leden")
        let report = try take(Self.bram, as: "april.vcf", source: "leden")
        #expect(report.remarks.map(\.code) == ["shared-number"])
        #expect(try people() == ["Amina Berg: 0612340001", "Bram Smit: 0612340002"])
        // Who joins later leaves her where she is.
        let both = try take(Self.amina + Self.bram, as: "mei.vcf", source: "leden")
        #expect(try people().filter { $0.contains("Amina") }.count <= 2 && both.rows.differing == 0)
    }

    @Test func whoseNameWasCorrectedHereIsNobodyElse() throws {
        _ = try take(Self.amina, as: "leden.vcf")
        let id = try fatima.contact(named: "Berg")
        try fatima.store.edit(id, [("given_name", .text("Aminah")), ("family_name", .text("de Boer"))])
        #expect(try take(Self.amina, as: "leden.vcf").rows.new == 0)
        try fatima.store.edit(id, [("given_name", .text("Xandra"))])
        #expect(try take(Self.amina, as: "leden.vcf").rows.new == 0, "her telephone number says it is her")
    }
}
