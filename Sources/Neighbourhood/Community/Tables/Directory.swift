import Schema

extension Table {
    /// The collection `directory`: what may go to partner cities. It holds no person.
    static let directory = [
        organisation, place, initiative, gathering, term, initiativeTerm, placeTerm, note, poll, pollOption, openAnswer, area,
        dismissal,
    ]

    private static let organisation = Table("organisation", in: .directory, columns: [
        Column("name", form: .name),
        Column("type", codes: "organisation_type"),
        Column("url", form: .page),
        Column("phone", form: .telephone),  // public
        Column("email", form: .email),  // public
        Column("area"),
        Column("description", .text),
        Column("source", .once),
        Column("source_uid", .once),
        .createdAt,
    ], needed: [["name"]], leads: true,
       purpose: "A body that helpers and initiatives belong to or work with.")

    private static let place = Table("place", in: .directory, columns: [
        Column("name", form: .name),
        Column("kind", codes: "place_kind"),
        Column("location_type", codes: "location_type"),
        Column("url", form: .page),
        Column("status", codes: "place_status"),
        Column("capacity", type: .integer, form: .count(0...10_000_000)),  // people
        Column("capacity_distanced", type: .integer, form: .count(0...10_000_000)),  // people, when distance must be kept
        .location,
        Column("description", .text),
        .createdAt,
    ], needed: [["name"]], leads: true,
       purpose: "Where people can meet, in the street or online.")

    private static let initiative = Table("initiative", in: .directory, columns: [
        Column("name", form: .name),
        Column("activity_type", codes: "activity_type"),
        Column("status", codes: "initiative_status"),
        Column("starts_on", form: .day(.near)),  // ISO 8601 date, as the other days here
        Column("ends_on", form: .day(.ahead)),
        Column("place", references: "place"),
        Column("area"),
        Column("parent", references: "initiative"),
        Column("adapted_from", references: "initiative", isFree: true),  // another city's, taken over
        Column("successor", references: "initiative"),
        Column("funded_until", form: .day(.ahead)),
        Column(composite: "recurrence", [
            Column.Part("recurrence_rule", form: .recurrence),  // RRULE of RFC 5545, section 3.3.10; below it lines DTSTART, DTEND, EXDATE, RDATE (see Recurrence)
            Column.Part("recurrence_time_zone", form: .timeZone),  // IANA name
        ]),
        Column("description", .text),
        Column("lessons", .text),
        .createdAt,
    ], needed: [["name"]], leads: true,
       purpose: "Something neighbours do together, once or again and again.")

    private static let gathering = Table("gathering", in: .directory, columns: [
        Column("initiative", references: "initiative"),
        Column("place", references: "place"),
        Column(composite: "schedule", [
            Column.Part("starts_at", form: .localTime(.near)),  // ISO 8601 local time in time_zone
            Column.Part("ends_at", form: .localTime(.near)),  // of whole days the last one, which it is on with
            Column.Part("time_zone", form: .timeZone),  // IANA name
        ]),
        Column("channel", codes: "channel"),
        Column("status", codes: "gathering_status"),
        Column("max_participants", type: .integer, form: .count(0...10_000_000)),
        Column("mixed_groups", type: .integer, form: .yesOrNo),  // 1: brings two or more audiences together
        // Starts at 0, because a plain `SET headcount = headcount + 1` leaves NULL as it is.
        Column("headcount", .counter, type: .integer, default: "0"),
        .createdAt,
    ], needed: [["starts_at"]], leads: true,
       purpose: "One date of an initiative.")

    private static let term = Table("term", in: .directory, columns: [
        Column("taxonomy", codes: "taxonomy"),
        Column("code"),
        Column("name_nl"),
        Column("name_en"),
        Column("parent", references: "term"),
        .createdAt,
    ], needed: [["name_nl", "name_en", "code"]],
       purpose: "A word to sort initiatives and places by: a theme, an audience, a need.")

    private static let initiativeTerm = Table(
        "initiative_term", in: .directory, key: .pair("initiative", "term"), columns: [.createdAt],
        purpose: "The initiative has the term.")

    private static let placeTerm = Table(
        "place_term", in: .directory, key: .pair("place", "term"), columns: [.createdAt],
        purpose: "The place has the term.")

    private static let note = Table("note", in: .directory, columns: [
        Column("subject", .once, subjects: ["initiative", "place", "area"]),  // never a person
        Column("kind", .once, codes: "note_kind"),
        Column("title", form: .name),
        Column("body", .text),
        .createdAt,
    ], needed: [["subject"], ["title", "body"]],
       purpose: "What was planned, learned or decided about an initiative, a place or an area.")

    private static let poll = Table("poll", in: .directory, columns: [
        Column("survey"),  // the name that polls asked together share
        Column("question_nl"),
        Column("question_en"),
        Column("opens", form: .day(.near)),  // ISO 8601 date
        Column("closes", form: .day(.ahead)),
        .createdAt,
    ], needed: [["question_nl", "question_en"]],
       purpose: "One question put to people, on its own or in a survey.")

    private static let pollOption = Table("poll_option", in: .directory, columns: [
        Column("poll", .once, references: "poll"),
        Column("label"),
        Column("votes", .counter, type: .integer, default: "0"),
        .createdAt,
    ], needed: [["poll"], ["label"]],
       purpose: "An answer to choose, with how many chose it.")

    private static let openAnswer = Table("open_answer", in: .directory, columns: [
        Column("poll", .once, references: "poll"),
        Column("text", .text),
        .createdAt,
    ], needed: [["poll"], ["text"]],
       purpose: "What somebody answered in their own words, without who.")

    private static let area = Table("area", in: .directory, columns: [
        Column("code"),
        Column("kind", codes: "area_kind"),
        Column("name", form: .name),
        Column("country", form: .country),  // ISO 3166-1 alpha-2
        Column("parent", references: "area"),
        Column(composite: "position", [
            Column.Part("lat", .real, form: .degrees(limit: 90)),  // degrees, WGS 84
            Column.Part("lon", .real, form: .degrees(limit: 180)),
        ]),
        Column("time_zone", form: .timeZone),  // IANA name
        Column("priority", type: .integer, form: .count(0...10_000_000)),  // 1 is the first to look after
        .createdAt,
    ], needed: [["name", "code"]],
       purpose: "A part of the world that people speak of by name. Columns named area elsewhere hold its id, code or name, or any words.")

    private static let dismissal = Table("dismissal", in: .directory, columns: [
        Column("kind", .once),  // of the broken rule
        .createdAt,
    ], purpose: "Somebody looked at a broken rule and lets it be: the id is the hash of its facts, and counts as long as these stay as they are.")
}
