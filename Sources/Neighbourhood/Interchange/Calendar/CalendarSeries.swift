import Community

/// The dates of a series of events on one clock, and what stands for some of them.
struct CalendarSeries {
    var dates: Recurrence
    /// The zone of its clock; nil: of any reader.
    let zone: String?
    /// What could not be read or followed: properties.
    private(set) var leftOut: [String] = []

    /// How far ahead, in dates, a part of a series is written out that no rule can say.
    private static let listedCount = 1_000
    private static let excludedCount = 10_000

    /// - Parameter end: on the clock of `start`; of whole days the day behind the last.
    init(_ event: CalendarEvent, start: CalendarTime, end: CalendarTime?, zone: String?, zoneName: (String) -> String) {
        self.zone = zone
        let rules = event.all("RRULE")
        dates = Recurrence(rule: rules.first.map { trimmed($0.value) } ?? "", start: start, end: end)
        if rules.count > 1 { leftOut.append("RRULE") }
        if !dates.rule.isEmpty, RecurrenceRule(dates.rule) == nil { leftOut.append("RRULE") }
        // Days alone, which take away whatever is on them.
        var excludedDays: Set<CalendarTime> = []
        for property in ["EXDATE", "RDATE"] {
            for line in event.all(property) where line.parameter("VALUE")?.value.uppercased() != "PERIOD" {
                let (times, isWhole) = self.times(line, zoneName)
                if property == "EXDATE" { dates.excluded += times } else { dates.added += times }
                if property == "EXDATE", start.secondOfDay != nil { excludedDays.formUnion(days(line)) }
                if !isWhole { leftOut.append(property) }
            }
        }
        if let first = excludedDays.min(), let last = excludedDays.max().flatMap({ CalendarTime(seconds: $0.seconds + 86_399) }) {
            let found = dates.dates(within: first...last, limit: CalendarSeries.excludedCount, local: local) ?? []
            dates.excluded += found.filter { CalendarTime($0.year, $0.month, $0.day).map(excludedDays.contains) ?? false }
        }
        for line in event.all("EXRULE") {
            // RFC 2445, section 4.8.5.2: dates that a rule takes away.
            let all = Recurrence(rule: trimmed(line.value), start: start)
            guard let found = all.dates(within: start...CalendarSeries.horizon(start), limit: CalendarSeries.listedCount, local: local) else {
                leftOut.append("EXRULE")
                continue
            }
            if found.count == CalendarSeries.listedCount { leftOut.append("EXRULE") }
            dates.excluded += found.filter { $0 != start || RecurrenceRule(all.rule).map { rule in
                var isFirst = false
                rule.forEach(from: start) { time in
                    isFirst = time == start
                    return false
                }
                return isFirst
            } == true }
        }
    }

    private static func horizon(_ start: CalendarTime) -> CalendarTime {
        CalendarTime(seconds: start.seconds + 20 * 366 * 86_400, isWholeDay: start.secondOfDay == nil) ?? start
    }

    private func local(_ time: CalendarTime) -> CalendarTime { zone.flatMap(ZoneClock.init)?.local(time) ?? time }

    /// The times of a line on the clock of the series; a day alone is that day's time of the series.
    func times(_ line: ContentLine, _ zoneName: (String) -> String) -> (times: [CalendarTime], isWhole: Bool) {
        var isWhole = true
        let times = line.value.split(separator: ",").compactMap { text -> CalendarTime? in
            guard let time = clockTime(String(text), line, zoneName) else {
                isWhole = false
                return nil
            }
            return time
        }
        return (times, isWhole)
    }

    private func days(_ line: ContentLine) -> [CalendarTime] {
        line.value.split(separator: ",").compactMap { text in
            var isUTC = false
            return CalendarTime(basic: trimmed(String(text)), isUTC: &isUTC).flatMap { $0.secondOfDay == nil ? $0 : nil }
        }
    }

    private func clockTime(_ text: String, _ line: ContentLine, _ zoneName: (String) -> String) -> CalendarTime? {
        var isUTC = false
        guard let time = CalendarTime(basic: trimmed(text), isUTC: &isUTC) else { return nil }
        guard let second = dates.start?.secondOfDay else { return CalendarTime(time.year, time.month, time.day) }
        guard time.secondOfDay != nil else { return CalendarTime(seconds: time.seconds + Int64(second)) }
        return converted(time, from: isUTC ? "UTC" : line.parameter("TZID")?.values.first.map(zoneName), to: zone)
    }

