import CRDT
import Wire

/// What changes did to texts, as a delta carries it: what is left of each, told from the text's state.
///
/// The changes of one text lie far apart in the log, which is read by writer: states that were read are kept for a while.
final class TextEdits {
    /// Passages and deletions of all that is kept.
    private static let pieceLimit = 1 << 20

    private struct Cell: Hashable {
        let record: [UInt8]
        let column: Int
    }

    private let records: Records
    private var known: [Cell: [Dot: TextChange]] = [:]
    private var pieceCount = 0

    init(_ records: Records) { self.records = records }

    /// Of a change that only took away what a writing of the whole has taken over since, nothing is left but that it was.
    func edit(of change: Change, _ record: [UInt8], _ column: CatalogColumn, _ reader: TableReader) throws -> TextChange {
        try edits(of: record, column, row: reader.value(of: column))[change.dot]
            ?? TextChange(dot: change.dot, context: change.context, generation: .over)
    }

    /// What is left of every change of a cell.
    func edits(of record: [UInt8], _ column: CatalogColumn, row: Value?) throws -> [Dot: TextChange] {
        let cell = Cell(record: record, column: column.number)
        if let known = known[cell] { return known }
        guard let text = try records.texts.kept(record, column.number, row: row) else { throw StoreError(.damaged, "a text is gone") }
        var found: [Dot: TextChange] = [:]
        for change in text.changes(beyond: VersionVector()) {
            found[change.dot] = change
            pieceCount += 1 + change.passages.count + change.deletes.count
        }
        if pieceCount > TextEdits.pieceLimit { (known, pieceCount) = ([:], 0) }
        known[cell] = found
        return found
    }
}

extension TextChange {
    /// The same in other numbers of writers.
    func places(_ place: (WriterOrdinal) throws -> WriterOrdinal) throws -> TextChange {
        var known: [WriterOrdinal: WriterOrdinal] = [:]
        func learn(_ dot: Dot) throws { if known[dot.writer] == nil { known[dot.writer] = try place(dot.writer) } }
        try learn(dot)
        if case .opened(let opening) = generation { try learn(opening) }
        for passage in passages { if let parent = passage.place.parent { try learn(parent.dot) } }
        for range in deletes { try learn(range.dot) }
        return named(seeing: .empty) { Dot(known[$0.writer] ?? $0.writer, $0.sequence) }
    }
}

extension TableReader {
    /// The value of a column of one part; nil where there is no row.
    func value(of column: CatalogColumn) -> Value? {
        guard let current, column.isShown else { return nil }
        return current.value(Int32(1 + column.firstPart))
    }
}
