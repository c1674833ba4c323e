import CRDT
import Sync
import Trust
import Wire

/// A space as a relay carries it: its roster, and a ledger for each collection that this relay was admitted to.
///
/// One thread at a time; everything that writes runs in a transaction of the store, together with whatever else came at the same time, and
/// nothing is answered before that transaction is on the disk. When it fails, `reload` brings this back to what the store has.
package final class CarriedSpace {
    package let store: any SpaceStore
    package let keys: DeviceKeys
    let environment: RelayEnvironment
    package private(set) var roster: Roster
    var archive: KnowledgeArchive
    private var ledgers: [String: Ledger] = [:]
    var version = SpaceVersion(place: -1, dropCount: -1)
    /// Of the store when all of it was read.
    private var incarnation: ReplicaID?
    /// Place of the newest statement taken in.
    private(set) var rosterPlace: Int64 = 0
    /// By erase statement, its place.
    private(set) var erasurePlaces: [StatementID: Int64] = [:]
    /// Nothing can be written: the disk is full. What is here can be read.
    package var isReadOnly = false
    var partsSweptMilliseconds: Int64 = 0
    /// Whoever is in the middle of one of these begins anew.
    var droppedParts: Set<DeltaID> = []
    /// Whole deltas that came since this was opened, and their bytes.
    package private(set) var takenCount = 0
    package private(set) var takenByteCount = 0
    /// Rises with every change that others may want to hear of.
    package internal(set) var newsCount = 0
    /// By delta of one who was removed, or that is doubted, the devices that have it set aside, or have decided on it. Not kept on the disk: each says it again.
    var reviewers: [DeltaID: Set<DeviceID>] = [:]

    package var id: SpaceID { store.space }
    package var device: DeviceID { keys.identity.id }

    /// - Throws: `RelayError`; `unknown-space` for one without a roster.
    package init(_ store: any SpaceStore, keys: DeviceKeys, environment: RelayEnvironment) throws {
        self.store = store
        self.keys = keys
        self.environment = environment
        archive = KnowledgeArchive(store)
        roster = try CarriedSpace.roster(try store.statements(after: 0))
        try reload()
    }

    private static func roster(_ statements: [StoredStatement]) throws -> Roster {
        guard !statements.isEmpty else { throw RelayError(.unknownSpace) }
        // They were checked when they were taken in.
        return try Roster(statements: statements.map(\.bytes), verifying: false)
    }

    // MARK: What the store has

    /// Reads all of it anew. What another process commits meanwhile has a place beyond the version: the next `refresh` takes it in.
    package func reload() throws {
        let version = try store.version()
        let statements = try store.statements(after: 0).filter { $0.place <= version.place }
        roster = try CarriedSpace.roster(statements)
        archive = KnowledgeArchive(store)
        erasurePlaces = [:]
        droppedParts = []
        reviewers = [:]
        for statement in statements { note(statement) }
        ledgers = [:]
        for collection in ownCollections { ledgers[collection] = Ledger(collection: collection) }
        try learnCuts()
        for delta in try store.deltas(after: 0) where delta.place <= version.place { try take(delta) }
        self.version = version
        incarnation = store.incarnation
        newsCount += 1
    }

    /// Takes in what other processes on the same store have added, in a transaction.
    package func refresh() throws {
        let now = try store.version()
        guard store.incarnation == incarnation else { return try reload() }
        guard now != version else { return }
        guard now.dropCount == version.dropCount, now.place > version.place else { return try reload() }
        let statements = try store.statements(after: version.place)
        if !statements.isEmpty {
            try roster.add(statements.map(\.bytes), verifying: false)
            for statement in statements { note(statement) }
            try act()
        }
        for delta in try store.deltas(after: version.place) { try take(delta) }
        version = now
        newsCount += 1
    }

    private func note(_ statement: StoredStatement) {
        rosterPlace = max(rosterPlace, statement.place)
        let id = StatementID(of: statement.bytes)
        if case .erase? = roster.statement(id)?.content { erasurePlaces[id] = statement.place }
    }

    private func take(_ delta: StoredDelta) throws {
        guard let ledger = ledgers[delta.manifest.collection] else { return }
        let scope = try delta.manifest.scope { try archive.knowledge(named: $0) }
        try ledger.take(delta, scope: scope, isServed: isServed(delta.manifest.packer, ledger.collection))
    }

    // MARK: Who and what

    var own: RosterState.Member? { roster.state.members[device] }

    /// The collections that this relay was admitted to, ascending; none once it was removed.
    package var ownCollections: [String] {
        guard let own, !own.isRemoved, own.role == .relay else { return [] }
        return own.collections
    }

    /// A device that may speak to this relay: it holds keys, and is not on paper.
    package func member(_ device: DeviceID) -> RosterState.Member? {
        guard let member = roster.state.members[device], !member.isRemoved, member.role.holdsKeys, member.role != .recovery else { return nil }
        return member
    }

    /// The keys that may connect for this space.
    package var memberKeys: Set<[UInt8]> {
        guard !ownCollections.isEmpty else { return [] }
        return Set(roster.state.members.keys.compactMap { member($0)?.identity.signingKey })
    }

    package func ledger(_ collection: String) -> Ledger? { ledgers[collection] }
    package var allLedgers: [Ledger] { ledgers.keys.sorted().compactMap { ledgers[$0] } }

    func isServed(_ packer: DeviceID, _ collection: String) -> Bool {
        mutated(.relayServesRemoved) || roster.standing(of: packer, for: collection) == .member
    }

    /// Knowledge by its name.
    func knowledge(named name: Nonce) throws -> Knowledge? { try archive.knowledge(named: name) }

    func archive(_ knowledge: Knowledge, of collection: String) throws -> Nonce { try archive.archive(knowledge, of: collection) }

    // MARK: Taking in, in a transaction

    /// Takes in statements of the roster.
    ///
    /// - Returns: how many are new.
    @discardableResult
    package func learn(_ statements: [[UInt8]]) throws -> Int {
        var next = roster
        let new = try next.add(statements)
        guard !new.isEmpty else { return 0 }
        guard !isReadOnly else { throw RelayError(.full) }
        let known = Set(new.filter { roster.contains([$0]) })
        try store.append(new.filter { !known.contains($0) }.compactMap { next.encoded($0) })
        // Boxes that were lacking; and those that nobody needs any longer.
        try store.replace(known.sorted().compactMap { next.encoded($0) } + next.dropSpentBoxes(keeping: nil))
        roster = next
        for statement in try store.statements(after: rosterPlace) { note(statement) }
        try act()
        try written()
        return new.count
    }

    private func learnCuts() throws {
        for (collection, cuts) in roster.state.cuts {
            guard let ledger = ledgers[collection] else { continue }
            for cut in cuts.sorted(by: { ($0.root, $0.last) < ($1.root, $1.last) }) { try ledger.learn(Cut(root: cut.root, last: cut.last)) }
        }
    }

    /// What the roster says now.
    private func act() throws {
        for collection in ownCollections where ledgers[collection] == nil { ledgers[collection] = Ledger(collection: collection) }
        for ledger in allLedgers {
            ledger.judge { isServed($0, ledger.collection) }
            ledger.forgetDoubts { member($0) == nil }
        }
        try learnCuts()
    }

    /// Judges a delta that is offered, by its manifest alone.
    ///
    /// - Parameter wanted: this relay has asked for all of the collection: a whole one is taken though it brings nothing new.
    /// - Returns: nil for one that need not be kept.
    func judge(_ manifest: Manifest, wanted: Bool, by device: DeviceID? = nil) throws -> (admission: Admission, keeps: Bool) {
        guard manifest.space == id else { throw WireError(.otherSpace, in: "manifest") }
        guard let ledger = ledgers[manifest.collection], ownCollections.contains(manifest.collection) else {
            throw WireError(.notPermitted, in: "manifest collection")
        }
        try checkPacker(of: manifest)
        let scope = try manifest.scope { try archive.knowledge(named: $0) }
        let passage = try ledger.passage(of: manifest, scope)
        let admission = passage.admission(closed: ledger.claims(to: device))
        try ledger.checkWriters(of: manifest, passage) { roster.namedWriters }
        if ledger.held.contains(where: { $0.delta.manifest.id == manifest.id }) { return (.known, false) }
        guard admission == .known else { return (admission, admission == .merges) }
        let isSnapshot = wanted && passage.scope.base.ends.isEmpty && passage.scope.result.includes(ledger.claims)
        // Nobody's word alone makes another's delta superfluous.
        return (admission, try isSnapshot || isDisputed(manifest, passage.scope.result) || isOneWord(against: manifest, passage.scope.result, ledger))
    }

    private func checkPacker(of manifest: Manifest) throws {
        guard let member = roster.state.members[manifest.packer] else { throw WireError(.unknownPacker, in: "manifest") }
        guard member.identity.verifies(manifest.signature, of: manifest.encoded, as: .manifest) else {
            throw WireError(.badSignature, in: "manifest")
        }
        guard isServed(manifest.packer, manifest.collection) else { throw WireError(.notPermitted, in: "packer") }
    }

    /// - Throws: `NoRoom` beyond the quota or when nothing can be written.
    func begin(_ manifest: Manifest, rosterPlace: Int64) throws -> IncomingDelta {
        guard !isReadOnly else { throw NoRoom() }
        if let known = try store.partialDeltas().first(where: { $0.manifest.id == manifest.id }) { return known }
        let byteCount = manifest.segments.reduce(manifest.payload.count) { $0 + $1.sealedByteCount }
        guard try store.byteCount() + byteCount <= environment.quotaByteCount(id) else { throw NoRoom() }
        let delta = IncomingDelta(manifest: manifest, rosterPlace: rosterPlace, sinceMilliseconds: environment.nowMilliseconds())
        try store.begin(delta)
        if delta.isWhole { try complete(delta) }
        return delta
    }

    /// Takes in a segment of a delta that was begun.
    ///
    /// - Returns: whether the delta is whole now.
    package func put(_ segment: SealedSegment, of delta: inout IncomingDelta) throws -> Bool {
        try segment.checked(against: delta.manifest)
        guard !droppedParts.contains(delta.manifest.id) else { throw WireError(.unexpected, in: "segment frame") }
        guard !delta.held.contains(segment.index) else { return false }
        try store.put(segment)
        delta.held.append(segment.index)
        guard delta.isWhole else { return false }
        try complete(delta)
        return true
    }

    private func complete(_ delta: IncomingDelta) throws {
        let whole = StoredDelta(
            place: try store.complete(delta.manifest.id), manifest: delta.manifest, rosterPlace: delta.rosterPlace,
            receivedMilliseconds: environment.nowMilliseconds())
        // Another session, or another process, may have brought the rest of it.
        guard ledgers[delta.manifest.collection]?.held.contains(where: { $0.delta.manifest.id == delta.manifest.id }) != true else { return }
        try take(whole)
        takenCount += 1
        takenByteCount += whole.byteCount
        try written()
    }

    func written() throws {
        version = try store.version()
        newsCount += 1
    }

    // MARK: Beginning, and bundles

    /// Begins to carry a space, whose roster admits this relay; or takes in what the roster of one that is carried has more.
    ///
    /// - Throws: `not-admitted` when the roster does not say that this device is a relay.
    package static func add(
        _ statements: [[UInt8]], to store: any RelayStore, keys: DeviceKeys, environment: RelayEnvironment
    ) throws -> CarriedSpace {
        let roster = try Roster(statements: statements)
        guard let own = roster.state.members[keys.identity.id], !own.isRemoved, own.role == .relay else { throw RelayError(.notAdmitted) }
        let space = try store.create(roster.space, incarnation: environment.nonce())
        return try space.transaction {
            if try space.statements(after: 0).isEmpty { try space.append(roster.statements) }
            let carried = try CarriedSpace(space, keys: keys, environment: environment)
            try carried.learn(statements)
            return carried
        }
    }

    /// Begins a delta of a bundle; its segments follow by `put`.
    ///
    /// - Parameter heads: of the packer's roster.
    /// - Returns: nil for a delta that is not taken: known, of a collection that is not carried, or packed by one who may not.
    /// - Throws: `unknown-receipt` for one that builds on what is not here.
    package func begin(bundled manifest: Manifest, heads: [StatementID]) throws -> IncomingDelta? {
        guard ownCollections.contains(manifest.collection), isServed(manifest.packer, manifest.collection) else { return nil }
        let (admission, keeps) = try judge(manifest, wanted: false)
        switch admission {
        case .waits, .forked: throw WireError(.unknownReceipt, in: "manifest base")
        case .merges, .known: break
        }
        guard keeps else { return nil }
        // What the packer knew of erasures is known only when it knew all that is known here.
        do { return try begin(manifest, rosterPlace: heads == roster.heads ? rosterPlace : 0) } catch is NoRoom { throw RelayError(.full) }
    }
}