    /// None of its dates is held any more. The beginning stays, so that the row says of what.
    mutating func cancel() {
        guard let start = dates.start else { return }
        dates = Recurrence(rule: "", start: start, end: dates.end)
        dates.excluded = [start]
    }

    /// Dates of the series on which one of its other dates was moved: both are held then.
    func doubled(by exceptions: [CalendarSurvey.Exception], _ zoneName: (String) -> String) -> [(start: CalendarTime, end: CalendarTime?)] {
        let moved = exceptions.filter { $0.fromHereOn == nil }.compactMap { exception -> CalendarTime? in
            guard let start = exception.start.flatMap({ clockTime($0.value, $0, zoneName) }), times(exception.date, zoneName).times.first != start else { return nil }
            return dates.dates(within: start...start, limit: 1, local: local)?.first
        }
        let length = dates.end.flatMap { end in dates.start.map { end.seconds - $0.seconds } }
        return Set(moved).sorted().map { start in
            (start, length.flatMap { CalendarTime(seconds: start.seconds + $0, isWholeDay: start.secondOfDay == nil) })
        }
    }

    /// Leaves dates to events of their own, and gives the parts of the series from others on as series of their own.
    ///
    /// - Parameter ending: of an event that begins at a time of the series' clock; nil: as long as the series lasts.
    mutating func leave(
        _ exceptions: [CalendarSurvey.Exception], _ zoneName: (String) -> String,
        ending: (_ event: CalendarEvent, _ start: CalendarTime) -> CalendarTime?
    ) -> [(event: CalendarEvent, date: ContentLine, series: CalendarSeries)] {
        var parts: [(event: CalendarEvent, date: ContentLine, series: CalendarSeries)] = []
        let dated = exceptions.compactMap { exception in times(exception.date, zoneName).times.first.map { ($0, exception) } }
        dates.excluded += dated.filter { $0.1.fromHereOn == nil }.map(\.0)
        for (time, exception) in dated.sorted(by: { $0.0 < $1.0 }) {
            guard let lines = exception.fromHereOn else { continue }
            let event = CalendarEvent(lines: lines, components: [])
            var isUTC = false
            guard let line = event.line("DTSTART"), let begin = CalendarTime(basic: trimmed(line.value), isUTC: &isUTC),
                let start = converted(begin, from: isUTC ? "UTC" : line.parameter("TZID")?.values.first.map(zoneName), to: zone)
            else { continue }
            // The last part so far is the one that it begins in.
            let next: CalendarSeries
            let end = ending(event, start)
            if var last = parts.popLast() {
                next = last.series.cut(before: time, from: start, until: end, event)
                parts.append(last)
            } else {
                next = cut(before: time, from: start, until: end, event)
            }
            parts.append((event, exception.date, next))
        }
        return parts
    }

