import ArgumentParser
import Foundation

@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kith-bench",
        abstract: "Measures the promises.",
        subcommands: [
            Figures.self, Memory.self, Duplicates.self, RelayStore.self, Relay.self, RelayInMemory.self, RelayPlainSink.self,
            LongRoster.self, People.self, Page.self, TextFigures.self, LiveFigures.self,
        ] + ofPostgres,
        defaultSubcommand: Figures.self)

    struct Figures: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "W1 to W5: ours beside plain SQLite, in turn, in one run.",
            discussion: "CPU seconds, medians over the rounds. Figures marked MISSED do not keep what is promised.")

        @Option(help: "Contacts in the workload.")
        var rows = 100_000

        @Option(help: "Rounds; each runs plain SQLite and ours in turn.")
        var rounds = 5

        @Option(help: "Also write the figures as JSON to this file.")
        var json: String?

        func run() throws {
            var store = try StoreBench(rowCount: rows, roundCount: rounds)
            let figures = try store.run() + SessionBench().run()
            print("\(rows) contacts, \(rounds) rounds, medians of CPU seconds")
            for figure in figures { print(figure.line) }
            if let json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
            }
        }
    }

    struct Memory: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The most memory that import, export, merge, session and stamping take above SQLite's cache.")

        @Option(help: "Contacts in the workload.")
        var rows = 1_000_000

        func run() throws { _ = try MemoryBench(rowCount: rows).run() }
    }
}
