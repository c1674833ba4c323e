import Community
import CRDT
import Schema
import SQLite
import Wire

/// A row about a person.
package struct PersonRow: Sendable {
    package let row: RecordRow
    /// It is in the trash.
    package let isDeleted: Bool
}

extension Store {
    /// Every row that names a contact, those in the trash included, in the order of the schema's tables: the contact, what
    /// it owns and what that owns, rows in which a column holds its id, and the log rows it takes part in.
    ///
    /// A text that names the person without the id is not among them: see `mentions`.
    ///
    /// - Throws: `notFound`, `erased`, `unknownName`.
    package func rows(about person: RecordID) throws -> [PersonRow] { try rows(aboutAny: [person]) }

    /// The same of several contacts of one table, each row once: of all entries of a person.
    package func rows(aboutAny contacts: [RecordID], includingTrash: Bool = true) throws -> [PersonRow] {
        try read { access in
            guard let person = contacts.first else { return [] }
            for contact in contacts {
                let table = try access.sharedTable(of: contact)
                guard try Records(access).image(of: table, key: contact.recordKey).place != .nowhere else {
                    throw StoreError(.notFound, contact.table)
                }
            }
            var found: [RecordID: PersonRow] = [:]
            /// Ids by table whose rows, and what names them, are still to be looked for.
            var ids: [String: Set<String>] = [person.table: Set(contacts.map { $0.key[0] })]
            var known: [String: Set<String>] = [:]
            while !ids.isEmpty {
                let looked = ids
                for (name, each) in looked { known[name, default: []].formUnion(each) }
                ids = [:]
                for definition in access.catalog.shownTables.compactMap({ schema[$0.name] }) {
                    let parts = Store.parts(of: definition, naming: Set(looked.keys), person: person.table)
                    guard !parts.isEmpty else { continue }
                    let condition = parts.map { part, owner in
                        "\(quoted(part)) in (\(looked[owner]!.sorted().map(literal).joined(separator: ", ")))"
                    }.joined(separator: " or ")
                    for isDeleted in includingTrash ? [false, true] : [false] {
                        let rows = try RowCursor(access, definition.name, where: condition, deleted: isDeleted)
                        while let row = try rows.next() {
                            guard found.updateValue(PersonRow(row: row, isDeleted: isDeleted), forKey: row.id) == nil else { continue }
                            for (table, id) in Store.followed(row, definition, schema, person.table)
                            where known[table]?.contains(id) != true {
                                ids[table, default: []].insert(id)
                            }
                        }
                    }
                }
            }
            let order = Dictionary(uniqueKeysWithValues: schema.tables.enumerated().map { ($1.name, $0) })
            return found.values.sorted { a, b in
                let (first, second) = (order[a.row.id.table] ?? 0, order[b.row.id.table] ?? 0)
                return first == second ? a.row.id.text < b.row.id.text : first < second
            }
        }
    }

    /// The columns of a table that may hold one of the ids, with the table that the ids are of.
    private static func parts(of table: Table, naming tables: Set<String>, person: String) -> [(part: String, table: String)] {
        var parts: [(String, String)] = []
        if tables.contains(table.name), table.key == .id { parts.append(("id", table.name)) }
        for owner in table.owners where tables.contains(owner.table) { parts.append((owner.part, owner.table)) }
        for column in table.columns where column.references == person && tables.contains(person) {
            if !parts.contains(where: { $0.0 == column.name }) { parts.append((column.name, person)) }
        }
        return parts
    }

    /// What else is about the person because of a row: what the row owns, and the log row that a link row joins them to.
    private static func followed(_ row: RecordRow, _ table: Table, _ schema: Schema, _ person: String) -> [(String, String)] {
        switch table.key {
        case .id:
            // Another person's row is theirs.
            return table.name == person || !schema.tables.contains { $0.owners.contains { $0.table == table.name } }
                ? [] : [(table.name, row.id.key[0])]
        case .pair(let first, let second):
            return zip([first, second], row.id.key).filter { name, _ in
                name != person && schema[name]?.collection == table.collection && schema[name]?.key == .id
                    && schema[name]?.owners.isEmpty == true
            }.map { ($0, $1) }
        }
    }
}
