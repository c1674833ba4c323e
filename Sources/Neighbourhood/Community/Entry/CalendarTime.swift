/// A day, or a time of a day, of the Gregorian calendar: without a zone, or in UTC.
package struct CalendarTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    /// nil: the whole day.
    package let secondOfDay: Int?

    /// nil for what no calendar has, such as 31 February. A leap second is the second before it.
    package init?(_ year: Int, _ month: Int, _ day: Int, hour: Int? = nil, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...CalendarTime.dayCount(year, month)).contains(day)
        else { return nil }
        if let hour {
            guard (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second) else { return nil }
            secondOfDay = hour * 3600 + minute * 60 + min(second, 59)
        } else {
            secondOfDay = nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    static func isLeap(_ year: Int) -> Bool { year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) }

    static func dayCount(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // MARK: Reading

    /// What people and programs type: `2026-02-28`, `28-02-2026`, `28/2/2026`, `28.2.2026`, each with or without a time:
    /// `2026-02-28T19:30`, `28-02-2026 19:30:00`. What follows the time (an offset) is in `rest`.
    package init?(typed text: String) {
        guard let (time, rest) = CalendarTime.read(text), rest.isEmpty else { return nil }
        self = time
    }

    /// The same, with what stands behind it.
    ///
    /// - Parameter monthFirst: `4/15/2027` is 15 April: what stands before the year is month, then day.
    package static func read(_ text: String, monthFirst: Bool = false) -> (time: CalendarTime, rest: Substring)? {
        var rest = text[...]
        func number(_ counts: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard counts.contains(digits.count), let number = Int(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            return number
        }
        func take(_ characters: String) -> Bool {
            guard let first = rest.first, characters.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        let startsWithYear = rest.prefix(4).allSatisfy { $0.isASCII && $0.isNumber } && rest.count >= 8
        guard let first = number(startsWithYear ? 4...4 : 1...2), take("-/."), let second = number(1...2), take("-/."),
            let third = number(startsWithYear ? 1...2 : 4...4)
        else { return nil }
        let (year, day, month) = startsWithYear ? (first, third, second) : monthFirst ? (third, second, first) : (third, first, second)
        guard take("T ") else { return CalendarTime(year, month, day).map { ($0, rest) } }
        guard let hour = number(1...2), take(":"), let minute = number(2...2) else { return nil }
        var seconds = 0
        if take(":") {
            guard let number = number(2...2) else { return nil }
            seconds = number
            if take(".,") { _ = number_(&rest) }
        }
        return CalendarTime(year, month, day, hour: hour, minute: minute, second: seconds).map { ($0, rest) }
    }

    private static func number_(_ rest: inout Substring) -> Int {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return digits.count
    }

    /// `20260228`, `20260228T193000`, with Z for UTC (RFC 5545, sections 3.3.4 and 3.3.5).
    package init?(basic text: String, isUTC: inout Bool) {
        let bytes = Array(text.utf8)
        isUTC = bytes.last == UInt8(ascii: "Z") || bytes.last == UInt8(ascii: "z")
        let digits = isUTC ? bytes.dropLast() : bytes[...]
        func number(_ range: Range<Int>) -> Int? {
            guard digits.count >= range.upperBound, digits[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return digits[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8) else { return nil }
        if digits.count == 8 {
            self.init(year, month, day)
        } else {
            guard digits.count == 15, digits[8] | 0x20 == UInt8(ascii: "t"), let hour = number(9..<11), let minute = number(11..<13),
                let second = number(13..<15)
            else { return nil }
            self.init(year, month, day, hour: hour, minute: minute, second: second)
        }
    }

    // MARK: Writing

    /// `2026-02-28`, `2026-02-28T19:30`; seconds only when there are any.
    package var text: String {
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
        guard let secondOfDay else { return date }
        let time = "\(digits(secondOfDay / 3600, 2)):\(digits(secondOfDay / 60 % 60, 2))"
        return "\(date)T\(time)" + (secondOfDay.isMultiple(of: 60) ? "" : ":\(digits(secondOfDay % 60, 2))")
    }

    /// As RFC 5545 writes it.
    package var basic: String {
        let date = digits(year, 4) + digits(month, 2) + digits(day, 2)
        guard let secondOfDay else { return date }
        return "\(date)T\(digits(secondOfDay / 3600, 2))\(digits(secondOfDay / 60 % 60, 2))\(digits(secondOfDay % 60, 2))"
    }

    // MARK: Arithmetic

    /// Seconds since 1970, on a clock that knows no zones. Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
    package var seconds: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * 86_400 + Int64(secondOfDay ?? 0)
    }

    /// nil outside the years 1 to 9999.
    package init?(seconds: Int64, isWholeDay: Bool = false) {
        guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
        let dayNumber = Int((seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400) + 719_468
        let era = dayNumber / 146_097
        let dayOfEra = dayNumber - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        month = shifted < 10 ? shifted + 3 : shifted - 9
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        secondOfDay = isWholeDay ? nil : Int((seconds % 86_400 + 86_400) % 86_400)
    }
}

package func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
}

extension CalendarTime: Comparable {
    /// A whole day is before the times of it.
    package static func < (a: CalendarTime, b: CalendarTime) -> Bool {
        a.seconds != b.seconds ? a.seconds < b.seconds : a.secondOfDay == nil && b.secondOfDay != nil
    }
}

/// What the columns of our tables hold when they hold a time: told by their names.
package enum TimeColumn: Sendable {
    /// A day.
    case day
    /// A time of a day, with or without an offset.
    case time

    package init?(_ name: String) {
        if name.hasSuffix("_on") || name.hasSuffix("_until") || ["from", "until", "opens", "closes"].contains(name) {
            self = .day
        } else if name.hasSuffix("_at") {
            self = .time
        } else {
            return nil
        }
    }

    /// What was typed, as ISO 8601; nil for what is no day or time.
    package func value(typed text: String, monthFirst: Bool = false) -> String? {
        guard let (time, rest) = CalendarTime.read(text, monthFirst: monthFirst) else { return nil }
        switch self {
        case .day:
            // A spreadsheet adds midnight to a day.
            return rest.isEmpty && time.secondOfDay ?? 0 == 0 ? String(time.text.prefix(10)) : nil
        case .time:
            guard rest.isEmpty || rest == "Z" || isOffset(rest.utf8) else { return nil }
            // What is in our own form already stays to the letter.
            return isOwnForm(Array(text.utf8)) ? text : time.text + rest
        }
    }

    /// `+01:00` or `+0100`. By hand, as the next: a pattern is made anew for each of a list's cells.
    private func isOffset(_ text: some Collection<UInt8>) -> Bool {
        var digits = Array(text.dropFirst())
        guard let sign = text.first, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(sign) else { return false }
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        return digits.count == 4 && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A day, `T`, a time, and maybe `Z` or an offset.
    private func isOwnForm(_ text: [UInt8]) -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        let colon = UInt8(ascii: ":"), point = UInt8(ascii: "."), dash = UInt8(ascii: "-")
        guard text.count > 11, [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy({ isDigit(text[$0]) }), text[4] == dash, text[7] == dash, text[10] == UInt8(ascii: "T") else { return false }
        var rest = text[11...]
        let time = rest.prefix { isDigit($0) || $0 == colon || $0 == point }
        guard !time.isEmpty else { return false }
        rest = rest.dropFirst(time.count)
        guard let next = rest.first else { return true }
        rest = rest.dropFirst()
        if next == UInt8(ascii: "Z") { return rest.isEmpty }
        return (next == dash || next == UInt8(ascii: "+")) && !rest.isEmpty && rest.allSatisfy { isDigit($0) || $0 == colon }
    }
}

/// In which order a column of a list writes days: judged by all its cells, since `3/4/2027` alone says nothing.
package struct DateOrder: Hashable, Sendable {
    /// Cells that can only have the day first, or the month first; and that may be either.
    private var dayFirst = 0
    private var monthFirst = 0
    private var either = 0

    package init() {}

    package mutating func note(_ text: String) {
        guard let match = text.prefixMatch(of: /([0-9]{1,2})[-\/.]([0-9]{1,2})[-\/.](?:[0-9]{4}|[0-9]{2}(?![0-9]))/), let a = Int(match.1), let b = Int(match.2) else { return }
        if a > 12, b <= 12 { dayFirst += 1 } else if b > 12, a <= 12 { monthFirst += 1 } else if a != b { either += 1 }
    }

    /// A column that says nothing itself goes by the others of its list.
    package mutating func follow(_ others: some Sequence<DateOrder>) {
        guard dayFirst == 0, monthFirst == 0 else { return }
        for other in others {
            dayFirst += other.dayFirst
            monthFirst += other.monthFirst
        }
    }

    package var isMonthFirst: Bool { monthFirst > 0 && dayFirst == 0 }
    /// Whether cells that may be either were read in an order that others only suggest, or nothing does.
    package var isAssumed: Bool { either > 0 && (dayFirst == 0) == (monthFirst == 0) }
}
