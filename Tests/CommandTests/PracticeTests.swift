import Foundation
import Testing

@Suite struct PracticeTests {
    @Test("A list to practise on stands apart from the real one, and has something for each command of the day")
    func practice() throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", code: 64)
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let made = try fatima.kith("init", "--practice", "--json").object()
            let path = try #require(made["replica"] as? String)
            // The real list is still the one that is meant.
            #expect(try fatima.kith("status", "--json").object()["space"] as? String == "Zuid")
            #expect(try fatima.kith("list", "contact", "--json").array().isEmpty)
            fatima.variables["KITH_REPLICA"] = path
            #expect(try fatima.kith("list", "contact", "--json").array().count == 13)
            let today = try fatima.kith("today", "--json").object()
            #expect((today["follow_ups"] as? [Any])?.count == 1 && (today["gatherings"] as? [Any])?.isEmpty == false)
            #expect(try fatima.kith("duplicates").out.contains("Berg"))
            #expect(try fatima.kith("find", "berg", "--json").out.contains("Wilhelmina"))
            #expect(try fatima.kith("match").out.contains("Bakker"))
            // A town without its postal code is a town.
            let again = try fatima.kith("show", "Mina", "--json").object()
            let address = (again["belongs"] as? [[String: Any]])?.first { $0["table"] as? String == "address" }?["values"] as? [String: Any]
            #expect(address?["city"] as? String == "Oefenstad" && address?["number"] as? String == "12")
            #expect(address?["addition"] as? String == nil)
            // Nothing in it is wrong, and it cannot be made over another.
            #expect(try fatima.kith("status", "--json").object()["broken_rules"] as? Int == 0)
            try fatima.kith("verify")
            #expect(try fatima.failure("init", "--practice") == "replica-exists")
        }
    }
}
