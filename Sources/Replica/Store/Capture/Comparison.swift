import CRDT
import SQLite
import Wire

/// Compares rows and log after a time in which no trigger watched, and notes what differs as an edit made now.
///
/// | log | row | becomes a note of |
/// |---|---|---|
/// | nothing | in the table | an insert |
/// | lives | in the table, other than it was | an update of the columns that differ |
/// | lives | in the trash | a delete |
/// | lives | nowhere, and not parked | a delete; what it held is gone from this file, so the delete says that its columns are empty |
/// | deleted | in the table | an insert of the row that was deleted |
/// | deleted | nowhere | as above: its values are gone |
///
/// What was there before such an edit is not known: `existed` is 2 in these notes, where 1 says that `was_…` holds it. Other
/// replicas keep what they replace for 30 days, as with any edit.
final class Comparison {
    /// In a note: the row existed, and what it held is not known.
    static let unknownBefore: Int64 = 2

    private let access: Access
    private let records: Records
    /// Of records that several laptops made at once there is an anchor of each: one note is enough.
    private var done: Set<[UInt8]> = []
    /// Now, as triggers note it.
    private let julianDay: Double
    private var connection: Connection { access.connection }

    init(_ access: Access) throws {
        self.access = access
        julianDay = Double(access.now) / 86_400_000 + 2_440_587.5
        records = try Records(access)
    }

    func note(_ found: inout [String: Unwatched.Table]) throws {
        // By the triggers, until they went; those keep what they say.
        let noted = try notedRecords()
        let deleted = try deletedRecords()
        let parked = try records(in: "kith_parked")
        for table in access.catalog.shownTables { found[table.name]!.added += try noteAdded(table) }
        let blocks = try connection.statement("select dot, record from kith_change where flags & 1 order by dot")
        defer { blocks.reset() }
        let reader = ShownReader(access)
        var block: Int64 = .min
        var now = ShownBlock()
        var rows: [(record: [UInt8], place: RowImage.Place?)] = []
        func finish() throws {
            guard !rows.isEmpty else { return }
            let before = try kept(block)
            for (index, row) in rows.enumerated() {
                guard let place = row.place, !done.contains(row.record) else { continue }
                let (table, key) = try row.record.withUnsafeBytes { try access.catalog.locate($0) }
                var differing: Set<Int>?
                if let before, before.rows.count == now.rows.count {
                    if before.rows[index] != now.rows[index] {
                        let columns = now.columnsDiffering(from: before, table: table.number)
                        differing = columns.isEmpty
                            ? Set(table.shownColumns.subtracting(table.accumulating).numbers) : columns
                    }
                } else if place == .table {
                    found[table.name]!.unknown += 1
                }
                try note(
                    table, key, place, differing, isDeleted: deleted.contains(row.record), isNoted: noted.contains(row.record),
                    isParked: parked.contains(row.record), &found[table.name]!)
            }
        }
        while try blocks.step() {
            let dot = blocks.integer(0)
            if dot >> ShownDigest.shift != block {
                try finish()
                block = dot >> ShownDigest.shift
                now = ShownBlock()
                rows.removeAll(keepingCapacity: true)
            }
            rows.append((Array(blocks.bytes(1)), try reader.add(blocks.bytes(1), to: &now)))
        }
        try finish()
        try countCounters(&found)
    }

    private func note(
        _ table: CatalogTable, _ key: RecordKey, _ place: RowImage.Place, _ differing: Set<Int>?, isDeleted: Bool, isNoted: Bool,
        isParked: Bool, _ found: inout Unwatched.Table
    ) throws {
        let columns = (differing ?? []).reduce(into: ColumnSet()) { $0.insert(ColumnSet(number: $1)) }
        switch (place, isDeleted) {
        case (.nowhere, _):
            // The values of one that could not be written are kept aside.
            guard !isParked else { return }
            try add(table, key, existed: Comparison.unknownBefore, columns: nil)
            if !isDeleted { found.removed += 1 }
        case (.table, true):
            guard !isNoted else { return }
            let isThrown = try records.trashed(table, key: key) != nil
            try add(table, key, existed: isThrown ? 0 : Comparison.unknownBefore, columns: nil)
            found.added += 1
        case (.trash, false):
            guard !isNoted else { return }
            try add(table, key, existed: Comparison.unknownBefore, columns: columns)
            found.removed += 1
        case (.table, false), (.trash, true):
            guard differing != nil else { return }
            try add(table, key, existed: Comparison.unknownBefore, columns: columns)
            if place == .table, !isNoted { found.changed += 1 }
        }
    }


