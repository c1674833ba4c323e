import Foundation
import Testing

/// What a person sees at a terminal: `script` of util-linux gives the program one.
@Suite struct TerminalTests {
    private static let folder = NSTemporaryDirectory() + "kith-terminal-\(UUID().uuidString)"

    private func shown(_ laptop: Command, columns: Int, rows: Int = 24, _ arguments: String) throws -> [String] {
        let outcome = try laptop.run("/usr/bin/script", ["-qec", "stty cols \(columns) rows \(rows); \(Command.program) \(arguments)", "/dev/null"])
        #expect(!outcome.out.contains("Fatal error"))
        return outcome.out.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n").map(String.init)
    }

    @Test func linesAreBrokenBetweenWordsAndListsStopWithTheScreen() throws {
        let folder = Self.folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var laptop = Command(folder: folder, laptop: "fatima", language: "nl")
        try laptop.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        for number in 1...40 { try laptop.kith("add", "contact", "given_name=Persoon", "family_name=Nummer\(number)") }
        try laptop.kith("add", "initiative", "name=Soep", "starts_on=3 december 2031", "description=Elke week samen eten in het buurthuis met wie er zin in heeft en wie er langs komt")
        let prose = [
            "status", "help invite", "show Soep", "show Soep --who", "history Soep", "today", "tables contact", "report channels", "undo --help", "device list", "find Nummer3 --limit 3",
            "add help_item contact=zoe", "steps", "trash",
        ]
        for columns in [40, 80] {
            for arguments in prose {
                for line in try shown(laptop, columns: columns, arguments) where line.unicodeScalars.count > columns {
                    // What is one word (an id, a path) is left whole.
                    let words = line.split(separator: " ")
                    #expect(words.count == 1, "\(columns): \(arguments): \(line)")
                }
            }
        }
        let listed = try shown(laptop, columns: 80, rows: 20, "list contact")
        #expect(listed.count <= 19)
        #expect(listed.last == "… en nog 24; --all toont ze.")
        #expect(try shown(laptop, columns: 80, rows: 20, "list contact --all").count == 41)
        // In a pipe nothing is held back or broken.
        let piped = try laptop.kith("list", "contact").out.split(separator: "\n")
        #expect(piped.count == 41)
        #expect(try shown(laptop, columns: 80, "show Soep").contains { $0.hasPrefix("  Begint op") && $0.hasSuffix("wo 3 december 2031") })
        #expect(try laptop.kith("show", "Soep", "--json").out.contains("2031-12-03"))
        laptop.language = "en"
        #expect(try laptop.kith("show", "Soep").out.contains("Wed 3 December 2031"))
    }

    @Test func colourIsForTerminalsAlone() throws {
        try Command.inScratch { folder in
            var laptop = Command(folder: folder, laptop: "fatima")
            try laptop.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            // A name that would colour the rest is shown as it is.
            try laptop.kith("add", "contact", "given_name=Zo\u{1B}[31mé")
            func escapes(_ arguments: String) throws -> Int {
                let outcome = try laptop.run("/usr/bin/script", ["-qec", "\(Command.program) \(arguments)", "/dev/null"])
                return outcome.out.components(separatedBy: "\u{1B}[").count - 1
            }
            for (variables, isColoured) in [
                (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": "1"], false), (["TERM": "xterm", "NO_COLOR": ""], true), (["TERM": "dumb"], false), ([:], false),
            ] {
                laptop.variables = variables
                // One line each: how it begins and how it ends.
                for arguments in ["list contact", "show nobody"] { #expect(try escapes(arguments) == (isColoured ? 2 : 0), "\(variables) \(arguments)") }
                #expect(try !laptop.kith("list", "contact").out.contains("\u{1B}"))
                #expect(try !laptop.kith("show", "nobody", code: 1).err.contains("\u{1B}"))
            }
        }
    }
}
