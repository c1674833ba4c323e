import ArgumentParser
import Foundation

extension BenchCommand {
    struct TextFigures: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "text", abstract: "Text that merges: real editing traces and generated ones through the pure core, and a note in a replica file.",
            discussion: "Traces are files NAME.json or NAME.json.gz of github.com/josephg/editing-traces; none lie in the repository.")

        @Option(help: "The folder with the traces; else KITH_TRACES.")
        var traces: String?

        @Option(help: "Also write the figures as JSON to this file.")
        var json: String?

        func run() throws {
            let folder = traces ?? ProcessInfo.processInfo.environment["KITH_TRACES"]
            if folder == nil { print("NO TRACES: only generated ones are measured. Give their folder by --traces or KITH_TRACES.") }
            let figures = try TextBench(traces: folder.map { URL(fileURLWithPath: $0) }).run() + StoredTextBench().run()
            for figure in figures { print(figure.line + (figure.note.map { "  (\($0))" } ?? "")) }
            if let json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
            }
            if figures.contains(where: { $0.isKept == false }) { throw ExitCode(1) }
        }
    }
}
