import CRDT
import Testing

/// Knowledge, scopes of deltas, and what a replica answers to one (rule 3).
@Suite struct KnowledgeTests {
    private static let a = Nonce(high: 0, low: 0xA), b = Nonce(high: 0, low: 0xB), c = Nonce(high: 0, low: 0xC)

    /// The batch of a writer that ends at `last`; the first one's nonce is the writer.
    private static func end(_ writer: WriterID, _ last: UInt32, nonce: UInt64? = nil) -> BatchEnd {
        BatchEnd(last: last, nonce: nonce.map { Nonce(high: 9, low: $0) } ?? (last == 1 ? writer : Nonce(high: writer.low, low: UInt64(last))))
    }

    private static func knowledge(_ lasts: [WriterID: UInt32]) -> Knowledge {
        Knowledge(Dictionary(uniqueKeysWithValues: lasts.map { ($0, end($0, $1)) }))
    }

    /// The scope from one vector to another over batches of one change each.
    private static func scope(from base: [WriterID: UInt32], to result: [WriterID: UInt32]) -> DeltaScope {
        var chains: [WriterID: Chain] = [:]
        for (writer, last) in result where last > base[writer] ?? 0 {
            let before = base[writer] ?? 0
            chains[writer] = Chain(before: before > 0 ? end(writer, before) : nil, ends: (before + 1...last).map { end(writer, $0) })
        }
        return DeltaScope(base: knowledge(base), result: knowledge(result), chains: chains)
    }

    @Test func unionIntersectionAndWhatIsMissing() {
        let left = Self.knowledge([Self.a: 3, Self.b: 1]), right = Self.knowledge([Self.a: 2, Self.c: 4])
        #expect(left.union(right) == Self.knowledge([Self.a: 3, Self.b: 1, Self.c: 4]))
        #expect(left.union(right) == right.union(left))
        #expect(left.intersection(right) == Self.knowledge([Self.a: 2]))
        #expect(left.intersection(right) == right.intersection(left))
        #expect(left.intersection(Knowledge()) == Knowledge() && left.union(Knowledge()) == left)
        #expect(left.missingCount(from: right) == 4 && right.missingCount(from: left) == 2)
        #expect(left.missingCount(from: left) == 0)
        #expect(left.union(right).includes(left) && !left.includes(right) && left.includes(Knowledge()))
    }

    @Test func versionVectorsHoldNothingOfUnknownWriters() {
        var vector = VersionVector()
        vector[WriterOrdinal(3)] = 2
        #expect(vector[WriterOrdinal(0)] == 0 && vector[WriterOrdinal(99)] == 0)
        #expect(vector.includes(Dot(WriterOrdinal(3), 2)) && !vector.includes(Dot(WriterOrdinal(3), 3)))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let scope: DeltaScope
        let closed: Knowledge
        /// Batches heard of beyond `closed`, or instead of what this suite's batches are.
        var heard: [WriterID: [BatchEnd]] = [:]
        /// nil: first there is something to cut.
        var answer: Admission?
        var cuts: [Cut] = []
    }

    static let cases: [Case] = [
        Case(testDescription: "everything to an empty replica merges", scope: scope(from: [:], to: [a: 2]), closed: Knowledge(), answer: .merges),
        Case(testDescription: "the next part merges", scope: scope(from: [a: 2], to: [a: 4]), closed: knowledge([a: 2]), answer: .merges),
        Case(testDescription: "an overlapping part merges", scope: scope(from: [a: 1], to: [a: 4]), closed: knowledge([a: 2, b: 7]), answer: .merges),
        Case(testDescription: "one writer known, one new: merges", scope: scope(from: [:], to: [a: 2, b: 1]), closed: knowledge([a: 2]), answer: .merges),
        Case(testDescription: "the same again is known", scope: scope(from: [:], to: [a: 2]), closed: knowledge([a: 2]), answer: .known),
        Case(testDescription: "an older one is known", scope: scope(from: [a: 1], to: [a: 2]), closed: knowledge([a: 5]), answer: .known),
        Case(testDescription: "nothing new is known", scope: scope(from: [a: 2], to: [a: 2]), closed: knowledge([a: 2]), answer: .known),
        Case(testDescription: "a base ahead waits", scope: scope(from: [a: 3], to: [a: 4]), closed: knowledge([a: 2]), answer: .waits(missing: knowledge([a: 3]))),
        Case(
            testDescription: "a base with another writer waits", scope: scope(from: [a: 1, b: 2], to: [a: 4, b: 2]), closed: knowledge([a: 1]),
            answer: .waits(missing: knowledge([b: 2]))),
        Case(
            testDescription: "a batch held has another nonce", scope: scope(from: [:], to: [a: 3]), closed: Knowledge([a: end(a, 2, nonce: 7)]),
            heard: [a: [end(a, 1), end(a, 2, nonce: 7)]], cuts: [Cut(root: a, last: 1)]),
        Case(
            testDescription: "a batch heard of early has another nonce", scope: scope(from: [:], to: [a: 3]), closed: knowledge([a: 1]),
            heard: [a: [end(a, 1), end(a, 3, nonce: 7)]], cuts: [Cut(root: a, last: 1)]),
        Case(
            testDescription: "a batch ends where none ends here", scope: scope(from: [:], to: [a: 4]), closed: knowledge([a: 3]),
            heard: [a: [end(a, 1), end(a, 3)]], cuts: [Cut(root: a, last: 1)]),
        Case(
            testDescription: "what is held ends inside a batch of the chain",
            scope: DeltaScope(base: Knowledge(), result: knowledge([a: 4]), chains: [a: Chain(before: nil, ends: [end(a, 1), end(a, 4)])]),
            closed: knowledge([a: 2]), cuts: [Cut(root: a, last: 1)]),
        Case(
            testDescription: "the batch before the chain has another nonce", scope: scope(from: [a: 2], to: [a: 3]),
            closed: Knowledge([a: end(a, 2, nonce: 7)]), heard: [a: [end(a, 1), end(a, 2, nonce: 7)]], answer: .forked([a])),
        Case(
            testDescription: "a base beside the chains has another nonce", scope: scope(from: [a: 1, b: 2], to: [a: 2, b: 2]),
            closed: Knowledge([a: end(a, 1), b: end(b, 2, nonce: 7)]), heard: [a: [end(a, 1)], b: [end(b, 1), end(b, 2, nonce: 7)]], answer: .forked([b])),
        Case(
            testDescription: "a copy is told even when the base is ahead", scope: scope(from: [a: 5, b: 1], to: [a: 6, b: 2]),
            closed: Knowledge([b: end(b, 2, nonce: 7)]), heard: [b: [end(b, 1), end(b, 2, nonce: 7)]], cuts: [Cut(root: b, last: 1)]),
    ]

