import CRDT
import Testing

/// What a local edit becomes: its context, its time, and whether it is an anchor.
@Suite struct StampingTests {
    private let own = WriterOrdinal(0), other = WriterOrdinal(1), third = WriterOrdinal(2)
    private let name = ColumnSet(number: 1), phone = ColumnSet(number: 2)

    private func closed(_ lasts: [WriterOrdinal: UInt32]) -> VersionVector {
        var vector = VersionVector()
        for (writer, last) in lasts { vector[writer] = last }
        return vector
    }

    private func stamp(
        on record: RecordChanges, sequence: UInt32 = 1, noted: Int64 = 100, closed lasts: [WriterOrdinal: UInt32] = [:]
    ) -> Change {
        record.stamped(as: Dot(own, sequence), columns: name, deletes: false, noted: noted, closed: closed(lasts))
    }

    @Test func theFirstOfARecordIsItsAnchor() {
        let first = stamp(on: RecordChanges(), closed: [other: 9])
        #expect(first.isAnchor)
        #expect(first.context == .empty, "the writer touched other records only")
        #expect(first.columns == [.exists, name])
    }

    /// Rule 5: writers whose changes are forgotten live on in the contexts of those who overwrote them.
    @Test func theContextNamesForgottenWriters() {
        let living = Change(
            dot: Dot(other, 2), timeMilliseconds: 1, columns: name, context: Context([.init(third, 4), .init(own, 1)]))
        let edit = stamp(on: RecordChanges([living]), sequence: 2, closed: [own: 1, other: 2, third: 7])
        #expect(edit.context == Context([.init(other, 2), .init(third, 7)]), "its own earlier changes are implied")
    }

    @Test(arguments: [
        (noted: Int64(100), replaced: Int64(50), stamped: Int64(100)),
        (noted: 100, replaced: 100, stamped: 101),
        (noted: 0, replaced: 4_070_908_800_000, stamped: 4_070_908_800_001),
        (noted: -5, replaced: -10, stamped: -5),
        (noted: .max, replaced: 0, stamped: 1 << 53),
        (noted: .min, replaced: -(1 << 53), stamped: -(1 << 53) + 1),
        (noted: 0, replaced: 1 << 53, stamped: 1 << 53),
    ]) func timeIsLaterThanWhatItReplaces(_ row: (noted: Int64, replaced: Int64, stamped: Int64)) {
        let before = Change(dot: Dot(other, 1), timeMilliseconds: row.replaced, columns: name)
        #expect(stamp(on: RecordChanges([before]), noted: row.noted, closed: [other: 1]).timeMilliseconds == row.stamped)
    }

    @Test func timeLooksAtTheColumnsThatAreReplacedOnly() {
        let before = Change(dot: Dot(other, 1), timeMilliseconds: 900, columns: phone)
        #expect(stamp(on: RecordChanges([before]), noted: 100).timeMilliseconds == 100)
    }

    @Test func aConcurrentEditBeatsADelete() {
        let made = Change(dot: Dot(own, 1), timeMilliseconds: 1, columns: [.exists, name], isAnchor: true)
        let gone = Change(
            dot: Dot(own, 2), timeMilliseconds: 3, columns: .exists, deletes: true)
        let edit = Change(
            dot: Dot(other, 1), timeMilliseconds: 2, columns: [.exists, phone], context: Context([.init(own, 1)]))
        var record = RecordChanges()
        for change in [made, gone] { record.merge(change, accumulating: []) }
        #expect(!record.exists)
        record.merge(edit, accumulating: [])
        #expect(record.exists)
        #expect(Set(record.siblings(of: 0).map(\.dot)) == [gone.dot, edit.dot])
    }

    @Test func dotsAreOrderedAndPackable() {
        let dots = [Dot(own, 1), Dot(own, .max), Dot(other, 1), Dot(WriterOrdinal(1 << 30), 7)]
        #expect(dots == dots.sorted())
        #expect(dots.map { Dot(packed: $0.packed) } == dots)
    }

    @Test func columnSetsList() {
        let set = ColumnSet([.exists, ColumnSet(number: 5), ColumnSet(number: 62)])
        #expect(Array(set.numbers) == [0, 5, 62])
        #expect(set.contains(number: 62) && !set.contains(number: 4))
        #expect(Array(ColumnSet().numbers).isEmpty)
    }
}
