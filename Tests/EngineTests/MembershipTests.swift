import CRDT
import Device
import Engine
import Foundation
import Store
import Testing
import Transport
import Trust
import Wire

/// Who is let in, and what everybody else sees of a space: nothing.
struct MembershipTests {
    private func isClosed(_ view: BundleView) -> Bool { if case .closed = view { true } else { false } }

    private func isTransport(_ codes: TransportError.Code...) -> (any Error) -> Bool {
        { error in (error as? TransportError).map { codes.contains($0.code) } ?? false }
    }

    // MARK: Outsiders

    @Test("By stick, neither another space nor a stranger sees more than a size")
    func strangersByStick() throws {
        let scratch = try Scratch()
        _ = try fatimaAndJan(scratch)
        let ans = try found(scratch, space: "Noord", "ans", seed: 9)
        try ans.add("Eigen")
        let before = try ans.everything()
        let stick = scratch.file("first.kithbundle")
        #expect(isClosed(try BundleView.look(for: .community, stick, replica: ans.path, ans.environment)))
        #expect(performing: { try ans.importBundle(stick) }, throws: isWire(.noKey))
        #expect(performing: { try ans.importBundle(stick, dryRun: true) }, throws: isWire(.noKey))
        #expect(performing: { try ans.importBundle(stick, salvage: true) }, throws: isWire(.noKey))
        #expect(performing: { try ans.verifyBundle(stick) }, throws: isWire(.noKey))
        #expect(try ans.everything() == before)

        // Without any key, and with keys that nobody has admitted.
        let stranger = scratch.laptop("stranger", seed: 13)
        #expect(isClosed(try BundleView.look(for: .community, stick, replica: nil, stranger)))
        #expect(performing: { try Replica.join(for: .community, bundle: stick, at: nil, stranger) }, throws: isEngine(.notAdmitted))
        _ = try RequestFile.write(to: scratch.file("stranger.request"), label: "Laptop X", stranger)
        #expect(isClosed(try BundleView.look(for: .community, stick, replica: nil, stranger)))
        #expect(performing: { try Replica.join(for: .community, bundle: stick, at: nil, stranger) }, throws: isEngine(.notAdmitted))
        guard case .closed(let outside) = try BundleView.look(for: .community, stick, replica: nil, stranger) else { return }
        #expect(outside.newcomerCount == 1 && outside.byteCount > 0)
    }

