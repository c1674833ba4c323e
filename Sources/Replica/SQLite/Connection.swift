import CSQLite

/// One connection to a SQLite file, with its prepared statements. Used by one thread at a time (`DatabaseFile` sees to that where there are
/// several).
///
///     let file = try Connection("a.kithrelay", mode: .write)
///     try file.inTransaction { try file.statement("…").run() }
///     file.close()
package final class Connection: @unchecked Sendable {
    package enum Mode: Sendable {
        /// The file is made when it is not there.
        case make
        case write
        case read
        /// As a file that nobody changes: no lock is taken, and nothing is put beside it. Only for a file that has no WAL.
        case readUnchanging
    }

    /// The defaults are for a file in which no trigger or view is ours: whoever has put one there means harm.
    package struct Options: Sendable {
        /// A link is as good as what it leads to.
        package var followsLinks = false
        /// Triggers run, and views may use every function.
        package var trustsSchema = false
        /// How long a lock of another program is waited for.
        package var waitedMilliseconds: Int32 = 2_000

        package init(followsLinks: Bool = false, trustsSchema: Bool = false, waitedMilliseconds: Int32 = 2_000) {
            self.followsLinks = followsLinks
            self.trustsSchema = trustsSchema
            self.waitedMilliseconds = waitedMilliseconds
        }
    }

    let handle: OpaquePointer
    private let waitedMilliseconds: Int32
    private var isClosed = false
    private var statements: [String: PreparedStatement] = [:]
    private var inUse: [PreparedStatement] = []
    private var triggersAreOn: Bool

    /// Some statements name the columns that an edit touched, or hold a person's own condition: more of them than this are
    /// dropped, and prepared anew when they are wanted.
    private static let keptCount = 512

    // MARK: Opening and closing

    /// - Parameter setup: pragmas, run first.
    package init(_ path: String, mode: Mode, options: Options = Options(), setup: String = "") throws {
        let flags: Int32 =
            switch mode {
            case .make: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .write: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            case .readUnchanging: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        var opened: OpaquePointer?
        let name = mode == .readUnchanging ? Connection.address(path) + "?immutable=1" : path
        let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX | (options.followsLinks ? 0 : SQLITE_OPEN_NOFOLLOW), nil)
        guard code == SQLITE_OK, let opened else {
            let system = opened.map { sqlite3_system_errno($0) } ?? 0
            sqlite3_close_v2(opened)
            throw SQLiteError(code, "", system: system)
        }
        handle = opened
        waitedMilliseconds = options.waitedMilliseconds
        triggersAreOn = options.trustsSchema
        sqlite3_extended_result_codes(opened, 1)
        sqlite3_busy_timeout(opened, waitedMilliseconds)
        kith_sqlite3_refuse_double_quoted_texts(opened)
        if !options.trustsSchema {
            _ = kith_sqlite3_enable_triggers(opened, 0)
            // https://sqlite.org/pragma.html#pragma_trusted_schema
            try execute("pragma trusted_schema = off")
        }
        if !setup.isEmpty { try execute(setup) }
    }

    /// The last connection to a file writes the WAL back and removes it. Nothing can be asked of it afterwards; a second time is nothing.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        // SQLite keeps a connection open for as long as it has statements.
        release()
        statements = [:]
        sqlite3_close_v2(handle)
    }

    deinit { close() }

    /// A path as a URI (https://sqlite.org/uri.html).
    private static func address(_ path: String) -> String {
        "file:" + path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
            }
        }.joined()
    }

    // MARK: Statements

    /// The prepared form of `sql`, which must be one statement; from the second time on without preparing. It outlasts an access, because
    /// preparing takes longer than most take to run; between two accesses (`release`) none holds a cursor, a lock or a value.
    package func statement(_ sql: String) throws -> PreparedStatement {
        let statement: PreparedStatement
        if let known = statements[sql] {
            statement = known
        } else {
            statement = try prepare(sql)
            statements[sql] = statement
        }
        if !statement.isInUse {
            statement.isInUse = true
            inUse.append(statement)
        }
        return statement
    }

    /// The same for one use: it is not kept.
    package func prepare(_ sql: String) throws -> PreparedStatement {
        guard !isClosed else { throw SQLiteError.closed }
        return try PreparedStatement(handle, sql)
    }

    /// Ends the use of all statements: an access is over, or about to be committed.
    package func release() {
        for statement in inUse {
            statement.clear()
            statement.isInUse = false
        }
        inUse.removeAll(keepingCapacity: true)
        if statements.count > Connection.keptCount { statements = [:] }
    }

    /// Runs statements that give no rows.
    package func execute(_ sql: String) throws {
        guard !isClosed else { throw SQLiteError.closed }
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw SQLiteError(of: handle) }
    }

    package var lastInsertedRowid: Int64 { sqlite3_last_insert_rowid(handle) }

    /// How many rows all statements since opening have changed.
    package var totalChangedRowCount: Int64 { sqlite3_total_changes64(handle) }

    /// How many rows the last statement changed.
    package var changedRowCount: Int { Int(sqlite3_changes64(handle)) }

    /// A single number; nil for NULL or no row.
    package func number(_ sql: String, _ arguments: Int64...) throws -> Int64? {
        let statement = try statement(sql)
        defer { statement.reset() }
        for (index, argument) in arguments.enumerated() { statement.bind(Int32(index + 1), argument) }
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    /// The first column of every row.
    package func texts(_ sql: String, _ arguments: String...) throws -> [String] {
        let statement = try prepare(sql)
        for (index, argument) in arguments.enumerated() { statement.bind(Int32(index + 1), copying: argument) }
        var found: [String] = []
        while try statement.step() { found.append(statement.text(0)) }
        return found
    }

    /// Changes whenever anyone makes, drops or alters a table, index, view or trigger, and with VACUUM.
    package func schemaCookie() throws -> Int64 { try number("pragma schema_version") ?? 0 }

    // MARK: Transactions

    private var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    /// The body of one is running.
    private var isInBody = false

    /// Taking a transaction back can fail too, as when SQLite finds no memory for it. Then it is done before anything else: what came after
    /// would be part of it, and never be kept.
    func endLeftTransaction() throws {
        guard !isClosed, !isInBody, isInTransaction else { return }
        release()
        try statement("rollback").run()
    }

    /// Runs `body` in one write transaction, immediate: what is read in it is what is written on. When it throws, nothing of it remains,
    /// also where SQLite has rolled back by itself.
    package func inTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try endLeftTransaction()
        try statement("begin immediate").run()
        let wasInBody = isInBody
        defer { isInBody = wasInBody }
        do {
            isInBody = true
            let result = try body()
            // A statement that is still running would hold up the commit.
            release()
            try statement("commit").run()
            return result
        } catch {
            release()
            if isInTransaction { try? statement("rollback").run() }
            throw error
        }
    }

    /// Runs `body` in one read snapshot.
    package func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try endLeftTransaction()
        try statement("begin").run()
        let wasInBody = isInBody
        isInBody = true
        defer {
            release()
            if isInTransaction { try? statement("rollback").run() }
            isInBody = wasInBody
        }
        return try body()
    }

    /// The same where temporary tables may be written: what they hold stays, unless `body` throws.
    package func inSurvey<Result>(_ body: () throws -> Result) throws -> Result {
        try statement("begin").run()
        do {
            let result = try body()
            release()
            try statement("commit").run()
            return result
        } catch {
            release()
            if isInTransaction { try? statement("rollback").run() }
            throw error
        }
    }

    /// Whether statements that write are refused (https://sqlite.org/pragma.html#pragma_query_only): what a person's own condition could
    /// contain is harmless then. SQLite prepares every statement anew after a change, so that nothing is changed that is so already.
    package func refuseWriting(_ refuses: Bool) throws {
        guard refuses != refusesWriting else { return }
        try execute("pragma query_only = \(refuses ? "on" : "off")")
        refusesWriting = refuses
    }
    private var refusesWriting = false

    /// Runs `body` with all triggers of this connection off: what the engine writes itself is not captured.
    ///
    /// Switching makes SQLite prepare every statement anew, so it is done once around a whole piece of work; inside such
    /// a piece this is free.
    package func withoutTriggers<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard triggersAreOn else { return try body() }
        _ = kith_sqlite3_enable_triggers(handle, 0)
        triggersAreOn = false
        defer {
            _ = kith_sqlite3_enable_triggers(handle, 1)
            triggersAreOn = true
        }
        return try body()
    }

    /// How long a lock of another program is waited for, until this is called again.
    package func wait(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    /// Runs `body` with a connection that gives up at once where it would wait for another program.
    func withoutWaiting<Result>(_ body: () throws -> Result) rethrows -> Result {
        wait(milliseconds: 0)
        defer { wait(milliseconds: waitedMilliseconds) }
        return try body()
    }
}

/// A SQL identifier in double quotes.
package func quoted(_ name: String) -> String { enclosed(name, in: UInt8(ascii: "\"")) }

/// A SQL text literal.
package func literal(_ text: String) -> String { enclosed(text, in: UInt8(ascii: "'")) }

/// Between two marks, with each such mark in the text doubled. Every access names tables and columns so: no pattern matching.
private func enclosed(_ text: String, in mark: UInt8) -> String {
    String(unsafeUninitializedCapacity: 2 * text.utf8.count + 2) { buffer in
        var count = 0
        func put(_ byte: UInt8) {
            buffer[count] = byte
            count += 1
        }
        put(mark)
        for byte in text.utf8 {
            if byte == mark { put(mark) }
            put(byte)
        }
        put(mark)
        return count
    }
}
