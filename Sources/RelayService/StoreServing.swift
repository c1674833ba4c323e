import CRDT
import Engine
import Logging
import Relay
import ServiceLifecycle
import Wire

/// A relay whose store can be asked and kept, and which takes no connections: what is left of one without its heart.
///
/// It says so: `isReady` is false, and `/ready` answers 503.
package final class StoreServing: RelayServing, CustomStringConvertible {
    private let parts: RelayProgram.Parts
    private let administration: StoreAdministration

    package var description: String { "store" }
    package let isReady = false
    package let fault: HealthFault? = nil

    package init(_ parts: RelayProgram.Parts) {
        self.parts = parts
        administration = StoreAdministration(store: parts.store, settings: parts.settings, environment: parts.environment)
    }

    package func run() async throws {
        parts.logger.warning("no-carrier")
        while !Task.isShuttingDownGracefully {
            let spaces = try await administration.spaces()
            parts.metrics.store(spaceCount: spaces.count, byteCount: spaces.reduce(0) { $0 + $1.byteCount })
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(15)) }
        }
    }

    package func apply(_ settings: RelaySettings) {}

    package func spaces() async throws -> [SpaceReport] { try await administration.spaces() }
    package func devices(of space: SpaceID?) async throws -> [DeviceReport] { try await administration.devices(of: space) }
    package func events(sinceMilliseconds: Int64, limit: Int) async throws -> [EventReport] {
        try await administration.events(sinceMilliseconds: sinceMilliseconds, limit: limit)
    }
    package func statistics() async throws -> RelayStatistics { try await administration.statistics() }
    package func addSpace(bundle path: String) async throws -> SpaceReport { try await administration.addSpace(bundle: path) }
    package func removeSpace(_ space: SpaceID) async throws { try await administration.removeSpace(space) }
    package func backup(to folder: String) async throws -> BackupReport { try await administration.backup(to: folder) }
    package func restore(from path: String) async throws -> [SpaceReport] { try await administration.restore(from: path) }
    package func verify() async throws -> [VerificationReport] { try await administration.verify() }
}
