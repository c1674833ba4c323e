import CRDT
import Engine
import Foundation
import Interchange
import Store
import Testing

/// Lists as they are found: letters of all character sets, days of both orders, words beside numbers, what was undone; and a
/// report that accounts for every line.
@Suite struct ListCareTests {
    private let scratch: Scratch
    private let fatima: Replica

    init() throws {
        scratch = try Scratch()
        fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
    }

    private func take(_ bytes: [UInt8], as name: String, _ change: (inout ListImportOptions) -> Void = { _ in }) throws -> ListImportReport {
        let path = scratch.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var options = ListImportOptions()
        change(&options)
        let report = try fatima.importList(path, options)
        #expect(report.lineCount == report.changedLineCount + report.unchangedLineCount + report.rejectedCount, "every line is accounted for")
        #expect(report.values.isBalanced, "and every value")
        return report
    }

    private func texts(_ table: String, _ columns: String...) throws -> [String] {
        var found: [String] = []
        try fatima.store.list(table) { row in
            found.append(columns.map { column in
                guard case .text(let bytes) = row.values.first(where: { $0.name == column })?.value else { return "" }
                return String(decoding: bytes, as: UTF8.self)
            }.joined(separator: "|"))
        }
        return found.sorted()
    }

    // MARK: Letters

