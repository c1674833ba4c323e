import Dispatch
import Foundation
import Logging
import RelayService
import ServiceLifecycle
import Synchronization
import Testing

/// Health, readiness and metrics, as a monitor on the same machine asks for them.
struct MonitorTests {
    private final class Scene: Sendable {
        let faults = Mutex<[HealthFault]>([])
        let isReady = Atomic<Bool>(false)
        let metrics = RelayMetrics()
    }

    /// A page's status, type and text.
    private func get(_ path: String, port: Int) throws -> (status: Int, type: String, text: String) {
        let socket = try BareHTTP(port: port)
        return try socket.get(path)
    }

    private func monitored(_ body: @escaping @Sendable (Scene, Int) throws -> Void) async throws {
        let scene = Scene()
        var settings = RelaySettings(stateFolder: "/tmp")
        settings.healthPort = 0
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let monitor = MonitorService(
            settings: settings, metrics: scene.metrics.registry, isReady: { scene.isReady.load(ordering: .relaxed) },
            faults: { scene.faults.withLock { $0 } }, listening: { announce.yield($0) })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [monitor], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                // It waits for answers: on a thread that the server does not need.
                try await withCheckedThrowingContinuation { continuation in
                    DispatchQueue.global().async { continuation.resume(with: Result { try body(scene, port) }) }
                }
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("Health says why it is bad, and readiness follows the relay")
    func health() async throws {
        try await monitored { scene, port in
            #expect(try get("/health", port: port).status == 200)
            #expect(try get("/ready", port: port).status == 503)
            scene.isReady.store(true, ordering: .relaxed)
            #expect(try get("/ready", port: port).text == "ready\n")
            scene.faults.withLock { $0 = [.storeReadOnly, .diskSpace] }
            let bad = try get("/health", port: port)
            #expect(bad.status == 503 && bad.text == "store-read-only\ndisk-space\n")
            #expect(try get("/etc/passwd", port: port).status == 404)
        }
    }

    @Test("Metrics come as Prometheus text of version 0.0.4")
    func metrics() async throws {
        try await monitored { scene, port in
            scene.metrics.connectionOpened()
            let page = try get("/metrics", port: port)
            #expect(page.status == 200 && page.type == "text/plain; version=0.0.4; charset=utf-8")
            #expect(try MetricsPage(page.text).samples["kith_relay_connections"] == 1)
        }
    }

    @Test("A folder that cannot be written, and a disk without room, are found by trying")
    func storage() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        var settings = RelaySettings(stateFolder: scratch.path)
        settings.reserveByteCount = 0
        #expect(settings.storageFaults().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        settings.reserveByteCount = 1 << 50
        #expect(settings.storageFaults() == [.diskSpace])
        settings.stateFolder = scratch.path + "/gone"
        #expect(settings.storageFaults() == [.storeReadOnly, .diskSpace])
    }
}

/// One request over loopback, with nothing between.
struct BareHTTP {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        // A server that does not answer fails the test rather than holding it.
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(result == 0)
    }

    func get(_ path: String) throws -> (status: Int, type: String, text: String) {
        defer { close(descriptor) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        try #require(send(descriptor, request, request.count, 0) == request.count)
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { all += buffer[..<count] }
        let parts = String(decoding: all, as: UTF8.self).components(separatedBy: "\r\n\r\n")
        let head = parts[0].components(separatedBy: "\r\n")
        let status = try #require(Int(head[0].split(separator: " ")[1]))
        let type = head.first { $0.lowercased().hasPrefix("content-type:") }.map { $0.dropFirst(13).trimmingCharacters(in: .whitespaces) } ?? ""
        return (status, type, parts.dropFirst().joined(separator: "\r\n\r\n"))
    }
}
