import Community
import CRDT
import SQLite
import Wire

/// The words by which records are found. Pure: the same row always gives the same words.
package protocol SearchReading: Sendable {
    /// Records read by another version are read again.
    var version: Int { get }
    /// Tables whose rows are found by their own texts, beside contacts.
    var tables: [String] { get }
    func words(of contact: ContactRows) -> String
    /// What tells a contact from others of its name, a line each.
    func details(of contact: ContactRows) -> [String]
    func words(of texts: [String]) -> String
}

extension Store {
    /// Finds records of which a word begins with each of the words typed; those that have all of them whole come first, then
    /// contacts, then the oldest.
    ///
    /// The index follows what has changed since it was last asked (see `Derived`); the first time it reads everything.
    ///
    /// - Parameters:
    ///   - words: folded, letters and digits only.
    ///   - table: only records of this one.
    package func find(
        _ words: [String], in table: String? = nil, limit: Int, _ reading: some SearchReading
    ) throws -> [RecordID] {
        guard !words.isEmpty, limit > 0 else { return [] }
        if isReadOnly, try !read({ try Derived.exists($0.connection) }) { throw StoreError(.readOnly) }
        if !isReadOnly { try refreshSearch(reading) }
        return try read { access in
            let wanted = try table.map { try access.sharedTable($0) }
            var found: [RecordID] = []
            var seen: Set<[UInt8]> = []
            for isWhole in [true, false] {
                let query = words.map { "\"\($0)\"" + (isWhole ? "" : "*") }.joined(separator: " AND ")
                try Store.match(query, access) { record in
                    guard seen.insert(record).inserted else { return true }
                    let (match, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                    guard wanted.map({ $0 === match }) ?? true, match.isShown else { return true }
                    // An entry of a row that has gone since is passed over.
                    guard try Records(access).isInTable(match, key: key) else { return true }
                    found.append(RecordID(match, key))
                    return found.count < limit
                }
                if found.count >= limit { break }
            }
            return found
        }
    }

    /// Calls `body` with records until it says no: contacts first, since their numbers are read first.
    private static func match(_ query: String, _ access: Access, _ body: ([UInt8]) throws -> Bool) throws {
        let select = try access.connection.statement(
            """
            select record from kith_search join kith_search_row as row on row.n = kith_search.rowid
            where kith_search match ? and record is not null order by kith_search.rowid
            """)
        defer { select.reset() }
        select.bind(1, copying: query)
        while try select.step() {
            guard try body(Array(select.bytes(0))) else { return }
        }
    }

    /// - Returns: how many records were read again.
    @discardableResult
    package func refreshSearch(_ reading: some SearchReading) throws -> Int {
        guard try !read({ try Derived(access: $0, purpose: "search", version: reading.version).isCurrent() }) else { return 0 }
        return try write { try SearchBuilding($0, reading).refresh() }
    }

    /// Whether the index was made, and follows in no time what changed since.
    package func isSearchFollowed(_ reading: some SearchReading) throws -> Bool {
        try read { try Derived(access: $0, purpose: "search", version: reading.version).isNear() }
    }

    /// What tells found contacts from others of their names, by id.
    package func foundDetails(of contacts: Set<String>) throws -> [String: [String]] {
        try read { access in
            guard try Derived.exists(access.connection), let table = access.catalog["contact"] else { return [:] }
            let select = try access.connection.statement("select details from kith_search_row where record = ?")
            var found: [String: [String]] = [:]
            for id in contacts {
                select.bind(1, copyingBlob: table.record(RecordKey([id])))
                defer { select.reset() }
                if try select.step() { found[id] = select.text(0).split(separator: "\n").map(String.init) }
            }
            return found
        }
    }

    /// The rows of records of which each is named by one id, as far as they are there; in the order given.
    package func rows(_ records: [RecordID]) throws -> [RecordRow] {
        try read { access in
            try records.compactMap { record in
                let table = try access.sharedTable(record.table)
                let image = try Records(access).image(of: table, key: record.recordKey)
                guard image.place == .table else { return nil }
                return RecordRow(id: record, values: zip(table.parts, image.values).map { ($0.name, $1) })
            }
        }
    }

    /// Makes the search index and the list of possible duplicates anew, from nothing.
    package func forgetDerived() throws {
        try write { try Derived.forget($0.connection) }
    }
}

/// Follows the rows with the index.
///
/// The index is contentless (https://sqlite.org/fts5.html, 4.4.1): it holds words and row numbers, not texts. An entry is
/// never changed: a record that is read again gets a new number, and what its old number finds is passed over (numbers are
/// never given out again), until so many are old that all is read anew.
private final class SearchBuilding<Reading: SearchReading> {
    private let access: Access
    private let reading: Reading
    private let derived: Derived
    private let keep: PreparedStatement
    private let drop: PreparedStatement
    private let index: PreparedStatement
    private var connection: Connection { access.connection }

