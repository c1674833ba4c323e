import CRDT
import Device
import Engine
import Foundation
import Page
import Store
import Testing

/// What a coordinator does: help, duplicates, laptops, settings; by links and forms alone.
@Suite struct CareJourneyTests {
    @Test func helpIsAskedOfferedAndDone() throws {
        let scene = try PageScene { replica in
            for name in ["Truus Bakker", "Ömer Yılmaz"] { _ = try replica.add(replica.draft(NewPerson(name: name))) }
        }
        let window = try scene.window()
        #expect(Markup(window.go("/hulp").body).text.contains("Geen open hulpvragen."))
        window.go("/hulp?nieuw=vraag")
        let refused = window.send([("naam", "niemand heet zo"), ("woorden", "Zware dingen")])
        #expect(refused.status == 422)
        #expect(Markup(refused.body).faults == [])
        window.send([("naam", "truus"), ("wat", "groceries"), ("haast", "today"), ("woorden", "Zware dingen tot in de keuken")])
        #expect(Markup(window.page.body).text.contains("De hulpvraag van Truus Bakker is bewaard."))
        #expect(window.page.body.contains("Niemand die hulp aanbood past hierbij"))
        window.go("/hulp?nieuw=aanbod")
        window.send([("naam", "ömer"), ("wat", "groceries")])
        window.go("/hulp")
        #expect(Markup(window.page.body).text.contains("Wie past bij Truus Bakker?"))
        let offer = try #require(Markup(window.page.body).tags.first { $0.attributes["name"] == "aanbod" && $0.name == "button" }?.attributes["value"])
        window.send([], press: ("aanbod", offer), in: window.form(with: "aanbod"))
        #expect(Markup(window.page.body).text.contains("voorgesteld,"))
        window.send([], press: ("stap", "ja"), in: window.form(with: "koppeling"))
        #expect(Markup(window.page.body).text.contains("afgesproken,"))
        // A wrong step can be taken back.
        window.send([], press: ("doe", "terug"), in: Markup(window.page.body).forms.first { $0.action == "/stappen" })
        #expect(Markup(window.page.body).text.contains("voorgesteld,"))
        window.send([], press: ("stap", "ja"), in: window.form(with: "koppeling"))
        window.send([], press: ("stap", "gedaan"), in: window.form(with: "koppeling"))
        #expect(window.page.body.contains("Geen open hulpvragen."))
        #expect(Markup(window.page.body).faults == [])
    }

