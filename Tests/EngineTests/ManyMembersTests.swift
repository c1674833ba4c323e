import CRDT
import Device
import Engine
import Foundation
import Store
import Testing
import Transport
import Trust
import Wire

/// Joining a space that has been there for a while: sixty laptops, two coordinators, a relay, a recovery key.
struct ManyMembersTests {
    private func community(_ scratch: Scratch) throws -> Replica {
        let fatima = try found(scratch)
        for number in 0..<60 {
            let request = scratch.file("\(number).kithrequest")
            _ = try RequestFile.write(to: request, label: "Laptop \(number)", scratch.laptop("laptop\(number)", seed: 1_000 + UInt64(number)))
            let role: Role = number == 0 ? .coordinator : number == 1 ? .relay : .member
            try fatima.admit(try RequestFile.read(request), as: role, collections: nil)
        }
        _ = try fatima.makeRecoveryKey(label: "Envelop")
        try fatima.add("Noor")
        return fatima
    }

    @Test("By code and by stick")
    func joins() throws {
        let scratch = try Scratch()
        let fatima = try community(scratch)
        #expect(Frame.encode(.statements(try fatima.membership.current().roster.statements)).count > FrameLimit.first)
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        let address = Address(host: "127.0.0.1", port: listener.port)
        let code = try fatima.invite(as: .member, collections: nil, mostUses: 1)
        let (ans, _) = try Replica.join(for: .community, code: code.text, at: address, label: "Laptop Ans", replica: nil, scratch.laptop("ans", seed: 3))
        #expect(try sessions.next().outcome.admittedNewcomer)
        #expect(try ans.has("Noor") && ans.deviceEntries().count == 63)
        let bob = try join("bob", seed: 4, admittedBy: fatima, scratch)
        #expect(try bob.has("Noor"))
        // The other coordinator, by the same stick, takes in yet another.
        _ = try fatima.exportBundle(to: scratch.file("named"), for: .devices([try fatima.device(named: "Laptop 0")]))
        let (second, _) = try Replica.join(for: .community, bundle: scratch.file("named"), at: nil, scratch.laptop("laptop0", seed: 1_000))
        let cas = try join("cas", seed: 5, admittedBy: second, scratch)
        #expect(try cas.has("Noor"))
    }

    @Test("A reply that breaks anywhere costs no use of the code and leaves nobody behind; the same laptop comes again")
    func breaks() throws {
        let scratch = try Scratch()
        let fatima = try community(scratch)
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { _ in }
        defer { listener.close() }
        let code = try fatima.invite(as: .member, collections: nil, mostUses: 1)
        let laptop = scratch.laptop("ans", seed: 3)
        let device = try DeviceFile.loadOrMake(laptop).identity.id
        var wasAdmitted = false
        for byteCount in [1_500, 3_000, 6_000, 12_000, 24_000, 40_000] {
            let link = try BreakingLink(to: listener.port, byteCount: byteCount)
            defer { link.close() }
            do {
                _ = try Replica.join(
                for: .community,
                    code: code.text, at: Address(host: "127.0.0.1", port: link.port), label: "Laptop Ans", replica: nil, laptop)
            } catch let error as TransportError { #expect(error.code == .closed) }
            let state = try fatima.membership.current().roster.state
            let invite = try #require(state.invites.values.first { $0.terms.publicKey == (try? code.publicKey) })
            wasAdmitted = state.members[device] != nil
            // Who has all of the roster is admitted, and nobody before.
            #expect(wasAdmitted == !invite.usedBy.isEmpty)
            if byteCount < 12_000 { #expect(!wasAdmitted) }
        }
        let (ans, _) = try Replica.join(
                for: .community,
            code: code.text, at: Address(host: "127.0.0.1", port: listener.port), label: "Laptop Ans", replica: nil, laptop)
        #expect(try ans.has("Noor"))
        let state = try fatima.membership.current().roster.state
        #expect(state.members.values.count { !$0.isRemoved } == 63)
        #expect(state.invites.values.first { $0.terms.publicKey == (try? code.publicKey) }?.usedBy == [device])
        // The code is used: by this laptop, and by no other.
        #expect(performing: {
            try Replica.join(
                for: .community,
                code: code.text, at: Address(host: "127.0.0.1", port: listener.port), label: "Bob", replica: nil, scratch.laptop("bob", seed: 4))
        }, throws: isEngine(.refusedCode))
    }
}

private enum FrameLimit {
    /// Of a connection's first frame (Protocol.md, "Frames").
    static let first = 4_096
}
