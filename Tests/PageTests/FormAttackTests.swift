import CRDT
import Device
import Engine
import Foundation
import Page
import Store
import Testing

/// Every form that changes what stands there, sent as it would be by another site, another user of the machine, or a member who may not.
@Suite struct FormAttackTests {
    /// Each is a form that works when a window of ours sends it: `HELP`, `COPY` and `JAN` stand for what it is about.
    private static let forms: [(path: String, body: String)] = [
        ("/wijzigen/help_item/HELP", "doe=verwijderen"), ("/wijzigen/help_item/HELP", "was-area=&area=West"), ("/wachtzin", "doe=zet&nieuw=zomer&nogmaals=zomer"), ("/wachtzin", "doe=weg"),
        ("/bewaartermijnen", "doe=weg&kies=help_item/HELP/2024-01-01"), ("/doorgeefservers", "doe=erbij&adres=127.0.0.1:1%23x"), ("/terugzetten", "bestand=COPY&mag=1"),
        ("/bellijst/invullen", "hoe=phone&wie=JAN&gebeld-JAN=1"), ("/bewaren", "doe=papier"), ("/bewaren", "doe=woorden&woorden=x"), ("/apparaten", "doe=uitnodigen&rol=2"),
    ]

    /// What a request says of where it comes from, and whether the cookie comes along.
    private static let strangers: [(name: String, headers: String, hasCookie: Bool)] = [
        ("another site", "Sec-Fetch-Site: cross-site\r\nOrigin: http://evil.example\r\n", true), ("another port", "Sec-Fetch-Site: same-site\r\nOrigin: http://127.0.0.1:1\r\n", true),
        ("nobody who says so", "", true), ("an opaque origin", "Origin: null\r\n", true), ("another user of the machine", "Sec-Fetch-Site: same-origin\r\n", false),
    ]

    @Test func noStrangerSendsAny() throws {
        let ids = Shared<[String]>()
        let scene = try PageScene { replica in
            let person = try replica.add(replica.draft(NewPerson(name: "Cor Visser")))
            let help = try replica.edit {
                try $0.add("help_item", [
                    ("direction", .text("request")), ("contact", .text(person.key[0])), ("category", .text("lift")), ("status", .text("fulfilled")), ("until", .text("2024-01-01")),
                    ("created_at", .text("2023-01-01T10:00:00.000Z")),
                ])
            }
            ids.value = [person.key[0], help.key[0]]
        }
        let copy = scene.folder + "/zuid.kithbackup"
        try scene.list { _ = try $0.backup(to: copy) }
        let window = try scene.window()
        func filled(_ text: String) -> String {
            text.replacingOccurrences(of: "HELP", with: ids.value?[1] ?? "").replacingOccurrences(of: "JAN", with: ids.value?[0] ?? "").replacingOccurrences(of: "COPY", with: copy)
        }
        func send(_ path: String, _ body: String, _ headers: String, _ cookie: String?) -> Reply? {
            Wire.exchange(scene.port, "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(scene.port)\r\n" + (cookie.map { "Cookie: \($0)\r\n" } ?? "") + headers
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        }
        func stands() throws -> [String] {
            try scene.list { replica in
                let store = replica.store
                return ["\(try store.count("contact")) \(try store.count("help_item")) \(try store.count("contact_moment")) \(try store.lastStep() ?? 0)", "\(try replica.invites().count)", "\(try replica.memberStatus().hasRecoveryKey)"]
                    + (try store.rows([RecordID(table: "help_item", key: [ids.value?[1] ?? ""])]).map { "\($0.values)" })
            } + ["\(DeviceFile.isLocked(scene.environment))"] + FileManager.default.subpathsOfDirectory(atPath: scene.folder).filter { $0.contains("before-restore") }
        }
        let before = try stands()
        for (path, body) in FormAttackTests.forms {
            for stranger in FormAttackTests.strangers {
                #expect(send(filled(path), filled(body), stranger.headers, stranger.hasCookie ? window.cookie : nil)?.status == 403, "\(path) \(body) of \(stranger.name)")
            }
            // What asks is no form.
            #expect([200, 404].contains(window.go(filled(path) + "?" + filled(body)).status), "\(path)")
        }
        #expect(try stands() == before)
        // The same forms work in a window of ours: what was refused was refused for where it came from.
        #expect(send(filled(FormAttackTests.forms[1].path), FormAttackTests.forms[1].body, "Sec-Fetch-Site: same-origin\r\n", window.cookie)?.status == 303)
        #expect(try stands() != before)
    }

    @Test("A member who sends a coordinator's forms by hand changes nothing") func aMemberMayNot() throws {
        let scene = try StickScene()
        defer { scene.remove() }
        let roles = { try scene.second.list { try $0.deviceEntries().map { "\($0.label) \($0.role) \($0.collections) \($0.isRemoved)" }.sorted() } }
        let before = try roles()
        let (own, other) = try scene.second.list { replica in
            let entries = try replica.deviceEntries()
            return (entries.first(where: \.isOwn)?.id.description ?? "", entries.first { !$0.isOwn }?.id.description ?? "")
        }
        for (laptop, was) in [(own, "2"), (other, "1")] {
            for role in ["1", "2", "3"] {
                for gids in ["directory,people", "people,directory"] {
                    let reply = scene.member.post("/apparaten", [("laptop", laptop), ("was-rol", was), ("was-gids", gids), ("nieuwe-rol", role), ("doe", "rol")])
                    #expect(reply.status != 200 || !Markup(reply.body).text.contains("is nu:"), "\(role)")
                }
            }
        }
        scene.member.post("/bewaren", [("doe", "papier")])
        scene.member.post("/apparaten", [("doe", "uitnodigen"), ("rol", "1")])
        #expect(try roles() == before)
        #expect(try scene.second.list { try !$0.memberStatus().hasRecoveryKey && $0.invites().isEmpty })
    }
}
