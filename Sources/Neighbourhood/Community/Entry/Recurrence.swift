/// The dates of an initiative that recurs, as `initiative.recurrence_rule` holds them: a rule of RFC 5545, section 3.3.10, and
/// below it, a line each, what else belongs to the set (section 3.8.5). Only the rule is needed.
///
///     FREQ=WEEKLY;BYDAY=TU;COUNT=6
///     DTSTART:20261006T180000
///     DTEND:20261006T200000
///     EXDATE:20261020T180000,20261103T180000
///     RDATE:20261101T150000
///
/// Times are on the clock of `recurrence_time_zone`; a day alone is the whole day, and a DTEND of days is the day behind the last.
package struct Recurrence: Hashable, Sendable {
    /// May be empty, when there are only dates.
    package var rule: String
    package var start: CalendarTime?
    package var end: CalendarTime?
    package var excluded: [CalendarTime] = []
    package var added: [CalendarTime] = []
    /// Lines that are nothing of this.
    private var others: [String] = []

    package init(rule: String, start: CalendarTime? = nil, end: CalendarTime? = nil) {
        self.rule = rule
        self.start = start
        self.end = end
    }

    package init(_ text: String) {
        rule = ""
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else {
                if rule.isEmpty { rule = String(line) } else { others.append(String(line)) }
                continue
            }
            let times = line[line.index(after: colon)...].split(separator: ",").compactMap { text -> CalendarTime? in
                var isUTC = false
                return CalendarTime(basic: String(text), isUTC: &isUTC)
            }
            switch line[..<colon].uppercased() {
            case "RRULE" where rule.isEmpty: rule = String(line[line.index(after: colon)...])
            case "DTSTART" where times.count == 1: start = times[0]
            case "DTEND" where times.count == 1: end = times[0]
            case "EXDATE": excluded += times
            case "RDATE": added += times
            default: others.append(String(line))
            }
        }
    }

    package var text: String {
        func line(_ name: String, _ times: [CalendarTime]) -> [String] {
            times.isEmpty ? [] : [name + ":" + Set(times).sorted().map(\.basic).joined(separator: ",")]
        }
        let lines = [rule.isEmpty ? [] : [rule], line("DTSTART", [start].compactMap { $0 }), line("DTEND", [end].compactMap { $0 }),
            line("EXDATE", excluded), line("RDATE", added), others].flatMap { $0 }
        return lines.joined(separator: "\n")
    }

    /// The dates of the set within a span of time, ascending, the beginning among them.
    ///
    /// - Parameters:
    ///   - start: for a set that does not name its beginning.
    ///   - local: a time in UTC on the set's clock.
    ///   - limit: no more than so many.
    /// - Returns: nil for a rule that cannot be read or that gives too many times to follow.
    package func dates(
        from first: CalendarTime? = nil, within span: ClosedRange<CalendarTime>, limit: Int = 1_000,
        local: (CalendarTime) -> CalendarTime = { $0 }
    ) -> [CalendarTime]? {
        guard let start = start ?? first else { return nil }
        var found: Set<CalendarTime> = Set(([start] + added).filter(span.contains))
        if !rule.isEmpty {
            guard let rule = RecurrenceRule(rule) else { return nil }
            let isWhole = rule.forEach(from: start, local: local) { time in
                if span.contains(time) { found.insert(time) }
                return time <= span.upperBound && found.count < limit + excluded.count
            }
            guard isWhole else { return nil }
        }
        return Array(found.subtracting(excluded).sorted().prefix(limit))
    }
}
