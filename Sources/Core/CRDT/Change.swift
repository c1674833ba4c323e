/// The place of a writer in one replica's own register of writers. It never travels: replicas number writers in the
/// order in which they met them. Small numbers keep dots and contexts small in memory and in the file.
package struct WriterOrdinal: Hashable, Comparable, Sendable {
    package let number: UInt32
    package init(_ number: UInt32) { self.number = number }
    package static func < (a: WriterOrdinal, b: WriterOrdinal) -> Bool { a.number < b.number }
}

/// Names a change: a writer and its sequence, counted from 1.
package struct Dot: Hashable, Comparable, Sendable {
    package let writer: WriterOrdinal
    package let sequence: UInt32

    package init(_ writer: WriterOrdinal, _ sequence: UInt32) {
        self.writer = writer
        self.sequence = sequence
    }

    /// The dot as one integer, ordered as dots are: writer in the upper, sequence in the lower 32 bits.
    package var packed: Int64 { Int64(writer.number) << 32 | Int64(sequence) }

    package init(packed: Int64) {
        self.init(WriterOrdinal(UInt32(packed >> 32)), UInt32(truncatingIfNeeded: packed))
    }

    package static func < (a: Dot, b: Dot) -> Bool { a.packed < b.packed }
}

/// A set of a table's columns by number. Number 0 is `exists`, which every record has; the rest are numbered from 1 in
/// the order in which a replica met them. A composite counts as one column.
package struct ColumnSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(number: Int) { self.init(rawValue: 1 << UInt64(number)) }

    package static let exists = ColumnSet(number: 0)
    /// 63 columns beside `exists`; the upper bit stays clear so that the set fits SQLite's signed integers.
    package static let limit = 63

    package func contains(number: Int) -> Bool { rawValue & (1 << UInt64(number)) != 0 }

    /// The numbers in the set, ascending.
    package var numbers: Numbers { Numbers(rest: rawValue) }

    package struct Numbers: Sequence, IteratorProtocol {
        var rest: UInt64
        package mutating func next() -> Int? {
            guard rest != 0 else { return nil }
            defer { rest &= rest - 1 }
            return rest.trailingZeroBitCount
        }
    }
}

/// The record's version vector at the moment of writing: for each writer that had touched the record, the last
/// sequence the author had seen of it. The author's own earlier changes are implied and may be left out.
package struct Context: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let writer: WriterOrdinal
        package let last: UInt32
        package init(_ writer: WriterOrdinal, _ last: UInt32) {
            self.writer = writer
            self.last = last
        }
    }

    /// Ascending by writer, one entry a writer, no entry with last 0.
    package private(set) var entries: [Entry]

    package static let empty = Context()
    package init() { entries = [] }

    package init(_ unordered: some Sequence<Entry>) {
        entries = unordered.filter { $0.last > 0 }.sorted { $0.writer < $1.writer }
    }

    /// The entry of a writer.
    package func last(of writer: WriterOrdinal) -> UInt32? {
        for entry in entries where entry.writer == writer { return entry.last }
        return nil
    }

    package func includes(_ dot: Dot) -> Bool {
        // Nearly every context has one to four entries: a scan beats a search.
        for entry in entries where entry.writer == dot.writer { return entry.last >= dot.sequence }
        return false
    }
}

/// One stamped write to one record, as far as it still counts.
///
/// `columns` are those the change *still wins here*: a later change takes columns over, and a change with none left is
/// forgotten. Two copies of one change may therefore carry different columns; merging unites them first.
package struct Change: Hashable, Sendable {
    package let dot: Dot
    /// Wall-clock milliseconds since 1970 UTC, within ±2^53. A hint: it only picks which of truly concurrent values is shown.
    package let timeMilliseconds: Int64
    package var columns: ColumnSet { didSet { edits.formIntersection(columns) } }
    /// Columns of kind text of which it changed passages (`TextChange`) and did not write the whole: it covers nothing there.
    package var edits: ColumnSet
    package let context: Context
    /// The value this change gave to `exists`: false for a delete.
    package let deletes: Bool
    /// The change created the record as far as its author knew. An anchor's dot names the record in deltas, so an
    /// anchor is kept when it has no columns left.
    package let isAnchor: Bool

    package init(
        dot: Dot, timeMilliseconds: Int64, columns: ColumnSet, context: Context = .empty, deletes: Bool = false,
        isAnchor: Bool = false, edits: ColumnSet = []
    ) {
        self.dot = dot
        self.timeMilliseconds = timeMilliseconds
        self.columns = columns
        self.edits = edits
        self.context = context
        self.deletes = deletes
        self.isAnchor = isAnchor
    }

    /// This copy of a change, with the columns of another one.
    func united(with copy: Change) -> Change {
        Change(
            dot: dot, timeMilliseconds: timeMilliseconds, columns: columns.union(copy.columns), context: context,
            deletes: columns.contains(.exists) ? deletes : deletes || copy.deletes, isAnchor: isAnchor,
            edits: edits.union(copy.edits.subtracting(columns)))
    }

    /// Whether this change was written by someone who held `earlier`. Of its own writer it saw all that is earlier, unless its context says
    /// how much: so one author puts values beside one another, for a person to choose.
    package func saw(_ earlier: Change) -> Bool {
        guard dot.writer == earlier.dot.writer else { return context.includes(earlier.dot) }
        return dot.sequence > earlier.dot.sequence && earlier.dot.sequence <= context.last(of: dot.writer) ?? .max
    }
}

/// The range that times are clamped to: the integers a double holds exactly, so that any program can carry them.
package func clampedTime(_ milliseconds: Int64) -> Int64 {
    min(max(milliseconds, -(1 << 53)), 1 << 53)
}
