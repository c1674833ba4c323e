import CRDT
import Relay
import Sync
import Testing
import Trust
import Wire

/// What a relay keeps, claims, serves and drops, without a key.
@Suite struct CarryingTests {
    @Test func whatOneLaptopBringsTheNextTakes() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b, c) = (scene.laptops[0], scene.laptops[1], scene.laptops[2])
        scene.edit(a)
        let first = try scene.upload(a)
        scene.edit(a, count: 3)
        let second = try scene.upload(a)
        #expect(try scene.download(b) == [first, second])
        scene.edit(b)
        let third = try scene.upload(b)
        #expect(try scene.download(a) == [third])
        #expect(try scene.download(c) == [first, second, third])
        #expect(a.knowledge == c.knowledge && scene.space.ledger("people")!.claims == c.knowledge)
        #expect(try scene.download(c) == [], "nothing comes twice")
    }

    @Test func itStaysAfterARestartAndAFailureTakesNothingBack() throws {
        let scene = try RelayScene()
        let (a, b) = (scene.laptops[0], scene.laptops[1])
        scene.edit(a)
        let first = try scene.upload(a)
        scene.edit(a)
        scene.memory.failure = RelayError(.full)
        #expect(throws: RelayError(.full)) { try scene.upload(a) }
        try scene.space.reload()
        #expect(try scene.download(b) == [first])
        let second = try scene.upload(a)
        let again = try CarriedSpace(scene.space.store, keys: scene.relayKeys, environment: scene.environment)
        #expect(again.ledger("people")!.claims == a.knowledge)
        #expect(again.roster.digest == scene.roster.digest)
        #expect(try scene.download(b) == [second])
    }

    /// Once the removal is known, nothing that the removed packed is served; who has merged it offers it again and so vouches for it.
    @Test func theRemovedIsServedNoMoreAndVouchedForByOthers() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b, c) = (scene.laptops[0], scene.laptops[1], scene.laptops[2])
        scene.edit(b)
        try scene.upload(b)
        try scene.download(a)
        scene.edit(a)
        let onTop = try scene.upload(a)
        try scene.author { try $0.revoke(b.device) }
        try scene.meetRosters()
        #expect(scene.space.ledger("people")!.claims == Knowledge(), "what builds on it claims nothing either")
        #expect(try scene.download(c) == [])
        let vouched = try scene.upload(a)
        #expect(try scene.download(c) == [vouched])
        #expect(c.knowledge == a.knowledge && vouched != onTop)
        #expect(throws: WireError.self) { try scene.session(b) }
    }

    @Test func aSnapshotTakesThePlaceOfWhatTwoDevicesHold() throws {
        let scene = try RelayScene(laptopCount: 4)
        let (a, b, c, d) = (scene.laptops[0], scene.laptops[1], scene.laptops[2], scene.laptops[3])
        for _ in 0..<12 {
            scene.edit(a)
            try scene.upload(a, byteCount: 3_000)
        }
        #expect(scene.space.wantsSnapshot(of: "people"))
        try scene.download(a)
        let session = try scene.session(a)
        try session.keepReceipt(of: session.peer!, collection: "people", knowledge: a.knowledge)
        #expect(try session.snapshotToAskFor() == "people")
        #expect(try session.snapshotToAskFor() == nil, "once on a connection")
        let (manifest, segments) = try scene.pack(a, base: Knowledge(), byteCount: 3_500)
        try scene.space.store.transaction {
            let admission = try session.admit(manifest)
            #expect(admission == .known)
            let isWhole = try session.merge(segments[0], of: manifest)
            #expect(isWhole)
        }
        #expect(!scene.space.wantsSnapshot(of: "people"))
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.count == 13, "only one device is known to hold it all")
        try scene.download(b)
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.count == 13, "only one other is known to hold it all")
        #expect(try scene.download(c) == [manifest.id])
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.map(\.delta.manifest.id) == [manifest.id])
        #expect(try scene.download(d) == [manifest.id])
        #expect(c.knowledge == a.knowledge && d.knowledge == a.knowledge)
        scene.edit(b)
        let next = try scene.upload(b)
        #expect(try scene.download(c) == [next], "who is nearly up to date is not sent everything")
    }

    private func contents(_ byte: UInt8) -> ContentsDigest {
        ContentsDigest(living: Array(repeating: byte, count: 32), erased: Array(repeating: 1, count: 32))
    }

    /// Two who say that they hold it all are not enough: they must hold the same as the snapshot, or nothing is dropped.
    @Test func aSnapshotThatOthersContradictTakesNoPlace() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b, c) = (scene.laptops[0], scene.laptops[1], scene.laptops[2])
        scene.edit(b)
        try scene.upload(b)
        a.knowledge = b.knowledge
        a.chains = b.chains
        c.knowledge = b.knowledge
        c.chains = b.chains
        // A packs all of it, and says something else of it than b and c hold.
        let asked = try scene.state(a, contents(9))
        let (lie, parts) = try scene.pack(a, base: Knowledge(), byteCount: 50, contents: contents(9))
        _ = try scene.state(b, contents(2))
        try scene.space.store.transaction {
            let admission = try asked.admit(lie)
            #expect(admission == .known)
            let isWhole = try asked.merge(parts[0], of: lie)
            #expect(isWhole, "nobody's contradiction is turned away")
        }
        _ = try scene.state(c, contents(2))
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.count == 2)
        // b is told that others hold something else, sends all of its own, and gets what contradicts it, once.
        let session = try scene.state(b, contents(2))
        let stated = try session.statedContents().contents["people"]!
        #expect(Set(stated.map(\.contents)) == [contents(9), contents(2)] && stated.allSatisfy { !$0.isHeldWhole })
        let served = try session.frozenDelta(of: "people", base: b.knowledge, partial: [], working: {})
        #expect(served?.manifest.id == lie.id)
        #expect(try session.frozenDelta(of: "people", base: b.knowledge, partial: [], working: {}) == nil)
        let (whole, own) = try scene.pack(b, base: Knowledge(), byteCount: 60, contents: contents(2))
        try scene.space.store.transaction {
            _ = try session.admit(whole)
            let isWhole = try session.merge(own[0], of: whole)
            #expect(isWhole)
        }
        #expect(try session.statedContents().contents["people"]!.contains(StatedContents(contents(2), isHeldWhole: true)))
        // As long as anybody contradicts the newest, nothing is dropped.
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.count == 3)
        // A has taken what b sent, and holds the same now: it is settled, and what b sent takes the place of the rest.
        _ = try scene.state(a, contents(2))
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.map(\.delta.manifest.id) == [whole.id])
        #expect(try session.statedContents().contents["people"]!.map(\.contents) == [contents(2)])
    }

    @Test func anErasureIsDoneWhenNothingOlderIsLeft() throws {
        let scene = try RelayScene()
        let (a, b) = (scene.laptops[0], scene.laptops[1])
        scene.edit(a)
        try scene.upload(a)
        try scene.download(b)
        try scene.download(a)
        try scene.author { try $0.erase("people", try ErasedRecords([ErasedRecords.Record(table: "contact", key: [1])])) }
        try scene.meetRosters()
        let erasure = scene.roster.state.erasures[0].id
        try scene.settle()
        #expect(scene.space.roster.state.confirmations[erasure] == nil)
        #expect(scene.space.wantsSnapshot(of: "people"))
        let session = try scene.session(a)
        try session.keepReceipt(of: session.peer!, collection: "people", knowledge: a.knowledge)
        #expect(try session.snapshotToAskFor() == "people")
        let (manifest, segments) = try scene.pack(a, base: Knowledge())
        try scene.space.store.transaction {
            _ = try session.admit(manifest)
            _ = try session.merge(segments[0], of: manifest)
        }
        try scene.settle()
        #expect(scene.space.ledger("people")!.held.map(\.delta.manifest.id) == [manifest.id])
        #expect(scene.space.roster.state.confirmations[erasure] == [scene.space.device])
        #expect(!scene.space.wantsSnapshot(of: "people"))
    }

    /// Two copies of one laptop bring two futures of one writer: both are kept, told apart, and served to everyone.
    @Test func copiesAreToldApart() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b, c) = (scene.laptops[0], scene.laptops[1], scene.laptops[2])
        scene.edit(a)
        try scene.upload(a)
        let copy = RelayScene.Laptop(1)
        copy.knowledge = a.knowledge
        copy.chains = a.chains
        scene.edit(a)
        scene.edit(copy)
        try scene.upload(a)
        let session = try scene.session(copy)
        let statement = try session.knowledge()["people"]!
        #expect(throws: ForkFound.self) { try session.frozenDelta(of: "people", base: copy.knowledge, partial: [], working: {}) }
        // The chains are exchanged, the copy learns the cut and goes by its own name for what lies beyond.
        let chains = try session.chains(of: "people", [a.writer])
        #expect(chains[a.writer]?.ends.count == 2)
        try session.heal("people", [a.writer: WholeChain(origin: nil, ends: copy.chains[a.writer]!)])
        let shared = copy.chains[a.writer]![0], own = copy.chains[a.writer]![1]
        copy.knowledge = Knowledge([a.writer: shared, own.nonce: own])
        copy.chains = [a.writer: [shared], own.nonce: [own]]
        copy.origins = [own.nonce: Origin(root: a.writer, before: shared)]
        #expect(scene.space.ledger("people")!.claims != statement)
        try scene.upload(copy)
        #expect(scene.space.ledger("people")!.claims.ends.count == 3)
        try scene.download(b)
        try scene.download(c)
        #expect(b.knowledge == c.knowledge)
        let again = try CarriedSpace(scene.space.store, keys: scene.relayKeys, environment: scene.environment)
        #expect(again.ledger("people")!.claims == scene.space.ledger("people")!.claims)
    }

    /// A base named by what the relay said stays known, and small.
    @Test func basesAreToldToThoseWhoWereNotThere() throws {
        let scene = try RelayScene(laptopCount: 3)
        let (a, b) = (scene.laptops[0], scene.laptops[1])
        for laptop in scene.laptops.dropFirst() {
            scene.edit(laptop)
            try scene.upload(laptop)
        }
        try scene.download(a)
        for _ in 0..<100 {
            scene.edit(a)
            let session = try scene.session(a)
            try scene.space.store.transaction {
                let stated = try session.knowledge()["people"]!
                try session.noteStatement(to: a.replica, collection: "people", knowledge: stated)
                let form: KnowledgeForm = stated.ends.isEmpty ? .whole(stated) : .relative(to: stated.name, changed: [:])
                let (manifest, segments) = try scene.pack(a, base: stated, form: form)
                let admission = try session.admit(manifest)
                #expect(admission == .merges)
                let isWhole = try session.merge(segments[0], of: manifest)
                #expect(isWhole)
            }
        }
        #expect(try scene.download(b).count == 101)
        #expect(b.knowledge == a.knowledge)
        let forms = try scene.space.store.archivedNames().compactMap { try scene.space.store.archived($0) }
        #expect(forms.contains { if case .relative = $0 { true } else { false } })
        let again = try CarriedSpace(scene.space.store, keys: scene.relayKeys, environment: scene.environment)
        #expect(again.ledger("people")!.claims == a.knowledge)
        #expect(try scene.download(scene.laptops[2]).count == 101)
    }

    @Test func badDeltasAreRefusedAndNothingIsKept() throws {
        let scene = try RelayScene()
        let (a, b) = (scene.laptops[0], scene.laptops[1])
        scene.edit(a)
        let (manifest, segments) = try scene.pack(a, base: Knowledge())
        func code(_ body: () throws -> Void) -> WireError.Code? {
            do { try scene.space.store.transaction(body) } catch { return (error as? WireError)?.code }
            return nil
        }
        let session = try scene.session(b)
        #expect(code { _ = try session.admit(manifest) } == .notPermitted, "packed by another")
        let own = try scene.session(a)
        #expect(code {
            _ = try own.admit(manifest)
            var bytes = segments[0].bytes
            bytes[7] ^= 1
            _ = try own.merge(SealedSegment(delta: manifest.id, index: 0, bytes: bytes), of: manifest)
        } == .damaged)
        #expect(code { _ = try own.merge(SealedSegment(delta: .zero, index: 0, bytes: []), of: manifest) } != nil)
        scene.edit(a)
        let (late, _) = try scene.pack(a, base: Knowledge([a.writer: a.chains[a.writer]![0]]))
        try scene.space.store.transaction {
            if case .waits = try own.admit(late) {} else { Issue.record("a delta without its base") }
        }
        #expect(scene.space.ledger("people")!.claims == Knowledge())
        #expect(try scene.space.store.deltas(after: 0).isEmpty)
    }

    @Test func beyondTheQuotaNothingIsTaken() throws {
        let scene = try RelayScene()
        let a = scene.laptops[0]
        scene.quota = 1_000
        scene.space = try CarriedSpace(scene.space.store, keys: scene.relayKeys, environment: scene.environment)
        scene.edit(a)
        #expect(throws: NoRoom.self) { try scene.upload(a, byteCount: 5_000) }
        #expect(throws: Never.self) { try scene.upload(a, byteCount: 100) }
    }
}
