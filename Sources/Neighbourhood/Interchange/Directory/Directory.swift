import CRDT

/// A row as exports read it.
package struct TableRow: Sendable {
    /// The columns of a table's rows, shared by them: a directory of many dates holds no name twice.
    package final class Columns: Sendable {
        fileprivate let places: [String: Int]

        package init(_ names: [String]) {
            places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        }
    }

    package let key: [String]
    private let columns: Columns
    private let cells: [Value]

    /// - Parameter cells: one a column, in the columns' order.
    package init(key: [String], columns: Columns, cells: [Value]) {
        self.key = key
        self.columns = columns
        self.cells = cells
    }

    /// nil for a column that is not there.
    func value(_ name: String) -> Value? { columns.places[name].map { cells[$0] } }

    var id: String { key[0] }

    /// The text of a column; nil when it is empty.
    subscript(name: String) -> String? {
        switch value(name) {
        case .text(let bytes)?: bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        case .integer(let number)?: String(number)
        case .real(let number)?: "\(number)"
        case .null?, .blob?, nil: nil
        }
    }

    func number(_ name: String) -> Double? {
        switch value(name) {
        case .real(let number)?: number.isFinite ? number : nil
        case .integer(let number)?: Double(number)
        default: nil
        }
    }
}

/// The collection `directory`, which holds no person: all that HSDS, GeoJSON and iCalendar are made of.
package struct Directory: Sendable {
    /// The tables that are read, by name.
    package static let tables = ["organisation", "place", "initiative", "gathering", "term", "initiative_term", "place_term"]

    private let rows: [String: [TableRow]]
    private let byID: [String: [String: Int]]

    /// - Parameter rows: by table, each in the order of its keys.
    package init(_ rows: [String: [TableRow]]) {
        self.rows = rows
        byID = rows.mapValues { rows in
            Dictionary(rows.enumerated().map { ($1.key.joined(separator: ":"), $0) }) { first, _ in first }
        }
    }

    subscript(table: String) -> [TableRow] { rows[table] ?? [] }

    func row(_ id: String?, in table: String) -> TableRow? {
        guard let id, let index = byID[table]?[id] else { return nil }
        return rows[table]?[index]
    }

    /// By initiative, in the order of their beginnings.
    var gatherings: [String: [TableRow]] {
        Dictionary(grouping: self["gathering"]) { $0["initiative"] ?? "" }
            .mapValues { $0.sorted { ($0["starts_at"] ?? "", $0.id) < ($1["starts_at"] ?? "", $1.id) } }
    }
}
