import CRDT
import SQLite
import Wire

/// A cell whose siblings differ and wait for a person.
package struct Conflict: Sendable {
    package let record: RecordID
    package let column: String
    package let kind: MergeKind
    /// One for each value, the shown one first.
    package let siblings: [SiblingDetail]
    /// Of a text, where its passage stands: the siblings are the wordings, all of which are shown. nil: it is about the whole value.
    package var passage: Passage?
}

/// Something that a rule has settled and that a person should hear of.
package struct Notice: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Somebody deleted the record while somebody else edited it: it stays.
        case editBeatDelete = "edit-beat-delete"
        /// Of different values the safest is shown.
        case rankChose = "rank-chose"
        /// The row cannot be written: a rule that somebody added refuses it, or its key is none that a table here holds. It is
        /// tried again at every merge.
        case parked
        /// Edits of several, of different passages of one text, stand together now, and nobody has read them together.
        case editsMet = "edits-met"
        /// The cell is too large to travel, and stays on this laptop until it is smaller.
        case tooLarge = "too-large"
    }

    package let kind: Kind
    package let record: RecordID
    /// nil when it is about the whole record.
    package let column: String?
    package let siblings: [SiblingDetail]
    /// SQLite's reason for a parked row.
    package let detail: String
    /// The rule that refuses a parked row is one of every replica's tables: its key is none that they hold.
    package var isOwnRule = false
}

extension Store {
    package enum Choice: Hashable, Sendable {
        /// What this device wrote.
        case mine
        /// The newest that this device did not write.
        case theirs
        case newest
        case value(Value)
        /// One of the values that differ, by its parts.
        case sibling([Value])
        /// All wordings of a text, as they stand.
        case both
    }

    package func conflicts() throws -> [Conflict] {
        try read { access in
            try access.known("conflicts") {
                let unsettled = try Unsettled(access, own: identity.device)
                return try unsettled.cells { $0.kind.hasConflicts }.map { cell in
                    let details = cell.siblings.map(\.detail)
                    return Conflict(
                        record: RecordID(cell.table, cell.key), column: cell.column.name, kind: cell.column.kind,
                        siblings: cell.overlap == nil ? unsettled.details.differing(details) : details, passage: cell.overlap?.passage)
                }
            }
        }
    }

    package func conflictCount() throws -> Int { try read { try conflictCount($0) } }

    func conflictCount(_ access: Access) throws -> Int { try access.known("conflict count") { try countConflicts(access) } }

