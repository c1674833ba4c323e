import CSQLite
import Glibc
import Wire

/// A SQLite file by the raw calls alone, for other files than replicas: no pool, no observation, one connection that is used by
/// one thread at a time. No trigger runs in it: none is ours, so whoever has put one there means harm.
///
///     let file = try PlainFile("a.kithrelay", mode: .write, setup: "pragma synchronous = full")
///     try file.inTransaction { try file.statement("…").run() }
///     file.close()
package final class PlainFile: @unchecked Sendable {
    package enum Mode: Sendable {
        /// The file is made when it is not there.
        case make
        case write
        case read
    }

    private let connection: Connection
    private let handle: OpaquePointer

    /// - Parameter setup: pragmas, run first.
    package init(_ path: String, mode: Mode, setup: String) throws {
        let flags: Int32 =
            switch mode {
            case .make: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .write: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nil)
        guard code == SQLITE_OK, let opened else {
            let system = opened.map { sqlite3_system_errno($0) } ?? 0
            sqlite3_close_v2(opened)
            throw StoreError(sqlite: code, message: "", system: system)
        }
        handle = opened
        connection = Connection(opened)
        sqlite3_extended_result_codes(opened, 1)
        _ = kith_sqlite3_enable_triggers(opened, 0)
        sqlite3_busy_timeout(opened, PlainFile.busyMilliseconds)
        // https://sqlite.org/pragma.html#pragma_trusted_schema
        do { try connection.execute("pragma trusted_schema = off; " + setup) } catch {
            close()
            throw error
        }
    }

    private static let busyMilliseconds: Int32 = 2_000

    /// The last connection writes the WAL back and removes it. Nothing may be asked of the file afterwards.
    package func close() {
        connection.forgetStatements()
        sqlite3_close_v2(handle)
    }

    // MARK: Statements

    /// The prepared form of `sql`, from the second time on without preparing.
    package func statement(_ sql: String) throws -> PreparedStatement { try connection.statement(sql) }

    /// Runs statements that give no rows.
    package func execute(_ sql: String) throws { try connection.execute(sql) }

    /// A single number; nil for NULL or no row.
    package func number(_ sql: String) throws -> Int64? { try connection.number(sql) }

    /// How many rows the last statement changed.
    package var changedRowCount: Int { connection.changedRowCount }

    // MARK: Transactions

    /// Runs `body` in one write transaction. When it throws, nothing of it remains, also where SQLite has rolled back by itself.
    package func inTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.statement("begin immediate").run()
        do {
            let result = try body()
            try connection.statement("commit").run()
            return result
        } catch {
            if sqlite3_get_autocommit(handle) == 0 { try? connection.statement("rollback").run() }
            throw error
        }
    }

    /// Runs `body` in one read snapshot.
    package func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.statement("begin").run()
        defer { if sqlite3_get_autocommit(handle) == 0 { try? connection.statement("rollback").run() } }
        return try body()
    }

    /// Whether the operating system's last failure was one of room: full, over quota, or beyond the greatest file size.
    package var isOutOfRoom: Bool { [ENOSPC, EDQUOT, EFBIG].contains(sqlite3_system_errno(handle)) }

    // MARK: How transactions are made safe

    /// https://sqlite.org/pragma.html#pragma_journal_mode
    package enum Journal: String, Sendable {
        /// Pages go to a log and from there to the file: written twice, and one sync for a transaction. Readers keep nobody waiting.
        case wal
        /// Pages that were there before go to a journal, then all go to the file: new ones are written once, and there are four syncs.
        /// Until a reader of another connection has ended, nothing can be committed.
        case truncate
    }

    /// Changes it, if no other connection has the file open. Not in a transaction.
    ///
    /// - Returns: whether it is so now.
    package func use(_ journal: Journal) throws -> Bool {
        sqlite3_busy_timeout(handle, 0)
        defer { sqlite3_busy_timeout(handle, PlainFile.busyMilliseconds) }
        do {
            let change = try Statement(handle, "pragma journal_mode = \(journal.rawValue)")
            return try change.step() && change.text(0) == journal.rawValue
        } catch let error as StoreError where error.code == .busy { return false }
    }

    // MARK: Large values

    /// A blob, copied once, from the pages to the array (`sqlite3_column_blob` would put it together in a buffer of its own first).
    ///
    /// - Returns: nil when there is no such row.
    package func blob(table: String, column: String, row: Int64) throws -> [UInt8]? {
        var blob: OpaquePointer?
        let code = sqlite3_blob_open(handle, "main", table, column, row, 0, &blob)
        guard code == SQLITE_OK, let blob else {
            if code & 0xFF == SQLITE_ERROR { return nil }
            throw StoreError(sqlite: code, message: "", system: sqlite3_system_errno(handle))
        }
        defer { sqlite3_blob_close(blob) }
        var read = SQLITE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(sqlite3_blob_bytes(blob))) { buffer, count in
            count = buffer.count
            if count > 0 { read = sqlite3_blob_read(blob, buffer.baseAddress, Int32(count), 0) }
            if read != SQLITE_OK { count = 0 }
        }
        guard read == SQLITE_OK else { throw StoreError(sqlite: read, message: "", system: sqlite3_system_errno(handle)) }
        return bytes
    }

    // MARK: Care

    /// Writes the WAL back into the file and empties it.
    ///
    /// - Returns: false when somebody still reads an older state; it does not wait for them.
    package func emptyWAL() throws -> Bool {
        sqlite3_busy_timeout(handle, 0)
        defer { sqlite3_busy_timeout(handle, PlainFile.busyMilliseconds) }
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        if code == SQLITE_OK { return true }
        if code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED { return false }
        throw StoreError(sqlite: code, message: "", system: sqlite3_system_errno(handle))
    }

    /// Gives free pages at the end of the file back, moving others there first.
    package func giveBack(pageCount: Int64) throws {
        let vacuum = try Statement(handle, "pragma incremental_vacuum(\(pageCount))")
        // A step for each page.
        while try vacuum.step() {}
    }

    /// Writes every row anew, without gaps. Takes as much room again while it runs.
    package func pack() throws { try connection.execute("vacuum") }

    /// Whether every page is in order: what SQLite's check finds, at most ten lines; empty when it is.
    package func faults() throws -> [String] {
        let check = try Statement(handle, "pragma integrity_check(10)")
        var found: [String] = []
        while try check.step() { found.append(check.text(0)) }
        return found == ["ok"] ? [] : found
    }

    /// Writes all living rows, as they are at one moment, to an empty file (https://sqlite.org/lang_vacuum.html, VACUUM INTO).
    /// It is not yet safe on the disk.
    package func copy(into path: String) throws {
        let copy = try Statement(handle, "vacuum into ?")
        copy.bind(1, copying: path)
        try copy.run()
    }

    package enum Header: Hashable, Sendable {
        /// Not a SQLite file, or too short to be one.
        case foreign
        case sqlite(applicationID: Int32, userVersion: Int32)
    }

    /// What a file is, looked at before SQLite does: it would take an empty file for an empty database and write to it. Not to be
    /// called on a file that this process has open: closing it here would end SQLite's locks (https://sqlite.org/howtocorrupt.html, 2.2).
    ///
    /// - Parameter followsLinks: a link is as good as what it leads to.
    /// - Throws: `missing`; `readOnly` when it cannot be read.
    package static func header(of path: String, followsLinks: Bool = false) throws -> Header {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { throw StoreError(errno == ENOENT ? .missing : .readOnly) }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .foreign }
        var header = [UInt8](repeating: 0, count: 100)
        guard Glibc.read(descriptor, &header, 100) == 100, header.starts(with: "SQLite format 3\0".utf8) else { return .foreign }
        func number(_ offset: Int) -> Int32 { header[offset..<offset + 4].reduce(0) { $0 << 8 | Int32($1) } }
        return .sqlite(applicationID: number(68), userVersion: number(60))
    }
}
