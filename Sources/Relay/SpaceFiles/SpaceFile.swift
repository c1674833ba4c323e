import CRDT
import Foundation
import Glibc
import Relay
import SQLite
import Wire

/// A space in a SQLite file.
///
/// Each commit is on the disk when it returns (WAL, or a journal that is truncated, see `Pace`; synchronous = FULL). What is dropped is written over with zeros at once
/// (`secure_delete`) and the WAL is emptied after it; free pages are given back to the system when they are more than a quarter of the
/// file.
package final class SpaceFile: SpaceStore, @unchecked Sendable {
    package let space: SpaceID
    package private(set) var incarnation: ReplicaID
    let folder: SpaceFolder
    private(set) var lock: SpaceLock?

    /// How far the file is, and how many bytes it has. This process alone writes to it.
    struct Totals: Hashable {
        var place: Int64 = 0
        var dropCount: Int64 = 0
        var byteCount = 0
        var version: SpaceVersion { SpaceVersion(place: place, dropCount: dropCount) }
    }

    /// Of the open transaction, else of the last one committed.
    var totals = Totals()
    /// The file during a transaction.
    private var current: Connection?
    var isInTransaction: Bool { current != nil }
    /// Bytes of segments that the open transaction has put.
    var putByteCount = 0
    private var pace = Pace()
    /// Something was dropped whose bytes may still stand in the WAL.
    var owesEmptyWAL = false
    /// Pages after the file was last written anew; 0: not since it was opened.
    private var packedPageCount: Int64 = 0

    var now: Int64 { folder.environment.nowMilliseconds() }

    // MARK: Opening and making

    /// - Throws: `.damaged` for what is not a relay's file or is damaged where one looks first, `.newerVersion`.
    init(opening space: SpaceID, in folder: SpaceFolder, lock: SpaceLock) throws {
        self.space = space
        self.folder = folder
        self.lock = lock
        incarnation = .zero
        let path = folder.filePath(of: space)
        try SpaceFile.checkHeader(path)
        let home = Home(path, machine: folder.environment.machine)
        let kept = try access { file -> Home in
            let select = try file.statement(
                "select space, incarnation, machine, path, inode, place, drop_count, byte_count from kith_relay_space")
            defer { select.reset() }
            guard try select.step(), try select.nonce(0) == space else { throw RelayError(.damaged, path) }
            incarnation = try select.nonce(1)
            totals = Totals(place: select.integer(5), dropCount: select.integer(6), byteCount: Int(select.integer(7)))
            return Home(machine: try select.nonce(2), path: try select.nonce(3), inode: select.text(4))
        }
        // A process that was killed may have dropped something just before.
        owesEmptyWAL = true
        try takeName(home, kept: kept)
        settleDropped()
        lock.note(.init(incarnation: incarnation, version: totals.version))
    }

    /// Where a file lies. Only hashes of names are kept.
    private struct Home: Hashable {
        let machine: Nonce
        let path: Nonce
        let inode: String

        init(machine: Nonce, path: Nonce, inode: String) {
            self.machine = machine
            self.path = path
            self.inode = inode
        }

        init(_ path: String, machine: String) {
            var status = stat()
            let isThere = stat(path, &status) == 0
            self.machine = Digest.name(Array(machine.utf8))
            self.path = Digest.name(Array(path.utf8))
            inode = isThere ? "\(status.st_dev) \(status.st_ino)" : ""
        }
    }

    /// A file that lies elsewhere than when it took its incarnation, or has less than its witness saw, was copied or restored: it takes
    /// a new one. Any doubt does: that costs peers one whole statement of what they hold.
    private func takeName(_ home: Home, kept: Home) throws {
        let witness = lock?.witness()
        var doubts: [String] = []
        if home.machine != kept.machine { doubts.append("machine") }
        if home.path != kept.path { doubts.append("path") }
        if home.inode != kept.inode { doubts.append("file") }
        if witness.map({
            $0.incarnation != incarnation || $0.version.place > totals.place || $0.version.dropCount > totals.dropCount
        }) ?? true {
            doubts.append("witness")
        }
        guard !doubts.isEmpty, !mutated(.relayKeepsName) else { return }
        let name = folder.environment.nonce()
        try transaction {
            try run("update kith_relay_space set incarnation = ?, machine = ?, path = ?, inode = ?") {
                $0.bind(1, name)
                $0.bind(2, home.machine)
                $0.bind(3, home.path)
                $0.bind(4, copying: home.inode)
            }
            try note(StoredEvent(
                milliseconds: now, kind: SpaceFile.newIncarnation, device: nil, detail: doubts.joined(separator: " ")))
        }
        incarnation = name
    }

    /// The event's kind; its detail names what differs: machine, path, file, witness.
    package static let newIncarnation = "new-incarnation"

    /// Makes a file under another name first, so that one that is there is whole.
    static func make(_ space: SpaceID, incarnation: ReplicaID, in folder: SpaceFolder, lock: SpaceLock) throws {
        let path = folder.filePath(of: space)
        let draft = path + "-new"
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
        let descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RelayError(errno == ENOSPC ? .full : .storage, path) }
        Glibc.close(descriptor)
        do {
            let draftHome = Home(draft, machine: folder.environment.machine)
            let pathHome = Home(path, machine: folder.environment.machine)
            let layout = "pragma page_size = \(folder.options.pageByteCount); pragma auto_vacuum = incremental"
            let file = try translating(path) { try Connection(draft, mode: .make, setup: layout) }
            defer { file.close() }
            try translating(path) {
                try file.execute(setup(.make, folder.options))
                try file.execute("pragma application_id = \(SpaceFileLayout.applicationID)")
                try file.inTransaction {
                    try file.execute(SpaceFileLayout.version1)
                    try file.execute("pragma user_version = \(SpaceFileLayout.version)")
                    let insert = try file.statement("insert into kith_relay_space values (1, ?, ?, ?, ?, ?, 0, 0, 0, ?)")
                    insert.bind(1, space)
                    insert.bind(2, incarnation)
                    insert.bind(3, draftHome.machine)
                    insert.bind(4, pathHome.path)
                    insert.bind(5, copying: draftHome.inode)
                    insert.bind(6, folder.environment.nowMilliseconds())
                    try insert.run()
                }
                guard try file.emptyWAL() else { throw RelayError(.inUse, path) }
            }
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
            throw error
        }
        guard rename(draft, path) == 0 else { throw RelayError(.storage, path) }
        try SpaceFolder.settle(folder.path)
        lock.note(.init(incarnation: incarnation, version: SpaceVersion(place: 0, dropCount: 0)))
    }

    static func checkHeader(_ path: String) throws {
        let header = try translating(path) { try DatabaseFile.header(of: path) }
        if header == .missing { throw RelayError(.unknownSpace, path) }
        guard case .sqlite(SpaceFileLayout.applicationID, let version) = header, version >= 1 else { throw RelayError(.damaged, path) }
        guard version <= SpaceFileLayout.version else { throw RelayError(.newerVersion, path) }
    }

    static func open(_ path: String, _ mode: Connection.Mode, _ options: SpaceFolderOptions) throws -> Connection {
        try translating(path) {
            let file = try Connection(path, mode: mode, setup: setup(mode, options))
            do {
                guard mode != .read, let pageByteCount = try file.number("pragma page_size") else { return file }
                try file.execute("pragma wal_autocheckpoint = \(max(1, options.walByteCount / Int(pageByteCount)))")
                if let limit = options.fileByteCountLimit {
                    try file.execute("pragma max_page_count = \(max(1, limit / Int(pageByteCount)))")
                }
                return file
            } catch {
                file.close()
                throw error
            }
        }
    }

    private static func setup(_ mode: Connection.Mode, _ options: SpaceFolderOptions) -> String {
        let common = "pragma temp_store = memory; pragma cache_size = -\(options.cacheByteCount >> 10); "
        guard mode != .read else { return common }
        return common + """
            pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;
            pragma journal_size_limit = \(options.walByteCount)
            """
    }

    /// The folder is closed or the space is removed: whoever asks it afterwards is told so.
    func lockEnds() { lock = nil }

    // MARK: Access

    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        guard current == nil else { throw RelayError(.storage, "a transaction within another") }
        let before = totals
        putByteCount = 0
        var thrown: (any Error)?
        let result: Result
        do {
            result = try access { file in
                try file.inTransaction {
                    current = file
                    defer { current = nil }
                    let result: Result
                    do { result = try body() } catch {
                        thrown = error
                        throw error
                    }
                    if totals != before { try keepTotals() }
                    return result
                }
            }
        } catch {
            totals = before
            // What the body throws is its own, whatever it looks like.
            throw thrown ?? error
        }
        if totals.version != before.version { lock?.note(.init(incarnation: incarnation, version: totals.version)) }
        if owesEmptyWAL { settleDropped() }
        adapt()
        return result
    }

    /// Chooses between the WAL and a journal for what comes next. That it cannot be changed changes nothing but the time it takes.
    private func adapt() {
        let isBulk = putByteCount >= folder.options.bulkByteCount
        putByteCount = 0
        guard isBulk || pace.isDirect else { return }
        try? access { file in
            if let journal = pace.next(isBulk: isBulk, file: ObjectIdentifier(file)) {
                pace.changed(try file.use(journal) ? journal : nil, file: ObjectIdentifier(file))
            }
        }
    }

    /// Somebody is going to read the file for long by a connection of its own, or has done so: until then the WAL is used, which keeps
    /// nobody waiting. In a transaction; it is so when that has ended.
    package func reads(beginning: Bool) { pace.readerCount += beginning ? 1 : -1 }

    private func keepTotals() throws {
        try run("update kith_relay_space set place = ?, drop_count = ?, byte_count = ?") {
            $0.bind(1, totals.place)
            $0.bind(2, totals.dropCount)
            $0.bind(3, totals.byteCount)
        }
    }

    /// The file: that of the transaction, else one for this use.
    func access<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        if let current { return try SpaceFile.translating(folder.filePath(of: space)) { try body(current) } }
        guard lock != nil else { throw RelayError(.unknownSpace, "\(space)") }
        let file = try folder.lend(space)
        defer { folder.giveBack(space) }
        return try SpaceFile.translating(folder.filePath(of: space)) { try body(file) }
    }

    /// Takes the bytes of what was dropped out of the file and the WAL. Whoever reads an older state delays that to the next time; that
    /// it fails takes nothing back of what was committed.
    func settleDropped() {
        try? access { file in
            let free = try file.number("pragma freelist_count") ?? 0
            let all = try file.number("pragma page_count") ?? 0
            if free * 4 > all { try file.giveBack(pageCount: free) }
            // Gaps inside pages, where small deltas between others went, are closed by writing every row anew: once for each time that
            // the file has grown by half since, however small its rows are.
            let left = try file.number("pragma page_count") ?? 0
            let byteCount = left * (try file.number("pragma page_size") ?? 0)
            if byteCount > 2 * Int64(totals.byteCount) + SpaceFile.sparedByteCount, left * 2 > packedPageCount * 3 {
                try file.pack()
                packedPageCount = try file.number("pragma page_count") ?? 0
            }
            owesEmptyWAL = try !file.emptyWAL()
        }
    }

    /// A file as small as this is not worth the trouble: tables and indexes of an empty one take some of it.
    private static let sparedByteCount: Int64 = 512 << 10

    /// Runs `body`; errors of the file become a relay's.
    static func translating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as SQLiteError {
            switch error.kind {
            case .full: throw RelayError(.full, path)
            case .damaged, .foreign: throw RelayError(.damaged, path)
            case .busy: throw RelayError(.inUse, path)
            case .readOnly, .disk, .memory, .other: throw RelayError(.storage, "\(path): \(error)")
            }
        } catch is WireError {
            // What was well-formed when it was kept.
            throw RelayError(.damaged, path)
        }
    }
}
