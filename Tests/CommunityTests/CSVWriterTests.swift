import Community
import CRDT
import Interchange
import Testing

@Suite("CSV that goes out") struct CSVWriterTests {
    private func written(_ rows: [[Value]], delimiter: UInt8 = 0x2C) -> [UInt8] {
        var out: [UInt8] = []
        for row in rows { CSVWriter(delimiter: delimiter).append(row, to: &out) }
        return out
    }

    @Test(arguments: ["=1+1", "+31612345678", "-x", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1", "''@x", "", "'", "=cmd|' /C calc'!A0"])
    func noCellIsAFormula(text: String) throws {
        let bytes = written([[.text("x"), .text(text), .text("y")]])
        var reader = try CSVReader(bytes: bytes, delimiter: 0x2C)
        let cell = try #require(try reader.next()).text(1)
        #expect(cell.first == "'", "\(cell)")
        #expect(unmarked(cell) == text)
    }

    @Test(arguments: ["'s-Gravenhage", "'t Hof", "Jan", "06-00000004", "a=b", " =1", "een\"twee", "regel\r\neen", "a,b;c", " spatie ", "0612"])
    func whatIsNoFormulaStays(text: String) throws {
        let bytes = written([[.text("x"), .text(text), .text("y")]])
        var reader = try CSVReader(bytes: bytes, delimiter: 0x2C)
        let cell = try #require(try reader.next()).text(1)
        #expect(cell == text && unmarked(cell) == text)
    }

    @Test func numbersAreNumbersAndNothingIsNothing() {
        let text = String(decoding: written([[.integer(-5), .real(-4.25), .null, .blob([0xAB])]]), as: UTF8.self)
        #expect(text == "-5,-4.25,,x:ab\r\n")
    }

    @Test(arguments: [
        ("2026-02-28", "2026-02-28"), ("28-02-2026", "2026-02-28"), ("28/2/2026", "2026-02-28"), ("1.3.2024", "2024-03-01"),
        ("29-02-2024", "2024-02-29"), ("2026-02-28 00:00:00", "2026-02-28"),
    ])
    func daysAreReadAsPeopleTypeThem(typed: String, day: String) { #expect(TimeColumn.day.value(typed: typed) == day) }

    @Test(arguments: ["31-02", "31-02-2026", "2026-02-29", "02/28/2026", "2026-13-01", "28-02-26", "morgen", "0-1-2026", "2026-02-28T19:30", ""])
    func daysThatDoNotExistAreRefused(typed: String) { #expect(TimeColumn.day.value(typed: typed) == nil) }

    @Test(arguments: [
        ("2026-02-28T19:30", "2026-02-28T19:30"), ("28-02-2026 19:30", "2026-02-28T19:30"), ("2026-02-28 19:30:05Z", "2026-02-28T19:30:05Z"),
        ("2026-02-28T19:30:00.000Z", "2026-02-28T19:30:00.000Z"), ("2026-02-28T19:30+01:00", "2026-02-28T19:30+01:00"),
    ])
    func timesToo(typed: String, time: String) { #expect(TimeColumn.time.value(typed: typed) == time) }

    @Test func theCalendarIsGregorian() {
        for seconds in stride(from: Int64(-62_135_596_800), to: 253_402_300_799, by: 86_399 * 997) {
            let time = CalendarTime(seconds: seconds)
            #expect(time?.seconds == seconds)
            #expect(time.flatMap { CalendarTime($0.year, $0.month, $0.day) } != nil)
        }
        #expect(CalendarTime(1970, 1, 1)?.seconds == 0)
        #expect(CalendarTime(2000, 2, 29)?.seconds == 951_782_400)
    }
}
