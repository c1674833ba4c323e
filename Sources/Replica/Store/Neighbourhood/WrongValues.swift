import Community
import CRDT
import Schema
import SQLite

/// Values that their columns cannot mean, by the rules that commands keep (`Entry`): kept as they came, and listed.
///
/// SQL picks what may be wrong, for it is quick over many rows; the rule itself is `Entry`'s alone.
struct WrongValues {
    typealias Row = BrokenRule.Row

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
        for table in access.catalog.shownTables {
            guard let definition = table.definition, broken.count < limit else { continue }
            let suspicions = WrongValues.suspicions(of: table)
            guard !suspicions.isEmpty else { continue }
            // In no order, for the order of the keys would have every row looked up; in it where there are too many to list.
            let found = try found(table, definition, suspicions, isOrdered: false) ?? found(table, definition, suspicions, isOrdered: true) ?? []
            broken += found.prefix(limit - broken.count)
        }
        return broken
    }

    /// The columns of a table that may hold what they cannot mean, each with the condition on which it is looked at.
    private static func suspicions(of table: CatalogTable) -> [(name: String, sql: String)] {
        guard let definition = table.definition else { return [] }
        let codes = table.keys.filter { if case .code? = definition.form(ofPart: $0) { true } else { false } }
        return (codes + table.parts.map(\.name)).compactMap { name in
            guard name != Column.createdAt.name, let form = definition.form(ofPart: name) else { return nil }
            return suspicious(form, quoted(name)).map { (name, $0) }
        }
    }

    /// Whether a row of a table is one to be looked at, in SQL; nil: none is.
    static func condition(_ table: CatalogTable) -> String? {
        let suspicions = suspicions(of: table)
        return suspicions.isEmpty ? nil : suspicions.map { "(\(quoted($0.name)) is not null and \($0.sql))" }.joined(separator: " or ")
    }

    /// By column, then by key; nil for more rows than are to be told when they come in no order.
    private func found(
        _ table: CatalogTable, _ definition: Table, _ suspicions: [(name: String, sql: String)], isOrdered: Bool
    ) throws -> [BrokenRule]? {
        let keys = table.keys.map(quoted).joined(separator: ", ")
        let select = try access.connection.statement(
            """
            select \(keys), \(suspicions.map { "case when \($0.sql) then \(quoted($0.name)) end" }.joined(separator: ", ")) from \(rows.of(table, as: table.name))
            where (\(WrongValues.condition(table) ?? "0"))\(isOrdered ? " order by \(keys)" : "")
            """)
        defer { select.reset() }
        let entry = Entry(definition, today: nil)
        // Thousands of gatherings share a few time zones.
        var judged = [[Value: (mended: Value?, isWrong: Bool)]](repeating: [:], count: suspicions.count)
        var broken = [[BrokenRule]](repeating: [], count: suspicions.count)
        var count = 0
        while try select.step() {
            for (index, suspicion) in suspicions.enumerated() {
                let value = select.value(Int32(table.keys.count + index))
                guard value != .null else { continue }
                let fault = judged[index][value] ?? entry.fault(value, of: suspicion.name, beside: [:]) ?? (nil, false)
                judged[index][value] = fault
                guard fault.isWrong else { continue }
                if count == limit { return isOrdered ? broken.flatMap { $0 } : nil }
                count += 1
                let row = Row(table.name, key: table.keys.indices.map { select.text(Int32($0)) })
                broken[index].append(rule(row, table, suspicion.name, fault.mended))
            }
        }
        return broken.flatMap { rules in rules.sorted { $0.row.key.lexicographicallyPrecedes($1.row.key) } }
    }

    private func rule(_ row: Row, _ table: CatalogTable, _ name: String, _ mended: Value?) -> BrokenRule {
        let text: String? = switch mended {
        case .text(let bytes)?: String(decoding: bytes, as: UTF8.self)
        case .integer(let number)?: String(number)
        case .real(let number)?: "\(number)"
        case .null?, .blob?, nil: nil
        }
        // A key stays as it is: the row goes, and comes anew under the right one.
        let fix: BrokenRule.Fix = table.keys.contains(name) ? .delete(row) : text.map { .edit(row, column: name, value: $0) } ?? .fill(row, column: name)
        return BrokenRule(.wrongValue, row, column: name, fixes: [fix])
    }

    private static let date = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"

    /// An SQL expression for what may lack a form: all that does, and perhaps more. nil: any value has the form.
    private static func suspicious(_ form: Form, _ column: String) -> String? {
        switch form {
        // How a person is reached comes from lists of other programs as it stood there: "none", two numbers in one cell. It is kept, and
        // read as well as it can be.
        case .words, .name, .reference, .country, .reach: nil
        case .day: "(\(column) not glob '\(date)' or date(\(column), '+0 days') is not \(column))"
        case .localTime, .moment:
            "(\(column) not glob '\(date)*' or julianday(\(column)) is null or date(substr(\(column), 1, 10), '+0 days') is not substr(\(column), 1, 10))"
        case .yesOrNo: "(typeof(\(column)) <> 'integer' or \(column) not in (0, 1))"
        case .count(let range):
            "(typeof(\(column)) <> 'integer'" + (range.lowerBound == .min ? ")" : " or \(column) not between \(range.lowerBound) and \(range.upperBound))")
        case .degrees(let limit): "(typeof(\(column)) not in ('real', 'integer') or abs(\(column)) > \(limit))"
        case .code(_, isOpen: true): nil
        case .code(let list, isOpen: false):
            "\(column) not in (\((CodeList.named(list)?.codes ?? []).map { literal($0.code) }.joined(separator: ", ")))"
        case .language: "\(column) glob '*[^a-zA-Z0-9-]*' or length(\(column)) not between 2 and 3 and \(column) not glob '*-*'"
        case .telephone: "(\(column) not glob '*[0-9]*[0-9]*[0-9]*' or \(column) glob '*[^-0-9 +./()]*' or length(\(column)) > 15)"
        case .email: "(\(column) not like '%_@_%.__%' or \(column) glob '*[ <>(),;:]*' or \(column) like '%@%@%')"
        case .page: "(\(column) not like '%_._%' or \(column) like '% %')"
        case .timeZone: "\(column) not in ('Europe/Amsterdam', 'Europe/Brussels', 'UTC')"
        case .recurrence: "1"
        }
    }
}
