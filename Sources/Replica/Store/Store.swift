import CRDT
import Foundation
import Schema
import SQLite
import Synchronization
import Wire

/// A replica: one SQLite file with people's tables and the engine's own beside them.
///
/// Every method is one access in one transaction; an error leaves the file as it was. Several processes and any SQLite
/// client may use the file at the same time: writers wait for one another for up to five seconds.
///
///     let store = try Store.open("zuid.kith", schema: .community, environment: environment)
///     let stamped = try store.stamp()
///     let knowledge = try store.knowledge()
package final class Store: @unchecked Sendable {
    package let path: String
    /// The tables of the program that opened the file.
    private let program: Schema
    private let shown: Mutex<Schema>
    /// All collections that the device is admitted to, ascending: whether or not this program has tables of them, it keeps and forwards them.
    package let collections: [String]
    private let currentIdentity: Mutex<ReplicaIdentity>
    package let environment: StoreEnvironment
    package let isReadOnly: Bool
    /// One connection: what several threads ask is done in turn.
    private let database: DatabaseFile
    /// What `kith_person` looks up.
    private let folding: Folding
    let foundCopies = Mutex<[FoundCopy]>([])
    private let foundUnwatched = Mutex<[Unwatched]>([])
    private let foundDifferences = Mutex<[ContentsDifference]>([])
    private let continuity: Continuity
    /// What was read last; only in an access, of which there is one at a time.
    private var known: (state: FileState, registers: Registers)?
    /// How many rows steps made and changed, of those that take long to count.
    let countedSteps: CountedSteps
    /// The roster as it was read last, to tell what other programs have added since.
    let rosterMark = Mutex<RosterMark?>(nil)

    private init(
        path: String, schema: Schema, environment: StoreEnvironment, database: DatabaseFile, folding: Folding, readOnly: Bool,
        countedSteps: CountedSteps = CountedSteps()
    ) throws {
        self.path = path
        self.countedSteps = countedSteps
        let collections = try translatingErrors { try database.read { try Store.collections($0) } }
        program = schema.limited(to: collections)
        shown = Mutex(program)
        self.collections = collections.sorted()
        self.environment = environment
        self.database = database
        self.folding = folding
        isReadOnly = readOnly
        continuity = Continuity(environment.witness)
        currentIdentity = Mutex(try translatingErrors { try database.read { try Store.readIdentity($0) } })
    }

    /// The tables that are shown: the program's, and those that the file has beyond them, which another program made.
    package var schema: Schema { shown.withLock { $0 } }

    package var identity: ReplicaIdentity { currentIdentity.withLock { $0 } }

    func reloadIdentity() throws {
        let read = try translatingErrors { try database.read { try Store.readIdentity($0) } }
        currentIdentity.withLock { $0 = read }
    }

    // MARK: Opening and making

    /// What is done with a file.
    package enum Mode: Sendable {
        case write
        case read
        /// Read, and nobody else has it open: without the file beside it that several would share, for which a full disk has no room.
        case readAlone
    }

    private static func database(_ path: String, _ mode: Mode, _ folding: Folding, isNew: Bool = false) throws -> DatabaseFile {
        try DatabaseFile(path, mode: mode == .read ? .read : .write, options: options) { file in
            // The first of all: others read the schema, and with it what it would be too late for.
            if mode == .readAlone { try file.execute("pragma locking_mode = exclusive") }
            try Functions.add(to: file, folding)
            try file.execute("pragma cache_size = -16000; pragma secure_delete = on")
            // Before anything that could write: what is no replica keeps every byte.
            if !isNew { _ = try Store.checkVersion(file) }
            if mode == .write {
                // What has been acknowledged to others must be on the disk: a commit waits for it.
                try file.execute("pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 16777216")
            }
        }
    }

    /// People's own triggers and views are in the file, and ours beside them.
    private static let options = Connection.Options(followsLinks: true, trustsSchema: true, waitedMilliseconds: waitedMilliseconds)

    /// Says in an empty file whose it is, where everybody looks first: before there is a WAL.
    private static func claim(_ path: String) throws {
        let file = try Connection(path, mode: .write, options: options)
        defer { file.close() }
        try file.execute("pragma application_id = \(Layout.applicationID)")
    }

    /// Makes a replica file that only its owner can read (mode 0600).
    ///
    /// - Throws: `exists` when a file is there; it is left alone.
    package static func create(
        _ path: String, identity: ReplicaIdentity, schema: Schema, environment: StoreEnvironment
    ) throws -> Store {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            switch errno {
            case EEXIST: throw StoreError(.exists)
            case ENOSPC: throw StoreError(.full)
            default: throw StoreError(.readOnly)
            }
        }
        Glibc.close(descriptor)
        do {
            return try translatingErrors {
                try claim(path)
                let folding = Folding()
                let database = try database(path, .write, folding, isNew: true)
                try database.use { file in
                    try file.inTransaction {
                        for layout in [Layout.version1, Layout.version2, Layout.version3] { try file.execute(layout) }
                        try file.execute("pragma user_version = \(Layout.version)")
                        try keep(identity, schema, at: environment.nowMilliseconds(), file)
                    }
                }
                return try Store(
                    path: path, schema: schema, environment: environment, database: database, folding: folding, readOnly: false
                ).withSchema()
            }
        } catch {
            // Only what this call itself has made.
            for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
            throw error
        }
    }

    /// Opens a replica. Shared tables that the schema has, of the collections that the device is admitted to, and the file lacks are made; values that an older version kept
    /// aside for them are shown.
    ///
    /// - Parameter isKnown: opened by this process before: not looked at, which would end the locks of other connections (see `beside`).
    package static func open(
        _ path: String, schema: Schema, environment: StoreEnvironment, mode: Mode = .write, isKnown: Bool = false
    ) throws -> Store {
        guard FileManager.default.fileExists(atPath: path) else { throw StoreError(.missing) }
        if !isKnown { try checkHeader(path) }
        return try translatingErrors {
            let folding = Folding()
            let database = try database(path, mode, folding)
            let version = try database.read { try checkVersion($0) }
            if version < Layout.version {
                guard mode == .write else { throw StoreError(.readOnly) }
                try database.use { try migrate($0, schema) }
            }
            let store = try Store(
                path: path, schema: schema, environment: environment, database: database, folding: folding, readOnly: mode != .write)
            if mode == .write { return try store.withSchema() }
            try store.read { _ in }
            return store
        }
    }

    /// Notes the collections that this device is admitted to. Tables of new ones are made at the next opening; those of
    /// former ones stay as they are.
    ///
    /// - Returns: whether anything is new.
    package func keep(collections: [String]) throws -> Bool {
        try write { access in
            // As the file has it: a program may have no tables of some.
            let row = try access.rows("select collections from kith_replica").first
            let known = Set((row?.text(0) ?? "").split(separator: "\n").map(String.init))
            guard !known.isSuperset(of: collections) else { return false }
            let update = try access.connection.statement("update kith_replica set collections = ?")
            update.bind(1, copying: known.union(collections).sorted().joined(separator: "\n"))
            try update.run()
            return true
        }
    }

    private func withSchema() throws -> Store {
        func isCurrent() throws -> Bool { try read { try SchemaInstaller.isCurrent($0) } }
        if try !isCurrent() {
            // Triggers that are missing or other than they were did not watch.
            try translatingErrors { try database.use { try mend($0) } }
            if try !isCurrent() { try write { try SchemaInstaller.install($0, program) } }
        } else if try !read({ try $0.isWatched() }) {
            try translatingErrors { try database.use { try mend($0) } }
        }
        if try !read({ try Lookup.areMade($0) }) { try write { try Lookup.make($0) } }
        return self
    }

    /// The same file by a connection of its own: what takes long there holds nobody up here, and sees what is committed here.
    ///
    /// The file is not looked at as `open` does: closing it then would end the locks of the connections that this process has.
    package func beside() throws -> Store {
        try checkOpen()
        return try translatingErrors {
            let folding = Folding()
            let database = try Store.database(path, isReadOnly ? .read : .write, folding)
            let beside = try Store(path: path, schema: program, environment: environment, database: database, folding: folding, readOnly: isReadOnly, countedSteps: countedSteps)
            beside.shown.withLock { $0 = schema }
            return beside
        }
    }

    private let isClosing = Mutex(false)
    private let isClosed = Mutex(false)

    /// Closes the file; the last connection writes the WAL back. A second time is nothing.
    package func close() throws {
        try? settle()
        guard !isClosing.withLock({ closing in defer { closing = true }; return closing }) else { return }
        try? countStale()
        isClosed.withLock { $0 = true }
        database.close()
    }

    // MARK: Access

    /// One read snapshot.
    func read<Result>(_ body: (Access) throws -> Result) throws -> Result {
        try checkOpen()
        return try translatingErrors {
            try database.read { try accessing($0, Continuity(nil), body) }
        }
    }

    /// One read snapshot in which temporary tables may be written: those that write to the file do not wait for it.
    func survey<Result>(_ body: (Access) throws -> Result) throws -> Result {
        try checkOpen()
        return try translatingErrors {
            try database.use { connection in try connection.inSurvey { try accessing(connection, Continuity(nil), body) } }
        }
    }

    /// One write transaction, immediate: what is read in it is what is written on. When the triggers did not watch all the
    /// time, what changed meanwhile is noted first, in a transaction of its own.
    func write<Result>(_ body: (Access) throws -> Result) throws -> Result {
        try checkWritable()
        return try givingRoomBack {
            try database.use { connection in
                while true {
                    if let result = try writeWatched(connection, body) { return result }
                    try mend(connection)
                }
            }
        }
    }

    /// nil, and nothing done, when the triggers did not watch all the time.
    private func writeWatched<Result>(_ connection: Connection, _ body: (Access) throws -> Result) throws -> Result? {
        var access: Access?
        let result = try connection.inTransaction {
            try accessing(connection, continuity) { inner -> Result? in
                guard try inner.isWatched() else { return nil }
                access = inner
                let result = try body(inner)
                try inner.finish()
                return result
            }
        }
        if let access { tell(of: access) }
        return result
    }

    /// Notes what was changed while the triggers did not watch, and puts them in their places again.
    private func mend(_ connection: Connection) throws {
        let found = try connection.inTransaction { try accessing(connection, continuity) { try Watch($0, program).mend() } }
        if let found { foundUnwatched.withLock { $0.append(found) } }
    }

    /// What was taken in of edits that no trigger saw, since this was last asked.
    package func takeUnwatched() -> [Unwatched] { foundUnwatched.withLock { found in defer { found = [] }; return found } }

    /// Makes the digests of what rows show that are owed: before the file is left alone. (See `ShownDigest`.)
    package func settle() throws {
        guard !isReadOnly, !isClosed.withLock({ $0 }), try read({ try $0.isWatched() && ShownDigest.isOwed($0) }) else { return }
        try write { try ShownDigest($0).settle(limit: .max) }
    }

    /// A transaction that found no room has filled the disk with its WAL: without giving that back, the next command, however small, would
    /// find none either.
    private func givingRoomBack<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try translatingErrors(body) } catch let error as StoreError where error.code == .full {
            // What remains of it is taken back when it can be: the error that counts is this one.
            try? database.use { try $0.writeBackWAL() }
            throw error
        }
    }

    /// Reads the registers unless the file is as the last access left it. After an error, or when this connection has changed
    /// a row, they are read anew the next time.
    private func accessing<Result>(
        _ connection: Connection, _ continuity: Continuity, _ body: (Access) throws -> Result
    ) throws -> Result {
        let state = try FileState(connection)
        let registers = try known.flatMap { $0.state == state ? $0.registers : nil } ?? readRegisters(connection)
        known = nil
        let access = Access(connection, registers, environment: environment, continuity: continuity, folding: folding)
        let result = try body(access)
        if connection.totalChangedRowCount == state.changedRowCount { known = (state, registers) }
        return result
    }

    private func readRegisters(_ connection: Connection) throws -> Registers {
        let registers = try Registers(connection, schema: program)
        shown.withLock { $0 = registers.catalog.schema }
        return registers
    }

    /// What others must hear of once it is committed.
    private func tell(of access: Access) {
        if !access.foundCopies.isEmpty { foundCopies.withLock { $0 += access.foundCopies } }
        if !access.foundDifferences.isEmpty { foundDifferences.withLock { $0 += access.foundDifferences } }
        guard access.hasStamped else { return }
        // A testimony that does not fit costs a new writer, and nothing else.
        continuity.stamped((try? access.replica()) ?? identity.replica, (try? access.writers.currentEnds) ?? [:])
    }

    /// Who knew the same as this replica and held something else, since the last call.
    package func takeFoundDifferences() -> [ContentsDifference] {
        foundDifferences.withLock { found in
            defer { found = [] }
            return found
        }
    }

    private func checkWritable() throws {
        guard !isReadOnly else { throw StoreError(.readOnly) }
        try checkOpen()
    }

    /// SQLite crashes when a closed connection is asked.
    private func checkOpen() throws {
        guard !isClosed.withLock({ $0 }) else { throw StoreError(.missing, "closed") }
    }

    /// A write transaction in which every note has been stamped: what merging and exporting begin with.
    func writeStamped<Result>(
        acceptingMassChange: Bool = false, _ body: (Access) throws -> Result
    ) throws -> Result {
        try write { access in
            if !mutated(.readsUnstamped) {
                var stamping = try Stamping(access)
                try stamping.stampNotes(acceptingMassChange: acceptingMassChange)
            }
            return try body(access)
        }
    }

    /// Stamps the notes of edits made by any SQLite client since the last stamping. Returns the number of changes.
    @discardableResult
    package func stamp(acceptingMassChange: Bool = false) throws -> Int {
        guard try read({ try $0.mayHaveEdits() }) else { return 0 }
        return try write { access in
            var stamping = try Stamping(access)
            try stamping.stampNotes(acceptingMassChange: acceptingMassChange)
            return stamping.changeCount
        }
    }

    /// Finds edits that no trigger saw, if there may be any: as any write does.
    package func lookForUnwatched() throws {
        if try !read({ try $0.isWatched() }) { try write { _ in () } }
    }

    /// Makes a table anew as database tools do who "edit a table": the triggers go with the old one. For tests and the simulator.
    package func makeAnew(_ table: String) throws {
        try checkWritable()
        try translatingErrors {
            try database.use { file in
                let sql = try file.texts("select sql from sqlite_master where type = 'table' and name = ?", table).first ?? ""
                guard let body = sql.firstIndex(of: "(") else { throw StoreError(.unknownName, table) }
                try file.execute("pragma legacy_alter_table = on")
                try file.inTransaction {
                    try file.execute("""
                        create table "made anew" \(sql[body...]);
                        insert into "made anew" select * from \(quoted(table));
                        drop table \(quoted(table));
                        alter table "made anew" rename to \(quoted(table));
                        """)
                }
                try file.execute("pragma legacy_alter_table = off")
            }
        }
    }

    /// Writes the WAL back into the file, as far as readers allow.
    package func checkpoint() throws {
        guard !isReadOnly, !isClosed.withLock({ $0 }) else { return }
        try translatingErrors { try database.use { try $0.writeBackWAL() } }
    }

    /// Runs `body` with a connection that gives up at once where it would wait for another program.
    package func withoutWaiting<Result>(_ body: () throws -> Result) throws -> Result {
        func wait(_ milliseconds: Int32) throws {
            try checkOpen()
            database.wait(milliseconds: milliseconds)
        }
        try wait(0)
        defer { try? wait(Store.waitedMilliseconds) }
        return try body()
    }

    /// How long a write waits for another program's.
    private static let waitedMilliseconds: Int32 = 5_000

    /// Writes every page anew from the living rows. Free pages and gaps are left behind.
    ///
    /// - Throws: `full`, before anything is written if it can be seen, when there is no room for all of them a second time.
    func vacuum() throws {
        try checkWritable()
        let pages = try read { access in
            try (access.connection.number("pragma page_count") ?? 0) - (access.connection.number("pragma freelist_count") ?? 0)
        }
        let pageByteCount = try read { try $0.connection.number("pragma page_size") ?? 0 }
        if let room = Store.freeByteCount(at: path), room < pages * pageByteCount { throw StoreError(.full) }
        try givingRoomBack { try database.use { try $0.pack() } }
    }

    /// Writes every living row to an empty file, in one snapshot (https://sqlite.org/lang_vacuum.html, VACUUM INTO).
    package func copy(into path: String) throws {
        try checkOpen()
        try translatingErrors { try database.use { try $0.copy(into: path) } }
    }

    /// Whether SQLite finds the file in order, every page of it.
    package func isSound() throws -> Bool {
        try translatingErrors { try database.read { try $0.faults(limit: 1).isEmpty } }
    }

    /// Runs plain SQL as any client would, triggers included. For tests, the simulator and the benchmarks.
    package func executeAsClient(_ sql: String, _ arguments: [Value] = []) throws {
        try checkWritable()
        try translatingErrors {
            try database.use { connection in
                let statement = try connection.statement(sql)
                for (index, argument) in arguments.enumerated() { statement.bind(Int32(index + 1), argument) }
                try statement.run()
            }
        }
    }
}
