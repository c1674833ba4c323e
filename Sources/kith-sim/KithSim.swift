import ArgumentParser
import CRDT
import Simulator
@preconcurrency import Glibc

/// Runs the seeded simulation: `make sim` and the replaying of a seed that failed.
@main
struct KithSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kith-sim",
        abstract: "Simulate laptops that edit, meet, crash and get lost, and check what they end with.",
        discussion: "A seed decides everything; a failing one can be replayed with --seed N --verbose.")

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 10_000

    @Option(help: "The first seed.")
    var firstSeed: UInt64 = 1

    @Option(help: "Run this seed alone.")
    var seed: UInt64?

    @Flag(help: "Say what happens, step by step.")
    var verbose = false

    func run() throws {
        let range = seed.map { $0..<($0 + 1) } ?? firstSeed..<(firstSeed + seeds)
        let clock = ContinuousClock()
        let start = clock.now
        var counts: [Happening: Int] = [:]
        var trace = Trace()
        var writeCount = 0
        let showsProgress = isatty(STDERR_FILENO) != 0 && !verbose
        for seed in range {
            do {
                let outcome = try Simulation.run(seed: seed, narrate: verbose ? { print($0) } : nil)
                counts.merge(outcome.counts, uniquingKeysWith: +)
                trace.add(outcome.trace)
                writeCount += outcome.writeCount
            } catch {
                if showsProgress { progress("\n") }
                print(error)
                throw ExitCode.failure
            }
            if showsProgress, seed % 256 == 0 { progress("\r\(seed - range.lowerBound) of \(range.count) seeds") }
        }
        if showsProgress { progress("\r") }
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        let rate = Int(Double(range.count) / max(elapsed, 0.001))
        print("ok: \(range.count) seeds, \(writeCount) changes, \(rate) seeds a second, trace \(String(trace.hash, radix: 16))")
        for happening in Happening.allCases { print("  \(counts[happening, default: 0]) \(happening.rawValue)") }
    }

    private func progress(_ text: String) {
        fputs(text, stderr)
        fflush(stderr)
    }
}
