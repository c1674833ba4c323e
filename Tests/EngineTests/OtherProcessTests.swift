import CRDT
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Testing
import Transport
import Trust
import Wire

/// Two programs on one replica: one listens, the other changes the roster. What the other did counts at the next connection.
struct OtherProcessTests {
    /// Fatima's listener, a second program of hers on the same file, and Jan.
    private func scene(
        _ body: (_ listening: Replica, _ other: Replica, _ jan: Replica, _ address: Address, _ sessions: Sessions, _ scratch: Scratch) throws -> Void
    ) throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        // Another program draws other random numbers.
        let environment = scratch.laptop("fatima", seed: 77)
        let other = try Replica.open(for: .community, fatima.path, environment)
        try body(fatima, other, jan, Address(host: "127.0.0.1", port: listener.port), sessions, scratch)
    }

    private func isTransport(_ code: TransportError.Code) -> (any Error) -> Bool { { ($0 as? TransportError)?.code == code } }

    @Test("A device that is removed elsewhere is refused at the door and gets nothing new")
    func revoked() throws {
        try scene { listening, other, jan, address, _, _ in
            _ = try jan.sync(with: address)
            try other.revoke(jan.identity.device)
            try other.add("Geheim")
            #expect(performing: { try jan.sync(with: address) }, throws: isTransport(.notAdmitted))
            #expect(try !jan.has("Geheim"))
            #expect(try listening.membership.current().roster.state.removed.contains(jan.identity.device))
        }
    }

    @Test("A session under way ends when its device is removed elsewhere")
    func revokedMeanwhile() throws {
        try scene { listening, other, jan, address, sessions, _ in
            let keys = try jan.membership.current().keys
            let connection = try Connection.connect(
                host: address.host, port: address.port, security: .tls(own: keys.signing, accepts: { _ in true }))
            defer { connection.close() }
            try other.add("Nieuw")
            let own = jan.identity
            let roster = try listening.membership.current().roster
            connection.send(.hello(Hello(
                space: own.space.id, device: own.device, replica: own.replica, digest: .zero, rosterDigest: roster.digest)))
            guard case .hello = try connection.receive() else { return #expect(Bool(false), "no hello") }
            // Let in; then removed; then it asks for everything.
            try other.revoke(own.device)
            for collection in ["directory", "people"] {
                connection.send(.knowledge(collection: collection, .whole(Knowledge()), partial: []))
            }
            connection.send(.stated)
            var manifests = 0, refusal: String?
            while refusal == nil, let message = try? connection.receive() {
                if case .manifest = message { manifests += 1 }
                if case .refusal(let code) = message { refusal = code }
            }
            #expect(manifests == 0 && refusal == WireError.Code.notPermitted.rawValue)
            #expect(performing: { try sessions.next() }, throws: isWire(.notPermitted))
        }
    }

    @Test("A device that is admitted elsewhere is let in, and gets its keys")
    func admitted() throws {
        try scene { _, other, _, address, _, scratch in
            let ans = try join("ans", seed: 5, admittedBy: other, scratch)
            try ans.add("Van Ans")
            _ = try ans.sync(with: address)
            #expect(try other.has("Van Ans"))
        }
    }

    @Test("An invite made elsewhere lets a newcomer in; withdrawn elsewhere, nobody")
    func invited() throws {
        try scene { _, other, _, address, _, scratch in
            let code = try other.invite(as: .member, collections: nil, mostUses: 2)
            let (ans, _) = try Replica.join(for: .community, code: code.text, at: address, label: "Laptop Ans", replica: nil, scratch.laptop("ans", seed: 6))
            #expect(try ans.everything() == other.everything())
            try other.withdrawInvite(String(try #require(try other.invites().last).id.description.suffix(8)))
            #expect(performing: {
                try Replica.join(for: .community, code: code.text, at: address, label: "Laptop Bob", replica: nil, scratch.laptop("bob", seed: 7))
            }, throws: isEngine(.refusedCode))
        }
    }

    @Test("An erasure made elsewhere is passed on, and a key changed elsewhere is used")
    func erasedAndRotated() throws {
        try scene { listening, other, jan, address, _, _ in
            let record = try other.add("Weg", "Gewist")
            _ = try jan.sync(with: address)
            #expect(try jan.has("Weg"))
            let before = try listening.membership.currentEpoch(of: "people")
            try other.erase(try other.planErasure(record).plan)
            try other.rotateKeys()
            try other.add("Daarna")
            _ = try jan.sync(with: address)
            #expect(try !jan.has("Weg") && jan.has("Daarna"))
            #expect(try filesHolding("Gewist", in: (jan.path as NSString).deletingLastPathComponent).isEmpty)
            #expect(try listening.membership.currentEpoch(of: "people") != before)
            #expect(try jan.membership.currentEpoch(of: "people") == listening.membership.currentEpoch(of: "people"))
        }
    }

    @Test("Two programs that both sign agree in the end")
    func bothSign() throws {
        try scene { listening, other, jan, address, _, _ in
            try other.rename(jan.identity.device, to: "Laptop Eén")
            try listening.rename(jan.identity.device, to: "Laptop Twee")
            try other.rotateKeys()
            _ = try jan.sync(with: address)
            for replica in [listening, other, jan] { try replica.refresh() }
            let digests = try [listening, other, jan].map { try $0.membership.current().roster.digest }
            #expect(Set(digests).count == 1)
            #expect(try jan.membership.current().label(of: jan.identity.device) == "Laptop Twee")
        }
    }

    @Test("A laptop that removes itself: whoever hears of it replaces the keys, and says until then what is so")
    func removesItself() throws {
        try scene { listening, _, jan, address, _, _ in
            let before = try listening.membership.currentEpoch(of: "people")
            try jan.revoke(jan.identity.device)
            #expect(try jan.membership.current().own?.isRemoved == true)
            #expect(performing: { try jan.sync(with: address) }, throws: { _ in true })
            waitUntil { (try? listening.membership.currentEpoch(of: "people")) != before }
            try listening.add("Na het vertrek")
            let state = try listening.membership.current()
            #expect(!state.roster.state.needsRotation("people"), "what is sealed now, none knows but its holders")
        }
    }
}

extension Membership.State {
    fileprivate func sealingEpoch(_ collection: String) -> EpochID? { roster.state.currentEpoch(of: collection)?.id }
}
