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
        let hello = Hello(space: nil, device: .zero, replica: .zero, digest: .zero, rosterDigest: .zero)
        #expect(throws: WireError(.unexpected, in: "hello without a space")) { try driver.receive(.hello(hello)) }
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
        let hello = FakeReplica.hello()
        // Another roster than the listener's: the roster comes first.
        let other = FakeReplica.hello(rosterDigest: Nonce(high: 7, low: 7))
        let newcomer = Hello(space: nil, device: .zero, replica: .zero, digest: .zero, rosterDigest: .zero)
        let knowledge = Message.knowledge(collection: "people", .whole(Knowledge()), partial: [])
        let heads = Message.heads([]), statements = Message.statements([]), news = Message.statements([Array("genesis".utf8)])
        let segment = Message.segment(SealedSegment(delta: delta, index: 0, bytes: [1]))
        let preamble = Message.preamble(Preamble(
            space: FakeReplica.space(1).id, packer: .zero, packerReplica: .zero, packedMilliseconds: 0, knownHeads: [], heads: []))
        let end = Message.end(frameCount: 0, digest: Array(repeating: 0, count: 32))
        let manifest = Message.manifest(manifest(base: Knowledge(), chains: [:]))
        let strayReceipt = Message.receipt(collection: "people", .whole(Knowledge()))
        let chains = Message.chains(collection: "people", [:])
        let stray: [Message] = [
            .request([]), segment, .merged(delta: delta, index: 0), strayReceipt, preamble, end,
            .wholeKnowledgeWanted(collection: "people"), .wholeKnowledgeWanted(collection: "unheard of"),
        ]
        let data = [knowledge, .stated, manifest, .done]
        let prefixes: [(said: [Message], wrong: [Message])] = [
            ([], stray + data + [.working, heads, statements, chains]),
            ([.hello(hello)], stray + [.hello(hello), .done, manifest, heads, statements, news]),
            ([.hello(hello), knowledge], stray + [knowledge, .done, manifest, heads, statements, news]),
            ([.hello(hello), knowledge, .stated], stray + [.hello(hello), .stated, knowledge, heads, statements]),
            ([.hello(hello), .stated], [manifest, knowledge]),
            ([.hello(hello), knowledge, .stated, .done], stray + [.done, manifest, .stated, knowledge, heads, statements, news]),
            ([.hello(other)], stray + data + [.hello(other), .hello(hello), statements, chains]),
            ([.hello(other), .working, heads], stray + data + [.hello(other), heads, chains]),
            ([.hello(other), heads, .working, statements], stray + [.hello(other), heads, statements, .done, manifest]),
            ([.hello(newcomer)], stray.dropFirst() + data + [.hello(hello), .working, heads, statements, chains]),
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

    /// What was changed under way, with every checksum made right again: the signature, and the seal.
    @Test func whatSomebodyElseMadeIsRefused() throws {
        let sender = FakeReplica(7)
        sender.edit("people", count: 6)
        let frozen = try sender.frozenDelta(of: "people", base: Knowledge(), partial: []) {}!
        var payload = frozen.manifest.payload
        payload[payload.count - 1] ^= 1
        let forged = try payload.withUnsafeBytes { try Manifest($0) }
        #expect(forged.id == frozen.manifest.id)
        #expect(try stated().failure(of: .manifest(forged)) == .badSignature)

        let part = frozen.manifest.segments[0]
        let unsealed = Array(try frozen.segment(0).dropLast())
        let manifest = FakeSealing.signed(Manifest(
            space: FakeReplica.space(1).id, collection: "people", packer: .zero, packerReplica: .zero, packedMilliseconds: 0,
            base: .whole(Knowledge()), chains: frozen.manifest.chains,
            segments: [.init(
                changeCount: part.changeCount, bodyByteCount: part.bodyByteCount, sealedByteCount: unsealed.count,
                digest: Digest.sha256(unsealed))], epoch: FakeSealing.epoch))
        let driver = try stated()
        try driver.receive(.manifest(manifest))
        #expect(driver.failure(of: .segment(SealedSegment(delta: manifest.id, index: 0, bytes: unsealed))) == .malformed)
    }

    @Test func tooManyCollections() throws {
        let driver = try SessionErrorTests.greeted()
        for number in 0..<Limits.collectionCount {
            try driver.receive(.knowledge(collection: "c\(number)", .whole(Knowledge()), partial: []))
        }
        #expect(driver.failure(of: .knowledge(collection: "more", .whole(Knowledge()), partial: [])) == .tooLarge)
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
        return FakeSealing.signed(Manifest(
            space: space, collection: collection, packer: .zero, packerReplica: .zero, packedMilliseconds: 0, base: form,
            chains: chains, segments: [part], epoch: FakeSealing.epoch))
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
        try receive(.hello(FakeReplica.hello()))
    }

    fileprivate func state() throws {
        try greet()
        try receive(.knowledge(collection: "people", .whole(Knowledge()), partial: []))
        try receive(.stated)
    }

    fileprivate func failure(of message: Message) -> WireError.Code? {
        do {
            try receive(message)
            return nil
        } catch { return (error as? WireError)?.code }
    }
}
