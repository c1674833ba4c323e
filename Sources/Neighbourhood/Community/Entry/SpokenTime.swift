import Schema

/// Days and times as people write them, in Dutch and English alike: `morgen`, `vr`, `3-12`, `3 december 18:00`, `over 2 weken`, `+7`, and ISO 8601.
///
/// Pure: today is given in. A day comes before a month (`3-12` is the third of December), as both languages have it in Europe.
package struct SpokenTime: Hashable, Sendable {
    package let day: CalendarDay
    /// Since midnight; nil for a day alone.
    package let minutes: Int?
    /// As it was written: a second, a fraction, an offset from UTC. What has an offset names one moment, and stays as it is.
    package let rest: String

    package init(day: CalendarDay, minutes: Int? = nil, rest: String = "") {
        self.day = day
        self.minutes = minutes
        self.rest = rest
    }

    /// ISO 8601 without an offset: a day, or a day and a time.
    package var text: String { minutes.map { "\(day.text)T\(SpokenTime.clock($0))\(rest)" } ?? day.text }

    package var hasOffset: Bool { rest.hasSuffix("Z") || rest.contains("+") || rest.contains("-") }

    package static func clock(_ minutes: Int) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(padded(minutes / 60)):\(padded(minutes % 60))"
    }

    /// Why a text is no day or time.
    package enum Fault: Error, Hashable, Sendable {
        /// It cannot be read.
        case unread
        /// The month has fewer days.
        case noSuchDay(year: Int, month: Int, dayCount: Int)
        /// The month is none.
        case noSuchMonth(Int)
        /// The day is of another weekday than was written.
        case otherWeekday(CalendarDay)
        /// There is no such hour or minute.
        case noSuchTime(String)
        /// A day where a time of it is needed.
        case withoutTime
    }

    /// Reads a day, or a day and a time. A time alone is of today.
    ///
    /// - Parameters:
    ///   - today: the reader's day; nil reads only what means the same on every day.
    ///   - leaning: which day a weekday, or a day without a year, means.
    package init(_ text: String, today: CalendarDay?, leaning: Form.Leaning) throws(Fault) {
        if let iso = try SpokenTime.iso(text) {
            self = iso
            return
        }
        var words = SpokenTime.words(text)
        guard !words.isEmpty, words.count <= 12 else { throw .unread }
        let minutes = try SpokenTime.takeTime(&words)
        words.removeAll { SpokenTime.fillers.contains($0) }
        if words.isEmpty {
            guard let today, minutes != nil else { throw .unread }
            self.init(day: today, minutes: minutes)
            return
        }
        self.init(day: try SpokenTime.day(words, today, leaning), minutes: minutes)
    }

    // MARK: ISO 8601

    /// `2026-12-03`, `2026-12-03T18:00`, with seconds and an offset or not; nil for what is not of this form.
    private static func iso(_ text: String) throws(Fault) -> SpokenTime? {
        guard let match = text.wholeMatch(
            of: /\s*([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})((?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?))?\s*/)
        else { return nil }
        let day = try calendarDay(Int(match.1)!, Int(match.2)!, Int(match.3)!)
        guard let hour = match.4.flatMap({ Int($0) }), let minute = match.5.flatMap({ Int($0) }) else { return SpokenTime(day: day) }
        guard hour < 24, minute < 60 else { throw .noSuchTime("\(match.4!):\(match.5!)") }
        return SpokenTime(day: day, minutes: hour * 60 + minute, rest: String(match.6 ?? ""))
    }

    private static func calendarDay(_ year: Int, _ month: Int, _ day: Int) throws(Fault) -> CalendarDay {
        guard (1...12).contains(month) else { throw .noSuchMonth(month) }
        guard (1850...2999).contains(year) else { throw .unread }
        guard let found = CalendarDay(year: year, month: month, day: day) else {
            throw .noSuchDay(year: year, month: month, dayCount: CalendarDay.dayCount(year: year, month: month))
        }
        return found
    }

    // MARK: Words

    private static let fillers: Set<String> = ["de", "het", "the", "op", "on", "of", "om", "at", "uur", "van", "vanaf", "from", "o'clock", "h"]

    private static func words(_ text: String) -> [String] {
        guard text.utf8.count <= 100 else { return [] }
        let plain = text.lowercased().replacing("é", with: "e").replacing("\u{2019}", with: "'").replacing("\u{2212}", with: "-")
        return plain.split { $0.isWhitespace || $0 == "," }.map(String.init)
    }

    /// Takes the time out of the words.
    private static func takeTime(_ words: inout [String]) throws(Fault) -> Int? {
        var found: Int?
        func minutes(_ hour: Int, _ minute: Int, _ half: Substring?, _ written: String) throws(Fault) -> Int {
            var hour = hour
            if let half {
                guard (1...12).contains(hour) else { throw .noSuchTime(written) }
                hour = hour % 12 + (half.hasPrefix("p") ? 12 : 0)
            }
            guard hour < 24, minute < 60 else { throw .noSuchTime(written) }
            return hour * 60 + minute
        }
        for (index, word) in words.enumerated() where found == nil {
            let next = index + 1 < words.count ? words[index + 1] : ""
            let previous = index > 0 ? words[index - 1] : ""
            let isAtTime = ["om", "at"].contains(previous) || ["uur", "h", "o'clock"].contains(next)
            if let match = word.wholeMatch(of: /([0-9]{1,2}):([0-9]{2})(am|pm)?/) {
                let half = match.3 ?? (["am", "pm"].contains(next) ? next[...] : nil)
                found = try minutes(Int(match.1)!, Int(match.2)!, half, word)
            } else if let match = word.wholeMatch(of: /([0-9]{1,2})[uh]([0-9]{2})?/) {
                found = try minutes(Int(match.1)!, match.2.flatMap { Int($0) } ?? 0, nil, word)
            } else if let match = word.wholeMatch(of: /([0-9]{1,2})(am|pm)/) {
                found = try minutes(Int(match.1)!, 0, match.2, word)
            } else if let match = word.wholeMatch(of: /([0-9]{1,2})/), ["am", "pm"].contains(next) {
                found = try minutes(Int(match.1)!, 0, next[...], word)
            } else if let match = word.wholeMatch(of: /([0-9]{1,2})\.([0-9]{2})/), isAtTime || index > 0 {
                found = try minutes(Int(match.1)!, Int(match.2)!, nil, word)
            } else if let match = word.wholeMatch(of: /([0-9]{1,2})/), isAtTime {
                found = try minutes(Int(match.1)!, 0, nil, word)
            } else if word == "middernacht" || word == "midnight" {
                found = 0
            } else if word == "noon" {
                found = 720
            }
            if found != nil {
                words.remove(at: index)
                if index < words.count, ["am", "pm", "uur", "h", "o'clock"].contains(words[index]) { words.remove(at: index) }
                break
            }
        }
        return found
    }

    private static func day(_ words: [String], _ today: CalendarDay?, _ leaning: Form.Leaning) throws(Fault) -> CalendarDay {
        if let relative = relativeDay(words.joined(separator: " "), today) { return relative }
        var words = words
        // "do 3 december": the day of the week is held against the date.
        var written: Int?
        if words.count > 1, let number = weekday(words[0]) {
            written = number
            words.removeFirst()
        }
        let found: CalendarDay
        if written == nil, words.count <= 2, let number = words.last.flatMap(weekday) {
            return try weekdayDay(number, words.count == 2 ? words[0] : nil, today, leaning)
        } else if words.count == 1 {
            found = try numericDay(words[0], today, leaning)
        } else {
            found = try namedMonthDay(words, today, leaning)
        }
        if let written, found.weekday != written { throw .otherWeekday(found) }
        return found
    }

    // MARK: From today on

    private static let namedDays: [String: Int] = [
        "vandaag": 0, "today": 0, "nu": 0, "now": 0, "vanavond": 0, "tonight": 0, "vanmiddag": 0, "vanmorgen": 0, "vanochtend": 0,
        "morgen": 1, "tomorrow": 1, "overmorgen": 2, "day after tomorrow": 2, "gisteren": -1, "yesterday": -1, "eergisteren": -2,
        "day before yesterday": -2, "volgende week": 7, "next week": 7, "vorige week": -7, "afgelopen week": -7, "last week": -7,
    ]
    private static let namedMonths: [String: Int] = [
        "volgende maand": 1, "next month": 1, "vorige maand": -1, "last month": -1, "volgend jaar": 12, "next year": 12, "vorig jaar": -12,
        "last year": -12,
    ]
    private static let numbers: [String: Int] = [
        "een": 1, "a": 1, "an": 1, "one": 1, "twee": 2, "two": 2, "drie": 3, "three": 3, "vier": 4, "four": 4, "vijf": 5, "five": 5, "zes": 6,
        "six": 6, "zeven": 7, "seven": 7, "acht": 8, "eight": 8, "negen": 9, "nine": 9, "tien": 10, "ten": 10, "elf": 11, "eleven": 11,
        "twaalf": 12, "twelve": 12,
    ]
    private static let dayUnits: [String: Int] = [
        "d": 1, "dag": 1, "dagen": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weken": 7, "weeks": 7,
    ]
    private static let monthUnits: [String: Int] = ["maand": 1, "maanden": 1, "month": 1, "months": 1, "jaar": 12, "year": 12, "years": 12, "jaren": 12]

    private static func relativeDay(_ text: String, _ today: CalendarDay?) -> CalendarDay? {
        guard let today else { return nil }
        if let count = namedDays[text] { return today.adding(days: count) }
        if let count = namedMonths[text] { return today.adding(months: count) }
        if let match = text.wholeMatch(of: /([+-][0-9]{1,5}) ?([a-z]*)/), let count = Int(match.1) {
            return moved(today, count, match.2.isEmpty ? "d" : String(match.2))
        }
        if let match = text.wholeMatch(of: /(?:over|in) ([0-9a-z]+) ([a-z]+)/), let count = number(match.1) {
            return moved(today, count, String(match.2))
        }
        if let match = text.wholeMatch(of: /([0-9a-z]+) ([a-z]+) (?:geleden|ago)/), let count = number(match.1) {
            return moved(today, -count, String(match.2))
        }
        return nil
    }

    private static func number(_ text: Substring) -> Int? {
        numbers[String(text)] ?? (text.count <= 5 && text.allSatisfy(\.isNumber) ? Int(text) : nil)
    }

    private static func moved(_ today: CalendarDay, _ count: Int, _ unit: String) -> CalendarDay? {
        if let days = dayUnits[unit] { return today.adding(days: count * days) }
        return monthUnits[unit].flatMap { today.adding(months: count * $0) }
    }

    private static func weekday(_ word: String) -> Int? {
        let word = word.hasSuffix(".") ? String(word.dropLast()) : word
        return (0..<7).first { number in
            let full = CalendarWords.weekdays[number], short = CalendarWords.shortWeekdays[number]
            return [full.nl, full.en.lowercased(), short.nl, short.en.lowercased()].contains(word)
                || ["tues", "wednes", "thur", "thurs"].firstIndex(of: word).map { [1, 2, 3, 3][$0] } == number
        }
    }

    private static func weekdayDay(
        _ number: Int, _ before: String?, _ today: CalendarDay?, _ leaning: Form.Leaning
    ) throws(Fault) -> CalendarDay {
        guard let today else { throw .unread }
        let ahead = (number - today.weekday + 6) % 7 + 1
        let back = (today.weekday - number + 6) % 7 + 1
        let count: Int? = switch before {
        case nil: leaning == .past ? -back : ahead
        case "komende", "aanstaande", "aanstaand", "coming", "this", "deze": ahead
        case "vorige", "afgelopen", "last": -back
        // Of the week that begins next Monday.
        case "volgende", "next": 7 - today.weekday + number
        default: nil
        }
        guard let count, let day = today.adding(days: count) else { throw .unread }
        return day
    }

    // MARK: Dates

    private static func numericDay(_ word: String, _ today: CalendarDay?, _ leaning: Form.Leaning) throws(Fault) -> CalendarDay {
        if let match = word.wholeMatch(of: /([0-9]{4})[-\/.]([0-9]{1,2})[-\/.]([0-9]{1,2})/) {
            return try calendarDay(Int(match.1)!, Int(match.2)!, Int(match.3)!)
        }
        if let match = word.wholeMatch(of: /([0-9]{1,2})[-\/.]([0-9]{1,2})[-\/.]([0-9]{4}|[0-9]{2})/) {
            let year = Int(match.3)!
            return try calendarDay(match.3.count == 2 ? 2000 + year : year, Int(match.2)!, Int(match.1)!)
        }
        if let match = word.wholeMatch(of: /([0-9]{4})([0-9]{2})([0-9]{2})/) { return try calendarDay(Int(match.1)!, Int(match.2)!, Int(match.3)!) }
        if let match = word.wholeMatch(of: /([0-9]{1,2})[-\/.]([0-9]{1,2})[-\/.]?/) {
            return try withoutYear(Int(match.2)!, Int(match.1)!, today, leaning)
        }
        throw .unread
    }

    private static func namedMonthDay(_ words: [String], _ today: CalendarDay?, _ leaning: Form.Leaning) throws(Fault) -> CalendarDay {
        guard (2...3).contains(words.count) else { throw .unread }
        func dayNumber(_ word: String) -> Int? {
            word.wholeMatch(of: /([0-9]{1,2})(?:e|de|ste|st|nd|rd|th|\.)?/).flatMap { Int($0.1) }
        }
        let pairs = [(words[0], words[1]), (words[1], words[0])]
        guard let (day, month) = pairs.lazy.compactMap({ pair in dayNumber(pair.0).flatMap { day in month(pair.1).map { (day, $0) } } }).first
        else { throw .unread }
        guard words.count == 3 else { return try withoutYear(month, day, today, leaning) }
        guard let year = Int(words[2]), words[2].count == 4 || words[2].count == 2 else { throw .unread }
        return try calendarDay(words[2].count == 2 ? 2000 + year : year, month, day)
    }

    private static func month(_ word: String) -> Int? {
        let word = word.hasSuffix(".") ? String(word.dropLast()) : word
        guard word.count >= 3 else { return nil }
        return CalendarWords.months.firstIndex { name in
            [name.nl, name.en.lowercased()].contains { $0 == word || (word.count <= 4 && $0.hasPrefix(word)) } || (name.nl == "maart" && word == "mrt")
        }.map { $0 + 1 }
    }

    /// A day whose year is not said: 29-02 is of a year that has it.
    private static func withoutYear(_ month: Int, _ day: Int, _ today: CalendarDay?, _ leaning: Form.Leaning) throws(Fault) -> CalendarDay {
        guard let today else { throw .unread }
        guard (1...12).contains(month) else { throw .noSuchMonth(month) }
        guard day >= 1, day <= CalendarDay.dayCount(year: 2024, month: month) else {
            throw .noSuchDay(year: today.year, month: month, dayCount: CalendarDay.dayCount(year: today.year, month: month))
        }
        let candidates = (today.year - 8...today.year + 8).compactMap { CalendarDay(year: $0, month: month, day: day) }
        let found = switch leaning {
        case .ahead: candidates.first { $0 >= today }
        case .past: candidates.last { $0 <= today }
        case .near: candidates.min { abs($0.ordinal - today.ordinal) < abs($1.ordinal - today.ordinal) }
        }
        guard let found else { throw .unread }
        return found
    }
}
