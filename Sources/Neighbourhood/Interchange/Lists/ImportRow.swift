import Community
import CRDT
import Words

/// One line of a file, as rows of our tables: the contact first, then what belongs to it.
package struct ImportRow: Sendable {
    /// On which the line begins, from 1.
    package let line: Int
    package let rows: [DraftRow]
    /// The list's own number for whom it is about, when its id is made of that.
    package let uid: String?
    package let remarks: [ImportRemark]

    init(line: Int, rows: [DraftRow], uid: String? = nil, remarks: [ImportRemark] = []) {
        self.line = line
        self.rows = rows
        self.uid = uid
        self.remarks = remarks
    }
}

/// One row to write. Parts that are not named are left as they are, or at their default in a new row.
package struct DraftRow: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package let name: String
        package let value: Value

        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    package let table: String
    /// The values of the table's key columns.
    package let key: [String]
    /// SQL columns, in the table's order.
    package let values: [Part]

    package init(table: String, key: [String], values: [Part]) {
        self.table = table
        self.key = key
        self.values = values
    }

    package subscript(name: String) -> Value? { values.first { $0.name == name }?.value }
}

/// A line that was not taken, and why.
package struct RejectedLine: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case malformed(CSVError.Code)
        /// There are fields without a header: columns have shifted, and values would land in wrong places.
        case moreFieldsThanHeaders(headerCount: Int, fieldCount: Int)
        /// A damaged file: text has no NUL bytes.
        case nulByte
        /// Neither name nor organisation, telephone or e-mail.
        case nobody
        /// What the line says of was erased, or belongs to what was.
        case erased
        /// An unfolded line has more bytes than the reader's limit.
        case lineTooLong
        /// A card has more bytes than `VCardReader.cardByteCount`.
        case cardTooLong
        /// The file ends within a line of the card.
        case cutCard
        /// Lines that belong to no card or event.
        case outsideCard
        /// The value of a column or property is no date, or one that no calendar has, such as 31 February.
        case badDate(String)
        /// An event without a beginning.
        case noStart
        /// The file has a newer wording of the event, with a greater SEQUENCE.
        case outdated
        /// Something of a calendar that is no event: a task, a diary entry.
        case noEvent(String)
    }

    package let line: Int
    package let reason: Reason

    package init(line: Int, reason: Reason) {
        self.line = line
        self.reason = reason
    }

    package var phrase: Phrase {
        switch reason {
        case .malformed(let code):
            CSVError(code: code, line: line).phrase
        case .moreFieldsThanHeaders(let headers, let fields):
            Phrase(
                nl: "De regel heeft \(fields) velden, de kopregel \(headers). "
                    + "Zet een veld met een scheidingsteken erin tussen aanhalingstekens.",
                en: "The line has \(fields) fields, the header line \(headers). "
                    + "Put a field with a delimiter in it between quotation marks.")
        case .nulByte:
            Phrase(
                nl: "De regel bevat een nulbyte: het bestand is beschadigd of geen tekst.",
                en: "The line contains a NUL byte: the file is damaged or is not text.")
        case .nobody:
            Phrase(
                nl: "De regel heeft geen naam, organisatie, telefoon of e-mail.",
                en: "The line has no name, organisation, telephone or e-mail.")
        case .lineTooLong:
            Phrase(
                nl: "Er staat een regel in van meer dan 4 MiB. Het bestand is beschadigd, of er zit een te grote foto in.",
                en: "It has a line of more than 4 MiB. The file is damaged, or a photograph in it is too large.")
        case .cardTooLong:
            Phrase(
                nl: "Het adreskaartje is groter dan 7 MiB. Haal de foto's eruit.", en: "The card is larger than 7 MiB. Remove its photographs.")
        case .cutCard:
            Phrase(
                nl: "Het bestand houdt midden in dit adreskaartje op. Maak het opnieuw.",
                en: "The file ends in the middle of this card. Make it anew.")
        case .outsideCard:
            Phrase(nl: "Deze regels horen bij niets.", en: "These lines belong to nothing.")
        case .badDate(let name):
            Phrase(
                nl: "'\(name)' is geen datum die bestaat. Schrijf 2026-02-28 of 28-02-2026.",
                en: "'\(name)' is no date that exists. Write 2026-02-28 or 28-02-2026.")
        case .noStart:
            Phrase(nl: "De afspraak heeft geen begin.", en: "The event has no beginning.")
        case .outdated:
            Phrase(
                nl: "Dezelfde afspraak staat er nieuwer in; die is overgenomen.",
                en: "The same event is in it in a newer wording, which was taken.")
        case .noEvent(let name):
            Phrase(nl: "\(name) is geen afspraak.", en: "\(name) is no event.")
        case .erased:
            Phrase(
                nl: "Dit is gewist en wordt niet weer ingelezen.",
                en: "This was erased and is not taken in again.")
        }
    }
}
