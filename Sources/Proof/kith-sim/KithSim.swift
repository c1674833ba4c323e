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
        discussion: "A seed decides everything; a failing one can be replayed with --seed N --verbose.",
        subcommands: [RelayCrashCommand.self, YearCommand.self])

    @Option(help: "How many seeds to run through the core in memory.")
    var seeds: UInt64 = 10_000

    @Option(help: "How many seeds to run through real SQLite files.")
    var storeSeeds: UInt64 = 0

    @Option(help: "How many seeds with copied laptops to run through the core in memory.")
    var copySeeds: UInt64 = 1_000

    @Option(help: "How many seeds with copied laptops to run through real SQLite files.")
    var storeCopySeeds: UInt64 = 0

    @Option(help: "How many seeds of texts that several write in, through SQLite files; each also with copied laptops.")
    var textSeeds: UInt64 = 0

    @Option(help: "How many seeds of a community with keys, sealed bundles, TLS, removals, erasures, copies and restores.")
    var communitySeeds: UInt64 = 0

    @Option(help: "The first seed.")
    var firstSeed: UInt64 = 1

    @Option(help: "Run this seed of the core alone.")
    var seed: UInt64?

    @Option(help: "Run this seed through SQLite files alone.")
    var storeSeed: UInt64?

    @Option(help: "Run this seed with copied laptops through the core alone.")
    var copySeed: UInt64?

    @Option(help: "Run this seed with copied laptops through SQLite files alone.")
    var storeCopySeed: UInt64?

    @Option(help: "Run this seed of a community alone; several times, for several.")
    var communitySeed: [UInt64] = []

    @Option(help: "In which communities one member means harm: odd (those of odd seeds), all, none.")
    var hostile = HostileCommunities.odd

    @Flag(help: "Go on with the next community after one that failed, and name all that did.")
    var keepGoing = false

    @Flag(help: "Say what happens, step by step.")
    var verbose = false

    func run() throws {
        let narrate: ((String) -> Void)? = verbose ? { print($0) } : nil
        let alone = [seed, storeSeed, copySeed, storeCopySeed].contains { $0 != nil } || !communitySeed.isEmpty
        func range(_ one: UInt64?, _ count: UInt64) -> Range<UInt64> {
            one.map { $0..<($0 + 1) } ?? firstSeed..<(firstSeed + (alone ? 0 : count))
        }
        try run("core in memory", range(seed, seeds)) { try Simulation.run(seed: $0, narrate: narrate) }
        try run("core in memory, with copies", range(copySeed, copySeeds)) {
            try Simulation.run(seed: $0, narrate: narrate, withCopies: true)
        }
        try run("SQLite files", range(storeSeed, storeSeeds)) { try Simulation.runOnFiles(seed: $0, narrate: narrate) }
        try run("SQLite files, with copies", range(storeCopySeed, storeCopySeeds)) {
            try Simulation.runOnFiles(seed: $0, narrate: narrate, withCopies: true)
        }
        try runTexts(range(nil, textSeeds), narrate)
        try runCommunities(communitySeed.isEmpty ? Array(range(nil, communitySeeds)) : communitySeed, narrate)
    }

    private func runTexts(_ range: Range<UInt64>, _ narrate: ((String) -> Void)?) throws {
        guard !range.isEmpty else { return }
        var counts: [String: Int] = [:]
        var failed: [String] = []
        for seed in range {
            for withCopies in [false, true] {
                do {
                    counts.merge(try TextSimulation.run(seed: seed, withCopies: withCopies, narrate: narrate).counts, uniquingKeysWith: +)
                } catch {
                    failed.append("\(seed)\(withCopies ? "c" : "")")
                    print(String("\(error)".prefix(3000)))
                }
            }
        }
        guard failed.isEmpty else {
            print("text seeds that fail (c: with copies): \(failed.joined(separator: " "))")
            throw ExitCode.failure
        }
        print("ok: \(range.count) seeds, texts")
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(count) \(what)") }
    }

    private func runCommunities(_ range: [UInt64], _ narrate: ((String) -> Void)?) throws {
        guard let first = range.first else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var counts: [String: Int] = [:]
        var failed: [UInt64] = []
        for seed in range {
            do {
                counts.merge(try CommunitySimulation.run(seed: seed, withHostile: hostile.includes(seed), narrate: narrate).counts, uniquingKeysWith: +)
            } catch {
                print(error)
                failed.append(seed)
                guard keepGoing else { throw ExitCode.failure }
            }
        }
        guard failed.isEmpty else {
            print("failed: \(failed.count) of \(range.count) communities: \(failed.map(String.init).joined(separator: " "))")
            throw ExitCode.failure
        }
        let rate = Double(range.count) / max(start.duration(to: clock.now) / .seconds(1), 0.001)
        print("ok: \(range.count) seeds, communities from \(first), \((rate * 10).rounded() / 10) seeds a second")
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(count) \(what)") }
    }

    private func run(_ name: String, _ range: Range<UInt64>, _ simulate: (UInt64) throws -> Simulation.Outcome) throws {
        guard !range.isEmpty else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var counts: [Happening: Int] = [:]
        var trace = Trace()
        var writeCount = 0
        let showsProgress = isatty(STDERR_FILENO) != 0 && !verbose
        for seed in range {
            do {
                let outcome = try simulate(seed)
                counts.merge(outcome.counts, uniquingKeysWith: +)
                trace.add(outcome.trace)
                writeCount += outcome.writeCount
            } catch {
                if showsProgress { progress("\n") }
                print(error)
                throw ExitCode.failure
            }
            if showsProgress, seed % 32 == 0 { progress("\r\(seed - range.lowerBound) of \(range.count) seeds, \(name)") }
        }
        if showsProgress { progress("\r") }
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        let rate = Int(Double(range.count) / max(elapsed, 0.001))
        print("ok: \(range.count) seeds, \(name), \(writeCount) changes, \(rate) seeds a second, trace \(String(trace.hash, radix: 16))")
        for happening in Happening.allCases where counts[happening] != nil || !happening.isOfCopies {
            print("  \(counts[happening, default: 0]) \(happening.rawValue)")
        }
    }

    private func progress(_ text: String) {
        fputs(text, stderr)
        fflush(stderr)
    }
}

/// The communities that have a member who means harm.
enum HostileCommunities: String, CaseIterable, ExpressibleByArgument {
    case odd, all, none

    func includes(_ seed: UInt64) -> Bool {
        switch self {
        case .odd: seed % 2 == 1
        case .all: true
        case .none: false
        }
    }
}
