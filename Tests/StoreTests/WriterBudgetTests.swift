import Community
import CRDT
import Foundation
import Store
import Testing
import Wire

/// What one member can make others keep for ever: writers that nobody has signed for, and deltas that wait. Whatever a replica
/// accepts it can export, exchange and pass on.
@Suite struct WriterBudgetTests {
    private let zuid: Neighbourhood
    private let fatima: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        try fatima.executeAsClient("insert into person (id, name) values ('a', 'Amina')")
    }

    /// A writer that was made up.
    private func stranger(_ number: Int) -> WriterID { Nonce(high: 0xF00D, low: UInt64(number)) }

    /// A delta without contents that claims one change of each of these writers, rightly signed.
    private func claim(_ strangers: Range<Int>, by name: String, waitingOn missing: Range<Int> = 0..<0, packed: Int64 = 0) throws -> Manifest {
        let chains = Dictionary(uniqueKeysWithValues: strangers.map { (stranger($0), [BatchEnd(last: 1, nonce: stranger($0))]) })
        let base = Knowledge(Dictionary(uniqueKeysWithValues: missing.map { (stranger($0), BatchEnd(last: 1, nonce: stranger($0))) }))
        let keys = Members.keys(name)
        return try Manifest(
            space: zuid.space.id, collection: "people", packer: keys.identity.id, packerReplica: keys.identity.id,
            packedMilliseconds: packed, base: .whole(base), chains: chains, segments: [],
            epoch: Members.epoch("people").id
        ).signed(by: zuid.members.sealing(name, in: zuid.space.id))
    }

    /// Fatima goes on: she stamps, exports, and Jan takes it in.
    private func expectGoesOn(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
        try fatima.executeAsClient("update person set name = 'Amina B.'")
        let jan = try zuid.store("jan-\(UUID().uuidString)")
        try fatima.stamp()
        zuid.members.name(try fatima.ownWriters.map(\.writer))
        try jan.meet(fatima)
        #expect(try jan.value(person("a"), "name") == .text("Amina B."), sourceLocation: sourceLocation)
        try jan.executeAsClient("update person set phone = '1'")
        try fatima.meet(jan)
        try expectEqualRows(fatima, jan, sourceLocation: sourceLocation)
    }

    private func refusal(_ body: () throws -> Void) -> WireError? {
        do { try body() } catch { return error as? WireError }
        return nil
    }

    @Test(arguments: [Limits.strangerCount - 1, Limits.strangerCount, Limits.strangerCount + 1])
    func aPackerBringsSoManyStrangers(_ count: Int) throws {
        let manifest = try claim(0..<count, by: "mallory")
        let found = refusal { _ = try fatima.admit(manifest) }
        #expect(found == (count > Limits.strangerCount ? WireError(strangersFrom: Members.keys("mallory").identity.id) : nil))
        try expectGoesOn()
    }

    /// Two legal deltas with 65,536 writers; and in many small ones.
    @Test func manyStrangersDoNotStopAnybody() throws {
        for range in [0..<32_768, 32_768..<65_536] {
            let manifest = try claim(range, by: "mallory")
            #expect(refusal { _ = try fatima.admit(manifest) }?.code == .tooLarge)
        }
        var refused = 0
        for start in stride(from: 0, to: 3_000, by: 500) {
            let manifest = try claim(start..<start + 500, by: "mallory", packed: Int64(start))
            if refusal({ _ = try fatima.admit(manifest) }) != nil { refused += 1 }
        }
        #expect(refused == 4, "1,000 of 1,024")
        #expect(try fatima.knowledge()["people"]!.ends.count <= Limits.strangerCount + 1)
        try expectGoesOn()
        // Somebody else's are counted apart.
        let other = try claim(10_000..<10_100, by: "bo")
        #expect(try fatima.admit(other) == .merges)
    }

    /// By bundle and relay it is set aside under its packer's name, and what is beside it goes on. It can be accepted once the
    /// roster names its writers: what others would not take from here is not taken.
    @Test func tooManyAreSetAside() throws {
        let manifest = try claim(0..<2_000, by: "mallory"), honest = try claim(5_000..<5_001, by: "bo")
        let report = try fatima.mergeBundle(dryRun: false, salvage: false) { bundle in
            try bundle.begin(manifest)
            try bundle.begin(honest)
        }
        #expect(report.deltas.map(\.state) == [.unreadable(.tooLarge), .merged])
        #expect(try fatima.admitCarried(manifest) == .unreadable(.tooLarge))
        #expect(try fatima.quarantined().map(\.packer) == [Members.keys("mallory").identity.id])
        try expectGoesOn()
        #expect(throws: (any Error).self) { try fatima.acceptQuarantined(manifest.id) }
        #expect(try fatima.retryAside(all: true) == 0 && fatima.quarantined().count == 1)
        zuid.members.name((0..<2_000).map(stranger))
        #expect(try fatima.retryAside(all: true) == 1)
        #expect(try fatima.quarantined().isEmpty && fatima.knowledge()["people"]!.ends.count > 2_000)
        try expectGoesOn()
    }

    /// What waits is bounded by its packer; what is beyond is refused in a bundle, and not kept from a relay.
    @Test(arguments: [Limits.asideDeltaCount - 1, Limits.asideDeltaCount, Limits.asideDeltaCount + 1])
    func soManyDeltasWait(_ count: Int) throws {
        var last: WireError?
        for number in 0..<count {
            let manifest = try claim(0..<1, by: "mallory", waitingOn: 1..<2, packed: Int64(number))
            last = refusal { _ = try fatima.mergeBundle(dryRun: false, salvage: false) { try $0.begin(manifest) } }
            // The same again takes no more room.
            if number == 0 { #expect(refusal { _ = try fatima.mergeBundle(dryRun: false, salvage: false) { try $0.begin(manifest) } } == nil) }
        }
        #expect(last?.code == (count > Limits.asideDeltaCount ? .tooLarge : nil))
        #expect(try fatima.status().waitingBundles == min(count, Limits.asideDeltaCount))
        let another = try claim(0..<1, by: "mallory", waitingOn: 1..<2, packed: -1)
        guard case .waits = try fatima.admitCarried(another) else { return #expect(Bool(false), "a relay goes on") }
        #expect(try fatima.status().waitingBundles == min(count + 1, Limits.asideDeltaCount))
        let other = try claim(0..<1, by: "bo", waitingOn: 1..<2)
        #expect(refusal { _ = try fatima.mergeBundle(dryRun: false, salvage: false) { try $0.begin(other) } } == nil)
        try expectGoesOn()
    }

    /// As many bytes as a packer may leave here; what a manifest declares counts, before any of it is taken.
    @Test func soManyBytesWait() throws {
        func large(_ byteCount: Int, _ number: Int64) throws -> Manifest {
            let keys = Members.keys("mallory"), piece = Limits.frameByteCount - 64
            let sizes = Array(repeating: piece, count: byteCount / piece) + (byteCount % piece > 0 ? [byteCount % piece] : [])
            return try Manifest(
                space: zuid.space.id, collection: "people", packer: keys.identity.id, packerReplica: keys.identity.id,
                packedMilliseconds: number, base: .whole(Knowledge([stranger(1): BatchEnd(last: 1, nonce: stranger(1))])),
                chains: [stranger(2): [BatchEnd(last: 1, nonce: stranger(2))]],
                segments: sizes.map { .init(changeCount: 1, bodyByteCount: 1, sealedByteCount: $0, digest: Array(repeating: 0, count: 32)) },
                epoch: Members.epoch("people").id
            ).signed(by: zuid.members.sealing("mallory", in: zuid.space.id))
        }
        let half = try large(Limits.asideByteCount / 2, 1)
        _ = try fatima.admitCarried(half)
        for (size, isKept) in [(Limits.asideByteCount / 2 + 1, false), (Limits.asideByteCount / 2, true), (1, false)] {
            let before = try fatima.status().inParts.count
            _ = try fatima.admitCarried(try large(size, 2))
            #expect(try fatima.status().inParts.count == before + (isKept ? 1 : 0), "\(size)")
        }
        try expectGoesOn()
    }
}
