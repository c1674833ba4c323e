import Community
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Dates that recur") struct RecurrenceTests {
    private static func time(_ text: String) -> CalendarTime {
        var isUTC = false
        return CalendarTime(basic: text, isUTC: &isUTC)!
    }

    private static func first(_ count: Int, of rule: String, from start: String) -> [String]? {
        guard let rule = RecurrenceRule(rule) else { return nil }
        let start = time(start)
        var found: [String] = []
        rule.forEach(from: start) { date in
            if date.year > start.year + 40 { return false }
            found.append(date.basic)
            return found.count < count
        }
        return found
    }

    /// Random rules with their first twelve dates as python-dateutil has them (Tests/recurrences.py); more of them in
    /// the file that KITH_RECURRENCES names.
    @Test func rulesGiveTheDatesThatDateutilFinds() throws {
        let path = ProcessInfo.processInfo.environment["KITH_RECURRENCES"]
        let text = String(decoding: try path.map { Array(try Data(contentsOf: URL(filePath: $0))) } ?? fixture("recurrences.txt"), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count >= 250)
        for line in lines {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            let dates = parts[2].split(separator: ",").map(String.init)
            #expect(Self.first(12, of: parts[0], from: parts[1]) == dates, "\(parts[0]) from \(parts[1])")
        }
    }

    @Test(arguments: ["", "FREQ=", "FREQ=FORTNIGHTLY", "BYDAY=TU", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;UNTIL=20260231", "FREQ=YEARLY;BYMONTHDAY=0", "FREQ=YEARLY;BYMONTH=13", "elke dinsdag"])
    func whatIsNoRuleIsNone(text: String) { #expect(RecurrenceRule(text) == nil) }

    @Test(arguments: ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=SECONDLY;INTERVAL=999983;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=5;BYSETPOS=300", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4"])
    func aRuleWithoutDatesEnds(rule: String) throws {
        var count = 0
        let clock = ContinuousClock()
        let took = clock.measure {
            RecurrenceRule(rule)!.forEach(from: Self.time("20260101T090000")) { _ in
                count += 1
                return true
            }
        }
        #expect(count == 0 && took < .seconds(20))
    }

    @Test func aBillionDatesAreGivenUpOn() throws {
        let set = Recurrence("FREQ=SECONDLY;COUNT=1000000000\nDTSTART:20260101T090000")
        #expect(set.dates(within: Self.time("20400101")...Self.time("20400102")) == nil)
        #expect(set.dates(within: Self.time("20260101")...Self.time("20260102"), limit: 3)?.count == 3)
    }

    @Test func aSetIsItsTextAndItsDates() throws {
        let text = "FREQ=WEEKLY;BYDAY=TU;COUNT=4\nDTSTART:20261006T180000\nDTEND:20261006T200000\nEXDATE:20261013T180000\nRDATE:20261016T090000"
        let set = Recurrence(text)
        #expect(set.text == text)
        #expect(set.dates(within: Self.time("20260101")...Self.time("20270101"))?.map(\.basic)
            == ["20261006T180000", "20261016T090000", "20261020T180000", "20261027T180000"])
        #expect(set.dates(within: Self.time("20261017")...Self.time("20261021"))?.map(\.basic) == ["20261020T180000"])
        #expect(Recurrence("FREQ=DAILY").text == "FREQ=DAILY" && Recurrence("FREQ=DAILY").start == nil)
        #expect(Recurrence("iets anders\nX:1").text == "iets anders\nX:1", "what people typed stays")
    }

    @Test(arguments: [
        ("FREQ=DAILY;UNTIL=20260103", 3), ("FREQ=DAILY;UNTIL=20260103T085959", 2), ("FREQ=DAILY;UNTIL=20260103T090000", 3),
        // Nine o'clock here is eight in UTC.
        ("FREQ=DAILY;UNTIL=20260103T080000Z", 3), ("FREQ=DAILY;UNTIL=20260103T075959Z", 2),
    ])
    func anEndIsOnTheClockOfTheSet(rule: String, count: Int) throws {
        let dates = Recurrence(rule).dates(from: Self.time("20260101T090000"), within: Self.time("20260101")...Self.time("20270101")) {
            CalendarTime(seconds: $0.seconds + 3600)!
        }
        #expect(dates?.count == count)
    }
}
