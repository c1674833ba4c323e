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
            nl: "'%1' en deze laptop kenden bij de %2 dezelfde wijzigingen en hadden niet hetzelfde. Beide hebben alles nog eens gestuurd en zijn weer gelijk%3.",
            en: "'%1' and this laptop knew the same changes in the %2 and did not hold the same. Both have sent everything again and are the same now%3.")
        case .differsStill: Phrase(
            nl: "'%1' en deze laptop kennen bij de %2 dezelfde wijzigingen en hebben niet hetzelfde%3. Beide houden wat ze hebben. Wissel ook uit met een derde, en doe op beide 'kith verify'.",
            en: "'%1' and this laptop know the same changes in the %2 and do not hold the same%3. Both keep what they have. Exchange with a third one as well, and run 'kith verify' on both.")
        case .differedBundle: Phrase(
            nl: "'%1' kende bij de %2 dezelfde wijzigingen als deze laptop en had niet hetzelfde. Wat hier ontbrak is eruit gehaald%3.",
            en: "'%1' knew the same changes in the %2 as this laptop and did not hold the same. What was lacking here has been taken from it%3.")
        case .differsStillBundle: Phrase(
            nl: "'%1' kent bij de %2 dezelfde wijzigingen als deze laptop en heeft niet hetzelfde%3. Beide houden wat ze hebben. Vraag om een stickbestand met alles, of wissel uit met 'kith sync'.",
            en: "'%1' knows the same changes in the %2 as this laptop and does not hold the same%3. Both keep what they have. Ask for a stick file with everything, or exchange with 'kith sync'.")
        case .differsStillRelay: Phrase(
            nl: "Op doorgeefserver '%1' zijn er laptops die bij de %2 dezelfde wijzigingen kennen als deze en niet hetzelfde hebben%3. De doorgeefserver vraagt ieder om alles; wissel later nog eens uit.",
            en: "On relay '%1' there are laptops that know the same changes in the %2 as this one and do not hold the same%3. The relay asks each of them for everything; exchange again later.")
        case .differingOne: Phrase(nl: "%1 verschil, in werk van %2", en: "%1 difference, in work of %2")
        case .differingMany: Phrase(nl: "%1 verschillen, in werk van %2", en: "%1 differences, in work of %2")
        case .differingUnknown: Phrase(nl: "een onbekende laptop", en: "an unknown laptop")
        case .digestUnknown: Phrase(
            nl: "Inhoud: nog niet geteld, want er wachten wijzigingen met SQL (zie hieronder).",
            en: "Content: not counted yet, because changes by SQL wait (see below).")
        case .verified: Phrase(
            nl: "Alles is nageteld. Inhoud: %1 (gelijk op laptops die hetzelfde hebben)",
            en: "All of it has been counted anew. Content: %1 (the same on laptops that hold the same)")
        case .verifiedAltered: Phrase(
            nl: "Buiten Kith om veranderd, of beschadigd: %1. Niemand anders hoort daarvan. Zet het terug of wijzig het opnieuw:",
            en: "Changed behind Kith's back, or damaged: %1. Nobody else hears of that. Put it back or edit it again:")
        case .alteredMore: Phrase(nl: "en nog %1", en: "and %1 more")
        }
    }
}

extension Language {
    package func say(_ sentence: ContentsSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