    @Test("After a removal a stick opens for all 300: for the first, who is long in and has not heard of it, and for the last")
    func sticksAfterARemoval() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        var ids: [DeviceID] = []
        for number in 0..<298 {
            let keys = try #require(DeviceKeys(secret: Digest.sha256(Array("first \(number)".utf8)) + Digest.sha256(Array("second \(number)".utf8))))
            try fatima.admit(try JoinRequest(keys: keys, label: "Laptop \(number)"), as: .reader, collections: nil)
            ids.append(keys.identity.id)
        }
        let last = scratch.laptop("last", seed: 7)
        _ = try RequestFile.write(to: scratch.file("last.request"), label: "Laptop last", last)
        try fatima.admit(try RequestFile.read(scratch.file("last.request")), as: .member, collections: nil)
        try fatima.revoke(ids[100])
        try fatima.add("Nieuw")
        let stick = scratch.file("many.kithbundle")
        #expect(try fatima.exportBundle(to: stick, for: .everyone).closedTo.isEmpty)
        guard case .closed(let outside) = try BundleView.look(for: .community, stick, replica: nil, scratch.laptop("stranger", seed: 13)) else {
            Issue.record("a stranger opened it")
            return
        }
        // All but the one who made it and the one who was removed.
        #expect(outside.newcomerCount == 299)
        _ = try jan.importBundle(stick)
        let joined = try Replica.join(for: .community, bundle: stick, at: nil, last).0
        for replica in [jan, joined] {
            #expect(try replica.has("Nieuw"))
            try expectSame(fatima, replica)
        }
        // What was spent is kept by nobody: the boxes of the newest keys are, and nothing of the 299 before.
        for replica in [fatima, jan] {
            let boxed = try replica.store.statements().filter { $0.first == 0 }
            #expect(boxed.count == 1)
        }
    }

    @Test("By cable, TLS refuses them before a word is said")
    func strangersByCable() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let ans = try found(scratch, space: "Noord", "ans", seed: 9)
        let own = try ans.everything()
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        let address = Address(host: "127.0.0.1", port: listener.port)
        #expect(performing: { try ans.sync(with: address) }, throws: isTransport(.wrongDevice))
        // Whoever does not care whom it reaches is not let in either.
        let keys = try DeviceFile.loadOrMake(scratch.laptop("stranger", seed: 13))
        let connection = try Connection.connect(
            host: "127.0.0.1", port: listener.port, security: .tls(own: keys.signing, accepts: { _ in true }))
        defer { connection.close() }
        #expect(performing: { _ = try connection.receive() }, throws: isTransport(.notAdmitted))
        // The door still stands.
        _ = try jan.sync(with: address)
        #expect(try sessions.next().peerLabel == "Laptop Jan")
        #expect(try ans.everything() == own)
    }

    // MARK: One collection

    @Test("A device of the directory alone never gets anything of people, until it is admitted: then it gets all, old keys too")
    func oneCollection() throws {
        let scratch = try Scratch()
        let (fatima, _) = try fatimaAndJan(scratch)
        _ = try fatima.store.add("initiative", [("name", .text("Buurtsoep"))])
        let laptop = scratch.laptop("ans", seed: 3)
        _ = try RequestFile.write(to: scratch.file("ans.request"), label: "Laptop Ans", laptop)
        let request = try RequestFile.read(scratch.file("ans.request"))
        try fatima.admit(request, as: .member, collections: ["directory"])
        _ = try fatima.exportBundle(to: scratch.file("welcome"), for: .everyone)
        let (ans, joined) = try Replica.join(for: .community, bundle: scratch.file("welcome"), at: nil, laptop)
        #expect(ans.store.sharedTables.allSatisfy { $0.collection == .directory })
        #expect(!joined.report.deltas.isEmpty)
        for delta in joined.report.deltas {
            #expect((delta.state == .passedOver) == (delta.collection == "people"), "\(delta.collection): \(delta.state)")
        }
        #expect(try ans.store.count("initiative") == 1)
        #expect(throws: StoreError.self) { try ans.store.count("contact") }
        #expect(throws: WireError(.noKey, in: "people")) { try ans.membership.currentEpoch(of: "people") }

        try fatima.add("Geheim", "Alleen")
        _ = try ans.store.add("initiative", [("name", .text("Repaircafé"))])
        let met = try meet(ans, fatima)
        #expect(met.dialer.outcome.receivedDeltaCount == 0 && met.listener.outcome.receivedChangeCount == 1)
        #expect(try fatima.store.count("initiative") == 2)
        // Nor of the bytes that lie about.
        #expect(try filesHolding("Geheim", in: scratch.file("ans")) == [])

        // People get a new key, and then Ans is admitted: what was sealed under the old one is for her too.
        let old = try fatima.membership.currentEpoch(of: "people")
        try fatima.rotateKeys()
        try fatima.add("Later", "Alleen")
        try fatima.admit(request, as: .member, collections: nil)
        try meet(ans, fatima)
        let state = try ans.membership.current()
        #expect(state.ring.key(old, of: "people") != nil)
        #expect(try ans.membership.currentEpoch(of: "people") == fatima.membership.currentEpoch(of: "people"))
        #expect(try ans.has("Geheim") && ans.has("Later"))
        try meet(ans, fatima)
        try expectSame(ans, fatima)
    }

    @Test("Admitted to more by stick: the same bundle has the statement, the keys and the data")
    func widenedByStick() throws {
        let scratch = try Scratch()
        let (fatima, _) = try fatimaAndJan(scratch)
        let ans = try join("ans", seed: 3, admittedBy: fatima, collections: ["directory"], scratch)
        _ = try RequestFile.write(to: scratch.file("again.request"), label: "Laptop Ans", ans.environment)
        try fatima.admit(try RequestFile.read(scratch.file("again.request")), as: .member, collections: nil)
        try carry(fatima, ans, scratch)
        try expectSame(ans, fatima)
        try ans.add("Van Ans")
        try carry(ans, fatima, all: false, scratch)
        try expectSame(ans, fatima)
    }

    @Test("A reader reads and has nothing to say")
    func reader() throws {
        let scratch = try Scratch()
        let (fatima, _) = try fatimaAndJan(scratch)
        let els = try join("els", seed: 3, admittedBy: fatima, as: .reader, scratch)
        try expectSame(els, fatima)
        try els.add("Eigen")
        #expect(performing: { try els.exportBundle(to: scratch.file("b"), for: .everyone) }, throws: isWire(.notPermitted))
        try fatima.add("Nieuw")
        try meet(els, fatima)
        #expect(try els.has("Nieuw") && !fatima.has("Eigen"))
    }

    // MARK: Invites

    @Test("A code lets one device in, once")
    func codes() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        let address = Address(host: "127.0.0.1", port: listener.port)
        func joining(_ name: String, _ seed: UInt64, _ code: String) throws -> Replica {
            try Replica.join(for: .community, code: code, at: address, label: "Laptop \(name)", replica: nil, scratch.laptop(name, seed: seed)).0
        }
        let code = try fatima.invite(as: .member, collections: ["directory"], mostUses: 1)
        let ans = try joining("ans", 3, code.text)
        #expect(try sessions.next().outcome.admittedNewcomer)
        _ = try sessions.next()
        #expect(ans.store.sharedTables.allSatisfy { $0.collection == .directory })
        #expect(try fatima.invites().map(\.isOpen) == [false] && fatima.invites().map(\.useCount) == [1])

        #expect(performing: { try joining("bob", 4, code.text) }, throws: isEngine(.refusedCode))
        let withdrawn = try fatima.invite(as: .coordinator, collections: nil, mostUses: 5)
        let id = try #require(try fatima.invites().first(where: \.isOpen)).id
        try fatima.withdrawInvite(String(id.description.suffix(8)))
        #expect(performing: { try joining("bob", 4, withdrawn.text) }, throws: isEngine(.refusedCode))
        let made = try #require(InviteCode(secret: [UInt8](repeating: 9, count: InviteCode.secretByteCount), device: fatima.identity.device))
        #expect(performing: { try joining("bob", 4, made.text) }, throws: isEngine(.refusedCode))
        let mistyped = String(code.text.dropLast()) + (code.text.last == "A" ? "B" : "A")
        #expect(performing: { try joining("bob", 4, mistyped) }, throws: isEngine(.badCode))
        #expect(try Replica.join(
                for: .community,
            code: fatima.invite(as: .member, collections: nil, mostUses: 2).text, at: address, label: "Laptop Bob", replica: nil,
            scratch.laptop("bob", seed: 4)).0.everything() == fatima.everything())
        _ = jan
    }

    @Test("A code is for the listener of the device that made it")
    func wrongListeners() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let code = try fatima.invite(as: .member, collections: nil, mostUses: 3)
        try carry(fatima, jan, scratch)
        let newcomer = scratch.laptop("bob", seed: 4)
        // Another member's.
        let sessions = Sessions()
        let listener = try jan.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        #expect(performing: {
            try Replica.join(
                for: .community,
                code: code.text, at: Address(host: "127.0.0.1", port: listener.port), label: "Bob", replica: nil, newcomer)
        }, throws: isEngine(.refusedCode))
        // Somebody's who lets everybody in and shows a roster of his own.
        let ans = try found(scratch, space: "Noord", "ans", seed: 9)
        let state = try ans.membership.current()
        let trap = try Listener(
            host: "127.0.0.1", port: 0, security: .tls(own: state.keys.signing, accepts: { _ in true }), logger: Replica.logger
        ) { connection in
            connection.send(.hello(Hello(
                space: ans.identity.space.id, device: state.device, replica: ans.identity.replica, digest: .zero, rosterDigest: .zero)))
            connection.send(.statements(state.roster.statements))
            _ = try? connection.receive()
            _ = try? connection.receive()
            _ = try? connection.receive()
        }
        defer { trap.close() }
        #expect(performing: {
            try Replica.join(for: .community, code: code.text, at: Address(host: "127.0.0.1", port: trap.port), label: "Bob", replica: nil, newcomer)
        }, throws: isEngine(.wrongInviter))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("bob/kith/zuid.kith")))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("bob/kith/noord.kith")))
    }

    // MARK: Recovery

    @Test("The only coordinator's laptop is lost: printed words make a member coordinator")
    func recovery() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let replaced = try fatima.makeRecoveryKey(label: "Envelop 1")
        let key = try fatima.makeRecoveryKey(label: "Envelop 2")
        try carry(fatima, jan, scratch)
        try fatima.close()

        #expect(performing: { try jan.recover(words: "appel fiets") }, throws: isEngine(.badWords))
        #expect(performing: { try jan.recover(words: replaced.words.joined(separator: " ")) }, throws: isEngine(.unknownRecoveryKey))
        #expect(performing: { try jan.invite(as: .member, collections: nil, mostUses: 1) }, throws: isWire(.notPermitted))
        try jan.recover(words: key.words.joined(separator: " ").uppercased())
        let omar = try join("omar", seed: 5, admittedBy: jan, scratch)
        try expectSame(omar, jan)
        try jan.revoke(fatima.identity.device)
        try omar.add("Na het verlies")
        try meet(omar, jan)
        try expectSame(omar, jan)
        #expect(try jan.deviceEntries().filter(\.isRemoved).map(\.label).contains("Laptop Fatima"))
    }
}
