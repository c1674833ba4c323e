import Foundation
import Testing

/// `kith history` tells what a row was, by name, and puts back what stood before a line.
struct HistoryJourneyTests {
    @Test("Who, when, from what to what, and back again", arguments: ["nl", "en"]) func history(_ language: String) throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima")
            fatima.language = language
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try fatima.kith("add", "contact", "given_name=Zoe", "family_name=Bakker", "nickname=Zo")
            try fatima.kith("edit", "Zoe Bakker", "nickname=Zozo")
            try fatima.kith("edit", "Zoe Bakker", "nickname=Zootje")
            let told = try fatima.kith("history", "Zoe Bakker").out
            let word = language == "nl" ? "Roepnaam" : "Nickname"
            #expect(told.contains("\(word): Zozo → Zootje") && told.contains("\(word): Zo → Zozo") && told.contains("Zoe Bakker"), "\(told)")
            #expect(told.contains(language == "nl" ? "30 dagen" : "30 days"), "how long it is kept is said")
            let lines = try #require(try fatima.kith("history", "Zoe Bakker", "--json").object()["history"] as? [[String: Any]])
            #expect(lines.map { $0["event"] as? String } == ["changed", "changed", "made"])
            let first = try #require(lines.first { $0["from"] as? String == "Zo" }?["line"] as? Int)
            try fatima.kith("history", "Zoe Bakker", "--restore", String(first))
            #expect(try fatima.kith("list", "contact", "--json").array().first?["nickname"] as? String == "Zo")
            // It is an edit as any other.
            try fatima.kith("undo")
            #expect(try fatima.kith("list", "contact", "--json").array().first?["nickname"] as? String == "Zootje")
            #expect(try fatima.kith("history", "Zoe Bakker", "--restore", "999", code: 64).err.contains("999"))
            try fatima.kith("history", "Niemand Bestaat", code: 1)
        }
    }
}
