import Foundation
import FoundationXML
import Testing

/// From the list of reports to a page that a policy maker opens; two laptops with a stick between them say the same.
struct ReportJourneyTests {
    private func text(_ folder: String, _ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

    private func carry(_ from: Command, _ to: Command) throws {
        let stick = "stick-\(UUID().uuidString).kithbundle"
        try from.kith("bundle", "export", stick)
        try to.kith("bundle", "import", stick)
    }

    /// The elements of a file that parses as XML, by name, and its words.
    private final class Parsed: NSObject, XMLParserDelegate {
        var counts: [String: Int] = [:]
        var words = ""
        var links: [String] = []

        init(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
            super.init()
            // HTML's own declaration and its one flag are no XML.
            let parser = XMLParser(data: Data(text.utf8))
            parser.delegate = self
            #expect(parser.parse(), "\(String(describing: parser.parserError)) line \(parser.lineNumber)", sourceLocation: sourceLocation)
        }

        func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]) {
            counts[name, default: 0] += 1
            links += attributes.filter { ["href", "src", "xlink:href", "url"].contains($0.key) }.map(\.value)
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { words += string }
    }

    /// Two winters of contact, half of it noted by each.
    private func noted(_ fatima: Command, _ jan: Command) throws {
        func moments(_ laptop: String, _ month: String, _ channel: String, _ count: Int, _ minutes: Int) -> String {
            (0..<count).map {
                "insert into contact_moment (id, occurred_at, channel, duration_minutes) values ('\(laptop)-\(month)-\(channel)-\($0)', '\(month)-\(10 + $0 % 18)T14:00:00+01:00', '\(channel)', \(minutes));"
            }.joined()
        }
        try fatima.sqlite(
            "begin;" + moments("f", "2020-02", "face_to_face", 110, 30) + moments("f", "2020-02", "video", 1, 20) + moments("f", "2020-04", "video", 60, 20)
                + "insert into contact (id, given_name, area) values ('c1', 'Khadija', 'Zuid'), ('c2', 'Bartholomeus', 'Zuid');"
                + "insert into contact_moment_contact (contact_moment, contact) values ('f-2020-02-video-0', 'c1'), ('f-2020-04-video-0', 'c2');"
                + "insert into initiative (id, name, status, area) values ('i1', '=1+1 <Kook & eet>', 'active', 'Zuid'); commit")
        try jan.sqlite(
            "begin;" + moments("j", "2020-02", "phone", 88, 7) + moments("j", "2020-04", "face_to_face", 24, 20)
                + moments("j", "2020-04", "phone", 115, 37)
                + "insert into contact_moment (id, occurred_at, channel, duration_minutes) values ('j1', '2020-02-20', 'phone', 64), ('j2', '2020-04-20', 'phone', 65);"
                + "insert into help_item (id, direction, contact, category) values ('r1', 'request', 'c1', 'meals'); commit")
    }

    @Test("From the list and its help to the same page on two laptops, in two languages, and nothing in it from elsewhere", .enabled(if: hasSQLite))
    func journey() throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try jan.joined(by: fatima)
            let list = try fatima.kith("report").out
            for name in ["channels", "reach", "encounters", "demand", "continuity", "coverage", "bridging", "starts", "polls", "retention"] {
                #expect(list.contains("\n  \(name)") || list.hasPrefix("  \(name)"))
            }
            #expect(try fatima.kith("report", "channels", "--help").out.contains("Counts rows of contact_moment"))
            #expect(try fatima.kith("report", "--help").out.replacingOccurrences(of: "\n", with: " ").contains("rounded down"))

