import Engine

/// Names and values of a form or a query: `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).
struct Fields: Sendable {
    /// More than any form of the page has.
    private static let fieldCount = 1_000
    private var values: [String: [String]] = [:]

    init() {}

    init(_ text: some StringProtocol) {
        for pair in text.utf8.split(separator: UInt8(ascii: "&")).prefix(Fields.fieldCount) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = Fields.decoded(pair[..<equals])
            values[name, default: []].append(Fields.decoded(equals == pair.endIndex ? pair[equals...] : pair[pair.index(after: equals)...]))
        }
    }

    init(_ values: [String: String]) { self.values = values.mapValues { [$0] } }

    /// The last value of a name, without white space around it; nil where there is none, or it is empty.
    subscript(name: String) -> String? {
        guard let text = values[name]?.last?.trimmingSpaces(), !text.isEmpty else { return nil }
        return text
    }

    /// The last value as it was sent, empty too; nil when the form had no such field.
    func sent(_ name: String) -> String? { values[name]?.last }

    /// All values of a name, in order.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    var names: [String] { values.keys.sorted() }

    /// As it goes into an address.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return String(text.utf8.flatMap { byte -> [Character] in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isPlain ? [Character(UnicodeScalar(byte))] : ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        })
    }

    /// Percent signs that stand before no number stay as they are; what is not UTF-8 becomes U+FFFD, and so does NUL, which no SQLite text
    /// and no HTML can hold.
    static func decoded(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                result.append(0x20)
            } else if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(digit), let low = rest.dropFirst().first.flatMap(digit) {
                result.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self).replacing("\0", with: "\u{FFFD}").replacing("\r\n", with: "\n")
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
