import Community
import CRDT
import Engine
import Foundation
import Page
import Schema
import Store
import Testing

/// Two laptops with a folder of sticks between them, as people use them: by links and forms alone.
struct StickScene {
    let first: PageScene, second: PageScene
    let coordinator: Window, member: Window
    let sticks: String
    var stick: String { sticks + "/KITH" }
    /// Of Wilhelmina van den Berg.
    let person: String

    init(language: String = "nl") throws {
        sticks = NSTemporaryDirectory() + "kith-sticks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: sticks + "/KITH", withIntermediateDirectories: true)
        let person = Shared<String>()
        first = try PageScene(language: language, variables: ["KITH_STICKS": sticks]) { replica in
            let id = try replica.add(replica.draft(NewPerson(name: "Wilhelmina van den Berg")))
            try replica.edit(id, [("area", .text("Zuid"))])
            person.value = id.key[0]
        }
        second = try PageScene(list: nil, language: language, variables: ["KITH_STICKS": sticks])
        self.person = person.value ?? ""
        coordinator = try first.window()
        member = try second.window()
        member.go("/meedoen/stick")
        member.send([("laptop", "Laptop Jan"), ("map", stick)], press: ("doe", "verzoek"))
        coordinator.go("/apparaten")
        coordinator.send([("map", stick)], press: ("doe", "zoeken"))
        let admit = try #require(Markup(coordinator.page.body).forms.first(where: { $0.names.contains("aanvraag") }) as Form?)
        coordinator.send([], press: ("doe", "toelaten"), in: admit)
        try exchange(coordinator)
        member.go("/meedoen/stick")
        member.send([("map", stick)], press: ("doe", "antwoord"))
        try #require(member.go("/contact/\(person.value ?? "")").status == 200)
    }

    func remove() { try? FileManager.default.removeItem(atPath: sticks) }

    /// Presses the one button, and comes back when the report is there: the work goes on beside.
    func exchange(_ window: Window) throws {
        window.go("/uitwisselen")
        #expect(Markup(window.page.body).faults == [])
        window.send([], press: ("doe", "alles"), in: Markup(window.page.body).forms.first { $0.names.contains("los") })
        try waitFor(window)
    }

    func waitFor(_ window: Window) throws {
        for _ in 0..<600 {
            guard window.page.body.contains("/uitwisselen/stand") else { return }
            Thread.sleep(forTimeInterval: 0.05)
            window.go("/uitwisselen")
        }
        Issue.record("no report within half a minute")
    }

    func set(_ area: String, _ scene: PageScene) throws {
        let id = RecordID(table: "contact", key: [person])
        try scene.list { try $0.edit(id, [("area", .text(Array(area.utf8)))]) }
    }
}

