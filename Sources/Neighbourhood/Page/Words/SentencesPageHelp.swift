import Community
import Words

/// What the page says on gatherings, on help and on who may be in the list twice.
enum HelpPageSentence: String, PageWords {
    case counting, untilTime, thisLaptop, roomWords, countedBy, waitingOne, waitingMany, printedHead, isThere, lessonSaved, cancelled, signedUp, wasSignedUp
    case isCancelled, howManyThere, oneLess, oneMore, spaceCounts, signedUpTitle, isHere, signSomebodyUp, signUp, writeLesson, lesson, lessonHint, attendanceSheet, callOff
    case comparing, comparingWhat, duplicatesNone, duplicatesLaterOnly, leftMany, left, veryLikely, possibly, equal, oneSide, differs, putOff, areDifferent, areSame, judgedMeanwhile
    case lookAgain, sideBySide, what, equalOrNot, same, different, later, sameMeans, noRequests, requestsOne, requestsMany, whoSuits
    case agreedOn, proposedOn, proposed, agreed, helped, declined, sayWhat, offerSaved, requestSaved, newOffer, newRequest, openRequests, withdrawRequest, requestWithdrawn
    case nobodySuits, propose, running, bothYes, callsOff, who, howUrgent, inWords, untilDay, timesAWeek

