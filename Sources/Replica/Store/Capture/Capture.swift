import CRDT
import Schema
import SQLite

/// The SQL that makes the shared tables and captures what any SQLite client does to them.
///
/// A trigger appends one small note: which record, which columns, when, and what was there before. The engine reads the
/// notes later, compares what was with what is, and stamps what really changed (see Stamp.swift).
///
/// Notes are appended, not gathered per record: an upsert per note measured 2.7 times plain SQLite on bulk inserts where
/// this measures 1.7, because a statement that may fail inside a trigger makes SQLite journal the outer statement.
///
/// Invariants:
/// 1. A note is keyed by the record's key, never by rowid: REPLACE fires no delete trigger, VACUUM renumbers rowids.
/// 2. The first note of a record since the last stamping says whether the row existed and, for every column it names,
///    the value before. That holds for REPLACE too, by the triggers that fire before it.
/// 3. Nothing here needs SQLite newer than 3.24, a pragma, an extension or a function of ours.
enum Capture {
    /// The wall clock as a Julian day, the only clock with milliseconds on old SQLite; the engine converts it.
    static let now = "julianday('now')"

    /// A key by default: 12 hexadecimal digits of milliseconds since 1970 and 20 random ones, so that keys sort by age.
    static let defaultID =
        "(printf('%012x', cast((julianday('now') - 2440587.5) * 86400000.0 as integer)) || lower(hex(randomblob(10))))"

    /// Of one part of a key: short enough to travel (`Limits.keyByteCount`).
    static let keyByteCount = 1_024

    /// A key is text, not empty, and short enough.
    static func isKey(_ name: String) -> String {
        "\(name) <> '' and typeof(\(name)) = 'text' and length(cast(\(name) as blob)) <= \(keyByteCount)"
    }

    private static func keyCheck(_ name: String) -> String { "check (\(isKey(name)))" }

    /// Whether a part of a key passes that check.
    static func holds(_ part: [UInt8]) -> Bool { !part.isEmpty && part.count <= keyByteCount }

    static func createTable(_ table: Table, named name: String? = nil) -> String {
        var lines: [String] = []
        switch table.key {
        case .id:
            lines.append("  id text not null primary key default \(defaultID) \(keyCheck("id"))")
        case .pair(let first, let second):
            for name in [first, second] {
                lines.append("  \(quoted(name)) text not null \(keyCheck(quoted(name)))")
            }
        }
        for part in table.columns.flatMap(\.parts) {
            lines.append("  \(quoted(part.name)) \(part.type.rawValue)" + (part.defaultExpression.map { " default \($0)" } ?? ""))
        }
        if case .pair(let first, let second) = table.key {
            lines.append("  primary key (\(quoted(first)), \(quoted(second)))")
        }
        return "create table \(quoted(name ?? table.name)) (\n\(lines.joined(separator: ",\n"))\n)"
    }

    /// Deleted rows with their values, so that an undelete or a concurrent edit brings back the whole row.
    static func createTrash(_ table: CatalogTable) -> String {
        let keys = table.keys.map(quoted)
        let parts = table.parts.map { quoted($0.name) }
        let columns = keys.map { $0 + " text not null" } + parts + table.handColumns.map(quoted)
        return "create table if not exists \(quoted(table.trash)) (\(columns.joined(separator: ", ")), primary key (\(keys.joined(separator: ", ")))) without rowid"
    }

    static func createNotes(_ table: CatalogTable) -> String {
        let columns = keyNotes(table).map { $0 + " text" } + ["existed integer", "columns integer", "time real"]
            + table.parts.map { was($0.name) }
        return "create table if not exists \(quoted(table.notes)) (n integer primary key, \(columns.joined(separator: ", ")))"
    }

    static func keyNotes(_ table: CatalogTable) -> [String] { table.keys.indices.map { "key_\($0 + 1)" } }
    static func was(_ part: String) -> String { quoted("was_" + part) }

    /// Name and text of every trigger of a table.
    static func triggers(_ table: CatalogTable) -> [(name: String, sql: String)] {
        let name = quoted(table.name)
        let keys = table.keys.map(quoted)
        let parts = table.parts.map { quoted($0.name) }
        let note = "insert into \(quoted(table.notes)) (\(keyNotes(table).joined(separator: ", ")), existed, columns, time"
        let wasAll = table.parts.map { ", " + was($0.name) }.joined()
        func row(_ alias: String) -> String { keys.map { "\(alias).\($0)" }.joined(separator: ", ") }
        func values(_ alias: String) -> String { parts.map { ", \(alias).\($0)" }.joined() }
        func matches(_ alias: String) -> String { keys.map { "\($0) = \(alias).\($0)" }.joined(separator: " and ") }
        let keyChanged = keys.map { "old.\($0) is not new.\($0)" }.joined(separator: " or ")
        let keyKept = keys.map { "old.\($0) is new.\($0)" }.joined(separator: " and ")
        // What stands at the new key is about to be replaced, if the statement says OR REPLACE; if not, nothing changes.
        let noteStanding = "\(note)\(wasAll)) select \(keys.joined(separator: ", ")), 1, -1, \(now)"
            + parts.map { ", " + $0 }.joined() + " from \(name) where \(matches("new"));"
        let noteNew = "\(note)) values (\(row("new")), 0, -1, \(now));"
        // Columns that people added come back with the row too.
        let kept = parts + table.handColumns.map(quoted)
        let throwAway = "insert into \(quoted(table.trash)) (\((keys + kept).joined(separator: ", ")))"
            + " values (\(row("old"))\(kept.map { ", old.\($0)" }.joined())) on conflict (\(keys.joined(separator: ", "))) do "
            + (kept.isEmpty ? "nothing;" : "update set \(kept.map { "\($0) = excluded.\($0)" }.joined(separator: ", "));")
            + " \(note)\(wasAll)) values (\(row("old")), 1, -1, \(now)\(values("old")));"

        var triggers: [(String, String)] = []
        func add(_ suffix: String, _ event: String, when condition: String? = nil, _ body: String) {
            let trigger = "kith_\(suffix)_\(table.name)"
            let when = condition.map { " when \($0)" } ?? ""
            triggers.append((trigger, "create trigger \(quoted(trigger)) \(event) on \(name)\(when) begin \(body) end"))
        }
        add("replace", "before insert", noteStanding)
        add("insert", "after insert", noteNew)
        add("rekey_before", "before update of \(keys.joined(separator: ", "))", when: keyChanged, noteStanding)
        add("rekey", "after update of \(keys.joined(separator: ", "))", when: keyChanged, "\(throwAway) \(noteNew)")
        add("delete", "after delete", throwAway)
        for column in table.columns.lazy.compactMap({ $0 }) where column.isShown {
            let names = column.parts.map(quoted)
            let changed = names.map {
                "typeof(old.\($0)) is not typeof(new.\($0)) or old.\($0) collate binary is not new.\($0)"
            }.joined(separator: " or ")
            let wasHere = column.parts.map { ", " + was($0) }.joined()
            add(
                "update_\(column.number)", "after update of \(names.joined(separator: ", "))",
                when: "(\(changed)) and (\(keyKept))",
                "\(note)\(wasHere)) values (\(row("new")), 1, \(column.set.rawValue), \(now)\(names.map { ", old.\($0)" }.joined()));")
        }
        return triggers
    }
}
