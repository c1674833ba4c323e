import Foundation
import Testing

/// Help is matched, consent is recorded and withdrawn, and what two laptops did at once is put right by the printed command.
struct CareJourneyTests {
    private func add(_ laptop: Command, _ arguments: String...) throws -> String {
        let outcome = try laptop.run(Command.program, ["add"] + arguments + ["--json"])
        return try #require(try outcome.object()["id"] as? String)
    }

    private func carry(_ from: Command, _ to: Command, needsPerson: Bool = false) throws {
        let stick = "stick-\(UUID().uuidString).kithbundle"
        try from.kith("bundle", "export", stick)
        try to.kith("bundle", "import", stick)
    }

    private func status(_ laptop: Command, _ id: String) throws -> String? {
        (try laptop.kith("show", id, "--json").object()["values"] as? [String: Any])?["status"] as? String
    }

    /// Runs a command as a person would who pastes it.
    private func paste(_ laptop: Command, _ line: String) throws {
        let outcome = try laptop.run("/bin/sh", ["-c", line.replacingOccurrences(of: "kith ", with: "'\(Command.program)' ", options: .anchored)])
        #expect(outcome.code == 0, "\(line): \(outcome.out)\(outcome.err)")
    }

    @Test("A request is matched from the list; two laptops promise it at once; the printed command puts it right on both")
    func matching() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let noor = try add(fatima, "contact", "given_name=Noor", "area=Oost"), piet = try add(fatima, "contact", "given_name=Piet", "area=oost")
            let els = try add(fatima, "contact", "given_name=Els", "area=Zuid"), bo = try add(fatima, "contact", "given_name=Bo")
            let request = try add(fatima, "help_item", "direction=request", "contact=\(noor)", "category=groceries", "urgency=today")
            let near = try add(fatima, "help_item", "direction=offer", "contact=\(piet)", "category=groceries")
            let far = try add(fatima, "help_item", "direction=offer", "contact=\(els)", "category=groceries", "until=2999-12-31")
            _ = try add(fatima, "help_item", "direction=offer", "contact=\(bo)", "category=groceries")
            try fatima.kith("consent", "record", bo, "matching", "withdrawn", "--how", "spoken")
            try jan.joined(by: fatima)

            let open = try fatima.kith("match", "--json").array()
            #expect(open.map { $0["id"] as? String } == [request] && open[0]["name"] as? String == "Noor")
            let offers = try #require(open[0]["offers"] as? [[String: Any]])
            #expect(offers.map { $0["id"] as? String } == [near, far], "Bo does not want to be matched")
            #expect(offers[0]["reasons"] as? [String] == ["category", "area", "all-days", "free"])
            #expect(offers[0]["points"] as? Int ?? 0 > offers[1]["points"] as? Int ?? 0)
            #expect(try jan.kith("match", "--json").out == fatima.kith("match", "--json").out)

            #expect(try fatima.failure("match", "propose", near, request) == "wrong-state")
            let first = try #require(try fatima.kith("match", "propose", request, near, "--json").object()["id"] as? String)
            #expect(try fatima.kith("match", "propose", request, near, "--json").object()["id"] as? String == first)
            #expect(try fatima.kith("match").out.contains("proposed already"))
            #expect(try fatima.failure("match", "done", first) == "wrong-state")
            let second = try #require(try jan.kith("match", "propose", request, els, "--json").object()["id"] as? String)
            try fatima.kith("match", "accept", first)
            try jan.kith("match", "accept", second)
            #expect(try status(fatima, request) == "matched" && status(fatima, near) == "matched" && status(fatima, far) == "open")
            #expect(try fatima.kith("conflicts", "--json").array().isEmpty)

