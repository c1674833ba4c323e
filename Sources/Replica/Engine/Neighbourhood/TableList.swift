import Community
import CRDT
import Interchange
import Schema
import Store

/// A CSV list for one table, headed by its column names.
///
/// What `kith export` wrote is told by its header line, which has every column of the table, and is taken back to the letter;
/// in any other list days and times are read as people type them, and those that do not exist are refused.
///
/// Invariant: a row's id is its `id` column or, without one, a keyed hash of the list's name and the whole line, so the
/// same line gives the same row on every laptop.
struct TableList {
    enum Line {
        case row(ImportTableRow, line: Int)
        case rejected(RejectedLine)
    }

    private enum Field {
        case key(Int)
        case part(Column.Part)
    }

    let unmappedHeaders: [String]
    private(set) var tally = ImportTally()
    private let names: [String]
    /// Of columns of days and times, by name.
    private(set) var orders: [String: DateOrder] = [:]
    var encoding: TextEncoding { reader.encoding }
    /// Whether another character set would read the text as well.
    var isDoubtful: Bool { reader.isDoubtful }

    private var reader: CSVReader
    private let table: Table
    /// One a column of the file.
    private let fields: [Field?]
    private let source: String
    private let identify: ([String]) -> String
    private let isOwn: Bool

    /// The table whose own export has this header line.
    static func owner(of headers: [String], in schema: Schema) -> Table? {
        schema.tables.first { headers == $0.key.columns + $0.columns.flatMap { $0.parts.map(\.name) } }
    }

    /// - Parameter rules: `HEADER=COLUMN`, or `HEADER=-` to leave a column out.
    init(
        _ table: Table, rules: [String], source: String, identify: @escaping ([String]) -> String,
        orders: [String: DateOrder] = [:], encoding: TextEncoding? = nil, chunks: @escaping () throws -> [UInt8]
    ) throws {
        self.orders = orders
        var reader = try CSVReader(encoding: encoding, chunks: chunks)
        guard let header = try reader.next() else { throw ImportError.empty }
        let headers = header.fields.map { String($0).trimmingSpaces() }
        isOwn = rules.isEmpty && TableList.owner(of: headers, in: Schema(tables: [table])) != nil
        var targets: [String: String] = [:]
        for rule in rules {
            guard let equals = rule.lastIndex(of: "="), equals != rule.startIndex else { throw ImportError.badRule(rule) }
            let name = String(rule[..<equals]).trimmingSpaces()
            guard headers.contains(name) else { throw ImportError.unknownHeader(name) }
            targets[name] = String(rule[rule.index(after: equals)...]).trimmingSpaces()
        }
        var unmapped: [String] = []
        var taken: Set<String> = []
        fields = try headers.map { header in
            var name = targets[header] ?? header.lowercased()
            if name == "-" { return nil }
            if name.hasPrefix(table.name + ".") { name = String(name.dropFirst(table.name.count + 1)) }
            guard let field = TableList.field(name, table) else {
                guard targets[header] == nil else { throw EngineError(.unknownHeader, name) }
                unmapped.append(header)
                return nil
            }
            guard taken.insert(name).inserted else { throw ImportError.targetTwice(header) }
            return field
        }
        guard !taken.isEmpty else { throw EngineError(.nothingToImport) }
        if case .pair = table.key {
            for key in table.key.columns where !taken.contains(key) { throw EngineError(.unknownHeader, key) }
        }
        unmappedHeaders = unmapped
        names = headers
        self.reader = reader
        self.table = table
        self.source = source
        self.identify = identify
    }

    private static func field(_ name: String, _ table: Table) -> Field? {
        if let index = table.key.columns.firstIndex(of: name) { return .key(index) }
        return table.column(ofPart: name)?.parts.first { $0.name == name }.map { .part($0) }
    }

    /// A first reading of the whole list: in which order its columns write days.
    mutating func readOrders() throws -> [String: DateOrder] {
        var orders: [String: DateOrder] = [:]
        while true {
            do {
                guard let row = try reader.next() else {
                    let all = Array(orders.values)
                    for column in orders.keys { orders[column]?.follow(all) }
                    return orders
                }
                for (field, cell) in zip(fields, row.fields) {
                    guard case .part(let part)? = field, part.type == .text, TimeColumn(part.name) != nil else { continue }
                    orders[part.name, default: DateOrder()].note(cell.trimmingSpaces())
                }
            } catch is CSVError {
                continue
            }
        }
    }

    mutating func next() throws -> Line? {
        while true {
            do {
                guard let row = try reader.next() else { return nil }
                let cells = isOwn ? row.fields : row.fields.map { unmarked($0.trimmingSpaces()) }
                if cells.allSatisfy(\.isEmpty) { continue }
                let line = line(cells, at: row.line)
                let isTaken = if case .row = line { true } else { false }
                tally.note(cells: cells, isTaken: isTaken) { fields[$0] == nil ? .leftOut(names[$0]) : .taken }
                return line
            } catch let error as CSVError {
                return .rejected(RejectedLine(line: error.line, reason: .malformed(error.code)))
            }
        }
    }

    private func line(_ cells: [String], at line: Int) -> Line {
        let count = (cells.lastIndex { !$0.isEmpty } ?? -1) + 1
        guard count <= fields.count else {
            return .rejected(RejectedLine(
                line: line, reason: .moreFieldsThanHeaders(headerCount: fields.count, fieldCount: count)))
        }
        guard !cells.contains(where: { $0.utf8.contains(0) }) else {
            return .rejected(RejectedLine(line: line, reason: .nulByte))
        }
        var key = [String?](repeating: nil, count: table.key.columns.count)
        var values: [(name: String, value: Value)] = []
        for (field, cell) in zip(fields, cells) where !cell.isEmpty {
            switch field {
            case .key(let index): key[index] = isOwn ? unmarked(cell) : cell
            case .part(let part) where isOwn: values.append((part.name, Value(typed: unmarked(cell), as: part.type)))
            case .part(let part):
                guard let column = TimeColumn(part.name), part.type == .text else {
                    values.append((part.name, Value(typed: cell, as: part.type)))
                    continue
                }
                guard let time = column.value(typed: cell, monthFirst: orders[part.name]?.isMonthFirst ?? false) else {
                    return .rejected(RejectedLine(line: line, reason: .badDate(part.name)))
                }
                values.append((part.name, .text(time)))
            case nil: continue
            }
        }
        if case .id = table.key, key[0] == nil { key[0] = identify([source, table.name] + cells.prefix(count)) }
        let whole = key.compactMap { $0 }
        guard whole.count == key.count else { return .rejected(RejectedLine(line: line, reason: .nobody)) }
        return .row(ImportTableRow(table: table.name, key: whole, values: values), line: line)
    }
}

extension Value {
    /// What a person typed for a column: a number where the column holds numbers and it is one; text otherwise.
    package init(typed text: String, as type: Column.SQLType) {
        switch type {
        case .integer: self = Int64(text).map { .integer($0) } ?? .text(text)
        case .real: self = Double(text.replacing(",", with: ".")).map { $0.isFinite ? .real($0) : .text(text) } ?? .text(text)
        case .text, .blob: self = .text(text)
        }
    }
}
