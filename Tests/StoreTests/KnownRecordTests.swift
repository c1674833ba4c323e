import CRDT
import Store
import Testing
import Wire

/// A record that is known is merged and not made anew: also where its row is not in the table, and where the same delta has put it elsewhere.
@Suite struct KnownRecordTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    private func expectSame(_ a: Store, _ b: Store, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expectEqualRows(a, b, sourceLocation: sourceLocation)
        #expect(try a.holdings() == b.holdings(), sourceLocation: sourceLocation)
        for store in [a, b] { #expect(try store.verify().altered.isEmpty, sourceLocation: sourceLocation) }
    }

    /// Two who wrote the same record apart, and one of them deleted it: all of it comes to a third in one delta. Where the deletion comes first,
    /// the row is in the trash by then, though the table had none when the delta began.
    @Test(arguments: [true, false]) func whatTheSameDeltaDeletedIsKnown(deletionFirst: Bool) throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan"), carrier = try zuid.store("carrier"), maria = try zuid.store("maria")
        for number in 0..<3 {
            try fatima.executeAsClient("insert into person (id, name, phone) values ('\(number)', 'Ahmed', '06')")
            try jan.executeAsClient("insert into person (id, name, street) values ('\(number)', 'Ahmad', 'Weg')")
        }
        _ = try fatima.stamped()
        try fatima.executeAsClient("delete from person where id = '1'")
        // Which writer a carrier numbers first is which it met first.
        for other in deletionFirst ? [fatima, jan] : [jan, fatima] { try carrier.pull(from: other) }
        try maria.pull(from: carrier)
        try expectSame(maria, carrier)
        #expect(try maria.rows("person").count == 3)
    }

    /// One row lies in the trash here, and another's rule keeps one parked; both are known when a copy of theirs comes.
    @Test func whatLiesElsewhereIsKnown() throws {
        let fatima = try zuid.store("fatima"), jan = try zuid.store("jan"), maria = try zuid.store("maria")
        try maria.executeAsClient("create unique index one_phone on person (phone)")
        try jan.executeAsClient("insert into person (id, name, phone) values ('a', 'Amina', '1'), ('b', 'Bilal', '2'), ('c', 'Carla', '1')")
        try maria.pull(from: jan)
        #expect(try maria.rows("person").count == 2)
        _ = try jan.stamped()
        try jan.executeAsClient("delete from person where id = 'b'")
        try maria.pull(from: jan)
        try fatima.executeAsClient("insert into person (id, name, phone) values ('a', 'Amina', '1'), ('b', 'Bob', '3'), ('c', 'Cora', '4')")
        try maria.pull(from: fatima)
        try jan.meet(fatima)
        try maria.executeAsClient("drop index one_phone")
        try maria.meet(jan)
        try jan.meet(maria)
        try expectSame(maria, jan)
        #expect(try maria.rows("person").count == 3)
    }
}
