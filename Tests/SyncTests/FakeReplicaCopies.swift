import CRDT
import Sync
import Wire

/// Cut and rename for a replica whose changes are nothing but dots.
extension FakeReplica {
    private struct Register: ChainRegister {
        let replica: FakeReplica
        let collection: String
        var shared: Shared { replica.collections[collection]! }

        func isKnown(_ writer: WriterID) -> Bool { shared.chains[writer] != nil }
        func origin(of writer: WriterID) -> Origin? { shared.origins[writer] }
        func cuts(of root: WriterID) -> [UInt32] { shared.cuts.filter { $0.root == root }.map(\.last) }
        func nonce(of writer: WriterID, at last: UInt32) -> Nonce? { shared.chains[writer]?.first { $0.last == last }?.nonce }
        func ends(of writer: WriterID, after last: UInt32) -> [BatchEnd] { shared.chains[writer, default: []].filter { $0.last > last } }
        func holders(of nonces: Set<Nonce>) -> [Nonce: BatchHolder] {
            shared.chains.reduce(into: [:]) { found, chain in
                for end in chain.value where nonces.contains(end.nonce) { found[end.nonce] = BatchHolder(writer: chain.key, end: end) }
            }
        }
        func pieces(of root: WriterID) -> [WriterID] { shared.origins.filter { $0.value.root == root }.map(\.key) }
    }

    func passage(of manifest: Manifest) throws -> Passage {
        let scope = try manifest.scope { names[$0] }
        let register = Register(replica: self, collection: manifest.collection)
        let passage = try Passage.settled(scope, origins: manifest.origins, in: register) {
            learn($0, manifest.collection)
        }
        guard let passage else { throw WireError(.malformed, in: "manifest chains") }
        return passage
    }

    func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try Register(replica: self, collection: collection).wholeChains(of: writers)
    }

    func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        guard collections[collection] != nil else { throw WireError(.unexpected, in: "chains frame") }
        let register = Register(replica: self, collection: collection)
        guard try Passage.compare(chains, in: register, learn: { learn($0, collection) }) else {
            throw WireError(.malformed, in: "chains")
        }
    }

    private func learn(_ cut: Cut, _ collection: String) -> Bool {
        guard collections[collection]!.cuts.insert(cut).inserted else { return false }
        for (writer, ends) in collections[collection]!.chains where (collections[collection]!.origins[writer]?.root ?? writer) == cut.root {
            guard let place = ends.firstIndex(where: { $0.last > cut.last }), place > 0 else { continue }
            let name = ends[place].nonce, before = ends[place - 1]
            collections[collection]!.chains[writer] = Array(ends[..<place])
            collections[collection]!.chains[name] = Array(ends[place...])
            collections[collection]!.origins[name] = Origin(root: cut.root, before: before)
            collections[collection]!.marks = Set(collections[collection]!.marks.map {
                $0.writer == writer && $0.sequence > before.last ? Mark(writer: name, sequence: $0.sequence) : $0
            })
        }
        return true
    }
}
