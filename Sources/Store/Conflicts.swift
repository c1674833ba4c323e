import CRDT
import Wire

/// A cell whose siblings differ and wait for a person.
package struct Conflict: Sendable {
    package let record: RecordID
    package let column: String
    package let kind: MergeKind
    /// One for each value, the shown one first.
    package let siblings: [SiblingDetail]
}

/// Something that a rule has settled and that a person should hear of.
package struct Notice: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Somebody deleted the record while somebody else edited it: it stays.
        case editBeatDelete = "edit-beat-delete"
        /// Of different values the safest is shown.
        case rankChose = "rank-chose"
        /// The row cannot be written: a rule that somebody added refuses it. It is tried again at every merge.
        case parked
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
}

extension Store {
    package enum Choice: Hashable, Sendable {
        /// What this device wrote.
        case mine
        /// The newest that this device did not write.
        case theirs
        case newest
        case value(Value)
    }

    package func conflicts() throws -> [Conflict] {
        try read { access in
            let unsettled = try Unsettled(access, own: identity.device)
            return try unsettled.cells { $0.kind.hasConflicts }.map { cell in
                Conflict(
                    record: RecordID(cell.table, cell.key), column: cell.column.name, kind: cell.column.kind,
                    siblings: unsettled.details.differing(cell.siblings.map(\.detail)))
            }
        }
    }

    package func conflictCount() throws -> Int { try read { try conflictCount($0) } }

