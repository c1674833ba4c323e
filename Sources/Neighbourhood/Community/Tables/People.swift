import Schema

extension Table {
    /// The collection `people`: contacts and everything about a person, for the team only.
    static let people = [
        contact, contactPoint, address, involvement, relation, helpItem, helpItemSkill, match, contactMoment,
        contactMomentContact, consent, consentEvent, attendance, item, loan, identityLink,
    ]

    private static let contact = Table("contact", in: .people, columns: [
        Column("kind", default: "'individual'", codes: "contact_kind"),
        Column("given_name", form: .name),
        Column("infix", form: .name),  // tussenvoegsel: van, de, van der, el
        Column("family_name", form: .name),
        Column("nickname", form: .name),
        Column("organisation", form: .name),  // a name, as on a card
        Column("language", codes: "language", form: .language),  // BCP 47
        Column("preferred_channel", codes: "channel"),
        Column("area"),
        Column("active", type: .integer, default: "1", form: .yesOrNo),
        Column("visibility", default: "'team'", codes: "visibility"),
        Column("source", .once),  // the list it was imported from
        Column("source_uid", .once),  // its id in that list
        Column("extra_vcard"),  // vCard lines without a column here, one a line
        Column("linkage_marks"),  // of numbers and birth dates that are not kept, to find duplicates by: "d7c n3fa2"
        .createdAt,
    ], needed: [["given_name", "family_name", "nickname", "organisation"]], leads: true,
       purpose: "A person, or a group, organisation or place that is reached as one.")

    private static let contactPoint = Table("contact_point", in: .people, columns: [
        Column("contact", references: "contact"),
        Column("type", codes: "contact_point_type"),
        Column("value", form: .reach),  // as typed
        Column("label", codes: "contact_point_label", form: .code(list: "contact_point_label", isOpen: true)),
        Column("preferred", type: .integer, form: .yesOrNo),
        .createdAt,
    ], ownedBy: [.contact], needed: [["contact"], ["value"]],
       purpose: "A way to reach a contact: a number, an e-mail address, a page, a chat name.")

    private static let address = Table("address", in: .people, columns: [
        Column("contact", references: "contact"),
        .location,
        .createdAt,
    ], ownedBy: [.contact], needed: [["contact"], ["street", "postal_code", "city", "province", "country", "lat"]],
       purpose: "Where a contact lives or works.")

    private static let involvement = Table("involvement", in: .people, columns: [
        Column("contact", .once, references: "contact"),
        Column("subject", .once, subjects: ["initiative", "organisation", "place"]),
        Column("code", codes: "involvement"),
        Column("basis", codes: "involvement_basis"),
        Column("from", form: .day(.near)),  // ISO 8601 date
        Column("until", form: .day(.ahead)),
        .createdAt,
    ], ownedBy: [.contact], needed: [["contact"], ["subject"]],
       purpose: "What a contact does for an initiative, an organisation or a place, and how long.")

    private static let relation = Table("relation", in: .people, columns: [
        Column("contact", .once, references: "contact"),
        Column("other", .once, references: "contact"),
        Column("code", codes: "relation"),  // what the other is to the contact
        Column("until", form: .day(.ahead)),  // ISO 8601 date
        .createdAt,
    ], ownedBy: [.contact, .other], needed: [["contact"], ["other"]],
       purpose: "What one contact is to another.")

    private static let helpItem = Table("help_item", in: .people, columns: [
        Column("direction", .once, codes: "help_direction"),
        Column("contact", references: "contact"),
        Column("category", codes: "help_category"),
        Column("urgency", codes: "help_urgency"),
        Column("setting", codes: "help_setting"),
        Column("area"),
        Column("from", form: .day(.near)),  // ISO 8601 date
        Column("until", form: .day(.ahead)),
        Column("capacity_per_week", type: .integer, form: .count(0...10_000)),  // times
        Column("description", .text),
        Column(
            "status", .rank(order: ["withdrawn", "fulfilled", "matched", "open"]), default: "'open'",
            codes: "help_status"),
        .createdAt,
    ], ownedBy: [.contact], needed: [["direction"], ["contact"]],
       purpose: "Help that a contact asks for or offers.")

    private static let helpItemSkill = Table(
        "help_item_skill", in: .people, key: .pair("help_item", "skill"), columns: [.createdAt],
        ownedBy: [Owner("help_item", of: "help_item")],
        keyCodes: ["skill": "skill"],
       purpose: "The help needs or brings the skill (a code of the list skill).")

