/// A version vector over one replica's own writer ordinals: for each writer the last sequence of it.
package struct VersionVector: Hashable, Sendable {
    /// Indexed by ordinal; writers beyond the end have 0.
    private var sequences: [UInt32] = []

    package init() {}

    package subscript(writer: WriterOrdinal) -> UInt32 {
        get { writer.number < sequences.count ? sequences[Int(writer.number)] : 0 }
        set {
            if Int(writer.number) >= sequences.count {
                sequences.append(contentsOf: repeatElement(0, count: Int(writer.number) + 1 - sequences.count))
            }
            sequences[Int(writer.number)] = newValue
        }
    }

    package func includes(_ dot: Dot) -> Bool { self[dot.writer] >= dot.sequence }
}

/// The end of a batch: its last sequence and its random nonce. Batches of a writer follow without a gap.
package struct BatchEnd: Hashable, Sendable {
    package let last: UInt32
    package let nonce: Nonce
    package init(last: UInt32, nonce: Nonce) {
        self.last = last
        self.nonce = nonce
    }
}

/// A closed version vector as it travels: for each writer the last batch held with nothing missing before it.
package struct Knowledge: Hashable, Sendable {
    package var ends: [WriterID: BatchEnd]
    package init(_ ends: [WriterID: BatchEnd] = [:]) { self.ends = ends }

    package subscript(writer: WriterID) -> UInt32 { ends[writer]?.last ?? 0 }

    /// Whether everything in `other` is in here.
    package func includes(_ other: Knowledge) -> Bool {
        other.ends.allSatisfy { self[$0.key] >= $0.value.last }
    }

    /// The greater end of every writer.
    package func union(_ other: Knowledge) -> Knowledge {
        Knowledge(ends.merging(other.ends) { $0.last >= $1.last ? $0 : $1 })
    }

    /// The smaller end of every writer, for a delta that must suit several receivers. A writer whose ends are two batches at
    /// one place, those of copies, is left out: everything of it suits both.
    package func intersection(_ other: Knowledge) -> Knowledge {
        var both = Knowledge()
        for (writer, own) in ends {
            guard let theirs = other.ends[writer], own.last != theirs.last || own.nonce == theirs.nonce else { continue }
            both.ends[writer] = own.last <= theirs.last ? own : theirs
        }
        return both
    }

    /// How many sequences of `other` are not in here.
    package func missingCount(from other: Knowledge) -> Int {
        other.ends.reduce(0) { $0 + Int($1.value.last) - min(Int($1.value.last), Int(self[$1.key])) }
    }
}

/// The batches of one writer that a delta passes over, from its base to its result.
package struct Chain: Hashable, Sendable {
    /// The batch before the first: what the receiver must hold. nil at the writer's beginning.
    package let before: BatchEnd?
    /// Ascending by `last`, at least one.
    package let ends: [BatchEnd]

    package init(before: BatchEnd?, ends: [BatchEnd]) {
        self.before = before
        self.ends = ends
    }
}

/// What a delta covers: from a base that the receiver must hold to the sender's closed version vector.
package struct DeltaScope: Hashable, Sendable {
    package let base: Knowledge
    package let result: Knowledge
    /// One chain for every writer whose result is beyond its base.
    package let chains: [WriterID: Chain]

    package init(base: Knowledge, result: Knowledge, chains: [WriterID: Chain]) {
        self.base = base
        self.result = result
        self.chains = chains
    }

    /// Whether base, result and chains agree with one another: the shape a sender must keep.
    package var isConsistent: Bool {
        base.ends.allSatisfy { result[$0.key] >= $0.value.last }
            && result.ends.allSatisfy { writer, end in
                guard end.last > base[writer] else { return base.ends[writer] == end && chains[writer] == nil }
                guard let chain = chains[writer], chain.before == base.ends[writer], chain.ends.last == end else { return false }
                let lasts = [base[writer]] + chain.ends.map(\.last)
                return zip(lasts, lasts.dropFirst()).allSatisfy(<)
                    && (base[writer] > 0 || chain.ends.first?.nonce == writer)
            }
            && chains.count == result.ends.count { result[$0.key] > base[$0.key] }
    }
}

extension Dictionary {
    fileprivate func count(where matches: (Element) -> Bool) -> Int { reduce(0) { $0 + (matches($1) ? 1 : 0) } }
}
