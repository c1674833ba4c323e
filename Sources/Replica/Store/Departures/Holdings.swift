import CRDT
import SQLite
import Wire

/// What is held here, for whoever asks: a session, a bundle, `status`, `verify`.
extension Store {
    /// What is claimed and held of every collection, in one state in which no edit is unstamped. What was stale is counted.
    package func holdings() throws -> [String: Holding] {
        try stamp()
        if let held = try read({ try $0.hasNotes() || !$0.contents.isCounted() ? nil : try holdings($0, keeping: false) }) { return held }
        guard !isReadOnly else { return try read { try holdings($0, keeping: false) } }
        return try writeStamped { try holdings($0, keeping: true) }
    }

    /// - Parameter anew: nothing that is kept is believed.
    func holdings(_ access: Access, keeping: Bool, anew: Bool = false) throws -> [String: Holding] {
        let contents = try access.contents.digests(of: collections, keeping: keeping, anew: anew)
        return Dictionary(uniqueKeysWithValues: try collections.map {
            ($0, Holding(try access.writers.knowledge(of: $0), contents[$0]))
        })
    }

    /// Counts what is stale, so that an edit behind Kith's back can be told later. Before a file is left alone.
    func countStale() throws {
        guard !isReadOnly, try read({ try !$0.hasNotes() && !$0.contents.isCounted() }) else { return }
        try write { access in
            if try !access.hasNotes() { _ = try access.contents.digests(of: [], keeping: true) }
        }
    }

    /// Whether the rows are what the log and the digests say, all of it counted anew.
    package struct Verification: Sendable {
        /// What is claimed and, by the rows as they are, held.
        package let holdings: [String: Holding]
        /// Records that are not what they were when they were counted last, ascending by table and key.
        package let altered: [RecordID]
        /// Blocks of which nothing was known that could be compared.
        package let staleBlockCount: Int
    }

    /// The records that clients have edited since the last stamping.
    private func noted(_ access: Access) throws -> Set<[UInt8]> {
        var found: Set<[UInt8]> = []
        for table in access.catalog.shownTables where try !access.isEmpty(table.notes) {
            let select = try access.connection.statement(
                "select distinct kith_record(\(table.number), \(Capture.keyNotes(table).joined(separator: ", "))) from \(quoted(table.notes))")
            defer { select.reset() }
            while try select.step() { found.insert(Array(select.bytes(0))) }
        }
        return found
    }

    /// Edits of any client that wait are stamped first; then all is counted from the rows, and nothing that was kept is believed.
    package func verify() throws -> Verification {
        if !isReadOnly { try stamp() }
        return try read { access in
            // In a file that cannot be written, edits wait: they are no surprise.
            let noted = try noted(access)
            let altered = try access.contents.alteredRecords().filter { !noted.contains($0) }.map { record in
                let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                return RecordID(table: table.name, key: key.parts.map { String(decoding: $0, as: UTF8.self) })
            }
            let stale = try access.contents.staleBlockCount()
            return Verification(
                holdings: try holdings(access, keeping: false, anew: true), altered: altered, staleBlockCount: stale)
        }
    }
}
