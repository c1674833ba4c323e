extension Table {
    /// The collection `people`: contacts and everything about a person, for the team only.
    static let people = [
        contact, contactPoint, address, involvement, helpItem, contactMoment, contactMomentContact, consent,
    ]

    private static let contact = Table("contact", in: .people, columns: [
        Column("kind", .once, default: "'individual'", codes: "contact_kind"),
        Column("given_name"),
        Column("infix"),  // tussenvoegsel: van, de, van der, el
        Column("family_name"),
        Column("nickname"),
        Column("organisation"),  // a name, as on a card
        Column("language", codes: "language"),  // BCP 47
        Column("preferred_channel", codes: "channel"),
        Column("area"),
        Column("active", type: .integer, default: "1"),
        Column("visibility", default: "'team'", codes: "visibility"),
        Column("source", .once),  // the list it was imported from
        Column("source_uid", .once),  // its id in that list
        Column("extra_vcard"),  // vCard lines without a column here, one a line
        .createdAt,
    ], purpose: "A person, or a group that is reached as one.")

    private static let contactPoint = Table("contact_point", in: .people, columns: [
        Column("contact", references: "contact"),
        Column("type", codes: "contact_point_type"),
        Column("value"),  // as typed
        Column("label", codes: "contact_point_label"),
        Column("preferred", type: .integer),
        .createdAt,
    ], ownedBy: [.contact], purpose: "A way to reach a contact: a number, an e-mail address, a page, a chat name.")

    private static let address = Table("address", in: .people, columns: [
        Column("contact", references: "contact"),
        .location,
        .createdAt,
    ], ownedBy: [.contact], purpose: "Where a contact lives or works.")

    private static let involvement = Table("involvement", in: .people, columns: [
        Column("contact", .once, references: "contact"),
        Column("subject", .once),  // the id of an initiative, organisation or place
        Column("code", codes: "involvement"),
        Column("basis", codes: "involvement_basis"),
        Column("from"),  // ISO 8601 date
        Column("until"),
        .createdAt,
    ], ownedBy: [.contact], purpose: "What a contact does for an initiative, an organisation or a place, and how long.")

    private static let helpItem = Table("help_item", in: .people, columns: [
        Column("direction", .once, codes: "help_direction"),
        Column("contact", references: "contact"),
        Column("category", codes: "help_category"),
        Column("urgency", codes: "help_urgency"),
        Column("setting", codes: "help_setting"),
        Column("area"),
        Column("from"),  // ISO 8601 date
        Column("until"),
        Column("capacity_per_week", type: .integer),  // times
        Column("description", .text),
        Column(
            "status", .rank(order: ["withdrawn", "fulfilled", "matched", "open"]), default: "'open'",
            codes: "help_status"),
        .createdAt,
    ], ownedBy: [.contact], purpose: "Help that a contact asks for or offers.")

    private static let contactMoment = Table("contact_moment", in: .people, columns: [
        Column("worker", .once, references: "contact"),
        Column("occurred_at", .once),  // ISO 8601 with offset
        Column("channel", .once, codes: "channel"),
        Column("duration_minutes", .once, type: .integer),
        Column("purpose"),
        Column("summary"),
        Column("concern"),
        Column("follow_up_on"),  // ISO 8601 date
        Column("follow_up_done", type: .integer),
        .createdAt,
    ], purpose: "One time that a worker or volunteer was in touch with people: a log row.")

    private static let contactMomentContact = Table(
        "contact_moment_contact", in: .people, key: .pair("contact_moment", "contact"), columns: [.createdAt],
        ownedBy: [.contact], purpose: "The contact took part in the moment.")

    private static let consent = Table("consent", in: .people, key: .pair("contact", "purpose"), columns: [
        Column("state", .rank(order: ["withdrawn", "given"]), codes: "consent_state"),
        Column("how", codes: "consent_how"),
        Column("valid_until"),  // ISO 8601 date
        .createdAt,
    ], ownedBy: [.contact], purpose: "Whether a contact agrees that we use their data for a purpose (a code of the list consent_purpose).")
}

extension Table.Owner {
    /// The contact that a row is about, in the column of that name.
    fileprivate static let contact = Table.Owner("contact", of: "contact")
}
