import Community

/// What a first reading of a calendar finds: which events of one UID belong together, and which only share it.
package struct CalendarSurvey {
    /// An event that stands for one date of a series, or for all from a date on.
    struct Exception {
        /// RECURRENCE-ID.
        let date: ContentLine
        /// Of one that stands for all later dates too, its lines.
        let fromHereOn: [ContentLine]?
    }

    private var exceptions: [Int: [Exception]] = [:]
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
            let isRange = date.parameter("RANGE")?.value.uppercased() == "THISANDFUTURE"
            exceptions[key, default: []].append(Exception(date: date, fromHereOn: isRange ? event.lines : nil))
            return
        }
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

    var sequence: Int { text("SEQUENCE").flatMap { Int($0) } ?? 0 }
    var isSeries: Bool { line("RECURRENCE-ID") == nil && (line("RRULE") != nil || line("RDATE") != nil) }

    var identity: LineIdentity {
        let start = trimmed(line("DTSTART")?.value ?? ""), summary = folded(text("SUMMARY") ?? "")
        let uid = text("UID")
        return LineIdentity(key: uid.map { [$0] }, name: summary, day: start, whole: [uid ?? "", summary, start], isNumbered: true)
    }
}
