import Foundation
import Testing

/// What lies in the trash is listed with who deleted it, and a step's deletions come back together.
struct TrashJourneyTests {
    @Test("Deleted, listed and brought back", arguments: ["nl", "en"]) func trash(_ language: String) throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima")
            fatima.language = language
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            #expect(try fatima.kith("trash").out.contains(language == "nl" ? "leeg" : "empty"))
            try fatima.kith("add", "person", "Zoe Bakker", "--phone", "06-12345678")
            try fatima.kith("add", "contact", "given_name=Ali", "family_name=Kaya")
            try fatima.kith("delete", "Zoe Bakker")
            try fatima.kith("delete", "Ali Kaya")
            let listed = try fatima.kith("trash", "contact").out
            #expect(listed.contains("Zoe Bakker") && listed.contains("Ali Kaya"))
            let rows = try #require(try fatima.kith("trash", "--json").object()["trash"] as? [[String: Any]])
            #expect(rows.map { $0["title"] as? String } == ["Ali Kaya", "Zoe Bakker"])
            #expect(rows.allSatisfy { ($0["author"] as? [String: Any])?["own"] as? Bool == true })
            #expect(try fatima.kith("trash", "--since", language == "nl" ? "gisteren" : "yesterday", "--json").object()["more"] as? Int == 0)
            #expect(try fatima.kith("trash", "--since", "31-02", code: 64).err.contains("31-02"))
            let step = try #require(try fatima.kith("steps", "--json").array().first?["step"] as? Int)
            try fatima.kith("undelete", "--step", String(step))
            #expect(try fatima.kith("list", "contact", "--json").array().map { $0["given_name"] as? String } == ["Ali"])
            #expect(try fatima.failure("undelete", "--step", "999") == "no-such-step")
            try fatima.kith("undelete", code: 64)
            #expect(try fatima.kith("show", "Niemand Bestaat", code: 1).err.contains("Niemand Bestaat"), "the word that was typed is told")
        }
    }

    @Test("A folder stands for all bundles in it") func folderOfBundles() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let stick = folder + "/stick"
            try FileManager.default.createDirectory(atPath: stick, withIntermediateDirectories: true)
            try fatima.kith("bundle", "import", stick, code: 64)
            try fatima.kith("add", "contact", "given_name=Ali")
            try fatima.kith("bundle", "export", stick + "/a.kithbundle")
            try fatima.kith("bundle", "export", stick + "/b.kithbundle")
            let report = try fatima.kith("bundle", "import", stick, "--json").object()
            #expect((report["bundles"] as? [Any])?.count == 2, "\(report)")
        }
    }
}
