import Words

/// Everything the program says that is not an error or help: one catalogue, both languages. `%1`, `%2` are blanks.
package enum Sentence: String, CaseIterable, Saying {
    case massChangeQuestion, massChangeUndone
    case spaceMade, spaceNext, joined, settledNothing
    case rejectedLine, moreRejected, importRemark, moreRemarks, unmapped, lineOne, lineMany, importCounts, dryRun, importDiffering, importOverwritten, importRefused, importDeleted, importBroughtBack
    case importMarked, importEncoding, importEncodingAssumed, importMonthFirst, importDatesAssumed
    case added, edited, deleted, undeleted, counted
    case changeOne, changeMany
    case exported, exportedWhole, exportedButFor, exportReplaced, safeToRemove
    case requestWritten
    case bundleClosed, bundleEpoch, quarantined, unreadableKey, unreadableNewer, unreadableFault, passedOver, statementsOne, statementsMany
    case bundleFrom, bundleHolds, bundleIntact, bundleSpace, bundleSize, bundleBuildsOn
    case cameFrom, mergeCounts, nothingNew, waits, waitsForChain, copyFound, copyTold, waitingMerged, partly, lostSegments, salvagedFrom
    case salvageTaken, salvageDiffers, salvageCounters, salvageDeleted, salvageRefused, salvageUnknown, notSearched, contradicted
    case missingOne, missingMany, missingOthers, missingUnnamed, conflictsOne, conflictsMany, wouldBe
    case listening, newcomer, met, metEqual, exchanged, sessionFailed
    case statusSpace, statusDigest, statusUnsentNone, statusUnsentOne, statusUnsentMany, statusConflictsNone
    case statusNoticesOne, statusNoticesMany, statusParkedOne, statusParkedMany
    case statusWaitingOne, statusWaitingMany, statusInParts, statusPeer, statusNoPeer, statusNotShared, statusRows, statusFile
    case noConflicts, siblingLine, shownMark, conflictRemedy, noticeEditBeatDelete, noticeRankChose, noticeParked, noticeKeyUnfit
    case settledOne, settledMany, dismissedOne, dismissedMany, stoppedAfter
    case undoneLeft
    case emptyList, moreRows, isDeleted, writtenBy, unknownDevice, ownMark
    case progressReading, progressPacking, progressChecking, progressMerging, progressReceiving, progressSettling, progressLeft
    case tableHeader, columnKind, columnRank

    package var phrase: Phrase {
        switch self {
        case .massChangeQuestion: Phrase(
            nl: "Versturen (v), ongedaan maken (o), niets doen (Enter)? ", en: "Send (s), undo (u), do nothing (Enter)? ")
        case .massChangeUndone: Phrase(
            nl: "Teruggedraaide bewerkingen met SQL: %1.",
            en: "Edits by SQL that were undone: %1.")

        case .spaceMade: Phrase(nl: "Ruimte '%1' is begonnen op '%2': %3", en: "Space '%1' begins on '%2': %3")
        case .spaceNext: Phrase(
            nl: "Verder: 'kith import lijst.csv', en voor een andere laptop daar 'kith join --request' en hier 'kith device admit', of over het netwerk 'kith invite'.\nDeze laptop is de enige coördinator. Gaat hij stuk, dan kan niemand nog iemand toelaten: laat een tweede toe met --role coordinator, en druk een herstelsleutel af met 'kith recovery print'.",
            en: "Next: 'kith import list.csv', and for another laptop 'kith join --request' there and 'kith device admit' here, or over the network 'kith invite'.\nThis laptop is the only coordinator. If it breaks, nobody can admit anyone any more: admit a second with --role coordinator, and print a recovery key with 'kith recovery print'.")
        case .joined: Phrase(nl: "'%2' doet mee in ruimte '%1': %3", en: "'%2' has joined space '%1': %3")
        case .settledNothing: Phrase(nl: "Daar was niets te beslechten.", en: "There was nothing to settle.")

        case .rejectedLine: Phrase(nl: "Regel %1 is niet overgenomen. %2", en: "Line %1 was not taken. %2")
        case .moreRejected: Phrase(nl: "… en nog %1 regels niet.", en: "… and %1 more lines were not.")
        case .importRemark: Phrase(nl: "Regel %1: %2", en: "Line %1: %2")
        case .moreRemarks: Phrase(nl: "… en nog %1 opmerkingen (--json noemt er 100).", en: "… and %1 more remarks (--json lists 100).")
        case .unmapped: Phrase(
            nl: "Kolommen die nergens in passen: %1. Koppel ze met --map 'Kop=kolom'.",
            en: "Columns that fit nowhere: %1. Map them with --map 'Header=column'.")
        case .lineOne: Phrase(nl: "%1 regel gelezen", en: "%1 line read")
        case .lineMany: Phrase(nl: "%1 regels gelezen", en: "%1 lines read")
        case .importCounts: Phrase(
            nl: "%1. Rijen nieuw: %2, aangevuld: %3, ongewijzigd: %4. Regels geweigerd: %5.",
            en: "%1. Rows new: %2, filled in: %3, unchanged: %4. Lines rejected: %5.")
        case .dryRun: Phrase(nl: "Alleen gekeken: er is niets veranderd.", en: "Only looked: nothing was changed.")
        case .importDiffering: Phrase(
            nl: "Rijen die van de lijst verschillen en bleven zoals ze waren: %1 (--overwrite neemt de lijst).",
            en: "Rows that differ from the list and were kept: %1 (--overwrite takes the list's).")
        case .importOverwritten: Phrase(
            nl: "Rijen die de waarden van de lijst kregen: %1.",
            en: "Rows that took the list's values: %1.")
        case .importRefused: Phrase(
            nl: "Rijen die niet in hun tabel passen, door een regel die iemand hier toevoegde: %1.",
            en: "Rows that do not fit their tables, because of a rule that somebody added here: %1.")
        case .importDeleted: Phrase(
            nl: "Rijen die hier eerder zijn verwijderd of ongedaan gemaakt en wegblijven: %1 (--bring-back neemt ze weer op).",
            en: "Rows that were deleted or undone here before and stay away: %1 (--bring-back takes them in again).")
        case .importBroughtBack: Phrase(
            nl: "Rijen die hier verwijderd waren en er weer zijn: %1.",
            en: "Rows that were deleted here and are back: %1.")
        case .importMarked: Phrase(
            nl: "Niet bewaard, alleen een kenmerk om dubbelen te vinden: %1.",
            en: "Not kept, but for a mark to find duplicates by: %1.")
        case .importEncoding: Phrase(nl: "Gelezen als %1.", en: "Read as %1.")
        case .importEncodingAssumed: Phrase(
            nl: "Gelezen als %1, en dat is een aanname: kijk letters als é en ş na, of geef de tekenset met --encoding.",
            en: "Read as %1, which is assumed: check letters such as é and ş, or give the character set with --encoding.")
        case .importMonthFirst: Phrase(nl: "Datums met de maand voorop: %1.", en: "Days with the month first: %1.")
        case .importDatesAssumed: Phrase(
            nl: "Of de dag of de maand voorop staat, is niet te zien in: %1. De dag is genomen.",
            en: "Whether the day or the month is first cannot be told in: %1. The day was taken.")

        case .added: Phrase(nl: "Toegevoegd aan %1: %3 (%2)", en: "Added to %1: %3 (%2)")
        case .edited: Phrase(nl: "Bewaard: %3 (%1 %2)", en: "Stored: %3 (%1 %2)")
        case .deleted: Phrase(nl: "Verwijderd: %3 (%1 %2). 'kith undelete %2' haalt het terug.", en: "Deleted: %3 (%1 %2). 'kith undelete %2' brings it back.")
        case .undeleted: Phrase(nl: "Weer terug: %3 (%1 %2)", en: "Back again: %3 (%1 %2)")
        case .counted: Phrase(nl: "%1 staat nu op %2.", en: "%1 is now %2.")

        case .changeOne: Phrase(nl: "%1 wijziging", en: "%1 change")
        case .changeMany: Phrase(nl: "%1 wijzigingen", en: "%1 changes")
        case .exported: Phrase(
            nl: "%1: %2, %3.",
            en: "%1: %2, %3.")
        case .exportedWhole: Phrase(
            nl: "Alles zit erin: de bundel past bij iedereen in de ruimte.",
            en: "It holds everything: it suits anyone in the space.")
        case .exportedButFor: Phrase(
            nl: "Niet te openen voor: %1. Hun sleutel is niet bruikbaar, of er is geen plaats voor zo veel nieuwkomers. Maak voor hen een bundel met --for.",
            en: "Cannot be opened by: %1. Their key is of no use, or there is no room for so many newcomers. Make them a bundle with --for.")
        case .exportReplaced: Phrase(
            nl: "De bundel die er stond, was hier al ingelezen en is vervangen.",
            en: "The bundle that was there had been imported here and was replaced.")
        case .safeToRemove: Phrase(
            nl: "Geschreven en nagelezen. Werp de stick uit voor u hem eruit haalt.",
            en: "Written and read back. Eject the stick before you pull it out.")

        case .requestWritten: Phrase(
            nl: "Verzoek geschreven: %1\nDit apparaat is %2\nGeef het bestand aan een coördinator ('kith device admit') en lees dit nummer erbij voor. Sluit daarna aan met de volgende bundel: 'kith join BUNDEL'.",
            en: "Request written: %1\nThis device is %2\nHand the file to a coordinator ('kith device admit') and read out this id. Then join with the next bundle: 'kith join BUNDLE'.")
        case .bundleClosed: Phrase(
            nl: "Een bundel van Kith, verzegeld. Deze laptop heeft er geen sleutel voor.",
            en: "A Kith bundle, sealed. This laptop has no key for it.")
        case .bundleEpoch: Phrase(
            nl: "Sleutelkenmerk: %1. Doosjes voor nieuwkomers: %2.", en: "Epoch tag: %1. Newcomers' boxes: %2.")
        case .unreadableKey: Phrase(
            nl: "%1: %2 van '%3' zijn nog niet te lezen: de sleutel is hier niet. De rest is opgenomen. Als de sleutel komt (ontmoet een coördinator), gaan ze vanzelf open.",
            en: "%1: %2 from '%3' cannot be read yet: the key is not here. All else was taken in. When the key comes (meet a coordinator), they open by themselves.")
        case .unreadableNewer: Phrase(
            nl: "%1: %2 van '%3' zijn met een nieuwere versie gemaakt. De rest is opgenomen. Werk Kith bij, dan gaan ze vanzelf open.",
            en: "%1: %2 from '%3' were made by a newer version. All else was taken in. Upgrade Kith, and they open by themselves.")
        case .unreadableFault: Phrase(
            nl: "%1: %2 van '%3' zijn niet te lezen: het programma dat ze inpakte heeft een fout gemaakt. De rest is opgenomen. Laat '%3' Kith bijwerken.",
            en: "%1: %2 from '%3' cannot be read: the program that packed them made a mistake. All else was taken in. Have '%3' upgrade Kith.")
        case .quarantined: Phrase(
            nl: "%1: %2 van een verwijderd apparaat, apart gezet. Bekijk met 'kith quarantine list'.",
            en: "%1: %2 from a removed device, set aside. Look with 'kith quarantine list'.")
        case .passedOver: Phrase(
            nl: "%1: overgeslagen; dit apparaat mag daar niet bij.", en: "%1: passed over; this device is not admitted to it.")
        case .statementsOne: Phrase(nl: "1 bericht over leden of sleutels.", en: "1 statement on members or keys.")
        case .statementsMany: Phrase(nl: "%1 berichten over leden of sleutels.", en: "%1 statements on members or keys.")
        case .bundleFrom: Phrase(nl: "Van %1, gemaakt %2 (%3).", en: "From %1, made %2 (%3).")
        case .bundleHolds: Phrase(
            nl: "%1: %2%3",
            en: "%1: %2%3")
        case .bundleBuildsOn: Phrase(
            nl: "; bouwt voort op wat de ontvanger al heeft.", en: "; builds on what the receiver already holds.")
        case .bundleIntact: Phrase(nl: "De bundel is heel. Er is niets geschreven.", en: "The bundle is intact. Nothing was written.")
        case .bundleSpace: Phrase(nl: "Ruimte '%1'", en: "Space '%1'")
        case .bundleSize: Phrase(nl: "Grootte: %1", en: "Size: %1")

        case .cameFrom: Phrase(nl: "%1, van %2, gemaakt %3 (%4):", en: "%1, from %2, made %3 (%4):")
        case .mergeCounts: Phrase(
            nl: "%1 nieuw, %2 gewijzigd, %3 verwijderd, %4 in conflict.",
            en: "%1 new, %2 changed, %3 deleted, %4 in conflict.")
        case .nothingNew: Phrase(nl: "Alles was hier al.", en: "All of it was here already.")
        case .waits: Phrase(
            nl: "%1 wacht op een eerdere bundel: er ontbreken nog %2 wijzigingen. Zodra die er zijn, mengt hij vanzelf.",
            en: "%1 waits for an earlier bundle: %2 changes are still missing. It merges by itself when they are here.")
        case .waitingMerged: Phrase(
            nl: "Wachtende bundels die nu ook gemengd zijn: %1.",
            en: "Bundles that waited and were merged as well: %1.")
        case .waitsForChain: Phrase(
            nl: "%1 wacht: het komt van een kopie van een laptop, en eerder werk daarvan ontbreekt nog. Niets gaat verloren.",
            en: "%1 waits: it comes from a copy of a laptop, and earlier work of it is still missing. Nothing is lost.")
        case .copyFound: Phrase(
            nl: "Let op: er is een kopie van %1 in gebruik. Beide tellen mee, er is niets verloren.",
            en: "Note: a copy of %1 is in use. The work of both is kept; nothing is lost.")
        case .copyTold: Phrase(
            nl: "%1 meldt dat er een kopie van %2 in gebruik is. Hier is geen kopie gezien, en er is niets verloren; vraag het na bij %1.",
            en: "%1 says that a copy of %2 is in use. No copy was seen here, and nothing is lost; ask %1 about it.")
        case .partly: Phrase(
            nl: "%1: %2 van %3 delen waren heel. Ze zijn bewaard tot de andere er zijn.",
            en: "%1: %2 of %3 parts were intact. They are kept until the others are here.")
        case .salvageTaken: Phrase(
            nl: "Overgenomen als wijzigingen van deze laptop: %1 rijen: %2.",
            en: "Taken over as changes of this laptop: %1 rows: %2.")
        case .salvageDiffers: Phrase(
            nl: "Niet overgenomen, want hier staat iets anders: %1: %2.", en: "Not taken, because something else stands here: %1: %2.")
        case .salvageCounters: Phrase(
            nl: "Niet overgenomen, want tellers zouden dubbel tellen: %1: %2.",
            en: "Not taken, because counters would count twice: %1: %2.")
        case .salvageDeleted: Phrase(
            nl: "Niet overgenomen, want hier of daar verwijderd: %1: %2.", en: "Not taken, because deleted here or there: %1: %2.")
        case .salvageRefused: Phrase(
            nl: "Niet overgenomen, want een regel in de tabel weigert het: %1: %2.", en: "Not taken, because a rule of the table refuses it: %1: %2.")
        case .salvageUnknown: Phrase(
            nl: "Niet overgenomen, want hier nog onbekend: %1: %2.", en: "Not taken, because not known here yet: %1: %2.")
        case .contradicted: Phrase(
            nl: "Let op: %1 wijzigingen spreken tegen wat hier al onder hetzelfde nummer staat, en zijn niet overgenomen. Iemand heeft niet eerlijk ingepakt.",
            en: "Note: %1 changes contradict what stands here under the same number, and were not taken. Somebody has not packed honestly.")
        case .notSearched: Phrase(
            nl: "Achter de beschadiging is %1 niet doorzocht: dat is te veel.", en: "Behind the damage %1 were not searched: that is too much.")
        case .lostSegments: Phrase(
            nl: "Beschadigde of ontbrekende delen: %1. Vraag de maker om een nieuwe bundel.",
            en: "Segments that are damaged or not there: %1. Ask the maker for a new bundle.")
        case .salvagedFrom: Phrase(nl: "%1, beschadigd:", en: "%1, damaged:")
        case .missingOne: Phrase(nl: "Er ontbreekt nog %1 wijziging van %2.", en: "Still missing %1 change of %2.")
        case .missingMany: Phrase(nl: "Er ontbreken nog %1 wijzigingen van %2.", en: "Still missing %1 changes of %2.")
        case .missingOthers: Phrase(
            nl: "Er ontbreken nog %1 wijzigingen van %2 andere apparaten (--json noemt ze).",
            en: "Still missing %1 changes of %2 other devices (--json names them).")
        case .missingUnnamed: Phrase(
            nl: "Er ontbreken nog %1 wijzigingen van schrijvers die de ledenlijst niet noemt: %2 (--json noemt ze).",
            en: "Still missing %1 changes of writers that the roster does not name: %2 (--json has them).")
        case .conflictsOne: Phrase(nl: "%1 conflict wacht op u: 'kith conflicts'.", en: "%1 conflict waits for you: 'kith conflicts'.")
        case .conflictsMany: Phrase(nl: "%1 conflicten wachten op u: 'kith conflicts'.", en: "%1 conflicts wait for you: 'kith conflicts'.")
        case .wouldBe: Phrase(nl: "Zo zou het gaan; er is niets veranderd.", en: "This is what would happen; nothing was changed.")

        case .listening: Phrase(nl: "Luistert op %1 (stop met Ctrl-C).", en: "Listening on %1 (stop with Ctrl-C).")
        case .newcomer: Phrase(nl: "Een nieuwkomer is toegelaten met een uitnodiging.", en: "A newcomer was admitted by an invite.")
        case .met: Phrase(nl: "Ontmoeting met %1:", en: "Met %1:")
        case .metEqual: Phrase(nl: "Beide hadden al hetzelfde.", en: "Both had the same already.")
        case .exchanged: Phrase(
            nl: "Wijzigingen ontvangen: %1, gestuurd: %2 (%3).",
            en: "Changes received: %1, sent: %2 (%3).")
        case .sessionFailed: Phrase(nl: "Een ontmoeting mislukte. %1", en: "A session failed. %1")

        case .statusSpace: Phrase(nl: "Ruimte '%1' op '%2'", en: "Space '%1' on '%2'")
        case .statusDigest: Phrase(nl: "Inhoud: %1 (gelijk op laptops die hetzelfde hebben)", en: "Content: %1 (the same on laptops that hold the same)")
        case .statusUnsentNone: Phrase(nl: "Alles is bij een ander bekend.", en: "Everything is known to someone else.")
        case .statusUnsentOne: Phrase(nl: "%1 wijziging is nog bij niemand anders bekend.", en: "%1 change is not yet known to anyone else.")
        case .statusUnsentMany: Phrase(nl: "%1 wijzigingen zijn nog bij niemand anders bekend.", en: "%1 changes are not yet known to anyone else.")
        case .statusConflictsNone: Phrase(nl: "Geen conflicten.", en: "No conflicts.")
        case .statusNoticesOne: Phrase(nl: "%1 mededeling: 'kith conflicts'.", en: "%1 notice: 'kith conflicts'.")
        case .statusNoticesMany: Phrase(nl: "%1 mededelingen: 'kith conflicts'.", en: "%1 notices: 'kith conflicts'.")
        case .statusInParts: Phrase(
            nl: "Van %3 zijn %1 van %2 delen hier. Ze zijn te zien zodra de rest er is.",
            en: "%1 of %2 parts from %3 are here. They are shown as soon as the rest is.")
        case .statusParkedOne: Phrase(nl: "%1 rij past niet in de tabel: 'kith conflicts'.", en: "%1 row does not fit its table: 'kith conflicts'.")
        case .statusParkedMany: Phrase(nl: "%1 rijen passen niet in hun tabel: 'kith conflicts'.", en: "%1 rows do not fit their tables: 'kith conflicts'.")
        case .statusWaitingOne: Phrase(nl: "%1 bundel wacht op een eerdere.", en: "%1 bundle waits for an earlier one.")
        case .statusWaitingMany: Phrase(nl: "%1 bundels wachten op eerdere.", en: "%1 bundles wait for earlier ones.")
        case .statusPeer: Phrase(nl: "Laatst gehoord van %1: %2 (%3)", en: "Last heard from %1: %2 (%3)")
        case .statusNoPeer: Phrase(nl: "Nog niemand ontmoet.", en: "Nobody met yet.")
        case .statusNotShared: Phrase(nl: "Met de hand toegevoegd, blijft op deze laptop: %1", en: "Added by hand, stays on this laptop: %1")
        case .statusRows: Phrase(nl: "Rijen: %1", en: "Rows: %1")
        case .statusFile: Phrase(nl: "Bestand: %1 (%2)", en: "File: %1 (%2)")

        case .noConflicts: Phrase(nl: "Geen conflicten en geen mededelingen.", en: "No conflicts and no notices.")
        case .siblingLine: Phrase(nl: "%1  (%2, %3)%4", en: "%1  (%2, %3)%4")
        case .shownMark: Phrase(nl: "  <- te zien", en: "  <- shown")
        case .conflictRemedy: Phrase(
            nl: "Beslecht met 'kith settle %1 --take mine|theirs|newest|WAARDE'.",
            en: "Settle with 'kith settle %1 --take mine|theirs|newest|VALUE'.")
        case .noticeEditBeatDelete: Phrase(
            nl: "%1: iemand verwijderde het terwijl een ander het bewerkte; het blijft. 'kith dismiss', of 'kith delete'.",
            en: "%1: somebody deleted it while somebody else edited it; it stays. 'kith dismiss', or 'kith delete'.")
        case .noticeRankChose: Phrase(
            nl: "%1: van verschillende waarden geldt de veiligste: %2. 'kith dismiss', of 'kith edit'.",
            en: "%1: of different values the safest counts: %2. 'kith dismiss', or 'kith edit'.")
        case .noticeParked: Phrase(
            nl: "%1: past niet in de tabel op deze laptop (%2). Haal de regel weg die iemand hier toevoegde.",
            en: "%1: does not fit the table on this laptop (%2). Remove the rule that somebody added here.")
        case .noticeKeyUnfit: Phrase(
            nl: "%1: past in geen tabel van Kith: de sleutel is leeg of langer dan 1.024 bytes. Niets is verloren; wie de rij maakte, kan haar onder een andere sleutel opnieuw toevoegen.",
            en: "%1: fits no table of Kith: its key is empty or longer than 1,024 bytes. Nothing is lost; whoever made the row can add it anew under another key.")
        case .stoppedAfter: Phrase(
            nl: "Gestopt. Gedaan, en het blijft: %1. Nog over: %2; dezelfde opdracht gaat verder.",
            en: "Stopped. Done, and stays so: %1. Left: %2; the same command goes on.")
        case .settledOne: Phrase(nl: "%1 conflict is beslecht.", en: "%1 conflict is settled.")
        case .settledMany: Phrase(nl: "%1 conflicten zijn beslecht.", en: "%1 conflicts are settled.")
        case .dismissedOne: Phrase(nl: "%1 mededeling is afgedaan.", en: "%1 notice is dismissed.")
        case .dismissedMany: Phrase(nl: "%1 mededelingen zijn afgedaan.", en: "%1 notices are dismissed.")

        case .undoneLeft: Phrase(
            nl: "Sindsdien door anderen veranderd en dus gelaten: %1.",
            en: "Changed by others since and so left alone: %1.")

        case .emptyList: Phrase(nl: "Niets gevonden.", en: "Nothing found.")
        case .moreRows: Phrase(nl: "… en meer; --limit toont er meer.", en: "… and more; --limit shows more.")
        case .isDeleted: Phrase(nl: "verwijderd; 'kith undelete %1' haalt het terug", en: "deleted; 'kith undelete %1' brings it back")
        case .writtenBy: Phrase(nl: "door %1, %2", en: "by %1, %2")
        case .unknownDevice: Phrase(nl: "een onbekend apparaat", en: "an unknown device")
        case .ownMark: Phrase(nl: "deze laptop", en: "this laptop")


        case .progressReading: Phrase(nl: "Lezen", en: "Reading")
        case .progressPacking: Phrase(nl: "Inpakken", en: "Packing")
        case .progressChecking: Phrase(nl: "Nakijken", en: "Checking")
        case .progressMerging: Phrase(nl: "Mengen", en: "Merging")
        case .progressSettling: Phrase(nl: "Kiezen", en: "Settling")
        case .progressReceiving: Phrase(nl: "Uitwisselen", en: "Exchanging")
        case .progressLeft: Phrase(nl: "nog %1", en: "%1 left")

        case .tableHeader: Phrase(nl: "%1 (collectie %2): %3", en: "%1 (collection %2): %3")
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
