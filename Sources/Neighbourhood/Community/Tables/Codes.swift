package extension CodeList {
    /// Every list, people's first. `CodeList.named` finds one.
    static let all: [CodeList] = [
        contactKind, visibility, language, channel, contactPointType, contactPointLabel,
        involvement, involvementBasis, relation,
        helpDirection, helpCategory, helpUrgency, helpSetting, helpStatus, skill, matchStatus,
        consentPurpose, consentState, consentHow,
        attendanceStatus, itemKind, identityVerdict,
        organisationType, placeKind, locationType, placeStatus,
        activityType, initiativeStatus, gatheringStatus, taxonomy, noteKind, areaKind,
    ]
}

// Contacts and how to reach them.
private extension CodeList {
    static let contactKind = CodeList("contact_kind", [
        Code("individual", nl: "Persoon", en: "Person"),
        Code("group", nl: "Groep", en: "Group"),
        Code("org", nl: "Organisatie", en: "Organisation"),
        Code("location", nl: "Plek", en: "Place"),
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
        Code("tel", nl: "Telefoon", en: "Phone"),
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

    static let relation = CodeList("relation", [
        Code("family", nl: "Familie", en: "Family"),
        Code("friend", nl: "Vriend", en: "Friend"),
        Code("neighbour", nl: "Buur", en: "Neighbour"),
        Code("carer", nl: "Mantelzorger", en: "Carer"),
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
        Code("fulfilled", nl: "Gedaan", en: "Done"),
        Code("withdrawn", nl: "Ingetrokken", en: "Withdrawn"),
    ])

    /// The second half of the key of `help_item_skill`: what an offer brings, or a request needs.
    static let skill = CodeList("skill", [
        Code("cooking", nl: "Koken", en: "Cooking"),
        Code("driving", nl: "Autorijden", en: "Driving"),
        Code("cargo_bike", nl: "Bakfiets", en: "Cargo bike"),
        Code("lifting", nl: "Tillen", en: "Lifting"),
        Code("first_aid", nl: "EHBO", en: "First aid"),
        Code("computers", nl: "Computers", en: "Computers"),
        Code("repairs", nl: "Repareren", en: "Repairs"),
        Code("gardening", nl: "Tuinieren", en: "Gardening"),
        Code("sewing", nl: "Naaien", en: "Sewing"),
        Code("reading_aloud", nl: "Voorlezen", en: "Reading aloud"),
        Code("teaching", nl: "Lesgeven", en: "Teaching"),
        Code("interpreting", nl: "Tolken", en: "Interpreting"),
        Code("paperwork", nl: "Formulieren", en: "Forms"),
        Code("listening", nl: "Luisteren", en: "Listening"),
    ])

    static let matchStatus = CodeList("match_status", [
        Code("proposed", nl: "Voorgesteld", en: "Proposed"),
        Code("accepted", nl: "Afgesproken", en: "Agreed"),
        Code("done", nl: "Gedaan", en: "Done"),
        Code("declined", nl: "Gaat niet door", en: "Off"),
    ])

    /// The second half of the key of `consent`; what is kept for it, and how long, is in `RetentionTerm`.
    static let consentPurpose = CodeList("consent_purpose", [
        Code("contact", nl: "Contact houden", en: "Keeping in touch"),
        Code("matching", nl: "Koppelen aan hulp", en: "Matching with help"),
        Code("gatherings", nl: "Aanmelden voor bijeenkomsten", en: "Signing up for gatherings"),
        Code("lending", nl: "Lenen van apparaten", en: "Borrowing devices"),
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

    static let attendanceStatus = CodeList("attendance_status", [
        Code("signed_up", nl: "Aangemeld", en: "Signed up"),
        Code("waiting_list", nl: "Wachtlijst", en: "Waiting list"),
        Code("attended", nl: "Geweest", en: "Attended"),
        Code("absent", nl: "Niet gekomen", en: "Absent"),
        Code("cancelled", nl: "Afgemeld", en: "Cancelled"),
    ])

    static let itemKind = CodeList("item_kind", [
        Code("laptop", nl: "Laptop", en: "Laptop"),
        Code("tablet", nl: "Tablet", en: "Tablet"),
        Code("phone", nl: "Telefoon", en: "Telephone"),
        Code("router", nl: "Router of dongel", en: "Router or dongle"),
        Code("headset", nl: "Koptelefoon", en: "Headset"),
        Code("other", nl: "Anders", en: "Other"),
    ])

    static let identityVerdict = CodeList("identity_verdict", [
        Code("same", nl: "Dezelfde", en: "The same"),
        Code("different", nl: "Verschillend", en: "Different"),
        Code("undecided", nl: "Nog niet beslist", en: "Not decided yet"),
    ])
}
