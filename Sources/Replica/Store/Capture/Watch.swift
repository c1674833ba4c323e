import CRDT
import Schema
import SQLite

/// What was taken in of edits that no trigger saw.
package struct Unwatched: Hashable, Sendable {
    package struct Table: Hashable, Sendable {
        package let name: String
        /// It was made anew, or its triggers were gone or altered; else it was only compared.
        package fileprivate(set) var isRemade = false
        package internal(set) var changed = 0
        package internal(set) var added = 0
        package internal(set) var removed = 0
        /// Rows of which it is not known what they showed before, so that an edit of theirs would not have been seen.
        package internal(set) var unknown = 0
        /// Rows without a key, which cannot be shared, and the table in which they were left.
        package fileprivate(set) var keylessCount = 0
        package fileprivate(set) var keylessTable = ""

        init(name: String) { self.name = name }
    }

    /// Those of which there is something to say.
    package let tables: [Table]
}

/// Sees to it that the capture triggers watch, and finds out what was edited while they did not.
///
/// Other programs "edit a table" by making it anew: the triggers go with the old one, and edits made before the next command
/// of ours are in no note. SQLite's schema cookie counts every table, index, view and trigger that is made, dropped or
/// altered. As long as it is what it was when every trigger was in its place, nobody can have edited unseen; looking at it
/// is all that an ordinary access does.
///
/// When it differs, rows and log are compared before anything else is done, and what differs becomes notes (`Comparison`).
/// A cookie that went on by one while all triggers are as they were cannot hide a trigger that was dropped and made again:
/// VACUUM, an index, a column or a table of somebody's own. Then nothing is compared.
struct Watch {
    private let access: Access
    private let schema: Schema
    private var connection: Connection { access.connection }

    init(_ access: Access, _ schema: Schema) {
        self.access = access
        self.schema = schema
    }

    static func keepCookie(_ connection: Connection) throws {
        let update = try connection.statement("update kith_watch set cookie = ?")
        update.bind(1, try connection.schemaCookie())
        try update.run()
    }

    /// - Returns: what was taken in; nil when there is nothing to say.
    /// - Throws: `tableChanged` when a table or column is gone: then nothing is done.
    func mend() throws -> Unwatched? {
        for table in access.catalog.shownTables { try SchemaInstaller.checkColumns(of: table, access) }
        let written = try SchemaInstaller.triggers(in: access)
        var altered: Set<String> = []
        for table in access.catalog.shownTables {
            let isWhole = Capture.triggers(table).allSatisfy { written[$0.name] == $0.sql }
            if !isWhole { altered.insert(table.name) }
        }
        let isDoubtful = try !altered.isEmpty || connection.schemaCookie() != access.watchedCookie + 1
        var found: [String: Unwatched.Table] = [:]
        for table in access.catalog.shownTables {
            // Somebody may have taken them for tables of no use.
            try connection.execute(Capture.createTrash(table))
            try connection.execute(Capture.createNotes(table))
            guard isDoubtful else { continue }
            found[table.name] = Unwatched.Table(name: table.name)
            found[table.name]!.isRemade = altered.contains(table.name)
            if let keyless = try Remaking(access, table).remakeUnlessKeyed() {
                found[table.name]!.keylessCount = keyless.count
                found[table.name]!.keylessTable = keyless.table
            }
        }
        try followHandColumns()
        // With people's columns of now.
        let now = Access(connection, try Registers(connection, schema: schema), environment: access.environment, folding: access.folding)
        if isDoubtful { try Comparison(now).note(&found) }
        try SchemaInstaller.makeTriggers(now)
        try Lookup.make(now)
        try Views.install(now)
        try Watch.keepCookie(connection)
        let tables = found.values.filter { $0.changed + $0.added + $0.removed + $0.keylessCount > 0 || ($0.isRemade && $0.unknown > 0) }
        return tables.isEmpty ? nil : Unwatched(tables: tables.sorted { $0.name < $1.name })
    }

    /// Columns that people added, or removed again: the trash has them as well, so that a row comes back with them.
    private func followHandColumns() throws {
        let insert = try connection.statement("insert into kith_hand_column (tbl, name) values (?, ?)")
        let delete = try connection.statement("delete from kith_hand_column where tbl = ? and name = ?")
        for table in access.catalog.shownTables {
            let shared = Set((table.keys + table.parts.map(\.name)).map { $0.lowercased() })
            let present = try SchemaInstaller.columns(of: table.name, connection).filter { !shared.contains($0.lowercased()) }
            let thrown = Set(try SchemaInstaller.columns(of: table.trash, connection))
            for name in present where !table.handColumns.contains(name) {
                if !thrown.contains(name) {
                    try connection.execute("alter table \(quoted(table.trash)) add column \(quoted(name))")
                }
                insert.bind(1, table.number)
                insert.bind(2, copying: name)
                try insert.run()
            }
            for name in table.handColumns where !present.contains(name) {
                delete.bind(1, table.number)
                delete.bind(2, copying: name)
                try delete.run()
            }
        }
    }
}

