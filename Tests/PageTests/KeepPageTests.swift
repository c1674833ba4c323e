import CRDT
import Device
import Engine
import Foundation
import Page
import Store
import Testing

/// What a coordinator does by the page for the list to stand firm: roles, relays, codes that a camera reads, and the recovery paper.
@Suite struct RolePageTests {
    /// The form of a laptop that says another role.
    private func roleForm(_ window: Window, of label: String) throws -> Form {
        window.go("/apparaten")
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        let id = try #require(page.forms.first { $0.names.contains("nieuw") && $0.fields.contains { $0 == ("nieuw", label) } }?.fields.first { $0.0 == "laptop" }?.1)
        return try #require(page.forms.first { $0.names.contains("nieuwe-rol") && $0.fields.contains { $0 == ("laptop", id) } })
    }

    private func role(of label: String, _ scene: PageScene) throws -> (role: String, collections: [String]) {
        try scene.list { replica in try replica.deviceEntries().first { $0.label == label }.map { ("\($0.role)", $0.collections) } } ?? ("", [])
    }

    @Test("A laptop gets another role; an older form, and the last coordinator's own, change nothing") func roles() throws {
        let scene = try StickScene()
        defer { scene.remove() }
        let window = scene.coordinator
        #expect(try role(of: "Laptop Jan", scene.first).role == "member")
        let old = try roleForm(window, of: "Laptop Jan")
        // The only coordinator stays one.
        window.send([("nieuwe-rol", "2")], press: ("doe", "rol"), in: try roleForm(window, of: "Laptop Fatima"))
        #expect(window.page.status == 422 && Markup(window.page.body).faults == [])
        #expect(try role(of: "Laptop Fatima", scene.first).role == "coordinator")
        // A reader of the guide alone.
        let reader = try #require(roleForm(window, of: "Laptop Jan") as Form?)
        let codes = Dictionary(uniqueKeysWithValues: try rolesByName(window))
        window.send([("nieuwe-rol", try #require(codes["meelezer"])), ("alleen-gids", "1")], press: ("doe", "rol"), in: reader)
        #expect(Markup(window.page.body).text.contains("Laptop Jan is nu: meelezer"), "\(Markup(window.page.body).text)")
        #expect(try role(of: "Laptop Jan", scene.first) == ("reader", ["directory"]))
        // Somebody whose window is older.
        window.send([("nieuwe-rol", try #require(codes["coördinator"]))], press: ("doe", "rol"), in: old)
        #expect(window.page.status == 409 && Markup(window.page.body).text.contains("Intussen veranderde iemand dit: Laptop Jan is nu meelezer"))
        #expect(try role(of: "Laptop Jan", scene.first).role == "reader")
        // Who admits others reads all.
        window.send([("nieuwe-rol", try #require(codes["coördinator"])), ("alleen-gids", "1")], press: ("doe", "rol"), in: try roleForm(window, of: "Laptop Jan"))
        #expect(window.page.status == 422)
        let whole = try roleForm(window, of: "Laptop Jan")
        window.post(whole.action, whole.fields.filter { !["alleen-gids", "nieuwe-rol"].contains($0.0) } + [("nieuwe-rol", try #require(codes["coördinator"])), ("doe", "rol")])
        #expect(try role(of: "Laptop Jan", scene.first) == ("coordinator", ["directory", "people"]) || role(of: "Laptop Jan", scene.first) == ("coordinator", ["people", "directory"]))
        // What is no role is none.
        for code in ["4", "5", "0", "9", "x", ""] {
            let form = try roleForm(window, of: "Laptop Jan")
            #expect(window.post(form.action, form.fields.filter { $0.0 != "nieuwe-rol" } + [("nieuwe-rol", code), ("doe", "rol")]).status == 404, "\(code)")
        }
        // A member has no such form, and a form that he makes himself does nothing.
        let member = scene.member.go("/apparaten").body.contains("nieuwe-rol")
        #expect(!member)
    }

    private func rolesByName(_ window: Window) throws -> [(String, String)] {
        let page = Markup(window.page.body)
        guard let start = page.tags.firstIndex(where: { $0.attributes["name"] == "nieuwe-rol" }) else { return [] }
        return page.tags[start...].filter { $0.attributes["name"] == "nieuwe-rol" }.prefix(3).map { ($0.text.trimmingCharacters(in: .whitespaces), $0.attributes["value"] ?? "") }
    }

    @Test("The code of an invitation stands there as a picture too, and joins when it is pasted whole") func picture() throws {
        let scene = try PageScene()
        let window = try scene.window()
        window.go("/apparaten")
        window.send([], press: ("doe", "uitnodigen"), in: window.form(with: "rol"))
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        let svg = try #require(page.tags.first { $0.name == "svg" && $0.attributes["role"] == "img" })
        let side = try #require(Int(svg.attributes["viewbox"]?.split(separator: " ").last ?? ""))
        let path = try #require(page.tags.first { $0.attributes["d"]?.hasPrefix("M4 4h7v1h-7z") == true }?.attributes["d"])
        // A finder of seven squares in three corners, within four light ones.
        #expect(side > 25 && path.contains("M\(side - 11) 4h7v1h-7z") && path.contains("M4 \(side - 5)h7v1h-7z"))
        let letters = page.tags.filter { $0.name == "small" && $0.isEnd }.map(\.text).joined().filter { !$0.isWhitespace }
        let address = try #require(page.text.firstMatch(of: /Adres: ([0-9.]+:[0-9]+)/)).1
        let other = try PageScene(list: nil)
        let joining = try other.window()
        joining.go("/meedoen")
        let port = address.split(separator: ":")[1]
        joining.send([("laptop", "Laptop Jan"), ("g1", "\(letters)@127.0.0.1:\(port)")])
        #expect(Markup(joining.page.body).text.contains("U doet mee met Zuid."), "\(letters) \(Markup(joining.page.body).text)")
    }

    @Test("A relay is admitted by its request, added by its address, and taken off; what is no relay is said beside the field") func relays() throws {
        let scene = try PageScene()
        let stick = scene.folder + "/stick"
        try FileManager.default.createDirectory(atPath: stick, withIntermediateDirectories: true)
        let other = try PageScene(list: nil)
        let relay = try RequestFile.write(to: stick + "/server.kithrequest", label: "Server <b>Zuid", other.environment)
        let window = try scene.window()
        window.go("/doorgeefservers")
        #expect(Markup(window.page.body).faults == [])
        let address = "127.0.0.1:7400#\(relay.spoken)"
        for (typed, word) in [("", "Vul dit nog in"), ("nergens", "geen adres van een doorgeefserver"), ("127.0.0.1:7400", "geen adres"), ("127.0.0.1:99999#\(relay.spoken)", "geen adres"), ("<b>\"'#x", "geen adres"), (address, "kent geen doorgeefserver")] {
            window.send([("adres", typed)], press: ("doe", "erbij"))
            #expect(window.page.status == 422 && Markup(window.page.body).faults == [] && Markup(window.page.body).text.contains(word), "\(typed): \(Markup(window.page.body).text)")
        }
        window.go("/apparaten")
        window.send([("map", stick)], press: ("doe", "zoeken"))
        let admit = try #require(Markup(window.page.body).forms.first { $0.names.contains("aanvraag") })
        let relayRole = try #require(Markup(window.page.body).tags.last { $0.attributes["name"] == "rol" }?.attributes["value"])
        window.send([("rol", relayRole)], press: ("doe", "toelaten"), in: admit)
        #expect(try scene.list { try $0.deviceEntries().contains { "\($0.role)" == "relay" && $0.label == "Server <b>Zuid" } })
        window.go("/doorgeefservers")
        window.send([("adres", address)], press: ("doe", "erbij"))
        #expect(Markup(window.page.body).text.contains("Server <b>Zuid is toegevoegd") && Markup(window.page.body).faults == [], "\(Markup(window.page.body).text)")
        #expect(try scene.list { try $0.relayEntries().map(\.address.text) } == ["127.0.0.1:7400"])
        #expect(window.go("/uitwisselen").body.contains("Server &lt;b&gt;Zuid"))
        window.go("/doorgeefservers")
        let form = try #require(window.form(with: "welke"))
        window.send([], press: ("doe", "eraf"), in: form)
        #expect(Markup(window.page.body).text.contains("staat niet meer op de lijst van deze laptop"))
        #expect(try scene.list { try $0.relayEntries().isEmpty })
        // Pressed in an older window: it is gone already.
        #expect(window.post(form.action, form.fields + [("doe", "eraf")]).status == 200)
    }

    @Test("The words of the recovery paper make a member's laptop a coordinator, and wrong ones nothing") func words() throws {
        let scene = try StickScene()
        defer { scene.remove() }
        scene.coordinator.go("/bewaren")
        scene.coordinator.send([], press: ("doe", "papier"))
        let paper = Markup(scene.coordinator.page.body)
        #expect(paper.faults == [] && paper.tags.contains { $0.name == "svg" && $0.attributes["role"] == "img" })
        let words = paper.tags.filter { $0.name == "li" && !$0.isEnd && $0.attributes["lang"] == "en" }.map { $0.text.trimmingCharacters(in: .whitespaces) }
        #expect(words.count == 24)
        try scene.exchange(scene.coordinator)
        try scene.exchange(scene.member)
        scene.member.go("/bewaren")
        #expect(Markup(scene.member.page.body).faults == [])
        for typed in ["", "een twee drie", words.reversed().joined(separator: " "), "<script>"] {
            scene.member.send([("woorden", typed)], press: ("doe", "woorden"))
            #expect(scene.member.page.status == 422 && Markup(scene.member.page.body).faults == [], "\(typed)")
        }
        #expect(try scene.second.list { try $0.memberStatus().role } != .coordinator)
        scene.member.send([("woorden", words.joined(separator: "\n").uppercased())], press: ("doe", "woorden"))
        #expect(scene.member.page.status == 200 && Markup(scene.member.page.body).text.contains("Deze laptop is nu coördinator."), "\(Markup(scene.member.page.body).text)")
        #expect(try scene.second.list { try $0.memberStatus().role } == .coordinator)
    }
}

/// A passphrase by the page: set, changed, taken away, and never shown.
@Suite struct PassphrasePageTests {
    @Test func itIsSetChangedAndTakenAway() throws {
        let scene = try PageScene()
        let window = try scene.window()
        #expect(window.go("/instellingen").body.contains("href=\"/wachtzin\""))
        window.go("/wachtzin")
        #expect(Markup(window.page.body).faults == [])
        #expect(window.form(with: "oud") == nil)
        for (first, second) in [("", ""), ("twaalf", "dertien"), ("twaalf", ""), ("a\u{7}b", "a\u{7}b"), ("twaalf", "twaalf ")] {
            window.send([("nieuw", first), ("nogmaals", second)], press: ("doe", "zet"))
            #expect(window.page.status == 422 && Markup(window.page.body).text.contains("Er is niets veranderd"), "\(first) \(second)")
            #expect(try !DeviceFile.isLocked(scene.environment))
        }
        window.send([("nieuw", " twaalf \"fietsen\" "), ("nogmaals", " twaalf \"fietsen\" ")], press: ("doe", "zet"))
        #expect(window.page.status == 200 && Markup(window.page.body).text.contains("zitten nu achter de wachtzin"))
        #expect(!window.page.body.contains("fietsen"), "what was typed is shown to nobody")
        #expect(try DeviceFile.isLocked(scene.environment))
        // Whoever typed it goes on; another is asked.
        #expect(window.go("/apparaten").body.contains("Laptop Fatima"))
        window.go("/wachtzin")
        window.send([], press: ("doe", "dicht"), in: Markup(window.page.body).forms.first { $0.action == "/slot" })
        #expect(window.go("/wachtzin").body.contains("Kith is op slot"))
        // With the door shut no form changes it.
        #expect(window.post("/wachtzin", [("doe", "weg"), ("oud", " twaalf \"fietsen\" ")]).body.contains("Kith is op slot"))
        #expect(try DeviceFile.isLocked(scene.environment))
        window.go("/slot")
        window.send([("wachtzin", " twaalf \"fietsen\" ")])
        window.go("/wachtzin")
        for old in ["", "twaalf", "twaalf \"fietsen\""] {
            window.send([("oud", old), ("nieuw", "zomer"), ("nogmaals", "zomer")], press: ("doe", "zet"), in: window.form(with: "nieuw"))
            #expect(window.page.status == 422 && Markup(window.page.body).text.contains("niet de wachtzin van nu"), "\(old)")
            window.send([("oud", old)], press: ("doe", "weg"), in: Markup(window.page.body).forms.last { $0.names.contains("oud") })
            #expect(window.page.status == 422 && Markup(window.page.body).faults == [], "\(old)")
        }
        window.send([("oud", " twaalf \"fietsen\" "), ("nieuw", "zomer"), ("nogmaals", "zomer")], press: ("doe", "zet"), in: window.form(with: "nieuw"))
        #expect(window.page.status == 200)
        #expect(throws: DeviceError.self) { try DeviceFile.load(EngineEnvironment(variables: scene.environment.variables, nowMilliseconds: scene.environment.nowMilliseconds, nonce: scene.environment.nonce, passphrase: { " twaalf \"fietsen\" " })) }
        window.go("/wachtzin")
        window.send([("oud", "zomer")], press: ("doe", "weg"), in: Markup(window.page.body).forms.last { $0.names.contains("oud") })
        #expect(Markup(window.page.body).text.contains("hebben geen wachtzin meer"))
        #expect(try !DeviceFile.isLocked(scene.environment))
        #expect(window.go("/vandaag").status == 200)
    }
}

/// What is kept longer than needed: seen with its reason, put into the trash as one step, and back.
@Suite struct TermsPageTests {
    @Test func whatIsTooOldGoesAsOneStep() throws {
        let ids = Shared<[String]>()
        let scene = try PageScene { replica in
            func text(_ text: String) -> Value { .text(Array(text.utf8)) }
            let person = try replica.add(replica.draft(NewPerson(name: "Cor <b>Visser")))
            try replica.edit { store in
                var made: [RecordID] = [person]
                for number in 0..<3 {
                    made.append(try store.add("help_item", [
                        ("direction", text("request")), ("contact", text(person.key[0])), ("category", text("groceries")), ("status", text("fulfilled")),
                        ("until", text("2024-0\(number + 1)-01")), ("created_at", text("2024-01-01T10:00:00.000Z")),
                    ]))
                }
                _ = try store.add("help_item", [("direction", text("request")), ("contact", text(person.key[0])), ("category", text("lift"))])
                ids.value = made.map { $0.key[0] }
            }
            try replica.edit { try $0.recordConsent(person, purpose: "newsletter", isGiven: true, how: "spoken", validUntil: "2025-01-31", at: "2024-01-31T10:00:00Z") }
        }
        let window = try scene.window()
        #expect(window.go("/instellingen").body.contains("href=\"/bewaartermijnen\""))
        window.go("/bewaartermijnen")
        for _ in 0..<600 {
            guard window.page.body.contains("/bewaartermijnen/stand") else { break }
            #expect(Markup(window.page.body).faults == [])
            Thread.sleep(forTimeInterval: 0.05)
            window.go("/bewaartermijnen")
        }
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("Cor <b>Visser") && page.text.contains("een half jaar om op terug te komen") && page.text.contains("de toestemming is verlopen"), "\(page.text)")
        let marks = page.tags.filter { $0.attributes["name"] == "kies" }.compactMap { $0.attributes["value"] }
        #expect(marks.count == 3, "consent that ran out is asked again, not thrown away: \(marks)")
        let form = try #require(window.form(with: "kies"))
        func count() throws -> Int { Int(try scene.list { try $0.store.count("help_item") }) }
        // Nothing chosen, and what is not past its term.
        window.post(form.action, [("doe", "weg")])
        #expect(window.page.status == 422 && Markup(window.page.body).text.contains("Kies eerst wat weg mag"))
        for forged in ["contact/\((ids.value ?? [""])[0])/2020-01-01", "help_item/nergens/2024-01-01", "help_item", "<b>", marks[0] + "0"] {
            window.post(form.action, [("kies", marks[0]), ("kies", forged), ("doe", "weg")])
            #expect(window.page.status == 409 && Markup(window.page.body).faults == [], "\(forged)")
        }
        #expect(try count() == 4)
        window.post(form.action, [("kies", marks[0]), ("kies", marks[1]), ("doe", "weg")])
        #expect(Markup(window.page.body).text.contains("In de prullenbak gelegd: 2 "), "\(Markup(window.page.body).text)")
        #expect(try count() == 2)
        window.send([], press: ("doe", "terug"), in: window.form(with: "stap"))
        #expect(try count() == 4)
        // An older window: one of both is in use again since it was shown.
        let record = RecordID(table: "help_item", key: [(ids.value ?? [])[1]])
        try scene.list { try $0.edit(record, [("until", .text(Array("2099-01-01".utf8))), ("status", .text(Array("open".utf8)))]) }
        window.post(form.action, marks.map { ("kies", $0) } + [("doe", "weg")])
        #expect(window.page.status == 409 && Markup(window.page.body).text.contains("Intussen veranderde er iets"))
        #expect(try count() == 4)
    }
}

/// A backup by the page, and back.
@Suite struct RestorePageTests {
    private func scene(_ list: String = "Zuid") throws -> (PageScene, stick: String) {
        let sticks = NSTemporaryDirectory() + "kith-sticks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: sticks + "/KITH", withIntermediateDirectories: true)
        return (try PageScene(list: list, variables: ["KITH_STICKS": sticks]) { _ = try $0.add($0.draft(NewPerson(name: "Cor Visser"))) }, sticks + "/KITH")
    }

    private func names(_ scene: PageScene) throws -> [String] {
        var names: [String] = []
        try scene.list { try $0.store.list("contact") { names.append(displayName(of: $0)) } }
        return names.sorted()
    }

    @Test("A backup takes the place of the list, which keeps another name; what was wrong changes nothing") func thereAndBack() throws {
        let (scene, stick) = try scene()
        defer { try? FileManager.default.removeItem(atPath: (stick as NSString).deletingLastPathComponent) }
        let window = try scene.window()
        window.go("/bewaren")
        #expect(Markup(window.page.body).text.contains("nog geen gemaakt"))
        window.send([("map", stick)], press: ("doe", "kopie"))
        #expect(Markup(window.page.body).text.contains("De reservekopie staat op de stick") && Markup(window.page.body).text.contains("De laatste is van vandaag"))
        let copy = try #require(try FileManager.default.contentsOfDirectory(atPath: stick).first { $0.hasSuffix(".kithbackup") })
        let bytes = try #require(FileManager.default.contents(atPath: stick + "/" + copy))
        _ = try scene.list { try $0.add($0.draft(NewPerson(name: "Zoë van der Meer"))) }
        #expect(try names(scene).count == 2)

        try "geen lijst".write(toFile: stick + "/oud.kithbackup", atomically: true, encoding: .utf8)
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: stick + "/half.kithbackup"))
        let (foreign, other) = try self.scene("Noord")
        defer { try? FileManager.default.removeItem(atPath: (other as NSString).deletingLastPathComponent) }
        _ = try foreign.list { try $0.backup(to: stick + "/noord.kithbackup") }
        window.go("/terugzetten")
        #expect(Markup(window.page.body).faults == [])
        #expect(window.page.body.contains(copy) && window.page.body.contains("half.kithbackup"))
        let form = try #require(window.form(with: "bestand"))
        func send(_ file: String, _ more: [(String, String)] = [("mag", "1")]) -> Markup {
            window.post(form.action, [("bestand", file)] + more)
            return Markup(window.page.body)
        }
        // Without the tick; and files that are none, or another's.
        #expect(send(stick + "/" + copy, []).text.contains("Zet het vinkje als dat mag"))
        for file in ["", "/dev/zero", stick, stick + "/weg.kithbackup", stick + "/oud.kithbackup", stick + "/half.kithbackup", stick + "/noord.kithbackup", "<b>\""] {
            let page = send(file)
            #expect(window.page.status == 422 && page.faults == [], "\(file): \(window.page.status) \(page.text)")
            #expect(page.tags.contains { $0.attributes["id"] == "bestand-fout" }, "\(file)")
            #expect(try names(scene) == ["Cor Visser", "Zoë van der Meer"], "\(file)")
        }
        #expect(window.go("/zoeken?vraag=" + Window.encoded("zoë")).body.contains("Meer"))
        let page = send(stick + "/" + copy)
        #expect(window.page.status == 200 && page.text.contains("Zuid is teruggezet. De vorige lijst heet nu"), "\(page.text)")
        #expect(try names(scene) == ["Cor Visser"])
        #expect(window.go("/vandaag").status == 200 && window.go("/apparaten").body.contains("Laptop Fatima"))
        // The list goes on: it is written to, and what was set aside still lies there.
        window.go("/zoeken?nieuw=1")
        window.send([("naam", "Henk Bakker")])
        #expect(try names(scene) == ["Cor Visser", "Henk Bakker"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.folder + "/kith").contains { $0.contains(".before-restore-") })
        #expect(FileManager.default.contents(atPath: stick + "/" + copy) == bytes, "the backup is as it was")
    }

    @Test("Where the list is damaged the page says so, and a backup takes its place") func damaged() throws {
        let (scene, stick) = try scene()
        defer { try? FileManager.default.removeItem(atPath: (stick as NSString).deletingLastPathComponent) }
        let copy = stick + "/zuid.kithbackup"
        let path = try scene.list { replica in
            _ = try replica.backup(to: copy)
            return replica.path
        }
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.write(contentsOf: Data(repeating: 0x55, count: 64 << 10))
        try handle.close()
        let window = try scene.window()
        window.go("/vandaag")
        #expect(window.page.status == 500 && Markup(window.page.body).link("Een reservekopie terugzetten") == "/terugzetten", "\(Markup(window.page.body).text)")
        window.go("/terugzetten")
        #expect(Markup(window.page.body).faults == [])
        window.send([("bestand", copy), ("mag", "1")], in: window.form(with: "bestand"))
        #expect(Markup(window.page.body).text.contains("is teruggezet"), "\(Markup(window.page.body).text)")
        #expect(try names(scene) == ["Cor Visser"])
    }
}
