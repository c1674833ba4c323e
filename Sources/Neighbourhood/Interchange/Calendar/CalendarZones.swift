import Community
import Foundation

/// What a calendar calls its zones, as zones of the system's database.
///
/// By the name itself, by what the file says beside it (X-LIC-LOCATION), by Windows' names, and else by the rules that the
/// file gives (VTIMEZONE, RFC 5545, section 3.6.5): the first zone whose clock goes the same in the years that are looked at.
package struct CalendarZones: Sendable {
    private struct Observance {
        var from = 0
        var to = 0
        var start: CalendarTime?
        var rule: String?
        var added: [CalendarTime] = []
    }

    /// By TZID.
    private var names: [String: String] = [:]
    private var byRules: [String: String] = [:]
    /// X-WR-TIMEZONE: the first to be tried.
    private var own: String?

    // The VTIMEZONE that is being read.
    private var name: String?
    private var location: String?
    private var observances: [Observance] = []
    private var definedCount = 0
    /// Whether a zone's rules are being read.
    private(set) var isWithin = false

    /// A file with more zones of its own is no calendar of people's.
    private static let definitionCount = 30
    private static let observanceCount = 100
    private static let onsetCount = 2_000
    private static let years = 2024...2027

    /// Takes in a line outside events.
    mutating func read(_ line: ContentLine) {
        let value = line.value
        switch line.property {
        case "X-WR-TIMEZONE": own = knownZone(value) == nil ? nil : value
        case "BEGIN" where value.uppercased() == "VTIMEZONE":
            (name, location, observances, isWithin) = (nil, nil, [], true)
        case "END" where value.uppercased() == "VTIMEZONE":
            define()
            isWithin = false
        default: if isWithin { readRule(line) }
        }
    }

    private mutating func readRule(_ line: ContentLine) {
        switch line.property {
        case "TZID": name = line.value
        case "X-LIC-LOCATION": location = line.value
        case "BEGIN":
            if observances.count < CalendarZones.observanceCount { observances.append(Observance()) }
        case _ where observances.isEmpty: return
        default:
            let last = observances.count - 1
            var isUTC = false
            switch line.property {
            case "TZOFFSETFROM": observances[last].from = CalendarZones.offset(line.value) ?? 0
            case "TZOFFSETTO": observances[last].to = CalendarZones.offset(line.value) ?? 0
            case "DTSTART": observances[last].start = CalendarTime(basic: line.value, isUTC: &isUTC)
            case "RRULE": observances[last].rule = line.value
            case "RDATE" where observances[last].added.count < CalendarZones.observanceCount:
                observances[last].added += line.value.split(separator: ",").prefix(CalendarZones.observanceCount).compactMap {
                    CalendarTime(basic: String($0), isUTC: &isUTC)
                }
            default: break
            }
        }
    }

    private mutating func define() {
        guard let name, names[name] == nil, definedCount < CalendarZones.definitionCount else { return }
        definedCount += 1
        if let location, knownZone(location) != nil {
            names[name] = location
        } else if CalendarZones.plainName(of: name) == nil, let found = zoneByRules() {
            names[name] = found
            byRules[name] = found
        }
    }

    /// The name of a zone of the system's database, where one is known; else the name as it stands.
    func name(of name: String) -> String { names[name] ?? CalendarZones.plainName(of: name) ?? name }

    /// The zone that the file's own name was taken for by its rules.
    func found(for name: String) -> String? { byRules[name] }

    private static func plainName(of name: String) -> String? {
        if knownZone(name) != nil { return name }
        // "/example.org/Olson_20150306/Europe/Amsterdam"
        if name.hasPrefix("/") {
            let pieces = name.split(separator: "/")
            for count in [2, 3] where pieces.count > count {
                let tail = pieces.suffix(count).joined(separator: "/")
                if knownZone(tail) != nil { return tail }
            }
        }
        return otherZoneNames[name]
    }

    // MARK: Rules

    /// The clock's distance from UTC at a time in UTC, by the file's rules; nil before their beginning.
    private func offset(at seconds: Int64, _ onsets: [(seconds: Int64, to: Int)]) -> Int? {
        onsets.last { $0.seconds <= seconds }?.to ?? observances.min { ($0.start?.seconds ?? 0) < ($1.start?.seconds ?? 0) }?.from
    }

    private func zoneByRules() -> String? {
        guard !observances.isEmpty, observances.allSatisfy({ $0.start != nil }), let last = CalendarTime(CalendarZones.years.upperBound + 1, 1, 1) else { return nil }
        var onsets: [(seconds: Int64, to: Int)] = []
        for each in observances {
            guard let start = each.start else { continue }
            var times = [start] + each.added
            // A clock that changes oftener than some times a year is none.
            if let text = each.rule, text.uppercased().contains("FREQ=YEARLY"), let rule = RecurrenceRule(text) {
                var count = 0
                rule.forEach(from: start) { time in
                    count += 1
                    // Rules of Windows begin in 1601.
                    if time.year >= CalendarZones.years.lowerBound - 1 { times.append(time) }
                    return time < last && count < CalendarZones.onsetCount
                }
            }
            onsets += times.map { ($0.seconds - Int64(each.from), each.to) }
        }
        onsets.sort { $0.seconds < $1.seconds }

        // The middle of each month, and beside each change.
        var instants: [Int64] = []
        for year in CalendarZones.years { for month in 1...12 { if let time = CalendarTime(year, month, 15, hour: 12) { instants.append(time.seconds) } } }
        guard let first = instants.first, let end = instants.last else { return nil }
        instants += onsets.filter { (first...end).contains($0.seconds) }.flatMap { [$0.seconds - 1, $0.seconds] }
        let offsets = instants.map { ($0, offset(at: $0, onsets)) }
        func fits(_ name: String) -> Bool {
            guard let zone = knownZone(name) else { return false }
            return offsets.allSatisfy { zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval($0))) == $1 }
        }
        return ([own].compactMap { $0 } + CalendarZones.firstTried).first(where: fits) ?? TimeZone.knownTimeZoneIdentifiers.sorted().first(where: fits)
    }

    /// Zones that go alike for years have many names: the ones that people know.
    private static let firstTried = [
        "Europe/Amsterdam", "Europe/London", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow", "UTC", "America/New_York", "America/Chicago",
        "America/Denver", "America/Los_Angeles", "Africa/Cairo", "Africa/Casablanca", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo",
        "Australia/Sydney",
    ]

    /// `+0100`, `-053000` (RFC 5545, section 3.3.14), in seconds.
    private static func offset(_ text: String) -> Int? {
        guard let match = text.wholeMatch(of: /([+-]?)([0-9]{2}):?([0-9]{2}):?([0-9]{2})?/) else { return nil }
        let size = Int(match.2)! * 3600 + Int(match.3)! * 60 + (match.4.flatMap { Int($0) } ?? 0)
        return match.1 == "-" ? -size : size
    }
}
