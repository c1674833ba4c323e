import Community
import CRDT
import Store
import Testing

/// What plain SQL, or a laptop whose people use it, writes and no command would: kept as it came, listed on every laptop alike, and put
/// right by the command that is proposed.
struct WrongValueTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    struct Scene: Sendable {
        let sql: String
        let row: BrokenRule.Row
        let column: String
        /// What is proposed; nil: somebody must say.
        let mended: String?
    }

    static let scenes = [
        Scene(sql: "update initiative set status = 'lopend'", row: .init("initiative", "i"), column: "status", mended: nil),
        Scene(sql: "update initiative set status = 'Gestopt'", row: .init("initiative", "i"), column: "status", mended: "ended"),
        Scene(sql: "update initiative set starts_on = '3-12-2026'", row: .init("initiative", "i"), column: "starts_on", mended: "2026-12-03"),
        Scene(sql: "update initiative set starts_on = '2026-02-31'", row: .init("initiative", "i"), column: "starts_on", mended: nil),
        Scene(sql: "update initiative set starts_on = 'morgen'", row: .init("initiative", "i"), column: "starts_on", mended: nil),
        Scene(sql: "update initiative set recurrence_rule = 'wekelijks'", row: .init("initiative", "i"), column: "recurrence_rule", mended: "FREQ=WEEKLY"),
        Scene(sql: "update contact set active = 'ja'", row: .init("contact", "a"), column: "active", mended: "1"),
        Scene(sql: "update contact set active = 7", row: .init("contact", "a"), column: "active", mended: nil),
        Scene(sql: "update contact set language = 'Turks'", row: .init("contact", "a"), column: "language", mended: "tr"),
        Scene(sql: "insert into organisation (id, name, phone) values ('o', 'De Brug', 'blabla')", row: .init("organisation", "o"), column: "phone", mended: nil),
        Scene(sql: "insert into organisation (id, name, email) values ('o', 'De Brug', 'a@b')", row: .init("organisation", "o"), column: "email", mended: nil),
        Scene(sql: "insert into area (id, name, lat) values ('x', 'Zuid', 520)", row: .init("area", "x"), column: "lat", mended: nil),
        Scene(sql: "insert into gathering (id, starts_at) values ('g', '2026-02-30T18:00')", row: .init("gathering", "g"), column: "starts_at", mended: nil),
        Scene(sql: "insert into gathering (id, starts_at, max_participants) values ('g', '2026-02-03T18:00', -1)", row: .init("gathering", "g"), column: "max_participants", mended: nil),
        Scene(sql: "insert into help_item_skill (help_item, skill) values ('h', 'koken')", row: .init("help_item_skill", "h", "koken"), column: "skill", mended: nil),
    ]

    private func run(_ store: Store, _ statements: String) throws {
        for sql in statements.split(separator: ";") { try store.executeAsClient(String(sql)) }
    }

    @Test(arguments: scenes) func isListedAndPutRight(_ scene: Scene) throws {
        let one = try zuid.store("one", schema: .community), other = try zuid.store("other", schema: .community)
        try run(one, """
            insert into contact (id, given_name) values ('a', 'Zoe');
            insert into initiative (id, name) values ('i', 'Soep');
            insert into help_item (id, direction, contact) values ('h', 'request', 'a')
            """)
        try other.pull(from: one)
        #expect(try one.brokenRules().isEmpty)
        try one.executeAsClient(scene.sql)
        try other.pull(from: one)
        let listed = try one.brokenRules()
        #expect(try other.brokenRules() == listed)
        #expect(listed.map(\.kind) == [.wrongValue] && listed.first?.row == scene.row && listed.first?.column == scene.column)
        if scene.row.key.count == 1 {
            #expect(listed.first?.fixes == [scene.mended.map { .edit(scene.row, column: scene.column, value: $0) } ?? .fill(scene.row, column: scene.column)])
        } else {
            #expect(listed.first?.fixes == [.delete(scene.row)])
        }
        guard let mended = scene.mended else { return }
        let record = RecordID(table: scene.row.table, key: scene.row.key)
        try other.edit(record, [(scene.column, scene.column == "active" ? .integer(1) : .text(mended))])
        #expect(try other.brokenRules().isEmpty)
    }

    @Test("What other programs write in their own way, and is right, is not listed") func isNotListed() throws {
        let store = try zuid.store("one", schema: .community)
        try run(store, """
            insert into contact (id, given_name, language, active) values ('a', 'Zoe', 'pt-BR', 1);
            insert into contact_point (id, contact, type, value, label) values ('p', 'a', 'tel', '06-12345678 (dochter)', 'Bij oma'), ('q', 'a', 'email', 'geen', null);
            insert into gathering (id, starts_at, ends_at) values ('g', '2026-12-03 18:00:00', '2026-12-04');
            insert into contact_moment (id, occurred_at, channel) values ('m', '2026-12-03 18:00:00', 'phone'), ('n', '2026-12-03T18:00:00.000Z', null);
            insert into initiative (id, name, area, starts_on) values ('i', 'Soep', 'ergens', '')
            """)
        #expect(try store.brokenRules() == [])
    }
}
