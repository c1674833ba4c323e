import CRDT
import Sync
import Testing
import Wire

/// Two copies of one replica meet, and are told apart in the session that finds them out.
@Suite struct CopyTests {
    private static let writer = Nonce(high: 9, low: 9)

    /// Copies that share three changes; each adds its own, under one name.
    private func copies(_ count: Int, and other: Int) -> (FakeReplica, FakeReplica) {
        let fatima = FakeReplica(1), copy = FakeReplica(2)
        for replica in [fatima, copy] { replica.edit("people", writer: Self.writer, count: 3) }
        if count > 0 { fatima.edit("people", writer: Self.writer, count: count, salt: 1) }
        if other > 0 { copy.edit("people", writer: Self.writer, count: other, salt: 2) }
        return (fatima, copy)
    }

    /// One of them further than the other, or both as far; whoever dials.
    @Test(arguments: [(2, 2), (2, 4), (4, 2), (1, 9)]) func copiesAreToldApartInTheSession(counts: (Int, Int)) throws {
        let (fatima, copy) = copies(counts.0, and: counts.1)
        let scene = try Scene(fatima, copy).run()
        #expect(scene.isFinished, "\(scene.story)")
        #expect(fatima.holdsTheSame(of: "people", as: copy))
        #expect(fatima.collections["people"]!.marks.count == 3 + counts.0 + counts.1)
        #expect(fatima.collections["people"]!.cuts == [Cut(root: Self.writer, last: 3)])
        #expect(scene.dialer.driver.outcome.healCount >= 1 && scene.listener.driver.outcome.healCount >= 1)
        // And it is over: the next time they are equal.
        let again = try Scene(copy, fatima).run()
        #expect(again.isFinished && again.dialer.driver.outcome.wasEqual)
    }

    /// One copy has merely not gone on: there is nothing to tell apart.
    @Test func aCopyThatIsBehindCatchesUp() throws {
        let (fatima, copy) = copies(2, and: 0)
        let scene = try Scene(fatima, copy).run()
        #expect(scene.isFinished && scene.dialer.driver.outcome.healCount == 0)
        #expect(fatima.holdsTheSame(of: "people", as: copy))
    }

    /// Copies in both collections, and a third copy that parted later from one of them.
    @Test func severalForksHealOneAfterAnother() throws {
        let (fatima, copy) = copies(2, and: 3)
        for replica in [fatima, copy] { replica.edit("directory", writer: Nonce(high: 8, low: 8), count: 1) }
        fatima.edit("directory", writer: Nonce(high: 8, low: 8), salt: 1)
        copy.edit("directory", writer: Nonce(high: 8, low: 8), salt: 2)
        let third = FakeReplica(3)
        third.collections = copy.collections
        copy.edit("people", writer: Self.writer, salt: 4)
        third.edit("people", writer: Self.writer, salt: 5)
        for (a, b) in [(fatima, copy), (copy, third), (third, fatima), (fatima, copy)] {
            let scene = try Scene(a, b).run()
            #expect(scene.isFinished, "\(scene.story)")
        }
        for collection in ["people", "directory"] {
            #expect(fatima.holdsTheSame(of: collection, as: copy) && copy.holdsTheSame(of: collection, as: third))
        }
        #expect(fatima.collections["people"]!.marks.count == 3 + 2 + 3 + 1 + 1)
        #expect(fatima.collections["directory"]!.marks.count == 3)
    }

    /// Files of one name that hold different things are copies, not oneself.
    @Test func copiesOfOneNameMeet() throws {
        let fatima = FakeReplica(1), copy = FakeReplica(1)
        for replica in [fatima, copy] { replica.edit("people", writer: Self.writer, count: 3) }
        fatima.edit("people", writer: Self.writer, salt: 1)
        let scene = try Scene(fatima, copy).run()
        #expect(scene.isFinished && scene.dialer.driver.outcome.metOwnCopy, "\(scene.story)")
        #expect(fatima.holdsTheSame(of: "people", as: copy))
    }

    /// Chains that contradict themselves are refused; those of a collection that is not here are out of place.
    @Test func wrongChainsAreRefused() throws {
        func code(_ chains: [WriterID: WholeChain], _ collection: String = "people") throws -> WireError.Code? {
            let (fatima, copy) = copies(2, and: 2)
            let scene = Scene(fatima, copy)
            try scene.run(tamper: { if case .chains = $0 { .chains(collection: collection, chains) } else { $0 } })
            return scene.dialer.code == .refused ? scene.listener.code : scene.dialer.code
        }
        let first = BatchEnd(last: 9, nonce: Self.writer)
        #expect(try code([Self.writer: WholeChain(origin: nil, ends: [first])]) == .malformed)
        #expect(try code([:], "unheard of") == .unexpected)
        // Chains that show nothing: the session begins anew until it is enough.
        #expect(try code([:]) == .forked)
    }
}
