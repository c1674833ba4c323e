import Words

/// The values a column is meant to have, with their names. A hint for forms and reports: a code from a newer version,
/// or one that somebody typed, is kept and shown as it is.
package struct CodeList: Sendable {
    package let name: String
    package let codes: [Code]

    package init(_ name: String, _ codes: [Code]) {
        self.name = name
        self.codes = codes
    }

    package subscript(code: String) -> Code? { codes.first { $0.code == code } }

    /// The list that `Column.codes` names.
    package static func named(_ name: String) -> CodeList? { all.first { $0.name == name } }
}

package struct Code: Hashable, Sendable {
    package let code: String
    package let label: Phrase
    /// For a channel: whether it goes over the internet. Nil for other codes.
    package let isOnline: Bool?

    package init(_ code: String, nl: String, en: String, isOnline: Bool? = nil) {
        self.code = code
        self.label = Phrase(nl: nl, en: en)
        self.isOnline = isOnline
    }
}
