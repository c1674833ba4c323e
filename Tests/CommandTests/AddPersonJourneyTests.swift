import Foundation
import Testing

/// One person in one go, and not twice by accident.
struct AddPersonJourneyTests {
    @Test("A name, numbers, an address: one step; who may be there already is asked about before anything is written", arguments: ["nl", "en"])
    func person(_ language: String) throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima")
            fatima.language = language
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let mina = [
                "add", "person", "Wilhelmina van den Berg", "--phone", "06-12345678", "--phone", "020 1234567", "--email", "mina@voorbeeld.nl", "--address",
                "Lindelaan 12a, 1234 AB Zuiderhaven", language == "nl" ? "language=Turks" : "language=Turkish",
            ]
            let id = try #require(try fatima.kith(list: mina + ["--json"]).object()["id"] as? String)
            let shown = try fatima.kith("show", "wilhelmina", "--json").object()
            let values = try #require(shown["values"] as? [String: Any])
            #expect(shown["id"] as? String == id && values["infix"] as? String == "van den" && values["family_name"] as? String == "Berg" && values["language"] as? String == "tr")
            let points = try fatima.kith("list", "contact_point", "--json").array()
            #expect(points.compactMap { $0["type"] as? String }.sorted() == ["email", "tel", "tel"] && points.allSatisfy { $0["contact"] as? String == id })
            let address = try #require(try fatima.kith("list", "address", "--json").array().first)
            #expect(address["street"] as? String == "Lindelaan" && "\(address["number"] ?? "")" == "12" && address["postal_code"] as? String == "1234 AB" && address["city"] as? String == "Zuiderhaven")

            // Already there: nothing is written without a yes.
            let again = try fatima.kith(list: mina, code: 64)
            #expect(again.err.contains("Wilhelmina van den Berg") && again.err.contains("--yes"))
            #expect(try fatima.kith("list", "contact", "--json").array().count == 1)
            #expect(try fatima.kith("list", "contact_point", "--json").array().count == 3)
            try fatima.kith(list: mina + ["--yes"])
            #expect(try fatima.kith("list", "contact", "--json").array().count == 2)
            // All of it is one step.
            try fatima.kith("undo", "--yes")
            #expect(try fatima.kith("list", "contact", "--json").array().count == 1)
            #expect(try fatima.kith("list", "contact_point", "--json").array().count == 3)
            #expect(try fatima.kith("list", "address", "--json").array().count == 1)

            // One thing wrong, and nothing of it is stored.
            for wrong in [["--phone", "veel"], ["--email", "piet"], ["--address", " "], ["language=Klingon!"], ["shoe=43"]] {
                let outcome = try fatima.run(Command.program, ["add", "person", "Piet Jong", "--phone", "06-87654321"] + wrong)
                #expect(outcome.code != 0, "\(wrong)")
            }
            try fatima.kith("add", "person", "  ", code: 64)
            #expect(try fatima.kith("list", "contact", "--json").array().count == 1 && fatima.kith("list", "contact_point", "--json").array().count == 3)
        }
    }
}
