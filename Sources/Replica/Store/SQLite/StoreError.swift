import CSQLite
import Glibc
import GRDB

/// What went wrong in a replica file. `code` is for tests and scripts; the interface makes a sentence of it in the
/// reader's language. No case holds a value that a person entered.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// No file at the path.
        case missing
        /// Not a SQLite file, or one that Kith did not make.
        case notAReplica = "not-a-replica"
        /// A replica that was read back from an SQL dump: what tells a replica in SQLite's header is not in a dump.
        case readBackDump = "read-back-dump"
        /// Made by a newer version.
        case newerReplica = "newer-replica"
        /// A file, or a row with this key, is already there.
        case exists
        /// SQLite finds the file damaged.
        case damaged
        /// Another program holds the write lock for longer than five seconds.
        case busy
        /// The disk is full.
        case full
        /// The file or its folder cannot be written.
        case readOnly = "read-only"
        /// The disk failed.
        case disk
        /// A shared table lacks a column, or a column has another shape, because somebody changed the table by hand.
        case tableChanged = "table-changed"
        /// A shared table or column of this name does not exist.
        case unknownName = "unknown-name"
        /// No record with this id, or with this ending of an id.
        case notFound = "not-found"
        /// The record was erased, or belongs to one that was: it cannot come back.
        case erased
        /// Several records have this ending of an id.
        case ambiguous
        /// The column is a fact that is written once.
        case writtenOnce = "written-once"
        /// What is asked does not follow from how the row stands, such as accepting what was declined.
        case wrongState = "wrong-state"
        /// A value larger than can travel.
        case valueTooLarge = "value-too-large"
        /// A large share of a table was changed by SQL; a person must say whether that is meant.
        case massChange = "mass-change"
        /// Nothing to undo.
        case nothingToUndo = "nothing-to-undo"
        case nothingToRedo = "nothing-to-redo"
        /// No step of this number, or not one that can be undone, or done again.
        case noSuchStep = "no-such-step"
        /// Anything else that SQLite reports.
        case sqlite
    }

    package let code: Code
    /// Table, column, count or SQLite's own message: never a value.
    package let detail: String

    package init(_ code: Code, _ detail: String = "") {
        self.code = code
        self.detail = detail
    }

    package var description: String { detail.isEmpty ? code.rawValue : "\(code.rawValue): \(detail)" }

    /// Translates SQLite's result code (https://sqlite.org/rescode.html).
    ///
    /// A disk without room shows in many ways: SQLite says "full" of writing alone, and an error of the disk, or that a file cannot be
    /// opened, where a file beside the database cannot be made or grow, or where a quota or a limit of file sizes is what is full.
    ///
    /// - Parameter system: the operating system's number for it (`sqlite3_system_errno`); 0 when it is not known.
    init(sqlite code: Int32, message: String, system: Int32 = 0) {
        let lacksRoom = [ENOSPC, EDQUOT, EFBIG].contains(system)
        switch code & 0xFF {
        case SQLITE_IOERR where lacksRoom || code == StoreError.sharedMemorySize, SQLITE_CANTOPEN where lacksRoom: self.init(.full)
        case SQLITE_BUSY, SQLITE_LOCKED: self.init(.busy)
        case SQLITE_FULL: self.init(.full)
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: self.init(.readOnly)
        case SQLITE_IOERR: self.init(.disk, "code \(code)")
        case SQLITE_CORRUPT: self.init(.damaged)
        case SQLITE_NOTADB: self.init(.notAReplica)
        default: self.init(.sqlite, message)
        }
    }

    /// SQLITE_IOERR_SHMSIZE: the index of the WAL, a file beside the database, could not grow.
    private static let sharedMemorySize = SQLITE_IOERR | (19 << 8)
}

/// Runs `body` and gives GRDB's errors this room's form; all other errors pass.
///
/// - Parameter db: the connection, which knows the operating system's number for what went wrong.
func translatingErrors<Result>(on db: Database? = nil, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as DatabaseError {
        let system = db?.sqliteConnection.map { sqlite3_system_errno($0) } ?? 0
        throw StoreError(sqlite: error.extendedResultCode.rawValue, message: error.message ?? "", system: system)
    }
}
