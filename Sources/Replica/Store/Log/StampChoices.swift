import CRDT
import SQLite
import Wire

/// What a person chose between, stamped: values put beside one another again, and passages of a text written anew.
extension Stamping {
    /// The values that stand beside one another in the columns that a change is to replace, the shown one last.
    func siblings(
        _ before: [LoggedChange], _ columns: ColumnSet, _ was: [Int: [Value]], _ table: CatalogTable
    ) throws -> [Int: [[Value]]] {
        var found: [Int: [[Value]]] = [:]
        for column in columns.numbers.lazy.compactMap({ table.columns[$0] }) where column.kind.hasConflicts && column.kind != .text {
            let changes = before.filter { $0.change.columns.contains(number: column.number) }
            guard changes.count > 1, let shown = was[column.number] else { continue }
            var values: [[Value]] = []
            for logged in changes.sorted(by: { ($0.change.timeMilliseconds, $0.change.dot.packed) < ($1.change.timeMilliseconds, $1.change.dot.packed) }) {
                guard logged.hasAside, let aside = try records.aside(of: logged.change.dot)[column.number] else { continue }
                if !values.contains(aside), aside != shown { values.append(aside) }
            }
            if !values.isEmpty { found[column.number] = values.suffix(Replaced.siblingLimit - 1) + [shown] }
        }
        return found
    }

    /// Puts values of cells beside one another, so that they are to be chosen again: all but the first are written as by one who has not seen
    /// the others. Of one value: it is chosen.
    ///
    /// - Parameter values: of each column, the one that is to be shown last.
    /// - Returns: a rule's reason to refuse it.
    mutating func reopen(_ table: CatalogTable, _ key: RecordKey, _ values: [Int: [[Value]]]) throws -> String? {
        let record = table.record(key), image = try records.image(of: table, key: key)
        let chosen = values.keys.compactMap { number in table.columns[number].map { (number, [image.parts(of: $0)]) } }
        try moment.keep(record, Replaced(existed: true, before: [:], siblings: Dictionary(uniqueKeysWithValues: chosen)))
        func each(_ index: Int) -> [Int: [Value]] { values.compactMapValues { index < $0.count ? $0[index] : nil } }
        var seen = try reserve(0, in: table.definition!.collection).sequence
        // A context names no writer of whom nothing was seen: a new one begins with what it is to have seen.
        if seen == 0 {
            if let reason = try overwrite(table, key, each(0)) { return reason }
            seen = try reserve(0, in: table.definition!.collection).sequence
        }
        for index in 0..<(values.values.map(\.count).max() ?? 0) {
            if let reason = try overwrite(table, key, each(index), seeingOwnUntil: index == 0 ? nil : seen) { return reason }
        }
        return nil
    }

    /// Writes a passage of a text anew, whether or not its words stay as they are: so an overlap is settled.
    ///
    /// - Returns: false when the overlap is gone by now.
    mutating func settle(
        _ table: CatalogTable, _ key: RecordKey, _ column: CatalogColumn, _ overlap: Unsettled.Overlap, as words: [Unicode.Scalar]
    ) throws -> Bool {
        let record = table.record(key)
        let before = try records.changes(of: record)
        let image = try records.image(of: table, key: key)
        guard image.place == .table else { throw StoreError(.notFound, table.name) }
        var text = try records.text(record, column, before, row: image.values[column.firstPart])
        guard let found = overlap.found(in: text) else { return false }
        let dot = try nextDot(in: table.definition!.collection)
        let changes = RecordChanges(before.map(\.change))
        let change = changes.stamped(
            as: dot, columns: column.set, deletes: false, noted: access.now, closed: access.writers.closed, edits: column.set)
        do { _ = try text.settle(found.positions, as: words, dot: dot, seeing: change.context) } catch { throw StoreError(.valueTooLarge, table.name) }
        var after = changes
        after.merge(change, accumulating: table.accumulating)
        try moment.keep(record, Replaced(existed: true, before: [column.number: image.parts(of: column)]))
        try access.connection.withoutTriggers {
            try records.apply(
                table, key, record: record, before: before, after: after.changes, columns: column.set, image: image, given: [:],
                texts: [column.number: text], moment: moment)
        }
        return true
    }
}