    init(_ access: Access, _ reading: Reading) throws {
        self.access = access
        self.reading = reading
        derived = Derived(access: access, purpose: "search", version: reading.version)
        try derived.create()
        keep = try access.connection.statement("insert into kith_search_row (record, details) values (?, ?)")
        drop = try access.connection.statement("update kith_search_row set record = null, details = null where record = ?")
        index = try access.connection.statement("insert into kith_search (rowid, words) values (?, ?)")
    }

    func refresh() throws -> Int {
        var count = 0
        switch try derived.changedContacts() {
        case .some(let contacts, let others) where try !isWorn():
            count = try follow(contacts, others)
        default:
            count = try readAll()
        }
        try derived.keepMarks()
        return count
    }

    /// Whether most of the numbers given out are old.
    private func isWorn() throws -> Bool {
        let last = try connection.number("select coalesce(max(n), 0) from kith_search_row") ?? 0
        let rows = try connection.number("select count(record) from kith_search_row") ?? 0
        return last > 2 * rows + 10_000
    }

    private func readAll() throws -> Int {
        try connection.execute("delete from kith_search_row")
        try connection.execute("insert into kith_search (kith_search) values ('delete-all')")
        var count = 0
        if var contacts = try ContactReading(access), let table = access.catalog["contact"] {
            while let (id, rows) = try contacts.next() {
                try add(table.record(RecordKey([id])), reading.words(of: rows), details: reading.details(of: rows))
                count += 1
            }
        }
        for table in tables {
            let texts = columns(table)
            let select = try connection.prepare("select \((table.keys + texts).map(quoted).joined(separator: ", ")) from \(quoted(table.name)) order by \(table.keys.map(quoted).joined(separator: ", "))")
            while try select.step() {
                let key = RecordKey(parts: table.keys.indices.map { Array(select.bytes(Int32($0))) })
                try add(table.record(key), words(select, from: table.keys.count, count: texts.count))
                count += 1
            }
        }
        try connection.execute("insert into kith_search (kith_search) values ('optimize')")
        return count
    }

    private func follow(_ contacts: Set<String>, _ others: Set<[UInt8]>) throws -> Int {
        if let table = access.catalog["contact"], !contacts.isEmpty {
            for id in contacts { try forget(table.record(RecordKey([id]))) }
            if var reader = try ContactReading(access, ids: contacts) {
                while let (id, rows) = try reader.next() { try add(table.record(RecordKey([id])), reading.words(of: rows), details: reading.details(of: rows)) }
            }
        }
        let names = Set(reading.tables)
        var count = contacts.count
        for record in others {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard names.contains(table.name) else { continue }
            count += 1
            try forget(record)
            let texts = columns(table)
            let matches = table.keys.map { "\(quoted($0)) = ?" }.joined(separator: " and ")
            let select = try connection.statement(
                "select \((["1"] + texts.map(quoted)).joined(separator: ", ")) from \(quoted(table.name)) where \(matches)")
            defer { select.reset() }
            for (offset, part) in key.parts.enumerated() { select.bind(Int32(offset + 1), copying: part) }
            if try select.step() { try add(record, words(select, from: 1, count: texts.count)) }
        }
        return count
    }

    private var tables: [CatalogTable] {
        reading.tables.compactMap { access.catalog[$0] }.filter(\.isShown)
    }

    /// The text columns of a table that hold words: no ids, codes, times or colours of the like.
    private func columns(_ table: CatalogTable) -> [String] {
        (table.definition?.columns ?? []).filter { column in
            column.references == nil && column.codes == nil && column.name != "created_at" && column.name != "source_uid"
        }.flatMap(\.parts).filter { $0.type == .text }.map(\.name)
    }

    private func words(_ row: PreparedStatement, from first: Int, count: Int) -> String {
        reading.words(of: (first..<first + count).filter { !row.isNull(Int32($0)) }.map { row.text(Int32($0)) })
    }

    private func add(_ record: [UInt8], _ words: String, details: [String] = []) throws {
        guard !words.isEmpty else { return }
        keep.bind(1, copyingBlob: record)
        if details.isEmpty { keep.bindNull(2) } else { keep.bind(2, copying: details.joined(separator: "\n")) }
        try keep.run()
        index.bind(1, connection.lastInsertedRowid)
        index.bind(2, copying: words)
        try index.run()
    }

    private func forget(_ record: [UInt8]) throws {
        drop.bind(1, copyingBlob: record)
        try drop.run()
    }
}
