import Words

/// What the program says of contents that can be checked: a part of the catalogue (see `Sentence`).
package enum ContentsSentence: String, CaseIterable, Saying {
    case differed, differsStill, differedBundle, differsStillBundle, differsStillRelay
    case differingOne, differingMany, differingUnknown
    case digestUnknown
    case verified, verifiedAltered, alteredMore

    package var phrase: Phrase {
        switch self {
        case .differed: Phrase(
            nl: "'%1' en deze laptop kenden in '%2' dezelfde wijzigingen en hadden niet hetzelfde. Beide hebben alles nog eens gestuurd en zijn weer gelijk%3.",
            en: "'%1' and this laptop knew the same changes in '%2' and did not hold the same. Both have sent everything again and are the same now%3.")
        case .differsStill: Phrase(
            nl: "'%1' en deze laptop kennen in '%2' dezelfde wijzigingen en hebben niet hetzelfde%3. Beide houden wat ze hebben. Wissel ook uit met een derde, en draai op beide 'kith verify'.",
            en: "'%1' and this laptop know the same changes in '%2' and do not hold the same%3. Both keep what they have. Exchange with a third one as well, and run 'kith verify' on both.")
        case .differedBundle: Phrase(
            nl: "'%1' kende in '%2' dezelfde wijzigingen als deze laptop en had niet hetzelfde. Wat hier ontbrak is eruit gehaald%3.",
            en: "'%1' knew the same changes in '%2' as this laptop and did not hold the same. What was lacking here has been taken from it%3.")
        case .differsStillBundle: Phrase(
            nl: "'%1' kent in '%2' dezelfde wijzigingen als deze laptop en heeft niet hetzelfde%3. Beide houden wat ze hebben. Vraag om een volledige bundel, of wissel uit met 'kith sync'.",
            en: "'%1' knows the same changes in '%2' as this laptop and does not hold the same%3. Both keep what they have. Ask for a whole bundle, or exchange with 'kith sync'.")
        case .differsStillRelay: Phrase(
            nl: "Op relay '%1' zijn er laptops die in '%2' dezelfde wijzigingen kennen als deze en niet hetzelfde hebben%3. De relay vraagt ieder om alles; wissel later nog eens uit.",
            en: "On relay '%1' there are laptops that know the same changes in '%2' as this one and do not hold the same%3. The relay asks each of them for everything; exchange again later.")
        case .differingOne: Phrase(nl: "%1 rij van %2", en: "%1 record of %2")
        case .differingMany: Phrase(nl: "%1 rijen van %2", en: "%1 records of %2")
        case .differingUnknown: Phrase(nl: "een onbekend apparaat", en: "an unknown device")
        case .digestUnknown: Phrase(
            nl: "Inhoud: nog niet geteld, want er wachten wijzigingen via SQL (zie hieronder).",
            en: "Content: not counted yet, because edits by SQL wait (see below).")
        case .verified: Phrase(
            nl: "Alles is nageteld. Inhoud: %1 (gelijk op laptops die hetzelfde hebben)",
            en: "All of it has been counted anew. Content: %1 (the same on laptops that hold the same)")
        case .verifiedAltered: Phrase(
            nl: "%1 rijen zijn buiten Kith om veranderd, of beschadigd: niemand anders hoort daarvan. Zet ze terug of wijzig ze opnieuw:",
            en: "%1 records were changed behind Kith's back, or are damaged: nobody else hears of that. Put them back or edit them again:")
        case .alteredMore: Phrase(nl: "en nog %1", en: "and %1 more")
        }
    }
}

extension Language {
    package func say(_ sentence: ContentsSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
