import Foundation
import Testing

/// The relay's program as an operator uses it, beside a coordinator's laptop.
struct RelayCommandTests {
    /// A relay: a folder of its own.
    struct Relay {
        let command: Command

        init(_ folder: String, variables: [String: String] = [:]) {
            command = Command(
                folder: folder, laptop: "relay",
                variables: [
                    "KITH_RELAY_STATE_FOLDER": folder + "/state", "KITH_RELAY_LISTEN_PORT": "0", "KITH_RELAY_HEALTH_PORT": "0",
                    "KITH_RELAY_DISK_RESERVE_BYTE_COUNT": "0",
                ].merging(variables) { $1 })
        }

        static var program: String { (Command.program as NSString).deletingLastPathComponent + "/kith-relay" }

        @discardableResult
        func run(_ arguments: String..., code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> Command.Outcome {
            let outcome = try command.run(Relay.program, arguments)
            #expect(
                outcome.code == code, "kith-relay \(arguments.joined(separator: " ")): \(outcome.out)\(outcome.err)",
                sourceLocation: sourceLocation)
            #expect(!outcome.err.contains("Fatal error") && !outcome.err.contains("backtrace"), sourceLocation: sourceLocation)
            return outcome
        }

        func failure(_ arguments: String..., code: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
            let outcome = try command.run(Relay.program, arguments + ["--json"])
            #expect(outcome.code == code, "\(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
            let line = outcome.err.split(separator: "\n").last.map(String.init) ?? ""
            let error = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(error?["error"] as? String, "\(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
        }

        /// A running relay, and its end by a signal.
        func running(
            _ arguments: String..., signal: Int32 = SIGTERM, sourceLocation: SourceLocation = #_sourceLocation,
            _ body: (_ process: Process, _ log: () -> String) throws -> Void
        ) throws {
            let file = "\(command.folder)/log-\(UUID().uuidString)"
            try Data().write(to: URL(fileURLWithPath: file))
            let handle = try #require(FileHandle(forWritingAtPath: file))
            let process = command.process(Relay.program, ["run"] + arguments, out: handle, err: handle)
            try process.run()
            defer { process.terminate() }
            let log = { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
            for _ in 0..<400 {
                if !process.isRunning || (try? stats())?["running"] as? Bool == true { break }
                Thread.sleep(forTimeInterval: 0.05)
            }
            #expect(process.isRunning, "\(log())", sourceLocation: sourceLocation)
            try body(process, log)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && process.terminationReason == .exit, "\(log())", sourceLocation: sourceLocation)
        }

        private func stats() throws -> [String: Any] { try command.run(Relay.program, ["stats", "--json"]).object() }
    }

    /// A coordinator with people, a relay that was admitted, and the bundle that it was given.
    private func admitted(_ folder: String) throws -> (Relay, Command, bundle: String) {
        let fatima = Command(folder: folder, laptop: "fatima")
        let relay = Relay(folder)
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        try fatima.kith("import", people + "/fatima.csv")
        try relay.run("init", "--name", "Relay Zuid")
        try fatima.kith("device", "admit", "state/relay.kithrequest", "--role", "relay", "--yes")
        try fatima.kith("bundle", "export", "zuid.kithbundle")
        return (relay, fatima, "zuid.kithbundle")
    }

    @Test("Wrong use is 64; every command has help with a purpose in both languages")
    func usage() throws {
        try Command.inScratch { folder in
            var relay = Relay(folder)
            try relay.run("frobnicate", code: 64)
            try relay.run("space", "add", code: 64)
            try relay.run("log", "--limit", "0", code: 64)
            try relay.run("init", "correct horse", code: 64)
            let names = [
                [], ["init"], ["run"], ["reload"], ["space"], ["space", "add"], ["space", "list"], ["space", "remove"], ["devices"], ["log"],
                ["stats"], ["backup"], ["restore"], ["verify"],
            ]
            for name in names {
                relay = Relay(folder)
                let english = try relay.command.run(Relay.program, name + ["--help"])
                #expect(english.code == 0 && english.out.hasPrefix("OVERVIEW: "), "\(name)")
                #expect(name.count == 0 || name == ["space"] || english.out.contains("Example: kith-relay \(name.joined(separator: " "))"), "\(name)")
                relay = Relay(folder, variables: ["KITH_LANG": "nl"])
                let dutch = try relay.command.run(Relay.program, name + ["--help"])
                #expect(dutch.code == 0 && dutch.out.split(separator: "\n").first != english.out.split(separator: "\n").first, "\(name)")
            }
        }
    }

