import Words

/// What the program says on edits that no trigger saw, and on what cannot travel: a part of the catalogue (see `Sentence`).
package enum WatchSentence: String, CaseIterable, Saying {
    case editedUnseen, removedUnseen, notCompared, keylessRows, tooLargeCell

    package var phrase: Phrase {
        switch self {
        case .editedUnseen: Phrase(
            nl: "Een ander programma veranderde '%1' buiten Kith om. Intussen veranderd: %2, erbij: %3, weg: %4. Dat geldt nu als gewijzigd op deze laptop.",
            en: "Another program changed '%1' behind Kith's back. Changed meanwhile: %2, added: %3, gone: %4. They count as changes of this laptop now.")
        case .removedUnseen: Phrase(
            nl: "Wat er in stond dat weg is, staat niet meer op deze laptop: 'kith undo' haalt het niet terug.",
            en: "What is gone is no longer on this laptop: 'kith undo' does not bring it back.")
        case .notCompared: Phrase(
            nl: "Van %2 keer '%1' is niet bekend of het intussen veranderd is. Is dat zo, bewerk het dan nog eens.",
            en: "Of %2 times '%1' it is not known whether it was changed meanwhile. If it was, edit it once more.")
        case .tooLargeCell: Phrase(
            nl: "%1: %2 is te groot om mee te nemen (ten hoogste 16 MiB, en 24 MiB samen). Dit blijft op deze laptop; al het andere gaat mee. Maak het kleiner ('kith edit'), of verwijder het.",
            en: "%1: %2 is too large to take along (16 MiB at most, and 24 MiB together). It stays on this laptop; all else goes. Make it smaller ('kith edit'), or delete it.")
        case .keylessRows: Phrase(
            nl: "%2 keer '%1' heeft geen id en blijft op deze laptop; het staat nu in tabel '%3'.",
            en: "%2 times '%1' has no id and stays on this laptop; it is in table '%3' now.")
        }
    }
}

extension Language {
    package func say(_ sentence: WatchSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
