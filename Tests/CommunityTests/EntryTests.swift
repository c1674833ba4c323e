import Community
import CRDT
import Schema
import Testing

/// The table: what is typed for which column, and what is stored or refused.
enum EntryTable {
    /// Monday.
    static let today = CalendarDay("2026-11-30")!

    struct Line: Sendable, CustomTestStringConvertible {
        let table: String, column: String, typed: String
        /// As text; nil: refused.
        var stored: String?
        var refused: String?
        var beside: [String: Value] = [:]
        var testDescription: String { "\(table).\(column) '\(typed)'" }

        init(_ place: String, _ typed: String, _ stored: String?, refused: String? = nil, beside: [String: Value] = [:]) {
            let parts = place.split(separator: ".").map(String.init)
            (table, column) = (parts[0], parts[1])
            self.typed = typed
            self.stored = stored
            self.refused = refused
            self.beside = beside
        }
    }

    static let days: [Line] = ([
        ("morgen", "2026-12-01"), ("tomorrow", "2026-12-01"), ("gisteren", "2026-11-29"), ("yesterday", "2026-11-29"),
        ("vandaag", "2026-11-30"), ("Today", "2026-11-30"), ("overmorgen", "2026-12-02"), ("the day after tomorrow", "2026-12-02"),
        ("eergisteren", "2026-11-28"), ("vr", "2026-12-04"), ("vrijdag", "2026-12-04"), ("Fri", "2026-12-04"), ("friday", "2026-12-04"),
        ("ma", "2026-12-07"), ("do", "2026-12-03"), ("komende dinsdag", "2026-12-01"), ("next friday", "2026-12-11"),
        ("volgende week", "2026-12-07"), ("over 2 weken", "2026-12-14"), ("over een week", "2026-12-07"), ("in 3 days", "2026-12-03"),
        ("in two weeks", "2026-12-14"), ("2 weken geleden", "2026-11-16"), ("a month ago", "2026-10-30"), ("over 3 maanden", "2027-02-28"),
        ("+7", "2026-12-07"), ("-1", "2026-11-29"), ("+2w", "2026-12-14"), ("3-12", "2026-12-03"), ("3/12", "2026-12-03"), ("3.12.", "2026-12-03"),
        ("3-12-2026", "2026-12-03"), ("03-12-26", "2026-12-03"), ("1-6", "2027-06-01"), ("3 december", "2026-12-03"), ("3 dec 2027", "2027-12-03"),
        ("december 3, 2026", "2026-12-03"), ("3rd December", "2026-12-03"), ("3 mrt", "2027-03-03"), ("1 mei", "2027-05-01"), ("do 3 december", "2026-12-03"),
        ("op 3 december", "2026-12-03"), ("2026-12-03", "2026-12-03"), ("20261203", "2026-12-03"), ("2026-2-3", "2026-02-03"), ("29-2-2028", "2028-02-29"),
        ("  3-12 ", "2026-12-03"), ("29-02", "2028-02-29"),
    ] as [(String, String)]).map { Line("contact_moment.follow_up_on", $0.0, $0.1) } + [
        // Without a year, and a day of the week: by what the column is about.
        Line("loan.returned_on", "vr", "2026-11-27"), Line("loan.returned_on", "3-12", "2025-12-03"), Line("loan.lent_on", "ma", "2026-11-23"),
        Line("initiative.starts_on", "1-6", "2026-06-01"), Line("initiative.starts_on", "1-4", "2027-04-01"), Line("initiative.starts_on", "1-11", "2026-11-01"),
    ] + [
        "31-02", "31-02-2026", "2026-02-31", "29-2-2027", "31 april", "0-12", "32-1-2027", "12-25-2026", "3-13", "2026-13-01", "vr 3 december 2026",
        "morgn", "ooit", "", "3-12 18:00", "volgende keer", "zo zo", "31", "+", "999999999", "1-1-0026", "over veel weken",
    ].filter { !$0.isEmpty }.map { Line("contact_moment.follow_up_on", $0, nil, refused: "not-a-time") }

