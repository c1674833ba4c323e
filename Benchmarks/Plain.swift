import CSQLite
import Foundation

/// SQLite's C API as a plain program uses it: what ours is compared with, and how "any client" writes to a replica.
final class PlainConnection {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let handle: OpaquePointer

    /// WAL and synchronous NORMAL, as the promises say; everything else as SQLite has it by default.
    init(_ path: String) throws {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw Failure(description: "cannot open \(path)") }
        self.handle = handle
        try execute("pragma journal_mode = wal; pragma synchronous = normal")
    }

    deinit { sqlite3_close_v2(handle) }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    func failure() -> Failure { Failure(description: String(cString: sqlite3_errmsg(handle))) }

    func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure() }
        return statement
    }

    /// Binds without copying (SQLITE_STATIC), as a C program would: the workload keeps its arrays as long as it runs.
    func bind(_ statement: OpaquePointer, _ index: Int, _ text: [UInt8]) {
        text.withUnsafeBytes { raw in
            _ = sqlite3_bind_text(
                statement, Int32(index), raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count), nil)
        }
    }

    func run(_ statement: OpaquePointer) throws {
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
        sqlite3_reset(statement)
    }

    // MARK: The workloads

    /// W1: all rows in one transaction.
    func load(_ rows: [Workload.Row]) throws {
        try execute("begin immediate")
        let insert = try prepare(Workload.insert)
        defer { sqlite3_finalize(insert) }
        for row in rows {
            bind(insert, 1, row.id)
            for (index, value) in row.values.enumerated() { bind(insert, index + 2, value) }
            try run(insert)
        }
        try execute("commit")
    }

    /// W2: one side's edits as single-column updates in one transaction.
    func apply(_ churn: Workload.Churn, ids: [[UInt8]]) throws {
        try execute("begin immediate")
        let updates = try Workload.parts.map { try prepare("update contact set \($0) = ? where id = ?") }
        let delete = try prepare("delete from contact where id = ?")
        defer { (updates + [delete]).forEach { sqlite3_finalize($0) } }
        for edit in churn.edits {
            bind(updates[edit.part], 1, edit.value)
            bind(updates[edit.part], 2, ids[edit.row])
            try run(updates[edit.part])
        }
        for row in churn.deletes {
            bind(delete, 1, ids[row])
            try run(delete)
        }
        try execute("commit")
    }

    /// W3: small transactions of four single-row statements each.
    func smallTransactions(_ count: Int, _ statement: (Int) throws -> Void) throws {
        for transaction in 0..<count {
            try execute("begin immediate")
            for step in 0..<4 { try statement(4 * transaction + step) }
            try execute("commit")
        }
    }

    func checkpoint() throws { try execute("pragma wal_checkpoint(truncate)") }
}
