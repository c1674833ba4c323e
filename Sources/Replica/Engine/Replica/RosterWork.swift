import CRDT
import Device
import Store
import Trust
import Wire

/// What the roster asks of a replica: to take its statements in, to act on them before any data, and to sign what it owes.
extension Replica {
    /// Reads the roster and opens its keys with this device's.
    ///
    /// - Throws: `otherDevice` for a replica that was copied from another device; `needsPassphrase`, `wrongPassphrase`.
    package func unlock() throws {
        guard !membership.isLoaded else { return }
        guard let keys = try DeviceFile.load(environment) else { throw EngineError(.otherDevice, path) }
        guard keys.identity.id == identity.device else { throw EngineError(.otherDevice, path) }
        try store.takeNewStatements { try membership.load(keys, $0, areOwn: true) }
        guard !store.isReadOnly else { return }
        // A program that was stopped between keeping statements and acting on them. What there is no room for stays owed.
        do {
            try act()
            try store.retryAside(all: false)
            try scrubIfOwed()
        } catch let error as StoreError where error.code == .full {}
    }

    /// Takes over what another program has done to the roster in this file meanwhile: a removal, an invite, an erasure, a new key. Mostly one
    /// look at a counter.
    package func refresh() throws {
        guard membership.isLoaded else { return }
        var isChanged = false
        try store.takeNewStatements { isChanged = try !membership.add($0, areOwn: true).kept.isEmpty }
        guard isChanged, !store.isReadOnly else { return }
        // Whoever kept them has acted on them, unless it was stopped in between.
        try act()
        try store.retryAside(all: true)
        try scrubIfOwed()
        let collections = try membership.current().collections
        if !Set(store.collections).isSuperset(of: collections) { try reopen() }
    }

    /// Before anything leaves or comes in: what SQL clients wrote is stamped, and what the roster lacks of this device is signed.
    package func prepare(acceptingMassChange: Bool = false) throws {
        try unlock()
        try refresh()
        // Nobody gets anything of somebody who is to be erased first.
        if owesAct.withLock({ $0 }) {
            do { try act() } catch let error as StoreError where error.code == .full { throw EngineError(.owedWork) }
        }
        try stamp(acceptingMassChange: acceptingMassChange)
        try signWhatIsOwed()
    }

    /// Takes in statements, keeps them, and acts on them.
    ///
    /// - Returns: how many were new.
    @discardableResult
    func learn(_ statements: [[UInt8]]) throws -> Int {
        try refresh()
        let before = try membership.current()
        let learned = try membership.add(statements)
        guard !learned.kept.isEmpty else { return 0 }
        do {
            try store.keep(statements: learned.kept)
            try store.replace(statements: learned.trimmed)
        } catch {
            membership.set(before)
            store.readRosterAnew()
            throw error
        }
        try act()
        try store.retryAside(all: true)
        return learned.newCount
    }

    /// Makes statements in this device's name and takes them in.
    @discardableResult
    package func sign(_ make: (inout RosterAuthor) throws -> [[UInt8]]) throws -> [[UInt8]] {
        try refresh()
        let state = try membership.current()
        var author = RosterAuthor(
            keys: state.keys, roster: state.roster, ring: state.ring, random: environment.nonce,
            nowMilliseconds: environment.nowMilliseconds())
        let made = try make(&author)
        try learn(made)
        return made
    }

    /// Brings the replica in line with the roster: names of devices, whose writers are whose, cuts, erasures.
    func act() throws {
        let unacted = Set(try store.unactedStatements())
        guard !unacted.isEmpty else { return }
        owesAct.withLock { $0 = true }
        let state = try membership.current()
        try nameWriters()
        // Of a collection that this device was admitted to just now, earlier erasures count as well.
        let isWider = try store.keep(collections: state.collections)
        if isWider { try reopen() }
        let waiting = try act(on: isWider ? nil : unacted, state)
        try store.noteActed(on: unacted, butFor: waiting)
        owesAct.withLock { $0 = false }
    }

    /// Keeps what devices are called and whose writers are whose. Statements come before the data, so that writers which came with
    /// the data have their names only after it.
    func nameWriters() throws {
        let state = try membership.current()
        let members = state.roster.state.members.keys.sorted()
        try store.keep(
            devices: members.map { (id: $0, label: state.label(of: $0)) }, writers: state.roster.state.writers.mapValues(\.device))
    }

    /// - Parameter unacted: nil for all.
    /// - Returns: those that wait for a key.
    private func act(on unacted: Set<StatementID>?, _ state: Membership.State) throws -> Set<StatementID> {
        // A cut counts from the first or never, so what was acted on once need not be looked at again.
        let known = state.roster.state.cuts
        let cuts = unacted.map { ids in
            ids.compactMap { id -> Statement.Cut? in
                guard case .cut(let collection, let cut)? = state.roster.statement(id)?.content else { return nil }
                return known[collection]?.contains(cut) == true ? cut : nil
            }
        } ?? known.values.flatMap { $0 }
        let sorted = Set(cuts).sorted { ($0.root, $0.last) < ($1.root, $1.last) }
        try store.learn(cuts: sorted.map { Cut(root: $0.root, last: $0.last) }, told: true)
        return try applyErasures(unacted, state)
    }

    /// Where copies of a replica parted: whoever finds it says so to everybody.
    private func sign(_ cuts: [(collection: String, cut: Cut)]) throws {
        guard !cuts.isEmpty else { return }
        try sign { author in
            try cuts.flatMap { try author.cut($0.collection, Statement.Cut(root: $0.cut.root, last: $0.cut.last)) }
        }
        try store.markTold(cuts.map(\.cut))
    }

    /// Signs what others wait for: that a writer is ours, keys for those who lack them, that an erasure is done.
    ///
    /// In turn: several sessions may find at once that something is owed.
    func signWhatIsOwed() throws { try owing.withLock { _ in try signAllThatIsOwed() } }

    private func signAllThatIsOwed() throws {
        let state = try membership.current()
        guard let own = state.own, !own.isRemoved else { return }
        try loseWords(state)
        let owed = try store.owedSignatures()
        if own.role.writes {
            let claims = owed.ownWriters.map { Statement.WriterClaim(collection: $0.collection, writer: $0.writer) }
                .filter { state.roster.state.writers[$0.writer] == nil }
            if !claims.isEmpty { try sign { try $0.writers(claims) } }
            try sign(owed.cuts)
        }
        if state.isCoordinator { try sign { try $0.tend() } }
        if own.role.holdsKeys { try signErasureWork(state, owed) }
    }
}
