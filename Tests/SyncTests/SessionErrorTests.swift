import CRDT
import Sync
import Testing
import Wire

/// What is out of place ends the session with a typed error on this side and a code on the other; nothing is merged.
@Suite struct SessionErrorTests {
    @Test func anotherSpace() throws {
        let scene = try Scene(FakeReplica(1), FakeReplica(2, space: FakeReplica.space(2))).run()
        #expect(scene.listener.code == .otherSpace && scene.listener.refusal == "other-space")
        #expect(scene.dialer.error as? WireError == WireError(.refused, in: "other-space"))
        // Nothing of the listener's was told.
        #expect(scene.listener.outbox.log == [.refusal(code: "other-space")])
        #expect(scene.dialer.refusal == nil)
    }

    @Test func itself() throws {
        let scene = try Scene(FakeReplica(1), FakeReplica(1)).run()
        #expect(scene.listener.code == .unexpected && scene.dialer.code == .refused)
    }

    @Test func aDialerMeetsNoNewcomer() throws {
        let driver = SessionDriver(replica: FakeReplica(1), role: .dialer) { _ in }
        try driver.start()
        let hello = Hello(space: nil, device: .zero, replica: .zero, label: "", digest: .zero)
        #expect(throws: WireError(.unexpected, in: "hello without a space")) { try driver.receive(.hello(hello)) }
    }

    /// Two copies of one writer that part after its third change, one of them further than the other or both as far.
    @Test(arguments: [2, 4]) func aCopiedReplicaIsNoticedBeforeAnythingIsMerged(count: Int) throws {
        let fatima = FakeReplica(1), copy = FakeReplica(2)
        let writer = Nonce(high: 9, low: 9)
        for replica in [fatima, copy] { replica.edit("people", writer: writer, count: 3) }
        fatima.edit("people", writer: writer, count: 2, salt: 1)
        copy.edit("people", writer: writer, count: count, salt: 2)
        let scene = try Scene(fatima, copy).run()
        let codes = [scene.dialer.code, scene.listener.code]
        #expect(codes.contains(.forked) && !codes.contains(nil))
        #expect([scene.dialer.refusal, scene.listener.refusal].contains("forked"))
        #expect(fatima.mergedSegments.isEmpty && copy.mergedSegments.isEmpty)
    }

