import CRDT
import Relay
import Sync
import Synchronization
import Trust
import Wire

/// A space with laptops that pack by hand (the relay cannot tell), and a relay that carries it.
final class RelayScene {
    /// A laptop: its keys, its one writer, and what it holds by name alone.
    final class Laptop {
        let keys: DeviceKeys
        let replica: ReplicaID
        let writer: WriterID
        var knowledge = Knowledge()
        var chains: [WriterID: [BatchEnd]] = [:]
        var origins: [WriterID: Origin] = [:]
        /// Whole and not merged: packed by one who was removed, or (`unreadable`) not to be read.
        var aside: Set<DeltaID> = []
        var unreadable: Set<DeltaID> = []
        init(_ number: UInt64) {
            keys = RelayScene.keys(number)
            replica = Nonce(high: 77, low: number)
            writer = Nonce(high: 100 + number, low: 1)
        }
        var device: DeviceID { keys.identity.id }
    }

    static func keys(_ number: UInt64) -> DeviceKeys {
        DeviceKeys(secret: (0..<64).map { UInt8(truncatingIfNeeded: Int(number) &* 31 &+ $0 &* 7 &+ 1) })!
    }

    private static let counter = Mutex<UInt64>(1)
    static func nonce() -> Nonce { counter.withLock { $0 += 1; return Nonce(high: 0x5EED, low: $0) } }

    let store = MemoryStore()
    let relayKeys = RelayScene.keys(200)
    let laptops: [Laptop]
    private(set) var roster: Roster
    var space: CarriedSpace!
    var quota = 1 << 30

    init(laptopCount: Int = 2) throws {
        laptops = (1...UInt64(laptopCount)).map(Laptop.init)
        let founder = laptops[0].keys
        let genesis = try RosterAuthor.genesis(
            keys: founder, label: "A", name: "Zuid", collections: ["directory", "people"], random: RelayScene.nonce, nowMilliseconds: 1)
        roster = try Roster(genesis: genesis)
        try author { author in
            try self.laptops.dropFirst().flatMap {
                try author.admit($0.keys.identity, as: .member, collections: ["directory", "people"], label: "L")
            } + author.admit(self.relayKeys.identity, as: .relay, collections: ["directory", "people"], label: "R")
        }
        space = try CarriedSpace.add(roster.statements, to: store, keys: relayKeys, environment: environment)
    }

    var environment: RelayEnvironment {
        RelayEnvironment(nowMilliseconds: { 1_000 }, nonce: RelayScene.nonce, quotaByteCount: { [quota] _ in quota })
    }

    var memory: MemorySpace { space.store as! MemorySpace }

    @discardableResult
    func author(_ make: (inout RosterAuthor) throws -> [[UInt8]]) throws -> [[UInt8]] {
        let keys = laptops[0].keys
        var author = RosterAuthor(keys: keys, roster: roster, ring: roster.keys(for: keys), random: RelayScene.nonce, nowMilliseconds: 2)
        let made = try make(&author)
        try roster.add(made)
        return made
    }

    /// The relay hears of all statements, and this side of the relay's.
    func meetRosters() throws {
        try space.store.transaction { _ = try space.learn(roster.statements) }
        try roster.add(space.roster.statements)
    }

    /// A session that has come as far as the data.
    func session(_ laptop: Laptop) throws -> CarriedSession {
        let session = CarriedSession(space, provenKey: laptop.keys.identity.signingKey)
        let identity = session.identity
        try session.meet(ReplicaIdentity(space: identity.space, device: laptop.device, replica: laptop.replica, label: ""))
        _ = try session.knowledge()
        return session
    }

    /// A batch of edits of the laptop's own.
    func edit(_ laptop: Laptop, count: UInt32 = 1) {
        let last = laptop.knowledge[laptop.writer]
        let end = BatchEnd(last: last + count, nonce: last == 0 ? laptop.writer : RelayScene.nonce())
        laptop.knowledge.ends[laptop.writer] = end
        laptop.chains[laptop.writer, default: []].append(end)
    }

