/// Copied replicas: cut and rename (Protocol.md, "Copies").
///
/// A copy of a replica file goes on with the writer of the original: two chains of one writer that share their first batches
/// and then part. The *line* of a writer is the tree of all batches that begin with its first; the first writer of a line is
/// its *root*. Where two chains part, the root is *cut*: a fact, a position, and cuts only accumulate. Every chain of the
/// line is named piecewise: a batch begins a new writer, named by its own nonce, when a cut is at or after the batch before
/// it and before its own end. So a name depends on the cuts and on the chain itself, and on nothing else: all who hold a
/// branch give it the same name, whoever found the fork, and in which order several were found.
///
/// Example: copies A and B share batches 3, 5 of writer w. A adds 8, B adds 6 and 9. The root w is cut at 5; A's 6-8 belong
/// to the writer named by the nonce of 8, B's 6-9 to the one named by the nonce of 6. Sequences keep their numbers.
///
/// Invariant that all of this rests on: the batches that a replica holds of a writer follow one another without a gap, from
/// the writer's first, and they pass over every dot and every context that is held here.
package struct Cut: Hashable, Comparable, Sendable {
    package let root: WriterID
    /// The last sequence that the copies share.
    package let last: UInt32

    package init(root: WriterID, last: UInt32) {
        self.root = root
        self.last = last
    }

    package static func < (a: Cut, b: Cut) -> Bool { (a.root, a.last) < (b.root, b.last) }
}

/// Where a writer begins that a cut has made: the root of its line, and the batch before its first.
package struct Origin: Hashable, Sendable {
    package let root: WriterID
    package let before: BatchEnd

    package init(root: WriterID, before: BatchEnd) {
        self.root = root
        self.before = before
    }
}

/// All that somebody holds of one writer's batches, from its first.
package struct WholeChain: Hashable, Sendable {
    /// nil: the first writer of its line.
    package let origin: Origin?
    /// Ascending, at least one; the first is named as the writer.
    package let ends: [BatchEnd]

    package init(origin: Origin?, ends: [BatchEnd]) {
        self.origin = origin
        self.ends = ends
    }
}

/// Two batches of a writer at one place, and where its chains part is not known here: the other side's chain must be seen.
package struct ForkFound: Error, Hashable, Sendable {
    /// Ascending.
    package let writers: [WriterID]
    package init(_ writers: [WriterID]) { self.writers = writers }
}

/// Which writer a batch belongs to, and where it ends.
package struct BatchHolder: Hashable, Sendable {
    package let writer: WriterID
    package let end: BatchEnd
    package init(writer: WriterID, end: BatchEnd) {
        self.writer = writer
        self.end = end
    }
}

/// What a replica holds of chains: every batch it ever heard of.
package protocol ChainRegister {
    /// Whether this writer has been met.
    func isKnown(_ writer: WriterID) throws -> Bool
    /// nil for roots and for writers that are not known.
    func origin(of writer: WriterID) throws -> Origin?
    func cuts(of root: WriterID) throws -> [UInt32]
    /// The nonce of the batch of a writer that ends at a sequence.
    func nonce(of writer: WriterID, at last: UInt32) throws -> Nonce?
    /// The batches of a writer that end beyond a sequence, ascending.
    func ends(of writer: WriterID, after last: UInt32) throws -> [BatchEnd]
    /// Which writers the batches with these nonces belong to here, of those that are held. May be slow, and is asked only
    /// about what is not where its sender's name for it says.
    func holders(of nonces: Set<Nonce>) throws -> [Nonce: BatchHolder]
    /// The writers that cuts have made of a line, the root excepted.
    func pieces(of root: WriterID) throws -> [WriterID]
}

extension ChainRegister {
    package func root(of writer: WriterID) throws -> WriterID { try origin(of: writer)?.root ?? writer }

    /// All that is held of the lines of some writers.
    package func wholeChains(of writers: some Sequence<WriterID>) throws -> [WriterID: WholeChain] {
        var found: [WriterID: WholeChain] = [:]
        for root in try Set(writers.map { try root(of: $0) }) {
            for writer in [root] + (try pieces(of: root)) {
                let ends = try ends(of: writer, after: 0)
                if !ends.isEmpty { found[writer] = WholeChain(origin: try origin(of: writer), ends: ends) }
            }
        }
        return found
    }
}

/// Which writer here one writer of a sender is: piece by piece, ascending.
package struct RenamedLine: Hashable, Sendable {
    package struct Piece: Hashable, Sendable {
        /// The piece begins after this sequence.
        package let after: UInt32
        package let name: WriterID

        package init(after: UInt32, name: WriterID) {
            self.after = after
            self.name = name
        }
    }
    package var pieces: [Piece]
}

