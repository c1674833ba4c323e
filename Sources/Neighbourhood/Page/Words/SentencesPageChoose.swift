import Words

/// What the page says where something waits for a choice.
enum ChoosePageSentence: String, PageWords {
    case chooseOf, chooseLast, chooseLead, chooseLeadText, chooseNone, chooseLaterOnly, lookAtLater, bothSaw, thisSaw, notSeenHere, ownName, ownUser
    case somethingElse, otherValue, choose, chooseLater, afterThis, allNewest, allNewestHint, brokenTitle, letBe, noticesTitle, noticesHint, seenNotice
    case chosen, choseNothing, chooseStale, chooseStaleLead, comesLater, letBeDone, fixDone, fixStale, noticeGone, pickOne
    case newestTitle, newestLead, newestDo, newestDone, newestNone, newestStale, becomes, insteadOf, whoseRecord, keepsKey
    case chooseLeadPassage, keepBoth, passageChosen, tookWords, noticeMet
    case fixWaiting, fixRoom, fixDecline, fixDelete, fixBack, fixSet, fixOpen, noticeEdit, noticeRank, noticeParkedHere, noticeLarge

    var phrase: Phrase {
        switch self {
        case .chooseOf: Phrase(nl: "1 van %1", en: "1 of %1")
        case .chooseLast: Phrase(nl: "de laatste", en: "the last")
        case .chooseLead: Phrase(
            nl: "Twee mensen veranderden hetzelfde, zonder het van elkaar te weten. Elke waarde is bewaard. Welke klopt?",
            en: "Two people changed the same without knowing of each other. Every value is kept. Which is right?")
        case .chooseLeadText: Phrase(
            nl: "Twee mensen schreven dezelfde tekst opnieuw, zonder het van elkaar te weten. Elke tekst is bewaard. Welke blijft?",
            en: "Two people wrote the same text anew without knowing of each other. Every text is kept. Which one stays?")
        case .chooseLeadPassage: Phrase(
            nl: "Twee mensen schreven op dezelfde plek, zonder het van elkaar te weten. Alles staat er, naast elkaar. Wat blijft?",
            en: "Two people wrote in the same place without knowing of each other. All of it stands there, side by side. What stays?")
        case .keepBoth: Phrase(nl: "Laten zoals het er staat", en: "Leave it as it stands")
        case .passageChosen: Phrase(nl: "%1: gekozen.", en: "%1: chosen.")
        case .tookWords: Phrase(nl: "(haalde woorden weg)", en: "(took words away)")
        case .noticeMet: Phrase(
            nl: "%1, %2: meer mensen schreven er tegelijk in, op verschillende plekken; alles staat er. %3.",
            en: "%1, %2: several people wrote in it at the same time, in different places; all of it stands. %3.")
        case .chooseNone: Phrase(nl: "Er is niets te kiezen.", en: "There is nothing to choose.")
        case .chooseLaterOnly: Phrase(nl: "Wat er nog is, kiest u later.", en: "What is left you choose later.")
        case .lookAtLater: Phrase(nl: "Toch nu bekijken", en: "Look at it now after all")
        case .bothSaw: Phrase(nl: "Eerst stond er:", en: "Before, it said:")
        case .thisSaw: Phrase(nl: "Zag eerst: %1", en: "Saw first: %1")
        case .notSeenHere: Phrase(nl: "Zag de andere waarde niet; wat daar eerst stond is hier niet bekend.", en: "Did not see the other value; what stood there first is not known here.")
        case .ownName: Phrase(nl: "Deze laptop", en: "This laptop")
        case .ownUser: Phrase(nl: "u, of wie hem gebruikte", en: "you, or whoever used it")
        case .somethingElse: Phrase(nl: "Iets anders", en: "Something else")
        case .otherValue: Phrase(nl: "Andere waarde", en: "Another value")
        case .choose: Phrase(nl: "Kiezen", en: "Choose")
        case .chooseLater: Phrase(nl: "Later", en: "Later")
        case .afterThis: Phrase(nl: "Hierna", en: "After this")
        case .allNewest: Phrase(nl: "Alles: neem het nieuwste …", en: "All: take the newest …")
        case .allNewestHint: Phrase(nl: "Laat eerst zien wat dat betekent.", en: "Shows first what that means.")
        case .brokenTitle: Phrase(nl: "Om na te kijken", en: "To check")
        case .letBe: Phrase(nl: "Laat zo", en: "Leave it")
        case .noticesTitle: Phrase(nl: "Berichten", en: "Notices")
        case .noticesHint: Phrase(nl: "Dit is al vanzelf gekozen. U hoeft niets te doen.", en: "This was chosen by itself already. Nothing needs to be done.")
        case .seenNotice: Phrase(nl: "Gezien", en: "Seen")
        case .chosen: Phrase(nl: "Gekozen: %1, %2 is nu %3.", en: "Chosen: %1, %2 is now %3.")
        case .choseNothing: Phrase(nl: "Hier was niets meer te kiezen.", en: "There was nothing left to choose here.")
        case .chooseStale: Phrase(nl: "Nog niet gekozen: er is intussen iets veranderd", en: "Not chosen yet: something changed meanwhile")
        case .chooseStaleLead: Phrase(nl: "Hieronder staat het zoals het nu is. Er is niets geschreven.", en: "Below it stands as it is now. Nothing was written.")
        case .comesLater: Phrase(nl: "%1 komt later weer.", en: "%1 comes back later.")
        case .letBeDone: Phrase(nl: "Gelaten zoals het is: %1.", en: "Left as it is: %1.")
        case .fixDone: Phrase(nl: "Rechtgezet: %1.", en: "Put right: %1.")
        case .fixStale: Phrase(nl: "Dit was al rechtgezet, of intussen anders. Er is niets geschreven.", en: "This was put right already, or is other by now. Nothing was written.")
        case .noticeGone: Phrase(nl: "Gezien: %1.", en: "Seen: %1.")
        case .pickOne: Phrase(nl: "Kies een van de waarden.", en: "Choose one of the values.")
        case .newestTitle: Phrase(nl: "Alles: neem het nieuwste", en: "All: take the newest")
        case .newestLead: Phrase(nl: "Dit wordt het, voor iedereen. Het is één stap. Ongedaan maken zet terug wat er nu te zien is; dan wordt niet opnieuw gevraagd.", en: "This is what it becomes, for everybody. It is one step. Undoing it puts back what is shown now; then nothing is asked again.")
        case .newestDo: Phrase(nl: "Neem overal het nieuwste", en: "Take the newest everywhere")
        case .newestDone: Phrase(nl: "Overal het nieuwste genomen: %1.", en: "The newest was taken everywhere: %1.")
        case .newestNone: Phrase(nl: "Er is niets te kiezen.", en: "There is nothing to choose.")
        case .newestStale: Phrase(nl: "Er is intussen iets veranderd. Kijk de lijst nog eens na; er is niets geschreven.", en: "Something changed meanwhile. Look through the list again; nothing was written.")
        case .becomes: Phrase(nl: "Wordt", en: "Becomes")
        case .insteadOf: Phrase(nl: "In plaats van", en: "Instead of")
        case .whoseRecord: Phrase(nl: "Van wie of wat", en: "Of whom or what")
        case .keepsKey: Phrase(nl: "Gegeven", en: "Field")
        case .fixWaiting: Phrase(nl: "%1 naar de wachtlijst", en: "%1 to the waiting list")
        case .fixRoom: Phrase(nl: "Maak er %1 plaatsen van", en: "Make it %1 places")
        case .fixDecline: Phrase(nl: "Zeg af: %1", en: "Decline: %1")
        case .fixDelete: Phrase(nl: "Naar de prullenbak: %1", en: "To the trash: %1")
        case .fixBack: Phrase(nl: "Haal terug: %1", en: "Put back: %1")
        case .fixSet: Phrase(nl: "%1 wordt %2", en: "%1 becomes %2")
        case .fixOpen: Phrase(nl: "Ga erheen: %1", en: "Go there: %1")
        case .noticeEdit: Phrase(nl: "%1: iemand verwijderde het terwijl een ander het bewerkte. Het blijft staan.", en: "%1: somebody deleted it while somebody else edited it. It stays.")
        case .noticeRank: Phrase(
            nl: "%1, %2: er was tegelijk iets anders gekozen; het veiligste geldt: %3.",
            en: "%1, %2: something else was chosen at the same time; the safest counts: %3.")
        case .noticeParkedHere: Phrase(
            nl: "%1: past niet in de lijst op deze laptop, want iemand paste haar aan. Niets is verloren; het komt er vanzelf in zodra het past.",
            en: "%1: does not fit the list on this laptop, as somebody altered it. Nothing is lost; it comes in by itself once it fits.")
        case .noticeLarge: Phrase(nl: "%1, %2: te groot om mee te nemen. Het blijft op deze laptop tot het korter is.", en: "%1, %2: too large to take along. It stays on this laptop until it is shorter.")
        }
    }
}
