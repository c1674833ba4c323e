import Community
import CRDT
import Wire

/// Time and randomness, as parameters: the same code runs under the simulator's.
package struct StoreEnvironment: Sendable {
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce
    /// Seals what is packed and opens what comes, of the space that the replica belongs to.
    package let sealing: any Sealing
    /// Outside the file, to tell that it was copied or restored; nil: nobody looks.
    package let witness: (any Witness)?

    package init(
        nowMilliseconds: @escaping @Sendable () -> Int64, nonce: @escaping @Sendable () -> Nonce, sealing: any Sealing,
        witness: (any Witness)? = nil
    ) {
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
        self.sealing = sealing
        self.witness = witness
    }
}

/// What is kept in memory of tables, writers and tombstones: read from the file when an access finds that the file has changed
/// since, by whomever.
struct Registers {
    let catalog: Catalog
    let writers: Writers
    /// Whether any record is parked: kept here so that the usual replica never asks.
    let hasParked: Bool
    /// Which records are erased; asked only when any is.
    let erased: Erasures

    init(_ connection: Connection, schema: Schema) throws {
        catalog = try Catalog(connection, schema: schema)
        writers = try Writers(connection)
        hasParked = try connection.number("select exists (select 1 from kith_parked)") == 1
        erased = try Erasures(connection, catalog)
    }
}

/// A state of the file, as far as one connection can tell two from one another.
struct FileState: Hashable {
    /// Changes when another connection has committed (https://sqlite.org/pragma.html#pragma_data_version).
    let dataVersion: Int64
    /// Rows that this connection has inserted, changed or deleted since it was opened.
    let changedRowCount: Int64

    init(_ connection: Connection) throws {
        dataVersion = try connection.number("pragma data_version") ?? 0
        changedRowCount = connection.totalChangedRowCount
    }
}

/// One access to the replica, in one transaction: the connection with what is kept about tables and writers.
final class Access {
    let connection: Connection
    let catalog: Catalog
    let writers: Writers
    let environment: StoreEnvironment
    var hasParked: Bool
    let erased: Erasures
    let continuity: Continuity
    /// Copies that this access has found, and whether it has stamped: told once it is committed.
    var foundCopies: [FoundCopy] = []
    var hasStamped = false

    init(
        _ connection: Connection, _ registers: Registers, environment: StoreEnvironment,
        continuity: Continuity = Continuity(nil)
    ) {
        self.continuity = continuity
        self.connection = connection
        catalog = registers.catalog
        writers = registers.writers
        hasParked = registers.hasParked
        erased = registers.erased
        self.environment = environment
    }

    var now: Int64 { clampedTime(environment.nowMilliseconds()) }

    func isEmpty(_ table: String) throws -> Bool {
        try connection.number("select exists (select 1 from \(quoted(table)))") == 0
    }

    /// Whether somebody edited a shared table since the last stamping.
    func hasNotes() throws -> Bool {
        for table in catalog.shownTables where try !isEmpty(table.notes) { return true }
        return false
    }
}
