import Community
import Words

/// What the page says where a moment is noted.
enum MomentPageSentence: String, PageWords {
    case noted, notedAgain, sayHow, sayDay, now, inAWeek, whenBy, whenOnly, withdrew, withWhom, takeAway, somebodyMore
    case addPerson, how, howLong, other, minuteCount, about, notNeeded, onDay, dayToReturn, dayExample, when, whenHint
    case by, concern, yourConcern, concernHint, or

    var phrase: Phrase {
        switch self {
        case .noted: Phrase(nl: "Genoteerd: %1.", en: "Noted: %1.")
        case .notedAgain: Phrase(nl: "Genoteerd: %1. U krijgt het %2 te zien.", en: "Noted: %1. You will see it %2.")
        case .sayHow: Phrase(nl: "Kies hoe u contact had.", en: "Choose how you were in touch.")
        case .sayDay: Phrase(nl: "Schrijf de dag: 3-12, vrijdag of +7.", en: "Write the day: 3-12, Friday or +7.")
        case .now: Phrase(nl: "nu", en: "now")
        case .inAWeek: Phrase(nl: "Over een week, %1", en: "In a week, %1")
        case .whenBy: Phrase(nl: "Wanneer en door wie: %1, door %2", en: "When and by whom: %1, by %2")
        case .whenOnly: Phrase(nl: "Wanneer en door wie: %1", en: "When and by whom: %1")
        case .withdrew: Phrase(nl: "Denk eraan: %1 trok de toestemming in voor: %2.", en: "Mind this: %1 withdrew consent for: %2.")
        case .withWhom: Phrase(nl: "Met wie", en: "With whom")
        case .takeAway: Phrase(nl: "Weghalen", en: "Take away")
        case .somebodyMore: Phrase(nl: "Naam; daarna kan er nog iemand bij", en: "Name; then there can be more")
        case .addPerson: Phrase(nl: "Erbij zetten", en: "Add this person")
        case .how: Phrase(nl: "Hoe", en: "How")
        case .howLong: Phrase(nl: "Hoe lang", en: "How long")
        case .other: Phrase(nl: "Anders", en: "Other")
        case .minuteCount: Phrase(nl: "Aantal minuten", en: "Number of minutes")
        case .about: Phrase(nl: "Waarover", en: "What about")
        case .notNeeded: Phrase(nl: "Niet nodig", en: "Not needed")
        case .onDay: Phrase(nl: "Op", en: "On")
        case .dayToReturn: Phrase(nl: "Datum om terug te komen", en: "Day to follow up")
        case .dayExample: Phrase(nl: "3-12 of vrijdag", en: "3-12 or Friday")
        case .when: Phrase(nl: "Wanneer", en: "When")
        case .whenHint: Phrase(nl: "nu, gisteren 15:00, 27-11 10:00", en: "now, yesterday 15:00, 27-11 10:00")
        case .by: Phrase(nl: "Door", en: "By")
        case .concern: Phrase(nl: "Een zorg, alleen voor het team", en: "A concern, for the team alone")
        case .yourConcern: Phrase(nl: "Uw zorg", en: "Your concern")
        case .concernHint: Phrase(nl: "Gaat niet naar verslagen of partnersteden. Schrijf wat u zag, geen diagnose.", en: "Goes to no report or partner city. Write what you saw, no diagnosis.")
        case .or: Phrase(nl: "of", en: "or")
        }
    }
}
