import Words

/// What the page says on the forms that change what is there.
enum EditPageSentence: String, PageWords {
    case rareFields, dayHint, timeHint, recordHint, everyDay, everyWeek, everyOtherWeek, everyMonth, everyYear, otherRecurrence, skills, terms

    var phrase: Phrase {
        switch self {
        case .rareFields: Phrase(nl: "Wat u zelden nodig hebt", en: "What you seldom need")
        case .dayHint: Phrase(nl: "Zoals 3-12-2026, vrijdag of over twee weken. Leeg: niet bekend.", en: "Like 3-12-2026, Friday or in two weeks. Empty: not known.")
        case .timeHint: Phrase(nl: "Zoals 3-12-2026 18:00 of vrijdag 10:00.", en: "Like 3-12-2026 18:00 or Friday 10:00.")
        case .recordHint: Phrase(nl: "Een naam die in de lijst staat. Leeg: geen.", en: "A name that is in the list. Empty: none.")
        case .everyDay: Phrase(nl: "elke dag", en: "every day")
        case .everyWeek: Phrase(nl: "elke week", en: "every week")
        case .everyOtherWeek: Phrase(nl: "om de week", en: "every other week")
        case .everyMonth: Phrase(nl: "elke maand", en: "every month")
        case .everyYear: Phrase(nl: "elk jaar", en: "every year")
        case .otherRecurrence: Phrase(nl: "een andere herhaling, zoals zij nu is", en: "another recurrence, as it is now")
        case .skills: Phrase(nl: "Wat het vraagt of brengt", en: "What it needs or brings")
        case .terms: Phrase(nl: "Trefwoorden", en: "Terms")
        }
    }
}