    var phrase: Phrase {
        switch self {
        case .counting: Phrase(nl: "Tellen", en: "Count")
        case .untilTime: Phrase(nl: "tot %1", en: "to %1")
        case .thisLaptop: Phrase(nl: "deze laptop", en: "this laptop")
        case .roomWords: Phrase(nl: "%1 van %2, nog %3 vrij.", en: "%1 of %2, %3 left.")
        case .countedBy: Phrase(nl: "Geteld op %1", en: "Counted on %1")
        case .waitingOne: Phrase(nl: "1 op de wachtlijst.", en: "1 on the waiting list.")
        case .waitingMany: Phrase(nl: "%1 op de wachtlijst.", en: "%1 on the waiting list.")
        case .printedHead: Phrase(
            nl: "%1 · presentielijst %2 · afgedrukt %3 · Vertrouwelijk: na gebruik versnipperen", en: "%1 · attendance %2 · printed %3 · Confidential: shred after use")
        case .isThere: Phrase(nl: "%1 is er.", en: "%1 is here.")
        case .lessonSaved: Phrase(nl: "De les bij %1 is bewaard.", en: "The lesson of %1 is saved.")
        case .cancelled: Phrase(nl: "%1 is afgelast.", en: "%1 is called off.")
        case .signedUp: Phrase(nl: "%1 is aangemeld.", en: "%1 is signed up.")
        case .wasSignedUp: Phrase(nl: "%1 was al aangemeld.", en: "%1 was signed up already.")
        case .isCancelled: Phrase(nl: "Deze bijeenkomst is afgelast.", en: "This gathering is called off.")
        case .howManyThere: Phrase(nl: "Hoeveel mensen zijn er?", en: "How many people are there?")
        case .oneLess: Phrase(nl: "Eén minder", en: "One less")
        case .oneMore: Phrase(nl: "Eén erbij", en: "One more")
        case .spaceCounts: Phrase(nl: "De spatiebalk telt ook één erbij.", en: "The space bar counts one more, too.")
        case .signedUpTitle: Phrase(nl: "Aangemeld", en: "Signed up")
        case .isHere: Phrase(nl: "Is er", en: "Is here")
        case .signSomebodyUp: Phrase(nl: "Iemand aanmelden: naam", en: "Sign somebody up: name")
        case .signUp: Phrase(nl: "Aanmelden", en: "Sign up")
        case .writeLesson: Phrase(nl: "Les opschrijven", en: "Write down a lesson")
        case .lesson: Phrase(nl: "Wat ging goed, wat niet?", en: "What went well, what did not?")
        case .lessonHint: Phrase(nl: "Dit gaat mee naar partnersteden: noem geen namen.", en: "This goes along to partner cities: name no names.")
        case .attendanceSheet: Phrase(nl: "Presentielijst", en: "Attendance sheet")
        case .callOff: Phrase(nl: "Afgelasten", en: "Call off")
        case .comparing: Phrase(nl: "Mensen worden met elkaar vergeleken", en: "People are being compared with one another")
        case .comparingWhat: Phrase(nl: "Bij een lange lijst duurt dat de eerste keer even.", en: "With a long list that takes a while the first time.")
        case .duplicatesNone: Phrase(nl: "Niemand staat er misschien twee keer in.", en: "Nobody may be in the list twice.")
        case .duplicatesLaterOnly: Phrase(nl: "Wat er nog is, kijkt u later na.", en: "What is left, you look at later.")
        case .leftMany: Phrase(nl: "meer dan %1", en: "more than %1")
        case .left: Phrase(nl: "nog %1", en: "%1 left")
        case .veryLikely: Phrase(nl: "Zeer waarschijnlijk dezelfde: %1.", en: "Very likely the same: %1.")
        case .possibly: Phrase(nl: "Misschien dezelfde: %1.", en: "Maybe the same: %1.")
        case .equal: Phrase(nl: "gelijk", en: "equal")
        case .oneSide: Phrase(nl: "alleen aan één kant", en: "on one side only")
        case .differs: Phrase(nl: "verschilt", en: "differs")
        case .putOff: Phrase(nl: "%1 en %2: later.", en: "%1 and %2: later.")
        case .areDifferent: Phrase(nl: "%1 en %2 zijn verschillende mensen.", en: "%1 and %2 are different people.")
        case .judgedMeanwhile: Phrase(
            nl: "%1 en %2: daar was intussen al iets over gezegd. Er is niets veranderd; kijk bij de mensen zelf.",
            en: "%1 and %2: something was said of them meanwhile. Nothing was changed; look at the people themselves.")
        case .areSame: Phrase(nl: "%1 en %2 tellen nu als één.", en: "%1 and %2 count as one now.")
        case .lookAgain: Phrase(nl: "Kijk ze nu na", en: "Look at them now")
        case .sideBySide: Phrase(nl: "Twee mensen naast elkaar", en: "Two people side by side")
        case .what: Phrase(nl: "Wat", en: "What")
        case .equalOrNot: Phrase(nl: "Gelijk", en: "Equal")
        case .same: Phrase(nl: "Dezelfde", en: "Same")
        case .different: Phrase(nl: "Verschillend", en: "Different")
        case .later: Phrase(nl: "Later", en: "Later")
        case .sameMeans: Phrase(
            nl: "ze tellen als één, met alle telefoonnummers en momenten bij elkaar. Er wordt niets verwijderd; u kunt ze later weer losmaken.",
            en: "they count as one, with all phone numbers and moments together. Nothing is deleted; you can unlink them again.")
        case .noRequests: Phrase(nl: "Geen open hulpvragen.", en: "No open requests.")
        case .requestsOne: Phrase(nl: "Eén open hulpvraag.", en: "One open request.")
        case .requestsMany: Phrase(nl: "%1 open hulpvragen.", en: "%1 open requests.")
        case .whoSuits: Phrase(nl: "Wie past bij %1?", en: "Who suits %1?")
        case .agreedOn: Phrase(nl: "afgesproken, %1", en: "agreed, %1")
        case .proposedOn: Phrase(nl: "voorgesteld, %1", en: "proposed, %1")
        case .proposed: Phrase(nl: "%1: voorgesteld.", en: "%1: proposed.")
        case .agreed: Phrase(nl: "%1: afgesproken.", en: "%1: agreed.")
        case .helped: Phrase(nl: "%1: gedaan. Fijn.", en: "%1: done. Good.")
        case .declined: Phrase(nl: "%1: gaat niet door; de hulpvraag is weer open.", en: "%1: off; the request is open again.")
        case .sayWhat: Phrase(nl: "Kies wat voor hulp.", en: "Choose what kind of help.")
        case .offerSaved: Phrase(nl: "Het hulpaanbod van %1 is bewaard.", en: "The offer of %1 is saved.")
        case .requestSaved: Phrase(nl: "De hulpvraag van %1 is bewaard.", en: "The request of %1 is saved.")
        case .newOffer: Phrase(nl: "Nieuw hulpaanbod", en: "New offer")
        case .newRequest: Phrase(nl: "Nieuwe hulpvraag", en: "New request")
        case .withdrawRequest: Phrase(nl: "Niet meer nodig", en: "No longer needed")
        case .requestWithdrawn: Phrase(nl: "%1: de hulpvraag is ingetrokken.", en: "%1: the request is withdrawn.")
        case .openRequests: Phrase(nl: "Open hulpvragen", en: "Open requests")
        case .nobodySuits: Phrase(
            nl: "Niemand die hulp aanbood past hierbij. Vraag rond, en zet het hulpaanbod erbij.",
            en: "Nobody who offered help suits this. Ask around, and add the offer.")
        case .propose: Phrase(nl: "Voorstellen", en: "Propose")
        case .running: Phrase(nl: "Voorgesteld en afgesproken", en: "Proposed and agreed")
        case .bothYes: Phrase(nl: "Allebei ja", en: "Both yes")
        case .callsOff: Phrase(nl: "Gaat niet door", en: "Off")
        case .who: Phrase(nl: "Wie", en: "Who")
        case .howUrgent: Phrase(nl: "Hoe dringend", en: "How urgent")
        case .inWords: Phrase(nl: "In woorden", en: "In words")
        case .untilDay: Phrase(nl: "Tot en met (dag)", en: "Up to and including (day)")
        case .timesAWeek: Phrase(nl: "Keer per week", en: "Times a week")
        }
    }
}
