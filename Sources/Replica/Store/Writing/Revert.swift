import CRDT
import SQLite
import Wire

/// Plays the notes of the capture triggers back, the last first. Each note says what the row was before what it notes, so
/// each is undone by itself; nothing is stamped.
struct NoteReversal {
    private struct Presence {
        let was: Bool
        var isNow: Bool
    }

    private let access: Access
    private let records: Records

    init(_ access: Access) throws {
        self.access = access
        records = try Records(access)
    }

    func revertAll() throws -> UndoReport {
        var report = UndoReport(timeMilliseconds: access.now)
        try access.connection.withoutTriggers {
            for table in access.catalog.shownTables where try !access.isEmpty(table.notes) {
                try revert(table, &report)
            }
        }
        return report
    }

    private func revert(_ table: CatalogTable, _ report: inout UndoReport) throws {
        let connection = access.connection
        let leftAlone = try remadeInTrash(table)
        let keyNotes = Capture.keyNotes(table)
        let parts = table.parts.map { ", " + Capture.was($0.name) }.joined()
        let notes = try connection.statement(
            "select existed, columns, \(keyNotes.joined(separator: ", "))\(parts) from \(quoted(table.notes)) order by n desc")
        defer { notes.reset() }
        var reverted: [RecordKey: Presence] = [:]
        while try notes.step() {
            let key = RecordKey(parts: keyNotes.indices.map { Array(notes.bytes(Int32(2 + $0))) })
            if leftAlone.contains(key) { continue }
            let columns = notes.integer(1) == -1
                ? table.shownColumns : ColumnSet(rawValue: UInt64(bitPattern: notes.integer(1)))
            let image = try records.image(of: table, key: key)
            if notes.integer(0) == 0 {
                guard image.place == .table else { continue }
                try run(table.deleteRow, [], key)
                reverted[key, default: Presence(was: true, isNow: false)].isNow = false
                continue
            }
            var values = image.values
            for (index, part) in table.parts.enumerated() where columns.contains(number: part.column) {
                values[index] = notes.value(Int32(2 + keyNotes.count + index))
            }
            if image.place == .table {
                guard values != image.values else { continue }
                try run(table.update(columns), Array(columns.numbers.map { table.columns[$0]! }.flatMap { column in
                    values[column.firstPart..<column.firstPart + column.parts.count]
                }), key)
                reverted[key, default: Presence(was: true, isNow: true)].isNow = true
            } else {
                if let reason = try records.bringBack(table, key, values) { throw StoreError(.sqlite, reason) }
                try run(table.deleteTrash, [], key)
                reverted[key, default: Presence(was: false, isNow: true)].isNow = true
            }
        }
        notes.reset()
        for key in reverted.keys { access.noteWritten(try records.changes(of: table.record(key)).map(\.change)) }
        for presence in reverted.values {
            switch (presence.was, presence.isNow) {
            case (true, true): report.restored += 1
            case (true, false): report.removed += 1
            case (false, true): report.broughtBack += 1
            case (false, false): break
            }
        }
        report.leftAlone += leftAlone.count
        try dropNotes(of: table, except: leftAlone)
    }

    private func run(_ sql: String, _ values: [Value], _ key: RecordKey) throws {
        let statement = try access.connection.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
        records.bind(key, to: statement, from: values.count + 1)
        if let reason = try statement.runUnlessRefused() { throw StoreError(.sqlite, reason) }
    }

    /// Records that were deleted long ago, then made again and replaced or deleted since the last stamping: what they
    /// had in the trash is gone, so they stay as they are and are stamped. So do those that were edited while no trigger watched.
    private func remadeInTrash(_ table: CatalogTable) throws -> Set<RecordKey> {
        let keyNotes = Capture.keyNotes(table).joined(separator: ", ")
        let select = try access.connection.statement(
            """
            select \(keyNotes) from \(quoted(table.notes)) group by \(keyNotes)
            having max(existed = \(Comparison.unknownBefore))
            or min(n) = min(case when existed = 0 then n end) and max(existed = 1 and columns = -1)
            and exists (select 1 from kith_change where record = kith_record(\(table.number), \(keyNotes)))
            """)
        defer { select.reset() }
        var found: Set<RecordKey> = []
        while try select.step() {
            found.insert(RecordKey(parts: table.keys.indices.map { Array(select.bytes(Int32($0))) }))
        }
        return found
    }

    private func dropNotes(of table: CatalogTable, except kept: Set<RecordKey>) throws {
        let matches = Capture.keyNotes(table).map { "\($0) = ?" }.joined(separator: " and ")
        let mark = try access.connection.statement("update \(quoted(table.notes)) set n = -n where \(matches)")
        for key in kept {
            records.bind(key, to: mark, from: 1)
            try mark.run()
        }
        try access.connection.execute("delete from \(quoted(table.notes)) where n > 0")
        // Ascending again as they were.
        try access.connection.execute("update \(quoted(table.notes)) set n = -n")
    }
}
