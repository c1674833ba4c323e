import Foundation
import Testing

/// Help, languages, wrong use, and readers that leave.
struct UsageTests {
    @Test("Wrong use is 64, in words and as JSON")
    func usage() throws {
        try Command.inScratch { folder in
            let command = Command(folder: folder, laptop: "fatima")
            try command.kith("frobnicate", code: 64)
            #expect(try command.kith("shwo", "zoe", code: 64).err.contains("'show'"))
            #expect(try command.kith("conflits", code: 64).err.contains("'conflicts'"))
            try command.kith("init", code: 64)
            try command.kith("list", "contact", "--limit", "x", code: 64)
            try command.kith("add", "contact", "given_name", code: 64)
            try command.kith("settle", "--take", "mine", code: 64)
            try command.kith("bundle", "export", "x", "--all", "--for", "y", code: 64)
            try command.kith("listen", "--port", "70000", code: 64)
            try command.kith("join", code: 64)
            try command.kith("device", "admit", "x.kithrequest", "--role", "king", code: 64)
            try command.kith("invite", "--uses", "0", code: 64)
            try command.kith("erase", code: 64)
            try command.kith("erase", "3f2a", "--status", code: 64)
            // Secrets have no place on a command line.
            try command.kith("device", "passphrase", "correct horse", code: 64)
            try command.kith("recovery", "use", "abandon", "ability", code: 64)
            let outcome = try command.kith("settle", "--take", "mine", "--json", code: 64)
            let error = try #require(try JSONSerialization.jsonObject(with: Data(outcome.err.utf8)) as? [String: Any])
            #expect(error["error"] as? String == "usage" && (error["message"] as? String)?.isEmpty == false)
        }
    }

    @Test("Errors are one sentence with a remedy in the reader's language; as JSON on request")
    func errors() throws {
        try Command.inScratch { folder in
            var command = Command(folder: folder, laptop: "fatima")
            #expect(try command.kith("status", code: 1).err.contains("kith init"))
            let outcome = try command.kith("list", "contact", "--json", code: 1)
            let error = try #require(try JSONSerialization.jsonObject(with: Data(outcome.err.utf8)) as? [String: Any])
            #expect(error["error"] as? String == "no-replica")
            command.language = "nl"
            #expect(try command.kith("status", code: 1).err.contains("Op deze laptop staat nog geen buurtlijst"))
            #expect(try command.kith("--help").out.contains("Elke laptop heeft de hele lijst"))
            // The argument parser's words too.
            #expect(try command.kith("init", code: 64).err.hasPrefix("Fout: Geef --space en --name, of --practice."))
            #expect(try command.kith("report", "channels", "--from", code: 64).err.hasPrefix("Fout: Er ontbreekt een waarde voor '--from"))
            #expect(try command.kith("list", "contact", "--limiet", "3", code: 64).err.hasPrefix("Fout: Onbekende optie '--limiet'. Bedoelde u '--limit'?"))
            #expect(try command.kith("list", "contact", "--limit", "x", code: 64).err.hasPrefix("Fout: De waarde 'x' past niet bij '--limit <n>'"))
            for arguments in [["--help"], ["sync", "--help"], ["device", "--help"], ["frobnicate"], ["list"], ["undo", "x", "y"]] {
                let outcome = try command.kith(list: arguments, code: arguments.last == "--help" ? 0 : 64)
                for english in ["USAGE", "Usage", "OPTIONS", "SUBCOMMANDS", "subcommand", "Show ", "See ", "Error", "xpected", " for "] {
                    #expect(!(outcome.out + outcome.err).contains(english), "\(arguments): \(english)")
                }
            }
            #expect(try command.kith("join", "weg.kithbundle", code: 1).err.contains("Er is geen bestand of map weg.kithbundle"))
        }
    }

