import SQLite

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
        /// The machine has no memory left, or lets nobody open one more file.
        case memory
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
        /// A column has become something else than whoever edits it was shown.
        case changedMeanwhile = "changed-meanwhile"
        /// One value for several passages of a text that wait for a choice.
        case severalPassages = "several-passages"
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

    /// What SQLite reported, where it was SQLite.
    package let cause: SQLiteError?

    package init(_ code: Code, _ detail: String = "", cause: SQLiteError? = nil) {
        self.code = code
        self.detail = detail
        self.cause = cause
    }

    package var description: String { detail.isEmpty ? code.rawValue : "\(code.rawValue): \(detail)" }

    /// What SQLite has reported, in a replica file.
    package init(_ error: SQLiteError) {
        let (code, detail): (Code, String) =
            switch error.kind {
            case .busy: (.busy, "")
            case .full: (.full, "")
            case .readOnly: (.readOnly, "")
            case .disk: (.disk, "code \(error.code)")
            case .memory: (.memory, "")
            case .damaged: (.damaged, "")
            case .foreign: (.notAReplica, "")
            case .other: (.sqlite, error.message)
            }
        self.init(code, detail, cause: error)
    }

    /// The cause is for whoever looks for it; two errors that say the same are equal.
    package static func == (a: StoreError, b: StoreError) -> Bool { a.code == b.code && a.detail == b.detail }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(detail)
    }
}

/// Runs `body` and gives SQLite's errors this room's form; all other errors pass.
func translatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as SQLiteError { throw StoreError(error) }
}
