import CRDT
import Schema
import SQLite
import Wire

/// Turns the notes of the capture triggers into changes, as one batch per collection.
///
/// Nothing merges between an edit and its stamping, so the closed version vector of now is what the edit had seen.
/// Rows that are new are stamped set-based; others one by one, comparing what was with what is.
struct Stamping {
    private static let chunkNoteCount: Int64 = 16_384

    let access: Access
    let records: Records
    let moment: Moment
    private var batches: [Collection: Batch] = [:]
    private var touched: [String: [String?: Int]] = [:]
    private(set) var changeCount = 0

    /// A batch in the making.
    private struct Batch {
        let writer: WriterOrdinal
        let nonce: Nonce
        let first: UInt32
        var last: UInt32
    }

    init(_ access: Access, as kind: Moment.Kind = .edit, continuing moment: Int64? = nil) throws {
        self.access = access
        records = try Records(access)
        self.moment = Moment(access, kind, continuing: moment)
    }

    /// The moment that all of this is undone with; nil until something has been stamped.
    var momentID: Int64? { moment.id }

    mutating func stampNotes(acceptingMassChange: Bool) throws {
        try access.connection.withoutTriggers {
            if !access.erased.isEmpty { try Erasing(access).refuseNotes() }
            for table in access.catalog.shownTables where try !access.isEmpty(table.notes) {
                try stamp(table)
            }
        }
        try finish()
        if !acceptingMassChange { try askAboutMassChange() }
    }

    // MARK: Batches

    /// Sequences for `count` more changes of a collection; gives the dot before the first of them.
    mutating func reserve(_ count: Int, in collection: Collection) throws -> Dot {
        if batches[collection] == nil { batches[collection] = try begin(collection) }
        let batch = batches[collection]!
        guard UInt64(batch.last) + UInt64(count) < UInt64(UInt32.max) else {
            throw StoreError(.sqlite, "a writer has no sequences left")
        }
        batches[collection]!.last += UInt32(count)
        changeCount += count
        return Dot(batch.writer, batch.last)
    }

    /// The dot of one more change.
    mutating func nextDot(in collection: Collection) throws -> Dot {
        let before = try reserve(1, in: collection)
        return Dot(before.writer, before.sequence + 1)
    }

    private func begin(_ collection: Collection) throws -> Batch {
        let nonce = access.environment.nonce()
        if access.endsBefore == nil { access.endsBefore = try access.writers.currentEnds }
        for writer in access.writers.writers(of: collection.rawValue) where writer.isCurrent {
            if writer.own == 0 {
                try access.writers.rename(writer.ordinal, to: nonce)
                return Batch(writer: writer.ordinal, nonce: nonce, first: 1, last: 0)
            }
            // More of this writer came from outside than was stamped here, or its witness does not know this file: it was
            // restored or copied. Go on as another.
            let newest = try access.writers.newest(of: writer.ordinal)
            if writer.closed == writer.own, writer.heard <= writer.own, newest <= writer.own, writer.own < UInt32.max >> 1,
                try mayContinue() {
                return Batch(writer: writer.ordinal, nonce: nonce, first: writer.own + 1, last: writer.own)
            }
            try access.writers.update(writer.ordinal) { $0.isCurrent = false }
        }
        let device = try access.connection.statement("select device from kith_replica")
        defer { device.reset() }
        _ = try device.step()
        let ordinal = try access.writers.meet(nonce, collection: collection.rawValue, device: try device.nonce(0))
        try access.writers.update(ordinal) { $0.isCurrent = true }
        return Batch(writer: ordinal, nonce: nonce, first: 1, last: 0)
    }

    /// Whether this is the file that stamped last, as far as its witness knows.
    private func mayContinue() throws -> Bool {
        let current = access.writers.all.filter { $0.isCurrent && $0.own > 0 }
        let mayContinue = try access.continuity.mayContinue(try access.replica()) { try access.writers.currentEnds }
        if !mayContinue {
            for writer in current { try access.writers.update(writer.ordinal) { $0.isCurrent = false } }
        }
        return mayContinue
    }

    mutating func finish() throws {
        for batch in batches.values where batch.last >= batch.first {
            try access.writers.keepBatch(of: batch.writer, BatchEnd(last: batch.last, nonce: batch.nonce))
            try access.writers.update(batch.writer) {
                $0.closed = batch.last
                $0.own = batch.last
                $0.heard = max($0.heard, batch.last)
                $0.isCurrent = true
            }
            access.hasStamped = true
            try moment.keep(Dot(batch.writer, batch.first), through: Dot(batch.writer, batch.last))
        }
        batches = [:]
    }

