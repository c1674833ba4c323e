import Community
import CRDT
import Interchange
import Store

/// A record that was found.
package struct FoundRecord: Sendable {
    package let id: RecordID
    package let name: String
    /// What tells it from others of this name: of a contact every number and address, of all entries of the person.
    package let details: [String]
    /// Other contacts that people said to be the same person.
    package let alsoAs: [RecordID]
    /// What tells a row apart that has no name of its own, by its columns: people read codes and days in their own words.
    package var values: [(name: String, value: Value)] = []
}

extension Replica {
    /// Finds records by what people type; contacts said to be one person come as one.
    ///
    /// - Parameter table: only records of this one.
    package func find(_ text: String, in table: String? = nil, limit: Int = 20) throws -> [FoundRecord] {
        if let table { guard store.schema[table] != nil else { throw StoreError(.unknownName, table) } }
        try stampUnasked()
        let found = try store.find(SearchWords.typed(text), in: table, limit: limit, SearchRules())
        let identities = try store.identities(around: found.filter { $0.table == "contact" }.map { $0.key[0] })
        var shown: [RecordID] = []
        for record in found {
            let record = record.table == "contact" ? RecordID(table: "contact", key: [identities.person(of: record.key[0])]) : record
            if !shown.contains(record) { shown.append(record) }
        }
        let reach = try self.reach(of: shown.filter { $0.table == "contact" }.map { $0.key[0] }, identities)
        return try store.rows(shown).map { row in
            let others = row.id.table == "contact" ? identities.contacts(of: row.id.key[0]).filter { $0 != row.id.key[0] } : []
            return FoundRecord(
                id: row.id, name: displayName(of: row), details: row.id.table == "contact" ? reach[row.id.key[0]] ?? [] : [],
                alsoAs: others.map { RecordID(table: "contact", key: [$0]) })
        }
    }

    /// Brings up to date with the rows what is found by words and when each was last met: of many new rows that takes a while, which whoever
    /// brings them waits for, and nobody who looks for something later.
    package func followRows() throws {
        do {
            try store.refreshSearch(SearchRules())
            try store.followLastMet()
        } catch let error as StoreError where [.busy, .full, .readOnly].contains(error.code) {
            // It is only for speed: what is asked next follows them.
        }
    }

    /// The same after much came in; few rows are followed in no time by whoever asks.
    package func followManyRows() throws {
        if !store.isReadOnly, try !isSearchFollowed() { try followRows() }
    }

    /// Whether words find all, but for a few rows.
    package func isSearchFollowed() throws -> Bool { try store.isSearchFollowed(SearchRules()) }

    /// Every number, e-mail address and address of persons, by the contact that is asked for: of all their entries, each once.
    package func reach(of contacts: [String], _ identities: Identities) throws -> [String: [String]] {
        let entries = Dictionary(uniqueKeysWithValues: Set(contacts).map { ($0, identities.contacts(of: $0)) })
        let known = try store.reach(of: entries.values.reduce(into: []) { $0.formUnion($1) })
        return entries.mapValues { entries in
            var seen: Set<String> = []
            return entries.flatMap { known[$0] ?? [] }.filter { seen.insert($0).inserted }
        }
    }

    /// Makes the search index and the list of possible duplicates anew.
    ///
    /// - Returns: how many records were read.
    package func rebuildSearch() throws -> Int {
        try stamp()
        try store.forgetDerived()
        let count = try store.refreshSearch(SearchRules())
        try store.refreshCandidates(LikenessRules())
        return count
    }
}
