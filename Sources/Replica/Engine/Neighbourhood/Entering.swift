import Community
import CRDT
@preconcurrency import Glibc
import Platform
import Schema
import Store
import Words

// The one checked way in for what people type: every add, edit, settled value, moment and consent.
extension Replica {
    /// The values of a new row as they are to be stored.
    ///
    /// - Throws: `EntryRefusal`; `NameChoice` and what else `record(named:)` throws for what a reference names.
    ///
    /// - Parameter trusted: an id that is no row yet, and will be one with this.
    package func entered(
        _ typed: [(name: String, text: String)], newIn table: Table, trusting trusted: String? = nil
    ) throws -> [(name: String, value: Value)] {
        try entry(of: table, trusting: trusted).row(typed)
    }

    /// The same for columns of a row that is there.
    package func entered(_ typed: [(name: String, text: String)], in record: RecordID) throws -> [(name: String, value: Value)] {
        let table = try sharedTable(record.table)
        guard let row = try store.rows([record]).first else { throw StoreError(.notFound, record.table) }
        var known = Dictionary(row.values.map { ($0.name, $0.value) }) { first, _ in first }
        for (column, part) in zip(table.key.columns, record.key) { known[column] = .text(Array(part.utf8)) }
        let values = try entry(of: table).row(typed, known: known)
        for (name, value) in values {
            if case .reference? = table.form(ofPart: name), record.key.count == 1, value == .text(Array(record.key[0].utf8)) {
                throw EntryRefusal(.itself, in: "\(table.name).\(name)")
            }
        }
        return values
    }

    /// One value, such as the one that settles a conflict.
    package func entered(_ text: String, for column: String, in record: RecordID) throws -> Value {
        try entered([(column, text)], in: record).first?.value ?? .null
    }

    /// One value of a table, by itself.
    package func entered(_ text: String, for column: String, of table: String) throws -> Value {
        try entry(of: sharedTable(table)).value(text, of: column)
    }

    /// - Throws: `EntryRefusal` with the table that was nearly named.
    package func sharedTable(_ name: String) throws -> Table {
        if let table = store.sharedTables.first(where: { $0.name == name }) { return table }
        throw EntryRefusal(.unknownTable(near: Entry.nearest(name, store.sharedTables.map(\.name))), in: name, given: name)
    }

    private func entry(of table: Table, trusting trusted: String? = nil) -> Entry {
        Entry(table, today: ReaderClock.day(environment.nowMilliseconds()), offset: ReaderClock.offset) { text, tables in
            try text == trusted ? text : self.record(named: text, in: tables).key[0]
        }
    }

    /// An edit by hand, of a fact that is written once too as long as nobody else can have it.
    package func edit(_ record: RecordID, _ values: [(name: String, value: Value)]) throws {
        if try !store.isUnstamped(record) {
            try edit { try $0.edit(record, values) }
        } else {
            // It has never been anything but a note on this laptop: what is noted now is the first that anybody hears.
            try store.edit(record, values, replacingFacts: true)
        }
    }
}

/// The reader's calendar and clock, by the machine's time zone.
package enum ReaderClock {
    package static func day(_ milliseconds: Int64) -> CalendarDay? { CalendarDay(localTime(milliseconds).prefix(10)) }

    /// The calendar day so many days on, as ISO 8601.
    package static func dayText(_ milliseconds: Int64, plus days: Int = 0) -> String { day(milliseconds)?.adding(days: days)?.text ?? "" }

    /// A moment of the clock as ISO 8601 with the reader's offset.
    package static func moment(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
        var split = tm()
        guard localtime_r(&seconds, &split) != nil else { return universalTime(milliseconds) }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S%z", &split)
        let text = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.dropLast(2) + ":" + text.suffix(2)
    }

    /// What names one moment (ISO 8601 with an offset or Z), on the reader's clock to the minute; nil for any other text.
    package static func local(_ text: String) -> String? {
        guard let match = text.wholeMatch(of: /([0-9-]{10})[T ]([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))/),
            let day = CalendarDay(match.1), let hour = Int(match.2), let minute = Int(match.3)
        else { return nil }
        let offset = match.4 == nil ? (Int(match.6!)! * 60 + Int(match.7!)!) * (match.5 == "-" ? -1 : 1) : 0
        return localTime(Int64(day.ordinal * 1440 + hour * 60 + minute - offset) * 60_000)
    }

    /// The offset from UTC at a local time, as ISO 8601 writes it; nil for one that the clocks passed over.
    package static func offset(_ day: CalendarDay, minutes: Int) -> String? {
        var split = tm()
        (split.tm_year, split.tm_mon, split.tm_mday) = (Int32(day.year - 1900), Int32(day.month - 1), Int32(day.day))
        (split.tm_hour, split.tm_min, split.tm_isdst) = (Int32(minutes / 60), Int32(minutes % 60), -1)
        let seconds = mktime(&split)
        guard seconds != -1 || day.year == 1969, split.tm_hour == Int32(minutes / 60), split.tm_min == Int32(minutes % 60) else { return nil }
        let offset = split.tm_gmtoff / 60
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return (offset < 0 ? "-" : "+") + padded(abs(offset) / 60) + ":" + padded(abs(offset) % 60)
    }
}

extension Language {
    /// "do 3 december 2026", of an ISO 8601 day; with the time that follows it; another text as it is.
    package func day(_ text: String) -> String {
        guard let day = CalendarDay(text.prefix(10)) else { return text }
        let weekday = self.text(CalendarWords.shortWeekdays[day.weekday]), month = self.text(CalendarWords.months[day.month - 1])
        return "\(weekday) \(day.day) \(month) \(day.year)\(clock(text))"
    }

    /// "vandaag", "gisteren, 18:00", "do 26 november", "do 26 november 2025": the same, seen from the reader's day.
    ///
    /// - Parameter today: the reader's day (see `ReaderClock`).
    package func day(_ text: String, seenFrom today: CalendarDay?) -> String {
        let text = ReaderClock.local(text) ?? text
        guard let day = CalendarDay(text.prefix(10)), let today else { return self.day(text) }
        let spoken: String
        switch day {
        case today: spoken = self.text(CalendarWords.today)
        case today.adding(days: -1): spoken = self.text(CalendarWords.yesterday)
        case today.adding(days: 1): spoken = self.text(CalendarWords.tomorrow)
        default: spoken = day.year == today.year ? String(self.day(day.text).dropLast(5)) : self.day(day.text)
        }
        return spoken + clock(text)
    }

    private func clock(_ text: String) -> String {
        text.dropFirst(10).wholeMatch(of: /[T ]([0-9]{2}:[0-9]{2}).*/).map { ", \($0.1)" } ?? ""
    }
}
