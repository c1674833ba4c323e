import CRDT
import Sync
import Trust
import Wire

/// What a relay holds of one collection: whole deltas in the order in which they came, the chains of batches that their manifests show,
/// and what of it all it claims. It opens nothing.
///
/// A relay's knowledge is what somebody who had nothing would know after merging what the relay serves, in that order. So it *claims* the
/// union of the results of the deltas it may serve, each of which builds on what the ones before it come to; a delta is served to whoever
/// covers its base and not its result. Deltas that it may not serve any more (their packer was removed), those that a member could not read
/// (they are *doubted*), and those that build on such alone, claim nothing: whoever has merged them offers what is in them again, and vouches
/// for it. To the packer of a doubted delta it counts all the same, or it would pack the same again and again.
///
/// Invariant: `held` ascends by place; every scope in it is in the names that the cuts known here give.
package final class Ledger: ChainRegister {
    package struct Held: Sendable {
        package let delta: StoredDelta
        /// In this side's names.
        package internal(set) var scope: DeltaScope
        /// Its packer may pack here, so it may be served.
        package internal(set) var isServed: Bool
        /// A member says that it cannot be read.
        package internal(set) var isDoubted = false

        init(delta: StoredDelta, scope: DeltaScope, isServed: Bool, isDoubted: Bool) {
            self.delta = delta
            self.scope = scope
            self.isServed = isServed
            self.isDoubted = isDoubted
        }

        /// It holds all of the collection, of its time.
        package var isWhole: Bool { scope.base.ends.isEmpty }
    }

    package let collection: String
    package private(set) var held: [Held] = []
    package private(set) var claims = Knowledge()
    /// Rises with every change of `claims`.
    package private(set) var claimCount = 0

    private var batches: [WriterID: [BatchEnd]] = [:]
    private var origins: [WriterID: Origin] = [:]
    private var cutsOfRoot: [WriterID: Set<UInt32>] = [:]
    private var piecesOfRoot: [WriterID: Set<WriterID>] = [:]
    private var holderOfNonce: [Nonce: BatchHolder] = [:]

    package init(collection: String) {
        self.collection = collection
    }

    // MARK: Taking in

    /// How a delta's scope reads here, after cutting where it shows copies.
    ///
    /// - Throws: `malformed` when the manifest contradicts itself.
    package func passage(of manifest: Manifest, _ scope: DeltaScope) throws -> Passage {
        var hasCut = false
        let passage = try Passage.settled(scope, origins: manifest.origins, in: self) { cut in
            let isNew = split(cut)
            hasCut = hasCut || isNew
            return isNew
        }
        if hasCut { try rename() }
        guard let passage else { throw WireError(.malformed, in: "manifest chains") }
        return passage
    }

    /// Takes in a whole delta, whose place is behind all others'.
    ///
    /// - Parameters:
    ///   - scope: as the manifest says it, its base resolved.
    ///   - isServed: its packer may pack.
    package func take(_ delta: StoredDelta, scope: DeltaScope, isServed: Bool) throws {
        let passage = try passage(of: delta.manifest, scope)
        keepChains(passage)
        let new = Held(
            delta: delta, scope: passage.scope, isServed: isServed, isDoubted: doubts.values.contains { $0.contains(delta.manifest.id) })
        held.append(new)
        rawScopes[delta.manifest.id] = scope
        // Upon a whole one others may build that nothing carried before.
        if new.isWhole { claimAnew() } else { claim(new) }
    }

    /// As the senders named things, to be read anew after a cut.
    private var rawScopes: [DeltaID: DeltaScope] = [:]

    private func claim(_ delta: Held) {
        guard delta.adds(to: claims, for: nil) else { return }
        claims = claims.union(delta.scope.result)
        claimCount += 1
    }

    /// What is claimed to one device: what others doubt of what it packed is not asked of it again.
    package func claims(to device: DeviceID?) -> Knowledge {
        guard held.contains(where: { $0.isDoubted && $0.isServed && $0.delta.manifest.packer == device }) else { return claims }
        var claims = Knowledge()
        for isWhole in [true, false] {
            for delta in held where delta.isWhole == isWhole && delta.adds(to: claims, for: device) { claims = claims.union(delta.scope.result) }
        }
        return claims
    }

    /// By device, what it says that it cannot read. Not kept on the disk: every device says it again in each of its statements.
    private var doubts: [DeviceID: Set<DeltaID>] = [:]
    /// Beyond this many a device is not heard: doubting all that is here would have everybody send everything again.
    private static let doubtCount = 16

    /// Takes in which deltas a device says it cannot read, all of them; those that it packed itself are no business of its.
    ///
    /// - Returns: those doubted now that were not before.
    package func doubt(_ deltas: [DeltaID], by device: DeviceID) -> [Held] {
        let known = held.filter { deltas.contains($0.delta.manifest.id) && $0.delta.manifest.packer != device }
        let named = Set(known.prefix(Ledger.doubtCount).map(\.delta.manifest.id))
        guard named != doubts[device] ?? [] else { return [] }
        doubts[device] = named.isEmpty ? nil : named
        return doubtAnew()
    }

    /// What these devices said counts no more.
    package func forgetDoubts(by isGone: (DeviceID) -> Bool) {
        let gone = doubts.keys.filter(isGone)
        guard !gone.isEmpty else { return }
        for device in gone { doubts[device] = nil }
        _ = doubtAnew()
    }

    private func doubtAnew() -> [Held] {
        var new: [Held] = []
        for index in held.indices {
            let id = held[index].delta.manifest.id
            let isDoubted = doubts.values.contains { $0.contains(id) }
            if isDoubted, !held[index].isDoubted { new.append(held[index]) }
            held[index].isDoubted = isDoubted
        }
        claimAnew()
        return new
    }

    /// Who may pack has changed.
    package func judge(_ isServed: (DeviceID) -> Bool) {
        var hasChanged = false
        for index in held.indices {
            let now = isServed(held[index].delta.manifest.packer)
            if held[index].isServed != now {
                held[index].isServed = now
                hasChanged = true
            }
        }
        if hasChanged { claimAnew() }
    }

    package func drop(_ deltas: Set<DeltaID>) {
        held.removeAll { deltas.contains($0.delta.manifest.id) }
        for delta in deltas { rawScopes[delta] = nil }
        for device in doubts.keys { doubts[device]?.subtract(deltas) }
        claimAnew()
    }

    private func claimAnew() {
        let before = claims
        claims = Knowledge()
        let count = claimCount
        // Whole ones may have come after what builds on them; of the others each builds on what came before it.
        for delta in held where delta.isWhole { claim(delta) }
        for delta in held where !delta.isWhole { claim(delta) }
        claimCount = claims == before ? count : count + 1
    }

    private func keepChains(_ passage: Passage) {
        for (writer, chain) in passage.scope.chains { keep(chain.ends, of: writer) }
        for (writer, origin) in passage.origins { setOrigin(origin, of: writer) }
    }

    private func keep(_ ends: [BatchEnd], of writer: WriterID) {
        var known = batches[writer] ?? []
        for end in ends where end.last > known.last?.last ?? 0 {
            known.append(end)
            holderOfNonce[end.nonce] = BatchHolder(writer: writer, end: end)
        }
        batches[writer] = known
    }

    private func setOrigin(_ origin: Origin, of writer: WriterID) {
        origins[writer] = origin
        piecesOfRoot[origin.root, default: []].insert(writer)
    }

    // MARK: Copies

    /// Takes in that copies of a root parted.
    ///
    /// - Returns: false when it was known.
    @discardableResult
    package func learn(_ cut: Cut) throws -> Bool {
        guard split(cut) else { return false }
        try rename()
        return true
    }

    /// Compares another's chains with those held here, and cuts.
    package func heal(_ chains: [WriterID: WholeChain]) throws {
        var hasCut = false
        let isConsistent = try Passage.compare(chains, in: self) { cut in
            let isNew = split(cut)
            hasCut = hasCut || isNew
            return isNew
        }
        if hasCut { try rename() }
        guard isConsistent else { throw WireError(.malformed, in: "chains") }
    }

    private func split(_ cut: Cut) -> Bool {
        guard cut.last > 0, cutsOfRoot[cut.root, default: []].insert(cut.last).inserted else { return false }
        for writer in [cut.root] + (piecesOfRoot[cut.root] ?? []).sorted() {
            let ends = batches[writer] ?? []
            guard let place = ends.firstIndex(where: { $0.last > cut.last }), place > 0 else { continue }
            let name = ends[place].nonce
            batches[writer] = Array(ends[..<place])
            setOrigin(Origin(root: cut.root, before: ends[place - 1]), of: name)
            batches[name] = Array(ends[place...])
            for end in ends[place...] { holderOfNonce[end.nonce] = BatchHolder(writer: name, end: end) }
        }
        return true
    }

    /// All that is held is read under its new names. Cuts are rare, so this may be slow.
    private func rename() throws {
        for index in held.indices {
            let manifest = held[index].delta.manifest
            guard let scope = rawScopes[manifest.id] else { continue }
            held[index].scope = try Passage(
                scope, origins: manifest.origins, in: self, isAdmitted: true).scope
        }
        claimAnew()
        claimCount += 1
    }

    // MARK: Serving

    /// What somebody who holds `knowledge` is served next: a delta that builds on it and brings something, in the order in which they came;
    /// a whole one only when nothing else leads on.
    ///
    /// - Parameters:
    ///   - start: where to look from; moves on. Begins at 0, and again after a whole one.
    ///   - aside: what it has, and has set aside.
    package func next(after knowledge: Knowledge, from start: inout Int, aside: Set<DeltaID> = []) -> Held? {
        func brings(_ delta: Held) -> Bool {
            delta.isServed && !knowledge.includes(delta.scope.result) && !aside.contains(delta.delta.manifest.id)
        }
        while start < held.count {
            let delta = held[start]
            start += 1
            if brings(delta), !delta.isWhole, knowledge.includes(delta.scope.base) { return delta }
        }
        guard let whole = held.last(where: { $0.isWhole && brings($0) }) else { return nil }
        start = 0
        return whole
    }

    /// What removed devices packed and somebody lacks: it is handed to those who can look at it and decide. In the order in which they came.
    package func toReview(beside knowledge: Knowledge, aside: Set<DeltaID>) -> Held? {
        held.first { !$0.isServed && !knowledge.includes($0.scope.result) && !aside.contains($0.delta.manifest.id) }
    }

    /// Whether what somebody says that it holds shows copies, and where they part is not known here.
    package func forks(in knowledge: Knowledge) -> [WriterID] {
        knowledge.ends.compactMap { writer, end in
            guard let ends = batches[writer], let last = ends.last, last.last >= end.last else { return nil }
            return ends.contains(end) ? nil : writer
        }.sorted()
    }

    // MARK: The register

    package func isKnown(_ writer: WriterID) throws -> Bool { !(batches[writer] ?? []).isEmpty }
    package func origin(of writer: WriterID) throws -> Origin? { origins[writer] }
    package func cuts(of root: WriterID) throws -> [UInt32] { cutsOfRoot[root].map(Array.init) ?? [] }

    package func nonce(of writer: WriterID, at last: UInt32) throws -> Nonce? {
        guard let ends = batches[writer] else { return nil }
        let place = ends.partition { $0.last >= last }
        return place < ends.count && ends[place].last == last ? ends[place].nonce : nil
    }

    package func ends(of writer: WriterID, after last: UInt32) throws -> [BatchEnd] {
        guard let ends = batches[writer] else { return [] }
        return Array(ends[ends.partition { $0.last > last }...])
    }

    package func holders(of nonces: Set<Nonce>) throws -> [Nonce: BatchHolder] {
        var found: [Nonce: BatchHolder] = [:]
        for nonce in nonces { found[nonce] = holderOfNonce[nonce] }
        return found
    }

    package func pieces(of root: WriterID) throws -> [WriterID] { (piecesOfRoot[root] ?? []).sorted() }
}

