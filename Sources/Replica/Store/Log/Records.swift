import CRDT
import SQLite
import Wire

/// Brings one record's rows in line with its changes: what is shown goes to the row, siblings are kept aside.
///
/// Invariant: a living change without values in kith_aside has, in each column it carries, the value that the row (or the
/// row in the trash) has. So the shown value is stored once, and equal siblings cost nothing.
final class Records {
    struct Cell: Hashable {
        let dot: Dot
        let column: Int
    }

    let access: Access
    private let log: ChangeLog
    let texts: Texts
    private let asideOfDot: PreparedStatement
    private let keepAside: PreparedStatement
    private let dropAside: PreparedStatement
    private let dropAllAside: PreparedStatement

    init(_ access: Access) throws {
        self.access = access
        let connection = access.connection
        log = try ChangeLog(connection)
        texts = Texts(access)
        asideOfDot = try connection.statement("select col, part, value from kith_aside where dot = ? order by col, part")
        keepAside = try connection.statement("insert or replace into kith_aside (dot, col, part, value) values (?, ?, ?, ?)")
        dropAside = try connection.statement("delete from kith_aside where dot = ? and col = ?")
        dropAllAside = try connection.statement("delete from kith_aside where dot = ?")
    }

    func changes(of record: [UInt8]) throws -> [LoggedChange] { try log.changes(of: record) }

    // MARK: Rows

    func image(of table: CatalogTable, key: RecordKey) throws -> RowImage {
        let nothing = RowImage(place: .nowhere, values: Array(repeating: .null, count: table.parts.count))
        guard table.isShown else { return nothing }
        for (place, sql) in [(RowImage.Place.table, table.selectRow), (.trash, table.selectTrash)] {
            let select = try access.connection.statement(sql)
            defer { select.reset() }
            bind(key, to: select, from: 1)
            if try select.step() {
                return RowImage(place: place, values: table.parts.indices.map { select.value(Int32($0 + 1)) })
            }
        }
        return nothing
    }

    func isInTable(_ table: CatalogTable, key: RecordKey) throws -> Bool {
        let select = try access.connection.statement(table.selectRow)
        defer { select.reset() }
        bind(key, to: select, from: 1)
        return try select.step()
    }

    /// The values of a row in the trash, by column; nil when it is not there.
    func trashed(_ table: CatalogTable, key: RecordKey) throws -> [Int: [Value]]? {
        let select = try access.connection.statement(table.selectTrash)
        defer { select.reset() }
        bind(key, to: select, from: 1)
        guard try select.step() else { return nil }
        let image = RowImage(place: .trash, values: table.parts.indices.map { select.value(Int32($0 + 1)) })
        return Dictionary(uniqueKeysWithValues: table.columns.lazy.compactMap { $0 }.filter(\.isShown).map { ($0.number, image.parts(of: $0)) })
    }

    func bind(_ key: RecordKey, to statement: PreparedStatement, from index: Int) {
        for (offset, part) in key.parts.enumerated() { statement.bind(Int32(index + offset), copying: part) }
    }

    func insert(_ values: [Value], into sql: String, _ key: RecordKey) throws -> String? {
        let insert = try access.connection.statement(sql)
        bind(key, to: insert, from: 1)
        let first = key.parts.count + 1
        for (offset, value) in values.enumerated() { insert.bind(Int32(first + offset), value) }
        return try insert.runUnlessRefused()
    }

    /// Makes the row of a record that is in the trash again, with what people's own columns held. It stays in the trash too.
    ///
    /// - Returns: SQLite's reason when a rule that somebody added refuses it.
    func bringBack(_ table: CatalogTable, _ key: RecordKey, _ values: [Value]) throws -> String? {
        if let reason = try insert(values, into: table.insertRow, key) { return reason }
        try fill(table.fillFromTrash, key)
        return nil
    }

    /// A value of their own that does not fit the row is left out.
    private func fill(_ sql: String?, _ key: RecordKey) throws {
        guard let sql else { return }
        let fill = try access.connection.statement(sql)
        bind(key, to: fill, from: 1)
        bind(key, to: fill, from: key.parts.count + 1)
        _ = try fill.runUnlessRefused()
    }

    private func delete(_ sql: String, _ key: RecordKey) throws -> String? {
        let delete = try access.connection.statement(sql)
        bind(key, to: delete, from: 1)
        return try delete.runUnlessRefused()
    }

