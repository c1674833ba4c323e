import Foundation
import Testing

/// What nobody may find again: names on lost sticks, erased people, what a copy brings back.
struct SealedJourneyTests {
    private func both(_ folder: String) throws -> (fatima: Command, jan: Command) {
        let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        try fatima.kith("import", people + "/fatima.csv")
        try jan.joined(by: fatima)
        return (fatima, jan)
    }

    @Test("Who finds a stick reads nothing, and cannot join with it")
    func stranger() throws {
        try Command.inScratch { folder in
            let (fatima, _) = try both(folder)
            try fatima.kith("bundle", "export", "lost.kithbundle")
            let stranger = Command(folder: folder, laptop: "stranger")
            let seen = try stranger.kith("bundle", "inspect", "lost.kithbundle", "--json").object()
            #expect(Set(seen.keys) == ["format", "bundle_format", "bytes", "epoch_tag", "newcomers", "open"] && seen["open"] as? Bool == false)
            #expect(try stranger.failure("join", "lost.kithbundle") == "not-admitted")
            #expect(try stranger.files(
                holding: ["Zuid", "Laptop", "Fatima", "Amrani", "Müller", "contact", "people", "directory"],
                under: folder + "/lost.kithbundle").isEmpty)
            // Another space's device is a stranger as well.
            let other = Command(folder: folder, laptop: "other")
            try other.kith("init", "--space", "Noord", "--name", "Laptop Noord")
            #expect(try other.kith("bundle", "inspect", "lost.kithbundle", "--json").object()["open"] as? Bool == false)
            #expect(try other.failure("bundle", "verify", "lost.kithbundle") == "no-key")
            try other.listening { (address: String) throws in #expect(try fatima.failure("sync", address) == "wrong-device") }
        }
    }

    @Test("An erased person is gone from every byte, and neither an old stick, a list nor a backup brings her back")
    func erasure() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            try Data("Voornaam;Achternaam;Telefoon\nNoor;Quispel;06-00990099\nBram;Vos;\n".utf8).write(to: URL(fileURLWithPath: folder + "/list.csv"))
            try fatima.kith("import", "list.csv", "--source", "list")
            let rows = try fatima.kith("list", "contact", "--where", "family_name = 'Quispel'", "--json").array()
            let noor = try #require(rows.first?["id"] as? String)
            let bram = try #require(
                try fatima.kith("list", "contact", "--where", "family_name = 'Vos'", "--json").array().first?["id"] as? String)
            try fatima.kith("edit", bram, "organisation=haalt haar op, bel 0600 990099")
            try fatima.kith("bundle", "export", "old.kithbundle")
            try jan.kith("bundle", "import", "old.kithbundle")
            try fatima.kith("backup", "backup.kith")

            #expect(try jan.failure("erase", noor, "--yes") == "not-coordinator")
            let asked = try fatima.kith("erase", String(noor.suffix(8)), "--json", code: 64)
            #expect(asked.err.contains("needs-yes"))
            let plan = try asked.object()
            let mentions = try #require(plan["mentions"] as? [[String: Any]])
            #expect(plan["erased"] as? Bool == false && plan["rows"] as? [String: Int] == ["contact": 1, "contact_point": 1])
            #expect(mentions.map { $0["id"] as? String } == [bram] && mentions.first?["column"] as? String == "organisation")
            #expect(try fatima.kith("list", "contact", "--where", "id = '\(noor)'", "--json").array().count == 1)

            #expect(try fatima.kith("erase", noor, "--yes", "--json").object()["erased"] as? Bool == true)
            #expect(try fatima.kith("status", "--json").object()["erasures_awaited"] as? Int == 1)
            let status = try fatima.kith("erase", "--status", "--json").object()
            let entry = try #require((status["erasures"] as? [[String: Any]])?.first)
            #expect(entry["confirmed"] as? [String] == ["Laptop Fatima"] && entry["awaited"] as? [String] == ["Laptop Jan"])
            #expect(try fatima.kith("erase", "--status").out.contains("Out of reach"))

            try fatima.kith("bundle", "export", "news.kithbundle")
            #expect(((try jan.kith("bundle", "import", "news.kithbundle", "--json").object()["bundles"] as? [[String: Any]])?
                .first?["erasures"] as? Int) == 1)
            for laptop in [fatima, jan] { try laptop.kith("bundle", "import", "old.kithbundle") }
            try jan.kith("bundle", "export", "back.kithbundle")
            try fatima.kith("bundle", "import", "back.kithbundle")
            #expect(try fatima.kith("status", "--json").object()["erasures_awaited"] as? Int == 0)
            let again = try fatima.kith("import", "list.csv", "--source", "list", "--json").object()
            #expect(again["rejected"] as? Int == 1 && again["new"] as? Int == 0)
            #expect(try fatima.failure("show", noor) == "erased")
            for laptop in [fatima, jan] {
                #expect(try laptop.files(holding: ["Quispel"], under: "\(folder)/\(laptop.laptop)").isEmpty)
            }

            #expect(try fatima.failure("restore", "backup.kith") == "replica-exists")
            let restored = try fatima.kith("restore", "backup.kith", "--replace", "--yes", "--json").object()
            let aside = try #require(restored["set_aside"] as? String)
            try FileManager.default.removeItem(atPath: aside)
            try fatima.kith("bundle", "import", "back.kithbundle")
            #expect(try fatima.kith("list", "contact", "--where", "family_name = 'Quispel'", "--json").array().isEmpty)
            #expect(try fatima.files(holding: ["Quispel"], under: "\(folder)/fatima").isEmpty)
        }
    }

    @Test("A backup that is put back goes on, nothing lost on either side")
    func restored() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            try fatima.kith("backup", "backup.kith")
            #expect(try fatima.failure("backup", "backup.kith") == "file-exists")
            let date = try fatima.kith("add", "gathering", "status=planned", "starts_at=2026-12-03T18:00", "--json").object()
            let gathering = try #require(date["id"] as? String)
            try fatima.kith("count", gathering, "headcount", "+5")
            try fatima.kith("bundle", "export", "one.kithbundle")
            try jan.kith("bundle", "import", "one.kithbundle")
            try jan.kith("count", gathering, "headcount", "+2")
            try fatima.kith("restore", "backup.kith", "--replace", "--yes")
            #expect(try fatima.kith("list", "gathering", "--json").array().isEmpty)
            try fatima.kith("add", "contact", "given_name=Bram")
            try fatima.listening { (address: String) throws in try jan.kith("sync", address) }
            for laptop in [fatima, jan] {
                #expect(try laptop.kith("list", "gathering", "--json").array().first?["headcount"] as? Int == 7)
                #expect(try laptop.kith("list", "contact", "--where", "given_name = 'Bram'", "--json").array().count >= 1)
            }
            #expect(try jan.failure("restore", "backup.kith", "--replace", "--yes") == "other-device")
        }
    }
}
