import CRDT
import Foundation
import Sync
import Wire

/// One seed: a few laptops, some months of edits, meetings, sticks, cut cables and lost laptops, and then all survivors meet.
///
/// Everything is decided by the seed; two runs of one seed end with the same trace. The replicas are production code behind
/// `SimulatedReplica`; what must come out is said by the oracle.
package final class Simulation {
    /// How a seed ended well.
    package struct Outcome: Sendable {
        package let trace: UInt64
        package let writeCount: Int
        package let counts: [Happening: Int]
        /// Edits that no trigger saw.
        package let unseenEditCount: Int
    }

    /// A stick in a drawer: a frozen delta that may be read by anyone, any number of times.
    struct Stick {
        let delta: any FrozenDelta
        let packer: Int
        var readers: Set<Int> = []
    }

    /// A transfer that was cut.
    struct Cut {
        let delta: any FrozenDelta
        let receiver: Int
        let missing: [Int]
    }

    package typealias ReplicaMaker = (_ identity: ReplicaIdentity, _ segmentChangeCount: Int, _ seed: UInt64) throws
        -> any SimulatedReplica

    let world: World
    var laptops: [Laptop] = []
    var sticks: [Stick] = []
    var cuts: [Cut] = []
    var backups: [Backup] = []
    /// What laptops have claimed at some time: bases for sticks.
    var statements: [Knowledge] = [Knowledge()]
    var nextValue = 0
    private let stepCount: Int
    /// Deltas made for a laptop at the end that had to wait there: a copy whose chain the packer did not know yet.
    private var handWaits = 0

    package init(
        seed: UInt64, narrate: ((String) -> Void)? = nil, stampsWhatChanged: Bool = false, withCopies: Bool = false,
        makeReplica: ReplicaMaker = { CoreReplica(identity: $0, segmentChangeCount: $1, seed: $2) }
    ) throws {
        var random = SplitMix64(seed: seed)
        let laptopCount = 3 + random.below(random.chance(percent: 70) ? 2 : 6)
        stepCount = 20 + random.below(61)
        let space = SpaceIdentity(
            id: Nonce(using: &random), name: "Simulated", importSecret: Array(repeating: 7, count: SpaceIdentity.importSecretByteCount))
        var identities: [ReplicaIdentity] = []
        for index in 0..<laptopCount {
            identities.append(ReplicaIdentity(
                space: space, device: Nonce(using: &random), replica: Nonce(using: &random), label: "Laptop \(index)"))
        }
        world = World(laptopCount: laptopCount, stampsWhatChanged: stampsWhatChanged, random: random, narrate: narrate)
        world.hasCopies = withCopies
        for (index, identity) in identities.enumerated() {
            let replica = try makeReplica(identity, 1 + world.random.below(4), world.random.next())
            laptops.append(Laptop(index: index, replica: replica, world: world))
            setClock(of: laptops[index])
        }
    }

    /// Runs one seed.
    ///
    /// - Throws: `SimulationFailure`, which says how to replay it.
    package static func run(
        seed: UInt64, narrate: ((String) -> Void)? = nil, withCopies: Bool = false,
        makeReplica: ReplicaMaker = { CoreReplica(identity: $0, segmentChangeCount: $1, seed: $2) }
    ) throws -> Outcome {
        let simulation = try Simulation(seed: seed, narrate: narrate, withCopies: withCopies, makeReplica: makeReplica)
        return try run(simulation, seed, "--\(withCopies ? "copy-" : "")seed \(seed)")
    }

    /// Runs one seed through SQLite files, which are made in a folder of their own and removed.
    package static func runOnFiles(
        seed: UInt64, narrate: ((String) -> Void)? = nil, withCopies: Bool = false
    ) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-sim-\(getpid())-\(seed)\(withCopies ? "-copies" : "")")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let simulation = try Simulation(
            seed: seed, narrate: narrate, stampsWhatChanged: true, withCopies: withCopies
        ) { identity, _, seed in
            try StoreReplica(identity: identity, folder: folder, seed: seed)
        }
        return try run(simulation, seed, "--store-\(withCopies ? "copy-" : "")seed \(seed)")
    }

    private static func run(_ simulation: Simulation, _ seed: UInt64, _ replay: String) throws -> Outcome {
        do {
            let survivors = try simulation.live()
            try simulation.oracle.checkHealed(survivors)
            return simulation.outcome(survivors)
        } catch {
            throw SimulationFailure(seed: seed, step: simulation.world.step, reason: "\(error)", replay: replay)
        }
    }

    /// What really happened, so far.
    package var oracle: Oracle { world.oracle }

    /// Everything up to the end, which is not judged yet.
    package func live() throws -> [Survivor] {
        for step in 1...stepCount {
            world.step = step
            world.nowMilliseconds += Int64(world.random.below(7_200_000))
            try act()
            if world.random.chance(percent: 4) { try world.random.pick(laptops).check() }
        }
        try heal()
        try checkContents()
        return try laptops.map { Survivor(laptop: $0.index, cells: try $0.cells(), claims: try $0.claims()) }
    }

    /// Who knows the same holds the same, to the last byte: its digest is one, and a difference between honest replicas is never seen.
    private func checkContents() throws {
        var found: [Knowledge: ContentsDigest] = [:]
        for laptop in laptops {
            guard let contents = try laptop.contents(), let known = try laptop.knowledge()[SimulatedSchema.collection.rawValue] else { continue }
            if let other = found.updateValue(contents, forKey: known), other != contents {
                throw SimulationFault("laptop \(laptop.index) knows what another knows, and holds something else")
            }
        }
    }

    private func outcome(_ survivors: [Survivor]) -> Outcome {
        var trace = world.trace
        for cell in survivors[0].cells {
            trace.add(cell.record)
            trace.add(cell.column)
            for sibling in cell.siblings {
                trace.add(sibling.writer.low)
                trace.add(UInt64(bitPattern: sibling.timeMilliseconds))
            }
        }
        return Outcome(trace: trace.hash, writeCount: oracle.writeCount, counts: world.counts,
            unseenEditCount: laptops.reduce(0) { $0 + (($1.replica as? StoreReplica)?.unseenEditCount ?? 0) })
    }

    /// Everyone who is left meets, whole: some by cable, then all bring what they have to one, and take what it has.
    private func heal() throws {
        let hub = laptops[0]
        let others = laptops.dropFirst()
        world.step = stepCount + 1
        for laptop in others where world.random.chance(percent: 30) { try connect(hub, laptop, byteBudget: nil) }
        // A bundle that waited may bring what a lost laptop knew, and copies are told apart step by step: then once more.
        var before: [Int]
        var now = progress
        repeat {
            before = now
            world.step += 1
            for laptop in others { try handWaits += hand(from: laptop, to: hub) ? 0 : 1 }
            for laptop in others { try handWaits += hand(from: hub, to: laptop) ? 0 : 1 }
            now = progress
            guard world.step < stepCount + 50 else { throw SimulationFault("the survivors never agree") }
        } while now != before
    }

    private var progress: [Int] {
        [world.counts[.waitOver, default: 0], world.oracle.cutCount, handWaits]
    }

    func setClock(of laptop: Laptop) {
        // 1970, 2000, 2038 and 2099 as they stand in milliseconds, and the ends of what a clock can hold.
        let wrong: [Int64] = [0, 946_684_800_000, 2_147_483_647_000, 4_070_908_800_000, .max, .min]
        guard world.random.chance(percent: 40) else {
            laptop.clockError = Int64(world.random.below(600_000)) - 300_000
            return
        }
        world.count(.wrongClock)
        let (difference, overflow) = world.random.pick(wrong).subtractingReportingOverflow(world.nowMilliseconds)
        laptop.clockError = overflow ? .min : difference
    }
}

/// A seed that failed, with what is needed to see it again.
package struct SimulationFailure: Error, CustomStringConvertible {
    package let seed: UInt64
    package let step: Int
    package let reason: String
    private let replay: String

    /// - Parameter replay: the option of `kith-sim` that runs this seed again.
    package init(seed: UInt64, step: Int, reason: String, replay: String) {
        self.seed = seed
        self.step = step
        self.reason = reason
        self.replay = replay
    }

    package var description: String {
        "seed \(seed) failed at step \(step): \(reason)\n  replay: swift run -c release kith-sim \(replay) --verbose"
    }
}
