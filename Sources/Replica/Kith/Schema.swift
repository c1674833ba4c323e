import CRDT
import Schema

/// The synced tables of a program, as data.
///
/// The engine makes ordinary SQLite tables of it, with triggers that notice every edit, by whatever program. Nothing in them is
/// unique, foreign or not null but the key: a rule that edits made apart can break together would lose one of the edits.
///
///     let schema = Schema {
///         Table("plot") {
///             Column("name")
///             Column("waterings", .counter)
///         }
///         Table("plot_gardener", key: .pair("plot", "gardener")) {}
///     }
///
/// A later version of a program may add tables and columns. A replica that was opened by an older one keeps and forwards their values,
/// and shows them as soon as it is opened by a program that has them.
public struct Schema: Sendable {
    /// In the order in which they are made.
    public let tables: [Table]
    /// For other programs that open the file.
    public let views: [View]

    public init(tables: [Table], views: [View] = []) {
        self.tables = tables
        self.views = views
    }

    public init(views: [View] = [], @ListBuilder<Table> _ tables: () -> [Table]) { self.init(tables: tables(), views: views) }

    var stored: Schema::Schema { Schema::Schema(tables: tables.map(\.stored), views: views.map { Schema::View($0.name, of: $0.tables, $0.select) }) }
}

/// One synced table.
public struct Table: Sendable {
    /// What names a row.
    public enum Key: Hashable, Sendable {
        /// `id text`, made when a row is inserted without one: sorted by age, the same on every replica.
        case id
        /// Two columns that hold ids. Two people who add the same pair apart make one row: a set.
        case pair(String, String)
    }

    public let name: String
    public let key: Key
    /// At most 62. In the order of the SQL table, after the key. A table without any, such as a set, has `created_at`.
    public let columns: [Column]
    /// The SQL columns, of the key or after it, that name a row to which this one belongs: it is erased with each of its owners.
    public let owners: [Owner]
    /// What is shared together under one key: a device is admitted to a collection or not.
    public let collection: String

    /// Who a row belongs to.
    public struct Owner: Hashable, Sendable {
        public let column: String
        /// Keyed by an id.
        public let table: String
        public init(_ column: String, of table: String) {
            self.column = column
            self.table = table
        }
    }

    public init(_ name: String, key: Key = .id, ownedBy owners: [Owner] = [], in collection: String = "shared", columns: [Column] = []) {
        self.name = name
        self.key = key
        self.columns = columns
        self.owners = owners
        self.collection = collection
    }

    public init(
        _ name: String, key: Key = .id, ownedBy owners: [Owner] = [], in collection: String = "shared", @ListBuilder<Column> _ columns: () -> [Column]
    ) {
        self.init(name, key: key, ownedBy: owners, in: collection, columns: columns())
    }

    var stored: Schema::Table {
        let storedKey: Schema::Table.Key = switch key {
        case .id: .id
        case .pair(let first, let second): .pair(first, second)
        }
        return Schema::Table(
            name, in: Schema::Collection(rawValue: collection), key: storedKey, columns: (columns.isEmpty ? [.createdAt] : columns).map(\.stored), ownedBy: owners.map { Schema::Table.Owner($0.column, of: $0.table) })
    }
}

/// What merges as one: a SQL column, or several that belong together.
public struct Column: Sendable {
    /// What becomes of values that were written apart, none of the writers knowing of the others.
    public enum Merge: Hashable, Sendable {
        /// The newest is shown, by the writers' clocks, and the others are kept: a conflict, until somebody settles it or writes again.
        case register
        /// As register, and not to be edited: a fact.
        case once
        /// The smallest; never a conflict.
        case earliest
        /// The first of this order that somebody wrote, whatever came later: the safest. A notice tells of it.
        case rank([String])
        /// A whole number that everybody adds to: all that was added counts. Never a conflict.
        case counter
        /// Prose that several write in: what they write in different places stands together; where they changed the same words, both
        /// wordings stand side by side until somebody chooses.
        case text
    }

    public enum SQLType: String, Hashable, Sendable { case text, integer, real, blob }

    /// A SQL column of a composite.
    public struct Part: Hashable, Sendable {
        public let name: String
        public let type: SQLType
        /// An SQL literal, or an expression in parentheses, for rows that are inserted without a value.
        public let defaultSQL: String?
        public init(_ name: String, _ type: SQLType = .text, default sql: String? = nil) {
            self.name = name
            self.type = type
            defaultSQL = sql
        }
    }

    public let name: String
    public let merge: Merge
    public let parts: [Part]
    /// The table that its values are ids of. Never enforced: `Replica.unsettled` lists what names a row that is not there.
    public let references: String?

    /// - Parameters:
    ///   - name: of the SQL column.
    ///   - merge: what becomes of values that were written apart.
    ///   - type: nil: a whole number for a counter, else text.
    ///   - sql: see `Part`. A counter begins with 0.
    ///   - references: the table that its values are ids of.
    public init(_ name: String, _ merge: Merge = .register, type: SQLType? = nil, default sql: String? = nil, references: String? = nil) {
        self.name = name
        self.merge = merge
        self.references = references
        parts = [Part(name, type ?? (merge == .counter ? .integer : .text), default: sql ?? (merge == .counter ? "0" : nil))]
    }

    /// Several SQL columns that are only right together, such as a street and its number: they are shown from one writer.
    public init(composite name: String, _ parts: [Part]) {
        self.name = name
        self.parts = parts
        merge = .register
        references = nil
    }

    /// When the row came to be, as ISO 8601 text in UTC.
    public static let createdAt = Column("created_at", .earliest, default: "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")

    var stored: Schema::Column {
        func type(_ part: Part) -> Schema::Column.SQLType {
            switch part.type {
            case .text: .text
            case .integer: .integer
            case .real: .real
            case .blob: .blob
            }
        }
        let kind: MergeKind = switch merge {
        case .register: .register
        case .once: .once
        case .earliest: .earliest
        case .rank(let order): .rank(order: order)
        case .counter: .counter
        case .text: .text
        }
        guard parts.count == 1, parts[0].name == name else {
            return Schema::Column(composite: name, parts.map { Schema::Column.Part($0.name, type($0), default: $0.defaultSQL) }, kind: kind)
        }
        return Schema::Column(name, kind, type: type(parts[0]), default: parts[0].defaultSQL, references: references)
    }
}

/// A view in the file, for programs that open it without Kith. One SELECT that works on SQLite 3.24.
public struct View: Sendable {
    public let name: String
    /// The synced tables that it reads: it is made where they all are.
    public let tables: [String]
    public let select: String

    public init(_ name: String, of tables: [String], _ select: String) {
        self.name = name
        self.tables = tables
        self.select = select
    }
}

/// Lists as literals read: one element a line.
@resultBuilder public enum ListBuilder<Element> {
    public static func buildBlock(_ elements: Element...) -> [Element] { elements }
}