    @Test("A relay gets keys of its own, once, which nobody else can read")
    func initialise() throws {
        try Command.inScratch { folder in
            let relay = Relay(folder)
            #expect(try relay.failure("run") == "not-initialised")
            let first = try relay.run("init", "--name", "Relay Zuid", "--json").object()
            let id = try #require(first["device"] as? String)
            #expect(first["new"] as? Bool == true && first["address"] as? String == "HOST:0#\(id)")
            for (name, rights) in [("state", 0o700), ("state/device", 0o600), ("state/relay.kithrequest", 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                #expect(attributes[.posixPermissions] as? Int == rights, "\(name)")
            }
            let again = try relay.run("init").out
            #expect(again.contains(id) && again.contains("had keys already") && again.contains("kith device admit"))
            #expect(try relay.run("init", "--name", "Relay Noord", "--json").object()["device"] as? String == id)
        }
    }

    @Test("Keys are put behind a passphrase that a private file holds")
    func passphrase() throws {
        try Command.inScratch { folder in
            let file = folder + "/passphrase"
            try Data("correct horse\n".utf8).write(to: URL(fileURLWithPath: file))
            chmod(file, 0o600)
            let relay = Relay(folder, variables: ["KITH_PASSPHRASE_FILE": file])
            try relay.run("init", "--name", "Relay")
            #expect(try Relay(folder).failure("run") == "needs-passphrase")
            try relay.run("init")
            try Data("wrong horse\n".utf8).write(to: URL(fileURLWithPath: file))
            #expect(try relay.failure("run") == "wrong-passphrase")
            chmod(file, 0o644)
            #expect(try relay.failure("run") == "passphrase-file")
        }
    }

    @Test("Admitted, given a bundle, asked, backed up, removed, restored: by files alone, and no name in any of them")
    func journey() throws {
        try Command.inScratch { folder in
            let (relay, _, bundle) = try admitted(folder)
            #expect(try relay.run("space", "list").out.contains("space add"))
            let added = try relay.run("space", "add", bundle, "--json").object()
            let space = try #require(added["space"] as? String)
            #expect(added["delta_count"] as? Int ?? 0 > 0 && added["device_count"] as? Int == 2)
            #expect(try relay.failure("space", "add", bundle) == "space-exists")

            let devices = try relay.run("devices", "--space", String(space.suffix(6)), "--json").array()
            #expect(Set(devices.compactMap { $0["role"] as? String }) == ["coordinator", "relay"])
            let events = try relay.run("log", "--since", "1h", "--json").array()
            #expect(events.map { $0["kind"] as? String } == ["space-added"])
            #expect(try relay.failure("log", "--since", "soon") == "bad-time")
            let stats = try relay.run("stats", "--json").object()
            #expect(stats["running"] as? Bool == false && stats["space_count"] as? Int == 1)
            let verified = try #require(try relay.run("verify", "--json").array().first)
            #expect((verified["faults"] as? [String])?.isEmpty == true && verified["segment_count"] as? Int ?? 0 > 0)

            try relay.run("backup", folder + "/kept")
            #expect(try relay.failure("backup", folder + "/kept") == "backup-folder")
            #expect(try relay.failure("space", "remove", "ffff") == "bad-space")
            #expect(try relay.failure("space", "remove", space, code: 64) == "needs-yes")
            try relay.run("space", "remove", String(space.suffix(8)), "--yes")
            #expect(try relay.run("space", "list", "--json").array().isEmpty)
            #expect(try relay.failure("restore", folder + "/nothing") == "backup-folder")
            let restored = try relay.run("restore", folder + "/kept", "--json").array()
            #expect(restored.first?["bytes"] as? Int == added["bytes"] as? Int)
            #expect(try relay.failure("restore", folder + "/kept") == "space-exists")
            #expect((try relay.run("verify", "--json").array().first?["faults"] as? [String])?.isEmpty == true)

            // Only the request, which the operator makes, has a label: the relay's own.
            #expect(try relay.command.files(holding: ["Fatima", "Zuid", "given_name"], under: folder + "/state") == [folder + "/state/relay.kithrequest"])
            #expect(try relay.command.files(holding: ["Fatima", "Zuid", "given_name"], under: folder + "/kept").isEmpty)
        }
    }

    @Test("A backup that somebody has tampered with: its triggers, views and tables stay out, and a gutted roster is refused", .enabled(if: hasSQLite, "the program sqlite3 is not installed"))
    func tamperedBackup() throws {
        try Command.inScratch { folder in
            let (relay, _, bundle) = try admitted(folder)
            let added = try relay.run("space", "add", bundle, "--json").object()
            let space = try #require(added["space"] as? String)
            try relay.run("backup", folder + "/kept")
            try relay.run("space", "remove", space, "--yes")
            func sql(_ file: String, _ sql: String) throws -> String {
                let outcome = try relay.command.run("/usr/bin/sqlite3", [file, sql])
                #expect(outcome.code == 0, "\(outcome.err)")
                return outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            func tampered(_ name: String, _ statements: String) throws -> String {
                let target = folder + "/" + name
                try FileManager.default.copyItem(atPath: folder + "/kept", toPath: target)
                _ = try sql("\(target)/\(space).kithrelay", statements)
                return target
            }
            let file = "\(folder)/kept/\(space).kithrelay"
            let places = try sql(file, "select place from kith_relay_statement order by place").split(separator: "\n")
            #expect(places.count > 1)
            for place in places {
                let gutted = try tampered("gutted-\(place)", "delete from kith_relay_statement where place = \(place)")
                #expect(try sql("\(gutted)/\(space).kithrelay", "select count(*) from kith_relay_statement") == "\(places.count - 1)")
                let deltas = try sql(file, "select place, roster_place from kith_relay_delta")
                #expect(try relay.failure("restore", gutted) == "backup-damaged", "statement \(place) of \(places), deltas at \(deltas)")
            }
            for (name, change) in [
                ("changed", "update kith_relay_statement set bytes = substr(bytes, 1, length(bytes) - 1) || x'00' where place = (select max(place) from kith_relay_statement)"),
                ("signed", "update kith_relay_manifest set payload = substr(payload, 1, length(payload) - 1) || x'00'"),
                ("segments", "delete from kith_relay_segment"),
            ] {
                #expect(try ["backup-damaged", "damaged"].contains(relay.failure("restore", try tampered(name, change))), "\(name)")
                #expect(try relay.run("space", "list", "--json").array().isEmpty)
            }
            let hostile = try tampered("hostile", """
                create table extra (x); create view seen as select bytes from kith_relay_segment;
                create trigger one after update on kith_relay_space begin delete from kith_relay_delta; end;
                create trigger two after insert on kith_relay_statement begin delete from kith_relay_segment; end;
                """)
            let restored = try relay.run("restore", hostile, "--json").array()
            #expect(restored.first?["bytes"] as? Int == added["bytes"] as? Int)
            let found = try #require(FileManager.default.subpaths(atPath: folder + "/state")?.first { $0.hasSuffix(".kithrelay") })
            #expect(try sql("\(folder)/state/\(found)", "select count(*) from sqlite_master where type in ('trigger', 'view') or name = 'extra'") == "0")
            #expect((try relay.run("verify", "--json").array().first?["faults"] as? [String])?.isEmpty == true)
        }
    }

    @Test("A bundle that this relay cannot or should not take says why")
    func refusedBundles() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            let relay = Relay(folder)
            try relay.run("init", "--name", "Relay")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try fatima.kith("bundle", "export", "before.kithbundle")
            #expect(try relay.failure("space", "add", "before.kithbundle") == "not-boxed")
            #expect(try relay.failure("space", "add", "nowhere.kithbundle") == "not-found")
            try fatima.kith("device", "admit", "state/relay.kithrequest", "--role", "member", "--yes")
            try fatima.kith("bundle", "export", "member.kithbundle")
            #expect(try relay.failure("space", "add", "member.kithbundle") == "not-relay")
            try fatima.kith("device", "admit", "state/relay.kithrequest", "--role", "relay", "--yes")
            try fatima.kith("bundle", "export", "relay.kithbundle")
            var bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/relay.kithbundle"))
            bytes[bytes.count - 40] ^= 1
            try bytes.write(to: URL(fileURLWithPath: folder + "/damaged.kithbundle"))
            #expect(try relay.failure("space", "add", "damaged.kithbundle") == "damaged")
            #expect(try relay.run("space", "list", "--json").array().isEmpty)
            let small = Relay(folder, variables: ["KITH_RELAY_DISK_RESERVE_BYTE_COUNT": String(1 << 49)])
            try fatima.kith("import", people + "/fatima.csv")
            try fatima.kith("bundle", "export", "more.kithbundle")
            #expect(try small.failure("space", "add", "more.kithbundle") == "full")
        }
    }

