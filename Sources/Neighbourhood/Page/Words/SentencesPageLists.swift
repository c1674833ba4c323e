import Community
import Words

/// What the page says on lists of others that come in, and on this list going out.
enum ListPageSentence: String, PageWords {
    case listsTitle, listsLead, listIn, listInHint, whichFile, whichFileHint, lookFirst, noSuchList, reading, readingCount, lookedTitle, lookedLead, takeIn, otherFile
    case takenTitle, takenLead, nothingTaken, sameListTitle, sameListLead, sameList, otherList, lettersTitle, lettersLead, lettersAs, listWrong, examples, takeTheirs, takeDeleted
    case listOut, listOutHint, callList, callListExcel, callListWhat, cardsOut, cardsOutWhat, calendarOut, calendarOutWhat, mapOut, mapOutWhat, guideOut, guideOutWhat

    var phrase: Phrase {
        switch self {
        case .listsTitle: Phrase(nl: "Lijsten van en naar andere programma's", en: "Lists from and to other programs")
        case .listsLead: Phrase(nl: "Een ledenlijst, kaartjes van mensen of een agenda komt erbij; wat er al staat, blijft staan.", en: "A members' list, people's cards or a calendar is added; what is here already stays.")
        case .listIn: Phrase(nl: "Lijst inlezen", en: "Read a list in")
        case .listInHint: Phrase(
            nl: "Een tabel (CSV), kaartjes van mensen (vCard) of een agenda (iCalendar). Kith kijkt eerst, en zegt wat erbij komt en wat niet.",
            en: "A table (CSV), people's cards (vCard) or a calendar (iCalendar). Kith looks first, and says what will be added and what will not.")
        case .whichFile: Phrase(nl: "Welk bestand?", en: "Which file?")
        case .whichFileHint: Phrase(nl: "Kies er een uit Downloads, Documenten, het bureaublad of een stick, of typ waar het staat.", en: "Choose one from Downloads, Documents, the desktop or a stick, or type where it is.")
        case .lookFirst: Phrase(nl: "Eerst kijken", en: "Look first")
        case .noSuchList: Phrase(nl: "Dit bestand is er niet. Kies er een, of typ waar het staat.", en: "This file is not there. Choose one, or type where it is.")
        case .reading: Phrase(nl: "De lijst wordt gelezen", en: "The list is being read")
        case .readingCount: Phrase(nl: "%1 gelezen", en: "%1 read")
        case .lookedTitle: Phrase(nl: "Dit komt erbij", en: "This will be added")
        case .lookedLead: Phrase(nl: "Er is nog niets ingelezen.", en: "Nothing has been read in yet.")
        case .takeIn: Phrase(nl: "Inlezen", en: "Read it in")
        case .otherFile: Phrase(nl: "Ander bestand", en: "Another file")
        case .takenTitle: Phrase(nl: "De lijst is ingelezen", en: "The list was read in")
        case .takenLead: Phrase(nl: "Het geheel is één stap: u kunt hem terugnemen.", en: "All of it is one step, which you can take back.")
        case .nothingTaken: Phrase(nl: "Er is niets veranderd: alles stond er al.", en: "Nothing has changed: all of it was here.")
        case .sameListTitle: Phrase(nl: "Deze lijst lijkt hier al te zijn", en: "This list seems to be here already")
        case .sameListLead: Phrase(
            nl: "Regels ervan zijn eerder ingelezen als '%1'. Is het dezelfde lijst, dan wordt bijgewerkt wat er staat; anders komt iedereen er nog een keer bij.",
            en: "Lines of it were read in before as '%1'. If it is the same list, what is here is brought up to date; else everybody is added once more.")
        case .sameList: Phrase(nl: "Dezelfde lijst", en: "The same list")
        case .otherList: Phrase(nl: "Een andere lijst", en: "Another list")
        case .lettersTitle: Phrase(nl: "Welke letters kloppen?", en: "Which letters are right?")
        case .lettersLead: Phrase(nl: "De lijst zegt niet hoe haar letters geschreven zijn. Kies de regel met de goede namen.", en: "The list does not say how its letters are written. Choose the line with the right names.")
        case .lettersAs: Phrase(nl: "Zo klopt het", en: "This is right")
        case .listWrong: Phrase(nl: "De lijst is niet ingelezen: %1", en: "The list was not read in: %1")
        case .examples: Phrase(
            nl: "Kolommen die Kith kent, zijn onder meer: Naam, Voornaam, Achternaam, Telefoon, E-mail, Straat, Huisnummer, Postcode, Plaats, Adres, Notitie.",
            en: "Columns that Kith knows are among others: Name, First name, Last name, Phone, Email, Street, House number, Postal code, City, Address, Note.")
        case .takeTheirs: Phrase(nl: "Waar het verschilt: neem wat in het bestand staat", en: "Where it differs: take what the file has")
        case .takeDeleted: Phrase(nl: "Haal ook terug wat hier verwijderd is", en: "Bring back what was deleted here too")
        case .listOut: Phrase(nl: "Lijst uit", en: "This list out")
        case .listOutHint: Phrase(
            nl: "Deze bestanden kan iedereen lezen die ze vindt. Geef ze alleen wie ze nodig heeft, en gooi ze daarna weg.",
            en: "Whoever finds these files can read them. Give them only to those who need them, and throw them away afterwards.")
        case .callList: Phrase(nl: "Bellijst", en: "Call list")
        case .callListExcel: Phrase(nl: "Bellijst voor Excel", en: "Call list for Excel")
        case .callListWhat: Phrase(nl: "Naam, telefoon, e-mail en adres, op achternaam.", en: "Name, phone, email and address, by family name.")
        case .cardsOut: Phrase(nl: "Kaartjes van mensen", en: "People's cards")
        case .cardsOutWhat: Phrase(nl: "Voor een telefoon of mailprogramma (vCard).", en: "For a phone or a mail program (vCard).")
        case .calendarOut: Phrase(nl: "Agenda", en: "Calendar")
        case .calendarOutWhat: Phrase(nl: "Bijeenkomsten en wat zich herhaalt (iCalendar), zonder mensen.", en: "Gatherings and what recurs (iCalendar), without people.")
        case .mapOut: Phrase(nl: "Kaart", en: "Map")
        case .mapOutWhat: Phrase(nl: "Plekken, initiatieven en bijeenkomsten (GeoJSON), zonder mensen.", en: "Places, initiatives and gatherings (GeoJSON), without people.")
        case .guideOut: Phrase(nl: "Gids", en: "Guide")
        case .guideOutWhat: Phrase(nl: "Organisaties, plekken en initiatieven voor andere steden (HSDS), zonder mensen.", en: "Organisations, places and initiatives for other cities (HSDS), without people.")
        }
    }
}
