import CRDT

/// Chains as they travel: in a manifest those of the delta, in a session the whole chains of writers in doubt (Protocol.md, "Manifest").
extension ByteWriter {
    mutating func chains(_ chains: [WriterID: [BatchEnd]], _ origins: [WriterID: Origin]) {
        number(chains.count)
        for (writer, ends) in chains.sorted(by: { $0.key < $1.key }) {
            nonce(writer)
            if let origin = origins[writer] {
                byte(1)
                nonce(origin.root)
                number(UInt64(origin.before.last))
                nonce(origin.before.nonce)
            } else {
                byte(0)
            }
            number(ends.count)
            var previous: UInt32 = 0
            for end in ends {
                number(UInt64(end.last - previous))
                nonce(end.nonce)
                previous = end.last
            }
        }
    }

    mutating func chains(_ chains: [WriterID: WholeChain]) {
        self.chains(chains.mapValues(\.ends), chains.compactMapValues(\.origin))
    }
}

extension ByteReader {
    /// - Returns: the batch ends by writer, and the origins of those that are not the first of their line.
    mutating func chains() throws -> ([WriterID: [BatchEnd]], origins: [WriterID: Origin]) {
        var chains: [WriterID: [BatchEnd]] = [:]
        var origins: [WriterID: Origin] = [:]
        // A nonce names one batch, of one writer.
        var nonces: Set<Nonce> = []
        var previousWriter: WriterID?
        for _ in 0..<(try count(limit: Limits.writerCount, bytesEach: 35)) {
            let writer = try nonce()
            if let previousWriter, previousWriter >= writer { throw failure(.malformed) }
            previousWriter = writer
            origins[writer] = try origin()
            let ends = try ends()
            for end in ends where !nonces.insert(end.nonce).inserted { throw failure(.malformed) }
            chains[writer] = ends
        }
        return (chains, origins)
    }

    private mutating func origin() throws -> Origin? {
        switch try byte() {
        case 0: nil
        case 1: Origin(root: try nonce(), before: BatchEnd(last: try sequence(), nonce: try nonce()))
        default: throw failure(.malformed)
        }
    }

    private mutating func ends() throws -> [BatchEnd] {
        let count = try count(limit: Limits.manifestByteCount / 17, bytesEach: 17)
        guard count > 0 else { throw failure(.malformed) }
        var ends: [BatchEnd] = []
        ends.reserveCapacity(count)
        var last: UInt32 = 0
        for _ in 0..<count {
            let (next, overflow) = last.addingReportingOverflow(try sequence())
            guard !overflow, next > last else { throw failure(.malformed) }
            last = next
            ends.append(BatchEnd(last: next, nonce: try nonce()))
        }
        return ends
    }

    /// The whole chains of some writers: each begins with the batch that names it, beyond its origin.
    mutating func wholeChains() throws -> [WriterID: WholeChain] {
        let (chains, origins) = try chains()
        var whole: [WriterID: WholeChain] = [:]
        for (writer, ends) in chains {
            let origin = origins[writer]
            guard ends[0].nonce == writer, ends[0].last > origin?.before.last ?? 0, origin?.root != writer else {
                throw failure(.malformed)
            }
            whole[writer] = WholeChain(origin: origin, ends: ends)
        }
        return whole
    }
}
