import CRDT
import Engine
import Foundation
import Page
import Store
import Testing

/// Names and notes come from anybody: a member, a stick. On no page does any of it become more than text.
@Suite struct HostileTextTests {
    static let texts = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus='alert(1)", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
        "javascript:alert(1)", "{{w.save}}{{{content}}}", "%1 %2", "<!--", "]]>", "&lt;b&gt;", "a\u{202E}b", "\u{2066}x", "\u{1}\u{1B}[31m", "\"\u{301} onmouseover=alert(1) x=\"", "<\u{338}script>",
        "x\u{301}\u{301}\u{301}", String(repeating: "w", count: 200), "\u{0627}\u{0644}\u{0633}\u{0644}\u{0627}\u{0645}", "`onload=alert(1)`",
    ]

    /// Every field that the page shows, filled with each of them by plain writes, as another program would.
    @Test func itStaysText() throws {
        let people = Shared<[String]>(), gathering = Shared<String>()
        let scene = try PageScene(list: "Zuid <b>&\"'") { replica in
            let today = ReaderClock.dayText(Int64(Date().timeIntervalSince1970 * 1000))
            var ids: [String] = []
            for (number, text) in HostileTextTests.texts.enumerated() {
                func value(_ more: String = "") -> Value { .text(Array((text + more).utf8)) }
                try replica.edit { store in
                    let contact = try store.add("contact", [
                        ("given_name", value()), ("family_name", value(" \(number)")), ("nickname", value()), ("organisation", value()), ("area", value()), ("language", value()),
                        ("preferred_channel", value()), ("extra_vcard", .text(Array("NOTE:\(text)".utf8))), ("kind", number % 3 == 0 ? value() : .text("individual")),
                    ])
                    ids.append(contact.key[0])
                    let owner = (name: "contact", value: Value.text(Array(contact.key[0].utf8)))
                    for type in ["tel", "email", "url", text] { _ = try store.add("contact_point", [owner, ("type", .text(Array(type.utf8))), ("value", value()), ("label", value())]) }
                    _ = try store.add("address", [owner, ("street", value()), ("number", value()), ("postal_code", value()), ("city", value())])
                    let moment = try store.add("contact_moment", [
                        ("occurred_at", number % 2 == 0 ? value() : .text("2026-11-20T10:00:00+01:00")), ("channel", value()), ("summary", value()), ("concern", value()), ("follow_up_on", .text(Array(today.utf8))),
                    ])
                    _ = try store.add("contact_moment_contact", [("contact_moment", .text(moment.key[0])), ("contact", owner.value)])
                    _ = try store.add("help_item", [owner, ("direction", .text("request")), ("category", value()), ("description", value()), ("status", value())])
                    _ = try store.add("consent", [owner, ("purpose", value()), ("state", .text("withdrawn")), ("how", value())])
                    let initiative = try store.add("initiative", [("name", value())])
                    _ = try store.add("involvement", [owner, ("subject", .text(initiative.key[0])), ("code", value())])
                    let gathering = try store.add("gathering", [("initiative", .text(initiative.key[0])), ("starts_at", .text(Array((today + "T23:30").utf8)))])
                    _ = try store.add("attendance", [("gathering", .text(gathering.key[0])), owner, ("status", value())])
                }
            }
            people.value = ids
            gathering.value = try {
                var found: String?
                try replica.store.list("gathering") { found = $0.id.key[0] }
                return found
            }()
        }
        let window = try scene.window()
        let searches = HostileTextTests.texts.map { "/zoeken?vraag=" + Window.encoded($0) }
        let pages = ["/vandaag", "/vandaag?alle=1", "/uitleg", "/moment", "/tellen/\(gathering.value ?? "")", "/nergens/<b>"] + searches + searches.map { $0 + "&nieuw=1" }
            + (people.value ?? []).flatMap { ["/contact/\($0)", "/contact/\($0)/bewerken", "/moment?wie=\($0)"] }
        for address in pages {
            let reply = window.go(address.replacingOccurrences(of: "<", with: "%3C").replacingOccurrences(of: ">", with: "%3E"))
            #expect([200, 404].contains(reply.status), "\(address): \(reply.status)")
            check(reply.body, address)
        }
        for text in HostileTextTests.texts {
            check(window.post("/zoeken", [("naam", text), ("telefoon", text), ("straat", text), ("postcode", text), ("mail", text), ("briefje", text), ("gebied", text), ("taal", text)]).body, "add \(text)")
            check(window.post("/moment", [("erbij", text), ("hoe", text), ("duur", text), ("duur-anders", text), ("over", text), ("terug", "dag"), ("terug-dag", text), ("wanneer", text), ("door", text)]).body, "log \(text)")
        }
    }

    private func check(_ html: String, _ where: String) {
        let page = Markup(html)
        #expect(page.faults == [], "\(`where`)")
        #expect(page.count("script") == 1, "\(`where`)")
        #expect(page.count("img") == 0, "\(`where`)")
        #expect(html.unicodeScalars.allSatisfy { ($0.value >= 0x20 || $0 == "\n" || $0 == "\t") && !(0x202A...0x202E).contains($0.value) && !(0x2066...0x2069).contains($0.value) }, "\(`where`)")
    }
}