@Suite struct ExchangeJourneyTests {
    @Test func sticksAreReadInAnyOrderWrittenBackAndAConflictIsChosen() throws {
        let scene = try StickScene()
        defer { scene.remove() }
        let (fatima, jan) = (scene.coordinator, scene.member)
        #expect(Markup(fatima.page.body).text.contains("U mag de stick eruit halen"))
        fatima.send([("doe", "gezien")], press: ("naar", "terug"), in: fatima.form(with: "naar"))
        try scene.set("West", scene.first)
        try scene.set("Oost", scene.second)
        // What is no bundle, and half of one, lie on the stick as well.
        try "geen bundel".write(toFile: scene.stick + "/aantekening.kithbundle", atomically: true, encoding: .utf8)
        let ours = try #require(FileManager.default.contents(atPath: scene.stick + "/zuid-laptop-fatima.kithbundle"))
        try ours.prefix(ours.count / 2).write(to: URL(fileURLWithPath: scene.stick + "/half.kithbundle"))

        try scene.exchange(jan)
        let report = Markup(jan.page.body)
        #expect(report.faults == [])
        #expect(report.text.contains("U mag de stick eruit halen"))
        #expect(FileManager.default.fileExists(atPath: scene.stick + "/zuid-laptop-jan.kithbundle"))
        for name in ["aantekening.kithbundle", "half.kithbundle"] { #expect(report.text.contains(name)) }
        #expect(report.text.contains("Dit is geen bestand van Kith."))
        #expect(report.text.contains("Beschadigd, en daarom overgeslagen."))
        // What was wrong is as it was.
        #expect(try String(contentsOfFile: scene.stick + "/aantekening.kithbundle", encoding: .utf8) == "geen bundel")

        // What lies on a stick is looked at beside.
        for _ in 0..<600 {
            fatima.go("/uitwisselen")
            guard Markup(fatima.page.body).text.contains("wordt bekeken") else { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(Markup(fatima.page.body).text.contains("Alleen op deze laptop"))
        #expect(fatima.page.body.contains("Wilhelmina van den Berg"))
        #expect(Markup(fatima.page.body).text.contains("Laptop Jan"))
        try scene.exchange(fatima)
        let came = Markup(fatima.page.body)
        #expect(came.faults == [])
        // The figure, and what it is made of.
        #expect(came.text.contains("te kiezen 1."))
        #expect(came.text.contains("Wilhelmina van den Berg: Gebied"))
        #expect(came.link("Wilhelmina van den Berg") == "/contact/\(scene.person)")
        #expect(!came.text.contains(scene.person))
        // Another window sees the same report until somebody has seen it.
        #expect(try scene.first.window().go("/uitwisselen").body.contains("Uitgewisseld"))
        fatima.send([("doe", "gezien")], press: ("naar", "kiezen"), in: fatima.form(with: "naar"))
        #expect(fatima.address.hasPrefix("/kiezen"))
        let choice = Markup(fatima.page.body)
        #expect(choice.faults == [])
        for word in ["Wilhelmina van den Berg", "Gebied", "West", "Oost", "Laptop Jan", "Deze laptop", "Eerst stond er: Zuid"] { #expect(choice.text.contains(word), "\(word)") }
        #expect(!choice.text.contains(scene.person))

        // A second tab that shows the same is told when the other has chosen.
        let other = try scene.first.window()
        other.go("/kiezen")
        let form = try #require(fatima.form(with: "kies"))
        fatima.send([("keus", "2")], press: ("kies", "1"), in: form)
        #expect(Markup(fatima.page.body).text.contains("Gekozen: Wilhelmina van den Berg, gebied is nu"))
        other.send([("keus", "1")], press: ("kies", "1"), in: other.form(with: "kies"))
        #expect(Markup(other.page.body).text.contains("Hier was niets meer te kiezen."))
        let undo: Form = try #require(Markup(fatima.page.body).forms.first(where: { $0.action == "/stappen" }) as Form?)
        fatima.send([], press: ("doe", "terug"), in: undo)
        #expect(Markup(fatima.page.body).text.contains("Ongedaan gemaakt"))
        jan.go("/uitwisselen")
    }

    @Test func theNewestForAllIsShownFirstAndCanBeTakenBack() throws {
        let scene = try StickScene(language: "en")
        defer { scene.remove() }
        try scene.set("West", scene.first)
        try scene.set("East", scene.second)
        try scene.exchange(scene.member)
        scene.coordinator.send([("doe", "gezien")], press: ("naar", "terug"), in: scene.coordinator.form(with: "naar"))
        try scene.exchange(scene.coordinator)
        let window = scene.coordinator
        window.go("/kiezen/alles")
        let list = Markup(window.page.body)
        #expect(list.faults == [])
        for word in ["Wilhelmina van den Berg", "Area", "East", "West"] { #expect(list.text.contains(word), "\(word)") }
        let stale = window.post("/kiezen", [("doe", "alles"), ("stand", "something else")])
        #expect(stale.status == 409)
        window.go("/kiezen/alles")
        window.send([], press: ("doe", "alles"), in: window.form(with: "stand"))
        #expect(Markup(window.page.body).text.contains("The newest was taken everywhere: 1."))
        #expect(Markup(window.page.body).text.contains("There is nothing to choose."))
        #expect(Markup(window.page.body).faults == [])
        #expect(window.form(with: "kies") == nil)
    }

    @Test func whatIsTypedInsteadIsReadAndRefusedBesideTheField() throws {
        let scene = try StickScene()
        defer { scene.remove() }
        let id = RecordID(table: "contact", key: [scene.person])
        try scene.first.list { try $0.edit(id, [("preferred_channel", .text("phone"))]) }
        try scene.second.list { try $0.edit(id, [("preferred_channel", .text("email"))]) }
        try scene.exchange(scene.member)
        scene.coordinator.send([("doe", "gezien")], press: ("naar", "terug"), in: scene.coordinator.form(with: "naar"))
        try scene.exchange(scene.coordinator)
        let window = scene.coordinator
        window.go("/kiezen")
        let stale = window.send([("stand", "x"), ("keus", "1")], press: ("kies", "1"), in: window.form(with: "kies"))
        #expect(stale.status == 409)
        #expect(Markup(stale.body).faults == [])
        let refused = window.send([("keus", "anders"), ("anders", "rooksignaal")], press: ("kies", "1"), in: window.form(with: "kies"))
        #expect(refused.status == 422)
        #expect(Markup(refused.body).faults == [])
        #expect(refused.body.contains("rooksignaal"))
        window.send([("keus", "anders"), ("anders", "sms")], press: ("kies", "1"), in: window.form(with: "kies"))
        #expect(Markup(window.page.body).text.contains("Gekozen: Wilhelmina van den Berg"))
    }

    @Test func laterComesBackAndBrokenRulesAreLetBeOrPutRight() throws {
        let scene = try PageScene { replica in
            let people = try ["Hans Veen", "Truus Bakker", "Cor Visser"].map { try replica.add(replica.draft(NewPerson(name: $0))) }
            try replica.edit { store in
                let initiative = try store.add("initiative", [("name", .text("Buurtkeuken"))])
                let gathering = try store.add("gathering", [
                    ("initiative", .text(initiative.key[0])), ("starts_at", .text("2026-12-01T18:00")), ("max_participants", .integer(1)),
                ])
                for person in people {
                    _ = try store.add("attendance", [("gathering", .text(gathering.key[0])), ("contact", .text(person.key[0])), ("status", .text("signed_up"))])
                }
            }
        }
        let window = try scene.window()
        window.go("/kiezen")
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("is overboekt: 3 aangemeld, plaats voor 1."))
        let forms = page.forms.filter { $0.names.contains("regel") }
        #expect(forms.count == 2)
        window.send([], press: ("hulp", "0"), in: forms.first)
        #expect(Markup(window.page.body).text.contains("Rechtgezet:"))
        #expect(Markup(window.page.body).text.contains("is overboekt: 2 aangemeld, plaats voor 1."))
        // The same form of a second tab does nothing any more.
        window.send([], press: ("hulp", "0"), in: forms.first)
        #expect(Markup(window.page.body).text.contains("Er is niets geschreven."))
        window.go("/kiezen")
        window.send([], press: ("doe", "laat-zo"), in: Markup(window.page.body).forms.first { $0.names.contains("regel") })
        #expect(Markup(window.page.body).text.contains("Gelaten zoals het is:"))
        #expect(!window.go("/kiezen").body.contains("name=\"regel\""))
    }

    @Test func anEmptyStickIsSeenAndToldOf() throws {
        let sticks = NSTemporaryDirectory() + "kith-sticks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: sticks + "/LEEG", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: sticks) }
        let scene = try PageScene(variables: ["KITH_STICKS": sticks])
        let window = try scene.window()
        window.go("/uitwisselen")
        #expect(Markup(window.page.body).text.contains("Stick gevonden: LEEG"))
        #expect(Markup(window.page.body).text.contains("Er staat niets op van Kith."))
        window.go("/uitwisselen/wegen")
        #expect(window.page["content-type"]?.hasPrefix("text/event-stream") == true)
        #expect(window.page.body.hasPrefix("retry: 2000\n"))
        #expect(window.page.body.contains("data: "))
        #expect(window.go("/uitwisselen/nergens").status == 404)
    }
}

/// What the page reads of a stick, and says of it.
@Suite struct StickWordTests {
    @Test(arguments: ["damaged", "truncated", "malformed", "other-space", "no-key", "newer-format", "not-kith", "no-space", "medium-failed", "not-what-was-written"])
    func noCommandIsNamed(_ code: String) {
        for text in [StickWords.wrong(code: code, "kith bundle import --salvage", .nl), StickWords.wrong(code: code, "kith bundle import --salvage", .en)] {
            #expect(!text.contains("kith "))
            #expect(text.count > 20)
        }
    }

    @Test func everyFieldHasAWord() {
        for table in Schema.community.tables {
            for column in table.columns where !["created_at", "linkage_marks"].contains(column.name) {
                let name = "column" + column.name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
                #expect(PageText.chapters.joined().contains { $0.name == name }, "\(table.name).\(column.name)")
            }
        }
    }
}
