// Standard output and JSON, for every program of the house.
import CRDT
@preconcurrency import Glibc

/// Nobody reads standard output any more.
package struct OutputClosed: Error {}

/// Standard output, written at once and whole.
package enum Output {
    /// - Throws: `OutputClosed`.
    package static func write(_ text: String) throws {
        guard put(text, STDOUT_FILENO) else { throw OutputClosed() }
    }

    package static func line(_ text: String) throws { try write(text + "\n") }

    package static func json(_ value: JSON) throws { try write(value.text + "\n") }

    package static func put(_ text: String, _ descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}

/// JSON with its keys in a stable order (RFC 8259).
package enum JSON {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case array([JSON])
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

    private func append(to out: inout String) {
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
                value.append(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, (key, value)) in members.enumerated() {
                if index > 0 { out += ", " }
                JSON.append(key, to: &out)
                out += ": "
                value.append(to: &out)
            }
            out += "}"
        }
    }

    private static func append(_ string: String, to out: inout String) {
        out += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

package func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
