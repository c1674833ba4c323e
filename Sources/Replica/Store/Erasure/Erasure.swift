import CRDT
import Wire

/// A record to be erased, as a statement names it: by the table's name and the key.
package struct ErasedRecord: Hashable, Sendable {
    package let table: String
    package let key: RecordKey

    package init(table: String, key: RecordKey) {
        self.table = table
        self.key = key
    }

    package init(_ record: RecordID) { self.init(table: record.table, key: record.recordKey) }

    init(_ table: CatalogTable, _ key: RecordKey) { self.init(table: table.name, key: key) }

    /// As people name a row.
    package var id: RecordID { RecordID(table: table, key: key.parts.map { String(decoding: $0, as: UTF8.self) }) }

    static func precedes(_ a: ErasedRecord, _ b: ErasedRecord) -> Bool {
        a.table == b.table ? a.key.bytes.lexicographicallyPrecedes(b.key.bytes) : a.table < b.table
    }
}

package struct ErasureReport: Hashable, Sendable {
    /// Of the named records, those that were not erased here before.
    package var newCount = 0
    /// By table: how many records, named or owned, something was removed of.
    package var removed: [String: Int] = [:]
    /// Sealed deltas that wait here and may hold changes of erased records, which are dropped when they merge.
    package var waitingDeltaCount = 0
    /// Whether bytes of what was removed may still be in free pages or the WAL: `scrub` is to follow.
    package var isScrubOwed = false

    package init() {}
}

/// What would go with a record.
package struct ErasurePlan: Sendable {
    package struct Entry: Hashable, Sendable {
        package let record: ErasedRecord
        /// The key names an owner that is erased too, so a statement need not name this record.
        package let isImplied: Bool
    }

    /// The records themselves first, then what they own by table and key.
    package let entries: [Entry]
    /// Rows that tell of nobody else: they lose their words, and what is counted stays.
    package let wordless: [ErasedRecord]
    /// Rows that tell of others as well, and stay as they are.
    package let shared: [ErasedRecord]

    package var counts: [(table: String, rows: Int)] {
        Dictionary(grouping: entries, by: \.record.table).map { (table: $0, rows: $1.count) }.sorted { $0.table < $1.table }
    }
    /// What a statement has to name. Naming more does no harm.
    package var named: [ErasedRecord] { entries.filter { !$0.isImplied }.map(\.record) + wordless }
}

/// A record that was erased here only because its owner is.
package struct OwedErasure: Hashable, Sendable {
    package let record: ErasedRecord
    package let owner: ErasedRecord
}

/// How a replica stands with what was erased.
package struct ErasureStatus: Hashable, Sendable {
    package let erasedCount: Int
    /// Erasures that follow from ownership and that no statement names yet.
    package let owedCount: Int
    package let isScrubOwed: Bool
    /// Rows of erased records, or given to one, that SQL wrote and stamping removed again.
    package let refusedRowCount: Int
}

extension Store {
    /// Erases records and what they own, for ever: nothing that arrives later brings them back. Again, or of records that
    /// are not here, it does no harm; what is stamped or not does not matter.
    ///
    /// Edits of other records stay as they are, unstamped ones too. A table that this version does not know is erased in
    /// as well. A key that cannot be one of the table's names nothing and is passed over.
    ///
    /// - Parameter leavesCounts: this replica has named them: it writes what is counted of rows that lose their words.
    package func erase(_ named: [ErasedRecord], leavesCounts: Bool = false) throws -> ErasureReport {
        let report = try write { access in
            var records: [[UInt8]] = []
            for each in Set(named).sorted(by: ErasedRecord.precedes) {
                let partCount = each.key.parts.count
                guard partCount > 0, partCount <= Limits.partCount, each.key.bytes.count <= Limits.keyByteCount,
                    access.catalog[each.table].map({ $0.keyPartCount == partCount }) ?? true
                else { continue }
                let wire = WireTable(name: each.table, keyPartCount: partCount, columns: [])
                records.append(try access.catalog.table(meeting: wire, access.connection).record(each.key))
            }
            var report = ErasureReport()
            (report.removed, report.newCount) = try Erasing(access).erase(records, leavesCounts: leavesCounts)
            report.waitingDeltaCount = try Store.waitingDeltaCount(access)
            report.isScrubOwed = try Store.isScrubOwed(access)
            return report
        }
        // A frozen delta may hold what is erased now; a receiver that it was cut off at is sent a new one.
        if !report.removed.isEmpty { removeOutgoing() }
        return report
    }