    // MARK: Tables

    private mutating func stamp(_ table: CatalogTable) throws {
        let connection = access.connection
        let notes = quoted(table.notes)
        let isLoad = try isLoad(table)
        while let first = try connection.number("select min(n) from \(notes)") {
            let last = first + Stamping.chunkNoteCount - 1
            let noteCount = try connection.number("select count(*) from \(notes) where n between ? and ?", first, last)!
            if isLoad {
                try stampLoad(table, first, noteCount: noteCount)
            } else {
                let handled = try stampNew(table, first, last)
                if handled < Int(noteCount) { try stampOthers(table, first, last) }
            }
            let delete = try connection.statement("delete from \(notes) where n between ? and ?")
            delete.bind(1, first)
            delete.bind(2, last)
            try delete.run()
        }
    }

    /// One record's notes, taken together.
    private struct Noted {
        let key: RecordKey
        let existed: Bool
        var timeMilliseconds: Int64
        var columns = ColumnSet()
        /// The values before, of the columns that a note of an existing row names.
        var was: [Int: [Value]] = [:]
        /// Columns that were edited while no trigger watched: what they held before is not known.
        var unknown = ColumnSet()
        /// Whether the trash has, if anything, the row as it was before these notes: nothing may have been thrown onto it.
        var isTrashOld: Bool
    }

    private mutating func stampOthers(_ table: CatalogTable, _ first: Int64, _ last: Int64) throws {
        let keyNotes = Capture.keyNotes(table)
        let parts = table.parts.map { ", " + Capture.was($0.name) }.joined()
        let select = try access.connection.statement(
            """
            select existed, columns, kith_milliseconds(time), \(keyNotes.joined(separator: ", "))\(parts)
            from \(quoted(table.notes)) where n between ? and ? order by \(keyNotes.joined(separator: ", ")), n
            """)
        select.bind(1, first)
        select.bind(2, last)
        defer { select.reset() }
        let isLastChunk = try access.connection.number("select max(n) from \(quoted(table.notes))").map { $0 <= last } ?? true
        var noted: Noted?
        while try select.step() {
            let key = RecordKey(parts: keyNotes.indices.map { Array(select.bytes(Int32(3 + $0))) })
            if noted?.key != key {
                if let noted { try stamp(noted, table) }
                noted = Noted(
                    key: key, existed: select.integer(0) != 0, timeMilliseconds: select.integer(2),
                    isTrashOld: isLastChunk)
            }
            if select.integer(0) == 1, select.integer(1) == -1 { noted!.isTrashOld = false }
            noted!.timeMilliseconds = max(noted!.timeMilliseconds, select.integer(2))
            let set = select.integer(1) == -1 ? table.shownColumns : ColumnSet(rawValue: UInt64(select.integer(1)))
            for column in set.subtracting(noted!.columns).numbers.lazy.compactMap({ table.columns[$0] }) where column.isShown {
                if select.integer(0) == 1 {
                    noted!.was[column.number] = column.parts.indices.map {
                        select.value(Int32(3 + keyNotes.count + column.firstPart + $0))
                    }
                }
            }
            if select.integer(0) == Comparison.unknownBefore { noted!.unknown.formUnion(set.subtracting(noted!.columns)) }
            noted!.columns.formUnion(set)
        }
        if let noted { try stamp(noted, table) }
    }

