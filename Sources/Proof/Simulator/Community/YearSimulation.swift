import CRDT
import Device
import Engine
import Foundation
import Store
import Synchronization
import Trust
import Wire

/// W6 of the promises: a year of small edits by many devices, through a relay and a few sticks, in virtual time.
///
/// What is real: every replica with its file, keys and roster; TLS; the relay with its hub and its file. What is not: the days between.
/// Of all devices some are active all year; each of the others joins in the course of it, edits once, meets the relay once, and is not
/// seen again. So the roster and the knowledge are those of all of them.
package final class YearSimulation {
    package struct Size: Sendable {
        package var deviceCount = 100
        package var activeCount = 12
        package var dayCount = 365
        package var contactCount = 2_000
        /// Of a hundred days, on how many an active device is used.
        package var useOfHundred = 30
        package init() {}
    }

    /// Bytes, unless it says otherwise.
    package struct Outcome: Sendable {
        package var sessionCount = 0
        package var stickCount = 0
        package var editCount = 0
        package var writerCount = 0
        package var changesOnTheWay = 0
        /// Of the founder's replica after the year, written anew and as it lies; and of a newcomer's at its end.
        package var replicaByteCount = 0
        package var freshReplicaByteCount = 0
        /// Of all collections, told whole.
        package var knowledgeByteCount = 0
        package var statementCount = 0
        package var rosterByteCount = 0
        /// Segments and manifests of the relay, at the end and at most; its files.
        package var carriedByteCount = 0
        package var mostCarriedByteCount = 0
        package var carriedDeltaCount = 0
        package var relayFileByteCount = 0
        /// What is alive, in one delta for each collection.
        package var livingByteCount = 0
        /// Greatest share of what was alive on the same day.
        package var mostShare = 0.0
        /// One more sync with nothing to do, and with one edit.
        package var equalByteCount = 0
        package var equalSeconds = 0.0
        package var editByteCount = 0
        package var editSeconds = 0.0
        package var bundleByteCount = 0
    }

    private final class VirtualClock: Sendable {
        let milliseconds = Mutex<Int64>(1_763_000_000_000)
    }

    private final class Laptop {
        let folder: String
        let environment: EngineEnvironment
        var replica: Replica?

        init(folder: String, environment: EngineEnvironment) {
            self.folder = folder
            self.environment = environment
        }
    }

    private let size: Size
    private let root: String
    private let seconds: () -> Double
    private let say: (String) -> Void
    private var random: SplitMix64
    private let clock = VirtualClock()
    private var laptops: [Laptop] = []
    private var outcome = Outcome()

    private init(_ size: Size, seed: UInt64, root: String, seconds: @escaping () -> Double, say: @escaping (String) -> Void) {
        self.size = size
        self.root = root
        self.seconds = seconds
        self.say = say
        random = SplitMix64(seed: seed)
    }

    /// - Parameters:
    ///   - root: an empty folder.
    ///   - seconds: the processor time that this process has used.
    package static func run(
        _ size: Size, seed: UInt64, root: String, seconds: @escaping () -> Double, say: @escaping (String) -> Void
    ) throws -> Outcome {
        let year = YearSimulation(size, seed: seed, root: root, seconds: seconds, say: say)
        return try year.live()
    }

    // MARK: The year

    private static let dayMilliseconds: Int64 = 86_400_000
    /// Who comes in one after another, by one stick.
    private static let waveCount = 48

    private func live() throws -> Outcome {
        let founder = laptop(0)
        let replica = try Replica.create(for: .community, space: "Zuid", label: "Draagbare 0", at: nil, founder.environment)
        founder.replica = replica
        laptops.append(founder)
        try fill(replica)
        let relay = try makeRelay(admittedBy: replica)
        defer { try? relay.stop() }
        try replica.addRelay(relay.address)
        try visit(founder)
        try welcome(1..<min(size.activeCount, size.deviceCount), relay, staying: true)
        let waves = stride(from: size.activeCount, to: size.deviceCount, by: YearSimulation.waveCount).map { $0..<min($0 + YearSimulation.waveCount, size.deviceCount) }
        for day in 1...size.dayCount {
            clock.milliseconds.withLock { $0 += YearSimulation.dayMilliseconds }
            for (number, wave) in waves.enumerated() where day == (number + 1) * size.dayCount / (waves.count + 1) {
                try welcome(wave, relay, staying: false)
            }
            for laptop in laptops where random.chance(percent: size.useOfHundred) {
                try edit(laptop)
                if random.chance(percent: 3) { try carryStick(from: laptop, to: random.pick(laptops)) }
                try visit(laptop)
            }
            if day % 7 == 0 { try weigh(relay, day: day) }
        }
        for _ in 0..<2 { for laptop in laptops { try visit(laptop) } }
        try weigh(relay, day: size.dayCount)
        try measure(relay)
        return outcome
    }

    private func laptop(_ number: Int) -> Laptop {
        let folder = "\(root)/laptop-\(number)"
        let nonces = Mutex(SplitMix64(seed: random.next()))
        return Laptop(folder: folder, environment: EngineEnvironment(
            variables: ["HOME": folder], nowMilliseconds: { [clock] in clock.milliseconds.withLock { $0 } },
            nonce: { nonces.withLock { Nonce(using: &$0) } }))
    }

    private func makeRelay(admittedBy replica: Replica) throws -> SimulatedRelay {
        guard let keys = DeviceKeys(secret: (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }) else {
            throw SimulationFault("no keys")
        }
        try replica.admit(try JoinRequest(keys: keys, label: "Doorgeefluik"), as: .relay, collections: nil)
        let relay = try SimulatedRelay(
            label: "Doorgeefluik", folder: root + "/relay", keys: keys, environment: laptop(-1).environment, observe: { _ in })
        try relay.add(try replica.membership.current().roster.statements)
        return relay
    }

    private func fill(_ replica: Replica) throws {
        for number in 0..<size.contactCount {
            let (given, family) = (word(2), word(3))
            try replica.store.executeAsClient(
                "insert into contact (given_name, family_name, language, area) values (?, ?, 'nl', ?)",
                [.text(given), .text(family), .text("Wijk \(number % 40)")])
        }
        try replica.prepare()
    }

    /// Made up, so that it compresses no better than names do.
    private func word(_ count: Int) -> String {
        let syllables = ["ba", "de", "fo", "gi", "ha", "jo", "ka", "le", "mo", "na", "pe", "ri", "so", "ta", "vu", "wi", "ze"]
        return (0..<count).map { _ in random.pick(syllables) }.joined().capitalized
    }

    /// By a request, a bundle, and a first visit to the relay.
    private func welcome(_ numbers: Range<Int>, _ relay: SimulatedRelay, staying: Bool) throws {
        guard let host = laptops[0].replica, !numbers.isEmpty else { return }
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: YearSimulation.waveCount) {
            let newcomers = (start..<min(start + YearSimulation.waveCount, numbers.upperBound)).map { ($0, laptop($0)) }
            for (number, newcomer) in newcomers {
                let request = "\(root)/\(number).kithrequest"
                _ = try RequestFile.write(to: request, label: "Draagbare \(number)", newcomer.environment)
                try host.admit(try RequestFile.read(request), as: .member, collections: nil)
            }
            let stick = "\(root)/wave-\(start).kithbundle"
            _ = try host.exportBundle(to: stick, for: .everyone)
            _ = try visit(laptops[0])
            for (_, newcomer) in newcomers {
                let replica = try Replica.join(for: .community, bundle: stick, at: nil, newcomer.environment).0
                newcomer.replica = replica
                try replica.addRelay(relay.address)
                try edit(newcomer)
                try visit(newcomer)
                if staying { laptops.append(newcomer) } else {
                    try replica.close()
                    try FileManager.default.removeItem(atPath: newcomer.folder)
                }
            }
            say("\(numbers.upperBound) devices by now")
        }
    }

    private func edit(_ laptop: Laptop) throws {
        guard let store = laptop.replica?.store else { return }
        for _ in 0...random.below(2) {
            outcome.editCount += 1
            let id = random.pick(try ids(store))
            switch random.below(10) {
            case ..<6: try store.executeAsClient("update contact set area = ? where id = ?", [.text("Wijk \(random.below(40))"), .text(id)])
            case ..<9: try store.executeAsClient("update contact set family_name = ? where id = ?", [.text(word(3)), .text(id)])
            default:
                // As many come as go.
                try store.executeAsClient("insert into contact (given_name, family_name) values (?, ?)", [.text(word(2)), .text(word(3))])
                try store.executeAsClient("delete from contact where id = ?", [.text(id)])
            }
        }
    }

    private func ids(_ store: Store) throws -> [String] { try store.ids(in: "contact") }

    private func carryStick(from: Laptop, to: Laptop) throws {
        guard from !== to else { return }
        outcome.stickCount += 1
        let stick = root + "/stick.kithbundle"
        try? FileManager.default.removeItem(atPath: stick)
        _ = try from.replica?.exportBundle(to: stick, for: .everyone)
        _ = try to.replica?.importBundle(stick)
    }

    @discardableResult
    private func visit(_ laptop: Laptop) throws -> MeetingReport? {
        guard let replica = laptop.replica, let relay = try replica.relayEntries().first else { return nil }
        let report = try replica.sync(with: relay)
        outcome.sessionCount += 1
        outcome.changesOnTheWay += report.outcome.sentChangeCount + report.outcome.receivedChangeCount
        return report
    }

    // MARK: What it comes to

    private func weigh(_ relay: SimulatedRelay, day: Int) throws {
        guard let replica = laptops[0].replica else { return }
        let weight = try relay.weight(of: replica.store.identity.space.id)
        outcome.carriedByteCount = weight.byteCount
        outcome.carriedDeltaCount = weight.deltaCount
        outcome.mostCarriedByteCount = max(outcome.mostCarriedByteCount, weight.byteCount)
        try visit(laptops[0])
        let living = try livingByteCount(replica)
        outcome.livingByteCount = living
        let share = Double(weight.byteCount) / Double(max(living, 1))
        outcome.mostShare = max(outcome.mostShare, share)
        if day % 28 == 0 { say("day \(day): the relay holds \(weight.byteCount) bytes in \(weight.deltaCount) deltas, \(living) are alive") }
    }

    /// Everything, packed anew for one who has nothing.
    private func livingByteCount(_ replica: Replica) throws -> Int {
        var count = 0
        for collection in try replica.store.knowledge().keys.sorted() {
            guard let spool = try replica.store.frozenDelta(of: collection, base: Knowledge(), partial: [], working: {}) else { continue }
            count += spool.manifest.segments.reduce(spool.manifest.payload.count) { $0 + $1.sealedByteCount }
            spool.arrived()
        }
        return count
    }

    private func measure(_ relay: SimulatedRelay) throws {
        guard let replica = laptops[0].replica else { return }
        let store = replica.store
        let knowledge = try store.knowledge()
        outcome.writerCount = Set(knowledge.values.flatMap(\.ends.keys)).count
        for (_, ends) in knowledge {
            var out = ByteWriter()
            out.knowledge(.whole(ends))
            outcome.knowledgeByteCount += out.bytes.count
        }
        let statements = try replica.membership.current().roster.statements
        outcome.statementCount = statements.count
        outcome.rosterByteCount = statements.reduce(0) { $0 + $1.count }
        outcome.relayFileByteCount = try byteCount(of: relay.folder)

        var start = seconds()
        let equal = try visit(laptops[0])
        outcome.equalSeconds = seconds() - start
        guard let equal, equal.outcome.wasEqual else { throw SimulationFault("there is still something to do") }
        outcome.equalByteCount = equal.receivedByteCount + equal.sentByteCount
        try store.executeAsClient("update contact set area = 'Later' where id = ?", [.text(try ids(store)[0])])
        start = seconds()
        let edit = try visit(laptops[0])
        outcome.editSeconds = seconds() - start
        outcome.editByteCount = (edit?.receivedByteCount ?? 0) + (edit?.sentByteCount ?? 0)

        let stick = root + "/last.kithbundle"
        _ = try replica.exportBundle(to: stick, for: .everyone)
        outcome.bundleByteCount = try byteCount(of: stick)
        outcome.replicaByteCount = try packedByteCount(store)
        // Somebody who comes now has what there is, and nothing of how it came to be.
        let newcomer = laptop(size.deviceCount)
        let request = root + "/last.kithrequest"
        _ = try RequestFile.write(to: request, label: "Nieuwste", newcomer.environment)
        try replica.admit(try RequestFile.read(request), as: .member, collections: nil)
        _ = try replica.exportBundle(to: root + "/fresh.kithbundle", for: .everyone)
        let fresh = try Replica.join(for: .community, bundle: root + "/fresh.kithbundle", at: nil, newcomer.environment).0
        outcome.freshReplicaByteCount = try packedByteCount(fresh.store)
        for laptop in laptops.dropFirst() where try laptop.replica?.store.dump().count != store.dump().count {
            throw SimulationFault("not all are equal")
        }
    }

    private func packedByteCount(_ store: Store) throws -> Int {
        let copy = root + "/packed.kith"
        try? FileManager.default.removeItem(atPath: copy)
        try store.copy(into: copy)
        return try byteCount(of: copy)
    }

    private func byteCount(of path: String) throws -> Int {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return 0 }
        let all = isFolder.boolValue ? try files.subpathsOfDirectory(atPath: path).map { path + "/" + $0 } : [path]
        return try all.reduce(0) { $0 + (try files.attributesOfItem(atPath: $1)[.size] as? Int ?? 0) }
    }
}
