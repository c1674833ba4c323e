import CRDT
import Schema
import SQLite
import Wire

/// Counts of what a merge did, for the report that people read.
package struct MergeReport: Hashable, Sendable {
    package var changeCount = 0
    package var newRecordCount = 0
    package var changedRecordCount = 0
    package var deletedRecordCount = 0
    /// Changes of erased records: dropped, and held as far as knowledge goes.
    package var erasedChangeCount = 0
    /// Changes that claim the place of another one that is held: what is held stands.
    package var contradictedChangeCount = 0

    package init() {}

    package mutating func add(_ other: MergeReport) {
        changeCount += other.changeCount
        newRecordCount += other.newRecordCount
        changedRecordCount += other.changedRecordCount
        deletedRecordCount += other.deletedRecordCount
        erasedChangeCount += other.erasedChangeCount
        contradictedChangeCount += other.contradictedChangeCount
    }
}

/// Merges the segments of one delta: the one door into a replica's log.
///
/// Invariant: everything happens in the caller's transaction; an error leaves the replica as it was. All notes have been
/// stamped before (rule 4 of causal soundness), by the caller.
final class SegmentMerge {
    private let access: Access
    private let records: Records
    private let log: ChangeLog
    private let moment: Moment
    private let collection: String
    private let writers: WriterNumbers
    private var bounds: DeltaBounds
    private var texts: TextArrivals
    private(set) var report = MergeReport()
    /// By the device whose changes they were, how many records have changed by them.
    private(set) var changedRecords: [DeviceID?: Int] = [:]
    /// All of it is known, and its packer holds something else.
    private let isTakenAgain: Bool
    /// By table number what `knowsByRows` has found, until something is merged in another way.
    private var tablesByRows: [Int: Bool] = [:]

    /// - Parameters:
    ///   - writers: what the numbers of writers in the segments stand for.
    ///   - bounds: what the delta's changes must keep to.
    init(
        _ access: Access, collection: String, writers: WriterNumbers, bounds: DeltaBounds, isTakenAgain: Bool, moment: Moment
    ) throws {
        self.isTakenAgain = isTakenAgain
        self.access = access
        self.bounds = bounds
        self.collection = collection
        self.writers = writers
        self.moment = moment
        records = try Records(access)
        texts = TextArrivals(access, records, moment)
        log = try ChangeLog(access.connection)
    }

    /// What was to be taken in when all segments are merged.
    func finish() throws {
        try access.connection.withoutTriggers { try texts.finish() }
    }

    /// A table of the segment with its columns' places here.
    private struct MetTable {
        let table: CatalogTable
        /// By the segment's column number; the first is unused.
        let columns: [CatalogColumn]
        /// Every column is one that this version shows: rows can be written straight from the segment.
        let isFullyShown: Bool
        var translated: [ColumnSet: ColumnSet] = [:]
    }

    func merge(_ segment: OpenedSegment) throws {
        try access.connection.withoutTriggers {
            try segment.body.withUnsafeBytes { try merge($0, changeCount: segment.changeCount) }
        }
    }

