import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Trust
import Wire
import Words

// How values, times and names look to people.

func text(_ value: Value) -> String {
    switch value {
    case .null: "-"
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let bytes): plain(String(decoding: bytes, as: UTF8.self))
    case .blob(let bytes): "x'\(hexadecimal(Array(bytes.prefix(16))))\(bytes.count > 16 ? "…" : "")'"
    }
}

/// The parts of a composite, those that are there, or the one value.
func text(_ parts: [Value]) -> String {
    parts.count == 1 ? text(parts[0]) : parts.filter { $0 != .null }.map(text).joined(separator: " ")
}

func byteText(_ count: Int) -> String { App.language.bytes(count) }

/// "vandaag, 18:00", "do 3 december": of an ISO 8601 day or time, as the reader says it; another text as it is.
func when(_ text: String) -> String { App.language.day(plain(text), seenFrom: ReaderClock.day(App.environment.nowMilliseconds())) }

/// The day alone, of a moment on the reader's clock.
func whenDay(_ text: String) -> String { when(String((ReaderClock.local(text) ?? text).prefix(10))) }

/// The same of a moment of the clock.
func when(_ milliseconds: Int64) -> String { when(localTime(milliseconds)) }

/// A value of a column as people say it, on one line: codes by their labels, days as days, other rows by their names.
func text(_ value: Value, of name: String, in table: Table?, _ replica: Replica) throws -> String {
    plain(try replica.shown(value, of: name, in: table, App.language))
}

/// The same of all parts of a column that may be a composite.
func text(_ parts: [Value], of column: String, in table: Table?, _ replica: Replica) throws -> String {
    let names = table?[column: column]?.parts.map(\.name) ?? []
    return try parts.enumerated().filter { parts.count == 1 || $0.element != .null }
        .map { try text($0.element, of: names.indices.contains($0.offset) ? names[$0.offset] : column, in: table, replica) }.joined(separator: " ")
}

/// "3 days ago".
func age(_ milliseconds: Int64) -> String { App.language.age(milliseconds, nowMilliseconds: App.environment.nowMilliseconds()) }

func name(_ author: Author) -> String {
    if author.isOwn { return App.language.say(.ownMark) }
    return author.label.map(plain) ?? author.device.map { "…" + $0.spoken.suffix(7) } ?? App.language.say(.unknownDevice)
}

func json(_ author: Author) -> [(String, JSON)] {
    [
        ("device", author.device.map { .string($0.spoken) } ?? .null),
        ("label", author.label.map { .string($0) } ?? .null),
        ("time", .string(universalTime(author.timeMilliseconds))),
        ("own", .bool(author.isOwn)),
    ]
}

/// The ending of an id that tells it from others in this replica: long enough that two alike are unlikely.
struct ShortIDs {
    private let count: Int

    /// Of a list whose size is not known here: longer than most need.
    static let short = ShortIDs(count: 8)

    private init(count: Int) { self.count = count }

    init(_ store: Store) throws {
        let rows = try store.mostRows()
        // Two of n random endings of k hexadecimal digits are alike with a chance of about n² / 2 · 16^k.
        var count = 6
        var square = Double(rows) * Double(rows) / 16_777_216
        while square > 0.01 && count < 32 {
            square /= 16
            count += 1
        }
        self.count = count
    }

    /// Of a pair, the ending reaches back into the first id: many pairs share the second.
    func text(_ record: RecordID) -> String {
        // Anybody can choose an id: it is shown, and pasted into commands, as one line.
        guard record.key.count == 2 else { return plain(String(record.text.suffix(count))) }
        return plain("\(record.key[0].suffix(count)):\(record.key[1])")
    }
}

/// What to type for rows in the commands that people are told: a name in double quotes where that is enough, the ending of an id otherwise.
struct Handles {
    /// More than these are not looked up: a name costs a search.
    private static let mostCount = 20

    private let replica: Replica
    private let ids: ShortIDs
    private var known: [RecordID: String] = [:]

    init(_ replica: Replica, _ ids: ShortIDs) {
        self.replica = replica
        self.ids = ids
    }

    init(_ replica: Replica) throws { self.init(replica, try ShortIDs(replica.store)) }

    /// - Parameter tables: where the command looks for it (see `Replica.record(named:in:)`).
    mutating func text(_ record: RecordID, in tables: [String]? = nil) throws -> String {
        if let text = known[record] { return text }
        let name = known.count < Handles.mostCount ? try replica.handle(of: record, in: tables) : nil
        let text = name.map { $0.contains(" ") ? "\"\($0)\"" : shellQuoted($0) } ?? shellQuoted(ids.text(record))
        known[record] = text
        return text
    }
}

func json(_ values: [(name: String, value: Value)]) -> [(String, JSON)] { values.map { ($0.name, JSON($0.value)) } }
