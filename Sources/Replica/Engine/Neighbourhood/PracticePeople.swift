import Community
import CRDT
import Store

/// Made-up people, meetings and requests: a list to practise on, in which nothing can go wrong for anybody.
///
/// The names are common ones of the Netherlands put together by chance, the numbers are those that nobody is given (06-00…).
package enum PracticePeople {
    private struct Made {
        let name: String, phone: String, address: String
        var language = "nl"
    }

    private static let area = "Oefenwijk"
    private static let people = [
        Made(name: "Wilhelmina van den Berg", phone: "06-00000101", address: "Lindelaan 12, 1234 AB Oefenstad"),
        Made(name: "Jan de Vries", phone: "06-00000102", address: "Lindelaan 14, 1234 AB Oefenstad"),
        Made(name: "Fatma Yılmaz", phone: "06-00000103", address: "Kerkplein 3, 1234 AC Oefenstad", language: "tr"),
        Made(name: "Youssef el Amrani", phone: "06-00000104", address: "Kerkplein 5, 1234 AC Oefenstad", language: "ar"),
        Made(name: "Agnieszka Kowalska", phone: "06-00000105", address: "Havenstraat 21, 1234 AD Oefenstad", language: "pl"),
        Made(name: "Henk Bakker", phone: "06-00000106", address: "Havenstraat 23, 1234 AD Oefenstad"),
        Made(name: "Maria Jansen", phone: "06-00000107", address: "Havenstraat 40, 1234 AD Oefenstad"),
        Made(name: "Ahmed Said", phone: "06-00000108", address: "Molenweg 1, 1234 AE Oefenstad"),
        Made(name: "Truus Smit", phone: "06-00000109", address: "Molenweg 8, 1234 AE Oefenstad"),
        Made(name: "Oksana Bondarenko", phone: "06-00000110", address: "Molenweg 9, 1234 AE Oefenstad", language: "uk"),
        Made(name: "Piet Mulder", phone: "06-00000111", address: "Lindelaan 2, 1234 AB Oefenstad"),
        Made(name: "Zoë Visser", phone: "06-00000112", address: "Kerkplein 11, 1234 AC Oefenstad"),
    ]
    /// The same person once more, written otherwise: something for 'duplicates'.
    private static let again = Made(name: "Mina van den Berg", phone: "0600000101", address: "Lindelaan 12, Oefenstad")

    /// - Parameter nowMilliseconds: what happened lies before it, what is planned behind it.
    package static func fill(_ replica: Replica, nowMilliseconds: Int64) throws {
        func day(_ offset: Int) -> String { ReaderClock.dayText(nowMilliseconds, plus: offset) }
        func moment(_ days: Int) -> String { ReaderClock.moment(nowMilliseconds - Int64(days) * 86_400_000) }
        func add(_ table: String, _ typed: [(String, String)]) throws -> String {
            let values = try replica.entered(typed.map { (name: $0.0, text: $0.1) }, newIn: replica.sharedTable(table))
            return try replica.edit { try $0.add(table, values) }.key[0]
        }
        let ids = try (people + [again]).map { made in
            var person = NewPerson(name: made.name)
            (person.phones, person.addresses) = ([made.phone], [made.address])
            person.more = [(name: "language", text: made.language), (name: "area", text: area)]
            return try replica.add(replica.draft(person)).key[0]
        }
        let place = try add("place", [("name", "Buurthuis De Oefening"), ("kind", "community_centre")])
        let initiatives = try [("Samen eten", "cook"), ("Wandelgroep", "walk"), ("Koffie aan de deur", "doorstep_talk")].map {
            try add("initiative", [("name", $0.0), ("activity_type", $0.1), ("status", "active"), ("place", place), ("starts_on", day(-90))])
        }
        for (index, offset) in [0, 3, 6, 13].enumerated() {
            _ = try add("gathering", [
                ("initiative", initiatives[index % 3]), ("place", place), ("starts_at", day(offset) + "T18:00"), ("ends_at", day(offset) + "T20:00"),
                ("channel", "face_to_face"), ("status", "planned"),
            ])
        }
        for (index, person) in ids.prefix(8).enumerated() {
            let meeting = try add("contact_moment", [
                ("worker", ids[11]), ("occurred_at", moment(3 + index * 9)), ("channel", ["face_to_face", "phone", "doorstep"][index % 3]),
                ("duration_minutes", String(10 + index * 5)), ("summary", ["Boodschappen besproken", "Even bijgepraat", "Vroeg naar de wandelgroep"][index % 3]),
            ] + (index < 2 ? [("follow_up_on", day(index))] : []))
            _ = try add("contact_moment_contact", [("contact_moment", meeting), ("contact", person)])
        }
        // One who went to the trash, one who organises, and a yes.
        let gone = try replica.add(replica.draft(NewPerson(name: "Kees Verhoeven")))
        try replica.edit { try $0.delete(gone) }
        _ = try add("involvement", [("contact", ids[3]), ("subject", initiatives[0]), ("code", "organiser")])
        try replica.edit {
            try $0.recordConsent(RecordID(table: "contact", key: [ids[1]]), purpose: "newsletter", isGiven: true, how: "spoken", validUntil: nil, at: moment(20))
        }
        var company: String?
        for (person, direction, category, text) in [
            (0, "request", "groceries", "Zware boodschappen, graag op dinsdag"), (5, "offer", "groceries", "Kan op dinsdag en vrijdag"),
            (2, "request", "paperwork", "Brief van de gemeente"), (8, "request", "company", "Samen naar de markt"),
        ] {
            company = try add("help_item", [
                ("contact", ids[person]), ("direction", direction), ("category", category), ("status", "open"), ("area", area), ("description", text),
            ])
        }
        if let company {
            _ = try replica.edit { try $0.proposeMatch(request: RecordID(table: "help_item", key: [company]), helper: RecordID(table: "contact", key: [ids[11]])) }
        }
    }
}
