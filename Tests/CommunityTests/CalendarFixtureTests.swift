import Community
import Interchange
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Random calendars beside recurring-ical-events (PyPI): what is held, when, until when and where; after the way out and in again
/// without where, as a file of ours names its places. `Tests/calendars.py` runs 10,000 in and out of the program itself.
@Suite("Random calendars") struct CalendarFixtureTests {
    private struct Case: Decodable {
        let calendar: String
        let held: [String]
    }

    @Test func calendarsHoldWhatOthersFindInThem() throws {
        let lines = String(decoding: try fixture("calendars.jsonl"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 150)
        for line in lines {
            let one = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
            let taken = try CalendarSetTests.Taken(one.calendar)
            #expect(Self.held(taken) == one.held, "\(one.calendar)")
            func times(_ held: [String]) -> [String] { held.map { $0.split(separator: " ").dropLast().joined(separator: " ") } }
            #expect(try Self.held(CalendarSetTests.Taken(taken.written()), hasPlaces: false) == times(one.held).sorted(), "out and in again: \(one.calendar)")
            #expect(taken.remarks.isEmpty && taken.rejected.isEmpty)
        }
    }

    /// `2026-10-27T08:15:00+00:00 2026-10-27T08:30:00+00:00 L0`, ascending, of two years.
    private static func held(_ taken: CalendarSetTests.Taken, hasPlaces: Bool = true) -> [String] {
        let first = CalendarTime(2026, 1, 1)!, last = CalendarTime(2028, 1, 1)!
        func moment(_ time: CalendarTime, _ zone: String) -> String {
            guard time.secondOfDay != nil else { return time.text }
            guard let clock = ZoneClock(zone) else { return time.text.replacing("T", with: " ") + ":00" }
            return clock.utc(time).text + ":00+00:00"
        }
        func line(_ start: String, _ end: String, _ row: DraftRow) -> String { ([start, end] + (hasPlaces ? [place(row)] : [])).joined(separator: " ") }
        func place(_ row: DraftRow) -> String { taken.rows[row.text("place")]?.text("name") ?? "" }
        var found: [String] = []
        for row in taken.all("gathering") where row.text("status") != "cancelled" {
            guard let start = CalendarTime(typed: row.text("starts_at")), first <= start, start < last, var end = CalendarTime(typed: row.text("ends_at")) else { continue }
            // The last day, which others name by the day behind it.
            if end.secondOfDay == nil { end = CalendarTime(seconds: end.seconds + 86_400, isWholeDay: true)! }
            found.append(line(moment(start, row.text("time_zone")), moment(end, row.text("time_zone")), row))
        }
        for row in taken.all("initiative") where !row.text("recurrence_rule").isEmpty {
            var set = Recurrence(row.text("recurrence_rule"))
            let zone = row.text("recurrence_time_zone"), clock = ZoneClock(zone)
            set.excluded += taken.all("gathering").filter { $0.text("initiative") == row.key[0] }.compactMap { date in
                CalendarTime(typed: date.text("starts_at")).flatMap { converted($0, from: date.text("time_zone").isEmpty ? nil : date.text("time_zone"), to: zone.isEmpty ? nil : zone) }
            }
            guard let start = set.start, let end = set.end else { continue }
            for date in set.dates(within: first...last, local: { clock?.local($0) ?? $0 }) ?? [] where date < last {
                let until = CalendarTime(seconds: date.seconds + end.seconds - start.seconds, isWholeDay: date.secondOfDay == nil)!
                found.append(line(moment(date, zone), moment(until, zone), row))
            }
        }
        return found.sorted()
    }
}
