import Foundation
import Testing

/// Searching before adding, telling who is in twice, and a day's work, as the help says.
struct FindJourneyTests {
    private func both(_ folder: String) throws -> (fatima: Command, jan: Command) {
        let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        try fatima.kith("import", people + "/fatima.csv")
        try jan.joined(by: fatima)
        return (fatima, jan)
    }

    private func exchange(_ a: Command, _ b: Command) throws {
        for (from, to) in [(a, b), (b, a)] {
            let file = "\(from.laptop)-\(UUID().uuidString).kithbundle"
            try from.kith("bundle", "export", file)
            _ = try to.run(Command.program, ["bundle", "import", file])
        }
    }

    private func add(_ command: Command, _ values: String...) throws -> String {
        let outcome = try command.run(Command.program, ["add", "contact"] + values + ["--json"])
        return try #require(try outcome.object()["id"] as? String, "\(outcome.err)")
    }

    private func pairs(_ command: Command) throws -> [[String]] {
        try command.kith("duplicates", "--json").array().map { [$0["contact"] as? String ?? "", $0["other"] as? String ?? ""] }
    }

    @Test("A person is found by any form of the name, by number and place, and so are initiatives and notes")
    func find() throws {
        try Command.inScratch { folder in
            let (fatima, _) = try both(folder)
            for typed in ["van der meer", "vdmeer", "Meer, van der", "zoe", "06-00000003", "dijkweg 45"] {
                let found = try fatima.kith("find", typed, "--json").array()
                #expect(found.first?["name"] as? String == "Zoë van der Meer", "\(typed): \(found)")
            }
            #expect(try fatima.kith("find", "niemand").out.contains("Nothing found"))
            try fatima.kith("add", "initiative", "name=Soepbus Zuid", "description=Elke dinsdag soep")
            #expect(try fatima.kith("find", "soep", "--in", "initiative", "--json").array().count == 1)
            #expect(try fatima.kith("find", "soep", "--in", "contact", "--json").array().isEmpty)
            #expect(try fatima.failure("find", "soep", "--in", "soup") == "unknown-name")
            try fatima.kith("find", code: 64)
            #expect(try fatima.kith("find", "--rebuild", "--json").object()["read"] as? Int ?? 0 >= 5)
            #expect(try fatima.kith("find", "zoe", "--json").array().count == 1)
        }
    }

    @Test("Who is in twice is listed with reasons on both laptops alike, a verdict travels, folds, and can be undone")
    func duplicates() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            try Data("""
                Voornaam;Tussenvoegsel;Achternaam;Mobiel;Straat;Huisnummer;Postcode;Woonplaats
                Zoe;vd;Meer;+31600000003;Dijkweg;45;1234CA;Zuiderhaven
                Anja;de;Jong;;Kerkstraat;3a;1234 AC;Zuiderhaven

                """.utf8).write(to: URL(fileURLWithPath: folder + "/tweede.csv"))
            try jan.kith("import", "tweede.csv")
            try exchange(fatima, jan)
            let listed = try fatima.kith("duplicates", "--json").array()
            #expect(listed.count == 1, "a household is two people: \(listed)")
            #expect(try jan.kith("duplicates", "--json").out == fatima.kith("duplicates", "--json").out)
            let pair = try #require(listed.first)
            let zoe = try #require(pair["contact"] as? String), other = try #require(pair["other"] as? String)
            #expect(zoe < other && pair["level"] as? String == "very-likely")
            let reasons = try #require(pair["reasons"] as? [[String: Any]])
            #expect(reasons.reduce(0) { $0 + ($1["points"] as? Int ?? 0) } == pair["score"] as? Int)
            #expect(reasons.contains { $0["reason"] as? String == "mobile-same" })

