import Foundation
import Testing

/// The commands of the README, as written.
struct JourneyTests {
    /// Fatima's laptop with her list, and Jan's that asked and joined by stick.
    private func both(_ folder: String) throws -> (fatima: Command, jan: Command) {
        let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        try fatima.kith("import", people + "/fatima.csv")
        try jan.joined(by: fatima)
        return (fatima, jan)
    }

    private func contact(_ command: Command, _ condition: String) throws -> String {
        let rows = try command.kith("list", "contact", "--where", condition, "--json").array()
        return try #require(rows.first?["id"] as? String)
    }

    @Test("SQL edits on two laptops become a conflict, are settled, and both end the same", .enabled(if: hasSQLite, "the program sqlite3 is not installed"))
    func stick() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            let piet = try contact(fatima, "family_name = 'Jong'")
            try fatima.sqlite("update contact set language = 'en', area = 'Noord' where id = '\(piet)'")
            try jan.sqlite("update contact set language = 'tr' where id = '\(piet)'")
            try jan.sqlite("insert into contact(given_name) values ('Noor')")
            try jan.kith("bundle", "export", "jan.kithbundle", "--for", "Laptop Fatima")

            let looked = try fatima.kith("bundle", "import", "jan.kithbundle", "--dry-run", "--json", code: 2).object()
            #expect(looked["new"] as? Int == 1 && looked["conflicts"] as? Int == 1)
            let report = try fatima.kith("bundle", "import", "jan.kithbundle", "--json", code: 2).object()
            #expect(report["new"] as? Int == 1 && report["changed"] as? Int == 1 && report["new_conflicts"] as? Int == 1)
            #expect(report["missing"] as? Int == 0 && report["waiting"] as? Int == 0)

            let conflicts = try fatima.kith("conflicts", "--json", code: 2).array()
            #expect(conflicts.count == 1)
            #expect(conflicts[0]["id"] as? String == piet && conflicts[0]["column"] as? String == "language")
            #expect(conflicts[0]["table"] as? String == "contact" && conflicts[0]["kind"] as? String == "register")
            let values = try #require(conflicts[0]["values"] as? [[String: Any]])
            #expect(Set(values.compactMap { $0["value"] as? String }) == ["en", "tr"])
            #expect(values.filter { $0["shown"] as? Bool == true }.count == 1)
            #expect(values.allSatisfy { $0["device"] is String && $0["time"] is String })

