import CRDT
import Schema
import SQLite
import Wire

/// Which records are erased, in one access.
///
/// A record is erased when it was named, here or in a statement (`kith_erased`), or when its key names an erased owner: a
/// consent is keyed by its contact, so the contact's tombstone stands for it too. What belongs to an erased record by an
/// ordinary column cannot be told from its key, and gets a tombstone of its own (see Erasing.swift).
///
/// As long as nothing is erased, `isEmpty` is all that anybody asks: one look-up for each transaction.
final class Erasures {
    /// Where a row of a table names an owner.
    struct OwnerPart {
        /// Of the key from 0, or of `CatalogTable.parts`.
        enum Place {
            case key(Int)
            case part(Int, column: Int)
        }
        let name: String
        let place: Place
        let table: CatalogTable
    }

    private(set) var isEmpty: Bool
    private let connection: Connection
    private let catalog: Catalog
    private var parts: [Int: [OwnerPart]] = [:]
    private var columns: [Int: ColumnSet] = [:]
    /// After some look-ups the last bytes of all tombstones, so that nearly every record is told from them without asking
    /// SQLite: without it a merge of everything takes a fifth longer from the first erasure on.
    private var endings: Set<UInt64>?
    private var lookUpCount = 0

    private static let lookUpsBeforeEndings = 64
    private static let keptEndingCount: Int64 = 1 << 18

    init(_ connection: Connection, _ catalog: Catalog) throws {
        self.connection = connection
        self.catalog = catalog
        isEmpty = try connection.number("select exists (select 1 from kith_erased)") == 0
    }

    /// What names the owners of a table's rows; empty for a table that this version does not know.
    func ownerParts(of table: CatalogTable) -> [OwnerPart] {
        if let known = parts[table.number] { return known }
        let found = (table.definition?.owners ?? []).compactMap { owner -> OwnerPart? in
            guard let ownerTable = catalog[owner.table] else { return nil }
            if let index = table.keys.firstIndex(of: owner.part) {
                return OwnerPart(name: owner.part, place: .key(index), table: ownerTable)
            }
            return table.parts.firstIndex { $0.name == owner.part }.map {
                OwnerPart(name: owner.part, place: .part($0, column: table.parts[$0].column), table: ownerTable)
            }
        }
        parts[table.number] = found
        return found
    }

    /// The columns of a table that name owners.
    func ownerColumns(of table: CatalogTable) -> ColumnSet {
        if let known = columns[table.number] { return known }
        let found = ownerParts(of: table).reduce(into: ColumnSet()) { set, part in
            if case .part(_, let column) = part.place { set.insert(ColumnSet(number: column)) }
        }
        columns[table.number] = found
        return found
    }

    // MARK: Asking

    func hasTombstone(_ record: [UInt8]) throws -> Bool {
        guard !isEmpty else { return false }
        if let endings {
            guard endings.contains(Erasures.ending(record)) else { return false }
        } else {
            lookUpCount += 1
            if lookUpCount == Erasures.lookUpsBeforeEndings { try readEndings() }
        }
        let select = try connection.statement("select 1 from kith_erased where record = ?")
        defer { select.reset() }
        return try record.withUnsafeBytes { raw in
            select.bind(1, blob: raw)
            return try select.step()
        }
    }

    private static func ending(_ record: some BidirectionalCollection<UInt8>) -> UInt64 {
        record.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func readEndings() throws {
        guard try connection.number("select count(*) from kith_erased") ?? 0 <= Erasures.keptEndingCount else { return }
        let select = try connection.statement("select record from kith_erased")
        defer { select.reset() }
        var found: Set<UInt64> = []
        while try select.step() { found.insert(Erasures.ending(select.bytes(0))) }
        endings = found
    }

    /// Whether a record is erased, by name or by an owner in its key.
    func contains(_ record: [UInt8], _ table: CatalogTable, _ key: RecordKey) throws -> Bool {
        guard !isEmpty else { return false }
        if try hasTombstone(record) { return true }
        for part in ownerParts(of: table) {
            if case .key(let index) = part.place, try hasTombstone(part.table.record(RecordKey(parts: [key.parts[index]]))) {
                return true
            }
        }
        return false
    }

    /// The erased owner that a value of a column names.
    func erasedOwner(_ part: OwnerPart, _ value: Value) throws -> [UInt8]? {
        guard case .text(let text) = value else { return nil }
        let owner = part.table.record(RecordKey(parts: [text]))
        return try hasTombstone(owner) ? owner : nil
    }

    /// Whether a row with these values would belong to an erased record.
    func owns(_ values: [(name: String, value: Value)], _ table: CatalogTable) throws -> Bool {
        guard !isEmpty else { return false }
        return try ownerParts(of: table).contains { part in
            try values.contains { try $0.name == part.name && erasedOwner(part, $0.value) != nil }
        }
    }

    /// - Throws: `erased` when the key among the values is erased, or the row would belong to an erased record.
    func refuse(_ values: [(name: String, value: Value)], _ table: CatalogTable) throws {
        guard !isEmpty else { return }
        let key = table.keys.compactMap { key -> [UInt8]? in
            if case .text(let text) = values.last(where: { $0.name == key })?.value { text } else { nil }
        }
        let isErased = try key.count == table.keys.count
            && contains(table.record(RecordKey(parts: key)), table, RecordKey(parts: key))
        guard try !isErased && !owns(values, table) else { throw StoreError(.erased, table.name) }
    }

    /// Whether a text is the whole id of an erased record of the table, as people see it.
    func names(_ text: String, _ table: CatalogTable) throws -> Bool {
        let key = RecordKey(text.split(separator: ":", omittingEmptySubsequences: false).map(String.init))
        return try !isEmpty && key.parts.count == table.keys.count && contains(table.record(key), table, key)
    }

    // MARK: Adding

    /// Sets a tombstone; false when there is one.
    func add(_ record: [UInt8]) throws -> Bool {
        let insert = try connection.statement("insert or ignore into kith_erased (record) values (?)")
        insert.bind(1, copyingBlob: record)
        try insert.run()
        isEmpty = false
        endings?.insert(Erasures.ending(record))
        return connection.changedRowCount == 1
    }
}
