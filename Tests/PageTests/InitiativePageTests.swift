import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// Initiatives: what may not last and what helps, who comes after whom, and other cities.
@Suite struct InitiativePageTests {
    @Test(arguments: ["nl", "en"]) func whatMayNotLastIsHelped(_ language: String) throws {
        let id = Shared<String>(), other = Shared<String>()
        let scene = try PageScene(language: language) { replica in
            _ = try replica.add(replica.draft(NewPerson(name: "Cor Visser")))
            try replica.edit { store in
                id.value = try store.add("initiative", [("name", .text("Buurtkeuken <b>")), ("status", .text("active"))]).key[0]
                other.value = try store.add("initiative", [("name", .text("Soepclub")), ("status", .text("active"))]).key[0]
            }
        }
        let window = try scene.window()
        let address = "/initiatieven/\(id.value ?? "")"
        for page in ["/initiatieven", "/initiatieven?dreigt=1", address, "/initiatieven/partners"] {
            #expect(window.go(page).status == 200, "\(page)")
            #expect(Markup(window.page.body).faults == [], "\(page)")
            #expect(!window.page.body.contains("keuken <b>"), "\(page)")
            #expect(!Markup(window.page.body).text.contains(id.value ?? "?"), "\(page)")
        }
        window.go(address)
        #expect(window.send([("naam", "niemand heet zo")], press: ("doe", "organisator"), in: window.form(with: "naam")).status == 422)
        #expect(Markup(window.page.body).faults == [])
        window.send([("naam", "cor")], press: ("doe", "organisator"), in: window.form(with: "naam"))
        #expect(Markup(window.page.body).link("Cor Visser") != nil)
        #expect(window.send([("wanneer", "32-13")], press: ("doe", "plan"), in: window.form(with: "wanneer")).status == 422)
        #expect(window.page.body.contains("32-13"))
        window.send([("wanneer", "2031-12-03 18:00")], press: ("doe", "plan"), in: window.form(with: "wanneer"))
        #expect(Markup(window.page.body).tags.contains { $0.attributes["href"]?.hasPrefix("/tellen/") == true })
        window.send([("opvolger-keus", other.value ?? "")], press: ("doe", "opvolger"), in: window.form(with: "opvolger-keus"))
        #expect(Markup(window.page.body).link("Soepclub") == "/initiatieven/\(other.value ?? "")")
        window.go("/initiatieven/\(other.value ?? "")")
        #expect(window.send([("opvolger-keus", id.value ?? "")], press: ("doe", "opvolger"), in: window.form(with: "opvolger-keus")).status == 422)
        #expect(Markup(window.page.body).faults == [])
        #expect(window.go("/initiatieven/nergens").status == 404)
    }

    @Test func whatIsMadePublicIsAdoptedElsewhere() throws {
        let sticks = NSTemporaryDirectory() + "kith-sticks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: sticks + "/KITH", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: sticks) }
        let ours = try PageScene(variables: ["KITH_STICKS": sticks]) { replica in
            _ = try replica.add(replica.draft(NewPerson(name: "Wilhelmina Zonderland")))
            try replica.edit { _ = try $0.add("initiative", [("name", .text("Buurtkeuken")), ("description", .text("Bel Wilhelmina Zonderland."))]) }
        }
        let theirs = try PageScene(list: "Haven", variables: ["KITH_STICKS": sticks])
        let window = try ours.window()
        window.go("/initiatieven/partners")
        // A text that names somebody holds it up, and is shown.
        let held = window.send([("als", "Zuid"), ("map", sticks + "/KITH")], press: ("doe", "openbaar"), in: window.form(with: "als"))
        #expect(held.status == 422)
        #expect(Markup(held.body).faults == [])
        #expect(Markup(held.body).text.contains("Wilhelmina"))
        #expect(!FileManager.default.fileExists(atPath: sticks + "/KITH/zuid.kithpublic"))
        window.send([("toch", "1")], press: ("doe", "openbaar"), in: window.form(with: "als"))
        #expect(Markup(window.page.body).text.contains("Lees deze woorden voor aan de partner:"))
        #expect(FileManager.default.fileExists(atPath: sticks + "/KITH/zuid.kithpublic"))
        let partner = try theirs.window()
        partner.go("/initiatieven/partners")
        #expect(Markup(partner.page.body).faults == [])
        #expect(Markup(partner.page.body).text.contains("Buurtkeuken nieuw hier"))
        partner.send([], press: ("doe", "overnemen"), in: partner.form(with: "welke"))
        #expect(Markup(partner.page.body).text.contains("Buurtkeuken is overgenomen."))
        #expect(partner.address.hasPrefix("/initiatieven/"))
        partner.go("/initiatieven/partners")
        #expect(Markup(partner.page.body).text.contains("hier al overgenomen"))
        // A form that names another file takes nothing.
        #expect(partner.post("/initiatieven/partners", [("doe", "overnemen"), ("bestand", "/etc/passwd"), ("welke", "x")]).status == 200)
    }
}
