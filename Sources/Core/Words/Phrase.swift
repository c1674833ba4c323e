/// A text in the two languages of the interface.
package struct Phrase: Hashable, Sendable {
    package let nl: String
    package let en: String

    package init(nl: String, en: String) {
        self.nl = nl
        self.en = en
    }
}
