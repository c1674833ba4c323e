import Words

/// Everything the program says that is not an error or help: one catalogue, both languages. `%1`, `%2` are blanks.
package enum Sentence: String, CaseIterable, Saying {
    case massChangeQuestion, massChangeUndone
    case spaceMade, spaceNext, practiceNext, joined, settledNothing
    case rejectedLine, moreRejected, importRemark, moreRemarks, unmapped, lineOne, lineMany, importCounts, dryRun, importDiffering, importOverwritten, importRefused, importDeleted, importBroughtBack
    case moreRemarksRemedy, unmappedRemedy, importAreasRemedy, importDifferingRemedy, importDeletedRemedy, importEncodingRemedy
    case importMarked, importAreas, importLeftOut, importValues, importSameListQuestion, importEncodingQuestion, importEncodingChoice, importEncoding, importEncodingAssumed, importMonthFirst, importDatesAssumed
    case added, edited, deleted, undeleted, counted
    case changeOne, changeMany
    case exported, exportedWhole, exportedButFor, exportReplaced, safeToRemove
    case requestWritten
    case bundleClosed, bundleEpoch, quarantined, unreadableKey, unreadableNewer, unreadableFault, passedOver, statementsOne, statementsMany
    case bundleFrom, bundleHolds, bundleIntact, bundleSpace, bundleSize, bundleBuildsOn
    case cameFrom, mergeCounts, nothingNew, waits, waitsForChain, copyFound, copyTold, waitingMerged, partly, lostSegments, salvagedFrom
    case salvageTaken, salvageDiffers, salvageCounters, salvageDeleted, salvageRefused, salvageUnknown, notSearched, contradicted
    case missingOne, missingMany, missingOthers, missingUnnamed, conflictsOne, conflictsMany, wouldBe
    case listening, newcomer, newcomerNamed, met, metEqual, exchanged, sessionFailed
    case statusSpace, statusDigest, statusUnsentNone, statusUnsentNamed, statusUnsentOne, statusUnsentMany, statusUnsentOld, statusConflictsNone
    case statusNoticesOne, statusNoticesMany, statusParkedOne, statusParkedMany
    case statusWaitingOne, statusWaitingMany, statusInParts, statusPeer, statusNoPeer, statusNotShared, statusRows, statusFile
    case noConflicts, noNotices, siblingLine, shownMark, conflictRemedy, conflictRemedyValue, passageRemedy, tookWordsAway, noticeEditBeatDelete, noticeRankChose, noticeEditsMet, noticeParked, noticeKeyUnfit
    case settledOne, settledMany, dismissedOne, dismissedMany, stoppedAfter
    case undoneLeft
    case emptyList, moreRows, moreThanScreen, isDeleted, writtenBy, unknownDevice, ownMark
    case progressReading, progressPacking, progressChecking, progressMerging, progressReceiving, progressSettling, progressLeft
    case tableHeader, columnKind, columnRank

    package var phrase: Phrase {
        switch self {
        case .massChangeQuestion: Phrase(
            nl: "Versturen (v), ongedaan maken (o), niets doen (Enter)? ", en: "Send (s), undo (u), do nothing (Enter)? ")
        case .massChangeUndone: Phrase(nl: "Ongedaan gemaakte wijzigingen met SQL: %1.", en: "Changes by SQL that were undone: %1.")

        case .spaceMade: Phrase(nl: "Buurtlijst '%1' is begonnen op '%2': %3", en: "Community list '%1' has begun on '%2': %3")
        case .spaceNext: Phrase(
            nl: "Verder: 'kith import lijst.csv'. Een andere laptop erbij: 'kith invite' over het netwerk, of daar 'kith join --request' en hier 'kith device admit'.\nDeze laptop is de enige coördinator. Gaat hij stuk, dan kan niemand nog iemand toelaten: laat een tweede toe met --role coordinator, en druk een herstelpapier af met 'kith recovery print'.",
            en: "Next: 'kith import list.csv'. Another laptop: 'kith invite' over the network, or 'kith join --request' there and 'kith device admit' here.\nThis laptop is the only coordinator. If it breaks, nobody can admit anyone any more: admit a second with --role coordinator, and print a recovery paper with 'kith recovery print'.")
        case .practiceNext: Phrase(
            nl: "Er staan 13 verzonnen mensen in. Oefen in deze terminal met: export KITH_REPLICA='%1'\nen dan bijvoorbeeld 'kith today', 'kith find berg', 'kith duplicates' of 'kith open'. Wat u daar doet, raakt geen echte lijst; gooi het bestand weg als u klaar bent.",
            en: "It holds 13 made-up people. Practise in this terminal by: export KITH_REPLICA='%1'\nand then for example 'kith today', 'kith find berg', 'kith duplicates' or 'kith open'. What you do there touches no real list; throw the file away when you are done.")
        case .joined: Phrase(nl: "'%2' doet mee met buurtlijst '%1': %3", en: "'%2' has joined community list '%1': %3")
        case .settledNothing: Phrase(nl: "Daar was niets te kiezen.", en: "There was nothing to choose.")

        case .rejectedLine: Phrase(nl: "Regel %1 is niet overgenomen. %2", en: "Line %1 was not taken. %2")
        case .moreRejected: Phrase(nl: "… en nog %1 niet.", en: "… and %1 more were not.")
        case .importRemark: Phrase(nl: "Regel %1: %2", en: "Line %1: %2")
        case .moreRemarks: Phrase(nl: "… en nog %1 opmerkingen.", en: "… and %1 more remarks.")
        case .moreRemarksRemedy: Phrase(nl: "--json noemt er 100.", en: "--json lists 100.")
        case .unmapped: Phrase(
            nl: "Kolommen die nergens in passen, met hoeveel er ingevuld is: %1.",
            en: "Columns that fit nowhere, with how many values: %1.")
        case .unmappedRemedy: Phrase(nl: "Koppel ze met --map 'Kop=kolom'.", en: "Map them with --map 'Header=column'.")
        case .importAreas: Phrase(
            nl: "Gebieden die hier alleen als woord staan, met hoeveel regels: %1. Rapporten tellen ze zoals ze geschreven zijn.",
            en: "Areas that are only words here, with how many lines: %1. Reports count them as they are written.")
        case .importAreasRemedy: Phrase(nl: "Wat in elkaar ligt, kent Kith na 'kith add area name=…'.", en: "What lies within what, Kith knows after 'kith add area name=…'.")
        case .importLeftOut: Phrase(
            nl: "Niet overgenomen, want er is hier geen plek voor, met hoe vaak: %1.",
            en: "Not taken, as there is no place for it here, with how often: %1.")
        case .importValues: Phrase(
            nl: "Gegevens gelezen: %1. Overgenomen: %2, alleen als kenmerk: %3, niet overgenomen: %4, van geweigerde regels: %5.",
            en: "Values read: %1. Taken: %2, as a mark only: %3, left out: %4, of rejected lines: %5.")
        case .importSameListQuestion: Phrase(
            nl: "Deze lijst is eerder ingelezen als '%1'. Is het dezelfde lijst, bijgewerkt? [j]a, [n]ee een andere lijst, [s]toppen: ",
            en: "This list was imported before as '%1'. Is it the same list, brought up to date? [y]es, [n]o another list, [s]top: ")
        case .importEncodingQuestion: Phrase(
            nl: "In welke tekenset de lijst staat, is niet zeker. In welke regel kloppen de letters? [1-%1], anders stoppen: ",
            en: "Which character set the list is in is not sure. In which line are the letters right? [1-%1], stop otherwise: ")
        case .importEncodingChoice: Phrase(nl: "  %1  %2: %3", en: "  %1  %2: %3")
        case .lineOne: Phrase(nl: "%1 regel gelezen", en: "%1 line read")
        case .lineMany: Phrase(nl: "%1 regels gelezen", en: "%1 lines read")
        case .importCounts: Phrase(
            nl: "%1. Nieuw: %2, aangevuld: %3, ongewijzigd: %4. Geweigerde regels: %5.",
            en: "%1. New: %2, filled in: %3, unchanged: %4. Lines rejected: %5.")
        case .dryRun: Phrase(nl: "Alleen gekeken: er is niets veranderd.", en: "Only looked: nothing was changed.")
        case .importDiffering: Phrase(
            nl: "Verschilt van het bestand, en bleef zoals het hier was: %1.",
            en: "Differs from the file, and was kept as it is here: %1.")
        case .importDifferingRemedy: Phrase(nl: "--overwrite neemt het bestand.", en: "--overwrite takes the file's.")
        case .importOverwritten: Phrase(nl: "Kreeg de waarden van het bestand: %1.", en: "Took the file's values: %1.")
        case .importRefused: Phrase(
            nl: "Past hier niet, omdat iemand de database op deze laptop aanpaste: %1.",
            en: "Does not fit here, because somebody altered the database on this laptop: %1.")
        case .importDeleted: Phrase(
            nl: "Eerder hier verwijderd of ongedaan gemaakt, en nu overgeslagen: %1.",
            en: "Deleted or undone here before, and skipped now: %1.")
        case .importDeletedRemedy: Phrase(nl: "--bring-back neemt ze weer op.", en: "--bring-back takes them in again.")
        case .importBroughtBack: Phrase(nl: "Was hier verwijderd, en is er weer: %1.", en: "Was deleted here, and is back: %1.")
        case .importMarked: Phrase(
            nl: "Hiervan blijft alleen een controlegetal, om te zien wie er misschien dubbel in staat: %1.",
            en: "Of these only a check number is kept, to see who may be in twice: %1.")
        case .importEncoding: Phrase(nl: "Gelezen als %1.", en: "Read as %1.")
        case .importEncodingAssumed: Phrase(
            nl: "Gelezen als %1, en dat is een aanname: kijk letters als é en ş na.",
            en: "Read as %1, which is assumed: check letters such as é and ş.")
        case .importEncodingRemedy: Phrase(nl: "--encoding geeft de tekenset.", en: "--encoding gives the character set.")
        case .importMonthFirst: Phrase(nl: "Datums met de maand voorop: %1.", en: "Days with the month first: %1.")
        case .importDatesAssumed: Phrase(
            nl: "Of de dag of de maand voorop staat, is niet te zien in: %1. De dag is genomen.",
            en: "Whether the day or the month is first cannot be told in: %1. The day was taken.")

        case .added: Phrase(nl: "Toegevoegd: %3 (%1 %2)", en: "Added: %3 (%1 %2)")
        case .edited: Phrase(nl: "Bewaard: %3 (%1 %2)", en: "Stored: %3 (%1 %2)")
        case .deleted: Phrase(nl: "Verwijderd: %3 (%1 %2). 'kith undelete %4' haalt het terug.", en: "Deleted: %3 (%1 %2). 'kith undelete %4' puts it back.")
        case .undeleted: Phrase(nl: "Teruggehaald: %3 (%1 %2)", en: "Put back: %3 (%1 %2)")
        case .counted: Phrase(nl: "%1. %2: nu %3.", en: "%1. %2: now %3.")

        case .changeOne: Phrase(nl: "%1 wijziging", en: "%1 change")
        case .changeMany: Phrase(nl: "%1 wijzigingen", en: "%1 changes")
        case .exported: Phrase(
            nl: "%1: %2, %3.",
            en: "%1: %2, %3.")
        case .exportedWhole: Phrase(nl: "Alles van deze laptop staat erin, voor wie nu meedoet.", en: "All that is here is in it, for whoever takes part now.")
        case .exportedButFor: Phrase(
            nl: "Niet te openen voor: %1. Hun sleutel is niet bruikbaar, of er is geen plaats voor zo veel nieuwe laptops. Maak voor hen een stickbestand met --for.",
            en: "Cannot be opened by: %1. Their key is of no use, or there is no room for so many new laptops. Make them a stick file with --for.")
        case .exportReplaced: Phrase(
            nl: "Het stickbestand dat er stond, was hier al ingelezen en is vervangen.",
            en: "The stick file that was there had been read in here, and was replaced.")
        case .safeToRemove: Phrase(
            nl: "Geschreven en nagelezen. Werp de stick uit voor u hem eruit haalt.",
            en: "Written and read back. Eject the stick before you pull it out.")

        case .requestWritten: Phrase(
            nl: "Aanvraag geschreven: %1\nHet kenmerk van deze laptop is %2\nGeef het bestand aan een coördinator ('kith device admit') en lees dit kenmerk erbij voor. Doe daarna mee met het volgende stickbestand: 'kith join STICKBESTAND'.",
            en: "Request to join written: %1\nThe reference of this laptop is %2\nHand the file to a coordinator ('kith device admit') and read out this reference. Then join with the next stick file: 'kith join STICKFILE'.")
        case .bundleClosed: Phrase(
            nl: "Een stickbestand van Kith, versleuteld. Deze laptop heeft er geen sleutel voor.",
            en: "A stick file of Kith, encrypted. This laptop has no key for it.")
        case .bundleEpoch: Phrase(
            nl: "Kenmerk van de sleutel: %1. Nieuwe laptops die het kunnen openen: %2.",
            en: "Reference of the key: %1. New laptops that can open it: %2.")
        case .unreadableKey: Phrase(
            nl: "Nog niet te lezen, bij de %1: %2 van '%3'. De sleutel is hier niet; de rest is verwerkt. Komt de sleutel (wissel uit met een coördinator), dan gaat het vanzelf open.",
            en: "Not readable yet, in the %1: %2 from '%3'. The key is not here; the rest was taken in. When the key comes (exchange with a coordinator), it opens by itself.")
        case .unreadableNewer: Phrase(
            nl: "Nog niet te lezen, bij de %1: %2 van '%3', met een nieuwere Kith gemaakt. De rest is verwerkt. Werk Kith bij, dan gaat het vanzelf open.",
            en: "Not readable yet, in the %1: %2 from '%3', made by a newer Kith. The rest was taken in. Update Kith, and it opens by itself.")
        case .unreadableFault: Phrase(
            nl: "Niet te lezen, bij de %1: %2 van '%3'. De Kith die dit inpakte heeft een fout gemaakt; de rest is verwerkt. Laat '%3' Kith bijwerken.",
            en: "Not readable, in the %1: %2 from '%3'. The Kith that packed this made a mistake; the rest was taken in. Have '%3' update Kith.")
        case .quarantined: Phrase(
            nl: "Apart gezet, bij de %1: %2 van '%3', zonder toegang. Bekijk met 'kith quarantine list'.",
            en: "Held back, in the %1: %2 of '%3', without access. Look with 'kith quarantine list'.")
        case .passedOver: Phrase(
            nl: "Overgeslagen, bij de %1: deze laptop is er niet voor toegelaten.",
            en: "Passed over, in the %1: this laptop is not admitted to it.")
        case .statementsOne: Phrase(nl: "1 bericht over wie meedoet, of over sleutels.", en: "1 notice on who takes part, or on keys.")
        case .statementsMany: Phrase(nl: "%1 berichten over wie meedoet, of over sleutels.", en: "%1 notices on who takes part, or on keys.")
        case .bundleFrom: Phrase(nl: "Van %1, gemaakt %2 (%3).", en: "From %1, made %2 (%3).")
        case .bundleHolds: Phrase(nl: "Bij de %1: %2%3", en: "In the %1: %2%3")
        case .bundleBuildsOn: Phrase(
            nl: "; bouwt voort op wat de ontvanger al heeft.", en: "; builds on what the receiver already holds.")
        case .bundleIntact: Phrase(nl: "Het stickbestand is heel. Er is niets veranderd.", en: "The stick file is intact. Nothing was changed.")
        case .bundleSpace: Phrase(nl: "Buurtlijst '%1'", en: "Community list '%1'")
        case .bundleSize: Phrase(nl: "Grootte: %1", en: "Size: %1")

        case .cameFrom: Phrase(nl: "%1, van %2, gemaakt %3 (%4):", en: "%1, from %2, made %3 (%4):")
        case .mergeCounts: Phrase(
            nl: "%1 nieuw, %2 gewijzigd, %3 verwijderd, verschillen om te kiezen: %4.",
            en: "%1 new, %2 changed, %3 deleted, differences to choose: %4.")
        case .nothingNew: Phrase(nl: "Alles stond hier al.", en: "All of it was here already.")
        case .waits: Phrase(
            nl: "Bij de %1 wacht dit op eerder werk: %2. Zodra dat er is, wordt het vanzelf verwerkt.",
            en: "In the %1 this waits for earlier work: %2. It is taken in by itself when that is here.")
        case .waitingMerged: Phrase(nl: "Stickbestanden die wachtten en nu ook verwerkt zijn: %1.", en: "Stick files that waited and are taken in as well now: %1.")
        case .waitsForChain: Phrase(
            nl: "Bij de %1 wacht dit: het komt van een kopie van een laptop, en eerder werk daarvan ontbreekt nog. Niets gaat verloren.",
            en: "In the %1 this waits: it comes from a copy of a laptop, and earlier work of it is still missing. Nothing is lost.")
        case .copyFound: Phrase(
            nl: "Let op: er is een kopie van %1 in gebruik. Beide tellen mee, er is niets verloren.",
            en: "Note: a copy of %1 is in use. The work of both is kept; nothing is lost.")
        case .copyTold: Phrase(
            nl: "%1 meldt dat er een kopie van %2 in gebruik is. Hier is geen kopie gezien, en er is niets verloren; vraag het na bij %1.",
            en: "%1 says that a copy of %2 is in use. No copy was seen here, and nothing is lost; ask %1 about it.")
        case .partly: Phrase(
            nl: "Bij de %1 zijn %2 van %3 delen gelezen, en bewaard tot de andere er zijn. Vraag '%4' om een nieuw stickbestand.",
            en: "In the %1 %2 of %3 parts were read, and are kept until the others are here. Ask '%4' for a new stick file.")
        case .salvageTaken: Phrase(nl: "Overgenomen als wijzigingen van deze laptop: %1: %2.", en: "Taken in as changes of this laptop: %1: %2.")
        case .salvageDiffers: Phrase(
            nl: "Niet overgenomen, want hier staat iets anders: %1: %2.", en: "Not taken, because something else stands here: %1: %2.")
        case .salvageCounters: Phrase(
            nl: "Niet overgenomen, want getelde bezoekers of stemmen zouden dubbel tellen: %1: %2.",
            en: "Not taken, because visitors or votes would be counted twice: %1: %2.")
        case .salvageDeleted: Phrase(
            nl: "Niet overgenomen, want hier of daar verwijderd: %1: %2.", en: "Not taken, because deleted here or there: %1: %2.")
        case .salvageRefused: Phrase(
            nl: "Niet overgenomen, omdat iemand de database op deze laptop aanpaste: %1: %2.",
            en: "Not taken, because somebody altered the database on this laptop: %1: %2.")
        case .salvageUnknown: Phrase(
            nl: "Niet overgenomen, want hier nog onbekend: %1: %2.", en: "Not taken, because not known here yet: %1: %2.")
        case .contradicted: Phrase(
            nl: "Let op: %1 wijzigingen spreken tegen wat hier al staat, en zijn niet overgenomen. Vraag wie het stickbestand maakte; dit gaat niet vanzelf.",
            en: "Note: %1 changes contradict what stands here already, and were not taken. Ask who made the stick file; this does not happen by itself.")
        case .notSearched: Phrase(
            nl: "Achter de beschadiging is %1 niet doorzocht: dat is te veel.", en: "Behind the damage %1 were not searched: that is too much.")
        case .lostSegments: Phrase(
            nl: "Delen die niet te lezen zijn: %1. Vraag de maker om een nieuw stickbestand.",
            en: "Parts that could not be read: %1. Ask its maker for a new stick file.")
        case .salvagedFrom: Phrase(nl: "%1, beschadigd:", en: "%1, damaged:")
        case .missingOne: Phrase(nl: "Er ontbreekt nog %1 wijziging van %2.", en: "Still missing %1 change of %2.")
        case .missingMany: Phrase(nl: "Er ontbreken nog %1 wijzigingen van %2.", en: "Still missing %1 changes of %2.")
        case .missingOthers: Phrase(
            nl: "Er ontbreken nog %1 wijzigingen van %2 andere laptops (--json noemt ze).",
            en: "Still missing %1 changes of %2 other laptops (--json names them).")
        case .missingUnnamed: Phrase(
            nl: "Er ontbreken nog %1 wijzigingen van wie de ledenlijst niet noemt: %2 (--json noemt ze).",
            en: "Still missing %1 changes of writers that the member list does not name: %2 (--json has them).")
        case .conflictsOne: Phrase(nl: "%1 verschil om te kiezen: 'kith conflicts'.", en: "%1 difference to choose: 'kith conflicts'.")
        case .conflictsMany: Phrase(nl: "%1 verschillen om te kiezen: 'kith conflicts'.", en: "%1 differences to choose: 'kith conflicts'.")
        case .wouldBe: Phrase(nl: "Zo zou het gaan; er is niets veranderd.", en: "This is what would happen; nothing was changed.")

        case .listening: Phrase(nl: "Luistert op %1 (stop met Ctrl-C).", en: "Listening on %1 (stop with Ctrl-C).")
        case .newcomer: Phrase(nl: "Een nieuwe laptop doet mee, met een uitnodiging.", en: "A new laptop has joined, by an invite.")
        case .newcomerNamed: Phrase(nl: "'%1' doet nu mee, met een uitnodiging.", en: "'%1' has joined, by an invite.")
        case .met: Phrase(nl: "Uitgewisseld met %1:", en: "Exchanged with %1:")
        case .metEqual: Phrase(nl: "Beide hadden al hetzelfde.", en: "Both had the same already.")
        case .exchanged: Phrase(
            nl: "Wijzigingen ontvangen: %1, gestuurd: %2 (%3).",
            en: "Changes received: %1, sent: %2 (%3).")
        case .sessionFailed: Phrase(nl: "Uitwisselen lukte niet. %1", en: "An exchange failed. %1")

        case .statusSpace: Phrase(nl: "Buurtlijst '%1' op '%2'", en: "Community list '%1' on '%2'")
        case .statusDigest: Phrase(nl: "Inhoud: %1 (gelijk op laptops die hetzelfde hebben)", en: "Content: %1 (the same on laptops that hold the same)")
        case .statusUnsentNone: Phrase(nl: "Zover bekend staat er niets alleen hier.", en: "As far as is known, nothing is only here.")
        case .statusUnsentNamed: Phrase(nl: "Alles van hier staat ook op: %1.", en: "All from here is also on: %1.")
        case .statusUnsentOne: Phrase(nl: "%1 wijziging staat, zover bekend, alleen hier.", en: "%1 change is, as far as is known, only here.")
        case .statusUnsentMany: Phrase(nl: "%1 wijzigingen staan, zover bekend, alleen hier.", en: "%1 changes are, as far as is known, only here.")
        case .statusUnsentOld: Phrase(
            nl: "De oudste daarvan staat al %1 dagen alleen op deze laptop. Gaat die stuk, dan is het weg: 'kith sync', of een stick met 'kith bundle export'.",
            en: "The oldest of them has stood on this laptop alone for %1 days. If it breaks, that is gone: 'kith sync', or a stick by 'kith bundle export'.")
        case .statusConflictsNone: Phrase(nl: "Er is niets te kiezen.", en: "There is nothing to choose.")
        case .statusNoticesOne: Phrase(nl: "%1 bericht: 'kith conflicts'.", en: "%1 notice: 'kith conflicts'.")
        case .statusNoticesMany: Phrase(nl: "%1 berichten: 'kith conflicts'.", en: "%1 notices: 'kith conflicts'.")
        case .statusInParts: Phrase(
            nl: "Van %3 zijn %1 van %2 delen hier. Ze zijn te zien zodra de rest er is.",
            en: "%1 of %2 parts from %3 are here. They are shown as soon as the rest is.")
        case .statusParkedOne: Phrase(
            nl: "%1 ding past niet in de database op deze laptop: 'kith conflicts'.",
            en: "%1 thing does not fit the database on this laptop: 'kith conflicts'.")
        case .statusParkedMany: Phrase(
            nl: "%1 dingen passen niet in de database op deze laptop: 'kith conflicts'.",
            en: "%1 things do not fit the database on this laptop: 'kith conflicts'.")
        case .statusWaitingOne: Phrase(nl: "%1 stickbestand wacht op eerder werk.", en: "%1 stick file waits for earlier work.")
        case .statusWaitingMany: Phrase(nl: "%1 stickbestanden wachten op eerder werk.", en: "%1 stick files wait for earlier work.")
        case .statusPeer: Phrase(nl: "Laatst gehoord van %1: %2 (%3)", en: "Last heard from %1: %2 (%3)")
        case .statusNoPeer: Phrase(nl: "Nog met niemand uitgewisseld.", en: "Not exchanged with anyone yet.")
        case .statusNotShared: Phrase(nl: "Met de hand toegevoegd, blijft op deze laptop: %1", en: "Added by hand, stays on this laptop: %1")
        case .statusRows: Phrase(nl: "In de lijst: %1", en: "In the list: %1")
        case .statusFile: Phrase(nl: "Bestand: %1 (%2)", en: "File: %1 (%2)")

        case .noConflicts: Phrase(nl: "Er is niets te kiezen en niets na te kijken.", en: "There is nothing to choose and nothing to check.")
        case .noNotices: Phrase(nl: "Er zijn geen berichten.", en: "There are no notices.")
        case .siblingLine: Phrase(nl: "%1  (%2, %3)%4", en: "%1  (%2, %3)%4")
        case .shownMark: Phrase(nl: "  <- te zien", en: "  <- shown")
        case .conflictRemedy: Phrase(
            nl: "Kies met 'kith settle %1 --take mine' (van deze laptop), theirs (van de ander), newest (het nieuwste) of WAARDE.",
            en: "Choose with 'kith settle %1 --take mine' (this laptop's), theirs (the other's), newest (the newest) or VALUE.")
        case .conflictRemedyValue: Phrase(
            nl: "Kies met 'kith settle %1 --take WAARDE', of newest (het nieuwste).",
            en: "Choose with 'kith settle %1 --take VALUE', or newest (the newest).")
        case .passageRemedy: Phrase(
            nl: "Beide staan er. Kies met 'kith settle %1 --take mine' (van deze laptop), theirs (van de ander), both (zo laten) of TEKST.",
            en: "Both stand there. Choose with 'kith settle %1 --take mine' (this laptop's), theirs (the other's), both (leave it so) or TEXT.")
        case .tookWordsAway: Phrase(nl: "(haalde woorden weg)", en: "(took words away)")
        case .noticeEditBeatDelete: Phrase(
            nl: "%1: iemand verwijderde het terwijl een ander het bewerkte; het blijft. Gezien: 'kith dismiss'. Toch weg: 'kith delete'.",
            en: "%1: somebody deleted it while somebody else edited it; it stays. Seen: 'kith dismiss'. Away after all: 'kith delete'.")
        case .noticeRankChose: Phrase(
            nl: "%1: '%2' geldt, want dat is het veiligst; %3. Gezien: 'kith dismiss'. Anders: 'kith edit'.",
            en: "%1: '%2' counts, as it is the safest; %3. Seen: 'kith dismiss'. Otherwise: 'kith edit'.")
        case .noticeEditsMet: Phrase(
            nl: "%1: meer mensen schreven er tegelijk in, op verschillende plekken; alles staat er. %2. Gezien: 'kith dismiss'.",
            en: "%1: several people wrote in it at the same time, in different places; all of it stands. %2. Seen: 'kith dismiss'.")
        case .noticeParked: Phrase(
            nl: "%1: past hier niet, want iemand paste de database hier aan (%2). Vraag wie dat deed; verwijder niets.",
            en: "%1: does not fit here, as somebody altered the database here (%2). Ask who did; delete nothing.")
        case .noticeKeyUnfit: Phrase(
            nl: "%1: past in geen tabel van Kith: het id is leeg of langer dan 1.024 bytes. Niets is verloren; wie het maakte, kan het met een ander id opnieuw toevoegen.",
            en: "%1: fits no table of Kith: its id is empty or longer than 1,024 bytes. Nothing is lost; whoever made it can add it anew with another id.")
        case .stoppedAfter: Phrase(
            nl: "Gestopt. Gedaan, en het blijft: %1. Nog over: %2; dezelfde opdracht gaat verder.",
            en: "Stopped. Done, and stays so: %1. Left: %2; the same command goes on.")
        case .settledOne: Phrase(nl: "%1 verschil is gekozen.", en: "%1 difference is chosen.")
        case .settledMany: Phrase(nl: "%1 verschillen zijn gekozen.", en: "%1 differences are chosen.")
        case .dismissedOne: Phrase(nl: "%1 keer gezien.", en: "%1 seen.")
        case .dismissedMany: Phrase(nl: "%1 keer gezien.", en: "%1 seen.")

        case .undoneLeft: Phrase(
            nl: "Sindsdien door anderen veranderd en dus gelaten: %1.",
            en: "Changed by others since and so left alone: %1.")

        case .emptyList: Phrase(nl: "Niets gevonden.", en: "Nothing found.")
        case .moreRows: Phrase(nl: "… en meer; --limit toont er meer.", en: "… and more; --limit shows more.")
        case .moreThanScreen: Phrase(nl: "… en nog %1; --all toont ze.", en: "… and %1 more; --all shows them.")
        case .isDeleted: Phrase(nl: "in de prullenbak; 'kith undelete %1' haalt het terug", en: "in the trash; 'kith undelete %1' puts it back")
        case .writtenBy: Phrase(nl: "door %1, %2", en: "by %1, %2")
        case .unknownDevice: Phrase(nl: "een onbekende laptop", en: "an unknown laptop")
        case .ownMark: Phrase(nl: "deze laptop", en: "this laptop")


        case .progressReading: Phrase(nl: "Lezen", en: "Reading")
        case .progressPacking: Phrase(nl: "Inpakken", en: "Packing")
        case .progressChecking: Phrase(nl: "Nakijken", en: "Checking")
        case .progressMerging: Phrase(nl: "Verwerken", en: "Taking in")
        case .progressSettling: Phrase(nl: "Kiezen", en: "Choosing")
        case .progressReceiving: Phrase(nl: "Uitwisselen", en: "Exchanging")
        case .progressLeft: Phrase(nl: "nog %1", en: "%1 left")

        case .tableHeader: Phrase(nl: "%1 (%2), bij de %3: %4", en: "%1 (%2), in the %3: %4")
        case .columnKind: Phrase(nl: "  %1  %2%3", en: "  %1  %2%3")
        case .columnRank: Phrase(
            nl: "      van veilig naar minder veilig; van verschillende waarden geldt de eerste:",
            en: "      safest first; of different values the first counts:")
        }
    }
}

extension Language {
    package func say(_ sentence: Sentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: Sentence, _ many: Sentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
