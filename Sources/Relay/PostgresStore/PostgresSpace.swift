#if Postgres
import CRDT
import Relay
import Wire

/// A space in PostgreSQL.
///
/// A transaction locks the space's row (`for update`): that keeps writers of all processes apart as an advisory lock would, and in the
/// same round trip tells how far the space is and that it is still there.
final class PostgresSpace: SpaceStore {
    let space: SpaceID
    private(set) var incarnation: ReplicaID
    let store: PostgresRelayStore
    let number: Int64

    struct Totals: Hashable {
        var place: Int64
        var dropCount: Int64
        var byteCount: Int64
        var version: SpaceVersion { SpaceVersion(place: place, dropCount: dropCount) }
    }

    private struct Open {
        let connection: PostgresConnection
        var totals: Totals
    }

    /// During a transaction.
    private var open: Open?
    /// The last transaction has more to keep than its lock.
    private var hasWritten = false

    /// The cluster, its timeline (another one after a restore to a moment, or on a standby that took over) and the table's oid (another
    /// one after a restore from a dump): when it differs, the store may have lost something.
    static let home = """
        (select system_identifier from pg_control_system())::text || ' ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
        || ' ' || 'kith_relay_space'::regclass::oid::text
        """

    init(_ space: SpaceID, in store: PostgresRelayStore) throws {
        self.space = space
        self.store = store
        let (number, incarnation) = try store.using { connection in
            let rows = try connection.run("select number, incarnation from kith_relay_space where space = $1", .nonce(space))
            guard rows.count == 1 else { throw RelayError(.unknownSpace, "\(space)") }
            return (try rows.integer(0, 0), try rows.nonce(0, 1))
        }
        self.number = number
        self.incarnation = incarnation
        try transaction {}
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        guard open == nil else { throw RelayError(.storage, "a transaction within another") }
        hasWritten = false
        let (connection, before) = try begun()
        defer { store.giveBack(connection) }
        do {
            open = Open(connection: connection, totals: before)
            let result = try body()
            if let after = open?.totals, after != before { try keep(after, toldOf: before.version, connection) }
            open = nil
            // Where nothing was written the lock alone need not wait for the disk: what others wrote is on it already.
            try connection.run(hasWritten ? "commit" : "rollback")
            return result
        } catch {
            open = nil
            _ = try? connection.run("rollback")
            throw error
        }
    }

    private func begun() throws -> (PostgresConnection, Totals) {
        while true {
            let lent = try store.lend()
            let connection = lent.connection
            do {
                try connection.run("begin")
                let rows = try connection.run(
                    """
                    select place, drop_count, byte_count, incarnation, home, \(PostgresSpace.home) from kith_relay_space
                    where number = $1 and space = $2 for update
                    """, .integer(number), .nonce(space))
                guard rows.count == 1 else { throw RelayError(.unknownSpace, "\(space)") }
                incarnation = try rows.nonce(0, 3)
                if rows.text(0, 4) != rows.text(0, 5) { try takeName(rows.text(0, 5), connection) }
                return (connection, Totals(
                    place: try rows.integer(0, 0), dropCount: try rows.integer(0, 1), byteCount: try rows.integer(0, 2)))
            } catch {
                _ = try? connection.run("rollback")
                store.giveBack(connection)
                guard lent.isUsed, !connection.isAlive else { throw error }
            }
        }
    }

    func reading<Result>(_ body: () throws -> Result) throws -> Result {
        guard open == nil else { return try body() }
        // So that it has its name: what only reads cannot take one.
        try transaction {}
        return try store.using { connection in
            try connection.run("begin isolation level repeatable read, read only")
            defer {
                open = nil
                _ = try? connection.run("rollback")
            }
            let rows = try connection.run(
                "select place, drop_count, byte_count from kith_relay_space where number = $1 and space = $2", .integer(number), .nonce(space))
            guard rows.count == 1 else { throw RelayError(.unknownSpace, "\(space)") }
            open = Open(connection: connection, totals: Totals(
                place: try rows.integer(0, 0), dropCount: try rows.integer(0, 1), byteCount: try rows.integer(0, 2)))
            return try body()
        }
    }

    private func takeName(_ home: String, _ connection: PostgresConnection) throws {
        let name = store.environment.nonce()
        hasWritten = true
        try connection.run(
            "update kith_relay_space set incarnation = $1, home = $2 where number = $3", .nonce(name), .text(home), .integer(number))
        try connection.run(
            "insert into kith_relay_event (space, time, kind, device, detail) values ($1, $2, 'new-incarnation', null, 'database')",
            .integer(number), .integer(store.environment.nowMilliseconds()))
        incarnation = name
    }

    private func keep(_ totals: Totals, toldOf version: SpaceVersion, _ connection: PostgresConnection) throws {
        try connection.run(
            "update kith_relay_space set place = $1, drop_count = $2, byte_count = $3 where number = $4",
            .integer(totals.place), .integer(totals.dropCount), .integer(totals.byteCount), .integer(number))
        guard totals.version != version else { return }
        // Told with the commit, or not at all. Segments of what is not whole yet are news to nobody.
        try connection.run("select pg_notify('kith_relay', $1)", .text("\(space) \(store.token)"))
    }

    // MARK: What reading and writing are made of

    /// The transaction's connection, else one for this use.
    func read<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        if let open { return try translating { try body(open.connection) } }
        return try translating { try store.using(body) }
    }

    /// Only in a transaction: what a caller forgot to put into one must not be half there.
    func write<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        guard let open else { throw RelayError(.storage, "not in a transaction") }
        hasWritten = true
        return try translating { try body(open.connection) }
    }

    private func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch is WireError { throw RelayError(.damaged, "PostgreSQL") }
    }

    func totals() throws -> Totals {
        if let open { return open.totals }
        return try store.using { connection in
            let rows = try connection.run(
                "select place, drop_count, byte_count from kith_relay_space where number = $1 and space = $2", .integer(number), .nonce(space))
            guard rows.count == 1 else { throw RelayError(.unknownSpace, "\(space)") }
            return Totals(place: try rows.integer(0, 0), dropCount: try rows.integer(0, 1), byteCount: try rows.integer(0, 2))
        }
    }

    func change(_ change: (inout Totals) -> Void) {
        if open != nil { change(&open!.totals) }
    }

    /// Asked when nothing was found: a space that another process has removed is not an empty one.
    func checkPresence() throws { _ = try totals() }
}
#endif
