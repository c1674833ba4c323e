import Foundation
import Testing

/// A person who is in the list more than once, and what an erasure takes and leaves: by the built program, on two laptops.
struct PersonJourneyTests {
    /// Nothing of these may be found in any byte of a laptop afterwards.
    private static let traces = [
        "Zebedeus", "Quispelaar", "0699887766", "z.quispelaar@voorbeeld", "Kwikstaartpad", "lekkage in de kelder", "huilbui", "voorraadkast",
        "laat gesprek over schulden",
    ]

    private func add(_ laptop: Command, _ arguments: String...) throws -> String {
        let outcome = try laptop.run(Command.program, ["add"] + arguments + ["--json"])
        return try #require(try outcome.object()["id"] as? String, "\(outcome.out)\(outcome.err)")
    }

    private func carry(_ from: Command, _ to: Command) throws {
        let stick = "stick-\(UUID().uuidString).kithbundle"
        try from.kith("bundle", "export", stick)
        let outcome = try to.run(Command.program, ["bundle", "import", stick])
        #expect(outcome.code == 0 || outcome.code == 2, "\(outcome.out)\(outcome.err)")
        try FileManager.default.removeItem(atPath: "\(from.folder)/\(stick)")
    }

    private func moment(_ laptop: Command, _ values: [String], with contacts: [String]) throws -> String {
        let outcome = try laptop.run(
            Command.program, ["add", "contact_moment", "channel=phone", "occurred_at=2026-11-03T10:15:00+01:00", "duration_minutes=20"] + values + ["--json"])
        let moment = try #require(try outcome.object()["id"] as? String, "\(outcome.err)")
        for contact in contacts { _ = try add(laptop, "contact_moment_contact", "contact_moment=\(moment)", "contact=\(contact)") }
        return moment
    }

    /// Two laptops that know the person three times: linked on one laptop and on the other.
    private struct Scene {
        let folder: String
        let fatima: Command, jan: Command
        var first = "", second = "", third = "", bram = ""
        var person: [String] { [first, second, third] }
    }

    private func scene(_ folder: String, _ grant: String...) throws -> Scene {
        var scene = Scene(folder: folder, fatima: Command(folder: folder, laptop: "fatima"), jan: Command(folder: folder, laptop: "jan"))
        let (fatima, jan) = (scene.fatima, scene.jan)
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        if grant.isEmpty { try jan.joined(by: fatima) } else { try jan.joined(by: fatima, grant[0], grant[1]) }
        scene.first = try add(fatima, "contact", "given_name=Zebedeus", "family_name=Quispelaar")
        scene.second = try add(fatima, "contact", "given_name=Z.", "family_name=Quispelaar")
        scene.third = try add(fatima, "contact", "nickname=Zebedeus van boven")
        scene.bram = try add(fatima, "contact", "given_name=Bram", "family_name=Smit")
        _ = try add(fatima, "contact_point", "contact=\(scene.first)", "type=tel", "value=0699887766")
        _ = try add(fatima, "contact_point", "contact=\(scene.second)", "type=email", "value=z.quispelaar@voorbeeld.nl")
        _ = try add(fatima, "address", "contact=\(scene.third)", "street=Kwikstaartpad", "number=7", "city=Rotterdam")
        try fatima.kith("link", scene.first, scene.second, "same")
        try carry(fatima, jan)
        try jan.kith("link", scene.second, scene.third, "same")
        try carry(jan, fatima)
        return scene
    }

