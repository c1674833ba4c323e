import Community
import CRDT
import Interchange
import Testing

/// Dates of calendars: those taken away, moved, cancelled and added, and what goes out again.
@Suite("Dates of calendars") struct CalendarSetTests {
    /// What a file becomes: its rows, and the days and times on which something is held, with where.
    struct Taken {
        var rows: [String: DraftRow] = [:]
        var order: [String] = []
        var remarks: [ImportRemark] = []
        var rejected: [RejectedLine] = []

        init(_ text: String) throws {
            let bytes = Array(text.utf8)
            var events = try calendarEvents(bytes)
            while let line = try events.next() {
                switch line {
                case .taken(let row):
                    remarks += row.remarks
                    for row in row.rows {
                        // As a table does: what is there is only filled.
                        let known = rows[row.key[0]]?.values ?? []
                        if rows[row.key[0]] == nil { order.append(row.key[0]) }
                        rows[row.key[0]] = DraftRow(table: row.table, key: row.key, values: known + row.values.filter { part in !known.contains { $0.name == part.name } })
                    }
                case .rejected(let line): rejected.append(line)
                }
            }
        }

        init(events: String...) throws {
            try self.init("BEGIN:VCALENDAR\nVERSION:2.0\n" + events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }.joined() + "END:VCALENDAR\n")
        }

        func all(_ table: String) -> [DraftRow] { order.compactMap { rows[$0] }.filter { $0.table == table } }

        /// `2026-10-06T18:00 Buurthuis`, ascending, of two years.
        var held: [String] {
            func place(_ row: DraftRow) -> String { rows[row.text("place")]?.text("name") ?? "-" }
            var found = all("gathering").filter { $0.text("status") != "cancelled" }.map { "\($0.text("starts_at")) \(place($0))" }
            let gone = all("gathering").map { ($0.text("initiative"), $0.text("starts_at")) }
            for row in all("initiative") where !row.text("recurrence_rule").isEmpty {
                let set = Recurrence(row.text("recurrence_rule")), clock = ZoneClock(row.text("recurrence_time_zone"))
                let span = CalendarTime(2026, 1, 1)!...CalendarTime(2027, 12, 31)!
                for date in set.dates(within: span, local: { clock?.local($0) ?? $0 }) ?? [] where !gone.contains(where: { $0 == (row.key[0], date.text) }) {
                    found.append("\(date.text) \(place(row))")
                }
            }
            return found.sorted()
        }

