import CRDT
import Schema
import Wire

/// What was taken of a delta that is not whole as edits of this laptop, and what was not.
package struct SalvageReport: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Somebody has written another value here, and neither knew of the other: the whole bundle makes a conflict of it.
        case differs
        /// An increment would count twice when the bundle comes whole.
        case counter
        /// It was deleted here, or the bundle deletes it.
        case deleted
        /// A rule that somebody added refuses the row.
        case refused
        /// A table or column of a newer version, or a row that only earlier work names.
        case unknown
    }

    package struct Item: Hashable, Sendable {
        package let record: RecordID
        /// nil: nothing of the row was taken, for this reason; or, of what was taken, the whole row.
        package let column: String?
        package let reason: Reason?
    }

    /// How many are named of each kind; all are counted.
    package static let namedCount = 50

    package private(set) var taken: [Item] = []
    package private(set) var takenCount = 0
    package private(set) var left: [Item] = []
    package private(set) var leftCounts: [Reason: Int] = [:]

    package init() {}

    package var leftCount: Int { leftCounts.values.reduce(0, +) }

    mutating func take(_ record: RecordID) {
        takenCount += 1
        if taken.count < SalvageReport.namedCount { taken.append(Item(record: record, column: nil, reason: nil)) }
    }

    mutating func leave(_ record: RecordID, column: String? = nil, _ reason: Reason) {
        leftCounts[reason, default: 0] += 1
        if left.count < SalvageReport.namedCount { left.append(Item(record: record, column: column, reason: reason)) }
    }
}

/// Writes what is intact of a delta of which parts are lost as edits of this laptop: stamped here, and overtaken by nothing when
/// the delta comes whole, because equal siblings are shown once.
///
/// The rule for a value: it is taken when, of all that is here and all that is intact, it alone is left standing: its author had
/// seen what is here, or nothing is. What is deleted or erased stays so, a counter is left alone, and nothing is deleted. So
/// nothing that is here is overwritten that the author did not know of, and salvaging twice writes nothing new.
///
/// Holds the changes (not the values) of every record that it touches.
final class Salvage {
    private let access: Access
    private let manifest: Manifest
    private let writers: WriterNumbers
    private var bounds: DeltaBounds
    private let records: Records
    private let log: ChangeLog
    private let rows: RowImport
    /// By record: what is here, and what of the delta is intact, merged; none of the latter goes into the log.
    private var states: [[UInt8]: RecordChanges] = [:]
    private(set) var report = SalvageReport()

    init(_ access: Access, _ manifest: Manifest, writers: WriterNumbers, bounds: DeltaBounds) throws {
        self.access = access
        self.manifest = manifest
        self.writers = writers
        self.bounds = bounds
        records = try Records(access)
        log = try ChangeLog(access.connection)
        rows = try RowImport(access, overwrite: true)
    }

    /// A table of a segment as far as it is shown here; by the segment's column number less 1.
    private struct MetTable {
        let table: CatalogTable
        let columns: [CatalogColumn?]
    }

    /// What one segment has of a record.
    private struct Found {
        let table: CatalogTable
        let key: RecordKey
        var values: [Records.Cell: [Value]] = [:]
        var columns = ColumnSet()
    }

    func take(_ segment: OpenedSegment) throws {
        try access.connection.withoutTriggers {
            try segment.body.withUnsafeBytes { try take($0, changeCount: segment.changeCount) }
        }
    }

    func finish() throws { try rows.finish() }

    private func take(_ body: UnsafeRawBufferPointer, changeCount: Int) throws {
        var reader = try SegmentReader(body, writerCount: writers.count)
        guard reader.changeCount == changeCount else { throw WireError(.malformed, in: "segment body") }
        let tables = reader.tables.map(met)
        var order: [[UInt8]] = []
        var found: [[UInt8]: Found] = [:]
        while let entry = try reader.next() {
            let wire = reader.records[entry.record]
            let change = Change(
                dot: writers.dot(entry.change.dot), timeMilliseconds: entry.change.timeMilliseconds, columns: entry.change.columns,
                context: writers.context(of: entry.change), deletes: entry.change.deletes, isAnchor: entry.change.isAnchor)
            guard try bounds.admits(change) else { throw WireError(.malformed, in: "segment changes") }
            var values: [Int: [Value]] = [:]
            var edits: [Int] = []
            for column in change.columns.numbers where column > 0 {
                let partCount = reader.tables[wire.table].columns[column - 1]?.parts.count ?? 0
                let raw = try (0..<partCount).map { try reader.value(column: column, part: $0) }
                // Passages of a text say nothing without the rest of it.
                if raw.contains(where: { $0.type == .edit }) { edits.append(column) } else { values[column] = raw.map(\.value) }
            }
            if access.writers.closed.includes(change.dot) { continue }
            guard let met = tables[wire.table], let (record, key) = try self.record(wire.reference, met.table) else {
                report.leave(name(wire, reader.tables[wire.table].name), .unknown)
                continue
            }
            // What is erased is not spoken of.
            if try access.erased.contains(record, met.table, key) { continue }
            for column in edits { report.leave(RecordID(met.table, key), column: met.columns[column - 1]?.name, .differs) }
            if found[record] == nil { order.append(record) }
            try note(change, values, met, record, key, &found[record, default: Found(table: met.table, key: key)])
        }
        for record in order { try write(record, found[record]!) }
    }

