import CRDT
import Foundation
import SQLite

/// A connection of its own that only asks: by a client's SQL, in one snapshot, while others write.
///
/// It sees what every commit has left, of this process and of any other, and `dataVersion` tells one commit from the next. Nothing can be
/// written by it, nor another file be opened: `query_only` says so to SQLite, and an authorizer lets nothing but SELECT through.
package final class Reader: @unchecked Sendable {
    /// Only under the lock, which is held for as long as a snapshot is: who asks, asks in turn.
    private let connection: Connection
    private let lock = NSLock()

    /// Rows as they come, under the names that the query gives its columns.
    package struct Answer: Hashable, Sendable {
        package let columns: [String]
        package let rows: [[Value]]
    }

    /// What is asked within one snapshot.
    package struct Questions {
        fileprivate let connection: Connection

        /// - Throws: `StoreError.sqlite` for what is not one SELECT, with SQLite's words.
        package func ask(_ sql: String, _ arguments: [Value]) throws -> Answer {
            try translatingErrors {
                let select = try connection.statement(sql)
                defer { select.reset() }
                let columns = select.columnNames
                guard !columns.isEmpty else { throw StoreError(.sqlite, "not a SELECT") }
                guard select.parameterCount == arguments.count else {
                    throw StoreError(.sqlite, "\(select.parameterCount) parameters, \(arguments.count) values")
                }
                for (index, argument) in arguments.enumerated() { select.bind(Int32(index + 1), argument) }
                var rows: [[Value]] = []
                while try select.step() { rows.append(columns.indices.map { select.value(Int32($0)) }) }
                return Answer(columns: columns, rows: rows)
            }
        }
    }

    /// Opens a replica's file beside its store.
    package init(path: String) throws {
        connection = try translatingErrors {
            let options = Connection.Options(followsLinks: true, trustsSchema: true, waitedMilliseconds: 5_000)
            let connection = try Connection(path, mode: .write, options: options)
            try connection.letOnlyAsk()
            return connection
        }
    }

    /// What all answers within `body` come from is one state of the file. Not to be called within itself.
    package func snapshot<Result>(_ body: (Questions) throws -> Result) throws -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try translatingErrors { try connection.inSnapshot { try body(Questions(connection: connection)) } }
    }

    /// Changes with every commit of any other connection (https://sqlite.org/pragma.html#pragma_data_version); nil once it is closed, and
    /// while the file cannot be read.
    package func dataVersion() -> Int64? {
        lock.lock()
        defer { lock.unlock() }
        defer { connection.release() }
        return (try? connection.number("pragma data_version")) ?? nil
    }

    package func close() {
        lock.lock()
        defer { lock.unlock() }
        connection.close()
    }
}
