import ArgumentParser
import BundleFile
import CRDT
import Dispatch
import Foundation
import Logging
import Sync
import Transport
import Trust
import Wire

extension BenchCommand {
    struct Relay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "W7: a relay with thousands of connections.",
            discussion: """
                Starts the relay as a process of its own, on loopback, and simulates the devices. Without --relay it is a relay in memory, \
                in which transport and sessions are real, and nothing is kept.
                """)

        @Option(help: "The program kith-relay.")
        var relay: String?

        @Option(help: "Connections at rest.")
        var idle = 10_000

        @Option(help: "Connections that upload and are told of news; ten to a space.")
        var active = 500

        @Option(help: "Uploads a second, of all of them together.")
        var rate = 50.0

        @Option(help: "For how long.")
        var seconds = 20.0

        @Option(help: "Rounds of throughput; each runs plain NIO with TLS and the relay in turn.")
        var rounds = 3

        @Option(help: "Also write the figures as JSON to this file.")
        var json: String?

        func validate() throws {
            guard active % 10 == 0, active >= 0, idle >= 0, rate > 0 else { throw ValidationError("--active is a multiple of ten.") }
        }

        func run() throws {
            var bench = RelayBench()
            bench.program = relay
            bench.idleCount = idle
            bench.activeCount = active
            bench.uploadsPerSecond = rate
            bench.seconds = seconds
            bench.roundCount = rounds
            let figures = try bench.run()
            print(relay == nil ? "a relay in memory: transport and sessions alone" : "a relay with its store")
            for figure in figures { print(figure.line + (figure.note.map { "  (\($0))" } ?? "")) }
            if let json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
            }
        }
    }

    /// The other process of `relay`.
    struct RelayInMemory: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "relay-in-memory", abstract: "A relay that keeps nothing; prints its port.", shouldDisplay: false)

        @Option(help: "The relay's secret keys, 64 bytes.")
        var keys: String

        @Argument(help: "Bundles with the rosters of its spaces.")
        var bundles: [String]

        func run() throws {
            guard let keys = DeviceKeys(secret: Array(try Data(contentsOf: URL(fileURLWithPath: keys)))) else {
                throw ValidationError("These are no keys.")
            }
            RelayProcess.endWithParent()
            _ = RelayProcess.raiseFileLimit()
            var admitted: Set<[UInt8]> = []
            let spaces = try bundles.map { path in
                let reader = try BundleFileReader(path: path) { $0.key(device: keys) }
                var statements: [[UInt8]] = []
                while let message = try reader.next() { if case .statements(let some) = message { statements += some } }
                let roster = try Roster(statements: statements)
                admitted.formUnion(roster.state.members.values.map(\.identity.signingKey))
                return MemoryRelay.Space(
                    SpaceIdentity(id: roster.space, name: "", importSecret: []), heads: RosterHeads(digest: roster.digest, heads: roster.heads))
            }
            var timeouts = ConnectionTimeouts()
            timeouts.idle = .seconds(150)
            let server = try Server(
                host: "127.0.0.1", port: 0, security: .tls(own: keys.signing) { [admitted] in admitted.contains($0) }, timeouts: timeouts,
                logger: Logger(label: "relay"), serving: MemoryRelay(device: keys.identity.id, spaces: spaces))
            FileHandle.standardOutput.write(Data("\(server.port)\n".utf8))
            withExtendedLifetime(server) { dispatchMain() }
        }
    }

    /// The process that throughput is measured against.
    struct RelayPlainSink: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "relay-plain-sink", abstract: "Takes bytes over TLS; prints its port.", shouldDisplay: false)

        @Option(help: "Bytes that are answered.")
        var quota: Int

        func run() throws {
            RelayProcess.endWithParent()
            let (channel, port) = try PlainSink.listen(quota: quota)
            FileHandle.standardOutput.write(Data("\(port)\n".utf8))
            try channel.closeFuture.wait()
        }
    }
}
