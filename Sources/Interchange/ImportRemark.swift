import Community

/// Something of a list that a person should hear of although its line was taken: what was left out, and what was decided.
package struct ImportRemark: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// Others stand under the same number (or name with telephone) in the list, or here: a row of its own was made.
        case sharedNumber(String)
    }

    /// On which the card, event or line begins, from 1.
    package let line: Int
    package let about: Subject

    package init(line: Int, about: Subject) {
        self.line = line
        self.about = about
    }

    /// Stays the same, for scripts.
    package var code: String {
        switch about {
        case .sharedNumber: "shared-number"
        }
    }

    package var phrase: Phrase {
        switch about {
        case .sharedNumber(let number):
            Phrase(
                nl: "'\(number)' staat voor meer dan één persoon of afspraak: deze regel is een eigen rij geworden.",
                en: "'\(number)' stands for more than one person or event: this line became a row of its own.")
        }
    }
}
