import CRDT
import SQLite
import Wire

/// Removes records for ever, with everything that is kept of them, and what they own.
///
/// Invariants:
/// 1. Of an erased record no row, trash, note, change, value, increment or replaced value is in any table of ours. Its
///    changes' dots stay claimed: writers and batches are untouched.
/// 2. Erased records only ever become more, so the order in which statements and changes come does not matter.
/// 3. A row is owned by every record that its owner column names, in the row, in a sibling kept aside, or before an edit
///    that is not stamped yet: what any other replica may show. An edit that gives the row to somebody else saves it only
///    where it has covered the old owner before the erasure is known; if one replica erased the row, all come to.
///
/// Triggers are off: nothing of what happens here is an edit.
struct Erasing {
    /// A row that belongs to a record that is erased, or is to be.
    struct Owned: Hashable {
        let record: [UInt8]
        let owner: [UInt8]
        /// Whether the key names the owner, so that the owner's tombstone is this record's too.
        let isByKey: Bool
    }

    /// Owners looked for by one statement, and the longest key that a row can have: together well below the million bytes
    /// that SQLite takes as a statement, whatever was named.
    private static let listedOwnerCount = 200
    private static let ownerByteCount = 1_024

    private let access: Access
    private let records: Records

    init(_ access: Access) throws {
        self.access = access
        records = try Records(access)
    }

    // MARK: Erasing

    /// Erases named records and, level by level, what they own. What that leaves to be looked at is noted (see `LeftBehind`).
    ///
    /// - Parameter leavesCounts: whether of named rows that told of named people what is counted is written here: by whoever
    ///   named them.
    /// - Returns: by table, the records of which something was here.
    func erase(_ named: [[UInt8]], leavesCounts: Bool = false) throws -> (removed: [String: Int], newCount: Int) {
        let disown = try access.connection.statement("delete from kith_erasure_owed where record = ?")
        var new: [[UInt8]] = []
        for record in named {
            disown.bind(1, copyingBlob: record)
            try disown.run()
            if try access.erased.add(record) { new.append(record) }
        }
        let telling = try new.filter { try $0.withUnsafeBytes { try access.catalog.locate($0).0.definition?.telling != nil } }
        let others = telling.isEmpty ? new : new.filter { !Set(telling).contains($0) }
        let owned = try self.owned(by: others)
        let left = LeftBehind(access)
        try left.note(owned, isOwnAct: leavesCounts)
        var removed = try remove(others)
        try erase(owned, &removed)
        for record in telling {
            if leavesCounts, try left.holds(record) { try left.keepCount(of: record) }
            removed.merge(try remove([record])) { $0 + $1 }
        }
        try eraseOwned(by: telling, &removed)
        for record in new { try left.forget(record) }
        return (removed, new.count)
    }

    /// Erases records because their owners are, and what they own in turn.
    func erase(owned: [Owned]) throws {
        var removed: [String: Int] = [:]
        try erase(owned, &removed)
    }

    private func eraseOwned(by owners: [[UInt8]], _ removed: inout [String: Int]) throws {
        try erase(try self.owned(by: owners), &removed)
    }

    private func erase(_ owned: [Owned], _ removed: inout [String: Int]) throws {
        guard !owned.isEmpty else { return }
        let owe = try access.connection.statement("insert or ignore into kith_erasure_owed (record, owner) values (?, ?)")
        var records: [[UInt8]] = []
        var owners: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        for each in owned where seen.insert(each.record).inserted {
            records.append(each.record)
            guard !each.isByKey, try access.erased.add(each.record) else { continue }
            owe.bind(1, copyingBlob: each.record)
            owe.bind(2, copyingBlob: each.owner)
            try owe.run()
            owners.append(each.record)
        }
        removed.merge(try remove(records)) { $0 + $1 }
        try eraseOwned(by: owners, &removed)
    }

    /// Erases what belongs to any erased record: for a schema that says so since an upgrade.
    func eraseOwned() throws {
        guard !access.erased.isEmpty else { return }
        let select = try access.connection.statement("select record from kith_erased order by record")
        var owners: [[UInt8]] = []
        while try select.step() { owners.append(Array(select.bytes(0))) }
        select.reset()
        var removed: [String: Int] = [:]
        try eraseOwned(by: owners, &removed)
    }

    // MARK: What a record owns

