import Foundation
import Testing

/// `kith undo` says what it takes back, asks before much, and `kith redo` does it again.
struct StepJourneyTests {
    @Test("Undo and redo name what they are about; a list is taken back only when it is said, and can be imported again", arguments: ["nl", "en"])
    func steps(_ language: String) throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima")
            fatima.language = language
            func said(_ nl: String, _ en: String) -> String { language == "nl" ? nl : en }
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            #expect(try fatima.kith("steps", "--json").array().isEmpty)
            #expect(try fatima.failure("undo") == "nothing-to-undo" && fatima.failure("redo") == "nothing-to-redo")
            try fatima.kith("add", "contact", "given_name=Zoe", "family_name=Bakker")
            let undone = try fatima.kith("undo").out
            #expect(undone.contains("Zoe Bakker") && undone.contains(said("1 contact", "1 contact")) && undone.contains("kith redo"))
            #expect(try fatima.kith("list", "contact", "--json").array().isEmpty)
            #expect(try fatima.kith("redo").out.contains("Zoe Bakker"))
            #expect(try fatima.kith("list", "contact", "--json").array().count == 1)

            try fatima.kith("import", people + "/jan.csv")
            let all = try fatima.kith("list", "contact", "--json").array().count
            let asked = try fatima.kith("undo", code: 64)
            #expect(asked.err.contains(said("ingelezen", "imported")) && asked.err.contains("--yes"))
            #expect(try fatima.kith("list", "contact", "--json").array().count == all, "nothing was done")
            try fatima.kith("undo", "--yes")
            #expect(try fatima.kith("list", "contact", "--json").array().count == 1)
            #expect(try fatima.kith("steps").out.contains(said("ongedaan gemaakt", "undone")))
            try fatima.kith("import", people + "/jan.csv", "--bring-back")
            #expect(try fatima.kith("list", "contact", "--json").array().count == all)

            let steps = try fatima.kith("steps", "--json").array()
            #expect(steps.map { $0["kind"] as? String } == ["import", "import", "edit"] && steps.map { $0["undone"] as? Bool } == [false, true, false])
            let first = try #require(steps.last?["step"] as? Int)
            try fatima.kith("undo", "--step", String(first))
            #expect(try fatima.kith("find", "bakker zoe", "--json").array().isEmpty)
            #expect(try fatima.failure("undo", "--step", String(first)) == "no-such-step")
            try fatima.kith("redo", "--step", String(first))
            #expect(try fatima.kith("find", "bakker zoe", "--json").array().count == 1)
            #expect(try fatima.failure("redo", "--step", "999") == "no-such-step")
        }
    }
}
