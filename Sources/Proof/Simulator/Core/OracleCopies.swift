import CRDT

/// Copies, as they really happened, and what writers are called by those who know some cuts.
extension Oracle {
    /// A copy of a laptop's replica file: it holds what that held. Returns the copy's number.
    mutating func copied(_ laptop: Int) -> Int {
        laptops.append(laptops[laptop])
        return laptops.count - 1
    }

    mutating func knows(_ cuts: [WriterID: Set<UInt32>], on laptop: Int) { laptops[laptop].cuts = cuts }

    /// All cuts that anyone knows.
    var cutCount: Int { laptops.reduce(0) { $0 + $1.cuts.values.reduce(0) { $0 + $1.count } } }

    /// The writer of a batch, once more and without looking at how replicas rename: the batch with which the piece begins
    /// that the cuts known on a laptop make of its chain.
    func name(of batch: Nonce, on laptop: Int) -> WriterID {
        let known = laptops[laptop].cuts
        // Most laptops know of no cut; then the root is the name.
        var line = [batch]
        while let before = batches[line[line.count - 1]]?.before { line.append(before) }
        guard let cuts = known[line[line.count - 1]] else { return line[line.count - 1] }
        return line.first { nonce in
            guard let batch = batches[nonce] else { return true }
            return cuts.contains { batch.first - 1 <= $0 && $0 < batch.last }
        } ?? line[line.count - 1]
    }
}