    private func merge(_ body: UnsafeRawBufferPointer, changeCount: Int) throws {
        var reader = try SegmentReader(body, writerCount: writers.count)
        guard reader.changeCount == changeCount else { throw WireError(.malformed, in: "segment body") }
        var tables = try reader.tables.map { wire -> MetTable in
            let table = try access.catalog.table(meeting: wire, access.connection)
            // Nobody writes to people's tables under the name of another collection.
            guard table.definition.map({ $0.collection.rawValue == collection }) ?? true else {
                throw WireError(.malformed, in: "segment tables")
            }
            let columns = try wire.columns.map { try access.catalog.column(meeting: $0!, in: table, access.connection) }
            return MetTable(
                table: table, columns: columns, isFullyShown: table.isShown && columns.allSatisfy(\.isShown))
        }
        let known = try reader.records.map { record in try self.record(record.reference, tables[record.table].table) }
        let isErased = zip(reader.records, known).map { record, known in
            guard known == nil, case .anchor = record.reference else { return true }
            return !access.erased.isEmpty
        }
        var fresh = FreshRow(access)
        var owned = OwnedArrivals(access)
        while let entry = try reader.next() {
            let tableIndex = reader.records[entry.record].table
            let change = try localChange(entry.change, &tables[tableIndex])
            guard try bounds.admits(change) else { throw WireError(.malformed, in: "segment changes") }
            guard let (record, key) = known[entry.record] else {
                try pass(
                    over: entry.change.columns, ofErased: isErased[entry.record] ? reader.records[entry.record].reference : nil, tables[tableIndex], &reader)
                // An anchor is forgotten only with an erased record; else somebody has claimed its place here without it.
                if isErased[entry.record] { report.erasedChangeCount += 1 } else { report.contradictedChangeCount += 1 }
                continue
            }
            // Two packers say of one dot that it is about two records. One of them lies, and both deltas may have been taken in
            // elsewhere: refusing would part honest replicas for good.
            if access.writers.closed.includes(change.dot), let held = try log.record(of: change.dot), held != record {
                try pass(over: entry.change.columns, ofErased: nil, tables[tableIndex], &reader)
                report.contradictedChangeCount += 1
                continue
            }
            report.changeCount += 1
            let met = tables[tableIndex]
            let mayBeRow = met.isFullyShown && !change.deletes && met.table.accumulating.isDisjoint(with: change.columns)
            // Whether the record is known need not be asked where its row would be in the way.
            let before: [LoggedChange]? = try mayBeRow && change.isAnchor && !access.writers.closed.includes(change.dot) && knowsByRows(met.table)
                ? nil : records.changes(of: record)
            if mayBeRow, before?.isEmpty ?? true,
                try fresh.write(met.table, key, entry.change.columns, met.columns, &reader) {
                try record.withUnsafeBytes {
                    try log.insert(LoggedChange(change: change, hasAside: false), record: $0)
                }
                if fresh.isAsGiven {
                    try access.contents.arrived(change.dot) { fresh.hash(change, key, met.table, to: &$0) }
                } else {
                    try access.contents.touch(change.dot)
                }
                access.noteWritten(CollectionOfOne(change))
                report.newRecordCount += 1
                changedRecords[access.writers[change.dot.writer].device, default: 0] += 1
                try owned.note(record, met.table, entry.change.columns, met.columns, fresh.raw)
                continue
            }
            owned.note(record, met.table, change.columns)
            if !mutated(.knowsByOldRows) { tablesByRows[met.table.number] = nil }
            try merge(
                (change, entry.change.dot), entry.change.columns, met, record, key, before ?? records.changes(of: record), &reader,
                fresh.takenValues())
        }
        try owned.erase()
    }

    /// Whether every record of a table that is in the log has its row in the table: nothing is in the trash, and nothing is parked.
    private func knowsByRows(_ table: CatalogTable) throws -> Bool {
        guard !access.hasParked else { return false }
        if let known = tablesByRows[table.number] { return known }
        let knows = try access.isEmpty(table.trash)
        tablesByRows[table.number] = knows
        return knows
    }

    /// The values of a change that is not taken in. Whom a change of an erased record joined to somebody erased is to be looked at.
    private func pass(
        over columns: ColumnSet, ofErased reference: RecordReference?, _ met: MetTable, _ reader: inout SegmentReader
    ) throws {
        var isSame: Bool?
        for number in columns.numbers where number > 0 {
            for part in met.columns[number - 1].parts.indices {
                let value = try reader.value(column: number, part: part)
                if let sameness = access.catalog.schema.sameness, met.table.name == sameness.links, met.columns[number - 1].name == sameness.column {
                    isSame = value.value == .text(sameness.value)
                }
            }
        }
        if case .key(let key)? = reference { try LeftBehind(access).note(dropped: met.table.record(key), isSame: isSame) }
    }

