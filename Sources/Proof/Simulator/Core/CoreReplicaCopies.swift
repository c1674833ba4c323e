import CRDT
import Wire

/// Copied replicas, in memory: the register of chains, cut and rename.
extension CoreReplica: ChainRegister {
    package func isKnown(_ writer: WriterID) throws -> Bool { !held(of: writer).isEmpty }

    package func origin(of writer: WriterID) throws -> Origin? { state.origins[writer] }

    package func cuts(of root: WriterID) throws -> [UInt32] { state.cuts[root].map(Array.init) ?? [] }

    package func nonce(of writer: WriterID, at last: UInt32) throws -> Nonce? {
        held(of: writer).first { $0.last == last }?.nonce
    }

    package func ends(of writer: WriterID, after last: UInt32) throws -> [BatchEnd] {
        Array(held(of: writer).drop { $0.last <= last })
    }

    package func holders(of nonces: Set<Nonce>) throws -> [Nonce: BatchHolder] {
        guard !nonces.isEmpty else { return [:] }
        var found: [Nonce: BatchHolder] = [:]
        for (index, ends) in state.batches.enumerated() {
            for end in ends where nonces.contains(end.nonce) {
                found[end.nonce] = BatchHolder(writer: state.writers[index], end: end)
            }
        }
        return found
    }

    package func pieces(of root: WriterID) throws -> [WriterID] {
        state.origins.filter { $0.value.root == root }.keys.sorted()
    }

    private func held(of writer: WriterID) -> [BatchEnd] {
        state.ordinals[writer].map { state.batches[Int($0.number)] } ?? []
    }

    /// The replica's own names for what a manifest says, after cutting where it shows copies.
    func passage(of manifest: Manifest, _ scope: DeltaScope) throws -> Passage {
        let passage = try Passage.settled(scope, origins: manifest.origins, in: self) { learn($0) }
        guard let passage else { throw WireError(.malformed, in: "manifest chains") }
        return passage
    }

    package func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try wholeChains(of: writers)
    }

    package func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        try stampFirst()
        guard try Passage.compare(chains, in: self, learn: { learn($0) }) else { throw WireError(.malformed, in: "chains") }
    }

    package func cuts() throws -> [WriterID: Set<UInt32>] { state.cuts }

    /// Takes in that copies of a root parted, and renames what is held beyond, on every branch. False when it was known.
    private func learn(_ cut: Cut) -> Bool {
        if state.cuts[cut.root]?.contains(cut.last) == true { return false }
        if mutated(.smallestCutOnly), let least = state.cuts[cut.root]?.min(), least <= cut.last { return false }
        state.cuts[cut.root, default: []].insert(cut.last)
        let line = state.writers.indices.filter {
            (state.origins[state.writers[$0]]?.root ?? state.writers[$0]) == cut.root
        }
        if let own = state.own, line.contains(Int(own.number)) { state.own = nil }
        for index in line {
            let ends = state.batches[index]
            guard let place = ends.firstIndex(where: { $0.last > cut.last }), place > 0 else { continue }
            split(WriterOrdinal(UInt32(index)), at: place, root: cut.root)
        }
        return true
    }

    /// Gives the batches of a writer from one on the name of that batch.
    private func split(_ writer: WriterOrdinal, at place: Int, root: WriterID) {
        let ends = state.batches[Int(writer.number)]
        let before = ends[place - 1]
        let id = ends[place].nonce
        let name = ordinal(of: id)
        state.origins[id] = Origin(root: root, before: before)
        state.batches[Int(writer.number)] = Array(ends[..<place])
        for end in ends[place...] { hear(of: end, of: id) }
        let rename = Rename(writer, after: before.last, to: name)

        let old = state.writers[Int(writer.number)]
        if let closed = state.closed.ends[old], closed.last > before.last {
            state.closed.ends[old] = before
            state.closed.ends[id] = closed
        }
        state.closedVector = rename.vector(state.closedVector)
        for record in state.changes.indices { state.changes[record] = state.changes[record].renamed(rename) }
        state.anchors = state.anchors.map { $0.map(rename.dot) }
        state.recordOfAnchor = Dictionary(
            state.recordOfAnchor.map { (rename.dot($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        state.values = Dictionary(
            state.values.map { (ValueID(dot: rename.dot(Dot(packed: $0.key.dot)).packed, column: $0.key.column), $0.value) },
            uniquingKeysWith: { first, _ in first })
    }
}
