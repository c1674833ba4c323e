import CRDT

/// Why a schema cannot be synced. It is refused when it is given, before any file is made or changed.
package struct SchemaFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// There is no table.
        case noTables = "no-tables"
        /// A table without a column: nothing would tell that it is shared.
        case noColumns = "no-columns"
        /// More tables, columns, parts of a composite, ranked values or collections than fit.
        case tooMany = "too-many"
        /// A name that SQL, the engine or the wire cannot carry: not a letter or underscore followed by letters, digits and underscores,
        /// or longer than `Schema.nameLength`.
        case badName = "bad-name"
        /// The engine's or SQLite's own: kith_…, sqlite_…, rowid.
        case reservedName = "reserved-name"
        /// Two tables, views or columns of one table that differ by case, or not at all: SQLite takes them for one.
        case sameName = "same-name"
        /// A key is `id`, a text that the engine makes, or a pair of ids: no column makes another.
        case otherKey = "other-key"
        /// A counter that is not a whole number, a composite that is no register, a rank without values or with one twice.
        case wrongKind = "wrong-kind"
        /// An owner, a view or a founding row that names a table or column that is not there, or an owner keyed by a pair.
        case unknownName = "unknown-name"
        /// The file has a table or column of this name with another key, collection, parts, or as a counter where this is none: another
        /// program made it, and its rows are not to be read as something else.
        case differs = "differs-from-file"
    }

    package let code: Code
    /// "bed.plot", or a table, view or collection.
    package let subject: String

    package init(_ code: Code, _ subject: String) {
        self.code = code
        self.subject = subject
    }

    package var description: String { "\(code.rawValue): \(subject)" }
}

extension Schema {
    /// Of a table, a column or a view.
    package static let nameLength = 63
    /// What the wire takes (`Limits`, which is a room above).
    package static let tableCount = 512
    package static let partCount = 64
    package static let rankValueCount = 64
    package static let collectionCount = 64
    package static let collectionNameLength = 200

    /// Everything in it that could not be synced, in the order of the tables.
    package var faults: [SchemaFault] {
        guard !tables.isEmpty else { return [SchemaFault(.noTables, "")] }
        var found: [SchemaFault] = []
        func add(_ code: SchemaFault.Code, _ subject: String) { found.append(SchemaFault(code, subject)) }
        if tables.count > Schema.tableCount { add(.tooMany, tables[Schema.tableCount].name) }
        let collections = self.collections
        if collections.count > Schema.collectionCount { add(.tooMany, collections[Schema.collectionCount].rawValue) }
        for collection in collections where !Schema.isCollectionName(collection.rawValue) { add(.badName, collection.rawValue) }
        var names: Set<String> = []
        for name in tables.map(\.name) + views.map(\.name) {
            if let code = Schema.fault(ofName: name, inTable: false) { add(code, name) }
            if !names.insert(name.lowercased()).inserted { add(.sameName, name) }
        }
        for table in tables { found += faults(of: table) }
        for view in views {
            for name in view.tables where self[name] == nil { add(.unknownName, "\(view.name): \(name)") }
        }
        return found
    }

    private func faults(of table: Table) -> [SchemaFault] {
        var found: [SchemaFault] = []
        func add(_ code: SchemaFault.Code, _ column: String) { found.append(SchemaFault(code, "\(table.name).\(column)")) }
        if table.columns.isEmpty { found.append(SchemaFault(.noColumns, table.name)) }
        if table.columns.count >= ColumnSet.limit { add(.tooMany, table.columns[ColumnSet.limit - 1].name) }
        if case .pair(let first, let second) = table.key {
            for name in [first, second] {
                if let code = Schema.fault(ofName: name, inTable: true) { add(code, name) }
            }
            if first.lowercased() == second.lowercased() { add(.sameName, second) }
        }
        let keys = Set(table.key.columns.map { $0.lowercased() })
        var columns: Set<String> = []
        var parts: Set<String> = []
        for column in table.columns {
            if let code = Schema.fault(ofName: column.name, inTable: true) { add(code, column.name) }
            if !columns.insert(column.name.lowercased()).inserted { add(.sameName, column.name) }
            if column.parts.isEmpty || column.parts.count > Schema.partCount { add(.tooMany, column.name) }
            for part in column.parts {
                if keys.contains(part.name.lowercased()) {
                    add(.otherKey, part.name)
                    continue
                }
                if part.name != column.name, let code = Schema.fault(ofName: part.name, inTable: true) { add(code, part.name) }
                if !parts.insert(part.name.lowercased()).inserted, part.name != column.name { add(.sameName, part.name) }
            }
            if !Schema.fits(column) { add(.wrongKind, column.name) }
        }
        let all = Set(table.key.columns + table.columns.flatMap { $0.parts.map(\.name) })
        for owner in table.owners {
            if !all.contains(owner.part) { add(.unknownName, owner.part) }
            if let owning = self[owner.table], owning.key != .id { add(.otherKey, owner.part) }
            if self[owner.table] == nil { add(.unknownName, "\(owner.part): \(owner.table)") }
        }
        for target in table.columns.flatMap(\.targets) where self[target] == nil { add(.unknownName, target) }
        return found
    }

    private static func fits(_ column: Column) -> Bool {
        switch column.kind {
        case .register, .once: return true
        case .text, .earliest: return column.parts.count == 1
        case .counter: return column.parts.count == 1 && column.parts[0].type == .integer
        case .rank(let order):
            return column.parts.count == 1 && column.parts[0].type == .text && (1...rankValueCount).contains(order.count)
                && Set(order).count == order.count && order.allSatisfy { !$0.isEmpty && $0.utf8.count <= nameLength && !$0.contains("\n") }
        }
    }

    private static func fault(ofName name: String, inTable: Bool) -> SchemaFault.Code? {
        let bytes = Array(name.utf8)
        func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x5F }
        guard let first = bytes.first, isLetter(first), bytes.count <= nameLength,
            bytes.allSatisfy({ isLetter($0) || $0 >= 0x30 && $0 <= 0x39 })
        else { return .badName }
        let lower = name.lowercased()
        let isOwn = lower.hasPrefix("kith_") || lower.hasPrefix("sqlite_")
        return isOwn || inTable && ["rowid", "oid", "_rowid_"].contains(lower) ? .reservedName : nil
    }

    private static func isCollectionName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= collectionNameLength && !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }
}
