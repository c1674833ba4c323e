import CRDT
import Engine
import Foundation
import Interchange
import Store
import Testing
import Trust
import Wire

/// Somebody asks to be forgotten, and is: on every laptop, whatever comes by afterwards.
struct ErasureJourneyTests {
    /// What is told of the person and of nobody else.
    private static let traces = ["Zebedeus", "Quispelaar", "0699887766", "Kwikstaartpad", "zebedeus@voorbeeld"]
    private static let list = """
        Voornaam,Achternaam,Telefoon,E-mail,Straat,Huisnummer,Plaats
        Zebedeus,Quispelaar,0699887766,zebedeus@voorbeeld.nl,Kwikstaartpad,7,Rotterdam
        Bram,Smit,0612345678,bram@example.org,Dorpsstraat,1,Rotterdam

        """

    private struct Team {
        let scratch: Scratch
        let fatima: Replica, jan: Replica, bo: Replica, late: Replica
        let person: RecordID
        var all: [Replica] { [fatima, jan, bo, late] }
        private static let names = ["fatima", "jan", "bo", "late"]

        init() throws {
            scratch = try Scratch()
            fatima = try found(scratch)
            try Data(list.utf8).write(to: URL(fileURLWithPath: scratch.file("leden.csv")))
            #expect(try fatima.importList(scratch.file("leden.csv"), ListImportOptions()).rejected == [])
            jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
            bo = try join("bo", seed: 3, admittedBy: fatima, scratch)
            late = try join("late", seed: 4, admittedBy: fatima, scratch)
            person = try fatima.contact(named: "Quispelaar")
            for replica in [jan, bo, late, jan] { try meet(replica, fatima) }
        }

        /// Everything on a laptop: the replica with what lies beside it, keys, state.
        func folder(_ replica: Replica) -> String {
            scratch.file(Team.names[all.firstIndex { $0 === replica }!])
        }

        /// Files of a laptop that still tell of the person.
        func traces(on replica: Replica) throws -> [String] {
            try ErasureJourneyTests.traces.flatMap { try filesHolding($0, in: folder(replica)) }
        }

        func isGone(_ replica: Replica) throws -> Bool {
            var isGone = true
            for table in replica.store.sharedTables {
                try replica.store.list(table.name) { row in
                    for case .text(let bytes) in row.values.map(\.value) {
                        let text = String(decoding: bytes, as: UTF8.self)
                        if ErasureJourneyTests.traces.contains(where: text.contains) { isGone = false }
                    }
                }
            }
            return isGone
        }

        /// Everybody meets Fatima, until nobody owes anything.
        func meetAll() throws {
            for _ in 0..<3 { for replica in [jan, bo, late] { try meet(replica, fatima) } }
        }
    }

    private func erased(_ team: Team) throws {
        let (plan, _) = try team.fatima.planErasure(team.person)
        #expect(plan.counts.map(\.table) == ["address", "contact", "contact_point"])
        try team.fatima.erase(plan)
        #expect(try team.isGone(team.fatima))
        #expect(try team.traces(on: team.fatima) == [])
    }

