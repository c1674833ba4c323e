import CRDT
import Device
import Dispatch
import Foundation
import Relay
import Wire

/// What an operator does, on the store itself: for the commands, when no relay runs on it.
///
/// Its work blocks, and is done on a queue of its own, one call after the other.
package final class StoreAdministration: RelayAdministration {
    private let store: any RelayStore
    private let settings: RelaySettings
    private let environment: EngineEnvironment
    private let queue = DispatchQueue(label: "kith-relay.store")

    package init(store: any RelayStore, settings: RelaySettings, environment: EngineEnvironment) {
        self.store = store
        self.settings = settings
        self.environment = environment
    }

    private func work<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    // MARK: Looking

    package func spaces() async throws -> [SpaceReport] {
        try await work { [store] in try store.spaces().map { try store.open($0).report() } }
    }

    package func devices(of space: SpaceID?) async throws -> [DeviceReport] {
        try await work { [store] in try (space.map { [$0] } ?? store.spaces()).flatMap { try store.open($0).deviceReports() } }
    }

    package func events(sinceMilliseconds: Int64, limit: Int) async throws -> [EventReport] {
        try await work { [store] in
            let found = try store.spaces().flatMap {
                try store.open($0).eventReports(sinceMilliseconds: sinceMilliseconds, limit: limit)
            }
            return Array(found.sorted { ($0.milliseconds, $0.space) < ($1.milliseconds, $1.space) }.suffix(limit))
        }
    }

    package func statistics() async throws -> RelayStatistics {
        RelayStatistics(
            spaces: try await spaces(), devices: try await devices(of: nil), freeDiskByteCount: Disk.freeByteCount(settings.stateFolder))
    }

    // MARK: Adding and removing

    package func addSpace(bundle path: String) async throws -> SpaceReport {
        try await work { [store, settings, environment] in
            guard let keys = try DeviceFile.load(environment) else { throw RelayServiceError(.notInitialised, settings.stateFolder) }
            let bundle = try SpaceBundle(path, keys: keys)
            guard try !store.spaces().contains(bundle.space) else { throw RelayServiceError(.spaceExists, bundle.space.description) }
            try bundle.checkRoom(settings)
            let carried = try CarriedSpace.add(
                bundle.roster.statements, to: store, keys: keys,
                environment: RelayEnvironment(
                    nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce,
                    quotaByteCount: { _ in settings.spaceByteCount }))
            do {
                try carried.store.transaction { try carried.takeIn(bundle, nowMilliseconds: environment.nowMilliseconds()) }
            } catch {
                try? store.remove(bundle.space)
                throw error
            }
            return try carried.store.report()
        }
    }

    package func removeSpace(_ space: SpaceID) async throws { try await work { [store] in try store.remove(space) } }

    // MARK: Backup

    package func backup(to folder: String) async throws -> BackupReport {
        try await work { [store, environment] in
            try BackupFolder.makeEmpty(folder)
            var report = BackupReport(folder: folder, spaceCount: 0, deltaCount: 0, byteCount: 0)
            for id in try store.spaces() { report.add(try store.open(id).backUp(into: folder, environment)) }
            return report
        }
    }

    package func restore(from path: String) async throws -> [SpaceReport] {
        try await work { [store, environment] in
            let present = Set(try store.spaces())
            return try BackupFolder.withSpaces(in: path, environment) { spaces, source in
                if let here = spaces.first(where: present.contains) { throw RelayServiceError(.spaceExists, here.description) }
                // All of it is judged before any of it is written.
                for id in spaces { try StoreCopy.check(try source.open(id)) }
                return try spaces.map { id in
                    let target = try store.create(id, incarnation: environment.nonce())
                    do {
                        _ = try StoreCopy.copy(source.open(id), to: target)
                    } catch {
                        try? store.remove(id)
                        throw error
                    }
                    return try target.report()
                }
            }
        }
    }

    // MARK: Checking

    package func verify() async throws -> [VerificationReport] {
        try await work { [store] in try store.spaces().map {
            let space = try store.open($0)
            return try space.verified(beside: RelayStores.faults(of: space))
        } }
    }
}

extension RelayStatistics {
    /// Of a store, without what only a running relay has.
    package init(
        spaces: [SpaceReport], devices: [DeviceReport], freeDiskByteCount: Int, connectionCount: Int? = nil, sessionCount: Int? = nil
    ) {
        self.init(
            isRunning: false, startedMilliseconds: nil, spaceCount: spaces.count,
            deviceCount: Set(devices.filter { !$0.isRemoved }.map(\.device)).count,
            deltaCount: spaces.reduce(0) { $0 + $1.deltaCount }, byteCount: spaces.reduce(0) { $0 + $1.byteCount },
            freeDiskByteCount: freeDiskByteCount, connectionCount: connectionCount, sessionCount: sessionCount)
    }
}

extension SpaceBundle {
    /// - Throws: `RelayError.full` when the space's quota or the disk has no room for it.
    package func checkRoom(_ settings: RelaySettings) throws {
        guard segmentByteCount <= settings.spaceByteCount,
            segmentByteCount <= Disk.freeByteCount(settings.stateFolder) - settings.reserveByteCount
        else { throw RelayError(.full, space.description) }
    }
}

/// Where backups lie: a folder, which has a file for each space.
enum BackupFolder {
    static func makeEmpty(_ path: String) throws {
        guard path.hasPrefix("/") else { throw RelayServiceError(.backupFolder, path) }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else { throw RelayServiceError(.backupFolder, path) }
        } catch { throw RelayServiceError(.backupFolder, path) }
    }

    /// Opens a backup: a folder, or one space's file in it.
    static func withSpaces<Result>(
        in path: String, _ environment: EngineEnvironment, _ body: ([SpaceID], any RelayStore) throws -> Result
    ) throws -> Result {
        let (folder, named) = try find(path)
        let source = try RelayStores.files(in: folder, environment)
        defer { try? source.close() }
        let spaces = try source.spaces().filter { named == nil || $0 == named }
        guard !spaces.isEmpty else { throw RelayServiceError(.backupFolder, path) }
        return try body(spaces, source)
    }

    private static func find(_ path: String) throws -> (folder: String, space: SpaceID?) {
        var isFolder: ObjCBool = false
        guard path.hasPrefix("/"), FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RelayServiceError(.backupFolder, path)
        }
        if isFolder.boolValue { return (path, nil) }
        let name = (path as NSString).lastPathComponent
        guard let space = SpaceID(hexadecimal: name.prefix { $0 != "." }) else { throw RelayServiceError(.backupFolder, path) }
        return ((path as NSString).deletingLastPathComponent, space)
    }
}

/// The disk that a folder is on.
package enum Disk {
    /// What a program without privileges may still write; 0 when nobody can say.
    package static func freeByteCount(_ folder: String) -> Int {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return 0 }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}