extension Ledger.Held {
    fileprivate func adds(to claims: Knowledge, for device: DeviceID?) -> Bool {
        isServed && (!isDoubted || delta.manifest.packer == device) && claims.includes(scope.base) && !claims.includes(scope.result)
    }
}

extension [BatchEnd] {
    /// The first place from which on all elements are beyond, by bisection.
    fileprivate func partition(_ isBeyond: (BatchEnd) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Ledger {
    /// - Throws: `too-large` for a delta with which a relay could state its claims no more, or whose packer brings too many
    ///   writers that nobody has signed for.
    ///
    /// - Parameter names: the writers that the roster names; asked for only when the delta brings a new one.
    func checkWriters(of manifest: Manifest, _ passage: Passage, names: () -> Set<WriterID>) throws {
        let ends = claims.ends
        guard passage.scope.result.ends.keys.contains(where: { ends[$0] == nil }) else { return }
        let named = names()
        let budget = WriterBudget(knownCount: ends.count, isKnown: { ends[$0] != nil }, isNamed: named.contains)
        _ = try budget.strangers(in: passage, of: manifest.packer) { strangers in
            held.reduce(into: Set<WriterID>()) { brought, held in
                guard held.delta.manifest.packer == manifest.packer else { return }
                brought.formUnion(held.delta.manifest.chains.keys.filter { !named.contains($0) && !strangers.contains($0) })
            }.count
        }
    }
}