            try noted(fatima, jan)
            try carry(jan, fatima)
            try carry(fatima, jan)
            let asked = ["report", "all", "--today", "2021-01-01"]
            for language in ["en", "nl"] {
                fatima.language = language
                jan.language = language
                for form in [[], ["--json"], ["--shared"], ["--html", "-"], ["--html", "-", "--shared"]] {
                    let one = try fatima.run(Command.program, asked + form), other = try jan.run(Command.program, asked + form)
                    #expect(one.code == 0 && one.out == other.out && one.out.count > 1000, "\(form) \(one.err)")
                    if form.contains("--shared") { #expect(!one.out.contains("Khadija") && !one.out.contains("Bartholomeus")) }
                }
            }
            // The change that the years brought, in each form.
            let channels = try fatima.kith("report", "channels", "--json").object()
            let months = try #require((channels["tables"] as? [String: Any])?["months"] as? [[String: Any]])
            func share(_ month: String, _ channel: String, _ key: String) -> Double? {
                months.first { $0["month"] as? String == month && $0["channel"] as? String == channel }?[key] as? Double
            }
            #expect(share("2020-02", "face_to_face", "share") == 55 && share("2020-04", "face_to_face", "share") == 12)
            #expect(share("2020-02", "video", "share_minutes") == 0.5 && share("2020-04", "video", "share_minutes") == 20)
            #expect(try fatima.kith("report", "channels").out.contains("55,0 %"))
            let csv = try fatima.kith("report", "channels", "--csv", "--table", "months").out.split(separator: "\r\n")
            #expect(csv[0] == "Maand,Kanaal,Online?,Momenten,Aandeel,Minuten,Aandeel in minuten" && csv[1] == "2020-02,Persoonlijk,Niet online,110,55.0,3300,82.5")
            #expect(try fatima.kith("report", "channels", "--excel", "--table", "months").out.contains(";55,0;"))
            #expect(try fatima.kith("report", "continuity", "--csv", "--table", "initiatives").out.contains("'=1+1 <Kook & eet>"))

            let written = try fatima.kith("report", "all", "--html", "verslag.html", "--json").object()
            #expect(written["file"] as? String == "verslag.html")
            let page = Parsed(try text(folder, "verslag.html"))
            #expect(page.counts["svg"] ?? 0 >= 5 && page.counts["table"] ?? 0 >= 10 && page.counts["script"] == nil && page.counts["img"] == nil)
            #expect(page.counts["title"] ?? 0 > page.counts["svg"] ?? 0 && page.counts["desc"] == page.counts["svg"])
            #expect(page.links.allSatisfy { $0.hasPrefix("#") } && page.words.contains("=1+1 <Kook & eet>"))
            try fatima.kith("report", "channels", "--svg", "kanalen.svg")
            let drawing = Parsed(try text(folder, "kanalen.svg"))
            #expect(drawing.counts["svg"] == 1 && drawing.counts["rect"] ?? 0 > 8 && drawing.counts["script"] == nil && drawing.links.isEmpty)
            #expect(drawing.words.contains("Videobellen"))
            for name in ["verslag.html", "kanalen.svg"] {
                let text = try text(folder, name)
                #expect(!text.contains("url(") && !text.contains("@import") && text.components(separatedBy: "http").count
                    == text.components(separatedBy: "http://www.w3.org/").count + text.components(separatedBy: "http-equiv").count - 1)
            }

            // For handing out: one video call in February is fewer than five, and its complement is not told either.
            let shared = try fatima.kith("report", "channels", "--shared", "--csv", "--table", "months").out
            #expect(shared.contains("2020-02,Videobellen,Online,<5,*,*,*") && !shared.contains("0.5"))
            #expect(try fatima.kith("report", "channels", "--shared").out.contains("minder dan 5"))
        }
    }

    @Test("What is asked wrongly is said, and a file that is there stays")
    func refusals() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            #expect(try fatima.failure("report", "reach", "--from", "2020-02-31", code: 64) == "usage")
            #expect(try fatima.failure("report", "reach", "--from", "2020-03-01", "--until", "2020-02-01", code: 64) == "usage")
            try fatima.kith("report", "weather", code: 64)
            try fatima.kith("report", "reach", "--csv", "--html", "x.html", code: 64)
            try fatima.kith("report", "reach", "--csv", "--table", "nope", code: 64)
            #expect(try fatima.failure("report", "reach", "--area", "Noordpool") == "unknown-name")
            try fatima.kith("report", "coverage", "--svg", "leeg.svg", code: 64)
            try fatima.kith("report", "reach", "--html", "bereik.html")
            #expect(try fatima.failure("report", "reach", "--html", "bereik.html") == "export-exists")
            try fatima.kith("report", "reach", "--html", "bereik.html", "--replace")
            #expect(try fatima.failure("report", "reach", "--html", "weg/bereik.html") == "unwritable")
        }
    }
}
