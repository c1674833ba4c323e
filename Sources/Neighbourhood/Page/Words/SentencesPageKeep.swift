import Words

/// What the page says on roles, codes as pictures, the passphrase, relays, what is too old, and putting a backup back.
enum KeepPageSentence: String, PageWords {
    case otherKind, otherRole, rolesMean, guideOnly, changeRole, roleChangedMeanwhile, coordinatorSeesAll, roleIsNow, codeAsQR, codeAsQRHint
    case phraseTitle, phraseLead, phraseSetTitle, phraseChangeTitle, phraseOld, phraseNew, phraseAgain, phraseAgainHint, phraseSet, phraseRemoveTitle, phraseRemove, phraseWrong, phraseUnfit
    case relaysTitle, relaysLead, relaysNone, relayAddress, relayAddressHint, addRelay, relayAdded, relayRemoved, removeRelay, relayOff, badRelay, notARelay
    case termsTitle, termsLead, termsNothing, termsHeader, termsSince, termsToTrash, termsTrashed, termsNoneTicked, termsChanged, termsErase, termsAsk, termsLine, termsLook, termsShown, termsLooking, risksOne, risksMany, pastOne, pastMany, erasedTitle, erasedHint, erasedBy, erasedConfirmed, erasedAwaited, erasedAll, erasedRelays
    case restoreTitle, restoreLead, restoreWhich, restoreHint, restoreSure, restoreNotSure, restoreNow, restoreDone, restoreAside, restoreBusy, restoreNoFile, restoreFile
    case wordsTitle, wordsHint, wordsField, useWords, wordsDone, wordsUnknown, wordsAsQR, lastCopy, lastCopyNone

