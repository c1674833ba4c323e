import Community
import CRDT
import SQLite
import Wire

/// Rows that name a row that is not there.
///
/// What goes with its owner is passed over while the owner is in the trash: bringing that back brings all of it back. So is
/// what names an erased row. A table of a collection that this replica is not admitted to is never looked into.
struct DanglingReferences {
    typealias Row = BrokenRule.Row

    struct Reference {
        let table: CatalogTable
        /// The SQL column, part of the key or not.
        let column: String
        let targets: [CatalogTable]
        /// The column can be emptied: it is not part of the key, nor a fact.
        let canBeEmptied: Bool
        let isOwner: Bool
        /// Without it the row is never seen again: emptying the column puts nothing right.
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

    func all() throws -> [BrokenRule] {
        var broken: [BrokenRule] = []
        for reference in DanglingReferences.references(access) {
            broken += try found(reference)
            if broken.count >= limit { break }
        }
        return broken.sorted { $0.row < $1.row }
    }

    static func references(_ access: Access) -> [Reference] {
        access.catalog.shownTables.flatMap { table -> [Reference] in
            var named: [(column: String, targets: [String], canBeEmptied: Bool)] = []
            for column in table.columns.lazy.compactMap({ $0?.definition }) {
                guard !Schema.freeReferences.contains(where: { $0.table == table.name && $0.column == column.name }) else { continue }
                let targets = column.references.map { [$0] }
                    ?? Schema.subjects.first { $0.table == table.name && $0.column == column.name }?.of
                if let targets { named.append((column.name, targets, column.kind != .once)) }
            }
            for key in table.keys where table.keys.count == 2 {
                let owner = table.definition?.owners.first { $0.part == key }?.table
                if let target = owner ?? (access.catalog[key] == nil ? nil : key) { named.append((key, [target], false)) }
            }
            return named.compactMap { column, names, canBeEmptied in
                let targets = names.compactMap { access.catalog[$0] }.filter(\.isShown)
                guard targets.count == names.count else { return nil }
                // A place that is gone has a rule of its own; the terms of a deleted initiative go with it.
                let isOwner = table.definition?.owners.contains { $0.part == column } == true || table.keys.contains(column)
                    || (names == ["place"] && ["initiative", "gathering"].contains(table.name))
                return Reference(table: table, column: column, targets: targets, canBeEmptied: canBeEmptied, isOwner: isOwner,
                    isNeeded: Schema.needed.first { $0.table == table.name }?.oneOf.contains([column]) == true)
            }
        }
    }

    private func found(_ reference: Reference) throws -> [BrokenRule] {
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
        var broken: [BrokenRule] = []
        for group in found.grouped(by: 0) {
            guard let id = group[0].text(0) else { continue }
            let named = group.map { row in Row(reference.table.name, key: (2..<row.values.count).map { row.text($0) ?? "" }) }
            if let table = group[0].text(1) {
                guard !reference.isOwner else { continue }
                let target = Row(table, id)
                broken.append(BrokenRule(
                    .danglingReference, named[0], column: reference.column, others: [target] + named.dropFirst(), counts: [named.count],
                    fixes: [.undelete(target)] + (named.count == 1 ? remedies(named[0], reference) : [])))
            } else {
                guard try !reference.targets.contains(where: { try access.erased.contains($0.record(RecordKey(id)), $0, RecordKey(id)) })
                else { continue }
                broken += named.map {
                    BrokenRule(
                        .danglingReference, $0, column: reference.column, others: reference.targets.count == 1 ? [Row(reference.targets[0].name, id)] : [],
                        counts: [1], fixes: remedies($0, reference))
                }
            }
        }
        return broken
    }

    private func remedies(_ row: Row, _ reference: Reference) -> [BrokenRule.Fix] {
        guard reference.canBeEmptied else { return [.delete(row)] }
        let fill = BrokenRule.Fix.fill(row, column: reference.column)
        return [fill, reference.isNeeded ? .delete(row) : .edit(row, column: reference.column, value: "")]
    }
}