    /// The record that a reference names, with its key; nil when it is erased, or its anchor is not the one that is held here.
    private func record(_ reference: RecordReference, _ table: CatalogTable) throws -> ([UInt8], RecordKey)? {
        switch reference {
        case .key(let key):
            let record = table.record(key)
            return try access.erased.contains(record, table, key) ? nil : (record, key)
        case .anchor(let dot):
            let dot = writers.dot(dot)
            guard bounds.mayName(dot) else { throw WireError(.malformed, in: "segment records") }
            guard let record = try log.record(of: dot) else { return nil }
            let (found, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            return found.number == table.number ? (record, key) : nil
        }
    }

    /// The change in this replica's own numbers.
    private func localChange(_ change: Change, _ met: inout MetTable) throws -> Change {
        let columns: ColumnSet
        if let known = met.translated[change.columns] { columns = known } else {
            columns = change.columns.numbers.reduce(into: ColumnSet()) { set, number in
                set.insert(number == 0 ? .exists : met.columns[number - 1].set)
            }
            met.translated[change.columns] = columns
        }
        return Change(
            dot: writers.dot(change.dot), timeMilliseconds: change.timeMilliseconds, columns: columns,
            context: writers.context(of: change), deletes: change.deletes, isAnchor: change.isAnchor)
    }

    /// By their encoded bytes: so null is the least.
    private static func isGreater(_ values: [Value], than others: [Value]) -> Bool {
        func bytes(_ values: [Value]) -> [UInt8] {
            var out = ByteWriter()
            for value in values { out.value(value) }
            return out.bytes
        }
        return values != others && bytes(others).lexicographicallyPrecedes(bytes(values))
    }

    /// The general way: a record that is known, a delete, a counter, an edit of a text, or a column this version does not show.
    private func merge(
        _ sent: (change: Change, dot: Dot), _ wireColumns: ColumnSet, _ met: MetTable, _ record: [UInt8], _ key: RecordKey,
        _ before: [LoggedChange], _ reader: inout SegmentReader, _ taken: FreshRow.Taken?
    ) throws {
        var change = sent.change
        let table = met.table
        var given: [Records.Cell: [Value]] = [:]
        var edits: [(edit: TextChange, column: CatalogColumn)] = []
        var waiting = ColumnSet()
        var hasOtherValue = false
        for number in wireColumns.numbers where number > 0 {
            let column = met.columns[number - 1]
            let values: [Value]
            var isEdit = false
            if let taken {
                (values, isEdit) = (taken.values[number] ?? [], taken.edits.contains(number))
            } else {
                let raw = try (0..<column.parts.count).map { try reader.value(column: number, part: $0) }
                (values, isEdit) = (raw.map(\.value), raw.first?.type == .edit)
            }
            if isEdit, case .blob(let bytes)? = values.first {
                let edit = try bytes.withUnsafeBytes { try TextEdit.decode($0, of: sent.dot, writerCount: writers.count) }
                    .named(seeing: change.context, writers.dot)
                try TextEdit.check(edit, column: number)
                if edit.opens == nil { change.edits.insert(column.set) }
                edits.append((edit, column))
                waiting.insert(column.set)
            } else if texts.waits(record, column, before) {
                waiting.insert(column.set)
                given[Records.Cell(dot: change.dot, column: column.number)] = values
            } else if column.accumulates {
                guard case .integer(let amount) = values.first else { throw WireError(.malformed, in: "segment values") }
                try records.keepIncrement(amount, record: record, column: column.number, dot: change.dot)
                if isTakenAgain, try records.raiseIncrement(to: amount, record: record, column: column.number, dot: change.dot) { hasOtherValue = true }
            } else {
                given[Records.Cell(dot: change.dot, column: column.number)] = values
            }
        }
        var after = RecordChanges(before.map(\.change))
        let existed = after.exists
        after.merge(change, accumulating: table.accumulating)
        let isNew = after.changes.count != before.count || Set(after.changes) != Set(before.map(\.change))
        // A copy that brings nothing new: nothing is read or written for it.
        guard isNew || isTakenAgain else { return }
        let image = try records.image(of: table, key: key)
        // What this copy carried and the copy here did not lose: its values are where they were. Where two copies of one change have
        // two values, one of them is not what was written; everybody keeps the greater.
        for logged in before where logged.change.dot == change.dot {
            for number in logged.change.columns.numbers {
                let cell = Records.Cell(dot: change.dot, column: number)
                if isTakenAgain, !waiting.contains(number: number), let values = given[cell], let column = table.columns[number],
                    try SegmentMerge.isGreater(values, than: records.value(of: logged, column, image)) {
                    try records.drop(aside: cell)
                    hasOtherValue = true
                } else {
                    given[cell] = nil
                }
            }
        }
        guard isNew || hasOtherValue else { return }
        if hasOtherValue { try access.contents.touch(change.dot) }
        for column in waiting.numbers.lazy.compactMap({ table.columns[$0] }) {
            let cell = Records.Cell(dot: change.dot, column: column.number)
            if let edit = edits.first(where: { $0.column.number == column.number })?.edit {
                try texts.add(edit, record, column)
            } else if let value = given.removeValue(forKey: cell)?.first {
                try texts.add(value, change.dot, record, column)
            }
        }
        try records.apply(
            table, key, record: record, before: before, after: after.changes, columns: change.columns.subtracting(waiting),
            image: image, given: given, waiting: waiting, moment: moment)
        changedRecords[access.writers[change.dot.writer].device, default: 0] += 1
        if before.isEmpty { report.newRecordCount += after.exists ? 1 : 0 } else if existed, !after.exists {
            report.deletedRecordCount += 1
        } else {
            report.changedRecordCount += 1
        }
    }
}

/// Writes rows that are new here straight from a segment, without a detour over `Value`.
private struct FreshRow {
    private let access: Access
    /// The statement for the last set of columns: rows of one segment mostly have the same.
    private var statement: PreparedStatement?
    private var statementTable = -1
    private var statementColumns = ColumnSet()
    /// Of its parameters after the key: the type of each one's SQL column, and their order in digests.
    private var types: [Column.SQLType] = []
    private var digestOrder: [Int] = []
    /// The values of the row last written, in the order of its columns.
    private(set) var raw: [RawValue] = []
    private var ids: [UInt8] = []
    /// Whether the row last written holds the values as they came: SQLite keeps those of another type than the column's in its own way
    /// (https://sqlite.org/datatype3.html, 3).
    private(set) var isAsGiven = false
    private var taken: Taken?

