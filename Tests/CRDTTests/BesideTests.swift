import CRDT
import Testing

/// One author who puts values beside one another, having not seen the one when writing the other.
@Suite struct BesideTests {
    private static let own = WriterOrdinal(0), other = WriterOrdinal(1), renamed = WriterOrdinal(2)
    private static let cell = ColumnSet(number: 1)

    private static func change(_ writer: WriterOrdinal, _ sequence: UInt32, seen: [WriterOrdinal: UInt32] = [:], isAnchor: Bool = false) -> Change {
        Change(
            dot: Dot(writer, sequence), timeMilliseconds: Int64(sequence), columns: [.exists, cell],
            context: Context(seen.map { .init($0.key, $0.value) }), isAnchor: isAnchor)
    }

    /// An anchor, two that did not see each other, a choice between them, and the choice taken back: two values, written as beside one another.
    private static let history = [
        change(own, 1, isAnchor: true), change(own, 2), change(other, 1, seen: [own: 1]), change(own, 3, seen: [other: 1]),
        change(own, 4, seen: [other: 1]), change(own, 5, seen: [own: 3, other: 1]),
    ]

    private static func orders(_ count: Int) -> [[Int]] {
        guard count > 1 else { return [Array(0..<count)] }
        return orders(count - 1).flatMap { order in (0...order.count).map { place in Array(order[..<place]) + [count - 1] + Array(order[place...]) } }
    }

    private func siblings(_ changes: [Change], _ order: [Int]) -> Set<Dot> {
        var record = RecordChanges()
        for index in order { record.merge(changes[index], accumulating: []) }
        return Set(record.siblings(of: 1).map(\.dot))
    }

    @Test func inEveryOrderTheTwoStandBesideOneAnother() {
        for order in BesideTests.orders(6) { #expect(siblings(BesideTests.history, order) == [Dot(BesideTests.own, 4), Dot(BesideTests.own, 5)]) }
    }

    @Test func whoSawOneOfThemTakesItOverAlone() {
        // A third wrote after the first of the two, and before the second came.
        let third = BesideTests.change(BesideTests.other, 2, seen: [BesideTests.own: 4])
        let all = BesideTests.history + [third]
        for order in BesideTests.orders(7).shuffled().prefix(1_000) { #expect(siblings(all, order) == [Dot(BesideTests.own, 5), third.dot]) }
        // And whoever saw both, the author too, takes both over.
        let last = [BesideTests.change(BesideTests.own, 6, seen: [BesideTests.other: 1]), BesideTests.change(BesideTests.other, 3, seen: [BesideTests.own: 5])]
        for each in last { #expect(siblings(BesideTests.history + [each], [0, 6, 1, 2, 5, 3, 4]) == [each.dot]) }
    }

    /// A cut may part the line before the two or after them, never between them: they are of one batch.
    @Test(arguments: [1, 2, 3, 5] as [UInt32]) func renamedTheyStandBesideOneAnotherStill(_ last: UInt32) {
        let rename = Rename(BesideTests.own, after: last, to: BesideTests.renamed)
        let all = BesideTests.history.map(rename.change)
        let writer = last < 4 ? BesideTests.renamed : BesideTests.own
        for order in BesideTests.orders(6) { #expect(siblings(all, order) == [Dot(writer, 4), Dot(writer, 5)]) }
        // Whether a replica renames what it holds, or takes it in under the new names: the same.
        var held = RecordChanges()
        for each in BesideTests.history { held.merge(each, accumulating: []) }
        #expect(Set(held.renamed(rename).siblings(of: 1).map(\.dot)) == [Dot(writer, 4), Dot(writer, 5)])
    }
}
