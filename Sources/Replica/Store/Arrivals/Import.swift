import CRDT
import Schema
import SQLite
import Wire

/// A row of a list as it is to stand in a shared table.
package struct ImportTableRow: Sendable {
    package let table: String
    package let key: [String]
    package let values: [(name: String, value: Value)]

    package init(table: String, key: [String], values: [(name: String, value: Value)]) {
        self.table = table
        self.key = key
        self.values = values
    }
}

/// Counts by row. A row of which one column was filled and another differs counts in both.
package struct ImportReport: Hashable, Sendable {
    package var new = 0
    /// Rows that were here, with columns that were empty.
    package var filled = 0
    package var unchanged = 0
    /// Rows that were here with other values, which were kept.
    package var differing = 0
    /// The same, where the list's values were taken instead.
    package var overwritten = 0
    /// Rows that somebody had deleted: an import brings them back only on purpose.
    package var deletedHere = 0
    /// Rows that were deleted and are here again, as the list has them.
    package var broughtBack = 0
    /// Rows that a rule refuses which somebody added.
    package var refused = 0
    /// Rows of erased records, and rows that belong to one.
    package var erased = 0

    package init() {}
}

/// Ends a transaction without keeping it.
private struct DryRun: Error {
    let report: ImportReport
}

extension Store {
    private static let progressRowCount = 1_000

    /// The names of the lists that contacts came from, ascending.
    package func importSources() throws -> [String] {
        try read { access in
            guard access.catalog["contact"]?.isShown == true else { return [] }
            return try access.rows("select distinct source from contact where source <> '' order by 1").compactMap { $0.text(0) }
        }
    }

    /// Takes in rows, all or none, as one batch per collection. New rows are written with their changes at once, past
    /// the triggers; rows that are here are only filled where they are empty.
    ///
    /// - Parameters:
    ///   - overwrite: the list's values replace others, except facts that are written once.
    ///   - bringsBack: rows that were deleted here, or undone, are made again with the list's values; erased ones never.
    ///   - dryRun: everything is done and then taken back: the report is exact.
    ///   - erased: called with each row that is not taken because it was erased or belongs to what was.
    ///   - progress: called with the number of rows so far, every thousand.
    ///   - next: gives the rows, and may look at what is here; nil at the end.
    /// - Throws: `unknownName`, `valueTooLarge`, `MassChange` for edits that wait to be stamped, and what `next` throws.
    package func importRows(
        overwrite: Bool = false, bringsBack: Bool = false, dryRun: Bool = false, progress: (Int) -> Void = { _ in },
        erased: (ImportTableRow) -> Void = { _ in }, _ next: (RowsHere) throws -> ImportTableRow?
    ) throws -> ImportReport {
        do {
            return try writeStamped { access in
                let rows = try RowImport(access, overwrite: overwrite, bringsBack: bringsBack)
                var count = 0
                try access.connection.withoutTriggers {
                    while let row = try next(RowsHere(access, rows.report)) {
                        if try !rows.take(row) { erased(row) }
                        count += 1
                        if count.isMultiple(of: Store.progressRowCount) { progress(count) }
                    }
                }
                try rows.finish()
                if dryRun { throw DryRun(report: rows.report) }
                return rows.report
            }
        } catch let dryRun as DryRun {
            return dryRun.report
        }
    }
}

/// The rows that are here while a list comes in, those of its own earlier lines among them.
package struct RowsHere {
    private let access: Access
    /// Of the rows so far.
    package let report: ImportReport

    init(_ access: Access, _ report: ImportReport) {
        self.access = access
        self.report = report
    }

    /// Texts and numbers of a row as text, by SQL column and without the empty ones; nil when it is not in its table.
    ///
    /// - Throws: `unknownName`.
    package func texts(_ table: String, _ key: [String]) throws -> [String: String]? {
        let shared = try access.sharedTable(table)
        let matches = shared.keys.map { quoted($0) + " = ?" }.joined(separator: " and ")
        let names = shared.parts.map(\.name)
        return try access.rows(
            "select \(names.map(quoted).joined(separator: ", ")) from \(quoted(table)) where \(matches)", key.map { Value.text($0) }
        ).first.map { row in
            var texts: [String: String] = [:]
            for (name, value) in zip(names, row.values) {
                switch value {
                case .text(let bytes) where !bytes.isEmpty: texts[name] = String(decoding: bytes, as: UTF8.self)
                case .integer(let number): texts[name] = String(number)
                case .real(let number): texts[name] = "\(number)"
                case .text, .null, .blob: continue
                }
            }
            return texts
        }
    }
}

/// One import on its way into the tables.
final class RowImport {
    /// What the rows of a table with the same columns have in common.
    private final class Plan {
        let table: CatalogTable
        let names: [String]
        let insert: PreparedStatement
        /// For each value its part.
        let parts: [Int]
        let mayBeKnown: Bool

        init(table: CatalogTable, names: [String], insert: PreparedStatement, parts: [Int], mayBeKnown: Bool) {
            self.table = table
            self.names = names
            self.insert = insert
            self.parts = parts
            self.mayBeKnown = mayBeKnown
        }
    }

