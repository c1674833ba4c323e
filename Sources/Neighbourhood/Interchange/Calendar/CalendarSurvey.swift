import Community

/// What a first reading of a calendar finds: which events of one UID belong together, and which only share it.
package struct CalendarSurvey {
    /// An event that stands for one date of a series, or for all from a date on.
    struct Exception {
        /// RECURRENCE-ID.
        let date: ContentLine
        /// DTSTART: where it went.
        let start: ContentLine?
        /// Of one that stands for all later dates too, its lines.
        let fromHereOn: [ContentLine]?
    }

    /// What the file calls its zones.
    package internal(set) var zones = CalendarZones()
    private var exceptions: [Int: [Exception]] = [:]
    /// UIDs of which an event is there that is not the exception of another.
    private var wholes: Set<Int> = []
    /// By UID and name, the greatest SEQUENCE.
    private var sequences: [Int: Int] = [:]
    /// By folded name, the UID of a series.
    private var series: [Int: Int] = [:]
    private var sharedSeries: Set<Int> = []
    package private(set) var owners = ListOwners()

    package init() {}

    mutating func note(_ event: CalendarEvent) {
        guard event.text("X-KITH-ID") == nil, let uid = event.text("UID") else { return }
        let key = uid.hashValue
        if let date = event.line("RECURRENCE-ID") {
            exceptions[key, default: []].append(Exception(date: date, start: event.line("DTSTART"), fromHereOn: event.isFromHereOn ? event.lines : nil))
            return
        }
        wholes.insert(key)
        let name = CalendarSurvey.key(event), sequence = event.sequence
        if let known = sequences[name], known != sequence {
            // An older or newer wording of one event.
            sequences[name] = max(known, sequence)
        } else {
            sequences[name] = sequence
            owners.note(event.identity)
        }
        guard event.isSeries else { return }
        let summary = folded(event.text("SUMMARY") ?? "").hashValue
        if let other = series[summary], other != key { sharedSeries.insert(summary) } else { series[summary] = key }
    }

    private static func key(_ event: CalendarEvent) -> Int { [event.text("UID") ?? "", folded(event.text("SUMMARY") ?? "")].hashValue }

    /// Whether the file has a newer wording of the event.
    func isOutdated(_ event: CalendarEvent) -> Bool {
        guard event.text("UID") != nil, event.line("RECURRENCE-ID") == nil, let newest = sequences[CalendarSurvey.key(event)] else { return false }
        return event.sequence < newest
    }

    /// Whether the event changes a date of a series that is not in the file.
    func isOrphan(_ event: CalendarEvent) -> Bool {
        guard event.line("RECURRENCE-ID") != nil else { return false }
        return event.text("UID").map { !wholes.contains($0.hashValue) } ?? true
    }

    func exceptions(of uid: String) -> [Exception] { exceptions[uid.hashValue] ?? [] }

    /// Whether several series have one name: each is then an initiative of its own.
    func isShared(summary: String) -> Bool { sharedSeries.contains(folded(summary).hashValue) }
}

/// The lines of one event.
struct CalendarEvent {
    let lines: [ContentLine]
    /// What stands within it and is no event: alarms.
    let components: [String]

    func line(_ property: String) -> ContentLine? { lines.first { $0.property == property } }
    func all(_ property: String) -> [ContentLine] { lines.filter { $0.property == property } }
    func text(_ property: String) -> String? {
        line(property).map { trimmed(unescaped($0.value)) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether it stands for all later dates of its series too.
    var isFromHereOn: Bool { line("RECURRENCE-ID")?.parameter("RANGE")?.value.uppercased() == "THISANDFUTURE" }
    var hasRule: Bool { line("RRULE") != nil || line("RDATE") != nil }

    /// Properties of which an event may have one and this has several that differ; the first counts.
    var doubled: [String] {
        ["UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "STATUS", "RECURRENCE-ID", "GEO", "SEQUENCE"].filter { property in
            let all = all(property)
            return all.count > 1 && all.dropFirst().contains { $0.value != all[0].value }
        }
    }

    var sequence: Int { text("SEQUENCE").flatMap { Int($0) } ?? 0 }
    var isSeries: Bool { line("RECURRENCE-ID") == nil && hasRule }

    var identity: LineIdentity {
        let start = trimmed(line("DTSTART")?.value ?? ""), summary = folded(text("SUMMARY") ?? "")
        let uid = text("UID")
        return LineIdentity(key: uid.map { [$0] }, name: summary, day: start, whole: [uid ?? "", summary, start], isNumbered: true)
    }
}
