import Engine
import Foundation
import Store
import Testing

/// Lists out with chosen columns, and a calendar that is kept up to date.
@Suite struct ListOutTests {
    private let scratch: Scratch
    private let fatima: Replica

    init() throws {
        scratch = try Scratch()
        fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
    }

    private func take(_ text: String, as name: String) throws -> ListImportReport {
        let path = scratch.file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try fatima.importList(path, ListImportOptions())
    }

    private func written(_ columns: [String], table: String = "contact", excel: Bool = false) throws -> String {
        var options = ListExportOptions()
        (options.table, options.columns, options.isForExcel, options.replaces) = (table, columns, excel, true)
        let path = scratch.file("uit.csv")
        _ = try fatima.export(to: path, options)
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    private static let list = """
        Naam;Telefoon;Mobiel;E-mail;Adres;Postcode;Plaats;Wijk
        Jan van den Berg;;06-22222222;;Kerkplein 3 bis;1234 AC;Ons Dorp;Noord
        Fatima el Amrani;010-5550101;06-11111111;fatima@voorbeeld.nl;;;;Zuid
        Buurthuis;;;;;;;
        """

    @Test func aCallListHoldsNameNumbersAndAddressByFamilyName() throws {
        _ = try take(Self.list, as: "lijst.csv")
        let text = try written(["naam", "telefoon", "adres", "wijk"])
        let lines = text.split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "naam,telefoon,adres,wijk")
        #expect(lines[1].hasPrefix("Fatima el Amrani,\"0") && lines[1].contains("010-5550101") && lines[1].contains("06-11111111") && lines[1].hasSuffix(",,Zuid"))
        #expect(lines[2] == "Buurthuis,,," && lines[3] == "Jan van den Berg,06-22222222,\"Kerkplein 3 bis, 1234 AC Ons Dorp\",Noord" || lines[3] == "Buurthuis,,,")
        #expect(try written(["family_name", "id"]).hasPrefix("family_name,id\r\nAmrani,"))
        #expect(try written(["name", "email"], excel: true).hasPrefix("\u{FEFF}name;email\r\n"))
        #expect(try written(["name"], table: "area").contains("Apeldoorn"), "any table has columns to choose")
    }

    @Test func whatIsWrittenComesInAgain() throws {
        _ = try take(Self.list, as: "lijst.csv")
        let text = try written(["voornaam", "tussenvoegsel", "achternaam", "telefoon", "email", "adres", "wijk"])
        let other = try Replica.create(for: .community, space: "Noord", label: "Laptop Jan", at: nil, scratch.laptop("jan", seed: 2))
        let path = scratch.file("terug.csv")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let report = try other.importList(path, ListImportOptions())
        #expect(report.unmappedHeaders.isEmpty && report.values.isBalanced && report.values.leftOutCount == 0)
        var values: [String] = []
        for table in ["contact_point", "address"] {
            try other.store.list(table) { row in values.append(row.values.compactMap { if case .text(let bytes) = $0.value, ["value", "street", "number", "addition", "postal_code", "city"].contains($0.name) { String(decoding: bytes, as: UTF8.self) } else { nil } }.joined(separator: "|")) }
        }
        #expect(values.sorted() == ["010-5550101", "06-11111111", "06-22222222", "Kerkplein|3|bis|1234 AC|Ons Dorp", "fatima@voorbeeld.nl"])
    }

    @Test func aColumnThatIsNotThereIsNamed() throws {
        #expect(throws: StoreError(.unknownName, "schoenmaat")) { _ = try written(["naam", "schoenmaat"]) }
        #expect(throws: StoreError(.unknownName, "telefoon")) { _ = try written(["telefoon"], table: "area") }
    }

    @Test func aCalendarIsWrittenAnewWhenSomethingOfItChanges() throws {
        let path = scratch.file("agenda.ics")
        var options = ListExportOptions()
        options.format = .ics
        var steps: [() throws -> Void] = [
            { _ = try fatima.store.add("gathering", [("starts_at", .text("2026-10-06T18:00"))]) },
            // Of no calendar.
            { _ = try fatima.store.add("contact", [("given_name", .text("Jan"))]) },
            {},
            { _ = try fatima.store.add("gathering", [("starts_at", .text("2026-10-07T18:00"))]) },
        ]
        var counts: [Int] = []
        var failure: (any Error)?
        try fatima.keepExported(to: path, options, wait: {
            guard !steps.isEmpty else { return false }
            do { try steps.removeFirst()() } catch { failure = error }
            return true
        }) { counts.append($0.itemCount) }
        #expect(failure == nil && counts == [0, 1, 2])
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text.components(separatedBy: "BEGIN:VEVENT").count == 3)
        // Another's file is not written over unasked.
        #expect(throws: EngineError.self) { try fatima.keepExported(to: path, options, wait: { false }) { _ in } }
    }
}
