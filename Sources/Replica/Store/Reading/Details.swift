import CRDT
import SQLite
import Wire

/// Who wrote something, as far as it is known here.
package struct Author: Hashable, Sendable {
    /// nil until a roster tells whose writer it is.
    package let device: DeviceID?
    package let label: String?
    package let timeMilliseconds: Int64
    /// Written on this device.
    package let isOwn: Bool
}

/// One of several concurrent values of a column.
package struct SiblingDetail: Hashable, Sendable {
    package let parts: [Value]
    package let author: Author
    package let isShown: Bool
}

package struct ColumnDetail: Sendable {
    package let name: String
    package let kind: MergeKind
    /// What is shown, by SQL column.
    package let parts: [(name: String, value: Value)]
    /// Of every change that the shown value, its siblings or a counter's sum come from; the newest first.
    package let authors: [Author]
    /// The values that differ, the shown one first; empty when there is only one.
    package let siblings: [SiblingDetail]
    /// Of a text the passages that wait for somebody to choose.
    package let passages: [PassageDetail]
}

package struct RecordDetail: Sendable {
    package let id: RecordID
    package let isDeleted: Bool
    package let columns: [ColumnDetail]
}

extension Store {
    /// Everything that is known of one record, deleted ones included.
    ///
    /// - Throws: `notFound`, `unknownName`.
    package func show(_ record: RecordID) throws -> RecordDetail {
        try read { access in
            let details = try Details(access, own: identity.device)
            let table = try access.sharedTable(of: record)
            let key = record.recordKey
            let image = try details.records.image(of: table, key: key)
            let changes = try details.records.changes(of: table.record(key))
            guard image.place != .nowhere || !changes.isEmpty else { throw StoreError(.notFound, record.table) }
            let noted = try details.noted(table, key)
            return RecordDetail(
                id: record, isDeleted: image.place != .table,
                columns: try table.shownColumns.numbers.map { number in
                    try details.column(table.columns[number]!, changes, image, noted: noted)
                })
        }
    }
}

/// Reads who wrote what in a record's columns.
final class Details {
    let records: Records
    let access: Access
    private let own: DeviceID
    private var labels: [DeviceID: String] = [:]

    init(_ access: Access, own: DeviceID) throws {
        self.access = access
        self.own = own
        records = try Records(access)
        let devices = try access.connection.statement("select id, label from kith_device")
        defer { devices.reset() }
        while try devices.step() { labels[try devices.nonce(0)] = devices.text(1) }
    }

    func label(of device: DeviceID) -> String? { labels[device] }
    /// The name of the device whose writer it is.
    func label(of writer: WriterOrdinal) -> String? { access.writers[writer].device.flatMap { labels[$0] } }

    func author(of change: Change) -> Author {
        let device = access.writers[change.dot.writer].device
        return Author(
            device: device, label: device.flatMap { labels[$0] }, timeMilliseconds: change.timeMilliseconds,
            isOwn: device == own)
    }

    /// The siblings of a column with their values, in the order of (time, writer), the greatest first.
    func siblings(
        of column: CatalogColumn, _ changes: [LoggedChange], _ image: RowImage
    ) throws -> [(value: Sibling, detail: SiblingDetail)] {
        try siblings(of: column, changes, image, edited(column, changes, image))
    }

    /// - Parameter edited: the text, of one of which passages were edited.
    func siblings(
        of column: CatalogColumn, _ changes: [LoggedChange], _ image: RowImage, _ edited: Text?
    ) throws -> [(value: Sibling, detail: SiblingDetail)] {
        let carrying = changes.filter { $0.change.columns.contains(number: column.number) }
        if let edited { return try wordings(of: edited, column, carrying, image) }
        let found = try carrying.map { logged in
            let aside = logged.hasAside ? try records.aside(of: logged.change.dot)[column.number] : nil
            let sibling = Sibling(
                dot: logged.change.dot, timeMilliseconds: logged.change.timeMilliseconds,
                writer: access.writers[logged.change.dot.writer].id,
                parts: aside ?? (column.isShown ? image.parts(of: column) : []))
            return (sibling: sibling, author: author(of: logged.change))
        }.sorted { $0.sibling.isShownBefore($1.sibling) }
        let shown = column.kind.shown(of: found.map(\.sibling))
        return found.enumerated().map { index, each in
            (each.sibling, SiblingDetail(parts: each.sibling.parts, author: each.author, isShown: index == shown))
        }
    }

