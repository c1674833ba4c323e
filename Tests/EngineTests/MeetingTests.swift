import CRDT
import Engine
import Foundation
import Store
import Testing
import Transport
import Wire
import Words

/// Two laptops and a cable, on the loopback.
struct MeetingTests {
    @Test("A newcomer joins by an invite's code, both edit, and one session makes both the same")
    func journey() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        _ = try fatima.importFixture("fatima.csv")
        let code = try fatima.invite(as: .member, collections: nil, mostUses: 1)
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        let address = Address(host: "127.0.0.1", port: listener.port)

        let (jan, joined) = try Replica.join(
                for: .community,
            code: code.text, at: address, label: "Laptop Jan", replica: nil, scratch.laptop("jan", seed: 2))
        #expect(joined.outcome.receivedChangeCount > 0)
        #expect(try sessions.next().outcome.admittedNewcomer)
        let welcomed = try sessions.next()
        #expect(welcomed.outcome.sentChangeCount == joined.outcome.receivedChangeCount)
        #expect(welcomed.peerLabel == "Laptop Jan" && joined.peerLabel == "Laptop Fatima")
        #expect(try jan.everything() == fatima.everything())

        let jong = try fatima.contact(named: "Jong")
        _ = try jan.importFixture("jan.csv")
        try jan.store.edit(jong, [("language", .text("tr"))])
        try fatima.store.edit(jong, [("language", .text("en"))])
        try fatima.store.delete(try fatima.contact(named: "Meer"))
        let met = try jan.sync(with: address)
        #expect(met.conflictsAfter == 1 && met.needsPerson)
        #expect(try sessions.next().conflictsAfter == 1)
        try expectSame(jan, fatima)

        let equal = try jan.sync(with: address)
        #expect(equal.outcome.wasEqual)
        #expect(equal.receivedByteCount + equal.sentByteCount < 2000)
    }

    @Test("Without TLS it goes on this machine alone, and what is sent is sealed all the same")
    func plain() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fatima.add("Noor")
        for host in ["192.168.1.7", "example.org", "127.evil.example", "127.0.0.1.example.org", "0.0.0.0", "::", "1270.0.0.1"] {
            #expect { try fatima.sync(with: Address(host: host, port: 4747), plain: true) } throws: {
                ($0 as? TransportError)?.code == .notLoopback
            }
            #expect { try fatima.listen(host: host, port: 0, plain: true) { _ in } } throws: {
                ($0 as? TransportError)?.code == .notLoopback
            }
        }
        let sessions = Sessions()
        let listener = try fatima.listen(port: 0, plain: true) { sessions.add($0) }
        defer { listener.close() }
        _ = try jan.sync(with: Address(host: "localhost", port: listener.port), plain: true)
        _ = try sessions.next()
        try expectSame(jan, fatima)
    }

    @Test("Addresses as people type them")
    func addresses() {
        #expect(Address("127.0.0.1:99") == Address(host: "127.0.0.1", port: 99))
        #expect(Address("[::1]:99") == Address(host: "::1", port: 99))
        #expect(Address("localhost") == Address(host: "localhost", port: Address.standardPort))
        for text in ["", ":99", "host:", "host:0", "host:65536", "host:x", "a:b:c", "[::1", "[::1]x", "a/b:1"] {
            #expect(Address(text) == nil, "\(text)")
        }
    }
}
