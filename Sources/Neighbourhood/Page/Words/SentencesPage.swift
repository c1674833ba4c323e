import Community
import Words

/// What the page says around every screen, and on the first ones.
enum PageSentence: String, PageWords {
    case tabToday, tabFind, tabHelp, tabInitiatives, tabExchange, tabReports, tabChoose, tabDuplicates, tabDevices, tabSettings, tabGuide
    case skip, find, findAny, findPlaceholder, onOwnPage, menu, close, pages, toChoose, toReview, forNeighbours
    case onlyHereOne, onlyHereMany, nothingOnlyHere, sameAs
    case undo, redo, undoneWords, redoneWords, cannotUndo, undidNothing
    case missingTitle, missingText, wrongTitle, backToToday, diskFull, readOnly
    case refusedStranger, refusedForm, refusedSlow, refusedLarge
    case back, cancel, save, add, done, tomorrow, nextWeek, note, showAll, showMore, noName, faultsOne, faultsMany
    // Today
    case todayNothing, nobodyWaits, waitsOne, waitsMany, onToday, onTodayAt, since, promisedFor, andOthers, logMoment, newContact
    case followUps, followUpsNone, quietTitle, lastOn, neverSpoken, thisWeek, thisWeekNone, gathering, signedUpOne, signedUpMany, signedUpOf, counted
    case mind, choicesOne, choicesMany, notExchanged, unfollowed, countedOne, countedLess, followUpDone, followUpTomorrow, followUpWeek
    // The first time
    case welcome, welcomeLead, whatToDo, beginNew, beginNewWhat, joinOld, joinOldWhat, nothingOnline, otherLanguage
    case beginTitle, beginLead, listName, listNameHint, laptopName, laptopNameHint, begin, begun, joinLead
    // The guide
    case guideTitle, guideLead, guideKeys, guideKeysOff, keyFind, keyNew, keyMoment, keyGo, keySave, keyBack, keyList, keyGuide, guideWords, guideEnd, endKith, ended, opensBrowser, openAt

