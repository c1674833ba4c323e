import CRDT
import Relay
import Sync
import Testing
import Trust
import Wire

/// What a relay holds and may not serve as it is: packed by one who was removed, or not to be read by a member.
@Suite struct SetAsideTests {
    private func erase(_ scene: RelayScene) throws {
        try scene.author { try $0.erase("people", try ErasedRecords([ErasedRecords.Record(table: "contact", key: [1])])) }
        try scene.meetRosters()
        try scene.settle()
    }

    /// Work that nobody else has: it goes with an erasure only when two members have it for review, and only then is the erasure confirmed.
    @Test func whatTheRemovedBroughtIsHandedOverBeforeItGoes() throws {
        let scene = try RelayScene(laptopCount: 4)
        let (a, b, c, d) = (scene.laptops[0], scene.laptops[1], scene.laptops[2], scene.laptops[3])
        scene.edit(b)
        let work = try scene.upload(b)
        try scene.author { try $0.revoke(b.device) }
        try scene.meetRosters()
        #expect(scene.space.ledger("people")!.claims == Knowledge(), "it claims nothing")
        try erase(scene)
        func isHeld() -> Bool { scene.space.ledger("people")!.held.contains { $0.delta.manifest.id == work } }
        #expect(isHeld() && !scene.space.wantsSnapshot(of: "people"), "no snapshot takes its place")
        let session = try scene.session(a)
        #expect(session.toReview == [work] && !session.isCurrent)
        #expect(try scene.download(a) == [] && a.aside == [work])
        #expect(try scene.session(a).toReview == [], "it is brought once")
        #expect(try scene.download(a) == [])
        try scene.settle()
        #expect(isHeld(), "one device alone is not enough")
        #expect(scene.space.roster.state.confirmations.isEmpty)
        // After a restart the relay hears of it anew.
        try scene.space.reload()
        #expect(try scene.download(c) == [] && c.aside == [work])
        try scene.settle()
        #expect(isHeld())
        #expect(try scene.download(a) == [])
        try scene.settle()
        #expect(!isHeld())
        #expect(scene.space.roster.state.confirmations.values.allSatisfy { $0.contains(scene.space.device) })
        #expect(try scene.download(d) == [] && d.aside.isEmpty)
    }

    /// A member cannot read a delta: its claims count for nothing until somebody else has vouched for them; its packer is not asked again.
    @Test func whatCannotBeReadIsVouchedForByOthers() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b, c) = (scene.laptops[0], scene.laptops[1], scene.laptops[2])
        scene.edit(b)
        let bad = try scene.upload(b)
        try scene.download(a)
        let all = a.knowledge
        #expect(all == b.knowledge)
        c.unreadable = [bad]
        #expect(try scene.download(c) == [] && c.aside == [bad])
        // Named in the next statement.
        #expect(try scene.download(c) == [])
        let ledger = scene.space.ledger("people")!
        #expect(ledger.claims == Knowledge() && ledger.held.count == 1)
        #expect(try scene.session(b).knowledge()["people"] == all, "whoever packed it is not asked for it again")
        #expect(try scene.session(a).knowledge()["people"] == Knowledge())
        // What builds on it in its packer's hands is taken all the same.
        scene.edit(b)
        let next = try scene.upload(b, base: all)
        #expect(ledger.held.map(\.delta.manifest.id) == [bad, next] && ledger.claims == Knowledge())
        let vouched = try scene.upload(a)
        #expect(ledger.claims == b.knowledge, "upon it the other one counts as well")
        #expect(try scene.download(c) == [vouched, next])
        #expect(c.knowledge == b.knowledge)
        c.aside = []
        c.unreadable = []
        // It has read it meanwhile, by other ways: it says nothing of it any more, and nobody doubts it.
        try scene.space.store.transaction {
            _ = try scene.session(c).frozenDelta(of: "people", base: c.knowledge, partial: [], working: {})
        }
        let doubted = ledger.held.count { $0.isDoubted }
        #expect(doubted == 0)
    }

    /// One device may not have everybody send everything again.
    @Test func aDeviceIsHeardOfSoManyAndNoMoreWhenItIsRemoved() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b, c) = (scene.laptops[0], scene.laptops[1], scene.laptops[2])
        for _ in 0..<20 {
            scene.edit(a)
            try scene.upload(a)
        }
        let ledger = scene.space.ledger("people")!
        c.aside = Set(ledger.held.map(\.delta.manifest.id))
        c.unreadable = c.aside
        _ = try scene.download(c)
        #expect(ledger.held.count { $0.isDoubted } == 16)
        #expect(try scene.session(a).knowledge()["people"] == a.knowledge)
        #expect(try !scene.download(b).isEmpty && b.knowledge == a.knowledge, "others are served it as before")
        try scene.author { try $0.revoke(c.device) }
        try scene.meetRosters()
        #expect(ledger.held.allSatisfy { !$0.isDoubted } && ledger.claims == a.knowledge)
    }
}