    @Test("While it runs, the commands ask it; it reloads, reports its health, and stops in order")
    func run() throws {
        try Command.inScratch { folder in
            let (relay, _, bundle) = try admitted(folder)
            let config = folder + "/config.json"
            try Data(#"{"log": {"level": "info"}}"#.utf8).write(to: URL(fileURLWithPath: config))
            try relay.running("--config", config) { process, log in
                #expect(try relay.run("stats", "--json").object()["running"] as? Bool == true)
                #expect(try FileManager.default.attributesOfItem(atPath: folder + "/state/admin.socket")[.posixPermissions] as? Int == 0o600)
                let space = try #require(try relay.run("space", "add", bundle, "--json").object()["space"] as? String)
                #expect(try relay.failure("space", "add", bundle) == "space-exists")
                #expect(try relay.run("devices", "--json").array().count == 2)
                #expect(try relay.run("log", "--json").array().count == 1)
                try relay.run("verify")
                try relay.run("backup")
                // A second one would find the store taken.
                #expect(try relay.failure("run") == "in-use")

                #expect(try relay.run("reload").out.contains("Nothing had changed"))
                try Data(#"{"log": {"level": "debug"}, "listen": {"port": 7999}}"#.utf8).write(to: URL(fileURLWithPath: config))
                #expect(try relay.run("reload").out.contains("log.level"))
                try Data(#"{"log": {"levle": "debug"}}"#.utf8).write(to: URL(fileURLWithPath: config))
                kill(process.processIdentifier, SIGHUP)
                for _ in 0..<100 where !log().contains("reload-refused") { Thread.sleep(forTimeInterval: 0.05) }
                #expect(log().contains("reload-refused code=unknown-setting"))

                try relay.run("space", "remove", space, "--yes")
                #expect(try relay.failure("space", "remove", space, "--yes") == "bad-space")
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/state/admin.socket"))
            #expect(try relay.failure("reload") == "no-answer")
            try relay.running(signal: SIGINT) { _, _ in }
        }
    }

    @Test("The settings can be checked without running")
    func checkConfig() throws {
        try Command.inScratch { folder in
            let relay = Relay(folder)
            #expect(try relay.run("run", "--check-config", "--port", "7555", "--json").object()["settings"].flatMap { $0 as? [String: String] }?["listen.port"] == "7555")
            try Data(#"{"limits": {"conections": 3}}"#.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
            let outcome = try relay.run("run", "--check-config", "--config", "config.json", code: 1)
            #expect(outcome.err.contains("limits.conections"))
            #expect(try relay.failure("run", "--check-config", "--config", "nowhere.json") == "settings-file")
            let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Packaging/config.json").standardizedFileURL.path
            let bare = Command(folder: folder, laptop: "relay")
            let checked = try bare.run(Relay.program, ["run", "--check-config", "--config", example, "--json"]).object()
            #expect((checked["settings"] as? [String: String])?["state.folder"] == "/var/lib/kith-relay")
        }
    }
}
