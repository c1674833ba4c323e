/// A sentence of a catalogue, in both languages; `%1`, `%2` are blanks.
package protocol Saying: Sendable {
    var phrase: Phrase { get }
}

extension Language {
    /// A sentence with its blanks filled (see `fill`).
    package func say(_ sentence: some Saying, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    /// One or many of something.
    package func count<Sentence: Saying>(_ value: Int, _ one: Sentence, _ many: Sentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}

/// What every program of the house says.
package enum SharedSentence: String, CaseIterable, Saying {
    case unexpectedError, stopped, removedMark
    case ageNow, ageMinutes, ageHours, ageDays, ageFuture

    package var phrase: Phrase {
        switch self {
        case .unexpectedError: Phrase(
            nl: "Er ging iets mis wat Kith niet kent (%1). Probeer het opnieuw, en meld het als het terugkomt.",
            en: "Something went wrong that Kith does not know (%1). Try again, and report it if it comes back.")
        case .stopped: Phrase(nl: "Gestopt. Er is niets gedaan.", en: "Stopped. Nothing was done.")
        case .removedMark: Phrase(nl: "zonder toegang", en: "without access")
        case .ageNow: Phrase(nl: "zojuist", en: "just now")
        case .ageMinutes: Phrase(nl: "%1 min geleden", en: "%1 min ago")
        case .ageHours: Phrase(nl: "%1 uur geleden", en: "%1 h ago")
        case .ageDays: Phrase(nl: "%1 dagen geleden", en: "%1 days ago")
        case .ageFuture: Phrase(nl: "volgens die klok in de toekomst", en: "in the future by that clock")
        }
    }
}

extension Language {
    package func say(_ sentence: SharedSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
