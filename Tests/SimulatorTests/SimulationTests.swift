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
        for happening in Happening.allCases where !happening.isOfCopies { #expect(counts[happening, default: 0] > 0, "\(happening.rawValue)") }
    }

    /// Copied and restored laptops: as above, by the oracle's exact word. No conflict is invented, nothing is lost, no error
    /// shows; and every way in which copies meet happens.
    @Test func copiedLaptopsHeal() throws {
        var counts: [Happening: Int] = [:]
        for seed in 1...SimulationTests.seedCount {
            let outcome = try Simulation.run(seed: seed, withCopies: true)
            counts.merge(outcome.counts, uniquingKeysWith: +)
        }
        #expect(try Simulation.run(seed: 7, withCopies: true).trace == Simulation.run(seed: 7, withCopies: true).trace)
        for happening in Happening.allCases where happening.isOfCopies { #expect(counts[happening, default: 0] > 0, "\(happening.rawValue)") }
    }

    /// SQLite files replay as well, with copies and without.
    @Test(arguments: [false, true]) func storeSeedsReplay(withCopies: Bool) throws {
        var unseenEditCount = 0
        for seed: UInt64 in 1...4 {
            let first = try Simulation.runOnFiles(seed: seed, withCopies: withCopies)
            unseenEditCount += first.unseenEditCount
            #expect(try Simulation.runOnFiles(seed: seed, withCopies: withCopies).trace == first.trace, "seed \(seed)")
        }
        #expect(unseenEditCount > 0, "tools that make tables anew were at work")
    }

    /// Keys, sealed sticks, TLS sessions, removals, erasures, copied disks and restored backups, with everything that production
    /// has. `kith-sim --community-seeds` runs more.
    @Test func communitiesHealAndKeepTheRemovedAndTheErasedOut() throws {
        var counts: [String: Int] = [:]
        for seed: UInt64 in 1...12 { counts.merge(try CommunitySimulation.run(seed: seed).counts, uniquingKeysWith: +) }
        for happening in [
            "compared", "session", "stick read", "erased", "searched for the erased", "removed and shut out", "disk copied", "space with rows of plot",
            "opened by a program that knows all tables",
        ] {
            #expect(counts[happening, default: 0] > 0, "\(happening)")
        }
    }

    /// Found by this simulation: two copies of one replica with equal data and different rosters would not talk.
    @Test func copiesWithDifferentRostersMeet() throws { _ = try CommunitySimulation.run(seed: 113) }

    /// Found by this simulation (`make sim` runs them too): a relay dropped what only a removed laptop had brought; a segment whose key was not
    /// here ended the exchange; snapshots were asked for without end.
    @Test(arguments: [9_000_067, 9_000_160, 9_000_294, 9_000_079, 9_000_240, 9_000_357, 9_000_675] as [UInt64])
    func foundCommunities(seed: UInt64) throws { _ = try CommunitySimulation.run(seed: seed) }

    /// Somebody with valid keys sends what no honest program would.
    @Test func aHostileMemberHarmsNobodyElse() throws {
        var counts: [String: Int] = [:]
        for seed: UInt64 in [9_100_000, 9_100_003, 9_100_005, 9_100_007] { counts.merge(try CommunitySimulation.run(seed: seed, withHostile: true).counts, uniquingKeysWith: +) }
        for happening in ["hostile member", "compared"] { #expect(counts[happening, default: 0] > 0, "\(happening)") }
        #expect(counts.keys.count { $0.hasPrefix("harm: ") } >= 6)
    }

    @Test func aFailureSaysHowToReplayIt() {
        let failure = SimulationFailure(seed: 42, step: 7, reason: "laptops 0 and 1 diverged", replay: "--seed 42")
        #expect(failure.description.contains("kith-sim --seed 42 --verbose"))
        #expect(failure.description.contains("step 7"))
    }
}