    /// Makes the row what `values` and `exists` say. Returns SQLite's reason when a rule that somebody added refuses it;
    /// then nothing has changed.
    private func write(
        _ table: CatalogTable, _ key: RecordKey, from old: RowImage, to values: [Value], changed: ColumnSet, exists: Bool
    ) throws -> String? {
        guard table.isShown else { return nil }
        switch (old.place, exists) {
        case (.table, true), (.trash, false):
            guard !changed.isEmpty else { return nil }
            let update = try access.connection.statement(table.update(changed, trash: old.place == .trash))
            var index: Int32 = 1
            for column in changed.numbers.lazy.map({ table.columns[$0]! }) {
                for part in 0..<column.parts.count {
                    update.bind(index, values[column.firstPart + part])
                    index += 1
                }
            }
            bind(key, to: update, from: Int(index))
            return try update.runUnlessRefused()
        case (.trash, true):
            if let reason = try bringBack(table, key, values) { return reason }
            return try delete(table.deleteTrash, key)
        case (.table, false):
            // Into the trash first: people's own columns are read from the row.
            _ = try delete(table.deleteTrash, key)
            if let reason = try insert(values, into: table.insertTrash, key) { return reason }
            try fill(table.fillTrash, key)
            if let reason = try delete(table.deleteRow, key) {
                _ = try delete(table.deleteTrash, key)
                return reason
            }
            return nil
        case (.nowhere, true):
            return try insert(values, into: table.insertRow, key)
        case (.nowhere, false):
            return try insert(values, into: table.insertTrash, key)
        }
    }

    // MARK: Values

    /// The values kept aside of one change, by column.
    func aside(of dot: Dot) throws -> [Int: [Value]] {
        asideOfDot.bind(1, dot.packed)
        defer { asideOfDot.reset() }
        var values: [Int: [Value]] = [:]
        while try asideOfDot.step() { values[Int(asideOfDot.integer(0)), default: []].append(asideOfDot.value(2)) }
        return values
    }

    func keep(_ parts: [Value], aside cell: Cell) throws {
        for (part, value) in parts.enumerated() {
            keepAside.bind(1, cell.dot.packed)
            keepAside.bind(2, cell.column)
            keepAside.bind(3, part)
            keepAside.bind(4, value)
            try keepAside.run()
        }
    }

    /// Notes in the log that a change has a value aside.
    func markAside(_ logged: LoggedChange) throws {
        var marked = logged
        marked.hasAside = true
        try log.rewrite(marked)
    }

    /// What a change in the log gives to a column.
    func value(of logged: LoggedChange, _ column: CatalogColumn, _ image: RowImage) throws -> [Value] {
        if logged.hasAside, let kept = try aside(of: logged.change.dot)[column.number] { return kept }
        return column.isShown ? image.parts(of: column) : []
    }

    func drop(aside cell: Cell) throws {
        dropAside.bind(1, cell.dot.packed)
        dropAside.bind(2, cell.column)
        try dropAside.run()
    }