        /// The same rows as a file again.
        func written() -> String {
            func table(_ name: String) -> [TableRow] {
                all(name).map { row in TableRow(key: row.key, columns: .init(row.values.map(\.name)), cells: row.values.map(\.value)) }
            }
            var writer = CalendarWriter(Directory(["initiative": table("initiative"), "gathering": table("gathering"), "place": table("place")]))
            return String(decoding: writer.bytes(), as: UTF8.self)
        }
    }

    private static let weekly = """
        UID:s@example.org
        DTSTART;TZID=Europe/Amsterdam:20260901T190000
        DTEND;TZID=Europe/Amsterdam:20260901T210000
        RRULE:FREQ=WEEKLY;COUNT=5
        SUMMARY:Breien
        LOCATION:De Schakel
        """

    private static func changed(_ date: String, _ lines: String) -> String {
        "UID:s@example.org\nRECURRENCE-ID\(date)\nSUMMARY:Breien\nLOCATION:De Schakel\n\(lines)"
    }

    static let series: [(name: String, events: [String], held: [String])] = [
        ("as it is", [weekly], ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-15T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("dates taken away, in any notation", [weekly + "\nEXDATE;TZID=Europe/Amsterdam:20260908T190000,20260922T190000\nEXDATE:20260929T170000Z"], ["2026-09-01T19:00", "2026-09-15T19:00"]),
        ("by the day", [weekly + "\nEXDATE;VALUE=DATE:20260915"], ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("the first taken away", [weekly + "\nEXDATE;TZID=Europe/Amsterdam:20260901T190000"], ["2026-09-08T19:00", "2026-09-15T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("one moved, told before the series", [changed(":20260908T170000Z", "DTSTART;TZID=Europe/Amsterdam:20260910T200000"), weekly],
            ["2026-09-01T19:00", "2026-09-10T20:00", "2026-09-15T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("the first moved", [weekly, changed(";TZID=Europe/Amsterdam:20260901T190000", "DTSTART;TZID=Europe/Amsterdam:20260902T190000")],
            ["2026-09-02T19:00", "2026-09-08T19:00", "2026-09-15T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("one cancelled", [weekly, changed(";TZID=Europe/Amsterdam:20260915T190000", "DTSTART;TZID=Europe/Amsterdam:20260915T190000\nSTATUS:CANCELLED")],
            ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("dates added", [weekly + "\nRDATE;TZID=Europe/Amsterdam:20261003T100000\nRDATE:20261010T080000Z"],
            ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-15T19:00", "2026-09-22T19:00", "2026-09-29T19:00", "2026-10-03T10:00", "2026-10-10T10:00"]),
        ("a period added", [weekly + "\nRDATE;VALUE=PERIOD:20261003T080000Z/PT3H"],
            ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-15T19:00", "2026-09-22T19:00", "2026-09-29T19:00", "2026-10-03T10:00"]),
        ("only dates", ["UID:s@example.org\nDTSTART;TZID=Europe/Amsterdam:20260901T190000\nRDATE;TZID=Europe/Amsterdam:20260905T190000,20260911T190000\nSUMMARY:Breien\nLOCATION:De Schakel"],
            ["2026-09-01T19:00", "2026-09-05T19:00", "2026-09-11T19:00"]),
        ("a rule taken away", [weekly + "\nEXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2"], ["2026-09-08T19:00", "2026-09-22T19:00", "2026-09-29T19:00"]),
        ("an hour later from a date on", [weekly, changed(";RANGE=THISANDFUTURE;TZID=Europe/Amsterdam:20260915T190000", "DTSTART;TZID=Europe/Amsterdam:20260915T200000")],
            ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-15T20:00", "2026-09-22T20:00", "2026-09-29T20:00"]),
        ("a day later from a date on, one of them taken away, one moved", [
            weekly.replacing("RRULE:FREQ=WEEKLY;COUNT=5", with: "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260929T170000Z\nEXDATE:20260922T170000Z"),
            changed(";RANGE=THISANDFUTURE;TZID=Europe/Amsterdam:20260915T190000", "DTSTART;TZID=Europe/Amsterdam:20260916T190000"),
        ], ["2026-09-01T19:00", "2026-09-08T19:00", "2026-09-16T19:00", "2026-09-30T19:00"]),
    ]

    @Test(arguments: series.indices) func theDatesOfASeriesAreThose(index: Int) throws {
        let (name, events, held) = Self.series[index]
        let text = "BEGIN:VCALENDAR\nVERSION:2.0\n" + events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }.joined() + "END:VCALENDAR\n"
        let taken = try Taken(text)
        #expect(taken.held == held.map { $0 + " De Schakel" }, "\(name)")
        #expect(taken.rejected.isEmpty)
        // Out and in again, the same dates; and the rows to the letter.
        let again = try Taken(taken.written())
        #expect(again.held.map { $0.prefix(16) } == taken.held.map { $0.prefix(16) }, "\(name)\n\(taken.written())")
        for row in taken.all("initiative") + taken.all("gathering") {
            for part in row.values where part.name != "place" { #expect(again.rows[row.key[0]]?[part.name] == part.value, "\(name): \(part.name)") }
        }
    }

    @Test func whatGoesOutIsTheSetForOthersToo() throws {
        let taken = try Taken(events: Self.weekly + "\nEXDATE:20260922T170000Z", Self.changed(":20260908T170000Z", "DTSTART;TZID=Europe/Amsterdam:20260910T200000"))
        let lines = unfolded(Array(taken.written().utf8))
        let series = try #require(lines.firstIndex { $0.hasPrefix("RRULE:") })
        let event = lines[lines[..<series].lastIndex(of: "BEGIN:VEVENT")!...].prefix { $0 != "END:VEVENT" }
        for line in ["DTSTART;TZID=Europe/Amsterdam:20260901T190000", "DTEND;TZID=Europe/Amsterdam:20260901T210000", "LOCATION:De Schakel"] {
            #expect(event.contains(line), "\(line)")
        }
        for day in ["0901T19", "0908T19", "0922T19"] { #expect(event.contains("EXDATE;TZID=Europe/Amsterdam:2026\(day)0000"), "\(day)") }
    }

    @Test func severalSeriesOfOneNameAreEachTheirOwn() throws {
        let taken = try Taken(
            events: Self.weekly, Self.weekly.replacing("s@example.org", with: "t@example.org").replacing("20260901", with: "20260904").replacing("De Schakel", with: "Het Anker"))
        #expect(taken.held.count == 10 && taken.held.filter { $0.hasSuffix("Het Anker") }.count == 5)
        #expect(taken.held.contains("2026-10-02T19:00 Het Anker"))
    }

    @Test func severalEventsOfOneUIDAreEachTheirOwn() throws {
        let a = "UID:x\nDTSTART:20260901T190000\nSUMMARY:Breien", b = "UID:x\nDTSTART:20260902T190000\nSUMMARY:Zingen"
        let taken = try Taken(events: a, b)
        #expect(taken.held == ["2026-09-01T19:00 -", "2026-09-02T19:00 -"])
        #expect(taken.remarks.map(\.code) == ["shared-number", "shared-number"])
        // A newer wording of one event is that event.
        let moved = try Taken(events: a, "UID:x\nSEQUENCE:2\nDTSTART:20260903T190000\nSUMMARY:Breien")
        #expect(moved.held == ["2026-09-03T19:00 -"])
        #expect(moved.rejected == [RejectedLine(line: 3, reason: .outdated)])
    }

    @Test(arguments: [
        ("DTSTART;TZID=Europe/Amsterdam:20261215T190000\nDTEND:20261215T200000Z", "2026-12-15T21:00"),
        ("DTSTART;TZID=Europe/Amsterdam:20261215T190000\nDTEND;TZID=Europe/Sofia:20261215T210000", "2026-12-15T20:00"),
        ("DTSTART:20260701T170000Z\nDTEND;TZID=Europe/Amsterdam:20260701T203000", "2026-07-01T18:30"),
        ("DTSTART;TZID=Europe/Amsterdam:20261215T190000\nDTEND:20261215T203000", "2026-12-15T20:30"),
        // The night on which the clock is put forward, and put back.
        ("DTSTART;TZID=Europe/Amsterdam:20260328T230000\nDURATION:PT4H", "2026-03-29T04:00"),
        ("DTSTART;TZID=Europe/Amsterdam:20261024T230000\nDURATION:PT4H", "2026-10-25T02:00"),
        ("DTSTART;TZID=Europe/Amsterdam:20260328T230000\nDURATION:P1D", "2026-03-29T23:00"),
        ("DTSTART;VALUE=DATE:20261031\nDTEND;VALUE=DATE:20261105", "2026-11-04"),
        ("DTSTART;VALUE=DATE:20261031\nDTEND;VALUE=DATE:20261101", "2026-10-31"),
        ("DTSTART;VALUE=DATE:20261031\nDTEND;VALUE=DATE:20261031", "2026-10-31"),
        ("DTSTART;VALUE=DATE:20261031\nDURATION:P2D", "2026-11-01"),
        ("DTSTART;VALUE=DATE:20261031", ""),
    ])
    func anEndIsOnTheClockOfItsBeginning(lines: String, end: String) throws {
        let taken = try Taken(events: "UID:e\nSUMMARY:Feest\n" + lines)
        #expect(taken.all("gathering").map { $0.text("ends_at") } == [end])
        let again = try Taken(taken.written())
        #expect(again.all("gathering").map { $0.text("ends_at") } == [end], "and comes back")
        #expect(taken.remarks.isEmpty)
    }

    @Test(arguments: [
        ("DTSTART;TZID=Nergens:20261215T190000\nDTEND:20261215T200000Z", ["end-without-zone", "unknown-zone"]),
        ("DTSTART:20261215T190000\nDTEND:20261215T200000Z", ["end-without-zone"]),
        ("DTSTART:20261215T190000\nDTEND:20261215T180000", ["end-before-start"]),
        ("DTSTART:20261215T190000\nATTENDEE:mailto:a@example.org\nCLASS:PRIVATE\nX-APPLE-TRAVEL:1", ["left-out"]),
        ("DTSTART:20261215T190000\nRRULE:elke dinsdag", ["dates-left-out"]),
        ("DTSTART:20261215T190000\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=3", ["dates-left-out"]),
        ("DTSTART:20261215T190000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:morgen", ["dates-left-out"]),
    ])
    func whatIsNotTakenIsNamedWithItsLine(lines: String, codes: [String]) throws {
        let taken = try Taken(events: "UID:e\nSUMMARY:Feest\n" + lines)
        #expect(taken.remarks.map(\.code).sorted() == codes)
        #expect(taken.remarks.allSatisfy { $0.line == 3 })
        #expect(taken.all("gathering").count == 1)
    }

    @Test func whatIsNoEventIsNamed() throws {
        let taken = try Taken("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:Afwas\nEND:VTODO\nBEGIN:VEVENT\nDTSTART:20260901T190000\nSUMMARY:X\nEND:VEVENT\nEND:VCALENDAR\n")
        #expect(taken.rejected == [RejectedLine(line: 2, reason: .noEvent("VTODO"))])
        #expect(taken.held.count == 1)
    }
}
