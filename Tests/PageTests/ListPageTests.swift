import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// A list of others comes in by the page alone, and this list goes out.
@Suite struct ListPageTests {
    private func scene(_ language: String = "nl") throws -> (PageScene, folder: String) {
        let home = NSTemporaryDirectory() + "kith-home-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: home + "/Downloads", withIntermediateDirectories: true)
        return (try PageScene(language: language, variables: ["HOME": home]), home)
    }

    private func write(_ text: [UInt8], _ path: String) throws { try Data(text).write(to: URL(fileURLWithPath: path)) }

    /// Until the list has been read.
    private func waited(_ window: Window) throws -> String {
        for _ in 0..<600 {
            if !window.page.body.contains("/lijsten/stand") { break }
            Thread.sleep(forTimeInterval: 0.05)
            window.go("/lijsten/inlezen")
        }
        #expect(Markup(window.page.body).faults == [])
        return Markup(window.page.body).text
    }

    @Test("Looked at first, taken in as one step, taken back; a second time nothing is new") func inAndBack() throws {
        let (scene, home) = try scene()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let file = home + "/Downloads/leden.csv"
        try write(Array("Naam;Telefoon;Adres;Lievelingskleur\nTruus Bakker;06-12345678;Lindelaan 12, 3 hoog, Zuid;blauw\nÖmer Yılmaz;06-87654321;;\n;;;\n".utf8), file)
        let window = try scene.window()
        #expect(window.go("/instellingen").body.contains("href=\"/lijsten\""))
        window.go("/lijsten")
        #expect(Markup(window.page.body).faults == [])
        #expect(Markup(window.page.body).tags.contains { $0.name == "option" && $0.attributes["value"] == file })
        window.send([("bestand", file)], press: ("doe", "kijk"), in: window.form(with: "bestand"))
        let looked = try waited(window)
        #expect(looked.contains("Dit komt erbij") && looked.contains("Er is nog niets ingelezen.") && looked.contains("Lievelingskleur (1)"), "\(looked)")
        #expect(!looked.contains("--"), "the page names no option of a command")
        #expect(try scene.list { try $0.store.count("contact") } == 0)
        window.send([], press: ("doe", "lees"), in: window.form(with: "bestand"))
        let taken = try waited(window)
        #expect(taken.contains("De lijst is ingelezen") && taken.contains("Nieuw:"), "\(taken)")
        #expect(try scene.list { try $0.store.count("contact") } == 2)
        window.send([], press: ("doe", "terug"), in: window.form(with: "stap"))
        #expect(try scene.list { try $0.store.count("contact") } == 0)
        // What was taken back comes only when somebody wants it.
        window.send([("bestand", file)], press: ("doe", "kijk"), in: window.form(with: "bestand"))
        #expect(try waited(window).contains("nu overgeslagen"))
        window.send([("terughalen", "1")], press: ("doe", "lees"), in: window.form(with: "terughalen"))
        #expect(try waited(window).contains("is er weer"))
        #expect(try scene.list { try $0.store.count("contact") } == 2)
    }

    @Test("Where only a person can tell, the page asks: the same list under another name, and the letters") func asks() throws {
        let (scene, home) = try scene("en")
        defer { try? FileManager.default.removeItem(atPath: home) }
        let lines = (0..<30).map { "L\($0);Person Number\($0);06-1234\(1_000 + $0)" }.joined(separator: "\n")
        for name in ["members-2025.csv", "members-2026.csv"] { try write(Array("Member number;Name;Phone\n\(lines)\n".utf8), home + "/Downloads/" + name) }
        let window = try scene.window()
        func look(_ name: String) throws -> String {
            window.go("/lijsten")
            window.send([("bestand", "Downloads/" + name)], press: ("doe", "kijk"), in: window.form(with: "bestand"))
            return try waited(window)
        }
        _ = try look("members-2025.csv")
        window.send([], press: ("doe", "lees"), in: window.form(with: "bestand"))
        _ = try waited(window)
        let asked = try look("members-2026.csv")
        #expect(asked.contains("seems to be here already"), "\(asked)")
        let same = try #require(Markup(window.page.body).forms.first { $0.names.contains("bron") })
        window.send([], press: ("doe", "kijk"), in: same)
        #expect(try waited(window).contains("New: 0"))
        window.send([], press: ("doe", "lees"), in: window.form(with: "bestand"))
        #expect(try waited(window).contains("nothing") || window.page.body.contains("was here"))
        #expect(try scene.list { try $0.store.count("contact") } == 30)
    }

    @Test("What is no list, or not there, is said beside the field") func wrong() throws {
        let (scene, home) = try scene()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try write([0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0xFF, 0xFE], home + "/Downloads/leden.csv")
        try write([], home + "/Downloads/leeg.csv")
        let window = try scene.window()
        for (path, word) in [("", "niet"), ("bestaat-niet.csv", "is er niet"), (home, "is er niet"), ("/dev/zero", "is er niet"), ("Downloads/leden.csv", "geen tekstbestand"), ("Downloads/leeg.csv", "leeg")] {
            window.go("/lijsten")
            window.send([("bestand", path)], press: ("doe", "kijk"), in: window.form(with: "bestand"))
            let text = try waited(window)
            #expect(text.contains(word), "\(path): \(text)")
            #expect(window.page.status == 422, "\(path)")
        }
        #expect(try scene.list { try $0.store.count("contact") } == 0)
    }

    @Test("This list goes out as a call list, cards, a calendar, a map and a guide") func out() throws {
        let scene = try PageScene { replica in
            var person = NewPerson(name: "Wilhelmina van den Berg")
            (person.phones, person.addresses) = (["06-12345678"], ["Lindelaan 12, 1234 AB Zuid"])
            _ = try replica.add(replica.draft(person))
        }
        let window = try scene.window()
        for (name, word) in [
            ("bellijst.csv", "Berg"), ("bellijst-excel.csv", "Berg"), ("kaartjes.vcf", "BEGIN:VCARD"), ("agenda.ics", "BEGIN:VCALENDAR"), ("kaart.geojson", "FeatureCollection"), ("gids.json", "["),
        ] {
            #expect(window.go("/lijsten").body.contains("/lijsten/" + name))
            let reply = window.go("/lijsten/" + name)
            #expect(reply.status == 200 && reply.body.contains(word), "\(name): \(reply.body.prefix(300))")
        }
        #expect(window.go("/lijsten/bellijst.csv").body.contains("12345678"))
        #expect(window.go("/lijsten/anders.csv").status == 404)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: scene.folder).allSatisfy { !$0.contains("uit-") }, "nothing is left behind")
    }
}
