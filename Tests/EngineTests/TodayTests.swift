import Community
import Engine
import Foundation
import Interchange
import Store
import Testing

/// What is on today: dates of series, events that last days, and times on the reader's clock.
@Suite struct TodayTests {
    private let scratch: Scratch
    private let fatima: Replica

    init() throws {
        scratch = try Scratch()
        fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
    }

    private func take(_ events: String...) throws {
        let text = "BEGIN:VCALENDAR\nVERSION:2.0\n" + events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }.joined() + "END:VCALENDAR\n"
        let path = scratch.file("agenda.ics")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        _ = try fatima.importList(path, ListImportOptions())
    }

    /// `2026-10-13T18:00 Koken`, with a star for today.
    private func shown(_ day: String, through last: String? = nil, zone: String = "Europe/Amsterdam") throws -> [String] {
        try fatima.overview(day: day, through: last ?? day, clock: ZoneClock(zone), quietSince: "2026-01-01").gatherings
            .map { "\($0.startsAt) \($0.name)\($0.isToday ? "*" : "")" }
    }

    @Test func theDatesOfASeriesAreOn() throws {
        try take("UID:a\nDTSTART;TZID=Europe/Amsterdam:20261006T180000\nDTEND;TZID=Europe/Amsterdam:20261006T200000\nRRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE;TZID=Europe/Amsterdam:20261020T180000\nSUMMARY:Koken\nLOCATION:De Brug")
        #expect(try shown("2026-10-06") == ["2026-10-06T18:00 Koken*"])
        #expect(try shown("2026-10-13") == ["2026-10-13T18:00 Koken*"])
        #expect(try shown("2026-10-20").isEmpty && shown("2026-10-14").isEmpty)
        #expect(try shown("2026-10-22", through: "2026-10-28") == ["2026-10-27T18:00 Koken"])
        // The clock was put back, the series was not; in London it is an hour earlier.
        #expect(try shown("2026-11-03") == ["2026-11-03T18:00 Koken*"])
        #expect(try shown("2026-11-03", zone: "Europe/London") == ["2026-11-03T17:00 Koken*"])
        // Who cancels one date makes a gathering of it.
        let id = try #require(try fatima.overview(day: "2026-11-10", through: "2026-11-10", quietSince: "2026-01-01").gatherings.first).id
        #expect(id.table == "initiative")
        _ = try fatima.store.add("gathering", [
            ("initiative", .text(id.key[0])), ("starts_at", .text("2026-11-10T18:00")), ("time_zone", .text("Europe/Amsterdam")), ("status", .text("cancelled")),
        ])
        #expect(try shown("2026-11-10").isEmpty)
        try fatima.store.edit(id, [("status", .text("ended"))])
        #expect(try shown("2026-11-17").isEmpty)
    }

    @Test func aDateThatStandsInUTCIsOneOfItsSeries() throws {
        try take(
            "UID:a\nDTSTART;TZID=Europe/Amsterdam:20261006T180000\nRRULE:FREQ=WEEKLY\nSUMMARY:Koken")
        // Another file takes one date back, as calendars send it.
        try take("UID:a\nRECURRENCE-ID:20261013T160000Z\nDTSTART:20261013T160000Z\nSUMMARY:Koken\nSTATUS:CANCELLED")
        #expect(try shown("2026-10-06") == ["2026-10-06T18:00 Koken*"])
        #expect(try shown("2026-10-13").isEmpty)
    }

    @Test func aRuleThatPeopleTypedCounts() throws {
        _ = try fatima.store.add("initiative", [("name", .text("Inloop")), ("recurrence_rule", .text("FREQ=WEEKLY;BYDAY=MO")), ("starts_on", .text("2026-03-02"))])
        _ = try fatima.store.add("initiative", [("name", .text("Soep")), ("recurrence_rule", .text("elke maandag")), ("starts_on", .text("2026-03-02"))])
        #expect(try shown("2026-03-09") == ["2026-03-09 Inloop*"])
        #expect(try fatima.overview(day: "2026-03-09", through: "2026-03-09", quietSince: "2026-01-01").unfollowed.map(\.name) == ["Soep"], "and what cannot be followed is named")
    }

    @Test func whatLastsDaysIsOnUntilAndWithItsLast() throws {
        try take("UID:a\nDTSTART;VALUE=DATE:20261031\nDTEND;VALUE=DATE:20261105\nSUMMARY:Herfst", "UID:b\nDTSTART:20261102T220000\nDTEND:20261103T000000\nSUMMARY:Laat")
        #expect(try shown("2026-10-30").isEmpty)
        for day in ["2026-10-31", "2026-11-01", "2026-11-04"] { #expect(try shown(day) == ["2026-10-31 Herfst*"]) }
        #expect(try shown("2026-11-02") == ["2026-10-31 Herfst*", "2026-11-02T22:00 Laat*"])
        #expect(try shown("2026-11-03") == ["2026-10-31 Herfst*"], "midnight as the end is not the next day")
        #expect(try shown("2026-11-05").isEmpty)
    }

    @Test func timesAreOnTheReadersClock() throws {
        try take("UID:a\nDTSTART:20260616T180000Z\nSUMMARY:Avond", "UID:b\nDTSTART:20260616T223000Z\nSUMMARY:Nacht", "UID:c\nDTSTART:20260616T230000\nSUMMARY:Los")
        #expect(try shown("2026-06-16") == ["2026-06-16T20:00 Avond*", "2026-06-16T23:00 Los*"])
        #expect(try shown("2026-06-17") == ["2026-06-17T00:30 Nacht*"])
        #expect(try shown("2026-06-16", zone: "UTC").count == 3)
    }

    @Test func anEndInclusiveOfItsDayGoesOutAsOthersReadIt() throws {
        _ = try fatima.store.add("gathering", [("starts_at", .text("2026-10-31")), ("ends_at", .text("2026-11-04"))])
        var options = ListExportOptions()
        options.format = .ics
        _ = try fatima.export(to: scratch.file("uit.ics"), options)
        #expect(try String(contentsOfFile: scratch.file("uit.ics"), encoding: .utf8).contains("DTEND;VALUE=DATE:20261105\r\n"))
    }
}
