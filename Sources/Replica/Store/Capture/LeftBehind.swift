import CRDT
import Schema
import SQLite
import Wire

/// What erased people leave to be looked at (`kith_left`): rows that told of one of them (`Table.Telling`: contact moments), and
/// contacts that somebody called the same person.
///
/// A row that told of nobody else loses its words. It is erased as a whole, by name, like any other record, so that no
/// replaced value, old delta or late edit keeps them; and who comes to it writes what is counted as a new row, whose id is a
/// hash of the old one's. So two who come to it apart write one row, and reports count what they counted.
///
/// Invariants:
/// 1. Whenever a link row of an erased person is removed, or dropped on arrival, the row that it linked is noted here. It may
///    come later than the link: the note stays until it does.
/// 2. Who signs an erasure names the rows that lose their words. Whoever holds one that was not named comes to it alone,
///    by the same rule, and owes the statement (`kith_erasure_owed`).
struct LeftBehind {
    /// A row that tells of people, and whether of others than those asked about.
    struct Told {
        let record: [UInt8]
        let tellsOfOthers: Bool
    }

    private let access: Access
    private var connection: Connection { access.connection }

    init(_ access: Access) { self.access = access }

    // MARK: Noting

    /// Notes what rows that go with erased people linked them to.
    ///
    /// - Parameter isOwnAct: this replica names the erased: who did not take a contact that is called the same meant that.
    func note(_ owned: [Erasing.Owned], isOwnAct: Bool) throws {
        for each in owned where each.isByKey {
            guard let linked = try linked(by: each.record) else { continue }
            if linked.isSamePerson, try isOwnAct || !isSame(each.record) { continue }
            try keep(linked.record, owner: each.owner)
        }
    }

    /// Notes what a row linked that is not taken in, because somebody in its key is erased.
    ///
    /// - Parameter isSame: of a verdict: whether it says "same"; nil: nobody can tell.
    func note(dropped record: [UInt8], isSame: Bool?) throws {
        guard let linked = try linked(by: record), let owner = linked.owner else { return }
        if linked.isSamePerson, isSame != true { return }
        try keep(linked.record, owner: owner)
    }

    private var sameness: Sameness? { access.catalog.schema.sameness }

    /// What a link row joins to an erased person: a row that tells of them, or the other contact of a verdict.
    private func linked(by record: [UInt8]) throws -> (record: [UInt8], owner: [UInt8]?, isSamePerson: Bool)? {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        guard table.keyPartCount == 2, case let parts = key.parts, parts.count == 2 else { return nil }
        if let sameness, table.name == sameness.links, let contacts = access.catalog[sameness.rows] {
            let sides = parts.map { contacts.record(RecordKey(parts: [$0])) }
            let areErased = try sides.map { try access.erased.hasTombstone($0) }
            guard areErased[0] != areErased[1] else { return nil }
            return (sides[areErased[0] ? 1 : 0], sides[areErased[0] ? 0 : 1], true)
        }
        guard let told = access.catalog.shownTables.first(where: { $0.definition?.telling?.links == table.name }),
            let owner = access.erased.ownerParts(of: table).first, case .key(let place) = owner.place
        else { return nil }
        return (
            told.record(RecordKey(parts: [parts[1 - place]])), owner.table.record(RecordKey(parts: [parts[place]])), false)
    }

    private func isSame(_ record: [UInt8]) throws -> Bool {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        guard let sameness, let verdict = table.column(named: sameness.column) else { return false }
        let image = try Records(access).image(of: table, key: key)
        return image.place == .table && image.values[verdict.firstPart] == .text(sameness.value)
    }

    private func keep(_ record: [UInt8], owner: [UInt8]) throws {
        let insert = try connection.statement("insert or ignore into kith_left (record, owner) values (?, ?)")
        insert.bind(1, copyingBlob: record)
        insert.bind(2, copyingBlob: owner)
        try insert.run()
    }

