import CRDT

/// JSON with its keys in a stable order (RFC 8259).
package indirect enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case array([JSON])
    /// An array whose members are made one by one as they are written: a large one is never in memory.
    case sequence(@Sendable (_ each: (JSON) throws -> Void) throws -> Void)
    case object([(String, JSON)])

    package static func number(_ value: Int) -> JSON { .integer(Int64(value)) }

    /// Text that is not valid UTF-8 is repaired, since JSON cannot hold it; blobs are `{"hex": …}`.
    package init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = number.isFinite ? .real(number) : .string("\(number)")
        case .text(let bytes): self = .string(String(decoding: bytes, as: UTF8.self))
        case .blob(let bytes): self = .object([("hex", .string(hexadecimal(bytes)))])
        }
    }

    package var text: String {
        var out = ""
        append(to: &out)
        return out
    }

    package func append(to out: inout String) {
        // Nothing in it throws when nothing is flushed.
        try? append(to: &out) { _, _ in }
    }

    /// - Parameter flush: called after each member of an array or an object, with how many arrays and objects it is in; it may empty
    ///   the text.
    package func append(to out: inout String, depth: Int = 0, flush: (_ out: inout String, _ depth: Int) throws -> Void) throws {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .real(let value): out += "\(value)"
        case .string(let value): JSON.append(value, to: &out)
        case .array(let values):
            out += "["
            for (index, value) in values.enumerated() {
                if index > 0 { out += ", " }
                try value.append(to: &out, depth: depth + 1, flush: flush)
                try flush(&out, depth + 1)
            }
            out += "]"
        case .sequence(let members):
            out += "["
            var isFirst = true
            try members { value in
                if !isFirst { out += ", " }
                isFirst = false
                try value.append(to: &out, depth: depth + 1, flush: flush)
                try flush(&out, depth + 1)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, (key, value)) in members.enumerated() {
                if index > 0 { out += ", " }
                JSON.append(key, to: &out)
                out += ": "
                try value.append(to: &out, depth: depth + 1, flush: flush)
                try flush(&out, depth + 1)
            }
            out += "}"
        }
    }

    private static func append(_ string: String, to out: inout String) {
        out += "\""
        ShownText.appendEscaped(string, to: &out)
        out += "\""
    }
}

package func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
