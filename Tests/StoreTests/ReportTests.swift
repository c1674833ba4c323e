import Community
import CRDT
import Schema
import Store
import Testing

/// What a policy maker asks of a year's work, and that every laptop gives the same answer.
@Suite struct ReportTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private static let today = "2021-01-01"

    private func frame(from: String? = nil, until: String? = nil, area: String? = nil, isShared: Bool = false) -> ReportFrame {
        ReportFrame(space: "Zuid", today: Self.today, from: from, until: until, area: area, isShared: isShared)
    }

    private func report(_ store: Store, _ name: ReportName, _ frame: ReportFrame) throws -> Report {
        try #require(try store.reports([name], frame).first)
    }

    /// The cells of a table as text, a row a line: codes, and numbers as they are.
    private func lines(_ report: Report, _ key: String) throws -> [String] {
        try #require(report.tables.first { $0.key == key }).rows.map { row in
            row.cells.map { cell in
                switch cell.content {
                case .none: "-"
                case .text(let text), .label(let text, _), .day(let text): text
                case .words(let phrase): phrase.en
                case .count(let number), .amount(let number), .share(let number), .ratio(let number): String(number)
                case .below: "<5"
                case .withheld: "*"
                }
            }.joined(separator: " ")
        }
    }

    private func run(_ store: Store, _ statements: [String]) throws { for sql in statements { try store.executeAsClient(sql) } }

    /// Contact moments of February and April 2020: number, channel, minutes.
    private static let fixture: [(id: String, day: String, channel: String, minutes: Int)] = {
        var moments: [(String, String, String, Int)] = []
        func add(_ count: Int, _ month: String, _ channel: String, _ minutes: Int) {
            for _ in 0..<count { moments.append(("m\(moments.count)", "2020-\(month)-\(10 + moments.count % 18)T10:00:00+01:00", channel, minutes)) }
        }
        add(110, "02", "face_to_face", 30)
        add(88, "02", "phone", 7)
        add(1, "02", "phone", 64)
        add(1, "02", "video", 20)
        add(24, "04", "face_to_face", 20)
        add(60, "04", "video", 20)
        add(115, "04", "phone", 37)
        add(1, "04", "phone", 65)
        return moments
    }()

    @Test("Meeting in person fell from 55 to 12 percent, and video rose from 0.5 to 20 percent of the time, in any order of merging", arguments: 0..<6)
    func channels(order: Int) throws {
        let stores = try ["fatima", "jan", "noor"].map { try zuid.store($0, schema: .community) }
        for (index, moment) in Self.fixture.enumerated() {
            try stores[index % 3].executeAsClient(
                "insert into contact_moment (id, occurred_at, channel, duration_minutes) values ('\(moment.id)', '\(moment.day)', '\(moment.channel)', \(moment.minutes))")
        }
        // One too many, noted twice, is taken away again by somebody else.
        try stores[0].executeAsClient("insert into contact_moment (id, occurred_at, channel, duration_minutes) values ('wrong', '2020-02-11', 'video', 600)")
        let meetings = [[(0, 1), (1, 2), (0, 2)], [(2, 1), (1, 0), (2, 0)], [(0, 2), (2, 1), (0, 1)], [(1, 0), (0, 2), (2, 1)], [(2, 0), (0, 1), (1, 2)], [(1, 2), (2, 0), (0, 1)]][order]
        for store in stores { try store.stamp(acceptingMassChange: true) }
        for (one, other) in meetings { try stores[one].meet(stores[other]) }
        try stores[2].executeAsClient("delete from contact_moment where id = 'wrong'")
        try stores[2].stamp(acceptingMassChange: true)
        for (one, other) in meetings.reversed() + meetings { try stores[one].meet(stores[other]) }

        let all = try stores.map { String(describing: try $0.reports(ReportName.allCases, frame())) }
        #expect(all[0] == all[1] && all[1] == all[2])
        let months = try lines(report(stores[order % 3], .channels, frame()), "months")
        #expect(months.contains("2020-02 face_to_face offline 110 550 3300 825"))
        #expect(months.contains("2020-02 video online 1 5 20 5"))
        #expect(months.contains("2020-04 face_to_face offline 24 120 480 80"))
        #expect(months.contains("2020-04 video online 60 300 1200 200"))
        let april = try report(stores[0], .channels, frame(from: "2020-04-01", until: "2020-04-30"))
        #expect(try lines(april, "totals") == [
            "face_to_face offline 24 120 480 80", "phone offline 116 580 4320 720", "video online 60 300 1200 200", "total - 200 1000 6000 1000",
        ])
    }

    @Test("What is not known is said: no day, no duration, no such channel, a day that does not exist")
    func unknown() throws {
        let store = try zuid.store("fatima", schema: .community)
        try run(store, [
            """
            insert into contact_moment (id, occurred_at, channel, duration_minutes) values
                ('a', '2020-03-31T23:30:00+02:00', 'phone', 10), ('b', '2020-02-31', 'phone', 10), ('c', null, 'video', null),
                ('d', '2020-04-01T00:30:00+02:00', 'pigeon', 'long'), ('e', '2020-04-02', null, -5)
            """,
        ])
        let all = try report(store, .channels, frame())
        #expect(try lines(all, "months") == [
            "2020-03 phone offline 1 1000 10 1000", "2020-04 unknown unknown 2 1000 0 -",
            "unknown phone offline 1 500 10 1000", "unknown video online 1 500 0 0",
        ])
        #expect(all.remarks == [.init(word: .momentsWithoutDuration, count: 3)])
        let april = try report(store, .channels, frame(from: "2020-04-01"))
        #expect(try lines(april, "months") == ["2020-04 unknown unknown 2 1000 0 -"])
        #expect(april.remarks == [.init(word: .momentsWithoutDuration, count: 2), .init(word: .momentsWithoutDay, count: 2)])
        #expect(try lines(report(store, .encounters, frame()), "moments").last == "total 1 2 2 5 200")
    }

    private static let people = [
        "insert into area (id, code, name, kind, parent) values ('zuid', 'Z', 'Zuid', 'wijk', null), ('rivier', 'ZR', 'Rivierenbuurt', 'buurt', 'zuid')",
        """
        insert into contact (id, given_name, area, created_at, kind, active) values
            ('a', 'Fatima', 'Zuid', '2020-01-01T00:00:00.000Z', 'individual', 1), ('a2', 'Fatima', null, '2020-01-01T00:00:00.000Z', 'individual', 1),
            ('b', 'Jan', 'rivierenbuurt', '2020-01-01T00:00:00.000Z', 'individual', 1), ('c', 'Noor', 'Oost', '2020-12-20T00:00:00.000Z', 'individual', 1),
            ('d', 'Piet', null, '2020-01-01T00:00:00.000Z', 'individual', 0), ('g', 'Koor', null, '2020-01-01T00:00:00.000Z', 'group', 1)
        """,
        "insert into identity_link (contact, other, verdict) values ('a', 'a2', 'same')",
        """
        insert into contact_moment (id, occurred_at, channel) values ('m1', '2020-10-01', 'phone'), ('m2', '2020-11-15', 'phone'),
            ('m3', '2020-12-24', 'phone'), ('m4', '2021-06-01', 'phone'), ('m5', 'gisteren', 'phone')
        """,
        """
        insert into contact_moment_contact (contact_moment, contact) values ('m1', 'a'), ('m1', 'a2'), ('m1', 'b'), ('m2', 'a2'), ('m3', 'c'),
            ('m4', 'b'), ('m5', 'b'), ('m3', 'gone')
        """,
    ]

    @Test("A person who is in the list twice is reached once, for the first time once, and again after that")
    func reach() throws {
        let store = try zuid.store("fatima", schema: .community)
        try run(store, Self.people)
        let all = try report(store, .reach, frame())
        #expect(try lines(all, "months") == ["2020-10 2 2 0", "2020-11 1 0 1", "2020-12 1 1 0"])
        #expect(try lines(all, "period") == ["3 3 0 1"])
        #expect(try lines(all, "not_reached") == ["30 2 667 0", "60 1 333 0", "90 1 333 0", "active 3 - -"])
        #expect(all.remarks == [.init(word: .momentsWithoutDay, count: 1), .init(word: .momentsAfterToday, count: 1)])
        #expect(try lines(report(store, .reach, frame(from: "2020-11-01")), "period") == ["2 1 1 0"])
        // Rivierenbuurt lies in Zuid; words are read in any case.
        #expect(try lines(report(store, .reach, frame(area: "zuid")), "months") == ["2020-10 2 2 0", "2020-11 1 0 1"])
        #expect(try lines(report(store, .reach, frame(area: "ZR")), "months") == ["2020-10 1 1 0"])
        #expect(try lines(report(store, .channels, frame(area: "Oost")), "totals").last == "total - 1 1000 0 -")
        #expect(throws: StoreError(.unknownName, "area")) { try store.reports([.reach], frame(area: "Noordpool")) }
        // Erased, somebody is gone from the report; the worker's log stays.
        try store.stamp(acceptingMassChange: true)
        _ = try store.erase([ErasedRecord(RecordID(table: "contact", key: ["b"]))])
        #expect(try lines(report(store, .reach, frame()), "months") == ["2020-10 1 1 0", "2020-11 1 0 1", "2020-12 1 1 0"])
    }

    @Test("Help asked and offered, by category and area, with their ratio")
    func demand() throws {
        let store = try zuid.store("fatima", schema: .community)
        try run(store, Self.people + [
            """
            insert into help_item (id, direction, contact, category, area, status, created_at) values
                ('r1', 'request', 'a', 'groceries', null, 'open', '2020-05-01'), ('r2', 'request', 'b', 'groceries', ' ZR', 'fulfilled', '2020-05-02'),
                ('r3', 'request', 'c', 'groceries', 'Zuid', 'withdrawn', '2020-06-01'), ('o1', 'offer', 'c', 'groceries', 'Z', 'matched', '2020-05-03'),
                ('o2', 'offer', null, 'klussen', null, 'soon', '2020-07-01'), ('x', 'request', 'gone', 'meals', null, 'open', '2020-05-01'),
                ('y', 'request', 'a', 'meals', null, 'open', 'ooit')
            """,
        ])
        let all = try report(store, .demand, frame())
        #expect(try lines(all, "areas") == [
            "groceries Rivierenbuurt 0 0 1 0 1 0 0 0 0 0 0", "groceries Zuid 1 0 0 1 2 0 1 0 0 1 100", "meals Zuid 1 0 0 0 1 0 0 0 0 0 0",
            "unknown noArea 0 0 0 0 0 1 0 0 0 1 -",
        ])
        #expect(try lines(all, "categories").first == "groceries 1 0 1 1 3 0 1 0 0 1 50")
        #expect(try lines(all, "categories").last == "total 2 0 1 1 4 1 1 0 0 2 66")
        let may = try report(store, .demand, frame(from: "2020-05-01", until: "2020-05-31", area: "Zuid"))
        #expect(try lines(may, "categories") == ["groceries 1 0 1 0 2 0 1 0 0 1 50", "total 1 0 1 0 2 0 1 0 0 1 50"])
        #expect(may.remarks == [.init(word: .helpWithoutDay, count: 1)])
    }

    @Test("Coverage shows what is empty; gatherings that mix count as bridging; starts, polls and terms are counted")
    func directory() throws {
        let store = try zuid.store("fatima", schema: .community)
        try store.found(with: FoundingRow.community)
        try run(store, Self.people + [
            """
            insert into initiative (id, name, area, status, starts_on, ends_on) values ('cook', 'Kookclub', 'Zuid', 'active', '2020-03-10', null),
                ('walk', 'Wandelen', 'Oost', 'active', '2020-05-10', null), ('old', 'Bingo', 'Zuid', 'ended', '2020-04-01', '2020-06-01'),
                ('idea', 'Plan', 'Zuid', 'idea', '2020-03-01', null)
            """,
            """
            insert into initiative_term (initiative, term) values ('cook', 'condition-cohesion'), ('cook', 'condition-inclusion'), ('old', 'condition-security'),
                ('cook', 'audience-parents'), ('cook', 'audience-older_people'), ('walk', 'audience-everyone'), ('walk', 'audience-students')
            """,
            """
            insert into gathering (id, initiative, starts_at, status, mixed_groups, channel, headcount) values
                ('g1', 'cook', '2020-03-20T18:00', 'held', null, 'group', 12), ('g2', 'cook', '2020-05-20T18:00', null, 0, 'video', 3),
                ('g3', 'walk', '2020-05-20T10:00', 'held', null, 'face_to_face', -2), ('g4', 'walk', '2020-05-21T10:00', 'cancelled', 1, 'group', 0),
                ('g5', 'walk', '2030-05-21T10:00', 'planned', 1, 'group', 0), ('g6', null, 'soon', 'held', 1, null, 5)
            """,
            """
            insert into involvement (contact, subject, code, basis, "from", created_at) values ('a', 'cook', 'volunteer', null, '2020-03-01', '2020-04-01'),
                ('a2', 'walk', 'volunteer', null, '2020-05-01', '2020-05-01'), ('b', 'walk', 'organiser', 'volunteer', null, '2020-05-02T09:00:00Z'),
                ('c', 'walk', 'participant', null, '2020-05-01', '2020-05-01')
            """,
            "insert into poll (id, survey, question_nl, opens) values ('p', 'Buurt', 'Met wie wilt u in verbinding staan?', '2020-05-01')",
            "insert into poll_option (id, poll, label, votes) values ('o1', 'p', 'Buren', 2), ('o2', 'p', 'Familie', 1), ('o3', 'p', 'Niemand', -1)",
            "insert into open_answer (id, poll, text) values ('t', 'p', 'Met iedereen')",
        ])
        let coverage = try report(store, .coverage, frame())
        #expect(try lines(coverage, "conditions") == [
            "Rivierenbuurt 0 0 0 0 0 4", "Zuid 0 1 1 0 1 2", "Oost 0 0 0 0 1 4", "total 0 1 1 0 2 10",
        ], "what ended works on nothing, and an idea not yet")
        #expect(try lines(coverage, "empty").contains("Zuid security"))
        let bridging = try report(store, .bridging, frame())
        #expect(try lines(bridging, "months") == ["2020-03 1 1 1000", "2020-04 0 0 -", "2020-05 2 0 0", "total 3 1 333"])
        #expect(try lines(bridging, "areas") == ["Zuid 2 1 500", "Oost 1 0 0", "total 3 1 333"])
        #expect(bridging.remarks == [.init(word: .gatheringsWithoutDay, count: 1)])
        #expect(try lines(report(store, .encounters, frame()), "gatherings") == ["2020-03 0 1 0 1 12", "2020-04 0 0 0 0 0", "2020-05 1 1 0 2 3", "total 1 2 0 3 15"])
        #expect(try lines(report(store, .starts, frame()), "months") == ["2020-03 1 1", "2020-04 1 0", "2020-05 1 1", "total 3 2"])
        let polls = try report(store, .polls, frame())
        #expect(try lines(polls, "answers").map { $0.replacing("Buurt Met wie wilt u in verbinding staan? ", with: "") }
            == ["Buren 2 667", "Familie 1 333", "Niemand 0 0", "total 3 1000"])
        #expect(try lines(polls, "texts").count == 1)
        #expect(try report(store, .polls, frame(isShared: true)).tables.map(\.key) == ["answers", "open"])
        #expect(try lines(report(store, .continuity, frame()), "initiatives") == [
            "Kookclub Zuid 2020-05-20 none - - -", "Bingo Zuid - - - - 2020-06-01", "Wandelen Oost - one - - -",
        ])
        let given = try report(store, .continuity, frame(isShared: true))
        #expect(try lines(given, "initiatives").last == "Wandelen otherArea - fewOrganisers - - -")
        #expect(try lines(given, "reasons") == ["no-next-gathering 1", "few-organisers 2", "no-successor 1"])
        let terms = try report(store, .retention, ReportFrame(space: "Zuid", today: "2024-01-01"))
        #expect(try lines(terms, "terms").contains { $0.hasPrefix("gatherings attendance") })
        #expect(try lines(terms, "terms").contains { $0.hasPrefix("contact contact_moment") && $0.hasSuffix(" 4 2020-10-01") })
    }

    @Test("For handing out, small counts of people are withheld, and what would betray them; nobody's name or words are in it")
    func shared() throws {
        let store = try zuid.store("fatima", schema: .community)
        for index in 0..<23 {
            let channel = index < 3 ? "video" : index < 11 ? "phone" : "doorstep"
            try run(store, [
                "insert into contact (id, given_name, area, created_at) values ('c\(index)', 'Naam\(index)', 'Bij Fatima thuis', '2020-01-01')",
                "insert into contact_moment (id, occurred_at, channel, duration_minutes, summary) values ('m\(index)', '2020-05-01', '\(channel)', 10, 'Geheim')",
                "insert into contact_moment_contact (contact_moment, contact) values ('m\(index)', 'c\(index)')",
            ])
        }
        try run(store, ["insert into help_item (id, direction, contact, category, created_at) values ('r', 'request', 'c1', 'meals', '2020-05-01')"])
        let shared = frame(isShared: true)
        #expect(try lines(report(store, .channels, shared), "totals") == [
            "doorstep offline 12 522 120 522", "phone offline * * * *", "video online <5 * * *", "total - 23 1000 230 1000",
        ])
        #expect(try lines(report(store, .encounters, shared), "moments") == ["2020-05 <5 * 0 23 *", "total <5 * 0 23 *"])
        #expect(try lines(report(store, .demand, shared), "areas") == ["meals otherArea <5 0 0 0 <5 0 0 0 0 0 *"])
        #expect(try lines(report(store, .reach, shared), "period") == ["23 23 0 0"])
        let all = try String(describing: store.reports(ReportName.allCases, shared))
        for word in ["Naam", "Geheim", "Fatima thuis"] { #expect(!all.contains(word), "\(word)") }
        #expect(try String(describing: store.reports([.demand], frame())).contains("Bij Fatima thuis"), "not for handing out, it is told")
    }
}
