import CRDT
import Engine
@preconcurrency import Glibc
import Interchange
import Store
import Trust
import Wire

// How values, times and names look to people.

/// Text as one line without control characters or direction overrides, which could make it look like something else.
func plain(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x0A, 0x0D, 0x09, 0x2028, 0x2029: scalars.append(" ")
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: scalars.append("\u{FFFD}")
        default: scalars.append(scalar)
        }
    }
    return String(scalars)
}

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

func byteText(_ count: Int) -> String {
    guard count >= 1000 else { return "\(count) B" }
    var value = Double(count) / 1000
    var unit = "kB"
    for next in ["MB", "GB", "TB"] where value >= 1000 {
        value /= 1000
        unit = next
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10)\(App.language == .nl ? "," : ".")\(tenths % 10) \(unit)"
}

/// Local time to the minute.
func localTime(_ milliseconds: Int64) -> String {
    format(milliseconds, "%Y-%m-%d %H:%M") { localtime_r($0, $1) }
}

/// ISO 8601 in UTC, for scripts.
func universalTime(_ milliseconds: Int64) -> String {
    let thousandths = String(1000 + (milliseconds % 1000 + 1000) % 1000).dropFirst()
    return format(milliseconds, "%Y-%m-%dT%H:%M:%S") { gmtime_r($0, $1) } + ".\(thousandths)Z"
}

private func format(
    _ milliseconds: Int64, _ pattern: String,
    _ split: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
) -> String {
    var seconds = time_t(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
    var parts = tm()
    guard split(&seconds, &parts) != nil else { return String(milliseconds) }
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, pattern, &parts)
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// "3 days ago".
func age(_ milliseconds: Int64) -> String {
    let language = App.language
    let minutes = Double(App.environment.nowMilliseconds() - milliseconds) / 60_000
    switch minutes {
    case ..<(-2): return language.say(.ageFuture)
    case ..<2: return language.say(.ageNow)
    case ..<120: return language.say(.ageMinutes, String(Int(minutes)))
    case ..<2880: return language.say(.ageHours, String(Int(minutes / 60)))
    default: return language.say(.ageDays, language.number(Int(minutes / 1440)))
    }
}

func name(_ author: Author) -> String {
    if author.isOwn { return App.language.say(.ownMark) }
    return author.label.map(plain) ?? author.device.map { "…" + $0.spoken.suffix(7) } ?? App.language.say(.unknownDevice)
}

func json(_ author: Author) -> [(String, JSON)] {
    [
        ("device", author.device.map { .string($0.spoken) } ?? .null),
        ("label", author.label.map { .string($0) } ?? .null),
        ("time", .string(universalTime(author.timeMilliseconds))),
        ("own", .bool(author.isOwn)), ("early", .bool(author.isEarly)),
    ]
}

/// The ending of an id that tells it from others in this replica: long enough that two alike are unlikely.
struct ShortIDs {
    private let count: Int

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
        guard record.key.count == 2 else { return String(record.text.suffix(count)) }
        return "\(record.key[0].suffix(count)):\(record.key[1])"
    }
}

func json(_ values: [(name: String, value: Value)]) -> [(String, JSON)] { values.map { ($0.name, JSON($0.value)) } }
