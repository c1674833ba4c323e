import Foundation
import Interchange
import Testing

/// One card, cell or event with very many lines takes time in proportion to them, reading and writing: whoever sends a file
/// must not hold up a laptop with it.
@Suite(.serialized) struct NearLinearTests {
    private static let small = 1_000
    private static let factor = 8
    /// Eight times as much may take thirty times as long on a machine that is out of breath; were it quadratic, it would take sixty-four.
    private static let mostRatio = 30.0

    /// Of this thread's processor time: others work on this machine. The best of three.
    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        return try (0..<3).map { _ in
            let start = now()
            try body()
            return now() - start
        }.min() ?? 0
    }

    private func expectNearLinear(_ what: String, _ body: (Int) throws -> Void) throws {
        let first = try seconds { try body(NearLinearTests.small) }
        let second = try seconds { try body(NearLinearTests.small * NearLinearTests.factor) }
        #expect(second / max(first, 0.02) < NearLinearTests.mostRatio, "\(what): \(first) s and \(second) s")
    }

    private func card(_ count: Int, _ line: (Int) -> String) -> String {
        "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Berg;Noor;;;\r\nFN:Noor Berg\r\n" + (0..<count).map { line($0) + "\r\n" }.joined() + "END:VCARD\r\n"
    }

    /// Of one length, as the ids of imported rows are: a card without name and number is named by all its lines, and an id that held
    /// them would itself grow with the card, in each of its rows. (FNV-1a.)
    private static func identify(_ parts: [String]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in parts.joined(separator: "\u{1F}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    private static func chunks(_ text: String) -> () -> [UInt8] {
        let bytes = Array(text.utf8)
        var start = 0
        return {
            let end = min(start + 65_536, bytes.count)
            defer { start = end }
            return Array(bytes[start..<end])
        }
    }

    private func read(_ card: String) throws -> Int {
        var cards = try VCardImport(source: "x", identify: NearLinearTests.identify, chunks: NearLinearTests.chunks(card))
        var rows = 0
        while let line = try cards.next() { if case .taken(let row) = line { rows += row.rows.count } }
        return rows
    }

    @Test(arguments: [
        "TEL:06%08d", "EMAIL:a%d@example.org", "URL:https://example.org/%d", "ADR:;;Straat %d;Stad;;1234 AB;NL", "NOTE:iets %d", "CATEGORIES:c%d",
        "NICKNAME:n%d", "X-FOO%d:v", "FN:Naam %d", "item%d.TEL;X-KITH-ID=k%d:0612345678", "TEL;TYPE=x%d:0612345678",
    ]) func linesOfACard(_ line: String) throws {
        try expectNearLinear(line) { count in
            let rows = try read(card(count) { line.replacingOccurrences(of: "%08d", with: String(100_000_000 + $0).suffix(8)).replacingOccurrences(of: "%d", with: String($0)) })
            if line.hasPrefix("TEL:") { #expect(rows == count + 1) }
        }
    }

    @Test func parametersOfOneLine() throws {
        try expectNearLinear("TYPE") { count in
            let rows = try read(card(1) { _ in "TEL" + (0..<count).map { ";TYPE=t\($0)" }.joined() + ":0612345678" })
            #expect(rows == 2)
        }
    }

    @Test func foldedLines() throws {
        try expectNearLinear("folded") { count in
            let rows = try read(card(1) { _ in "NOTE:x" + (0..<count).map { _ in "\r\n " + String(repeating: "a", count: 60) }.joined() })
            #expect(rows == 1)
        }
    }

    @Test func numbersInOneCell() throws {
        try expectNearLinear("cell") { count in
            let text = "Voornaam,Telefoon\nNoor,\"" + (0..<count).map { "06-" + String(100_000_000 + $0).suffix(8) }.joined(separator: " / ") + "\"\n"
            var lines = try ContactImport(source: "x", identify: NearLinearTests.identify, chunks: NearLinearTests.chunks(text))
            guard case .taken(let row) = try lines.next() else { return #expect(Bool(false), "the line was not taken") }
            #expect(row.rows.count == count + 1)
        }
    }

    @Test(arguments: ["EXDATE:20260101T%06dZ", "ATTENDEE;CN=a%d:mailto:a%d@example.org", "COMMENT:c%d"]) func linesOfAnEvent(_ line: String) throws {
        try expectNearLinear(line) { count in
            let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nSUMMARY:Koken\r\nDTSTART:20260101T100000Z\r\n"
                + (0..<count).map { line.replacingOccurrences(of: "%06d", with: "100000").replacingOccurrences(of: "%d", with: String($0)) + "\r\n" }.joined()
                + "END:VEVENT\r\nEND:VCALENDAR\r\n"
            var events = try CalendarImport(source: "x", identify: NearLinearTests.identify, chunks: NearLinearTests.chunks(text))
            guard case .taken = try events.next() else { return #expect(Bool(false), "the event was not taken") }
        }
    }

    /// With labels of their own, and kept lines that no longer say what the rows say.
    @Test func writingACard() throws {
        try expectNearLinear("writing") { count in
            let points = (0..<count).map {
                ContactCard.Row(id: "p\($0)", values: ["type": "tel", "value": "06" + String(100_000_000 + $0).suffix(8), "label": "Lijn \($0)!"])
            }
            let kept = (0..<count).map { "TEL;TYPE=fax;PREF=2:06" + String(100_000_000 + $0).suffix(8) }.joined(separator: "\n")
            let card = ContactCard(contact: .init(id: "k", values: ["given_name": "Noor", "extra_vcard": kept]), points: points, addresses: [])
            var bytes: [UInt8] = []
            VCardWriter(identify: { NearLinearTests.identify($0) }).append(card, to: &bytes)
            #expect(bytes.count > count * 10)
        }
    }
}
