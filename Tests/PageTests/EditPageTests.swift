import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// Help, initiatives and what else the list knows are changed on the page, field by field: only what was changed is written, and nothing over
/// what somebody else wrote meanwhile.
@Suite struct EditPageTests {
    /// One of each, with a place, a term and somebody who asks.
    private struct Street {
        let scene: PageScene
        let help, initiative, gathering, place, term: String

        init(_ language: String = "nl") throws {
            let ids = Shared<[String]>()
            scene = try PageScene(language: language) { replica in
                let person = try replica.add(replica.draft(NewPerson(name: "Cor Visser")))
                func text(_ text: String) -> Value { .text(Array(text.utf8)) }
                try replica.edit { store in
                    let place = try store.add("place", [("name", text("De Linde"))])
                    _ = try store.add("place", [("name", text("De Eik"))])
                    let term = try store.add("term", [("taxonomy", text("need")), ("name_nl", text("Ruimte nodig")), ("name_en", text("Needs room"))])
                    let help = try store.add("help_item", [
                        ("direction", text("request")), ("contact", text(person.key[0])), ("category", text("groceries")), ("description", text("Boodschappen op zaterdag.")), ("until", text("2027-03-01")),
                    ])
                    let initiative = try store.add("initiative", [("name", text("Soep")), ("status", text("active")), ("place", text(place.key[0])), ("description", text("Wij koken op maandag."))])
                    let gathering = try store.add("gathering", [("initiative", text(initiative.key[0])), ("starts_at", text("2027-01-04T18:00")), ("ends_at", text("2027-01-04T20:00"))])
                    ids.value = [help, initiative, gathering, place, term].map { $0.key[0] }
                }
            }
            let all = ids.value ?? []
            (help, initiative, gathering, place, term) = (all[0], all[1], all[2], all[3], all[4])
        }

        func value(_ column: String, of table: String, _ id: String) throws -> Value {
            try scene.list { try #require($0.store.rows([RecordID(table: table, key: [id])]).first)[column] }
        }

        func count(_ table: String) throws -> Int64 { Int64(try scene.list { try $0.store.count(table) }) }
    }

    private func text(_ text: String) -> Value { .text(Array(text.utf8)) }

