import CRDT
import CSQLite
import Wire

/// A prepared statement of the hot paths: prepared once, then bound, stepped and reset many times. GRDB's cached
/// statements take about twice the time on such paths; everything else goes through GRDB.
///
/// Bound text and blobs are not copied: they must live until the next `step` or `run` has returned.
package final class PreparedStatement {
    let handle: OpaquePointer
    private let connection: OpaquePointer
    /// Handed out in the access that is under way.
    fileprivate var isInUse = false

    init(_ connection: OpaquePointer, _ sql: String) throws {
        var handle: OpaquePointer?
        let (code, isOne) = sql.withCString { text in
            var rest: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(connection, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &rest)
            return (code, rest?.pointee == 0)
        }
        guard code == SQLITE_OK, let handle, isOne else {
            sqlite3_finalize(handle)
            guard code != SQLITE_OK else { throw StoreError(.sqlite, "not one statement") }
            throw StoreError(sqlite: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)),
                system: sqlite3_system_errno(connection))
        }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Binding; indices from 1

    @inline(__always) package func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    @inline(__always) package func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
    @inline(__always) func bind(_ index: Int32, _ value: Double) { sqlite3_bind_double(handle, index, value) }
    @inline(__always) package func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    @inline(__always) func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
        // A nil pointer would bind NULL: an empty text needs any other.
        guard let base = text.baseAddress else {
            sqlite3_bind_text(handle, index, "", 0, Statement.copies)
            return
        }
        sqlite3_bind_text(handle, index, base.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
    }

    @inline(__always) package func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
        if blob.isEmpty { sqlite3_bind_zeroblob(handle, index, 0) } else {
            sqlite3_bind_blob(handle, index, blob.baseAddress, Int32(blob.count), nil)
        }
    }

    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Binds a copy.
    func bind(_ index: Int32, _ value: Value) {
        switch value {
        case .null: bindNull(index)
        case .integer(let number): bind(index, number)
        case .real(let number): bind(index, number)
        case .text(let bytes): bind(index, copying: bytes)
        case .blob(let bytes): bind(index, copyingBlob: bytes)
        }
    }

    func bind(_ index: Int32, copying text: [UInt8]) {
        _ = text.withUnsafeBytes { raw in
            // A nil pointer would bind NULL: an empty text needs any other.
            raw.isEmpty
                ? sqlite3_bind_text(handle, index, "", 0, Statement.copies)
                : sqlite3_bind_text(
                    handle, index, raw.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(raw.count), Statement.copies)
        }
    }

    package func bind(_ index: Int32, copying text: String) { bind(index, copying: Array(text.utf8)) }

    package func bind(_ index: Int32, copyingBlob blob: [UInt8]) {
        _ = blob.withUnsafeBytes { raw in
            raw.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob(handle, index, raw.baseAddress, Int32(raw.count), Statement.copies)
        }
    }

    package func bind(_ index: Int32, _ nonce: Nonce) { bind(index, copyingBlob: nonce.bytes) }

    // MARK: Running

    /// - Returns: whether there is a row.
    @inline(__always) package func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure()
    }

    /// Runs a statement that gives no rows, and resets it.
    @inline(__always) package func run() throws {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
        sqlite3_reset(handle)
    }

    /// Runs a statement; false when a constraint or a trigger of somebody's own refuses the row.
    func runUnlessRefused() throws -> String? {
        let code = sqlite3_step(handle)
        if code == SQLITE_DONE || code == SQLITE_ROW {
            sqlite3_reset(handle)
            return nil
        }
        guard code & 0xFF == SQLITE_CONSTRAINT || code & 0xFF == SQLITE_MISMATCH || code & 0xFF == SQLITE_TOOBIG else { throw failure() }
        let reason = String(cString: sqlite3_errmsg(connection))
        sqlite3_reset(handle)
        return reason
    }

    @inline(__always) package func reset() { sqlite3_reset(handle) }

    private func failure() -> StoreError {
        let error = StoreError(
            sqlite: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)),
                system: sqlite3_system_errno(connection))
        sqlite3_reset(handle)
        return error
    }

    // MARK: Columns of the current row; indices from 0

    @inline(__always) package func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }
    var columnCount: Int32 { sqlite3_column_count(handle) }
    @inline(__always) package func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }

    /// The bytes of a text or blob; valid until the next step or reset.
    @inline(__always) package func bytes(_ index: Int32) -> UnsafeRawBufferPointer {
        let base = sqlite3_column_blob(handle, index)
        return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, index)))
    }

    package func nonce(_ index: Int32) throws -> Nonce {
        guard let nonce = Nonce(bytes: bytes(index)) else { throw StoreError(.damaged, "a name is not 16 bytes") }
        return nonce
    }

    package func text(_ index: Int32) -> String { String(decoding: bytes(index), as: UTF8.self) }

    @inline(__always) func value(_ index: Int32) -> Value {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT: .text(Array(bytes(index)))
        case SQLITE_BLOB: .blob(Array(bytes(index)))
        default: .null
        }
    }
}