    /// What was read of a change that could not be written so, by the segment's columns.
    struct Taken {
        var values: [Int: [Value]] = [:]
        var edits: Set<Int> = []
    }

    init(_ access: Access) { self.access = access }

    /// Inserts the row; false when the row was refused or is already there, and then `takenValues` has what was read.
    mutating func write(
        _ table: CatalogTable, _ key: RecordKey, _ wireColumns: ColumnSet, _ columns: [CatalogColumn],
        _ reader: inout SegmentReader
    ) throws -> Bool {
        if statementTable != table.number || statementColumns != wireColumns {
            let own = wireColumns.numbers.filter { $0 > 0 }.map { columns[$0 - 1] }
            let names = (table.keys + own.flatMap(\.parts)).map(quoted)
            let rest = table.parts.map(\.name).filter { name in !own.contains { $0.parts.contains(name) } }.map(quoted)
            let places = names.map { _ in "?" } + rest.map { _ in "null" }
            statement = try access.connection.statement(
                "insert into \(quoted(table.name)) (\((names + rest).joined(separator: ", "))) values (\(places.joined(separator: ", ")))")
            statementTable = table.number
            statementColumns = wireColumns
            types = own.flatMap { $0.definition?.parts.map(\.type) ?? [] }
            var offsets: [Int: Int] = [:], count = 0
            for column in own {
                offsets[column.number] = count
                count += column.parts.count
            }
            digestOrder = table.shape(of: ColumnSet(own.map(\.set))).columns.flatMap { offsets[$0.number]!..<(offsets[$0.number]! + $0.parts.count) }
        }
        raw.removeAll(keepingCapacity: true)
        for number in wireColumns.numbers where number > 0 {
            for part in columns[number - 1].parts.indices { raw.append(try reader.value(column: number, part: part)) }
        }
        // Passages of a text are taken in when all of the delta is here.
        guard !raw.contains(where: { $0.type == .edit }) else {
            take(wireColumns, columns)
            return false
        }
        let insert = statement!
        isAsGiven = zip(raw, types).allSatisfy { value, type in
            switch value.type {
            case .null, .blob, .edit: true
            case .text, .id: type == .text
            case .integer: type == .integer
            case .real: type == .real
            }
        }
        // Ids are unpacked into one buffer that lives until the row is written: 32 digits for the key and each value.
        if ids.count < 32 * (raw.count + 2) { ids = Array(repeating: 0, count: 32 * (raw.count + 2)) }
        let reason = try ids.withUnsafeMutableBytes { ids -> String? in
            var index: Int32 = 1
            if table.keyPartCount == 1, key.bytes.count == 17, key.bytes[0] == 0 {
                key.bytes.withUnsafeBytes { unpackID(.init(rebasing: $0[1...]), into: ids.baseAddress!) }
                insert.bind(1, text: UnsafeRawBufferPointer(rebasing: ids[0..<32]))
                index = 2
            } else {
                for part in key.parts {
                    insert.bind(index, copying: part)
                    index += 1
                }
            }
            for (offset, value) in raw.enumerated() {
                switch value.type {
                case .null: insert.bindNull(index)
                case .integer: insert.bind(index, value.number)
                case .real: insert.bind(index, Double(bitPattern: UInt64(bitPattern: value.number)))
                case .text: insert.bind(index, text: value.bytes)
                // No edit comes here.
                case .blob, .edit: insert.bind(index, blob: value.bytes)
                case .id:
                    let slot = UnsafeMutableRawBufferPointer(rebasing: ids[(32 * (offset + 1))..<(32 * (offset + 2))])
                    unpackID(value.bytes, into: slot.baseAddress!)
                    insert.bind(index, text: UnsafeRawBufferPointer(slot))
                }
                index += 1
            }
            return try insert.runUnlessRefused()
        }
        guard reason != nil else { return true }
        take(wireColumns, columns)
        return false
    }

