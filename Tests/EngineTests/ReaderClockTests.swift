import Community
import Engine
import Testing
import Words

/// Times are read by hand, since lists have hundreds of thousands of them: as the pattern reads them of which they are.
@Suite struct ReaderClockTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
    }

    private static func isMoment(_ text: String) -> Bool {
        text.wholeMatch(of: /([0-9-]{10})[T ]([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))/) != nil
    }

    @Test func aMomentIsWhatThePatternSays() throws {
        var generator = Generator(state: 29)
        let forms = [
            "2026-12-03T18:00Z", "2026-12-03 18:00:59Z", "2026-12-03T18:00:59.123Z", "2026-12-03T18:00+01:00", "2026-12-03T18:00:00.123456789-0530", "2026-12-03T18:00", "2026-12-03",
        ]
        let letters = Array("0123456789-:TZ+. éx")
        var momentCount = 0
        for round in 0..<6_000 {
            var text = Array(forms[round % forms.count])
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0..<text.count, using: &generator), letter = letters.randomElement(using: &generator)!
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text[place] = letter
                case 1: text.insert(letter, at: place)
                default: text.remove(at: place)
                }
            }
            let typed = String(text)
            let isMoment = Self.isMoment(typed) && CalendarDay(typed.prefix(10)) != nil
            if isMoment { momentCount += 1 }
            #expect((ReaderClock.local(typed) != nil) == isMoment, "\(typed)")
        }
        #expect(momentCount > 500)
    }

    @Test func offsetsAreTakenOff() throws {
        let utc = try #require(ReaderClock.local("2026-12-03T18:00:30.5Z"))
        for same in ["2026-12-03 18:00Z", "2026-12-03T19:00+01:00", "2026-12-03T12:30-0530", "2026-12-04T08:00:59+1400"] { #expect(ReaderClock.local(same) == utc, "\(same)") }
        #expect(ReaderClock.local("2026-12-03T18:01Z") != utc)
    }

    @Test(arguments: [
        ("2026-12-03", "do 3 december 2026"), ("2026-12-03T18:00", "do 3 december 2026, 18:00"), ("2026-12-03 18:05:00", "do 3 december 2026, 18:05"),
        ("2026-12-03T18", "do 3 december 2026"), ("2026-12-03x18:00", "do 3 december 2026"), ("2026-12-03T1é:00", "do 3 december 2026"), ("ooit", "ooit"),
    ]) func daysWithTheirTime(_ text: String, _ spoken: String) { #expect(Language.nl.day(text) == spoken) }

    @Test("What is in our own form already stays to the letter", arguments: [
        ("2026-12-03T18:00:00Z", "2026-12-03T18:00:00Z"), ("2026-12-03T18:00:00.123Z", "2026-12-03T18:00:00.123Z"), ("2026-12-03T18:00:00+01:00", "2026-12-03T18:00:00+01:00"),
        ("2026-12-03T18:00:00+0100", "2026-12-03T18:00:00+0100"),
    ]) func ownForm(_ typed: String, _ stored: String) { #expect(TimeColumn("occurred_at")?.value(typed: typed) == stored) }
}
