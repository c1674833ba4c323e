import Words
import Interchange

/// What the program says on finding people, possible duplicates and the day's work: a chapter of the catalogue (see `Sentence`).
package enum FindingSentence: String, CaseIterable, Saying {
    case foundNone, foundLine, foundAlso, foundMore, indexMade, foldedOne, foldedMany, belongsMore
    case duplicatesNone, duplicatesOne, duplicatesMany, duplicatesHint
    case levelVeryLikely, levelPossible, pairLine, sideLine, reasonsLine
    case linked, linkedSame, linkedDifferent, linkedUndecided
    case reviewQuestion, reviewDone, reviewLeft
    case addMayExist, addMayExistLine, addMayExistHint
    case todayFollowUps, todayGatherings, todayWeek, todayUnfollowed, todayUnreached, todayMore, todayNothing
    case followUpLine, gatheringLine, unreachedLine, unreachedNever
    case logged, loggedFollowUp

    package var phrase: Phrase {
        switch self {
        case .foundNone: Phrase(nl: "Niets gevonden voor '%1'.", en: "Nothing found for '%1'.")
        case .foundLine: Phrase(nl: "%1 %2  %3", en: "%1 %2  %3")
        case .foundAlso: Phrase(nl: "    ook als %1", en: "    also as %1")
        case .foldedOne: Phrase(nl: "1 contact staat onder een ander dat dezelfde persoon is (--every-entry toont het).", en: "1 contact stands under another that is the same person (--every-entry shows it).")
        case .foldedMany: Phrase(nl: "%1 contacten staan onder andere die dezelfde persoon zijn (--every-entry toont ze).", en: "%1 contacts stand under others that are the same person (--every-entry shows them).")
        case .belongsMore: Phrase(nl: "  en nog %1 ('kith export person' geeft alles)", en: "  and %1 more ('kith export person' gives all)")
        case .foundMore: Phrase(nl: "Er is meer; typ meer van wat u zoekt, of geef --limit.", en: "There is more; type more of what you look for, or give --limit.")
        case .indexMade: Phrase(nl: "De zoekindex is opnieuw gemaakt, voor %1 namen en teksten.", en: "The search index was made anew, for %1 names and texts.")

        case .duplicatesNone: Phrase(nl: "Niemand staat er misschien twee keer in.", en: "Nobody may be in the list twice.")
        case .duplicatesOne: Phrase(nl: "%1 keer misschien één persoon.", en: "Maybe one person, %1 time.")
        case .duplicatesMany: Phrase(nl: "%1 keer misschien één persoon.", en: "Maybe one person, %1 times.")
        case .duplicatesHint: Phrase(
            nl: "Kies met 'kith duplicates --review', of met 'kith link CONTACT CONTACT same|different'.",
            en: "Choose with 'kith duplicates --review', or with 'kith link CONTACT CONTACT same|different'.")
        case .levelVeryLikely: Phrase(nl: "zeer waarschijnlijk", en: "very likely")
        case .levelPossible: Phrase(nl: "mogelijk", en: "possible")
        case .pairLine: Phrase(nl: "%1 punten, %2", en: "%1 points, %2")
        case .sideLine: Phrase(nl: "    %1  %2  %3", en: "    %1  %2  %3")
        case .reasonsLine: Phrase(nl: "    want: %1", en: "    because: %1")

        case .linked: Phrase(nl: "%1 en %2: %3.", en: "%1 and %2: %3.")
        case .linkedSame: Phrase(
            nl: "dezelfde persoon; er is niets verwijderd, en 'kith undo' maakt het ongedaan",
            en: "the same person; nothing was deleted, and 'kith undo' undoes it")
        case .linkedDifferent: Phrase(
            nl: "verschillende personen; ze komen niet meer in de lijst van wie er misschien dubbel in staat",
            en: "different people; they are not listed any more among who may be in twice")
        case .linkedUndecided: Phrase(nl: "nog niet beslist", en: "not decided yet")

        case .reviewQuestion: Phrase(
            nl: "  [z]elfde, [v]erschillend, [l]ater, [s]toppen? ", en: "  [s]ame, [d]ifferent, [l]ater, [q]uit? ")
        case .reviewDone: Phrase(nl: "Dezelfde: %1, verschillend: %2, later: %3.", en: "Same: %1, different: %2, later: %3.")
        case .reviewLeft: Phrase(nl: "Nog over: %1.", en: "Still open: %1.")

        case .addMayExist: Phrase(nl: "Staat er misschien al in:", en: "May be in the list already:")
        case .addMayExistLine: Phrase(nl: "    %1  %2  %3 (%4, %5 punten)", en: "    %1  %2  %3 (%4, %5 points)")
        case .addMayExistHint: Phrase(
            nl: "Toch toegevoegd. Is het dezelfde: 'kith undo', of 'kith link %1 CONTACT same'.",
            en: "Added all the same. If it is the same person: 'kith undo', or 'kith link %1 CONTACT same'.")

        case .todayFollowUps: Phrase(nl: "Terugkomen op (%1):", en: "To follow up (%1):")
        case .todayGatherings: Phrase(nl: "Vandaag (%1):", en: "Today (%1):")
        case .todayWeek: Phrase(nl: "Deze week (%1):", en: "This week (%1):")
        case .todayUnfollowed: Phrase(
            nl: "%1  %2: de herhaling is niet te volgen; kijk haar na met 'kith show'.",
            en: "%1  %2: its recurrence cannot be followed; check it with 'kith show'.")
        case .todayUnreached: Phrase(nl: "Niet bereikt in %1 dagen (%2):", en: "Not reached in %1 days (%2):")
        case .todayMore: Phrase(nl: "    en %1 meer", en: "    and %1 more")
        case .todayNothing: Phrase(nl: "Niets voor vandaag.", en: "Nothing for today.")
        case .followUpLine: Phrase(nl: "    %1  %2  %3  %4", en: "    %1  %2  %3  %4")
        case .gatheringLine: Phrase(nl: "    %1  %2  %3", en: "    %1  %2  %3")
        case .unreachedLine: Phrase(nl: "    %1  %2  laatst %3", en: "    %1  %2  last %3")
        case .unreachedNever: Phrase(nl: "    %1  %2  nog nooit", en: "    %1  %2  never yet")

        case .logged: Phrase(nl: "Contactmoment met %1 genoteerd (%2).", en: "Contact moment with %1 noted (%2).")
        case .loggedFollowUp: Phrase(nl: "Terugkomen op %1; het staat dan bij 'kith today'.", en: "Follow up on %1; 'kith today' will show it then.")
        }
    }
}