    private func countConflicts(_ access: Access) throws -> Int {
        // Whatever is aside differs from what the row shows, so the siblings need not be read.
        let select = try access.connection.statement(
            """
            select record, col from kith_aside join kith_change using (dot)
            where part = 0 and record not in (select record from kith_parked)
            and not exists (select 1 from kith_text as text where text.record = kith_change.record and text.col = kith_aside.col)
            and not exists (select 1 from kith_too_large as held where held.record = kith_change.record and held.col = kith_aside.col)
            group by record, kith_aside.col
            """)
        defer { select.reset() }
        let records = try Records(access)
        var count = 0
        while try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            guard let column = table.columns[Int(select.integer(1))], column.isShown, column.kind.hasConflicts,
                try records.isInTable(table, key: key)
            else { continue }
            count += 1
        }
        guard access.hasTexts else { return count }
        return try count + Unsettled(access, own: identity.device).cells { $0.kind == .text }.count { $0.isEdited }
    }

    package func notices() throws -> [Notice] { try read { try notices($0) } }

    func notices(_ access: Access) throws -> [Notice] { try access.known("notices") { try readNotices(access) } }

    private func readNotices(_ access: Access) throws -> [Notice] {
        let unsettled = try Unsettled(access, own: identity.device)
        let existence = try unsettled.editsThatBeatDeletes().map { found in
            Notice(kind: .editBeatDelete, record: RecordID(found.table, found.key), column: nil, siblings: [], detail: "")
        }
        let ranks = try unsettled.cells(where: \.kind.isRank).map { cell in
            Notice(
                kind: .rankChose, record: RecordID(cell.table, cell.key), column: cell.column.name,
                siblings: unsettled.details.differing(cell.siblings.map(\.detail)), detail: "")
        }
        let large = try TooLarge(access).cells().map { cell in
            Notice(kind: .tooLarge, record: cell.record, column: cell.column, siblings: [], detail: String(cell.byteCount))
        }
        return existence + ranks + (try unsettled.met()) + (try unsettled.parked()) + large
    }

    /// Settles conflicts by a stamped write, even where the shown value is the chosen one, so that it travels. Many are settled
    /// in pieces of a thousand records: what a piece has settled stays, also when somebody stops after it. Undone as one.
    ///
    /// - Parameters:
    ///   - record: nil for all.
    ///   - column: nil for all columns of the record.
    ///   - passage: of a text; nil for all that wait in the column.
    ///   - goOn: asked after each piece, with how many cells are settled and of how many records how many are done.
    /// - Returns: how many cells are settled. Cells without a value of the chosen side are left as they are.
    /// - Throws: `writtenOnce` when a fact is to become what no sibling says; `unknownName` for a single value for a
    ///   column of several parts; `severalPassages` for one value for several passages of a text; `MassChange`.
    package func settle(
        _ record: RecordID?, column: String? = nil, passage: Conflict.Passage? = nil, _ choice: Choice, goOn: PieceReport = { _, _, _ in true }
    ) throws -> Int {
        func matches(_ each: CatalogColumn) -> Bool { each.kind.hasConflicts && (column == nil || column == each.name) }
        let records = try writeStamped { access in
            try Unsettled(access, own: identity.device).candidates(of: record, where: matches).map(\.record)
        }
        return try inPieces(records, goOn) { access, record, stamping in
            var cells = try Unsettled(access, own: identity.device).cells(ofRecord: record, where: matches)
            if let passage { cells.removeAll { $0.overlap?.passage != passage } }
            if case .value = choice, let several = Dictionary(grouping: cells.filter { $0.overlap != nil }, by: \.column.number).values.first(where: { $0.count > 1 }) {
                throw StoreError(.severalPassages, "\(several[0].table.name).\(several[0].column.name)")
            }
            var settled = 0
            var values: [Int: [Value]] = [:]
            for cell in cells {
                guard let overlap = cell.overlap, let words = try Store.parts(of: choice, for: cell)?.first else { continue }
                if try stamping.settle(cell.table, cell.key, cell.column, overlap, as: words.prose ?? []) { settled += 1 }
            }
            // Cells of one record are settled by one change.
            // What is chosen as a whole is read anew after its passages.
            let read = cells.reduce(into: ColumnSet()) { if $1.overlap != nil { $0.insert($1.column.set) } }
            for cell in cells where cell.overlap == nil && read.isDisjoint(with: cell.column.set) {
                guard let parts = try Store.parts(of: choice, for: cell) else { continue }
                values[cell.column.number] = parts
                settled += 1
            }
            guard let first = cells.first, !values.isEmpty else { return settled }
            if let reason = try stamping.overwrite(first.table, first.key, values) { throw StoreError(.sqlite, reason) }
            return settled
        }
    }

    /// - Returns: whether to go on.
    package typealias PieceReport = (_ settledCount: Int, _ doneCount: Int, _ recordCount: Int) -> Bool

    private static let pieceRecordCount = 1_000

    /// Does stamped work on records, a piece to a transaction, as one moment. SQLite prepares its statements anew when triggers are
    /// switched: that happens once a piece.
    ///
    /// - Returns: the sum of what `body` gives.
    private func inPieces(
        _ records: [[UInt8]], _ goOn: PieceReport, _ body: (Access, [UInt8], inout Stamping) throws -> Int
    ) throws -> Int {
        var sum = 0
        var moment: Int64?
        for start in stride(from: 0, to: records.count, by: Store.pieceRecordCount) {
            let end = min(start + Store.pieceRecordCount, records.count)
            sum += try writeStamped { access in
                try access.connection.withoutTriggers {
                    var stamping = try Stamping(access, continuing: moment)
                    var count = 0
                    for record in records[start..<end] { count += try body(access, record, &stamping) }
                    try stamping.finish()
                    moment = stamping.momentID
                    return count
                }
            }
            guard goOn(sum, end, records.count) else { break }
        }
        return sum
    }

    /// What a choice means for a cell; nil when no sibling is of the chosen side.
    private static func parts(of choice: Choice, for cell: Unsettled.Cell) throws -> [Value]? {
        switch choice {
        case .mine: return cell.siblings.first { $0.detail.author.isOwn }?.value.parts
        case .theirs: return cell.siblings.first { !$0.detail.author.isOwn }?.value.parts
        case .newest: return cell.siblings.first?.value.parts
        case .sibling(let parts): return cell.siblings.first { $0.value.parts == parts }?.value.parts
        case .both:
            guard cell.column.kind == .text else { return nil }
            if let overlap = cell.overlap { return [.text(Array(overlap.passage.words.utf8))] }
            let shown = cell.siblings.filter(\.detail.isShown) + cell.siblings.filter { !$0.detail.isShown }
            let words = shown.compactMap { $0.value.parts.first.flatMap(\.prose) }.filter { !$0.isEmpty }
            return words.isEmpty ? nil : [.text(Array(string(words.joined(separator: ["\n"])).utf8))]
        case .value(let value):
            if let overlap = cell.overlap { return [try overlap.passage.filled(with: value, cell)] }
            let name = "\(cell.table.name).\(cell.column.name)"
            guard cell.column.parts.count == 1 else { throw StoreError(.unknownName, name) }
            guard cell.column.kind != .once || cell.siblings.contains(where: { $0.value.parts == [value] }) else {
                throw StoreError(.writtenOnce, name)
            }
            return [value]
        }
    }

    /// Dismisses notices by a stamped write of what is shown, so that it travels; many in pieces, as `settle`. A parked row
    /// cannot be dismissed.
    ///
    /// - Parameter record: nil for all.
    /// - Returns: how many notices are gone.
    package func dismiss(_ record: RecordID?, goOn: PieceReport = { _, _, _ in true }) throws -> Int {
        let records = try writeStamped { access in
            let unsettled = try Unsettled(access, own: identity.device)
            let beaten = try unsettled.editsThatBeatDeletes(of: record).map { $0.table.record($0.key) }
            let ranked = try unsettled.candidates(of: record, where: \.kind.isRank).map(\.record)
            let met = try unsettled.met(of: record).map(\.record)
            return Set(beaten + ranked + met).sorted { $0.lexicographicallyPrecedes($1) }
        }
        return try inPieces(records, goOn) { access, record, stamping in
            let unsettled = try Unsettled(access, own: identity.device)
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            var dismissed = 0
            var shown: [Int: [Value]] = [:]
            let beaten = try unsettled.editsThatBeatDeletes(ofRecord: record)
            if beaten != nil { dismissed += 1 }
            for cell in try unsettled.cells(ofRecord: record, where: \.kind.isRank) {
                guard let chosen = cell.siblings.first(where: \.detail.isShown) else { continue }
                shown[cell.column.number] = chosen.value.parts
                dismissed += 1
            }
            for cell in try unsettled.met(ofRecord: record) {
                shown[cell.column.number] = [cell.shown]
                dismissed += 1
            }
            guard beaten != nil || !shown.isEmpty else { return 0 }
            if let reason = try stamping.overwrite(table, key, shown) { throw StoreError(.sqlite, reason) }
            return dismissed
        }
    }
}

