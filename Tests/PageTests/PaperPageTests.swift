import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// Sheets of paper: whom to call, typed back in from top to bottom, and labels.
@Suite struct PaperPageTests {
    /// People of two areas, the first of whom nobody has spoken with for longest.
    private func street() throws -> (scene: PageScene, ids: [String]) {
        let ids = Shared<[String]>()
        let scene = try PageScene { replica in
            var made: [String] = []
            for (number, name) in ["Amina Warsame", "Petra Jansen", "Cor <b>Visser", "Zoë van der Meer"].enumerated() {
                var person = NewPerson(name: name)
                person.phones = ["06-1234567\(number)"]
                person.addresses = ["Lindelaan \(30 - number), 1234 AB Zuid"]
                person.more = [("area", number == 3 ? "Oost" : "West")]
                let record = try replica.add(replica.draft(person))
                made.append(record.key[0])
                try replica.edit { try $0.edit(record, [("created_at", .text(Array("2020-01-0\(number + 1)T10:00:00.000Z".utf8)))]) }
            }
            try replica.edit { try $0.edit(RecordID(table: "contact", key: [made[0]]), [("extra_vcard", .text(Array("NOTE:Hard van horen.".utf8)))]) }
            ids.value = made
        }
        return (scene, ids.value ?? [])
    }

    @Test("A call list is printed, and filled in again in its order, as one step that is taken back") func callList() throws {
        let (scene, ids) = try street()
        let window = try scene.window()
        #expect(window.go("/lijsten").body.contains("href=\"/bellijst?dagen=0\""))
        window.go("/bellijst?gebied=West&dagen=0")
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("Bellijst West") && page.text.contains("06 12 34 56 70") && page.text.contains("Hard van horen.") && !page.text.contains("Zoë"), "\(page.text)")
        #expect(page.text.contains("Vertrouwelijk: na gebruik versnipperen."))
        window.go(try #require(page.link("Blad invullen")))
        #expect(Markup(window.page.body).faults == [])
        let form = try #require(window.form(with: "wie"))
        let order = form.fields.filter { $0.0 == "wie" }.map(\.1)
        #expect(Set(order) == Set(ids.prefix(3)))
        func moments() throws -> Int { Int(try scene.list { try $0.store.count("contact_moment") }) }
        // Nobody ticked; a time that cannot be read: nothing is noted, what was typed stays.
        window.send([], in: form)
        #expect(window.page.status == 422 && Markup(window.page.body).text.contains("Zet bij wie u sprak een vinkje"))
        window.send([("wanneer", "31-2-2026 10:00"), ("woorden-\(order[1])", "Belt <i>terug")], in: form)
        #expect(window.page.status == 422 && Markup(window.page.body).faults == [])
        let again = try #require(window.form(with: "wie"))
        #expect(again.fields.contains { $0 == ("woorden-\(order[1])", "Belt <i>terug") } && again.fields.filter { $0.0 == "wie" }.map(\.1) == order)
        window.send([("wanneer", "1-11-2026 10:00"), ("hoe", "nonsense"), ("gebeld-\(order[0])", "1")], in: again)
        #expect(window.page.status == 422)
        window.send([("wie", "nergens"), ("gebeld-nergens", "1")], in: again)
        #expect(window.page.status == 404)
        #expect(try moments() == 0)
        window.send([("wanneer", "1-11-2026 10:00"), ("gebeld-\(order[0])", "1")], in: again)
        #expect(window.page.status == 200 && Markup(window.page.body).text.contains("Genoteerd: "), "\(Markup(window.page.body).text)")
        #expect(try moments() == 2)
        #expect(window.go("/contact/\(order[1])").body.contains("Belt &lt;i&gt;terug"))
        window.go("/instellingen")
        window.send([], press: ("doe", "terug"), in: window.form(with: "stap"))
        #expect(try moments() == 0)
        #expect(window.post("/bellijst", [("doe", "x")]).status == 404)
    }

    @Test("Labels go round by the street, once for each person, and nobody who wants no contact gets one") func labels() throws {
        let (scene, ids) = try street()
        try scene.list { replica in
            try replica.edit { try $0.recordConsent(RecordID(table: "contact", key: [ids[1]]), purpose: "contact", isGiven: false, how: "spoken", validUntil: nil, at: "2026-01-31T10:00:00Z") }
        }
        let window = try scene.window()
        window.go("/etiketten")
        var page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("3 etiketten") && page.text.contains("1 mens wil geen contact") && !page.text.contains("Petra"), "\(page.text)")
        let order = ["Zoë van der Meer", "Cor <b>Visser", "Amina Warsame"].compactMap { page.text.range(of: $0)?.lowerBound }
        #expect(order.count == 3 && order == order.sorted(), "by house number")
        window.go("/etiketten?gebied=Oost&begin=5")
        page = Markup(window.page.body)
        #expect(page.text.contains("1 etiket,") && !page.text.contains("Amina") && page.tags.count { $0.name == "li" && $0.attributes["aria-hidden"] == "true" } == 4)
        for typed in ["0", "25", "x", "-1", "%3Cb%3E"] {
            window.go("/etiketten?begin=\(typed)")
            #expect(window.page.status == 422 && Markup(window.page.body).faults == [] && Markup(window.page.body).text.contains("Een getal van 1 tot en met 24."), "\(typed)")
        }
        #expect(window.go("/etiketten?gebied=" + Window.encoded("x' or '1'='1")).body.contains("Niemand met een adres"))
        #expect(window.go("/bellijst?gebied=" + Window.encoded("\"><script>")).status == 200 && Markup(window.page.body).faults == [])
        #expect(window.go("/etiketten?van=99999").status == 200)
    }
}
