
/// What the values of a SQL column look like: by it what people type is read (`Entry`), and what came by another way is looked over.
///
/// A form never blocks a sync or a write by SQL: a value that does not have it is kept and listed.
package enum Form: Hashable, Sendable, Codable {
    /// Which of the days that a word or a day without a year may mean.
    package enum Leaning: Hashable, Sendable, Codable {
        /// The first after today.
        case ahead
        /// The last up to today.
        case past
        /// The one closest to today.
        case near
    }

    /// Any text.
    case words
    /// Text of one line, at most `Form.nameLength` characters.
    case name
    /// ISO 8601 date.
    case day(Leaning)
    /// ISO 8601 date, with or without a time: local time in the row's own time zone.
    case localTime(Leaning)
    /// ISO 8601 time with its offset.
    case moment(Leaning)
    /// 1 or 0.
    case yesOrNo
    /// A whole number.
    case count(ClosedRange<Int64>)
    /// Degrees, from -limit to limit.
    case degrees(limit: Int)
    /// A code of a list. Of an open list any other words are welcome.
    case code(list: String, isOpen: Bool)
    /// A BCP 47 tag.
    case language
    /// The id of a row of one of these tables. What is free may also be words.
    case reference([String], isFree: Bool)
    /// A telephone number, e-mail address, page or chat name: by the row's `type`.
    case reach
    case telephone, email, page
    /// RRULE of RFC 5545, section 3.3.10.
    case recurrence
    /// An IANA name, such as Europe/Amsterdam.
    case timeZone
    /// ISO 3166-1 alpha-2.
    case country

    package static let nameLength = 200
}

extension Table {
    /// The form of a SQL column, of the key or after it; nil when there is none of this name.
    package func form(ofPart name: String) -> Form? {
        if key.columns.contains(name), key.columns.count == 2 {
            if let list = keyCodes[name] {
                return .code(list: list, isOpen: false)
            }
            return .reference([owners.first { $0.part == name }?.table ?? name], isFree: false)
        }
        if key.columns.contains(name) { return .words }
        guard let column = column(ofPart: name), let part = column.parts.first(where: { $0.name == name }) else { return nil }
        if let form = part.form { return form }
        if let list = column.codes { return .code(list: list, isOpen: false) }
        if !column.targets.isEmpty { return .reference(column.targets, isFree: column.isFree) }
        return switch part.type {
        case .integer: .count(.min ... .max)
        case .real: .degrees(limit: 180)
        case .text, .blob: .words
        }
    }

    /// The SQL columns after the key that people fill in.
    package var entryColumns: [String] { columns.flatMap { $0.parts.map(\.name) } }
}
