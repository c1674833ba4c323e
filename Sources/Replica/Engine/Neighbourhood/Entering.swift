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
    ///
    /// - Parameter shown: what whoever edits saw, as for `Store.edit`.
    package func edit(_ record: RecordID, _ values: [(name: String, value: Value)], shown: [(name: String, value: Value)] = []) throws {
        if try !store.isUnstamped(record) {
            try edit { try $0.edit(record, values, shown: shown) }
        } else {
            // It has never been anything but a note on this laptop: what is noted now is the first that anybody hears.
            try store.edit(record, values, shown: shown, replacingFacts: true)
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
        // By hand: a pattern is made anew each time it is used, and a list has hundreds of thousands of times.
        var digits = Digits(rest: text.utf8[...])
        guard let day = CalendarDay(text.prefix(10)) else { return nil }
        digits.rest = digits.rest.dropFirst(10)
        guard digits.takes("T") || digits.takes(" "), let hour = digits.take(2), digits.takes(":"), let minute = digits.take(2) else { return nil }
        if digits.takes(":") {
            guard digits.take(2) != nil else { return nil }
            if digits.takes(".") { guard (1...9).contains(digits.takeAll()) else { return nil } }
        }
        var offset = 0
        if !digits.takes("Z") {
            let sign = digits.takes("+") ? 1 : digits.takes("-") ? -1 : 0
            guard sign != 0, let hours = digits.take(2) else { return nil }
            _ = digits.takes(":")
            guard let minutes = digits.take(2) else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard digits.rest.isEmpty else { return nil }
        return localTime(Int64(day.ordinal * 1440 + hour * 60 + minute - offset) * 60_000)
    }

    /// What of a text is not read yet.
    private struct Digits {
        var rest: Substring.UTF8View

        mutating func takes(_ byte: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: byte) else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func take(_ count: Int) -> Int? {
            let taken = rest.prefix(count)
            guard taken.count == count, taken.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(count)
            return taken.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }

        mutating func takeAll() -> Int {
            let taken = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(taken.count)
            return taken.count
        }
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
        let bytes = Array(text.utf8.dropFirst(10).prefix(6))
        func isDigit(_ index: Int) -> Bool { (0x30...0x39).contains(bytes[index]) }
        guard bytes.count == 6, [UInt8(ascii: "T"), UInt8(ascii: " ")].contains(bytes[0]), bytes[3] == UInt8(ascii: ":"), [1, 2, 4, 5].allSatisfy(isDigit) else { return "" }
        return ", " + String(decoding: bytes[1...], as: UTF8.self)
    }
}