/// Makes a table anew whose key was lost: `create table … as select` leaves out the primary key, its default and its check.
/// Without them rows come in that cannot be shared, and every look for a row reads the whole table.
private struct Remaking {
    private let access: Access
    private let table: CatalogTable
    private var connection: Connection { access.connection }

    init(_ access: Access, _ table: CatalogTable) {
        self.access = access
        self.table = table
    }

    /// - Returns: how many rows have no key, and the table in which they are left.
    func remakeUnlessKeyed() throws -> (count: Int, table: String)? {
        guard try !isKeyed() else { return nil }
        let name = quoted(table.name), made = "kith_remade"
        let parts = table.parts.map { quoted($0.name) }
        let hand = try SchemaInstaller.columns(of: table.name, connection).filter { column in
            !(table.keys + table.parts.map(\.name)).contains { $0.lowercased() == column.lowercased() }
        }
        let definition = table.definition!
        try connection.execute("drop table if exists \(made)")
        try connection.execute(Capture.createTable(shownPart(of: definition), named: made))
        for column in hand { try connection.execute("alter table \(made) add column \(quoted(column))") }
        let keys = table.keys.map(quoted)
        let isKey = keys.map(Capture.isKey).joined(separator: " and ")
        let rest = (parts + hand.map(quoted))
        let all = (keys + rest).joined(separator: ", ")
        // Of several rows with one key the last counts, as REPLACE has it.
        try connection.execute("insert or replace into \(made) (\(all)) select \(all) from \(name) where \(isKey) order by rowid")
        let lost = Int(try connection.number("select count(*) from \(name) where not (\(isKey)) or (\(isKey)) is null") ?? 0)
        var left: (count: Int, table: String)?
        try connection.execute("pragma legacy_alter_table = on")
        defer { try? connection.execute("pragma legacy_alter_table = off") }
        if lost > 0, case .id = definition.key {
            // A row without an id is a new one.
            let others = rest.joined(separator: ", ")
            try connection.execute(
                rest.isEmpty
                    ? "insert into \(made) default values"
                    : "insert into \(made) (\(others)) select \(others) from \(name) where not (\(isKey)) or (\(isKey)) is null order by rowid")
            try connection.execute("drop table \(name)")
        } else if lost > 0 {
            let kept = try freeName("\(table.name)_without_key")
            try connection.execute("delete from \(name) where \(isKey)")
            try connection.execute("alter table \(name) rename to \(quoted(kept))")
            left = (lost, kept)
        } else {
            try connection.execute("drop table \(name)")
        }
        try connection.execute("alter table \(made) rename to \(name)")
        return left
    }

    /// The table with those of its columns that this file has.
    private func shownPart(of definition: Table) -> Table {
        Table(
            definition.name, in: definition.collection, key: definition.key,
            columns: definition.columns.filter { table.column(named: $0.name)?.isShown == true }, purpose: definition.purpose)
    }

    private func freeName(_ wanted: String) throws -> String {
        var name = wanted
        var number = 1
        while try !SchemaInstaller.columns(of: name, connection).isEmpty {
            number += 1
            name = "\(wanted)_\(number)"
        }
        return name
    }

    /// Whether one row a key, a default for ids, and the check are in force.
    private func isKeyed() throws -> Bool {
        let info = try connection.statement("select name, pk, dflt_value from pragma_table_info(?)")
        defer { info.reset() }
        info.bind(1, copying: table.name)
        var key: [Int64: String] = [:]
        var hasDefault = false
        while try info.step() {
            if info.integer(1) > 0 { key[info.integer(1)] = info.text(0) }
            if info.text(0) == "id", !info.isNull(2) { hasDefault = true }
        }
        guard key.keys.sorted().map({ key[$0]! }) == table.keys else { return false }
        if case .id = table.definition!.key, !hasDefault { return false }
        let select = try connection.statement("select sql from sqlite_master where type = 'table' and name = ?")
        defer { select.reset() }
        select.bind(1, copying: table.name)
        guard try select.step() else { return false }
        return select.text(0).ranges(of: "<= \(Capture.keyByteCount)").count >= table.keys.count
    }
}
