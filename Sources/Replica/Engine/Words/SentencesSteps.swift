import Words

/// What the program says on steps that are taken back and done again: a part of the catalogue (see `Sentence`).
package enum StepSentence: String, CaseIterable, Saying {
    case undone, redone, undoneHint, undoQuestion, redoQuestion, undoAllQuestion, stepLine, isUndone, noSteps, imported, made, changed

    package var phrase: Phrase {
        switch self {
        case .undone: Phrase(nl: "Ongedaan gemaakt, van %1: %2.", en: "Undone, of %1: %2.")
        case .redone: Phrase(nl: "Opnieuw gedaan, van %1: %2.", en: "Done again, of %1: %2.")
        case .undoneHint: Phrase(nl: "'kith redo' doet het weer.", en: "'kith redo' does it again.")
        case .undoQuestion: Phrase(nl: "Dit terugnemen, van %1: %2 (j/N)?", en: "Take this back, of %1: %2 (y/N)?")
        case .redoQuestion: Phrase(nl: "Dit opnieuw doen, van %1: %2 (j/N)?", en: "Do this again, of %1: %2 (y/N)?")
        case .undoAllQuestion: Phrase(
            nl: "Dit alles terugnemen, zonder dat het opnieuw kan (j/N)? ", en: "Take all of this back, so that it cannot be done again (y/N)? ")
        case .stepLine: Phrase(nl: "%1  %2  %3%4", en: "%1  %2  %3%4")
        case .isUndone: Phrase(nl: " – ongedaan gemaakt", en: " – undone")
        case .noSteps: Phrase(nl: "De laatste 30 dagen is hier niets gedaan.", en: "Nothing was done here in the last 30 days.")
        case .imported: Phrase(nl: "ingelezen: %1", en: "imported: %1")
        case .made: Phrase(nl: "toegevoegd: %1", en: "added: %1")
        case .changed: Phrase(nl: "veranderd: %1", en: "changed: %1")
        }
    }
}

extension Language {
    package func say(_ sentence: StepSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    /// "40 people", "1 telephone or address": rows of a table in words.
    package func rows(_ count: Int, of table: String) -> String {
        let words = Language.tableWords[table] ?? (one: Phrase(nl: table, en: table), many: Phrase(nl: table, en: table))
        return "\(number(count)) \(text(count == 1 ? words.one : words.many))"
    }

    private static let tableWords: [String: (one: Phrase, many: Phrase)] = [
        "contact": (Phrase(nl: "contact", en: "contact"), Phrase(nl: "contacten", en: "contacts")),
        "contact_point": (Phrase(nl: "nummer of e-mailadres", en: "number or e-mail address"), Phrase(nl: "nummers en e-mailadressen", en: "numbers and e-mail addresses")),
        "address": (Phrase(nl: "adres", en: "address"), Phrase(nl: "adressen", en: "addresses")),
        "involvement": (Phrase(nl: "taak", en: "task"), Phrase(nl: "taken", en: "tasks")),
        "relation": (Phrase(nl: "relatie", en: "relation"), Phrase(nl: "relaties", en: "relations")),
        "help_item": (Phrase(nl: "hulpvraag of -aanbod", en: "request or offer"), Phrase(nl: "hulpvragen en -aanbod", en: "requests and offers")),
        "help_item_skill": (Phrase(nl: "vaardigheid", en: "skill"), Phrase(nl: "vaardigheden", en: "skills")),
        "match": (Phrase(nl: "koppeling", en: "match"), Phrase(nl: "koppelingen", en: "matches")),
        "contact_moment": (Phrase(nl: "contactmoment", en: "contact moment"), Phrase(nl: "contactmomenten", en: "contact moments")),
        "contact_moment_contact": (Phrase(nl: "deelnemer aan een contactmoment", en: "person in a contact moment"), Phrase(nl: "deelnemers aan contactmomenten", en: "people in contact moments")),
        "consent": (Phrase(nl: "toestemming", en: "consent"), Phrase(nl: "toestemmingen", en: "consents")),
        "consent_event": (Phrase(nl: "keer toestemming gevraagd", en: "time consent was asked"), Phrase(nl: "keer toestemming gevraagd", en: "times consent was asked")),
        "attendance": (Phrase(nl: "aanmelding", en: "sign-up"), Phrase(nl: "aanmeldingen", en: "sign-ups")),
        "item": (Phrase(nl: "apparaat", en: "device"), Phrase(nl: "apparaten", en: "devices")),
        "loan": (Phrase(nl: "uitlening", en: "loan"), Phrase(nl: "uitleningen", en: "loans")),
        "identity_link": (Phrase(nl: "oordeel over dubbelen", en: "verdict on doubles"), Phrase(nl: "oordelen over dubbelen", en: "verdicts on doubles")),
        "organisation": (Phrase(nl: "organisatie", en: "organisation"), Phrase(nl: "organisaties", en: "organisations")),
        "place": (Phrase(nl: "plek", en: "place"), Phrase(nl: "plekken", en: "places")),
        "initiative": (Phrase(nl: "initiatief", en: "initiative"), Phrase(nl: "initiatieven", en: "initiatives")),
        "gathering": (Phrase(nl: "bijeenkomst", en: "gathering"), Phrase(nl: "bijeenkomsten", en: "gatherings")),
        "term": (Phrase(nl: "trefwoord", en: "term"), Phrase(nl: "trefwoorden", en: "terms")),
        "initiative_term": (Phrase(nl: "trefwoord van een initiatief", en: "term of an initiative"), Phrase(nl: "trefwoorden van initiatieven", en: "terms of initiatives")),
        "place_term": (Phrase(nl: "trefwoord van een plek", en: "term of a place"), Phrase(nl: "trefwoorden van plekken", en: "terms of places")),
        "note": (Phrase(nl: "notitie", en: "note"), Phrase(nl: "notities", en: "notes")),
        "poll": (Phrase(nl: "vraag aan de buurt", en: "poll"), Phrase(nl: "vragen aan de buurt", en: "polls")),
        "poll_option": (Phrase(nl: "antwoord om te kiezen", en: "answer to choose"), Phrase(nl: "antwoorden om te kiezen", en: "answers to choose")),
        "open_answer": (Phrase(nl: "antwoord in eigen woorden", en: "answer in own words"), Phrase(nl: "antwoorden in eigen woorden", en: "answers in own words")),
        "area": (Phrase(nl: "gebied", en: "area"), Phrase(nl: "gebieden", en: "areas")),
        "dismissal": (Phrase(nl: "bericht gezien", en: "notice seen"), Phrase(nl: "berichten gezien", en: "notices seen")),
    ]
}
