import CRDT
import Simulator
import Testing

/// The laws and scenes of merging one record. Letters are columns, A, B, C writers; `A1 ab` is a change that carries a and b.
@Suite struct MergeLawTests {
    static let a = ColumnSet(number: 1), b = ColumnSet(number: 2), counter = ColumnSet(number: 3)
    static let A = WriterOrdinal(0), B = WriterOrdinal(1), C = WriterOrdinal(2)

    static func change(
        _ writer: WriterOrdinal, _ sequence: UInt32, _ columns: ColumnSet, seeing: [WriterOrdinal: UInt32] = [:],
        isAnchor: Bool = false
    ) -> Change {
        Change(
            dot: Dot(writer, sequence), timeMilliseconds: 5, columns: columns,
            context: Context(seeing.map { Context.Entry($0.key, $0.value) }), isAnchor: isAnchor)
    }

    static func merged(_ changes: [Change], accumulating: ColumnSet = []) -> Set<Change> {
        var record = RecordChanges()
        for change in changes { record.merge(change, accumulating: accumulating) }
        return Set(record.changes)
    }

    struct Scene: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let arriving: [Change]
        let left: [Change]
    }

    static let scenes: [Scene] = [
        Scene(testDescription: "an edit beats what it saw", arriving: [change(A, 1, a), change(B, 1, a, seeing: [A: 1])], left: [change(B, 1, a, seeing: [A: 1])]),
        Scene(testDescription: "concurrent edits are siblings", arriving: [change(A, 1, a), change(B, 1, a)], left: [change(A, 1, a), change(B, 1, a)]),
        Scene(
            testDescription: "each column goes its own way", arriving: [change(A, 1, [a, b]), change(B, 1, b, seeing: [A: 1])],
            left: [change(A, 1, a), change(B, 1, b, seeing: [A: 1])]),
        Scene(testDescription: "a writer's own earlier change is implied", arriving: [change(A, 1, a), change(A, 2, a)], left: [change(A, 2, a)]),
        Scene(
            testDescription: "seeing A1 is not seeing A2", arriving: [change(A, 2, a), change(B, 1, a, seeing: [A: 1])],
            left: [change(A, 2, a), change(B, 1, a, seeing: [A: 1])]),
        Scene(
            testDescription: "two copies unite their columns", arriving: [change(A, 1, a), change(A, 1, b)], left: [change(A, 1, [a, b])]),
        Scene(
            testDescription: "a known copy brings back nothing that was overwritten",
            arriving: [change(A, 1, a), change(B, 1, a, seeing: [A: 1]), change(A, 1, a)], left: [change(B, 1, a, seeing: [A: 1])]),
        Scene(
            testDescription: "a copy covers only in the columns it carries", arriving: [change(A, 1, [a, b]), change(B, 1, b, seeing: [A: 1]), change(A, 1, [a, b])],
            left: [change(A, 1, a), change(B, 1, b, seeing: [A: 1])]),
        Scene(
            testDescription: "an anchor stays when it has no columns left",
            arriving: [change(A, 1, a, isAnchor: true), change(B, 1, a, seeing: [A: 1])],
            left: [change(A, 1, [], isAnchor: true), change(B, 1, a, seeing: [A: 1])]),
    ]

    @Test(arguments: scenes) func scene(_ scene: Scene) {
        #expect(MergeLawTests.merged(scene.arriving) == Set(scene.left))
        #expect(MergeLawTests.merged(scene.arriving.reversed()) == Set(scene.left), "commutative")
        #expect(MergeLawTests.merged(scene.arriving + scene.arriving) == Set(scene.left), "idempotent")
        #expect(MergeLawTests.merged(scene.left + scene.arriving) == Set(scene.left), "absorbing")
    }

    /// Associative: merging what another replica has merged is merging what it got.
    @Test(arguments: scenes) func associative(_ scene: Scene) {
        for cut in 0...scene.arriving.count {
            let left = Array(scene.arriving[..<cut]), right = Array(scene.arriving[cut...])
            let together = MergeLawTests.merged(Array(MergeLawTests.merged(left)) + Array(MergeLawTests.merged(right)))
            #expect(together == Set(scene.left))
        }
    }

    /// Nothing covers an increment; a counter beside a register goes its own way.
    @Test func incrementsAddUp() {
        let first = MergeLawTests.change(Self.A, 1, [Self.a, Self.counter])
        let second = MergeLawTests.change(Self.A, 2, [Self.a, Self.counter])
        let third = MergeLawTests.change(Self.B, 1, Self.counter, seeing: [Self.A: 2])
        let found = MergeLawTests.merged([third, first, second, first], accumulating: Self.counter)
        #expect(found == [MergeLawTests.change(Self.A, 1, Self.counter), second, third])
    }

    /// Half of a change (Docs/Engine.md, "Soundness", 4): o is everywhere; p rewrites x and y; q, having it, rewrites x; of all
    /// that only p's y reaches t, which then shows o's x and p's y: no cell is blank.
    @Test func halfAChange() {
        let x = Self.a, y = Self.b
        let o = Self.change(Self.A, 1, [x, y])
        let p = Self.change(Self.B, 1, [x, y], seeing: [Self.A: 1])
        let q = Self.change(Self.C, 1, x, seeing: [Self.A: 1, Self.B: 1])
        let atQ = Self.merged([o, p, q])
        let halfOfP = atQ.filter { $0.dot == p.dot }
        #expect(halfOfP.map(\.columns) == [y])
        let atT = Self.merged([o] + Array(halfOfP))
        #expect(atT == [Self.change(Self.A, 1, x), Self.change(Self.B, 1, y, seeing: [Self.A: 1])])
    }

    /// Drawn histories of copies with part of their columns: what two replicas merged, in whatever pieces, unites.
    @Test func mergedStatesUnite() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<3_000 {
            let changes = (0..<8).map { _ -> Change in
                let writer = WriterOrdinal(UInt32(random.below(3)))
                let sequence = UInt32(1 + random.below(3))
                // Copies of one change differ in columns alone, and contexts are closed: each round saw the round before.
                let others = [Self.A, Self.B, Self.C].filter { $0 != writer }
                let seeing = Dictionary(uniqueKeysWithValues: others.map { ($0, sequence - 1) })
                return Self.change(writer, sequence, ColumnSet(rawValue: UInt64(1 + random.below(7))), seeing: seeing)
            }
            let all = Self.merged(changes)
            let left = Array(Self.merged(Array(changes[..<4]))), right = Array(Self.merged(Array(changes[4...])))
            guard Self.merged(right + left) == Self.merged(left + right),
                Self.merged(changes + changes) == Self.merged(Array(all) + changes)
            else {
                Issue.record("the order counts for \(changes)")
                return
            }
        }
    }
}