    /// Hashes the change whose row was written last, as it is read from there.
    func hash(_ change: Change, _ key: RecordKey, _ table: CatalogTable, to hasher: inout BlockHasher) {
        hasher.change(change, table.shape(of: change.columns), access.writers)
        hasher.key(key)
        ids.withUnsafeBytes { ids in
            for index in digestOrder {
                let value = raw[index]
                switch value.type {
                case .null: hasher.null()
                case .integer: hasher.integer(value.number)
                case .real: hasher.real(Double(bitPattern: UInt64(bitPattern: value.number)))
                case .text: hasher.text(value.bytes)
                // No edit comes here.
                case .blob, .edit: hasher.blob(value.bytes)
                case .id: hasher.text(UnsafeRawBufferPointer(rebasing: ids[(32 * (index + 1))..<(32 * (index + 2))]))
                }
            }
        }
    }

    private mutating func take(_ wireColumns: ColumnSet, _ columns: [CatalogColumn]) {
        var read = Taken()
        var offset = 0
        for number in wireColumns.numbers where number > 0 {
            let count = columns[number - 1].parts.count
            read.values[number] = raw[offset..<offset + count].map(\.value)
            if raw[offset].type == .edit { read.edits.insert(number) }
            offset += count
        }
        taken = read
    }

    /// The values of the change that `write` could not write; once.
    mutating func takenValues() -> Taken? {
        defer { taken = nil }
        return taken
    }
}
