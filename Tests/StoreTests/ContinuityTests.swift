import Community
import CRDT
import Schema
import Store
import Testing
import Words

/// What begins should last: initiatives that may not are listed with the reason, alike on every laptop.
@Suite struct ContinuityTests {
    private let zuid: Neighbourhood
    private let fatima: Store
    private static let today = "2026-03-10"

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: .community)
        for sql in [
            "insert into term (id, taxonomy, code, name_nl, name_en) values ('need-people', 'need', 'people', 'Menskracht', 'People')",
            "insert into contact (id, given_name) values ('a', 'Fatima'), ('a2', 'Fatima E.'), ('b', 'Jan'), ('c', 'Noor')",
            """
            insert into initiative (id, name, area, status, funded_until) values
                ('sound', 'Wandelclub', 'Zuid', 'active', '2027-01-01'), ('cook', 'Kookclub', 'Zuid', 'active', '2026-06-08')
            """,
            "insert into involvement (contact, subject, code) values ('a', 'sound', 'organiser'), ('b', 'sound', 'organiser')",
            "insert into involvement (contact, subject, code) values ('a', 'cook', 'organiser'), ('a2', 'cook', 'organiser')",
            "insert into gathering (id, initiative, starts_at) values ('g1', 'sound', '2026-03-10T10:00'), ('g2', 'cook', '2026-03-09T18:00')",
        ] { try fatima.executeAsClient(sql) }
    }

    private func kinds(_ store: Store, _ id: String, today: String = today) throws -> [ContinuityReason.Kind] {
        try store.initiativesAtRisk(today: today).first { $0.id == id }?.reasons.map(\.kind) ?? []
    }

    @Test("Each reason is named when it comes, and goes when it is mended")
    func reasons() throws {
        #expect(try fatima.initiativesAtRisk(today: Self.today) == [
            InitiativeAtRisk(id: "cook", name: "Kookclub", area: "Zuid", reasons: [
                .noNextGathering(last: "2026-03-09"), .fundingEnds(on: "2026-06-08"),
            ]),
        ], "funding ends in 90 days exactly")
        #expect(try kinds(fatima, "cook", today: "2026-03-09") == [], "a day earlier the funding is 91 days away, and the evening is to come")
        // Two contacts of one person are one organiser.
        try fatima.executeAsClient("insert into identity_link (contact, other, verdict) values ('a', 'a2', 'same')")
        #expect(try kinds(fatima, "cook") == [.noNextGathering, .oneOrganiser, .fundingEnds])
        try fatima.executeAsClient("update involvement set \"until\" = '2026-03-09' where subject = 'cook'")
        #expect(try kinds(fatima, "cook") == [.noNextGathering, .noOrganiser, .fundingEnds])
        try fatima.executeAsClient("insert into initiative_term (initiative, term) values ('cook', 'need-people'), ('cook', 'unknown')")
        #expect(try fatima.initiativesAtRisk(today: Self.today)[0].reasons.last
            == .openNeeds([NamedTerm(id: "need-people", name: Phrase(nl: "Menskracht", en: "People"))]))
        // Cancelled is no next gathering, planned is.
        try fatima.executeAsClient("insert into gathering (id, initiative, starts_at, status) values ('g3', 'cook', '2026-03-20T18:00', 'cancelled')")
        #expect(try kinds(fatima, "cook").contains(.noNextGathering))
        try fatima.executeAsClient("update gathering set status = 'planned' where id = 'g3'")
        try fatima.executeAsClient("update initiative set funded_until = '2026-02-31' where id = 'cook'")
        #expect(try kinds(fatima, "cook") == [.noOrganiser, .openNeeds], "a day that does not exist is no day")
    }

    @Test("What recurs has a next date until its end; an idea has not begun; what ended asks for a successor, for a year")
    func ends() throws {
        try fatima.executeAsClient("delete from gathering")
        func next(_ rule: String) throws -> Bool {
            try fatima.executeAsClient("update initiative set recurrence_rule = '\(rule)' where id = 'sound'")
            return try !kinds(fatima, "sound").contains(.noNextGathering)
        }
        #expect(try next("FREQ=WEEKLY;BYDAY=TU") && next("FREQ=DAILY;UNTIL=20260310") && next("freq=daily;until=20260310T120000Z"))
        #expect(try !next("FREQ=DAILY;UNTIL=20260309") && !next("FREQ=DAILY;COUNT=3") && !next(""))
        try fatima.executeAsClient("update initiative set status = 'idea'")
        #expect(try fatima.initiativesAtRisk(today: Self.today).isEmpty)
        try fatima.executeAsClient("update initiative set status = 'active', ends_on = '2025-03-10' where id = 'sound'")
        #expect(try kinds(fatima, "sound") == [.noSuccessor])
        #expect(try kinds(fatima, "sound", today: "2026-03-11").isEmpty, "a year and a day ago")
        try fatima.executeAsClient("update initiative set successor = 'gone' where id = 'sound'")
        #expect(try kinds(fatima, "sound") == [.noSuccessor], "a successor that is not there")
        try fatima.executeAsClient("update initiative set successor = 'cook' where id = 'sound'")
        #expect(try kinds(fatima, "sound").isEmpty)
    }

    @Test("Two laptops that met list the same; one without the people says nothing of organisers")
    func replicas() throws {
        let jan = try zuid.store("jan", schema: .community)
        try jan.executeAsClient("insert into initiative (id, name, status) values ('bingo', 'Balkonbingo', 'active')")
        try fatima.stamp(acceptingMassChange: true)
        try jan.meet(fatima)
        #expect(try jan.initiativesAtRisk(today: Self.today) == fatima.initiativesAtRisk(today: Self.today))
        #expect(try kinds(fatima, "bingo") == [.noNextGathering, .noOrganiser])
        let city = try zuid.store("city", schema: Schema(tables: Schema.community.tables.filter { $0.collection == .directory }))
        try city.executeAsClient("insert into initiative (id, name, status) values ('bingo', 'Balkonbingo', 'active')")
        #expect(try kinds(city, "bingo") == [.noNextGathering])
    }
}
