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
    case termHeader, termLine, termNone, termErase, termConsent, termMonth, termMonths, termAtOnce

    package var phrase: Phrase {
        switch self {
        case .overbooked: Phrase(
            nl: "%1 is overboekt: %2 aangemeld, plaats voor %3. Als laatste meldde zich aan: %4.",
            en: "%1 is overbooked: %2 signed up, room for %3. Signed up last: %4.")
        case .matchedTwice: Phrase(nl: "%1 is %2 keer afgesproken; %3 was niet de eerste.", en: "%1 was agreed %2 times; %3 was not the first.")
        case .lentTwice: Phrase(
            nl: "%1 is %2 keer tegelijk uitgeleend; %3 was eerder dan %4.",
            en: "%1 is lent %2 times at once; %3 was before %4.")
        case .loggedAfterWithdrawal: Phrase(
            nl: "%1 noemt %2, die de toestemming voor contact daarvoor al had ingetrokken.",
            en: "%1 names %2, who had withdrawn consent for contact before.")
        case .placeRemoved: Phrase(nl: "%1 is op %2, en die plek is er niet meer.", en: "%1 is at %2, and that place is no longer there.")
        case .parentLoop: Phrase(nl: "%1 valt via %2 onder zichzelf (%3).", en: "%1 lies within itself by way of %2 (%3).")
        case .contradictoryIdentity: Phrase(
            nl: "%1: daar is 'verschillend' gezegd, en via %2 'dezelfde'. Zolang dat zo is, wordt niemand samengenomen.",
            en: "%1: 'different' was said there, and by way of %2 'the same'. As long as that stands, nobody is linked.")
        case .danglingReference: Phrase(nl: "%1 noemt als %2 iemand of iets dat er niet is: %3.", en: "%1 names as %2 somebody or something that is not there: %3.")
        case .danglingReferences: Phrase(
            nl: "%1 en nog %4 noemen als %2 iemand of iets dat er niet is: %3.",
            en: "%1 and %4 more name as %2 somebody or something that is not there: %3.")
        case .fixLine: Phrase(nl: "Zet recht met '%1'.", en: "Put right with '%1'.")
        case .fixOther: Phrase(nl: "Of met '%1'.", en: "Or with '%1'.")
        case .brokenOne: Phrase(nl: "%1 ding om na te kijken: 'kith conflicts'.", en: "%1 thing to check: 'kith conflicts'.")
        case .brokenMany: Phrase(nl: "%1 dingen om na te kijken: 'kith conflicts'.", en: "%1 things to check: 'kith conflicts'.")

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
        case .reasonAreaNear: Phrase(nl: "gebied ernaast", en: "area next to it")
        case .reasonRemote: Phrase(nl: "kan op afstand", en: "can be done from afar")
        case .reasonSetting: Phrase(nl: "dezelfde soort plek", en: "same kind of place")
        case .reasonSkills: Phrase(nl: "kan wat nodig is", en: "has the skills")
        case .reasonAllDays: Phrase(nl: "kan alle gevraagde dagen", en: "can on all days asked")
        case .reasonSomeDays: Phrase(nl: "kan een deel van de gevraagde dagen", en: "can on some of the days asked")
        case .reasonFree: Phrase(nl: "helpt nog niemand (%1 van %2)", en: "helps nobody yet (%1 of %2)")
        case .reasonBusy: Phrase(nl: "helpt al %1 van %2", en: "helps %1 of %2 already")
        case .reasonFull: Phrase(nl: "vol: helpt al %1 van %2", en: "full: helps %1 of %2 already")
        case .matchProposed: Phrase(
            nl: "Voorgesteld (%1). Zeggen beiden ja: 'kith match accept %2'.",
            en: "Proposed (%1). When both say yes: 'kith match accept %2'.")
        case .matchAccepted: Phrase(nl: "Afgesproken (%1). Na afloop: 'kith match done %2'.", en: "Agreed (%1). Afterwards: 'kith match done %2'.")
        case .matchDone: Phrase(nl: "Gedaan (%1).", en: "Done (%1).")
        case .matchDeclined: Phrase(nl: "Gaat niet door (%1). De hulpvraag is weer open.", en: "Off (%1). The request is open again.")

        case .consentRecorded: Phrase(nl: "%1 voor '%2': %3.", en: "%1 for '%2': %3.")
        case .consentLine: Phrase(nl: "%1 (%2): %3%4", en: "%1 (%2): %3%4")
        case .consentHow: Phrase(nl: ", %1", en: ", %1")
        case .consentValid: Phrase(nl: ", tot en met %1", en: ", up to and including %1")
        case .consentGiven: Phrase(nl: "gegeven", en: "given")
        case .consentWithdrawn: Phrase(nl: "ingetrokken", en: "withdrawn")
        case .consentExpired: Phrase(nl: "verlopen", en: "expired")
        case .consentUnknown: Phrase(nl: "niet vastgelegd", en: "not recorded")
        case .consentEvent: Phrase(nl: "  %1  %2: %3%4", en: "  %1  %2: %3%4")

        case .termHeader: Phrase(nl: "%1, %2 (%3; %4):", en: "%1, %2 (%3; %4):")
        case .termLine: Phrase(nl: "  %1 %2%3, sinds %4", en: "  %1 %2%3, since %4")
        case .termNone: Phrase(nl: "Niets is over zijn bewaartermijn.", en: "Nothing is past its term.")
        case .termErase: Phrase(
            nl: "  Wis met 'kith erase NAAM' (coördinator); 'kith delete NAAM' legt het alleen in de prullenbak.",
            en: "  Erase with 'kith erase NAME' (coordinator); 'kith delete NAME' merely puts it into the trash.")
        case .termConsent: Phrase(
            nl: "  Vraag opnieuw en doe 'kith consent record', of laat intrekken.",
            en: "  Ask again and run 'kith consent record', or have it withdrawn.")
        case .termMonth: Phrase(nl: "%1 maand", en: "%1 month")
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
