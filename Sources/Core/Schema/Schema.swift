import CRDT

/// The shared tables of a replica, as data, and all else that its rows are read by. The store makes ordinary SQLite tables, capture
/// triggers and merge rules from it; what it is about, only its client knows.
///
/// `faults` says what in it could not be synced. A schema comes from a program, not from a file, so nothing here is a limit that
/// is checked on arrival: those of the wire are.
package struct Schema: Sendable {
    /// In the order in which a replica makes them.
    package let tables: [Table]
    /// Views for other programs that open the file. They write nothing.
    package let views: [View]
    /// The values of the lists that `Column.codes` names. A hint: any other value is kept and shown as it is.
    package let codes: [String: Set<String>]
    /// Link rows by which people call two rows one.
    package let sameness: Sameness?

    package init(tables: [Table], views: [View] = [], codes: [String: Set<String>] = [:], sameness: Sameness? = nil) {
        self.tables = tables
        self.views = views
        self.codes = codes
        self.sameness = sameness
    }

    package subscript(name: String) -> Table? { tables.first { $0.name == name } }

    /// The collections that have tables, ascending.
    package var collections: [Collection] { Set(tables.map(\.collection)).sorted() }

    /// The same with the tables of some collections alone: what a device has that is admitted to no more.
    package func limited(to collections: some Swift.Collection<String>) -> Schema {
        Schema(
            tables: tables.filter { collections.contains($0.collection.rawValue) }, views: views, codes: codes, sameness: sameness)
    }
}

/// A set of tables shared together under one key. A device is admitted per collection.
package struct Collection: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static func < (a: Collection, b: Collection) -> Bool { a.rawValue < b.rawValue }
}

/// A view for people who open a replica with other programs: DB Browser, LibreOffice, Python.
///
/// It is made where the tables that it reads are there, made anew when a version writes it otherwise, and left alone where somebody
/// has something of that name. Like all that lies in the file it has to work on SQLite 3.24.
package struct View: Sendable {
    package let name: String
    /// The shared tables that it reads.
    package let tables: [String]
    /// One select.
    package let select: String

    package init(_ name: String, of tables: [String], _ select: String) {
        self.name = name
        self.tables = tables
        self.select = select
    }
}

/// A table of link rows that say of two rows that they are one: whoever is erased leaves the other to be looked at.
package struct Sameness: Hashable, Sendable {
    /// The link rows, keyed by two ids.
    package let links: String
    /// What they link.
    package let rows: String
    /// The register that says it, and by which value.
    package let column: String
    package let value: String

    package init(links: String, rows: String, column: String, value: String) {
        self.links = links
        self.rows = rows
        self.column = column
        self.value = value
    }
}

/// A row that a space begins with. Who founds it writes these, once, and the others get them as they get every row. With the id and
/// all values given, `created_at` included, two spaces have equal ones.
package struct FoundingRow: Sendable {
    package let table: String
    package let id: String
    /// SQL columns and values.
    package let values: [(name: String, value: Value)]

    package init(_ table: String, id: String, _ values: [(name: String, value: Value)]) {
        self.table = table
        self.id = id
        self.values = values
    }
}