/// Within this room, where the roster's statements are but bytes.
typealias Statement = PreparedStatement

/// A store's connection with its prepared statements. They outlast an access, because preparing one takes longer than most
/// take to run; between two accesses none of them holds a cursor, a lock or a value.
final class Connection {
    let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    private var inUse: [Statement] = []
    private var triggersAreOn = true

    /// Some statements name the columns that an edit touched, or hold a person's own condition: more of them than this are
    /// dropped, and prepared anew when they are wanted.
    private static let keptCount = 512

    /// What `kith_person` looks up.
    let folding = Folding()

    init(_ handle: OpaquePointer) {
        self.handle = handle
        Functions.register(folding, on: handle)
    }

    /// The prepared form of `sql`, from the second time on without preparing.
    func statement(_ sql: String) throws -> Statement {
        let statement: Statement
        if let known = statements[sql] {
            statement = known
        } else {
            statement = try Statement(handle, sql)
            statements[sql] = statement
        }
        if !statement.isInUse {
            statement.isInUse = true
            inUse.append(statement)
        }
        return statement
    }

    /// Ends the use of all statements: an access is over, or about to be committed.
    func release() {
        for statement in inUse {
            sqlite3_reset(statement.handle)
            sqlite3_clear_bindings(statement.handle)
            statement.isInUse = false
        }
        inUse.removeAll(keepingCapacity: true)
        if statements.count > Connection.keptCount { statements = [:] }
    }

    /// A connection can be closed when all its statements are gone.
    func forgetStatements() {
        release()
        statements = [:]
    }

    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw StoreError(sqlite: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
                system: sqlite3_system_errno(handle))
        }
    }

    var lastInsertedRowid: Int64 { sqlite3_last_insert_rowid(handle) }

    /// How many rows all statements since opening have changed.
    var totalChangedRowCount: Int64 { sqlite3_total_changes64(handle) }

    /// How many rows the last statement changed.
    var changedRowCount: Int { Int(sqlite3_changes64(handle)) }

    /// A single number; nil for NULL or no row.
    func number(_ sql: String, _ arguments: Int64...) throws -> Int64? {
        let statement = try statement(sql)
        defer { statement.reset() }
        for (index, argument) in arguments.enumerated() { statement.bind(Int32(index + 1), argument) }
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    /// Changes whenever anyone makes, drops or alters a table, index, view or trigger, and with VACUUM.
    func schemaCookie() throws -> Int64 { try number("pragma schema_version") ?? 0 }

    /// Runs `body` with all triggers of this connection off: what the engine writes itself is not captured.
    ///
    /// Switching makes SQLite prepare every statement anew, so it is done once around a whole piece of work; inside such
    /// a piece this is free.
    func withoutTriggers<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard triggersAreOn else { return try body() }
        _ = kith_sqlite3_enable_triggers(handle, 0)
        triggersAreOn = false
        defer {
            _ = kith_sqlite3_enable_triggers(handle, 1)
            triggersAreOn = true
        }
        return try body()
    }
}

/// A SQL identifier in double quotes.
func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

/// A SQL text literal.
func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
