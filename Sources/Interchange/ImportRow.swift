import Community
import CRDT

/// One line of a file, as rows of our tables: the contact first, then what belongs to it.
package struct ImportRow: Sendable {
    /// On which the line begins, from 1.
    package let line: Int
    package let rows: [DraftRow]
}

/// One row to write. Parts that are not named are left as they are, or at their default in a new row.
package struct DraftRow: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package let name: String
        package let value: Value
    }

    package let table: String
    /// The values of the table's key columns.
    package let key: [String]
    /// SQL columns, in the table's order.
    package let values: [Part]

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
        case .erased:
            Phrase(
                nl: "Dit is gewist en wordt niet weer ingelezen.",
                en: "This was erased and is not taken in again.")
        }
    }
}
