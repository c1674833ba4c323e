import CRDT
import Wire

/// What was brought back, by record.
package struct UndoReport: Hashable, Sendable {
    /// When the work was done that was undone.
    package let timeMilliseconds: Int64
    /// Rows whose values before were put back.
    package var restored = 0
    /// Rows that had been made, and are deleted again.
    package var removed = 0
    /// Rows that had been deleted, and are there again.
    package var broughtBack = 0
    /// Records of which something was changed by others since, or that a rule that somebody added holds as they are.
    package var leftAlone = 0

    init(timeMilliseconds: Int64) { self.timeMilliseconds = timeMilliseconds }

    var changedCount: Int { restored + removed + broughtBack }
}

extension Store {
    /// Undoes the last work of this replica: edits that are not stamped yet, as if they had never been; else the last
    /// stamping or import, by new edits that put back what it replaced. Again: the work before that.
    ///
    /// - Parameter step: this one, whatever was done since: what later work of this replica changed again stays.
    /// - Throws: `nothingToUndo`; `noSuchStep` for one that is not there, or undone already.
    package func undo(step: Int64? = nil) throws -> UndoReport {
        try write { access in
            if step == nil {
                let reverted = try NoteReversal(access).revertAll()
                if reverted.changedCount > 0 { return reverted }
            }
            guard let moment = try UndoneMoment(access, undoing: step) else {
                throw StoreError(step == nil ? .nothingToUndo : .noSuchStep, step.map(String.init) ?? "")
            }
            // Notes that could not be reverted, or changed nothing.
            var rest = try Stamping(access)
            try rest.stampNotes(acceptingMassChange: true)
            return try moment.takeBack()
        }
    }

    /// The step that a redo does again.
    package func nextRedo() throws -> Int64? {
        try read { access in
            try access.connection.number(
                """
                select id from kith_moment where kind in ('edit', 'import') and undone in
                    (select max(id) from kith_moment where kind = 'undo' and not undone)
                """)
        }
    }

    /// Brings back what was before every edit that is not stamped yet: the answer "undo" to a mass change.
    ///
    /// - Returns: how many rows are other than they were.
    @discardableResult
    package func revertNotes() throws -> Int {
        try write { try NoteReversal($0).revertAll().changedCount }
    }
}

/// A moment of this replica's own work that is to be taken back: a step that is undone, or an undo when its step is done again.
///
/// `kith_moment.undone` of a step is the id of the moment that undid it, -1 when that wrote nothing; of an undo it is -1 once its step
/// was done again, and of what did that from the start.
struct UndoneMoment {
    private let access: Access
    private let records: Records
    private let id: Int64
    private let timeMilliseconds: Int64
    private let isRedo: Bool
    /// The dots of this moment, and of it and those own moments since that have been undone, or undid.
    private let ranges: [ClosedRange<Int64>]
    private let ownRanges: [ClosedRange<Int64>]

    /// - Parameter step: nil: the last that is not undone.
    init?(_ access: Access, undoing step: Int64?) throws {
        try self.init(
            access, isRedo: false,
            "select id, time from kith_moment where kind in ('edit', 'import') and not undone and (?1 is null or id = ?1) order by id desc limit 1", step)
    }

    /// - Parameter step: nil: the one that was undone last.
    init?(_ access: Access, redoing step: Int64?) throws {
        try self.init(
            access, isRedo: true,
            """
            select id, time from kith_moment where kind = 'undo' and not undone
                and (?1 is null or id = (select undone from kith_moment where id = ?1)) order by id desc limit 1
            """, step)
    }

    private init?(_ access: Access, isRedo: Bool, _ sql: String, _ step: Int64?) throws {
        self.access = access
        self.isRedo = isRedo
        records = try Records(access)
        let select = try access.connection.statement(sql)
        defer { select.reset() }
        select.bind(1, step.map { .integer($0) } ?? .null)
        guard try select.step() else { return nil }
        id = select.integer(0)
        timeMilliseconds = select.integer(1)
        let rows = try access.connection.statement(
            """
            select moment, first, last from kith_moment_range join kith_moment on kith_moment.id = moment
            where moment >= ?1 and (moment = ?1 or kind = 'undo' or undone) order by moment, first
            """)
        defer { rows.reset() }
        rows.bind(1, id)
        var ranges: [ClosedRange<Int64>] = []
        var ownRanges: [ClosedRange<Int64>] = []
        while try rows.step() {
            ownRanges.append(rows.integer(1)...rows.integer(2))
            if rows.integer(0) == id { ranges.append(ownRanges.last!) }
        }
        self.ranges = ranges
        self.ownRanges = ownRanges
    }

