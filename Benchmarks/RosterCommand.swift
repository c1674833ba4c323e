import ArgumentParser
import Foundation

extension BenchCommand {
    struct LongRoster: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "roster", abstract: "A roster that has lived for decades: laptops, and removals with new keys.")

        @Option(help: "Laptops that take part in the end.")
        var devices = 1_000

        @Option(help: "Removals, each with its rotation.")
        var removals = 1_000

        @Option(help: "The program kith, to time its status.")
        var kith: String?

        func run() throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-roster-\(ProcessInfo.processInfo.processIdentifier)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            var bench = RosterBench(folder: folder)
            bench.deviceCount = devices
            bench.removalCount = removals
            bench.program = kith
            let figures = try bench.run()
            for figure in figures { print(figure.line + (figure.note.map { "  (\($0))" } ?? "")) }
            if figures.contains(where: { $0.isKept == false }) { throw ExitCode(1) }
        }
    }
}
