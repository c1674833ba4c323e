import SQLite

/// When a space's file is written by way of the WAL, and when at once.
///
/// Through the WAL each byte is written twice, summed up on the way and read back once; what is appended under a journal is written once,
/// at the price of three syncs more for each transaction. Measured (page 16 KiB, 4 MiB a transaction): 1.5 against 0.8 seconds of processor
/// for a GiB; for a transaction of 2 KiB 2 to 6 ms against 15 to 20 on a busy disk. So: the WAL, but for runs of large transactions. Both are
/// durable when `commit` returns (https://sqlite.org/pragma.html#pragma_synchronous, FULL; a truncated journal is synced before that).
struct Pace {
    /// Small transactions in a row after which the WAL is used again. A change costs a few syncs itself.
    private static let smallCount = 8

    /// A file that was closed and opened again has the WAL, whatever it had before.
    private var directFile: ObjectIdentifier?
    private var smallCount = 0
    /// Who reads the file for long by other connections.
    var readerCount = 0

    var isDirect: Bool { directFile != nil }

    /// A transaction has ended.
    ///
    /// - Returns: what is to be used from now on; nil: as before.
    mutating func next(isBulk: Bool, file: ObjectIdentifier) -> Connection.Journal? {
        if directFile != file { directFile = nil }
        if readerCount > 0 { return isDirect ? .wal : nil }
        smallCount = isBulk ? 0 : smallCount + 1
        if isBulk { return isDirect ? nil : .truncate }
        return isDirect && smallCount >= Pace.smallCount ? .wal : nil
    }

    /// - Parameter journal: nil: others have the file open, and all is as before.
    mutating func changed(_ journal: Connection.Journal?, file: ObjectIdentifier) {
        smallCount = 0
        switch journal {
        case .wal: directFile = nil
        case .truncate: directFile = file
        case nil: break
        }
    }
}
