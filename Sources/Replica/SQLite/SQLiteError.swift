import CSQLite
import Glibc

/// What SQLite reports: the cause of a room's own error, which says what it means there.
///
/// Source: https://sqlite.org/rescode.html.
package struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The extended result code.
    package let code: Int32
    /// SQLite's own words: names and pieces of the SQL, never a value that is bound.
    package let message: String
    /// The operating system's number for it (`sqlite3_system_errno`); 0 when it is not known.
    package let system: Int32

    package init(_ code: Int32, _ message: String, system: Int32 = 0) {
        self.code = code
        self.message = message
        self.system = system
    }

    /// The last failure of a connection.
    init(of handle: OpaquePointer) {
        self.init(sqlite3_extended_errcode(handle), String(cString: sqlite3_errmsg(handle)), system: sqlite3_system_errno(handle))
    }

    /// A value that is not as its column promises: somebody has written to the file by hand.
    package static func damaged(_ message: String) -> SQLiteError { SQLiteError(SQLITE_CORRUPT, message) }

    static let closed = SQLiteError(SQLITE_MISUSE, "closed")

    /// What can be done about it.
    package enum Kind: Sendable {
        /// Another program holds the lock for longer than was waited.
        case busy
        /// No room on the disk, over quota, or beyond the greatest file size.
        case full
        /// The file or its folder cannot be written or opened.
        case readOnly
        /// The disk failed.
        case disk
        /// The file is damaged.
        case damaged
        /// Not a SQLite file.
        case foreign
        /// The machine has no memory left, or lets nobody open one more file.
        case memory
        case other
    }

    /// A disk without room shows in many ways: SQLite says "full" of writing alone, and an error of the disk, or that a file cannot be
    /// opened, where a file beside the database cannot be made or grow, or where a quota or a limit of file sizes is what is full.
    package var kind: Kind {
        let lacksRoom = [ENOSPC, EDQUOT, EFBIG].contains(system)
        let lacksMemory = [ENOMEM, EMFILE, ENFILE].contains(system)
        switch code & 0xFF {
        case SQLITE_NOMEM: return .memory
        case SQLITE_IOERR where lacksMemory || code == SQLiteError.noMemoryOnDisk, SQLITE_CANTOPEN where lacksMemory: return .memory
        // A file that cannot be read is not one that may not be.
        case SQLITE_CANTOPEN where system == EIO: return .disk
        case SQLITE_IOERR where lacksRoom || code == SQLiteError.sharedMemorySize, SQLITE_CANTOPEN where lacksRoom: return .full
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy
        case SQLITE_FULL: return .full
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: return .readOnly
        case SQLITE_IOERR: return .disk
        case SQLITE_CORRUPT: return .damaged
        case SQLITE_NOTADB: return .foreign
        default: return .other
        }
    }

    /// SQLITE_IOERR_SHMSIZE: the index of the WAL, a file beside the database, could not grow.
    private static let sharedMemorySize = SQLITE_IOERR | (19 << 8)

    /// SQLITE_IOERR_NOMEM.
    private static let noMemoryOnDisk = SQLITE_IOERR | (12 << 8)

    package var description: String { "SQLite \(code)\(system == 0 ? "" : ", errno \(system)"): \(message)" }
}
