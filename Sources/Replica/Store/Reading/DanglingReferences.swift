import CRDT
import Schema
import SQLite
import Wire

/// A value that names a row that is not here. Nothing refuses it: the row may come tomorrow, or have been deleted elsewhere meanwhile.
package struct Dangling: Hashable, Sendable {
    /// The rows that name it: the first, and all others of the table that name the same deleted row.
    package let rows: [RecordID]
    /// The SQL column, part of the key or not.
    package let column: String
    /// What is named, when its table is known.
    package let target: RecordID?
    /// It lies in the trash here: undeleting it puts everything right.
    package let isDeleted: Bool
    /// The column can be emptied: it is not part of the key, nor a fact.
    package let canBeEmptied: Bool
    /// Without it the row is never seen again: emptying the column puts nothing right.
    package let isNeeded: Bool
}

extension Store {
    /// Rows that name a row that is not there, of the tables that are here; by row. The same on replicas that hold the same.
    package func dangling(limit: Int = 1_000) throws -> [Dangling] { try read { try DanglingReferences($0, limit: limit, among: .all).all() } }
}

/// Rows that name a row that is not there.
///
/// What goes with its owner is passed over while the owner is in the trash: bringing that back brings all of it back. So is
/// what names an erased row. A table of a collection that this replica is not admitted to is never looked into.
struct DanglingReferences {
    struct Reference {
        let table: CatalogTable
        /// The SQL column, part of the key or not.
        let column: String
        let targets: [CatalogTable]
        let canBeEmptied: Bool
        let isOwner: Bool
        let isNeeded: Bool

        /// Whether a row called `naming` names none that is there, in SQL.
        var isDangling: String {
            let name = "naming.\(quoted(column))"
            let isThere = targets.map { "exists (select 1 from \(quoted($0.name)) where id = \(name))" }.joined(separator: " or ")
            return "\(name) is not null and \(name) <> '' and not (\(isThere))"
        }
    }

    private let access: Access
    private let limit: Int
    private let rows: Suspects.Rows

    init(_ access: Access, limit: Int, among rows: Suspects.Rows) {
        self.access = access
        self.limit = limit
        self.rows = rows
    }

    func all() throws -> [Dangling] {
        var dangling: [Dangling] = []
        for reference in DanglingReferences.references(access) {
            dangling += try found(reference)
            if dangling.count >= limit { break }
        }
        return dangling.sorted { $0.rows[0] < $1.rows[0] }
    }

    static func references(_ access: Access) -> [Reference] {
        access.catalog.shownTables.flatMap { table -> [Reference] in
            var named: [(column: String, targets: [String], canBeEmptied: Bool)] = []
            for column in table.columns.lazy.compactMap({ $0?.definition }) where !column.isFree && !column.targets.isEmpty {
                named.append((column.name, column.targets, column.kind != .once))
            }
            for key in table.keys where table.keys.count == 2 {
                let owner = table.definition?.owners.first { $0.part == key }?.table
                if let target = owner ?? (access.catalog[key] == nil ? nil : key) { named.append((key, [target], false)) }
            }
            return named.compactMap { column, names, canBeEmptied in
                let targets = names.compactMap { access.catalog[$0] }.filter(\.isShown)
                guard targets.count == names.count else { return nil }
                // The terms of a deleted initiative go with it.
                let isOwner = table.definition?.owners.contains { $0.part == column } == true || table.keys.contains(column)
                return Reference(table: table, column: column, targets: targets, canBeEmptied: canBeEmptied, isOwner: isOwner,
                    isNeeded: table.definition?.needed.contains([column]) == true)
            }
        }
    }

    private func found(_ reference: Reference) throws -> [Dangling] {
        let keys = reference.table.keys.map { "naming.\(quoted($0))" }.joined(separator: ", ")
        // A table may name rows of its own.
        let column = "naming.\(quoted(reference.column))"
        let inTrash = reference.targets.map { "when exists (select 1 from \(quoted($0.trash)) where id = \(column)) then \(literal($0.name))" }
            .joined(separator: " ")
        let found = try access.rows(
            """
            select \(column), case \(inTrash) end, \(keys) from \(rows.of(reference.table, as: "naming"))
            where \(reference.isDangling)
            order by 1, \(keys) limit \(limit.multipliedReportingOverflow(by: 4).overflow ? limit : limit * 4)
            """)
        var dangling: [Dangling] = []
        func add(_ rows: [RecordID], _ target: RecordID?, isDeleted: Bool) {
            dangling.append(Dangling(
                rows: rows, column: reference.column, target: target, isDeleted: isDeleted, canBeEmptied: reference.canBeEmptied,
                isNeeded: reference.isNeeded))
        }
        for group in found.grouped(by: 0) {
            guard let id = group[0].text(0) else { continue }
            let named = group.map { row in RecordID(table: reference.table.name, key: (2..<row.values.count).map { row.text($0) ?? "" }) }
            if let table = group[0].text(1) {
                if !reference.isOwner { add(named, RecordID(table: table, key: [id]), isDeleted: true) }
            } else {
                guard try !reference.targets.contains(where: { try access.erased.contains($0.record(RecordKey(id)), $0, RecordKey(id)) })
                else { continue }
                let target = reference.targets.count == 1 ? RecordID(table: reference.targets[0].name, key: [id]) : nil
                for row in named { add([row], target, isDeleted: false) }
            }
        }
        return dangling
    }
}
