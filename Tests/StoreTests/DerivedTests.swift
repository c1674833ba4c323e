import Community
import CRDT
import Foundation
import Store
import Testing

/// Contacts are compared by their letters: enough to tell whether the store follows what has changed.
private struct TestRules: ContactComparing {
    var version = 1

    func traits(of rows: ContactRows) -> [UInt8] {
        let texts = [rows.contact["given_name"] ?? "", rows.contact["family_name"] ?? ""] + rows.points.map(\.value).sorted()
            + rows.addresses.map { $0["postal_code"] ?? "" }.sorted()
        return Array(texts.joined(separator: "|").utf8)
    }

    /// A key for each text. Three contacts may share one.
    func keys(of traits: [UInt8]) -> [Int64] {
        Set(traits.split(separator: UInt8(ascii: "|")).map { $0.reduce(Int64(7)) { $0 &* 31 &+ Int64($1) } }).sorted()
    }

    func limit(ofKey key: Int64) -> Int { 3 }

    func compared(_ traits: [UInt8]) -> [UInt8] { traits }
    func compare(_ a: [UInt8], _ b: [UInt8], isCrowded: @escaping (Int64) -> Bool) -> (score: Int, isVeryLikely: Bool)? {
        let shared = Set(keys(of: a)).intersection(keys(of: b)).filter { !isCrowded($0) }
        return shared.isEmpty ? nil : (shared.count, shared.count > 1)
    }
}

private struct TestReading: SearchReading {
    var version = 1
    let tables = ["initiative", "note"]
    func words(of contact: ContactRows) -> String {
        ([contact.contact["given_name"], contact.contact["family_name"]].compactMap { $0 } + contact.points.map(\.value))
            .joined(separator: " ")
    }
    func details(of contact: ContactRows) -> [String] { contact.points.map(\.value) }
    func words(of texts: [String]) -> String { texts.joined(separator: " ") }
}

