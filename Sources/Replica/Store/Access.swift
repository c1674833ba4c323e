import CRDT
import Schema
import SQLite
import Wire

/// Time and randomness, as parameters: the same code runs under the simulator's.
package struct StoreEnvironment: Sendable {
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce
    /// Seals what is packed and opens what comes, of the space that the replica belongs to.
    package let sealing: any Sealing
    /// Outside the file, to tell that it was copied or restored; nil: nobody looks.
    package let witness: (any Witness)?
    /// Of what was replaced, which is kept for undo and history, the oldest goes above so many bytes.
    package let mostReplacedByteCount: Int

    package init(
        nowMilliseconds: @escaping @Sendable () -> Int64, nonce: @escaping @Sendable () -> Nonce, sealing: any Sealing,
        witness: (any Witness)? = nil, mostReplacedByteCount: Int = 256_000_000
    ) {
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
        self.sealing = sealing
        self.witness = witness
        self.mostReplacedByteCount = mostReplacedByteCount
    }
}

/// What is kept in memory of tables, writers and tombstones: read from the file when an access finds that the file has changed
/// since, by whomever.
struct Registers {
    let catalog: Catalog
    let writers: Writers
    /// Whether any record is parked: kept here so that the usual replica never asks.
    let hasParked: Bool
    /// Whether any cell is too large to travel.
    let hasTooLarge: Bool
    /// Whether passages of any text were edited.
    let hasTexts: Bool
    /// Which records are erased; asked only when any is.
    let erased: Erasures
    /// SQLite's schema cookie when every trigger was last known to be in its place.
    let watchedCookie: Int64
    /// What was found out of the file in this state.
    let answers = Answers()

    init(_ connection: Connection, schema: Schema) throws {
        catalog = try Catalog(connection, schema: schema)
        writers = try Writers(connection)
        hasParked = try connection.number("select exists (select 1 from kith_parked)") == 1
        hasTooLarge = try connection.number("select exists (select 1 from kith_too_large)") == 1
        hasTexts = try connection.number("select exists (select 1 from kith_text)") == 1
        erased = try Erasures(connection, catalog)
        watchedCookie = try connection.number("select cookie from kith_watch") ?? 0
    }
}

/// A state of the file, as far as one connection can tell two from one another.
struct FileState: Hashable {
    /// Changes when another connection has committed (https://sqlite.org/pragma.html#pragma_data_version).
    let dataVersion: Int64
    /// Rows that this connection has inserted, changed or deleted since it was opened.
    let changedRowCount: Int64

    init(_ connection: Connection) throws {
        dataVersion = try connection.number("pragma data_version") ?? 0
        changedRowCount = connection.totalChangedRowCount
    }
}

/// What took long to find out, by the question, for as long as the file is as it was then.
final class Answers {
    private var known: [String: Any] = [:]
    /// Questions with a day or a limit in them are many: then all of them are asked anew.
    private static let keptCount = 64

    subscript(question: String) -> Any? {
        get { known[question] }
        set {
            if known.count >= Answers.keptCount { known = [:] }
            known[question] = newValue
        }
    }
}

/// One access to the replica, in one transaction: the connection with what is kept about tables and writers.
final class Access {
    let connection: Connection
    let catalog: Catalog
    let writers: Writers
    let environment: StoreEnvironment
    var hasParked: Bool
    var hasTooLarge: Bool
    var hasTexts: Bool
    let erased: Erasures
    let continuity: Continuity
    /// What `kith_person` looks up (see `fold`).
    let folding: Folding
    /// Copies that this access has found, and whether it has stamped: told once it is committed.
    var foundCopies: [FoundCopy] = []
    /// Packers that know the same and held something else, as this access has found: told likewise.
    var foundDifferences: [ContentsDifference] = []
    var hasStamped = false
    /// The newest batches of the writers as which this replica went on before this access stamped.
    var endsBefore: [WriterID: BatchEnd]?
    /// Blocks of dots whose rows were written: their digests are owed.
    var writtenBlocks: Set<Int64> = []
    let watchedCookie: Int64
    private let answers: Answers
    /// The rows that the connection had changed when this access began.
    private let changedRowCount: Int64
    /// A comparison was asked for: the cookie stays as it was set.
    private var doubts = false
    /// What is stale of the digest of what is held here.
    private(set) lazy var contents = Contents(self)

