import Words

/// What the page says on exchanging: sticks, laptops near, relays, and what came of it.
enum ExchangePageSentence: String, PageWords {
    case exchangeLeadAll, exchangeLeadSome, exchangeLeadNone, exchangeAll, mayGoOn, whatIsThere, stickFound, forYouFrom, nothingForYou, emptyStick, onlyTheStick
    case stickLooking, stickOwn, stickOther, stickClosed, stickPublished, stickDamaged, noStick, noStickWhat, laptopNear, laptopNearWhat, onlyThisLaptop
    case noLaptop, noLaptopWhat, searchesNow, letFind, findable, stopFinding, relayLast, relayNever, relayLacks, onlyThisRelay, stayConnected, staysConnected, leaveRelay
    case noRelay, noRelayWhat, fileOpened, readThisFile, onlyHereTitle, onlyHereWhat, onlyHereNone, changeOne, changeMany, releaseAfter
    case writeBack, writtenAndReadBack, stickNamed, onStick, fromStick, fileOnStick, fromFile, onNetwork, overRelay, wasHereAlready, readOne, readMany, waitsForEarlier, someSetAside
    case metCounts, othersGoOn, fileDamaged, fileOtherList, fileClosed, fileNewer, fileNone, stickFull, stickGone, stickFails
    case busyTitle, busyNow, secondsLeft, stopExchange, stopMeans, isStopping, whatHappens, mayClose, refreshPage, stateWaits, stateBusy, stateDone, stateFailed, stateSkipped
    case doneTitle, doneLead, doneStopped, nothingLost, mayTakeOut, mayTakeOutName, notUnmounted, readBack, whatChanged, sentWords, receivedWords, toChooseWords, notReadWords
    case wholeList, newRecords, changedRecords, binnedRecords, andMore, fromWhom, chooseNow, seenReport, whoHasWhat, nowSame, lacksChanges, lacksOnStick, neverHeardOf, nothingSent
    case nothingReceived, stickBusy, massTitle, massLead, massSend, massUndo, massUndone, wasDeleted, unknownWriter, arrivedTitle, olderOnes

