import Community
import CRDT
import Foundation
import Store
import Testing
import Wire

/// Deltas that a member packs and signs who means harm: well formed, and not what a delta must hold; or each all right by itself,
/// and one against the other.
///
/// The rule that all of this is about: what a replica has taken in, it can stamp on, export, sync and hand on.
@Suite struct HostileDeltaTests {
    private let zuid: Neighbourhood
    private let fatima: Store, jan: Store

    init() throws {
        zuid = try Neighbourhood()
        (fatima, jan) = (try zuid.store("fatima"), try zuid.store("jan"))
        try fatima.executeAsClient("insert into person (id, name, visits) values ('f1', 'Fatima', 1)")
        try jan.executeAsClient("insert into person (id, name, visits) values ('j1', 'Jan', 1)")
        try fatima.meet(jan)
    }

    private func known(_ store: Store) throws -> Knowledge { try #require(try store.knowledge()["people"]) }

    /// The writer under which a replica stamps people, and its last batch.
    private func own(_ store: Store) throws -> (writer: WriterID, end: BatchEnd) {
        let writer = try #require(try store.ownWriters.last { $0.collection == "people" }).writer
        return (writer, try #require(try known(store).ends[writer]))
    }

    private func next(_ end: BatchEnd, _ nonce: UInt64 = 99) -> BatchEnd { BatchEnd(last: end.last + 1, nonce: Nonce(high: 66, low: nonce)) }

    /// Whether the replicas still do everything that they are for: stamp, exchange, and hold the same in the end.
    private func expectUsable(_ round: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for (store, name) in [(fatima, "f"), (jan, "j")] {
            try store.executeAsClient("insert into person (id, name) values ('\(name)-after-\(round)', 'after')")
            try store.executeAsClient("update person set phone = '\(round)' where id in ('f1', 'j1')")
            #expect(try store.stamped() >= 1, sourceLocation: sourceLocation)
        }
        try fatima.meet(jan)
        try fatima.meet(jan)
        for store in [fatima, jan] {
            #expect(try store.value(person("f-after-\(round)"), "name") == .text("after"), sourceLocation: sourceLocation)
            #expect(try store.value(person("j-after-\(round)"), "name") == .text("after"), sourceLocation: sourceLocation)
        }
        // And a newcomer gets all of it, by a whole delta.
        let els = try zuid.store("els-\(UUID().uuidString)")
        try els.pull(from: fatima)
        #expect(try els.rows("person") == fatima.rows("person"), sourceLocation: sourceLocation)
    }

    private func expectRefused(_ delta: ForgedDelta, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let before = try fatima.dump()
        #expect(throws: WireError.self, sourceLocation: sourceLocation) { try delta.give(to: fatima) }
        #expect(try fatima.dump() == before && fatima.status().inParts.isEmpty, sourceLocation: sourceLocation)
    }

    @Test("the next place of the receiver's own writer, of another's, and of one that nobody stamped, is not taken")
    func dotsBeyondTheChains() throws {
        let mallory = WriterID(high: 13, low: 13)
        for writer in [try own(fatima).writer, try own(jan).writer, WriterID(high: 3, low: 3)] {
            let last = try known(fatima)[writer]
            for sequence in Set([last + 1, last, last + 100].filter { $0 > 0 }) {
                var delta = ForgedDelta(zuid, base: try known(fatima))
                delta.chains = [mallory: [BatchEnd(last: 1, nonce: mallory)]]
                if last == 0 { delta.chains[writer] = [BatchEnd(last: 5, nonce: writer)] }
                let beyond = last == 0 ? sequence + 5 : sequence
                delta.bodies = [[ForgedChange(mallory, 1, "m1")], [ForgedChange(writer, beyond, "m2")]]
                try expectRefused(delta)
            }
        }
        try expectUsable()
    }

    @Test("what a body must hold is asked of each of its changes, over all segments")
    func bodies() throws {
        let mallory = WriterID(high: 13, low: 13)
        let (jans, end) = try own(jan)
        let twists: [[[ForgedChange]]] = [
            [[ForgedChange(mallory, 1, "m1"), ForgedChange(mallory, 1, "m2")]],
            [[ForgedChange(mallory, 1, "m1")], [ForgedChange(mallory, 1, "m2")]],
            [[ForgedChange(mallory, 2, "m1"), ForgedChange(mallory, 1, "m2")]],
            [[ForgedChange(mallory, 1, "j1", context: [jans: end.last + 1])]],
            [[ForgedChange(mallory, 1, "j1", context: [mallory: 1])]],
            [[ForgedChange(mallory, 2, "j1", context: [mallory: 3])]],
            [[ForgedChange(mallory, 1, "j1", context: [jans: 1], isAnchor: true)]],
            [[ForgedChange(mallory, 1, "m1", anchor: (mallory, 1))]],
            [[ForgedChange(mallory, 1, "m1", anchor: (jans, end.last + 1))]],
        ]
        for bodies in twists {
            var delta = ForgedDelta(zuid, base: try known(fatima))
            delta.chains = [mallory: [BatchEnd(last: 3, nonce: mallory)]]
            delta.bodies = bodies
            try expectRefused(delta)
        }
        var delta = ForgedDelta(zuid, base: try known(fatima))
        delta.chains = [mallory: [BatchEnd(last: 3, nonce: mallory)]]
        delta.bodies = [[ForgedChange(mallory, 1, "m1")]]
        delta.saidCounts = [2]
        try expectRefused(delta)
        delta.saidCounts = nil
        delta.collection = "directory"
        delta.base = Knowledge()
        try expectRefused(delta)
        try expectUsable()
    }

    @Test("a chain that goes on from the receiver's own writer is a copy of it: it stamps as another from then on")
    func ownWriterGoesOn() throws {
        let (writer, end) = try own(fatima)
        var delta = ForgedDelta(zuid, base: try known(fatima))
        delta.chains = [writer: [next(end)]]
        delta.bodies = [[ForgedChange(writer, end.last + 1, "m1")]]
        try delta.give(to: fatima)
        try expectUsable()
        #expect(try own(fatima).writer != writer)
    }

    @Test("a chain that goes on from another's writer, which then stamps that place itself, is a fork of it")
    func anothersWriterGoesOn() throws {
        let (writer, end) = try own(jan)
        var delta = ForgedDelta(zuid, base: try known(fatima))
        delta.chains = [writer: [next(end)]]
        delta.bodies = [[ForgedChange(writer, end.last + 1, "j1", context: [try own(fatima).writer: 1])]]
        try delta.give(to: fatima)
        try jan.executeAsClient("update person set name = 'Jan 2' where id = 'j1'")
        #expect(try jan.stamped() == 1)
        for store in [(fatima, jan), (jan, fatima)] {
            // As a session does: copies are told apart by their chains.
            do { try store.0.pull(from: store.1) } catch is ForkFound {}
        }
        try expectUsable()
    }

    @Test("two deltas that say of one dot that it is about two records leave both receivers usable", arguments: [("r1", "r2", true), ("r1", "tag", false)])
    func twoRecordsUnderOneDot(_ first: String, _ second: String, isSameTable: Bool) throws {
        let mallory = WriterID(high: 13, low: 13)
        let base = try known(fatima)
        for (store, record) in [(fatima, first), (jan, second)] {
            var delta = ForgedDelta(zuid, base: base)
            delta.chains = [mallory: [BatchEnd(last: 2, nonce: mallory)]]
            delta.bodies = [[
                ForgedChange(mallory, 1, record, isAnchor: true, table: isSameTable || store === fatima ? "person" : "unknown"),
                ForgedChange(mallory, 2, record + "b", isAnchor: true),
            ]]
            try delta.give(to: store)
        }
        // Each writes on what the dot is about there.
        try fatima.executeAsClient("update person set name = 'edited' where id = '\(first)'")
        if isSameTable { try jan.executeAsClient("update person set name = 'edited' where id = '\(second)'") }
        try expectUsable(1)
        // What was packed for nobody in particular, with all that anyone holds, comes through as well.
        for (sender, receiver) in [(fatima, jan), (jan, fatima)] {
            let whole: Spool = try #require(try sender.frozenDelta(of: "people", base: Knowledge(), partial: [], working: {}))
            for index in whole.manifest.segments.indices where try receiver.admit(whole.manifest) == .merges {
                _ = try receiver.merge(
                    SealedSegment(delta: whole.manifest.id, index: index, bytes: try whole.segment(index)), of: whole.manifest)
            }
        }
        try expectUsable(2)
    }

    @Test("a waiting delta that does not hold what it must takes nothing with it")
    func waiting() throws {
        let mallory = WriterID(high: 13, low: 13)
        try jan.executeAsClient("insert into person (id, name) values ('j2', 'Jan')")
        #expect(try jan.stamped() == 1)
        var delta = ForgedDelta(zuid, base: try known(jan))
        delta.chains = [mallory: [BatchEnd(last: 1, nonce: mallory)]]
        delta.bodies = [[ForgedChange(mallory, 9, "m1")]]
        let (manifest, segments) = try delta.sealed()
        let report = try fatima.mergeBundle(dryRun: false, salvage: false) { bundle in
            try bundle.begin(manifest)
            for (index, bytes) in segments.enumerated() { try bundle.add(SealedSegment(delta: manifest.id, index: index, bytes: bytes)) }
        }
        guard case .waits = report.deltas[0].state else { throw WireError(.unexpected, in: "a delta that should wait") }
        try fatima.pull(from: jan)
        #expect(try fatima.value(person("j2"), "name") == .text("Jan"))
        #expect(try fatima.quarantined().map(\.delta) == [manifest.id] && fatima.status().waitingBundles == 0)
        #expect(throws: WireError.self) { try fatima.acceptQuarantined(manifest.id) }
        try fatima.discardQuarantined(manifest.id)
        try expectUsable()
    }

    @Test("whatever of a hundred random deltas is taken in, everything honest still goes through", arguments: 1...8)
    func closure(_ seed: UInt64) throws {
        var random = Seeded(seed)
        var packer = RandomPacker(zuid, random.next())
        var taken = 0
        for round in 0..<25 {
            let receiver = random.next() % 2 == 0 ? fatima : jan
            do {
                if try packer.delta(for: try known(receiver), others: [own(fatima).writer, own(jan).writer]).give(to: receiver) { taken += 1 }
            } catch let error as WireError {
                #expect([.malformed, .tooLarge].contains(error.code), "\(error)")
            }
            if round % 8 == 7 { try expectUsable(round) }
        }
        #expect(taken > 3)
        try expectUsable(99)
    }
}

private struct Seeded {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}

/// Deltas of a member's own writers, half of them legal: about its own rows and others', with contexts, flags, anchors and places
/// that are now and then not what they may be.
private struct RandomPacker {
    let zuid: Neighbourhood
    private var random: Seeded
    private var writers = 0

    init(_ zuid: Neighbourhood, _ seed: UInt64) {
        self.zuid = zuid
        random = Seeded(seed)
    }

    mutating func delta(for base: Knowledge, others: [WriterID]) throws -> ForgedDelta {
        var delta = ForgedDelta(zuid, base: base)
        writers += 1
        let writer = WriterID(high: 13, low: random.next())
        let count = 1 + random.below(6)
        delta.chains = [writer: [BatchEnd(last: UInt32(count), nonce: writer)]]
        let other = others[random.below(2)]
        if random.below(4) == 0, let end = base.ends[other] {
            // Somebody's writer goes on, without a change or with one.
            delta.chains[other] = [BatchEnd(last: end.last + 1, nonce: Nonce(high: 66, low: random.next()))]
        }
        var changes: [ForgedChange] = []
        for sequence in 1...UInt32(count) {
            var context: [WriterID: UInt32] = [:]
            if random.below(2) == 0 {
                for (known, end) in base.ends.sorted(by: { $0.key < $1.key }) where random.below(2) == 0 {
                    context[known] = random.below(12) == 0 ? end.last + 1 : UInt32(1 + random.below(Int(end.last)))
                }
            }
            let record = ["f1", "j1", "m\(random.below(4))", "m-\(writers)-\(sequence)"][random.below(4)]
            let dot: (WriterID, UInt32) = random.below(15) == 0
                ? (others[random.below(2)], UInt32(1 + random.below(9))) : (writer, random.below(20) == 0 ? sequence + 1 : sequence)
            var anchor: (WriterID, UInt32)?
            if random.below(4) == 0, let (known, end) = base.ends.min(by: { $0.key < $1.key }) {
                anchor = (known, UInt32(1 + random.below(Int(end.last))))
            }
            changes.append(ForgedChange(
                dot.0, dot.1, record, anchor: anchor, context: context, isAnchor: context.isEmpty ? random.below(2) == 0 : random.below(20) == 0,
                deletes: random.below(5) == 0))
        }
        let cut = random.below(changes.count + 1)
        delta.bodies = [Array(changes[..<cut]), Array(changes[cut...])].filter { !$0.isEmpty }
        return delta
    }
}
