import Foundation
import Testing

/// Text reaches a terminal by one place, which cleans it: nobody prints around that.
@Suite struct OutputTests {
    private static let programs = ["kith", "kith-relay", "BundleFile", "Device", "Engine", "Platform", "Words", "Interchange", "RelayService", "SQLite", "Store", "Transport", "Hub", "SpaceFiles", "Community", "Page"]

    /// What writes to standard output or standard error by itself.
    private static let ways = [
        #"(?<![.\w])print\("#, #"(?<![.\w])debugPrint\("#, #"(?<![.\w])fputs\("#, #"(?<![.\w])puts\("#, #"(?<![.\w])putchar\("#,
        #"(?<![.\w])fwrite\("#, #"(?<![.\w])vprintf\("#, #"(?<![.\w(])f?printf\("#, #"(?<![.\w])perror\("#, #"FileHandle\.standard(Output|Error)"#, #"TextOutputStream"#,
        #"(?<!isatty\()(?<!ioctl\()(?<!Output\.put\()\bSTD(OUT|ERR)_FILENO"#, #"\bstd(out|err)\b"#,
    ]

    /// The place itself, and where a descriptor is named only to be handed to it.
    private static let places: [String: Set<String>] = [
        "Sources/Core/Platform/Output.swift": ["STDOUT_FILENO"],
        // The file that goes to standard output when it is asked for; to a terminal by `Output`.
        "Sources/Replica/Engine/Neighbourhood/ExportFile.swift": ["STDOUT_FILENO"],
    ]

    @Test func nobodyPrintsAroundOutput() throws {
        var looked = 0
        for room in OutputTests.programs {
            for file in try Sources.files(of: Sources.room(room)) {
                looked += 1
                for (number, line) in file.lines.enumerated() {
                    let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
                    // What it is told, and what it is asked about the screen.
                    if code.contains(/Output\.(put|putLines|columnCount|lineCount)\(/), code.contains("_FILENO") { continue }
                    for way in OutputTests.ways {
                        guard let found = code.range(of: way, options: .regularExpression) else { continue }
                        if OutputTests.places[file.name]?.contains(where: { code[found].contains($0) }) == true { continue }
                        Issue.record("\(file.name):\(number + 1) prints around Output: \(line.trimmingCharacters(in: .whitespaces))")
                    }
                }
            }
        }
        #expect(looked > 150)
    }

    /// The test can fail.
    @Test(arguments: ["print(x)", "        fputs(text, stderr)", "FileHandle.standardError.write(data)", "write(STDERR_FILENO, p, 1)", "debugPrint(a)"])
    func aWayIsSeen(_ code: String) {
        #expect(OutputTests.ways.contains { code.range(of: $0, options: .regularExpression) != nil })
    }
}