    var phrase: Phrase {
        switch self {
        case .tabToday: Phrase(nl: "Vandaag", en: "Today")
        case .tabFind: Phrase(nl: "Zoeken", en: "Search")
        case .tabHelp: Phrase(nl: "Hulp", en: "Help for neighbours")
        case .tabInitiatives: Phrase(nl: "Initiatieven", en: "Initiatives")
        case .tabExchange: Phrase(nl: "Uitwisselen", en: "Exchange")
        case .tabReports: Phrase(nl: "Verslagen", en: "Reports")
        case .tabChoose: Phrase(nl: "Kiezen", en: "Choose")
        case .tabDuplicates: Phrase(nl: "Dubbelen", en: "Maybe twice")
        case .tabDevices: Phrase(nl: "Laptops", en: "Laptops")
        case .tabSettings: Phrase(nl: "Instellingen", en: "Settings")
        case .tabGuide: Phrase(nl: "Uitleg en toetsen", en: "Guide and keys")

        case .skip: Phrase(nl: "Naar de inhoud", en: "To the content")
        case .find: Phrase(nl: "Zoeken", en: "Search")
        case .findAny: Phrase(nl: "Zoek een mens, organisatie of initiatief", en: "Search for a person, organisation or initiative")
        case .findPlaceholder: Phrase(nl: "Naam, straat of telefoon", en: "Name, street or phone")
        case .onOwnPage: Phrase(nl: "op een eigen bladzijde", en: "on a page of its own")
        case .menu: Phrase(nl: "Menu", en: "Menu")
        case .close: Phrase(nl: "Sluiten", en: "Close")
        case .pages: Phrase(nl: "Bladzijden", en: "Pages")
        case .toChoose: Phrase(nl: "te kiezen", en: "to choose")
        case .toReview: Phrase(nl: "na te kijken", en: "to look at")
        case .forNeighbours: Phrase(nl: "Voor mensen in de buurt", en: "For people in the neighbourhood")

        case .onlyHereOne: Phrase(nl: "1 wijziging staat alleen hier", en: "1 change is only here")
        case .onlyHereMany: Phrase(nl: "%1 wijzigingen staan alleen hier", en: "%1 changes are only here")
        case .nothingOnlyHere: Phrase(nl: "Nog met niemand uitgewisseld", en: "Not exchanged with anyone yet")
        case .sameAs: Phrase(nl: "Alles ook bekend bij %1, %2", en: "All known to %1 as well, %2")

        case .undo: Phrase(nl: "Ongedaan maken", en: "Undo")
        case .redo: Phrase(nl: "Opnieuw doen", en: "Do again")
        case .undoneWords: Phrase(nl: "Ongedaan gemaakt: %1", en: "Undone: %1")
        case .redoneWords: Phrase(nl: "Opnieuw gedaan: %1", en: "Done again: %1")
        case .undidNothing: Phrase(
            nl: "Hier viel niets terug te zetten: alles staat zoals het stond. %1",
            en: "There was nothing to put back: all is as it was. %1")
        case .cannotUndo: Phrase(nl: "Deze stap is al ongedaan gemaakt, of te lang geleden.", en: "This step is undone already, or too long ago.")


        case .missingTitle: Phrase(nl: "Niet gevonden", en: "Not found")
        case .missingText: Phrase(nl: "Dit staat niet (meer) in de lijst. Misschien is het intussen verwijderd.", en: "This is not in the list (any more). It may have been deleted meanwhile.")
        case .wrongTitle: Phrase(nl: "Dit lukte niet", en: "This did not work")
        case .backToToday: Phrase(nl: "Naar Vandaag", en: "To Today")
        case .diskFull: Phrase(
            nl: "De schijf van deze laptop is vol. U kunt alles lezen; bewaren kan pas als er weer plaats is.",
            en: "The disk of this laptop is full. You can read all; nothing can be saved until there is room on it.")
        case .readOnly: Phrase(
            nl: "Deze lijst kan hier alleen gelezen worden: het bestand mag niet veranderd worden.",
            en: "This list can only be read here: the file may not be changed.")

        case .refusedStranger: Phrase(
            nl: "Dit venster hoort niet bij Kith, of Kith is opnieuw gestart. Sluit het en open Kith met het icoon.",
            en: "This window does not belong to Kith, or Kith was started anew. Close it and open Kith by its icon.")
        case .refusedForm: Phrase(nl: "Dit formulier kan Kith niet lezen. Er is niets bewaard.", en: "Kith cannot read this form. Nothing was saved.")
        case .refusedSlow: Phrase(
            nl: "Het formulier kwam niet op tijd helemaal binnen. Er is niets bewaard; verstuur het nog eens.",
            en: "The form did not come in whole in time. Nothing was saved; send it again.")
        case .refusedLarge: Phrase(
            nl: "Dit is te lang om te bewaren. Er is niets bewaard; maak het korter.", en: "This is too long to be saved. Nothing was saved; make it shorter.")

        case .back: Phrase(nl: "Terug", en: "Back")
        case .cancel: Phrase(nl: "Annuleren", en: "Cancel")
        case .save: Phrase(nl: "Bewaren", en: "Save")
        case .add: Phrase(nl: "Toevoegen", en: "Add")
        case .done: Phrase(nl: "Gedaan", en: "Done")
        case .tomorrow: Phrase(nl: "Morgen", en: "Tomorrow")
        case .nextWeek: Phrase(nl: "Over een week", en: "In a week")
        case .note: Phrase(nl: "Noteren", en: "Note")
        case .showAll: Phrase(nl: "Toon alle %1", en: "Show all %1")
        case .showMore: Phrase(nl: "Verder: %1 tot %2 van %3", en: "Further: %1 to %2 of %3")
        case .noName: Phrase(nl: "Zonder naam", en: "Without a name")
        case .faultsOne: Phrase(nl: "Nog niet bewaard: kijk één ding na", en: "Not saved yet: look at one thing")
        case .faultsMany: Phrase(nl: "Nog niet bewaard: kijk %1 dingen na", en: "Not saved yet: look at %1 things")

        case .todayNothing: Phrase(nl: "Niets voor vandaag. Fijne dag.", en: "Nothing for today. Have a good day.")
        case .nobodyWaits: Phrase(nl: "Niemand wacht vandaag op u.", en: "Nobody waits for you today.")
        case .waitsOne: Phrase(nl: "Eén mens verwacht u.", en: "One person expects you.")
        case .waitsMany: Phrase(nl: "%1 mensen verwachten u.", en: "%1 people expect you.")
        case .onToday: Phrase(nl: "Vandaag is er %1.", en: "Today there is %1.")
        case .onTodayAt: Phrase(nl: "Om %2 uur is er %1.", en: "At %2 there is %1.")
        case .since: Phrase(nl: "Sinds %1", en: "Since %1")
        case .promisedFor: Phrase(nl: "beloofd voor %1", en: "promised for %1")
        case .andOthers: Phrase(nl: "en nog %1", en: "and %1 more")
        case .logMoment: Phrase(nl: "Moment noteren", en: "Note a moment")
        case .newContact: Phrase(nl: "Nieuw contact", en: "New contact")
        case .followUps: Phrase(nl: "Terugkomen", en: "To follow up")
        case .followUpsNone: Phrase(
            nl: "Niemand wacht op u. Kiest u bij een moment “terugkomen”, dan staat die persoon hier op de dag zelf.",
            en: "Nobody waits for you. Choose “follow up” at a moment, and that person stands here on the day itself.")
        case .quietTitle: Phrase(nl: "Niet bereikt in %1 dagen", en: "Not reached in %1 days")
        case .lastOn: Phrase(nl: "voor het laatst %1", en: "last %1")
        case .neverSpoken: Phrase(nl: "nog nooit gesproken", en: "never spoken yet")
        case .thisWeek: Phrase(nl: "Vandaag en deze week", en: "Today and this week")
        case .thisWeekNone: Phrase(nl: "Geen bijeenkomsten in de komende zeven dagen.", en: "No gatherings in the next seven days.")
        case .gathering: Phrase(nl: "Bijeenkomst", en: "Gathering")
        case .signedUpOne: Phrase(nl: "1 aangemeld", en: "1 signed up")
        case .signedUpMany: Phrase(nl: "%1 aangemeld", en: "%1 signed up")
        case .signedUpOf: Phrase(nl: "%1 van %2 aangemeld", en: "%1 of %2 signed up")
        case .counted: Phrase(nl: "geteld", en: "counted")
        case .mind: Phrase(nl: "Let op", en: "Mind this")
        case .choicesOne: Phrase(nl: "1 ding om te kiezen", en: "1 thing to choose")
        case .choicesMany: Phrase(nl: "%1 dingen om te kiezen", en: "%1 things to choose")
        case .notExchanged: Phrase(nl: "%1 dagen niet uitgewisseld", en: "Not exchanged for %1 days")
        case .unfollowed: Phrase(nl: "%1: de herhaling is niet te volgen", en: "%1: its recurrence cannot be followed")
        case .countedOne: Phrase(nl: "%1: één erbij geteld.", en: "%1: one more counted.")
        case .countedLess: Phrase(nl: "%1: één minder geteld.", en: "%1: one less counted.")
        case .followUpDone: Phrase(nl: "%1: terugkomen staat op gedaan.", en: "%1: the follow-up is done.")
        case .followUpTomorrow: Phrase(nl: "%1 staat hier morgen weer.", en: "%1 stands here again tomorrow.")
        case .followUpWeek: Phrase(nl: "%1 staat hier over een week weer.", en: "%1 stands here again in a week.")

        case .welcome: Phrase(nl: "Welkom bij Kith", en: "Welcome to Kith")
        case .welcomeLead: Phrase(
            nl: "Eén lijst van mensen en initiatieven, op elke laptop helemaal. Ook zonder internet.",
            en: "One list of people and initiatives, whole on every laptop. Without internet too.")
        case .whatToDo: Phrase(nl: "Wat wilt u doen?", en: "What would you like to do?")
        case .beginNew: Phrase(nl: "Een nieuwe buurtlijst beginnen", en: "Begin a new community list")
        case .beginNewWhat: Phrase(nl: "U bent de eerste. Straks nodigt u anderen uit.", en: "You are the first. Later you invite others.")
        case .joinOld: Phrase(nl: "Meedoen met een buurtlijst die er al is", en: "Join a community list that is there already")
        case .joinOldWhat: Phrase(nl: "U kreeg een code of een stick van een coördinator.", en: "You got a code or a stick from a coordinator.")
        case .nothingOnline: Phrase(nl: "Niets gaat naar internet.", en: "Nothing goes to the internet.")
        case .otherLanguage: Phrase(nl: "English", en: "Nederlands")
        case .beginTitle: Phrase(nl: "Een nieuwe buurtlijst", en: "A new community list")
        case .beginLead: Phrase(nl: "Twee namen, en u kunt beginnen. Alles blijft op deze laptop.", en: "Two names, and you can begin. All stays on this laptop.")
        case .listName: Phrase(nl: "Hoe heet de buurtlijst?", en: "What is the community list called?")
        case .listNameHint: Phrase(nl: "Bijvoorbeeld de buurt: Buurtlijst Zuid.", en: "For instance the neighbourhood: South.")
        case .laptopName: Phrase(nl: "Hoe heet deze laptop?", en: "What is this laptop called?")
        case .laptopNameHint: Phrase(nl: "Zo zien anderen van wie een wijziging komt: Laptop Fatima.", en: "So others see whose a change is: Fatima's laptop.")
        case .begin: Phrase(nl: "Beginnen", en: "Begin")
        case .begun: Phrase(nl: "%1 is begonnen.", en: "%1 has begun.")
        case .joinLead: Phrase(nl: "Meedoen", en: "Join")

        case .guideTitle: Phrase(nl: "Uitleg en toetsen", en: "Guide and keys")
        case .guideLead: Phrase(nl: "Alles kan met de muis en met het toetsenbord.", en: "All can be done by mouse and by keyboard.")
        case .guideKeys: Phrase(nl: "Toetsen", en: "Keys")
        case .guideKeysOff: Phrase(nl: "Toetsen staan uit. Zet ze aan bij Instellingen.", en: "Keys are off. Turn them on in Settings.")
        case .keyFind: Phrase(nl: "zoeken", en: "search")
        case .keyNew: Phrase(nl: "nieuw contact", en: "new contact")
        case .keyMoment: Phrase(nl: "moment noteren", en: "note a moment")
        case .keyGo: Phrase(nl: "ga naar %1", en: "go to %1")
        case .keySave: Phrase(nl: "bewaren", en: "save")
        case .keyBack: Phrase(nl: "terug", en: "back")
        case .keyList: Phrase(nl: "door wat gevonden is", en: "through what was found")
        case .keyGuide: Phrase(nl: "deze bladzijde", en: "this page")
        case .guideWords: Phrase(
            nl: "Elke wijziging staat eerst alleen op deze laptop. Met Uitwisselen komt zij bij de anderen. Wat twee mensen tegelijk verschillend veranderen, staat bij Kiezen: elke waarde blijft bewaard tot u kiest.",
            en: "Each change is at first only on this laptop. Exchange brings it to the others. What two people change differently at once stands under Choose: every value is kept until you choose.")
        case .guideEnd: Phrase(
            nl: "Kith stopt vanzelf, tien minuten nadat u het laatste venster sluit. Het kan ook nu.",
            en: "Kith stops by itself, ten minutes after you close the last window. It can stop now, too.")
        case .endKith: Phrase(nl: "Kith afsluiten", en: "Stop Kith")
        case .opensBrowser: Phrase(nl: "Kith opent in de browser. Komt er niets, open dan dit bestand: %1", en: "Kith opens in the browser. If nothing comes, open this file: %1")
        case .openAt: Phrase(nl: "Open dit bestand in een browser, binnen twee minuten: %1", en: "Open this file in a browser, within two minutes: %1")
        case .ended: Phrase(nl: "Kith is afgesloten. U kunt dit venster sluiten.", en: "Kith has stopped. You can close this window.")
        }
    }
}
