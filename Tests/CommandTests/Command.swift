import Foundation
import Testing

/// Runs the built program as people do: one laptop is a home folder of its own.
struct Command {
    struct Outcome {
        let code: Int32
        let out: String
        let err: String

        func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(out.utf8), options: .fragmentsAllowed) }
        func object() throws -> [String: Any] { try #require(try json() as? [String: Any], "\(out) \(err)") }
        func array() throws -> [[String: Any]] { try #require(try json() as? [[String: Any]], "\(out) \(err)") }
    }

    let folder: String
    let laptop: String
    var language = "en"

    /// Beside the test bundle that runs this.
    static var program: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return (tests as NSString).deletingLastPathComponent + "/kith"
    }

    var replica: String { "\(folder)/\(laptop)/kith/zuid.kith" }

    func process(_ program: String, _ arguments: [String], out: FileHandle, err: FileHandle) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["XDG_DATA_HOME": "\(folder)/\(laptop)", "KITH_LANG": language, "PATH": "/usr/bin:/bin", "TZ": "UTC"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = err
        return process
    }

    func run(_ program: String, _ arguments: [String]) throws -> Outcome {
        let names = ["out", "err"].map { "\(folder)/\($0)-\(UUID().uuidString)" }
        let handles = try names.map { name in
            try Data().write(to: URL(fileURLWithPath: name))
            return try #require(FileHandle(forWritingAtPath: name))
        }
        let process = process(program, arguments, out: handles[0], err: handles[1])
        try process.run()
        process.waitUntilExit()
        let texts = try names.map { try String(contentsOfFile: $0, encoding: .utf8) }
        for name in names { try FileManager.default.removeItem(atPath: name) }
        return Outcome(code: process.terminationStatus, out: texts[0], err: texts[1])
    }

    /// Runs kith and expects an exit code.
    @discardableResult
    func kith(_ arguments: String..., code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
        let outcome = try run(Command.program, arguments)
        #expect(
            outcome.code == code, "kith \(arguments.joined(separator: " ")): \(outcome.out)\(outcome.err)",
            sourceLocation: sourceLocation)
        #expect(!outcome.err.contains("Fatal error") && !outcome.err.contains("backtrace"), sourceLocation: sourceLocation)
        return outcome
    }

    /// Runs SQL with the program `sqlite3`, as any client.
    func sqlite(_ sql: String) throws {
        let outcome = try run("/usr/bin/sqlite3", [replica, sql])
        #expect(outcome.code == 0, "\(outcome.err)")
    }

    static func inScratch(_ body: (_ folder: String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "kith-command-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try #require(
            FileManager.default.isExecutableFile(atPath: program), "\(program) is not built: swift build -c release --product kith")
        try body(folder)
    }
}

let people = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Fixtures/people").standardizedFileURL.path

/// Without the program sqlite3 these journeys cannot be made; the suite says so, since a test that is skipped is listed.
let hasSQLite = FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3")
