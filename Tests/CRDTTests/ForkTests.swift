import CRDT
import Testing

/// A register of chains in memory.
struct TestRegister: ChainRegister {
    var chains: [WriterID: [BatchEnd]] = [:]
    var origins: [WriterID: Origin] = [:]
    var cut: [WriterID: [UInt32]] = [:]

    func isKnown(_ writer: WriterID) -> Bool { chains[writer] != nil }
    func origin(of writer: WriterID) -> Origin? { origins[writer] }
    func cuts(of root: WriterID) -> [UInt32] { cut[root] ?? [] }
    func nonce(of writer: WriterID, at last: UInt32) -> Nonce? { chains[writer]?.first { $0.last == last }?.nonce }
    func ends(of writer: WriterID, after last: UInt32) -> [BatchEnd] { (chains[writer] ?? []).filter { $0.last > last } }
    func pieces(of root: WriterID) -> [WriterID] { origins.filter { $0.value.root == root }.map(\.key) }
    func holders(of nonces: Set<Nonce>) -> [Nonce: BatchHolder] {
        chains.reduce(into: [:]) { found, chain in
            for end in chain.value where nonces.contains(end.nonce) { found[end.nonce] = BatchHolder(writer: chain.key, end: end) }
        }
    }
}

/// Cut and rename: where copies part, and what the parts are called.
@Suite struct ForkTests {
    private static func nonce(_ number: UInt64) -> Nonce { Nonce(high: 1, low: number) }
    private static func end(_ last: UInt32, _ number: UInt64) -> BatchEnd { BatchEnd(last: last, nonce: nonce(number)) }

    /// Fatima's writer, and the batches that she and her copy share.
    private static let w = nonce(3)
    private static let shared = [end(3, 3), end(5, 5)]

    private func passage(
        base: [WriterID: BatchEnd] = [:], _ chains: [WriterID: [BatchEnd]], origins: [WriterID: Origin] = [:],
        in register: TestRegister
    ) throws -> Passage {
        var result = Knowledge(base)
        for (writer, ends) in chains { result.ends[writer] = ends.last }
        let scope = DeltaScope(
            base: Knowledge(base), result: result,
            chains: Dictionary(uniqueKeysWithValues: chains.map { ($0, Chain(before: base[$0], ends: $1)) }))
        return try Passage(scope, origins: origins, in: register)
    }

    @Test func copiesPartAfterTheLastBatchTheyShare() throws {
        let register = TestRegister(chains: [Self.w: Self.shared + [Self.end(8, 8)]])
        #expect(try passage([Self.w: Self.shared + [Self.end(6, 6), Self.end(9, 9)]], in: register).cuts == [Cut(root: Self.w, last: 5)])
        // From a base on.
        #expect(try passage(base: [Self.w: Self.end(3, 3)], [Self.w: [Self.end(7, 7)]], in: register).cuts == [Cut(root: Self.w, last: 3)])
        // One who has merely not got so far, or further, is no copy.
        for chain in [Self.shared, Self.shared + [Self.end(8, 8)], Self.shared + [Self.end(8, 8), Self.end(11, 11)]] {
            #expect(try passage([Self.w: chain], in: register).cuts == [])
        }
    }

    @Test func aBaseBeyondTheForkTellsOnlyThatThereIsOne() throws {
        let register = TestRegister(chains: [Self.w: Self.shared + [Self.end(8, 8)]])
        let found = try passage(base: [Self.w: Self.end(7, 7)], [Self.w: [Self.end(9, 9)]], in: register)
        #expect(found.cuts == [] && found.admission(closed: Knowledge([Self.w: Self.end(8, 8)])) == .forked([Self.w]))
        // Beyond all that is held, it may be no more than what is missing.
        let ahead = try passage(base: [Self.w: Self.end(9, 9)], [Self.w: [Self.end(10, 10)]], in: register)
        #expect(ahead.admission(closed: Knowledge([Self.w: Self.end(8, 8)])) == .waits(missing: Knowledge([Self.w: Self.end(9, 9)])))
    }

