import CRDT
import Engine
import Foundation
import Relay
import Store
import Sync
import Testing
import Trust
import Wire

/// A member, in good standing, who claims what it does not send: rightly signed deltas without the rows. In the end all who are honest
/// hold every row, a newcomer too, and the difference was said by name.
@Suite struct ClaimTests {
    /// What a faulty or lying encoder makes of all that a replica holds: the same claims, and of the segments none.
    ///
    /// - Parameter contents: what it says that it holds.
    private func empty(by replica: Replica, base: Knowledge = Knowledge(), contents: ContentsDigest? = nil) throws -> Manifest {
        let found: Spool? = try replica.store.frozenDelta(of: "people", base: base, partial: [], working: {})
        let honest = try #require(found).manifest
        return try Manifest(
            space: honest.space, collection: honest.collection, packer: honest.packer, packerReplica: honest.packerReplica,
            packedMilliseconds: honest.packedMilliseconds, base: .whole(try honest.base.resolved { try replica.store.knowledge(named: $0) }),
            chains: honest.chains, origins: honest.origins, contents: contents ?? honest.contents, segments: [], epoch: honest.epoch
        ).signed(by: replica.store.environment.sealing)
    }

    /// Fatima has written, and M has it from her; Jan has not.
    private func threeLaptops(_ scratch: Scratch) throws -> (fatima: Replica, jan: Replica, m: Replica) {
        let fatima = try found(scratch)
        try fatima.add("Eerste")
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        let m = try join("m", seed: 3, admittedBy: fatima, scratch)
        for replica in [jan, m] { try carry(fatima, replica, scratch) }
        try fatima.add("Fatou")
        try carry(fatima, m, scratch)
        return (fatima, jan, m)
    }

    @Test("An empty delta by stick: what it claims is known and not held, the words differ, and a session heals it and says who")
    func healedBySession() throws {
        let scratch = try Scratch()
        let (fatima, jan, m) = try threeLaptops(scratch)
        let manifest = try empty(by: m)
        let report = try jan.store.mergeBundle(dryRun: false, salvage: false) { try $0.begin(manifest) }
        // The packer's own word on what it holds gives it away at once.
        #expect(report.differences.map(\.packer) == [m.identity.device] && report.differences.allSatisfy { !$0.isSettled })
        _ = jan.store.takeFoundDifferences()
        #expect(try jan.store.knowledge() == fatima.store.knowledge())
        #expect(try !jan.has("Fatou") && jan.digest() != fatima.digest())

        let met = try meet(jan, fatima)
        #expect(!met.dialer.outcome.wasEqual && met.dialer.outcome.differing == ["people"] && met.dialer.outcome.unsettled.isEmpty)
        #expect(met.listener.outcome.differing == ["people"])
        #expect(met.dialer.differences.map(\.label) == ["Laptop Fatima"])
        #expect(met.dialer.differences.first?.changedRecords.values.reduce(0, +) == 1)
        #expect(try jan.has("Fatou"))
        try expectSame(jan, fatima)
        #expect(try meet(jan, fatima).dialer.outcome.wasEqual)
    }

    @Test("A packer that says of its contents what an empty delta comes to: the next meeting tells, by name")
    func consistentLie() throws {
        let scratch = try Scratch()
        let (fatima, jan, m) = try threeLaptops(scratch)
        // As if M itself held nothing of it.
        let before = try #require(try jan.store.holdings()["people"]?.contents)
        let manifest = try empty(by: m, contents: before)
        _ = try jan.store.mergeBundle(dryRun: false, salvage: false) { try $0.begin(manifest) }
        let met = try meet(fatima, jan)
        #expect(met.dialer.outcome.differing == ["people"])
        try expectSame(jan, fatima)
    }

    @Test("By stick alone: a whole bundle of the same knowledge is not passed over")
    func healedByBundle() throws {
        let scratch = try Scratch()
        let (fatima, jan, m) = try threeLaptops(scratch)
        let manifest = try empty(by: m)
        _ = try jan.store.mergeBundle(dryRun: false, salvage: false) { try $0.begin(manifest) }
        let report = try carry(fatima, jan, scratch)
        #expect(report.differences.contains { $0.label == "Laptop Fatima" && $0.isSettled })
        #expect(try jan.has("Fatou"))
        try expectSame(jan, fatima)
        // And again: there is nothing left to say.
        #expect(try carry(fatima, jan, scratch).differences.isEmpty)
    }

    @Test("An edit made on a row that was left out stays; both hold the same in the end")
    func editsOnTop() throws {
        let scratch = try Scratch()
        let (fatima, jan, m) = try threeLaptops(scratch)
        let manifest = try empty(by: m)
        _ = try jan.store.mergeBundle(dryRun: false, salvage: false) { try $0.begin(manifest) }
        try jan.add("Joris")
        try fatima.add("Later")
        let met = try meet(jan, fatima)
        #expect(met.dialer.outcome.differing == ["people"] && met.dialer.outcome.unsettled.isEmpty)
        try expectSame(jan, fatima)
        #expect(try ["Eerste", "Fatou", "Joris", "Later"].allSatisfy { try jan.has($0) })
    }

    @Test("At a relay: the empty delta does not take the place of the honest one, and a newcomer gets the rows", arguments: [true, false])
    func relay(statesWhatItHolds: Bool) throws {
        let scratch = try Scratch()
        let (fatima, jan, m) = try threeLaptops(scratch)
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        try relay.listen()
        defer { relay.close() }
        for replica in [jan, m] { try carry(fatima, replica, scratch) }
        let ans = try join("ans", seed: 4, admittedBy: fatima, scratch)
        for replica in [fatima, jan, m, ans] { try replica.addRelay(relay.address) }
        try fatima.add("Geheim")
        try carry(fatima, m, scratch)
        // M's lie is the first that the relay hears of any of it.
        try relay.take(try empty(by: m, contents: statesWhatItHolds ? nil : try jan.store.holdings()["people"]?.contents))
        func visit(_ replica: Replica) throws -> MeetingReport { try replica.sync(with: try #require(try replica.relayEntries().first)) }
        let lied = try visit(jan)
        #expect(try !jan.has("Geheim"))
        if statesWhatItHolds { #expect(lied.differences.contains { !$0.isSettled }) }
        for _ in 0..<3 {
            for replica in [fatima, jan, ans] { _ = try visit(replica) }
        }
        for replica in [jan, ans] {
            #expect(try replica.has("Geheim"))
            try expectSame(fatima, replica)
        }
        let newcomer = try join("piet", seed: 5, admittedBy: fatima, scratch)
        try newcomer.addRelay(relay.address)
        // Who has admitted it tells the relay.
        _ = try visit(fatima)
        for _ in 0..<2 { _ = try visit(newcomer) }
        #expect(try newcomer.has("Geheim"))
        try expectSame(fatima, newcomer)
    }
}