    @Test("Every field of help and of an initiative is there, with what it is now, and is saved as one step that is taken back") func allFields() throws {
        let street = try Street()
        let window = try street.scene.window()
        window.go("/contact/" + (try #require(try street.scene.list { replica in try replica.store.rows([RecordID(table: "help_item", key: [street.help])]).first?.text("contact") })))
        window.go(try #require(Markup(window.page.body).tags.first { $0.attributes["href"]?.hasPrefix("/wijzigen/help_item/") == true }?.attributes["href"]))
        #expect(Markup(window.page.body).faults == [])
        let shown = try #require(window.form(with: "was-category"))
        for column in ["contact", "category", "urgency", "setting", "area", "from", "until", "capacity-per-week", "description", "status", "woord-driving"] {
            #expect(shown.names.contains("was-" + column), "\(column)")
        }
        #expect(shown.fields.contains { $0 == ("until", "1-3-2027") } && shown.fields.contains { $0 == ("contact", "Cor Visser") })
        window.send([
            ("urgency", "this_week"), ("setting", "at_home"), ("area", "West"), ("until", "2-4-2027"), ("capacity-per-week", "2"), ("description", "Boodschappen op zaterdag, met de bakfiets."), ("woord-driving", "1"),
        ], in: shown)
        #expect(window.page.status == 200 && Markup(window.page.body).text.contains("is bewaard."), "\(window.page.status) \(Markup(window.page.body).text)")
        #expect(try street.value("until", of: "help_item", street.help) == text("2027-04-02"))
        #expect(try street.value("capacity_per_week", of: "help_item", street.help) == .integer(2))
        #expect(try street.value("area", of: "help_item", street.help) == text("West"))
        #expect(try street.count("help_item_skill") == 1)
        window.send([], press: ("doe", "terug"), in: window.form(with: "stap"))
        #expect(try street.value("until", of: "help_item", street.help) == text("2027-03-01"))
        #expect(try street.count("help_item_skill") == 0)

        window.go("/initiatieven/\(street.initiative)")
        window.go(try #require(Markup(window.page.body).link("Bewerken")))
        #expect(Markup(window.page.body).faults == [])
        let form = try #require(window.form(with: "was-name"))
        for column in ["name", "activity-type", "status", "starts-on", "ends-on", "place", "area", "parent", "adapted-from", "funded-until", "recurrence-rule", "recurrence-time-zone", "description", "lessons", "woord-" + street.term] {
            #expect(form.names.contains("was-" + column), "\(column)")
        }
        window.send([("name", "Soep voor elkaar"), ("place", "De Eik"), ("recurrence-rule", "FREQ=WEEKLY"), ("funded-until", "31-12-2027"), ("lessons", "Meer lepels."), ("woord-" + street.term, "1")], in: form)
        #expect(Markup(window.page.body).text(of: "h1") == "Soep voor elkaar")
        #expect(Markup(window.page.body).text.contains("De Eik"))
        #expect(try street.value("recurrence_rule", of: "initiative", street.initiative) == text("FREQ=WEEKLY"))
        #expect(try street.count("initiative_term") == 1)
        // A box that was ticked and is no longer.
        window.go("/wijzigen/initiative/\(street.initiative)")
        let ticked = try #require(window.form(with: "was-name"))
        #expect(ticked.fields.contains { $0 == ("woord-" + street.term, "1") })
        window.post(ticked.action, ticked.fields.filter { $0.0 != "woord-" + street.term })
        #expect(try street.count("initiative_term") == 0)
        // And ticked again: what lies in the trash comes back.
        window.go("/wijzigen/initiative/\(street.initiative)")
        window.send([("woord-" + street.term, "1")], in: window.form(with: "was-name"))
        #expect(try street.count("initiative_term") == 1)
    }

    @Test("What cannot be read is said beside its field, and nothing of the form is written") func refused() throws {
        let street = try Street("en")
        let window = try street.scene.window()
        for (table, id, field, typed, word) in [
            ("help_item", street.help, "until", "31-2-2027", "28"), ("help_item", street.help, "capacity-per-week", "often", "number"), ("help_item", street.help, "category", "nonsense", "nonsense"),
            ("initiative", street.initiative, "name", "", "needs: Name."), ("initiative", street.initiative, "place", "Nowhere Hall", "not in the list"), ("initiative", street.initiative, "ends-on", "31-13-2027", "13"),
            ("gathering", street.gathering, "ends-at", "1-1-2027 10:00", "before Begins."), ("place", street.place, "url", "no page", "no page"), ("place", street.place, "lat", "200", "90"),
        ] {
            window.go("/wijzigen/\(table)/\(id)")
            window.send([(field, typed), (table == "gathering" ? "max-participants" : table == "help_item" ? "area" : "description", "changed 7")].filter { table != "gathering" || $0.0 != "max-participants" }, in: window.form(with: "was-" + field))
            #expect(window.page.status == 422, "\(table).\(field)")
            let page = Markup(window.page.body)
            #expect(page.faults == [], "\(table).\(field)")
            #expect(page.tags.contains { $0.attributes["id"] == field + "-fout" } && page.text.contains(word), "\(table).\(field): \(page.text)")
            // What was typed stays.
            #expect(window.form(with: "was-" + field)?.fields.contains { $0 == (field, typed) } ?? false || field == "category", "\(table).\(field)")
        }
        for (table, id, column) in [("help_item", street.help, "area"), ("initiative", street.initiative, "description"), ("place", street.place, "description")] {
            #expect(try street.value(column, of: table, id) != text("changed 7"))
        }
        // The end and the beginning of one evening are moved at once.
        window.go("/wijzigen/gathering/\(street.gathering)")
        window.send([("starts-at", "9-1-2027 10:00"), ("ends-at", "9-1-2027 12:00")], in: window.form(with: "was-ends-at"))
        #expect(window.page.status == 200)
        #expect(try street.value("ends_at", of: "gathering", street.gathering) == text("2027-01-09T12:00"))
    }

    @Test("What somebody else wrote meanwhile is shown beside what was typed, and nothing is written until a person chose") func stale() throws {
        let street = try Street()
        let first = try street.scene.window(), second = try street.scene.window()
        let address = "/wijzigen/initiative/\(street.initiative)"
        first.go(address)
        second.go(address)
        let old = try #require(first.form(with: "was-name"))
        second.send([("name", "Soep in Oost"), ("status", "paused"), ("description", "Wij koken op dinsdag.")], in: second.form(with: "was-name"))
        first.send([("name", "Soep in West"), ("area", "West"), ("description", "Samen koken wij op maandag.")], in: old)
        #expect(first.page.status == 409)
        let page = Markup(first.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("Soep in Oost") && page.text.contains("Soep in West") && page.text.contains("U zag: Soep"))
        #expect(try street.value("area", of: "initiative", street.initiative) == .null, "nothing is written")
        let open = try #require(first.form(with: "keus-name"))
        #expect(!open.names.contains("keus-description"), "words that do not touch one another are put together")
        first.send([("keus-name", "mijn")], in: open)
        #expect(first.page.status == 200)
        #expect(try street.value("name", of: "initiative", street.initiative) == text("Soep in West"))
        #expect(try street.value("status", of: "initiative", street.initiative) == text("paused"), "what this form left alone stays as the other wrote it")
        #expect(try street.value("description", of: "initiative", street.initiative) == text("Samen koken wij op dinsdag."))
        // What was chosen counts for what was shown to choose from, and for nothing later.
        first.go(address)
        let older = try #require(first.form(with: "was-name"))
        second.go(address)
        second.send([("name", "Stamppot")], in: second.form(with: "was-name"))
        first.send([("name", "Erwtensoep")], in: older)
        let asked = try #require(first.form(with: "keus-name"))
        second.go(address)
        second.send([("name", "Hutspot")], in: second.form(with: "was-name"))
        first.send([("keus-name", "ander")], in: asked)
        #expect(first.page.status == 409)
        #expect(try street.value("name", of: "initiative", street.initiative) == text("Hutspot"))
    }

    @Test("It goes to the trash from its own form, and comes back") func deleted() throws {
        let street = try Street()
        let window = try street.scene.window()
        window.go("/wijzigen/help_item/\(street.help)")
        window.send([], press: ("doe", "verwijderen"), in: window.form(with: "was-category"))
        #expect(try street.count("help_item") == 0)
        window.send([], press: ("doe", "terug"), in: window.form(with: "stap"))
        #expect(try street.count("help_item") == 1)
        for address in ["/wijzigen/contact/\(street.help)", "/wijzigen/help_item/nergens", "/wijzigen/replica/x", "/wijzigen/help_item", "/wijzigen/sqlite_schema/x"] { #expect(window.go(address).status == 404, "\(address)") }
        #expect(window.post("/wijzigen/contact_moment/\(street.help)", [("doe", "verwijderen")]).status == 404)
    }

    @Test("Text of strangers stays text in every form, and a form that nobody touched changes nothing") func hostile() throws {
        let ids = Shared<[RecordID]>()
        let scene = try PageScene { replica in
            let person = try replica.add(replica.draft(NewPerson(name: "Cor Visser")))
            var records: [RecordID] = []
            for hostile in HostileTextTests.texts {
                func value(_ more: String = "") -> Value { .text(Array((hostile + more).utf8)) }
                try replica.edit { store in
                    _ = try store.add("term", [("name_nl", value()), ("name_en", value())])
                    records.append(try store.add("help_item", [("direction", .text("request")), ("contact", .text(person.key[0])), ("category", value()), ("description", value()), ("area", value()), ("until", value())]))
                    records.append(try store.add("initiative", [("name", value()), ("description", value()), ("lessons", value()), ("adapted_from", value()), ("recurrence_rule", value()), ("status", value())]))
                    records.append(try store.add("gathering", [("starts_at", value()), ("channel", value()), ("time_zone", value())]))
                    records.append(try store.add("organisation", [("name", value()), ("url", value()), ("phone", value()), ("email", value())]))
                    records.append(try store.add("place", [("name", value()), ("street", value()), ("kind", value())]))
                    records.append(try store.add("item", [("label", value()), ("kind", value())]))
                }
            }
            ids.value = records
        }
        let window = try scene.window()
        func stored() throws -> [String] { try scene.list { try $0.store.rows(ids.value ?? []).map { "\($0.id) \($0.values)" } } }
        let before = try stored()
        #expect(before.count == HostileTextTests.texts.count * 6)
        for record in ids.value ?? [] {
            let address = "/wijzigen/\(record.table)/\(record.key[0])"
            let reply = window.go(address)
            #expect(reply.status == 200, "\(address)")
            let page = Markup(reply.body)
            #expect(page.faults == [], "\(address)")
            #expect(page.count("script") == 1 && page.count("img") == 0, "\(address)")
            guard let form = page.forms.first(where: { $0.action == address }) else { Issue.record("\(address) has no form"); continue }
            window.post(form.action, form.fields)
            #expect(Markup(window.page.body).faults == [] && Markup(window.page.body).text.contains("is niets veranderd"), "\(address): \(window.page.status)")
        }
        #expect(try stored() == before)
    }
}
