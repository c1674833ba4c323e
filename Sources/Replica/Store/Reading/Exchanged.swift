import CRDT
import Wire

/// A record with changes that somebody asks about: what came, or what stands here alone.
package struct ChangedRecord: Hashable, Sendable {
    package let record: RecordID
    /// Living changes of it among those that are asked about.
    package let changeCount: Int
    /// One of them made it.
    package let isNew: Bool
    /// It stands in the table no more.
    package let isDeleted: Bool
    /// Who wrote the newest of them; nil until the roster tells.
    package let author: String?
    package let timeMilliseconds: Int64
    /// Of its newest change among those, in the log of this replica.
    let place: Int64
}

/// What somebody had before their eyes who wrote one of the values that differ.
package struct SeenValue: Hashable, Sendable {
    package let parts: [Value]
    package let author: Author
    /// nil: this replica cannot tell any more, or never could.
    package let seen: [Value]?
}

/// Records with changes that are asked about, some of them, and how many there are of all.
package struct ChangedRecords: Sendable {
    /// The newest change first, writer by writer.
    package internal(set) var records: [ChangedRecord] = []
    /// Of all records, also of those that are not among these.
    package var changeCount = 0
    /// Where to go on: `after` of the next; nil: these are the last.
    package internal(set) var next: Int64?
}

/// What came in one exchange, counted; of each kind some records.
package struct Arrived: Sendable {
    package internal(set) var changeCount = 0
    /// Changes by the label of the device that wrote them; nil until the roster tells.
    package internal(set) var writers: [(label: String?, changeCount: Int)] = []
    package internal(set) var new = Kind(), changed = Kind(), deleted = Kind()

    package struct Kind: Sendable {
        package internal(set) var count = 0
        package internal(set) var records: [ChangedRecord] = []
    }

    package init() {}
}

extension Store {
    /// The records with changes of this replica's own writers that no peer is known, by receipt, to hold: the same changes that
    /// `unsentChanges` counts, the newest first. Edits by SQL count once they are stamped.
    ///
    /// Nothing is read of records that are not given, however many there are.
    ///
    /// - Parameters:
    ///   - place: what `next` said, for those that follow.
    ///   - limit: of records.
    package func onlyHere(after place: Int64? = nil, limit: Int) throws -> ChangedRecords {
        try read { access in
            let held = try heldByOthers(access)
            let spans = access.writers.all.filter { $0.own > 0 }.map { writer in
                DotSpan(writer.ordinal, after: held.map { $0[writer.id] }.max() ?? 0)
            }
            var found = try ChangedReading(access, spans, own: identity.device).records(after: place, limit: limit)
            found.changeCount = try unsentChanges(access).count
            return found
        }
    }

    /// The records that were changed by others' changes which came after something was known.
    ///
    /// - Parameters:
    ///   - known: what `knowledge()` said then.
    ///   - limit: of the records of each kind that are named.
    package func arrived(since known: [String: Knowledge], limit: Int) throws -> Arrived {
        try read { try arrivals($0, since: known).arrived(limit: limit) }
    }

    /// The same records, one part after the other, as `onlyHere` gives them.
    package func arrivedRecords(since known: [String: Knowledge], after place: Int64? = nil, limit: Int) throws -> ChangedRecords {
        try read { try arrivals($0, since: known).records(after: place, limit: limit) }
    }

    private func arrivals(_ access: Access, since known: [String: Knowledge]) throws -> ChangedReading {
        let named = try known.mapValues { try access.writers.named($0) }
        let spans = access.writers.all.filter { $0.own == 0 }.map { DotSpan($0.ordinal, after: named[$0.collection]?[$0.id] ?? 0) }
        return try ChangedReading(access, spans, own: identity.device)
    }

    // MARK: What each had seen

    /// For each value of a cell that differs, what its writer had before it: of what was written here, for as long as it can be undone; of
    /// what was written elsewhere, where it was written on the very same knowledge of the record.
    package func seen(_ record: RecordID, column name: String) throws -> [SeenValue] {
        try read { access in
            let table = try access.sharedTable(of: record)
            guard let column = table.shownColumns.numbers.lazy.compactMap({ table.columns[$0] }).first(where: { $0.name == name }) else { return [] }
            let details = try Details(access, own: identity.device)
            let bytes = table.record(record.recordKey)
            let image = try details.records.image(of: table, key: record.recordKey)
            let changes = try details.records.changes(of: bytes)
            let siblings = try details.siblings(of: column, changes, image)
            let found = Dictionary(changes.map { ($0.change.dot, $0.change) }) { first, _ in first }
            var own: [(change: Change, before: [Value])] = []
            for sibling in siblings where sibling.detail.author.isOwn {
                guard let change = found[sibling.value.dot], let before = try replaced(by: change.dot, bytes, access)?.before[column.number] else { continue }
                own.append((change, before))
            }
            return try siblings.map { sibling in
                let change = found[sibling.value.dot]
                let seen = try own.first { $0.change.dot == sibling.value.dot }
                    ?? own.first { each in try change.map { try begins($0, where: each.change, began: column, bytes, access) } ?? false }
                return SeenValue(parts: sibling.value.parts, author: sibling.detail.author, seen: seen?.before)
            }
        }
    }

    /// Whether somebody else's change was made by one who had of this cell what an own change found there: both knew the same of all other
    /// writers, and this replica did not write the cell between what the other knew of it and the own change.
    private func begins(_ other: Change, where own: Change, began column: CatalogColumn, _ record: [UInt8], _ access: Access) throws -> Bool {
        func known(_ change: Change) -> [Context.Entry] { change.context.entries.filter { $0.writer != own.dot.writer && $0.writer != other.dot.writer } }
        guard known(other) == known(own) else { return false }
        let last = other.context.entries.first { $0.writer == own.dot.writer }?.last ?? 0
        let select = try access.connection.statement(
            """
            select 1 from kith_moment_range join kith_replaced using (moment)
            where first > ?1 and last < ?2 and record = ?3 and columns & ?4 limit 1
            """)
        defer { select.reset() }
        select.bind(1, Dot(own.dot.writer, last).packed)
        select.bind(2, own.dot.packed)
        select.bind(3, copyingBlob: record)
        select.bind(4, Int64(column.set.rawValue))
        return try !select.step()
    }

    /// What an own change replaced in its record.
    private func replaced(by dot: Dot, _ record: [UInt8], _ access: Access) throws -> Replaced? {
        let select = try access.connection.statement(
            """
            select columns, before from kith_moment_range join kith_replaced using (moment)
            where first <= ?1 and last >= ?1 and record = ?2 order by moment limit 1
            """)
        defer { select.reset() }
        select.bind(1, dot.packed)
        select.bind(2, copyingBlob: record)
        return try select.step() ? try Replaced(columns: select.integer(0), encoded: select.bytes(1)) : nil
    }
}

extension Store {
    /// Says whether the list is as it was: another text after each change that is stamped or merged.
    package func changeMark() throws -> String {
        try read { access in
            access.writers.all.map { "\($0.ordinal.number).\($0.closed).\($0.own)" }.joined(separator: " ")
        }
    }
}
