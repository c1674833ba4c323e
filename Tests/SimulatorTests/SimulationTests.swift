import CRDT
import Simulator
import Testing

/// The seeded simulation of the core in memory; `kith-sim` runs more of it.
@Suite struct SimulationTests {
    private static let seedCount: UInt64 = 300

    /// Every seed converges by the oracle's word, twice alike; and together they meet every fault there is, for one that
    /// never happens is not tested.
    @Test func seedsConvergeReplayAndMeetEveryFault() throws {
        var traces: Set<UInt64> = []
        var counts: [Happening: Int] = [:]
        for seed in 1...SimulationTests.seedCount {
            let outcome = try Simulation.run(seed: seed)
            #expect(try Simulation.run(seed: seed).trace == outcome.trace, "seed \(seed)")
            traces.insert(outcome.trace)
            counts.merge(outcome.counts, uniquingKeysWith: +)
        }
        #expect(traces.count == Int(SimulationTests.seedCount), "seeds differ from one another")
        for happening in Happening.allCases { #expect(counts[happening, default: 0] > 0, "\(happening.rawValue)") }
    }

    @Test func aFailureSaysHowToReplayIt() {
        let failure = SimulationFailure(seed: 42, step: 7, reason: "laptops 0 and 1 diverged", replay: "--seed 42")
        #expect(failure.description.contains("kith-sim --seed 42 --verbose"))
        #expect(failure.description.contains("step 7"))
    }
}
