import Words

/// What the program says on edits that no trigger saw, and on what cannot travel: a part of the catalogue (see `Sentence`).
package enum WatchSentence: String, CaseIterable, Saying {
    case editedUnseen, removedUnseen, notCompared, keylessRows, tooLargeCell

    package var phrase: Phrase {
        switch self {
        case .editedUnseen: Phrase(
            nl: "Een ander programma maakte tabel '%1' opnieuw of bewerkte haar buiten Kith om. Intussen veranderd: %2, erbij: %3, weg: %4. Dat geldt nu als bewerkt op deze laptop.",
            en: "Another program made table '%1' anew, or edited it behind Kith's back. Changed meanwhile: %2, added: %3, removed: %4. They count as edits of this laptop now.")
        case .removedUnseen: Phrase(
            nl: "Wat in de verdwenen rijen stond, is niet meer op deze laptop: 'kith undo' haalt ze niet terug.",
            en: "What the removed rows held is no longer on this laptop: 'kith undo' does not bring them back.")
        case .notCompared: Phrase(
            nl: "Van %2 rijen van '%1' is niet bekend of ze intussen veranderd zijn. Is dat zo, bewerk ze dan nog eens.",
            en: "Of %2 rows of '%1' it is not known whether they were changed meanwhile. If one was, edit it once more.")
        case .tooLargeCell: Phrase(
            nl: "%1: %2 is te groot om te reizen (ten hoogste 16 MiB, en 24 MiB per rij). Dit blijft op deze laptop; al het andere gaat mee. Maak het kleiner ('kith edit'), of verwijder de rij.",
            en: "%1: %2 is too large to travel (16 MiB at most, and 24 MiB a row). It stays on this laptop; all else goes. Make it smaller ('kith edit'), or delete the row.")
        case .keylessRows: Phrase(
            nl: "%2 rijen van '%1' hebben geen sleutel en blijven op deze laptop; ze staan nu in tabel '%3'.",
            en: "%2 rows of '%1' have no key and stay on this laptop; they are in table '%3' now.")
        }
    }
}

extension Language {
    package func say(_ sentence: WatchSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