    /// - Parameter columns: nil: all.
    private func add(_ table: CatalogTable, _ key: RecordKey, existed: Int64, columns: ColumnSet?) throws {
        let keys = Capture.keyNotes(table)
        let insert = try connection.statement(
            """
            insert into \(quoted(table.notes)) (\(keys.joined(separator: ", ")), existed, columns, time)
            values (\(keys.map { _ in "?" }.joined(separator: ", ")), ?, ?, ?)
            """)
        records.bind(key, to: insert, from: 1)
        insert.bind(Int32(keys.count + 1), existed)
        insert.bind(Int32(keys.count + 2), columns.map { Int64(bitPattern: $0.rawValue) } ?? -1)
        insert.bind(Int32(keys.count + 3), julianDay)
        try insert.run()
        done.insert(table.record(key))
    }

    /// Rows that the log knows nothing of, nor any note.
    private func noteAdded(_ table: CatalogTable) throws -> Int {
        let keys = table.keys.map(quoted).joined(separator: ", "), keyNotes = Capture.keyNotes(table).joined(separator: ", ")
        let insert = try connection.statement(
            """
            insert into \(quoted(table.notes)) (\(keyNotes), existed, columns, time)
            select \(keys), 0, -1, ? from \(quoted(table.name))
            where not exists (select 1 from kith_change where record = kith_record(\(table.number), \(keys)))
            and kith_record(\(table.number), \(keys)) not in (select kith_record(\(table.number), \(keyNotes)) from \(quoted(table.notes)))
            """)
        insert.bind(1, julianDay)
        try insert.run()
        return connection.changedRowCount
    }

    /// Counters say by their increments what they should show.
    private func countCounters(_ found: inout [String: Unwatched.Table]) throws {
        for table in access.catalog.shownTables {
            let noted = try self.noted(table)
            for column in table.columns.lazy.compactMap({ $0 }) where column.accumulates && column.isShown {
                let keys = table.keys.map(quoted).joined(separator: ", ")
                let part = quoted(column.parts[0])
                let select = try connection.statement(
                    """
                    select kith_record(\(table.number), \(keys)) as record, cast(\(part) as integer), \(part) is null from \(quoted(table.name))
                    where exists (select 1 from kith_change where kith_change.record = kith_record(\(table.number), \(keys)))
                    """)
                defer { select.reset() }
                while try select.step() {
                    let record = Array(select.bytes(0))
                    let total = try records.total(of: record, column: column.number)
                    let isSame = total.countedAsInteger == select.integer(1) && (total != .null || select.integer(2) == 1)
                    guard !isSame, !noted.contains(record) else { continue }
                    let key = try record.withUnsafeBytes { try access.catalog.locate($0).1 }
                    try add(table, key, existed: Comparison.unknownBefore, columns: column.set)
                    found[table.name]!.changed += 1
                }
            }
        }
    }

    // MARK: What the file holds

    private func kept(_ block: Int64) throws -> ShownBlock? {
        let select = try connection.statement("select digest from kith_shown where block = ? and digest is not null")
        defer { select.reset() }
        select.bind(1, block)
        return try select.step() ? try ShownBlock(select.bytes(0)) : nil
    }

    private func notedRecords() throws -> Set<[UInt8]> {
        try access.catalog.shownTables.reduce(into: []) { $0.formUnion(try noted($1)) }
    }

    private func noted(_ table: CatalogTable) throws -> Set<[UInt8]> {
        try records(in: quoted(table.notes), "kith_record(\(table.number), \(Capture.keyNotes(table).joined(separator: ", ")))")
    }

    private func records(in table: String, _ record: String = "record") throws -> Set<[UInt8]> {
        let select = try connection.statement("select \(record) from \(table)")
        defer { select.reset() }
        var found: Set<[UInt8]> = []
        while try select.step() { found.insert(Array(select.bytes(0))) }
        return found
    }

    private func deletedRecords() throws -> Set<[UInt8]> {
        let select = try connection.statement("select distinct record from kith_change where flags & 2")
        defer { select.reset() }
        var found: Set<[UInt8]> = []
        while try select.step() { found.insert(Array(select.bytes(0))) }
        return try found.filter { try !RecordChanges(records.changes(of: $0).map(\.change)).exists }
    }
}
