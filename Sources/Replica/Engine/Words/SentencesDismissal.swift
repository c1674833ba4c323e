import Words

/// What the program says on broken rules that people let be: a part of the catalogue (see `Sentence`).
package enum DismissalSentence: String, CaseIterable, Saying {
    case dismissLine, listAgainLine, dismissedHeading

    package var phrase: Phrase {
        switch self {
        case .dismissLine: Phrase(nl: "Of laat zo, voor iedereen: '%1'.", en: "Or leave it, for everyone: '%1'.")
        case .listAgainLine: Phrase(nl: "Zo gelaten. Weer laten zien: '%1'.", en: "Left as it is. List it again: '%1'.")
        case .dismissedHeading: Phrase(nl: "Zo gelaten, tot er iets aan verandert (%1):", en: "Left as it is, until something about it changes (%1):")
        }
    }
}

extension Language {
    package func say(_ sentence: DismissalSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
