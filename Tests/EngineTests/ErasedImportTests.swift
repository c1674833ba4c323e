import Engine
import Foundation
import Interchange
import Store
import Testing

/// A list that still has somebody who was erased does not bring that person back, and says on which line.
@Suite struct ErasedImportTests {
    @Test(arguments: [false, true]) func theLineIsRejectedWithItsReason(_ dryRun: Bool) throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        let list = scratch.file("leden.csv")
        try Data("""
            Voornaam,Achternaam,Telefoon
            Amina,Berg,06 1234 5678
            Bram,Smit,06 8765 4321

            """.utf8).write(to: URL(fileURLWithPath: list))
        var options = ListImportOptions()
        options.dryRun = false
        #expect(try fatima.importList(list, options).rows.new >= 4)
        let amina = try fatima.contact(named: "Berg")
        let plan = try fatima.store.erasurePlan(amina)
        #expect(plan.counts.map(\.table) == ["contact", "contact_point"])
        _ = try fatima.store.erase(plan.named)
        let rest = try fatima.everything()

        options.dryRun = dryRun
        let again = try fatima.importList(list, options)
        #expect(again.rejected == [RejectedLine(line: 2, reason: .erased)])
        #expect(again.rejectedCount == 1)
        #expect(again.rows.new == 0)
        #expect(again.rows.erased == 2)
        #expect(try fatima.everything() == rest)
    }

    @Test func alsoInAListOfOneTable() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        let list = scratch.file("toestemming.csv")
        try Data("contact,purpose,state\nk,newsletter,given\no,newsletter,given\n".utf8).write(to: URL(fileURLWithPath: list))
        var options = ListImportOptions()
        options.table = "consent"
        _ = try fatima.store.erase([ErasedRecord(RecordID(table: "contact", key: ["k"]))])
        let report = try fatima.importList(list, options)
        #expect(report.rejected == [RejectedLine(line: 2, reason: .erased)])
        #expect(report.rows.new == 1)
    }
}
