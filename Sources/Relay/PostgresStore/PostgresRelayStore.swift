#if Postgres
import CRDT
import Foundation
import Glibc
import Relay
import Synchronization
import Wire

/// Time and chance, as parameters.
package struct PostgresEnvironment: Sendable {
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce

    package init(nowMilliseconds: @escaping @Sendable () -> Int64, nonce: @escaping @Sendable () -> Nonce) {
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
    }
}

/// A relay's store in a PostgreSQL database: any number of relay processes serve the same spaces.
///
/// Each use of a space borrows a connection, so there are as many as threads that use the store at one time, and one more that listens
/// for what other processes commit. When the server goes away every call ends in `RelayError.storage`; the next one connects anew.
package final class PostgresRelayStore: RelayStore {
    private let url: String
    private let passwordFile: String?
    let environment: PostgresEnvironment
    /// Names this process among those that share the database.
    let token: Nonce
    private let idle = Mutex<[PostgresConnection]?>([])
    private let failures = Mutex(Failures())
    private let listener = Mutex<PostgresListener?>(nil)

    /// Connections in a row that could not be made.
    private struct Failures {
        var count = 0
        var lastMilliseconds: Int64 = 0
    }

    /// Idle connections that are kept.
    private static let idleCount = 8
    /// A server that is away is asked again after so long, twice as long each time, and not by everybody at once.
    private static let firstDelayMilliseconds: Int64 = 100
    private static let longestDelayMilliseconds: Int64 = 5_000

    /// - Parameters:
    ///   - url: `postgres://user@host/database`, without a password.
    ///   - passwordFile: in libpq's format (`host:port:database:user:password`); nil: PGPASSFILE or PGPASSWORD, or none is needed.
    /// - Throws: `RelayError.storage`, `.newerVersion`.
    package init(url: String, passwordFile: String? = nil, environment: PostgresEnvironment) throws {
        self.url = url
        self.passwordFile = passwordFile
        self.environment = environment
        token = environment.nonce()
        try using { connection in
            guard try connection.run("show fsync").text(0, 0) == "on" else {
                throw RelayError(.storage, "PostgreSQL runs with fsync = off: what it commits can be lost")
            }
            try connection.run("begin")
            do {
                // Two that begin at one time would both make the tables.
                try connection.run("select pg_advisory_xact_lock($1)", .integer(PostgresLayout.lock))
                if try connection.run("select to_regclass('kith_relay_layout')::text").isNull(0, 0) {
                    try connection.runAll(PostgresLayout.version1)
                }
                let version = try connection.run("select version from kith_relay_layout").integer(0, 0)
                guard version <= PostgresLayout.version else { throw RelayError(.newerVersion, "PostgreSQL") }
                try connection.run("commit")
            } catch {
                _ = try? connection.run("rollback")
                throw error
            }
        }
    }

    // MARK: Spaces

    package func spaces() throws -> [SpaceID] {
        try using { connection in
            let rows = try connection.run("select space from kith_relay_space order by space")
            return try (0..<rows.count).map { try rows.nonce($0, 0) }
        }
    }

    package func open(_ space: SpaceID) throws -> any SpaceStore { try PostgresSpace(space, in: self) }

    package func create(_ space: SpaceID, incarnation: ReplicaID) throws -> any SpaceStore {
        try using { connection in
            _ = try connection.run(
                """
                insert into kith_relay_space (space, incarnation, home, created) values ($1, $2, \(PostgresSpace.home), $3)
                on conflict (space) do nothing
                """, .nonce(space), .nonce(incarnation), .integer(environment.nowMilliseconds()))
        }
        return try PostgresSpace(space, in: self)
    }

    package func remove(_ space: SpaceID) throws {
        // Other relays hear of it, and send its devices away.
        let removed = try using {
            try $0.run(
                """
                with removed as (delete from kith_relay_space where space = $1 returning number)
                select pg_notify('kith_relay', $2)::text from removed
                """, .nonce(space), .text("\(space) \(token)")).count
        }
        guard removed > 0 else { throw RelayError(.unknownSpace, "\(space)") }
    }

    /// One callback; a second call replaces the first. After the server was away it names every space: something may have been missed.
    package func onChange(_ changed: @escaping @Sendable (SpaceID) -> Void) {
        let new = PostgresListener(token: token, connect: { [weak self] in
            guard let self else { throw RelayError(.storage, "closed") }
            return try connect()
        }, spaces: { [weak self] in try self?.spaces() ?? [] }, changed: changed)
        let old = listener.withLock { current in
            defer { current = new }
            return current
        }
        old?.stop()
        new.start()
    }

    package func close() throws {
        listener.withLock { current in
            defer { current = nil }
            return current
        }?.stop()
        idle.withLock { $0 = nil }
    }

    deinit { listener.withLock { $0 }?.stop() }

    // MARK: Connections

    struct Lent {
        let connection: PostgresConnection
        /// It was idle, so the server may have gone away since.
        let isUsed: Bool
    }

    func lend() throws -> Lent {
        let found: PostgresConnection? = try idle.withLock { idle in
            guard idle != nil else { throw RelayError(.storage, "closed") }
            return idle?.popLast()
        }
        if let found { return Lent(connection: found, isUsed: true) }
        return Lent(connection: try connect(), isUsed: false)
    }

    private func connect() throws -> PostgresConnection {
        let now = environment.nowMilliseconds()
        let waits = failures.withLock { failures in
            guard failures.count > 0 else { return false }
            let delay = min(
                PostgresRelayStore.longestDelayMilliseconds, PostgresRelayStore.firstDelayMilliseconds << min(Int64(failures.count) - 1, 16))
            // A clock that was set back is no reason to wait.
            return (0..<delay).contains(now - failures.lastMilliseconds)
        }
        guard !waits else { throw RelayError(.storage, "PostgreSQL: was not reachable a moment ago") }
        do {
            let connection = try PostgresConnection(url: url, passwordFile: passwordFile)
            failures.withLock { $0 = Failures() }
            return connection
        } catch {
            failures.withLock { failures in
                failures.count += 1
                failures.lastMilliseconds = environment.nowMilliseconds()
            }
            throw error
        }
    }

    func giveBack(_ connection: PostgresConnection) {
        guard connection.isAlive else { return }
        idle.withLock { idle in
            if let count = idle?.count, count < PostgresRelayStore.idleCount { idle?.append(connection) }
        }
    }

    /// Runs `body`, which does the same when it runs twice: once more on a new connection where an idle one proves to be dead.
    func using<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        while true {
            let lent = try lend()
            defer { giveBack(lent.connection) }
            do { return try body(lent.connection) } catch {
                guard lent.isUsed, !lent.connection.isAlive else { throw error }
            }
        }
    }
}