    /// A text of which passages were edited; nil of any other column.
    func edited(_ column: CatalogColumn, _ changes: [LoggedChange], _ image: RowImage) throws -> Text? {
        guard let logged = changes.first(where: { $0.change.edits.contains(column.set) }) else { return nil }
        return try records.text(
            access.record(of: logged.change.dot), column, changes, row: column.isShown && image.place != .nowhere ? image.values[column.firstPart] : nil)
    }

    /// Of a text of which passages were edited: what is shown, by whoever wrote in it last, and the words that stand nowhere in it,
    /// because a writing of the whole did not know of them.
    private func wordings(
        of text: Text, _ column: CatalogColumn, _ carrying: [LoggedChange], _ image: RowImage
    ) throws -> [(value: Sibling, detail: SiblingDetail)] {
        let late = Dictionary(uniqueKeysWithValues: text.strays(name: TextEdit.name).map { ($0.dot, Value.text(Array($0.words.utf8))) })
        var others: [Dot: Value] = [:]
        for logged in carrying where logged.hasAside { others[logged.change.dot] = try records.aside(of: logged.change.dot)[column.number]?.first }
        let shown = records.shown(text, others)
        let newest = carrying.filter { late[$0.change.dot] == nil && (others[$0.change.dot] ?? shown) == shown }
            .max { $0.change.timeMilliseconds < $1.change.timeMilliseconds }
        return carrying.compactMap { logged in
            let change = logged.change
            let isShown = change.dot == newest?.change.dot
            guard let value = isShown ? shown : late[change.dot] ?? others[change.dot] else { return nil }
            let sibling = Sibling(
                dot: change.dot, timeMilliseconds: change.timeMilliseconds, writer: access.writers[change.dot.writer].id, parts: [value])
            return (sibling, SiblingDetail(parts: [value], author: author(of: change), isShown: isShown))
        }.sorted { $0.value.isShownBefore($1.value) }
    }

    /// One sibling for each value, the shown one first; empty when all are equal.
    func differing(_ siblings: [SiblingDetail]) -> [SiblingDetail] {
        var seen: Set<[Value]> = []
        let shownFirst = siblings.filter(\.isShown) + siblings.filter { !$0.isShown }
        let distinct = shownFirst.filter { seen.insert($0.parts).inserted }
        return distinct.count > 1 ? distinct : []
    }

    /// The columns of a record that were edited and not yet stamped, with the time of the last edit.
    func noted(_ table: CatalogTable, _ key: RecordKey) throws -> (columns: ColumnSet, timeMilliseconds: Int64)? {
        let matches = Capture.keyNotes(table).map { "\($0) = ?" }.joined(separator: " and ")
        let select = try access.connection.statement(
            "select columns, kith_milliseconds(time) from \(quoted(table.notes)) where \(matches) order by n")
        defer { select.reset() }
        records.bind(key, to: select, from: 1)
        var noted: (columns: ColumnSet, timeMilliseconds: Int64)?
        while try select.step() {
            let columns = select.integer(0) == -1
                ? table.shownColumns : ColumnSet(rawValue: UInt64(bitPattern: select.integer(0)))
            noted = (columns.union(noted?.columns ?? []), select.integer(1))
        }
        return noted
    }

    func column(
        _ column: CatalogColumn, _ changes: [LoggedChange], _ image: RowImage,
        noted: (columns: ColumnSet, timeMilliseconds: Int64)?
    ) throws -> ColumnDetail {
        let edited = try edited(column, changes, image)
        let siblings = try siblings(of: column, changes, image, edited).map(\.detail)
        var authors = siblings.map(\.author)
        var differing = column.accumulates ? [] : differing(siblings)
        var passages: [PassageDetail] = []
        if let edited {
            passages = self.passages(of: edited, changes).map { PassageDetail(passage: $0.overlap.passage, wordings: $0.wordings.map(\.detail)) }
            authors = changes.filter { $0.change.columns.contains(column.set) }.map { author(of: $0.change) }.sorted { $0.timeMilliseconds > $1.timeMilliseconds }
        }
        if let noted, noted.columns.contains(column.set) {
            // The row shows an edit that covers what the log has.
            let edit = Author(device: own, label: labels[own], timeMilliseconds: noted.timeMilliseconds, isOwn: true)
            authors = [edit] + (column.accumulates ? authors : [])
            (differing, passages) = ([], [])
        }
        return ColumnDetail(
            name: column.name, kind: column.kind, parts: Array(zip(column.parts, image.parts(of: column))),
            authors: authors, siblings: differing, passages: passages)
    }
}
