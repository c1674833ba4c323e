import Community
import Schema
import Words

extension StoreError.Code {
    /// `%1`: the detail.
    package var phrase: Phrase {
        switch self {
        case .missing: Phrase(
            nl: "De lijst is er niet. Controleer --replica of KITH_REPLICA, of begin met 'kith init' of 'kith join'.",
            en: "The list is not there. Check --replica or KITH_REPLICA, or begin with 'kith init' or 'kith join'.")
        case .notAReplica: Phrase(
            nl: "Dit bestand is geen buurtlijst van Kith. Er is niets aan veranderd; noem een ander met --replica.",
            en: "This file is not a community list of Kith. Nothing in it was changed; name another with --replica.")
        case .readBackDump: Phrase(
            nl: "Dit is een buurtlijst die uit een SQL-dump is teruggelezen; daarin ontbreekt waaraan Kith haar herkent. Er is niets veranderd. Geef sqlite3 dit voor het bestand, en daarna hetzelfde opnieuw: %1",
            en: "This is a community list that was read back from an SQL dump; what Kith knows it by is not in a dump. Nothing was changed. Give sqlite3 this for the file, then try again: %1")
        case .newerReplica: Phrase(
            nl: "Deze lijst is van een nieuwere Kith. Werk Kith op deze laptop bij.",
            en: "This list is of a newer Kith. Update Kith on this laptop.")
        case .exists: Phrase(
            nl: "Dit is er al: %1. Verander het met 'kith edit', of geef een ander id.",
            en: "This is there already: %1. Change it with 'kith edit', or give another id.")
        case .damaged: Phrase(
            nl: "SQLite vindt het bestand beschadigd. Laat het staan, maak een kopie en zet een reservekopie terug. (%1)",
            en: "SQLite finds the file damaged. Leave it where it is, copy it, and restore a backup. (%1)")
        case .busy: Phrase(
            nl: "Een ander programma houdt de lijst bezet. Sluit het of bewaar daar uw werk, en probeer het opnieuw.",
            en: "Another program keeps the list busy. Close it or save your work there, and try again.")
        case .full: Phrase(
            nl: "De schijf is vol: dit kon niet worden afgemaakt. Wat er stond, staat er nog. Maak de schijf leger, en geef dezelfde opdracht nog eens.",
            en: "The disk is full: this could not be finished. What was there is there still. Free some of the disk, and give the same command again.")
        case .readOnly: Phrase(
            nl: "De lijst of haar map mag niet geschreven worden. Controleer de rechten, of kopieer het bestand naar uw eigen map.",
            en: "The list or its folder may not be written. Check the permissions, or copy the file to your own folder.")
        case .disk: Phrase(
            nl: "De schijf geeft een fout: dit kon niet worden afgemaakt. Maak een reservekopie en controleer de schijf. (%1)",
            en: "The disk reports an error: this could not be finished. Make a backup and check the disk. (%1)")
        case .memory: Phrase(
            nl: "Deze computer heeft geen geheugen meer over, of te veel bestanden open: dit kon niet worden afgemaakt. Wat er stond, staat er nog. Sluit andere programma's, en geef dezelfde opdracht nog eens.",
            en: "This computer has no memory left, or too many files open: this could not be finished. What was there is there still. Close other programs, and give the same command again.")
        case .tableChanged: Phrase(
            nl: "Iemand paste de database hier aan; tot dat hersteld is gaat er niets in of uit. Wat weg is, met de opdracht voor sqlite3 die het terugbrengt: %1. Een kolom die zo terugkomt is leeg: een reservekopie ('kith restore') heeft ook wat erin stond.",
            en: "Somebody altered the database here; until that is put right nothing goes in or out. What is gone, with the command for sqlite3 that brings it back: %1. A column made this way is empty: a backup ('kith restore') has what it held as well.")
        case .unknownName: Phrase(nl: "Dat is er niet: %1. 'kith tables' noemt wat er is.", en: "There is no such thing: %1. 'kith tables' names what there is.")
        case .notFound: Phrase(
            nl: "Niets heet zo, en geen kenmerk is of eindigt zo. Zoek met 'kith find', of zie 'kith list contact'.",
            en: "Nothing is called so, and no reference is this or ends so. Look with 'kith find', or see 'kith list contact'.")
        case .erased: Phrase(
            nl: "Dit is gewist en kan niet terugkomen. Is het opnieuw nodig, voeg het dan opnieuw toe, met een nieuw id.",
            en: "This was erased and cannot come back. If it is needed again, add it anew, with a new id.")
        case .ambiguous: Phrase(
            nl: "Meer kenmerken eindigen zo. Geef meer tekens, ten minste vier.",
            en: "Several references end so. Give more characters, at least four.")
        case .writtenOnce: Phrase(
            nl: "Dit wordt één keer geschreven en blijft zo: %1. Is het fout, verwijder het dan en voeg het opnieuw toe.",
            en: "This is written once and stays: %1. If it is wrong, delete it and add it anew.")
        case .changedMeanwhile: Phrase(
            nl: "Hier is intussen iets anders van gemaakt: %1. Er is niets geschreven. Bekijk het met 'kith show', en bewerk wat er nu staat.",
            en: "Somebody has made something else of this meanwhile: %1. Nothing was written. Look at it with 'kith show', and edit what stands there now.")
        case .severalPassages: Phrase(
            nl: "In deze tekst zijn meer plekken te kiezen: %1. Zeg welke, met --passage en het nummer dat 'kith conflicts' noemt.",
            en: "There are several places to choose in this text: %1. Say which, with --passage and the number that 'kith conflicts' says.")
        case .wrongState: Phrase(
            nl: "Dat kan niet, zoals het er nu voor staat: %1. Bekijk het met 'kith show', of zet het goed met 'kith edit'.",
            en: "That cannot be, as it stands now: %1. Look at it with 'kith show', or put it right with 'kith edit'.")
        case .valueTooLarge: Phrase(
            nl: "Dit is te groot om mee te nemen (ten hoogste 16 MiB): %1. Maak het kleiner, of zet het in een eigen tabel.",
            en: "This is too large to take along (16 MiB at most): %1. Make it smaller, or keep it in a table of your own.")
        case .massChange: Phrase(
            nl: "Er is met SQL veel tegelijk veranderd. Zeg of dat de bedoeling is: '--accept-mass-change' of 'kith undo'.",
            en: "Much was changed at once by SQL. Say whether that is meant: '--accept-mass-change' or 'kith undo'.")
        case .nothingToUndo: Phrase(
            nl: "Van de laatste 30 dagen valt hier niets ongedaan te maken; 'kith steps' toont wat er was.",
            en: "Nothing of the last 30 days can be undone here; 'kith steps' lists what there was.")
        case .nothingToRedo:
            Phrase(nl: "Er is niets om opnieuw te doen; zie 'kith steps'.", en: "There is nothing to do again; see 'kith steps'.")
        case .noSuchStep: Phrase(
            nl: "Met stap %1 kan dit niet: hij is er niet, of het is al gebeurd. 'kith steps' noemt de stappen.",
            en: "This cannot be done with step %1: it is not there, or it is done already. 'kith steps' lists the steps.")
        case .sqlite: Phrase(
            nl: "SQLite weigert dit: %1. Controleer de voorwaarde of de kolomnamen ('kith tables').",
            en: "SQLite refuses this: %1. Check the condition or the column names ('kith tables').")
        }
    }
}

