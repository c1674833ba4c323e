import Community
import CRDT
import Foundation
import Store
import Testing

/// What a row was: who wrote what, from what to what, and why what is shown counts.
struct HistoryTests {
    private let zuid: Neighbourhood
    private let zoe = RecordID(table: "person", key: ["zoe"])
    init() throws { zuid = try Neighbourhood() }

    private func lines(_ store: Store) throws -> [String] {
        try store.history(zoe).entries.map { entry in
            let values = "\(entry.from.map { $0.map(HistoryTests.text).joined(separator: " ") } ?? "?") > \(entry.to.map(HistoryTests.text).joined(separator: " "))"
            return [entry.event.rawValue, entry.column.map { "\($0) \(values)" }, entry.author?.label, entry.reason?.rawValue, entry.cause?.rawValue]
                .compactMap { $0 }.joined(separator: " | ")
        }
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .null: "-"
        case .integer(let number): String(number)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        default: "?"
        }
    }

    /// The clock of an edit by SQL is the trigger's, so the order of two edits apart is that of the seconds in between.
    private func pause() { usleep(3_000) }

    @Test func aValueWithItsPast() throws {
        let one = try zuid.store("one")
        try one.executeAsClient("insert into person (id, name, phone) values ('zoe', 'Zoe', '06-1')")
        try one.stamp()
        pause()
        try one.edit(zoe, [("phone", .text("06-2"))])
        try one.stamp()
        pause()
        try one.edit(zoe, [("phone", .text("06-3"))])
        try one.stamp()
        #expect(try lines(one) == [
            "changed | phone 06-2 > 06-3 | one | saw-the-other | edit", "changed | phone 06-1 > 06-2 | one | edit", "made | one",
        ])
        #expect(try one.history(zoe).keptByteCount > 0)
    }

    @Test func whoSawWhom() throws {
        let one = try zuid.store("one"), other = try zuid.store("other")
        try one.executeAsClient("insert into person (id, name, phone, consent) values ('zoe', 'Zoe', '06-1', 'unknown')")
        try other.pull(from: one)
        pause()
        try other.edit(zoe, [("phone", .text("06-2"))])
        try one.pull(from: other)
        let told = try one.history(zoe).entries
        #expect(try lines(one) == ["changed | phone 06-1 > 06-2 | other | saw-the-other | merge", "made | one"])
        #expect(told[0].seen == ["one"])
        // Apart: the later clock counts, and the safest state.
        pause()
        try one.edit(zoe, [("phone", .text("06-3")), ("consent", .text("refused"))])
        try one.stamp()
        pause()
        try other.edit(zoe, [("phone", .text("06-4")), ("consent", .text("given"))])
        try one.meet(other)
        for store in [one, other] {
            let lines = try lines(store)
            #expect(lines.contains { $0.hasPrefix("changed | phone") && $0.contains("06-4 | other | later-clock") }, "\(lines)")
            #expect(lines.contains("beside | phone 06-3 > 06-3 | one"), "\(lines)")
            #expect(lines.contains { $0.hasPrefix("changed | consent") && $0.contains("refused | one | safest-state") }, "\(lines)")
            #expect(lines.contains("beside | consent given > given | other"), "\(lines)")
        }
    }

    @Test func deletedAndPutBack() throws {
        let one = try zuid.store("one"), other = try zuid.store("other")
        try one.executeAsClient("insert into person (id, name) values ('zoe', 'Zoe')")
        try other.pull(from: one)
        pause()
        try one.delete(zoe)
        try one.stamp()
        pause()
        try other.edit(zoe, [("phone", .text("06-2"))])
        try one.meet(other)
        #expect(try lines(one).contains { $0.hasPrefix("deleted") && $0.contains("edit-beats-delete") })
        #expect(try !one.history(zoe).isDeleted)
        try one.delete(zoe)
        try one.stamp()
        #expect(try one.history(zoe).isDeleted)
        #expect(try lines(one).contains { $0.hasPrefix("deleted | one") })
    }

    @Test func erasureTakesItAll() throws {
        let one = try zuid.store("one", schema: .community)
        let ali = RecordID(table: "contact", key: ["ali"])
        try one.executeAsClient("insert into contact (id, given_name, nickname) values ('ali', 'Ali', 'Geheimpje')")
        try one.stamp()
        try one.edit(ali, [("nickname", .text("Ander"))])
        try one.stamp()
        #expect(try one.history(ali).keptByteCount > 0)
        _ = try one.erase([ErasedRecord(ali)])
        #expect(throws: StoreError(.erased, "contact")) { try one.history(ali) }
        let client = try Client(one.path)
        #expect(try client.text("select count(*) from kith_replaced where instr(before, cast('Geheimpje' as blob)) > 0") == "0")
        #expect(throws: StoreError(.notFound, "contact")) { try one.history(RecordID(table: "contact", key: ["nobody"])) }
    }

    @Test func whatIsOlderThanThirtyDaysIsNotTold() throws {
        let one = try zuid.store("one")
        try one.executeAsClient("insert into person (id, name, phone) values ('zoe', 'Zoe', '06-1')")
        try one.stamp()
        pause()
        try one.edit(zoe, [("phone", .text("06-2"))])
        try one.stamp()
        zuid.clock.offset = 31 * 86_400_000
        #expect(try lines(one) == ["changed | phone ? > 06-2 | one", "made | one"])
        #expect(try one.history(zoe).keptByteCount == 0)
    }
}