/// Finds what siblings leave unsettled, by the values kept aside: a cell whose siblings are equal has none.
final class Unsettled {
    struct Cell {
        let table: CatalogTable
        let key: RecordKey
        let record: [UInt8]
        let column: CatalogColumn
        /// The greatest (time, writer) first.
        let siblings: [(value: Sibling, detail: SiblingDetail)]
        /// Of a text of which passages were edited.
        var isEdited = false
        /// Of such a text a passage; the siblings are its wordings.
        var overlap: Overlap?
    }

    let details: Details
    let access: Access

    init(_ access: Access, own: DeviceID) throws {
        self.access = access
        details = try Details(access, own: own)
    }

    /// The cells of rows in the people's tables whose siblings differ, by record.
    ///
    /// - Parameter wanted: the record to look at; nil for all.
    func cells(of wanted: RecordID? = nil, where matches: (CatalogColumn) -> Bool) throws -> [Cell] {
        try candidates(of: wanted, where: matches).flatMap { try cells($0.record, $0.columns) }
    }

    func cells(ofRecord record: [UInt8], where matches: (CatalogColumn) -> Bool) throws -> [Cell] {
        try candidates(ofRecord: record, where: matches).flatMap { try cells($0.record, $0.columns) }
    }

    /// The records, ascending, and in each the columns of which a value is kept aside.
    func candidates(of wanted: RecordID?, where matches: (CatalogColumn) -> Bool) throws -> [(record: [UInt8], columns: ColumnSet)] {
        try candidates(ofRecord: wanted.map { try access.sharedTable(of: $0).record($0.recordKey) }, where: matches)
    }

