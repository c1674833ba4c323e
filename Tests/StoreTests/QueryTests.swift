import CRDT
import Foundation
import Store
import Testing
import Wire

@Suite struct QueryTests {
    let zuid: Neighbourhood
    let store: Store

    init() throws {
        zuid = try Neighbourhood()
        store = try zuid.store("fatima")
    }

    @Test func addEditDelete() throws {
        let id = try store.add("person", [("name", .text("Fatima")), ("visits", .integer(1))])
        #expect(id.key[0].utf8.count == 32)
        #expect(try store.value(id, "kind") == .text("individual"))
        try store.edit(id, [("name", .text("Fatima el Amrani")), ("number", .integer(3))])
        #expect(try store.value(id, "name") == .text("Fatima el Amrani"))
        try store.increment(id, "visits", by: 2)
        #expect(try store.value(id, "visits") == .integer(3))
        try store.delete(id)
        #expect(try store.show(id).isDeleted)
        #expect(try store.count("person") == 0)
        try store.undelete(id)
        try store.undelete(id)
        #expect(try store.value(id, "visits") == .integer(3))
        let link = try store.add("tag", [("person", .text(id.text)), ("term", .text("t"))])
        #expect(link.text == id.text + ":t")
        #expect(try store.add("person", []).key[0] > id.key[0], "ids sort by age")
    }

    @Test func typedErrors() throws {
        let id = try store.add("person", [("id", .text("a"))])
        #expect(throws: StoreError(.exists, "person")) { try store.add("person", [("id", .text("a"))]) }
        #expect(throws: StoreError(.unknownName, "nobody")) { try store.add("nobody", []) }
        #expect(throws: StoreError(.unknownName, "person.shoe")) { try store.add("person", [("shoe", .null)]) }
        #expect(throws: StoreError(.unknownName, "person.id")) { try store.edit(id, [("id", .text("b"))]) }
        #expect(throws: StoreError(.unknownName, "person.name")) { try store.increment(id, "name", by: 1) }
        #expect(throws: StoreError(.writtenOnce, "person.kind")) { try store.edit(id, [("kind", .text("group"))]) }
        try store.edit(id, [("kind", .text("individual"))])
        for body in [store.delete, store.undelete] {
            #expect(throws: StoreError(.notFound, "person")) { try body(person("x")) }
        }
        #expect(throws: StoreError(.notFound, "person")) { try store.edit(person("x"), [("name", .null)]) }
        #expect(throws: StoreError(.notFound, "person")) { try store.show(person("x")) }
        #expect(throws: StoreError(.notFound, "tag")) { try store.show(RecordID(table: "tag", key: ["x"])) }
        #expect(throws: StoreError(.valueTooLarge, "person.name")) {
            try store.edit(id, [("name", .text(Array(repeating: 65, count: 16 << 20 | 1)))])
        }
    }

    @Test func lists() throws {
        try store.executeAsClient("insert into person (id, name) values ('c', 'C'), ('a', 'A'), ('b', null)")
        func ids(_ condition: String?, _ limit: Int? = nil) throws -> [String] {
            var ids: [String] = []
            try store.list("person", where: condition, limit: limit) { ids.append($0.id.text) }
            return ids
        }
        #expect(try ids(nil) == ["a", "b", "c"])
        #expect(try ids(nil, 2) == ["a", "b"])
        #expect(try ids("name is not null -- and more") == ["a", "c"])
        #expect(try ids("id = 'a' or id = 'b'", 1) == ["a"])
        for bad in ["nonsense", "1); delete from person; --", "(", "1 = "] {
            #expect(throws: StoreError.self) { try ids(bad) }
        }
        #expect(try ids("exists (select 1 from kith_replica)").count == 3)
        #expect(try store.count("person") == 3)
        struct Enough: Error {}
        #expect(throws: Enough.self) { try store.list("person") { _ in throw Enough() } }
    }

    @Test func endings() throws {
        try store.executeAsClient("insert into person (id) values ('0001aaaa'), ('0002aaaa'), ('0001bbbb'), ('x'), ('aaaa'), ('1bbbbcccc'), ('2bbbbcccc')")
        try store.executeAsClient("insert into tag (person, term) values ('0001bbbb', 'term0001')")
        #expect(try store.resolve("bbbb") == person("0001bbbb"))
        #expect(try store.resolve("1aaaa") == person("0001aaaa"))
        #expect(try store.resolve("aaaa") == person("aaaa"), "a whole id comes before endings")
        #expect(try store.resolve("x") == person("x"))
        #expect(try store.resolve("0001bbbb:term0001") == RecordID(table: "tag", key: ["0001bbbb", "term0001"]))
        #expect(try store.resolve("0001", in: "tag") == RecordID(table: "tag", key: ["0001bbbb", "term0001"]))
        #expect(throws: StoreError(.ambiguous, "person")) { try store.resolve("bbcccc") }
        #expect(throws: StoreError(.notFound)) { try store.resolve("bbb") }
        #expect(throws: StoreError(.notFound)) { try store.resolve("") }
        #expect(throws: StoreError(.unknownName, "nobody")) { try store.resolve("aaaa", in: "nobody") }
        try store.delete(person("0001bbbb"))
        #expect(throws: StoreError(.notFound)) { try store.resolve("bbbb") }
        #expect(try store.resolve("bbbb", includingTrash: true) == person("0001bbbb"))
        try store.undelete(person("0001bbbb"))
        #expect(try store.resolve("bbbb", includingTrash: true) == person("0001bbbb"))
    }

    @Test func status() throws {
        try store.executeAsClient("insert into person (id) values ('a'), ('b')")
        #expect(try store.status().unstampedNotes == 2)
        try store.stamp()
        let other = try zuid.store("jan")
        var status = try store.status()
        #expect(status.unsentChanges == 2)
        #expect(try status.digest != other.status().digest)
        try other.pull(from: store)
        try other.edit(person("a"), [("name", .text("A"))])
        try store.pull(from: other)
        status = try store.status()
        #expect(try status.digest == other.status().digest)
        #expect(status.digest == Digest.ofHoldings(try store.holdings()))
        #expect(status.counts.first?.rows == 2)
        #expect(status.missing.isEmpty)
        #expect(status.fileByteCount > 0)
        for (collection, knowledge) in try other.knowledge() {
            try store.keepReceipt(of: other.identity, collection: collection, knowledge: knowledge)
        }
        status = try store.status()
        #expect(status.unsentChanges == 0)
        #expect(status.peers.map(\.label) == ["jan"])
        #expect(try store.status().unstampedNotes == 0, "asking changes nothing")
    }

    @Test func whoWroteWhat() throws {
        let id = try store.add("person", [("name", .text("A"))])
        let other = try zuid.store("jan")
        try other.pull(from: store)
        try other.edit(id, [("phone", .text("06"))])
        try store.pull(from: other)
        let columns = try store.show(id).columns
        #expect(columns.first { $0.name == "name" }?.authors.map(\.label) == ["fatima"])
        #expect(columns.first { $0.name == "phone" }?.authors.map(\.label) == ["jan"])
        #expect(columns.first { $0.name == "phone" }?.authors.map(\.isOwn) == [false])
        #expect(columns.map(\.name) == testSchema.tables[0].columns.map(\.name))
        #expect(columns.first { $0.name == "home" }?.parts.map(\.name) == ["street", "number"])
    }
}
