#if Postgres
import Foundation
import Synchronization
import Testing

/// Relay processes on one PostgreSQL database, as an operator runs them, and laptops that meet now one and now another.
/// Only in a build with the package's trait Postgres (`make test-postgres`); in others these tests do not exist.
@Suite(.serialized, .enabled(if: TestDatabase.server != nil && hasSQLite)) struct PostgresRelayTests {
    @Test("Every command works on PostgreSQL, for a role that owns its database and nothing else; backups go both ways")
    func commands() throws {
        try PostgresScene.run { scene in
            try scene.fatima.kith("import", people + "/fatima.csv")
            try scene.fatima.kith("bundle", "export", "more.kithbundle")
            let relay = scene.relay("a")
            #expect(try relay.run("space", "list", "--json").array().isEmpty)
            let added = try relay.run("space", "add", "more.kithbundle", "--json").object()
            let space = try #require(added["space"] as? String)
            #expect(try relay.failure("space", "add", "more.kithbundle") == "space-exists")
            #expect(!FileManager.default.fileExists(atPath: scene.folder + "/state-a/spaces"), "nothing lies in files")
            #expect(try relay.run("devices", "--json").array().count == 2)
            #expect(try relay.run("log", "--since", "1d", "--json").array().first?["kind"] as? String == "space-added")
            #expect(try relay.run("stats", "--json").object()["bytes"] as? Int == added["bytes"] as? Int)
            #expect((try relay.run("verify", "--json").array().first?["faults"] as? [String])?.isEmpty == true)

            let kept = scene.folder + "/kept"
            let running = try scene.start("a")
            #expect(try relay.run("stats", "--json").object()["running"] as? Bool == true)
            #expect(try relay.run("backup", kept, "--json").object()["space_count"] as? Int == 1)
            try relay.run("verify")
            running.end()
            #expect(FileManager.default.fileExists(atPath: "\(kept)/\(space).kithrelay"))
            // From PostgreSQL into files, and back.
            let files = scene.relay("files", ["KITH_RELAY_STORE": ""])
            try files.run("init", "--name", "Relay")
            #expect(try files.run("restore", kept, "--json").array().first?["bytes"] as? Int == added["bytes"] as? Int)
            try files.run("verify")
            try relay.run("space", "remove", space, "--yes")
            #expect(try scene.database.ask("select count(*) from kith_relay_segment") == "0")
            #expect(try relay.run("restore", kept, "--json").array().first?["bytes"] as? Int == added["bytes"] as? Int)
            #expect((try relay.run("verify", "--json").array().first?["faults"] as? [String])?.isEmpty == true)
        }
    }

    @Test("A password is refused in the address, and read from a file; without one the server's answer is told")
    func passwords() throws {
        try PostgresScene.run { scene in
            let relay = scene.relay("a")
            let open = scene.database.url.replacingOccurrences(of: "@", with: ":geheim@")
            for arguments in [["run", "--store", open], ["run", "--check-config", "--store", open]] {
                let outcome = try relay.command.run(RelayCommandTests.Relay.program, arguments)
                #expect(outcome.code == 1 && outcome.err.contains("pgpass") && !outcome.err.contains("geheim"), "\(outcome.err)")
            }
            try FileManager.default.removeItem(atPath: scene.folder + "/state-a/pgpass")
            #expect(try relay.failure("space", "list") == "storage")
            try scene.writePassword(to: "elsewhere")
            try scene.relay("a", ["PGPASSFILE": scene.folder + "/elsewhere"]).run("space", "list")
            try scene.relay("a", ["PGPASSWORD": "geheim"]).run("space", "list")
        }
    }

    @Test("What is brought to one relay comes by itself to a laptop at the other; spaces come and go there too")
    func livePush() throws {
        try PostgresScene.run { scene in
            let jan = try scene.laptop("jan")
            // Begun before there is any space: it is heard of.
            let (a, b) = (try scene.start("a"), try scene.start("b"))
            let space = try #require(try a.relay.run("space", "add", scene.bundle, "--json").object()["space"] as? String)
            try until { try !b.relay.run("space", "list", "--json").array().isEmpty }
            try scene.fatima.kith("relay", "add", a.address)
            #expect(try scene.fatima.meets())
            try jan.kith("relay", "add", b.address)
            let (atA, atB) = (try Watching(scene.fatima), try Watching(jan))
            // A relay that hears nothing looks at its store twice a minute, for its figures: so many turns would take longer than all may take.
            var patience = 1_200
            for number in 1...5 {
                try scene.fatima.sqlite("insert into contact(given_name) values ('Noor \(number)')")
                try until(&patience) { try jan.query("select given_name from contact").contains("Noor \(number)") }
                try jan.sqlite("insert into contact(given_name) values ('Emre \(number)')")
                try until(&patience) { try scene.fatima.query("select given_name from contact").contains("Emre \(number)") }
            }
            #expect(patience > 0, "\(atA.said)\(atB.said)\(a.log)\(b.log)")
            #expect(try jan.query("select count(*) from contact") == ["10"])
            #expect(try scene.fatima.query("select count(*) from contact") == ["10"])
            try a.relay.run("space", "remove", space, "--yes")
            try until { try b.relay.run("space", "list", "--json").array().isEmpty }
            #expect(try b.relay.run("space", "list", "--json").array().isEmpty, "\(b.log)")
            #expect(try !jan.meets())
            a.end()
            b.end()
        }
    }

    /// A laptop under load: it adds a person and counts once more, meets its relay, and notes what was acknowledged.
    private final class Writer: Sendable {
        private struct State {
            var acknowledged: [String] = []
            var written = 0
            var failureCount = 0
        }
        let laptop: Command
        private let name: String
        private let state = Mutex(State())
        let ended = DispatchSemaphore(value: 0)

        init(_ laptop: Command, _ name: String) { (self.laptop, self.name) = (laptop, name) }

        var acknowledged: [String] { state.withLock { $0.acknowledged } }
        var written: Int { state.withLock { $0.written } }
        var failureCount: Int { state.withLock { $0.failureCount } }

        /// - Parameter failed: when a meeting went wrong.
        func run(until count: Int, failed: @escaping @Sendable (Writer) throws -> Void) {
            Thread.detachNewThread { [self] in
                do {
                    while acknowledged.count < count {
                        let number = state.withLock { state in
                            state.written += 1
                            return state.written
                        }
                        try laptop.sqlite(
                            """
                            begin; insert into contact(given_name) values ('\(name) \(number)');
                            update gathering set headcount = headcount + 1; commit
                            """)
                        if try laptop.meets() {
                            state.withLock { $0.acknowledged = (1...number).map { "\(name) \($0)" } }
                        } else {
                            state.withLock { $0.failureCount += 1 }
                            try failed(self)
                        }
                    }
                } catch { Issue.record(error) }
                ended.signal()
            }
        }
    }

    @Test("One of two relays is killed under load: what it had acknowledged is at the other, and at the end nothing is lost or doubled")
    func killed() throws {
        try PostgresScene.run { scene in
            try scene.fatima.sqlite("insert into gathering(headcount) values (0)")
            let (jan, ali, reader) = (try scene.laptop("jan"), try scene.laptop("ali"), try scene.laptop("sofie"))
            try scene.fatima.kith("bundle", "export", "more.kithbundle", "--all")
            try scene.relay("a").run("space", "add", "more.kithbundle")
            let (a, b) = (try scene.start("a"), try scene.start("b"))
            for laptop in [scene.fatima, ali] { try laptop.kith("relay", "add", a.address) }
            for laptop in [jan, reader] { try laptop.kith("relay", "add", b.address) }
            let address = b.address
            let watching = try Watching(reader)

            let writers = [Writer(scene.fatima, "Fatima"), Writer(jan, "Jan"), Writer(ali, "Ali")]
            let missing = Mutex<[String]>([])
            for writer in writers {
                writer.run(until: 14) { writer in
                    // Its relay is gone. A laptop that only knows the other one gets what was acknowledged, before this one turns to it.
                    let acknowledged = writer.acknowledged
                    try until { Set(try reader.query("select given_name from contact")).isSuperset(of: acknowledged) }
                    let lost = Set(acknowledged).subtracting(try reader.query("select given_name from contact"))
                    missing.withLock { $0 += lost }
                    try writer.laptop.kith("relay", "add", address)
                }
            }
            try until { writers[0].acknowledged.count >= 5 && writers[2].acknowledged.count >= 5 }
            a.end(SIGKILL)
            for writer in writers { #expect(writer.ended.wait(timeout: .now() + 300) == .success) }
            #expect(missing.withLock { $0 }.isEmpty)
            #expect(writers[0].failureCount > 0 && writers[2].failureCount > 0, "nobody noticed")
            #expect(writers[1].failureCount == 0, "\(b.log)")

            let laptops = [scene.fatima, jan, ali, reader]
            for laptop in laptops where laptop.laptop != "sofie" { #expect(try laptop.meets()) }
            let all = Set(writers.flatMap { writer in writer.acknowledged })
            try until { try laptops.allSatisfy { try Set($0.query("select given_name from contact")).isSuperset(of: all) } }
            let count = writers.reduce(0) { $0 + $1.written }
            for laptop in laptops {
                #expect(try laptop.query("select given_name from contact").sorted() == all.sorted(), "\(laptop.laptop) \(watching.said)")
                #expect(try laptop.query("select headcount from gathering") == ["\(count)"], "\(laptop.laptop)")
            }
            // Places are given once, and none of them to what is not whole.
            #expect(try scene.database.ask("""
                select count(*) from (select place from kith_relay_delta where place is not null union all select place from kith_relay_statement) p
                group by place having count(*) > 1
                """).isEmpty)
            #expect((try b.relay.run("verify", "--json").array().first?["faults"] as? [String])?.isEmpty == true)
            // The dead one comes back on the same database.
            let again = try scene.start("a")
            try reader.kith("relay", "add", again.address)
            #expect(try reader.meets())
            again.end()
            b.end()
        }
    }

    @Test("The database goes away and comes back: laptops are told, relays stay, and everything goes on")
    func serverGone() throws {
        try PostgresScene.run { scene in
            let jan = try scene.laptop("jan")
            try scene.relay("a").run("space", "add", scene.bundle)
            let (a, b) = (try scene.start("a"), try scene.start("b"))
            try scene.fatima.kith("relay", "add", a.address)
            try jan.kith("relay", "add", b.address)
            #expect(try scene.fatima.meets())
            let watching = try Watching(jan)
            try scene.database.administer("alter database \(scene.database.name) allow_connections false")
            try scene.database.cut()
            try scene.fatima.sqlite("insert into contact(given_name) values ('Noor')")
            let refused = try scene.fatima.run(Command.program, ["sync", "--no-discovery", "--json"])
            #expect(refused.code == 1 && refused.out.contains("\"error\""), "\(refused.out)\(refused.err)")
            #expect(a.process.isRunning && b.process.isRunning)
            try scene.database.administer("alter database \(scene.database.name) allow_connections true")
            try until { try scene.fatima.meets() }
            // The other relay hears again, too.
            try until { try jan.query("select given_name from contact") == ["Noor"] }
            #expect(try jan.query("select given_name from contact") == ["Noor"], "\(watching.said)\(b.log)")
            #expect(a.log.contains("store-failed"))
            a.end()
            b.end()
        }
    }

    @Test("A database put back from last night's dump is another store: laptops offer again what it lost, also to a relay that ran on")
    func restored() throws {
        try PostgresScene.run { scene in
            let jan = try scene.laptop("jan")
            try scene.relay("a").run("space", "add", scene.bundle)
            let a = try scene.start("a")
            try scene.fatima.kith("relay", "add", a.address)
            let whole = "select count(*) from kith_relay_delta where place is not null"
            var dumped = ""
            for name in ["Noor", "Emre"] {
                try scene.fatima.sqlite("insert into contact(given_name) values ('\(name)')")
                #expect(try scene.fatima.meets())
                guard name == "Noor" else { continue }
                try scene.database.dump(to: "kith.dump")
                dumped = try scene.database.ask(whole)
            }
            #expect(try scene.database.ask(whole) != dumped)
            let before = try scene.database.ask("select incarnation from kith_relay_space")
            // The operator forgets to stop the relay.
            try scene.database.restore(from: "kith.dump")
            try scene.database.cut()
            #expect(try scene.database.ask(whole) == dumped)
            try until { try scene.fatima.meets() }
            #expect(try scene.database.ask("select incarnation from kith_relay_space") != before, "another incarnation")
            #expect(try scene.database.ask("select count(*) from kith_relay_event where kind = 'new-incarnation'") == "1")
            try jan.kith("relay", "add", a.address)
            #expect(try jan.meets())
            #expect(try jan.query("select given_name from contact order by 1") == ["Emre", "Noor"])
            a.end()
            // Put back as files of the server (nobody can see that from within), and told so by the line of Docs/Relay.md.
            let known = try scene.database.ask("select incarnation from kith_relay_space")
            try scene.database.ask("update kith_relay_space set home = ''")
            try scene.relay("a").run("space", "list")
            #expect(try scene.database.ask("select incarnation from kith_relay_space") != known)
        }
    }
}
#endif
