import CRDT
import Engine
import Schema
import Store

/// The program, or family of programs, that a replica is for: its tables, the rows that a space begins with, and what it derives.
///
///     let garden = try Client(schema: schema, founding: [Seed("plot", id: "herbs", ["name": "Herbs"])])
public struct Client: Sendable {
    let engine: Engine.Client

    /// A row that a space begins with. Whoever founds it writes it, once; the others get it as they get every row.
    public struct Seed: Sendable {
        public let table: String
        public let id: String
        public let values: KeyValuePairs<String, Value>

        /// - Parameters:
        ///   - table: one of the schema.
        ///   - id: the same in every space.
        ///   - values: of SQL columns; the others have their defaults.
        public init(_ table: String, id: String, _ values: KeyValuePairs<String, Value> = [:]) {
            self.table = table
            self.id = id
            self.values = values
        }
    }

    /// - Parameters:
    ///   - schema: the tables.
    ///   - founding: the rows that whoever founds a space writes.
    ///   - derived: tables that the program derives from its rows, brought up to date before it reads.
    /// - Throws: `KithError` for a schema that cannot be synced, with the table and column: `no-tables`, `too-many`, `bad-name`,
    ///   `reserved-name`, `same-name`, `other-key`, `wrong-kind`, `unknown-name`.
    public init(schema: Schema, founding: [Seed] = [], derived: [any DerivedIndex] = []) throws {
        engine = try explaining {
            try Engine.Client(
                schema: schema.stored, founding: founding.map { FoundingRow($0.table, id: $0.id, $0.values.stored) },
                derived: derived.map(IndexOfClient.init))
        }
    }

    private init(_ engine: Engine.Client) { self.engine = engine }

    /// A program without tables of its own. It shows what the file has, and carries everything.
    public static let carrier = Client(.carrier)
}

/// What a program derives from its rows to find things fast: tables of its own in the replica's file, local and never sent.
///
/// They are emptied in the very transaction that erases a record, whichever program erases it. An index that throws fails the reading that
/// wanted it up to date, and nothing else.
public protocol DerivedIndex: Sendable {
    /// Letters, digits and underscores, in lower case.
    var name: String { get }
    /// Of the rules by which it is made: another one is made anew.
    var version: Int { get }
    /// SQL that makes its tables and their indices: each "create table if not exists kith_index_NAME…" or the like.
    var tables: [String] { get }
    /// Reads rows again.
    ///
    /// - Parameters:
    ///   - changed: records that were added, changed, deleted or brought back since; nil: all there are, into empty tables.
    ///   - file: reads the rows, and writes the index's own tables.
    func follow(_ changed: [Record]?, _ file: IndexFile) throws
}

/// The file as a derived index sees it, within one transaction. It may change its own tables and no others.
public struct IndexFile {
    let writing: IndexWriting
    public func rows(_ sql: String, _ arguments: [Value] = []) throws -> [[Value]] {
        try explaining { try writing.rows(sql, arguments.map(\.stored)).map { $0.map(Value.init) } }
    }
    public func run(_ sql: String, _ arguments: [Value] = []) throws { _ = try rows(sql, arguments) }
}

private struct IndexOfClient: Store::DerivedIndex {
    let index: any DerivedIndex
    var name: String { index.name }
    var version: Int { index.version }
    var tables: [String] { index.tables }
    func follow(_ changed: [RecordID]?, _ writing: IndexWriting) throws {
        try index.follow(changed?.map(Record.init), IndexFile(writing: writing))
    }
}
