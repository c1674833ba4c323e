import Community
import CRDT
import Engine
import Foundation
import Schema
import Store
import Testing
import Wire

/// Two laptops and a stick.
struct BundleJourneyTests {
    @Test("Two volunteers with their own lists meet by stick, and end with the same list")
    func bothWays() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        #expect(try jan.digest() == fatima.digest())
        let jong = try fatima.contact(named: "Jong")
        #expect(try jan.importFixture("jan.csv").rows.new > 0)
        try jan.store.edit(jong, [("language", .text("tr"))])
        try fatima.store.edit(jong, [("language", .text("en"))])

        _ = try jan.exportBundle(to: scratch.file("jan.kithbundle"), for: .devices(try jan.devices(named: ["laptop fatima"])))
        let report = try fatima.importBundle(scratch.file("jan.kithbundle"))
        #expect(report.report.conflictsAfter == 1)
        #expect(report.needsPerson)
        #expect(report.packerLabel == "Laptop Jan")
        let back = try fatima.exportBundle(
            to: scratch.file("fatima.kithbundle"), for: .devices(try fatima.devices(named: ["Laptop Jan"])))
        #expect(!back.isWhole)
        #expect(back.changeCount == 1)
        _ = try jan.importBundle(scratch.file("fatima.kithbundle"))

        #expect(try jan.digest() == fatima.digest())
        #expect(try jan.everything() == fatima.everything())
        #expect(try jan.store.conflicts().count == 1)
        #expect(try jan.store.settle(nil, .mine) == 1)
        _ = try jan.exportBundle(to: scratch.file("settled.kithbundle"), for: .everyone)
        #expect(try fatima.importBundle(scratch.file("settled.kithbundle")).needsPerson == false)
        #expect(try fatima.everything() == jan.everything())
    }

    @Test("The same list again changes nothing, on either laptop")
    func listTwice() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let again = try fatima.importFixture("fatima.csv")
        #expect(again.rows.new == 0 && again.rows.unchanged > 0)
        let elsewhere = try jan.importFixture("fatima.csv")
        #expect(elsewhere.rows.new == 0 && elsewhere.rows.filled == 0)
        var looking = ListImportOptions()
        looking.dryRun = true
        let before = try jan.everything()
        #expect(try jan.importList("\(fixtures)/people/jan.csv", looking).rows.new > 0)
        #expect(try jan.everything() == before)
    }

    @Test("The same bundle again writes nothing")
    func bundleTwice() throws {
        let scratch = try Scratch()
        let (_, jan) = try fatimaAndJan(scratch)
        let before = try jan.bytes()
        for _ in 0..<3 {
            let report = try jan.importBundle(scratch.file("first.kithbundle"))
            #expect(report.isKnown && !report.needsPerson)
            #expect(try jan.bytes() == before)
        }
    }

    @Test("A bundle before its predecessor waits, is counted, and merges by itself")
    func outOfOrder() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let ans = try join("ans", seed: 3, admittedBy: fatima, scratch), omar = try join("omar", seed: 4, admittedBy: fatima, scratch)
        try carry(fatima, jan, scratch)
        /// Fatima hears what Jan and Ans hold and writes one bundle for both.
        func round(_ name: String) throws {
            for (index, replica) in [jan, ans].enumerated() {
                _ = try replica.store.add("contact", [("given_name", .text("\(name) \(index)"))])
                let stick = scratch.file("\(name)-\(index)")
                _ = try replica.exportBundle(to: stick, for: .devices(try replica.devices(named: ["Laptop Fatima"])))
                _ = try fatima.importBundle(stick)
            }
            _ = try fatima.store.add("contact", [("given_name", .text(name))])
            let both = try fatima.devices(named: ["Laptop Jan", "Laptop Ans"])
            #expect(try !fatima.exportBundle(to: scratch.file(name), for: .devices(both)).isWhole)
            for replica in [jan, ans] { _ = try replica.importBundle(scratch.file(name)) }
        }
        // What they hold is only known once they have said so.
        for replica in [jan, ans] { try carry(replica, fatima, scratch) }
        try round("second")
        try round("third")

        let early = try omar.importBundle(scratch.file("third"))
        #expect(early.waitingCount == 1)
        #expect(early.needsPerson)
        #expect(early.report.missing.contains { $0.device == "Laptop Fatima" })
        #expect(try omar.store.status().waitingBundles == 1)
        let link = try omar.importBundle(scratch.file("second"))
        #expect(link.report.waitingMerged == 1)
        #expect(!link.needsPerson)
        #expect(try omar.digest() == fatima.digest())
        #expect(try omar.everything() == fatima.everything())
    }

    @Test("A dry run tells exactly what would happen, and does nothing")
    func dryRun() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let gone = try fatima.contact(named: "Jong")
        try fatima.store.delete(gone)
        _ = try fatima.store.add("contact", [("given_name", .text("Noor"))])
        _ = try fatima.exportBundle(to: scratch.file("b"), for: .everyone)
        let before = try jan.everything()
        let would = try jan.importBundle(scratch.file("b"), dryRun: true)
        #expect(try jan.everything() == before)
        let did = try jan.importBundle(scratch.file("b"))
        #expect(would.report.merge == did.report.merge)
        #expect(did.report.merge.newRecordCount == 1 && did.report.merge.deletedRecordCount == 1)
    }

    @Test("A bundle in the way is replaced only when everything in it is here")
    func target() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let stick = scratch.file("stick.kithbundle")
        _ = try fatima.exportBundle(to: stick, for: .everyone)
        #expect(try fatima.exportBundle(to: stick, for: .everyone).replaced)
        _ = try fatima.store.add("contact", [("given_name", .text("Noor"))])
        _ = try fatima.exportBundle(to: stick, for: .everyone)
        #expect { try jan.exportBundle(to: stick, for: .everyone) } throws: { ($0 as? EngineError)?.code == .bundleNotImported }
        _ = try jan.importBundle(stick)
        #expect(try jan.exportBundle(to: stick, for: .everyone).replaced)
        let letter = scratch.file("letter.txt")
        try Data("Dear all".utf8).write(to: URL(fileURLWithPath: letter))
        #expect { try jan.exportBundle(to: letter, for: .everyone) } throws: { ($0 as? EngineError)?.code == .fileExists }
        #expect(try String(contentsOfFile: letter, encoding: .utf8) == "Dear all")
    }

    @Test("A large share changed by SQL is asked about, and can be taken back")
    func massChange() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        try fatima.store.executeAsClient(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) insert into contact(given_name) select 'Piet' || i from n")
        try fatima.stamp()
        let before = try fatima.everything()
        try fatima.store.executeAsClient("update contact set area = 'Zuid'")
        #expect(throws: MassChange.self) { try fatima.exportBundle(to: scratch.file("b"), for: .everyone) }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("b")))
        #expect(try fatima.store.revertNotes() == 2000)
        #expect(try fatima.everything() == before)
        try fatima.store.executeAsClient("update contact set area = 'Zuid'")
        try fatima.stamp(acceptingMassChange: true)
        #expect(try fatima.exportBundle(to: scratch.file("b"), for: .everyone).changeCount == 4000 + FoundingRow.community.count)
    }
}
