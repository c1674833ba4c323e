import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// What a volunteer does, by links and forms alone, without script.
@Suite struct JourneyTests {
    @Test func aListIsBegun() throws {
        let scene = try PageScene(list: nil)
        let window = try scene.window()
        #expect(window.page.body.contains("Welkom bij Kith"))
        let form = window.go(try #require(Markup(window.page.body).link("Een nieuwe buurtlijst beginnen")))
        #expect(form.status == 200)
        let refused = window.send([("lijst", ""), ("laptop", "Laptop Fatima")])
        #expect(refused.status == 422)
        #expect(Markup(refused.body).faults == [])
        #expect(refused.body.contains("value=\"Laptop Fatima\""))
        window.send([("lijst", "Zuid"), ("laptop", "Laptop Fatima")])
        #expect(window.address.hasPrefix("/vandaag"))
        #expect(Markup(window.page.body).text.contains("Zuid is begonnen."))
        // Who has a list is not asked again.
        #expect(window.go("/beginnen").body.contains("Vandaag"))
    }

    @Test func aVolunteerFindsNobodyAddsSomebodyAndNotesAMoment() throws {
        let scene = try PageScene()
        let window = try scene.window()
        window.go("/zoeken?vraag=" + Window.encoded("Wilhelmina van den Berg"))
        #expect(window.page.body.contains("Niets gevonden"))
        window.go(try #require(Markup(window.page.body).link("toevoegen")))
        // What was searched for stands in the form.
        #expect(window.form(with: "naam")?.fields.contains { $0 == ("naam", "Wilhelmina van den Berg") } == true)
        window.send([("naam", "Wilhelmina van den Berg"), ("telefoon", "010-5550103"), ("straat", "Parkzicht 9"), ("postcode", "1234 DA"), ("briefje", "Hard van horen; bel aan, twee keer.")], press: nil)
        #expect(window.address.hasPrefix("/contact/"))
        let contact = Markup(window.page.body)
        #expect(contact.text(of: "h1") == "Wilhelmina van den Berg")
        for text in ["Wilhelmina van den Berg is bewaard.", "010 555 01 03", "Parkzicht 9, 1234 DA", "Hard van horen; bel aan, twee keer."] { #expect(contact.text.contains(text), "\(text)") }
        #expect(contact.link("010 555 01 03") == "tel:+31105550103")

        window.go(try #require(contact.link("Moment noteren")))
        window.send([("hoe", "doorstep"), ("duur", "15"), ("over", "Boodschappen geregeld"), ("terug", "week")], press: ("doe", "bewaar"))
        let after = Markup(window.page.body)
        #expect(after.text.contains("Genoteerd: Wilhelmina van den Berg. U krijgt het"))
        #expect(after.text.contains("aan de deur · 15 min"))
        #expect(after.text.contains("Terugkomen op"))

        // The bar takes the whole moment back, and does it again.
        window.send([], press: ("doe", "terug"), in: window.form(with: "stap"))
        #expect(Markup(window.page.body).text.contains("Ongedaan gemaakt:"))
        #expect(window.page.body.contains("Nog geen momenten"))
        window.send([], press: ("doe", "opnieuw"), in: window.form(with: "stap"))
        #expect(Markup(window.page.body).text.contains("Boodschappen geregeld"))

        // The command line sees the same.
        #expect(try scene.list { try $0.find("wilhelmina").map(\.name) } == ["Wilhelmina van den Berg"])
        #expect(try scene.list { try $0.store.count("contact_moment") } == 1)
    }

    @Test func whoMayBeThereAlreadyIsShownFirst() throws {
        let scene = try PageScene { replica in
            var person = NewPerson(name: "Willemien van den Berg")
            person.phones = ["06-00000051"]
            _ = try replica.add(replica.draft(person))
        }
        let window = try scene.window()
        window.go("/zoeken?vraag=" + Window.encoded("W. van den Berg") + "&nieuw=1")
        window.send([("naam", "Willemien van den Berg"), ("telefoon", "06 00 00 00 51"), ("mail", "mina@voorbeeld.nl")])
        #expect(window.page.body.contains("Bestaat al?"))
        #expect(try scene.list { try $0.store.count("contact") } == 1)
        let id = try #require(Markup(window.page.body).tags.first { $0.attributes["name"] == "diegene" }?.attributes["value"])
        window.send([], press: ("diegene", id), in: window.form(with: "diegene"))
        #expect(Markup(window.page.body).text.contains("stond er al in; wat nieuw was is erbij gezet."))
        #expect(window.page.body.contains("mina@voorbeeld.nl"))
        #expect(try scene.list { [try $0.store.count("contact"), try $0.store.count("contact_point")] } == [1, 2])
    }

    @Test func whatIsRefusedStandsBesideItsField() throws {
        let scene = try PageScene()
        let window = try scene.window()
        window.go("/zoeken?nieuw=1")
        let reply = window.send([("naam", "Samira Azzouzi"), ("telefoon", "geen"), ("postcode", "1234"), ("straat", "Parkzicht 12"), ("mail", "x")])
        #expect(reply.status == 422)
        let page = Markup(reply.body)
        #expect(page.faults == [])
        #expect(page.text.contains("kijk 3 dingen na"))
        for id in ["telefoon-fout", "postcode-fout", "mail-fout"] { #expect(page.tags.contains { $0.attributes["id"] == id }, "\(id)") }
        // What was typed stays.
        for value in ["Samira Azzouzi", "geen", "1234", "Parkzicht 12", "x"] { #expect(reply.body.contains("value=\"\(value)\""), "\(value)") }
        #expect(try scene.list { try $0.store.count("contact") } == 0)
    }

    @Test func aSecondTabLosesNothing() throws {
        let id = Shared<String>()
        let scene = try PageScene { replica in
            var person = NewPerson(name: "Cor Visser")
            person.more = [("area", "West")]
            id.value = try replica.add(replica.draft(person)).key[0]
        }
        let first = try scene.window(), second = try scene.window()
        let address = "/contact/\(id.value ?? "")/bewerken"
        first.go(address)
        second.go(address)
        second.send([("gebied", "Oost")])
        #expect(second.page.status == 200)
        // Another field: written, and the other's stays.
        first.send([("roepnaam", "Corrie")])
        #expect(first.page.status == 200)
        func row() throws -> RecordRow { try scene.list { replica in try #require(try replica.store.rows([RecordID(table: "contact", key: [id.value ?? ""])]).first) } }
        #expect(try row()["area"] == .text("Oost"))
        #expect(try row()["nickname"] == .text("Corrie"))
        // The same field: nothing is written, both are shown.
        first.go(address)
        second.go(address)
        second.send([("gebied", "Noord")])
        let stale = first.send([("gebied", "Zuid"), ("roepnaam", "Cor")])
        #expect(stale.status == 409)
        #expect(Markup(stale.body).faults == [])
        for value in ["Noord", "Zuid", "U zag: Oost", "Laptop Fatima"] { #expect(Markup(stale.body).text.contains(value), "\(value)") }
        #expect(try row()["area"] == .text("Noord"))
        #expect(try row()["nickname"] == .text("Corrie"))
        first.send([("keus-gebied", "mijn")])
        #expect(first.page.status == 200)
        #expect(try row()["area"] == .text("Zuid"))
        #expect(try row()["nickname"] == .text("Cor"))
    }

    @Test func comersAreCountedAndSignedUp() throws {
        let id = Shared<String>()
        let scene = try PageScene { replica in
            _ = try replica.add(replica.draft(NewPerson(name: "Truus Bakker")))
            let initiative = try replica.edit { try $0.add("initiative", [("name", .text("Wandelen met Zuid"))]) }
            let today = ReaderClock.dayText(Int64(Date().timeIntervalSince1970 * 1000))
            id.value = try replica.edit {
                try $0.add("gathering", [("initiative", .text(initiative.key[0])), ("starts_at", .text(today + "T23:30")), ("max_participants", .integer(20))])
            }.key[0]
        }
        let window = try scene.window()
        #expect(Markup(window.go("/vandaag").body).text.contains("Wandelen met Zuid"))
        window.send([], press: ("tel", id.value ?? ""), in: window.form(with: "tel"))
        window.go(try #require(Markup(window.page.body).link("Wandelen met Zuid")))
        for _ in 0..<3 { window.send([], press: ("tel", "1"), in: window.form(with: "tel")) }
        window.send([], press: ("tel", "-1"), in: window.form(with: "tel"))
        #expect(Markup(window.page.body).text(of: "output") == "3")
        window.send([("wie", "truus")], press: ("doe", "aanmelden"))
        #expect(Markup(window.page.body).text.contains("1 van 20, nog 19 vrij."))
        let person = try #require(Markup(window.page.body).tags.first { $0.attributes["name"] == "er" }?.attributes["value"])
        window.send([], press: ("er", person), in: window.form(with: "er"))
        #expect(Markup(window.page.body).text.contains("Geweest"))
        #expect(Markup(window.go("/tellen/\(id.value ?? "")?afdruk=1").body).text.contains("Vertrouwelijk"))
    }

    @Test func bothLanguagesAreWhole() throws {
        let scene = try PageScene(language: "en")
        let window = try scene.window()
        for address in ["/vandaag", "/zoeken", "/zoeken?nieuw=1", "/moment", "/uitleg"] {
            for language in ["en", "nl"] {
                let page = Markup(window.go(address + (address.contains("?") ? "&" : "?") + "lang=" + language).body)
                #expect(page.faults == [], "\(address) \(language)")
                #expect(page.tags.first { $0.name == "html" }?.attributes["lang"] == language)
                #expect(!page.text.contains("{{") && !page.text.contains("%1"))
            }
        }
        #expect(window.go("/vandaag?lang=en").body.contains("Good") || window.page.body.contains("Nobody waits"))
    }
}

/// What a closure hands out.
final class Shared<Value>: @unchecked Sendable { var value: Value? }
