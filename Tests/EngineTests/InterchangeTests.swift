import CRDT
import Engine
import Foundation
import Interchange
import Store
import Testing

/// Lists in and out of whole replicas: what comes back is what went, and two laptops that read one file agree.
@Suite struct InterchangeTests {
    private let cards = "\(fixtures)/cards/"

    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    private func options(_ format: ExportFormat, table: String = "contact", where condition: String? = nil) -> ListExportOptions {
        var options = ListExportOptions()
        options.format = format
        options.table = table
        options.condition = condition
        return options
    }

    private func unchanged(_ report: ListImportReport, sourceLocation: SourceLocation = #_sourceLocation) {
        let rows = report.rows
        #expect(rows.new == 0 && rows.filled == 0 && rows.differing == 0 && rows.refused == 0, "\(rows)", sourceLocation: sourceLocation)
        #expect(rows.unchanged > 0, sourceLocation: sourceLocation)
        #expect(report.rejectedCount == 0, "\(report.rejected)", sourceLocation: sourceLocation)
    }

    private let calendar = """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VEVENT
        UID:kook-1@example.org
        DTSTART;TZID=Europe/Amsterdam:20260324T180000
        DTEND;TZID=Europe/Amsterdam:20260324T200000
        RRULE:FREQ=WEEKLY;BYDAY=TU
        SUMMARY:Kookclub
        LOCATION:Buurthuis De Brug
        END:VEVENT
        BEGIN:VEVENT
        UID:wandel-1@example.org
        DTSTART:20260325T090000Z
        SUMMARY:Wandelen
        STATUS:CANCELLED
        END:VEVENT
        END:VCALENDAR

        """

    // MARK: In