    /// What the laptop packs for one who holds `base`: it has whatever the laptop holds beyond.
    func pack(_ laptop: Laptop, base: Knowledge, form: KnowledgeForm? = nil, byteCount: Int = 200, contents: ContentsDigest? = nil) throws -> (Manifest, [SealedSegment]) {
        let base = laptop.knowledge.intersection(base)
        let chains = laptop.chains.compactMapValues { ends -> [BatchEnd]? in
            let rest = ends.filter { end in
                let writer = laptop.chains.first { $0.value == ends }!.key
                return end.last > base[writer] && end.last <= laptop.knowledge[writer]
            }
            return rest.isEmpty ? nil : rest
        }
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let part = Manifest.Segment(changeCount: 1, bodyByteCount: 100, sealedByteCount: bytes.count, digest: Digest.sha256(bytes))
        let manifest = Manifest(
            space: space.id, collection: "people", packer: laptop.device, packerReplica: laptop.replica, packedMilliseconds: Int64(RelayScene.nonce().low),
            base: form ?? .whole(base), chains: chains, origins: laptop.origins.filter { chains[$0.key] != nil },
            contents: contents, segments: [part], epoch: .zero)
        let signed = manifest.signed(RelaySigner(keys: laptop.keys))
        return (signed, [SealedSegment(delta: signed.id, index: 0, bytes: bytes)])
    }

    /// Hands everything in that the relay lacks.
    @discardableResult
    func upload(_ laptop: Laptop, base: Knowledge? = nil, byteCount: Int = 200) throws -> DeltaID {
        let session = try session(laptop)
        return try space.store.transaction {
            let (manifest, segments) = try pack(laptop, base: base ?? (space.ledger("people")!.claims), byteCount: byteCount)
            let admission = try session.admit(manifest)
            guard admission == .merges || admission == .known else { throw WireError(.unexpected, in: "\(admission)") }
            for segment in segments { _ = try session.merge(segment, of: manifest) }
            return manifest.id
        }
    }

    /// Takes everything that it lacks; says what it got.
    @discardableResult
    func download(_ laptop: Laptop) throws -> [DeltaID] {
        let session = try session(laptop)
        let peer = ReplicaIdentity(space: session.identity.space, device: laptop.device, replica: laptop.replica, label: "")
        return try space.store.transaction {
            var got: [DeltaID] = []
            let base = laptop.knowledge
            let partial = laptop.aside.map { PartialDelta(delta: $0, merged: [0], isUnreadable: laptop.unreadable.contains($0)) }
            while let delta = try session.frozenDelta(of: "people", base: base, partial: partial, working: {}) {
                let manifest = delta.manifest
                guard roster.standing(of: manifest.packer, for: "people") == .member, !laptop.unreadable.contains(manifest.id) else {
                    laptop.aside.insert(manifest.id)
                    try session.keepReceipt(of: peer, collection: "people", knowledge: laptop.knowledge)
                    continue
                }
                let scope = try manifest.scope { $0 == delta.base?.name ? delta.base : nil }
                guard laptop.knowledge.includes(scope.base) else { throw WireError(.unexpected, in: "a base that is not covered") }
                _ = try SealedSegment(delta: manifest.id, index: 0, bytes: try delta.segment(0)).checked(against: manifest)
                laptop.knowledge = laptop.knowledge.union(scope.result)
                for (writer, chain) in scope.chains {
                    let known = laptop.chains[writer]?.last?.last ?? 0
                    laptop.chains[writer, default: []] += chain.ends.filter { $0.last > known }
                }
                got.append(manifest.id)
                try session.keepReceipt(of: peer, collection: "people", knowledge: laptop.knowledge)
            }
            try session.keepReceipt(of: peer, collection: "people", knowledge: laptop.knowledge)
            try session.keepReceipts()
            return got
        }
    }

    /// A laptop says what it knows and, if `contents` is given, holds.
    func state(_ laptop: Laptop, _ contents: ContentsDigest? = nil) throws -> CarriedSession {
        let session = try session(laptop)
        try space.store.transaction {
            try session.keepReceipt(of: session.peer!, collection: "people", knowledge: laptop.knowledge)
            if let contents { try session.keep(contents: contents, of: session.peer!, collection: "people") }
            try session.keepReceipts()
        }
        return session
    }

    func settle() throws { try space.store.transaction { try space.settle() } }
}

/// Signs as a laptop does.
private struct RelaySigner: Sealing {
    let keys: DeviceKeys
    func currentEpoch(of collection: String) throws -> EpochID { .zero }
    func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] { compressed }
    func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] { sealed }
    func sign(manifest: [UInt8]) throws -> [UInt8] { try keys.sign(manifest, as: .manifest) }
    func standing(of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]) throws -> PackerStanding { .member }
}

extension Manifest {
    fileprivate func signed(_ signer: RelaySigner) -> Manifest { (try? signed(by: signer)) ?? self }
}
