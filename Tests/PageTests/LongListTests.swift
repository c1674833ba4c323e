import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// Lists that are too long for one page: what counts many opens them all, part after part.
@Suite struct LongListTests {
    @Test(arguments: ["nl", "en"]) func whatIsCountedIsShownPartAfterPart(_ language: String) throws {
        let scene = try PageScene(language: language) { replica in
            try replica.edit { store in
                let person = try store.add("contact", [("given_name", .text("Zoë"))]).key[0]
                for number in 0..<230 {
                    _ = try store.add("initiative", [("name", .text("Club \(1_000 + number)")), ("status", .text("active"))])
                    _ = try store.add("help_item", [("direction", .text("request")), ("contact", .text(Array(person.utf8))), ("category", .text("meals")), ("description", .text("vraag \(1_000 + number)"))])
                }
            }
            try replica.stamp(acceptingMassChange: true)
        }
        let window = try scene.window()
        func all(_ first: String, _ mark: String) throws -> Set<String> {
            var seen: Set<String> = []
            var next: String? = first
            var visited = 0
            while let address = next {
                #expect(window.go(address).status == 200, "\(address)")
                #expect(Markup(window.page.body).faults == [], "\(address)")
                for match in window.page.body.matches(of: try Regex("\(mark) [0-9]{4}")) { seen.insert(String(window.page.body[match.range])) }
                next = Markup(window.page.body).tags.compactMap { $0.attributes["href"] }.map { $0.replacing("&amp;", with: "&") }.first { $0.contains("van=") || $0.contains("alle=1") || $0.contains("na=") }
                    .map { String($0.split(separator: "#")[0]) }
                visited += 1
                try #require(visited < 20)
            }
            return seen
        }
        #expect(try all("/initiatieven", "Club").count == 230)
        #expect(try all("/initiatieven?dreigt=1", "Club").count == 230)
        #expect(try all("/hulp", "vraag").count == 230)
        window.go("/uitwisselen")
        #expect(window.page.body.contains("href=\"/uitwisselen/alleen-hier\""))
        #expect(try all("/uitwisselen/alleen-hier", "Club").count == 230)
    }

    @Test func reportsAreMadeOnceAndAnewAfterAnEdit() throws {
        let scene = try PageScene { replica in _ = try replica.add(replica.draft(NewPerson(name: "Wilhelmina Zonderland"))) }
        let window = try scene.window()
        func made() throws {
            for _ in 0..<600 {
                window.go("/verslagen")
                if !window.page.body.contains("/verslagen/stand") { return }
                Thread.sleep(forTimeInterval: 0.05)
            }
            Issue.record("no reports within half a minute")
        }
        try made()
        #expect(Markup(window.page.body).faults == [])
        try scene.list { _ = try $0.add($0.draft(NewPerson(name: "Cor Visser"))) }
        try made()
        #expect(window.go("/verslagen/reach").status == 200)
    }
}
