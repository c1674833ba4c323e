import CRDT
import Simulator
import Testing

/// Texts that several write in, on SQLite files; `kith-sim --text-seeds` runs more.
@Suite struct TextSimulationTests {
    @Test func textsEndAlikeAndNobodyReadsAWordThatNobodyWrote() throws {
        var counts: [String: Int] = [:]
        for seed: UInt64 in 1...60 { counts.merge(try TextSimulation.run(seed: seed).counts, uniquingKeysWith: +) }
        for happening in ["edited passages", "overlaps", "late words", "deleted", "undone", "settled passages", "settled values", "sticks", "knew the same"] {
            #expect(counts[happening, default: 0] > 0, "\(happening)")
        }
    }

    @Test func textsOfCopiedLaptopsEndAlike() throws {
        var counts: [String: Int] = [:]
        for seed: UInt64 in 1...30 { counts.merge(try TextSimulation.run(seed: seed, withCopies: true).counts, uniquingKeysWith: +) }
        #expect(counts["copied", default: 0] > 0)
    }
}
