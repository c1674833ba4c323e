import Schema
import Words

/// What the tables are called to people, one and many, and what a row of them means in Dutch (in English the table says it itself).
/// Every table of the schema has its words (a test checks).
private let tableWords: [String: (one: Phrase, many: Phrase, purpose: String)] = [
    "contact": (
        Phrase(nl: "contact", en: "contact"), Phrase(nl: "contacten", en: "contacts"),
        "Een persoon, of een groep, organisatie of plek die als één bereikt wordt."),
    "contact_point": (
        Phrase(nl: "telefoon of e-mail", en: "phone or e-mail"), Phrase(nl: "keer telefoon of e-mail", en: "phones or e-mails"),
        "Een manier om een contact te bereiken: een nummer, een e-mailadres, een webpagina, een chatnaam."),
    "address": (
        Phrase(nl: "adres", en: "address"), Phrase(nl: "adressen", en: "addresses"),
        "Waar een contact woont of werkt."),
    "involvement": (
        Phrase(nl: "taak", en: "task"), Phrase(nl: "taken", en: "tasks"),
        "Wat een contact voor een initiatief, een organisatie of een plek doet, en hoe lang."),
    "relation": (
        Phrase(nl: "relatie", en: "relation"), Phrase(nl: "relaties", en: "relations"),
        "Wat het ene contact van het andere is."),
    "help_item": (
        Phrase(nl: "hulpvraag of -aanbod", en: "request or offer"), Phrase(nl: "hulpvragen en -aanbod", en: "requests and offers"),
        "Hulp die een contact vraagt of aanbiedt."),
    "help_item_skill": (
        Phrase(nl: "vaardigheid", en: "skill"), Phrase(nl: "vaardigheden", en: "skills"),
        "De hulp vraagt of brengt deze vaardigheid (een code van de lijst skill)."),
    "match": (
        Phrase(nl: "koppeling", en: "match"), Phrase(nl: "koppelingen", en: "matches"),
        "Een hulpvraag en wie eraan voldoen kan: een aanbod, of een helper die er geen deed."),
    "contact_moment": (
        Phrase(nl: "contactmoment", en: "contact moment"), Phrase(nl: "contactmomenten", en: "contact moments"),
        "Eén keer dat een medewerker of vrijwilliger contact had met mensen."),
    "contact_moment_contact": (
        Phrase(nl: "deelnemer aan een contactmoment", en: "person in a contact moment"), Phrase(nl: "deelnemers aan contactmomenten", en: "people in contact moments"),
        "Het contact was bij dit moment."),
    "consent": (
        Phrase(nl: "toestemming", en: "consent"), Phrase(nl: "toestemmingen", en: "consents"),
        "Of een contact het goed vindt dat wij gegevens voor een doel gebruiken (een code van de lijst consent_purpose)."),
    "consent_event": (
        Phrase(nl: "keer toestemming gegeven of ingetrokken", en: "time consent was given or withdrawn"), Phrase(nl: "keer toestemming gegeven of ingetrokken", en: "times consent was given or withdrawn"),
        "Eén keer dat een contact toestemming gaf of introk: de geschiedenis achter de toestemming."),
    "attendance": (
        Phrase(nl: "aanmelding", en: "sign-up"), Phrase(nl: "aanmeldingen", en: "sign-ups"),
        "Het contact meldde zich aan voor de bijeenkomst, of was er."),
    "item": (
        Phrase(nl: "uitleenbaar apparaat", en: "device to lend"), Phrase(nl: "uitleenbare apparaten", en: "devices to lend"),
        "Iets dat wordt uitgeleend, zoals een laptop."),
    "loan": (
        Phrase(nl: "uitlening", en: "loan"), Phrase(nl: "uitleningen", en: "loans"),
        "Iets dat bij een contact is, tot het teruggebracht is."),
    "identity_link": (
        Phrase(nl: "keer dezelfde of verschillend", en: "time same or different"), Phrase(nl: "keer dezelfde of verschillend", en: "times same or different"),
        "Of twee contacten één persoon zijn: wat iemand daarover zei. Het kleinste kenmerk staat voorop."),
    "organisation": (
        Phrase(nl: "organisatie", en: "organisation"), Phrase(nl: "organisaties", en: "organisations"),
        "Een instelling waar helpers en initiatieven bij horen of mee werken."),
    "place": (
        Phrase(nl: "plek", en: "place"), Phrase(nl: "plekken", en: "places"),
        "Waar mensen elkaar kunnen ontmoeten, op straat of online."),
    "initiative": (
        Phrase(nl: "initiatief", en: "initiative"), Phrase(nl: "initiatieven", en: "initiatives"),
        "Iets wat buren samen doen, één keer of steeds weer."),
    "gathering": (
        Phrase(nl: "bijeenkomst", en: "gathering"), Phrase(nl: "bijeenkomsten", en: "gatherings"),
        "Eén dag van een initiatief."),
    "term": (
        Phrase(nl: "trefwoord", en: "term"), Phrase(nl: "trefwoorden", en: "terms"),
        "Een woord om initiatieven en plekken mee te ordenen: een thema, een doelgroep, een behoefte."),
    "initiative_term": (
        Phrase(nl: "trefwoord van een initiatief", en: "term of an initiative"), Phrase(nl: "trefwoorden van initiatieven", en: "terms of initiatives"),
        "Het initiatief heeft dit trefwoord."),
    "place_term": (
        Phrase(nl: "trefwoord van een plek", en: "term of a place"), Phrase(nl: "trefwoorden van plekken", en: "terms of places"),
        "De plek heeft dit trefwoord."),
    "note": (
        Phrase(nl: "notitie", en: "note"), Phrase(nl: "notities", en: "notes"),
        "Wat er gepland, geleerd of besloten is over een initiatief, een plek of een gebied."),
    "poll": (
        Phrase(nl: "vraag aan de buurt", en: "poll"), Phrase(nl: "vragen aan de buurt", en: "polls"),
        "Eén vraag aan mensen, los of in een vragenlijst."),
    "poll_option": (
        Phrase(nl: "antwoord om te kiezen", en: "answer to choose"), Phrase(nl: "antwoorden om te kiezen", en: "answers to choose"),
        "Een antwoord om te kiezen, met hoeveel mensen het kozen."),
    "open_answer": (
        Phrase(nl: "antwoord in eigen woorden", en: "answer in own words"), Phrase(nl: "antwoorden in eigen woorden", en: "answers in own words"),
        "Wat iemand in eigen woorden antwoordde, zonder wie."),
    "area": (
        Phrase(nl: "gebied", en: "area"), Phrase(nl: "gebieden", en: "areas"),
        "Een deel van de wereld dat mensen bij naam noemen. Elders staat in area het id, de code of de naam ervan, of eigen woorden."),
    "dismissal": (
        Phrase(nl: "keer gezien", en: "time seen"), Phrase(nl: "keer gezien", en: "times seen"),
        "Iemand keek naar wat niet klopt en laat het zo, zolang er niets aan verandert."),
]

extension Table {
    /// One sentence, in both languages: what a row means.
    package var meaning: Phrase { Phrase(nl: tableWords[name]?.purpose ?? purpose, en: purpose) }

    /// "gatherings"; nil where the table is not ours.
    package var kinds: Phrase? { tableWords[name]?.many }
}

extension Language {
    /// "gathering": what a row of the table is; a table that is not ours by its own name.
    package func kind(of table: String) -> String { tableWords[table].map { text($0.one) } ?? table }

    /// "gatherings".
    package func kinds(of table: String) -> String { tableWords[table].map { text($0.many) } ?? table }

    /// "40 contacts", "1 gathering".
    package func rows(_ count: Int, of table: String) -> String { "\(number(count)) \(count == 1 ? kind(of: table) : kinds(of: table))" }

    /// "list of people" or "guide": a part of the list that a laptop is admitted to.
    package func collection(_ name: String) -> String {
        switch Collection(rawValue: name) {
        case .people: text(Phrase(nl: "mensen", en: "list of people"))
        case .directory: text(Phrase(nl: "buurtgids", en: "guide"))
        default: name
        }
    }
}