    init(
        _ connection: Connection, _ registers: Registers, environment: StoreEnvironment,
        continuity: Continuity = Continuity(nil), folding: Folding
    ) {
        self.continuity = continuity
        self.connection = connection
        catalog = registers.catalog
        writers = registers.writers
        hasParked = registers.hasParked
        hasTooLarge = registers.hasTooLarge
        hasTexts = registers.hasTexts
        erased = registers.erased
        watchedCookie = registers.watchedCookie
        answers = registers.answers
        changedRowCount = connection.totalChangedRowCount
        self.environment = environment
        self.folding = folding
    }

    /// The answer to a question about the file as it is now: found out once, and told again for as long as nobody has changed the file.
    ///
    /// - Parameter question: names all that the answer goes by, beside the file.
    func known<Answer>(_ question: String, _ find: () throws -> Answer) throws -> Answer {
        // What this very access has changed may change the answer.
        guard connection.totalChangedRowCount == changedRowCount else { return try find() }
        if let known = answers[question] as? Answer { return known }
        let found = try find()
        if connection.totalChangedRowCount == changedRowCount { answers[question] = found }
        return found
    }

    var now: Int64 { clampedTime(environment.nowMilliseconds()) }

    func isEmpty(_ table: String) throws -> Bool {
        try connection.number("select exists (select 1 from \(quoted(table)))") == 0
    }

    /// Whether the triggers watched all the time: no table or trigger was made, dropped or altered by anyone else.
    func isWatched() throws -> Bool { try connection.schemaCookie() == watchedCookie }

    /// Has rows and log compared at the next access: this may not be the file that was left.
    func doubt() throws {
        try connection.execute("update kith_watch set cookie = -1")
        doubts = true
    }

    /// What a write ends with, in its transaction.
    func finish() throws {
        try contents.flush()
        try ShownDigest(self).keep(writtenBlocks)
        writtenBlocks = []
        // Tables that this very write has made or altered.
        if try !doubts && !isWatched() { try Watch.keepCookie(connection) }
        if hasStamped { continuity.stamps(try replica(), before: endsBefore ?? [:], after: try writers.currentEnds) }
    }

    /// The name of this file, which another process may have changed.
    func replica() throws -> ReplicaID {
        let select = try connection.statement("select replica from kith_replica")
        defer { select.reset() }
        _ = try select.step()
        return try select.nonce(0)
    }

    /// The record that a change in the log is about.
    func record(of dot: Dot) throws -> [UInt8] {
        guard let record = try ChangeLog(connection).record(of: dot) else { throw StoreError(.damaged, "a change of no record") }
        return record
    }

    /// Notes that new rows of a table were stamped under the dots after one: both digests of what is held are owed there.
    func noteStamped(after dot: Dot, count: Int) throws {
        guard count > 0 else { return }
        let (first, last) = (dot.packed + 1, dot.packed + Int64(count))
        noteWritten(first...last)
        try contents.touch(first...last)
    }

    /// What another access has written in this very transaction, with registers of its own, is owed here.
    func takeOver(_ other: Access) throws {
        try other.contents.flush()
        writtenBlocks.formUnion(other.writtenBlocks)
    }

    /// Notes that the rows of these records' anchors were written.
    private func noteWritten(_ anchors: ClosedRange<Int64>) {
        writtenBlocks.formUnion((anchors.lowerBound >> ShownDigest.shift)...(anchors.upperBound >> ShownDigest.shift))
    }

    func noteWritten(_ changes: some Sequence<Change>) {
        for change in changes where change.isAnchor { writtenBlocks.insert(change.dot.packed >> ShownDigest.shift) }
    }

    /// Whether somebody edited a shared table since the last stamping, or may have done so while no trigger watched.
    func mayHaveEdits() throws -> Bool { try !isWatched() || hasNotes() }

    /// Whether the triggers noted an edit since the last stamping.
    func hasNotes() throws -> Bool {
        for table in catalog.shownTables where try !isEmpty(table.notes) { return true }
        return false
    }
}
