import CRDT
import Interchange
import Testing

@Suite("Calendars") struct CalendarTests {
    private struct Read {
        var rows: [DraftRow] = []
        var rejected: [RejectedLine] = []
        var unmapped: [String] = []
        var remarks: [ImportRemark] = []

        init(_ bytes: [UInt8]) throws {
            var events = try calendarEvents(bytes)
            while let line = try events.next() {
                switch line {
                case .taken(let row):
                    rows += row.rows
                    remarks += row.remarks
                case .rejected(let line): rejected.append(line)
                }
            }
            unmapped = events.tally.leftOut.keys.sorted()
        }

        init(event lines: String) throws {
            try self.init(Array("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n\(lines)\nEND:VEVENT\nEND:VCALENDAR\n".utf8))
        }

        func text(_ table: String, _ column: String) -> String? { rows.first { $0.table == table }?.text(column) }
    }

    // MARK: In

    @Test func anEventIsAGatheringOfAnInitiativeAtAPlace() throws {
        let read = try Read(event: """
            UID:x@example.org
            DTSTART;TZID=Europe/Amsterdam:20260324T180000
            DURATION:PT2H30M
            SUMMARY:Koken\\, samen
            LOCATION:Buurthuis
            GEO:52.1;4.3
            ATTENDEE;CN=Fatima:mailto:fatima@example.org
            BEGIN:VALARM
            SUMMARY:Piep
            END:VALARM
            """)
        #expect(read.rows.map(\.table) == ["place", "initiative", "gathering"])
        let date = read.rows[2]
        #expect(["starts_at", "ends_at", "time_zone"].map(date.text) == ["2026-03-24T18:00", "2026-03-24T20:30", "Europe/Amsterdam"])
        #expect(date.text("initiative") == read.rows[1].key[0] && date.text("place") == read.rows[0].key[0])
        #expect(read.rows[1].text("name") == "Koken, samen")
        #expect(read.rows[0]["lon"] == .real(4.3))
        #expect(read.unmapped == ["ATTENDEE", "VALARM"], "nobody is taken, and it is said")
        #expect(date.key == [testIdentity(["agenda", "gathering", "x@example.org"])])
    }

    @Test(arguments: [
        ("DTSTART:20260324T180000Z", "2026-03-24T18:00|UTC"), ("DTSTART;VALUE=DATE:20260324", "2026-03-24|"), ("DTSTART:20260324T180000", "2026-03-24T18:00|"),
        ("DTSTART;TZID=\"W. Europe Standard Time\":20260324T180000", "2026-03-24T18:00|Europe/Berlin"),
        ("DTSTART;TZID=/x.org/Olson/Europe/Sofia:20260324T180001", "2026-03-24T18:00:01|Europe/Sofia"),
    ])
    func beginnings(line: String, time: String) throws {
        let read = try Read(event: "SUMMARY:X\n" + line)
        #expect("\(read.text("gathering", "starts_at") ?? "")|\(read.text("gathering", "time_zone") ?? "")" == time)
    }