    /// What comes from a sender that does not know the cuts is named by its own chain, batch by batch.
    @Test func aSendersChainIsNamedPiecewise() throws {
        let register = TestRegister(
            chains: [Self.w: Self.shared, Self.nonce(8): [Self.end(8, 8)]],
            origins: [Self.nonce(8): Origin(root: Self.w, before: Self.end(5, 5))], cut: [Self.w: [5, 10]])
        let found = try passage([Self.w: Self.shared + [Self.end(6, 6), Self.end(9, 9), Self.end(12, 12), Self.end(13, 13)]], in: register)
        #expect(found.cuts == [] && found.forked == [])
        #expect(found.renamed[Self.w]?.pieces == [
            .init(after: 0, name: Self.w), .init(after: 5, name: Self.nonce(6)), .init(after: 9, name: Self.nonce(12)),
        ])
        #expect(found.scope.result == Knowledge([Self.w: Self.end(5, 5), Self.nonce(6): Self.end(9, 9), Self.nonce(12): Self.end(13, 13)]))
        #expect(found.origins == [
            Self.nonce(6): Origin(root: Self.w, before: Self.end(5, 5)), Self.nonce(12): Origin(root: Self.w, before: Self.end(9, 9)),
        ])

        // A change of the last piece had seen its writer's earlier ones: now its context says so.
        let numbers = WriterNumbers([Self.w, Self.nonce(77)], renamed: found.renamed) { name in
            WriterOrdinal([Self.w: 0, Self.nonce(77): 1, Self.nonce(6): 2, Self.nonce(12): 3][name] ?? 99)
        }
        let change = Change(
            dot: Dot(WriterOrdinal(0), 13), timeMilliseconds: 0, columns: .exists, context: Context([.init(WriterOrdinal(1), 4)]))
        #expect(numbers.dot(change.dot) == Dot(WriterOrdinal(3), 13))
        #expect(numbers.context(of: change) == Context([
            .init(WriterOrdinal(0), 5), .init(WriterOrdinal(1), 4), .init(WriterOrdinal(2), 9),
        ]))
        let other = Change(
            dot: Dot(WriterOrdinal(1), 9), timeMilliseconds: 0, columns: .exists, context: Context([.init(WriterOrdinal(0), 7)]))
        #expect(numbers.context(of: other) == Context([.init(WriterOrdinal(0), 5), .init(WriterOrdinal(2), 7)]))
    }

    /// What was stated under one name is found again by its nonces, under those of now; and the other way about.
    @Test func basesAreFoundByTheirNonces() throws {
        let register = TestRegister(
            chains: [Self.w: Self.shared, Self.nonce(8): [Self.end(8, 8)]],
            origins: [Self.nonce(8): Origin(root: Self.w, before: Self.end(5, 5))], cut: [Self.w: [5]])
        let older = try passage(base: [Self.w: Self.end(8, 8)], [Self.w: [Self.end(9, 9)]], in: register)
        #expect(older.scope.base == Knowledge([Self.w: Self.end(5, 5), Self.nonce(8): Self.end(8, 8)]))
        #expect(older.scope.chains == [Self.nonce(8): Chain(before: Self.end(8, 8), ends: [Self.end(9, 9)])])
        let uncut = TestRegister(chains: [Self.w: Self.shared + [Self.end(8, 8)]])
        #expect(try passage(base: [Self.nonce(8): Self.end(8, 8)], [:], in: uncut).cuts == [Cut(root: Self.w, last: 5)])
        #expect(try passage([Self.nonce(8): [Self.end(8, 8)]], origins: [Self.nonce(8): Origin(root: Self.w, before: Self.end(5, 5))], in: uncut)
            .cuts == [Cut(root: Self.w, last: 5)])
    }

    /// Renaming what is held gives the same whatever the order of the cuts.
    @Test func theOrderOfCutsDoesNotMatter() {
        let w = WriterOrdinal(0), x = WriterOrdinal(1), y = WriterOrdinal(2)
        let change = Change(
            dot: Dot(w, 12), timeMilliseconds: 0, columns: .exists, context: Context([.init(WriterOrdinal(9), 1)]))
        let reader = Change(
            dot: Dot(WriterOrdinal(9), 2), timeMilliseconds: 0, columns: .exists, context: Context([.init(w, 11), .init(x, 0)]))
        // Cut at 5 and at 9: 6-9 become x, 10-12 y.
        let early = [Rename(w, after: 5, to: x), Rename(x, after: 9, to: y)]
        let late = [Rename(w, after: 9, to: y), Rename(w, after: 5, to: x)]
        for original in [change, reader] {
            let a = early.reduce(original) { $1.change($0) }, b = late.reduce(original) { $1.change($0) }
            #expect(a == b)
        }
        #expect(early.reduce(change) { $1.change($0) }.context == Context([.init(w, 5), .init(x, 9), .init(WriterOrdinal(9), 1)]))
        // What covered still covers.
        let earlier = Change(dot: Dot(w, 4), timeMilliseconds: 0, columns: .exists)
        #expect(early.reduce(change) { $1.change($0) }.saw(earlier) && change.saw(earlier))
    }

    /// A receiver and sender that contradict one another are told apart from those that merely must learn.
    @Test func whatNeverSettlesIsRefused() throws {
        let register = TestRegister(chains: [Self.w: Self.shared])
        let chains = [Self.w: WholeChain(origin: nil, ends: [Self.end(4, 3)])]
        #expect(try Passage.compare(chains, in: register) { _ in false } == false)
        let elsewhere = [Self.w: WholeChain(origin: Origin(root: Self.nonce(1), before: Self.end(2, 2)), ends: Self.shared)]
        #expect(try Passage.compare(elsewhere, in: register) { _ in true } == false)
    }
}
