import CRDT
import Sync
import Wire

/// One laptop of a simulation: a replica that is watched. Whatever goes in or out of the replica goes through here, by
/// hand, by stick or in a session, and the oracle hears of it after the commit.
final class Laptop: ReplicaAccess {
    let index: Int
    /// Another one after a restore.
    var replica: any SimulatedReplica
    let world: World
    /// What this laptop's clock shows beyond the true time.
    var clockError: Int64 = 0
    /// Bundles whose base is not held yet.
    var waiting: [any FrozenDelta] = []

    init(index: Int, replica: any SimulatedReplica, world: World) {
        self.index = index
        self.replica = replica
        self.world = world
    }

    /// Wall clocks hold anything; the sum stops at the ends of the integers.
    var clock: Int64 {
        let (sum, overflow) = world.nowMilliseconds.addingReportingOverflow(clockError)
        return overflow ? (clockError > 0 ? .max : .min) : sum
    }

    /// Tells the oracle what the call has stamped, whether or not it went on to what it was called for.
    private func watched<Answer>(_ work: () throws -> Answer) throws -> Answer {
        let result = Result { try work() }
        if world.hasCopies { world.oracle.knows(try replica.cuts(), on: index) }
        let stamped = try replica.takeStamped()
        for stamp in stamped {
            world.trace.add(stamp.writer.low)
            world.trace.add(UInt64(stamp.sequence))
        }
        try world.oracle.stamped(stamped, on: index)
        return try result.get()
    }

    // MARK: By hand and by stick

    func edit(_ edit: Edit) throws {
        try replica.edit(edit, atMilliseconds: clock)
        world.oracle.edited(edit, on: index)
    }

    func stamp() throws { try watched { try replica.stamp() } }

    func claims() throws -> Knowledge { try knowledge()[SimulatedSchema.collection.rawValue] ?? Knowledge() }

    func freeze(base: Knowledge, relativeTo known: Knowledge?) throws -> (any FrozenDelta)? {
        let delta = try watched { try replica.freeze(base: base, relativeTo: known, packedMilliseconds: clock) }
        if let delta { try froze(delta) }
        return delta
    }

    private func froze(_ delta: any FrozenDelta) throws {
        let content = try DeltaContent(of: delta) { try replica.knowledge(named: $0) }
        world.trace.add(content.id.low)
        if case .relative = delta.manifest.base { world.count(.relativeBase) }
        try world.oracle.froze(content, on: index)
    }

    func cells() throws -> [SimulatedCell] { try watched { try replica.cells() } }

    func contents() throws -> ContentsDigest? { try watched { try replica.contents() } }

    func check() throws {
        let cells = try cells()
        try world.oracle.check(cells, of: index)
    }

    // MARK: ReplicaAccess

    func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) {
        (try knowledge(), try watched { try replica.statedContents() }.contents)
    }

    var identity: ReplicaIdentity { replica.identity }

    func knowledge() throws -> [String: Knowledge] {
        let knowledge = try watched { try replica.knowledge() }
        for claims in knowledge.values { try world.oracle.checkClaims(claims, of: index) }
        return knowledge
    }

    func knowledge(named name: Nonce) throws -> Knowledge? { try replica.knowledge(named: name) }

    func keep(base: Knowledge) throws { try replica.keep(base: base) }

    func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? {
        try self.replica.stated(to: replica, collection: collection)
    }

    func partialDeltas(of collection: String) throws -> [PartialDelta] {
        try replica.partialDeltas(of: collection)
    }

    func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        let delta = try watched {
            try replica.frozenDelta(of: collection, base: base, partial: partial, working: working)
        }
        if let delta {
            // A delta frozen before is the truth of its own time.
            if world.oracle.knows(delta.manifest.id) { world.count(.sessionResumed) } else { try froze(delta) }
        }
        return delta
    }

    func admit(_ manifest: Manifest) throws -> Admission {
        let admission = try watched { try replica.admit(manifest) }
        if admission == .merges { world.oracle.gotWhole(manifest.id, on: index) }
        return admission
    }

    func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        let isWhole = try watched { try replica.merge(segment, of: manifest) }
        world.trace.add(segment.index)
        try world.oracle.merged(segment.delta, segment: segment.index, on: index)
        return isWhole
    }


    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try replica.chains(of: collection, writers)
    }

    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        world.count(.healed)
        try watched { try replica.heal(collection, chains) }
    }

    func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        try self.replica.keepReceipt(of: replica, collection: collection, knowledge: knowledge)
    }

    func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        try self.replica.noteStatement(to: replica, collection: collection, knowledge: knowledge)
    }
}