    @Test func badEventsAreRejectedByThemselves() throws {
        let read = try Read(Array("""
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            DTSTART:20260231T180000
            END:VEVENT
            BEGIN:VEVENT
            SUMMARY:Zonder begin
            END:VEVENT
            BEGIN:VEVENT
            DTSTART:20260228T180000
            DURATION:-PT1H
            END:VEVENT
            BEGIN:VEVENT
            DTSTART:20260228T180000
            SUMMARY:Goed
            END:VEVENT
            BEGIN:VEVENT
            DTSTART:2026
            """.utf8))
        #expect(read.rejected == [
            RejectedLine(line: 2, reason: .badDate("DTSTART")), RejectedLine(line: 5, reason: .noStart),
            RejectedLine(line: 16, reason: .cutCard),
        ])
        #expect(read.rows.count { $0.table == "gathering" } == 2 && read.remarks.contains { $0.about == .badEnd("DURATION") }, "a bad length costs the end alone")
    }

    @Test func noByteMakesItCrash() throws {
        var random = Seeded(11)
        var writer = CalendarWriter(sampleDirectory())
        let whole = writer.bytes()
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<3 {
                let place = Int.random(in: bytes.indices, using: &random)
                if Bool.random(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.insert(contentsOf: ":;=\"\r\n\\,99999999999999999999T".utf8, at: place)
                }
            }
            if Bool.random(using: &random) { bytes.removeSubrange(Int.random(in: bytes.indices, using: &random)...) }
            let read = try Read(bytes)
            #expect(read.rows.allSatisfy { !$0.key[0].isEmpty })
        }
    }

    // MARK: Out

    private func written() -> [String] {
        var writer = CalendarWriter(sampleDirectory())
        let bytes = writer.bytes()
        #expect(writer.eventCount == 4 && writer.unstartedCount == 1)
        #expect(String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        return unfolded(bytes)
    }

    private func event(_ uid: Int, in lines: [String]) -> [String] {
        let id = "UID:00000000-0000-0000-0000-00000000000\(String(uid, radix: 16))"
        guard let place = lines.firstIndex(of: id), let end = lines[place...].firstIndex(of: "END:VEVENT") else { return [] }
        return Array(lines[place...end])
    }

    @Test func datesAreEventsInTheirZone() {
        let lines = written()
        let date = event(7, in: lines)
        for line in [
            "DTSTART;TZID=Europe/Amsterdam:20260324T180000", "DTEND;TZID=Europe/Amsterdam:20260324T203000", "SUMMARY:Kookclub", "STATUS:CONFIRMED",
            "DTSTAMP:20260102T030405Z", "LOCATION:Buurthuis\\, zuid\\; \"De Brug\"\\, Kerkplein 3\\, Zuiderhaven", "GEO:52.1;4.3",
            "DESCRIPTION:Samen koken\\,\\nelke week\\; gratis",
        ] { #expect(date.contains(line), "\(line)") }
        #expect(event(8, in: lines).contains("STATUS:CANCELLED"))
        #expect(event(9, in: lines).contains("DTSTART;VALUE=DATE:20260501"))
        #expect(lines.first == "BEGIN:VCALENDAR" && lines.last == "END:VCALENDAR" && lines.contains("VERSION:2.0"))
    }

    /// RFC 5545, section 3.6.5: every TZID has its rules.
    @Test func zonesHaveTheirRules() {
        let lines = written()
        #expect(lines.filter { $0 == "BEGIN:VTIMEZONE" }.count == 1)
        #expect(lines.contains("TZID:Europe/Amsterdam"))
        // Summer time of 2026 begins on 29 March at two, and ends on 25 October at three.
        for line in ["BEGIN:DAYLIGHT", "BEGIN:STANDARD", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.contains("DTSTART:20260329T020000") && lines.contains("DTSTART:20261025T030000"))
        #expect(lines.contains("RDATE:20270328T020000"), "and of the years that the rule goes on")
    }

    @Test func whatRecursBeginsAtItsFirstDateAndLeavesTheKnownOnesOut() {
        let series = event(4, in: written())
        for line in [
            "DTSTART;TZID=Europe/Amsterdam:20260324T180000", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2", "EXDATE;TZID=Europe/Amsterdam:20260324T180000",
        ] { #expect(series.contains(line), "\(line)") }
        #expect(series.filter { $0.hasPrefix("EXDATE") }.count == 1, "29 October is in none of its weeks")
    }

    @Test func whatWeWroteComesBackAsItsRows() throws {
        var writer = CalendarWriter(sampleDirectory())
        let read = try Read(writer.bytes())
        #expect(read.rejected.isEmpty)
        let dates = read.rows.filter { $0.table == "gathering" }
        #expect(dates.map { String($0.key[0].suffix(1)) } == ["7", "8", "9"])
        #expect(dates.map { $0.text("starts_at") } == ["2026-03-24T18:00", "2026-10-29T18:00", "2026-05-01"])
        #expect(dates.map { $0.text("time_zone") } == ["Europe/Amsterdam", "Europe/Amsterdam", "Nergens/Huizen"])
        #expect(dates.map { $0.text("status") } == ["planned", "cancelled", "held"])
        #expect(!read.rows.contains { $0.table == "place" }, "a place is named by its id")
        let rule = read.rows.first { $0.text("recurrence_rule") != "" }
        #expect(rule?.text("recurrence_rule") == "FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2" && rule?.text("recurrence_time_zone") == "Europe/Amsterdam")
    }
}