extension Language {
    package func say(_ sentence: FindingSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: FindingSentence, _ many: FindingSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }

    package func say(_ level: Likeness.Level) -> String {
        switch level {
        case .veryLikely: say(FindingSentence.levelVeryLikely)
        case .possible: say(FindingSentence.levelPossible)
        }
    }
}

extension Likeness.Reason {
    /// Why, in a few words.
    package var phrase: Phrase {
        switch self {
        case .givenSame: Phrase(nl: "zelfde voornaam", en: "same given name")
        case .givenRelated: Phrase(nl: "roepnaam van dezelfde voornaam", en: "forms of one given name")
        case .givenSimilar: Phrase(nl: "voornaam lijkt erop", en: "similar given name")
        case .initialsFit: Phrase(nl: "voorletters passen", en: "initials fit")
        case .givenUnsure: Phrase(nl: "voornaam lijkt, kan een ander zijn", en: "given name alike, may be another")
        case .givenDifferent: Phrase(nl: "andere voornaam", en: "other given name")
        case .familySame: Phrase(nl: "zelfde achternaam", en: "same family name")
        case .familySimilar: Phrase(nl: "achternaam lijkt erop", en: "similar family name")
        case .familyPart: Phrase(nl: "deel van een dubbele achternaam", en: "part of a double family name")
        case .familyDifferent: Phrase(nl: "andere achternaam", en: "other family name")
        case .infixDifferent: Phrase(nl: "ander tussenvoegsel", en: "other infix")
        case .swapped: Phrase(nl: "voor- en achternaam verwisseld", en: "given and family name exchanged")
        case .generationDifferent: Phrase(nl: "junior en senior", en: "junior and senior")
        case .generationUnsure: Phrase(nl: "bij één staat junior of senior", en: "junior or senior with one of them")
        case .mobileSame: Phrase(nl: "zelfde mobiele nummer", en: "same mobile number")
        case .phoneSame: Phrase(nl: "zelfde telefoonnummer", en: "same telephone number")
        case .emailSame: Phrase(nl: "zelfde e-mailadres", en: "same e-mail address")
        case .numberSame: Phrase(nl: "zelfde nummer in de notities", en: "same number among the notes")
        case .numberSimilar: Phrase(nl: "nummer in de notities scheelt één teken", en: "number among the notes differs by one character")
        case .numberMarkSame: Phrase(nl: "zelfde nummer in de lijsten", en: "same number in the lists")
        case .dayMarkSame: Phrase(nl: "zelfde geboortedatum in de lijsten", en: "same birth date in the lists")
        case .daySame: Phrase(nl: "zelfde dag in de notities", en: "same day among the notes")
        case .daySimilar: Phrase(nl: "dag in de notities scheelt één teken", en: "day among the notes differs by one character")
        case .dayDifferent: Phrase(nl: "andere dag in de notities", en: "other day among the notes")
        case .dayMarkDifferent: Phrase(nl: "andere geboortedatum in de lijsten", en: "other birth date in the lists")
        case .postalCodeSame: Phrase(nl: "zelfde postcode", en: "same postcode")
        case .postalCodeSimilar: Phrase(nl: "postcode lijkt erop", en: "similar postcode")
        case .postalCodeDifferent: Phrase(nl: "andere postcode", en: "other postcode")
        case .houseNumberSame: Phrase(nl: "zelfde huisnummer", en: "same house number")
        case .houseNumberSimilar: Phrase(nl: "huisnummer lijkt erop", en: "similar house number")
        case .houseNumberDifferent: Phrase(nl: "ander huisnummer", en: "other house number")
        case .streetSame: Phrase(nl: "zelfde straat", en: "same street")
        case .streetSimilar: Phrase(nl: "straat lijkt erop", en: "similar street")
        case .streetDifferent: Phrase(nl: "andere straat", en: "other street")
        case .citySame: Phrase(nl: "zelfde plaats", en: "same city")
        case .citySimilar: Phrase(nl: "plaats lijkt erop", en: "similar city")
        case .cityDifferent: Phrase(nl: "andere plaats", en: "other city")
        }
    }
}
