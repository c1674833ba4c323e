package extension CodeList {
    /// Every list, people's first. `CodeList.named` finds one.
    static let all: [CodeList] = [
        contactKind, visibility, language, channel, contactPointType, contactPointLabel,
        involvement, involvementBasis,
        helpDirection, helpCategory, helpUrgency, helpSetting, helpStatus,
        consentPurpose, consentState, consentHow,
        organisationType, placeKind, locationType, placeStatus,
        activityType, initiativeStatus, gatheringStatus, taxonomy,
    ]
}

// Contacts and how to reach them.
private extension CodeList {
    static let contactKind = CodeList("contact_kind", [
        Code("individual", nl: "Persoon", en: "Person"),
        Code("group", nl: "Groep", en: "Group"),
    ])

    static let visibility = CodeList("visibility", [
        Code("team", nl: "Alleen het team", en: "Team only"),
        Code("public", nl: "Openbaar", en: "Public"),
    ])

    /// The languages most often met; any BCP 47 tag is welcome.
    static let language = CodeList("language", [
        Code("nl", nl: "Nederlands", en: "Dutch"),
        Code("en", nl: "Engels", en: "English"),
        Code("ar", nl: "Arabisch", en: "Arabic"),
        Code("ber", nl: "Berbers", en: "Berber"),
        Code("bg", nl: "Bulgaars", en: "Bulgarian"),
        Code("de", nl: "Duits", en: "German"),
        Code("es", nl: "Spaans", en: "Spanish"),
        Code("fa", nl: "Perzisch", en: "Persian"),
        Code("fr", nl: "Frans", en: "French"),
        Code("it", nl: "Italiaans", en: "Italian"),
        Code("ku", nl: "Koerdisch", en: "Kurdish"),
        Code("pap", nl: "Papiaments", en: "Papiamento"),
        Code("pl", nl: "Pools", en: "Polish"),
        Code("pt", nl: "Portugees", en: "Portuguese"),
        Code("ro", nl: "Roemeens", en: "Romanian"),
        Code("ru", nl: "Russisch", en: "Russian"),
        Code("so", nl: "Somalisch", en: "Somali"),
        Code("srn", nl: "Sranantongo", en: "Sranan Tongo"),
        Code("sv", nl: "Zweeds", en: "Swedish"),
        Code("ti", nl: "Tigrinya", en: "Tigrinya"),
        Code("tr", nl: "Turks", en: "Turkish"),
        Code("uk", nl: "Oekraïens", en: "Ukrainian"),
        Code("zh", nl: "Chinees", en: "Chinese"),
    ])

    static let channel = CodeList("channel", [
        Code("face_to_face", nl: "Persoonlijk", en: "Face to face", isOnline: false),
        Code("doorstep", nl: "Aan de deur", en: "At the doorstep", isOnline: false),
        Code("balcony", nl: "Balkon", en: "Balcony", isOnline: false),
        Code("intercom", nl: "Intercom", en: "Intercom", isOnline: false),
        Code("phone", nl: "Telefoon", en: "Telephone", isOnline: false),
        Code("video", nl: "Videobellen", en: "Video call", isOnline: true),
        Code("chat", nl: "Chat", en: "Chat", isOnline: true),
        Code("sms", nl: "Sms", en: "Text message", isOnline: false),
        Code("email", nl: "E-mail", en: "E-mail", isOnline: true),
        Code("webinar", nl: "Webinar", en: "Webinar", isOnline: true),
        Code("letter", nl: "Brief", en: "Letter", isOnline: false),
        Code("group", nl: "Groepsbijeenkomst", en: "Group meeting", isOnline: false),
    ])

    static let contactPointType = CodeList("contact_point_type", [
        Code("tel", nl: "Telefoon", en: "Telephone"),
        Code("email", nl: "E-mail", en: "E-mail"),
        Code("url", nl: "Webpagina", en: "Web page"),
        Code("impp", nl: "Chatnaam", en: "Chat name"),
    ])

    static let contactPointLabel = CodeList("contact_point_label", [
        Code("mobile", nl: "Mobiel", en: "Mobile"),
        Code("home", nl: "Thuis", en: "Home"),
        Code("work", nl: "Werk", en: "Work"),
        Code("fax", nl: "Fax", en: "Fax"),
    ])
}

