import CRDT
import SQLite
import Wire

/// What one stamping, import or merge replaced, kept locally for 30 days so that `kith undo` can bring it back, and not above a number of
/// bytes in all (`StoreEnvironment.mostReplacedByteCount`): then the oldest moments go, whole.
final class Moment {
    enum Kind: String {
        case edit, `import`, undo, merge, founding
        /// What stays of rows that lost their words: nobody takes that back.
        case erasure
    }

    static let keptMilliseconds: Int64 = 30 * 24 * 60 * 60 * 1000
    /// Bytes are counted once in so many moments.
    private static let countedEvery: Int64 = 64

    private let connection: Connection
    private let kind: Kind
    private let timeMilliseconds: Int64
    private let mostByteCount: Int
    /// nil until something has been kept.
    private(set) var id: Int64?

    /// - Parameter id: of a moment that this goes on with: work that takes several transactions is undone as one.
    init(_ access: Access, _ kind: Kind, continuing id: Int64? = nil) {
        self.id = id
        connection = access.connection
        self.kind = kind
        timeMilliseconds = access.now
        mostByteCount = access.environment.mostReplacedByteCount
    }

    /// The row of this moment, made when the first thing is to be kept.
    private func row() throws -> Int64 {
        if let id { return id }
        let old = try connection.number("select max(id) from kith_moment where time < ?", timeMilliseconds - Moment.keptMilliseconds)
        if let old { try drop(through: old) }
        let insert = try connection.statement("insert into kith_moment (kind, time) values (?, ?) returning id")
        insert.bind(1, copying: kind.rawValue)
        insert.bind(2, timeMilliseconds)
        _ = try insert.step()
        let id = insert.integer(0)
        insert.reset()
        self.id = id
        if id % Moment.countedEvery == 0 { try bound(before: id) }
        return id
    }

    /// Drops the oldest moments, so that what those before this one replaced is not above its bytes.
    private func bound(before id: Int64) throws {
        let select = try connection.prepare(
            "select moment, sum(length(before) + length(record)) from kith_replaced where moment < ? group by moment order by moment desc")
        select.bind(1, id)
        var byteCount = 0
        while try select.step() {
            byteCount += Int(select.integer(1))
            if byteCount > mostByteCount { return try drop(through: select.integer(0)) }
        }
    }

    private func drop(through last: Int64) throws {
        for sql in ["delete from kith_replaced where moment <= ?", "delete from kith_moment_range where moment <= ?", "delete from kith_moment where id <= ?"] {
            let delete = try connection.statement(sql)
            delete.bind(1, last)
            try delete.run()
        }
    }

    /// The changes with these dots, both included, belong to this moment.
    func keep(_ first: Dot, through last: Dot) throws {
        let insert = try connection.statement("insert into kith_moment_range (moment, first, last) values (?, ?, ?)")
        insert.bind(1, try row())
        insert.bind(2, first.packed)
        insert.bind(3, last.packed)
        try insert.run()
    }

    /// What `changed` replaces in a row that is or was there. The first value before counts, if it changes twice.
    func keep(_ record: [UInt8], _ table: CatalogTable, _ image: RowImage, _ changed: ColumnSet, existsAfter: Bool) throws {
        guard !changed.isEmpty || existsAfter != (image.place == .table) else { return }
        var before: [Int: [Value]] = [:]
        for column in changed.numbers.lazy.compactMap({ table.columns[$0] }) where column.isShown {
            before[column.number] = image.parts(of: column)
        }
        try keep(record, Replaced(existed: image.place == .table, before: before))
    }

    func keep(_ record: [UInt8], _ replaced: Replaced) throws {
        var replaced = replaced
        let moment = try row()
        if let earlier = try Moment.replaced(record, in: moment, connection) {
            replaced = Replaced(
                existed: earlier.existed, before: earlier.before.merging(replaced.before) { first, _ in first },
                siblings: earlier.siblings.merging(replaced.siblings.filter { earlier.before[$0.key] == nil }) { first, _ in first })
        }
        let insert = try connection.statement(
            "insert or replace into kith_replaced (moment, record, columns, before) values (?, ?, ?, ?)")
        insert.bind(1, moment)
        insert.bind(2, copyingBlob: record)
        insert.bind(3, replaced.columns)
        insert.bind(4, copyingBlob: replaced.encoded)
        try insert.run()
    }

    private static func replaced(_ record: [UInt8], in moment: Int64, _ connection: Connection) throws -> Replaced? {
        let select = try connection.statement("select columns, before from kith_replaced where moment = ? and record = ?")
        defer { select.reset() }
        select.bind(1, moment)
        select.bind(2, copyingBlob: record)
        return try select.step() ? try Replaced(columns: select.integer(0), encoded: select.bytes(1)) : nil
    }
}

/// What a record was before a moment: whether its row existed, and the values that were replaced.
struct Replaced {
    let existed: Bool
    let before: [Int: [Value]]
    /// Of cells in which values stood beside one another these, the one that was shown last; of one that an undo opened again the one value
    /// that had been chosen.
    let siblings: [Int: [[Value]]]

    init(existed: Bool, before: [Int: [Value]], siblings: [Int: [[Value]]] = [:]) {
        self.existed = existed
        self.before = before
        self.siblings = siblings
    }

    var columns: Int64 {
        before.keys.reduce(existed ? 1 : 0) { $0 | 1 << Int64($1) }
    }

    var encoded: [UInt8] {
        var out = ByteWriter()
        for number in before.keys.sorted() {
            out.number(before[number]!.count)
            for value in before[number]! { out.value(value) }
        }
        guard !siblings.isEmpty else { return out.bytes }
        out.number(siblings.count)
        for number in siblings.keys.sorted() {
            out.number(number)
            out.number(siblings[number]!.count)
            for parts in siblings[number]! {
                out.number(parts.count)
                for value in parts { out.value(value) }
            }
        }
        return out.bytes
    }

    init(columns: Int64, encoded: UnsafeRawBufferPointer) throws {
        existed = columns & 1 == 1
        var reader = ByteReader(encoded, in: "kith_replaced.before")
        var before: [Int: [Value]] = [:]
        for number in ColumnSet(rawValue: UInt64(bitPattern: columns & ~1)).numbers {
            before[number] = try (0..<(try reader.count(limit: Limits.partCount))).map { _ in try reader.value() }
        }
        self.before = before
        var siblings: [Int: [[Value]]] = [:]
        if reader.remaining > 0 {
            for _ in 0..<(try reader.count(limit: 64)) {
                let number = try reader.number(limit: 63)
                siblings[number] = try (0..<(try reader.count(limit: Replaced.siblingLimit))).map { _ in
                    try (0..<(try reader.count(limit: Limits.partCount))).map { _ in try reader.value() }
                }
            }
        }
        self.siblings = siblings
    }

    /// More values than these are not put beside one another again.
    static let siblingLimit = 64
}