    @Test("The preview says exactly what happens, and again nothing does")
    func previewAndAgain() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let before = try fatima.everything()
        var look = ListImportOptions()
        look.dryRun = true
        let preview = try fatima.importList(cards + "buurt-30.vcf", look)
        #expect(try fatima.everything() == before, "a look changes nothing")
        let done = try fatima.importList(cards + "buurt-30.vcf", ListImportOptions())
        #expect(preview.rows == done.rows && done.rows.new > 5 && done.lineCount == 3)
        unchanged(try fatima.importList(cards + "buurt-30.vcf", ListImportOptions()))
    }

    @Test("Two laptops that import one file offline end with the same rows and no conflict", arguments: ["buurt-21.vcf", "buurt-30.vcf", "buurt-40.vcf", "ics", "csv"])
    func twoLaptops(name: String) throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        var list = cards + name
        if name == "ics" {
            list = scratch.file("agenda.ics")
            try write(calendar, list)
        } else if name == "csv" {
            list = "\(fixtures)/people/jan.csv"
        }
        let first = try fatima.importList(list, ListImportOptions())
        let second = try jan.importList(list, ListImportOptions())
        #expect(first.rows == second.rows && first.rows.new > 0)
        try carry(fatima, jan, scratch)
        try carry(jan, fatima, scratch)
        try expectSame(fatima, jan)
        #expect(try fatima.store.status().conflicts == 0)
        unchanged(try jan.importList(list, ListImportOptions()))
        try expectSame(fatima, jan)
    }

    @Test func anErasedPersonsCardIsRefused() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        _ = try fatima.importList(cards + "buurt-40.vcf", ListImportOptions())
        try fatima.erase(try fatima.planErasure(try fatima.contact(named: "Yılmaz")).plan)
        let again = try fatima.importList(cards + "buurt-40.vcf", ListImportOptions())
        #expect(again.rejected == [RejectedLine(line: 1, reason: .erased)])
        #expect(again.rows.new == 0)
    }

    @Test func daysThatDoNotExistCostTheirLineOnly() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try write("name,starts_on,ends_on\nKookclub,28-02-2026,\nWandelen,31-02-2026,\nLezen,2026-03-01,ooit\n", scratch.file("lijst.csv"))
        var options = ListImportOptions()
        options.table = "initiative"
        let report = try fatima.importList(scratch.file("lijst.csv"), options)
        #expect(report.rejected == [RejectedLine(line: 3, reason: .badDate("starts_on")), RejectedLine(line: 4, reason: .badDate("ends_on"))])
        #expect(try fatima.everything().contains { $0.contains("starts_on=text(") })
    }

    @Test func aKindIsToldByTheBeginning() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let path = scratch.file("zonder-einde")
        try write("\u{FEFF}\r\n begin:vcard\r\nFN:Jan Bos\r\nend:vcard\r\n", path)
        #expect(try fatima.importList(path, ListImportOptions()).rows.new == 1)
        var mapped = ListImportOptions()
        mapped.rules = ["FN=name"]
        #expect(throws: EngineError(.notForThisFile, path)) { try fatima.importList(path, mapped) }
    }

    // MARK: Out and back

    @Test("Cards that we wrote are the contacts they were, however these were made")
    func cardsComeBack() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        for name in ["buurt-21.vcf", "buurt-30.vcf", "buurt-40.vcf"] { _ = try fatima.importList(cards + name, ListImportOptions()) }
        _ = try fatima.importFixture("fatima.csv")
        let bos = try fatima.add("Jan", "De Bos")
        _ = try fatima.store.add("contact_point", [("contact", .text(bos.key[0])), ("type", .text("tel")), ("value", .text("06-00000077")), ("label", .text("Op de camping"))])
        _ = try fatima.store.add("address", [("contact", .text(bos.key[0])), ("street", .text("Dijkweg 45")), ("lat", .real(52.5)), ("lon", .real(4))])
        let out = scratch.file("alles.vcf")
        let report = try fatima.export(to: out, options(.vcf))
        #expect(report.itemCount == Int(try fatima.store.count("contact")))
        unchanged(try fatima.importList(out, ListImportOptions()))

        // A space that has never seen them gets the same contacts.
        let elsewhere = try found(scratch, space: "Noord", "amina", seed: 9)
        _ = try elsewhere.importList(out, ListImportOptions())
        let copy = scratch.file("kopie.vcf")
        _ = try elsewhere.export(to: copy, options(.vcf))
        func lines(_ path: String) throws -> [String] {
            try read(path).replacing("\r\n ", with: "").split(separator: "\r\n").map { line in
                String(line.replacing(/;X-KITH-ID=[0-9a-f]+/, with: ""))
            }.sorted()
        }
        #expect(try lines(out) == lines(copy))
    }

    @Test("A table that we wrote as CSV comes back to the letter, and no cell is a formula", arguments: [false, true])
    func tablesComeBack(isForExcel: Bool) throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        _ = try fatima.importFixture("fatima.csv")
        let odd = ["=1+1", "+31", "@x", "'=2", "'t Hof", " rand ", "een\r\ntwee", "a;b,\"c\"", "-5", "\tx", "ooit"]
        for (index, text) in odd.enumerated() {
            _ = try fatima.store.add("contact", [("given_name", .text(text)), ("family_name", .text("Rij \(index)")), ("nickname", .text(""))])
            _ = try fatima.store.add("initiative", [("name", .text(text)), ("starts_on", .text(text))])
        }
        let elsewhere = try found(scratch, space: "Noord", "amina", seed: 9)
        for table in ["contact", "contact_point", "address", "initiative"] {
            let out = scratch.file("\(table).csv")
            var options = options(.csv, table: table)
            options.isForExcel = isForExcel
            let report = try fatima.export(to: out, options)
            #expect(report.itemCount == Int(try fatima.store.count(table)))
            #expect(!(try read(out)).contains(/(^|[;,\n])"?[=@+]/), "\(table)")
            unchanged(try fatima.importList(out, ListImportOptions()))
            _ = try elsewhere.importList(out, ListImportOptions())
        }
        func rows(_ replica: Replica) throws -> [String] {
            try replica.everything().filter { row in ["contact ", "contact_point ", "address ", "initiative "].contains { row.hasPrefix($0) } }
        }
        #expect(try rows(fatima) == rows(elsewhere))
    }

    @Test func calendarsComeBack() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try write(calendar, scratch.file("agenda.ics"))
        let report = try fatima.importList(scratch.file("agenda.ics"), ListImportOptions())
        #expect(report.rows.new == 5, "two dates, two initiatives, a place")
        let out = scratch.file("uit.ics")
        #expect(try fatima.export(to: out, options(.ics)).itemCount == 3)
        unchanged(try fatima.importList(out, ListImportOptions()))
        let twice = scratch.file("weer.ics")
        _ = try fatima.export(to: twice, options(.ics))
        #expect(try read(out) == read(twice))
    }

    @Test func aConditionChoosesAndABadOneSaysSo() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try fatima.add("Jan", "Bos")
        try fatima.add("Piet", "Smit")
        #expect(try fatima.export(to: scratch.file("a.vcf"), options(.vcf, where: "family_name = 'Bos' -- alleen")).itemCount == 1)
        #expect(try !read(scratch.file("a.vcf")).contains("Smit"))
        #expect(throws: StoreError.self) { try fatima.export(to: scratch.file("b.csv"), options(.csv, where: "nope = 1")) }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("b.csv")), "a file is whole or not there")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).allSatisfy { !$0.contains("partial") })
    }

    @Test func aFileInTheWayStays() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let path = scratch.file("lijst.csv")
        try write("van mij", path)
        #expect(throws: EngineError(.exportExists, path)) { try fatima.export(to: path, options(.csv)) }
        #expect(try read(path) == "van mij")
        var replacing = options(.csv)
        replacing.replaces = true
        _ = try fatima.export(to: path, replacing)
        #expect(try read(path).hasPrefix("id,kind,given_name"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    // MARK: What goes to others holds no person

    @Test func theDirectoryHoldsNoPerson() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        _ = try fatima.importFixture("fatima.csv")
        try write(calendar, scratch.file("agenda.ics"))
        _ = try fatima.importList(scratch.file("agenda.ics"), ListImportOptions())
        let id = try fatima.add("Zonneveld-Uniek", "Onvindbaar").key[0]
        for (format, name) in [(ExportFormat.hsds, "gids.json"), (.geojson, "kaart.geojson"), (.ics, "uit.ics")] {
            let report = try fatima.export(to: scratch.file(name), options(format))
            #expect(report.itemCount >= 2)
            let text = try read(scratch.file(name))
            #expect(text.contains("Kookclub"))
            #expect(!text.contains("Zonneveld") && !text.contains(id) && !text.contains("@example.org"))
        }
    }

    @Test("Everything on one person: every row that names them, and nothing of others")
    func everythingOnOnePerson() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let store = fatima.store
        let jan = try fatima.add("Jan", "Bos"), piet = try fatima.add("Piet", "Smit")
        func add(_ table: String, _ values: (String, String)...) throws -> String {
            try store.add(table, values.map { ($0.0, Value.text($0.1)) }).key[0]
        }
        let (j, p) = (jan.key[0], piet.key[0])
        _ = try add("contact_point", ("contact", j), ("type", "tel"), ("value", "06-11111111"))
        _ = try add("contact_point", ("contact", p), ("type", "tel"), ("value", "06-22222222"))
        let request = try add("help_item", ("contact", j), ("direction", "request"))
        let offer = try add("help_item", ("contact", p), ("direction", "offer"))
        _ = try add("help_item_skill", ("help_item", request), ("skill", "cooking"))
        _ = try add("help_item_skill", ("help_item", offer), ("skill", "driving"))
        _ = try add("match", ("request", request), ("offer", offer))
        let moment = try add("contact_moment", ("worker", p), ("summary", "Gebeld"))
        _ = try add("contact_moment_contact", ("contact_moment", moment), ("contact", j))
        _ = try add("contact_moment_contact", ("contact_moment", moment), ("contact", p))
        _ = try add("contact_moment", ("worker", j), ("summary", "Zelf geweest"))
        _ = try add("relation", ("contact", p), ("other", j), ("code", "neighbour"))
        _ = try add("consent", ("contact", j), ("purpose", "newsletter"), ("state", "given"))
        let old = try add("address", ("contact", j), ("street", "Oude weg"))
        try store.delete(RecordID(table: "address", key: [old]))
        let mention = try add("initiative", ("name", "Soep"), ("description", "Vraag Jan Bos om de sleutel"))

        let report = try fatima.exportPerson([jan], to: scratch.file("jan.json"), .json, replaces: false)
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(read(scratch.file("jan.json")).utf8)) as? [String: Any])
        let tables = try #require(whole["tables"] as? [String: [[String: Any]]])
        #expect(tables.mapValues(\.count) == [
            "contact": 1, "contact_point": 1, "address": 1, "help_item": 1, "help_item_skill": 1, "match": 1, "contact_moment": 2,
            "contact_moment_contact": 1, "relation": 1, "consent": 1,
        ])
        #expect(report.itemCount == 11)
        #expect(tables["address"]?[0]["deleted"] as? Bool == true, "what is in the trash is held as well")
        #expect(tables["contact_point"]?[0]["value"] as? String == "06-11111111")
        let mentions = try #require(whole["mentions"] as? [[String: Any]])
        #expect(mentions.map { $0["id"] as? String } == [mention])

        _ = try fatima.exportPerson([jan], to: scratch.file("jan.vcf"), .vcf, replaces: false)
        let card = try read(scratch.file("jan.vcf"))
        #expect(card.contains("FN:Jan Bos\r\n") && card.contains("06-11111111") && !card.contains("06-22222222") && !card.contains("Oude weg"))
        #expect(throws: EngineError(.notAPerson, "initiative")) {
            try fatima.exportPerson([RecordID(table: "initiative", key: [mention])], to: scratch.file("x.json"), .json, replaces: false)
        }
    }
}
