import CRDT
import SQLite
import Wire

/// The state of a text column of which passages were edited (Protocol.md, "Text"): a row of kith_text beside the words.
///
/// Invariants:
/// 1. A cell has a row in kith_text when, and only when, a living change edited passages of it (`Change.edits`); but for the time
///    in which a delta is on its way into the log (`TextArrivals`).
/// 2. The words of the living scalars stand in the row, or in the trash; where the row has something else, or there is none, in
///    `shown`.
/// 3. Of writings of the whole, only a value that is no prose is kept in kith_aside.
final class Texts {
    /// Of one change: more are written as a whole.
    static let pieceCount = 200_000
    /// Living changes of a record beyond which a text is written as a whole again, which takes over all that its author has seen: else
    /// every change that was ever made would stay. What others edit meanwhile comes as late words, kept and listed.
    static let changeCount = 512

    private let access: Access

    init(_ access: Access) { self.access = access }

    /// The writers by their numbers here: by their names concurrent words stand beside one another.
    var names: [WriterOrdinal: WriterID] {
        Dictionary(uniqueKeysWithValues: access.writers.all.map { ($0.ordinal, $0.id) })
    }

    /// The state that is kept; nil when there is none.
    ///
    /// - Parameter row: what the row has.
    /// - Throws: `damaged` when the row is not what the state describes.
    func kept(_ record: [UInt8], _ column: Int, row: Value?) throws -> Text? {
        guard access.hasTexts else { return nil }
        let select = try access.connection.statement("select state, apart, shown from kith_text where record = ? and col = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, column)
        guard try select.step() else { return nil }
        let shown = select.integer(1) == 1 ? select.value(2) : row ?? .null
        return try TextBlob.decode(Array(select.bytes(0)), column: Texts.words(shown), names: names)
    }

    /// What a cell shows that is not in its row; nil when it is there.
    func apart(_ record: [UInt8], _ column: Int) throws -> Value? {
        guard access.hasTexts else { return nil }
        let select = try access.connection.statement("select shown from kith_text where record = ? and col = ? and apart = 1")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, column)
        return try select.step() ? select.value(0) : nil
    }

    func keep(_ text: Text, _ record: [UInt8], _ column: Int, shown: Value, isApart: Bool) throws {
        let insert = try access.connection.statement(
            "insert or replace into kith_text (record, col, state, apart, shown, unsettled, met) values (?, ?, ?, ?, ?, ?, ?)")
        insert.bind(1, copyingBlob: record)
        insert.bind(2, column)
        insert.bind(3, copyingBlob: TextBlob.encode(text, column: Texts.words(shown)))
        insert.bind(4, isApart ? 1 : 0)
        if isApart { insert.bind(5, shown) } else { insert.bindNull(5) }
        let unsettled = text.unsettledCount
        insert.bind(6, unsettled)
        insert.bind(7, unsettled == 0 ? text.heads.count : 0)
        try insert.run()
        access.hasTexts = true
    }

    /// The row has something else from now on, or again what the text shows (nil).
    func setApart(_ record: [UInt8], _ column: Int, _ shown: Value?) throws {
        guard access.hasTexts else { return }
        let update = try access.connection.statement("update kith_text set apart = ?, shown = ? where record = ? and col = ?")
        update.bind(1, shown == nil ? 0 : 1)
        update.bind(2, shown ?? .null)
        update.bind(3, copyingBlob: record)
        update.bind(4, column)
        try update.run()
    }

    /// - Returns: whether there was a state.
    @discardableResult
    func forget(_ record: [UInt8], _ column: Int) throws -> Bool {
        guard access.hasTexts else { return false }
        let delete = try access.connection.statement("delete from kith_text where record = ? and col = ?")
        delete.bind(1, copyingBlob: record)
        delete.bind(2, column)
        try delete.run()
        return access.connection.changedRowCount > 0
    }

    /// The columns of a record that have a state.
    func columns(of record: [UInt8]) throws -> ColumnSet {
        guard access.hasTexts else { return [] }
        let select = try access.connection.statement("select col from kith_text where record = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        var found = ColumnSet()
        while try select.step() { found.insert(ColumnSet(number: Int(select.integer(0)))) }
        return found
    }

    /// The words of a value: none of what is no prose.
    static func words(_ value: Value) -> [UInt8] {
        guard case .text(let bytes) = value, value.prose != nil else { return [] }
        return bytes
    }

    /// The writing of a whole text by a change.
    static func whole(_ change: Change, _ value: Value) -> TextChange {
        let letters = value.prose ?? []
        return TextChange(
            dot: change.dot, context: change.context,
            passages: letters.isEmpty ? [] : [TextPassage(offset: 0, place: .beginning, letters: letters)],
            generation: .opened(change.dot), opens: TextEdit.name(letters), leavesNull: value == .null,
            timeMilliseconds: change.timeMilliseconds)
    }
}

extension Text {
    /// Passages and late words that wait for a person.
    var unsettledCount: Int { isOfOneGeneration && !hasConcurrent ? 0 : passages.all.count + strays(name: TextEdit.name).count }

