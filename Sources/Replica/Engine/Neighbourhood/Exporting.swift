import Community
import CRDT
import Interchange
import Store
import Trust
import Words

/// What a list is written as.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// Contacts as vCard 4.0.
    case vcf
    /// Any table.
    case csv
    /// Gatherings, and initiatives that recur.
    case ics
    /// The directory after the Human Services Data Specification.
    case hsds
    /// The directory on a map.
    case geojson
    /// Everything on one person.
    case json

    /// By the ending of a file's name; `.json` alone says too little.
    package init?(ending path: String) {
        switch path.split(separator: ".").last?.lowercased() {
        case "vcf", "vcard": self = .vcf
        case "csv", "txt": self = .csv
        case "ics", "ical": self = .ics
        case "geojson": self = .geojson
        default: return nil
        }
    }
}

package struct ListExportOptions: Sendable {
    package var format = ExportFormat.csv
    /// For CSV; contacts otherwise.
    package var table = "contact"
    /// An SQL expression on the table, for CSV and vCard.
    package var condition: String?
    /// For CSV: the columns to write, as typed; empty: all of the table. See `ChosenColumns`.
    package var columns: [String] = []
    /// A byte order mark and semicolons, as a Dutch Excel opens by itself.
    package var isForExcel = false
    package var replaces = false

    package init() {}
}

package struct ListExportReport: Sendable {
    /// Contacts, rows, events, features, or services and organisations.
    package var itemCount = 0
    package var byteCount = 0
    /// Initiatives that recur and have no date to begin at.
    package var leftOutCount = 0
}

extension Replica {
    /// Writes rows to a new file, as they were at one moment. What stands in the file is readable by whoever has it.
    ///
    /// - Throws: `exportExists`, `unwritable`, `StoreError.unknownName`; `sqlite` for a condition that is not valid.
    package func export(to path: String, _ options: ListExportOptions) throws -> ListExportReport {
        let file = try ExportFile(path, replaces: options.replaces, environment)
        var report = ListExportReport()
        try store.snapshot { snapshot in
            switch options.format {
            case .vcf: report.itemCount = try exportCards(snapshot, options.condition, to: file)
            case .csv where !options.columns.isEmpty: report.itemCount = try exportChosen(snapshot, options, to: file)
            case .csv: report.itemCount = try exportTable(snapshot, options, to: file)
            case .ics:
                var calendar = CalendarWriter(try directory(snapshot))
                try file.write(calendar.bytes())
                report.itemCount = calendar.eventCount
                report.leftOutCount = calendar.unstartedCount
            case .hsds: report.itemCount = try exportJSON(HSDSWriter(try directory(snapshot)).json, to: file)
            case .geojson: report.itemCount = try exportJSON(geoJSON(try directory(snapshot)), to: file)
            case .json: throw EngineError(.unknownFormat, path)
            }
        }
        try file.finish()
        report.byteCount = file.byteCount
        return report
    }

    /// Writes a calendar anew each time that what is in it has changed here, for programs that look at the file: a calendar feed.
    ///
    /// - Parameters:
    ///   - wait: until it is time to look again; false to stop.
    ///   - written: after each time that the file was written, the first among them.
    package func keepExported(
        to path: String, _ options: ListExportOptions, wait: () -> Bool, written: (ListExportReport) throws -> Void
    ) throws {
        var options = options
        var last: [UInt8]?
        repeat {
            var calendar: CalendarWriter?
            try store.snapshot { calendar = CalendarWriter(try directory($0)) }
            guard var calendar else { return }
            let bytes = calendar.bytes()
            guard bytes != last else { continue }
            // The first time a file that is there is another's; after that it is ours.
            let file = try ExportFile(path, replaces: options.replaces, environment)
            try file.write(bytes)
            try file.finish()
            last = bytes
            options.replaces = true
            try written(ListExportReport(itemCount: calendar.eventCount, byteCount: bytes.count, leftOutCount: calendar.unstartedCount))
        } while wait()
    }

    // MARK: Contacts

    /// Contacts with their points and addresses, which come in the order of their contacts: each table is read once.
    private func exportCards(_ snapshot: Snapshot, _ condition: String?, to file: ExportFile) throws -> Int {
        let identity = ImportIdentity(space: identity.space)
        let writer = VCardWriter { identity.id($0) }
        let contacts = try snapshot.rows(of: "contact", where: condition)
        let points = Children(try snapshot.rows(of: "contact_point", where: "contact is not null", orderedBy: ["contact"]))
        let addresses = Children(try snapshot.rows(of: "address", where: "contact is not null", orderedBy: ["contact"]))
        var count = 0
        var bytes: [UInt8] = []
        while let row = try contacts.next() {
            let id = row.id.key[0]
            let card = ContactCard(
                contact: .init(row), points: try points.of(id).map { .init($0) }, addresses: try addresses.of(id).map { .init($0) })
            bytes.removeAll(keepingCapacity: true)
            writer.append(card, to: &bytes)
            try file.write(bytes)
            count += 1
        }
        return count
    }

    // MARK: Tables

