import CRDT
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Testing
import Transport
import Wire

/// Replicas that are kept live.
struct WatchTests {
    /// One laptop that watches, until the test is over.
    private final class Watcher: Sendable {
        let watch: Watch
        let box = EventBox()
        private let thread = DispatchSemaphore(value: 0)

        init(_ replica: Replica) {
            var settings = WatchSettings()
            settings.period = .milliseconds(30)
            settings.firstDelay = .milliseconds(10)
            settings.longestDelay = .milliseconds(50)
            watch = Watch(replica, settings: settings, random: { 0.5 }) { [box] in box.add($0) }
            Thread.detachNewThread { [watch, thread] in
                do { try watch.run() } catch { Issue.record(error) }
                thread.signal()
            }
        }

        func stop() {
            watch.stop()
            #expect(thread.wait(timeout: .now() + 30) == .success)
        }
    }

    final class EventBox: Sendable {
        private let events = Mutex<[WatchEvent]>([])
        func add(_ event: WatchEvent) { events.withLock { $0.append(event) } }
        func count(_ isMeant: (WatchEvent) -> Bool) -> Int { events.withLock { $0.count(where: isMeant) } }
        var lostCount: Int { count { if case .lost = $0 { true } else { false } } }
        /// What connections ended with, as codes.
        var reasons: [String] {
            events.withLock { $0.compactMap { if case .lost(_, let error, _) = $0 { "\(error)" } else { nil } } }
        }
        var connectedCount: Int { count { if case .connected = $0 { true } else { false } } }
    }

    @Test("An edit by any SQLite client reaches another laptop by itself, over two relays as well")
    func live() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        let relays = try [9, 10].map { try LoopbackRelay(of: fatima, named: "Relay \($0)", seed: $0) }
        for relay in relays { try relay.listen() }
        defer { for relay in relays { relay.close() } }
        try carry(fatima, jan, scratch)
        // Fatima knows both; Jan the second alone.
        for relay in relays { try fatima.addRelay(relay.address) }
        try jan.addRelay(relays[1].address)
        let watchers = [Watcher(fatima), Watcher(jan)]
        defer { for watcher in watchers { watcher.stop() } }
        waitUntil { watchers[0].box.connectedCount == 2 && watchers[1].box.connectedCount == 1 }

        // As another program does it, on a connection of its own.
        let client = try Store.open(fatima.path, schema: .community, environment: fatima.store.environment)
        defer { try? client.close() }
        try client.executeAsClient("insert into contact (given_name) values ('Vanzelf')")
        waitUntil { (try? jan.has("Vanzelf")) == true }
        #expect(try jan.has("Vanzelf"), "\(watchers.map(\.box.reasons)), \(relays.map(\.deltaCount)), \(relays.map(\.watcherCount))")
        let other = try Store.open(jan.path, schema: .community, environment: jan.store.environment)
        defer { try? other.close() }
        try other.executeAsClient("insert into contact (given_name) values ('Terug')")
        waitUntil { (try? fatima.has("Terug")) == true }
        #expect(try fatima.has("Terug"), "\(watchers.map(\.box.reasons)), \(relays.map(\.deltaCount)), \(relays.map(\.watcherCount))")
        // What came from one relay goes on to the other, in as many deltas as each keeps.
        func isPassedOn() -> Bool { relays[0].claims(of: "people").includes(relays[1].claims(of: "people")) }
        waitUntil { isPassedOn() }
        #expect(isPassedOn() && !relays[1].claims(of: "people").ends.isEmpty)
        #expect(relays[0].deltaCount > 0)
    }

    @Test("A relay that is gone is tried again, and found when it is back")
    func reconnects() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        try relay.listen()
        defer { relay.close() }
        try fatima.addRelay(relay.address)
        let port = relay.port
        let watcher = Watcher(fatima)
        defer { watcher.stop() }
        waitUntil { watcher.box.connectedCount == 1 }
        relay.close()
        waitUntil { watcher.box.lostCount >= 2 }
        #expect(watcher.box.lostCount >= 2)
        try fatima.add("Bewaard")
        try relay.listen(port: port)
        waitUntil { watcher.box.connectedCount >= 2 && relay.deltaCount > 0 }
        #expect(relay.deltaCount > 0)
    }

    @Test("Waiting grows, stays below what is longest, and is spread over all of it")
    func backoff() {
        let settings = WatchSettings()
        #expect(settings.delay(after: 1, random: 0.5) == .milliseconds(500))
        #expect(settings.delay(after: 4, random: 0.5) == .seconds(4))
        #expect(settings.delay(after: 1_000, random: 0.999) < .seconds(300))
        #expect(settings.delay(after: 9, random: 0) == .zero)
    }

    @Test("Without a relay there is nothing to stay with")
    func noRelays() throws {
        let scratch = try Scratch()
        let watch = Watch(try found(scratch), random: { 0 }) { _ in }
        #expect(performing: { try watch.run() }, throws: isEngine(.noRelays))
    }
}