    /// What a writing of the whole wrote, as far as it still stands: nil when the change is none, or of no words.
    func words(of dot: Dot) -> Value? {
        guard let change = changes(beyond: VersionVector()).first(where: { $0.dot == dot }), change.opens != nil else { return nil }
        if change.leavesNull, change.passages.isEmpty { return .null }
        return .text(Array(string(change.passages.flatMap { $0.letters ?? [] }).utf8))
    }
}

extension Value {
    /// Whether a writing of it needs no place of its own beside a text's state.
    var isWords: Bool { self == .null || prose != nil }
}

extension Records {
    /// The state of a cell of a text, whether or not passages of it were edited.
    ///
    /// - Parameters:
    ///   - changes: those of the record.
    ///   - row: what the row has in this column; nil when there is none.
    func text(_ record: [UInt8], _ column: CatalogColumn, _ changes: [LoggedChange], row: Value?) throws -> Text {
        do {
            if let kept = try texts.kept(record, column.number, row: row) { return kept }
        } catch let error as WireError where error.code == .damaged {
            // Somebody has written in the row, and it is not stamped yet: the state is that of what stood there before. Where nobody
            // knows what that was, nothing is known of the text either.
            do { return try texts.kept(record, column.number, row: noted(record, column)) ?? Text(names: texts.names) } catch let error as WireError
            where error.code == .damaged { return Text(names: texts.names) }
        }
        var text = Text(names: texts.names)
        try text.take(changes.filter { $0.change.columns.contains(column.set) }.map { logged in
            let aside = logged.hasAside ? try self.aside(of: logged.change.dot)[column.number]?.first : nil
            return Texts.whole(logged.change, aside ?? row ?? .null)
        })
        return text
    }

    /// What a column held before the edits that are not stamped yet.
    private func noted(_ record: [UInt8], _ column: CatalogColumn) throws -> Value? {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        let matches = Capture.keyNotes(table).map { "\($0) = ?" }.joined(separator: " and ")
        let select = try access.connection.statement(
            """
            select \(Capture.was(table.parts[column.firstPart].name)) from \(quoted(table.notes))
            where \(matches) and existed and (columns = -1 or columns & ?) order by n limit 1
            """)
        defer { select.reset() }
        bind(key, to: select, from: 1)
        select.bind(Int32(table.keys.count + 1), Int64(bitPattern: column.set.rawValue))
        return try select.step() ? select.value(0) : nil
    }

    /// What an edit makes of a text; nil when it is to be written as a whole: where something is no prose, or where writings of the
    /// whole wait for somebody to choose, as who edits a cell has chosen what was shown.
    func edited(
        _ record: [UInt8], _ column: CatalogColumn, _ before: [LoggedChange], was: Value, now: Value, as dot: Dot, seeing context: Context
    ) throws -> Text? {
        guard was.isWords, now.isWords else { return nil }
        for logged in before where logged.hasAside && logged.change.columns.contains(column.set) {
            if let value = try aside(of: logged.change.dot)[column.number]?.first, !value.isWords { return nil }
        }
        do {
            var text = try text(record, column, before, row: was)
            guard text.isOfOneGeneration, shown(text, [:]) == was else { return nil }
            if before.count >= Texts.changeCount, text.unsettledCount == 0 { return nil }
            let pieces = text.runCount
            try text.write(value: now.prose, as: dot, seeing: context)
            return text.runCount - pieces <= Texts.pieceCount ? text : nil
        } catch is TextError {
            return nil
        } catch let error as WireError where error.code == .damaged {
            // Something wrote here that nobody noticed: nobody knows what of it stood there before.
            return nil
        }
    }

    /// What a text's column shows.
    ///
    /// - Parameter others: values of writings of the whole that are no prose.
    func shown(_ text: Text, _ others: [Dot: Value]) -> Value {
        if let generation = text.generation, let other = others[generation], text.livingCount == 0 { return other }
        return text.isNull ? .null : .text(Array(text.shown.utf8))
    }
}
