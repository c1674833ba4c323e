import CRDT
import Schema
import SQLite
import Wire

/// Edits as any SQLite client would make them: plain SQL with the triggers on, stamped later with everyone else's.
/// All of them throw `erased` for an erased record.
extension Store {
    /// Adds a row. Key columns may be given; without `id` the table makes one.
    ///
    /// - Throws: `unknownName`; `erased` when the key was, or what the row would belong to; `exists` when there is a row with this key; `valueTooLarge`; `sqlite` when a rule that
    ///   somebody added refuses the row.
    package func add(_ table: String, _ values: [(name: String, value: Value)]) throws -> RecordID {
        try write { try Store.add(table, values, $0) }
    }

    /// Adds a row, and those that belong to it, all or none.
    ///
    /// - Parameter column: of the rows that belong to it, holds its id.
    package func addAll(
        _ table: String, _ values: [(name: String, value: Value)], owned: [(table: String, values: [(name: String, value: Value)])], by column: String
    ) throws -> RecordID {
        try write { access in
            let record = try Store.add(table, values, access)
            for row in owned { _ = try Store.add(row.table, [(column, .text(Array(record.key[0].utf8)))] + row.values, access) }
            return record
        }
    }

    /// The same within a write of several rows.
    static func add(_ table: String, _ values: [(name: String, value: Value)], _ access: Access) throws -> RecordID {
        let table = try access.sharedTable(table)
        try check(values, in: table, allowingKey: true)
        try access.erased.refuse(values, table)
        let names = values.map { quoted($0.name) }.joined(separator: ", ")
        let places = values.map { _ in "?" }.joined(separator: ", ")
        let insert = try access.connection.statement(
            "insert into \(quoted(table.name)) "
                + (values.isEmpty ? "default values" : "(\(names)) values (\(places))")
                + " returning \(table.keys.map(quoted).joined(separator: ", "))")
        defer { insert.reset() }
        for (index, value) in values.enumerated() { insert.bind(Int32(index + 1), value.value) }
        do {
            _ = try insert.step()
        } catch let error as SQLiteError {
            let given = table.keys.compactMap { key in values.last { $0.name == key }?.value.text }
            guard given.count == table.keys.count,
                try Records(access).image(of: table, key: RecordKey(given)).place == .table
            else { throw error }
            throw StoreError(.exists, table.name)
        }
        return RecordID(table: table.name, key: table.keys.indices.map { insert.text(Int32($0)) })
    }

    /// Sets columns of a row; what is not named stays.
    ///
    /// - Throws: `writtenOnce` for a fact that already has another value; `notFound`; `unknownName`; `valueTooLarge`.
    ///
    /// - Parameters:
    ///   - shown: what whoever edits saw in some of the columns: of a text the value is then an edit of that, put upon what it has become.
    ///   - replacingFacts: facts that are written once too: only for a row that nobody else can have (`isUnstamped`).
    /// - Throws: `changedMeanwhile` where a column, or the same words of a text, have become something else than was shown.
    package func edit(
        _ record: RecordID, _ values: [(name: String, value: Value)], shown: [(name: String, value: Value)] = [], replacingFacts: Bool = false
    ) throws {
        try write { try Store.edit(record, values, shown: shown, replacingFacts: replacingFacts, $0) }
    }

    /// Whether a row was made here and has never been stamped: nobody else can have heard of it.
    package func isUnstamped(_ record: RecordID) throws -> Bool {
        try read { access in
            let table = try access.sharedTable(of: record)
            let records = try Records(access)
            guard try records.changes(of: table.record(record.recordKey)).isEmpty else { return false }
            return try records.image(of: table, key: record.recordKey).place == .table
        }
    }

    /// The same within a write of several rows.
    static func edit(
        _ record: RecordID, _ values: [(name: String, value: Value)], shown: [(name: String, value: Value)] = [], replacingFacts: Bool = false,
        _ access: Access
    ) throws {
        let table = try access.sharedTable(of: record)
        try check(values, in: table, allowingKey: false)
        try access.erased.refuse(values, table)
        let image = try Records(access).image(of: table, key: record.recordKey)
        guard image.place == .table else { throw StoreError(.notFound, table.name) }
        for (name, value) in values {
            let part = table.parts.firstIndex { $0.name == name }!
            let column = table.columns[table.parts[part].column]!
            guard replacingFacts || column.kind != .once || image.values[part] == .null || image.values[part] == value else {
                throw StoreError(.writtenOnce, "\(table.name).\(name)")
            }
        }
        guard !values.isEmpty else { return }
        let values = try upon(image, values, shown: shown, table)
        let assignments = values.map { quoted($0.name) + " = ?" }.joined(separator: ", ")
        try run("update \(quoted(table.name)) set \(assignments)", values.map(\.value), on: record, table, access)
    }