            try carry(fatima, jan)
            try carry(jan, fatima)
            let listed = try fatima.kith("conflicts", "--json", code: 2)
            #expect(try jan.kith("conflicts", "--json", code: 2).out == listed.out)
            let rule = try #require(try listed.array().first)
            #expect(rule["kind"] as? String == "matched-twice" && rule["id"] as? String == second)
            let said = try jan.kith("conflicts", code: 2).out
            #expect(said.contains("agreed 2 times") && said.contains("Put right with 'kith match decline"))
            #expect(try jan.kith("status", "--json", code: 2).object()["broken_rules"] as? Int == 1)
            try paste(jan, try #require(rule["fix"] as? String))
            #expect(try jan.kith("conflicts", "--json").array().isEmpty)
            #expect(try status(jan, request) == "matched", "Piet still helps")
            try carry(jan, fatima)
            #expect(try fatima.kith("conflicts", "--json").array().isEmpty)

            try fatima.kith("match", "done", first, "--feedback", "Fijn")
            #expect(try status(fatima, request) == "fulfilled" && status(fatima, near) == "open")
            #expect(try fatima.kith("match", "--json").array().isEmpty)
            #expect(try fatima.kith("match").out.contains("No open requests"))
        }
    }

    @Test("Consent is given, expires, is withdrawn while somebody logs a moment; retention names what is past its term")
    func consent() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let noor = try add(fatima, "contact", "given_name=Noor")
            try fatima.kith("consent", "record", noor, "contact", "given", "--how", "spoken", "--valid-until", "2999-12-31")
            try fatima.kith("consent", "record", noor, "newsletter", "given", "--how", "written", "--valid-until", "2020-02-29")
            try jan.joined(by: fatima)
            func states(_ laptop: Command) throws -> [String: String] {
                let purposes = try laptop.kith("consent", "show", noor, "--json").object()["purposes"] as? [[String: Any]] ?? []
                return Dictionary(uniqueKeysWithValues: purposes.compactMap { row in
                    (row["purpose"] as? String).flatMap { purpose in (row["state"] as? String).map { (purpose, $0) } }
                })
            }
            #expect(try states(jan) == [
                "contact": "given", "newsletter": "expired", "matching": "unknown", "gatherings": "unknown", "lending": "unknown",
                "photos": "unknown",
            ])
            let past = try fatima.kith("retention", "--json", code: 2).array()
            #expect(past.map { $0["id"] as? String } == [noor + ":newsletter"] && past[0]["since"] as? String == "2020-02-29")

            // At once: Noor withdraws with Fatima, agrees to photographs with one and not with the other, and Jan logs a talk.
            try fatima.kith("consent", "record", noor, "contact", "withdrawn", "--how", "online")
            try fatima.kith("consent", "record", noor, "photos", "withdrawn", "--how", "spoken")
            try jan.kith("consent", "record", noor, "photos", "given", "--how", "spoken")
            let moment = try add(jan, "contact_moment", "channel=phone", "occurred_at=2998-01-01T10:00:00Z")
            _ = try add(jan, "contact_moment_contact", "contact_moment=\(moment)", "contact=\(noor)")
            try carry(fatima, jan)
            try carry(jan, fatima)
            for laptop in [fatima, jan] {
                #expect(try states(laptop)["photos"] == "withdrawn" && states(laptop)["contact"] == "withdrawn")
            }
            let rules = try fatima.kith("conflicts", "--json", code: 2).array().filter { $0["fix"] != nil }
            #expect(rules.map { $0["kind"] as? String } == ["logged-after-withdrawal"])
            #expect(try jan.kith("conflicts", code: 2).out.contains("withdrawn consent"))
            // It may be let be, for everybody, and be listed again.
            let broken = try #require(rules.first?["id"] as? String)
            #expect(try fatima.kith("conflicts", code: 2).out.contains("kith dismiss"))
            #expect(try fatima.kith("dismiss", broken, "--json").object()["dismissed"] as? Int == 1)
            #expect(try fatima.kith("conflicts", "--json").array().filter { $0["fix"] != nil }.isEmpty)
            let dismissed = try fatima.kith("conflicts", "--dismissed", "--json").array().compactMap { $0["dismissal"] as? String }
            #expect(dismissed.count == 1)
            #expect(try fatima.kith("conflicts", "--dismissed").out.contains("kith delete"))
            try fatima.kith("delete", try #require(dismissed.first))
            #expect(try fatima.kith("conflicts", "--json", code: 2).array().filter { $0["fix"] != nil }.count == 1)
            try paste(fatima, try #require(rules.first?["fix"] as? String))
            #expect(try fatima.kith("conflicts", "--json").array().filter { $0["fix"] != nil }.isEmpty)
            #expect(try fatima.kith("list", "contact_moment", "--json").array().count == 1, "the worker's log stays")

            #expect(try fatima.failure("consent", "record", noor, "cookies", "given", "--how", "spoken", code: 64) == "not-a-code")
            #expect(try fatima.failure("consent", "record", noor, "photos", "given", "--how", "spoken", "--valid-until", "2026-02-31", code: 64) == "not-a-time")
            var dutch = fatima
            dutch.language = "nl"
            #expect(try dutch.kith("consent", "show", noor).out.contains("Nieuwsbrief (newsletter): verlopen"))
            #expect(try dutch.kith("retention", "--help").out.contains("wat besproken is"))
        }
    }
}
