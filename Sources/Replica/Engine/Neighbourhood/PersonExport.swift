import Community
import CRDT
import Interchange
import Store
import Trust
import Words

extension Replica {
    /// Writes everything that is held on one person: as JSON every row that names them, deleted ones too, and where else a
    /// text seems to name them; as vCard what cards can say, one for each entry.
    ///
    /// - Parameter person: the entries of the person, the one that was asked for first.
    /// - Throws: `notAPerson`, `unknownFormat`, `exportExists`, `unwritable`; `StoreError.notFound`, `erased`.
    package func exportPerson(_ person: [RecordID], to path: String, _ format: ExportFormat, replaces: Bool) throws -> ListExportReport {
        for entry in person where entry.table != "contact" { throw EngineError(.notAPerson, entry.table) }
        guard format == .json || format == .vcf else { throw EngineError(.unknownFormat, path) }
        let rows = try store.rows(aboutAny: person)
        let file = try ExportFile(path, replaces: replaces, environment)
        var report = ListExportReport()
        if format == .json {
            report.itemCount = rows.count
            try file.write(Array((json(person, rows, try store.mentions(of: person)).text + "\n").utf8))
        } else {
            let identity = ImportIdentity(space: identity.space)
            for entry in person {
                guard let contact = rows.first(where: { $0.row.id == entry && !$0.isDeleted })?.row else { continue }
                func own(_ table: String) -> [ContactCard.Row] {
                    rows.filter { $0.row.id.table == table && !$0.isDeleted && $0.row["contact"] == .text(entry.key[0]) }.map { .init($0.row) }
                }
                var bytes: [UInt8] = []
                VCardWriter { identity.id($0) }.append(
                    ContactCard(contact: .init(contact), points: own("contact_point"), addresses: own("address")), to: &bytes)
                try file.write(bytes)
                report.itemCount += 1
            }
            guard report.itemCount > 0 else { throw StoreError(.notFound, "contact") }
        }
        try file.finish()
        report.byteCount = file.byteCount
        return report
    }

    /// `tables` holds the rows by table, in the schema's order, with all their columns.
    private func json(_ person: [RecordID], _ rows: [PersonRow], _ mentions: [Mention]) -> JSON {
        var tables: [(String, JSON)] = []
        for table in store.sharedTables {
            let own = rows.filter { $0.row.id.table == table.name }
            if own.isEmpty { continue }
            tables.append((table.name, .array(own.map { found in
                var members = zip(table.key.columns, found.row.id.key).map { ($0, JSON.string($1)) }
                members += found.row.values.map { ($0.name, JSON($0.value)) }
                if found.isDeleted { members.append(("deleted", .bool(true))) }
                return .object(members)
            })))
        }
        return .object([
            ("format", .string("kith person 1")), ("space", .string(identity.space.name)), ("contact", .string(person.first?.key[0] ?? "")),
            ("contacts", .array(person.map { .string($0.key[0]) })),
            ("tables", .object(tables)),
            ("mentions", .array(mentions.map { mention in
                .object([
                    ("table", .string(mention.record.table)), ("id", .string(mention.record.text)), ("column", .string(mention.column)),
                    ("deleted", .bool(mention.isDeleted)), ("perhaps", .bool(mention.kind == .perhaps)),
                ])
            })),
        ])
    }
}
