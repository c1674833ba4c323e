import Words

/// What is said of what went wrong to somebody who types no commands. What the command line says of the same names commands and files.
enum FaultPageSentence: String, PageWords {
    case nobodyListens, noWay, stoppedAnswering, brokeOff, cannotListenNow, notLetIn, otherAnswers, codeRefused, accessGone, noCoordinatorLeft, noCoordinatorNorPaper, lastCoordinator
    case saidBoth, ofOtherLaptop, ofOtherList, isThereAlready, noLongerSo, changedByProgram, newerList, nobodyNear

    var phrase: Phrase {
        switch self {
        case .nobodyListens: Phrase(
            nl: "Daar luistert niemand. Kijk of Kith op de andere laptop open is, en of het adres klopt.",
            en: "Nobody listens there. See that Kith is open on the other laptop, and that the address is right.")
        case .noWay: Phrase(
            nl: "Dat adres is van hier niet te bereiken. Kijk of beide laptops op hetzelfde netwerk zitten.",
            en: "That address cannot be reached from here. See that both laptops are on the same network.")
        case .stoppedAnswering: Phrase(
            nl: "De andere kant antwoordt niet meer. Wat ontvangen is, blijft. Begin opnieuw.",
            en: "The other side stopped answering. What was received is kept. Begin anew.")
        case .brokeOff: Phrase(nl: "De verbinding brak af. Wat ontvangen is, blijft. Begin opnieuw.", en: "The connection broke off. What was received is kept. Begin anew.")
        case .cannotListenNow: Phrase(
            nl: "Deze laptop kan nu niet gevonden worden: een ander programma is in de weg. Sluit Kith af en open het opnieuw.",
            en: "This laptop cannot be found now: another program is in the way. Stop Kith and open it again.")
        case .notLetIn: Phrase(
            nl: "De andere kant laat deze laptop niet toe: hij is daar nog niet bekend, of zijn toegang is ingetrokken. Vraag het een coördinator.",
            en: "The other side does not admit this laptop: it is not known there yet, or its access was withdrawn. Ask a coordinator.")
        case .otherAnswers: Phrase(
            nl: "Daar antwoordt een andere laptop dan verwacht. Kijk het adres na.", en: "Another laptop answers there than expected. Check the address.")
        case .codeRefused: Phrase(
            nl: "De code werkt daar niet: hij is gebruikt, ingetrokken, of van een andere laptop. Vraag om een nieuwe.",
            en: "The code does not work there: it was used, withdrawn, or is of another laptop. Ask for a new one.")
        case .accessGone: Phrase(
            nl: "De toegang van deze laptop is ingetrokken. Wat erop staat, blijft; vraag een coördinator om verder te kunnen.",
            en: "This laptop's access was withdrawn. What is on it stays; ask a coordinator how to go on.")
        case .noCoordinatorLeft: Phrase(
            nl: "Dat kan alleen een coördinator, en er is er geen meer. Pak het herstelpapier erbij en vraag hulp.",
            en: "Only a coordinator can do that, and there is none left. Take the recovery paper and ask for help.")
        case .noCoordinatorNorPaper: Phrase(
            nl: "Dat kan alleen een coördinator, en er is er geen meer, en ook geen herstelpapier. Vraag hulp; verwijder niets.",
            en: "Only a coordinator can do that, and there is none left, nor a recovery paper. Ask for help; delete nothing.")
        case .lastCoordinator: Phrase(
            nl: "Dit is de laatste coördinator. Daarna kan niemand nog iemand toelaten of wissen. Nodig eerst een andere laptop uit als coördinator.",
            en: "This is the last coordinator. After it nobody could admit or erase anybody. First invite another laptop as a coordinator.")
        case .saidBoth: Phrase(
            nl: "Over deze persoon is zowel “dezelfde” als “verschillend” gezegd. Er is niets gedaan; kijk dat eerst na.",
            en: "Of this person both “same” and “different” was said. Nothing was done; look at that first.")
        case .ofOtherLaptop: Phrase(
            nl: "Deze lijst is van een andere laptop, of de sleutels van deze laptop zijn weg. Vraag hulp; verwijder niets.",
            en: "This list is another laptop's, or this laptop's keys are gone. Ask for help; delete nothing.")
        case .ofOtherList: Phrase(nl: "Dit is van een andere lijst. Er is niets veranderd.", en: "This is of another list. Nothing was changed.")
        case .isThereAlready: Phrase(nl: "Dit staat er al. Er is niets bijgezet.", en: "This is there already. Nothing was added.")
        case .noLongerSo: Phrase(
            nl: "Dit kan niet meer: intussen is het veranderd. Er is niets geschreven; kijk hoe het nu staat.",
            en: "This can no longer be done: it changed meanwhile. Nothing was written; look how it stands now.")
        case .changedByProgram: Phrase(
            nl: "Een ander programma veranderde hier de opzet van de lijst. Tot dat hersteld is gaat er niets in of uit. Vraag hulp; verwijder niets.",
            en: "Another program changed how the list is laid out here. Until that is mended nothing goes in or out. Ask for help; delete nothing.")
        case .newerList: Phrase(
            nl: "Deze lijst is van een nieuwere Kith. Vernieuw Kith op deze laptop; er is niets veranderd.",
            en: "This list is of a newer Kith. Update Kith on this laptop; nothing was changed.")
        case .nobodyNear: Phrase(
            nl: "Er is nu niemand om mee uit te wisselen. Zet Kith aan op de andere laptop, op hetzelfde netwerk, of neem een stick.",
            en: "There is nobody to exchange with now. Open Kith on the other laptop, on the same network, or use a stick.")
        }
    }
}

/// What the page says of an error.
enum PageFault {
    /// By the error's code, which is the same for whoever met it.
    private static let sentences: [String: FaultPageSentence] = [
        "connection-refused": .nobodyListens, "cannot-resolve": .noWay, "unreachable": .noWay, "timed-out": .stoppedAnswering, "closed": .brokeOff,
        "address-in-use": .cannotListenNow, "cannot-listen": .cannotListenNow, "not-admitted": .notLetIn, "wrong-device": .otherAnswers, "wrong-inviter": .otherAnswers,
        "refused-code": .codeRefused, "removed": .accessGone, "no-coordinator": .noCoordinatorLeft, "no-coordinator-nor-key": .noCoordinatorNorPaper, "last-coordinator": .lastCoordinator,
        "contradictory-person": .saidBoth, "other-device": .ofOtherLaptop, "other-space": .ofOtherList, "exists": .isThereAlready, "wrong-state": .noLongerSo,
        "table-changed": .changedByProgram, "newer-replica": .newerList, "no-network": .nobodyNear, "nobody-found": .nobodyNear, "only-strangers": .nobodyNear, "nobody-to-meet": .nobodyNear,
    ]

    static func words(_ error: any Error, about work: String, over medium: Explanation.Medium = .file, _ language: Language) -> String {
        let explanation = Explanation(error, about: work, over: medium, in: language)
        return sentences[explanation.code].map { language.text($0.phrase) } ?? explanation.message
    }
}