extension StoreError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
    package var subject: String { detail.isEmpty ? code.rawValue : detail }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String {
        // What somebody typed is told, not what was looked through.
        if code == .unknownName, detail == "area", !work.isEmpty { return language.fill(language.text(StoreError.noSuchArea), [work]) }
        guard code == .notFound, !work.isEmpty else { return language.fill(language.text(phrase), [code == .wrongState ? standing(in: language) : subject]) }
        return language.fill(language.text(StoreError.notCalledSo), [work])
    }

    /// "match.status: done" in words: "match: Done".
    private func standing(in language: Language) -> String {
        let pieces = detail.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
        let place = (pieces.first ?? "").split(separator: ".").map(String.init)
        guard let table = place.first else { return subject }
        let column = place.count > 1 ? place[1] : ""
        let code = pieces.count > 1 ? String(pieces[1]) : ""
        let label = Schema.community[table]?[column: column]?.codes.flatMap { CodeList.named($0)?[code] }.map { language.text($0.label) } ?? code
        return ([language.kind(of: table)] + [label.isEmpty ? language.column(column, in: table) : label].filter { !$0.isEmpty }).joined(separator: ": ")
    }

    private static let noSuchArea = Phrase(
        nl: "'%1' is geen gebied, en niemand schreef het bij iets. 'kith list area' noemt de gebieden.",
        en: "'%1' is no area, and nobody wrote it with anything. 'kith list area' names the areas.")
    private static let notCalledSo = Phrase(
        nl: "'%1' staat niet in de lijst, en geen kenmerk is of eindigt zo. Zoek met 'kith find', of zie 'kith list contact'.",
        en: "'%1' is not in the list, and no reference is this or ends so. Look with 'kith find', or see 'kith list contact'.")
}

extension MassChange: Explained {
    package var errorCode: String { StoreError.Code.massChange.rawValue }
    package var phrase: Phrase { StoreError.Code.massChange.phrase }
    package var subject: String { "" }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String { sentence(in: language) }

    /// "Of 5,000 contacts, 4,812 had this changed by SQL: Given name.", a sentence for each column.
    package func sentence(in language: Language) -> String {
        let parts = entries.map { entry in
            entry.column.map {
                language.say(MassSentence.changed, language.number(entry.count), language.number(entry.rowCount), language.kinds(of: entry.table), language.column($0, in: entry.table))
            } ?? language.say(MassSentence.deleted, language.number(entry.count), language.number(entry.rowCount), language.kinds(of: entry.table))
        }
        return parts.joined(separator: " ") + " " + language.say(MassSentence.remedy)
    }
}

/// What is said of a mass change (see `Saying`).
package enum MassSentence: String, CaseIterable, Saying {
    case changed, deleted, remedy

    package var phrase: Phrase {
        switch self {
        case .changed: Phrase(nl: "Bij %1 van de %2 %3 is met SQL veranderd: %4.", en: "Of %2 %3, %1 had this changed by SQL: %4.")
        case .deleted: Phrase(nl: "%1 van de %2 %3 zijn met SQL verwijderd.", en: "%1 of %2 %3 were deleted by SQL.")
        case .remedy: Phrase(
            nl: "Is dat de bedoeling, geef dan --accept-mass-change; zo niet, 'kith undo'.",
            en: "If that is meant, give --accept-mass-change; if not, run 'kith undo'.")
        }
    }
}
