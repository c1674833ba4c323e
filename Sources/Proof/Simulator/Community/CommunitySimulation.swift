import CRDT
import Device
import Engine
import Foundation
import Store
import Synchronization
import Trust
import Wire
import Words

/// One seed of a space's life with everything that production has: laptops with homes of their own, keys, sealed bundles, TLS
/// sessions; newcomers, removals, rotations, erasures, copied homes and restored backups. The cells' merge is judged by the
/// other simulations; this one asks whether members end equal, whether the removed read nothing more, and whether the erased
/// are gone from every byte.
///
/// What it does is decided by the seed. Key exchange draws its own randomness, so that hashes, and with them the order of concurrent
/// statements, differ from run to run.
package final class CommunitySimulation {
    /// A laptop, or a copy of one's whole disk.
    final class Home {
        let name: String
        let folder: String
        let environment: EngineEnvironment
        /// The program that it is for.
        let client: SimulatedClient
        var replica: Replica?
        var backup: String?
        /// It meets others only through relays.
        var usesRelaysAlone = false

        init(name: String, folder: String, environment: EngineEnvironment, client: SimulatedClient) {
            self.name = name
            self.folder = folder
            self.environment = environment
            self.client = client
        }
    }

    package struct Outcome: Sendable {
        package var counts: [String: Int] = [:]
    }

    let root: String
    var random: SplitMix64
    /// Of database tools: chances of their own, so that a seed that once found something is no other one by them.
    private var tools: SplitMix64
    /// More than one where laptops of several programs share the space.
    let clients: [SimulatedClient]
    private let clock: SimulatedClock
    private let narrate: ((String) -> Void)?
    var homes: [Home] = []
    var relays: [SimulatedRelay] = []
    var witnessed = Witnessed()
    /// Where there is one.
    var hostile: HostileMember?
    /// Of relays' stores, other than by a death that was meant.
    let failures = Failures()
    /// Packed bundles, and by whom.
    private var sticks: [(path: String, packer: String)] = []
    private var written = 0
    /// Strings that stood in rows that were erased, by the statements that erased them.
    private(set) var erasedMarkers: [(statements: Set<StatementID>, markers: Set<String>)] = []
    private(set) var erasedIDs: Set<String> = []
    private(set) var outcome = Outcome()

    private init(seed: UInt64, root: String, narrate: ((String) -> Void)?) throws {
        self.root = root
        clients = try SimulatedClient.clients(of: seed)
        self.narrate = narrate
        random = SplitMix64(seed: seed)
        tools = SplitMix64(seed: ~seed)
        clock = SimulatedClock()
    }

    /// Runs one seed, in a folder of its own that is removed.
    ///
    /// - Throws: `SimulationFailure`, which says how to replay it.
    ///
    /// - Parameter withHostile: one of the members means harm.
    package static func run(seed: UInt64, withHostile: Bool = false, narrate: ((String) -> Void)? = nil) throws -> Outcome {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-community-\(getpid())-\(seed)").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let simulation = try CommunitySimulation(seed: seed, root: root, narrate: narrate)
        defer { for relay in simulation.relays { try? relay.stop() } }
        do {
            try simulation.live(withHostile ? HostileMember.chances(seed) : nil)
        } catch {
            throw SimulationFailure(seed: seed, step: simulation.clock.step, reason: "\(error)", replay: "--community-seed \(seed) --hostile \(withHostile ? "all" : "none")")
        }
        return simulation.outcome
    }

    func say(_ text: @autoclosure () -> String) { narrate?("step \(clock.step): \(text())") }
    func count(_ what: String) { outcome.counts[what, default: 0] += 1 }

    // MARK: The course of a seed

    /// - Parameter hostileRandom: the chances of a member who means harm.
    private func live(_ hostileRandom: SplitMix64?) throws {
        for client in clients { count("space with rows of \(client.root.table)") }
        let founder = makeHome("laptop-0", seed: random.next())
        founder.replica = try Replica.create(for: founder.client.client, space: "Zuid", label: founder.name, at: nil, founder.environment)
        homes.append(founder)
        for _ in 0..<2 { try welcomeNewcomer() }
        if random.chance(percent: 50) {
            for _ in 0...random.below(2) { try addRelay() }
            for home in homes.dropFirst() { home.usesRelaysAlone = random.chance(percent: 60) }
        }
        if let hostileRandom { try admitHostile(hostileRandom) }
        for step in 1...((relays.isEmpty ? 12 : 24) + random.below(20)) {
            clock.step = step
            if relays.isEmpty || random.chance(percent: 50) { try act() } else { try actWithRelay() }
            try harm()
        }
        clock.step += 1
        try heal()
        try check()
    }

    private func act() throws {
        switch random.below(100) {
        case ..<34: try edit(random.pick(homes))
        case ..<46: try packStick(random.pick(homes))
        case ..<60: try readStick(random.pick(homes))
        case ..<72: try meet()
        case ..<77: if homes.count < 6 { try welcomeNewcomer() }
        case ..<82: try remove()
        case ..<85: try rotate()
        case ..<91: try erase()
        case ..<95: try copyHome()
        default: try backUpOrRestore()
        }
    }

    // MARK: Laptops

    /// - Parameter client: nil: each of the space's in turn.
    func makeHome(_ name: String, seed: UInt64, for client: SimulatedClient? = nil) -> Home {
        let folder = root + "/" + name
        let nonces = Mutex(SplitMix64(seed: seed))
        let clock = clock
        return Home(name: name, folder: folder, environment: EngineEnvironment(
            variables: ["HOME": folder], nowMilliseconds: { clock.milliseconds },
            nonce: { nonces.withLock { Nonce(using: &$0) } }), client: client ?? clients[homes.count % clients.count])
    }

    func state(_ home: Home) throws -> Membership.State {
        guard let replica = home.replica else { throw SimulationFault("\(home.name) has no replica") }
        try replica.unlock()
        return try replica.membership.current()
    }

    var coordinators: [Home] {
        get throws { try homes.filter { try state($0).isCoordinator } }
    }

    private func welcomeNewcomer() throws {
        guard let host = try coordinators.first, let replica = host.replica else { return }
        let home = makeHome("laptop-\(homes.count)-\(clock.step)", seed: random.next())
        let request = root + "/\(home.name).kithrequest"
        _ = try RequestFile.write(to: request, label: home.name, home.environment)
        let role = random.pick([Role.coordinator, .member, .member, .reader])
        let collections = random.chance(percent: 80) ? nil : home.client.part
        try replica.admit(try RequestFile.read(request), as: role, collections: collections)
        let stick = root + "/welcome-\(home.name).kithbundle"
        _ = try replica.exportBundle(to: stick, for: .everyone)
        (home.replica, _) = try Replica.join(for: home.client.client, bundle: stick, at: nil, home.environment)
        home.usesRelaysAlone = !relays.isEmpty && random.chance(percent: 60)
        homes.append(home)
        count("newcomer admitted")
        say("\(home.name) joins as \(role)")
    }

    /// A disk image: the same keys, the same replica, both alive.
    private func copyHome() throws {
        let original = random.pick(homes)
        // With copies less can be said of what relays must have: mostly without.
        guard homes.count < 7, relays.isEmpty || random.chance(percent: 30), let replica = original.replica, try !state(original).roster.state.removed.contains(replica.identity.device)
        else { return }
        let twin = makeHome("\(original.name)-copy-\(clock.step)", seed: random.next(), for: original.client)
        try replica.close()
        try FileManager.default.copyItem(atPath: original.folder, toPath: twin.folder)
        original.replica = try Replica.open(for: original.client.client, nil, original.environment)
        twin.replica = try Replica.open(for: twin.client.client, nil, twin.environment)
        homes.append(twin)
        count("disk copied")
        say("\(original.name) is copied to \(twin.name)")
    }

    private func backUpOrRestore() throws {
        let home = random.pick(homes)
        guard let backup = home.backup else {
            let path = home.folder + "-\(clock.step).backup"
            _ = try home.replica?.backup(to: path)
            home.backup = path
            return count("backed up")
        }
        guard try !isRemoved(home) else { return }
        try home.replica?.close()
        (home.replica, _) = try Replica.restore(for: home.client.client, from: backup, at: nil, replacing: true, home.environment)
        count("restored")
        say("\(home.name) is restored")
    }

    func isRemoved(_ home: Home) throws -> Bool { try state(home).own?.isRemoved ?? true }

    // MARK: Work

    private func edit(_ home: Home) throws {
        let client = home.client
        guard let replica = home.replica, try state(home).mayWrite, try state(home).collections.contains(client.collection) else { return }
        if tools.chance(percent: 12) { try rebuildTable(home) }
        for _ in 0...random.below(3) {
            written += 1
            let marker = "Marker-\(written)-" + String(repeating: "x", count: random.below(40))
            let roots = try replica.store.ids(in: client.root.table)
            if roots.isEmpty || random.chance(percent: 50) {
                try replica.store.executeAsClient(client.insertion, [.text(marker)])
            } else if random.chance(percent: 40) {
                let root = random.pick(roots)
                for belonging in client.belongings { try replica.store.executeAsClient(belonging.insertion, [.text(root), .text(marker)]) }
            } else {
                try replica.store.executeAsClient(client.change, [.text(marker), .text(random.pick(roots))])
            }
        }
        count("edit")
        say("\(home.name) edits, up to Marker-\(written)")
    }

    private func packStick(_ home: Home) throws {
        guard !home.usesRelaysAlone, let replica = home.replica, try state(home).mayWrite else { return }
        let path = root + "/stick-\(sticks.count).kithbundle"
        _ = try replica.exportBundle(to: path, for: .everyone)
        sticks.append((path, home.name))
        count("stick packed")
    }

    private func readStick(_ home: Home) throws {
        guard !sticks.isEmpty, !home.usesRelaysAlone else { return }
        let stick = random.pick(sticks)
        try take(stick.path, home)
    }

    func take(_ path: String, _ home: Home) throws {
        do {
            let report = try home.replica?.importBundle(path)
            count(report?.quarantinedCount ?? 0 > 0 ? "stick quarantined" : "stick read")
            if let report, report.unreadableCount > 0 { count("stick with something unreadable") }
        } catch let error as WireError where [.noKey, .unknownPacker, .notPermitted, .unknownReceipt].contains(error.code) {
            // Packed under a key that has not come here yet, by one who was a member elsewhere only, or to one who was removed.
            count("stick refused: \(error.code.rawValue)")
        }
    }

    private func meet() throws {
        let first = random.pick(homes), second = random.pick(homes)
        guard first !== second, !first.usesRelaysAlone, !second.usesRelaysAlone, let here = first.replica, let there = second.replica else { return }
        count(try session(here, there) ? "session" : "session refused")
    }

    /// Over TLS on loopback. False when one does not admit the other.
    func session(_ here: Replica, _ there: Replica) throws -> Bool {
        let listener = try here.listen(host: "127.0.0.1", port: 0) { _ in }
        defer { listener.close() }
        do {
            _ = try there.sync(with: Address(host: "127.0.0.1", port: listener.port))
            return true
        } catch where ["not-admitted", "wrong-device", "closed", "refused", "not-permitted"]
            .contains(Explanation(error, about: "", in: .en).code) {
            return false
        }
    }

    private func remove() throws {
        guard let home = try coordinators.randomly(&random), let replica = home.replica else { return }
        let members = try state(home).roster.state.members.filter { $0.key != replica.identity.device && !$0.value.isRemoved }.keys.sorted()
        guard members.count > 1, outcome.counts["removed", default: 0] < 2 else { return }
        let removed = random.pick(members)
        try replica.revoke(removed)
        let label = try state(home).label(of: removed)
        say("\(home.name) removes \(label)")
        count("removed")
    }

    private func rotate() throws {
        guard let home = try coordinators.randomly(&random) else { return }
        try home.replica?.rotateKeys()
        count("keys rotated")
    }

    private func erase() throws {
        guard let home = try coordinators.randomly(&random), let replica = home.replica,
            try state(home).collections.contains(home.client.collection), let id = try replica.store.ids(in: home.client.root.table).randomly(&random)
        else { return }
        let shown = try markers(of: id, home.client)
        let before = Set(try state(home).roster.state.erasures.map(\.id))
        erasedIDs.insert(id)
        let (plan, _) = try replica.planErasure(RecordID(table: home.client.root.table, key: [id]))
        try replica.erase(plan)
        erasedMarkers.append((Set(try state(home).roster.state.erasures.map(\.id)).subtracting(before), shown))
        count("erased")
        say("\(home.name) erases \(id)")
    }

    /// Everything that any laptop shows now of a person, or whatever a client has of that kind.
    private func markers(of id: String, _ client: SimulatedClient) throws -> Set<String> {
        var found: Set<String> = []
        for home in homes {
            guard let store = home.replica?.store, store.schema[client.root.table] != nil else { continue }
            for (table, key) in [(client.root.table, "id")] + client.belongings.map({ ($0.table, $0.owner) }) {
                for row in try store.texts(in: table, where: "\(key) = ?", [.text(id)]) where row.hasPrefix("Marker-") { found.insert(row) }
            }
        }
        return found
    }
}

/// What went wrong on other threads.
final class Failures: Sendable {
    private let found = Mutex<[String]>([])
    func note(_ failure: String) { found.withLock { $0.append(failure) } }
    var first: String? { found.withLock { $0.first } }
}

/// The true time of a simulation, read by many.
private final class SimulatedClock: Sendable {
    private let steps = Mutex(0)
    var step: Int {
        get { steps.withLock { $0 } }
        set { steps.withLock { $0 = newValue } }
    }
    var milliseconds: Int64 { 1_763_000_000_000 + Int64(step) * 3_600_000 }
}

extension Collection {
    fileprivate func randomly(_ random: inout SplitMix64) -> Element? { isEmpty ? nil : random.pick(Array(self)) }
}
