import CRDT
import Schema
import Store

/// Whose rows a replica holds: the program, or the family of programs, that the engine works for.
///
/// The engine asks it for all that is about the rows. The neighbourhood is one (`Client.community`), Examples/Garden another. Several
/// clients may open one file: each shows its own tables, and keeps and forwards the changes of all others.
///
///     let garden = try Client(schema: schema, founding: [FoundingRow("season", id: "2026", [])])
package struct Client: Sendable {
    package let schema: Schema
    /// The rows that a space begins with.
    package let founding: [FoundingRow]
    /// What it derives from its rows to find things fast.
    package let derived: [any DerivedIndex]

    /// - Throws: `SchemaFault`, the first, for a schema that cannot be synced.
    package init(schema: Schema, founding: [FoundingRow] = [], derived: [any DerivedIndex] = []) throws {
        if let fault = schema.faults.first { throw fault }
        for row in founding {
            guard let table = schema[row.table] else { throw SchemaFault(.unknownName, row.table) }
            for (name, _) in row.values where table.column(ofPart: name) == nil { throw SchemaFault(.unknownName, "\(row.table).\(name)") }
        }
        for index in derived { try Store.check(index) }
        self.init(trusting: schema, founding: founding, derived: derived)
    }

    private init(trusting schema: Schema, founding: [FoundingRow], derived: [any DerivedIndex]) {
        self.schema = schema
        self.founding = founding
        self.derived = derived
    }

    /// A client with the tables of a neighbourhood, which a test holds against what `init` asks.
    init(trusted schema: Schema, founding: [FoundingRow]) { self.init(trusting: schema, founding: founding, derived: []) }

    /// A program without tables of its own: it reads what is there, carries everything, and shows nothing.
    package static let carrier = Client(trusting: Schema(tables: []), founding: [], derived: [])
}