    @Test func aFullDiskEndsTheSessionAndTellsOnlyThat() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.edit("people", count: 20)
        jan.mergesUntilDiskFull = 3
        let scene = try Scene(fatima, jan).run()
        #expect(scene.listener.error is FakeReplica.DiskFull)
        #expect(scene.listener.refusal == "failed")
        #expect(scene.dialer.error as? WireError == WireError(.refused, in: "failed"))
        jan.mergesUntilDiskFull = .max
        #expect(try Scene(fatima, jan).run().isFinished)
        #expect(jan.collections["people"]!.marks.count == 20)
    }

    @Test func aRefusalsOwnWordsAreNotRepeated() throws {
        let driver = SessionDriver(replica: FakeReplica(1), role: .dialer) { _ in }
        try driver.start()
        #expect(throws: WireError(.refused, in: "unknown code")) { try driver.receive(.refusal(code: "call 0900-SCAM")) }
    }

    /// Every kind of message, in every state of the listener where it has no place.
    @Test func messagesOutOfPlace() throws {
        let delta = Nonce(high: 1, low: 1)
        let hello = Hello(
            space: FakeReplica.space(1).id, device: Nonce(high: 3, low: 3), replica: Nonce(high: 4, low: 4), label: "",
            digest: .zero)
        let knowledge = Message.knowledge(collection: "people", .whole(Knowledge()), partial: [])
        let roster = Message.roster(Roster(devices: []))
        let segment = Message.segment(SealedSegment(delta: delta, index: 0, bytes: [1]))
        let preamble = Message.preamble(Preamble(space: FakeReplica.space(1), packer: .zero, label: "", packedMilliseconds: 0))
        let end = Message.end(frameCount: 0, digest: Array(repeating: 0, count: 32))
        let manifest = Message.manifest(manifest(base: Knowledge(), chains: [:]))
        let strayReceipt = Message.receipt(collection: "people", .whole(Knowledge()))
        let stray: [Message] = [
            .space(FakeReplica.space(1)), segment, .merged(delta: delta, index: 0), strayReceipt, preamble, end,
            .wholeKnowledgeWanted(collection: "people"), .wholeKnowledgeWanted(collection: "unheard of"),
        ]
        let prefixes: [(said: [Message], wrong: [Message])] = [
            ([], stray + [.done, .working, knowledge, roster, manifest]),
            ([.hello(hello)], stray + [.hello(hello), .done, manifest]),
            ([.hello(hello), knowledge], stray + [knowledge, .done, manifest]),
            ([.hello(hello), knowledge, roster], stray + [.hello(hello), roster, knowledge]),
            ([.hello(hello), roster], [manifest, knowledge]),
            ([.hello(hello), knowledge, roster, .done], stray + [.done, manifest, roster, knowledge]),
        ]
        for (said, wrong) in prefixes {
            for message in wrong {
                let replica = FakeReplica(2)
                replica.edit("people", count: 5)
                var sent: [Message] = []
                let driver = SessionDriver(replica: replica, role: .listener) { sent.append($0) }
                try driver.start()
                for message in said { try driver.receive(message) }
                #expect(throws: WireError.self, "\(message) after \(said.count)") { try driver.receive(message) }
                #expect(sent.last == .refusal(code: "unexpected"), "\(message) after \(said.count)")
                #expect(!driver.isFinished && replica.mergedSegments.isEmpty)
                #expect(throws: WireError.self) { try driver.receive(.working) }
            }
        }
    }

    @Test func manifestsThatDoNotBelong() throws {
        let writer = Nonce(high: 9, low: 1)
        let chain = [writer: [BatchEnd(last: 1, nonce: writer)]]
        let beyond = Knowledge([writer: BatchEnd(last: 7, nonce: Nonce(high: 2, low: 2))])
        let cases: [(Manifest, WireError.Code)] = [
            (manifest(space: FakeReplica.space(2).id, base: Knowledge(), chains: chain), .otherSpace),
            (manifest(collection: "unheard of", base: Knowledge(), chains: chain), .unexpected),
            (manifest(base: beyond, chains: [:]), .unexpected),
            (manifest(base: Knowledge(), chains: [writer: [BatchEnd(last: 1, nonce: .zero)]]), .malformed),
        ]
        for (manifest, code) in cases {
            #expect(try stated().failure(of: .manifest(manifest)) == code)
        }
        let unknown = manifest(form: .relative(to: Nonce(high: 8, low: 8), changed: [:]), chains: chain)
        #expect(try stated().failure(of: .manifest(unknown)) == .unknownReceipt)
        let driver = try stated()
        try driver.receive(.manifest(manifest(base: Knowledge(), chains: chain)))
        #expect(driver.failure(of: .manifest(manifest(base: Knowledge(), chains: chain))) == .unexpected)
    }

    @Test func segmentsThatDoNotBelong() throws {
        let sender = FakeReplica(7)
        sender.edit("people", count: 6)
        let frozen = try sender.frozenDelta(of: "people", base: Knowledge(), partial: []) {}!
        let id = frozen.manifest.id
        func segment(_ index: Int, of source: Int? = nil, delta: DeltaID? = nil) throws -> Message {
            .segment(SealedSegment(delta: delta ?? id, index: index, bytes: try frozen.segment(source ?? index)))
        }
        func driver(_ indices: Int...) throws -> SessionDriver {
            let driver = try stated()
            try driver.receive(.manifest(frozen.manifest))
            for index in indices { try driver.receive(try segment(index)) }
            return driver
        }
        #expect(try driver().failure(of: try segment(1)) == .unexpected)
        #expect(try driver().failure(of: try segment(0, delta: Nonce(high: 3, low: 3))) == .unexpected)
        #expect(try driver(0).failure(of: try segment(0)) == .unexpected)
        #expect(try driver(0).failure(of: try segment(1, of: 2)) == .damaged)
        #expect(try driver(0).failure(of: .segment(SealedSegment(delta: id, index: 65_535, bytes: []))) == .unexpected)
        #expect(try driver(0, 1).failure(of: .done) == .unexpected)
        #expect(try driver(0, 1, 2).failure(of: try segment(2)) == .unexpected)
        #expect(try driver(0, 1, 2).failure(of: .done) == nil)
    }

    @Test func receiptsAndConfirmationsThatDoNotBelong() throws {
        func sending() throws -> (SessionDriver, DeltaID) {
            let replica = FakeReplica(2)
            replica.edit("people", count: 20)
            var delta = Nonce.zero
            let driver = SessionDriver(replica: replica, role: .listener) {
                if case .manifest(let manifest) = $0 { delta = manifest.id }
            }
            try driver.state()
            return (driver, delta)
        }
        let (first, delta) = try sending()
        try first.receive(.merged(delta: delta, index: 0))
        #expect(first.failure(of: .merged(delta: delta, index: 0)) == .unexpected)
        #expect(try sending().0.failure(of: .merged(delta: delta, index: 1)) == .unexpected)
        #expect(try sending().0.failure(of: .merged(delta: .zero, index: 0)) == .unexpected)
        #expect(try sending().0.failure(of: .receipt(collection: "people", .whole(Knowledge()))) == .unexpected)
        let (last, _) = try sending()
        for index in 0..<10 { try last.receive(.merged(delta: delta, index: index)) }
        let relative = KnowledgeForm.relative(to: Nonce(high: 8, low: 8), changed: [:])
        #expect(last.failure(of: .receipt(collection: "people", relative)) == .unknownReceipt)
    }

    @Test func tooManyCollections() throws {
        let driver = try SessionErrorTests.greeted()
        for number in 0..<Limits.collectionCount {
            try driver.receive(.knowledge(collection: "c\(number)", .whole(Knowledge()), partial: []))
        }
        #expect(driver.failure(of: .knowledge(collection: "more", .whole(Knowledge()), partial: [])) == .unexpected)
    }

    @Test func aBrokenConnectionIsNotAnsweredAndOthersAre() throws {
        func told(_ error: any Error) -> [Message] {
            var sent: [Message] = []
            let driver = SessionDriver(replica: FakeReplica(1), role: .listener) { sent.append($0) }
            #expect(throws: (any Error).self) { try driver.run { throw error } }
            return sent
        }
        #expect(told(WireError(.notKith, in: "frame header")).isEmpty)
        #expect(told(WireError(.damaged, in: "frame")) == [.refusal(code: "damaged")])
    }

    // MARK: Scenes

    private func manifest(
        space: SpaceID = FakeReplica.space(1).id, collection: String = "people", base: Knowledge,
        chains: [WriterID: [BatchEnd]]
    ) -> Manifest {
        manifest(space: space, collection: collection, form: .whole(base), chains: chains)
    }

    private func manifest(
        space: SpaceID = FakeReplica.space(1).id, collection: String = "people", form: KnowledgeForm,
        chains: [WriterID: [BatchEnd]]
    ) -> Manifest {
        let part = Manifest.Segment(
            changeCount: 1, bodyByteCount: 1, sealedByteCount: 1, digest: Array(repeating: 0, count: 32))
        return Manifest(
            space: space, collection: collection, packer: .zero, packerReplica: .zero, packedMilliseconds: 0, base: form,
            chains: chains, furtherWriters: [], earlyCount: 0, segments: [part])
    }

    private static func greeted() throws -> SessionDriver {
        let driver = SessionDriver(replica: FakeReplica(2), role: .listener) { _ in }
        try driver.greet()
        return driver
    }

    /// A listener with an empty replica that has heard the other side's statement.
    private func stated() throws -> SessionDriver {
        let driver = SessionDriver(replica: FakeReplica(2), role: .listener) { _ in }
        try driver.state()
        return driver
    }
}

extension SessionDriver {
    fileprivate func greet() throws {
        try start()
        try receive(.hello(Hello(
            space: FakeReplica.space(1).id, device: Nonce(high: 3, low: 3), replica: Nonce(high: 4, low: 4), label: "",
            digest: .zero)))
    }

    fileprivate func state() throws {
        try greet()
        try receive(.knowledge(collection: "people", .whole(Knowledge()), partial: []))
        try receive(.roster(Roster(devices: [])))
    }

    fileprivate func failure(of message: Message) -> WireError.Code? {
        do {
            try receive(message)
            return nil
        } catch { return (error as? WireError)?.code }
    }
}