    private func entries(_ object: [String: Any]) -> Set<String> {
        Set((object["entries"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String })
    }

    @Test("Linked on two laptops: found, listed, shown, exported and erased as one, by name")
    func together() throws {
        try Command.inScratch { folder in
            let scene = try scene(folder)
            let (fatima, jan) = (scene.fatima, scene.jan)
            let reach = ["0699887766", "z.quispelaar@voorbeeld.nl", "Kwikstaartpad 7 Rotterdam"]
            for laptop in [fatima, jan] {
                let found = try laptop.kith("find", "Kwikstaartpad", "--json").array()
                #expect(found.count == 1 && Set(found[0]["details"] as? [String] ?? []) == Set(reach))
                let said = try laptop.kith("find", "Quispelaar").out
                for each in reach { #expect(said.contains(each)) }
                let listed = try laptop.kith("list", "contact").out
                for each in reach { #expect(listed.contains(each), "\(listed)") }
                let rows = try laptop.kith("list", "contact", "--json").array()
                #expect(rows.compactMap { $0["reach"] as? [String] }.map(Set.init) == [Set(reach)])
                let shown = try laptop.kith("show", scene.second).out
                for each in ["0699887766", "z.quispelaar@voorbeeld.nl", "Kwikstaartpad", "Zebedeus van boven"] { #expect(shown.contains(each)) }
            }

            let exported = try fatima.kith("export", "person", scene.second, "access.json", "--json")
            #expect(entries(try exported.object()) == Set(scene.person))
            let access = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/access.json"))) as? [String: Any])
            let tables = try #require(access["tables"] as? [String: [[String: Any]]])
            #expect(Set(tables["contact"]?.compactMap { $0["id"] as? String } ?? []) == Set(scene.person))
            #expect(tables["contact_point"]?.count == 2 && tables["address"]?.count == 1)
            try fatima.kith("export", "person", scene.first, "card.vcf")
            let cards = try String(contentsOfFile: folder + "/card.vcf", encoding: .utf8)
            #expect(cards.components(separatedBy: "BEGIN:VCARD").count == 4)
            let one = try fatima.kith("export", "person", scene.first, "one.json", "--only-this-entry", "--json").object()
            #expect(entries(one) == [scene.first])

            let asked = try fatima.kith("erase", scene.third, "--json", code: 64)
            let plan = try asked.object()
            #expect(entries(plan) == Set(scene.person) && plan["rows"] as? [String: Int] == ["address": 1, "contact": 3, "contact_point": 2, "identity_link": 2])
            let text = try fatima.kith("erase", scene.third, code: 64).out
            #expect(text.contains("in the list 3 times"))
            for each in reach + ["Z. Quispelaar", "Zebedeus van boven"] { #expect(text.contains(each), "\(text)") }
            try fatima.kith("erase", scene.third, "--yes")
            try carry(fatima, jan)
            for laptop in [fatima, jan] {
                #expect(try laptop.kith("list", "contact", "--every-entry", "--json").array().compactMap { $0["id"] as? String } == [scene.bram])
                #expect(try laptop.files(holding: PersonJourneyTests.traces, under: "\(folder)/\(laptop.laptop)").isEmpty)
            }
        }
    }

    @Test("Contradictory verdicts are shown, and --yes alone does not decide; one entry goes alone only when that is asked")
    func contradictory() throws {
        try Command.inScratch { folder in
            let scene = try scene(folder)
            let fatima = scene.fatima
            try fatima.kith("link", scene.first, scene.third, "different")
            let refused = try fatima.kith("erase", scene.first, "--yes", "--json", code: 2)
            #expect(refused.err.contains("contradictory-person"))
            let plan = try refused.object()
            #expect(entries(plan) == Set(scene.person) && (plan["contradictions"] as? [[String: Any]])?.count == 1)
            #expect(try fatima.kith("erase", scene.first, "--yes", code: 2).out.contains("'different' was said"))
            #expect(try fatima.kith("export", "person", scene.first, "x.json", "--json", code: 2).err.contains("contradictory-person"))
            try fatima.kith("export", "person", scene.first, "x.json", "--every-entry")
            #expect(try fatima.kith("list", "contact", "--every-entry", "--json").array().count == 4)
            try fatima.kith("erase", scene.first, "--only-this-entry", "--yes")
            #expect(try Set(fatima.kith("list", "contact", "--every-entry", "--json").array().compactMap { $0["id"] as? String })
                == [scene.second, scene.third, scene.bram])
            try fatima.kith("erase", scene.second, "--yes")
            #expect(try fatima.kith("list", "contact", "--every-entry", "--json").array().count == 1)
            try fatima.kith("erase", scene.bram, "--only-this-entry", "--every-entry", code: 64)
        }
    }

    @Test("A moment with nobody else loses its words everywhere and is counted as before; others are listed, single names perhaps")
    func moments() throws {
        try Command.inScratch { folder in
            let scene = try scene(folder)
            let (fatima, jan) = (scene.fatima, scene.jan)
            let alone = try moment(fatima, ["summary=Zebedeus had lekkage in de kelder", "concern=huilbui", "follow_up_on=2026-12-01"], with: [scene.first])
            // Both are the same person.
            let folded = try moment(jan, ["purpose=voorraadkast vullen"], with: [scene.second, scene.third])
            try carry(jan, fatima)
            let shared = try moment(fatima, ["summary=samen koffie"], with: [scene.first, scene.bram])
            let others = try moment(fatima, ["summary=vraag mevr. Quispelaar en Zebedeus om hulp"], with: [scene.bram])
            _ = try add(fatima, "help_item", "direction=request", "contact=\(scene.bram)", "description=een tuin zonder namen")
            try carry(fatima, jan)
            let before = try fatima.kith("report", "channels", "--json").out
            #expect(try jan.kith("report", "channels", "--json").out == before)
            // An edit of the words, so that an older value waits for undo.
            try fatima.kith("edit", alone, "summary=weer lekkage in de kelder")

            let plan = try fatima.kith("erase", scene.first, "--json", code: 64).object()
            let told = try #require(plan["moments"] as? [String: [String]])
            #expect(Set(told["wordless"] ?? []) == [alone, folded] && told["shared"] == [shared])
            let mentions = try #require(plan["mentions"] as? [[String: Any]])
            #expect(mentions.count == 1 && mentions[0]["id"] as? String == others && mentions[0]["perhaps"] as? Bool == true)
            let text = try fatima.kith("erase", scene.first, code: 64).out
            #expect(text.contains("2 contact moments with this person only lose their words") && text.contains("somebody else was there"))
            #expect(text.contains("perhaps names this person") && text.contains("mevr. Quispelaar") && text.contains("kith edit"))

            // Meanwhile Jan is away, edits one of them and logs another.
            try jan.kith("edit", folded, "summary=huilbui en voorraadkast")
            _ = try moment(jan, ["summary=laat gesprek over schulden"], with: [scene.first])
            let late = try jan.kith("report", "channels", "--json").out
            #expect(late != before)

            try fatima.kith("edit", others, "summary=vraag om hulp")
            try fatima.kith("erase", scene.first, "--yes")
            #expect(try fatima.kith("report", "channels", "--json").out == before)
            #expect(try fatima.kith("find", "lekkage", "--json").array().isEmpty)
            // What stays is nobody's edit: undo goes on to the work before.
            try fatima.kith("undo")
            #expect(try fatima.kith("report", "channels", "--json").out == before)
            try carry(jan, fatima)
            try carry(fatima, jan)
            try carry(jan, fatima)
            for laptop in [fatima, jan] {
                #expect(try laptop.kith("report", "channels", "--json").out == late, "the late moment is counted too")
                #expect(try laptop.kith("conflicts", "--json").array().isEmpty)
                let rows = try laptop.kith("list", "contact_moment", "--json").array()
                #expect(rows.count == 5)
                let wordless = rows.filter { $0["summary"] is NSNull && $0["purpose"] is NSNull }
                #expect(wordless.count == 3)
                for row in wordless {
                    #expect(row["channel"] as? String == "phone" && row["duration_minutes"] as? Int == 20 && row["occurred_at"] as? String == "2026-11-03")
                    #expect(row["concern"] is NSNull && row["follow_up_on"] is NSNull)
                }
                #expect(try laptop.files(holding: Array(PersonJourneyTests.traces.dropFirst(2)), under: "\(folder)/\(laptop.laptop)").isEmpty)
                #expect(try laptop.failure("show", alone) == "erased")
            }
            let five = try fatima.kith("status", "--json").object()["digest"] as? String
            #expect(try jan.kith("status", "--json").object()["digest"] as? String == five)
        }
    }

    @Test("Two coordinators erase one person at once: one row stays of each moment, and no conflict")
    func atOnce() throws {
        try Command.inScratch { folder in
            let scene = try scene(folder, "--role", "coordinator")
            let (fatima, jan) = (scene.fatima, scene.jan)
            for number in 1...3 { _ = try moment(fatima, ["summary=huilbui \(number)"], with: [scene.second]) }
            try carry(fatima, jan)
            let before = try fatima.kith("report", "channels", "--json").out
            for laptop in [fatima, jan] { try laptop.kith("erase", scene.first, "--yes") }
            try carry(fatima, jan)
            try carry(jan, fatima)
            try carry(fatima, jan)
            for laptop in [fatima, jan] {
                #expect(try laptop.kith("list", "contact_moment", "--json").array().count == 3)
                #expect(try laptop.kith("report", "channels", "--json").out == before)
                #expect(try laptop.kith("conflicts", "--json").array().isEmpty)
                #expect(try laptop.files(holding: ["huilbui"], under: "\(folder)/\(laptop.laptop)").isEmpty)
            }
        }
    }

    @Test("Who is linked to somebody erased, or was elsewhere meanwhile, is told of until somebody looks")
    func linkedLater() throws {
        try Command.inScratch { folder in
            let scene = try scene(folder)
            let (fatima, jan) = (scene.fatima, scene.jan)
            let fourth = try add(jan, "contact", "given_name=Bea", "family_name=Elders")
            try jan.kith("link", fourth, scene.first, "same")
            try fatima.kith("erase", scene.first, "--yes")
            try carry(jan, fatima)
            try carry(fatima, jan)
            for laptop in [fatima, jan] {
                let left = try laptop.run(Command.program, ["status", "--json"]).object()["left"] as? [[String: Any]]
                #expect(left?.compactMap { $0["id"] as? String } == [fourth])
                #expect(try laptop.run(Command.program, ["status"]).out.contains("Bea Elders"))
            }
            #expect(try fatima.kith("erase", "--status").out.contains("same person as somebody who was erased"))
            #expect(try fatima.failure("link", fourth, scene.first, "same") == "erased")
            #expect(try fatima.run(Command.program, ["link", fourth, scene.first, "same"]).err.contains("kith erase"))
            try fatima.kith("dismiss", fourth)
            #expect(try (fatima.run(Command.program, ["status", "--json"]).object()["left"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("Retention takes a person as one: a sign of life of any entry counts, and withdrawn once is withdrawn")
    func retention() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let old = try add(fatima, "contact", "given_name=Noor", "created_at=2001-01-01T00:00:00.000Z")
            let young = try add(fatima, "contact", "given_name=Noor", "family_name=Berg")
            _ = try add(fatima, "consent", "contact=\(old)", "purpose=newsletter", "state=given", "valid_until=2020-02-29")
            func past() throws -> [String] { try fatima.run(Command.program, ["retention", "--json"]).array().compactMap { $0["id"] as? String } }
            #expect(try Set(past()) == [old, "\(old):newsletter"])
            try fatima.kith("consent", "record", young, "newsletter", "given", "--how", "spoken")
            try fatima.kith("link", old, young, "same")
            #expect(try past().isEmpty, "the other entry is alive, and agrees")
            _ = try add(fatima, "consent", "contact=\(young)", "purpose=contact", "state=withdrawn", "created_at=2001-01-01T00:00:00.000Z")
            let person = try #require([old, young].min())
            #expect(try past() == [person])
        }
    }

    @Test("Another program reads: erasing and all that follows wait for nobody, name it, and clean up when it is gone")
    func reader() throws {
        try Command.inScratch { folder in
            let scene = try scene(folder)
            let fatima = scene.fatima
            let reader = Process()
            reader.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
            reader.arguments = [fatima.replica]
            let input = Pipe(), output = Pipe()
            (reader.standardInput, reader.standardOutput) = (input, output)
            try reader.run()
            defer { reader.terminate() }
            input.fileHandleForWriting.write(Data("begin; select count(*) from contact;\n".utf8))
            #expect(!output.fileHandleForReading.availableData.isEmpty)
            func timed(_ arguments: String...) throws -> Command.Outcome {
                let clock = ContinuousClock(), start = clock.now
                let outcome = try fatima.run(Command.program, arguments)
                #expect(clock.now - start < .seconds(4), "\(arguments) waits")
                return outcome
            }
            let erased = try timed("erase", scene.first, "--yes")
            #expect(erased.code == 2 && erased.out.contains("sqlite3 (\(reader.processIdentifier)) has it open"), "\(erased.out)")
            #expect(try timed("status").out.contains("sqlite3 (\(reader.processIdentifier))"))
            #expect(try timed("status", "--json").object()["scrub_owed"] as? Bool == true)
            #expect(try timed("add", "contact", "given_name=Bo").code == 0)
            #expect(try timed("bundle", "export", "x.kithbundle").code == 0)
            input.fileHandleForWriting.write(Data("commit;\n.quit\n".utf8))
            reader.waitUntilExit()
            try fatima.kith("add", "contact", "given_name=Els")
            #expect(try fatima.run(Command.program, ["status", "--json"]).object()["scrub_owed"] as? Bool == false)
            #expect(try fatima.files(holding: PersonJourneyTests.traces, under: "\(folder)/fatima").isEmpty)
        }
    }

    @Test("A bundle for somebody says who that is and what will happen")
    func recipients() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan"), bo = Command(folder: folder, laptop: "bo")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try jan.joined(by: fatima)
            try bo.joined(by: fatima, "--role", "reader")
            #expect(try fatima.failure("bundle", "export", "x.kithbundle", "--for", "Laptop Els") == "unknown-device")
            #expect(try fatima.kith("bundle", "export", "bo.kithbundle", "--for", "Laptop Bo").out.contains("'Laptop Bo' only reads"))
            #expect(try fatima.kith("bundle", "export", "self.kithbundle", "--for", "Laptop Fatima").out.contains("this laptop itself"))
            try fatima.kith("device", "revoke", "Laptop Jan", "--yes")
            let refused = try fatima.kith("bundle", "export", "jan.kithbundle", "--for", "Laptop Jan", code: 1)
            #expect(refused.err.contains("'Laptop Jan' has no access any more") && refused.err.contains("Nothing was written"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/jan.kithbundle"))
            #expect(try fatima.failure("bundle", "export", "jan.kithbundle", "--for", "Laptop Jan") == "removed-recipient")
        }
    }
}
