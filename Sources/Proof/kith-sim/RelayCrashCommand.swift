import ArgumentParser
import Foundation
import Simulator
@preconcurrency import Glibc

/// `kill -9` at random moments on a relay's store.
struct RelayCrashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay-crash",
        abstract: "Kill a writer of a relay's store at random moments, and check that nothing it acknowledged is lost.",
        subcommands: [Writer.self])

    @Option(help: "How often.")
    var kills = 200

    @Option(help: "Decides what is written and when it is killed, as far as the machine's own timing lets it.")
    var seed: UInt64 = 1

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-crash-\(UUID().uuidString)").path
        let outcome: RelayCrash.Outcome
        do {
            outcome = try RelayCrash.run(kills: kills, seed: seed, folder: folder, program: "/proc/self/exe") { folder, seed in
                ["relay-crash", "writer", folder, "\(seed)"]
            }
        } catch {
            print(error)
            throw ExitCode.failure
        }
        try? FileManager.default.removeItem(atPath: folder)
        print(
            """
            ok: \(outcome.killCount) kills (\(outcome.earlyKillCount) before any work), \(outcome.acknowledgedCount) acknowledged \
            transactions, \(outcome.segmentCount) segments, \(outcome.dropCount) deltas dropped, none lost
            """)
    }

    struct Writer: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The one that is killed.", shouldDisplay: false)

        @Argument var folder: String
        @Argument var seed: UInt64

        func run() throws {
            try RelayCrash.write(folder: folder, seed: seed) { line in
                let bytes = Array((line + "\n").utf8)
                // One call for a line: what was said is said whole, or was not.
                _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
            }
        }
    }
}