    private func candidates(
        ofRecord only: [UInt8]?, where matches: (CatalogColumn) -> Bool
    ) throws -> [(record: [UInt8], columns: ColumnSet)] {
        let select = try access.connection.statement(
            // The record's own changes first: there may be many values aside. What is too large to travel is told apart.
            """
            select kith_change.record, kith_aside.col
            from \(only == nil ? "kith_aside join kith_change" : "kith_change cross join kith_aside") using (dot)
            where kith_aside.part = 0 \(only == nil ? "" : "and kith_change.record = ?1")
            and not exists (select 1 from kith_too_large as held where held.record = kith_change.record and held.col = kith_aside.col)
            """)
        defer { select.reset() }
        if let only { select.bind(1, copyingBlob: only) }
        var candidates: [[UInt8]: ColumnSet] = [:]
        func add(_ select: PreparedStatement) throws {
            while try select.step() {
                let (table, _) = try access.catalog.locate(select.bytes(0))
                let number = Int(select.integer(1))
                guard table.columns.indices.contains(number), let column = table.columns[number], column.isShown, matches(column)
                else { continue }
                candidates[Array(select.bytes(0)), default: []].insert(column.set)
            }
        }
        try add(select)
        if access.hasTexts {
            let texts = try access.connection.statement(
                "select record, col from kith_text where unsettled > 0 and not apart \(only == nil ? "" : "and record = ?1")")
            defer { texts.reset() }
            if let only { texts.bind(1, copyingBlob: only) }
            try add(texts)
        }
        return candidates.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { (record: $0.key, columns: $0.value) }
    }

    private func cells(_ record: [UInt8], _ columns: ColumnSet) throws -> [Cell] {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        let image = try details.records.image(of: table, key: key)
        guard image.place == .table else { return [] }
        let changes = try details.records.changes(of: record)
        return try columns.numbers.compactMap { table.columns[$0] }.flatMap { column in
            let edited = try details.edited(column, changes, image)
            let siblings = try details.siblings(of: column, changes, image, edited)
            var cells = (edited.map { details.passages(of: $0, changes) } ?? []).map { found in
                Cell(table: table, key: key, record: record, column: column, siblings: found.wordings, isEdited: true, overlap: found.overlap)
            }
            if siblings.contains(where: { $0.value.parts != siblings[0].value.parts }) {
                cells.append(Cell(table: table, key: key, record: record, column: column, siblings: siblings, isEdited: edited != nil))
            }
            return cells
        }
    }

    /// The records that stay although somebody deleted them.
    func editsThatBeatDeletes(
        of wanted: RecordID? = nil
    ) throws -> [(table: CatalogTable, key: RecordKey)] {
        try editsThatBeatDeletes(only: wanted.map { try access.sharedTable(of: $0).record($0.recordKey) })
    }

    /// Whether a record is one of them.
    func editsThatBeatDeletes(ofRecord record: [UInt8]) throws -> (table: CatalogTable, key: RecordKey)? {
        try editsThatBeatDeletes(only: record).first
    }

    private func editsThatBeatDeletes(only: [UInt8]?) throws -> [(table: CatalogTable, key: RecordKey)] {
        let select = try access.connection.statement(
            """
            select distinct record from kith_change as deletion where flags & 2 and columns & 1
            \(only == nil ? "" : "and record = ?")
            and exists (select 1 from kith_change as edit where edit.record = deletion.record
                        and edit.columns & 1 and not edit.flags & 2)
            order by record
            """)
        defer { select.reset() }
        if let only { select.bind(1, copyingBlob: only) }
        var found: [(CatalogTable, RecordKey)] = []
        while try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            guard table.isShown, try details.records.image(of: table, key: key).place == .table else { continue }
            found.append((table, key))
        }
        return found
    }

    func parked() throws -> [Notice] {
        let select = try access.connection.statement("select record, reason from kith_parked order by record")
        defer { select.reset() }
        var found: [Notice] = []
        while try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            var notice = Notice(kind: .parked, record: RecordID(table, key), column: nil, siblings: [], detail: select.text(1))
            notice.isOwnRule = !key.parts.allSatisfy(Capture.holds)
            found.append(notice)
        }
        return found
    }
}

extension MergeKind {
    fileprivate var isRank: Bool { if case .rank = self { true } else { false } }
}