/// What is derived follows the rows, whoever changes them and in whatever way; and goes with whom is erased.
@Suite struct DerivedTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: .community)
        jan = try zuid.store("jan", schema: .community)
    }

    private func found(_ words: String..., in store: Store) throws -> [String] {
        try store.stamp(acceptingMassChange: true)
        return try store.find(words, limit: 100, TestReading()).map(\.text)
    }

    /// The same by a replica that never asked before.
    private func fromNothing(_ store: Store) throws -> [CandidatePair] {
        try store.forgetDerived()
        return try store.candidates(TestRules())
    }

    @Test("A row is found by the beginnings of its words, an edit and a deletion are followed, an SQL client's too")
    func following() throws {
        let client = try Client(zuid.path("fatima"))
        try client.run("insert into contact (id, given_name, family_name) values ('a', 'Zoë', 'Berg'), ('b', 'Bram', 'Bergman')")
        try client.run("insert into contact_point (id, contact, type, value) values ('p', 'a', 'tel', '0600000001')")
        #expect(try found("zoe", in: fatima) == ["a"])
        #expect(try Set(found("ber", in: fatima)) == ["a", "b"])
        #expect(try found("berg", in: fatima) == ["a", "b"], "whole words first")
        #expect(try found("06000", in: fatima) == ["a"])
        #expect(try found("ber", "bra", in: fatima) == ["b"])

        try client.run("update contact set given_name = 'Noor' where id = 'a'; delete from contact where id = 'b'")
        try client.run("update contact_point set value = '0600000002' where id = 'p'")
        #expect(try found("zoe", in: fatima).isEmpty)
        #expect(try found("ber", in: fatima) == ["a"])
        #expect(try found("0600000001", in: fatima).isEmpty)
        #expect(try found("0600000002", in: fatima) == ["a"])

        try jan.pull(from: fatima)
        #expect(try found("noor", in: jan) == ["a"])
        try jan.edit(RecordID(table: "contact", key: ["a"]), [("given_name", .text("Amina"))])
        try jan.stamp()
        try fatima.pull(from: jan)
        #expect(try found("amina", in: fatima) == ["a"])
        #expect(try found("noor", in: fatima).isEmpty)
        _ = try fatima.undo()
        #expect(try found("amina", in: fatima) == ["a"], "what was undone here is not Jan's edit")
    }

    @Test("Nothing is read again when nothing has changed, and only what has when something did")
    func incremental() throws {
        for number in 0..<50 { _ = try fatima.add("contact", [("given_name", .text("Naam\(number)"))]) }
        try fatima.stamp(acceptingMassChange: true)
        #expect(try fatima.refreshSearch(TestReading()) >= 50)
        #expect(try fatima.refreshCandidates(TestRules()) == 50)
        #expect(try fatima.refreshSearch(TestReading()) == 0)
        #expect(try fatima.refreshCandidates(TestRules()) == 0)
        _ = try fatima.add("contact", [("given_name", .text("Naam50"))])
        try fatima.stamp()
        #expect(try fatima.refreshSearch(TestReading()) == 1)
        #expect(try fatima.refreshCandidates(TestRules()) == 1)
        #expect(try fatima.refreshCandidates(TestRules(version: 2)) == 51, "another version of the rules reads everything")
    }

    @Test("Whatever happens in whatever order, what was followed is what is made from nothing, on both replicas", arguments: 0..<6)
    func sameAsFromNothing(seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func pick(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(count))
        }
        for step in 0..<60 {
            let store = pick(2) == 0 ? fatima : jan
            let id = "c\(pick(14))"
            let contact = RecordID(table: "contact", key: [id])
            switch pick(8) {
            case 0, 1: _ = try? store.add("contact", [("id", .text(id)), ("given_name", .text("g\(pick(4))")), ("family_name", .text("f\(pick(5))"))])
            case 2: try? store.edit(contact, [("family_name", .text("f\(pick(5))"))])
            case 3: try? store.delete(contact)
            case 4: try? store.undelete(contact)
            case 5: _ = try? store.add("contact_point", [("id", .text("p\(pick(20))")), ("contact", .text(id)), ("type", .text("tel")), ("value", .text("0\(pick(4))"))])
            case 6: try? store.edit(RecordID(table: "contact_point", key: ["p\(pick(20))"]), [pick(2) == 0 ? ("value", .text("0\(pick(4))")) : ("contact", .text(id))])
            default: try fatima.meet(jan)
            }
            try fatima.stamp(acceptingMassChange: true)
            try jan.stamp(acceptingMassChange: true)
            // Asked now and then, so that every length of history is followed.
            if pick(3) == 0 { _ = try store.candidates(TestRules()) }
            if step % 20 == 19 {
                let followed = try store.candidates(TestRules())
                let made = try fromNothing(store)
                #expect(made == followed, "seed \(seed), step \(step): \(Set(made).symmetricDifference(followed))")
            }
        }
        try fatima.meet(jan)
        try fatima.meet(jan)
        #expect(try fatima.candidates(TestRules()) == jan.candidates(TestRules()), "seed \(seed)")
        #expect(try fatima.candidates(TestRules()) == fromNothing(fatima), "seed \(seed)")
    }

    @Test("What more contacts share than its limit pairs none of them, until there are fewer")
    func crowd() throws {
        for number in 0..<4 {
            _ = try fatima.add("contact", [("id", .text("c\(number)")), ("given_name", .text("g\(number)")), ("family_name", .text("jansen"))])
            try fatima.stamp(acceptingMassChange: true)
            let pairs = try fatima.candidates(TestRules()).count
            #expect(pairs == [0, 1, 3, 0][number])
        }
        try fatima.delete(RecordID(table: "contact", key: ["c1"]))
        try fatima.stamp(acceptingMassChange: true)
        #expect(try fatima.candidates(TestRules()).map { [$0.first, $0.second] } == [["c0", "c2"], ["c0", "c3"], ["c2", "c3"]])
    }

    @Test("Of whom is erased no word is left in any derived table, nor in any byte after scrubbing; the rest is found again")
    func erasure() throws {
        _ = try fatima.add("contact", [("id", .text("a")), ("given_name", .text("Geheimpje")), ("family_name", .text("Verborgen"))])
        _ = try fatima.add("contact", [("id", .text("c")), ("given_name", .text("Geheimpje")), ("family_name", .text("Zichtbaar"))])
        _ = try fatima.add("contact_point", [("id", .text("p")), ("contact", .text("a")), ("type", .text("email")), ("value", .text("schuilnaam7"))])
        _ = try fatima.add("contact", [("id", .text("b")), ("given_name", .text("Bram")), ("family_name", .text("Verborgen"))])
        #expect(try found("verbor", in: fatima) == ["a", "b"])
        #expect(try fatima.candidates(TestRules()).count == 2)
        try jan.pull(from: fatima)
        #expect(try found("schuilnaam7", in: jan) == ["a"])
        #expect(try jan.candidates(TestRules()).count == 2)

        for store in [fatima, jan] {
            _ = try store.erase([ErasedRecord(RecordID(table: "contact", key: ["a"]))])
            for table in ["kith_trait", "kith_trait_key", "kith_candidate", "kith_search_row", "kith_derived"] {
                #expect(try !store.hasRow(in: table, where: "1", []), "\(table)")
            }
            try store.scrub()
            #expect(try store.holdsBytes("schuilnaam7").isEmpty)
            #expect(try store.holdsBytes("chuilnaam7").isEmpty)
            #expect(try found("verbor", in: store) == ["b"])
            #expect(try found("schuilnaam7", in: store).isEmpty)
            #expect(try store.candidates(TestRules()).isEmpty)
            #expect(try store.isSound())
        }
    }

    @Test("Without the derived tables a replica is what it was: they are not shared, and any SQLite client can open it")
    func private_() throws {
        _ = try fatima.add("contact", [("given_name", .text("Bram"))])
        #expect(try found("bram", in: fatima).count == 1)
        #expect(try fatima.status().notShared.isEmpty)
        let client = try Client(zuid.path("fatima"))
        try client.run("update contact set given_name = 'Noor'; vacuum")
        #expect(try found("noor", in: fatima).count == 1)
    }
}