    private static func encoded(_ text: String, _ name: String) throws -> [UInt8] {
        let descriptor = iconv_open(name, "UTF-8")
        defer { iconv_close(descriptor) }
        var input = Array(text.utf8).map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 4 * input.count)
        let count = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target -> Int in
                var from = source.baseAddress, to = target.baseAddress
                var fromCount = source.count, toCount = target.count
                return iconv(descriptor, &from, &fromCount, &to, &toCount) == -1 ? -1 : target.count - toCount
            }
        }
        try #require(count >= 0)
        return output[..<count].map { UInt8(bitPattern: $0) }
    }

    static let letters: [(set: String, given: [String])] = [
        ("WINDOWS-1252", ["Zoë", "René", "Jürgen", "Anaïs"]), ("MACINTOSH", ["Zoë", "René", "Jürgen", "Anaïs"]), ("CP850", ["Zoë", "René", "Jürgen", "Anaïs"]),
        ("WINDOWS-1254", ["Ayşe", "Gülşen", "Işıl", "Oğuz"]), ("ISO-8859-9", ["Ayşe", "Gülşen", "Işıl", "Oğuz"]), ("WINDOWS-1250", ["Łukasz", "Grażyna", "Żaneta", "Świętosława"]),
        ("WINDOWS-1251", ["Алексей", "Наталья", "Юлия", "Фёдор"]), ("KOI8-R", ["Алексей", "Наталья", "Юлия", "Фёдор"]), ("WINDOWS-1253", ["Γιώργος", "Ελένη", "Κώστας", "Δήμητρα"]),
        ("WINDOWS-1257", ["Rūta", "Šarūnas", "Žydrūnė", "Kęstutis"]), ("UTF-16LE", ["Алексей", "Наталья", "Юлия", "Фёдор"]), ("UTF-16BE", ["Zoë", "René", "Jürgen", "Anaïs"]),
    ]

    @Test(arguments: letters.indices, ["csv", "vcf"]) func aPlainCharacterSetIsReadAsSuch(index: Int, ending: String) throws {
        let (set, given) = Self.letters[index]
        let text = ending == "csv" ? "Voornaam;Achternaam;Plaats\n" + given.map { "\($0);Berg;Ede\n" }.joined()
            : given.map { "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;\($0);;;\r\nFN:\($0) Berg\r\nEND:VCARD\r\n" }.joined()
        let report = try take(Self.encoded(text, set), as: "lijst.\(ending)")
        #expect(try texts("contact", "given_name") == given.sorted(), "\(report.encoding)")
        if !set.hasPrefix("UTF") { #expect(report.encoding != "UTF-8", "and is said") }
    }

    @Test(arguments: letters.indices) func aCharacterSetThatIsGivenIsTaken(index: Int) throws {
        let (set, given) = Self.letters[index]
        let report = try take(Self.encoded("Voornaam;Achternaam\n" + given.map { "\($0);Berg\n" }.joined(), set), as: "lijst.csv") { $0.encoding = set }
        #expect(try texts("contact", "given_name") == given.sorted())
        #expect(!report.isEncodingDoubtful)
    }

    @Test(arguments: ["windows-1251", "koi8-r", "ISO-8859-5", "cp866"]) func aCharacterSetThatACardNamesIsItsOwn(set: String) throws {
        let card = Array("BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=\(set):".utf8) + (try Self.encoded("Юлия Берг", set)) + Array("\r\nEND:VCARD\r\n".utf8)
        _ = try take(card, as: "kaart.vcf")
        #expect(try texts("contact", "given_name") == ["Юлия"])
    }

    @Test func whatMayBeAnotherSetIsSaid() throws {
        #expect(try take(Array("Naam;Plaats\nS".utf8) + [0xF8] + Array("ren Berg;Ede\n".utf8), as: "a.csv").encoding == "WINDOWS-1252")
        #expect(try take(Array("Naam;Plaats\nx".utf8) + [0xA7, 0xB6] + Array(";Ede\n".utf8), as: "b.csv").isEncodingDoubtful)
        #expect(throws: ImportError.unknownEncoding("klingon")) { try take(Array("Naam\nJan Bos\n".utf8), as: "c.csv") { $0.encoding = "klingon" } }
    }

    // MARK: Days

    @Test(arguments: [
        // name,starts_on,ends_on: what becomes of them, and what is said.
        ("a,4/15/2027,4/16/2027\nb,3/4/2027,5/6/2027", ["a|2027-04-15|2027-04-16", "b|2027-03-04|2027-05-06"], ["ends_on", "starts_on"], [String](), 0),
        ("a,4/15/2027,5/6/2027\nb,3/4/2027,", ["a|2027-04-15|2027-05-06", "b|2027-03-04|"], ["ends_on", "starts_on"], [], 0),
        ("a,15/4/2027,\nb,3/4/2027,", ["a|2027-04-15|", "b|2027-04-03|"], [], [], 0),
        ("a,3/4/2027,", ["a|2027-04-03|"], [], ["starts_on"], 0),
        ("a,4/15/2027,\nb,15/4/2027,\nc,3/4/2027,", ["b|2027-04-15|", "c|2027-04-03|"], [], ["starts_on"], 1),
        ("a,2027-04-03,", ["a|2027-04-03|"], [], [], 0),
    ])
    func theOrderOfDayAndMonthIsThatOfTheColumn(lines: String, rows: [String], monthFirst: [String], doubtful: [String], rejected: Int) throws {
        let report = try take(Array("name,starts_on,ends_on\n\(lines)\n".utf8), as: "lijst.csv") { $0.table = "initiative" }
        #expect(try texts("initiative", "name", "starts_on", "ends_on") == rows)
        #expect(report.monthFirst == monthFirst && report.doubtfulDates == doubtful && report.rejectedCount == rejected)
    }

    // MARK: Words beside a number

    @Test(arguments: [
        ("06-33333333 (na 18 uur)", "06-33333333", "na 18 uur"), ("06-33333333 moeder", "06-33333333", "moeder"), ("moeder: 06-33333333", "06-33333333", "moeder"),
        ("0633333333 toestel 5", "0633333333", "toestel 5"), ("06-33333333 #2", "06-33333333", "#2"), ("+31 (0)6 33333333 alleen app", "+31 (0)6 33333333", "alleen app"),
        ("06-33333333", "06-33333333", ""), ("bel de buurvrouw", "bel de buurvrouw", ""),
    ])
    func wordsBesideANumberAreItsLabel(cell: String, number: String, label: String) throws {
        _ = try take(Array("Naam,Telefoon\nPiet Smit,\"\(cell)\"\n".utf8), as: "lijst.csv")
        #expect(try texts("contact_point", "value", "label") == ["\(number)|\(label)"])
        if number.contains("33333333") { #expect(try fatima.find("0633333333").map(\.name) == ["Piet Smit"]) }
    }

    @Test func aNumberThatSomebodyTypedWithWordsIsFoundToo() throws {
        let piet = try fatima.add("Piet", "Smit")
        _ = try fatima.store.add("contact_point", [("contact", .text(piet.key[0])), ("type", .text("tel")), ("value", .text("06-33333333 (na 18 uur)"))])
        #expect(try fatima.find("0633333333").map(\.id) == [piet])
    }

    // MARK: What was undone or deleted

    @Test func whatWasUndoneComesInAgainOnPurpose() throws {
        let list = Array("Naam;Telefoon\nFatima el Amrani;06-11111111\nJan Bos;06-22222222\n".utf8)
        _ = try take(list, as: "lijst.csv") { $0.rules = ["Naam=contact.organisation"] }
        _ = try fatima.store.undo()
        let stays = try take(list, as: "lijst.csv")
        #expect(stays.rows.new == 0 && stays.rows.deletedHere > 0 && stays.remarks.contains { $0.code == "deleted-here" })
        let back = try take(list, as: "lijst.csv") { $0.bringsBack = true }
        #expect(back.rows.broughtBack == stays.rows.deletedHere && back.rows.deletedHere == 0)
        #expect(try texts("contact", "given_name", "infix", "family_name", "organisation") == ["Fatima|el|Amrani|", "Jan||Bos|"])
        #expect(try texts("contact_point", "value") == ["06-11111111", "06-22222222"])
        #expect(try take(list, as: "lijst.csv").unchangedLineCount == 2)
        try fatima.stamp()
        _ = try fatima.store.undo()
        #expect(try texts("contact", "given_name").isEmpty, "and that can be undone")
    }

    @Test func whatSomebodyWroteOnADeletedRowComesBackWithIt() throws {
        let list = Array("Naam;Telefoon\nJan Bos;06-22222222\n".utf8)
        _ = try take(list, as: "lijst.csv")
        let jan = try fatima.contact(named: "Bos")
        try fatima.store.edit(jan, [("nickname", .text("Jantje"))])
        try fatima.store.delete(jan)
        let back = try take(list, as: "lijst.csv") { $0.bringsBack = true }
        #expect(back.rows.broughtBack >= 1)
        #expect(try texts("contact", "given_name", "nickname") == ["Jan|Jantje"])
    }

    @Test func whatDiffersIsNamedWithItsLine() throws {
        _ = try take(Array("id,Voornaam,Achternaam\n1,Jan,Bos\n2,Piet,Smit\n".utf8), as: "lijst.csv")
        let report = try take(Array("id,Voornaam,Achternaam\n1,Jan,Bosch\n2,Piet,Smit\n,,\nx\n".utf8), as: "lijst.csv")
        #expect(report.remarks.map { "\($0.line) \($0.code)" } == ["2 differs"])
        #expect(report.changedLineCount == 0 && report.unchangedLineCount == 2 && report.rejectedCount == 1)
    }
}