    private let access: Access
    private let overwrite: Bool
    private let bringsBack: Bool
    private let records: Records
    private let timeMilliseconds: Int64
    private let hasErased: Bool
    private var stamping: Stamping
    /// The last, and all: the rows of one line are of several tables.
    private var plan: Plan?
    private var plans: [String: [Plan]] = [:]
    /// Rows written and not yet stamped, by table: their rowids follow one another, because this transaction made them.
    private var unstamped: [CatalogTable: ClosedRange<Int64>] = [:]
    /// The same of the last row's table, which the next row mostly is of too.
    private var run: (table: CatalogTable, rowids: ClosedRange<Int64>)?
    /// The bytes of a row's texts and blobs, one after another: they are bound from here without being copied again.
    private var bytes: [UInt8] = []
    private(set) var report = ImportReport()

    init(_ access: Access, overwrite: Bool, bringsBack: Bool = false) throws {
        self.access = access
        self.overwrite = overwrite
        self.bringsBack = bringsBack
        records = try Records(access)
        timeMilliseconds = access.now
        hasErased = !access.erased.isEmpty
        stamping = try Stamping(access, as: .import)
    }

    func finish() throws {
        putRunAside()
        for (table, range) in unstamped { try stamping.stampRows(table, range, timeMilliseconds: timeMilliseconds) }
        unstamped = [:]
        try stamping.finish()
    }

    /// False when the row is not taken because it is erased.
    func take(_ row: ImportTableRow) throws -> Bool {
        if try hasErased && isErased(row) {
            report.erased += 1
            return false
        }
        try write(row)
        return true
    }

    private func isErased(_ row: ImportTableRow) throws -> Bool {
        let table = try access.sharedTable(row.table)
        let key = RecordKey(row.key)
        return try access.erased.contains(table.record(key), table, key) || access.erased.owns(row.values, table)
    }

    private func write(_ row: ImportTableRow) throws {
        let plan = try plan(for: row)
        guard row.key.count == plan.table.keys.count, row.key.allSatisfy({ $0.utf8.count <= Limits.keyByteCount / 4 }) else {
            throw StoreError(.unknownName, plan.table.name)
        }
        // Only what was deleted or cannot be written is in the log and not in the table.
        if plan.mayBeKnown, case let key = RecordKey(row.key), try !records.changes(of: plan.table.record(key)).isEmpty {
            let image = try records.image(of: plan.table, key: key)
            guard image.place == .table else {
                guard bringsBack, image.place == .trash else { return report.deletedHere += 1 }
                return try bringBack(row, plan, key, image)
            }
            return try fill(row, plan, key)
        }
        if try insert(row, plan) {
            try inserted(plan)
            report.new += 1
        } else if case let key = RecordKey(row.key), try records.image(of: plan.table, key: key).place == .table {
            try fill(row, plan, key)
        } else {
            report.refused += 1
        }
    }

    private func plan(for row: ImportTableRow) throws -> Plan {
        func fits(_ plan: Plan) -> Bool {
            plan.table.name == row.table && plan.names.elementsEqual(row.values, by: { $0 == $1.name })
        }
        if let plan, fits(plan) { return plan }
        if let known = plans[row.table]?.first(where: fits) {
            plan = known
            return known
        }
        let table = try access.sharedTable(row.table)
        let parts = try row.values.map { value in
            guard let part = table.parts.firstIndex(where: { $0.name == value.name }) else {
                throw StoreError(.unknownName, "\(table.name).\(value.name)")
            }
            return part
        }
        let names = table.keys + row.values.map(\.name)
        let places = names.map { _ in "?" }.joined(separator: ", ")
        let plan = Plan(
            table: table, names: row.values.map(\.name),
            insert: try access.connection.statement(
                "insert into \(quoted(table.name)) (\(names.map(quoted).joined(separator: ", "))) values (\(places))"),
            parts: parts,
            mayBeKnown: try access.hasParked || !access.isEmpty(table.trash))
        self.plan = plan
        // Rows of a list have few shapes; a list of all shapes there are is not kept.
        if plans[row.table, default: []].count < RowImport.planCount { plans[row.table, default: []].append(plan) }
        return plan
    }

    private static let planCount = 64

    // MARK: New rows

    /// False when the row is there already, or is refused.
    private func insert(_ row: ImportTableRow, _ plan: Plan) throws -> Bool {
        bytes.removeAll(keepingCapacity: true)
        for part in row.key { bytes.append(contentsOf: part.utf8) }
        for (name, value) in row.values {
            guard case .text(let text) = value else {
                if case .blob(let blob) = value { try add(blob, name, plan) }
                continue
            }
            try add(text, name, plan)
        }
        let insert = plan.insert
        let refusal = try bytes.withUnsafeBytes { raw in
            var offset = 0
            func take(_ count: Int) -> UnsafeRawBufferPointer {
                defer { offset += count }
                return UnsafeRawBufferPointer(rebasing: raw[offset..<offset + count])
            }
            var index: Int32 = 1
            for part in row.key {
                insert.bind(index, text: take(part.utf8.count))
                index += 1
            }
            for (_, value) in row.values {
                switch value {
                case .null: insert.bindNull(index)
                case .integer(let number): insert.bind(index, number)
                case .real(let number): insert.bind(index, number)
                case .text(let text): insert.bind(index, text: take(text.count))
                case .blob(let blob): insert.bind(index, blob: take(blob.count))
                }
                index += 1
            }
            return try insert.runUnlessRefused()
        }
        return refusal == nil
    }