    func conflictCount(_ access: Access) throws -> Int {
        // Whatever is aside differs from what the row shows, so the siblings need not be read.
        let select = try access.connection.statement(
            """
            select record, col from kith_aside join kith_change using (dot)
            where part = 0 and record not in (select record from kith_parked)
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
        return count
    }

    package func notices() throws -> [Notice] { try read { try notices($0) } }

    func notices(_ access: Access) throws -> [Notice] {
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
        return existence + ranks + (try unsettled.parked()) + large
    }

    /// Settles conflicts by one stamped batch, even where the shown value is the chosen one, so that it travels.
    ///
    /// - Parameters:
    ///   - record: nil for all.
    ///   - column: nil for all columns of the record.
    /// - Returns: how many cells are settled. Cells without a value of the chosen side are left as they are.
    /// - Throws: `writtenOnce` when a fact is to become what no sibling says; `unknownName` for a single value for a
    ///   column of several parts; `MassChange`.
    package func settle(_ record: RecordID?, column: String? = nil, _ choice: Choice) throws -> Int {
        try writeStamped { access in
            let unsettled = try Unsettled(access, own: identity.device)
            var stamping = try Stamping(access)
            var settled = 0
            let cells = try unsettled.cells(of: record) {
                $0.kind.hasConflicts && (column == nil || column == $0.name)
            }
            // Cells of one record are settled by one change.
            for (_, cells) in Dictionary(grouping: cells, by: \.record).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                var values: [Int: [Value]] = [:]
                for cell in cells {
                    guard let parts = try Store.parts(of: choice, for: cell) else { continue }
                    values[cell.column.number] = parts
                    settled += 1
                }
                guard !values.isEmpty else { continue }
                if let reason = try stamping.overwrite(cells[0].table, cells[0].key, values) {
                    throw StoreError(.sqlite, reason)
                }
            }
            try stamping.finish()
            return settled
        }
    }

    /// What a choice means for a cell; nil when no sibling is of the chosen side.
    private static func parts(of choice: Choice, for cell: Unsettled.Cell) throws -> [Value]? {
        switch choice {
        case .mine: return cell.siblings.first { $0.detail.author.isOwn }?.value.parts
        case .theirs: return cell.siblings.first { !$0.detail.author.isOwn }?.value.parts
        case .newest: return cell.siblings.first?.value.parts
        case .value(let value):
            let name = "\(cell.table.name).\(cell.column.name)"
            guard cell.column.parts.count == 1 else { throw StoreError(.unknownName, name) }
            guard cell.column.kind != .once || cell.siblings.contains(where: { $0.value.parts == [value] }) else {
                throw StoreError(.writtenOnce, name)
            }
            return [value]
        }
    }

    /// Dismisses notices by a stamped write of what is shown, so that it travels. A parked row cannot be dismissed.
    ///
    /// - Parameter record: nil for all.
    /// - Returns: how many notices are gone.
    package func dismiss(_ record: RecordID?) throws -> Int {
        try writeStamped { access in
            let unsettled = try Unsettled(access, own: identity.device)
            var values: [[UInt8]: (table: CatalogTable, key: RecordKey, shown: [Int: [Value]])] = [:]
            var dismissed = 0
            for found in try unsettled.editsThatBeatDeletes(of: record) {
                values[found.table.record(found.key)] = (found.table, found.key, [:])
                dismissed += 1
            }
            for cell in try unsettled.cells(of: record, where: \.kind.isRank) {
                guard let shown = cell.siblings.first(where: \.detail.isShown) else { continue }
                values[cell.record, default: (cell.table, cell.key, [:])].shown[cell.column.number] = shown.value.parts
                dismissed += 1
            }
            var stamping = try Stamping(access)
            for (_, (table, key, shown)) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                if let reason = try stamping.overwrite(table, key, shown) { throw StoreError(.sqlite, reason) }
            }
            try stamping.finish()
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
    }

    let details: Details
    private let access: Access

    init(_ access: Access, own: DeviceID) throws {
        self.access = access
        details = try Details(access, own: own)
    }

    /// The cells of rows in the people's tables whose siblings differ, by record.
    ///
    /// - Parameter wanted: the record to look at; nil for all.
    func cells(of wanted: RecordID? = nil, where matches: (CatalogColumn) -> Bool) throws -> [Cell] {
        let only = try wanted.map { try access.sharedTable(of: $0).record($0.recordKey) }
        let select = try access.connection.statement(
            """
            select kith_change.record, kith_aside.col from kith_aside join kith_change using (dot)
            where kith_aside.part = 0
            and not exists (select 1 from kith_too_large as held where held.record = kith_change.record and held.col = kith_aside.col) \(only == nil ? "" : "and kith_change.record = ?")
            """)
        defer { select.reset() }
        if let only { select.bind(1, copyingBlob: only) }
        var candidates: [[UInt8]: ColumnSet] = [:]
        while try select.step() {
            let (table, _) = try access.catalog.locate(select.bytes(0))
            let number = Int(select.integer(1))
            guard table.columns.indices.contains(number), let column = table.columns[number], column.isShown, matches(column)
            else { continue }
            candidates[Array(select.bytes(0)), default: []].insert(column.set)
        }
        var cells: [Cell] = []
        for (record, columns) in candidates.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            let image = try details.records.image(of: table, key: key)
            guard image.place == .table else { continue }
            let changes = try details.records.changes(of: record)
            for column in columns.numbers.lazy.compactMap({ table.columns[$0] }) {
                let siblings = try details.siblings(of: column, changes, image)
                guard siblings.contains(where: { $0.value.parts != siblings[0].value.parts }) else { continue }
                cells.append(Cell(table: table, key: key, record: record, column: column, siblings: siblings))
            }
        }
        return cells
    }

    /// The records that stay although somebody deleted them.
    func editsThatBeatDeletes(of wanted: RecordID? = nil) throws -> [(table: CatalogTable, key: RecordKey)] {
        let only = try wanted.map { try access.sharedTable(of: $0).record($0.recordKey) }
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
            found.append(Notice(
                kind: .parked, record: RecordID(table, key), column: nil, siblings: [], detail: select.text(1)))
        }
        return found
    }
}

extension MergeKind {
    fileprivate var isRank: Bool { if case .rank = self { true } else { false } }
}
