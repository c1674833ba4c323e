import CRDT

/// A set of tables shared together under one key. A device is admitted per collection.
package struct Collection: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Organisations, places, initiatives, gatherings, terms: may go to partner cities.
    package static let directory = Collection(rawValue: "directory")
    /// Contacts and everything about a person: the team only.
    package static let people = Collection(rawValue: "people")

    package static func < (a: Collection, b: Collection) -> Bool { a.rawValue < b.rawValue }
}

/// The shared tables of a replica, as data. The store makes ordinary SQLite tables, capture triggers and merge rules from it.
package struct Schema: Sendable {
    package let tables: [Table]
    package init(tables: [Table]) { self.tables = tables }

    package subscript(name: String) -> Table? { tables.first { $0.name == name } }

    /// The collections that have tables, ascending.
    package var collections: [Collection] { Set(tables.map(\.collection)).sorted() }
}

/// One shared table. Every table has its key and its columns, and nothing unique, foreign or not null across replicas
/// but the key: such rules converge first and are then listed.
package struct Table: Sendable {
    /// What names a row.
    package enum Key: Hashable, Sendable {
        /// `id text`, time-ordered by default, so that plain SQL need not give it.
        case id
        /// A set's link row, keyed by the pair itself: two columns holding ids.
        case pair(String, String)

        package var columns: [String] {
            switch self {
            case .id: ["id"]
            case .pair(let first, let second): [first, second]
            }
        }
    }

    /// A SQL column, of the key or of a column, that names the row of another table to which a row belongs. A row goes
    /// with each of its owners when that is erased.
    package struct Owner: Hashable, Sendable {
        package let part: String
        /// Its key is one id.
        package let table: String

        package init(_ part: String, of table: String) {
            self.part = part
            self.table = table
        }
    }

    /// A log row that tells of people by link rows, and is more than they are. When the last of those people is erased its
    /// words are erased with them, and what is counted stays under another id.
    package struct Telling: Hashable, Sendable {
        /// The table of the link rows, keyed by such a row and a person.
        package let links: String
        /// The SQL columns that stay. Of text only what cannot be words: a code, an id, the day of a time.
        package let counted: [String]

        package init(links: String, counted: [String]) {
            self.links = links
            self.counted = counted
        }
    }

    package let name: String
    package let collection: Collection
    package let key: Key
    /// At most `ColumnSet.limit`. Order is that of the SQL table after the key.
    package let columns: [Column]
    package let owners: [Owner]
    package let telling: Telling?
    /// One sentence: what a row means.
    package let purpose: String

    package init(
        _ name: String, in collection: Collection, key: Key = .id, columns: [Column], ownedBy owners: [Owner] = [],
        telling: Telling? = nil, purpose: String
    ) {
        self.name = name
        self.collection = collection
        self.key = key
        self.columns = columns
        self.owners = owners
        self.telling = telling
        self.purpose = purpose
    }

    package subscript(column name: String) -> Column? { columns.first { $0.name == name } }

    /// The column that a SQL column belongs to: itself, or the composite it is a part of.
    package func column(ofPart name: String) -> Column? {
        columns.first { $0.parts.contains { $0.name == name } }
    }
}

/// What merges as one: a SQL column, or the several parts of a composite.
package struct Column: Sendable {
    /// One SQL column.
    package struct Part: Hashable, Sendable {
        package let name: String
        package let type: SQLType
        /// An SQL expression in parentheses or a literal, for rows that plain SQL inserts.
        package let defaultExpression: String?
        /// What its values look like, where the column's codes or reference and the type do not say it (see `Table.form`).
        package let form: Form?

        package init(_ name: String, _ type: SQLType = .text, default expression: String? = nil, form: Form? = nil) {
            self.name = name
            self.type = type
            self.defaultExpression = expression
            self.form = form
        }
    }

    package enum SQLType: String, Sendable {
        case text, integer, real, blob
    }

    package let name: String
    package let kind: MergeKind
    /// One part named as the column, or the several parts of a composite.
    package let parts: [Part]
    /// The table that the value is an id in. A hint for people; dangling references are listed, never refused.
    package let references: String?
    /// The name of the code list that the value comes from.
    package let codes: String?

    package init(
        _ name: String, _ kind: MergeKind = .register, type: SQLType = .text, default expression: String? = nil,
        references: String? = nil, codes: String? = nil, form: Form? = nil
    ) {
        self.name = name
        self.kind = kind
        self.parts = [Part(name, type, default: expression, form: form)]
        self.references = references
        self.codes = codes
    }

    /// A composite: its parts are captured and merged as one register.
    package init(composite name: String, _ parts: [Part], kind: MergeKind = .register) {
        self.name = name
        self.kind = kind
        self.parts = parts
        self.references = nil
        self.codes = nil
    }

    package var isComposite: Bool { parts.count > 1 }

    /// When the row came to be, as ISO 8601 text in UTC; the earliest of concurrent ones counts.
    package static let createdAt = Column(
        "created_at", .earliest, default: "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")
}