    var phrase: Phrase {
        switch self {
        case .otherKind: Phrase(
            nl: "%1 is niet toegelaten: een doorgeefserver wordt geen laptop, en een laptop geen doorgeefserver. Kies wat in de aanvraag staat.",
            en: "%1 was not admitted: a relay does not become a laptop, nor a laptop a relay. Choose what the request says.")
        case .otherRole: Phrase(nl: "Andere rol", en: "Another role")
        case .rolesMean: Phrase(
            nl: "Een coördinator laat laptops toe, trekt toegang in en wist. Een lid leest en schrijft. Een meelezer leest alleen.",
            en: "A coordinator admits laptops, withdraws access and erases. A member reads and writes. A reader only reads.")
        case .guideOnly: Phrase(nl: "Alleen de buurtgids: niets over mensen", en: "Only the guide: nothing about people")
        case .changeRole: Phrase(nl: "Rol bewaren", en: "Save the role")
        case .roleChangedMeanwhile: Phrase(
            nl: "Intussen veranderde iemand dit: %1 is nu %2. Er is niets bewaard; kies opnieuw.",
            en: "Somebody changed this meanwhile: %1 is %2 now. Nothing was saved; choose again.")
        case .coordinatorSeesAll: Phrase(nl: "Een coördinator moet alles kunnen lezen. Haal het vinkje weg, of kies een andere rol.", en: "A coordinator must be able to read all. Take the tick away, or choose another role.")
        case .roleIsNow: Phrase(nl: "%1 is nu: %2.", en: "%1 is now: %2.")
        case .codeAsQR: Phrase(nl: "De code met het adres, voor een camera", en: "The code with the address, for a camera")
        case .codeAsQRHint: Phrase(
            nl: "Wie haar met een telefoon leest, plakt wat er staat in de eerste groep.",
            en: "Who reads it with a phone pastes what it says into the first group.")

        case .phraseTitle: Phrase(nl: "Wachtzin", en: "Passphrase")
        case .phraseLead: Phrase(
            nl: "Met een wachtzin vraagt Kith bij het openen eerst wie u bent, en gaat het vanzelf op slot. De lijst zelf is er niet mee versleuteld: gebruik daarvoor schijfversleuteling.",
            en: "With a passphrase Kith asks first when it is opened, and locks by itself. The list itself is not encrypted by it: use disk encryption for that.")
        case .phraseSetTitle: Phrase(nl: "Een wachtzin zetten", en: "Set a passphrase")
        case .phraseChangeTitle: Phrase(nl: "De wachtzin veranderen", en: "Change the passphrase")
        case .phraseOld: Phrase(nl: "De wachtzin van nu", en: "The passphrase as it is")
        case .phraseNew: Phrase(nl: "Nieuwe wachtzin", en: "New passphrase")
        case .phraseAgain: Phrase(nl: "Nog eens", en: "Again")
        case .phraseAgainHint: Phrase(
            nl: "Wie haar vergeet, moet opnieuw toegelaten worden. Niemand kan haar terugvinden.",
            en: "Whoever forgets it must be admitted anew. Nobody can find it again.")
        case .phraseSet: Phrase(nl: "Wachtzin bewaren", en: "Save the passphrase")
        case .phraseRemoveTitle: Phrase(nl: "De wachtzin weghalen", en: "Take the passphrase away")
        case .phraseRemove: Phrase(nl: "Wachtzin weghalen", en: "Take it away")
        case .phraseWrong: Phrase(nl: "Dit is niet de wachtzin van nu. Er is niets veranderd.", en: "This is not the passphrase as it is. Nothing was changed.")
        case .phraseUnfit: Phrase(nl: "Leeg, of de tweede keer anders. Er is niets veranderd; typ haar twee keer.", en: "Empty, or different the second time. Nothing was changed; type it twice.")

        case .relaysTitle: Phrase(nl: "Doorgeefservers", en: "Relays")
        case .relaysLead: Phrase(
            nl: "Een doorgeefserver geeft door wat hij niet lezen kan, ook als laptops nooit tegelijk aan staan. Welke er zijn, geldt alleen voor deze laptop.",
            en: "A relay hands on what it cannot read, even when laptops are never on at the same hour. Which there are counts for this laptop alone.")
        case .relaysNone: Phrase(nl: "Deze laptop kent er geen.", en: "This laptop knows none.")
        case .relayAddress: Phrase(nl: "Adres en kenmerk van de doorgeefserver", en: "Address and reference of the relay")
        case .relayAddressHint: Phrase(
            nl: "Van wie hem beheert, op één regel: adres:poort#kenmerk. Een coördinator laat hem eerst toe, met de aanvraag op een stick.",
            en: "From whoever runs it, on one line: address:port#reference. A coordinator admits it first, by the request on a stick.")
        case .addRelay: Phrase(nl: "Doorgeefserver toevoegen", en: "Add the relay")
        case .relayAdded: Phrase(nl: "%1 is toegevoegd. Wissel nu uit.", en: "%1 is added. Exchange now.")
        case .relayRemoved: Phrase(nl: "%1 staat niet meer op de lijst van deze laptop. Zijn adres was %2.", en: "%1 is off this laptop's list. Its address was %2.")
        case .removeRelay: Phrase(nl: "Van de lijst halen", en: "Take off the list")
        case .relayOff: Phrase(nl: "zonder toegang", en: "without access")
        case .badRelay: Phrase(
            nl: "Dit is geen adres van een doorgeefserver. Het heeft een adres, een poort en een kenmerk: adres:7400#JH7WRXY-EQ5RF76-…",
            en: "This is no address of a relay. It has an address, a port and a reference: address:7400#JH7WRXY-EQ5RF76-…")
        case .notARelay: Phrase(
            nl: "Deze lijst kent geen doorgeefserver met dit kenmerk. Een coördinator laat hem eerst toe bij Laptops; wissel daarna uit.",
            en: "This list knows no relay of this reference. A coordinator admits it first under Laptops; exchange after that.")

        case .termsTitle: Phrase(nl: "Bewaartermijnen", en: "Retention")
        case .termsLead: Phrase(
            nl: "Wat langer bewaard is dan nodig. Er verdwijnt niets vanzelf: u kiest wat weg mag.",
            en: "What is kept longer than needed. Nothing goes by itself: you choose what may go.")
        case .termsNothing: Phrase(nl: "Niets is over zijn bewaartermijn.", en: "Nothing is past its term.")
        case .termsHeader: Phrase(nl: "%1: %2", en: "%1: %2")
        case .termsLine: Phrase(nl: "Termijn: %1. %2.", en: "Term: %1. %2.")
        case .risksOne: Phrase(nl: "1 initiatief dreigt te stoppen", en: "1 initiative may not last")
        case .risksMany: Phrase(nl: "%1 initiatieven dreigen te stoppen", en: "%1 initiatives may not last")
        case .pastOne: Phrase(nl: "1 gegeven is langer bewaard dan nodig", en: "1 thing is kept longer than needed")
        case .pastMany: Phrase(nl: "%1 gegevens zijn langer bewaard dan nodig", en: "%1 things are kept longer than needed")
        case .erasedTitle: Phrase(nl: "Gewist: hoe ver het is", en: "Erased: how far it is")
        case .erasedHint: Phrase(nl: "Voorgoed gewist is het op een laptop zodra die uitgewisseld heeft.", en: "On a laptop it is erased for good once that has exchanged.")
        case .erasedBy: Phrase(nl: "%1, door %2", en: "%1, by %2")
        case .erasedConfirmed: Phrase(nl: "Gewist op: %1.", en: "Erased on: %1.")
        case .erasedAwaited: Phrase(nl: "Nog niet gehoord van: %1.", en: "Not heard yet from: %1.")
        case .erasedRelays: Phrase(nl: "Kunnen nog oudere, versleutelde delen hebben: %1.", en: "May still hold older, encrypted parts: %1.")
        case .erasedAll: Phrase(nl: "Alle laptops die meedoen hebben gewist.", en: "All laptops that take part have erased.")
        case .termsLooking: Phrase(nl: "De lijst wordt nagekeken.", en: "The list is being looked through.")
        case .termsLook: Phrase(nl: "Bekijken", en: "Look at it")
        case .termsShown: Phrase(nl: "Hier staan de eerste %1 van %2. Leg daarvan weg wat weg mag, dan komt de rest.", en: "Here are the first %1 of %2. Put away what may go of these, and the rest comes.")
        case .termsSince: Phrase(nl: "sinds %1", en: "since %1")
        case .termsToTrash: Phrase(nl: "Gekozen naar de prullenbak", en: "Put what is chosen into the trash")
        case .termsTrashed: Phrase(nl: "In de prullenbak gelegd: %1.", en: "Put into the trash: %1.")
        case .termsNoneTicked: Phrase(nl: "Kies eerst wat weg mag.", en: "Choose first what may go.")
        case .termsChanged: Phrase(
            nl: "Intussen veranderde er iets: wat u koos is niet allemaal meer over zijn termijn. Er is niets weggedaan; kies opnieuw.",
            en: "Something changed meanwhile: not all you chose is past its term any more. Nothing was put away; choose again.")
        case .termsErase: Phrase(
            nl: "De prullenbak is niet weg. Iemand voorgoed wissen doet een coördinator, bij de persoon zelf.",
            en: "The trash is not gone. Erasing somebody for good is done by a coordinator, on the person's own page.")
        case .termsAsk: Phrase(nl: "Vraag opnieuw en leg het vast bij de persoon, of leg vast dat het is ingetrokken.", en: "Ask again and record it on the person's page, or record that it was withdrawn.")

        case .restoreTitle: Phrase(nl: "Een reservekopie terugzetten", en: "Restore a backup")
        case .restoreLead: Phrase(
            nl: "De lijst wordt zoals hij was toen de kopie werd gemaakt. Wat anderen sindsdien schreven, komt terug als u uitwisselt. Wie gewist is, blijft weg.",
            en: "The list becomes as it was when the backup was made. What others wrote since comes back when you exchange. Who was erased stays away.")
        case .restoreWhich: Phrase(nl: "Welke reservekopie?", en: "Which backup?")
        case .restoreHint: Phrase(nl: "Steek de stick in de laptop en kies, of typ waar het bestand staat.", en: "Put the stick in and choose, or type where the file is.")
        case .restoreSure: Phrase(
            nl: "De lijst van nu krijgt een andere naam en blijft op deze laptop staan. Wat alleen daarin staat, ziet u daarna niet meer.",
            en: "The list as it is gets another name and stays on this laptop. What is only in it you do not see after this.")
        case .restoreNotSure: Phrase(nl: "Zet het vinkje als dat mag. Er is niets veranderd.", en: "Tick the box if that may be. Nothing was changed.")
        case .restoreNow: Phrase(nl: "Terugzetten", en: "Restore")
        case .restoreDone: Phrase(nl: "%1 is teruggezet. Wissel nu uit met iedereen.", en: "%1 is restored. Exchange with everybody now.")
        case .restoreAside: Phrase(nl: "%1 is teruggezet. De vorige lijst heet nu %2. Wissel nu uit met iedereen.", en: "%1 is restored. The previous list is called %2 now. Exchange with everybody now.")
        case .restoreBusy: Phrase(nl: "Er wordt nog uitgewisseld of ingelezen. Wacht tot dat klaar is.", en: "An exchange or a list is still running. Wait until it is done.")
        case .restoreNoFile: Phrase(nl: "Dit bestand is er niet. Er is niets veranderd.", en: "This file is not there. Nothing was changed.")
        case .restoreFile: Phrase(nl: "%1, van %2", en: "%1, of %2")

        case .wordsTitle: Phrase(nl: "Het herstelpapier gebruiken", en: "Use the recovery paper")
        case .wordsHint: Phrase(
            nl: "Alleen als alle laptops van coördinatoren kwijt zijn: de woorden maken deze laptop coördinator.",
            en: "Only when all coordinators' laptops are lost: the words make this laptop a coordinator.")
        case .wordsField: Phrase(nl: "De vierentwintig woorden, in hun volgorde", en: "The twenty-four words, in their order")
        case .useWords: Phrase(nl: "Coördinator worden", en: "Become a coordinator")
        case .wordsDone: Phrase(
            nl: "Deze laptop is nu coördinator. Trek bij Laptops de toegang in van wat kwijt is, en maak een nieuw herstelpapier.",
            en: "This laptop is a coordinator now. Withdraw the access of what is lost under Laptops, and make a new recovery paper.")
        case .wordsAsQR: Phrase(nl: "De vierentwintig woorden, voor een camera", en: "The twenty-four words, for a camera")
        case .lastCopy: Phrase(nl: "De laatste is van %1.", en: "The last one is of %1.")
        case .lastCopyNone: Phrase(nl: "Op deze laptop is er nog geen gemaakt.", en: "None was made on this laptop yet.")
        case .wordsUnknown: Phrase(
            nl: "Deze woorden horen bij geen herstelpapier van deze buurtlijst, of bij een dat vervangen is. Pak het nieuwste papier.",
            en: "These words belong to no recovery paper of this community list, or to one that was replaced. Take the newest paper.")
        }
    }
}
