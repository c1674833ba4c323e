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

/// One access to the replica, in one transaction: the connection with what is kept about tables and writers.
final class Access {
    let connection: Connection
    let catalog: Catalog
    let writers: Writers
    let environment: StoreEnvironment
    /// Whether any record is parked: kept here so that the usual replica never asks.
    var hasParked: Bool
    /// Which records are erased; asked only when any is.
    let erased: Erasures
    let continuity: Continuity
    /// Copies that this access has found, and whether it has stamped: told once it is committed.
    var foundCopies: [FoundCopy] = []
    var hasStamped = false

    init(
        _ handle: OpaquePointer, schema: Schema, environment: StoreEnvironment, continuity: Continuity = Continuity(nil)
    ) throws {
        self.continuity = continuity
        connection = Connection(handle)
        catalog = try Catalog(connection, schema: schema)
        writers = try Writers(connection)
        self.environment = environment
        hasParked = try connection.number("select exists (select 1 from kith_parked)") == 1
        erased = try Erasures(connection, catalog)
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