    static let times: [Line] = [
        ("3-12-2026 18:00", "2026-12-03T18:00"), ("3-12 18.00", "2026-12-03T18:00"), ("vr 18u30", "2026-12-04T18:30"),
        ("morgen om 9 uur", "2026-12-01T09:00"), ("tomorrow at 6pm", "2026-12-01T18:00"), ("3 december 2026, 18:00", "2026-12-03T18:00"),
        ("do 3 december 18:00", "2026-12-03T18:00"), ("2026-12-03T18:00", "2026-12-03T18:00"), ("2026-12-03 18:00", "2026-12-03T18:00"),
        ("12:30 am 3-12", "2026-12-03T00:30"), ("18:00", "2026-11-30T18:00"), ("3-12-2026", "2026-12-03"),
    ].map { Line("gathering.starts_at", $0.0, $0.1) } + ["25:00", "morgen 18:75", "3-12 24:00", "31-02 18:00", "13pm"].map {
        Line("gathering.starts_at", $0, nil, refused: "not-a-time")
    } + [
        Line("gathering.ends_at", "20:00", "2026-12-03T20:00", beside: ["starts_at": .text("2026-12-03T18:00")]),
        Line("contact_moment.occurred_at", "gisteren 14:30", "2026-11-29T14:30:00+01:00"),
        Line("contact_moment.occurred_at", "vr 9:05", "2026-11-27T09:05:00+01:00"),
        Line("contact_moment.occurred_at", "2026-11-03T10:15:00+01:00", "2026-11-03T10:15:00+01:00"),
        Line("contact_moment.occurred_at", "2026-11-03T10:15:00Z", "2026-11-03T10:15:00Z"),
        Line("contact_moment.occurred_at", "gisteren", nil, refused: "not-a-time"),
        // The clocks were put forward.
        Line("contact_moment.occurred_at", "2026-03-29T02:30", nil, refused: "not-a-time"),
    ]

    static let codes: [Line] = [
        Line("help_item.category", "groceries", "groceries"), Line("help_item.category", "Boodschappen", "groceries"),
        Line("help_item.category", "GROCERIES", "groceries"), Line("help_item.urgency", "deze week", "this_week"),
        Line("help_item.urgency", "This week", "this_week"), Line("initiative.status", "gestopt", "ended"),
        Line("contact_moment.channel", "telefoon", "phone"), Line("contact_moment.channel", "face to face", "face_to_face"),
        Line("help_item_skill.skill", "koken", "cooking"), Line("consent.purpose", "Nieuwsbrief", "newsletter"),
        Line("contact.language", "Turks", "tr"), Line("contact.language", "Oekraïens", "uk"), Line("contact.language", "pt-BR", "pt-BR"),
        Line("contact_point.label", "mobiel", "mobile"), Line("contact_point.label", "Bij oma", "Bij oma"),
        Line("help_item.category", "boodschap", nil, refused: "not-a-code"), Line("initiative.status", "lopend", nil, refused: "not-a-code"),
        Line("help_item_skill.skill", "vliegen", nil, refused: "not-a-code"), Line("contact.language", "Turcs", nil, refused: "not-a-language"),
        Line("area.country", "nl", "NL"), Line("area.country", "Nederland", nil, refused: "not-a-country"),
    ]