    func holds(_ record: [UInt8]) throws -> Bool {
        let select = try connection.statement("select 1 from kith_left where record = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        return try select.step()
    }

    func forget(_ record: [UInt8]) throws {
        let delete = try connection.statement("delete from kith_left where record = ?")
        delete.bind(1, copyingBlob: record)
        try delete.run()
    }

    /// Everything noted, by record.
    func all() throws -> [(record: [UInt8], owner: [UInt8])] {
        let select = try connection.statement("select record, owner from kith_left order by record")
        defer { select.reset() }
        var found: [(record: [UInt8], owner: [UInt8])] = []
        while try select.step() { found.append((Array(select.bytes(0)), Array(select.bytes(1)))) }
        return found
    }

    // MARK: Rows that lose their words

    /// The rows that link rows among these records belong to, in the table or the trash, by record.
    func told(by records: [[UInt8]]) throws -> [Told] {
        let going = Set(records)
        var found: [[UInt8]: Told] = [:]
        for record in records {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard let told = access.catalog.shownTables.first(where: { $0.definition?.telling?.links == table.name }),
                let place = table.keys.firstIndex(of: told.name)
            else { continue }
            let id = key.parts[place]
            let row = told.record(RecordKey(parts: [id]))
            guard found[row] == nil, !going.contains(row),
                try Records(access).image(of: told, key: RecordKey(parts: [id])).place != .nowhere
            else { continue }
            found[row] = Told(record: row, tellsOfOthers: try links(to: id, table).contains { !going.contains($0) })
        }
        return found.values.sorted { $0.record.lexicographicallyPrecedes($1.record) }
    }

    /// The link rows in the table that belong to a row.
    private func links(to id: [UInt8], _ table: CatalogTable) throws -> [[UInt8]] {
        guard let told = access.catalog.shownTables.first(where: { $0.definition?.telling?.links == table.name }) else { return [] }
        let select = try connection.statement(
            "select \(table.keys.map(quoted).joined(separator: ", ")) from \(quoted(table.name)) where \(quoted(told.name)) = ?")
        defer { select.reset() }
        select.bind(1, copying: id)
        var found: [[UInt8]] = []
        while try select.step() { found.append(table.record(RecordKey(parts: table.keys.indices.map { Array(select.bytes(Int32($0))) }))) }
        return found
    }

    /// Erases the noted rows that tell of nobody any more. One that has not come stays noted.
    ///
    /// - Returns: how many.
    func loseWords(leavesCounts: Bool) throws -> Int {
        let records = try Records(access)
        var count = 0
        for (record, owner) in try all() {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard let telling = table.definition?.telling, let links = access.catalog[telling.links], links.isShown else { continue }
            if try !access.erased.hasTombstone(record) {
                guard try records.image(of: table, key: key).place != .nowhere || !records.changes(of: record).isEmpty else { continue }
                if try self.links(to: key.parts[0], links).isEmpty {
                    if leavesCounts { try keepCount(of: record) }
                    try Erasing(access).erase(owned: [.init(record: record, owner: owner, isByKey: false)])
                    count += 1
                }
            }
            try forget(record)
        }
        return count
    }

    /// Writes what is counted of a row as a row of its own, stamped at once; a row in the trash is counted nowhere.
    func keepCount(of record: [UInt8]) throws {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        guard let telling = table.definition?.telling else { return }
        let records = try Records(access)
        let image = try records.image(of: table, key: key)
        let newKey = RecordKey(LeftBehind.wordlessID(table.name, key))
        let newRecord = table.record(newKey)
        guard image.place == .table, try records.changes(of: newRecord).isEmpty,
            try records.image(of: table, key: newKey).place == .nowhere, try !access.erased.contains(newRecord, table, newKey)
        else { return }
        let values = zip(table.parts, image.values).map { part, value in
            telling.counted.contains(part.name) ? counted(value, table.columns[part.column]?.definition) : .null
        }
        try connection.withoutTriggers {
            // A rule that somebody added may refuse it: the words go all the same.
            guard try records.insert(values, into: table.insertRow, newKey) == nil else { return }
            var stamping = try Stamping(access, as: .erasure)
            try stamping.write(
                table, newKey, record: newRecord, before: [], columns: table.shownColumns.subtracting(table.accumulating), deletes: false,
                noted: access.now, image: try records.image(of: table, key: newKey), was: [:], existed: false)
            try stamping.finish()
        }
    }

    /// The id of what stays of a row (Protocol.md, "Erasure", 8).
    static func wordlessID(_ table: String, _ key: RecordKey) -> String {
        var out = ByteWriter()
        out.raw("kith wordless 1".utf8)
        out.byte(0)
        out.text(table)
        out.counted(key.bytes)
        return Digest.name(out.bytes).description
    }

    /// A value as it may stay: a number, a code of its list, an id, or the day of a time; all other text could be words.
    private func counted(_ value: Value, _ column: Column?) -> Value {
        guard case .text(let bytes) = value else {
            if case .blob = value { return .null }
            return value
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let codes = column?.codes { return access.catalog.schema.codes[codes]?.contains(text) == true ? value : .null }
        if column?.references != nil { return packedID(bytes) == nil ? .null : value }
        return text.prefix(10).wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) == nil ? .null : .text(String(text.prefix(10)))
    }
}

extension Store {
    /// Erases the words of rows whose last person has been erased, as far as they are here.
    ///
    /// - Parameter leavesCounts: this device may write: what is counted stays.
    /// - Returns: how many rows lost their words.
    @discardableResult
    package func loseWords(leavesCounts: Bool) throws -> Int {
        guard try read({ try !LeftBehind($0).all().isEmpty }) else { return 0 }
        return try write { try LeftBehind($0).loseWords(leavesCounts: leavesCounts) }
    }

    /// Contacts that somebody called the same person as one who has been erased, and that are still here.
    package func leftContacts() throws -> [RecordID] {
        try read { access in
            guard try access.connection.number("select count(*) from sqlite_master where name = 'kith_left'") == 1 else { return [] }
            let records = try Records(access)
            return try LeftBehind(access).all().compactMap { record, _ in
                let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                guard table.name == access.catalog.schema.sameness?.rows, try records.image(of: table, key: key).place != .nowhere else { return nil }
                return RecordID(table, key)
            }
        }
    }

    /// Somebody looked: it is another person, or may stay.
    ///
    /// - Parameter record: nil for all.
    /// - Returns: how many.
    package func letBe(leftContact record: RecordID?) throws -> Int {
        let all = try leftContacts().filter { record == nil || $0 == record }
        guard !all.isEmpty else { return 0 }
        try write { access in
            for contact in all { try LeftBehind(access).forget(try access.sharedTable(contact.table).record(contact.recordKey)) }
        }
        return all.count
    }
}
