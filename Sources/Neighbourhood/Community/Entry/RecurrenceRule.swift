/// A rule of RFC 5545, section 3.3.10, and the dates it gives: `FREQ=WEEKLY;BYDAY=TU;COUNT=6`.
///
/// Days and hours are those of one clock, which knows no summer time. Where the RFC leaves open what a rule means (an ordinal
/// day of a week, week numbers without a day), it is what dateutil makes of it, as most calendars do.
package struct RecurrenceRule: Hashable, Sendable {
    package enum Frequency: String, Sendable {
        case yearly = "YEARLY", monthly = "MONTHLY", weekly = "WEEKLY", daily = "DAILY", hourly = "HOURLY", minutely = "MINUTELY"
        case secondly = "SECONDLY"
    }

    package struct Day: Hashable, Sendable {
        /// 0 is Monday.
        package let weekday: Int
        /// Which of its month or year, from behind when negative; 0: all.
        package let ordinal: Int
    }

    package private(set) var frequency = Frequency.daily
    package private(set) var interval = 1
    package private(set) var count: Int?
    /// The last time there may be, as it stands: in UTC when `untilIsUTC`.
    package private(set) var until: CalendarTime?
    package private(set) var untilIsUTC = false
    package private(set) var days: [Day] = []
    private var numbers: [String: [Int]] = [:]
    private var weekStart = 0

    private static let dayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    private static let ranges: [String: ClosedRange<Int>] = [
        "BYSECOND": 0...60, "BYMINUTE": 0...59, "BYHOUR": 0...23, "BYMONTHDAY": -31...31, "BYYEARDAY": -366...366, "BYWEEKNO": -53...53,
        "BYMONTH": 1...12, "BYSETPOS": -366...366,
    ]

    /// nil for what is no rule.
    package init?(_ text: String) {
        var hasFrequency = false
        for part in text.uppercased().split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard pair.count == 2 else { return nil }
            let values = pair[1].split(separator: ",").map(String.init)
            switch pair[0] {
            case "FREQ":
                guard let frequency = Frequency(rawValue: pair[1]) else { return nil }
                self.frequency = frequency
                hasFrequency = true
            case "INTERVAL":
                guard let number = Int(pair[1]), (1...1_000_000).contains(number) else { return nil }
                interval = number
            case "COUNT":
                guard let number = Int(pair[1]), number >= 0 else { return nil }
                count = number
            case "UNTIL":
                guard let time = CalendarTime(basic: pair[1], isUTC: &untilIsUTC) else { return nil }
                until = time
            case "WKST":
                guard let day = RecurrenceRule.dayNames.firstIndex(of: pair[1]) else { return nil }
                weekStart = day
            case "BYDAY":
                for value in values {
                    guard let weekday = RecurrenceRule.dayNames.firstIndex(of: String(value.suffix(2))) else { return nil }
                    let ordinal = value.dropLast(2)
                    guard let number = ordinal.isEmpty ? 0 : Int(ordinal), abs(number) <= 53 else { return nil }
                    days.append(Day(weekday: weekday, ordinal: number))
                }
            case let name:
                guard let range = RecurrenceRule.ranges[name] else { continue }
                let found = values.compactMap { Int($0) }
                guard found.count == values.count, found.allSatisfy(range.contains), name.hasPrefix("BYM") && name != "BYMONTHDAY" || name == "BYHOUR" || name == "BYSECOND" || !found.contains(0)
                else { return nil }
                numbers[name] = found
            }
        }
        guard hasFrequency else { return nil }
    }

    private func part(_ name: String) -> [Int] { numbers[name] ?? [] }
    private var isBelowADay: Bool { [.hourly, .minutely, .secondly].contains(frequency) }

    /// So many days, or times below a day, are looked at; what has no date among them says so.
    private static let steps = 200_000

    /// The times of the rule from a beginning on, ascending, as far as they are wanted.
    ///
    /// - Parameters:
    ///   - start: what the rule counts from; the times have its time of day, or none.
    ///   - local: a time in UTC on the clock of `start`, for the end.
    ///   - take: false: no more are wanted.
    /// - Returns: false when the rule was given up on: it has no date in years, or one every second for ages.
    @discardableResult
    package func forEach(
        from start: CalendarTime, local: (CalendarTime) -> CalendarTime = { $0 }, _ take: (CalendarTime) -> Bool
    ) -> Bool {
        let isWholeDay = start.secondOfDay == nil
        let startDay = Int(start.seconds).floored(by: 86_400)
        let startSecond = start.secondOfDay ?? 0
        let first = startDay * 86_400 + startSecond
        var last = Int.max
        if let until {
            // A day as the end is all of that day.
            let end = untilIsUTC && until.secondOfDay != nil ? local(until) : until
            last = Int(end.seconds) + (end.secondOfDay == nil ? 86_399 : 0)
            if isWholeDay { last = last / 86_400 * 86_400 }
        }
        var left = count ?? Int.max
        var stepsLeft = RecurrenceRule.steps
        let positions = part("BYSETPOS")
        var period = Period(rule: self, startDay: startDay, startSecond: startSecond)
        guard left > 0 else { return true }
        while stepsLeft > 0 {
            stepsLeft -= 1
            guard let found = period.next(&stepsLeft) else { return true }
            guard found.first <= last else { return true }
            var times = found.times
            if !positions.isEmpty {
                let chosen = Set(positions.compactMap { position -> Int? in
                    let index = position > 0 ? position - 1 : times.count + position
                    return times.indices.contains(index) ? times[index] : nil
                })
                times = chosen.sorted()
            }
            for time in times where time >= first {
                guard time <= last else { return true }
                guard let date = CalendarTime(seconds: Int64(time), isWholeDay: isWholeDay) else { return true }
                guard take(date) else { return true }
                left -= 1
                if left == 0 { return true }
            }
        }
        return false
    }

    /// One year, month, week, day, hour, minute or second after the other, every `interval` of them.
    private struct Period {
        let rule: RecurrenceRule
        private var number: Int
        private let months: [Int]
        private let monthDays: [Int]
        private let days: [Day]
        private let timesOfDay: [Int]
        private let startSecond: Int
        private let yearDays: [Int]
        private let weeks: [Int]

        init(rule: RecurrenceRule, startDay: Int, startSecond: Int) {
            self.rule = rule
            self.startSecond = startSecond
            let start = CalendarTime(seconds: Int64(startDay) * 86_400)!
            var months = rule.part("BYMONTH"), monthDays = rule.part("BYMONTHDAY"), days = rule.days
            yearDays = rule.part("BYYEARDAY")
            weeks = rule.part("BYWEEKNO")
            if monthDays.isEmpty, days.isEmpty, yearDays.isEmpty, weeks.isEmpty {
                switch rule.frequency {
                case .yearly:
                    if months.isEmpty { months = [start.month] }
                    monthDays = [start.day]
                case .monthly: monthDays = [start.day]
                case .weekly: days = [Day(weekday: weekday(startDay), ordinal: 0)]
                default: break
                }
            }
            self.months = months
            self.monthDays = monthDays
            self.days = days
            switch rule.frequency {
            case .yearly: number = start.year
            case .monthly: number = start.year * 12 + start.month - 1
            case .weekly: number = startDay - (weekday(startDay) - rule.weekStart + 7) % 7
            case .daily: number = startDay
            case .hourly: number = (startDay * 86_400 + startSecond).floored(by: 3600)
            case .minutely: number = (startDay * 86_400 + startSecond).floored(by: 60)
            case .secondly: number = startDay * 86_400 + startSecond
            }
            func part(_ name: String, _ own: Int) -> [Int] { rule.part(name).isEmpty ? [own] : rule.part(name) }
            timesOfDay = rule.isBelowADay ? [] : Set(
                part("BYHOUR", startSecond / 3600).flatMap { hour in
                    part("BYMINUTE", startSecond / 60 % 60).flatMap { minute in
                        part("BYSECOND", startSecond % 60).map { hour * 3600 + minute * 60 + min($0, 59) }
                    }
                }).sorted()
        }

        /// The times of the period, ascending, and the first second of it; nil behind the year 9999.
        mutating func next(_ stepsLeft: inout Int) -> (first: Int, times: [Int])? {
            let number = number
            switch rule.frequency {
            case .yearly:
                self.number += rule.interval
                guard number <= 9999, let first = firstDay(number, 1) else { return nil }
                let count = CalendarTime.isLeap(number) ? 366 : 365
                stepsLeft -= count / 30
                return (first * 86_400, times((first..<first + count).filter { matches($0) }))
            case .monthly:
                self.number += rule.interval
                guard let first = firstDay(number / 12, number % 12 + 1) else { return nil }
                let count = CalendarTime.dayCount(number / 12, number % 12 + 1)
                return (first * 86_400, times((first..<first + count).filter { matches($0) }))
            case .weekly:
                self.number += 7 * rule.interval
                guard number < 2_932_897 else { return nil }
                return (number * 86_400, times((number..<number + 7).filter { matches($0) }))
            case .daily:
                self.number += rule.interval
                guard number < 2_932_897 else { return nil }
                return (number * 86_400, matches(number) ? times([number]) : [])
            case .hourly, .minutely, .secondly:
                let length = rule.frequency == .hourly ? 3600 : rule.frequency == .minutely ? 60 : 1
                self.number += rule.interval
                let second = number * length
                let day = second.floored(by: 86_400)
                guard day < 2_932_897 else { return nil }
                guard matches(day) else {
                    // On to the first period of the next day.
                    let next = ((day + 1) * 86_400).floored(by: length)
                    let ahead = next - self.number
                    if ahead > 0 { self.number += (ahead + rule.interval - 1) / rule.interval * rule.interval }
                    return (second, [])
                }
                let inDay = second - day * 86_400, hour = inDay / 3600, minute = inDay / 60 % 60
                func holds(_ name: String, _ value: Int) -> Bool { rule.part(name).isEmpty || rule.part(name).contains(value) }
                guard holds("BYHOUR", hour), length == 3600 || holds("BYMINUTE", minute), length > 1 || holds("BYSECOND", inDay % 60)
                else { return (second, []) }
                let minutes = length < 3600 ? [minute] : rule.part("BYMINUTE").isEmpty ? [startSecond / 60 % 60] : rule.part("BYMINUTE").sorted()
                let seconds = length == 1 ? [inDay % 60] : rule.part("BYSECOND").isEmpty ? [startSecond % 60] : rule.part("BYSECOND").sorted()
                let base = day * 86_400 + hour * 3600
                return (second, minutes.flatMap { minute in seconds.map { base + minute * 60 + min($0, 59) } })
            }
        }

        private func times(_ days: [Int]) -> [Int] { days.flatMap { day in timesOfDay.map { day * 86_400 + $0 } } }

        private func firstDay(_ year: Int, _ month: Int) -> Int? { CalendarTime(year, month, 1).map { Int($0.seconds).floored(by: 86_400) } }

        private func matches(_ day: Int) -> Bool {
            let date = CalendarTime(seconds: Int64(day) * 86_400)!
            if !months.isEmpty, !months.contains(date.month) { return false }
            let monthLength = CalendarTime.dayCount(date.year, date.month)
            if !monthDays.isEmpty, !monthDays.contains(date.day), !monthDays.contains(date.day - monthLength - 1) { return false }
            let yearLength = CalendarTime.isLeap(date.year) ? 366 : 365
            let yearDay = day - firstDay(date.year, 1)! + 1
            if !yearDays.isEmpty, !yearDays.contains(yearDay), !yearDays.contains(yearDay - yearLength - 1) { return false }
            if !weeks.isEmpty {
                let (week, count) = weekNumber(day)
                guard weeks.contains(week) || weeks.contains(week - count - 1) else { return false }
            }
            guard !days.isEmpty else { return true }
            let own = weekday(day)
            return days.contains { each in
                guard each.weekday == own else { return false }
                guard each.ordinal != 0, rule.frequency == .yearly || rule.frequency == .monthly else { return true }
                let isOfMonth = rule.frequency == .monthly || !months.isEmpty
                let place = isOfMonth ? date.day : yearDay, length = isOfMonth ? monthLength : yearLength
                return each.ordinal == (place - 1) / 7 + 1 || each.ordinal == -((length - place) / 7 + 1)
            }
        }

        /// The week that a day is in, and how many its year has: week 1 is the first with four days in the year.
        private func weekNumber(_ day: Int) -> (week: Int, count: Int) {
            let weekBegin = day - (weekday(day) - rule.weekStart + 7) % 7
            let year = CalendarTime(seconds: Int64(weekBegin + 3) * 86_400)!.year
            func firstWeek(_ year: Int) -> Int {
                guard let fourth = firstDay(year, 1).map({ $0 + 3 }) else { return weekBegin }
                return fourth - (weekday(fourth) - rule.weekStart + 7) % 7
            }
            return ((weekBegin - firstWeek(year)) / 7 + 1, (firstWeek(year + 1) - firstWeek(year)) / 7)
        }
    }
}

/// 0 is Monday. 1 January 1970 was a Thursday.
private func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }

extension Int {
    /// Divided, and rounded towards the past.
    fileprivate func floored(by divisor: Int) -> Int { (self - ((self % divisor) + divisor) % divisor) / divisor }
}