    static let forms: [Line] = [
        Line("contact.active", "ja", "1"), Line("contact.active", "Nee", "0"), Line("contact.active", "yes", "1"), Line("contact.active", "false", "0"),
        Line("contact.active", "misschien", nil, refused: "not-yes-or-no"), Line("contact.active", "2", nil, refused: "not-yes-or-no"),
        Line("gathering.max_participants", "12", "12"), Line("gathering.max_participants", "+12", "12"),
        Line("gathering.max_participants", "twaalf", nil, refused: "not-a-number"), Line("gathering.max_participants", "-3", nil, refused: "not-a-number"),
        Line("gathering.max_participants", "1.5", nil, refused: "not-a-number"), Line("contact_moment.duration_minutes", "100001", nil, refused: "not-a-number"),
        Line("gathering.max_participants", "99999999999999999999", nil, refused: "not-a-number"),
        Line("area.lat", "52,37", "52.37"), Line("area.lon", "-4.9", "-4.9"), Line("area.lat", "91", nil, refused: "not-a-number"),
        Line("area.lat", "nan", nil, refused: "not-a-number"), Line("area.lon", "5°", nil, refused: "not-a-number"),
        Line("organisation.phone", "06-12345678", "06-12345678"), Line("organisation.phone", "+31 (0)6 1234 5678", "+31 (0)6 1234 5678"),
        Line("organisation.phone", "020 123 4567 (na 18 uur)", "020 123 4567 (na 18 uur)"), Line("organisation.phone", "112", "112"),
        Line("organisation.phone", "blabla", nil, refused: "not-a-telephone"), Line("organisation.phone", "06-1234567a", nil, refused: "not-a-telephone"),
        Line("organisation.phone", "12", nil, refused: "not-a-telephone"), Line("organisation.phone", "06 12345678 06 87654321", nil, refused: "not-a-telephone"),
        Line("organisation.email", "a@b.nl", "a@b.nl"), Line("organisation.email", " a.b+c@sub.example.org ", "a.b+c@sub.example.org"),
        Line("organisation.email", "a@b", nil, refused: "not-an-email"), Line("organisation.email", "a b@c.nl", nil, refused: "not-an-email"),
        Line("organisation.email", "a@@b.nl", nil, refused: "not-an-email"), Line("organisation.email", "a@b..nl", nil, refused: "not-an-email"),
        Line("organisation.url", "www.voorbeeld.nl/x?y", "www.voorbeeld.nl/x?y"), Line("organisation.url", "https://voorbeeld.nl", "https://voorbeeld.nl"),
        Line("organisation.url", "javascript:alert(1)", nil, refused: "not-a-page"), Line("organisation.url", "voorbeeld", nil, refused: "not-a-page"),
        Line("initiative.recurrence_rule", "wekelijks", "FREQ=WEEKLY"), Line("initiative.recurrence_rule", "every month", "FREQ=MONTHLY"),
        Line("initiative.recurrence_rule", "om de week", "FREQ=WEEKLY;INTERVAL=2"), Line("initiative.recurrence_rule", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;BYDAY=TU,TH"),
        Line("initiative.recurrence_rule", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101"),
        Line("initiative.recurrence_rule", "soms", nil, refused: "not-a-recurrence"), Line("initiative.recurrence_rule", "FREQ=WEEKLY;BYDAY=DI", nil, refused: "not-a-recurrence"),
        Line("initiative.recurrence_rule", "BYDAY=TU", nil, refused: "not-a-recurrence"), Line("initiative.recurrence_rule", "FREQ=WEEKLY;UNTIL=20270231", nil, refused: "not-a-recurrence"),
        Line("gathering.time_zone", "Europe/Amsterdam", "Europe/Amsterdam"), Line("gathering.time_zone", "CET zomer", nil, refused: "not-a-time-zone"),
        Line("contact_point.value", "a@b.nl", "a@b.nl"), Line("contact_point.value", "blabla", nil, refused: "not-a-telephone"),
        Line("contact_point.value", "06 1", "06 1", beside: ["type": .text("tel")]), Line("contact_point.value", "@noor:chat", "@noor:chat", beside: ["type": .text("impp")]),
        Line("contact_point.value", "06-12345678", nil, refused: "not-an-email", beside: ["type": .text("email")]),
        Line("contact.given_name", " Zoë ", "Zoë"), Line("contact.given_name", "D'Arcy \"Bo\"", "D'Arcy \"Bo\""),
        Line("contact.given_name", String(repeating: "regel\n", count: 10_000), nil, refused: "not-one-line"),
        Line("contact.family_name", String(repeating: "x", count: 201), nil, refused: "not-one-line"),
        Line("contact.given_nme", "Zoe", nil, refused: "unknown-name"),
    ]

    static let all = days + times + codes + forms
}

/// What people type for a column is stored as what it means, or refused with why: a table of both, in both languages at once.
struct EntryTests {
    /// Amsterdam's clock in November, and none in the hour that March passes over.
    private func entry(_ table: String) -> Entry {
        Entry(Schema.community[table]!, today: EntryTable.today, offset: { day, minutes in
            day.month == 3 && day.day == 29 && (120..<180).contains(minutes) ? nil : "+01:00"
        })
    }

    @Test(arguments: EntryTable.all) func isStoredOrRefused(_ line: EntryTable.Line) throws {
        let entry = entry(line.table)
        do {
            let value = try entry.value(line.typed, of: line.column, beside: line.beside)
            let text = switch value {
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .integer(let number): String(number)
            case .real(let number): "\(number)"
            case .null, .blob: "?"
            }
            #expect(text == line.stored)
            // What is stored is right where it stands, and reads as itself.
            #expect(entry.fault(value, of: line.column, beside: line.beside) == nil, "\(text)")
            #expect(try entry.value(text, of: line.column, beside: line.beside) == value)
        } catch let refusal as EntryRefusal {
            #expect(refusal.code == line.refused, "\(refusal)")
            #expect(refusal.place == "\(line.table).\(line.column)")
        }
    }

    @Test("Nearly right is told") func near() throws {
        func reason(_ table: String, _ column: String, _ typed: String) -> EntryRefusal.Reason? {
            do { _ = try entry(table).value(typed, of: column); return nil } catch { return (error as? EntryRefusal)?.reason }
        }
        #expect(reason("help_item", "category", "boodschapen") == .notACode(list: "help_category", near: "groceries"))
        #expect(reason("help_item", "catgory", "x") == .unknownColumn(near: "category"))
        #expect(reason("contact", "given", "x") == .unknownColumn(near: "given_name"))
        #expect(reason("contact", "shoe_size", "x") == .unknownColumn(near: nil))
        #expect(reason("initiative", "starts_on", "31-02-2026") == .time(.noSuchDay(year: 2026, month: 2, dayCount: 28)))
        #expect(reason("initiative", "starts_on", "12/25/2026") == .time(.noSuchMonth(25)))
        #expect(reason("initiative", "starts_on", "vr 3-12-2026") == .time(.otherWeekday(CalendarDay("2026-12-03")!)))
    }

    @Test("Rows that say nothing, or would never be seen again, are refused") func rows() throws {
        func refusal(_ table: String, _ typed: [(String, String)], known: [String: Value]? = nil) -> EntryRefusal.Reason? {
            do { _ = try entry(table).row(typed.map { (name: $0.0, text: $0.1) }, known: known); return nil } catch { return (error as? EntryRefusal)?.reason }
        }
        let names = ["given_name", "family_name", "nickname", "organisation"]
        for typed in [[], [("given_name", "")], [("given_name", "  ")], [("language", "nl")]] { #expect(refusal("contact", typed) == .missing([names])) }
        #expect(refusal("help_item", [("direction", "vraag")]) == .missing([["contact"]]))
        #expect(refusal("contact_point", [("contact", "x"), ("value", "")]) == .missing([["value"]]))
        #expect(refusal("attendance", [("gathering", "x")]) == .missing([["contact"]]))
        #expect(refusal("contact", [("given_name", "A"), ("given_name", "B")]) == .givenTwice)
        #expect(refusal("initiative", [("name", "Soep"), ("starts_on", "3-12-2026"), ("ends_on", "1-12-2026")]) == .endsBefore("starts_on"))
        #expect(refusal("gathering", [("ends_at", "17:00"), ("starts_at", "3-12-2026 18:00")]) == .endsBefore("starts_at"))
        #expect(refusal("gathering", [("starts_at", "3-12-2026 18:00"), ("ends_at", "3-12-2026")]) == nil, "a day lasts until it is over")
        // Of a row that is there, only what is touched is asked after.
        let known: [String: Value] = ["id": .text("x"), "contact": .text("y"), "direction": .text("request")]
        #expect(refusal("help_item", [("contact", "")], known: known) == .missing([["contact"]]))
        #expect(refusal("help_item", [("category", "")], known: known) == nil)
        #expect(refusal("help_item", [("urgency", "vandaag")], known: ["id": .text("x")]) == nil)
        let point = try entry("contact_point").row([("contact", "x"), ("value", "a@b.nl")])
        #expect(point.contains { $0.name == "type" && $0.value == .text("email") })
    }

    @Test("Every column that people fill in has a form, and every list of codes reads its own labels") func everyColumn() {
        for table in Schema.community.tables {
            for column in table.key.columns + table.entryColumns { #expect(table.form(ofPart: column) != nil, "\(table.name).\(column)") }
            for group in table.needed {
                for column in group { #expect(table.form(ofPart: column) != nil, "\(table.name).\(column)") }
            }
        }
        for list in CodeList.all {
            for code in list.codes {
                for text in [code.code, code.label.nl, code.label.en] { #expect(Entry.code(text, in: list.name) != nil, "\(list.name) \(text)") }
                #expect(Entry.code(code.code, in: list.name) == code.code)
            }
        }
    }

    @Test("Days go to and fro, by the thousand") func calendar() throws {
        var day = CalendarDay("1899-12-28")!
        for ordinal in day.ordinal..<day.ordinal + 120_000 {
            #expect(day.ordinal == ordinal)
            let next = try #require(CalendarDay(ordinal: ordinal + 1))
            guard next > day, CalendarDay(next.text) == next else { return #expect(Bool(false), "\(next)") }
            day = next
        }
        #expect(CalendarDay("2026-11-30")!.weekday == 0 && CalendarDay("2000-02-29")!.weekday == 1)
        #expect(CalendarDay("2027-02-29") == nil && CalendarDay("1900-02-29") == nil && CalendarDay("2026-1-01") == nil)
    }
}
