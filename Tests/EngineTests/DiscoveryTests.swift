import CRDT
import Engine
import Foundation
import Glibc
import Store
import Testing
import Transport
import Trust
import Wire

/// Laptops that find each other; on the loopback, where one asks the other alone.
struct DiscoveryTests {
    private func settings(_ port: Int) -> DiscoverySettings {
        var settings = DiscoverySettings()
        settings.host = "127.0.0.1"
        settings.port = port
        settings.longest = .seconds(2)
        settings.afterFirst = .milliseconds(50)
        return settings
    }

    @Test("A laptop that looks finds the one that listens, and meets it once")
    func found() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fatima.add("Gevonden")
        let sessions = Sessions()
        let listener = try fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        let responder = try fatima.answerSearches(tcpPort: listener.port, settings: settings(0))
        defer { responder.close() }
        var reports: [MeetingReport] = []
        try jan.syncWithAll(discovering: settings(responder.port)) { encounter, result in
            guard case .found(let address) = encounter else {
                Issue.record("no relay is known")
                return
            }
            #expect(address == Address(host: "127.0.0.1", port: listener.port))
            reports.append(try result.get())
        }
        #expect(reports.count == 1 && reports.first?.peerLabel == "Laptop Fatima")
        #expect(try jan.has("Gevonden"))
        // Nobody goes to meet itself.
        #expect(performing: {
            try fatima.syncWithAll(discovering: settings(responder.port)) { _, _ in
                Issue.record("met itself")
            }
        }, throws: isEngine(.nobodyFound))
    }

    @Test("Why nobody was found: nobody answered, or only somebody of another space")
    func reasons() throws {
        let scratch = try Scratch()
        let fatima = try EngineTests.found(scratch)
        let stranger = try EngineTests.found(scratch, space: "Noord", "stranger", seed: 5)
        let responder = try stranger.answerSearches(tcpPort: 4747, settings: settings(0))
        #expect(performing: { try fatima.syncWithAll(discovering: settings(responder.port)) { _, _ in } }, throws: isEngine(.onlyStrangers))
        let port = responder.port
        responder.close()
        #expect(performing: { try fatima.syncWithAll(discovering: settings(port)) { _, _ in } }, throws: isEngine(.nobodyFound))
        #expect(performing: { try fatima.syncWithAll(discovering: nil) { _, _ in } }, throws: isEngine(.nobodyToMeet))
    }

    @Test("A relay that does not answer is told of, and does not keep others from being met")
    func oneFails() throws {
        let scratch = try Scratch()
        let fatima = try EngineTests.found(scratch)
        let gone = try LoopbackRelay(of: fatima, named: "Weg", seed: 8), there = try LoopbackRelay(of: fatima, named: "Hier", seed: 9)
        for relay in [gone, there] { try relay.listen() }
        defer { there.close() }
        for relay in [gone, there] { try fatima.addRelay(relay.address) }
        gone.close()
        var ends: [String: Bool] = [:]
        try fatima.syncWithAll(discovering: nil) { encounter, result in
            guard case .relay(let relay) = encounter else { return }
            ends[relay.label] = (try? result.get()) != nil
        }
        #expect(ends == ["Weg": false, "Hier": true])
    }

    @Test("A flood of questions is not answered, and a listener stays silent by itself")
    func flood() throws {
        let scratch = try Scratch()
        let fatima = try EngineTests.found(scratch)
        var few = settings(0)
        few.datagramsPerSecond = 3
        let responder = try fatima.answerSearches(tcpPort: 4747, settings: few)
        defer { responder.close() }
        let socket = try BareDatagrams()
        for _ in 0..<50 { socket.send(Beacon.question(under: EpochKey(Array(repeating: 1, count: 32))!, salt: .zero).bytes, to: responder.port) }
        let answers = socket.receiveAll(within: 0.5)
        #expect((1...6).contains(answers.count))
        #expect(answers.allSatisfy { $0.count == Beacon.byteCount })
    }
}

/// A UDP socket that knows nothing of Kith.
private final class BareDatagrams {
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        var timeout = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to port: Int) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    func receiveAll(within seconds: Double) -> [[UInt8]] {
        var found: [[UInt8]] = []
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            var buffer = [UInt8](repeating: 0, count: 128)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { found.append(Array(buffer.prefix(count))) }
        }
        return found
    }
}
