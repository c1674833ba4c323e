import CRDT
import Schema

/// What was typed for a column and is not stored. `given` is what was typed; no other value of a person is in it.
package struct EntryRefusal: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// No table of this name; the nearest that there is.
        case unknownTable(near: String?)
        case unknownColumn(near: String?)
        case givenTwice
        /// A row that would never be seen again, or says nothing; of each group one column is missing.
        case missing([[String]])
        /// Not a code or label of the list; the nearest code that there is.
        case notACode(list: String, near: String?)
        case time(SpokenTime.Fault)
        case notYesOrNo, notANumber
        case outOfRange(Int64, Int64)
        case notDegrees(limit: Int)
        case notOneLine
        case notATelephone, notAnEmail, notAPage, notARecurrence, notATimeZone, notACountry, notALanguage
        /// The end lies before the beginning.
        case endsBefore(String)
        /// The row names itself.
        case itself
    }

    package let reason: Reason
    /// As `table.column`, or the table alone.
    package let place: String
    package let given: String

    package init(_ reason: Reason, in place: String, given: String = "") {
        self.reason = reason
        self.place = place
        self.given = given
    }

    /// For scripts; the same for as long as the program lives.
    package var code: String {
        switch reason {
        case .unknownTable, .unknownColumn: "unknown-name"
        case .givenTwice: "given-twice"
        case .missing: "empty-row"
        case .notACode: "not-a-code"
        case .time: "not-a-time"
        case .notYesOrNo: "not-yes-or-no"
        case .notANumber, .outOfRange, .notDegrees: "not-a-number"
        case .notOneLine: "not-one-line"
        case .notATelephone: "not-a-telephone"
        case .notAnEmail: "not-an-email"
        case .notAPage: "not-a-page"
        case .notARecurrence: "not-a-recurrence"
        case .notATimeZone: "not-a-time-zone"
        case .notACountry: "not-a-country"
        case .notALanguage: "not-a-language"
        case .endsBefore: "ends-before"
        case .itself: "itself"
        }
    }
}

