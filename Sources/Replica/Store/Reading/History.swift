import CRDT
import SQLite
import Wire

/// What a row was before it was what it is, as far as this replica can tell.
///
/// Two sources: the living changes, which say who wrote what stands there now and what others wrote beside it; and what stampings, imports
/// and merges of the last 30 days replaced here (`Moment`). Nothing else is kept, so a value that was replaced longer ago, or before this
/// replica heard of it, is in no history. Erasing a row takes both.
package struct RecordHistory: Sendable {
    /// What happened to it.
    package enum Event: String, Sendable {
        case made, changed, deleted
        case broughtBack = "brought-back"
        /// Somebody wrote this at the same time, and it is not what is shown.
        case beside
    }

    /// By which work it came to be here.
    package enum Cause: String, Sendable {
        case edit, `import`, undo, merge, founding, erasure
    }

    /// Why what is shown is shown.
    package enum Reason: String, Sendable {
        /// Who wrote it knew the others.
        case sawTheOther = "saw-the-other"
        /// Written at the same time; the later clock counts.
        case laterClock = "later-clock"
        /// Written at the same time; of states the safest counts.
        case safestState = "safest-state"
        /// Written at the same time; the earliest counts.
        case earliest
        /// An edit keeps a row that somebody deleted at the same time.
        case editBeatsDelete = "edit-beats-delete"
    }

    package struct Entry: Sendable {
        package let event: Event
        /// nil when it is about the row itself.
        package let column: String?
        /// Names of the column's SQL columns.
        package let parts: [String]
        /// What stood there before; nil: not known. Restoring brings this back, and of what stands beside the value itself.
        package let from: [Value]?
        package let to: [Value]
        /// nil: somebody whose change does not live any more, so that nothing tells who.
        package let author: Author?
        /// When it was written; of an author who is not known, when it came here.
        package let timeMilliseconds: Int64
        /// nil: longer ago than what is kept.
        package let cause: Cause?
        /// Of what is shown now.
        package let reason: Reason?
        /// Labels of the devices whose changes of this row the author had seen.
        package let seen: [String]
    }

    package let record: RecordID
    package let isDeleted: Bool
    /// The newest first.
    package let entries: [Entry]
    /// What of it is kept for 30 days only.
    package let keptByteCount: Int
    /// What is kept of everything is not above this.
    package let mostByteCount: Int
    package static let keptDayCount = Int(Moment.keptMilliseconds / 86_400_000)
}

extension Store {
    /// Everything that is known of what a row was.
    ///
    /// - Throws: `notFound`, `erased`, `unknownName`.
    package func history(_ record: RecordID) throws -> RecordHistory {
        try read { access in
            let table = try access.sharedTable(of: record)
            return try HistoryReader(access, table, record.recordKey, own: identity.device).history()
        }
    }
}

private struct HistoryReader {
    private struct Kept {
        let cause: RecordHistory.Cause
        let timeMilliseconds: Int64
        let replaced: Replaced
    }

    private let access: Access
    private let table: CatalogTable
    private let key: RecordKey
    private let record: [UInt8]
    private let own: DeviceID
    private let details: Details
    private let image: RowImage
    private let changes: [LoggedChange]
    /// Ascending.
    private var kept: [Kept] = []
    private var keptByteCount = 0

    init(_ access: Access, _ table: CatalogTable, _ key: RecordKey, own: DeviceID) throws {
        self.access = access
        self.table = table
        self.key = key
        self.own = own
        record = table.record(key)
        details = try Details(access, own: own)
        image = try details.records.image(of: table, key: key)
        changes = try details.records.changes(of: record)
        guard image.place != .nowhere || !changes.isEmpty else { throw StoreError(.notFound, table.name) }
        let select = try access.connection.statement(
            """
            select kind, time, columns, before from kith_replaced join kith_moment on kith_moment.id = moment
            where record = ? and time >= ? order by moment
            """)
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        select.bind(2, access.now - Moment.keptMilliseconds)
        while try select.step() {
            guard let cause = RecordHistory.Cause(rawValue: select.text(0)) else { continue }
            keptByteCount += select.bytes(3).count
            kept.append(Kept(
                cause: cause, timeMilliseconds: select.integer(1), replaced: try Replaced(columns: select.integer(2), encoded: select.bytes(3))))
        }
    }

    func history() throws -> RecordHistory {
        var entries = existence()
        for column in table.columns.lazy.compactMap({ $0 }) where column.isShown && !column.accumulates { entries += try self.entries(of: column) }
        return RecordHistory(
            record: RecordID(table, key), isDeleted: image.place != .table,
            entries: entries.enumerated().sorted { a, b in
                a.element.timeMilliseconds == b.element.timeMilliseconds ? a.offset < b.offset : a.element.timeMilliseconds > b.element.timeMilliseconds
            }.map(\.element), keptByteCount: keptByteCount, mostByteCount: access.environment.mostReplacedByteCount)
    }