    /// The sum of a counter's increments.
    func total(of record: [UInt8], column: Int) throws -> Value {
        let select = try access.connection.statement("select amount from kith_increment where record = ? and col = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, column)
        var amounts: [Int64] = []
        while try select.step() { amounts.append(select.integer(0)) }
        return counterTotal(amounts)
    }

    func keepIncrement(_ amount: Int64, record: [UInt8], column: Int, dot: Dot) throws {
        let insert = try access.connection.statement(
            "insert or ignore into kith_increment (record, col, dot, amount) values (?, ?, ?, ?)")
        insert.bind(1, copyingBlob: record)
        insert.bind(2, column)
        insert.bind(3, dot.packed)
        insert.bind(4, amount)
        try insert.run()
    }

    /// Of two amounts of one increment the greater counts.
    ///
    /// - Returns: whether the one here was less.
    func raiseIncrement(to amount: Int64, record: [UInt8], column: Int, dot: Dot) throws -> Bool {
        let update = try access.connection.statement(
            "update kith_increment set amount = ?1 where record = ?2 and col = ?3 and dot = ?4 and amount < ?1")
        update.bind(1, amount)
        update.bind(2, copyingBlob: record)
        update.bind(3, column)
        update.bind(4, dot.packed)
        try update.run()
        return access.connection.changedRowCount > 0
    }

    // MARK: The one way in which a record's changes become its rows

    /// Brings rows, kept values and log in line with the record's changes after a merge or a stamping.
    ///
    /// - Parameters:
    ///   - before: the changes as the log has them.
    ///   - after: the changes as they are to be.
    ///   - columns: those whose siblings may have changed, counters included.
    ///   - image: the row now.
    ///   - given: values that are neither in the row nor aside: those of an incoming change, or what an edit replaced.
    ///   - texts: the new states of texts of which passages were edited; those that are not among them stay as they are.
    ///   - waiting: columns that are set right when all of a delta is here.
    func apply(
        _ table: CatalogTable, _ key: RecordKey, record: [UInt8], before: [LoggedChange], after: [Change],
        columns: ColumnSet, image: RowImage, given: [Cell: [Value]], texts newTexts: [Int: Text] = [:], waiting: ColumnSet = [], moment: Moment
    ) throws {
        var asides: [Dot: [Int: [Value]]] = [:]
        for logged in before where logged.hasAside { asides[logged.change.dot] = try aside(of: logged.change.dot) }
        let hadAside = asides

        func value(_ dot: Dot, _ column: CatalogColumn) -> [Value] {
            given[Cell(dot: dot, column: column.number)] ?? asides[dot]?[column.number]
                ?? (column.isShown ? image.parts(of: column) : [])
        }

        // A row that is not there yet (parked until now) is made of all its columns.
        let columns = image.place == .nowhere ? after.reduce(into: columns) { $0.formUnion($1.columns) }.subtracting(waiting) : columns

        // What is too large to travel stays as the person wrote it.
        let held = try TooLarge(access).columns(of: record)

        // What the row is to show, column by column.
        var values = image.values
        var changed = ColumnSet()
        var siblingsByColumn: [(column: CatalogColumn, siblings: [Sibling])] = []
        var states: [(column: CatalogColumn, text: Text?, shown: Value)] = []
        /// Texts of which no living change has edited passages any more.
        var ceased = ColumnSet()
        func show(_ column: CatalogColumn, _ parts: [Value]) {
            guard column.isShown, !held.contains(number: column.number) else { return }
            guard image.place == .nowhere || image.parts(of: column) != parts else { return }
            values.replaceSubrange(column.firstPart..<column.firstPart + column.parts.count, with: parts)
            changed.insert(column.set)
        }
        for number in columns.numbers where number > 0 {
            guard let column = table.columns[number] else { continue }
            if column.accumulates {
                guard column.isShown else { continue }
                let total = try total(of: record, column: number)
                if values[column.firstPart] != total {
                    values[column.firstPart] = total
                    changed.insert(column.set)
                }
                continue
            }
            if after.contains(where: { $0.edits.contains(number: number) }) {
                let others = try keepOthers(column, after, given, &asides)
                if let text = newTexts[number] {
                    states.append((column, text, shown(text, others)))
                } else if let apart = try texts.apart(record, number) {
                    states.append((column, nil, apart))
                } else {
                    continue
                }
                show(column, [states[states.count - 1].shown])
                continue
            }
            if column.kind == .text, try texts.forget(record, number) { ceased.insert(column.set) }
            let siblings = after.filter { $0.columns.contains(number: number) }.map { change in
                Sibling(
                    dot: change.dot, timeMilliseconds: change.timeMilliseconds,
                    writer: access.writers[change.dot.writer].id, parts: value(change.dot, column))
            }
            siblingsByColumn.append((column, siblings))
            if let shown = column.kind.shown(of: siblings) { show(column, siblings[shown].parts) }
        }

        let exists = RecordChanges(after).exists
        let refusal = try write(table, key, from: image, to: values, changed: changed, exists: exists)
        try park(record, reason: refusal)
        if refusal != nil { values = image.values } else {
            if image.place != .nowhere { try moment.keep(record, table, image, changed, existsAfter: exists) }
        }
        let isWritten = refusal == nil || image.place != .nowhere

        for (column, text, shown) in states {
            let isApart = !column.isShown || !isWritten || held.contains(number: column.number) || values[column.firstPart] != shown
            if let text {
                try texts.keep(text, record, column.number, shown: shown, isApart: isApart)
            } else {
                try texts.setApart(record, column.number, isApart ? shown : nil)
            }
        }

        // Siblings that differ from what the row now shows are kept aside; the others need not be.
        for (column, siblings) in siblingsByColumn {
            let shown = column.isShown && isWritten && !held.contains(number: column.number)
                ? Array(values[column.firstPart..<column.firstPart + column.parts.count]) : nil
            for sibling in siblings {
                let cell = Cell(dot: sibling.dot, column: column.number)
                if sibling.parts == shown {
                    if asides[sibling.dot]?.removeValue(forKey: column.number) != nil { try drop(aside: cell) }
                } else if asides[sibling.dot]?[column.number] == nil {
                    asides[sibling.dot, default: [:]][column.number] = sibling.parts
                    try keep(sibling.parts, aside: cell)
                }
            }
        }
        // What is left of each of a text's changes is hashed, and each may have taken from the others.
        let told = ColumnSet(states.filter { $0.text != nil }.map(\.column.set)).union(ceased)
        if !told.isEmpty {
            for change in after where !change.columns.isDisjoint(with: told) { try access.contents.touch(change.dot) }
        }
        try rewriteLog(record, before: before, after: after, asides: &asides, hadAside: hadAside)
        access.noteWritten(after)
    }

    /// Of a text's writings of the whole, what is no prose is kept aside, and nothing else.
    ///
    /// - Returns: those values.
    private func keepOthers(
        _ column: CatalogColumn, _ after: [Change], _ given: [Cell: [Value]], _ asides: inout [Dot: [Int: [Value]]]
    ) throws -> [Dot: Value] {
        var others: [Dot: Value] = [:]
        for change in after where change.columns.contains(column.set) && !change.edits.contains(column.set) {
            let cell = Cell(dot: change.dot, column: column.number)
            let kept = asides[change.dot]?[column.number]
            guard let value = (given[cell] ?? kept)?.first else { continue }
            if !value.isWords {
                others[change.dot] = value
                guard kept == nil else { continue }
                asides[change.dot, default: [:]][column.number] = [value]
                try keep([value], aside: cell)
            } else if kept != nil {
                asides[change.dot]?[column.number] = nil
                try drop(aside: cell)
            }
        }
        return others
    }

    private func rewriteLog(
        _ record: [UInt8], before: [LoggedChange], after: [Change], asides: inout [Dot: [Int: [Value]]],
        hadAside: [Dot: [Int: [Value]]]
    ) throws {
        var known: [Dot: LoggedChange] = [:]
        for logged in before { known[logged.change.dot] = logged }
        for change in after {
            // Values of columns that the change has lost go with them.
            for column in asides[change.dot]?.keys.filter({ !change.columns.contains(number: $0) }) ?? [] {
                asides[change.dot]?[column] = nil
                try drop(aside: Cell(dot: change.dot, column: column))
            }
            let logged = LoggedChange(change: change, hasAside: !(asides[change.dot]?.isEmpty ?? true))
            if let old = known.removeValue(forKey: change.dot) {
                if old.change.columns != change.columns { try access.contents.touch(change.dot) }
                if old.change.columns != change.columns || old.change.edits != change.edits || old.hasAside != logged.hasAside { try log.rewrite(logged) }
            } else {
                try access.contents.touch(change.dot)
                try record.withUnsafeBytes { try log.insert(logged, record: $0) }
            }
        }
        for (dot, logged) in known {
            if logged.hasAside {
                dropAllAside.bind(1, dot.packed)
                try dropAllAside.run()
            }
            try access.contents.touch(dot)
            try log.delete(dot)
        }
    }

    /// Notes or clears that the record's row cannot be written.
    private func park(_ record: [UInt8], reason: String?) throws {
        if let reason {
            let insert = try access.connection.statement("insert or replace into kith_parked (record, reason) values (?, ?)")
            insert.bind(1, copyingBlob: record)
            insert.bind(2, copying: reason)
            try insert.run()
            access.hasParked = true
        } else if access.hasParked {
            let delete = try access.connection.statement("delete from kith_parked where record = ?")
            delete.bind(1, copyingBlob: record)
            try delete.run()
        }
    }

    /// Tries again to show what is kept aside though it should be shown: parked rows, and columns that this version knows
    /// since an upgrade.
    func showAgain(_ record: [UInt8], moment: Moment) throws {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        let before = try changes(of: record)
        let columns = before.reduce(into: ColumnSet()) { $0.formUnion($1.change.columns) }
        try apply(
            table, key, record: record, before: before, after: before.map(\.change), columns: columns,
            image: try image(of: table, key: key), given: [:], moment: moment)
    }

    func retryParked(moment: Moment) throws {
        guard access.hasParked else { return }
        let select = try access.connection.statement("select record from kith_parked order by record")
        var records: [[UInt8]] = []
        while try select.step() { records.append(Array(select.bytes(0))) }
        select.reset()
        for record in records { try showAgain(record, moment: moment) }
    }
}
