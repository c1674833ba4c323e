import CRDT
import Dispatch
import Foundation
import Hub
import Relay
import RelayService
import SpaceFiles
import Sync
import Synchronization
import Trust
import Wire

/// A relay's hub over files, and laptops that meet it without a socket: each message goes from hand to hand.
final class HubScene {
    static let collection = "people"
    private static let counter = Mutex<UInt64>(1)
    static func nonce() -> Nonce { counter.withLock { $0 += 1; return Nonce(high: 0x5EED, low: $0) } }
    static func keys(_ number: UInt64) -> DeviceKeys {
        DeviceKeys(secret: (0..<64).map { UInt8(truncatingIfNeeded: Int(number) &* 31 &+ $0 &* 7 &+ 1) })!
    }

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-hub-\(UUID().uuidString)").path
    let roster: Roster
    let hub: RelayHub
    private let keys: [DeviceKeys]
    private let store: SpaceFolder

    init(laptopCount: Int, observe: @escaping HubObserver) throws {
        let relay = HubScene.keys(200)
        keys = (1...UInt64(laptopCount)).map(HubScene.keys)
        var roster = try Roster(genesis: try RosterAuthor.genesis(
            keys: keys[0], label: "A", name: "Zuid", collections: [HubScene.collection], random: HubScene.nonce, nowMilliseconds: 1))
        for device in keys.dropFirst() + [relay] {
            var author = RosterAuthor(keys: keys[0], roster: roster, ring: roster.keys(for: keys[0]), random: HubScene.nonce, nowMilliseconds: 2)
            let role: Role = device.identity.id == relay.identity.id ? .relay : .member
            try roster.add(try author.admit(device.identity, as: role, collections: [HubScene.collection], label: "L"))
        }
        self.roster = roster
        store = try SpaceFolder(
            folder, environment: SpaceFolderEnvironment(nowMilliseconds: { 1_000 }, nonce: HubScene.nonce, machine: "here"))
        hub = try RelayHub(
            store: store, keys: relay,
            environment: RelayEnvironment(nowMilliseconds: { 1_000 }, nonce: HubScene.nonce, quotaByteCount: { _ in 1 << 30 }),
            threadCount: 2, observe: observe)
        try hub.add(roster.statements)
    }

    deinit {
        try? hub.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func laptop(_ number: Int) -> HubLaptop { HubLaptop(keys[number], roster, hub) }
}

/// A laptop at one end of a session with the hub; for one thread.
final class HubLaptop: ReplicaAccess {
    let link: HubLink
    let identity: ReplicaIdentity
    private let keys: DeviceKeys
    private let roster: Roster
    private let hub: RelayHub
    private var driver: SessionDriver!
    private let writer = HubScene.nonce()
    private var held = Knowledge()
    private var packed: HubDelta?
    private var incoming: (delta: DeltaID, missingCount: Int)?
    private var named: [Nonce: Knowledge] = [:]
    private(set) var receivedDeltaCount = 0
    private(set) var confirmedDeltaCount = 0

    init(_ keys: DeviceKeys, _ roster: Roster, _ hub: RelayHub) {
        self.keys = keys
        self.roster = roster
        self.hub = hub
        link = HubLink(keys.identity.signingKey)
        identity = ReplicaIdentity(
            space: SpaceIdentity(id: roster.space, name: "", importSecret: []), device: keys.identity.id, replica: HubScene.nonce(), label: "")
        driver = SessionDriver(replica: self, role: .dialer, stays: true) { [link, hub] in hub.received($0, byteCount: 256, on: link) }
    }

    /// Begins, and goes on until it rests.
    func connect() throws {
        try driver.start()
        try rest()
    }

    /// Goes on until it rests again.
    func rest() throws { while !driver.isResting { try driver.receive(try link.next()) } }

    /// Waits until it is told of news.
    func news() throws -> Message { try link.next() }
    func hear(_ message: Message) throws { try driver.receive(message) }

    /// Packs a delta of its own and brings it, in a round.
    func upload(_ byteCounts: [Int]) throws {
        let end = BatchEnd(last: held[writer] + 1, nonce: held[writer] == 0 ? writer : HubScene.nonce())
        let segments = byteCounts.map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: $0) }
        let manifest = try Manifest(
            space: roster.space, collection: HubScene.collection, packer: keys.identity.id, packerReplica: identity.replica,
            packedMilliseconds: 1, base: .whole(Knowledge(held.ends[writer].map { [writer: $0] } ?? [:])), chains: [writer: [end]],
            segments: segments.map { .init(changeCount: 1, bodyByteCount: $0.count, sealedByteCount: $0.count, digest: Digest.sha256($0)) },
            epoch: .zero
        ).signed(by: KeyedSealing(space: roster.space, keys: keys, ring: KeyRing(), epochs: [:]) { _, _ in .unknown })
        packed = HubDelta(manifest, segments)
        held.ends[writer] = end
        try driver.beginRound()
        try rest()
    }

    // MARK: ReplicaAccess

    var rosterHeads: RosterHeads { RosterHeads(digest: roster.digest, heads: roster.heads) }
    func knowledge() throws -> [String: Knowledge] { [HubScene.collection: held] }
    func knowledge(named name: Nonce) throws -> Knowledge? { named[name] }
    func keep(base: Knowledge) throws { named[base.name] = base }
    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? { nil }
    func partialDeltas(of collection: String) throws -> [PartialDelta] { [] }
    func meet(_ peer: ReplicaIdentity) throws {}
    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] { roster.statements(beyond: heads) }
    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {}
    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] { throw WireError(.forked, in: "chains") }
    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws { throw WireError(.forked, in: "chains") }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? { base[writer] < held[writer] ? packed : nil }

    func admit(_ manifest: Manifest) throws -> Admission {
        let scope = try manifest.scope(knowledge(named:))
        incoming = (manifest.id, manifest.segments.count)
        guard held.includes(scope.base) else { return .waits(missing: scope.base) }
        return held.includes(scope.result) ? .known : .merges
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        try segment.checked(against: manifest)
        incoming?.missingCount -= 1
        guard incoming?.missingCount == 0 else { return false }
        held = held.union(try manifest.scope(knowledge(named:)).result)
        receivedDeltaCount += 1
        return true
    }

    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        named[knowledge.name] = knowledge
        if packed != nil, knowledge[writer] == held[writer] {
            packed = nil
            confirmedDeltaCount += 1
        }
    }

    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws { named[knowledge.name] = knowledge }
}

private final class HubDelta: FrozenDelta {
    let manifest: Manifest
    private let segments: [[UInt8]]

    init(_ manifest: Manifest, _ segments: [[UInt8]]) {
        self.manifest = manifest
        self.segments = segments
    }

    func segment(_ index: Int) throws -> [UInt8] { segments[index] }
}

/// The hub's end of a connection: what it sends waits until it is asked for.
final class HubLink: SessionLink {
    struct Silence: Error {}

    let peerKey: [UInt8]?
    private let messages = Mutex<[Message]>([])
    private let came = DispatchSemaphore(value: 0)
    var receivedByteCount: Int { 1 }
    var sentByteCount: Int { 1 }

    init(_ key: [UInt8]) { peerKey = key }

    func send(_ more: [Message]) {
        messages.withLock { $0 += more }
        for _ in more { came.signal() }
    }

    func consumed(byteCount: Int) {}
    func close() {}

    /// The next message; waits for it, but not for ever.
    func next() throws -> Message {
        guard came.wait(timeout: .now() + 60) == .success else { throw Silence() }
        return messages.withLock { $0.removeFirst() }
    }
}
