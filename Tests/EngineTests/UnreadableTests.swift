import BundleFile
import CRDT
import Engine
import Foundation
import Store
import Testing
import Transport
import Trust
import Wire

/// One delta that cannot be read holds up nothing else: by relay, by stick, between two laptops.
struct UnreadableTests {
    enum Fault: CaseIterable {
        /// 1,000 arbitrary bytes under a key that is here, or under one that nobody has.
        case noise, foreignEpoch
        /// Sealed as it should be: no zstd, more bytes than were said, a body of arbitrary bytes.
        case badZstd, wrongLength, randomBody
    }

    /// A delta by hand, of a writer of its own.
    private func forge(_ fault: Fault, by replica: Replica, seed: UInt64 = 1) throws -> (manifest: Manifest, segments: [SealedSegment]) {
        let epoch = try fault == .foreignEpoch ? Nonce(high: 0xF0, low: seed) : replica.membership.currentEpoch(of: "people")
        let noise = (0..<1_000).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ Int(seed)) ^ ($0 >> 3)) }
        let salt = Nonce(high: 0x5A17, low: seed)
        let bytes =
            switch fault {
            case .noise, .foreignEpoch: noise
            case .badZstd: try replica.membership.seal(noise, collection: "people", epoch: epoch, salt: salt)
            case .wrongLength: try SealedSegment.seal(noise + [0], collection: "people", epoch: epoch, salt: salt, by: replica.membership)
            case .randomBody: try SealedSegment.seal(noise, collection: "people", epoch: epoch, salt: salt, by: replica.membership)
            }
        let writer = Nonce(high: 0xBAD, low: seed)
        let manifest = try Manifest(
            space: replica.identity.space.id, collection: "people", packer: replica.identity.device, packerReplica: replica.identity.replica,
            packedMilliseconds: 1_700_000_000_000, base: .whole(Knowledge()), chains: [writer: [BatchEnd(last: 5, nonce: writer)]],
            segments: [.init(changeCount: 5, bodyByteCount: noise.count, sealedByteCount: bytes.count, digest: Digest.sha256(bytes))], epoch: epoch
        ).signed(by: replica.membership)
        return (manifest, [SealedSegment(delta: manifest.id, index: 0, bytes: bytes)])
    }

    /// Jan's bundle with forged deltas behind his own.
    private func stick(_ path: String, by replica: Replica, _ forged: [(manifest: Manifest, segments: [SealedSegment])]) throws {
        let honest = path + "-honest"
        _ = try replica.exportBundle(to: honest, for: .everyone)
        let state = try replica.membership.current()
        let epoch = try #require(state.roster.state.currentEpoch(of: KeyScope.members))
        let key = try #require(state.ring.key(epoch.id, of: KeyScope.members))
        let writer = try BundleFileWriter(
            path: path, envelope: try BundleEnvelope.make(epochKey: key, newcomers: [], random: replica.environment.nonce),
            nonce: replica.environment.nonce())
        let reader = try BundleFileReader(path: honest, key: replica.bundleKey)
        var messages: [Message] = []
        while let message = try reader.next() { messages.append(message) }
        // The forged come first: what follows is taken in all the same.
        let firstDelta = try #require(messages.firstIndex { if case .manifest = $0 { true } else { false } })
        for message in messages[..<firstDelta] { try writer.append(message) }
        for (manifest, segments) in forged {
            try writer.append(.manifest(manifest))
            for segment in segments { try writer.append(.segment(segment)) }
        }
        for message in messages[firstDelta...] {
            if case .end = message { continue }
            try writer.append(message)
        }
        _ = try writer.finish()
    }

    @Test("A relay with a delta that nobody can read: everybody's sync goes on, it is named once, and nothing is missing", arguments: Fault.allCases)
    func byRelay(fault: Fault) throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        let ans = try join("ans", seed: 3, admittedBy: fatima, scratch)
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        try relay.listen()
        defer { relay.close() }
        for replica in [jan, ans] { try carry(fatima, replica, scratch) }
        for replica in [fatima, jan, ans] { try replica.addRelay(relay.address) }
        func visit(_ replica: Replica) throws -> MeetingReport { try replica.sync(with: try #require(try replica.relayEntries().first)) }
        for replica in [fatima, jan, ans] { _ = try visit(replica) }
        let (manifest, segments) = try forge(fault, by: jan)
        #expect(try relay.take(manifest, segments, from: jan))
        try fatima.add("Fatou")
        let first = try visit(fatima)
        #expect(first.quarantined.map(\.state) == [.unreadable(.malformed)] && first.quarantined.map(\.packer) == [jan.identity.device])
        #expect(first.packerLabels == [jan.identity.device: "Laptop Jan"] && first.needsPerson)
        #expect(try visit(ans).quarantined.count == 1)
        try jan.add("Joris")
        _ = try visit(jan)
        // Both go on, and it does not come again.
        for replica in [ans, fatima, ans, fatima] {
            let report = try visit(replica)
            #expect(report.quarantined.isEmpty && report.missing.isEmpty)
        }
        #expect(try visit(ans).outcome.receivedDeltaCount == 0)
        #expect(try ans.has("Fatou") && ans.has("Joris") && fatima.has("Joris"))
        let entries = try ans.quarantineEntries()
        #expect(entries.map(\.delta.unreadable) == [.malformed] && entries.map(\.packer) == ["Laptop Jan"])
        #expect(try ans.memberStatus().unreadableCount == 1 && ans.memberStatus().quarantinedCount == 0)
        // Tried by hand it stays; discarded it is gone, and the relay does not bring it back.
        #expect(throws: WireError(.malformed, in: "quarantined delta")) { try ans.accept(entries[0].delta) }
        #expect(try ans.quarantineEntries().count == 1)
        try ans.store.discardQuarantined(entries[0].delta.delta)
        let after = try visit(ans)
        #expect(try after.quarantined.isEmpty && ans.quarantineEntries().isEmpty && ans.store.status().missing.isEmpty)
        // A newcomer gets all there is to read.
        let bo = try join("bo", seed: 4, admittedBy: fatima, scratch)
        _ = try visit(fatima)
        try bo.addRelay(relay.address)
        for _ in 0..<3 { _ = try visit(bo) }
        #expect(try bo.has("Fatou") && bo.has("Joris") && bo.store.status().missing.isEmpty)
        try expectSame(bo, fatima)
    }

    @Test("A bundle with unreadable deltas among good ones: the good are merged, the others set aside by name", arguments: Fault.allCases)
    func byStick(fault: Fault) throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        try carry(fatima, jan, scratch)
        try jan.add("Joris")
        let path = scratch.file("mixed")
        try stick(path, by: jan, [try forge(fault, by: jan, seed: 1), try forge(fault, by: jan, seed: 2)])
        let dry = try fatima.importBundle(path, dryRun: true)
        #expect(try dry.unreadableCount == 2 && fatima.quarantineEntries().isEmpty && !fatima.has("Joris"))
        let report = try fatima.importBundle(path)
        #expect(report.unreadableCount == 2 && report.needsPerson && report.report.missing.isEmpty)
        #expect(report.report.packerLabels == [jan.identity.device: "Laptop Jan"])
        #expect(try fatima.has("Joris"))
        #expect(try fatima.importBundle(path).unreadableCount == 2)
        let entries = try fatima.quarantineEntries()
        #expect(entries.count == 2 && entries.allSatisfy { $0.delta.unreadable == .malformed })
        for entry in entries { try fatima.store.discardQuarantined(entry.delta.delta) }
        #expect(try fatima.quarantineEntries().isEmpty && fatima.store.status().missing.isEmpty)
        // What is here can be stamped on, exported and handed on.
        try fatima.add("Fatou")
        #expect(try carry(fatima, jan, scratch).unreadableCount == 0)
        try expectSame(fatima, jan)
    }

    @Test("Admitted by one coordinator while another rotates: what cannot be read yet opens by itself when the key comes")
    func keyComesLater() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let bo = try join("bo", seed: 2, admittedBy: fatima, as: .coordinator, scratch)
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        try relay.listen()
        defer { relay.close() }
        try carry(fatima, bo, scratch)
        for replica in [fatima, bo] { try replica.addRelay(relay.address) }
        func visit(_ replica: Replica) throws -> MeetingReport { try replica.sync(with: try #require(try replica.relayEntries().first)) }
        for replica in [fatima, bo] { _ = try visit(replica) }
        try fatima.rotateKeys()
        let eva = try join("eva", seed: 3, admittedBy: bo, scratch)
        try eva.addRelay(relay.address)
        try fatima.add("Geheim")
        _ = try visit(fatima)
        // The relay hears of Eva from a reader of news, not from a coordinator who would give her the key at once.
        try bo.add("Van Bo")
        let statements = try eva.membership.current().roster.statements
        try relay.learn(statements)
        let report = try visit(eva)
        #expect(report.quarantined.contains { $0.state == .unreadable(.noKey) } && report.missing.isEmpty)
        #expect(try !eva.has("Geheim") && eva.quarantineEntries().allSatisfy { $0.delta.unreadable == .noKey })
        try eva.add("Van Eva")
        #expect(try visit(eva).outcome.receivedDeltaCount == 0, "it goes on, and nothing comes twice")
        // A coordinator meets the relay: the key is boxed to her.
        for replica in [fatima, fatima, eva, eva, fatima] { _ = try visit(replica) }
        #expect(try fatima.has("Van Eva"))
        #expect(try eva.has("Geheim") && eva.quarantineEntries().isEmpty && eva.store.status().missing.isEmpty)
    }

    /// Community 66000198: it stayed "no key" for ever.
    @Test("What could not be read, of one who was removed before the key came, is for people to decide on", arguments: [false, true])
    func keyComesAfterRemoval(_ isAcceptedElsewhere: Bool) throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let bo = try join("bo", seed: 2, admittedBy: fatima, as: .coordinator, scratch)
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        try relay.listen()
        defer { relay.close() }
        try carry(fatima, bo, scratch)
        try fatima.rotateKeys()
        let rotation = scratch.file("rotation")
        _ = try fatima.exportBundle(to: rotation, for: .everyone)
        let eva = try join("eva", seed: 3, admittedBy: bo, scratch)
        try fatima.add("Geheim")
        // Fatima has not heard of Eva, so no key is boxed to her; Eva opens the stick by the key of all members that Bo gave her.
        let stick = scratch.file("geheim")
        _ = try fatima.exportBundle(to: stick, for: .everyone)
        _ = try bo.importBundle(isAcceptedElsewhere ? stick : rotation)
        for replica in [fatima, eva] { try replica.addRelay(relay.address) }
        _ = try fatima.sync(with: try #require(try fatima.relayEntries().first))
        try relay.learn(try eva.membership.current().roster.statements)
        _ = try eva.sync(with: try #require(try eva.relayEntries().first))
        #expect(try eva.quarantineEntries().map(\.delta.unreadable).contains(.noKey))
        // Bo knows the rotation, removes Fatima, and gives Eva what she lacks.
        try bo.revoke(fatima.identity.device)
        try bo.prepare()
        try carry(bo, eva, scratch)
        #expect(try eva.has("Geheim") == isAcceptedElsewhere)
        let aside = try eva.quarantineEntries().filter { $0.delta.packer == fatima.identity.device && $0.delta.collection == "people" }
        #expect(!aside.isEmpty && aside.allSatisfy { $0.delta.unreadable == nil })
        for entry in aside { _ = try eva.store.acceptQuarantined(entry.delta.delta) }
        #expect(try eva.has("Geheim"))
    }

    @Test("What lies aside of one packer has a limit, and the disk is not filled")
    func limits() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        try carry(fatima, jan, scratch)
        for round: UInt64 in 0..<2 {
            let path = scratch.file("many-\(round)")
            try stick(path, by: jan, try (1...40).map { try forge(.noise, by: jan, seed: round * 100 + $0) })
            #expect(try fatima.importBundle(path).unreadableCount == 40)
        }
        #expect(try fatima.quarantineEntries().count == 64)
    }
}
