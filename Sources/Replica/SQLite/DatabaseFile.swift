import CSQLite
import Glibc
import Synchronization

/// A SQLite file that several threads use in turn, by one connection. (Several connections would write to the file merely by being opened,
/// and an idle file should keep every byte.)
///
///     let file = try DatabaseFile("zuid.kith", mode: .write) { try $0.execute("pragma journal_mode = wal") }
///     let count = try file.read { try $0.number("select count(*) from contact") }
///     try file.use { file in try file.inTransaction { … } }
package final class DatabaseFile: Sendable {
    private let connection: Connection
    private let turn = Mutex(())

    /// - Parameter setUp: done first with the new connection.
    package init(
        _ path: String, mode: Connection.Mode, options: Connection.Options = .init(), setUp: (Connection) throws -> Void = { _ in }
    ) throws {
        connection = try Connection(path, mode: mode, options: options)
        try setUp(connection)
        connection.release()
    }

    /// One read snapshot, in which every statement that writes is refused.
    package func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try inTurn {
            try connection.refuseWriting(true)
            return try connection.inSnapshot { try body(connection) }
        }
    }

    /// The connection, without a transaction.
    package func use<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try inTurn {
            try connection.refuseWriting(false)
            return try body(connection)
        }
    }

    /// How long a lock of another program is waited for, until this is called again.
    package func wait(milliseconds: Int32) { turn.withLock { _ in connection.wait(milliseconds: milliseconds) } }

    /// The last connection to a file writes the WAL back. A second time is nothing.
    package func close() { turn.withLock { _ in connection.close() } }

    /// Traps when the thread has its turn already.
    private func inTurn<Result>(_ body: () throws -> Result) throws -> Result {
        var result: Result?
        try turn.withLock { _ in
            defer { connection.release() }
            try connection.endLeftTransaction()
            result = try body()
        }
        return result!
    }

    // MARK: Before it is opened

    package enum Header: Hashable, Sendable {
        /// No file at the path.
        case missing
        /// Not a SQLite file, or too short to be one.
        case foreign
        case sqlite(applicationID: Int32, userVersion: Int32)
    }

    /// What a file is, looked at before SQLite does: it would take an empty file for an empty database and write to it. Not to be
    /// called on a file that this process has open: closing it here would end SQLite's locks (https://sqlite.org/howtocorrupt.html, 2.2).
    ///
    /// - Parameter followsLinks: a link is as good as what it leads to.
    /// - Throws: a `SQLiteError` when it cannot be read.
    package static func header(of path: String, followsLinks: Bool = false) throws -> Header {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else {
            if errno == ENOENT { return .missing }
            throw SQLiteError(SQLITE_CANTOPEN, "cannot be read", system: errno)
        }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .foreign }
        var header = [UInt8](repeating: 0, count: 100)
        guard Glibc.read(descriptor, &header, 100) == 100, header.starts(with: "SQLite format 3\0".utf8) else { return .foreign }
        func number(_ offset: Int) -> Int32 { header[offset..<offset + 4].reduce(0) { $0 << 8 | Int32($1) } }
        return .sqlite(applicationID: number(68), userVersion: number(60))
    }
}
