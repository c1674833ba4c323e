import CRDT
import Sync
import Trust
import Wire

/// What a relay holds of one collection: whole deltas in the order in which they came, the chains of batches that their manifests show,
/// and what of it all it claims. It opens nothing.
///
/// A relay's knowledge is what somebody who had nothing would know after merging what the relay serves, in that order. So it *claims* the
/// union of the results of the deltas it may serve, each of which builds on what the ones before it come to; a delta is served to whoever
/// covers its base and not its result. Deltas that it may not serve any more (their packer was removed), and those that build on them alone,
/// claim nothing: whoever has merged them offers what is in them again, and vouches for it.
///
/// Invariant: `held` ascends by place; every scope in it is in the names that the cuts known here give.
package final class Ledger: ChainRegister {
    package struct Held: Sendable {
        package let delta: StoredDelta
        /// In this side's names.
        package internal(set) var scope: DeltaScope
        /// Its packer may pack here, so it may be served.
        package internal(set) var isServed: Bool

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
        let new = Held(delta: delta, scope: passage.scope, isServed: isServed)
        held.append(new)
        rawScopes[delta.manifest.id] = scope
        // Upon a whole one others may build that nothing carried before.
        if new.isWhole { claimAnew() } else { claim(new) }
    }

    /// As the senders named things, to be read anew after a cut.
    private var rawScopes: [DeltaID: DeltaScope] = [:]

    private func claim(_ delta: Held) {
        guard delta.isServed, claims.includes(delta.scope.base), !claims.includes(delta.scope.result) else { return }
        claims = claims.union(delta.scope.result)
        claimCount += 1
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
    /// - Parameter start: where to look from; moves on. Begins at 0, and again after a whole one.
    package func next(after knowledge: Knowledge, from start: inout Int) -> Held? {
        while start < held.count {
            let delta = held[start]
            start += 1
            if delta.isServed, !delta.isWhole, knowledge.includes(delta.scope.base), !knowledge.includes(delta.scope.result) { return delta }
        }
        guard let whole = held.last(where: { $0.isServed && $0.isWhole && !knowledge.includes($0.scope.result) }) else { return nil }
        start = 0
        return whole
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