    @Test(
        "Every command has help with a purpose",
        arguments: [
            ["init"], ["join"], ["import"], ["export"], ["export", "list"], ["export", "person"], ["list"], ["show"], ["add"], ["add", "person"], ["add", "row"], ["edit"], ["count"], ["delete"], ["undelete"], ["undo"], ["redo"], ["steps"],
            ["tables"], ["bundle"], ["bundle", "export"], ["bundle", "inspect"], ["bundle", "verify"], ["bundle", "import"],
            ["device"], ["device", "id"], ["device", "list"], ["device", "admit"], ["device", "revoke"], ["device", "rename"],
            ["device", "passphrase"], ["device", "promote"], ["invite"], ["invite", "new"], ["invite", "list"], ["invite", "withdraw"], ["key"],
            ["key", "rotate"], ["quarantine"], ["quarantine", "list"], ["quarantine", "accept"], ["quarantine", "discard"],
            ["recovery"], ["recovery", "print"], ["recovery", "use"], ["erase"], ["backup"], ["restore"],
            ["today"], ["find"], ["log"], ["duplicates"], ["link"],
            ["listen"], ["sync"], ["relay"], ["relay", "add"], ["relay", "list"], ["relay", "remove"], ["watch"], ["match"],
            ["match", "list"], ["match", "propose"], ["match", "accept"], ["match", "done"],
            ["match", "decline"], ["consent"], ["consent", "record"], ["consent", "show"], ["retention"],
            ["report"], ["report", "list"], ["report", "all"], ["report", "channels"], ["report", "reach"], ["report", "encounters"],
            ["report", "demand"], ["report", "continuity"], ["report", "coverage"], ["report", "bridging"], ["report", "starts"],
            ["report", "polls"], ["report", "retention"],
            ["continuity"], ["publish"], ["adopt"], ["initiative"], ["initiative", "succeed"], ["initiative", "chain"],
            ["status"], ["conflicts"], ["notices"], ["settle"], ["dismiss"],
        ])
    func help(_ names: [String]) throws {
        try Command.inScratch { folder in
            var command = Command(folder: folder, laptop: "x")
            let outcome = try command.run(Command.program, names + ["--help"])
            #expect(outcome.code == 0)
            #expect(outcome.out.hasPrefix("OVERVIEW: ") && outcome.out.contains("USAGE: kith \(names.joined(separator: " "))"))
            command.language = "nl"
            let dutch = try command.run(Command.program, names + ["--help"])
            #expect(dutch.code == 0 && dutch.out.split(separator: "\n").first != outcome.out.split(separator: "\n").first)
        }
    }

    @Test("A reader that leaves does not crash a list")
    func closedPipe() throws {
        try Command.inScratch { folder in
            let command = Command(folder: folder, laptop: "fatima")
            try command.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try command.kith("import", people + "/fatima.csv")
            let outcome = try command.run(
                "/bin/bash", ["-c", "'\(Command.program)' tables --json | head -c 1; echo; echo ${PIPESTATUS[0]}; '\(Command.program)' list contact --json | true; echo ${PIPESTATUS[0]}"])
            #expect(outcome.out.split(separator: "\n").dropFirst().allSatisfy { $0 == "0" }, "\(outcome.out)")
            #expect(outcome.err.isEmpty, "\(outcome.err)")
        }
    }

    @Test("Tables, columns and codes are listed for scripts")
    func tables() throws {
        try Command.inScratch { folder in
            let tables = try Command(folder: folder, laptop: "x").kith("tables", "--json").array()
            #expect(tables.contains { $0["table"] as? String == "contact" && $0["collection"] as? String == "people" })
        }
    }

    @Test("Ranks are listed safest first, as they merge")
    func ranks() throws {
        try Command.inScratch { folder in
            let command = Command(folder: folder, laptop: "x")
            var orders: [String: [String]] = [:]
            for table in try command.kith("tables", "--json").array() {
                for column in table["columns"] as? [[String: Any]] ?? [] where column["kind"] as? String == "rank" {
                    #expect(column["safest_first"] as? Bool == true)
                    let codes = (column["codes"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
                    orders["\(table["table"] ?? "").\(column["column"] ?? "")"] = codes
                }
            }
            #expect(orders.count >= 3)
            #expect(orders["consent.state"].map { Array($0.prefix(2)) } == ["withdrawn", "given"])
            #expect(orders.values.contains { Array($0.prefix(4)) == ["withdrawn", "fulfilled", "matched", "open"] })
            let text = try command.kith("tables", "consent").out
            let (said, first) = (text.range(of: "safest first"), text.range(of: "withdrawn ("))
            #expect(said != nil && first != nil && said!.upperBound < first!.lowerBound)
            #expect(text.range(of: "given (").map { $0.lowerBound > first!.lowerBound } == true)
        }
    }
}