    var phrase: Phrase {
        switch self {
        case .exchangeLeadAll: Phrase(nl: "Eén knop doet alles wat er nu is; hapert er één weg, dan gaan de andere door.", en: "One button does all that is here now; when one way falters, the others go on.")
        case .exchangeLeadSome: Phrase(nl: "Wat er nu is, kunt u uitwisselen. De rest komt vanzelf in beeld.", en: "What is here now can be exchanged. The rest shows up by itself.")
        case .exchangeLeadNone: Phrase(
            nl: "Er is nu niets dichtbij. Dat geeft niet: u kunt gewoon doorwerken. Deze bladzijde ziet het vanzelf als er iets bij komt.",
            en: "Nothing is near now. That is fine: just go on working. This page sees by itself when something comes.")
        case .exchangeAll: Phrase(nl: "Alles uitwisselen", en: "Exchange all")
        case .mayGoOn: Phrase(nl: "U kunt intussen doorwerken.", en: "You can go on working meanwhile.")
        case .whatIsThere: Phrase(nl: "Wat er nu is", en: "What is here now")
        case .stickFound: Phrase(nl: "Stick gevonden: %1", en: "Stick found: %1")
        case .forYouFrom: Phrase(nl: "Voor u, van:", en: "For you, from:")
        case .nothingForYou: Phrase(nl: "Er staat niets voor u op.", en: "There is nothing for you on it.")
        case .emptyStick: Phrase(nl: "Er staat niets op van Kith. Kith schrijft erop wat u kunt meenemen.", en: "Nothing of Kith is on it. Kith writes on it what you can take along.")
        case .onlyTheStick: Phrase(nl: "Alleen deze stick", en: "Only this stick")
        case .stickLooking: Phrase(nl: "%1 wordt bekeken", en: "%1 is being looked at")
        case .stickOwn: Phrase(nl: "van deze laptop, %1", en: "from this laptop, %1")
        case .stickOther: Phrase(nl: "%1: van een andere lijst, %2", en: "%1: of another list, %2")
        case .stickClosed: Phrase(nl: "%1: niet voor deze laptop", en: "%1: not for this laptop")
        case .stickPublished: Phrase(nl: "%1: openbaar; neem het over bij Initiatieven", en: "%1: public; take it over under Initiatives")
        case .stickDamaged: Phrase(nl: "%1: %2", en: "%1: %2")
        case .noStick: Phrase(nl: "Geen stick", en: "No stick")
        case .noStickWhat: Phrase(
            nl: "Steek er een in de laptop. Een lege is ook goed: dan schrijft Kith erop wat u kunt meenemen.",
            en: "Put one in the laptop. An empty one is fine too: Kith writes on it what you can take along.")
        case .laptopNear: Phrase(nl: "Laptop dichtbij", en: "Laptop near")
        case .laptopNearWhat: Phrase(nl: "Een laptop van deze lijst, op hetzelfde netwerk: %1.", en: "A laptop of this list, on the same network: %1.")
        case .onlyThisLaptop: Phrase(nl: "Alleen deze laptop", en: "Only this laptop")
        case .noLaptop: Phrase(nl: "Geen laptop dichtbij", en: "No laptop near")
        case .noLaptopWhat: Phrase(nl: "Zet op de andere laptop ook Kith aan, op hetzelfde netwerk, en kies daar: Laat anderen mij vinden.", en: "Open Kith on the other laptop too, on the same network, and choose there: Let others find me.")
        case .searchesNow: Phrase(nl: "Kith zoekt nu.", en: "Kith is looking now.")
        case .letFind: Phrase(nl: "Laat anderen mij vinden", en: "Let others find me")
        case .findable: Phrase(nl: "Anderen op dit netwerk vinden u.", en: "Others on this network find you.")
        case .stopFinding: Phrase(nl: "Niet meer laten vinden", en: "No longer be found")
        case .relayLast: Phrase(nl: "Voor het laatst %1.", en: "Last %1.")
        case .relayNever: Phrase(nl: "Nog nooit bereikt.", en: "Never reached yet.")
        case .relayLacks: Phrase(nl: "Mist nog %1 van hier.", en: "Lacks %1 from here.")
        case .onlyThisRelay: Phrase(nl: "Alleen deze doorgeefserver", en: "Only this relay")
        case .stayConnected: Phrase(nl: "Blijf verbonden", en: "Stay connected")
        case .staysConnected: Phrase(nl: "Blijft verbonden zolang Kith open is.", en: "Stays connected for as long as Kith is open.")
        case .leaveRelay: Phrase(nl: "Niet meer verbonden blijven", en: "No longer stay connected")
        case .noRelay: Phrase(nl: "Geen doorgeefserver", en: "No relay")
        case .noRelayWhat: Phrase(nl: "Deze lijst heeft er geen. Het kan ook zonder: met sticks en op hetzelfde netwerk.", en: "This list has none. It works without: by sticks and on the same network.")
        case .fileOpened: Phrase(nl: "Bestand: %1", en: "File: %1")
        case .readThisFile: Phrase(nl: "Dit bestand inlezen", en: "Read this file in")
        case .onlyHereTitle: Phrase(nl: "Alleen op deze laptop", en: "Only on this laptop")
        case .onlyHereWhat: Phrase(
            nl: "Van deze wijzigingen is niet bekend dat een ander ze heeft. Raakt deze laptop zoek, dan zijn ze misschien weg.",
            en: "Of these changes nobody else is known to have them. If this laptop gets lost, they may be gone.")
        case .onlyHereNone: Phrase(nl: "Niets: alles van hier is ook bij een ander bekend.", en: "Nothing: all from here is known to somebody else too.")
        case .changeOne: Phrase(nl: "1 wijziging", en: "1 change")
        case .changeMany: Phrase(nl: "%1 wijzigingen", en: "%1 changes")
        case .releaseAfter: Phrase(nl: "Maak de stick daarna los", en: "Release the stick afterwards")

        case .writeBack: Phrase(nl: "Terugschrijven", en: "Writing back")
        case .writtenAndReadBack: Phrase(nl: "%1 wijzigingen geschreven en teruggelezen", en: "%1 changes written and read back")
        case .stickNamed: Phrase(nl: "de stick %1", en: "the stick %1")
        case .onStick: Phrase(nl: "op de stick", en: "on the stick")
        case .fromStick: Phrase(nl: "van de stick", en: "from the stick")
        case .fileOnStick: Phrase(nl: "%1, op de stick %2", en: "%1, on the stick %2")
        case .fromFile: Phrase(nl: "uit een bestand", en: "from a file")
        case .onNetwork: Phrase(nl: "op het netwerk", en: "on the network")
        case .overRelay: Phrase(nl: "doorgeefserver", en: "relay")
        case .wasHereAlready: Phrase(nl: "alles stond hier al", en: "all was here already")
        case .readOne: Phrase(nl: "1 wijziging gelezen", en: "1 change read")
        case .readMany: Phrase(nl: "%1 wijzigingen gelezen", en: "%1 changes read")
        case .waitsForEarlier: Phrase(nl: "Gelezen, en wacht op een eerdere stick. Daarna komt het vanzelf in de lijst.", en: "Read, and waits for an earlier stick. Then it comes into the list by itself.")
        case .someSetAside: Phrase(nl: "Een deel is apart gezet; een coördinator beslist daarover bij Laptops.", en: "Some of it is held back; a coordinator decides on it under Laptops.")
        case .metCounts: Phrase(nl: "%1: %2 verstuurd, %3 ontvangen", en: "%1: %2 sent, %3 received")
        case .othersGoOn: Phrase(nl: "%1 De andere wegen gaan door.", en: "%1 The other ways go on.")
        case .fileDamaged: Phrase(
            nl: "Beschadigd, en daarom overgeslagen. Vraag wie de stick gaf om het nog eens op de stick te zetten.",
            en: "Damaged, and therefore passed over. Ask who gave you the stick to put it on the stick again.")
        case .fileOtherList: Phrase(nl: "Van een andere lijst, en daarom overgeslagen. Er hoeft niets te gebeuren.", en: "Of another list, and therefore passed over. Nothing needs to be done.")
        case .fileClosed: Phrase(
            nl: "Deze laptop kan het niet openen: het is voor een ander, of gemaakt voordat deze laptop erbij kwam. Vraag om een nieuwe.",
            en: "This laptop cannot open it: it is for somebody else, or was made before this laptop joined. Ask for a new one.")
        case .fileNewer: Phrase(nl: "Gemaakt met een nieuwere Kith. Vernieuw Kith op deze laptop en lees het dan in.", en: "Made by a newer Kith. Update Kith on this laptop, then read it in.")
        case .fileNone: Phrase(nl: "Dit is geen bestand van Kith. Het is niet aangeraakt.", en: "This is no file of Kith. It was not touched.")
        case .stickFull: Phrase(
            nl: "Er past niets meer op de stick. Haal er iets af, of neem een andere.",
            en: "Nothing more fits on the stick. Take something off it, or use another one.")
        case .stickGone: Phrase(nl: "De stick is eruit, of reageert niet. Steek hem er weer in en begin opnieuw; er is niets verloren.", en: "The stick is out, or does not answer. Put it in again and begin anew; nothing is lost.")
        case .stickFails: Phrase(nl: "Wat teruggelezen werd is niet wat geschreven is: deze stick is niet te vertrouwen. Neem een andere.", en: "What was read back is not what was written: this stick is not to be trusted. Use another one.")

        case .busyTitle: Phrase(nl: "Bezig met uitwisselen", en: "Exchanging")
        case .busyNow: Phrase(nl: "Bezig: %1", en: "Busy: %1")
        case .secondsLeft: Phrase(nl: "Nog ongeveer %1 seconden", en: "About %1 seconds left")
        case .stopExchange: Phrase(nl: "Stoppen", en: "Stop")
        case .stopMeans: Phrase(
            nl: "Stopt u, dan wordt afgemaakt wat nu gelezen wordt, en verder niets. Er gaat niets verloren; een volgende keer gaat het verder.",
            en: "When you stop, what is being read now is finished, and nothing more is begun. Nothing is lost; another time it goes on.")
        case .isStopping: Phrase(nl: "Stopt zodra dit klaar is.", en: "Stops as soon as this is done.")
        case .whatHappens: Phrase(nl: "Wat er gebeurt", en: "What happens")
        case .mayClose: Phrase(nl: "Deze bladzijde mag dicht. Het gaat door, en het verslag wacht op u.", en: "This page may be closed. It goes on, and the report waits for you.")
        case .refreshPage: Phrase(nl: "Ververs", en: "Refresh")
        case .stateWaits: Phrase(nl: "Wacht", en: "Waits")
        case .stateBusy: Phrase(nl: "Bezig", en: "Busy")
        case .stateDone: Phrase(nl: "Klaar", en: "Done")
        case .stateFailed: Phrase(nl: "Niet gelukt", en: "Did not work")
        case .stateSkipped: Phrase(nl: "Niet begonnen", en: "Not begun")

        case .doneTitle: Phrase(nl: "Uitgewisseld", en: "Exchanged")
        case .doneLead: Phrase(nl: "Verstuurd %1, ontvangen %2, te kiezen %3.", en: "Sent %1, received %2, to choose %3.")
        case .doneStopped: Phrase(nl: "U stopte het. Wat niet begonnen is, gaat een volgende keer mee.", en: "You stopped it. What was not begun goes along another time.")
        case .nothingLost: Phrase(nl: "Er is niets verloren.", en: "Nothing is lost.")
        case .mayTakeOut: Phrase(nl: "Klaar. U mag de stick eruit halen.", en: "Done. You may take the stick out.")
        case .mayTakeOutName: Phrase(nl: "%1: klaar. U mag deze stick eruit halen.", en: "%1: done. You may take this stick out.")
        case .notUnmounted: Phrase(
            nl: "%1: alles staat erop, maar het systeem houdt de stick nog vast. Kies in het bestandsbeheer “veilig verwijderen”, en haal hem er dan uit.",
            en: "%1: all is on it, but the system still holds the stick. Choose “safely remove” in the file manager, then take it out.")
        case .readBack: Phrase(nl: "Wat Kith erop zette is teruggelezen en klopt.", en: "What Kith put on it was read back and is right.")
        case .whatChanged: Phrase(nl: "Wat er veranderde", en: "What changed")
        case .sentWords: Phrase(nl: "verstuurd", en: "sent")
        case .receivedWords: Phrase(nl: "ontvangen", en: "received")
        case .toChooseWords: Phrase(nl: "om te kiezen", en: "to choose")
        case .notReadWords: Phrase(nl: "niet gelukt", en: "did not work")
        case .wholeList: Phrase(nl: "de hele lijst", en: "all of the list")
        case .newRecords: Phrase(nl: "Erbij", en: "New")
        case .changedRecords: Phrase(nl: "Gewijzigd", en: "Changed")
        case .binnedRecords: Phrase(nl: "Naar de prullenbak", en: "To the trash")
        case .arrivedTitle: Phrase(nl: "Wat er kwam", en: "What came")
        case .olderOnes: Phrase(nl: "Verder terug", en: "Further back")
        case .andMore: Phrase(nl: "en nog %1", en: "and %1 more")
        case .fromWhom: Phrase(nl: "Van %1: %2", en: "From %1: %2")
        case .chooseNow: Phrase(nl: "Nu kiezen", en: "Choose now")
        case .seenReport: Phrase(nl: "Gezien", en: "Seen")
        case .whoHasWhat: Phrase(nl: "Wie heeft nu wat", en: "Who has what now")
        case .nowSame: Phrase(nl: "%1 had bij het laatste bericht alles van hier.", en: "%1 had all from here at the last word.")
        case .lacksChanges: Phrase(nl: "%1 mist, zover bekend, nog %2.", en: "%1 lacks, as far as is known, %2.")
        case .lacksOnStick: Phrase(nl: "Ze staan klaar op de stick.", en: "They are ready on the stick.")
        case .neverHeardOf: Phrase(nl: "Van %1 is nog nooit iets gehoord.", en: "Nothing was ever heard of %1.")
        case .nothingSent: Phrase(nl: "Er is niets verstuurd.", en: "Nothing was sent.")
        case .nothingReceived: Phrase(nl: "Er kwam niets nieuws.", en: "Nothing new came.")
        case .stickBusy: Phrase(nl: "Er is al een uitwisseling bezig.", en: "An exchange is under way already.")
        case .massTitle: Phrase(nl: "Eerst dit: in één keer veranderd", en: "First this: changed in one go")
        case .massLead: Phrase(
            nl: "Een ander programma veranderde veel tegelijk. Mag dat naar de anderen, of was het een vergissing? Er is nog niets uitgewisseld.",
            en: "Another program changed much at once. May that go to the others, or was it a mistake? Nothing has been exchanged yet.")
        case .massSend: Phrase(nl: "Versturen", en: "Send it")
        case .massUndo: Phrase(nl: "Ongedaan maken", en: "Undo it")
        case .massUndone: Phrase(nl: "Ongedaan gemaakt: %1.", en: "Undone: %1.")
        case .wasDeleted: Phrase(nl: "verwijderd", en: "deleted")
        case .unknownWriter: Phrase(nl: "een onbekende laptop", en: "an unknown laptop")
        }
    }
}
