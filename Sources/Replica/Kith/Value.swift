import CRDT

/// One SQLite value (https://sqlite.org/datatype3.html).
///
/// Text and blobs may be up to 16 MiB each. A text that is not valid UTF-8 comes out with replacement characters; in the file and on
/// every replica it stays as it is.
public enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The text, or nil for anything else.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The whole number, or nil for anything else.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// The number, whole or not; nil for anything else.
    public var real: Double? {
        switch self {
        case .real(let number): number
        case .integer(let number): Double(number)
        case .null, .text, .blob: nil
        }
    }
    public var isNull: Bool { self == .null }

    init(_ value: CRDT::Value) {
        self = switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
        case .blob(let bytes): .blob(bytes)
        }
    }

    var stored: CRDT::Value {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let text): .text(Array(text.utf8))
        case .blob(let bytes): .blob(bytes)
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(floatLiteral number: Double) { self = .real(number) }
    public init(nilLiteral: ()) { self = .null }
}

extension Value: CustomStringConvertible {
    /// As people read it: a blob by its length.
    public var description: String {
        switch self {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }
}

/// Names a row of a synced table, on every replica alike.
public struct Record: Hashable, Sendable, Codable {
    public let table: String
    /// The id, or both ids of a pair.
    public let key: [String]

    public init(_ table: String, _ key: String...) {
        self.table = table
        self.key = key
    }

    /// The id; of a pair both, joined by a colon.
    public var id: String { key.joined(separator: ":") }
}

/// One row of an answer.
public struct Row: Hashable, Sendable {
    /// The names that the query gives its columns.
    public let columns: [String]
    public let values: [Value]

    /// The value under a name; NULL when the query has no such column.
    public subscript(column: String) -> Value { columns.firstIndex(of: column).map { values[$0] } ?? .null }
    public subscript(index: Int) -> Value { values[index] }
}
