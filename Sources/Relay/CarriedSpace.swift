import CRDT
import Sync
import Trust
import Wire

/// What a relay takes from the machine and its operator. Made at the edge; tests and the simulator make their own.
package struct RelayEnvironment: Sendable {
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce
    /// Bytes that one space may take in the store.
    package let quotaByteCount: @Sendable (SpaceID) -> Int
    /// Whether a device may bring so many bytes more today; spends them.
    package let mayTake: @Sendable (DeviceID, _ byteCount: Int) -> Bool

    package init(
        nowMilliseconds: @escaping @Sendable () -> Int64, nonce: @escaping @Sendable () -> Nonce,
        quotaByteCount: @escaping @Sendable (SpaceID) -> Int,
        mayTake: @escaping @Sendable (DeviceID, _ byteCount: Int) -> Bool = { _, _ in true }
    ) {
        self.mayTake = mayTake
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
        self.quotaByteCount = quotaByteCount
    }
}

/// A space as a relay carries it: its roster, and a ledger for each collection that this relay was admitted to.
///
/// One thread at a time; everything that writes runs in a transaction of the store, together with whatever else came at the same time, and
/// nothing is answered before that transaction is on the disk. When it fails, `reload` brings this back to what the store has.
package final class CarriedSpace {
    package let store: any SpaceStore
    package let keys: DeviceKeys
    let environment: RelayEnvironment
    package private(set) var roster: Roster
    private(set) var archive: KnowledgeArchive
    private var ledgers: [String: Ledger] = [:]
    private var version = SpaceVersion(place: -1, dropCount: -1)
    /// Of the store when all of it was read.
    private var incarnation: ReplicaID?
    /// Place of the newest statement taken in.
    private(set) var rosterPlace: Int64 = 0
    /// By erase statement, its place.
    private(set) var erasurePlaces: [StatementID: Int64] = [:]
    /// Nothing can be written: the disk is full. What is here can be read.
    package var isReadOnly = false
    private var partsSweptMilliseconds: Int64 = 0
    /// Whoever is in the middle of one of these begins anew.
    private var droppedParts: Set<DeltaID> = []
    /// Whole deltas that came since this was opened, and their bytes.
    package private(set) var takenCount = 0
    package private(set) var takenByteCount = 0
    /// Rises with every change that others may want to hear of.
    package private(set) var newsCount = 0

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

    private var own: RosterState.Member? { roster.state.members[device] }

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

    private func isServed(_ packer: DeviceID, _ collection: String) -> Bool {
        mutated(.relayServesRemoved) || roster.standing(of: packer, for: collection) == .member
    }

    /// Knowledge by its name.
    func knowledge(named name: Nonce) throws -> Knowledge? { try archive.knowledge(named: name) }

    func archive(_ knowledge: Knowledge, of collection: String) throws -> Nonce { try archive.archive(knowledge, of: collection) }

    // MARK: What others hold

    /// All contents that are named for a knowledge: by the receipts of devices, and by the deltas that lead to it, unless two devices
    /// agree and no other says anything else: then what a delta said is settled.
    private func named(_ knowledge: Knowledge, _ collection: String) throws -> Set<ContentsDigest> {
        let name = knowledge.name
        var found: Set<ContentsDigest> = []
        var devices: Set<DeviceID> = []
        for contact in try store.contacts() where contact.receipts[collection] == name && member(contact.device) != nil {
            guard let contents = contact.contents[collection] else { continue }
            found.insert(contents)
            devices.insert(contact.device)
        }
        if found.count == 1, devices.count >= 2 { return found }
        for held in ledgers[collection]?.held ?? [] where held.isServed && held.scope.result == knowledge {
            if let contents = held.delta.manifest.contents { found.insert(contents) }
        }
        return found
    }

    /// What others hold at what is claimed here, as a device is told: it sees whether it holds something else.
    func statedContents(of collection: String, to device: DeviceID?) throws -> [StatedContents] {
        guard let ledger = ledgers[collection] else { return [] }
        return try named(ledger.claims, collection).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(Limits.bundleDeltaCount).map { contents in
            StatedContents(contents, isHeldWhole: ledger.held.contains {
                $0.isServed && $0.isWhole && $0.scope.result == ledger.claims && $0.delta.manifest.contents == contents && $0.delta.manifest.packer == device
            })
        }
    }

    /// Whether those who know what a delta leads to hold something else, some of them.
    private func isDisputed(_ manifest: Manifest, _ result: Knowledge) throws -> Bool {
        guard let contents = manifest.contents else { return false }
        return try named(result, manifest.collection).contains { $0.contradicts(contents) }
    }

    /// Of the deltas that lead to what a device knows, those that were packed by others and hold something else.
    func contradicting(_ contents: ContentsDigest, at knowledge: Knowledge, _ collection: String, besides device: DeviceID) -> [Ledger.Held] {
        (ledgers[collection]?.held ?? []).filter {
            $0.isServed && $0.delta.manifest.packer != device && $0.scope.result == knowledge
                && $0.delta.manifest.contents?.contradicts(contents) == true
        }
    }

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
        for ledger in allLedgers { ledger.judge { isServed($0, ledger.collection) } }
        try learnCuts()
    }

    /// Judges a delta that is offered, by its manifest alone.
    ///
    /// - Parameter wanted: this relay has asked for all of the collection: a whole one is taken though it brings nothing new.
    /// - Returns: nil for one that need not be kept.
    func judge(_ manifest: Manifest, wanted: Bool) throws -> (admission: Admission, keeps: Bool) {
        guard manifest.space == id else { throw WireError(.otherSpace, in: "manifest") }
        guard let ledger = ledgers[manifest.collection], ownCollections.contains(manifest.collection) else {
            throw WireError(.notPermitted, in: "manifest collection")
        }
        try checkPacker(of: manifest)
        let scope = try manifest.scope { try archive.knowledge(named: $0) }
        let passage = try ledger.passage(of: manifest, scope)
        let admission = passage.admission(closed: ledger.claims)
        if ledger.held.contains(where: { $0.delta.manifest.id == manifest.id }) { return (.known, false) }
        guard admission == .known else { return (admission, admission == .merges) }
        let isSnapshot = wanted && passage.scope.base.ends.isEmpty && passage.scope.result.includes(ledger.claims)
        // Nobody's word alone makes another's delta superfluous.
        return (admission, try isSnapshot || isDisputed(manifest, passage.scope.result) || isOneWord(against: manifest, passage.scope.result, ledger))
    }

    /// Whether all that a delta brings is here by the word of one other device.
    private func isOneWord(against manifest: Manifest, _ result: Knowledge, _ ledger: Ledger) throws -> Bool {
        guard !manifest.chains.isEmpty else { return false }
        var devices = Set(ledger.held.lazy.filter { $0.isServed && $0.scope.result.includes(result) }.map(\.delta.manifest.packer))
        // Its own packer has sent it, or what covers it, before.
        guard !devices.contains(manifest.packer), devices.count < 2 else { return false }
        for contact in try store.contacts() where member(contact.device) != nil && contact.device != manifest.packer {
            guard let name = contact.receipts[ledger.collection], let held = try archive.knowledge(named: name) else { continue }
            if held.includes(result) { devices.insert(contact.device) }
        }
        return devices.count < 2
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

    private func written() throws {
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

    // MARK: Dropping, in a transaction

    /// Drops what is not needed any more, and says so where that ends an erasure.
    package func settle() throws {
        guard !isReadOnly else { return }
        if archive.newCount >= CarriedSpace.sweptArchiveCount {
            try archive.keepOnly(try namesInUse())
            version = try store.version()
        }
        let now = environment.nowMilliseconds()
        if now - partsSweptMilliseconds > CarriedSpace.dayMilliseconds {
            partsSweptMilliseconds = now
            try store.dropParts(olderThanMilliseconds: now - CarriedSpace.keptPartDays * CarriedSpace.dayMilliseconds)
        }
        let receipts = try holders()
        var dropped: [DeltaID] = []
        for ledger in allLedgers {
            let erased = newestErasurePlace(of: ledger.collection)
            let superseded = try isSafeToDrop(in: ledger, receipts) ? ledger.superseded().filter { held in isSafe(held, in: ledger.collection, receipts) } : []
                // What may not be served and may hold what was erased is of no use to anybody.
                + ledger.held.filter { !$0.isServed && $0.delta.rosterPlace < erased }
            guard !superseded.isEmpty else { continue }
            let ids = Set(superseded.map(\.delta.manifest.id)).sorted()
            try store.drop(ids)
            ledger.drop(Set(ids))
            dropped += ids
        }
        try dropErasedParts()
        if !dropped.isEmpty {
            try archive.keepOnly(try namesInUse())
            version = try store.version()
        }
        try confirmErasures()
    }

    /// A part that was packed before an erasure was known never becomes whole: its packer learns of the erasure before it sends on, and
    /// packs anew.
    private func dropErasedParts() throws {
        let old = try store.partialDeltas().filter { $0.rosterPlace < newestErasurePlace(of: $0.manifest.collection) }.map(\.manifest.id)
        guard !old.isEmpty else { return }
        try store.drop(old)
        droppedParts.formUnion(old)
        version = try store.version()
    }

    /// Of the erasures of a collection that are known here; 0 without one.
    private func newestErasurePlace(of collection: String) -> Int64 {
        roster.state.erasures.filter { $0.erasure.collection == collection }.compactMap { erasurePlaces[$0.id] }.max() ?? 0
    }

    /// By collection, what each device is known to hold.
    private func holders() throws -> [String: [DeviceID: [Knowledge]]] {
        var found: [String: [DeviceID: [Knowledge]]] = [:]
        guard allLedgers.contains(where: { !$0.superseded().isEmpty }) else { return [:] }
        for contact in try store.contacts() where member(contact.device) != nil {
            for (collection, name) in contact.receipts {
                if let knowledge = try archive.knowledge(named: name) { found[collection, default: [:]][contact.device, default: []].append(knowledge) }
            }
        }
        return found
    }

    /// Two devices hold what a delta brought, neither of them a relay (or the only one there is): a snapshot that holds less than it says
    /// loses nothing.
    private func isSafe(_ held: Ledger.Held, in collection: String, _ receipts: [String: [DeviceID: [Knowledge]]]) -> Bool {
        if mutated(.relayDropsUnsafe) { return true }
        let count = (receipts[collection] ?? [:]).count { $0.value.contains { $0.includes(held.scope.result) } }
        let able = roster.state.members.keys.count { member($0)?.collections.contains(collection) ?? false }
        return count >= min(2, max(1, able))
    }

    /// Whether the newest whole delta may take the place of others: nobody who knows what it leads to holds something else, and two
    /// others hold the same: they name its very contents, or each other's, of what covers it.
    private func isSafeToDrop(in ledger: Ledger, _ receipts: [String: [DeviceID: [Knowledge]]]) throws -> Bool {
        guard !mutated(.relayDropsUnsafe), let whole = ledger.newestServedWhole else { return true }
        guard try !isDisputed(whole.delta.manifest, whole.scope.result) else { return false }
        let able = roster.state.members.values.count {
            $0.identity.id != whole.delta.manifest.packer && member($0.identity.id)?.collections.contains(ledger.collection) ?? false
        }
        guard able > 0 else { return true }
        var agreeing: [Said: Set<DeviceID>] = [:]
        for contact in try store.contacts() where member(contact.device) != nil && contact.device != whole.delta.manifest.packer {
            guard let name = contact.receipts[ledger.collection], let held = try archive.knowledge(named: name), held.includes(whole.scope.result) else { continue }
            let contents = contact.contents[ledger.collection]
            if held == whole.scope.result, contents != whole.delta.manifest.contents { continue }
            agreeing[Said(name: name, contents: contents), default: []].insert(contact.device)
        }
        return agreeing.values.contains { $0.count >= min(2, able) }
    }

    private struct Said: Hashable {
        let name: Nonce
        let contents: ContentsDigest?
    }

    private func namesInUse() throws -> Set<Nonce> {
        var names: Set<Nonce> = []
        for contact in try store.contacts() {
            for collection in ownCollections {
                for stated in [false, true] {
                    if let name = try store.receipt(of: contact.replica, collection: collection, stated: stated) { names.insert(name) }
                }
            }
        }
        let manifests = allLedgers.flatMap { $0.held.map(\.delta.manifest) } + (try store.partialDeltas().map(\.manifest))
        for manifest in manifests { if case .relative(let name, _) = manifest.base { names.insert(name) } }
        return names
    }

    /// The erasure is done here when nothing is left that was packed before it was known.
    private func confirmErasures() throws {
        let open = roster.state.erasures.filter { roster.state.confirmations[$0.id]?.contains(device) != true }
        guard !open.isEmpty, !ownCollections.isEmpty else { return }
        let parts = try store.partialDeltas()
        let done = open.filter { record in
            guard let place = erasurePlaces[record.id] else { return false }
            let held = ledgers[record.erasure.collection]?.held ?? []
            return held.allSatisfy { $0.delta.rosterPlace >= place }
                && parts.allSatisfy { $0.manifest.collection != record.erasure.collection || $0.rosterPlace >= place }
        }
        guard !done.isEmpty else { return }
        var author = RosterAuthor(
            keys: keys, roster: roster, ring: roster.keys(for: keys), random: environment.nonce,
            nowMilliseconds: environment.nowMilliseconds())
        try learn(try author.confirm(done.map(\.id)))
    }

    // MARK: Snapshots

    /// Whether all of a collection is wanted in one delta: what builds on the last one has grown, or something that was erased since may
    /// still be in what is held.
    package func wantsSnapshot(of collection: String) -> Bool {
        guard !isReadOnly, let ledger = ledgers[collection], !ledger.held.isEmpty else { return false }
        let erased = newestErasurePlace(of: collection)
        if !mutated(.relayIgnoresErasures), ledger.held.contains(where: { $0.delta.rosterPlace < erased }) { return true }
        return ledger.tailByteCount > max(ledger.snapshotByteCount / 2, CarriedSpace.leastTailByteCount)
    }

    private static let sweptArchiveCount = 4_096
    private static let dayMilliseconds: Int64 = 86_400_000
    /// A transfer that was cut can go on for so long; afterwards it begins anew.
    private static let keptPartDays: Int64 = 30

    /// Below this a snapshot is not worth its trouble.
    private static let leastTailByteCount = 16 << 10
}

extension Ledger {
    var newestServedWhole: Held? { newestWhole }
    private var newestWhole: Held? { held.last { $0.isWhole && $0.isServed } }

    /// Bytes of the newest delta that holds everything of its time; 0 without one.
    var snapshotByteCount: Int { newestWhole?.delta.byteCount ?? 0 }

    /// Bytes of all that is still needed beside it; what it has taken the place of waits for receipts.
    var tailByteCount: Int {
        held.reduce(0) { $0 + $1.delta.byteCount } - snapshotByteCount - superseded().reduce(0) { $0 + $1.delta.byteCount }
    }

    /// What nobody needs to be served any more: the newest whole one has it, or it may not be served and all of it is claimed.
    func superseded() -> [Held] {
        let whole = newestWhole
        return held.filter { held in
            if let whole, held.delta.place < whole.delta.place, whole.scope.result.includes(held.scope.result) { return true }
            return !held.isServed && claims.includes(held.scope.result)
        }
    }
}
