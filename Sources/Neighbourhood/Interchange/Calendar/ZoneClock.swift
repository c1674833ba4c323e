import Community
import Foundation

/// A zone of the system's database, by a name that can stand in a line.
func knownZone(_ name: String) -> TimeZone? {
    if name == "UTC" { return TimeZone(secondsFromGMT: 0) }
    guard name.contains("/"), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != .colon && $0 != .semicolon && $0 != .comma && $0 != .quote })
    else { return nil }
    return TimeZone(identifier: name)
}

/// The clock of a zone: its times in UTC, and back. A whole day stays the day it is.
package struct ZoneClock {
    private let zone: TimeZone

    /// nil for a zone that the system does not know.
    package init?(_ name: String) {
        guard let zone = knownZone(name) else { return nil }
        self.zone = zone
    }

    package init(_ zone: TimeZone) { self.zone = zone }

    /// What the clock shows at a time in UTC.
    package func local(_ time: CalendarTime) -> CalendarTime {
        guard time.secondOfDay != nil else { return time }
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(time.seconds)))
        return CalendarTime(seconds: time.seconds + Int64(offset)) ?? time
    }

    /// When the clock shows a time, in UTC. Of a time that it shows twice the first; of one that it never shows, as if the
    /// clock had not been put forward yet (RFC 5545, section 3.3.5).
    package func utc(_ time: CalendarTime) -> CalendarTime {
        guard time.secondOfDay != nil else { return time }
        func offset(at seconds: Int64) -> Int64 { Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))) }
        let before = offset(at: time.seconds - 86_400), after = offset(at: time.seconds + 86_400)
        // The earlier of the moments that the clock shows it.
        for each in [max(before, after), min(before, after)] where offset(at: time.seconds - each) == each {
            return CalendarTime(seconds: time.seconds - each) ?? time
        }
        return CalendarTime(seconds: time.seconds - before) ?? time
    }
}
