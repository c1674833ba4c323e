import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// Reports as people look at them: ten tiles, one of them whole, and its files.
@Suite struct ReportPageTests {
    private static func scene(_ language: String = "nl") throws -> PageScene {
        try PageScene(language: language) { replica in
            let today = ReaderClock.dayText(replica.environment.nowMilliseconds())
            let people = try (0..<8).map { try replica.add(replica.draft(NewPerson(name: "Persoon Nummer\($0)"))) }
            for (index, person) in people.enumerated() {
                var moment = NewMoment(occurredAt: today + "T00:00:00+01:00", channel: index < 6 ? "phone" : "video")
                moment.minutes = 10
                _ = try replica.log(moment, with: [person])
            }
        }
    }

    /// The page is there at once; its figures when they are made.
    private func wait(_ window: Window, _ address: String) {
        for _ in 0..<400 {
            window.go(address)
            guard window.page.body.contains("/verslagen/stand") else { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        Issue.record("no reports within twenty seconds")
    }

    @Test(arguments: ["nl", "en"]) func tenTilesAndOneReportWhole(_ language: String) throws {
        // The server ends with its scene.
        let scene = try Self.scene(language)
        defer { withExtendedLifetime(scene) {} }
        let window = try scene.window()
        wait(window, "/verslagen")
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.tags.count { $0.name == "a" && $0.attributes["href"]?.hasPrefix("/verslagen/") == true } == 10)
        // For handing out unless somebody says otherwise.
        #expect(page.tags.contains { $0.attributes["name"] == "delen" && $0.attributes["checked"] != nil })
        wait(window, "/verslagen/channels")
        let report = Markup(window.page.body)
        #expect(report.faults == [])
        #expect(report.count("table") > 0)
        #expect(report.count("svg") > 3)
        // Two video calls are withheld in what is handed out, and not in what stays here.
        #expect(report.text.contains("<5") || report.text.contains("< 5") || report.text.contains("*"))
        let html = try #require(report.tags.first { $0.attributes["href"]?.contains("/bladzijde") == true }?.attributes["href"])
        let file = window.go(html)
        #expect(file.status == 200)
        #expect(file["content-disposition"]?.hasPrefix("attachment") == true)
        #expect(file.body.contains("<html"))
        #expect(window.go(html.replacingOccurrences(of: "/bladzijde", with: "/plaatje")).body.contains("<svg"))
        #expect(window.go(html.replacingOccurrences(of: "/bladzijde", with: "/tabel/x")).body.contains(";"))
        wait(window, "/verslagen/channels?getoond=1&periode=alles")
        #expect(Markup(window.page.body).faults == [])
        #expect(!Markup(window.page.body).tags.contains { $0.attributes["name"] == "delen" && $0.attributes["checked"] != nil })
        for address in ["/verslagen/nergens", "/verslagen/channels/nergens"] { #expect(window.go(address).status == 404, "\(address)") }
        #expect(window.go("/verslagen?getoond=1&gebied=" + Window.encoded("<b>nergens")).status != 500)
        #expect(!window.page.body.contains("<b>nergens"))
    }

    @Test func whatIsWrittenMeanwhileCounts() throws {
        let scene = try Self.scene()
        let window = try scene.window()
        wait(window, "/verslagen/channels?getoond=1&periode=alles")
        let before = Markup(window.page.body).text
        try scene.list { replica in
            let person = try replica.add(replica.draft(NewPerson(name: "Nog Iemand")))
            for _ in 0..<3 { _ = try replica.log(NewMoment(occurredAt: ReaderClock.dayText(replica.environment.nowMilliseconds()) + "T00:00:00+01:00", channel: "phone"), with: [person]) }
        }
        wait(window, "/verslagen/channels?getoond=1&periode=alles")
        #expect(Markup(window.page.body).text != before)
    }
}
