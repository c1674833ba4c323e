// The directory.
extension CodeList {
    static let organisationType = CodeList("organisation_type", [
        Code("municipality", nl: "Gemeente", en: "Municipality"),
        Code("housing_association", nl: "Woningcorporatie", en: "Housing association"),
        Code("faith", nl: "Geloofsgemeenschap", en: "Faith community"),
        Code("association", nl: "Vereniging of stichting", en: "Association or foundation"),
        Code("company", nl: "Bedrijf", en: "Company"),
        Code("school", nl: "School", en: "School"),
        Code("knowledge", nl: "Kennisinstelling", en: "Knowledge institution"),
        Code("platform", nl: "Platform", en: "Platform"),
        Code("other", nl: "Anders", en: "Other"),
    ])

    static let placeKind = CodeList("place_kind", [
        Code("community_centre", nl: "Buurthuis", en: "Community centre"),
        Code("library", nl: "Bibliotheek", en: "Library"),
        Code("park", nl: "Park", en: "Park"),
        Code("outdoor_space", nl: "Buitenruimte", en: "Outdoor space"),
        Code("pedestrian_zone", nl: "Voetgangersgebied", en: "Pedestrian zone"),
        Code("isolation_room", nl: "Quarantainekamer", en: "Isolation room"),
        Code("other", nl: "Anders", en: "Other"),
    ])

    static let locationType = CodeList("location_type", [
        Code("physical", nl: "Op een adres", en: "At an address"),
        Code("virtual", nl: "Online", en: "Online"),
    ])

    static let placeStatus = CodeList("place_status", [
        Code("open", nl: "Open", en: "Open"),
        Code("limited", nl: "Beperkt open", en: "Partly open"),
        Code("closed", nl: "Gesloten", en: "Closed"),
        Code("removed", nl: "Bestaat niet meer", en: "No longer there"),
    ])

    static let activityType = CodeList("activity_type", [
        Code("cook", nl: "Koken en eten", en: "Cooking and eating"),
        Code("walk", nl: "Wandelen", en: "Walking"),
        Code("read_aloud", nl: "Voorlezen", en: "Reading aloud"),
        Code("balcony_bingo", nl: "Balkonbingo", en: "Balcony bingo"),
        Code("doorstep_talk", nl: "Praatje aan de deur", en: "Doorstep talk"),
        Code("phone_circle", nl: "Belcirkel", en: "Telephone circle"),
        Code("garden", nl: "Tuinieren", en: "Gardening"),
        Code("sport", nl: "Sport en bewegen", en: "Sport and exercise"),
        Code("music", nl: "Muziek", en: "Music"),
        Code("language_lesson", nl: "Taalles", en: "Language lesson"),
        Code("homework", nl: "Huiswerkhulp", en: "Homework help"),
        Code("repair", nl: "Repareren", en: "Repairing"),
        Code("other", nl: "Anders", en: "Other"),
    ])

    static let initiativeStatus = CodeList("initiative_status", [
        Code("idea", nl: "Idee", en: "Idea"),
        Code("active", nl: "Actief", en: "Active"),
        Code("paused", nl: "Gepauzeerd", en: "Paused"),
        Code("ended", nl: "Gestopt", en: "Ended"),
    ])

    static let gatheringStatus = CodeList("gathering_status", [
        Code("planned", nl: "Gepland", en: "Planned"),
        Code("held", nl: "Geweest", en: "Held"),
        Code("cancelled", nl: "Afgelast", en: "Cancelled"),
    ])

    static let taxonomy = CodeList("taxonomy", [
        Code("theme", nl: "Thema", en: "Theme"),
        Code("condition", nl: "Voorwaarde voor sociale kwaliteit", en: "Condition of social quality"),
        Code("insight", nl: "Beleidsinzicht", en: "Policy insight"),
        Code("audience", nl: "Doelgroep", en: "Audience"),
        Code("need", nl: "Behoefte", en: "Need"),
        Code("accessibility", nl: "Toegankelijkheid", en: "Accessibility"),
    ])

    /// The last four are CoNet's questions: how to motivate, to steer, to decide, and to get it done.
    static let noteKind = CodeList("note_kind", [
        Code("plan", nl: "Plan", en: "Plan"),
        Code("lesson", nl: "Les", en: "Lesson"),
        Code("decision", nl: "Besluit", en: "Decision"),
        Code("general", nl: "Algemeen", en: "General"),
        Code("motivate", nl: "Hoe motiveren we?", en: "How do we motivate?"),
        Code("steer", nl: "Hoe sturen we?", en: "How do we steer?"),
        Code("decide", nl: "Hoe beslissen we?", en: "How do we decide?"),
        Code("do", nl: "Hoe doen we het?", en: "How do we get it done?"),
    ])

    static let areaKind = CodeList("area_kind", [
        Code("city", nl: "Stad", en: "City"),
        Code("municipality", nl: "Gemeente", en: "Municipality"),
        Code("wijk", nl: "Wijk", en: "District"),
        Code("buurt", nl: "Buurt", en: "Neighbourhood"),
    ])
}