/// Listens on a thread and a connection of its own.
private final class PostgresListener: Sendable {
    private let token: Nonce
    private let connect: @Sendable () throws -> PostgresConnection
    private let spaces: @Sendable () throws -> [SpaceID]
    private let changed: @Sendable (SpaceID) -> Void
    private let isStopped = Mutex(false)

    init(
        token: Nonce, connect: @escaping @Sendable () throws -> PostgresConnection, spaces: @escaping @Sendable () throws -> [SpaceID],
        changed: @escaping @Sendable (SpaceID) -> Void
    ) {
        self.token = token
        self.connect = connect
        self.spaces = spaces
        self.changed = changed
    }

    /// How long stopping may take, and how often it tries to connect again (the store has a brake of its own).
    private static let pollMilliseconds: Int32 = 250

    func start() {
        // It listens before this returns, if the server is there: what is committed next is heard.
        let first = try? listening()
        Thread { [self] in run(first) }.start()
    }

    func stop() { isStopped.withLock { $0 = true } }

    private func listening() throws -> PostgresConnection {
        let connection = try connect()
        try connection.runAll("listen kith_relay")
        return connection
    }

    private func run(_ first: PostgresConnection?) {
        var current = first
        while !isStopped.withLock({ $0 }) {
            guard let connection = current else {
                usleep(UInt32(PostgresListener.pollMilliseconds) * 1_000)
                guard let new = try? listening(), let all = try? spaces() else { continue }
                current = new
                for space in all { changed(space) }
                continue
            }
            var descriptor = pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, PostgresListener.pollMilliseconds) != 0 else { continue }
            guard let heard = try? connection.notifications() else {
                current = nil
                continue
            }
            for text in heard {
                let words = text.split(separator: " ")
                guard words.count == 2, let space = SpaceID(hexadecimal: words[0]), words[1] != token.description else { continue }
                changed(space)
            }
        }
    }
}
#endif
