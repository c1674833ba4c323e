import Community
import CRDT

/// Values that their columns cannot mean, by the rules that commands keep (`Entry`): kept as they came, and listed.
///
/// SQL picks what may be wrong, for it is quick over many rows; the rule itself is `Entry`'s alone.
struct WrongValues {
    typealias Row = BrokenRule.Row

    private let access: Access
    private let limit: Int

    init(_ access: Access, limit: Int) {
        self.access = access
        self.limit = limit
    }

    func all() throws -> [BrokenRule] {
        var broken: [BrokenRule] = []
        for table in access.catalog.shownTables {
            guard let definition = table.definition else { continue }
            let codes = table.keys.filter { if case .code? = definition.form(ofPart: $0) { true } else { false } }
            for name in codes + table.parts.map(\.name) where name != Column.createdAt.name {
                guard broken.count < limit else { return broken }
                guard let form = definition.form(ofPart: name), let suspicious = WrongValues.suspicious(form, quoted(name)) else { continue }
                broken += try found(table, definition, name, suspicious)
            }
        }
        return broken
    }

    private func found(_ table: CatalogTable, _ definition: Table, _ name: String, _ suspicious: String) throws -> [BrokenRule] {
        let keys = table.keys.map(quoted).joined(separator: ", ")
        let select = try access.connection.statement(
            "select \(quoted(name)), \(keys) from \(quoted(table.name)) where \(quoted(name)) is not null and \(suspicious) order by \(keys)")
        defer { select.reset() }
        let entry = Entry(definition, today: nil)
        var broken: [BrokenRule] = []
        while broken.count < limit, try select.step() {
            guard let fault = entry.fault(select.value(0), of: name, beside: [:]), fault.isWrong else { continue }
            let row = Row(table.name, key: table.keys.indices.map { select.text(Int32($0 + 1)) })
            let mended: String? = switch fault.mended {
            case .text(let bytes)?: String(decoding: bytes, as: UTF8.self)
            case .integer(let number)?: String(number)
            case .real(let number)?: "\(number)"
            case .null?, .blob?, nil: nil
            }
            // A key stays as it is: the row goes, and comes anew under the right one.
            broken.append(BrokenRule(
                .wrongValue, row, column: name, fixes: [table.keys.contains(name) ? .delete(row) : mended.map { .edit(row, column: name, value: $0) } ?? .fill(row, column: name)]))
        }
        return broken
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
        case .recurrence, .timeZone: "1"
        }
    }
}