    /// Ends the series before one of its dates.
    ///
    /// - Returns: the rest, moved as that date is.
    private mutating func cut(
        before time: CalendarTime, from start: CalendarTime, until end: CalendarTime?, _ event: CalendarEvent
    ) -> CalendarSeries {
        var rest = self
        rest.leftOut = []
        let shift = start.seconds - time.seconds
        func moved(_ time: CalendarTime) -> CalendarTime {
            CalendarTime(seconds: time.seconds + shift, isWholeDay: time.secondOfDay == nil) ?? time
        }
        rest.dates.start = start
        rest.dates.end = end ?? dates.end.flatMap { end in dates.start.map { end.seconds - $0.seconds } }.flatMap {
            CalendarTime(seconds: start.seconds + $0, isWholeDay: start.secondOfDay == nil)
        }
        rest.dates.excluded = dates.excluded.filter { $0 >= time }.map(moved)
        rest.dates.added = dates.added.filter { $0 >= time }.map(moved)
        dates.excluded.removeAll { $0 >= time }
        dates.added.removeAll { $0 >= time }
        guard let rule = RecurrenceRule(dates.rule), let first = dates.start else { return rest }

        var parts = dates.rule.split(separator: ";").map(String.init)
        func isPart(_ part: String, _ names: [String]) -> Bool { names.contains { part.uppercased().hasPrefix($0 + "=") } }
        let kept = parts.filter { !isPart($0, ["COUNT", "UNTIL"]) }
        var before = 0
        if let count = rule.count {
            rule.forEach(from: first, local: local) { date in
                if date < time { before += 1 }
                return date < time
            }
            parts = kept + ["COUNT=\(before)"]
            if before == 0 { parts = [] }
            rest.dates.rule = count > before ? (kept + ["COUNT=\(count - before)"]).joined(separator: ";") : ""
        } else {
            let last = CalendarTime(seconds: time.seconds - (time.secondOfDay == nil ? 86_400 : 1), isWholeDay: time.secondOfDay == nil) ?? time
            // RFC 5545, section 3.3.10: the end is in UTC where the beginning has a zone.
            let isUTC = last.secondOfDay != nil && zone.flatMap(ZoneClock.init) != nil
            parts = kept + ["UNTIL=" + (isUTC ? zone.flatMap(ZoneClock.init)!.utc(last).basic + "Z" : last.basic)]
            rest.dates.rule = (kept + (rule.until.map { ["UNTIL=" + moved($0).basic + (rule.untilIsUTC ? "Z" : "")] } ?? [])).joined(separator: ";")
        }
        let whole = dates.rule
        dates.rule = parts.joined(separator: ";")
        if let own = event.line("RRULE") {
            rest.dates.rule = trimmed(own.value)
        } else if shift != 0, !rest.dates.rule.isEmpty {
            rest.move(byDays: Int((moved(time).seconds - (Int64(start.secondOfDay ?? 0))) / 86_400 - (time.seconds - Int64(time.secondOfDay ?? 0)) / 86_400), isPart: isPart)
        }
        if rest.dates.rule == CalendarSeries.unsayable {
            // The dates of the rule from here on, one by one.
            var found: [CalendarTime] = []
            RecurrenceRule(whole)?.forEach(from: first, local: local) { date in
                if date >= time { found.append(moved(date)) }
                return found.count < CalendarSeries.listedCount
            }
            rest.dates.rule = ""
            rest.dates.added += found
            if found.count == CalendarSeries.listedCount { rest.leftOut.append("RRULE") }
        }
        return rest
    }

    private static let unsayable = "?"

    /// The rule for dates that come so many days later, where one says it.
    private mutating func move(byDays count: Int, isPart: (String, [String]) -> Bool) {
        let parts = dates.rule.split(separator: ";").map(String.init)
        let hasTimes = parts.contains { isPart($0, ["BYHOUR", "BYMINUTE", "BYSECOND"]) }
        guard count != 0 || hasTimes else { return }
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        let isWeekly = parts.contains { $0.uppercased() == "FREQ=WEEKLY" }
        guard !hasTimes, !parts.contains(where: { isPart($0, ["BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"]) }) else {
            return dates.rule = CalendarSeries.unsayable
        }
        dates.rule = parts.map { part in
            guard isPart(part, ["BYDAY"]) else { return part }
            let days = part.dropFirst(6).uppercased().split(separator: ",").map { names.firstIndex(of: String($0)) }
            guard isWeekly, abs(count) < 7, !days.contains(nil) else { return CalendarSeries.unsayable }
            return "BYDAY=" + days.map { names[(($0! + count) % 7 + 7) % 7] }.joined(separator: ",")
        }.joined(separator: ";")
        // Several days of a week may part when they move over its end; a month has other days.
        let isPlain = isWeekly ? !dates.rule.contains("BYDAY") || !dates.rule.contains(",") || !dates.rule.uppercased().contains("INTERVAL") : dates.rule.uppercased().contains("DAILY")
        if dates.rule.contains(CalendarSeries.unsayable) || !isPlain { dates.rule = CalendarSeries.unsayable }
    }
}

/// A time of one zone's clock on another's; nil when it cannot be told. A floating time is one of any clock.
package func converted(_ time: CalendarTime, from: String?, to: String?) -> CalendarTime? {
    guard time.secondOfDay != nil, from != to, let from else { return time }
    guard let to, let here = ZoneClock(from), let there = ZoneClock(to) else { return nil }
    return there.local(here.utc(time))
}
