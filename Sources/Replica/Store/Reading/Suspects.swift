import CRDT
import SQLite
import Wire

/// The rows that may name what is not there, or hold what their columns cannot mean: derived (see `Derived`), so that looking for those
/// does not read every row each time.
///
/// Invariant: while the marks are of now, every such row is among them. Others may be too, so the rules themselves are asked again
/// (`DanglingReferences`, `WrongValues`).
struct Suspects {
    /// Where rows are looked for.
    enum Rows {
        case all, suspects

        /// For `from`: the rows of a table under a name.
        func of(_ table: CatalogTable, as name: String) -> String {
            switch self {
            case .all: "\(quoted(table.name)) as \(quoted(name))"
            case .suspects: Suspects.join("kith_suspect", table, name)
            }
        }
    }

    private let access: Access
    private let derived: Derived
    private var connection: Connection { access.connection }

    /// Rows that may be wrong, by a table of keys: the keys lead.
    private static func join(_ keys: String, _ table: CatalogTable, _ name: String) -> String {
        let matches = table.keys.enumerated().map { "\(quoted(name)).\(quoted($1)) = of_keys.key_\($0 + 1)" }.joined(separator: " and ")
        return "\(keys) as of_keys cross join \(quoted(table.name)) as \(quoted(name)) on of_keys.tbl = \(table.number) and \(matches)"
    }

    init(_ access: Access) {
        self.access = access
        // By other rules other rows are to be looked at.
        let rules = access.catalog.shownTables.map { WrongValues.condition($0) ?? "" } + DanglingReferences.references(access).map { $0.table.name + $0.isDangling }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in rules.joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        derived = Derived(access: access, purpose: "suspects", version: Int(hash >> 1))
    }

    func rows() throws -> Rows { try !access.hasNotes() && derived.isCurrent() ? .suspects : .all }

    /// Brings them up to date with what has changed.
    func follow() throws {
        try derived.create()
        if let changed = try derived.changed() {
            try follow(changed)
        } else {
            try connection.execute("delete from kith_suspect")
            for table in access.catalog.shownTables {
                if let condition = WrongValues.condition(table) { try note(table, table.name, Rows.all.of(table, as: table.name), condition) }
            }
            for reference in DanglingReferences.references(access) {
                try note(reference.table, "naming", Rows.all.of(reference.table, as: "naming"), reference.isDangling)
            }
        }
        try derived.keepMarks()
    }

    private func follow(_ changed: Set<[UInt8]>) throws {
        try connection.execute("create temp table if not exists kith_looked (tbl integer not null, key_1 text not null, key_2 text not null, primary key (tbl, key_1, key_2)) without rowid")
        try connection.execute("delete from temp.kith_looked")
        let insert = try connection.statement("insert or ignore into temp.kith_looked (tbl, key_1, key_2) values (?, ?, ?)")
        var tables: Set<Int> = []
        for record in changed {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard table.isShown, key.parts.count == table.keys.count else { continue }
            tables.insert(table.number)
            insert.bind(1, table.number)
            insert.bind(2, copying: key.parts[0])
            insert.bind(3, copying: key.parts.count > 1 ? key.parts[1] : [])
            try insert.run()
        }
        try connection.execute("delete from kith_suspect where (tbl, key_1, key_2) in (select tbl, key_1, key_2 from temp.kith_looked)")
        for table in access.catalog.shownTables where tables.contains(table.number) {
            guard let condition = WrongValues.condition(table) else { continue }
            try note(table, table.name, Suspects.join("temp.kith_looked", table, table.name), condition)
        }
        for reference in DanglingReferences.references(access) {
            if tables.contains(reference.table.number) {
                try note(reference.table, "naming", Suspects.join("temp.kith_looked", reference.table, "naming"), reference.isDangling)
            }
            // What names a row that has gone.
            for target in reference.targets where tables.contains(target.number) {
                try note(
                    reference.table, "naming",
                    """
                    temp.kith_looked as of_keys cross join \(quoted(reference.table.name)) as naming
                    on of_keys.tbl = \(target.number) and naming.\(quoted(reference.column)) = of_keys.key_1
                    """, reference.isDangling)
            }
        }
        try connection.execute("delete from temp.kith_looked")
    }

    private func note(_ table: CatalogTable, _ name: String, _ source: String, _ condition: String) throws {
        let keys = table.keys.map { "\(quoted(name)).\(quoted($0))" } + (table.keys.count == 1 ? ["''"] : [])
        try connection.execute("insert or ignore into kith_suspect (tbl, key_1, key_2) select \(table.number), \(keys.joined(separator: ", ")) from \(source) where (\(condition))")
    }
}

extension Store {
    /// Where nothing can be written, or edits wait, every row is looked at instead.
    func followSuspects() throws {
        guard !isReadOnly, try read({ try !$0.hasNotes() && $0.isWatched() && Suspects($0).rows() == .all }) else { return }
        do {
            try write { access in
                if try !access.hasNotes() { try Suspects(access).follow() }
            }
        } catch let error as StoreError where [.busy, .full, .readOnly].contains(error.code) {
            return
        }
    }
}
