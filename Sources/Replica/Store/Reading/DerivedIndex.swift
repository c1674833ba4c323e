import CRDT
import Schema
import SQLite

/// What a client derives from rows to find things fast: tables of its own in the replica's file, local and never sent.
///
/// It is brought up to date before the client reads, from what the log says has changed since; the first time, and whenever values
/// came to be shown without a change, from everything. When anything is erased it is emptied in that very transaction, whichever program
/// erases: so its tables are told by their names.
package protocol DerivedIndex: Sendable {
    /// Letters, digits and underscores, in lower case.
    var name: String { get }
    /// Of the rules by which it is made: another one is made anew.
    var version: Int { get }
    /// SQL that makes its tables where they are missing; each is named `kith_index_`, the index's
    /// name, and what more it likes; so are indices on them.
    var tables: [String] { get }
    /// Reads rows again. An error takes back this work alone.
    ///
    /// - Parameter changed: nil: everything, into tables that are empty.
    func follow(_ changed: [RecordID]?, _ writing: IndexWriting) throws
}

/// The file as a derived index sees it, within one transaction. It changes no tables but its own.
package struct IndexWriting {
    fileprivate let access: Access

    package func rows(_ sql: String, _ arguments: [Value] = []) throws -> [[Value]] { try access.rows(sql, arguments).map(\.values) }

    package func run(_ sql: String, _ arguments: [Value] = []) throws { _ = try access.rows(sql, arguments) }
}

extension DerivedIndex {
    /// What its SQL makes: (whether it is a table, its name); nil for a statement that makes nothing of this index.
    fileprivate func made(by sql: String) -> (isTable: Bool, name: String)? {
        let words = sql.split(maxSplits: 8, omittingEmptySubsequences: true) { $0.isWhitespace || $0 == "(" }.map(String.init)
        let lower = words.map { $0.lowercased() }
        for (beginning, isTable) in [(["create", "table"], true), (["create", "virtual", "table"], true), (["create", "index"], false)]
        where lower.starts(with: beginning + ["if", "not", "exists"]) && words.count > beginning.count + 3 {
            let name = words[beginning.count + 3]
            return name.hasPrefix(Derived.prefix + self.name) ? (isTable, name) : nil
        }
        return nil
    }
}

extension Store {
    /// - Throws: `SchemaFault`, `badName`, for one whose name or tables erasing would not know.
    package static func check(_ index: some DerivedIndex) throws {
        let isName = !index.name.isEmpty && index.name.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        guard isName, !["search", "candidates", "suspects"].contains(index.name) else { throw SchemaFault(.badName, index.name) }
        for sql in index.tables where index.made(by: sql) == nil { throw SchemaFault(.badName, "\(index.name): \(sql.prefix(80))") }
    }

    /// Brings an index up to date with the rows.
    package func refresh(_ index: some DerivedIndex) throws {
        func derived(_ access: Access) -> Derived { Derived(access: access, purpose: index.name, version: index.version) }
        guard try !read({ try derived($0).isCurrent() }) else { return }
        try write { access in
            let derived = derived(access)
            try derived.create()
            for sql in index.tables { try access.connection.execute(sql) }
            let changed = try derived.changed()
            if changed == nil { try Derived.forget(access.connection) { name in index.tables.contains { index.made(by: $0)?.name == name } } }
            let records = try changed?.compactMap { record -> RecordID? in
                let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                return table.isShown ? RecordID(table, key) : nil
            }.sorted()
            try index.follow(records, IndexWriting(access: access))
            try derived.keepMarks()
        }
    }
}
