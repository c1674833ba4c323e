import CRDT
import Schema
import SQLite
import Wire

/// What is derived from people's rows to find things fast, such as an index of words. Local, never sent, and made anew whenever it is
/// missing: the marks up to which it follows the log.
///
/// Edits, imports and merges pay nothing for it: each of them leaves a change with a new dot, so what has changed since a
/// derived table was last brought up to date is read from the log, from a mark for each writer on (the writer's closed
/// sequence then).
///
/// Invariants:
/// 1. Every row that is shown otherwise than when the mark was set has a change beyond a mark, or `basis` differs: values
///    that come to be shown without a change (columns of a newer version, parked rows, writers renamed by a cut) count there.
/// 2. When anything is erased, all of it is emptied (`forget`): whatever words an index has split a name into are gone, and
///    scrubbing empties the pages they were on.
struct Derived {
    /// What is to be read again: nil for everything.
    typealias Changed = Set<[UInt8]>?

    /// A table of this prefix is derived, whoever made it: erasing empties it.
    static let prefix = "kith_index_"

    /// The marks, and the tables of the neighbourhood's two.
    private static let tables = [
        "create table if not exists kith_derived (purpose text primary key, basis text not null, marks blob not null) without rowid",
        "create table if not exists kith_search_row (n integer primary key, record blob unique, details text)",
        "create table if not exists kith_trait (n integer primary key, contact text not null unique, traits blob not null)",
        "create table if not exists kith_trait_key (key integer not null, n integer not null, primary key (key, n)) without rowid",
        """
        create table if not exists kith_candidate (
            a integer not null, b integer not null, very_likely integer not null, score integer not null, primary key (a, b)
        ) without rowid
        """,
        "create index if not exists kith_candidate_b on kith_candidate (b)",
        "create table if not exists kith_suspect (tbl integer not null, key_1 text not null, key_2 text not null, primary key (tbl, key_1, key_2)) without rowid",
        """
        create table if not exists kith_met (
            contact text not null unique, created text not null, known real not null, last real not null, text text
        )
        """,
        "create index if not exists kith_met_known on kith_met (known)",
        "create index if not exists kith_met_last on kith_met (last, created, contact)",
        """
        create virtual table if not exists kith_search using fts5(
            words, content = '', detail = none, columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')
        """,
    ]

    let access: Access
    /// Which of them.
    let purpose: String
    /// Of the rules by which it is made.
    let version: Int

    private var connection: Connection { access.connection }

    /// Whether the tables are there: reading may go on without a write transaction.
    static func exists(_ connection: Connection) throws -> Bool {
        try connection.number("select exists (select 1 from sqlite_master where name = 'kith_derived')") == 1
    }

    /// The same tables for one connection alone, without indices.
    static func temporary(_ names: [String]) -> [String] {
        tables.filter { sql in names.contains { sql.contains("create table if not exists \($0) (") } }.map { $0.replacing("create table if not exists", with: "create temp table") }
    }

    func create() throws {
        for sql in Derived.tables { try connection.execute(sql) }
    }

    /// Empties everything that is derived, in the transaction that erases: also what a program with another schema derives.
    ///
    /// - Parameter isMeant: of a table's name.
    static func forget(_ connection: Connection, where isMeant: (String) -> Bool = { $0.hasPrefix(prefix) || own.contains($0) }) throws {
        let select = try connection.statement("select name, sql from sqlite_master where type = 'table' and name like 'kith\\_%' escape '\\'")
        var found: [(name: String, sql: String)] = []
        while try select.step() { found.append((select.text(0), select.text(1).lowercased())) }
        select.reset()
        let virtual = found.filter { $0.sql.hasPrefix("create virtual table") }
        for (name, sql) in found where isMeant(name) {
            // What an index of words keeps beside itself is its own.
            if virtual.contains(where: { table in shadows.contains { name == table.name + $0 } }) { continue }
            let isContentless = virtual.contains { $0.name == name } && sql.filter { $0 != " " }.contains("content=''")
            try connection.execute(
                isContentless
                    ? "insert into \(quoted(name)) (\(quoted(name))) values ('delete-all')" : "delete from \(quoted(name))")
        }
    }

    /// https://sqlite.org/fts5.html, 9; https://sqlite.org/rtree.html.
    private static let shadows = ["_data", "_idx", "_content", "_docsize", "_config", "_node", "_parent", "_rowid"]

