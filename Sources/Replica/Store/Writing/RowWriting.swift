import CRDT

/// Edits of one transaction, all or none.
package struct RowWriting {
    private let access: Access
    init(_ access: Access) { self.access = access }

    /// The row as it is now, edits of this very transaction included; nil when it is not in its table.
    package func row(_ record: RecordID) throws -> RecordRow? {
        let table = try access.sharedTable(of: record)
        let image = try Records(access).image(of: table, key: record.recordKey)
        guard image.place == .table else { return nil }
        return RecordRow(id: record, values: zip(table.parts, image.values).map { ($0.name, $1) })
    }

    package func add(_ table: String, _ values: [(name: String, value: Value)]) throws -> RecordID { try Store.add(table, values, access) }
    package func edit(_ record: RecordID, _ values: [(name: String, value: Value)], shown: [(name: String, value: Value)] = []) throws {
        try Store.edit(record, values, shown: shown, access)
    }

    package func delete(_ record: RecordID) throws { try Store.delete(record, access) }
    package func undelete(_ record: RecordID) throws { try Store.undelete(record, access) }
    package func increment(_ record: RecordID, _ column: String, by amount: Int64) throws { try Store.increment(record, column, by: amount, access) }
}

extension Store {
    /// Several edits as one transaction. An error leaves the file as it was.
    package func edits<Result>(_ body: (RowWriting) throws -> Result) throws -> Result { try write { try body(RowWriting($0)) } }
}