    private func met(_ wire: WireTable) -> MetTable? {
        guard let table = access.catalog[wire.name], table.isShown, table.keyPartCount == wire.keyPartCount,
            table.definition?.collection.rawValue == manifest.collection
        else { return nil }
        return MetTable(table: table, columns: wire.columns.map { column in
            guard let column, let known = table.column(named: column.name), known.isShown, known.parts == column.parts,
                known.kind == column.kind
            else { return nil }
            return known
        })
    }

    private func record(_ reference: RecordReference, _ table: CatalogTable) throws -> ([UInt8], RecordKey)? {
        switch reference {
        case .key(let key): return (table.record(key), key)
        case .anchor(let dot):
            guard let record = try log.record(of: writers.dot(dot)) else { return nil }
            let (found, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            return found.number == table.number ? (record, key) : nil
        }
    }

    private func name(_ record: SegmentReader.Record, _ table: String) -> RecordID {
        guard case .key(let key) = record.reference else { return RecordID(table: table, key: []) }
        return RecordID(table: table, key: key.parts.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Merges a change into what its record would be.
    private func note(
        _ change: Change, _ values: [Int: [Value]], _ met: MetTable, _ record: [UInt8], _ key: RecordKey, _ found: inout Found
    ) throws {
        var columns: ColumnSet = change.columns.contains(.exists) ? .exists : []
        for (number, value) in values {
            guard let column = met.columns[number - 1] else {
                report.leave(RecordID(met.table, key), .unknown)
                continue
            }
            guard !column.accumulates else {
                report.leave(RecordID(met.table, key), column: column.name, .counter)
                continue
            }
            columns.insert(column.set)
            found.values[.init(dot: change.dot, column: column.number)] = value
        }
        var state = try states[record] ?? RecordChanges(records.changes(of: record).map(\.change))
        var local = change
        local.columns = columns
        state.merge(local, accumulating: met.table.accumulating)
        states[record] = state
        found.columns.formUnion(columns.subtracting(.exists))
    }

    private func write(_ record: [UInt8], _ found: Found) throws {
        guard let state = states[record] else { return }
        let name = RecordID(found.table, found.key)
        let image = try records.image(of: found.table, key: found.key)
        guard state.exists, image.place != .trash else {
            if image.place != .nowhere { report.leave(name, .deleted) }
            return
        }
        let key = found.key.parts.compactMap { String(validating: $0, as: UTF8.self) }
        guard key.count == found.key.parts.count, key.allSatisfy({ $0.utf8.count <= Limits.keyByteCount / 4 }) else {
            return report.leave(name, .unknown)
        }
        var values: [(name: String, value: Value)] = []
        for number in found.columns.numbers {
            guard let column = found.table.columns[number] else { continue }
            let siblings = Array(state.siblings(of: number))
            let newest = siblings.max { order($0) < order($1) }
            guard let newest, let value = found.values[.init(dot: newest.dot, column: number)] else { continue }
            if image.place == .table, value == image.parts(of: column) { continue }
            guard !siblings.contains(where: { access.writers.closed.includes($0.dot) }) else {
                report.leave(name, column: column.name, .differs)
                continue
            }
            values += zip(column.parts, value).map { (name: $0, value: $1) }
        }
        guard image.place == .nowhere || !values.isEmpty else { return }
        let before = rows.report
        guard try rows.take(ImportTableRow(table: found.table.name, key: key, values: values)) else { return }
        let after = rows.report
        if after.refused > before.refused { report.leave(name, .refused) }
        if after.deletedHere > before.deletedHere { report.leave(name, .deleted) }
        if after.differing > before.differing { report.leave(name, .differs) }
        if after.new > before.new || after.filled > before.filled || after.overwritten > before.overwritten { report.take(name) }
    }

    /// The order that picks the shown one of concurrent registers.
    private func order(_ change: Change) -> (Int64, WriterID, UInt32) {
        (change.timeMilliseconds, access.writers[change.dot.writer].id, change.dot.sequence)
    }
}
