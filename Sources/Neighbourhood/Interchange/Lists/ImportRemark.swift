import Community
import Words

/// Something of a list that a person should hear of although its line was taken: what was left out, and what was decided.
package struct ImportRemark: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// Others stand under the same number (or name with telephone) in the list, or here: a row of its own was made.
        case sharedNumber(String)
        /// Properties that have no column here.
        case leftOut([String])
        /// The end is on a clock whose difference with that of the beginning is not known.
        case endWithoutZone(String)
        case endBeforeStart
        /// The beginning is on the clock of a zone that the system does not know.
        case unknownZone(String)
        /// A zone of the file's own name, taken for one that goes by the same rules.
        case zoneByItsRules(String, String)
        /// An end or a length that cannot be read, by property.
        case badEnd(String)
        /// Cells of which not even a mark could be kept, by column.
        case noMark([String])
        /// Properties that stand there several times where one may: the first was taken.
        case doubled([String])
        /// A whole series that is cancelled: none of its dates is held.
        case seriesCancelled
        /// A changed date of a series that the file does not have.
        case partOfAbsentSeries
        /// Of dates of a series some, or a rule, could not be read or followed to its end.
        case datesLeftOut(String)
        /// Lines of a card that cannot be read, or stand twice where one may stand: kept as text, by property.
        case keptAsText([String])
        /// Values here differ from the list's, and were kept.
        case differs
        /// A row of the line was deleted or undone here, and stays away.
        case deletedHere
        /// A row of the line does not fit its table, by a rule that somebody added.
        case refused
    }

    /// On which the card, event or line begins, from 1.
    package let line: Int
    package let about: Subject

    package init(line: Int, about: Subject) {
        self.line = line
        self.about = about
    }

    /// Stays the same, for scripts.
    package var code: String {
        switch about {
        case .sharedNumber: "shared-number"
        case .leftOut: "left-out"
        case .endWithoutZone: "end-without-zone"
        case .endBeforeStart: "end-before-start"
        case .unknownZone: "unknown-zone"
        case .zoneByItsRules: "zone-by-its-rules"
        case .badEnd: "bad-end"
        case .noMark: "no-mark"
        case .doubled: "doubled"
        case .seriesCancelled: "series-cancelled"
        case .partOfAbsentSeries: "part-of-absent-series"
        case .datesLeftOut: "dates-left-out"
        case .keptAsText: "kept-as-text"
        case .differs: "differs"
        case .deletedHere: "deleted-here"
        case .refused: "refused"
        }
    }

    package var phrase: Phrase {
        switch about {
        case .sharedNumber(let number):
            Phrase(
                nl: "'\(number)' staat voor meer dan één persoon of afspraak: deze regel is iets eigens geworden.",
                en: "'\(number)' stands for more than one person or event: this line became one of its own.")
        case .leftOut(let names):
            Phrase(
                nl: "niet overgenomen, want er is hier geen plek voor: \(names.joined(separator: ", ")).",
                en: "not taken, as there is no place for it here: \(names.joined(separator: ", ")).")
        case .endWithoutZone(let zone):
            Phrase(
                nl: "het eind is niet overgenomen: onbekend is hoe de klok van '\(zone)' loopt naast die van het begin.",
                en: "the end was not taken: how the clock of '\(zone)' goes beside that of the beginning is not known.")
        case .endBeforeStart:
            Phrase(nl: "het eind ligt voor het begin, en is niet overgenomen.", en: "the end is before the beginning, and was not taken.")
        case .unknownZone(let zone):
            Phrase(
                nl: "tijdzone '\(zone)' is hier onbekend: de tijd is overgenomen zoals hij er staat.",
                en: "time zone '\(zone)' is not known here: the time was taken as it stands.")
        case .zoneByItsRules(let name, let found):
            Phrase(
                nl: "tijdzone '\(name)' is een eigen naam van dit bestand; gelezen als \(found), dat dezelfde regels heeft.",
                en: "time zone '\(name)' is this file's own name; read as \(found), which goes by the same rules.")
        case .badEnd(let property):
            Phrase(
                nl: "\(property) is niet te lezen: het eind is niet overgenomen.", en: "\(property) cannot be read: the end was not taken.")
        case .noMark(let names):
            Phrase(
                nl: "niet overgenomen, en ook geen kenmerk van bewaard (geen getal van zes cijfers, geen dag, of een jaar in twee cijfers van welke eeuw?): \(names.joined(separator: ", ")).",
                en: "not taken, and no mark kept of it either (no number of six digits, no day, or a year in two digits of which century?): \(names.joined(separator: ", ")).")
        case .doubled(let names):
            Phrase(
                nl: "meer dan eens waar één mag staan, en alleen de eerste is overgenomen: \(names.joined(separator: ", ")).",
                en: "more than once where one may stand, and only the first was taken: \(names.joined(separator: ", ")).")
        case .seriesCancelled:
            Phrase(nl: "de hele reeks is afgezegd: geen van haar datums gaat door.", en: "the whole series is cancelled: none of its dates is held.")
        case .partOfAbsentSeries:
            Phrase(
                nl: "dit wijzigt een datum van een reeks die niet in dit bestand staat: kijk die datum in de reeks na.",
                en: "this changes a date of a series that is not in this file: check that date in the series.")
        case .datesLeftOut(let property):
            Phrase(
                nl: "\(property) is niet of niet helemaal te volgen: kijk de datums van deze reeks na.",
                en: "\(property) cannot be followed, or not to its end: check the dates of this series.")
        case .keptAsText(let names):
            Phrase(
                nl: "alleen als tekst bewaard, want onleesbaar of dubbel waar er één mag staan: \(names.joined(separator: ", ")).",
                en: "kept as text only, as unreadable or doubled where one may stand: \(names.joined(separator: ", ")).")
        case .differs:
            Phrase(nl: "hier staat iets anders, en dat is gebleven.", en: "what is here differs, and was kept.")
        case .deletedHere:
            Phrase(nl: "(iets van) deze regel is hier verwijderd of ongedaan gemaakt, en blijft weg.", en: "this line, or some of it, was deleted or undone here, and stays away.")
        case .refused:
            Phrase(
                nl: "(iets van) deze regel past hier niet, omdat iemand de database op deze laptop aanpaste.",
                en: "this line, or some of it, does not fit here, because somebody altered the database on this laptop.")
        }
    }
}
