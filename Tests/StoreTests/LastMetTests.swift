import Community
import CRDT
import Store
import Testing

/// When each person was last met is followed, and not read from every moment: whatever was edited in whatever order, who was not reached is
/// who a look at every moment tells.
struct LastMetTests {
    private let zuid: Neighbourhood
    init() throws { zuid = try Neighbourhood() }

    /// Small and seeded: a failure tells its seed.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
    }

    private static func edit(_ generator: inout Generator) -> String {
        func pick(_ all: [String]) -> String { all.randomElement(using: &generator)! }
        func person() -> String { pick(["a", "b", "c", "d", "e", "f"]) }
        func moment() -> String { pick(["m", "n", "o", "p"]) }
        switch Int.random(in: 0..<13, using: &generator) {
        case 0, 1: return "insert or ignore into contact (id, given_name, created_at) values ('\(person())', 'Zoe', \(pick(["'2026-01-01'", "null", "'2026-09-09T10:00:00Z'", "'ooit'"])))"
        case 2: return "delete from contact where id = '\(person())'"
        case 3: return "update contact set active = \(pick(["0", "1", "null"])), kind = \(pick(["'individual'", "'organisation'", "null"])) where id = '\(person())'"
        case 4, 5: return "insert or ignore into contact_moment (id, occurred_at, channel) values ('\(moment())', '\(pick(["2026-02-0", "2026-08-0"]))\(pick(["1", "2", "3"]))T10:00:00+01:00', 'phone')"
        case 6: return "update contact_moment set occurred_at = \(pick(["'2026-11-11'", "'geen dag'", "null", "'2026-03-03T23:59:00-05:00'"])) where id = '\(moment())'"
        case 7: return "delete from contact_moment where id = '\(moment())'"
        case 8, 9: return "insert or ignore into contact_moment_contact (contact_moment, contact) values ('\(moment())', '\(person())')"
        case 10: return "delete from contact_moment_contact where contact = '\(person())'"
        case 11: return "insert or replace into identity_link (contact, other, verdict) values ('\(person())', '\(person())', '\(pick(["same", "same", "different"]))')"
        default: return "delete from identity_link where contact = '\(person())'"
        }
    }

    @Test(arguments: 0..<12) func tellsWhatEveryMomentTells(seed: UInt64) throws {
        var generator = Generator(state: seed &* 613 &+ 11)
        let one = try zuid.store("one", schema: .community), other = try zuid.store("other", schema: .community)
        func told(_ store: Store) throws -> [String] {
            try ["2026-02-02", "2026-08-02", "2027-01-01"].map { day in
                let found = try store.unreached(since: day, limit: 4)
                return "\(day) \(found.count): " + found.contacts.map { "\($0.id.text) \($0.lastMoment ?? "-")" }.joined(separator: ", ")
            }
        }
        for round in 0..<16 {
            for _ in 0..<4 { try (Bool.random(using: &generator) ? one : other).executeAsClient(Self.edit(&generator)) }
            if round % 5 == 4 { try one.meet(other) }
            for store in [one, other] {
                try store.stamp(acceptingMassChange: true)
                let followed = try told(store)
                try store.forgetDerived()
                let anew = try told(store)
                // With an edit that is not stamped every moment is looked at.
                try store.executeAsClient("insert into note (id, body) values ('n\(round)', 'x')")
                let looked = try told(store)
                try store.stamp(acceptingMassChange: true)
                #expect(followed == anew && followed == looked, "seed \(seed), round \(round)")
            }
        }
    }

    @Test("What was told is told anew after a write, of this program or another, and by a second connection too") func answersGoWithTheFile() throws {
        let store = try zuid.store("one", schema: .community)
        try store.executeAsClient("insert into contact (id, given_name, created_at) values ('a', 'Amina', '2026-01-01'), ('b', 'Bram', '2026-01-02')")
        try store.stamp(acceptingMassChange: true)
        let beside = try store.beside()
        func counts() throws -> [Int] { try [store, beside].map { try $0.unreached(since: "2026-06-01", limit: 10).count } }
        #expect(try counts() == [2, 2])
        #expect(try counts() == [2, 2])
        try Client(zuid.path("one")).run("update contact set active = 0 where id = 'a'")
        #expect(try counts() == [1, 1], "another program wrote")
        try store.executeAsClient("update contact set active = 0 where id = 'b'")
        #expect(try counts() == [0, 0])
        #expect(try store.identities().persons.isEmpty && beside.identities().persons.isEmpty)
        try store.executeAsClient("insert into identity_link (contact, other, verdict) values ('a', 'b', 'same')")
        #expect(try store.identities().persons == ["a"] && beside.identities().persons == ["a"])
        try beside.close()
        #expect(try store.identities().persons == ["a"], "the locks of the first connection are still there")
    }
}
