import CRDT

/// One shared table. Every table has its key and its columns, and nothing unique, foreign or not null across replicas
/// but the key: such rules converge first and are then listed.
package struct Table: Sendable, Codable {
    /// What names a row.
    package enum Key: Hashable, Sendable, Codable {
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
    package struct Owner: Hashable, Sendable, Codable {
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
    package struct Telling: Hashable, Sendable, Codable {
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
    /// Without these a row is never seen again, or says nothing: of each group one SQL column at least.
    package let needed: [[String]]
    /// Halves of the key that are codes, with their lists.
    package let keyCodes: [String: String]
    /// Told before the rows of other tables, where work is summed up.
    package let leads: Bool
    /// One sentence: what a row means.
    package let purpose: String

    package init(
        _ name: String, in collection: Collection, key: Key = .id, columns: [Column], ownedBy owners: [Owner] = [],
        telling: Telling? = nil, needed: [[String]] = [], keyCodes: [String: String] = [:], leads: Bool = false, purpose: String = ""
    ) {
        self.name = name
        self.collection = collection
        self.key = key
        self.columns = columns
        self.owners = owners
        self.telling = telling
        self.needed = needed
        self.keyCodes = keyCodes
        self.leads = leads
        self.purpose = purpose
    }

    package subscript(column name: String) -> Column? { columns.first { $0.name == name } }

    /// The column that a SQL column belongs to: itself, or the composite it is a part of.
    package func column(ofPart name: String) -> Column? {
        columns.first { $0.parts.contains { $0.name == name } }
    }
}
