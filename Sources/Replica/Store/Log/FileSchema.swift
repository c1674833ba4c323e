import Foundation
import Schema
import SQLite

/// What a file says of its tables (`kith_schema`), whichever program made them.
///
/// Without it a program would take another's tables for unknown ones: it would keep their changes aside and leave their rows as they are,
/// and the other, who shows these columns already, would never look again.
struct FileSchema {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// The tables that are not among a program's, or not just like them.
    ///
    /// - Throws: `damaged` for what is no table; `SchemaFault`, `differs`, where the program has one of the same name that is another.
    func tables(beside schema: Schema) throws -> [Table] {
        let known = Dictionary(schema.tables.map { ($0.name, $0.fingerprint) }) { first, _ in first }
        let select = try connection.statement("select name, fingerprint, definition from kith_schema order by place")
        defer { select.reset() }
        var found: [Table] = []
        while try select.step() {
            guard known[select.text(0)] != select.integer(1) else { continue }
            guard let table = try? JSONDecoder().decode(Table.self, from: Data(select.bytes(2))), table.name == select.text(0),
                // Any name will do that was good enough to be made.
                Schema(tables: [table]).faults.allSatisfy({ [.unknownName, .badName].contains($0.code) })
            else { throw StoreError(.damaged, "kith_schema") }
            if let difference = schema[table.name]?.difference(from: table) { throw difference }
            found.append(table)
        }
        return found
    }

    /// Fingerprints by table.
    func fingerprints() throws -> [String: Int64] {
        let select = try connection.statement("select name, fingerprint from kith_schema")
        defer { select.reset() }
        var found: [String: Int64] = [:]
        while try select.step() { found[select.text(0)] = select.integer(1) }
        return found
    }

    func keep(_ tables: [Table]) throws {
        let known = try fingerprints()
        let insert = try connection.statement(
            """
            insert into kith_schema (name, fingerprint, definition, place)
            values (?, ?, ?, (select coalesce(max(place), 0) + 1 from kith_schema))
            on conflict (name) do update set fingerprint = excluded.fingerprint, definition = excluded.definition
            """)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for table in tables where known[table.name] != table.fingerprint {
            insert.bind(1, copying: table.name)
            insert.bind(2, table.fingerprint)
            insert.bind(3, copying: String(decoding: try encoder.encode(table), as: UTF8.self))
            try insert.run()
        }
    }
}