/// What a sender says of its chains, as a receiver that knows other cuts names it.
///
/// The sender's own names are those of its own cuts. Each of its writers is followed from the base, whose batches are found
/// here by their nonces, over the chains it sends, and named by the cuts known here: by the *sender's* chain, never by what
/// the receiver holds of that writer. What then stands at one place with two nonces is a fork, and what the sender has cut
/// and this side has not is a cut to be learned. Either comes back in `cuts`; once they are learned, all is followed again.
package struct Passage: Sendable {
    /// Cuts to be learned first: the rest is not to be used while there are any.
    package private(set) var cuts: [Cut] = []
    /// Forks of which only the base tells: where they are is not known.
    package private(set) var forked: [WriterID] = []
    /// What of the base is not held here, in the sender's names.
    package private(set) var missing = Knowledge()
    /// The delta's scope in this side's names.
    package private(set) var scope: DeltaScope
    /// Of the writers that begin within this delta because of a cut.
    package private(set) var origins: [WriterID: Origin] = [:]
    /// The writers that have other names here.
    package private(set) var renamed: [WriterID: RenamedLine] = [:]

    /// A writer is said to begin elsewhere than it does: two honest replicas never differ in that.
    private var contradicts = false
    private var base = Knowledge()
    private var result = Knowledge()
    private var chains: [WriterID: [BatchEnd]] = [:]
    /// Batches of the base that are not held under the sender's name for their writer, and the batches that name those.
    private var elsewhere: [Nonce: BatchHolder] = [:]

    /// - Parameters:
    ///   - scope: in the sender's names, as are `origins`.
    ///   - isAdmitted: the chains are known to link, and are not compared again.
    package init(
        _ scope: DeltaScope, origins: [WriterID: Origin], in register: some ChainRegister, isAdmitted: Bool = false
    ) throws {
        self.scope = scope
        elsewhere = try register.holders(of: Passage.misplaced(scope.base, register))
        for writer in Set(scope.base.ends.keys).union(scope.chains.keys).sorted() {
            try follow(
                writer, base: scope.base.ends[writer], chain: scope.chains[writer]?.ends ?? [], origin: origins[writer],
                register, compares: !isAdmitted && !mutated(.ignoresChain))
        }
        cuts = Set(cuts).sorted()
        let start = base
        self.scope = DeltaScope(
            base: base, result: base.union(result),
            chains: Dictionary(uniqueKeysWithValues: chains.map { ($0, Chain(before: start.ends[$0], ends: $1)) }))
    }

    /// Follows the sender until there is nothing more to cut, and cuts on the way.
    ///
    /// - Parameter learn: renames all that is held here; false when the cut was known.
    /// - Returns: nil when the sender contradicts itself.
    package static func settled(
        _ scope: DeltaScope, origins: [WriterID: Origin], in register: some ChainRegister, learn: (Cut) throws -> Bool
    ) throws -> Passage? {
        while true {
            let passage = try Passage(scope, origins: origins, in: register)
            guard !passage.contradicts else { return nil }
            guard !passage.cuts.isEmpty else { return passage }
            var hasNew = false
            for cut in passage.cuts where try learn(cut) { hasNew = true }
            guard hasNew else { return nil }
        }
    }

    /// The whole chains of another replica, compared with what is held here: only `cuts` matters.
    ///
    /// - Returns: whether the sender does not contradict itself.
    package static func compare(
        _ chains: [WriterID: WholeChain], in register: some ChainRegister, learn: (Cut) throws -> Bool
    ) throws -> Bool {
        let scope = DeltaScope(
            base: Knowledge(), result: Knowledge(), chains: chains.mapValues { Chain(before: nil, ends: $0.ends) })
        return try settled(scope, origins: chains.compactMapValues(\.origin), in: register, learn: learn) != nil
    }

    /// A writer that is held whole and was never cut has no other place where a batch of it could be.
    private static func misplaced(_ base: Knowledge, _ register: some ChainRegister) throws -> Set<Nonce> {
        var nonces: Set<Nonce> = []
        for (writer, end) in base.ends where try register.nonce(of: writer, at: end.last) != end.nonce {
            if try register.isKnown(writer), try register.cuts(of: register.root(of: writer)).isEmpty { continue }
            nonces.formUnion([writer, end.nonce])
        }
        return nonces
    }

    private mutating func follow(
        _ writer: WriterID, base baseEnd: BatchEnd?, chain: [BatchEnd], origin: Origin?, _ register: some ChainRegister,
        compares: Bool
    ) throws {
        let root = try origin?.root ?? register.root(of: writer)
        if let origin, try register.isKnown(writer), try register.origin(of: writer) != origin {
            contradicts = true
            return
        }
        let known = try register.cuts(of: root)
        var pieces: [RenamedLine.Piece] = []
        var previous = origin?.before
        if let baseEnd {
            let found = try locate(baseEnd, of: writer, register)
            guard found != nil || mutated(.ignoresBase) else { return }
            pieces = found ?? [.init(after: 0, name: writer)]
            previous = baseEnd
        } else if let origin, let first = chain.first,
            !known.contains(where: { origin.before.last <= $0 && $0 < first.last }) {
            cuts.append(Cut(root: root, last: origin.before.last))
        }
        // By this side's name: the sender's batches beyond the base.
        var passed: [(name: WriterID, ends: [BatchEnd])] = []
        for end in chain {
            let start = previous?.last ?? 0
            if pieces.isEmpty {
                pieces = [.init(after: 0, name: writer)]
            } else if known.contains(where: { start <= $0 && $0 < end.last }), let before = previous {
                let name = try mutated(.renamesByOwnChain) ? ownPiece(of: root, after: start, register) ?? end.nonce : end.nonce
                pieces.append(.init(after: start, name: name))
                origins[name] = Origin(root: root, before: before)
            }
            let name = pieces[pieces.count - 1].name
            if passed.last?.name != name { passed.append((name, [])) }
            passed[passed.count - 1].ends.append(end)
            result.ends[name] = end
            chains[name, default: []].append(end)
            previous = end
        }
        if let origin, pieces.first?.name == writer, baseEnd == nil { origins[writer] = origin }
        for (name, ends) in passed where compares {
            if mutated(.renamesByOwnChain), base[name] == 0, ends[0].nonce != name { continue }
            try compare(name, ends, after: name == writer && baseEnd == nil ? 0 : base[name], root, register)
        }
        if pieces.count > 1 || (pieces.first.map { $0.name != writer } ?? false) { renamed[writer] = RenamedLine(pieces: pieces) }
    }

    /// The pieces here of what the sender calls `writer`, up to an end of its base; nil when that batch is not held.
    private mutating func locate(
        _ end: BatchEnd, of writer: WriterID, _ register: some ChainRegister
    ) throws -> [RenamedLine.Piece]? {
        if try register.nonce(of: writer, at: end.last) == end.nonce {
            base.ends[writer] = end
            return [.init(after: 0, name: writer)]
        }
        guard let held = elsewhere[end.nonce], held.end == end else {
            missing.ends[writer] = end
            let goesOn = try !register.ends(of: writer, after: end.last - 1).isEmpty
            if goesOn, !mutated(.ignoresChain) { forked.append(writer) }
            return nil
        }
        var pieces: [RenamedLine.Piece] = []
        var place = held
        while true {
            raise(&base, place.writer, place.end)
            guard place.writer != writer, let origin = try register.origin(of: place.writer) else { break }
            pieces.insert(.init(after: origin.before.last, name: place.writer), at: 0)
            guard let parent = try register.holders(of: [origin.before.nonce])[origin.before.nonce] else { break }
            guard parent.end == origin.before else { break }
            place = parent
        }
        pieces.insert(.init(after: 0, name: place.writer), at: 0)
        if place.writer != writer, let first = elsewhere[writer], first.writer != writer {
            // The sender has cut where this side has not.
            let before = try register.ends(of: first.writer, after: 0).last { $0.last < first.end.last }
            if let before { cuts.append(Cut(root: try register.root(of: first.writer), last: before.last)) }
        }
        return pieces
    }

    private func raise(_ knowledge: inout Knowledge, _ writer: WriterID, _ end: BatchEnd) {
        if knowledge[writer] < end.last { knowledge.ends[writer] = end }
    }

    /// Both lists follow the same batch: where they first differ is a fork.
    private mutating func compare(
        _ name: WriterID, _ ends: [BatchEnd], after last: UInt32, _ root: WriterID, _ register: some ChainRegister
    ) throws {
        let held = try register.ends(of: name, after: last)
        guard let place = zip(ends, held).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else { return }
        cuts.append(Cut(root: root, last: place == 0 ? last : ends[place - 1].last))
    }

    /// Only a broken rule asks: what this side itself holds after a cut.
    private func ownPiece(of root: WriterID, after last: UInt32, _ register: some ChainRegister) throws -> WriterID? {
        try register.pieces(of: root).sorted().first { try register.origin(of: $0)?.before.last == last }
    }
}

/// What a replica answers to a delta's scope, before anything of it is merged.
package enum Admission: Hashable, Sendable {
    /// The base is covered and every chain links: merge; when whole, claim the union with the result.
    case merges
    /// Nothing beyond what is held: merging would change nothing.
    case known
    /// The base is beyond what is held. Set aside until the link comes.
    case waits(missing: Knowledge)
    /// A copied replica, and where the copies part is not known here. Set aside until the other chain has been seen.
    case forked([WriterID])
}

extension Passage {
    /// Rule 1: only over a covered base, and only over batches that link to the chains held here.
    ///
    /// - Parameter closed: the receiver's closed version vector.
    package func admission(closed: Knowledge) -> Admission {
        if !forked.isEmpty { return .forked(forked) }
        let missing = Knowledge(scope.base.ends.filter { closed[$0.key] < $0.value.last }).union(missing)
        if !missing.ends.isEmpty && !mutated(.ignoresBase) { return .waits(missing: missing) }
        return closed.includes(scope.result) ? .known : .merges
    }
}
