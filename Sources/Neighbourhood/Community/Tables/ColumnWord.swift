import Schema
import Words

/// What the columns are called to people, in both languages: `columnGivenName` is given_name, `columnAreaCode` is code where it is of an area.
/// Every column of the schema has a word (a test checks).
package enum ColumnWord: String, CaseIterable, Saying {
    case columnKind, columnGivenName, columnInfix, columnFamilyName, columnNickname, columnOrganisation, columnLanguage, columnPreferredChannel
    case columnArea, columnActive, columnExtraVcard, columnContact, columnType, columnValue, columnLabel, columnPreferred, columnLocation
    case columnStreet, columnCity, columnPostalCode, columnNumber, columnSubject, columnCode, columnBasis, columnFrom, columnUntil, columnOther
    case columnDirection, columnCategory, columnUrgency, columnSetting, columnCapacityPerWeek, columnDescription, columnStatus, columnRequest
    case columnOffer, columnHelper, columnAgreedAt, columnFeedback, columnOccurredAt, columnChannel, columnDurationMinutes, columnSummary
    case columnPurpose, columnConcern, columnFollowUpOn, columnFollowUpDone, columnWorker, columnState, columnHow, columnValidUntil, columnSerial
    case columnItem, columnHolder, columnLentOn, columnDueOn, columnReturnedOn, columnVerdict, columnDecidedBy, columnReason, columnName
    case columnNameNl, columnNameEn, columnPhone, columnEmail, columnUrl, columnParent, columnPlace, columnCapacity, columnCapacityDistanced
    case columnActivityType, columnLocationType, columnStartsOn, columnEndsOn, columnStartsAt, columnEndsAt, columnRecurrence, columnRecurrenceRule
    case columnFundedUntil, columnSuccessor, columnAdaptedFrom, columnLessons, columnVisibility, columnInitiative, columnMaxParticipants
    case columnHeadcount, columnMixedGroups, columnTitle, columnBody, columnText, columnPriority, columnCountry, columnTimeZone
    case columnTrainingDoneOn, columnQuestionNl, columnQuestionEn, columnOpens, columnCloses, columnVotes, columnTaxonomy, columnPoll, columnSurvey
    case columnSource, columnSourceUid, columnExists
    case columnId, columnCreatedAt, columnAddition, columnProvince, columnLat, columnLon, columnRecurrenceTimeZone, columnTerm, columnLinkageMarks
    case columnHelpItem, columnSkill, columnContactMoment, columnGathering, columnAreaCode, columnTermCode, columnRelationCode, columnPollOptionLabel
    case columnItemLabel, columnInvolvementSubject, columnDismissalKind
    case columnSchedule, columnPosition, columnDates, columnAnything, valueNone, valueYes, valueNo

    package var phrase: Phrase {
        switch self {
        case .columnKind: Phrase(nl: "Soort", en: "Kind")
        case .columnGivenName: Phrase(nl: "Voornaam", en: "Given name")
        case .columnInfix: Phrase(nl: "Tussenvoegsel", en: "Infix")
        case .columnFamilyName: Phrase(nl: "Achternaam", en: "Family name")
        case .columnNickname: Phrase(nl: "Roepnaam", en: "Nickname")
        case .columnOrganisation: Phrase(nl: "Organisatie", en: "Organisation")
        case .columnLanguage: Phrase(nl: "Taal", en: "Language")
        case .columnPreferredChannel: Phrase(nl: "Liefst bereikt per", en: "Rather reached by")
        case .columnArea: Phrase(nl: "Gebied", en: "Area")
        case .columnActive: Phrase(nl: "Actief", en: "Active")
        case .columnExtraVcard: Phrase(nl: "Briefje, en andere regels van het adreskaartje", en: "Slip and other lines of the card")
        case .columnContact: Phrase(nl: "Persoon", en: "Person")
        case .columnType: Phrase(nl: "Soort", en: "Kind")
        case .columnValue: Phrase(nl: "Telefoonnummer of adres", en: "Phone number or address")
        case .columnLabel: Phrase(nl: "Omschrijving", en: "Label")
        case .columnPreferred: Phrase(nl: "Voorkeur", en: "Preferred")
        case .columnLocation: Phrase(nl: "Adres", en: "Address")
        case .columnStreet: Phrase(nl: "Straat", en: "Street")
        case .columnCity: Phrase(nl: "Plaats", en: "Town")
        case .columnPostalCode: Phrase(nl: "Postcode", en: "Postcode")
        case .columnNumber: Phrase(nl: "Huisnummer", en: "House number")
        case .columnSubject: Phrase(nl: "Waarover", en: "About")
        case .columnCode: Phrase(nl: "Rol", en: "Role")
        case .columnBasis: Phrase(nl: "Grondslag", en: "Basis")
        case .columnFrom: Phrase(nl: "Vanaf", en: "From")
        case .columnUntil: Phrase(nl: "Tot en met", en: "Up to and including")
        case .columnOther: Phrase(nl: "De ander", en: "The other")
        case .columnDirection: Phrase(nl: "Hulpvraag of -aanbod", en: "Request or offer")
        case .columnCategory: Phrase(nl: "Wat", en: "What")
        case .columnUrgency: Phrase(nl: "Haast", en: "Urgency")
        case .columnSetting: Phrase(nl: "Waar", en: "Where")
        case .columnCapacityPerWeek: Phrase(nl: "Keer per week", en: "Times a week")
        case .columnDescription: Phrase(nl: "Beschrijving", en: "Description")
        case .columnStatus: Phrase(nl: "Stand", en: "Status")
        case .columnRequest: Phrase(nl: "Hulpvraag", en: "Request")
        case .columnOffer: Phrase(nl: "Hulpaanbod", en: "Offer")
        case .columnHelper: Phrase(nl: "Helper", en: "Helper")
        case .columnAgreedAt: Phrase(nl: "Afgesproken op", en: "Agreed on")
        case .columnFeedback: Phrase(nl: "Hoe het ging", en: "How it went")
        case .columnOccurredAt: Phrase(nl: "Wanneer", en: "When")
        case .columnChannel: Phrase(nl: "Hoe", en: "How")
        case .columnDurationMinutes: Phrase(nl: "Minuten", en: "Minutes")
        case .columnSummary: Phrase(nl: "Wat er besproken is", en: "What was spoken of")
        case .columnPurpose: Phrase(nl: "Waarvoor", en: "What for")
        case .columnConcern: Phrase(nl: "Zorg", en: "Concern")
        case .columnFollowUpOn: Phrase(nl: "Terugkomen op", en: "To follow up on")
        case .columnFollowUpDone: Phrase(nl: "Terugkomen gedaan", en: "Follow-up done")
        case .columnWorker: Phrase(nl: "Door", en: "By")
        case .columnState: Phrase(nl: "Toestemming", en: "Consent")
        case .columnHow: Phrase(nl: "Hoe gegeven", en: "How given")
        case .columnValidUntil: Phrase(nl: "Geldt tot en met", en: "Valid up to and including")
        case .columnSerial: Phrase(nl: "Serienummer", en: "Serial number")
        case .columnItem: Phrase(nl: "Ding", en: "Item")
        case .columnHolder: Phrase(nl: "Bij wie", en: "Held by")
        case .columnLentOn: Phrase(nl: "Uitgeleend op", en: "Lent on")
        case .columnDueOn: Phrase(nl: "Terug op", en: "Due on")
        case .columnReturnedOn: Phrase(nl: "Teruggebracht op", en: "Returned on")
        case .columnVerdict: Phrase(nl: "Oordeel", en: "Verdict")
        case .columnDecidedBy: Phrase(nl: "Besloten door", en: "Decided by")
        case .columnReason: Phrase(nl: "Reden", en: "Reason")
        case .columnName: Phrase(nl: "Naam", en: "Name")
        case .columnNameNl: Phrase(nl: "Naam in het Nederlands", en: "Name in Dutch")
        case .columnNameEn: Phrase(nl: "Naam in het Engels", en: "Name in English")
        case .columnPhone: Phrase(nl: "Telefoon", en: "Phone")
        case .columnEmail: Phrase(nl: "E-mail", en: "E-mail")
        case .columnUrl: Phrase(nl: "Website", en: "Website")
        case .columnParent: Phrase(nl: "Hoort bij", en: "Belongs to")
        case .columnPlace: Phrase(nl: "Plek", en: "Place")
        case .columnCapacity: Phrase(nl: "Plaatsen", en: "Places")
        case .columnCapacityDistanced: Phrase(nl: "Plaatsen op afstand", en: "Places at a distance")
        case .columnActivityType: Phrase(nl: "Soort activiteit", en: "Kind of activity")
        case .columnLocationType: Phrase(nl: "Soort plek", en: "Kind of place")
        case .columnStartsOn: Phrase(nl: "Begint op", en: "Begins on")
        case .columnEndsOn: Phrase(nl: "Eindigt op", en: "Ends on")
        case .columnStartsAt: Phrase(nl: "Begint", en: "Begins")
        case .columnEndsAt: Phrase(nl: "Eindigt", en: "Ends")
        case .columnRecurrence: Phrase(nl: "Herhaling", en: "Recurrence")
        case .columnRecurrenceRule: Phrase(nl: "Herhaling", en: "Recurrence")
        case .columnFundedUntil: Phrase(nl: "Geld tot en met", en: "Money up to and including")
        case .columnSuccessor: Phrase(nl: "Opvolger", en: "Successor")
        case .columnAdaptedFrom: Phrase(nl: "Gemaakt naar", en: "Adapted from")
        case .columnLessons: Phrase(nl: "Lessen", en: "Lessons")
        case .columnVisibility: Phrase(nl: "Zichtbaar voor", en: "Visible to")
        case .columnInitiative: Phrase(nl: "Initiatief", en: "Initiative")
        case .columnMaxParticipants: Phrase(nl: "Plaatsen", en: "Places")
        case .columnHeadcount: Phrase(nl: "Geteld", en: "Counted")
        case .columnMixedGroups: Phrase(nl: "Groepen samen", en: "Groups together")
        case .columnTitle: Phrase(nl: "Titel", en: "Title")
        case .columnBody: Phrase(nl: "Tekst", en: "Text")
        case .columnText: Phrase(nl: "Antwoord", en: "Answer")
        case .columnPriority: Phrase(nl: "Volgorde", en: "Order")
        case .columnCountry: Phrase(nl: "Land", en: "Country")
        case .columnTimeZone: Phrase(nl: "Tijdzone", en: "Time zone")
        case .columnTrainingDoneOn: Phrase(nl: "Cursus gedaan op", en: "Training done on")
        case .columnQuestionNl: Phrase(nl: "Vraag in het Nederlands", en: "Question in Dutch")
        case .columnQuestionEn: Phrase(nl: "Vraag in het Engels", en: "Question in English")
        case .columnOpens: Phrase(nl: "Open vanaf", en: "Opens")
        case .columnCloses: Phrase(nl: "Open tot", en: "Closes")
        case .columnVotes: Phrase(nl: "Stemmen", en: "Votes")
        case .columnTaxonomy: Phrase(nl: "Lijst van termen", en: "List of terms")
        case .columnPoll: Phrase(nl: "Vraag", en: "Question")
        case .columnSurvey: Phrase(nl: "Vragenlijst", en: "Survey")
        case .columnSource: Phrase(nl: "Komt uit", en: "Comes from")
        case .columnSourceUid: Phrase(nl: "Kenmerk in die lijst", en: "Reference in that list")
        case .columnExists: Phrase(nl: "Bestaat", en: "Exists")
        case .columnId: Phrase(nl: "Kenmerk", en: "Reference")
        case .columnCreatedAt: Phrase(nl: "Toegevoegd op", en: "Added on")
        case .columnAddition: Phrase(nl: "Toevoeging", en: "Addition")
        case .columnProvince: Phrase(nl: "Provincie", en: "Province")
        case .columnLat: Phrase(nl: "Breedtegraad", en: "Latitude")
        case .columnLon: Phrase(nl: "Lengtegraad", en: "Longitude")
        case .columnRecurrenceTimeZone: Phrase(nl: "Tijdzone van de herhaling", en: "Time zone of the recurrence")
        case .columnTerm: Phrase(nl: "Trefwoord", en: "Term")
        case .columnLinkageMarks: Phrase(nl: "Controlegetallen", en: "Check numbers")
        case .columnHelpItem: Phrase(nl: "Hulpvraag of -aanbod", en: "Request or offer")
        case .columnSkill: Phrase(nl: "Vaardigheid", en: "Skill")
        case .columnContactMoment: Phrase(nl: "Contactmoment", en: "Contact moment")
        case .columnGathering: Phrase(nl: "Bijeenkomst", en: "Gathering")
        case .columnAreaCode: Phrase(nl: "Code", en: "Code")
        case .columnTermCode: Phrase(nl: "Code", en: "Code")
        case .columnRelationCode: Phrase(nl: "Wat de ander is", en: "What the other is")
        case .columnPollOptionLabel: Phrase(nl: "Antwoord", en: "Answer")
        case .columnItemLabel: Phrase(nl: "Naam", en: "Name")
        case .columnInvolvementSubject: Phrase(nl: "Voor wie of wat", en: "For whom or what")
        case .columnDismissalKind: Phrase(nl: "Wat gezien is", en: "What was seen")
        case .columnSchedule: Phrase(nl: "Wanneer het is", en: "When it is on")
        case .columnPosition: Phrase(nl: "Ligging", en: "Position")
        case .columnDates: Phrase(nl: "Uitgeleend en terug", en: "Lent and back")
        case .columnAnything: Phrase(nl: "Een ander gegeven", en: "Something else")
        case .valueNone: Phrase(nl: "leeg", en: "empty")
        case .valueYes: Phrase(nl: "ja", en: "yes")
        case .valueNo: Phrase(nl: "nee", en: "no")
        }
    }
}

extension ColumnWord {
    /// The word of a column, or of a part of one; nil when there is no such column.
    package static func of(_ column: String, in table: String) -> ColumnWord? {
        func camel(_ name: String) -> String { name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }
        return ColumnWord(rawValue: "column" + camel(table) + camel(column)) ?? ColumnWord(rawValue: "column" + camel(column))
    }
}

extension Language {
    /// "Given name" of given_name; what has no word is called as it is.
    package func column(_ name: String, in table: String) -> String { ColumnWord.of(name, in: table).map { text($0.phrase) } ?? name }
}

extension Table {
    /// The SQL column that somebody means: by its own name, or by its word in either language.
    package func columnCalled(_ text: String) -> String {
        let names = key.columns + entryColumns
        let asked = text.lowercased()
        return names.contains(text) ? text : names.first { name in
            ColumnWord.of(name, in: self.name).map { [$0.phrase.nl.lowercased(), $0.phrase.en.lowercased()].contains(asked) } ?? false
        } ?? text
    }
}
