import CRDT
import Schema
import SQLite
import Wire

extension Store {
    /// Writes the rows that every space begins with, for the first replica of a space; stamped at once, and not a moment
    /// that `undo` takes back. Rows that were ever here, or of tables that this replica lacks, are passed over.
    package func found(with rows: [FoundingRow]) throws {
        guard !rows.isEmpty else { return }
        try writeStamped { access in
            for row in rows {
                guard let table = access.catalog[row.table], table.isShown else { continue }
                let key = RecordKey(row.id)
                guard try !access.erased.contains(table.record(key), table, key),
                    try Records(access).image(of: table, key: key).place == .nowhere
                else { continue }
                let names = (["id"] + row.values.map(\.name)).map(quoted).joined(separator: ", ")
                let insert = try access.connection.statement(
                    "insert into \(quoted(table.name)) (\(names)) values (?\(String(repeating: ", ?", count: row.values.count)))")
                insert.bind(1, copying: row.id)
                for (index, value) in row.values.enumerated() { insert.bind(Int32(index + 2), value.value) }
                try insert.run()
            }
            var stamping = try Stamping(access, as: .founding)
            try stamping.stampNotes(acceptingMassChange: true)
        }
    }
}
