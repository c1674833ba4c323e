import CRDT
import Foundation
import Store
import Testing
import Wire

/// A cell that cannot travel stays here by name; everything else goes.
@Suite struct TooLargeTests {
    private let zuid: Neighbourhood
    private let fatima: Store
    private let jan: Store
    private let client: Client
    private let big = Limits.valueByteCount + 1

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        client = try Client(zuid.path("fatima"))
        try client.run("insert into person (id, name, photo) values ('a', 'Amina', x'01'), ('b', 'Bram', x'02')")
        try jan.meet(fatima)
    }

    private func held() throws -> [String] { try fatima.status().tooLarge.map { "\($0.record.text) \($0.column)" } }
    private func photo(_ store: Store, _ id: String) throws -> Value? { try store.value(person(id), "photo") }

    /// Somebody who joins now gets all but what is held.
    private func newcomer() throws -> Store {
        let els = try zuid.store("els-\(UUID().uuidString)")
        try els.pull(from: fatima)
        return els
    }

    @Test(arguments: [false, true]) func ofANewRow(amongMany: Bool) throws {
        if amongMany { try client.run("delete from person where id = 'b'") }
        try client.run("insert into person (id, name, photo) values ('big', 'Groot', zeroblob(\(big))), ('c', 'Cor', x'03')")
        try jan.pull(from: fatima)
        #expect(try held() == ["big photo"])
        #expect(try jan.value(person("big"), "name") == .text("Groot") && photo(jan, "big") == .null && photo(jan, "c") == .blob([3]))
        #expect(try fatima.notices().map(\.kind) == [.tooLarge] && fatima.conflictCount() == 0)
        #expect(try newcomer().count("person") == jan.count("person"))
        // What comes in leaves it alone.
        try jan.executeAsClient("update person set phone = '1' where id = 'big'")
        try fatima.pull(from: jan)
        #expect(try client.text("select length(photo) from person where id = 'big'") == "\(big)")
        try client.run("update person set photo = zeroblob(3) where id = 'big'")
        try jan.pull(from: fatima)
        #expect(try held().isEmpty && photo(jan, "big") == .blob([0, 0, 0]))
        try expectEqualRows(fatima, jan)
    }

    @Test func ofARowThatOthersHave() throws {
        try client.run("update person set photo = zeroblob(\(big)), name = 'Anna' where id = 'a'; update person set name = 'Bas' where id = 'b'")
        try jan.pull(from: fatima)
        #expect(try held() == ["a photo"] && fatima.conflictCount() == 0)
        #expect(try photo(jan, "a") == .blob([1]) && jan.value(person("a"), "name") == .text("Anna") && jan.value(person("b"), "name") == .text("Bas"))
        #expect(try photo(newcomer(), "a") == .blob([1]))
        // Undo makes it what it was.
        _ = try fatima.undo()
        #expect(try photo(fatima, "a") == .blob([1]))
        try fatima.meet(jan)
        #expect(try held().isEmpty)
        try expectEqualRows(fatima, jan)
    }

    @Test func deletingTheRowHeals() throws {
        try client.run("update person set photo = zeroblob(\(big)) where id = 'a'")
        try fatima.stamp()
        try client.run("delete from person where id = 'a'")
        try jan.pull(from: fatima)
        #expect(try held().isEmpty && jan.show(person("a")).isDeleted)
        #expect(try newcomer().show(person("a")).isDeleted)
        try fatima.undelete(person("a"))
        try jan.pull(from: fatima)
        #expect(try held() == ["a photo"] && photo(jan, "a") == .blob([1]))
        // Edited elsewhere meanwhile: what the person wrote here stays in sight.
        try jan.executeAsClient("update person set photo = x'07' where id = 'a'")
        try fatima.pull(from: jan)
        #expect(try client.text("select length(photo) from person where id = 'a'") == "\(big)")
        #expect(try photo(newcomer(), "a") == .blob([7]))
        try client.run("update person set photo = x'08' where id = 'a'")
        try jan.meet(fatima)
        #expect(try photo(jan, "a") == .blob([8]) && held().isEmpty)
        try expectEqualRows(fatima, jan)
    }

    /// Each fits, and all together do not: the largest stays.
    @Test func ofSeveralCells() throws {
        let part = Limits.changeByteCount / 3 + 1
        try client.run("insert into person (id, name, phone, photo) values ('m', printf('%.\(part)c', 'n'), printf('%.\(part)c', 'p'), zeroblob(\(part + 5)))")
        try jan.pull(from: fatima)
        #expect(try held() == ["m photo"] && photo(jan, "m") == .null && jan.count("person") == 3)
        try client.run("update person set name = printf('%.\(part)c', 'x'), phone = printf('%.\(part + 1)c', 'y'), score = 1, photo = zeroblob(\(part)) where id = 'b'")
        try jan.pull(from: fatima)
        #expect(try held() == ["b phone", "m photo"] && jan.value(person("b"), "score") == .real(1))
        _ = try newcomer()
    }
}