    /// Makes the edits that take it back, and stamps them as a moment of their own.
    func takeBack() throws -> UndoReport {
        var reopened: [Reopened] = []
        var report = try undo(&reopened)
        var stamping = try Stamping(access, as: .undo)
        try stamping.stampNotes(acceptingMassChange: true)
        try access.connection.withoutTriggers {
            for each in reopened where try stamping.reopen(each.table, each.key, each.values) != nil {
                report.restored -= 1
                report.leftAlone += 1
            }
            try stamping.finish()
        }
        let mark = try access.connection.statement("update kith_moment set undone = ? where id = ?")
        func set(_ undone: Int64, _ id: Int64) throws {
            mark.bind(1, undone)
            mark.bind(2, id)
            try mark.run()
        }
        if isRedo {
            let again = try access.connection.statement("update kith_moment set undone = 0 where undone = ?")
            again.bind(1, id)
            try again.run()
            try set(-1, id)
            if let made = stamping.momentID { try set(-1, made) }
        } else {
            try set(stamping.momentID ?? -1, id)
        }
        return report
    }

    /// Cells in which values stood beside one another, that somebody had chosen of.
    private struct Reopened {
        let table: CatalogTable
        let key: RecordKey
        let values: [Int: [[Value]]]
    }

    /// Makes the edits that undo it, with the triggers on, as any client would; no client can put values beside one another.
    private func undo(_ reopened: inout [Reopened]) throws -> UndoReport {
        var report = UndoReport(timeMilliseconds: timeMilliseconds)
        for range in ranges { try removeMade(in: range, &report) }
        try restoreReplaced(&report, &reopened)
        return report
    }

    private func isOwn(_ change: LoggedChange) -> Bool {
        ownRanges.contains { $0.contains(change.change.dot.packed) }
    }

    /// Records that the moment made: their anchor is in it.
    private func removeMade(in range: ClosedRange<Int64>, _ report: inout UndoReport) throws {
        let anchors = try access.connection.statement(
            "select record from kith_change where dot between ? and ? and flags & 1")
        defer { anchors.reset() }
        anchors.bind(1, range.lowerBound)
        anchors.bind(2, range.upperBound)
        while try anchors.step() {
            let (table, key) = try access.catalog.locate(anchors.bytes(0))
            guard table.isShown, try records.image(of: table, key: key).place == .table else { continue }
            guard try records.changes(of: Array(anchors.bytes(0))).allSatisfy(isOwn),
                try run(table.deleteRow, [], key)
            else {
                report.leftAlone += 1
                continue
            }
            report.removed += 1
        }
    }

    private func restoreReplaced(_ report: inout UndoReport, _ reopened: inout [Reopened]) throws {
        let rows = try access.connection.statement("select record, columns, before from kith_replaced where moment = ? order by record")
        defer { rows.reset() }
        rows.bind(1, id)
        while try rows.step() {
            let replaced = try Replaced(columns: rows.integer(1), encoded: rows.bytes(2))
            try restore(Array(rows.bytes(0)), replaced, &report, &reopened)
        }
    }