    // It tells about both sides, so it goes with either.
    private static let match = Table("match", in: .people, columns: [
        Column("request", .once, references: "help_item"),
        Column("offer", .once, references: "help_item"),
        Column("helper", .once, references: "contact"),  // who helps when there is no offer
        Column(
            "status", .rank(order: ["declined", "done", "accepted", "proposed"]), default: "'proposed'",
            codes: "match_status"),
        Column("agreed_at", form: .moment(.past)),  // ISO 8601 with offset
        Column("feedback"),
        .createdAt,
    ], ownedBy: [Owner("request", of: "help_item"), Owner("offer", of: "help_item"), Owner("helper", of: "contact")],
       needed: [["request"], ["offer", "helper"]],
       purpose: "A request for help and who may meet it: an offer, or a helper who made none.")

    private static let contactMoment = Table("contact_moment", in: .people, columns: [
        Column("worker", .once, references: "contact", isFree: true),
        Column("occurred_at", .once, form: .moment(.past)),  // ISO 8601 with offset
        Column("channel", .once, codes: "channel"),
        Column("duration_minutes", .once, type: .integer, form: .count(0...100_000)),
        Column("purpose"),
        Column("summary"),
        Column("concern"),
        Column("follow_up_on", form: .day(.ahead)),  // ISO 8601 date
        Column("follow_up_done", type: .integer, form: .yesOrNo),
        .createdAt,
    ], telling: Telling(
        links: "contact_moment_contact", counted: ["worker", "occurred_at", "channel", "duration_minutes", "created_at"]),
       needed: [["occurred_at"]],
       purpose: "One time that a worker or volunteer was in touch with people: a log row.")

    private static let contactMomentContact = Table(
        "contact_moment_contact", in: .people, key: .pair("contact_moment", "contact"), columns: [.createdAt],
        ownedBy: [.contact], purpose: "The contact took part in the moment.")

    private static let consent = Table("consent", in: .people, key: .pair("contact", "purpose"), columns: [
        Column("state", .rank(order: ["withdrawn", "given"]), codes: "consent_state"),
        Column("how", codes: "consent_how"),
        Column("valid_until", form: .day(.ahead)),  // ISO 8601 date
        .createdAt,
    ], ownedBy: [.contact], needed: [["state"]], keyCodes: ["purpose": "consent_purpose"],
       purpose: "Whether a contact agrees that we use their data for a purpose (a code of the list consent_purpose).")

    private static let consentEvent = Table("consent_event", in: .people, columns: [
        Column("contact", .once, references: "contact"),
        Column("purpose", .once, codes: "consent_purpose"),
        Column("state", .once, codes: "consent_state"),
        Column("how", .once, codes: "consent_how"),
        Column("valid_until", .once, form: .day(.ahead)),  // ISO 8601 date
        Column("occurred_at", .once, form: .moment(.past)),  // ISO 8601 with offset
        .createdAt,
    ], ownedBy: [.contact], needed: [["contact"], ["purpose"], ["state"]],
       purpose: "One time that a contact gave or withdrew consent: the history behind consent, a log row.")

    // Keyed by the pair, so that two who sign up one person at once make one row, and a place is counted once.
    private static let attendance = Table("attendance", in: .people, key: .pair("gathering", "contact"), columns: [
        Column("status", default: "'signed_up'", codes: "attendance_status"),
        .createdAt,
    ], ownedBy: [.contact], purpose: "The contact signed up for the gathering, or was there.")

    private static let item = Table("item", in: .people, columns: [
        Column("label", form: .name),
        Column("kind", codes: "item_kind"),
        Column("serial"),
        .createdAt,
    ], needed: [["label", "kind", "serial"]],
       purpose: "Something that is lent out, such as a laptop.")

    private static let loan = Table("loan", in: .people, columns: [
        Column("item", references: "item"),
        Column("holder", references: "contact"),
        Column(composite: "dates", [
            Column.Part("lent_on", form: .day(.past)),  // ISO 8601 date, as the others
            Column.Part("due_on", form: .day(.ahead)),
            Column.Part("returned_on", form: .day(.past)),
        ]),
        Column("training_done_on", form: .day(.past)),
        .createdAt,
    ], ownedBy: [Owner("holder", of: "contact")], needed: [["item"], ["holder"]],
       purpose: "An item in the hands of a contact, until it is returned.")

    // Keyed by the pair, the smaller id first: the verdicts of two laptops meet in one record. A row the wrong way round, as
    // plain SQL can write it, counts as well.
    private static let identityLink = Table("identity_link", in: .people, key: .pair("contact", "other"), columns: [
        Column("verdict", codes: "identity_verdict"),
        Column("decided_by"),  // a name or a contact's id
        Column("reason"),
        .createdAt,
    ], ownedBy: [.contact, .other], needed: [["verdict"]],
       purpose: "Whether two contacts are one person: a person's verdict. The smaller id is the first.")
}

extension Table.Owner {
    /// The contact that a row is about, in the column of that name.
    fileprivate static let contact = Table.Owner("contact", of: "contact")
    /// The second of two contacts that a row is about.
    fileprivate static let other = Table.Owner("other", of: "contact")
}
