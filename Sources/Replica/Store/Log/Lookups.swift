import Schema
import SQLite

/// Indices on the columns that name other rows: by the key alone SQLite would read a whole table to find what belongs to one person.
///
/// They lie in the people's tables, where any client profits by them, and hold nothing that the rows do not. Rows that name nothing are in none.
/// They are made when a replica is opened that lacks one, so that dropping them costs time and nothing else.
struct Lookup {
    let table: String
    let column: String
    /// Of a key, which is never null.
    private let isKey: Bool

    var name: String { "kith_lookup_\(table)_\(column)" }

    private var sql: String {
        // A condition on the column implies that it is not null (https://sqlite.org/partialindex.html, rule 2).
        "create index if not exists \(quoted(name)) on \(quoted(table)) (\(quoted(column)))" + (isKey ? "" : " where \(quoted(column)) is not null")
    }

    /// What is asked for by a day, of tables that grow without end.
    private static let days = [(table: "contact_moment", column: "follow_up_on")]

    static func of(_ table: CatalogTable, in catalog: Catalog) -> [Lookup] {
        guard let definition = table.definition else { return [] }
        // The first part of a key is found by the key.
        let keys = definition.key.columns.dropFirst().filter { key in
            definition.owners.contains { $0.part == key } || catalog[key]?.isShown == true
        }
        let named = definition.columns.filter { column in
            !column.targets.isEmpty || days.contains { $0.table == table.name && $0.column == column.name }
        }.map(\.name)
        return keys.map { Lookup(table: table.name, column: $0, isKey: true) }
            + named.filter { table.column(named: $0)?.isShown == true }.map { Lookup(table: table.name, column: $0, isKey: false) }
    }

    /// Deletes in the log, of which there are few among many changes: whether an edit beat one is asked whenever somebody looks.
    private static let deletions = (
        name: "kith_lookup_deletions", sql: "create index if not exists kith_lookup_deletions on kith_change (record) where flags & 2")

    static func areMade(_ access: Access) throws -> Bool { try missing(access).isEmpty && hasDeletions(access) }

    static func make(_ access: Access) throws {
        for lookup in try missing(access) { try access.connection.execute(lookup.sql) }
        if try !hasDeletions(access) { try access.connection.execute(deletions.sql) }
    }

    private static func hasDeletions(_ access: Access) throws -> Bool {
        try access.connection.number("select exists (select 1 from sqlite_master where type = 'index' and name = '\(deletions.name)')") == 1
    }

    private static func missing(_ access: Access) throws -> [Lookup] {
        let select = try access.connection.statement("select name from sqlite_master where type = 'index' and name glob 'kith_lookup_*'")
        defer { select.reset() }
        var made: Set<String> = []
        while try select.step() { made.insert(select.text(0)) }
        return access.catalog.shownTables.flatMap { of($0, in: access.catalog) }.filter { !made.contains($0.name) }
    }
}
