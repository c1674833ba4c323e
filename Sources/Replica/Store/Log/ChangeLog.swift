import CRDT
import SQLite
import Wire

/// A living change as the log keeps it.
struct LoggedChange {
    var change: Change
    /// Whether kith_aside holds a value of it.
    var hasAside: Bool
}

/// Reads and writes `kith_change`: the living changes, found by record or by dot.
struct ChangeLog {
    private enum Flag {
        // The anchor's is 1 because SQLite stores the integer 1 in no bytes, and most changes are anchors.
        static let anchor: Int64 = 1
        static let deletes: Int64 = 2
        static let aside: Int64 = 4
        /// From here on the columns of kind text of which it edited passages, a bit each.
        static let editShift: Int64 = 3
    }

    /// The greatest number of a column of kind text: its bit has a place among the flags.
    static let textColumnLimit = 60

    private let byRecord: PreparedStatement
    private let insertion: PreparedStatement
    private let update: PreparedStatement
    private let deletion: PreparedStatement
    private let recordOfDot: PreparedStatement
    private let anchors: PreparedStatement

    init(_ connection: Connection) throws {
        byRecord = try connection.statement("select dot, time, columns, context, flags from kith_change where record = ?")
        insertion = try connection.statement(
            "insert into kith_change (dot, record, time, columns, context, flags) values (?, ?, ?, ?, ?, ?)")
        update = try connection.statement("update kith_change set columns = ?, flags = ? where dot = ?")
        deletion = try connection.statement("delete from kith_change where dot = ?")
        recordOfDot = try connection.statement("select record from kith_change where dot = ?")
        anchors = try connection.statement("select dot from kith_change where record = ? and flags & 1 order by dot")
    }

    /// The columns of `select dot, …, flags` from the statement's current row.
    static func change(_ row: PreparedStatement, from index: Int32 = 0) throws -> LoggedChange {
        let flags = row.integer(index + 4)
        return LoggedChange(
            change: Change(
                dot: Dot(packed: row.integer(index)), timeMilliseconds: row.integer(index + 1),
                columns: ColumnSet(rawValue: UInt64(bitPattern: row.integer(index + 2))),
                context: row.isNull(index + 3) ? .empty : try context(row.bytes(index + 3)),
                deletes: flags & Flag.deletes != 0, isAnchor: flags & Flag.anchor != 0,
                edits: ColumnSet(rawValue: UInt64(bitPattern: flags) >> UInt64(Flag.editShift))),
            hasAside: flags & Flag.aside != 0)
    }

    func changes(of record: [UInt8]) throws -> [LoggedChange] {
        try record.withUnsafeBytes { raw in
            byRecord.bind(1, blob: raw)
            defer { byRecord.reset() }
            var found: [LoggedChange] = []
            while try byRecord.step() { found.append(try ChangeLog.change(byRecord)) }
            return found
        }
    }

    func insert(_ logged: LoggedChange, record: UnsafeRawBufferPointer) throws {
        let change = logged.change
        insertion.bind(1, change.dot.packed)
        insertion.bind(2, blob: record)
        insertion.bind(3, change.timeMilliseconds)
        insertion.bind(4, Int64(bitPattern: change.columns.rawValue))
        if change.context.entries.isEmpty { insertion.bindNull(5) } else {
            insertion.bind(5, copyingBlob: ChangeLog.encode(change.context))
        }
        insertion.bind(6, ChangeLog.flags(logged))
        try insertion.run()
    }

    func rewrite(_ logged: LoggedChange) throws {
        update.bind(1, Int64(bitPattern: logged.change.columns.rawValue))
        update.bind(2, ChangeLog.flags(logged))
        update.bind(3, logged.change.dot.packed)
        try update.run()
    }

    func delete(_ dot: Dot) throws {
        deletion.bind(1, dot.packed)
        try deletion.run()
    }

    /// The record that a change in the log is about.
    func record(of dot: Dot) throws -> [UInt8]? {
        recordOfDot.bind(1, dot.packed)
        defer { recordOfDot.reset() }
        return try recordOfDot.step() ? Array(recordOfDot.bytes(0)) : nil
    }

    /// An anchor of the record within `base`, to name it by.
    func anchor(of record: [UInt8], within base: VersionVector) throws -> Dot? {
        try record.withUnsafeBytes { raw in
            anchors.bind(1, blob: raw)
            defer { anchors.reset() }
            while try anchors.step() {
                let dot = Dot(packed: anchors.integer(0))
                if base.includes(dot) { return dot }
            }
            return nil
        }
    }

    static func flags(_ logged: LoggedChange) -> Int64 {
        (logged.change.deletes ? Flag.deletes : 0) | (logged.change.isAnchor ? Flag.anchor : 0)
            | (logged.hasAside ? Flag.aside : 0) | Int64(bitPattern: logged.change.edits.rawValue << UInt64(Flag.editShift))
    }

    static func encode(_ context: Context) -> [UInt8] {
        var out = ByteWriter()
        for entry in context.entries {
            out.number(UInt64(entry.writer.number))
            out.number(UInt64(entry.last))
        }
        return out.bytes
    }

    static func context(_ bytes: UnsafeRawBufferPointer) throws -> Context {
        var reader = ByteReader(bytes, in: "kith_change.context")
        var entries: [Context.Entry] = []
        while reader.remaining > 0 {
            entries.append(.init(WriterOrdinal(try reader.sequence()), try reader.sequence()))
        }
        return Context(entries)
    }
}
