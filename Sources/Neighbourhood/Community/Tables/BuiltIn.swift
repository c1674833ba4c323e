import CRDT
import Schema

/// Rows that every space begins with: the words to sort initiatives by, and the cities of the CoNet network.
///
/// They are ordinary rows with fixed ids and a fixed `created_at`. Who founds a space writes them, once, and the others get
/// them as they get every row: nothing is stamped twice, everybody may rename or remove one, and a removed one stays
/// removed. Should two laptops write them on their own (a later version may bring more), their equal values are shown
/// once and leave no conflict. As the ids are the same in every space, a partner city's initiatives keep their terms.
///
/// The wording of themes, conditions and the four questions (`note_kind`) is CoNet's; that of the six insights is ours, as
/// short names of what the corona years taught.
extension FoundingRow {
    package static let community: [FoundingRow] = terms + areas
}

extension FoundingRow {
    private static let terms: [FoundingRow] =
        terms("theme", [
            ("employment", "Werk", "Employment"),
            ("education", "Onderwijs", "Education"),
            ("neighbourhood_life", "Leven in de buurt", "Neighbourhood life"),
        ]) + terms("condition", [
            ("security", "Sociaal-economische zekerheid", "Socio-economic security"),
            ("inclusion", "Insluiting", "Inclusion"),
            ("cohesion", "Samenhang", "Cohesion"),
            ("empowerment", "Eigen kracht", "Empowerment"),
        ]) + terms("insight", [
            ("continuity", "Wat begint, heeft tijd, mensen en middelen nodig om te blijven", "What begins needs time, people and means to last"),
            ("in_person", "Ontmoeten gaat voor bellen en beeld", "Meeting in person comes before calls and screens"),
            ("close_by", "Hulp en ontmoeting zijn om de hoek", "Help and company are around the corner"),
            ("bridging", "Groepen die elkaar niet kennen, komen samen", "Groups that do not know one another come together"),
            ("residents_lead", "Bewoners bepalen, professionals steunen", "Residents decide, professionals support"),
            ("working_together", "Gemeente, organisaties en buurt werken als één", "Municipality, organisations and neighbourhood work as one"),
        ]) + terms("audience", [
            ("everyone", "Iedereen", "Everyone"),
            ("children", "Kinderen", "Children"),
            ("young_people", "Jongeren", "Young people"),
            ("students", "Studenten", "Students"),
            ("parents", "Ouders", "Parents"),
            ("older_people", "Ouderen", "Older people"),
            ("living_alone", "Wie alleen woont", "People who live alone"),
            ("newcomers", "Nieuwkomers", "Newcomers"),
            ("carers", "Mantelzorgers", "Carers"),
            ("job_seekers", "Werkzoekenden", "Job seekers"),
            ("disabled_people", "Mensen met een beperking", "Disabled people"),
        ]) + terms("need", [
            ("time", "Tijd", "Time"),
            ("people", "Menskracht", "People"),
            ("means", "Middelen", "Means"),
        ]) + terms("accessibility", [
            ("step_free", "Zonder drempels", "Step-free"),
            ("accessible_toilet", "Aangepast toilet", "Accessible toilet"),
            ("hearing_loop", "Ringleiding", "Hearing loop"),
            ("quiet", "Prikkelarm", "Quiet"),
            ("public_transport", "Met bus of trein bereikbaar", "Near public transport"),
            ("free", "Gratis", "Free of charge"),
            ("without_dutch", "Zonder de landstaal", "Without the local language"),
            ("distanced", "Met afstand tot elkaar", "With distance kept"),
        ])

    private static func terms(_ taxonomy: String, _ terms: [(code: String, nl: String, en: String)]) -> [FoundingRow] {
        terms.map { term in
            FoundingRow("term", id: "\(taxonomy)-\(term.code)", [
                ("taxonomy", .text(taxonomy)), ("code", .text(term.code)), ("name_nl", .text(term.nl)), ("name_en", .text(term.en)), createdAt,
            ])
        }
    }

    /// The partners of CoNet (URBACT II, https://urbact.eu/networks/conet), the lead partner first.
    private static let areas: [FoundingRow] = [
        area("berlin", "Berlin", "DE", 52.52, 13.405, "Europe/Berlin"),
        area("liverpool", "Liverpool", "GB", 53.4084, -2.9916, "Europe/London"),
        area("vaulx-en-velin", "Vaulx-en-Velin", "FR", 45.7786, 4.9186, "Europe/Paris"),
        area("sofia", "Sofia", "BG", 42.6977, 23.3219, "Europe/Sofia"),
        area("alba-iulia", "Alba Iulia", "RO", 46.0733, 23.5805, "Europe/Bucharest"),
        area("brussels", "Brussels", "BE", 50.8503, 4.3517, "Europe/Brussels"),
        area("apeldoorn", "Apeldoorn", "NL", 52.2112, 5.9699, "Europe/Amsterdam"),
        area("zabrze", "Zabrze", "PL", 50.3249, 18.7857, "Europe/Warsaw"),
        area("malmo", "Malmö", "SE", 55.605, 13.0038, "Europe/Stockholm"),
        area("gijon", "Gijón", "ES", 43.5322, -5.6611, "Europe/Madrid"),
        area("palermo", "Palermo", "IT", 38.1157, 13.3615, "Europe/Rome"),
    ]

    private static func area(
        _ code: String, _ name: String, _ country: String, _ lat: Double, _ lon: Double, _ timeZone: String
    ) -> FoundingRow {
        FoundingRow("area", id: "area-\(code)", [
            ("code", .text(code)), ("kind", .text("city")), ("name", .text(name)), ("country", .text(country)),
            ("lat", .real(lat)), ("lon", .real(lon)), ("time_zone", .text(timeZone)), createdAt,
        ])
    }

    private static let createdAt = (name: "created_at", value: Value.text("2020-03-01T00:00:00.000Z"))
}
