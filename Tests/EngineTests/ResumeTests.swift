import CRDT
import Engine
import Foundation
import Store
import Testing
import Transport
import Wire
import Words

/// A link that breaks again and again: what has come is not sent a second time.
struct ResumeTests {
    /// Contacts whose notes do not compress beyond half: so many bytes on the wire, about.
    private func fill(_ replica: Replica, byteCount: Int) throws {
        try replica.store.executeAsClient(
            """
            with recursive n (i) as (select 1 union all select i + 1 from n where i < ?1)
            insert into contact (given_name, family_name, organisation) select 'Gast ' || i, 'Jansen', hex(randomblob(880)) from n
            """, [.integer(Int64(byteCount / 900))])
        try replica.stamp(acceptingMassChange: true)
    }

    /// Dials until a session ends well.
    ///
    /// - Parameter between: after each that broke.
    /// - Returns: how many connections it took.
    private func dial(
        _ replica: () -> Replica, through link: BreakingLink, plain: Bool = false, atMost: Int, between: () throws -> Void = {}
    ) throws -> Int {
        for count in 1...atMost {
            do {
                _ = try replica().sync(with: Address(host: "127.0.0.1", port: link.port), plain: plain)
                return count
            } catch let error as TransportError where error.code == .closed {
                try between()
            }
        }
        Issue.record("not through after \(atMost) connections")
        return atMost
    }

    /// Of what a connection brings, whole segments of 48 kB are kept; three connections more for beginnings and ends.
    private func atWorst(_ byteCount: Int, _ every: Int) -> Int { 3 + byteCount / 48_000 / (every / 60_000) }

    private func outgoing(_ replica: Replica) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: replica.path + "-outgoing")) ?? []
    }

    /// How much there is to bring, and how much a connection lasts for, in bytes. The largest is that of a list of 20,000 in which much is written.
    static let links = [(1_200_000, 600_000), (1_200_000, 100_000), (20_000_000, 3_000_000)]

    @Test("From laptop to laptop over a link that breaks, in either direction", arguments: links, [true, false])
    func laptops(of link: (byteCount: Int, every: Int), dialerSends: Bool) throws {
        let (byteCount, every) = link
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fill(dialerSends ? jan : fatima, byteCount: byteCount)
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { _ in }
        defer { listener.close() }
        let broken = try BreakingLink(to: listener.port, byteCount: every)
        defer { broken.close() }
        let count = try dial({ jan }, through: broken, atMost: 60)
        #expect(count >= byteCount / every && count <= atWorst(byteCount, every), "\(count) connections")
        try expectSame(fatima, jan)
        #expect(outgoing(fatima).isEmpty && outgoing(jan).isEmpty, "what has arrived is not kept")
    }

    @Test("Over plain TCP, where who dials again is known by its address alone")
    func plain() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fill(jan, byteCount: 6_000_000)
        let listener = try fatima.listen(port: 0, plain: true) { _ in }
        defer { listener.close() }
        let link = try BreakingLink(to: listener.port, byteCount: 2_000_000)
        defer { link.close() }
        let count = try dial({ jan }, through: link, plain: true, atMost: 60)
        #expect(count > 2 && count <= atWorst(6_000_000, 2_000_000), "\(count) connections")
        try expectSame(fatima, jan)
    }

    @Test("Through a relay, up and down, over links that break", arguments: links)
    func relay(of link: (byteCount: Int, every: Int)) throws {
        let (byteCount, every) = link
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fill(fatima, byteCount: 1_200_000)
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        try relay.listen()
        defer { relay.close() }
        try carry(fatima, jan, all: false, scratch)
        try fill(fatima, byteCount: byteCount)
        for replica in [fatima, jan] {
            let broken = try BreakingLink(to: relay.port, byteCount: every)
            defer { broken.close() }
            let entry = try replica.addRelay("127.0.0.1:\(broken.port)#\(relay.device.spoken)")
            var count = 0
            var isThrough = false
            while !isThrough, count < 80 {
                count += 1
                do {
                    _ = try replica.sync(with: entry)
                    isThrough = true
                } catch let error as TransportError where error.code == .closed {}
            }
            #expect(isThrough && count >= byteCount / every && count <= atWorst(1_200_000 + byteCount, every), "\(count) connections")
        }
        try expectSame(fatima, jan)
    }

    @Test("A program ends between the connections: another goes on where it was", arguments: [true, false])
    func anotherProcess(isSender: Bool) throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fill(isSender ? jan : fatima, byteCount: 600_000)
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { _ in }
        defer { listener.close() }
        let link = try BreakingLink(to: listener.port, byteCount: 100_000)
        defer { link.close() }
        var dialer = jan
        let count = try dial({ dialer }, through: link, atMost: 40) {
            let path = dialer.path
            try dialer.close()
            dialer = try Replica.open(for: .community, path, dialer.environment)
        }
        #expect(count > 1 && count <= 15, "\(count) connections")
        try expectSame(fatima, dialer)
    }

    @Test("What the power took of a frozen delta is packed anew, not sent for ever")
    func damagedSpool() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fill(jan, byteCount: 400_000)
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { _ in }
        defer { listener.close() }
        let link = try BreakingLink(to: listener.port, byteCount: 100_000)
        defer { link.close() }
        let address = Address(host: "127.0.0.1", port: link.port)
        #expect(throws: TransportError.self) { try jan.sync(with: address) }
        let frozen = try #require(outgoing(jan).first { !$0.hasSuffix(".manifest") })
        let file = jan.path + "-outgoing/" + frozen
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes.resetBytes(in: (bytes.count / 2)..<bytes.count)
        try bytes.write(to: URL(fileURLWithPath: file))
        _ = try? jan.sync(with: Address(host: "127.0.0.1", port: listener.port))
        _ = try jan.sync(with: Address(host: "127.0.0.1", port: listener.port))
        try expectSame(fatima, jan)
    }

    @Test("A break says that the connection broke, wherever it was")
    func sentence() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fill(fatima, byteCount: 300_000)
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        for byteCount in [5_000, 50_000, 77_777] {
            let link = try BreakingLink(to: listener.port, byteCount: byteCount)
            defer { link.close() }
            #expect(performing: { try jan.sync(with: Address(host: "127.0.0.1", port: link.port)) }, throws: { error in
                let said = Explanation(error, about: "x", over: .network, in: .en)
                return said.code == "closed" && said.message.contains("same command")
            })
        }
    }
}
