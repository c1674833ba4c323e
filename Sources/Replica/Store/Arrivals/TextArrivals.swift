import CRDT
import SQLite
import Wire

/// What a delta brings for texts of which passages were edited: kept until all of the delta has been read, then taken in together.
///
/// The changes of a delta stand by writer, so an edit may come before what it hangs on, or before a writing of the whole that it
/// belongs to; one by one they would come to different things in different orders.
struct TextArrivals {
    private struct Cell: Hashable {
        let record: [UInt8]
        let column: Int
    }

    private let access: Access
    private let records: Records
    private let moment: Moment
    private var cells: Set<Cell> = []

    init(_ access: Access, _ records: Records, _ moment: Moment) {
        self.access = access
        self.records = records
        self.moment = moment
    }

    /// Whether what comes for a cell waits for the end of the delta.
    ///
    /// - Parameter before: the record's changes.
    func waits(_ record: [UInt8], _ column: CatalogColumn, _ before: [LoggedChange]) -> Bool {
        guard column.kind == .text else { return false }
        return cells.contains(Cell(record: record, column: column.number)) || before.contains { $0.change.edits.contains(column.set) }
    }

    mutating func add(_ edit: TextChange, _ record: [UInt8], _ column: CatalogColumn) throws {
        var out = ByteWriter()
        out.textChanges([edit])
        try add(.blob(out.bytes), isEdit: true, edit.dot, record, column)
    }

    mutating func add(_ value: Value, _ dot: Dot, _ record: [UInt8], _ column: CatalogColumn) throws {
        try add(value, isEdit: false, dot, record, column)
    }

    private mutating func add(_ value: Value, isEdit: Bool, _ dot: Dot, _ record: [UInt8], _ column: CatalogColumn) throws {
        cells.insert(Cell(record: record, column: column.number))
        let insert = try access.connection.statement(
            "insert or replace into kith_text_arrival (record, col, dot, edit, value) values (?, ?, ?, ?, ?)")
        insert.bind(1, copyingBlob: record)
        insert.bind(2, column.number)
        insert.bind(3, dot.packed)
        insert.bind(4, isEdit ? 1 : 0)
        insert.bind(5, value)
        try insert.run()
    }

    /// Takes all of it in.
    ///
    /// - Throws: `tooLarge` for a text beyond its limits.
    mutating func finish() throws {
        guard !cells.isEmpty else { return }
        for cell in cells.sorted(by: { $0.column == $1.column ? $0.record.lexicographicallyPrecedes($1.record) : $0.column < $1.column }) {
            try take(cell)
        }
        try access.connection.execute("delete from kith_text_arrival")
        cells = []
    }

    private struct Arrived {
        var edits: [Dot: TextChange] = [:]
        var values: [Dot: Value] = [:]

        func has(_ dot: Dot) -> Bool { edits[dot] != nil || values[dot] != nil }
    }

    private func arrived(_ cell: Cell) throws -> Arrived {
        let select = try access.connection.statement("select dot, edit, value from kith_text_arrival where record = ? and col = ? order by dot")
        defer { select.reset() }
        select.bind(1, copyingBlob: cell.record)
        select.bind(2, cell.column)
        var found = Arrived()
        while try select.step() {
            guard select.integer(1) == 1 else {
                found.values[Dot(packed: select.integer(0))] = select.value(2)
                continue
            }
            var reader = ByteReader(select.bytes(2), in: "text arrival")
            for edit in try reader.textChanges(writerCount: Int(UInt32.max)) { found.edits[edit.dot] = edit }
        }
        return found
    }

    private func take(_ cell: Cell) throws {
        let (table, key) = try cell.record.withUnsafeBytes { try access.catalog.locate($0) }
        // What was erased meanwhile has no changes.
        let changes = try records.changes(of: cell.record)
        guard let column = table.columns[cell.column], !changes.isEmpty else { return }
        let arrived = try arrived(cell)
        let image = try records.image(of: table, key: key)
        let row = column.isShown && image.place != .nowhere ? image.parts(of: column).first : nil
        let carrying = changes.filter { $0.change.columns.contains(column.set) }
        // What stood here, and what comes, as changes of the text.
        let known = carrying.filter { !arrived.has($0.change.dot) }
        var values = arrived.values
        for logged in known where !logged.change.edits.contains(column.set) {
            values[logged.change.dot] = logged.hasAside ? try records.aside(of: logged.change.dot)[column.number]?.first : nil
        }
        var text: Text
        if let kept = try records.texts.kept(cell.record, column.number, row: row) { text = kept } else {
            text = Text(names: records.texts.names)
            let wholes = known.map { logged in
                let value = values[logged.change.dot] ?? row ?? .null
                values[logged.change.dot] = value
                return Texts.whole(logged.change, value)
            }
            try TextArrivals.take(wholes, into: &text)
        }
        let arriving = carrying.compactMap { logged -> TextChange? in
            if let value = arrived.values[logged.change.dot] { return Texts.whole(logged.change, value) }
            return arrived.edits[logged.change.dot]?.named(seeing: logged.change.context) { $0 }.at(logged.change.timeMilliseconds)
        }
        if mutated(.editsByArrival) {
            for change in arriving { try TextArrivals.take([change], into: &text) }
        } else {
            try TextArrivals.take(arriving, into: &text)
        }
        // Of writings of the whole the values lie elsewhere from now on, or did until now.
        var given: [Records.Cell: [Value]] = [:]
        for logged in carrying where !logged.change.edits.contains(column.set) {
            let value = values[logged.change.dot] ?? text.words(of: logged.change.dot)
            if let value { given[Records.Cell(dot: logged.change.dot, column: column.number)] = [value] }
        }
        try records.apply(
            table, key, record: cell.record, before: changes, after: changes.map(\.change), columns: column.set, image: image, given: given,
            texts: [column.number: text], moment: moment)
    }

    /// What cannot be taken in as it is, because here stands something else than its authors had before them, is taken in as words
    /// of a late change: of two packers one has lied, and both deltas may have been taken in elsewhere, so refusing would part
    /// honest replicas for good.
    private static func take(_ changes: [TextChange], into text: inout Text) throws {
        do { return try text.take(changes) } catch { guard error != .tooLarge else { throw WireError(.tooLarge, in: "text edit") } }
        do { try text.take(changes.map(\.over)) } catch { throw WireError(error == .tooLarge ? .tooLarge : .malformed, in: "text edit") }
    }
}
