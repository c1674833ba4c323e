@preconcurrency import Glibc

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