    private func exportTable(_ snapshot: Snapshot, _ options: ListExportOptions, to file: ExportFile) throws -> Int {
        guard let table = store.schema[options.table] else { throw StoreError(.unknownName, options.table) }
        let writer = CSVWriter(delimiter: UInt8(ascii: options.isForExcel ? ";" : ","))
        let names = table.columns.flatMap { $0.parts.map(\.name) }
        var bytes: [UInt8] = options.isForExcel ? [0xEF, 0xBB, 0xBF] : []
        writer.append(header: table.key.columns + names, to: &bytes)
        let rows = try snapshot.rows(of: table.name, where: options.condition)
        var count = 0
        while let row = try rows.next() {
            let values = Dictionary(row.values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            writer.append(row.id.key.map { Value.text($0) } + names.map { values[$0] ?? .null }, to: &bytes)
            try file.write(bytes)
            bytes.removeAll(keepingCapacity: true)
            count += 1
        }
        try file.write(bytes)
        return count
    }

    /// Chosen columns only, people by family name: a line each is held, about 200 bytes, to put them in order.
    private func exportChosen(_ snapshot: Snapshot, _ options: ListExportOptions, to file: ExportFile) throws -> Int {
        guard let table = store.schema[options.table] else { throw StoreError(.unknownName, options.table) }
        let chosen = try ChosenColumns(options.columns, of: table)
        let writer = CSVWriter(delimiter: UInt8(ascii: options.isForExcel ? ";" : ","))
        let points = chosen.needsPoints ? Children(try snapshot.rows(of: "contact_point", where: "contact is not null", orderedBy: ["contact"])) : nil
        let addresses = chosen.needsAddresses ? Children(try snapshot.rows(of: "address", where: "contact is not null", orderedBy: ["contact"])) : nil
        let rows = try snapshot.rows(of: table.name, where: options.condition)
        var lines: [(order: String, bytes: [UInt8])] = []
        while let row = try rows.next() {
            let id = row.id.key[0]
            var bytes: [UInt8] = []
            writer.append(chosen.cells(row, points: try points?.of(id) ?? [], addresses: try addresses?.of(id) ?? []), to: &bytes)
            lines.append((table.name == "contact" ? ChosenColumns.order(of: row) : "", bytes))
        }
        if table.name == "contact" { lines.sort { $0.order < $1.order } }
        var head: [UInt8] = options.isForExcel ? [0xEF, 0xBB, 0xBF] : []
        writer.append(header: chosen.headers, to: &head)
        try file.write(head)
        for line in lines { try file.write(line.bytes) }
        return lines.count
    }

    // MARK: The directory

    private func directory(_ snapshot: Snapshot) throws -> Directory {
        var tables: [String: [TableRow]] = [:]
        for name in Directory.tables {
            let rows = try snapshot.rows(of: name)
            var columns: TableRow.Columns?
            while let row = try rows.next() {
                let shared = columns ?? TableRow.Columns(row.values.map(\.name))
                columns = shared
                tables[name, default: []].append(TableRow(key: row.id.key, columns: shared, cells: row.values.map(\.value)))
            }
        }
        return Directory(tables)
    }

    /// - Returns: how many members its arrays have, but for the places of services, which are no rows.
    private func exportJSON(_ json: JSON, to file: ExportFile) throws -> Int {
        guard case .object(let members) = json else { return 0 }
        var count = 0
        var text = "{"
        for (index, (name, value)) in members.enumerated() {
            text += (index > 0 ? ", " : "") + JSON.string(name).text + ": "
            try value.append(to: &text) { text, depth in
                guard depth == 1 else { return }
                if name != "service_at_locations" { count += 1 }
                try file.write(Array(text.utf8))
                text.removeAll(keepingCapacity: true)
            }
        }
        try file.write(Array((text + "}\n").utf8))
        return count
    }
}

/// Rows that belong to others, given out as their owners come by in the same order.
private final class Children {
    private let rows: RowCursor
    private var waiting: RecordRow?
    private var isAtEnd = false

    init(_ rows: RowCursor) { self.rows = rows }

    func of(_ owner: String) throws -> [RecordRow] {
        var found: [RecordRow] = []
        while !isAtEnd {
            guard let row = try waiting ?? rows.next() else {
                isAtEnd = true
                break
            }
            waiting = nil
            let of = row["contact"].bytes
            if of.elementsEqual(owner.utf8) {
                found.append(row)
            } else if !of.lexicographicallyPrecedes(owner.utf8) {
                waiting = row
                break
            }
        }
        return found
    }
}

extension Value {
    fileprivate var bytes: [UInt8] {
        switch self {
        case .text(let bytes), .blob(let bytes): bytes
        case .integer(let number): Array(String(number).utf8)
        case .real(let number): Array("\(number)".utf8)
        case .null: []
        }
    }
}

extension ContactCard.Row {
    init(_ row: RecordRow) {
        var values: [String: String] = [:]
        for (name, value) in row.values where value != .null {
            let bytes = value.bytes
            if !bytes.isEmpty { values[name] = String(decoding: bytes, as: UTF8.self) }
        }
        self.init(id: row.id.key[0], values: values)
    }
}
