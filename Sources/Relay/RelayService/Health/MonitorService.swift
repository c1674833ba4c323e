import Foundation
import Hummingbird
import Logging
import ServiceLifecycle

/// Why a relay is not well.
package enum HealthFault: String, CaseIterable, Sendable {
    /// Nothing can be written into the state folder.
    case storeReadOnly = "store-read-only"
    /// Less room on the disk than `disk.reserveByteCount`.
    case diskSpace = "disk-space"
    /// The store does not answer, or says that it is damaged.
    case store
}

/// Health, readiness and metrics by HTTP, on the loopback address alone.
///
/// `GET /health`: 200, or 503 with reasons. `GET /ready`: 200 while connections are taken, else 503. `GET /metrics`: Prometheus text.
package struct MonitorService: Service, CustomStringConvertible {
    private let settings: RelaySettings
    private let metrics: MetricsRegistry
    private let isReady: @Sendable () -> Bool
    private let faults: @Sendable () -> [HealthFault]
    private let listening: @Sendable (Int) -> Void

    package var description: String { "monitor" }

    /// - Parameters:
    ///   - faults: asked at each request.
    ///   - listening: told the port, once.
    package init(
        settings: RelaySettings, metrics: MetricsRegistry, isReady: @escaping @Sendable () -> Bool,
        faults: @escaping @Sendable () -> [HealthFault], listening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.settings = settings
        self.metrics = metrics
        self.isReady = isReady
        self.faults = faults
        self.listening = listening
    }

    package func run() async throws {
        let router = Router()
        let (metrics, isReady, faults) = (metrics, isReady, faults)
        router.get("/health") { _, _ in
            let found = faults()
            return MonitorService.text(
                found.isEmpty ? .ok : .serviceUnavailable, found.isEmpty ? "ok\n" : found.map { $0.rawValue + "\n" }.joined())
        }
        router.get("/ready") { _, _ in isReady() ? MonitorService.text(.ok, "ready\n") : MonitorService.text(.serviceUnavailable, "not-ready\n") }
        router.get("/metrics") { _, _ in
            MonitorService.text(.ok, metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        let (listening, settings) = (listening, settings)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(settings.healthHost, port: settings.healthPort)),
            onServerRunning: { channel in listening(channel.localAddress?.port ?? settings.healthPort) }, logger: .silent)
        do {
            try await application.run()
        } catch let error where "\(error)".contains("EADDRINUSE") || "\(error)".contains("errno: 98") {
            throw RelayServiceError(.portTaken, "\(settings.healthPort)")
        }
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension Logger {
    /// For the HTTP library, whose words are no part of the relay's log.
    static let silent = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
}

extension RelaySettings {
    /// What is wrong with where the store lies: tried out, not guessed.
    package func storageFaults() -> [HealthFault] {
        var faults: [HealthFault] = []
        let probe = stateFolder + "/.health"
        let descriptor = open(probe, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_TRUNC, 0o600)
        if descriptor >= 0 {
            if write(descriptor, "ok", 2) != 2 { faults.append(.storeReadOnly) }
            close(descriptor)
            unlink(probe)
        } else {
            faults.append(.storeReadOnly)
        }
        if Disk.freeByteCount(stateFolder) < reserveByteCount { faults.append(.diskSpace) }
        return faults
    }
}
