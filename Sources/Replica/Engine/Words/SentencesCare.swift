import Words

/// What the program says on broken rules, matching, consent and retention: a part of the catalogue (see `Sentence`).
package enum CareSentence: String, CaseIterable, Saying {
    case overbooked, matchedTwice, lentTwice, loggedAfterWithdrawal, placeRemoved, parentLoop, contradictoryIdentity
    case danglingReference, danglingReferences, fixLine, fixOther, brokenOne, brokenMany
    case requestLine, noRequests, noCandidates, candidateLine, proposedLine, proposeRemedy
    case reasonCategory, reasonArea, reasonAreaNear, reasonRemote, reasonSetting, reasonSkills, reasonAllDays, reasonSomeDays, reasonFree
    case reasonBusy, reasonFull
    case matchProposed, matchAccepted, matchDone, matchDeclined
    case consentRecorded, consentLine, consentHow, consentValid, consentGiven, consentWithdrawn, consentExpired, consentUnknown, consentEvent
    case termHeader, termLine, termNone, termErase, termConsent, termMonths, termAtOnce

    package var phrase: Phrase {
        switch self {
        case .overbooked: Phrase(
            nl: "%1 is overboekt: %2 aangemeld, plaats voor %3. Als laatste meldde zich aan: %4.",
            en: "%1 is overbooked: %2 signed up, room for %3. Signed up last: %4.")
        case .matchedTwice: Phrase(
            nl: "%1 is %2 keer toegezegd; %3 was niet de eerste.",
            en: "%1 was promised %2 times; %3 was not the first.")
        case .lentTwice: Phrase(
            nl: "%1 is %2 keer tegelijk uitgeleend; %3 was eerder dan %4.",
            en: "%1 is lent %2 times at once; %3 was before %4.")
        case .loggedAfterWithdrawal: Phrase(
            nl: "%1 noemt %2, die daarvoor al geen contact meer wilde.",
            en: "%1 names %2, who had withdrawn consent to keep in touch before.")
        case .placeRemoved: Phrase(nl: "%1 is op %2, en die plek is er niet meer.", en: "%1 is at %2, and that place is no longer there.")
        case .parentLoop: Phrase(nl: "%1 hoort via %2 onder zichzelf (%3).", en: "%1 is under itself by way of %2 (%3).")
        case .contradictoryIdentity: Phrase(
            nl: "%1 zegt 'verschillend', en %2 zeggen samen 'dezelfde'. Zolang dat zo is, wordt niemand samengenomen.",
            en: "%1 says 'different', and %2 together say 'the same'. As long as that stands, nobody is folded.")
        case .danglingReference: Phrase(nl: "%1 noemt als %2 iets dat er niet is: %3.", en: "%1 names as %2 what is not there: %3.")
        case .danglingReferences: Phrase(
            nl: "%1 en nog %4 noemen als %2 iets dat er niet is: %3.", en: "%1 and %4 more name as %2 what is not there: %3.")
        case .fixLine: Phrase(nl: "Zet recht met '%1'.", en: "Put right with '%1'.")
        case .fixOther: Phrase(nl: "Of met '%1'.", en: "Or with '%1'.")
        case .brokenOne: Phrase(nl: "%1 regel klopt niet meer: 'kith conflicts'.", en: "%1 rule is broken: 'kith conflicts'.")
        case .brokenMany: Phrase(nl: "%1 regels kloppen niet meer: 'kith conflicts'.", en: "%1 rules are broken: 'kith conflicts'.")

        case .requestLine: Phrase(nl: "%1  %2 voor %3%4", en: "%1  %2 for %3%4")
        case .noRequests: Phrase(nl: "Geen open hulpvragen.", en: "No open requests.")
        case .noCandidates: Phrase(nl: "Geen aanbod dat past.", en: "No offer that suits.")
        case .candidateLine: Phrase(nl: "%1  %2 punten  %3: %4", en: "%1  %2 points  %3: %4")
        case .proposedLine: Phrase(nl: "al voorgesteld: %1", en: "proposed already: %1")
        case .proposeRemedy: Phrase(
            nl: "Stel voor met 'kith match propose VRAAG AANBOD', en daarna 'kith match accept', 'done' of 'decline'.",
            en: "Propose with 'kith match propose REQUEST OFFER', and then 'kith match accept', 'done' or 'decline'.")
        case .reasonCategory: Phrase(nl: "zelfde hulp", en: "same kind of help")
        case .reasonArea: Phrase(nl: "zelfde gebied", en: "same area")
        case .reasonAreaNear: Phrase(nl: "gebied ernaast", en: "area near")
        case .reasonRemote: Phrase(nl: "kan op afstand", en: "can be done from afar")
        case .reasonSetting: Phrase(nl: "zelfde plek", en: "same setting")
        case .reasonSkills: Phrase(nl: "kan wat nodig is", en: "has the skills")
        case .reasonAllDays: Phrase(nl: "alle dagen", en: "all days")
        case .reasonSomeDays: Phrase(nl: "een deel van de dagen", en: "some of the days")
        case .reasonFree: Phrase(nl: "helpt nog niemand (%1 van %2)", en: "helps nobody yet (%1 of %2)")
        case .reasonBusy: Phrase(nl: "helpt al %1 van %2", en: "helps %1 of %2 already")
        case .reasonFull: Phrase(nl: "vol: helpt al %1 van %2", en: "full: helps %1 of %2 already")
        case .matchProposed: Phrase(
            nl: "Voorgesteld: %1. Zeggen beiden ja: 'kith match accept %1'.",
            en: "Proposed: %1. When both say yes: 'kith match accept %1'.")
        case .matchAccepted: Phrase(nl: "Afgesproken: %1. Na afloop: 'kith match done %1'.", en: "Accepted: %1. Afterwards: 'kith match done %1'.")
        case .matchDone: Phrase(nl: "Gedaan: %1.", en: "Done: %1.")
        case .matchDeclined: Phrase(nl: "Afgewezen: %1.", en: "Declined: %1.")

        case .consentRecorded: Phrase(nl: "%1 voor '%2': %3.", en: "%1 for '%2': %3.")
        case .consentLine: Phrase(nl: "%1 (%2): %3%4", en: "%1 (%2): %3%4")
        case .consentHow: Phrase(nl: ", %1", en: ", %1")
        case .consentValid: Phrase(nl: ", tot en met %1", en: ", until %1")
        case .consentGiven: Phrase(nl: "gegeven", en: "given")
        case .consentWithdrawn: Phrase(nl: "ingetrokken", en: "withdrawn")
        case .consentExpired: Phrase(nl: "verlopen", en: "expired")
        case .consentUnknown: Phrase(nl: "nooit gevraagd", en: "never asked")
        case .consentEvent: Phrase(nl: "  %1  %2: %3%4", en: "  %1  %2: %3%4")

        case .termHeader: Phrase(nl: "%1, %2 (%3; %4):", en: "%1, %2 (%3; %4):")
        case .termLine: Phrase(nl: "  %1 %2%3, sinds %4", en: "  %1 %2%3, since %4")
        case .termNone: Phrase(nl: "Niets wordt langer bewaard dan nodig.", en: "Nothing is kept longer than needed.")
        case .termErase: Phrase(
            nl: "  Wis met 'kith erase ID' (coördinator); 'kith delete ID' doet het alleen weg.",
            en: "  Erase with 'kith erase ID' (coordinator); 'kith delete ID' merely removes it.")
        case .termConsent: Phrase(
            nl: "  Vraag opnieuw en doe 'kith consent record', of laat intrekken.",
            en: "  Ask again and run 'kith consent record', or have it withdrawn.")
        case .termMonths: Phrase(nl: "%1 maanden", en: "%1 months")
        case .termAtOnce: Phrase(nl: "meteen", en: "at once")
        }
    }
}

extension Language {
    package func say(_ sentence: CareSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: CareSentence, _ many: CareSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
