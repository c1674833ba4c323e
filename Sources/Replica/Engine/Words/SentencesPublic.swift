import Words

/// What the program says on public bundles, taking over, and who comes after whom: a part of the catalogue (see `Sentence`).
package enum PublicSentence: String, CaseIterable, Saying {
    case published, publishedReadable, publishedWords, publishedNameless
    case mentionsOne, mentionsMany, mentionFound, mentionsUnchecked, mentionsRemedy, mentionsAccepted
    case publicFrom, publicNameless, publicIdentity, publicWords, publicHolds, publicUnknownRows, publicIntact
    case adoptList, adoptListEmpty, adoptListLine, adoptHint, adoptKnown, adoptKnownNews, adoptDeleted, adoptReturned
    case adoptedNew, adoptedKnown, adoptedReturned, adoptedDeleted, adoptedAdded, adoptedNothing
    case adoptedNext, differs, differsTaken, differsRemedy, adoptDry
    case succeeded, succeededNone, succeedNext
    case chainFrom, chainFromElsewhere, chainThis, chainAdapted, chainSuccessor, chainPredecessor, chainMissing, chainAlone
    case continuityNone, continuityOne, continuityMany
    case riskNoGathering, riskNeverGathered, riskNoOrganiser, riskOneOrganiser, riskFunding, riskNeeds, riskNoSuccessor, riskNoSuccessorEver

    package var phrase: Phrase {
        switch self {
        case .published: Phrase(nl: "%1 is geschreven: %2 (%3).", en: "%1 is written: %2 (%3).")
        case .publishedReadable: Phrase(
            nl: "Iedereen kan dit bestand lezen: het is niet versleuteld. De contacten gaan niet mee; lees de teksten zelf na. Het is ondertekend met deze laptop, zonder wie wat wanneer schreef. Terugnemen kan niemand.",
            en: "Everybody can read this file: it is not encrypted. Contacts are not in it; read the texts yourself. It is signed by this laptop, without who wrote what when. Nobody can take it back.")
        case .publishedWords: Phrase(
            nl: "Geef het kenmerk van deze laptop (%1) en deze woorden door per telefoon: %2. De partner ziet ze bij 'kith adopt'.",
            en: "Tell this laptop's reference (%1) and these words by telephone: %2. The partner sees them at 'kith adopt'.")
        case .publishedNameless: Phrase(
            nl: "Er staat geen naam in; met --as NAAM noemt u uw stad of buurt.",
            en: "No name is in it; --as NAME names your city or neighbourhood.")
        case .mentionsOne: Phrase(
            nl: "Er is niets geschreven: één tekst lijkt iemand te noemen.", en: "Nothing was written: one text seems to name somebody.")
        case .mentionsMany: Phrase(
            nl: "Er is niets geschreven: %1 teksten lijken iemand te noemen.", en: "Nothing was written: %1 texts seem to name somebody.")
        case .mentionFound: Phrase(nl: "  %1 %2  %3: %4", en: "  %1 %2  %3: %4")
        case .mentionsUnchecked: Phrase(
            nl: "Er is niets geschreven: deze laptop heeft de mensen niet, en kan dus niet nagaan of een tekst iemand noemt. Laat een coördinator met de mensen het doen, of lees alles zelf na en geef --despite-mentions.",
            en: "Nothing was written: this laptop does not have the people, and cannot tell whether a text names somebody. Let a coordinator who has the people do it, or read everything yourself and give --despite-mentions.")
        case .mentionsRemedy: Phrase(
            nl: "Bekijk ze met 'kith show NAAM' en bewerk ze met 'kith edit NAAM KOLOM=TEKST'. Is het toch goed zo, geef dan --despite-mentions.",
            en: "Look at them with 'kith show NAME' and edit them with 'kith edit NAME COLUMN=TEXT'. If it is fine as it is, give --despite-mentions.")
        case .mentionsAccepted: Phrase(
            nl: "Teksten die iemand lijken te noemen en toch mee zijn: %1.", en: "Texts that seem to name somebody, and are in it all the same: %1.")

        case .publicFrom: Phrase(
            nl: "Openbaar bestand van '%1', gemaakt %2 (%3); iedereen kan het lezen.",
            en: "Public file of '%1', made %2 (%3); everybody can read it.")
        case .publicNameless: Phrase(nl: "(geen naam)", en: "(no name)")
        case .publicIdentity: Phrase(nl: "  laptop %1, buurtlijst %2", en: "  laptop %1, community list %2")
        case .publicWords: Phrase(
            nl: "  woorden: %1 (bel de partner, en vergelijk het kenmerk en de woorden; de naam zegt alleen wat de maker typte)",
            en: "  words: %1 (call the partner, and compare the reference and the words; the name only says what its maker typed)")
        case .publicHolds: Phrase(nl: "  %1, %2", en: "  %1, %2")
        case .publicUnknownRows: Phrase(nl: "  Van een nieuwere Kith, en daarom niet gelezen: %1.", en: "  Of a newer Kith, and therefore not read: %1.")
        case .publicIntact: Phrase(nl: "Alles is heel en ondertekend door die laptop.", en: "Everything is intact and signed by that laptop.")

        case .adoptList: Phrase(nl: "Initiatieven (%1):", en: "Initiatives (%1):")
        case .adoptListEmpty: Phrase(nl: "Er staan geen initiatieven in.", en: "There are no initiatives in it.")
        case .adoptListLine: Phrase(nl: "  %1  %2%3", en: "  %1  %2%3")
        case .adoptHint: Phrase(nl: "Neem er een over: 'kith adopt %1 %2'", en: "Take one over: 'kith adopt %1 %2'")
        case .adoptKnown: Phrase(nl: "  [overgenomen als %1]", en: "  [taken over as %1]")
        case .adoptKnownNews: Phrase(nl: "  [overgenomen als %1; nieuw daar: %2, anders: %3]", en: "  [taken over as %1; new there: %2, different: %3]")
        case .adoptDeleted: Phrase(nl: "  [overgenomen, en hier weer verwijderd]", en: "  [taken over, and deleted again here]")
        case .adoptReturned: Phrase(nl: "  [kwam van hier (%1); nieuwe lessen: %2]", en: "  [came from here (%1); new lessons: %2]")
        case .adoptedNew: Phrase(nl: "'%1' is overgenomen als initiatief %2, met status 'idee'.", en: "'%1' is taken over as initiative %2, with status 'idea'.")
        case .adoptedKnown: Phrase(nl: "'%1' was al overgenomen als %2.", en: "'%1' was taken over already, as %2.")
        case .adoptedReturned: Phrase(
            nl: "'%1' kwam van hier (%2): alleen wat daar geleerd is, komt terug als notities.",
            en: "'%1' came from here (%2): only what was learned there comes back, as notes.")
        case .adoptedDeleted: Phrase(
            nl: "'%1' is hier verwijderd of gewist na het overnemen; er is niets gedaan. Uit de prullenbak: 'kith undelete %2'",
            en: "'%1' was deleted or erased here after it was taken over; nothing was done. From the trash: 'kith undelete %2'")
        case .adoptedAdded: Phrase(nl: "  nieuw hier: %1", en: "  new here: %1")
        case .adoptedNothing: Phrase(nl: "  niets nieuws", en: "  nothing new")
        case .adoptedNext: Phrase(
            nl: "  Maak het eigen: 'kith edit %1 name=… area=… status=active'",
            en: "  Make it your own: 'kith edit %1 name=… area=… status=active'")
        case .differs: Phrase(nl: "  %1 %2, %3 is anders; hier: %4; daar: %5", en: "  %1 %2, %3 differs; here: %4; there: %5")
        case .differsTaken: Phrase(nl: "  %1 %2, %3 is van daar genomen; was: %4; nu: %5", en: "  %1 %2, %3 was taken from there; was: %4; now: %5")
        case .differsRemedy: Phrase(
            nl: "Wat hier staat, blijft. Neem een kolom van daar met --take KOLOM, of alle met --take all.",
            en: "What is here stays. Take a column from there with --take COLUMN, or all with --take all.")
        case .adoptDry: Phrase(nl: "Alleen gekeken: er is niets veranderd.", en: "Only looked: nothing was changed.")

        case .succeeded: Phrase(nl: "'%1' gaat verder als '%2'.", en: "'%1' goes on as '%2'.")
        case .succeededNone: Phrase(nl: "'%1' heeft geen opvolger meer.", en: "'%1' has no successor any more.")
        case .succeedNext: Phrase(nl: "Is het eerste gestopt: 'kith edit %1 status=ended'", en: "If the first has ended: 'kith edit %1 status=ended'")
        case .chainFrom: Phrase(nl: "  overgenomen van  %1  %2%3", en: "  adapted from     %1  %2%3")
        case .chainFromElsewhere: Phrase(nl: "  overgenomen van  %1  (een andere stad)", en: "  adapted from     %1  (another city)")
        case .chainThis: Phrase(nl: "* dit initiatief   %1  %2%3", en: "* this initiative  %1  %2%3")
        case .chainAdapted: Phrase(nl: "  aangepast als    %1  %2%3", en: "  adapted as       %1  %2%3")
        case .chainSuccessor: Phrase(nl: "  opgevolgd door   %1  %2%3", en: "  succeeded by     %1  %2%3")
        case .chainPredecessor: Phrase(nl: "  eerst was dit    %1  %2%3", en: "  before it was    %1  %2%3")
        case .chainMissing: Phrase(nl: "  opgevolgd door   %1  (staat hier niet)", en: "  succeeded by     %1  (not here)")
        case .chainAlone: Phrase(nl: "Het staat op zichzelf: overgenomen noch opgevolgd.", en: "It stands alone: neither taken over nor succeeded.")

        case .continuityNone: Phrase(
            nl: "Geen initiatief dreigt te stoppen, voor zover dat hier te zien is.",
            en: "No initiative seems about to stop, as far as can be seen here.")
        case .continuityOne: Phrase(nl: "%1 initiatief dreigt te stoppen:", en: "%1 initiative may not last:")
        case .continuityMany: Phrase(nl: "%1 initiatieven dreigen te stoppen:", en: "%1 initiatives may not last:")
        case .riskNoGathering: Phrase(nl: "geen volgende bijeenkomst; de laatste was %1", en: "no next gathering; the last was on %1")
        case .riskNeverGathered: Phrase(nl: "geen volgende bijeenkomst, en nooit een geweest", en: "no next gathering, and there never was one")
        case .riskNoOrganiser: Phrase(nl: "niemand organiseert het", en: "nobody organises it")
        case .riskOneOrganiser: Phrase(nl: "alles rust op één organisator", en: "all rests on one organiser")
        case .riskFunding: Phrase(nl: "er is geld tot en met %1", en: "there is money up to and including %1")
        case .riskNeeds: Phrase(nl: "vraagt om: %1 (is eraan voldaan, haal het weg)", en: "asks for: %1 (once it is met, remove it)")
        case .riskNoSuccessor: Phrase(nl: "gestopt op %1, zonder opvolger", en: "ended on %1, without successor")
        case .riskNoSuccessorEver: Phrase(nl: "gestopt, zonder opvolger", en: "ended, without successor")
        }
    }
}

extension Language {
    package func say(_ sentence: PublicSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: PublicSentence, _ many: PublicSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
