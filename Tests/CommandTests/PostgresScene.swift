#if Postgres
import Foundation
import Testing

/// A database of the server of `make test-postgres`, with a role that owns it and may nothing else, as Docs/Relay.md tells an operator to make.
struct TestDatabase {
    /// Of the server's administrator; nil: there is no server.
    static let server = ProcessInfo.processInfo.environment["KITH_POSTGRES"]

    let name: String
    let role: String
    private let administrator: String
    private let command: Command

    init(_ folder: String) throws {
        administrator = try #require(TestDatabase.server)
        command = Command(folder: folder, laptop: "operator")
        name = "kith_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        role = name
        // Of this role's members the server of the tests asks passwords.
        try administer("create role \(role) login password 'geheim' in role kith_password")
        try administer("create database \(name) owner \(role)")
    }

    private var host: Substring { administrator.dropFirst("postgres://kith@".count).prefix { $0 != "/" } }

    /// Without a password, as an operator writes it.
    var url: String { "postgres://\(role)@\(host)/\(name)" }

    /// For PGPASSFILE.
    var passwordLine: String { "\(host):*:\(role):geheim\n" }

    func drop() {
        for statement in ["drop database \(name) with (force)", "drop role \(role)"] { try? administer(statement) }
    }

    func administer(_ sql: String) throws { _ = try ask(sql, administrator) }

    /// As an administrator, in this database: fields by `|`, a row on each line.
    @discardableResult
    func ask(_ sql: String) throws -> String { try ask(sql, "postgres://kith@\(host)/\(name)") }

    private func ask(_ sql: String, _ url: String) throws -> String {
        let outcome = try command.run("/usr/bin/psql", [url, "-X", "-v", "ON_ERROR_STOP=1", "-qAtc", sql])
        try #require(outcome.code == 0, "\(sql): \(outcome.err)")
        return outcome.out.trimmingCharacters(in: .newlines)
    }

    func dump(to file: String) throws {
        let outcome = try command.run("/usr/bin/pg_dump", ["-Fc", "-f", file, "postgres://kith@\(host)/\(name)"])
        try #require(outcome.code == 0, "\(outcome.err)")
    }

    func restore(from file: String) throws {
        let outcome = try command.run("/usr/bin/pg_restore", ["--exit-on-error", "--clean", "--if-exists", "-d", "postgres://kith@\(host)/\(name)", file])
        try #require(outcome.code == 0, "\(outcome.err)")
    }

    /// As when the server is started anew, or a cable is pulled.
    func cut() throws {
        try administer("select pg_terminate_backend(pid) from pg_stat_activity where datname = '\(name)'")
    }
}

/// Relays with the same keys on one database, each a process with a state folder of its own, and laptops.
struct PostgresScene {
    let folder: String
    let database: TestDatabase
    let fatima: Command
    let bundle = "zuid.kithbundle"

    static func run(_ body: (PostgresScene) throws -> Void) throws {
        try Command.inScratch { folder in
            let database = try TestDatabase(folder)
            defer { database.drop() }
            let fatima = Command(folder: folder, laptop: "fatima")
            let scene = PostgresScene(folder: folder, database: database, fatima: fatima)
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let first = scene.relay("a")
            try first.run("init", "--name", "Relay Zuid")
            try fatima.kith("device", "admit", "state-a/relay.kithrequest", "--role", "relay", "--yes")
            try fatima.kith("bundle", "export", scene.bundle)
            try FileManager.default.createDirectory(atPath: folder + "/state-b", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: folder + "/state-a/device", toPath: folder + "/state-b/device")
            for state in ["a", "b"] { try scene.writePassword(to: "state-\(state)/pgpass") }
            try body(scene)
        }
    }

    func writePassword(to file: String) throws {
        try Data(database.passwordLine.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
        chmod("\(folder)/\(file)", 0o600)
    }

    func relay(_ name: String, _ variables: [String: String] = [:]) -> RelayCommandTests.Relay {
        RelayCommandTests.Relay(folder, variables: [
            "KITH_RELAY_STATE_FOLDER": "\(folder)/state-\(name)", "KITH_RELAY_STORE": database.url, "KITH_RELAY_LISTEN_HOST": "127.0.0.1",
        ].merging(variables) { $1 })
    }

    /// A laptop that has joined, and never met Fatima's again.
    func laptop(_ name: String) throws -> Command {
        let laptop = Command(folder: folder, laptop: name)
        try laptop.joined(by: fatima)
        return laptop
    }

    func start(_ name: String, _ variables: [String: String] = [:]) throws -> RunningRelay { try RunningRelay(relay(name, variables), in: folder) }
}

/// A relay's process.
final class RunningRelay {
    let relay: RelayCommandTests.Relay
    let process: Process
    private let file: String
    private(set) var port = 0
    let device: String

    init(_ relay: RelayCommandTests.Relay, in folder: String) throws {
        self.relay = relay
        file = "\(folder)/log-\(UUID().uuidString)"
        device = try #require(try relay.run("init", "--json").object()["device"] as? String)
        try Data().write(to: URL(fileURLWithPath: file))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        process = relay.command.process(RelayCommandTests.Relay.program, ["run"], out: handle, err: handle)
        try process.run()
        try until { [self] in
            guard process.isRunning else { return true }
            port = log.firstMatch(of: /: listening port=([0-9]+)/).flatMap { Int($0.1) } ?? 0
            return port > 0
        }
        try #require(port > 0, "\(log)")
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var log: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
    var address: String { "127.0.0.1:\(port)#\(device)" }

    func end(_ signal: Int32 = SIGTERM, sourceLocation: SourceLocation = #_sourceLocation) {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        guard signal != SIGKILL else { return }
        #expect(process.terminationStatus == 0 && process.terminationReason == .exit, "\(log)", sourceLocation: sourceLocation)
    }
}

/// A laptop that stays connected: `kith watch`.
final class Watching {
    private let process: Process
    private let file: String

    init(_ laptop: Command) throws {
        file = "\(laptop.folder)/watch-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: file))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        process = laptop.process(Command.program, ["watch", "--json"], out: handle, err: handle)
        try process.run()
        try until { [self] in said.contains("\"connected\"") || !process.isRunning }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var said: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
}

/// Waits for something that comes about in another process; gives up after a minute, for the test to say what is missing.
func until(_ isSo: () throws -> Bool) throws {
    var patience = 1_200
    try until(&patience, isSo)
}

/// - Parameter patience: how often it looks, twenty times a second; what is left of it.
func until(_ patience: inout Int, _ isSo: () throws -> Bool) throws {
    while try !isSo(), patience > 0 {
        Thread.sleep(forTimeInterval: 0.05)
        patience -= 1
    }
}

extension Command {
    func query(_ sql: String) throws -> [String] {
        let outcome = try run("/usr/bin/sqlite3", ["-cmd", ".timeout 5000", replica, sql])
        #expect(outcome.code == 0, "\(outcome.err)")
        return outcome.out.split(separator: "\n").map(String.init)
    }

    /// Whether everything went both ways and was acknowledged.
    func meets() throws -> Bool { try run(Command.program, ["sync", "--no-discovery", "--json"]).code == 0 }
}
#endif