    @Test func twoWhoAreOneAreLinkedAndApartAgain() throws {
        let scene = try PageScene { replica in
            for name in ["Ayşe Çelik", "Ayse Celik"] {
                var person = NewPerson(name: name)
                (person.phones, person.emails, person.addresses) = (["06 00000005"], ["ayse@voorbeeld.nl"], ["Havenkade 10, 1234 CB Zuiderhaven"])
                _ = try replica.add(replica.draft(person))
            }
        }
        let window = try scene.window()
        let page = Markup(window.go("/dubbelen").body)
        #expect(page.faults == [])
        #expect(page.text.contains("Zeer waarschijnlijk dezelfde:"))
        #expect(page.text.contains("06 00 00 00 05"))
        window.send([], press: ("oordeel", "l"), in: window.form(with: "oordeel"))
        #expect(window.page.body.contains("Wat er nog is, kijkt u later na."))
        window.send([], press: ("doe", "weer"), in: Markup(window.page.body).forms.first { $0.action == "/dubbelen" })
        window.send([], press: ("oordeel", "z"), in: window.form(with: "oordeel"))
        #expect(Markup(window.page.body).text.contains("tellen nu als één."))
        #expect(window.page.body.contains("Niemand staat er misschien twee keer in."))
        #expect(Markup(window.go("/zoeken?vraag=ayse").body).text.contains("staat er 2 keer in"))
        window.go(try #require(Markup(window.page.body).link("Ay")))
        #expect(Markup(window.page.body).faults == [])
        let other = try #require(Markup(window.page.body).tags.first { $0.attributes["name"] == "los" }?.attributes["value"])
        window.send([], press: ("los", other), in: window.form(with: "los"))
        #expect(Markup(window.page.body).text.contains("zijn verschillende mensen."))
        window.send([], press: ("doe", "terug"), in: Markup(window.page.body).forms.first { $0.action == "/stappen" })
        #expect(Markup(window.page.body).text.contains("staat er 2 keer in"))
        // The last step is undone already; the one before joined them.
        window.go("/instellingen")
        window.send([], press: ("doe", "terug"), in: Markup(window.page.body).forms.filter { $0.action == "/stappen" }.dropFirst().first)
        #expect(window.go("/dubbelen").body.contains("Zeer waarschijnlijk dezelfde"))
    }

    @Test func whatWasDeletedComesBackAndSettingsStay() throws {
        let id = Shared<String>()
        let scene = try PageScene { replica in id.value = try replica.add(replica.draft(NewPerson(name: "Cor Visser"))).key[0] }
        let window = try scene.window()
        window.go("/contact/\(id.value ?? "")")
        window.send([], press: ("doe", "verwijderen"), in: window.form(with: "doe"))
        #expect(Markup(window.page.body).text.contains("Cor Visser staat in de prullenbak."))
        #expect(window.go("/contact/\(id.value ?? "")").status == 404)
        window.go("/instellingen")
        window.send([], press: ("terug", "contact/\(id.value ?? "")"), in: Markup(window.page.body).forms.first { $0.action == "/instellingen" && $0.names.contains("terug") })
        #expect(Markup(window.page.body).text.contains("Cor Visser is teruggehaald."))
        #expect(window.go("/contact/\(id.value ?? "")").status == 200)
        window.go("/instellingen")
        #expect(window.send([("mij", "niemand heet zo")]).status == 422)
        window.send([("taal", "en"), ("tekst", "large"), ("toetsen", "uit"), ("mij", "cor")])
        for part in ["lang=\"en\"", "data-text=\"large\"", "data-keys=\"off\""] { #expect(window.page.body.contains(part)) }
        #expect(window.go("/moment").body.contains("value=\"Cor Visser\""))
        // Another window, another day: they stay.
        let other = try scene.window()
        #expect(other.go("/vandaag").body.contains("data-text=\"large\""))
    }

    @Test func aPersonSeesAllAndIsErased() throws {
        let id = Shared<String>()
        let scene = try PageScene { replica in id.value = try replica.add(replica.draft(NewPerson(name: "Cor Visser"))).key[0] }
        let window = try scene.window()
        window.go("/contact/\(id.value ?? "")")
        let all = window.go(try #require(Markup(window.page.body).link("inzage")))
        #expect(all["content-disposition"]?.hasPrefix("attachment") == true)
        #expect(all.body.contains("kith person 1"))
        #expect(window.go("/persoon/\(id.value ?? "")/kaartje").body.contains("BEGIN:VCARD"))
        window.go("/persoon/\(id.value ?? "")/wissen")
        #expect(Markup(window.page.body).faults == [])
        #expect(window.send([("achternaam", "Bakker")]).status == 422)
        #expect(try scene.list { try $0.store.count("contact") } == 1)
        window.send([("achternaam", "visser")])
        #expect(window.page.body.contains("Gewist."))
        #expect(window.go("/contact/\(id.value ?? "")").status == 404)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.folder + "/kith").filter { $0.hasPrefix("inzage") } == [])
    }

    @Test func aCopyAndThePaperAreMade() throws {
        let scene = try PageScene()
        let window = try scene.window()
        #expect(Markup(window.go("/vandaag").body).text.contains("0 van 4 gedaan"))
        window.go("/bewaren")
        #expect(Markup(window.page.body).faults == [])
        #expect(window.send([("map", "/nergens")], press: ("doe", "kopie")).status == 422)
        window.send([("map", scene.folder)], press: ("doe", "kopie"))
        #expect(Markup(window.page.body).text.contains("De reservekopie staat op de stick"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.folder).contains { $0.hasSuffix(".kithbackup") })
        let paper = window.send([], press: ("doe", "papier"), in: Markup(window.page.body).forms.last { $0.names.contains("doe") })
        #expect(Markup(paper.body).count("li") >= 24)
        #expect(Markup(paper.body).faults == [])
        window.go("/bewaren")
        #expect(window.send([], press: ("doe", "papier"), in: Markup(window.page.body).forms.last { $0.names.contains("doe") }).status == 422)
    }

    @Test func aCodeIsMadeAndWithdrawn() throws {
        let scene = try PageScene()
        let window = try scene.window()
        window.go("/apparaten")
        window.send([("rol", "2")], press: ("doe", "uitnodigen"))
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("Wacht op een laptop."))
        #expect(page.tags.filter { $0.attributes["class"] == "code" }.count == 1)
        #expect(try scene.list { try $0.invites().filter(\.isOpen).count } == 1)
        window.send([], press: ("doe", "intrekken"), in: page.forms.first { $0.names.contains("doe") })
        #expect(Markup(window.page.body).text.contains("De code is ingetrokken."))
        #expect(try scene.list { try $0.invites().filter(\.isOpen).count } == 0)
    }

    @Test func aLaptopJoinsByAStick() throws {
        let first = try PageScene { replica in _ = try replica.add(replica.draft(NewPerson(name: "Cor Visser"))) }
        let second = try PageScene(list: nil)
        let stick = first.folder + "/stick"
        try FileManager.default.createDirectory(atPath: stick, withIntermediateDirectories: true)
        let newcomer = try second.window(), coordinator = try first.window()
        newcomer.go("/meedoen/stick")
        #expect(Markup(newcomer.page.body).faults == [])
        newcomer.send([("laptop", "Laptop Jan"), ("map", stick)], press: ("doe", "verzoek"))
        let reference = try #require(Markup(newcomer.page.body).text.firstMatch(of: /coördinator: ([0-9A-Z -]+)/)).1
        coordinator.go("/apparaten")
        #expect(Markup(coordinator.page.body).faults == [])
        coordinator.send([("map", stick)], press: ("doe", "zoeken"))
        let page = Markup(coordinator.page.body).text
        #expect(page.contains("Laptop Jan"))
        #expect(page.contains(reference.trimmingCharacters(in: .whitespaces).prefix(20)))
        // What is no answer yet is said so.
        #expect(newcomer.send([("map", stick)], press: ("doe", "antwoord")).status == 422)
        let admit = try #require(Markup(coordinator.page.body).forms.first { $0.names.contains("aanvraag") })
        coordinator.send([], press: ("doe", "toelaten"), in: admit)
        try first.list { replica in _ = try replica.exportBundle(to: stick + "/zuid.kithbundle", for: .everyone) }
        newcomer.go("/meedoen/stick")
        newcomer.send([("map", stick)], press: ("doe", "antwoord"))
        #expect(Markup(newcomer.page.body).text.contains("U doet mee met Zuid."))
        #expect(Markup(newcomer.go("/zoeken?vraag=cor").body).text.contains("Cor Visser"))
        coordinator.go("/apparaten")
        #expect(Markup(coordinator.page.body).text.contains("Laptop Jan"))
        // Shut out only with its name typed.
        let lost = try #require(Markup(coordinator.page.body).link("Kwijt of gestolen"))
        coordinator.go(lost)
        #expect(Markup(coordinator.page.body).faults == [])
        coordinator.send([("naam", "Laptop Piet")], press: ("doe", "uitsluiten"), in: Markup(coordinator.page.body).forms.first { $0.names.contains("kwijt") })
        #expect(coordinator.page.status == 422)
        coordinator.send([("naam", "laptop jan")], press: ("doe", "uitsluiten"), in: Markup(coordinator.page.body).forms.first { $0.names.contains("kwijt") })
        #expect(Markup(coordinator.page.body).text.contains("Laptop Jan heeft geen toegang meer."))
    }
}

/// Where the keys have a passphrase, nothing is shown without it.
@Suite struct LockTests {
    @Test func aPassphraseIsAskedAndForgotten() throws {
        let scene = try PageScene()
        try DeviceFile.setPassphrase("twaalf fietsen", scene.environment)
        let window = try scene.window()
        for address in ["/vandaag", "/zoeken?vraag=cor", "/apparaten", "/instellingen"] {
            #expect(window.go(address).body.contains("Kith is op slot"))
            #expect(window.address == "/slot")
            #expect(Markup(window.page.body).faults == [])
        }
        let wrong = window.send([("wachtzin", "dertien fietsen")])
        #expect(wrong.status == 422)
        #expect(!wrong.body.contains("dertien"))
        window.send([("wachtzin", "twaalf fietsen")])
        #expect(window.address.hasPrefix("/instellingen"))
        #expect(window.go("/apparaten").body.contains("Laptop Fatima"))
        // A window that says it is there is told when what it shows is to be put away.
        #expect(window.go("/er-is-nog-een-venster").status == 204)
        window.go("/instellingen")
        window.send([], press: ("doe", "dicht"), in: Markup(window.page.body).forms.first { $0.action == "/slot" })
        #expect(window.go("/er-is-nog-een-venster").status == 423)
        #expect(window.go("/vandaag").body.contains("Kith is op slot"))
    }
}