    private func entry(
        _ event: RecordHistory.Event, _ column: CatalogColumn? = nil, from: [Value]? = nil, to: [Value] = [], by author: Author?, at time: Int64,
        _ cause: RecordHistory.Cause?, _ reason: RecordHistory.Reason? = nil, seen: [String] = []
    ) -> RecordHistory.Entry {
        RecordHistory.Entry(
            event: event, column: column?.name, parts: column?.parts ?? [], from: from, to: to, author: author, timeMilliseconds: time, cause: cause,
            reason: reason, seen: seen)
    }

    /// Work of this replica is its device's; what a merge brought, that of whoever wrote it.
    private func author(of kept: Kept) -> Author? {
        kept.cause == .merge ? nil : Author(device: own, label: details.label(of: own), timeMilliseconds: kept.timeMilliseconds, isOwn: true)
    }

    private func seen(by change: Change) -> [String] {
        Set(change.context.entries.compactMap { access.writers[$0.writer].device }).filter { $0 != access.writers[change.dot.writer].device }
            .map { details.label(of: $0) ?? $0.description }.sorted()
    }

    // MARK: The row itself

    private func existence() -> [RecordHistory.Entry] {
        var entries = changes.filter(\.change.isAnchor).map { logged in
            let author = details.author(of: logged.change)
            return entry(.made, by: author, at: author.timeMilliseconds, nil)
        }
        let standing = kept.map(\.replaced.existed) + [image.place == .table]
        for (index, each) in kept.enumerated() where standing[index] != standing[index + 1] {
            let isMade = !standing[index] && index == 0 && !changes.contains(where: \.change.isAnchor)
            let teller = changes.map(\.change).filter { $0.columns.contains(.exists) && $0.deletes == standing[index] }.max { $0.timeMilliseconds < $1.timeMilliseconds }
            let isLast = !kept.indices.contains { $0 > index && standing[$0] != standing[$0 + 1] }
            let author = author(of: each) ?? (isLast ? teller.map { details.author(of: $0) } : nil)
            entries.append(entry(
                standing[index] ? .deleted : isMade ? .made : .broughtBack, by: author, at: author?.timeMilliseconds ?? each.timeMilliseconds, each.cause,
                seen: isLast ? teller.map { seen(by: $0) } ?? [] : []))
        }
        // A delete that an edit outlived.
        if image.place == .table {
            for change in changes.map(\.change) where change.deletes && change.columns.contains(.exists) {
                let author = details.author(of: change)
                entries.append(entry(.deleted, by: author, at: author.timeMilliseconds, nil, .editBeatsDelete, seen: seen(by: change)))
            }
        }
        return entries
    }

    // MARK: A column

    private func entries(of column: CatalogColumn) throws -> [RecordHistory.Entry] {
        let replaced = kept.filter { $0.replaced.before[column.number] != nil }
        let now = image.parts(of: column)
        let values = replaced.map { $0.replaced.before[column.number]! } + [now]
        let siblings = try details.siblings(of: column, changes, image)
        let differing = siblings.filter { $0.detail.parts != now }
        let shown = siblings.first { $0.detail.isShown } ?? siblings.first
        let shownChange = shown.flatMap { shown in changes.first { $0.change.dot == shown.value.dot }?.change }
        func reason(_ hadOther: Bool) -> RecordHistory.Reason? {
            guard !differing.isEmpty else { return hadOther ? .sawTheOther : nil }
            return switch column.kind {
            case .rank: .safestState
            case .earliest: .earliest
            default: .laterClock
            }
        }
        var entries: [RecordHistory.Entry] = []
        for (index, each) in replaced.enumerated() where values[index] != values[index + 1] {
            let isLast = !(index + 1..<values.count - 1).contains { values[$0] != values[$0 + 1] }
            let author = isLast ? (shown?.detail.author ?? author(of: each)) : author(of: each)
            entries.append(entry(
                .changed, column, from: values[index], to: values[index + 1], by: author, at: isLast ? author?.timeMilliseconds ?? each.timeMilliseconds : each.timeMilliseconds,
                each.cause, isLast ? reason(true) : nil, seen: isLast ? shownChange.map(seen) ?? [] : []))
        }
        // Written longer ago than what is kept, and since the row was made.
        if entries.isEmpty, let shown, let shownChange, !shownChange.isAnchor {
            entries.append(entry(
                .changed, column, to: now, by: shown.detail.author, at: shown.detail.author.timeMilliseconds, nil, reason(false), seen: seen(by: shownChange)))
        }
        for other in differing {
            let change = changes.first { $0.change.dot == other.value.dot }?.change
            entries.append(entry(
                .beside, column, from: other.detail.parts, to: other.detail.parts, by: other.detail.author, at: other.detail.author.timeMilliseconds, nil,
                entries.isEmpty ? reason(false) : nil, seen: change.map(seen) ?? []))
        }
        return entries
    }
}