    /// What would be erased with a record. Nothing is changed.
    ///
    /// - Throws: `notFound` when nothing is known of the record, `erased` when it is already, `unknownName`.
    package func erasurePlan(_ record: RecordID) throws -> ErasurePlan { try erasurePlan([record]) }

    /// What would be erased with records in one act: the entries of one person.
    ///
    /// - Throws: as of one; for the first that cannot be erased.
    package func erasurePlan(_ named: [RecordID]) throws -> ErasurePlan {
        try read { access in
            let records = try Records(access)
            let first = try named.map { record in
                let table = try access.sharedTable(of: record)
                let logged = table.record(record.recordKey)
                guard try records.image(of: table, key: record.recordKey).place != .nowhere || !records.changes(of: logged).isEmpty
                else { throw StoreError(.notFound, record.table) }
                return logged
            }
            let entries = try Store.plan(first, access)
            func record(_ logged: [UInt8]) throws -> ErasedRecord { ErasedRecord(try logged.withUnsafeBytes { try access.catalog.locate($0) }) }
            let told = try LeftBehind(access).told(by: entries.map(\.record))
            return ErasurePlan(
                entries: try entries.map { .init(record: try record($0.record), isImplied: $0.isImplied) },
                wordless: try told.filter { !$0.tellsOfOthers }.map { try record($0.record) },
                shared: try told.filter(\.tellsOfOthers).map { try record($0.record) })
        }
    }

    /// Records and what they own, level by level.
    static func plan(_ first: [[UInt8]], _ access: Access) throws -> [(record: [UInt8], isImplied: Bool)] {
        let erasing = try Erasing(access)
        let named = Set(first)
        var isImplied: [[UInt8]: Bool] = [:]
        var level = first
        while !level.isEmpty {
            let owned = try erasing.owned(by: level).filter { !named.contains($0.record) && isImplied[$0.record] != true }
            level = Set(owned.lazy.map(\.record)).filter { isImplied[$0] == nil }
            for each in owned { isImplied[each.record] = (isImplied[each.record] ?? false) || each.isByKey }
        }
        let rest = isImplied.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return first.map { (record: $0, isImplied: false) } + rest.map { (record: $0.key, isImplied: $0.value) }
    }

    /// Whether a record is erased, by name or by an owner in its key.
    package func isErased(_ record: ErasedRecord) throws -> Bool {
        try read { access in
            guard let table = access.catalog[record.table], table.keyPartCount == record.key.parts.count else { return false }
            return try access.erased.contains(table.record(record.key), table, record.key)
        }
    }

    /// Every record with a tombstone, by table and key.
    package func erasedRecords() throws -> [ErasedRecord] {
        try read { access in
            let select = try access.connection.statement("select record from kith_erased")
            defer { select.reset() }
            var found: [ErasedRecord] = []
            while try select.step() { found.append(ErasedRecord(try access.catalog.locate(select.bytes(0)))) }
            return found.sorted(by: ErasedRecord.precedes)
        }
    }

    /// Erasures that follow from ownership here and that others may not come to by themselves: to be stated before any more
    /// data is sent. Erasing such a record by name, as a statement does, takes it off this list.
    package func owedErasures() throws -> [OwedErasure] { try read(Store.owedErasures) }

    static func owedErasures(_ access: Access) throws -> [OwedErasure] {
        let select = try access.connection.statement("select record, owner from kith_erasure_owed order by record")
        defer { select.reset() }
        var found: [OwedErasure] = []
        while try select.step() {
            found.append(OwedErasure(
                record: ErasedRecord(try access.catalog.locate(select.bytes(0))),
                owner: ErasedRecord(try access.catalog.locate(select.bytes(1)))))
        }
        return found
    }

    func erasureStatus(_ access: Access) throws -> ErasureStatus {
        func count(_ sql: String) throws -> Int { Int(try access.connection.number(sql) ?? 0) }
        return ErasureStatus(
            erasedCount: try count("select count(*) from kith_erased"),
            owedCount: try count("select count(*) from kith_erasure_owed"), isScrubOwed: try Store.isScrubOwed(access),
            refusedRowCount: try count("select refused from kith_scrub"))
    }

    static func waitingDeltaCount(_ access: Access) throws -> Int {
        Int(try access.connection.number("select count(distinct delta) from kith_waiting_segment") ?? 0)
    }

    static func isScrubOwed(_ access: Access) throws -> Bool {
        try access.connection.number("select owed from kith_scrub") ?? 0 > 0
    }
}

extension ErasedRecord {
    fileprivate init(_ located: (CatalogTable, RecordKey)) { self.init(located.0, located.1) }
}
