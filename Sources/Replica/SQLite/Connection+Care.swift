import CSQLite

/// What is done with a whole file.
extension Connection {
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
        do {
            return try withoutWaiting { try texts("pragma journal_mode = \(journal.rawValue)") == [journal.rawValue] }
        } catch let error as SQLiteError where error.kind == .busy { return false }
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
            throw SQLiteError(code, "", system: sqlite3_system_errno(handle))
        }
        defer { sqlite3_blob_close(blob) }
        var read = SQLITE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(sqlite3_blob_bytes(blob))) { buffer, count in
            count = buffer.count
            if count > 0 { read = sqlite3_blob_read(blob, buffer.baseAddress, Int32(count), 0) }
            if read != SQLITE_OK { count = 0 }
        }
        guard read == SQLITE_OK else { throw SQLiteError(read, "", system: sqlite3_system_errno(handle)) }
        return bytes
    }

    // MARK: Care

    /// Writes the WAL back into the file and empties it. Waits for those who still read an older state as for any lock.
    package func writeBackWAL() throws {
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code, "", system: sqlite3_system_errno(handle)) }
    }

    /// The same without waiting.
    ///
    /// - Returns: false when somebody still reads an older state.
    package func emptyWAL() throws -> Bool {
        do { try withoutWaiting { try writeBackWAL() } } catch let error as SQLiteError where error.kind == .busy { return false }
        return true
    }

    /// Gives free pages at the end of the file back, moving others there first.
    package func giveBack(pageCount: Int64) throws {
        let vacuum = try prepare("pragma incremental_vacuum(\(pageCount))")
        // A step for each page.
        while try vacuum.step() {}
    }

    /// Writes every row anew, without gaps. Takes as much room again while it runs.
    package func pack() throws { try execute("vacuum") }

    /// What SQLite's check of every page finds, at most `limit` lines; empty when the file is in order.
    ///
    /// - Throws: also where SQLite says in its list that a page could not be read: that is no fault of the file.
    package func faults(limit: Int = 10) throws -> [String] {
        let found = try texts("pragma integrity_check(\(limit))")
        for line in found {
            // "unable to get the page. error code=266" (checkTreePage, https://sqlite.org/src/file/src/btree.c).
            let code = line.firstMatch(of: /error code[ =]([0-9]+)/).flatMap { Int32($0.1) }
            if let code, code & 0xFF != SQLITE_CORRUPT { throw SQLiteError(code, "a page cannot be read") }
            if code == nil, line.contains("failed to get page") { throw SQLiteError(SQLITE_IOERR, "a page cannot be read") }
        }
        return found == ["ok"] ? [] : found
    }

    /// Writes all living rows, as they are at one moment, to an empty file (https://sqlite.org/lang_vacuum.html, VACUUM INTO).
    /// It is not yet safe on the disk.
    package func copy(into path: String) throws {
        let copy = try prepare("vacuum into ?")
        copy.bind(1, copying: path)
        try copy.run()
    }
}