    private static let own: Set<String> = ["kith_derived", "kith_trait", "kith_trait_key", "kith_candidate", "kith_search_row", "kith_search", "kith_suspect", "kith_met"]

    /// What changes of shown values without a change in the log go with.
    private func basis() throws -> String {
        func count(_ sql: String) throws -> Int64 { try connection.number(sql) ?? 0 }
        return [
            Int64(version), try count("select count(*) from kith_column where shown"), try count("select count(*) from kith_parked"),
            try count("select count(*) from kith_cut"), try count("select count(*) from kith_writer where root is not null"),
        ].map(String.init).joined(separator: ".")
    }

    // MARK: Marks

    /// Up to where something was read.
    struct Marks {
        fileprivate let basis: String
        /// No edits waited to be stamped: rows with such may go back to what they were without a change.
        let isStamped: Bool
        fileprivate let bytes: [UInt8]
    }

    func currentMarks() throws -> Marks {
        var out = ByteWriter()
        for writer in access.writers.all {
            out.number(UInt64(writer.ordinal.number))
            out.number(UInt64(writer.closed))
        }
        return Marks(basis: try basis(), isStamped: try !access.hasNotes(), bytes: out.bytes)
    }

    /// Whether what was read then need only be followed.
    func isBasis(of marks: Marks) throws -> Bool { try marks.basis == basis() }

    private func marks() throws -> [UInt32: UInt32]? {
        guard try Derived.exists(connection) else { return nil }
        let select = try connection.statement("select basis, marks from kith_derived where purpose = ?")
        defer { select.reset() }
        select.bind(1, copying: purpose)
        guard try select.step(), select.text(0) == (try basis()) else { return nil }
        var reader = ByteReader(select.bytes(1), in: "kith_derived.marks")
        var marks: [UInt32: UInt32] = [:]
        while reader.remaining > 0 { marks[try reader.sequence()] = try reader.sequence() }
        return marks
    }

    /// Sets the marks: everything up to here has been read.
    func keepMarks() throws { try keep(currentMarks()) }

    func keep(_ marks: Marks) throws {
        let insert = try connection.statement("insert or replace into kith_derived (purpose, basis, marks) values (?, ?, ?)")
        insert.bind(1, copying: purpose)
        insert.bind(2, copying: marks.isStamped ? marks.basis : "")
        insert.bind(3, copyingBlob: marks.bytes)
        try insert.run()
    }

    // MARK: What changed

    /// So many changes are followed; of more, reading everything is faster.
    private static let followedCount = 50_000

    /// Whether nothing has changed since the marks were set.
    func isCurrent() throws -> Bool {
        guard let marks = try marks() else { return false }
        return try access.writers.all.allSatisfy { writer in
            try connection.number(
                "select exists (select 1 from kith_change where dot > ? and dot <= ?)",
                Dot(writer.ordinal, marks[writer.ordinal.number] ?? 0).packed, Dot(writer.ordinal, .max).packed) == 0
        }
    }

    /// So many changes are followed while somebody waits.
    private static let quicklyFollowed: Int64 = 2_000

    /// Whether few changes have come since.
    func isNear() throws -> Bool {
        guard let marks = try marks() else { return false }
        var left = Derived.quicklyFollowed
        for writer in access.writers.all where left >= 0 {
            left -= try connection.number(
                "select count(*) from (select 1 from kith_change where dot > ? and dot <= ? limit \(Derived.quicklyFollowed + 1))",
                Dot(writer.ordinal, marks[writer.ordinal.number] ?? 0).packed, Dot(writer.ordinal, .max).packed) ?? 0
        }
        return left >= 0
    }

    func changed() throws -> Changed {
        guard let marks = try marks() else { return nil }
        var records: Set<[UInt8]> = []
        let select = try connection.statement("select record from kith_change where dot > ? and dot <= ?")
        defer { select.reset() }
        for writer in access.writers.all {
            select.bind(1, Dot(writer.ordinal, marks[writer.ordinal.number] ?? 0).packed)
            select.bind(2, Dot(writer.ordinal, .max).packed)
            while try select.step() {
                records.insert(Array(select.bytes(0)))
                if records.count > Derived.followedCount { return nil }
            }
            select.reset()
        }
        return records
    }
}
