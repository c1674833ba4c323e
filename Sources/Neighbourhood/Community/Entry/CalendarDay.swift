import Words

/// A day of the Gregorian calendar, without a clock or a time zone.
package struct CalendarDay: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// nil for a day that the calendar has not.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...CalendarDay.dayCount(year: year, month: month)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// A day as ISO 8601 writes it, 2027-02-28; nil for any other text.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].allSatisfy { (0x30...0x39).contains($0) } ? bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Days since 1970-01-01. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    package var ordinal: Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The inverse (civil_from_days); nil outside the years 1 to 9999.
    package init?(ordinal: Int) {
        let z = ordinal + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        self.init(year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// 0 is Monday.
    package var weekday: Int { ((ordinal + 3) % 7 + 7) % 7 }

    package func adding(days: Int) -> CalendarDay? {
        let (sum, overflow) = ordinal.addingReportingOverflow(days)
        return overflow || abs(sum) > 4_000_000 ? nil : CalendarDay(ordinal: sum)
    }

    /// The same day so many months on, or the last that the month has.
    package func adding(months: Int) -> CalendarDay? {
        guard abs(months) < 120_000 else { return nil }
        let count = year * 12 + month - 1 + months
        guard count >= 12 else { return nil }
        return CalendarDay(year: count / 12, month: count % 12 + 1, day: min(day, CalendarDay.dayCount(year: count / 12, month: count % 12 + 1)))
    }

    package static func dayCount(year: Int, month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// ISO 8601.
    package var text: String {
        func padded(_ number: Int, _ width: Int) -> String { String(repeating: "0", count: max(0, width - String(number).count)) + String(number) }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    package static func < (a: CalendarDay, b: CalendarDay) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }
}

/// What days and months are called, in both languages; Monday and January first.
package enum CalendarWords {
    package static let today = Phrase(nl: "vandaag", en: "today")
    package static let yesterday = Phrase(nl: "gisteren", en: "yesterday")
    package static let tomorrow = Phrase(nl: "morgen", en: "tomorrow")

    package static let weekdays = [
        Phrase(nl: "maandag", en: "Monday"), Phrase(nl: "dinsdag", en: "Tuesday"), Phrase(nl: "woensdag", en: "Wednesday"),
        Phrase(nl: "donderdag", en: "Thursday"), Phrase(nl: "vrijdag", en: "Friday"), Phrase(nl: "zaterdag", en: "Saturday"),
        Phrase(nl: "zondag", en: "Sunday"),
    ]

    package static let shortWeekdays = [
        Phrase(nl: "ma", en: "Mon"), Phrase(nl: "di", en: "Tue"), Phrase(nl: "wo", en: "Wed"), Phrase(nl: "do", en: "Thu"),
        Phrase(nl: "vr", en: "Fri"), Phrase(nl: "za", en: "Sat"), Phrase(nl: "zo", en: "Sun"),
    ]

    package static let months = [
        Phrase(nl: "januari", en: "January"), Phrase(nl: "februari", en: "February"), Phrase(nl: "maart", en: "March"),
        Phrase(nl: "april", en: "April"), Phrase(nl: "mei", en: "May"), Phrase(nl: "juni", en: "June"),
        Phrase(nl: "juli", en: "July"), Phrase(nl: "augustus", en: "August"), Phrase(nl: "september", en: "September"),
        Phrase(nl: "oktober", en: "October"), Phrase(nl: "november", en: "November"), Phrase(nl: "december", en: "December"),
    ]
}
