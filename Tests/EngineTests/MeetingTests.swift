import CRDT
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Testing
import Transport
import Wire

/// Two laptops and a cable, on the loopback.
struct MeetingTests {
    /// The ends of a listener's sessions, one after another.
    private final class Sessions: Sendable {
        private let results = Mutex<[Result<MeetingReport, any Error>]>([])
        private let came = DispatchSemaphore(value: 0)

        func add(_ result: Result<MeetingReport, any Error>) {
            results.withLock { $0.append(result) }
            came.signal()
        }

        func next() throws -> MeetingReport {
            #expect(came.wait(timeout: .now() + 30) == .success)
            return try results.withLock { $0.removeFirst() }.get()
        }
    }

    @Test("A newcomer joins, both edit, and one session makes both the same")
    func journey() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        _ = try fatima.importFixture("fatima.csv")
        let sessions = Sessions()
        let listener = try fatima.listen(port: 0) { sessions.add($0) }
        defer { listener.close() }
        let address = Address(host: "127.0.0.1", port: listener.port)

        let (jan, joined) = try Replica.join(address, label: "Laptop Jan", at: nil, scratch.laptop("jan", seed: 2))
        #expect(joined.outcome.receivedChangeCount > 0)
        #expect(try sessions.next().outcome.admittedNewcomer)
        #expect(try sessions.next().outcome.sentChangeCount == joined.outcome.receivedChangeCount)
        #expect(try jan.everything() == fatima.everything())

        _ = try jan.importFixture("jan.csv")
        try jan.store.edit(try jan.contact(named: "Jong"), [("language", .text("tr"))])
        try fatima.store.edit(try fatima.contact(named: "Jong"), [("language", .text("en"))])
        try fatima.store.delete(try fatima.contact(named: "Meer"))
        let met = try jan.sync(with: address)
        #expect(met.conflictsAfter == 1 && met.needsPerson)
        #expect(try sessions.next().conflictsAfter == 1)
        #expect(try jan.digest() == fatima.digest())
        #expect(try jan.everything() == fatima.everything())

        let equal = try jan.sync(with: address)
        #expect(equal.outcome.wasEqual)
        #expect(equal.receivedByteCount + equal.sentByteCount < 2000)
    }

    @Test("Only this machine may be at the other end, as long as nothing is encrypted")
    func loopback() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        for host in ["192.168.1.7", "example.org", "127.evil.example", "127.0.0.1.example.org", "0.0.0.0", "::", "1270.0.0.1"] {
            let address = Address(host: host, port: 4747)
            #expect { try fatima.sync(with: address) } throws: { ($0 as? EngineError)?.code == .notLoopback }
        }
        for host in ["localhost", "127.0.0.1", "127.8.9.10", "::1"] { try Address(host: host, port: 1).requireLoopback() }
    }

    @Test("Another space is refused, and nothing changes")
    func otherSpace() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        _ = try fatima.importFixture("fatima.csv")
        let ans = try Replica.create(space: "Noord", label: "Laptop Ans", at: nil, scratch.laptop("ans", seed: 9))
        let sessions = Sessions()
        let listener = try fatima.listen(port: 0) { sessions.add($0) }
        defer { listener.close() }
        #expect { try ans.sync(with: Address(host: "127.0.0.1", port: listener.port)) } throws: { error in
            (error as? WireError).map { $0.code == .otherSpace || ($0.code == .refused && $0.place == "other-space") } ?? false
        }
        #expect(throws: WireError.self) { try sessions.next() }
        #expect(try ans.everything() == [])
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