    @Test(arguments: cases) func admission(_ row: Case) throws {
        #expect(row.scope.isConsistent)
        var register = TestRegister()
        for (writer, end) in row.closed.ends { register.chains[writer] = (1...end.last).map { Self.end(writer, $0) } }
        register.chains.merge(row.heard) { _, heard in heard }
        let passage = try Passage(row.scope, origins: [:], in: register)
        #expect(passage.cuts == row.cuts)
        if let answer = row.answer { #expect(passage.admission(closed: row.closed) == answer) }
    }

    @Test func consistentScopes() {
        #expect(Self.scope(from: [:], to: [:]).isConsistent)
        #expect(Self.scope(from: [:], to: [Self.a: 3]).isConsistent)
        #expect(Self.scope(from: [Self.a: 2, Self.b: 1], to: [Self.a: 2, Self.b: 3]).isConsistent)
    }

    @Test func scopesThatContradictThemselves() {
        let a = Self.a, end = Self.end
        func scope(_ base: [WriterID: BatchEnd], _ result: [WriterID: BatchEnd], _ chains: [WriterID: Chain]) -> DeltaScope {
            DeltaScope(base: Knowledge(base), result: Knowledge(result), chains: chains)
        }
        let wrong: [(String, DeltaScope)] = [
            ("the result is before the base", scope([a: end(a, 3, nil)], [a: end(a, 2, nil)], [:])),
            ("the result lacks a writer of the base", scope([a: end(a, 3, nil)], [:], [:])),
            ("the result changes a nonce", scope([a: end(a, 2, nil)], [a: end(a, 2, 7)], [:])),
            ("no chain", scope([:], [a: end(a, 1, nil)], [:])),
            ("a chain too many", scope([:], [:], [a: Chain(before: nil, ends: [end(a, 1, nil)])])),
            ("a chain that goes nowhere", scope([a: end(a, 2, nil)], [a: end(a, 2, nil)], [a: Chain(before: end(a, 2, nil), ends: [end(a, 2, nil)])])),
            ("another base in the chain", scope([a: end(a, 1, nil)], [a: end(a, 2, nil)], [a: Chain(before: nil, ends: [end(a, 2, nil)])])),
            ("another end", scope([:], [a: end(a, 2, nil)], [a: Chain(before: nil, ends: [end(a, 1, nil)])])),
            ("not ascending", scope([:], [a: end(a, 2, nil)], [a: Chain(before: nil, ends: [end(a, 1, nil), end(a, 1, nil), end(a, 2, nil)])])),
            ("an empty chain", scope([:], [a: end(a, 2, nil)], [a: Chain(before: nil, ends: [])])),
            ("the writer is not named by its first batch", scope([:], [a: end(a, 2, nil)], [a: Chain(before: nil, ends: [end(a, 2, nil)])])),
        ]
        for (name, scope) in wrong { #expect(!scope.isConsistent, "\(name)") }
    }

    @Test func noncesAreBytesAndText() {
        let nonce = Nonce(high: 0x0102_0304_0506_0708, low: 0xFFFE_FDFC_FBFA_F9F8)
        #expect(nonce.description == "0102030405060708fffefdfcfbfaf9f8")
        #expect(Nonce(hexadecimal: nonce.description) == nonce && Nonce(bytes: nonce.bytes) == nonce)
        for wrong in ["", "01", nonce.description + "0", "0102030405060708fffefdfcfbfaf9fg"] { #expect(Nonce(hexadecimal: wrong) == nil) }
        #expect(Nonce(bytes: [1, 2, 3]) == nil)
        #expect(Nonce(high: 1, low: 0) > Nonce(high: 0, low: .max))
    }
}
