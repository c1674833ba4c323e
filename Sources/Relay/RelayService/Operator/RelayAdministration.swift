import CRDT
import ServiceLifecycle
import Wire

/// What an operator does with a relay. A running relay answers over its local socket (`AdministrationService`, asked by
/// `RemoteAdministration`); when none runs, `StoreAdministration` does the same on the store itself.
///
/// Nothing here holds a name: labels are sealed, and a relay has no key.
package protocol RelayAdministration: Sendable {
    func spaces() async throws -> [SpaceReport]

    /// Of one space, or of all.
    func devices(of space: SpaceID?) async throws -> [DeviceReport]

    /// Ascending by time; the newest `limit` of them.
    func events(sinceMilliseconds: Int64, limit: Int) async throws -> [EventReport]

    func statistics() async throws -> RelayStatistics

    /// Begins to carry a space. The bundle has a box for this relay and names it as a relay (`SpaceBundle`).
    func addSpace(bundle path: String) async throws -> SpaceReport

    func removeSpace(_ space: SpaceID) async throws

    /// Copies every space, as it is at one moment, into a folder that is new or empty.
    func backup(to folder: String) async throws -> BackupReport

    /// Puts the spaces of a backup back, those alone that are not here. They get a new incarnation: peers offer what was lost.
    func restore(from folder: String) async throws -> [SpaceReport]

    /// Reads everything again and compares it with what was signed.
    func verify() async throws -> [VerificationReport]
}

/// A relay that carries: it takes connections until it is asked to stop (`ServiceLifecycle`'s graceful shutdown), ends running
/// sessions, and returns when everything is on the disk.
package protocol RelayServing: Service, RelayAdministration {
    /// Whether connections are taken now.
    var isReady: Bool { get }

    /// What keeps it from taking anything in; nil: nothing does.
    var fault: HealthFault? { get }

    /// Takes settings over that may change while it runs.
    func apply(_ settings: RelaySettings)
}

package struct SpaceReport: Hashable, Sendable, Codable {
    /// 32 hexadecimal digits.
    package let space: String
    package let statementCount: Int
    /// Devices that are admitted and not removed.
    package let deviceCount: Int
    package let deltaCount: Int
    /// Deltas that have not come whole.
    package let partialDeltaCount: Int
    package let byteCount: Int
    /// When a device was last here; nil: never.
    package let lastMilliseconds: Int64?
}

package struct DeviceReport: Hashable, Sendable, Codable {
    package let space: String
    /// In groups, as people compare it.
    package let device: String
    /// As `Role` names it; `unknown` for one that the roster does not have.
    package let role: String
    package let isRemoved: Bool
    package let replicaCount: Int
    package let lastMilliseconds: Int64?
    package let receivedByteCount: Int64
    package let sentByteCount: Int64
}

package struct EventReport: Hashable, Sendable, Codable {
    package let milliseconds: Int64
    package let space: String
    package let kind: String
    package let device: String?
    package let detail: String
}

package struct RelayStatistics: Hashable, Sendable, Codable {
    package let isRunning: Bool
    package let startedMilliseconds: Int64?
    package let spaceCount: Int
    package let deviceCount: Int
    package let deltaCount: Int
    package let byteCount: Int
    package let freeDiskByteCount: Int
    /// Of a running relay.
    package let connectionCount: Int?
    package let sessionCount: Int?

    func running(sinceMilliseconds: Int64) -> RelayStatistics {
        RelayStatistics(
            isRunning: true, startedMilliseconds: sinceMilliseconds, spaceCount: spaceCount, deviceCount: deviceCount,
            deltaCount: deltaCount, byteCount: byteCount, freeDiskByteCount: freeDiskByteCount, connectionCount: connectionCount,
            sessionCount: sessionCount)
    }
}

package struct BackupReport: Hashable, Sendable, Codable {
    package let folder: String
    package private(set) var spaceCount: Int
    package private(set) var deltaCount: Int
    package private(set) var byteCount: Int

    package mutating func add(_ space: SpaceReport) {
        spaceCount += 1
        deltaCount += space.deltaCount
        byteCount += space.byteCount
    }
}

package struct VerificationReport: Hashable, Sendable, Codable {
    package let space: String
    package let statementCount: Int
    package let deltaCount: Int
    package let segmentCount: Int
    package let byteCount: Int
    /// Codes, with the delta's id; none: all is as it was signed.
    package let faults: [String]
}
