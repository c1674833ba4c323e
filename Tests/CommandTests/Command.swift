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

        /// What stands under the one name that a list has.
        func array() throws -> [[String: Any]] {
            let lists = try object().values.compactMap { $0 as? [[String: Any]] }
            return try #require(lists.count == 1 ? lists[0] : nil, "\(out) \(err)")
        }
    }

    let folder: String
    let laptop: String
    var language = "en"
    /// More of the environment, such as KITH_PASSPHRASE_FILE.
    var variables: [String: String] = [:]
    /// What stands on standard input.
    var input: String?

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
        process.environment = [
            "XDG_DATA_HOME": "\(folder)/\(laptop)", "KITH_LANG": language, "PATH": "/usr/bin:/bin", "TZ": "UTC",
        ].merging(variables) { $1 }
        process.standardInput = FileHandle.nullDevice
        if let input {
            let file = "\(folder)/input-\(UUID().uuidString)"
            if (try? Data(input.utf8).write(to: URL(fileURLWithPath: file))) != nil {
                process.standardInput = FileHandle(forReadingAtPath: file)
            }
        }
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
        let outcome = Outcome(code: process.terminationStatus, out: texts[0], err: texts[1])
        try outcome.checkJSON((program as NSString).lastPathComponent, arguments)
        return outcome
    }

    /// Runs kith and expects an exit code.
    @discardableResult
    func kith(_ arguments: String..., code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
        try kith(list: arguments, code: code, sourceLocation: sourceLocation)
    }

    @discardableResult
    func kith(list arguments: [String], code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
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

    /// What stands in the error that a command ended with, as JSON.
    func failure(_ arguments: String..., code: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try run(Command.program, arguments + ["--json"])
        #expect(outcome.code == code, "\(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
        let error = try? JSONSerialization.jsonObject(with: Data(outcome.err.utf8)) as? [String: Any]
        return try #require(error?["error"] as? String, "\(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
    }

    /// A laptop that asked to take part and made its replica with the bundle that it got.
    func joined(by coordinator: Command, _ grant: String...) throws {
        try kith("join", "--request", "\(laptop).kithrequest", "--name", "Laptop \(laptop.capitalized)")
        let outcome = try coordinator.run(Command.program, ["device", "admit", "\(laptop).kithrequest", "--yes"] + grant)
        try #require(outcome.code == 0, "\(outcome.err)")
        try coordinator.kith("bundle", "export", "to-\(laptop).kithbundle")
        try kith("join", "to-\(laptop).kithbundle")
    }

    /// A listener on a free port, and its end.
    func listening(_ body: (_ address: String) throws -> Void) throws {
        let output = "\(folder)/listen-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: output))
        let handle = try #require(FileHandle(forWritingAtPath: output))
        let listener = process(Command.program, ["listen", "--port", "0", "--no-discovery", "--json"], out: handle, err: handle)
        try listener.run()
        defer { listener.terminate() }
        var port = 0
        for _ in 0..<200 where port == 0 {
            Thread.sleep(forTimeInterval: 0.05)
            let line = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").first.map(String.init) ?? "{}"
            port = (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["listening"] as? Int ?? 0
        }
        let said = try String(contentsOfFile: output, encoding: .utf8)
        try #require(port > 0, "\(said)")
        try body("127.0.0.1:\(port)")
        listener.terminate()
        listener.waitUntilExit()
        #expect(listener.terminationStatus == 0 && listener.terminationReason == .exit)
    }

    /// The files under a path that hold any of these words in their bytes, in any case.
    func files(holding words: [String], under path: String) throws -> [String] {
        let outcome = try run("/bin/grep", ["-rlaiF"] + words.flatMap { ["-e", $0] } + [path])
        #expect(outcome.code <= 1, "\(outcome.err)")
        return outcome.out.split(separator: "\n").map(String.init)
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