            try fatima.kith("settle", String(piet.suffix(8)), "--take", "mine")
            #expect(try fatima.kith("conflicts", "--json").array().isEmpty)
            try fatima.kith("bundle", "export", "back.kithbundle", "--for", "Laptop Jan")
            try jan.kith("bundle", "import", "back.kithbundle")
            let own = try fatima.kith("status", "--json").object(), other = try jan.kith("status", "--json").object()
            #expect(own["digest"] as? String == other["digest"] as? String)
            #expect(own["digest"] as? String != nil)
            for key in ["unsent", "conflicts", "notices", "partial", "missing"] { #expect(own[key] is Int, "\(key)") }
            #expect(own["device"] is String)
            #expect(try jan.kith("list", "contact", "--json").out == fatima.kith("list", "contact", "--json").out)
            #expect(try jan.kith("show", String(piet.suffix(8)), "--who").out.contains("English"))
        }
    }

    @Test("A row is added, shown, edited, counted, deleted, brought back and undone")
    func rows() throws {
        try Command.inScratch { folder in
            let (fatima, _) = try both(folder)
            let added = try fatima.kith("add", "contact", "given_name=Fatima", "infix=el", "family_name=Amrani", "--json").object()
            let id = try #require(added["id"] as? String)
            let ending = String(id.suffix(8))
            try fatima.kith("edit", ending, "nickname=Fa", "area=Zuid")
            try fatima.kith("edit", ending, "area=")
            let shown = try fatima.kith("show", ending, "--json").object()
            let values = try #require(shown["values"] as? [String: Any])
            #expect(values["nickname"] as? String == "Fa" && values["area"] is NSNull)
            try fatima.kith("delete", ending)
            #expect(try fatima.kith("list", "contact", "--where", "id = '\(id)'", "--json").array().isEmpty)
            try fatima.kith("undelete", ending)
            #expect(try fatima.kith("list", "contact", "--where", "id = '\(id)'").out.contains("Amrani"))

            let date = try fatima.kith("add", "gathering", "status=planned", "starts_at=2026-12-03T18:00", "--json").object()
            let gathering = try #require(date["id"] as? String)
            try fatima.kith("count", gathering, "headcount", "+12")
            try fatima.kith("count", gathering, "headcount")
            #expect(try fatima.kith("count", gathering, "headcount", "-2", "--json").object()["value"] as? Int == 11)

            try fatima.kith("undo")
            #expect(try fatima.kith("list", "gathering", "--json").array().first?["headcount"] as? Int == 13)
            #expect(try fatima.kith("edit", ending, "frobnication=1", code: 1).err.contains("kith tables"))
            #expect(try fatima.kith("show", "ffffffff", code: 1).err.contains("kith list"))
        }
    }

    @Test("A laptop listens, another syncs over TLS; the listener ends when told")
    func cable() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            try fatima.listening { (address: String) throws in
                try jan.kith("import", people + "/jan.csv")
                let met = try jan.kith("sync", address, "--json").object()
                #expect(met["sent_changes"] as? Int ?? 0 > 0 && met["conflicts"] as? Int == 0)
                #expect(met["peer_label"] as? String == "Laptop Fatima")
                #expect(try jan.kith("sync", address).out.contains("same already"))
                #expect(try Command(folder: folder, laptop: "omar").failure("join", address) == "bad-address")
            }
            #expect(try jan.failure("sync", "127.0.0.1:1") == "connection-refused")
            #expect(try jan.kith("sync", "192.0.2.1:4747", "--plain", code: 1).err.contains("--plain"))
        }
    }

    @Test("A mass change by SQL is refused in a pipe with code 2, and undone or accepted", .enabled(if: hasSQLite, "the program sqlite3 is not installed"))
    func massChange() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try fatima.sqlite(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 4812) insert into contact(given_name) select 'Piet' || i from n")
            try fatima.kith("bundle", "export", "all.kithbundle")
            try fatima.sqlite("update contact set area = 'Zuid'")
            let asked = try fatima.kith("bundle", "export", "again.kithbundle", code: 2)
            #expect(asked.err.contains("Of 4,812 contacts, 4,812 had this changed by SQL: Area") && asked.err.contains("kith undo"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/again.kithbundle"))
            try fatima.kith("undo", code: 64)
            try fatima.kith("undo", "--yes")
            #expect(try fatima.kith("list", "contact", "--where", "area = 'Zuid'", "--json").array().isEmpty)
            try fatima.sqlite("update contact set area = 'Zuid'")
            try fatima.kith("bundle", "export", "again.kithbundle", "--accept-mass-change")
        }
    }

    @Test("Several files in one call: the good ones are taken, the bad one is named, and the code is 1")
    func severalFiles() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            try fatima.kith("add", "contact", "given_name=Noor")
            try fatima.kith("bundle", "export", "good.kithbundle")
            try Data("Naam;Telefoon\n".utf8).write(to: URL(fileURLWithPath: folder + "/bad.kithbundle"))
            let outcome = try jan.kith("bundle", "import", "bad.kithbundle", "good.kithbundle", "--json", code: 1)
            #expect(outcome.err.contains("\"error\": \"not-kith\""))
            #expect(try outcome.object()["new"] as? Int == 1)
            #expect(try jan.kith("bundle", "verify", "good.kithbundle", "--json").object()["intact"] as? Bool == true)
            #expect(try jan.kith("bundle", "inspect", "good.kithbundle").out.contains("Laptop Fatima"))
            #expect(try jan.kith("bundle", "verify", folder, code: 1).err.contains("ordinary file"))
        }
    }
}
