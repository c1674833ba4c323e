import Foundation
import Kith
import Testing

/// What a program can do with `import Kith` alone.
@Suite struct FaceTests {
    @Test func foundsWritesAndReads() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        #expect(shed.space == "Allotments" && shed.label == "shed")
        #expect(try shed.texts("select name, waterings from plot") == ["Herbs|0"])
        let plot = try shed.write { edits in
            let plot = try edits.add("plot", ["name": "North", "row_number": 3, "side": "left"])
            try edits.increment(plot, "waterings", by: 2)
            try edits.add("tends", ["plot": .text(plot.id), "gardener": "Noor"])
            return plot
        }
        #expect(try shed.texts("select name, waterings, row_number, side from plot where id = ?", [.text(plot.id)]) == ["North|2|3|left"])
        // None of it, when one fails.
        struct Stop: Error {}
        #expect(throws: Stop.self) { try shed.write { try $0.edit(plot, ["name": "South"]); throw Stop() } }
        #expect(try shed.texts("select name from plot where id = ?", [.text(plot.id)]) == ["North"])
        try shed.write { try $0.delete(plot) }
        #expect(try shed.texts("select name from plot where id = ?", [.text(plot.id)]).isEmpty)
        #expect(try shed.undo().broughtBack == 1)
        #expect(try shed.texts("select name from plot where id = ?", [.text(plot.id)]) == ["North"])
        try shed.redo()
        #expect(try shed.texts("select name from plot where id = ?", [.text(plot.id)]).isEmpty)
        #expect(try shed.undo().broughtBack == 1)
        try shed.close()
        let again = try Replica.open(for: Garden.client(), scratch.device("shed"))
        #expect(try again.texts("select count(*) from tends") == ["1"])
        try again.close()
    }

    @Test func syncsByStick() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        let home = try scratch.join("home", at: shed)
        let plot = try shed.write { try $0.add("plot", ["name": "North"]) }
        let report = try scratch.carry(shed, to: home)
        #expect(report.records == [Changes.Change(record: plot, kind: .added, columns: ["name", "waterings", "place", "created_at"])])
        #expect(try scratch.carry(shed, to: home).records.isEmpty)
        try home.write { try $0.edit(plot, ["name": "North-west"]) }
        try home.write { try $0.increment(plot, "waterings", by: 3) }
        try shed.write { try $0.increment(plot, "waterings", by: 4) }
        let back = try scratch.carry(home, to: shed)
        #expect(back.records == [Changes.Change(record: plot, kind: .changed, columns: ["name", "waterings"])])
        #expect(try shed.texts("select name, waterings from plot where id = ?", [.text(plot.id)]) == ["North-west|7"])
        // Of a deletion and an addition made apart the addition wins; so they meet first.
        _ = try scratch.carry(shed, to: home)
        try home.write { try $0.delete(plot) }
        #expect(try scratch.carry(home, to: shed).records.map(\.kind) == [.deleted])
    }

    @Test func syncsOverTCPAndInvites() async throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        let listener = try shed.listen(host: "127.0.0.1", port: 0, findable: false)
        defer { listener.close() }
        let address = "127.0.0.1:\(listener.port)"
        let code = try shed.invite()
        let home = try await Replica.join(invite: code, at: address, for: Garden.client(), as: "home", scratch.device("home"))
        let plot = try home.write { try $0.add("plot", ["name": "North"]) }
        let meeting = try await home.sync(with: address)
        #expect(meeting.label == "shed" && meeting.sentCount == 1)
        #expect(try shed.texts("select name from plot where id = ?", [.text(plot.id)]) == ["North"])
        try shed.write { try $0.edit(plot, ["name": "South"]) }
        #expect(try await home.sync(with: address).changes.records == [Changes.Change(record: plot, kind: .changed, columns: ["name"])])
        #expect(try Set(shed.members().map(\.label)) == ["shed", "home"])
        // Whoever was removed is not let in any more.
        try shed.revoke("home")
        await #expect { try await home.sync(with: address) } throws: { ["not-admitted", "removed", "closed", "not-permitted"].contains(($0 as? KithError)?.code) }
        #expect(try shed.members().filter(\.isRemoved).map(\.label) == ["home"])
    }

    @Test func conflictsAreShownAndSettled() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        let home = try scratch.join("home", at: shed)
        let bed = try shed.write { try $0.add("contact", ["plot": "herbs", "plant": "Leek", "state": "sown"]) }
        _ = try scratch.carry(shed, to: home)
        try shed.write { try $0.edit(bed, ["plant": "Kale", "state": "sick"]) }
        try home.write { try $0.edit(bed, ["plant": "Bean", "state": "empty"]) }
        let report = try scratch.carry(home, to: shed)
        #expect(report.conflictsAfter == 1)
        _ = try scratch.carry(shed, to: home)
        for replica in [shed, home] {
            let unsettled = try replica.unsettled()
            guard case .conflict(bed, "plant", let values)? = unsettled.first else {
                Issue.record("\(unsettled)")
                continue
            }
            #expect(Set(values.map(\.values)) == [["Kale"], ["Bean"]] && values.count(where: \.isShown) == 1 && values[0].isShown)
            #expect(Set(values.compactMap(\.writer)) == ["shed", "home"])
            // The safest is shown, and told of.
            #expect(unsettled.contains { if case .rankChose(bed, "state", _) = $0 { true } else { false } })
            #expect(try replica.texts("select state from contact") == ["sick"])
        }
        #expect(try shed.settle(bed, column: "plant", .value("Leek and kale")) == 1)
        #expect(try shed.dismiss(nil) == 1)
        _ = try scratch.carry(shed, to: home)
        #expect(try home.unsettled().isEmpty && home.texts("select plant from contact") == ["Leek and kale"])
        // A row that is named and not there.
        let lost = try home.write { try $0.add("contact", ["plot": "nowhere"]) }
        #expect(try home.unsettled() == [.dangling(lost, column: "plot", target: Record("plot", "nowhere"), isDeleted: false)])
    }

    @Test func erasesWithWhatBelongsToIt() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        let home = try scratch.join("home", at: shed)
        let plot = try shed.write { try $0.add("plot", ["name": "Poison"]) }
        let bed = try shed.write { try $0.add("contact", ["plot": .text(plot.id), "plant": "Hemlock"]) }
        _ = try scratch.carry(shed, to: home)
        let plan = try shed.planErasure(of: [plot])
        #expect(Set(plan.records) == [plot, bed])
        #expect(throws: KithError.self) { try home.erase(try home.planErasure(of: [plot])) }
        try shed.erase(plan)
        _ = try scratch.carry(shed, to: home)
        for replica in [shed, home] {
            #expect(try replica.texts("select plant from contact").isEmpty)
            try replica.close()
            let bytes = try Data(contentsOf: URL(fileURLWithPath: replica.path))
            #expect(bytes.range(of: Data("Hemlock".utf8)) == nil && bytes.range(of: Data("Poison".utf8)) == nil)
        }
    }

    @Test func copiesComeBack() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        try shed.write { try $0.add("plot", ["name": "North"]) }
        #expect(try shed.copy(to: scratch.file("copy.kith")) > 0)
        try shed.write { try $0.add("plot", ["name": "South"]) }
        try shed.close()
        #expect { try Replica.restore(scratch.file("copy.kith"), for: Garden.client(), scratch.device("shed")) } throws: { ($0 as? KithError)?.code == "replica-exists" }
        let back = try Replica.restore(scratch.file("copy.kith"), for: Garden.client(), replacing: true, scratch.device("shed"))
        #expect(try back.texts("select name from plot where id <> 'herbs'") == ["North"])
    }

    // MARK: Refusals

    @Test(arguments: [
        (Schema(tables: []), "no-tables"), (Schema(tables: [Table("kith_x")]), "reserved-name"), (Schema(tables: [Table("a"), Table("A")]), "same-name"),
        (Schema(tables: [Table("a", columns: [Column("id", type: .integer)])]), "other-key"),
        (Schema(tables: [Table("a", columns: (0..<63).map { Column("c\($0)") })]), "too-many"),
        (Schema(tables: [Table("a", columns: [Column("n", .counter, type: .text)])]), "wrong-kind"),
    ])
    func aSchemaThatCannotBeSyncedIsRefused(_ schema: Schema, _ code: String) {
        #expect { try Client(schema: schema) } throws: { error in
            guard let error = error as? KithError else { return false }
            return error.code == code && error.sentence(in: .english) != error.sentence(in: .dutch) && error.remedy == .correctInput
        }
    }

    @Test(arguments: ["delete from plot", "select 1; select 2", "pragma user_version", "nonsense", "select ? from plot"]) func onlyQuestionsAreRead(_ sql: String) throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        #expect { try shed.read { try $0.rows(sql) } } throws: { $0 is KithError }
        #expect(try shed.texts("select count(*) from plot") == ["1"])
    }

    @Test func errorsHaveCodesAndRemedies() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        func code<Done>(_ body: () throws -> Done) -> String? { do { _ = try body(); return nil } catch { return (error as? KithError)?.code } }
        #expect(code { try shed.write { try $0.add("tree") } } == "unknown-name")
        #expect(code { try shed.write { try $0.edit(Record("plot", "herbs"), ["height": 3]) } } == "unknown-name")
        #expect(code { try shed.write { try $0.edit(Record("plot", "none"), ["name": "x"]) } } == "not-found")
        #expect(code { try shed.write { try $0.add("plot", ["id": "herbs"]) } } == "exists")
        #expect(code { try shed.write { try $0.increment(Record("plot", "herbs"), "name") } } == "unknown-name")
        #expect(code { try shed.importBundle(scratch.file("none")) } == "not-found")
        #expect(code { try scratch.found() } == "replica-exists")
        let bed = try shed.write { try $0.add("contact", ["sown_on": "2026-04-01"]) }
        #expect(code { try shed.write { try $0.edit(bed, ["sown_on": "2026-05-01"]) } } == "written-once")
    }

    /// Another program, with tables of its own, opens the same file: both show all.
    @Test func twoClientsShareAFile() throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        try shed.write { try $0.add("plot", ["name": "North"]) }
        try shed.close()
        let songs = try Client(schema: Schema { Table("song") { Column("title") } })
        let other = try Replica.open(for: songs, scratch.device("shed"))
        try other.write { try $0.add("song", ["title": "Gardening at Night"]) }
        try other.write { try $0.edit(Record("plot", "herbs"), ["name": "Herbs and mint"]) }
        try other.close()
        let carrier = try Replica.open(for: .carrier, scratch.device("shed"))
        #expect(try carrier.texts("select name from plot order by name") == ["Herbs and mint", "North"])
        try carrier.close()
        let again = try Replica.open(for: Garden.client(), scratch.device("shed"))
        #expect(try again.texts("select title from song") == ["Gardening at Night"])
        let same = try Client(schema: Schema { Table("plot", key: .pair("a", "b"), columns: []) })
        #expect { try Replica.open(again.path, for: same, scratch.device("shed")) } throws: { ($0 as? KithError)?.code == "differs-from-file" }
    }
}
