import Words

/// What the program says on what a row was: a part of the catalogue (see `Sentence`).
package enum HistorySentence: String, CaseIterable, Saying {
    case heading, line, made, changed, changedUnknown, wasDeleted, broughtBack, beside, outlived, noHistory, wasRestored, restoreHint, kept, unknownAuthor, noSuchLine
    case unknownBefore, sawTheOther, laterClock, safestState, earliest, editBeatsDelete, seen, byImport, byUndo, byMerge
    case trashLine, trashEmpty, trashMore, undeletedStep, noBundles

    package var phrase: Phrase {
        switch self {
        case .heading: Phrase(nl: "%1 (%2 %3), het laatste eerst:", en: "%1 (%2 %3), the last first:")
        case .line: Phrase(nl: "%1  %2  %3  %4", en: "%1  %2  %3  %4")
        case .made: Phrase(nl: "toegevoegd", en: "added")
        case .changed: Phrase(nl: "%1: %2 → %3", en: "%1: %2 → %3")
        case .changedUnknown: Phrase(nl: "%1: %2", en: "%1: %2")
        case .wasDeleted: Phrase(nl: "verwijderd", en: "deleted")
        case .broughtBack: Phrase(nl: "teruggehaald", en: "put back")
        case .beside: Phrase(nl: "%1: ook %2, tegelijk geschreven", en: "%1: also %2, written at the same time")
        case .outlived: Phrase(nl: "verwijderd, en toch gebleven", en: "deleted, and kept all the same")
        case .noHistory: Phrase(nl: "Niets is hieraan veranderd, voor zover dat hier bewaard is.", en: "Nothing about it has changed, as far as that is kept here.")
        case .wasRestored: Phrase(
            nl: "%1 is weer zoals voor regel %2. 'kith undo' maakt dat ongedaan.",
            en: "%1 is again as before line %2. 'kith undo' undoes that.")
        case .restoreHint: Phrase(
            nl: "Wat voor een regel stond, komt terug met 'kith history %1 --restore NUMMER'.",
            en: "What stood before a line comes back with 'kith history %1 --restore NUMBER'.")
        case .kept: Phrase(
            nl: "Wat hier vervangen is, blijft %1 dagen bewaard, van alles samen hoogstens %3; hiervan %2. Wat ouder is, is niet meer te zien.",
            en: "What was replaced here is kept for %1 days, of everything at most %3; of this %2. What is older cannot be seen any more.")
        case .unknownAuthor: Phrase(nl: "iemand anders", en: "somebody else")
        case .noSuchLine: Phrase(nl: "De geschiedenis heeft geen regel %1 die terug kan.", en: "The history has no line %1 that can be restored.")
        case .unknownBefore: Phrase(nl: "?", en: "?")
        case .sawTheOther: Phrase(nl: "wie dit schreef, zag het vorige", en: "who wrote this saw what was there")
        case .laterClock: Phrase(nl: "tegelijk geschreven; het laatste geldt", en: "written at the same time; the later counts")
        case .safestState: Phrase(nl: "tegelijk geschreven; het veiligste geldt", en: "written at the same time; the safest counts")
        case .earliest: Phrase(nl: "tegelijk geschreven; het vroegste geldt", en: "written at the same time; the earliest counts")
        case .editBeatsDelete: Phrase(nl: "iemand bewerkte het tegelijk", en: "somebody edited it at the same time")
        case .seen: Phrase(nl: "had gezien: %1", en: "had seen: %1")
        case .byImport: Phrase(nl: "ingelezen", en: "imported")
        case .byUndo: Phrase(nl: "ongedaan gemaakt", en: "undone")
        case .byMerge: Phrase(nl: "door uitwisselen", en: "by an exchange")
        case .trashLine: Phrase(nl: "%1  %2  %3  (verwijderd door %4)", en: "%1  %2  %3  (deleted by %4)")
        case .trashEmpty: Phrase(nl: "De prullenbak is leeg.", en: "The trash is empty.")
        case .trashMore: Phrase(nl: "… en nog %1; --limit toont er meer.", en: "… and %1 more; --limit shows more.")
        case .undeletedStep: Phrase(nl: "Teruggehaald van stap %1: %2.", en: "Put back of step %1: %2.")
        case .noBundles: Phrase(nl: "In map '%1' staat geen stickbestand.", en: "There is no stick file in folder '%1'.")
        }
    }
}