    private func add(_ value: [UInt8], _ name: String, _ plan: Plan) throws {
        guard value.count <= Limits.valueByteCount else { throw StoreError(.valueTooLarge, "\(plan.table.name).\(name)") }
        bytes.append(contentsOf: value)
    }

    /// Stamps in runs: one statement for a few thousand rows.
    private func inserted(_ plan: Plan) throws {
        let rowid = access.connection.lastInsertedRowid
        if run?.table !== plan.table {
            putRunAside()
            run = unstamped.removeValue(forKey: plan.table).map { (table: plan.table, rowids: $0) }
        }
        if let range = run?.rowids {
            if range.upperBound == rowid - 1, range.count < RowImport.runRowCount {
                run = (plan.table, range.lowerBound...rowid)
                return
            }
            try stamping.stampRows(plan.table, range, timeMilliseconds: timeMilliseconds)
        }
        run = (plan.table, rowid...rowid)
    }

    private func putRunAside() {
        if let run { unstamped[run.table] = run.rowids }
        run = nil
    }

    private static let runRowCount = 4_096

    // MARK: Rows that are here

    private func fill(_ row: ImportTableRow, _ plan: Plan, _ key: RecordKey) throws {
        let table = plan.table
        // The row may be one of this very list.
        putRunAside()
        if let range = unstamped.removeValue(forKey: table) {
            try stamping.stampRows(table, range, timeMilliseconds: timeMilliseconds)
        }
        let image = try records.image(of: table, key: key)
        var columns: [Int: [Value]] = [:]
        var isFilled = false
        var isDiffering = false
        var isOverwritten = false
        for (part, given) in zip(plan.parts, row.values) where given.value != .null && given.value != image.values[part] {
            let column = table.columns[table.parts[part].column]!
            // A composite is one value: it is filled only when all of it is empty.
            if image.parts(of: column).allSatisfy({ $0 == .null }) {
                isFilled = true
            } else if try isShownAs(given.value, part, table, key) {
                continue
            } else if overwrite, column.kind != .once {
                isOverwritten = true
            } else {
                isDiffering = true
                continue
            }
            columns[column.number, default: image.parts(of: column)][part - column.firstPart] = given.value
        }
        if !columns.isEmpty, try stamping.overwrite(table, key, columns) != nil { return report.refused += 1 }
        if isFilled { report.filled += 1 }
        if isDiffering { report.differing += 1 }
        if isOverwritten { report.overwritten += 1 }
        if !isFilled, !isDiffering, !isOverwritten { report.unchanged += 1 }
    }

    /// Makes a row again that was deleted. What nobody touched since a list made it becomes what the list says now; of others
    /// the list's values go before those they had.
    private func bringBack(_ row: ImportTableRow, _ plan: Plan, _ key: RecordKey, _ image: RowImage) throws {
        let table = plan.table
        let changes = try records.changes(of: table.record(key))
        if try records.bringBack(table, key, image.values) != nil { return report.refused += 1 }
        var columns: [Int: [Value]] = [:]
        let isUntouched = changes.allSatisfy { $0.change.isAnchor || $0.change.columns.subtracting(.exists).isEmpty }
        if isUntouched, changes.contains(where: { $0.change.isAnchor }) {
            for number in table.shownColumns.numbers {
                guard let column = table.columns[number], !column.accumulates, column.kind != .earliest,
                    // What a new row has without being told, this one keeps.
                    column.definition?.parts.allSatisfy({ $0.defaultExpression == nil }) ?? true
                else { continue }
                let parts = image.parts(of: column)
                if !parts.allSatisfy({ $0 == .null }) { columns[number] = parts.map { _ in .null } }
            }
        }
        for (part, given) in zip(plan.parts, row.values) where given.value != .null {
            let column = table.columns[table.parts[part].column]!
            columns[column.number, default: image.parts(of: column)][part - column.firstPart] = given.value
        }
        if try stamping.overwrite(table, key, columns, existed: false) != nil { return report.refused += 1 }
        report.broughtBack += 1
    }

    /// Whether SQLite would store the value as what is there: the text 1 in an integer column is the number.
    private func isShownAs(_ value: Value, _ part: Int, _ table: CatalogTable, _ key: RecordKey) throws -> Bool {
        let matches = table.keys.map { quoted($0) + " = ?" }.joined(separator: " and ")
        let select = try access.connection.statement(
            "select \(quoted(table.parts[part].name)) is ? from \(quoted(table.name)) where \(matches)")
        defer { select.reset() }
        select.bind(1, value)
        records.bind(key, to: select, from: 2)
        return try select.step() && select.integer(0) == 1
    }
}
