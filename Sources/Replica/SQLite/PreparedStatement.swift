import CRDT
import CSQLite

/// A statement of SQL, prepared once, then bound, stepped and reset many times.
///
/// Bound text and blobs are not copied: they must live until the next `step` or `run` has returned. A value that could not be bound is
/// thrown by that.
package final class PreparedStatement {
    let handle: OpaquePointer
    private let connection: OpaquePointer
    /// Handed out in the access that is under way.
    var isInUse = false
    /// What SQLite said of the first value that it did not take, as when it found no memory: in its place stands NULL, so that the statement
    /// may not run.
    private var bindingCode = SQLITE_OK

    init(_ connection: OpaquePointer, _ sql: String) throws {
        var handle: OpaquePointer?
        let (code, isOne) = sql.withCString { text in
            var rest: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(connection, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &rest)
            return (code, rest?.pointee == 0)
        }
        guard code == SQLITE_OK, let handle, isOne else {
            sqlite3_finalize(handle)
            guard code != SQLITE_OK else { throw SQLiteError(SQLITE_ERROR, "not one statement") }
            throw SQLiteError(of: connection)
        }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Binding; indices from 1

    @inline(__always) private func note(_ code: Int32) { if code != SQLITE_OK, bindingCode == SQLITE_OK { bindingCode = code } }

    /// Before anything is run.
    @inline(__always) private func checkBinding() throws { if bindingCode != SQLITE_OK { throw failureOfBinding() } }

    private func failureOfBinding() -> SQLiteError {
        defer { clear() }
        return SQLiteError(bindingCode, "a value that cannot be bound")
    }

    /// Ends its use: it holds no cursor and no value.
    func clear() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        bindingCode = SQLITE_OK
    }

    @inline(__always) package func bind(_ index: Int32, _ value: Int64) { note(sqlite3_bind_int64(handle, index, value)) }
    @inline(__always) package func bind(_ index: Int32, _ value: Int) { note(sqlite3_bind_int64(handle, index, Int64(value))) }
    @inline(__always) package func bind(_ index: Int32, _ value: Double) { note(sqlite3_bind_double(handle, index, value)) }
    @inline(__always) package func bindNull(_ index: Int32) { note(sqlite3_bind_null(handle, index)) }

    @inline(__always) package func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
        // A nil pointer would bind NULL: an empty text needs any other.
        guard let base = text.baseAddress else {
            note(sqlite3_bind_text(handle, index, "", 0, PreparedStatement.copies))
            return
        }
        note(sqlite3_bind_text(handle, index, base.assumingMemoryBound(to: CChar.self), Int32(text.count), nil))
    }

    @inline(__always) package func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
        note(
            blob.isEmpty ? sqlite3_bind_zeroblob(handle, index, 0) : sqlite3_bind_blob(handle, index, blob.baseAddress, Int32(blob.count), nil))
    }

    static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Binds a copy.
    package func bind(_ index: Int32, _ value: Value) {
        switch value {
        case .null: bindNull(index)
        case .integer(let number): bind(index, number)
        case .real(let number): bind(index, number)
        case .text(let bytes): bind(index, copying: bytes)
        case .blob(let bytes): bind(index, copyingBlob: bytes)
        }
    }

    package func bind(_ index: Int32, copying text: [UInt8]) {
        note(text.withUnsafeBytes { raw in
            // A nil pointer would bind NULL: an empty text needs any other.
            raw.isEmpty
                ? sqlite3_bind_text(handle, index, "", 0, PreparedStatement.copies)
                : sqlite3_bind_text(
                    handle, index, raw.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(raw.count), PreparedStatement.copies)
        })
    }

    package func bind(_ index: Int32, copying text: String) { bind(index, copying: Array(text.utf8)) }

    package func bind(_ index: Int32, copyingBlob blob: [UInt8]) {
        note(blob.withUnsafeBytes { raw in
            raw.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob(handle, index, raw.baseAddress, Int32(raw.count), PreparedStatement.copies)
        })
    }

    package func bind(_ index: Int32, _ nonce: Nonce) { bind(index, copyingBlob: nonce.bytes) }

    // MARK: Running

    /// - Returns: whether there is a row.
    @inline(__always) package func step() throws -> Bool {
        try checkBinding()
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure()
    }

    /// Runs a statement that gives no rows, and resets it.
    @inline(__always) package func run() throws {
        try checkBinding()
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
        sqlite3_reset(handle)
    }

    /// Runs a statement.
    ///
    /// - Returns: why a constraint or a trigger of somebody's own refuses the row; nil when none does.
    package func runUnlessRefused() throws -> String? {
        try checkBinding()
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

    private func failure() -> SQLiteError {
        let error = SQLiteError(of: connection)
        sqlite3_reset(handle)
        return error
    }

    // MARK: Columns of the current row; indices from 0

    @inline(__always) package func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }
    @inline(__always) package func real(_ index: Int32) -> Double { sqlite3_column_double(handle, index) }
    /// Of a text or blob.
    @inline(__always) package func byteCount(_ index: Int32) -> Int { Int(sqlite3_column_bytes(handle, index)) }
    package var columnCount: Int32 { sqlite3_column_count(handle) }

    /// What a value is kept as, numbered as SQLite does (https://sqlite.org/c3ref/c_blob.html).
    package enum StorageClass: Int32, Sendable {
        case integer = 1
        case real
        case text
        case blob
        case null
    }

    @inline(__always) package func storageClass(_ index: Int32) -> StorageClass {
        StorageClass(rawValue: sqlite3_column_type(handle, index)) ?? .null
    }

    @inline(__always) package func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }

    /// The bytes of a text or blob; valid until the next step or reset.
    @inline(__always) package func bytes(_ index: Int32) -> UnsafeRawBufferPointer {
        let base = sqlite3_column_blob(handle, index)
        return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, index)))
    }

    package func nonce(_ index: Int32) throws -> Nonce {
        guard let nonce = Nonce(bytes: bytes(index)) else { throw SQLiteError.damaged("a name is not 16 bytes") }
        return nonce
    }

    package func text(_ index: Int32) -> String { String(decoding: bytes(index), as: UTF8.self) }

    @inline(__always) package func value(_ index: Int32) -> Value {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT: .text(Array(bytes(index)))
        case SQLITE_BLOB: .blob(Array(bytes(index)))
        default: .null
        }
    }
}