    private mutating func stamp(_ noted: Noted, _ table: CatalogTable) throws {
        let record = table.record(noted.key)
        var before = try records.changes(of: record)
        // Stamped as new a moment ago, in this very chunk.
        if before.count == 1, !noted.existed, let batch = batches[table.definition!.collection],
            before[0].change.dot.writer == batch.writer, before[0].change.dot.sequence >= batch.first,
            before[0].change.isAnchor { return }
        let image = try records.image(of: table, key: noted.key)
        var was = noted.existed ? noted.was : nil
        if image.place == .table {
            // A row that comes back as it was thrown away, by an undelete, writes nothing but its existence.
            if !noted.existed, !before.isEmpty, noted.isTrashOld { was = try records.trashed(table, key: noted.key) }
            try dropFromTrash(noted.key, table)
        }
        if before.isEmpty, image.place != .table {
            // Made and deleted again between two stampings: nobody else ever hears of it.
            try dropFromTrash(noted.key, table)
            return
        }
        let changes = RecordChanges(before.map(\.change))
        let deletes = image.place != .table
        var written = ColumnSet()
        var miscounted = ColumnSet()
        for column in table.shownColumns.numbers.lazy.compactMap({ table.columns[$0] }) {
            let now = image.parts(of: column)
            if column.accumulates {
                let counted = image.values[column.firstPart]
                let total = try records.total(of: record, column: column.number)
                if counted != total { miscounted.insert(column.set) }
                if counted.countedAsInteger != total.countedAsInteger || (total == .null && counted != .null) {
                    written.insert(column.set)
                }
            } else if let was {
                // What no change has written needs none that says it is empty.
                let isUnknown = noted.unknown.contains(number: column.number)
                    && (!deletes || before.contains { $0.change.columns.contains(number: column.number) })
                if isUnknown || was[column.number].map({ $0 != now }) ?? false { written.insert(column.set) }
            } else {
                written.insert(column.set)
            }
        }
        written = try hold(table, record: record, before: before, written, image: image, was: was)
        if access.hasTooLarge { before = try records.changes(of: record) }
        if written.isEmpty, !before.isEmpty, deletes != changes.exists {
            // NULL instead of 0 is the same count: only the row is set right.
            guard !miscounted.isEmpty else { return }
            return try access.connection.withoutTriggers {
                try records.apply(
                    table, noted.key, record: record, before: before, after: changes.changes, columns: miscounted,
                    image: image, given: [:], moment: moment)
            }
        }
        count(table, noted, written, deletes: deletes)
        try write(
            table, noted.key, record: record, before: before, columns: written, deletes: deletes,
            noted: noted.timeMilliseconds, image: image, was: was ?? [:], existed: noted.existed,
            // Nothing of a row that went unseen could be brought back.
            isUndoable: image.place != .nowhere)
    }

    /// Holds the cells that are too large to travel; releases those that are not any more.
    ///
    /// - Returns: the columns that are to be stamped.
    private func hold(
        _ table: CatalogTable, record: [UInt8], before: [LoggedChange], _ written: ColumnSet, image: RowImage,
        was: [Int: [Value]]?
    ) throws -> ColumnSet {
        let tooLarge = TooLarge(access)
        let found = TooLarge.found(in: image, table, written)
        guard !found.isEmpty || access.hasTooLarge else { return written }
        let held = try tooLarge.columns(of: record)
        var rest = written
        var replaced: [Int: [Value]] = [:]
        for (number, byteCount) in found {
            rest.subtract(ColumnSet(number: number))
            try tooLarge.hold(record, number, byteCount: byteCount)
            guard !held.contains(number: number), let was = was?[number] else { continue }
            replaced[number] = was
            if before.contains(where: { $0.change.edits.contains(number: number) }) {
                try records.texts.setApart(record, number, was[0])
                continue
            }
            // Others have it, and it is to be sent on.
            for logged in before where logged.change.columns.contains(number: number) {
                guard try !logged.hasAside || records.aside(of: logged.change.dot)[number] == nil else { continue }
                try records.keep(was, aside: .init(dot: logged.change.dot, column: number))
                try records.markAside(logged)
            }
        }
        try tooLarge.release(record, rest)
        // So that `undo` makes it what it was.
        if !replaced.isEmpty { try moment.keep(record, Replaced(existed: true, before: replaced)) }
        return rest
    }

    /// Stamps one change of one record whose row already has the new values.
    mutating func write(
        _ table: CatalogTable, _ key: RecordKey, record: [UInt8], before: [LoggedChange], columns: ColumnSet, deletes: Bool,
        noted: Int64, image: RowImage, was: [Int: [Value]], existed: Bool, isUndoable: Bool = true, seeingOwnUntil own: UInt32? = nil
    ) throws {
        let dot = try nextDot(in: table.definition!.collection)
        for column in columns.numbers.lazy.compactMap({ table.columns[$0] }) where column.accumulates {
            let counted = image.values[column.firstPart]
            let total = try records.total(of: record, column: column.number).countedAsInteger
            try records.keepIncrement(
                counterIncrement(from: total, to: counted.countedAsInteger), record: record, column: column.number, dot: dot)
        }
        let changes = RecordChanges(before.map(\.change))
        var change = changes.stamped(
            as: dot, columns: columns, deletes: deletes, noted: noted, closed: access.writers.closed, seeingOwnUntil: own)
        var texts: [Int: Text] = [:]
        for column in columns.numbers.lazy.compactMap({ table.columns[$0] }) where column.kind == .text && !before.isEmpty {
            guard let was = was[column.number]?.first else { continue }
            let now = image.values[column.firstPart]
            texts[column.number] = try records.edited(record, column, before, was: was, now: now, as: dot, seeing: change.context)
            if texts[column.number] != nil { change.edits.insert(column.set) }
        }
        var after = changes
        after.merge(change, accumulating: table.accumulating)

        // The new values are in the row; what a concurrent sibling had shown there is kept as what was before the edit.
        var given: [Records.Cell: [Value]] = [:]
        for column in columns.numbers.lazy.compactMap({ table.columns[$0] }) where !column.accumulates && texts[column.number] == nil {
            for sibling in after.siblings(of: column.number) where sibling.dot != dot {
                let logged = before.first { $0.change.dot == sibling.dot }
                let hasAside = try logged?.hasAside == true && records.aside(of: sibling.dot)[column.number] != nil
                if !hasAside { given[.init(dot: sibling.dot, column: column.number)] = was[column.number] }
            }
        }
        let replaced = Replaced(
            existed: existed, before: was.filter { columns.contains(number: $0.key) }, siblings: try siblings(before, columns, was, table))
        if isUndoable, existed || !before.isEmpty { try moment.keep(record, replaced) }
        try access.connection.withoutTriggers {
            try records.apply(
                table, key, record: record, before: before, after: after.changes, columns: columns, image: image,
                given: given, texts: texts, moment: moment)
        }
    }

