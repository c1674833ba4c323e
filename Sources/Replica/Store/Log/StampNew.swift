import CRDT
import Schema
import SQLite

/// Rows that are new, stamped set-based: by their notes, or by their rowids after an import.
extension Stamping {
    /// Whether the notes say of nothing but rows that are new, each once: a load. Then no row can have gone again (that
    /// would be noted as a row that existed), none can be noted twice (the second would have replaced it), and as nothing
    /// was ever deleted or parked here, none can be known.
    func isLoad(_ table: CatalogTable) throws -> Bool {
        let notes = quoted(table.notes)
        guard !access.hasParked, try access.isEmpty(table.trash),
            try access.connection.number("select exists (select 1 from \(notes) where existed <> 0)") == 0
        else { return false }
        return try access.connection.number("select count(*) = max(n) - min(n) + 1 from \(notes)") == 1
    }

    /// The notes of a load, in their own order: without sorting, and without looking anything up.
    mutating func stampLoad(_ table: CatalogTable, _ first: Int64, noteCount: Int64) throws {
        let before = try reserve(0, in: table.definition!.collection)
        let insert = try access.connection.statement(
            """
            insert into kith_change (dot, record, time, columns, context, flags)
            select ? + n, kith_record(\(table.number), \(Capture.keyNotes(table).joined(separator: ", "))),
                kith_milliseconds(time), ?, null, 1
            from \(quoted(table.notes)) where n between ? and ?
            """)
        insert.bind(1, before.packed + 1 - first)
        insert.bind(2, Int64(bitPattern: newColumns(table).rawValue))
        insert.bind(3, first)
        insert.bind(4, first + noteCount - 1)
        try insert.run()
        _ = try reserve(Int(noteCount), in: table.definition!.collection)
        try access.noteStamped(after: before, count: Int(noteCount))
        if !table.accumulating.isEmpty { try countNew(table, before, Int(noteCount)) }
    }

    /// Rows inserted once and never known before: one statement for all. Returns how many.
    mutating func stampNew(_ table: CatalogTable, _ first: Int64, _ last: Int64) throws -> Int {
        let connection = access.connection
        let keyNotes = Capture.keyNotes(table)
        let keyList = keyNotes.joined(separator: ", ")
        let record = "kith_record(\(table.number), \(keyList))"
        let matches = zip(table.keys, keyNotes).map { "\(quoted($0)) = note.\($1)" }.joined(separator: " and ")
        let insert = try connection.statement(
            """
            insert into kith_change (dot, record, time, columns, context, flags)
            select ? + row_number() over (order by record), record, time, ?, null, 1
            from (select \(record) as record, kith_milliseconds(max(time)) as time, \(keyList)
                  from \(quoted(table.notes)) where n between ? and ?
                  group by \(keyList) having count(*) = 1 and max(existed) = 0) as note
            where exists (select 1 from \(quoted(table.name)) where \(matches))
              and not exists (select 1 from kith_change where kith_change.record = note.record)
            """)
        let before = try reserve(0, in: table.definition!.collection)
        insert.bind(1, before.packed)
        insert.bind(2, Int64(bitPattern: newColumns(table).rawValue))
        insert.bind(3, first)
        insert.bind(4, last)
        try insert.run()
        let count = connection.changedRowCount
        _ = try reserve(count, in: table.definition!.collection)
        try access.noteStamped(after: before, count: count)
        if count > 0, !table.accumulating.isEmpty { try countNew(table, before, count) }
        return count
    }

    /// Rows that this transaction has just made, by their rowids, which follow one another: one statement for all.
    mutating func stampRows(_ table: CatalogTable, _ rowids: ClosedRange<Int64>, timeMilliseconds: Int64) throws {
        let before = try reserve(0, in: table.definition!.collection)
        let keys = table.keys.map(quoted).joined(separator: ", ")
        let insert = try access.connection.statement(
            """
            insert into kith_change (dot, record, time, columns, context, flags)
            select ? + rowid, kith_record(\(table.number), \(keys)), ?, ?, null, 1
            from \(quoted(table.name)) where rowid between ? and ?
            """)
        insert.bind(1, before.packed + 1 - rowids.lowerBound)
        insert.bind(2, timeMilliseconds)
        insert.bind(3, Int64(bitPattern: newColumns(table).rawValue))
        insert.bind(4, rowids.lowerBound)
        insert.bind(5, rowids.upperBound)
        try insert.run()
        _ = try reserve(rowids.count, in: table.definition!.collection)
        try access.noteStamped(after: before, count: rowids.count)
        if !table.accumulating.isEmpty { try countNew(table, before, rowids.count) }
    }

    /// What the change of a new row wins; counters only by their increments, because NULL makes none.
    private func newColumns(_ table: CatalogTable) -> ColumnSet {
        table.shownColumns.subtracting(table.accumulating).union(.exists)
    }

    /// The first increments of new rows: what their counters hold, unless NULL.
    private func countNew(_ table: CatalogTable, _ before: Dot, _ count: Int) throws {
        let matches = table.keys.indices.map { "\(quoted(table.keys[$0])) = kith_key(record, \($0))" }.joined(separator: " and ")
        for column in table.columns.lazy.compactMap({ $0 }) where column.accumulates && column.isShown {
            let part = quoted(column.parts[0])
            let insert = try access.connection.statement(
                """
                insert into kith_increment (record, col, dot, amount)
                select record, \(column.number), dot, cast(\(part) as integer) from kith_change
                join \(quoted(table.name)) on \(matches) where dot between ? and ? and \(part) is not null
                """)
            insert.bind(1, before.packed + 1)
            insert.bind(2, before.packed + Int64(count))
            try insert.run()
            for sql in [
                """
                update kith_change set columns = columns | \(column.set.rawValue) where dot between ? and ?
                and exists (select 1 from kith_increment as i where i.record = kith_change.record and i.col = \(column.number) and i.dot = kith_change.dot)
                """,
                // A counter holds integers: what else was written is shown as it counts.
                """
                update \(quoted(table.name)) set \(part) = cast(\(part) as integer) where typeof(\(part)) not in ('integer', 'null')
                and ? <= ?
                """,
            ] {
                let update = try access.connection.statement(sql)
                update.bind(1, before.packed + 1)
                update.bind(2, before.packed + Int64(count))
                try access.connection.withoutTriggers { try update.run() }
            }
        }
    }
}
