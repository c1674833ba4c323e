import Words

/// What the program says on steps that are taken back and done again: a part of the catalogue (see `Sentence`).
package enum StepSentence: String, CaseIterable, Saying {
    case undone, redone, undoneHint, undoQuestion, redoQuestion, undoAllQuestion, stepLine, isUndone, noSteps, imported, made, changed

    package var phrase: Phrase {
        switch self {
        case .undone: Phrase(nl: "Ongedaan gemaakt, van %1: %2.", en: "Undone, of %1: %2.")
        case .redone: Phrase(nl: "Opnieuw gedaan, van %1: %2.", en: "Redone, of %1: %2.")
        case .undoneHint: Phrase(nl: "'kith redo' doet het weer.", en: "'kith redo' does it again.")
        case .undoQuestion: Phrase(nl: "Dit ongedaan maken, van %1: %2 (j/N)?", en: "Undo this, of %1: %2 (y/N)?")
        case .redoQuestion: Phrase(nl: "Dit opnieuw doen, van %1: %2 (j/N)?", en: "Redo this, of %1: %2 (y/N)?")
        case .undoAllQuestion: Phrase(
            nl: "Dit alles ongedaan maken, zonder dat het opnieuw kan (j/N)? ",
            en: "Undo all of this, so that it cannot be done again (y/N)? ")
        case .stepLine: Phrase(nl: "%1  %2  %3%4", en: "%1  %2  %3%4")
        case .isUndone: Phrase(nl: " – ongedaan gemaakt", en: " – undone")
        case .noSteps: Phrase(nl: "De laatste 30 dagen is hier niets gedaan.", en: "Nothing was done here in the last 30 days.")
        case .imported: Phrase(nl: "ingelezen: %1", en: "imported: %1")
        case .made: Phrase(nl: "toegevoegd: %1", en: "added: %1")
        case .changed: Phrase(nl: "veranderd: %1", en: "changed: %1")
        }
    }
}

extension Language {
    package func say(_ sentence: StepSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