/// Reads what people type for a row, by the forms of its columns: the one way in for commands, and by the same rules what came by
/// another way is looked over.
///
///     try Entry(table: .contact, today: today).value("Turks", of: "language") == .text("tr")
package struct Entry {
    package let table: Table
    /// nil reads only what means the same on every day.
    package let today: CalendarDay?
    /// The offset of the reader's clock at a local time, such as "+01:00"; nil where the clocks were put forward.
    package let offset: (CalendarDay, _ minutes: Int) -> String?
    /// The id of the row of one of these tables that a person means.
    package let resolve: (_ text: String, _ tables: [String]) throws -> String

    package init(
        _ table: Table, today: CalendarDay?, offset: @escaping (CalendarDay, Int) -> String? = { _, _ in "Z" },
        resolve: @escaping (String, [String]) throws -> String = { text, _ in text }
    ) {
        self.table = table
        self.today = today
        self.offset = offset
        self.resolve = resolve
    }

    // MARK: Rows

    /// The values of a new row, or of columns of one that is there.
    ///
    /// - Parameters:
    ///   - typed: by column, or by its word in either language, in the order of the command line; empty text is NULL.
    ///   - known: the row's values when it is there: what `typed` leaves out counts with them.
    /// - Throws: `EntryRefusal`, and what `resolve` throws.
    package func row(_ typed: [(name: String, text: String)], known: [String: Value]? = nil) throws -> [(name: String, value: Value)] {
        let typed = typed.map { (name: table.columnCalled($0.name), text: $0.text) }
        var seen: Set<String> = []
        var all = known ?? [:]
        var values: [(name: String, value: Value)] = []
        // The type of a contact point is read before its value, and a beginning before its end.
        let order = typed.indices.sorted { (rank(typed[$0].name), $0) < (rank(typed[$1].name), $1) }
        var read: [Int: Value] = [:]
        for index in order {
            let (name, text) = typed[index]
            guard seen.insert(name).inserted else { throw refusal(.givenTwice, name) }
            if known != nil, table.key.columns.contains(name) { throw refusal(.unknownColumn(near: nil), name, text) }
            let value = try self.value(text, of: name, beside: all)
            read[index] = value
            all[name] = value
        }
        for index in typed.indices { values.append((typed[index].name, read[index]!)) }
        if all["type"] == nil || all["type"] == .null, table.name == "contact_point", case .text(let bytes)? = all["value"] {
            let type = Value.text(Array(Entry.kind(ofReach: String(decoding: bytes, as: UTF8.self)).utf8))
            all["type"] = type
            values.append(("type", type))
        }
        try check(all, seen, isNew: known == nil)
        return values
    }

    private func rank(_ name: String) -> Int { ["type": 0, "starts_at": 0, "ends_at": 2][name] ?? 1 }

    /// What a row needs to be seen again. Of a row that is there only what was touched is asked after.
    private func check(_ all: [String: Value], _ typed: Set<String>, isNew: Bool) throws {
        func isFilled(_ name: String) -> Bool { (all[name] ?? .null) != .null }
        let needed = table.key.columns.count == 2 ? table.key.columns.map { [$0] } : []
        let own = table.needed
        let missing = (isNew ? needed : []).filter { !$0.contains(where: isFilled) }
            + own.filter { group in !group.contains(where: isFilled) && (isNew || !typed.isDisjoint(with: group)) }
        guard missing.isEmpty else { throw EntryRefusal(.missing(missing), in: table.name) }
        for (from, until) in [("from", "until"), ("starts_on", "ends_on"), ("starts_at", "ends_at"), ("lent_on", "due_on"), ("opens", "closes")]
        where typed.contains(from) || typed.contains(until) {
            // Days and local times of one form sort as text; a day alone lasts until it is over.
            guard case .text(let first)? = all[from], case .text(let last)? = all[until] else { continue }
            let length = min(first.count, last.count)
            guard last.prefix(length).lexicographicallyPrecedes(first.prefix(length)) else { continue }
            throw refusal(.endsBefore(from), until, String(decoding: last, as: UTF8.self))
        }
    }

    // MARK: Values

    /// The value that a text means in a SQL column.
    ///
    /// - Parameter row: other values of the row.
    package func value(_ text: String, of name: String, beside row: [String: Value] = [:]) throws -> Value {
        guard let form = table.form(ofPart: name) else {
            throw refusal(.unknownColumn(near: Entry.nearest(name, table.key.columns + table.entryColumns)), name, text)
        }
        let trimmed = Entry.trimmed(text)
        guard !trimmed.isEmpty else { return .null }
        func words(_ text: String) -> Value { .text(Array(text.utf8)) }
        switch form {
        case .words: return words(text)
        case .name:
            guard Entry.isOneLine(trimmed) else { throw refusal(.notOneLine, name, trimmed) }
            return words(trimmed)
        case .day(let leaning):
            let time = try time(trimmed, name, leaning)
            guard time.minutes == nil else { throw refusal(.time(.unread), name, trimmed) }
            return words(time.day.text)
        case .localTime(let leaning):
            // A time alone: of the day on which the row begins.
            let base = Entry.day(of: row["starts_at"]).flatMap { name == "ends_at" ? $0 : nil } ?? today
            let time = try time(trimmed, name, leaning, base)
            return words(time.text)
        case .moment(let leaning):
            let time = try time(trimmed, name, leaning)
            guard let minutes = time.minutes else { throw refusal(.time(.withoutTime), name, trimmed) }
            if time.hasOffset { return words(time.text) }
            guard let offset = offset(time.day, minutes) else { throw refusal(.time(.noSuchTime(SpokenTime.clock(minutes))), name, trimmed) }
            return words(time.text + (time.rest.isEmpty ? ":00" : "") + offset)
        case .yesOrNo:
            switch trimmed.lowercased() {
            case "1", "ja", "j", "yes", "y", "waar", "true", "aan", "on": return .integer(1)
            case "0", "nee", "n", "no", "onwaar", "false", "uit", "off": return .integer(0)
            default: throw refusal(.notYesOrNo, name, trimmed)
            }
        case .count(let range):
            guard let number = Int64(trimmed) else { throw refusal(.notANumber, name, trimmed) }
            guard range.contains(number) else { throw refusal(.outOfRange(range.lowerBound, range.upperBound), name, trimmed) }
            return .integer(number)
        case .degrees(let limit):
            let plain = trimmed.replacing(",", with: ".")
            guard plain.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.".contains($0)) }), let number = Double(plain), abs(number) <= Double(limit)
            else { throw refusal(.notDegrees(limit: limit), name, trimmed) }
            return .real(number)
        case .code(let list, let isOpen):
            if let code = Entry.code(trimmed, in: list) { return words(code) }
            if isOpen, Entry.isOneLine(trimmed) { return words(trimmed) }
            throw refusal(.notACode(list: list, near: Entry.nearCode(trimmed, in: list)), name, trimmed)
        case .language:
            if let code = Entry.code(trimmed, in: "language") { return words(code) }
            guard Entry.isLanguageTag(trimmed) else { throw refusal(.notALanguage, name, trimmed) }
            return words(trimmed)
        case .reference(let tables, let isFree):
            do {
                return words(try resolve(trimmed, tables))
            } catch where isFree && Entry.isOneLine(trimmed) {
                return words(trimmed)
            }
        case .reach: return words(try reach(trimmed, name, row))
        case .telephone:
            guard Entry.isTelephone(trimmed) else { throw refusal(.notATelephone, name, trimmed) }
            return words(trimmed)
        case .email:
            guard Entry.isEmail(trimmed) else { throw refusal(.notAnEmail, name, trimmed) }
            return words(trimmed)
        case .page:
            guard Entry.isPage(trimmed) else { throw refusal(.notAPage, name, trimmed) }
            return words(trimmed)
        case .recurrence:
            guard let rule = Entry.recurrence(trimmed) else { throw refusal(.notARecurrence, name, trimmed) }
            return words(rule)
        case .timeZone:
            guard Entry.isTimeZone(trimmed) else { throw refusal(.notATimeZone, name, trimmed) }
            return words(trimmed)
        case .country:
            guard trimmed.utf8.count == 2, trimmed.allSatisfy({ $0.isASCII && $0.isLetter }) else { throw refusal(.notACountry, name, trimmed) }
            return words(trimmed.uppercased())
        }
    }

    private func refusal(_ reason: EntryRefusal.Reason, _ column: String, _ given: String = "") -> EntryRefusal {
        EntryRefusal(reason, in: "\(table.name).\(column)", given: given)
    }

    private func time(_ text: String, _ name: String, _ leaning: Form.Leaning, _ base: CalendarDay? = nil) throws -> SpokenTime {
        do {
            return try SpokenTime(text, today: base ?? today, leaning: leaning)
        } catch {
            throw refusal(.time(error), name, text)
        }
    }

    private func reach(_ text: String, _ name: String, _ row: [String: Value]) throws -> String {
        guard Entry.isOneLine(text) else { throw refusal(.notOneLine, name, text) }
        let type: String = if case .text(let bytes)? = row["type"] { String(decoding: bytes, as: UTF8.self) } else { Entry.kind(ofReach: text) }
        switch type {
        case "tel" where !Entry.isTelephone(text): throw refusal(.notATelephone, name, text)
        case "email" where !Entry.isEmail(text): throw refusal(.notAnEmail, name, text)
        case "url" where !Entry.isPage(text): throw refusal(.notAPage, name, text)
        default: return text
        }
    }

    private static func day(of value: Value?) -> CalendarDay? {
        if case .text(let bytes)? = value { CalendarDay(String(decoding: bytes.prefix(10), as: UTF8.self)) } else { nil }
    }
}