            let link = try jan.kith("link", other, zoe, "same", "--reason", "zelfde nummer", "--json").object()
            #expect(link["contact"] as? String == zoe && link["group"] as? [String] == [zoe, other])
            #expect(try pairs(jan).isEmpty)
            try exchange(fatima, jan)
            #expect(try pairs(fatima).isEmpty)
            for laptop in [fatima, jan] {
                let found = try laptop.kith("find", "meer", "--json").array()
                #expect(found.count == 1 && found[0]["id"] as? String == zoe && found[0]["also_as"] as? [String] == [other])
            }
            #expect(try fatima.kith("list", "contact", "--where", "family_name = 'Meer'", "--json").array().count == 2, "nothing is deleted")
            try jan.kith("undo")
            #expect(try pairs(jan) == [[zoe, other]])
            try exchange(fatima, jan)
            #expect(try pairs(fatima) == [[zoe, other]])

            try fatima.kith("link", zoe, other, "different")
            #expect(try pairs(fatima).isEmpty)
            try fatima.kith("link", zoe, other, "undecided")
            #expect(try pairs(fatima) == [[zoe, other]])
            #expect(try fatima.failure("link", zoe, "0000", "same") == "not-found")
            try fatima.kith("link", zoe, zoe, "same", code: 64)
            try fatima.kith("link", zoe, other, "maybe", code: 64)
        }
    }

    @Test("A different inside a group unfolds it on both laptops")
    func contradiction() throws {
        try Command.inScratch { folder in
            let (fatima, jan) = try both(folder)
            let ids = try ["Ayse", "Aysel", "Aisha"].map { try add(fatima, "given_name=\($0)", "family_name=Demir") }
            try exchange(fatima, jan)
            try fatima.kith("link", ids[0], ids[1], "same")
            try jan.kith("link", ids[1], ids[2], "same")
            try exchange(fatima, jan)
            #expect(try jan.kith("find", "demir", "--json").array().count == 1)
            let last = try jan.kith("link", ids[0], ids[2], "different", "--json").object()
            #expect(last["contradictory"] as? Bool == true)
            try exchange(fatima, jan)
            for laptop in [fatima, jan] { #expect(try laptop.kith("find", "demir", "--json").array().count == 3) }
        }
    }

    @Test("The list is worked through in one sitting, by answers a line each, and what was answered stays when one stops")
    func review() throws {
        try Command.inScratch { folder in
            var fatima = try both(folder).fatima
            for name in ["Bertus Winkelaar", "Carola Pijnacker", "Dirk Overtoom"].map({ $0.split(separator: " ") }) {
                for _ in 1...2 { _ = try add(fatima, "given_name=\(name[0])", "family_name=\(name[1])") }
            }
            #expect(try pairs(fatima).count == 3)
            fatima.input = "s\nwhat\nd\nq\n"
            let done = try fatima.kith("duplicates", "--review", "--json").object()
            #expect(done["same"] as? Int == 1 && done["different"] as? Int == 1 && done["left"] as? Int == 1)
            fatima.input = nil
            #expect(try pairs(fatima).count == 1)
            fatima.input = "l\n"
            #expect(try fatima.kith("duplicates", "--review").out.contains("later: 1"))
            fatima.language = "nl"
            fatima.input = "z\n"
            #expect(try fatima.kith("duplicates", "--review").out.contains("Dezelfde: 1"))
            fatima.input = nil
            #expect(try fatima.kith("duplicates").out.contains("Niemand staat er misschien twee keer in"))
        }
    }

    @Test("Whoever adds a contact hears whether it may exist already")
    func adding() throws {
        try Command.inScratch { folder in
            let fatima = try both(folder).fatima
            let outcome = try fatima.kith("add", "contact", "given_name=Zoe", "family_name=van der Meer", "--json").object()
            let known = try #require(outcome["may_exist"] as? [[String: Any]])
            #expect(known.first?["name"] as? String == "Zoë van der Meer" && known.first?["level"] as? String == "possible")
            #expect(try fatima.kith("add", "contact", "given_name=Piet", "infix=de", "family_name=Jong").err.contains("May be in the list already"))
            let other = try fatima.kith("add", "contact", "given_name=Nieuw", "family_name=Hier")
            #expect(other.err.isEmpty)
        }
    }

    @Test("A moment is noted in one line, comes back when it is due, and a headcount goes up by one")
    func day() throws {
        try Command.inScratch { folder in
            let fatima = try both(folder).fatima
            let logged = try fatima.kith(
                "log", "van der meer", "--with", "piet de jong", "--channel", "phone", "--minutes", "15", "--follow-up", "+0", "Boodschappen",
                "--json").object()
            let moment = try #require(logged["id"] as? String)
            #expect((logged["contacts"] as? [String])?.count == 2)
            let row = try #require(try fatima.kith("list", "contact_moment", "--json").array().first)
            #expect(row["channel"] as? String == "phone" && row["duration_minutes"] as? Int == 15 && row["summary"] as? String == "Boodschappen")
            #expect((row["occurred_at"] as? String)?.hasSuffix("+00:00") == true)
            #expect(try fatima.kith("list", "contact_moment_contact", "--json").array().count == 2)

            let today = String(try #require(logged["follow_up_on"] as? String))
            let initiative = try #require(try fatima.kith("add", "initiative", "name=Soepbus", "--json").object()["id"] as? String)
            let added = try fatima.kith("add", "gathering", "initiative=\(initiative)", "starts_at=\(today)T18:00", "--json").object()
            let gathering = try #require(added["id"] as? String)
            try fatima.kith("add", "gathering", "initiative=\(initiative)", "starts_at=2001-01-01T18:00")
            var overview = try fatima.kith("today", "--json").object()
            let followUps = try #require(overview["follow_ups"] as? [[String: Any]])
            #expect(followUps.map { $0["moment"] as? String } == [moment])
            #expect((followUps.first?["contacts"] as? [[String: Any]])?.count == 2)
            let gatherings = try #require(overview["gatherings"] as? [[String: Any]])
            #expect(gatherings.map { $0["id"] as? String } == [gathering] && gatherings[0]["initiative"] as? String == "Soepbus")
            #expect(gatherings[0]["today"] as? Bool == true && overview["unreached_count"] as? Int == 0)
            #expect(try fatima.kith("today").out.contains("To follow up (1):"))

            try fatima.kith("edit", moment, "follow_up_done=1")
            if hasSQLite {
                try fatima.sqlite("update contact set created_at = '2001-01-01T00:00:00.000Z'")
                try fatima.sqlite("insert into contact_moment (id, occurred_at, channel) values ('m', '2001-05-01T10:00:00+02:00', 'phone')")
                try fatima.sqlite("insert into contact_moment_contact (contact_moment, contact) select 'm', id from contact where family_name = 'Amrani'")
                let all = try fatima.kith("list", "contact", "--json").array(), count = all.count
                // One row of the list is a company and nobody's.
                let people = all.count { $0["kind"] as? String != "org" }
                #expect(people == count - 1)
                overview = try fatima.kith("today", "--days", "30", "--limit", "1000", "--json").object()
                #expect((overview["follow_ups"] as? [Any])?.isEmpty == true)
                #expect(overview["unreached_count"] as? Int == people - 2, "all but the two of today")
                let last = try #require((overview["unreached"] as? [[String: Any]])?.last)
                #expect(last["name"] as? String == "Fatima el Amrani" && last["last"] as? String == "2001-05-01T10:00:00+02:00")

                // Two entries of one person are one person: whoever reached either reached both.
                let quiet = try #require(overview["unreached"] as? [[String: Any]]).compactMap { $0["id"] as? String }
                try fatima.kith("link", quiet[0], quiet[1], "same")
                overview = try fatima.kith("today", "--days", "30", "--limit", "1000", "--json").object()
                #expect(overview["unreached_count"] as? Int == people - 3)
                let every = try fatima.kith("list", "contact", "--every-entry").out.split(separator: "\n").count
                let list = try fatima.kith("list", "contact").out.split(separator: "\n")
                #expect(list.count == every + 1 && list.last?.contains("stands under another") == true, "one less, the line that says so, and how to reach the person")
                let rows = try fatima.kith("list", "contact", "--json").array()
                #expect(rows.count == count && rows.compactMap { $0["person"] as? String } == [min(quiet[0], quiet[1])])
                let shownPerson = try fatima.kith("show", quiet[0], "--json").object()
                #expect(shownPerson["also_as"] as? [String] == [quiet[1]])
                let belongs = try #require(shownPerson["belongs"] as? [[String: Any]])
                #expect(belongs.contains { $0["table"] as? String == "identity_link" } && !belongs.contains { $0["table"] as? String == "contact" })
                let shown = try #require(overview["unreached"] as? [[String: Any]]).compactMap { $0["id"] as? String }
                #expect(shown.contains(min(quiet[0], quiet[1])) && !shown.contains(max(quiet[0], quiet[1])))
                try fatima.kith("log", max(quiet[0], quiet[1]), "--channel", "phone")
                #expect(try fatima.kith("today", "--days", "30", "--json").object()["unreached_count"] as? Int == people - 4)
            }

            #expect(try fatima.kith("count", gathering, "+1", "--json").object()["value"] as? Int == 1)
            #expect(try fatima.kith("count", gathering, "--json").object()["value"] as? Int == 2)
            #expect(try fatima.kith("count", gathering, "headcount", "-1", "--json").object()["value"] as? Int == 1)
            try fatima.kith("count", moment, "+1", code: 64)
        }
    }

    @Test("A line that cannot be noted says why")
    func refused() throws {
        try Command.inScratch { folder in
            let fatima = try both(folder).fatima
            try fatima.kith("log", "zoe", "--channel", "pigeon", code: 64)
            try fatima.kith("log", "zoe", "--channel", "phone", "--follow-up", "2026-02-31", code: 64)
            try fatima.kith("log", "zoe", "--channel", "phone", "--minutes", "-1", code: 64)
            try fatima.kith("log", "zoe", "--channel", "phone", "--at", "gisteren", code: 64)
            #expect(try fatima.failure("log", "niemand", "--channel", "phone") == "not-found")
            try fatima.kith("add", "contact", "given_name=Zoe", "family_name=Bakker")
            #expect(try fatima.failure("log", "zoe", "--channel", "phone", code: 64) == "ambiguous")
            #expect(try fatima.kith("list", "contact_moment", "--json").array().isEmpty)
            try fatima.kith("duplicates", "--level", "certain", code: 64)
        }
    }

    @Test("Of whom is erased the search index keeps nothing")
    func erased() throws {
        try Command.inScratch { folder in
            let fatima = try both(folder).fatima
            let id = try add(fatima, "given_name=Noor", "family_name=Quispelaar")
            #expect(try fatima.kith("find", "quispel", "--json").array().count == 1)
            _ = try pairs(fatima)
            #expect(try !fatima.files(holding: ["quispelaar"], under: "\(folder)/fatima").isEmpty)
            try fatima.kith("erase", id, "--yes")
            #expect(try fatima.kith("find", "quispel", "--json").array().isEmpty)
            // The index keeps a word without the beginning that it shares with the word before: look for its end.
            #expect(try fatima.files(holding: ["quispelaar", "ispelaar"], under: "\(folder)/fatima").isEmpty)
            #expect(try fatima.kith("find", "zoe", "--json").array().count == 1)
        }
    }

    @Test("A long list, whose columns are measured before its end, says what others are called", .enabled(if: hasSQLite))
    func longListOfOthers() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let zoe = try #require(try fatima.kith("add", "contact", "given_name=Zoe", "--json").object()["id"] as? String)
            try fatima.sqlite("with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500) insert into help_item (id, direction, contact, category) select 'h' || printf('%05d', i), 'request', '\(zoe)', 'meals' from n")
            let listed = try fatima.kith("list", "help_item").out.split(separator: "\n")
            #expect(listed.count == 2_501 && listed.dropFirst().allSatisfy { $0.contains("Zoe") }, "\(listed.prefix(3))")
            // Pieces meet without a row twice or not at all.
            #expect(Set(listed).count == 2_501)
            #expect(try fatima.kith("list", "help_item", "--limit", "1000").out.split(separator: "\n").count == 1_002)
            #expect(try fatima.kith("list", "help_item", "--where", "id > 'h02400'").out.split(separator: "\n").count == 101)
        }
    }
}
