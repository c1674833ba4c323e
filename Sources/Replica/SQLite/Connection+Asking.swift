import CSQLite

/// A connection for questions that somebody else asks.
extension Connection {
    /// From here on nothing that writes is let through, no pragma, and no other file (https://sqlite.org/c3ref/set_authorizer.html).
    package func letOnlyAsk() throws {
        try refuseWriting(true)
        sqlite3_set_authorizer(handle, { _, action, name, _, _, _ in
            // `query_only` refuses what writes. An index of words makes tables of its own in memory, and asks for the version.
            switch action {
            case SQLITE_PRAGMA: name.map { String(cString: $0) } == "data_version" ? SQLITE_OK : SQLITE_DENY
            case SQLITE_ATTACH, SQLITE_DETACH, SQLITE_SAVEPOINT, SQLITE_CREATE_TEMP_TABLE, SQLITE_CREATE_TEMP_INDEX, SQLITE_CREATE_TEMP_VIEW,
                SQLITE_CREATE_TEMP_TRIGGER:
                SQLITE_DENY
            default: SQLITE_OK
            }
        }, nil)
    }
}

extension PreparedStatement {
    /// What a query calls its columns; none for a statement that gives no rows.
    package var columnNames: [String] {
        (0..<sqlite3_column_count(handle)).map { sqlite3_column_name(handle, $0).map { String(cString: $0) } ?? "" }
    }

    package var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }
}