    /// What was typed for columns that were shown otherwise than they are now.
    private static func upon(
        _ image: RowImage, _ values: [(name: String, value: Value)], shown: [(name: String, value: Value)], _ table: CatalogTable
    ) throws -> [(name: String, value: Value)] {
        try check(shown, in: table, allowingKey: false)
        return try values.map { name, value in
            guard let part = table.parts.firstIndex(where: { $0.name == name }), let base = shown.last(where: { $0.name == name })?.value
            else { return (name, value) }
            let now = image.values[part]
            guard now != base, now != value else { return (name, value) }
            guard table.columns[table.parts[part].column]?.kind == .text, base.isWords, value.isWords, now.isWords,
                let merged = TextRebase.merged(shown: base.prose ?? [], typed: value.prose ?? [], now: now.prose ?? [])
            else { throw StoreError(.changedMeanwhile, "\(table.name).\(name)") }
            return (name, merged.isEmpty && value == .null ? .null : .text(Array(string(merged).utf8)))
        }
    }

    /// - Throws: `notFound`, `unknownName`.
    package func delete(_ record: RecordID) throws { try write { try Store.delete(record, $0) } }

    /// Brings a row back from the trash with all its values. A row that is there stays as it is.
    ///
    /// - Throws: `notFound` when it is in neither place; `unknownName`.
    package func undelete(_ record: RecordID) throws { try write { try Store.undelete(record, $0) } }

    /// Adds to a counter; NULL counts as 0.
    ///
    /// - Throws: `unknownName` when the column is not a counter; `notFound`.
    package func increment(_ record: RecordID, _ column: String, by amount: Int64) throws {
        try write { try Store.increment(record, column, by: amount, $0) }
    }

    // MARK: The same within a write of several rows

    static func delete(_ record: RecordID, _ access: Access) throws {
        let table = try access.sharedTable(of: record)
        try run("delete from \(quoted(table.name))", [], on: record, table, access)
    }

    static func undelete(_ record: RecordID, _ access: Access) throws {
        let table = try access.sharedTable(of: record)
        let records = try Records(access)
        let image = try records.image(of: table, key: record.recordKey)
        guard image.place != .nowhere else { throw StoreError(.notFound, table.name) }
        guard image.place == .trash else { return }
        if let reason = try records.bringBack(table, record.recordKey, image.values) { throw StoreError(.sqlite, reason) }
    }

    static func increment(_ record: RecordID, _ column: String, by amount: Int64, _ access: Access) throws {
        let table = try access.sharedTable(of: record)
        guard let counter = table.column(named: column), counter.isShown, counter.accumulates else {
            throw StoreError(.unknownName, "\(table.name).\(column)")
        }
        let part = quoted(counter.parts[0])
        try run("update \(quoted(table.name)) set \(part) = coalesce(\(part), 0) + ?", [.integer(amount)], on: record, table, access)
    }

    // MARK: Parts

    private static func check(
        _ values: [(name: String, value: Value)], in table: CatalogTable, allowingKey: Bool
    ) throws {
        for (name, value) in values {
            guard table.parts.contains(where: { $0.name == name }) || (allowingKey && table.keys.contains(name)) else {
                throw StoreError(.unknownName, "\(table.name).\(name)")
            }
            switch value {
            case .text(let bytes), .blob(let bytes):
                guard bytes.count <= Limits.valueByteCount else { throw StoreError(.valueTooLarge, "\(table.name).\(name)") }
            case .null, .integer, .real:
                break
            }
        }
    }

    /// Runs a statement on the one row of a record.
    private static func run(
        _ sql: String, _ values: [Value], on record: RecordID, _ table: CatalogTable, _ access: Access
    ) throws {
        let matches = table.keys.map { quoted($0) + " = ?" }.joined(separator: " and ")
        let statement = try access.connection.statement("\(sql) where \(matches)")
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
        for (index, part) in record.key.enumerated() { statement.bind(Int32(values.count + index + 1), copying: part) }
        try statement.run()
        guard access.connection.changedRowCount == 1 else { throw StoreError(.notFound, table.name) }
    }
}

extension Value {
    fileprivate var text: String? {
        if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}
