@preconcurrency import Glibc
import Interchange

// How text from outside, byte counts and times look to people, in every program of the house.

/// Text from outside as one line that shows all that is in it.
package func plain(_ text: String) -> String { ShownText.line(text) }

extension Language {
    /// "1.4 MB", in powers of ten.
    package func bytes(_ count: Int) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var value = Double(count) / 1000
        var unit = "kB"
        for next in ["MB", "GB", "TB"] where value >= 1000 {
            value /= 1000
            unit = next
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10)\(self == .nl ? "," : ".")\(tenths % 10) \(unit)"
    }

    /// "3 days ago".
    package func age(_ milliseconds: Int64, nowMilliseconds: Int64) -> String {
        let minutes = Double(nowMilliseconds - milliseconds) / 60_000
        switch minutes {
        case ..<(-2): return say(.ageFuture)
        case ..<2: return say(.ageNow)
        case ..<120: return say(.ageMinutes, String(Int(minutes)))
        case ..<2880: return say(.ageHours, String(Int(minutes / 60)))
        default: return say(.ageDays, number(Int(minutes / 1440)))
        }
    }
}

/// Local time to the minute.
package func localTime(_ milliseconds: Int64) -> String {
    format(milliseconds, "%Y-%m-%d %H:%M") { localtime_r($0, $1) }
}

/// ISO 8601 in UTC, for scripts.
package func universalTime(_ milliseconds: Int64) -> String {
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