// What people do, ask and agree to.
private extension CodeList {
    static let involvement = CodeList("involvement", [
        Code("volunteer", nl: "Vrijwilliger", en: "Volunteer"),
        Code("organiser", nl: "Organisator", en: "Organiser"),
        Code("neighbourhood_coordinator", nl: "Buurtcoördinator", en: "Neighbourhood coordinator"),
        Code("area_broker", nl: "Gebiedsmakelaar", en: "Area broker"),
        Code("community_worker", nl: "Opbouwwerker", en: "Community worker"),
        Code("social_worker", nl: "Maatschappelijk werker", en: "Social worker"),
        Code("lead_expert", nl: "Leidend expert", en: "Lead expert"),
        Code("participant", nl: "Deelnemer", en: "Participant"),
        Code("contact_person", nl: "Contactpersoon", en: "Contact person"),
    ])

    static let involvementBasis = CodeList("involvement_basis", [
        Code("volunteer", nl: "Vrijwillig", en: "Volunteer"),
        Code("employed", nl: "In dienst", en: "Employed"),
        Code("basic_job", nl: "Basisbaan", en: "Basic job"),
    ])

    static let helpDirection = CodeList("help_direction", [
        Code("offer", nl: "Aanbod", en: "Offer"),
        Code("request", nl: "Vraag", en: "Request"),
    ])

    static let helpCategory = CodeList("help_category", [
        Code("groceries", nl: "Boodschappen", en: "Groceries"),
        Code("meals", nl: "Maaltijden", en: "Meals"),
        Code("transport", nl: "Vervoer", en: "Transport"),
        Code("company", nl: "Gezelschap", en: "Company"),
        Code("reading", nl: "Voorlezen", en: "Reading aloud"),
        Code("homework", nl: "Huiswerk", en: "Homework"),
        Code("device", nl: "Computer of telefoon", en: "Computer or telephone"),
        Code("odd_jobs", nl: "Klusjes", en: "Odd jobs"),
        Code("paperwork", nl: "Formulieren en post", en: "Forms and letters"),
        Code("other", nl: "Anders", en: "Other"),
    ])

    static let helpUrgency = CodeList("help_urgency", [
        Code("today", nl: "Vandaag", en: "Today"),
        Code("this_week", nl: "Deze week", en: "This week"),
        Code("can_wait", nl: "Kan wachten", en: "Can wait"),
    ])

    static let helpSetting = CodeList("help_setting", [
        Code("at_home", nl: "Bij iemand thuis", en: "At someone's home"),
        Code("outdoors", nl: "Buiten", en: "Outdoors"),
        Code("at_place", nl: "Op een ontmoetingsplek", en: "At a meeting place"),
        Code("remote", nl: "Op afstand", en: "At a distance"),
    ])

    static let helpStatus = CodeList("help_status", [
        Code("open", nl: "Open", en: "Open"),
        Code("matched", nl: "Gekoppeld", en: "Matched"),
        Code("fulfilled", nl: "Vervuld", en: "Fulfilled"),
        Code("withdrawn", nl: "Ingetrokken", en: "Withdrawn"),
    ])

    /// The second half of the key of `consent`.
    static let consentPurpose = CodeList("consent_purpose", [
        Code("contact", nl: "Contact houden", en: "Keeping in touch"),
        Code("matching", nl: "Koppelen aan hulp", en: "Matching with help"),
        Code("newsletter", nl: "Nieuwsbrief", en: "Newsletter"),
        Code("photos", nl: "Foto's", en: "Photographs"),
    ])

    static let consentState = CodeList("consent_state", [
        Code("given", nl: "Gegeven", en: "Given"),
        Code("withdrawn", nl: "Ingetrokken", en: "Withdrawn"),
    ])

    static let consentHow = CodeList("consent_how", [
        Code("spoken", nl: "Mondeling", en: "Spoken"),
        Code("written", nl: "Schriftelijk", en: "In writing"),
        Code("online", nl: "Online", en: "Online"),
    ])
}

// The directory.
private extension CodeList {
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
}