    /// Makes columns of a row in the people's table what `values` says and stamps that, whether or not it was so before:
    /// what settles, dismisses and imports. No columns: only that the record exists.
    ///
    /// - Parameter existed: false: it was made again just now, out of the trash.
    /// - Returns: SQLite's reason when a rule that somebody added refuses it; then nothing has changed.
    mutating func overwrite(
        _ table: CatalogTable, _ key: RecordKey, _ values: [Int: [Value]], existed: Bool = true, seeingOwnUntil own: UInt32? = nil
    ) throws -> String? {
        let record = table.record(key)
        let before = try records.changes(of: record)
        let old = try records.image(of: table, key: key)
        guard old.place == .table else { throw StoreError(.notFound, table.name) }
        let parts = values.flatMap { number, values in zip(table.columns[number]!.parts, values).map { (name: $0, value: $1) } }
        guard try !access.erased.owns(parts, table) else { throw StoreError(.erased, table.name) }
        let columns = values.keys.reduce(into: ColumnSet()) { $0.insert(ColumnSet(number: $1)) }
        if !columns.isEmpty {
            let update = try access.connection.statement(table.update(columns))
            var index: Int32 = 1
            for value in columns.numbers.flatMap({ values[$0]! }) {
                update.bind(index, value)
                index += 1
            }
            records.bind(key, to: update, from: Int(index))
            let reason = try access.connection.withoutTriggers { try update.runUnlessRefused() }
            if let reason { return reason }
        }
        // SQLite may have stored another type than was given.
        let image = try records.image(of: table, key: key)
        let was = columns.numbers.map { ($0, old.parts(of: table.columns[$0]!)) }
        if !existed { try dropFromTrash(key, table) }
        try write(
            table, key, record: record, before: before, columns: columns, deletes: false, noted: access.now, image: image,
            was: Dictionary(uniqueKeysWithValues: was), existed: existed, seeingOwnUntil: own)
        return nil
    }

    private func dropFromTrash(_ key: RecordKey, _ table: CatalogTable) throws {
        let delete = try access.connection.statement(table.deleteTrash)
        records.bind(key, to: delete, from: 1)
        try delete.run()
    }

    // MARK: Mass changes

    private mutating func count(_ table: CatalogTable, _ noted: Noted, _ written: ColumnSet, deletes: Bool) {
        guard noted.existed else { return }
        if deletes { touched[table.name, default: [:]][nil, default: 0] += 1 }
        for number in written.numbers { touched[table.name, default: [:]][table.columns[number]!.name, default: 0] += 1 }
    }

    private func askAboutMassChange() throws {
        var entries: [MassChange.Entry] = []
        for (name, columns) in touched {
            guard columns.values.contains(where: { $0 >= MassChange.leastCount }) else { continue }
            let rows = Int(try access.connection.number("select count(*) from \(quoted(name))") ?? 0)
            for (column, count) in columns {
                let rowCount = column == nil ? rows + count : rows
                if count >= MassChange.leastCount, Double(count) >= MassChange.leastShare * Double(rowCount) {
                    entries.append(.init(table: name, column: column, count: count, rowCount: rowCount))
                }
            }
        }
        if !entries.isEmpty {
            throw MassChange(entries: entries.sorted { ($0.table, $0.column ?? "") < ($1.table, $1.column ?? "") })
        }
    }
}