    private func restore(_ record: [UInt8], _ replaced: Replaced, _ report: inout UndoReport, _ reopened: inout [Reopened]) throws {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        let changes = try records.changes(of: record)
        let isMade = changes.contains { logged in
            logged.change.isAnchor && ranges.contains { $0.contains(logged.change.dot.packed) }
        }
        guard !isMade else { return }
        let image = try records.image(of: table, key: key)
        guard table.isShown, image.place != .nowhere else { return report.leftAlone += 1 }

        let merged = try columnsMergedSince(record)
        let held = try TooLarge(access).columns(of: record)
        func isUntouched(_ column: ColumnSet) -> Bool {
            let siblings = changes.filter { !$0.change.columns.isDisjoint(with: column) }
            return merged.isDisjoint(with: column) && !siblings.isEmpty && siblings.allSatisfy(isOwn)
        }
        var values = image.values
        var columns = ColumnSet()
        var again: [Int: [[Value]]] = [:]
        var isLeft = false
        for column in table.shownColumns.numbers.lazy.compactMap({ table.columns[$0] }) {
            let part = column.firstPart
            if column.accumulates {
                let amount = try ownAmount(of: column.number, record)
                guard amount != 0 else { continue }
                values[part] = .integer(values[part].countedAsInteger &- amount)
                columns.insert(column.set)
            } else if let values = replaced.siblings[column.number] {
                let isErased = try values.contains { try access.erased.owns(zip(column.parts, $0).map { ($0, $1) }, table) }
                if image.place == .table, replaced.existed, isUntouched(column.set), !isErased { again[column.number] = values } else { isLeft = true }
            } else if let before = replaced.before[column.number]?.first, changes.contains(where: { $0.change.edits.contains(column.set) }) {
                let undone = try text(column, record, changes, image, before: before)
                isLeft = isLeft || undone == nil
                guard let undone, undone != values[part] else { continue }
                values[part] = undone
                columns.insert(column.set)
            } else if let before = replaced.before[column.number], before != image.parts(of: column) {
                guard held.contains(number: column.number) || isUntouched(column.set) else {
                    isLeft = true
                    continue
                }
                values.replaceSubrange(part..<part + column.parts.count, with: before)
                columns.insert(column.set)
            }
        }
        // What would belong to an erased record again would be erased with it.
        if try access.erased.owns(zip(table.parts, values).map { ($0.name, $1) }, table) { return report.leftAlone += 1 }
        let wasThere = image.place == .table
        let movesRow = replaced.existed != wasThere && isUntouched(.exists)
        if replaced.existed != wasThere, !movesRow { isLeft = true }
        guard try write(table, key, values, columns, from: image, existing: movesRow ? replaced.existed : wasThere) else {
            return report.leftAlone += 1
        }
        if isLeft { report.leftAlone += 1 }
        if !again.isEmpty { reopened.append(Reopened(table: table, key: key, values: again)) }
        switch (wasThere, movesRow) {
        case (true, true): report.removed += 1
        case (false, true): report.broughtBack += 1
        case (_, false): report.restored += columns.isEmpty && again.isEmpty || !wasThere ? 0 : 1
        }
    }

    /// A text without this moment's part in it; nil when that cannot be told apart any more.
    private func text(
        _ column: CatalogColumn, _ record: [UInt8], _ changes: [LoggedChange], _ image: RowImage, before: Value
    ) throws -> Value? {
        guard before.isWords else { return nil }
        let text = try records.text(record, column, changes, row: image.values[column.firstPart])
        let undone = text.undoing({ dot in ranges.contains { $0.contains(dot.packed) } }, before: before.prose ?? [])
        return undone.map { before == .null && $0.isEmpty ? .null : .text(Array(string($0).utf8)) }
    }

    /// False when a rule refuses it.
    private func write(
        _ table: CatalogTable, _ key: RecordKey, _ values: [Value], _ columns: ColumnSet, from image: RowImage, existing: Bool
    ) throws -> Bool {
        guard image.place == .table else {
            return try !existing || records.bringBack(table, key, values) == nil
        }
        if !columns.isEmpty {
            let parts = columns.numbers.map { table.columns[$0]! }.flatMap { column in
                values[column.firstPart..<column.firstPart + column.parts.count]
            }
            guard try run(table.update(columns), parts, key) else { return false }
        }
        return try existing || run(table.deleteRow, [], key)
    }

    private func run(_ sql: String, _ values: [Value], _ key: RecordKey) throws -> Bool {
        let statement = try access.connection.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
        records.bind(key, to: statement, from: values.count + 1)
        return try statement.runUnlessRefused() == nil
    }

    /// The columns, existence included, that merges have replaced in a record since the moment.
    private func columnsMergedSince(_ record: [UInt8]) throws -> ColumnSet {
        let select = try access.connection.statement(
            """
            select kith_replaced.columns from kith_moment join kith_replaced
            on kith_replaced.moment = kith_moment.id and kith_replaced.record = ?
            where kith_moment.id > ? and kith_moment.kind = 'merge'
            """)
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, id)
        var columns = ColumnSet()
        while try select.step() {
            columns.formUnion(ColumnSet(rawValue: UInt64(bitPattern: select.integer(0) & ~1)))
        }
        return columns
    }

    /// What the moment added to a counter.
    private func ownAmount(of column: Int, _ record: [UInt8]) throws -> Int64 {
        let select = try access.connection.statement(
            "select dot, amount from kith_increment where record = ? and col = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, column)
        var sum: Int64 = 0
        while try select.step() {
            guard ranges.contains(where: { $0.contains(select.integer(0)) }) else { continue }
            sum = sum &+ select.integer(1)
        }
        return sum
    }
}
