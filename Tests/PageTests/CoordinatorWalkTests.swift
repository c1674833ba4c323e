import Community
import CRDT
import Engine
import Page
import Store
import Testing

/// What a coordinator came upon who has only the page.
@Suite struct CoordinatorWalkTests {
    /// "This is the one" keeps all that was typed: what is new is added, what stands there otherwise stays and is named.
    @Test func whoIsThereAlreadyGetsAllThatWasTyped() throws {
        let scene = try PageScene { replica in
            var person = NewPerson(name: "Willemien van den Berg")
            person.phones = ["06-00000051"]
            person.addresses = ["Parkzicht 9, 1234 DA Zuiderhaven"]
            person.more = [("area", "West")]
            _ = try replica.add(replica.draft(person))
        }
        let window = try scene.window()
        window.go("/zoeken?nieuw=1")
        window.send([
            ("naam", "Willemien van den Berg"), ("telefoon", "06 00 00 00 51"), ("straat", "Lindelaan 12"), ("postcode", "1234 AB"), ("briefje", "Bel twee keer."), ("gebied", "Oost"),
        ])
        let id = try #require(Markup(window.page.body).tags.first { $0.attributes["name"] == "diegene" }?.attributes["value"], "\(window.page.status) \(Markup(window.page.body).text)")
        window.send([], press: ("diegene", id), in: window.form(with: "diegene"))
        let text = Markup(window.page.body).text
        for words in ["Lindelaan 12, 1234 AB", "Parkzicht 9, 1234 DA", "Bel twee keer.", "Anders dan u typte, en zo gebleven: gebied."] { #expect(text.contains(words), "\(words)") }
        #expect(try scene.list { [try $0.store.count("contact"), try $0.store.count("address"), try $0.store.count("contact_point")] } == [1, 2, 1])
    }

    /// What was said of two people in one tab is not taken back by a form that did not show it.
    @Test func twoPeopleWhoWereJudgedAreNotJudgedByAnOldForm() throws {
        let scene = try PageScene { replica in
            for name in ["Ayşe Celik", "Ayse Celik"] {
                var person = NewPerson(name: name)
                person.phones = ["06-12000005"]
                person.emails = ["ayse@voorbeeld.nl"]
                _ = try replica.add(replica.draft(person))
            }
        }
        let first = try scene.window(), second = try scene.window()
        first.go("/dubbelen")
        second.go("/dubbelen")
        first.send([], press: ("oordeel", "v"), in: first.form(with: "oordeel"))
        #expect(Markup(first.page.body).text.contains("zijn verschillende mensen"))
        second.send([], press: ("oordeel", "z"), in: second.form(with: "oordeel"))
        #expect(Markup(second.page.body).text.contains("daar was intussen al iets over gezegd"))
        #expect(!Markup(second.go("/zoeken?vraag=Celik").body).text.contains("staat er 2 keer in"))
    }

    /// An initiative is begun where the others are listed.
    @Test func anInitiativeIsBegunOnThePage() throws {
        let scene = try PageScene()
        let window = try scene.window()
        window.go("/initiatieven")
        #expect(window.send([("naam", " ")]).status == 422)
        window.send([("naam", "Soep voor elkaar")])
        #expect(window.address.hasPrefix("/initiatieven/"))
        #expect(Markup(window.page.body).text(of: "h1") == "Soep voor elkaar")
        #expect(Markup(window.go("/initiatieven").body).text.contains("Actief"))
    }

    /// While somebody types, what was found, the count, and the way to add are those of what stands in the field.
    @Test func whatIsFoundWhileTypingTellsTheSameAsThePage() throws {
        let scene = try PageScene { replica in _ = try replica.add(replica.draft(NewPerson(name: "Cor Visser"))) }
        let window = try scene.window()
        let found = window.go("/zoeken/deel?vraag=visser").body
        #expect(found.contains("1 gevonden") && found.contains("Cor Visser"))
        let nothing = window.go("/zoeken/deel?vraag=" + Window.encoded("Zoë van der Meer")).body
        #expect(nothing.contains("Niets gevonden") && nothing.contains("nieuw=1"))
        #expect(nothing.contains("“Zoë van der Meer” toevoegen"))
        #expect(!nothing.contains("<html"))
    }

    /// Consent is recorded where it is shown; what has expired is not shown as given.
    @Test func consentIsRecordedAndExpires() throws {
        let id = Shared<String>()
        let scene = try PageScene { replica in
            let record = try replica.add(replica.draft(NewPerson(name: "Cor Visser")))
            id.value = record.key[0]
            try replica.edit { try $0.recordConsent(record, purpose: "photos", isGiven: true, how: "spoken", validUntil: "2020-01-31", at: "2019-01-31T10:00:00Z") }
        }
        let window = try scene.window()
        let before = Markup(window.go("/contact/\(id.value ?? "")").body).text
        #expect(before.contains("verlopen, mondeling") && !before.contains("gegeven, mondeling"))
        window.send([("doel", "newsletter"), ("hoe", "written")], press: ("toestemming", "ingetrokken"), in: window.form(with: "toestemming"))
        let after = Markup(window.page.body).text
        #expect(after.contains("Cor Visser trok de toestemming in voor: nieuwsbrief.") && after.contains("ingetrokken, schriftelijk"))
    }
}
