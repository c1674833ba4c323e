import Engine
import Store

/// Edits of one transaction: all of them or, when the closure throws, none. Rows may as well be written by plain SQL, by any program.
public struct Edits {
    let writing: RowWriting

    /// Adds a row. Without an `id` it gets one; the columns that are not named have their defaults.
    ///
    /// - Throws: `KithError`: `unknown-name`; `exists`; `erased` when the key, or an owner, was; `value-too-large`.
    @discardableResult
    public func add(_ table: String, _ values: KeyValuePairs<String, Value> = [:]) throws -> Record {
        try explaining { Record(try writing.add(table, values.stored)) }
    }

    /// Sets columns of a row; what is not named stays.
    ///
    /// - Parameter shown: what whoever edits was shown in some of the columns. A text is then put upon what it has become, so that nobody's
    ///   words are taken away that the editor never saw.
    /// - Throws: `KithError`: `not-found`; `unknown-name`; `written-once` for a fact that has another value; `erased`; `value-too-large`;
    ///   `changed-meanwhile` where a column that was shown, or the same words of a text, have become something else.
    public func edit(_ record: Record, _ values: KeyValuePairs<String, Value>, shown: KeyValuePairs<String, Value> = [:]) throws {
        try explaining { try writing.edit(record.stored, values.stored, shown: shown.stored) }
    }

    /// Puts a row into the trash, from where `undelete` brings it back. An edit that somebody made apart wins: then the row stays.
    public func delete(_ record: Record) throws { try explaining { try writing.delete(record.stored) } }

    /// Brings a row back with all its values. One that is there stays as it is.
    public func undelete(_ record: Record) throws { try explaining { try writing.undelete(record.stored) } }

    /// Adds to a counter; a negative amount takes off.
    public func increment(_ record: Record, _ column: String, by amount: Int64 = 1) throws {
        try explaining { try writing.increment(record.stored, column, by: amount) }
    }

    /// A row's columns after the key, as they are now; nil when it is not in its table.
    public func row(_ record: Record) throws -> Row? {
        try explaining {
            try writing.row(record.stored).map { found in Row(columns: found.values.map(\.name), values: found.values.map { Value($0.value) }) }
        }
    }
}

/// What undoing or redoing brought back, in rows.
public struct UndoReport: Hashable, Sendable {
    /// Put back to what they were.
    public let restored: Int
    /// Made then, and deleted again.
    public let removed: Int
    /// Deleted then, and there again.
    public let broughtBack: Int
    /// Left as they are, since others have changed them.
    public let leftAlone: Int

    init(_ report: Store::UndoReport) {
        restored = report.restored
        removed = report.removed
        broughtBack = report.broughtBack
        leftAlone = report.leftAlone
    }
}

extension Replica {
    /// Writes: one transaction, and one deed that `undo` takes back. It waits up to five seconds for another program that is writing.
    ///
    /// - Throws: what `body` throws; `KithError`: `busy`, `full`, `read-only`.
    @discardableResult
    public func write<Result>(_ body: (Edits) throws -> Result) throws -> Result {
        try explaining(path) { try engine.edit { try $0.edits { try body(Edits(writing: $0)) } } }
    }

    /// Takes back the last deed done on this replica that still stands, by new edits that travel as all edits do: what others have changed
    /// since stays. Kept for 30 days.
    ///
    /// - Throws: `KithError`: `nothing-to-undo`.
    @discardableResult
    public func undo() throws -> UndoReport {
        try explaining {
            // What is stamped can be done again.
            try engine.stamp()
            return UndoReport(try engine.store.undo())
        }
    }

    /// Does again what was undone last.
    ///
    /// - Throws: `KithError`: `nothing-to-redo`.
    @discardableResult
    public func redo() throws -> UndoReport { try explaining { UndoReport(try engine.store.redo()) } }

    /// Says that edits by SQL of most of a table's rows are meant. Until then nothing leaves this replica: `KithError`, `mass-change`.
    public func acceptMassChange() throws { try explaining { try engine.stamp(acceptingMassChange: true) } }
}