    @Test("Before anybody is erased, names are in replicas alone: not in bundles, key files or state")
    func sealed() throws {
        let team = try Team()
        _ = try team.fatima.exportBundle(to: team.scratch.file("one.kithbundle"), for: .everyone)
        _ = try team.jan.exportBundle(to: team.scratch.file("two.kithbundle"), for: .devices([team.bo.identity.device]))
        for replica in team.all { #expect(try !team.traces(on: replica).isEmpty) }
        // Every file of the test's folder: requests, welcomes, sticks, keys, witnesses.
        let texts = Self.traces + ["Bram", "Smit", "Dorpsstraat", "Laptop Jan", "Zuid"]
        let names = FileManager.default.enumerator(atPath: team.scratch.path)?.compactMap { $0 as? String } ?? []
        var looked = 0
        for name in names where !name.contains(".kith") || name.hasSuffix(".kithbundle") {
            guard name != "leden.csv", !name.hasPrefix("request-"), let data = FileManager.default.contents(atPath: team.scratch.file(name))
            else { continue }
            looked += 1
            for text in texts { #expect(data.range(of: Data(text.utf8)) == nil, "\(text) in \(name)") }
        }
        #expect(looked >= 10, "three welcomes, two sticks, four key files, a witness")
    }

    @Test("Erased at one laptop, gone from every byte of all: by stick, by cable, and whatever the others did meanwhile")
    func everywhere() throws {
        let team = try Team()
        let oldStick = team.scratch.file("old.kithbundle")
        _ = try team.jan.exportBundle(to: oldStick, for: .everyone)
        // A laptop that is away edits the person, and the person's number, and adds one.
        try team.late.store.edit(team.person, [("nickname", .text("Zebedeus de Grote"))])
        _ = try team.late.store.add("contact_point", [("contact", .text(team.person.key[0])), ("value", .text("0699887766"))])
        try team.late.add("Noor")
        let lateStick = team.scratch.file("late.kithbundle")
        _ = try team.late.exportBundle(to: lateStick, for: .everyone)

        try erased(team)
        let told = try carry(team.fatima, team.jan, team.scratch)
        #expect(told.newErasureCount >= 1)
        try meet(team.bo, team.fatima)
        for replica in [team.jan, team.bo] {
            #expect(try team.isGone(replica))
            #expect(try team.traces(on: replica) == [])
        }
        // What was under way comes too late.
        for replica in [team.fatima, team.jan, team.bo] {
            for stick in [oldStick, lateStick] { _ = try replica.importBundle(stick) }
            #expect(try team.isGone(replica) && replica.has("Noor"))
            #expect(try team.traces(on: replica) == [])
        }
        #expect(try !team.isGone(team.late))
        try meet(team.late, team.jan)
        #expect(try team.isGone(team.late))
        #expect(try team.traces(on: team.late) == [])
        // The late laptop types the same person by SQL, under the old id: that row goes as well.
        try team.late.store.executeAsClient(
            "insert into contact (id, given_name, family_name) values (?, 'Zebedeus', 'Quispelaar')", [.text(team.person.key[0])])
        try team.meetAll()
        for replica in team.all {
            #expect(try team.isGone(replica))
            try replica.prepare()
            #expect(try team.traces(on: replica) == [])
            try expectSame(replica, team.fatima)
        }
    }

    @Test("Admitted by one coordinator while another changes the keys and erases: gone when the key comes, and not confirmed before")
    func waitsForKey() throws {
        let team = try Team()
        let els = try join("els", seed: 5, admittedBy: team.fatima, as: .coordinator, team.scratch)
        try meet(team.jan, team.fatima)
        try team.fatima.revoke(team.bo.identity.device)
        try erased(team)
        let erasure = try #require(try team.fatima.membership.current().roster.state.erasures.first).id
        let nora = try join("nora", seed: 6, admittedBy: els, team.scratch)
        func hasConfirmed() throws -> Bool {
            try nora.membership.current().roster.state.confirmations[erasure]?.contains(nora.identity.device) == true
        }
        try meet(team.jan, team.fatima)
        try carry(els, team.jan, team.scratch)
        // Jan is no coordinator: Nora hears of the erasure from him and cannot open it.
        try meet(nora, team.jan)
        try nora.prepare()
        #expect(try nora.membership.current().roster.contains([erasure]))
        #expect(try !team.isGone(nora) && !hasConfirmed())
        try meet(els, team.jan)
        try meet(nora, els)
        #expect(try team.isGone(nora))
        try nora.prepare()
        #expect(try hasConfirmed())
        #expect(try ErasureJourneyTests.traces.flatMap { try filesHolding($0, in: team.scratch.file("nora")) } == [])
    }

    @Test("Who has erased is seen by all")
    func confirmations() throws {
        let team = try Team()
        try erased(team)
        let first = try team.fatima.erasureEntries()
        #expect(!first.isEmpty && first.allSatisfy { $0.signer == "Laptop Fatima" && $0.collection == "people" })
        #expect(first.allSatisfy { $0.confirmed == ["Laptop Fatima"] && $0.awaited == ["Laptop Bo", "Laptop Jan", "Laptop Late"] })
        try carry(team.fatima, team.jan, team.scratch)
        try carry(team.jan, team.fatima, team.scratch)
        #expect(try team.fatima.erasureEntries().allSatisfy { $0.awaited == ["Laptop Bo", "Laptop Late"] })
        #expect(try team.fatima.memberStatus().awaitedErasureCount > 0)
        try team.meetAll()
        for replica in team.all {
            for entry in try replica.erasureEntries() {
                #expect(entry.confirmed == ["Laptop Bo", "Laptop Fatima", "Laptop Jan", "Laptop Late"] && entry.awaited == [])
            }
            #expect(try replica.memberStatus().awaitedErasureCount == 0)
        }
    }

    @Test("A backup from before that is put back does not bring the person back")
    func backups() throws {
        let team = try Team()
        let backup = team.scratch.file("backup.kith")
        _ = try team.jan.backup(to: backup)
        try erased(team)
        try carry(team.fatima, team.jan, team.scratch)
        let environment = team.jan.environment, path = team.jan.path
        try team.jan.close()
        let (restored, _) = try Replica.restore(for: .community, from: backup, at: nil, replacing: true, environment)
        #expect(try team.isGone(restored))
        #expect(try team.traces(on: team.jan) == [])
        try restored.close()
        // Put back by hand, behind Kith's back: it hears of the erasure at the next meeting, before any data.
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        try FileManager.default.copyItem(atPath: backup, toPath: path)
        let behind = try Replica.open(for: .community, nil, environment)
        try behind.add("Nieuw van Jan")
        try meet(behind, team.fatima)
        #expect(try team.isGone(behind))
        #expect(try team.isGone(team.fatima) && team.fatima.has("Nieuw van Jan"))
        #expect(try team.traces(on: team.jan) == [])
        #expect(try team.traces(on: team.fatima) == [])
        try expectSame(behind, team.fatima)
    }

    @Test("The same list again is refused on that line, on any laptop")
    func importedAgain() throws {
        let team = try Team()
        try erased(team)
        try meet(team.bo, team.fatima)
        for replica in [team.fatima, team.bo] {
            let again = try replica.importList(team.scratch.file("leden.csv"), ListImportOptions())
            #expect(again.rejected == [RejectedLine(line: 2, reason: .erased)])
            #expect(again.rows.new == 0)
            #expect(try team.isGone(replica))
        }
    }

    @Test("Only a coordinator erases")
    func notAnybody() throws {
        let team = try Team()
        let (plan, _) = try team.jan.planErasure(team.person)
        #expect(performing: { try team.jan.erase(plan) }, throws: isWire(.notPermitted))
        #expect(try !team.isGone(team.jan))
    }
}
