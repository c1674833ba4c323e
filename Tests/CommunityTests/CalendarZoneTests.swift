import Interchange
import Testing

/// Zones that calendars call by names of their own, and events that change, cancel or double others.
@Suite("Zones and changes of calendars") struct CalendarZoneTests {
    private typealias Taken = CalendarSetTests.Taken

    private static func zone(_ name: String, _ standard: String, _ daylight: String?, _ rules: (String, String) = ("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3")) -> String {
        var lines = ["BEGIN:VTIMEZONE", "TZID:\(name)", "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:\(daylight ?? standard)", "TZOFFSETTO:\(standard)"]
        if let daylight {
            lines += ["RRULE:\(rules.0)", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:\(standard)", "TZOFFSETTO:\(daylight)", "RRULE:\(rules.1)", "END:DAYLIGHT"]
        } else {
            lines += ["END:STANDARD"]
        }
        return (lines + ["END:VTIMEZONE"]).joined(separator: "\n") + "\n"
    }

    private static func read(_ head: String, _ events: String..., behind: String = "") throws -> Taken {
        try Taken("BEGIN:VCALENDAR\nVERSION:2.0\n" + head + events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }.joined() + behind + "END:VCALENDAR\n")
    }

    @Test(arguments: [
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "+0100", "+0200", "Europe/Amsterdam"), ("Customized Time Zone", "+0300", nil, "Europe/Istanbul"),
        ("Zone 3", "+0530", nil, "Asia/Kolkata"),
    ])
    func aZoneOfTheFilesOwnIsTheOneThatGoesByItsRules(name: String, standard: String, daylight: String?, found: String) throws {
        let event = "UID:a\nSUMMARY:S\nDTSTART;TZID=\"\(name)\":20261006T100000\nDTEND:20261006T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3"
        // What a file says of its zones may stand behind the events.
        for (head, behind) in [(Self.zone(name, standard, daylight), ""), ("", Self.zone(name, standard, daylight))] {
            let read = try Self.read(head, event, behind: behind)
            #expect(read.all("gathering").map { $0.text("time_zone") } == [found])
            #expect(read.remarks.map(\.code).contains("zone-by-its-rules"), "and that is said")
            #expect(!read.remarks.map(\.code).contains("unknown-zone"))
        }
    }

    @Test func rulesOfNoKnownZoneStayUnknown() throws {
        let read = try Self.read(Self.zone("Mars", "+0117", nil), "UID:a\nSUMMARY:S\nDTSTART;TZID=Mars:20261006T100000")
        #expect(read.remarks.map(\.code) == ["unknown-zone"])
    }

    @Test func zonesWithoutEndAreGivenUpOn() throws {
        let zones = (0..<300).map { "BEGIN:VTIMEZONE\nTZID:Z\($0)\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0117\nTZOFFSETTO:+0117\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n" }.joined()
        let read = try Self.read(zones, "UID:a\nSUMMARY:S\nDTSTART;TZID=Z299:20261006T100000")
        #expect(read.remarks.map(\.code) == ["unknown-zone"] && read.held == ["2026-10-06T10:00 -"])
    }

    @Test(arguments: [("CET", "Europe/Brussels"), ("GMT", "UTC"), ("Etc/GMT", "Etc/GMT"), ("AUS Eastern Standard Time", "Australia/Sydney"), ("/a.org/1/America/Argentina/Salta", "America/Argentina/Salta")])
    func namesOfOtherProgramsAreKnown(name: String, zone: String) throws {
        let read = try Self.read("", "UID:a\nSUMMARY:S\nDTSTART;TZID=\(name):20261006T100000\nDTEND;TZID=\(name):20261006T110000")
        #expect(read.remarks.isEmpty && read.all("gathering").map { $0.text("time_zone") + $0.text("ends_at") } == [zone + "2026-10-06T11:00"])
    }

    // MARK: Changes

    private static let weekly = "UID:w\nSUMMARY:Zang\nDTSTART;TZID=Europe/Amsterdam:20261005T190000\nDURATION:PT90M\nRRULE:FREQ=WEEKLY;COUNT=4\nLOCATION:A"

    @Test func fromADateOnASeriesLastsAsLongAsThatEvent() throws {
        let read = try Self.read("", Self.weekly, "UID:w\nSUMMARY:Zang\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261019T170000Z\nDTSTART;TZID=Europe/Amsterdam:20261019T200000\nDTEND:20261019T183000Z\nLOCATION:B")
        #expect(read.held == ["2026-10-05T19:00 A", "2026-10-12T19:00 A", "2026-10-19T20:00 B", "2026-10-26T20:00 B"])
        let rules = read.all("initiative").map { $0.text("recurrence_rule") }
        #expect(rules.contains { $0.contains("DTEND:20261005T203000") } && rules.contains { $0.contains("DTSTART:20261019T200000\nDTEND:20261019T203000") })
    }

    @Test func aDateThatIsMovedOntoAnotherLeavesThatOne() throws {
        let read = try Self.read("", Self.weekly, "UID:w\nSUMMARY:Zang\nRECURRENCE-ID:20261012T170000Z\nDTSTART;TZID=Europe/Amsterdam:20261019T190000\nLOCATION:B")
        #expect(read.held == ["2026-10-05T19:00 A", "2026-10-19T19:00 A", "2026-10-19T19:00 B", "2026-10-26T19:00 A"])
        // A file of ours names its places; here they are not.
        #expect(try Taken(read.written()).held.map { $0.prefix(16) } == read.held.map { $0.prefix(16) })
    }

    @Test func aDayTakesAwayWhateverIsOnIt() throws {
        let read = try Self.read("", "UID:d\nSUMMARY:S\nDTSTART:20261005T090000\nRRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6\nRDATE:20261006T200000\nEXDATE;VALUE=DATE:20261006")
        #expect(read.held == ["2026-10-05T09:00 -", "2026-10-05T14:00 -", "2026-10-07T09:00 -", "2026-10-07T14:00 -"])
    }

    @Test(arguments: ["", "METHOD:CANCEL\n"]) func aCancelledSeriesIsNotHeld(method: String) throws {
        let read = try Self.read(method, Self.weekly + (method.isEmpty ? "\nSTATUS:CANCELLED" : ""))
        #expect(read.held.isEmpty && read.remarks.map(\.code) == ["series-cancelled"])
        #expect(read.all("gathering").map { $0.text("status") } == ["cancelled"])
        // And goes out as that.
        let out = read.written()
        #expect(out.components(separatedBy: "STATUS:CANCELLED").count == 3 && !out.contains("RRULE"))
        #expect(try Taken(out).held.isEmpty)
    }

    @Test func aCancelledRestOfASeriesIsNotHeld() throws {
        let read = try Self.read("", Self.weekly, "UID:w\nSUMMARY:Zang\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261019T170000Z\nDTSTART:20261019T170000Z\nSTATUS:CANCELLED")
        #expect(read.held == ["2026-10-05T19:00 A", "2026-10-12T19:00 A"])
    }

    @Test func aChangeOfASeriesThatIsNotThereIsNamed() throws {
        let read = try Self.read("", "UID:x\nSUMMARY:Los\nRECURRENCE-ID:20261208T090000Z\nDTSTART:20261208T100000Z", "UID:y\nSUMMARY:Rest\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261208T090000Z\nDTSTART:20261208T110000Z\nRRULE:FREQ=WEEKLY;COUNT=3")
        #expect(read.remarks.map(\.code) == ["part-of-absent-series", "part-of-absent-series"])
        #expect(read.held == ["2026-12-08T10:00 -", "2026-12-08T11:00 -", "2026-12-15T11:00 -", "2026-12-22T11:00 -"])
    }

    @Test(arguments: [("DTEND:morgen", "bad-end"), ("DURATION:-PT1H", "bad-end"), ("DURATION:lang", "bad-end"), ("DTEND:20261006T090000Z", "end-before-start")])
    func anEndThatCannotBeReadCostsItselfOnly(end: String, code: String) throws {
        let read = try Self.read("", "UID:a\nSUMMARY:S\nDTSTART:20261006T100000Z\n\(end)")
        #expect(read.rejected.isEmpty && read.held == ["2026-10-06T10:00 -"] && read.remarks.map(\.code) == [code])
        #expect(read.all("gathering").map { $0.text("ends_at") } == [""])
    }

    @Test func whatStandsTwiceIsNamed() throws {
        let read = try Self.read("", "UID:a\nSUMMARY:S\nDTSTART:20261006T100000Z\nDTSTART:20261007T100000Z\nSUMMARY:T\nSUMMARY:S\nUID:a")
        #expect(read.held == ["2026-10-06T10:00 -"] && read.remarks.map(\.about) == [.doubled(["DTSTART", "SUMMARY"])])
    }
}