    /// The rows, in whatever place, that belong to one of these records: one scan of each table that can have any.
    func owned(by owners: [[UInt8]]) throws -> [Owned] {
        var found: Set<Owned> = []
        var byTable: [Int: [[UInt8]]] = [:]
        for owner in owners {
            let (table, key) = try owner.withUnsafeBytes { try access.catalog.locate($0) }
            let parts = key.parts
            if parts.count == 1, parts[0].count <= Erasing.ownerByteCount { byTable[table.number, default: []].append(parts[0]) }
        }
        for table in access.catalog.shownTables {
            for part in access.erased.ownerParts(of: table) {
                let ids = byTable[part.table.number] ?? []
                for start in stride(from: 0, to: ids.count, by: Erasing.listedOwnerCount) {
                    try find(table, part, ids[start..<min(start + Erasing.listedOwnerCount, ids.count)], &found)
                }
            }
        }
        return found.sorted { ($0.record + $0.owner).lexicographicallyPrecedes($1.record + $1.owner) }
    }

    private func find(
        _ table: CatalogTable, _ part: Erasures.OwnerPart, _ owners: ArraySlice<[UInt8]>, _ found: inout Set<Owned>
    ) throws {
        let list = owners.map { id in
            "cast(x'" + id.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "' as text)"
        }.joined(separator: ", ")
        func add(_ source: String, key: [String], value: String) throws {
            let keys = key.joined(separator: ", ")
            // Prepared for this once, not kept.
            let select = try access.connection.prepare("select kith_record(\(table.number), \(keys)), kith_record(\(part.table.number), \(value)) from \(source) where \(value) in (\(list))")
            while try select.step() {
                found.insert(Owned(record: Array(select.bytes(0)), owner: Array(select.bytes(1)), isByKey: part.isInKey))
            }
        }
        let keys = table.keys.map(quoted)
        for name in [table.name, table.trash] { try add(quoted(name), key: keys, value: quoted(part.name)) }
        switch part.place {
        case .key(let index):
            // A row that could not be written is in no table.
            guard access.hasParked else { return }
            for record in try parked(table) {
                let (_, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                guard owners.contains(key.parts[index]) else { continue }
                found.insert(Owned(
                    record: record, owner: part.table.record(RecordKey(parts: [key.parts[index]])), isByKey: true))
            }
        case .part(let index, let column):
            let offset = index - table.columns[column]!.firstPart
            let asides = try access.connection.prepare("""
                select record, kith_record(\(part.table.number), value) from kith_aside join kith_change using (dot)
                where col = \(column) and part = \(offset) and value in (\(list))
                """)
            while try asides.step() {
                let record = Array(asides.bytes(0))
                guard try record.withUnsafeBytes({ try LoggedRecord.decode($0).table }) == table.number else { continue }
                found.insert(Owned(record: record, owner: Array(asides.bytes(1)), isByKey: false))
            }
            // An edit that nobody has heard of: others still show what was before.
            if try !access.isEmpty(table.notes) {
                try add(quoted(table.notes), key: Capture.keyNotes(table), value: Capture.was(part.name))
            }
        }
    }

    private func parked(_ table: CatalogTable) throws -> [[UInt8]] {
        let select = try access.connection.statement("select record from kith_parked order by record")
        defer { select.reset() }
        var found: [[UInt8]] = []
        while try select.step() {
            let record = Array(select.bytes(0))
            if try record.withUnsafeBytes({ try LoggedRecord.decode($0).table }) == table.number { found.append(record) }
        }
        return found
    }

    /// The erased owner that a record names by a column, in its row or in a sibling kept aside.
    func erasedOwner(of record: [UInt8]) throws -> [UInt8]? {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        let image = try records.image(of: table, key: key)
        let asides = try records.changes(of: record).filter(\.hasAside).map { try records.aside(of: $0.change.dot) }
        for part in access.erased.ownerParts(of: table) {
            guard case .part(let index, let column) = part.place else { continue }
            let offset = index - table.columns[column]!.firstPart
            for value in [image.values[index]] + asides.compactMap({ $0[column]?[offset] }) {
                if let owner = try access.erased.erasedOwner(part, value) { return owner }
            }
        }
        return nil
    }

    // MARK: Removing

    /// Removes everything that is kept of records. Returns, by table, how many of them were here at all.
    private func remove(_ records: [[UInt8]]) throws -> [String: Int] {
        guard !records.isEmpty else { return [:] }
        return try access.connection.withoutTriggers {
            var removed: [String: Int] = [:]
            for record in records where try remove(record) {
                let (table, _) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                removed[table.name, default: 0] += 1
            }
            let hadReplaced = try removeReplaced(Set(records))
            if !removed.isEmpty || hadReplaced { try noteRemoval() }
            return removed
        }
    }

    private func remove(_ record: [UInt8]) throws -> Bool {
        let connection = access.connection
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        let changes = try records.changes(of: record).map(\.change)
        access.noteWritten(changes)
        for change in changes { try access.contents.touch(change.dot) }
        var count = 0
        if table.isShown {
            let notes = Capture.keyNotes(table).map { "\($0) = ?" }.joined(separator: " and ")
            for sql in [table.deleteRow, table.deleteTrash, "delete from \(quoted(table.notes)) where \(notes)"] {
                let delete = try connection.statement(sql)
                self.records.bind(key, to: delete, from: 1)
                try delete.run()
                count += connection.changedRowCount
            }
        }
        for sql in [
            "delete from kith_aside where dot in (select dot from kith_change where record = ?)",
            "delete from kith_change where record = ?", "delete from kith_increment where record = ?",
            "delete from kith_parked where record = ?", "delete from kith_too_large where record = ?",
            "delete from kith_text where record = ?",
        ] {
            let delete = try connection.statement(sql)
            delete.bind(1, copyingBlob: record)
            try delete.run()
            count += connection.changedRowCount
        }
        return count > 0
    }

    /// Removes what edits and merges had replaced. Work of which nothing is left is not offered for undo.
    private func removeReplaced(_ gone: Set<[UInt8]>) throws -> Bool {
        let connection = access.connection
        let select = try connection.statement("select moment, record from kith_replaced")
        var found: [(moment: Int64, record: [UInt8])] = []
        while try select.step() {
            let record = Array(select.bytes(1))
            if gone.contains(record) { found.append((select.integer(0), record)) }
        }
        select.reset()
        let delete = try connection.statement("delete from kith_replaced where moment = ? and record = ?")
        for (moment, record) in found {
            delete.bind(1, moment)
            delete.bind(2, copyingBlob: record)
            try delete.run()
        }
        try connection.execute(
            """
            update kith_moment set undone = 1 where kind in ('edit', 'import') and not undone
            and not exists (select 1 from kith_replaced where moment = kith_moment.id)
            and not exists (select 1 from kith_moment_range as range join kith_change
                            on kith_change.dot between range.first and range.last where range.moment = kith_moment.id)
            """)
        return !found.isEmpty
    }

    /// What was removed is still in free pages, in the WAL and, if an SQLite built with STAT4 took samples, among those.
    private func noteRemoval() throws {
        let samples = try access.connection.number("select count(*) from sqlite_master where name = 'sqlite_stat4'")
        if samples == 1 { try access.connection.execute("delete from sqlite_stat4") }
        try Derived.forget(access.connection)
        try access.connection.execute("update kith_scrub set owed = owed + 1")
    }

    // MARK: Edits of erased records

    /// Removes rows of erased records that SQL has inserted again, with their notes, before anything is stamped; and rows
    /// that were given to an erased owner. Of what others know, such a row is erased; what nobody has heard of just goes.
    func refuseNotes() throws {
        for table in access.catalog.shownTables where try !access.isEmpty(table.notes) {
            var again: [[UInt8]] = []
            var given: [Owned] = []
            for record in try noted(table) {
                let (_, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                if try access.erased.contains(record, table, key) {
                    again.append(record)
                } else if let owner = try erasedOwner(of: record) {
                    if try records.changes(of: record).isEmpty { again.append(record) } else {
                        given.append(Owned(record: record, owner: owner, isByKey: false))
                    }
                }
            }
            let left = LeftBehind(access)
            for record in again { try left.note(dropped: record, isSame: nil) }
            _ = try remove(again)
            try erase(owned: given)
            let refused = again.count + given.count
            if refused > 0 { try access.connection.execute("update kith_scrub set refused = refused + \(refused)") }
        }
    }

    /// The records noted that may be erased: by key, or because their row names an erased owner.
    private func noted(_ table: CatalogTable) throws -> [[UInt8]] {
        let keys = Capture.keyNotes(table)
        let matches = zip(table.keys, keys).map { "row.\(quoted($0)) = note.\($1)" }.joined(separator: " and ")
        let erased = "in (select record from kith_erased)"
        var conditions = ["kith_record(\(table.number), \(keys.map { "note." + $0 }.joined(separator: ", "))) \(erased)"]
        for part in access.erased.ownerParts(of: table) {
            switch part.place {
            case .key(let index): conditions.append("kith_record(\(part.table.number), note.\(keys[index])) \(erased)")
            case .part:
                conditions += [table.name, table.trash].map { name in
                    """
                    exists (select 1 from \(quoted(name)) as row where \(matches) and typeof(row.\(quoted(part.name))) = 'text'
                    and kith_record(\(part.table.number), row.\(quoted(part.name))) \(erased))
                    """
                }
            }
        }
        let select = try access.connection.statement(
            """
            select distinct kith_record(\(table.number), \(keys.joined(separator: ", "))) as record
            from \(quoted(table.notes)) as note where \(conditions.joined(separator: " or ")) order by record
            """)
        defer { select.reset() }
        var found: [[UInt8]] = []
        while try select.step() { found.append(Array(select.bytes(0))) }
        return found
    }
}

extension Erasures.OwnerPart {
    var isInKey: Bool { if case .key = place { true } else { false } }
}
