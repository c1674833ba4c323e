import CRDT
import Dispatch
import Foundation
import Hub
import Logging
import Relay
import ServiceLifecycle
import Synchronization
import Trust
import Wire
import Words

/// What takes connections for a hub.
package protocol RelayDoor: AnyObject, Sendable {
    var port: Int { get }
    var connectionCount: Int { get }

    /// Takes settings over that may change while it is open.
    func apply(_ settings: RelaySettings)

    /// Takes no more connections, sends those that are here away, and returns when they are gone.
    func close()
}

/// The hub as a service: it listens, counts, logs, and does what the operator asks between what devices do.
///
/// At the end: the door is closed, then what was begun is ended and made durable, then the store is closed.
package final class HubServing: RelayServing, CustomStringConvertible {
    private struct State {
        var settings: RelaySettings
        var door: (any RelayDoor)?
        var failedMilliseconds: Int64?
    }

    private let parts: RelayProgram.Parts
    private let hub: RelayHub
    private let watch: Watch
    private let listen: (@Sendable (RelayHub, RelaySettings) throws -> any RelayDoor)?
    /// The operator's work, which waits for the spaces' threads.
    private let queue = DispatchQueue(label: "kith-relay.operator")

    package var description: String { "relay" }

    /// What the observer, which the hub calls from its threads, shares with this.
    private final class Watch: Sendable {
        let state: Mutex<State>
        init(_ settings: RelaySettings) { state = Mutex(State(settings: settings)) }
    }

    /// - Parameter listen: opens the door; nil: no connections are taken, and `/ready` says so.
    /// - Throws: `RelayError`, when the store cannot be read.
    package init(_ parts: RelayProgram.Parts, listen: (@Sendable (RelayHub, RelaySettings) throws -> any RelayDoor)?) throws {
        let watch = Watch(parts.settings)
        self.parts = parts
        self.watch = watch
        self.listen = listen
        let environment = parts.environment
        let sessions = DeviceBudget(windowMilliseconds: DeviceBudget.hourMilliseconds)
        let bytes = DeviceBudget(windowMilliseconds: DeviceBudget.dayMilliseconds)
        hub = try RelayHub(
            store: parts.store, keys: parts.keys,
            environment: RelayEnvironment(
                nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce,
                quotaByteCount: { _ in
                    // Below the reserve nothing more is taken; what is here can be read.
                    let settings = watch.state.withLock { $0.settings }
                    return Disk.freeByteCount(settings.stateFolder) < settings.reserveByteCount ? 0 : settings.spaceByteCount
                },
                mayTake: { device, byteCount in
                    bytes.spend(
                        byteCount, of: device.bytes, limit: watch.state.withLock { $0.settings.deviceDayByteCount },
                        nowMilliseconds: environment.nowMilliseconds())
                }),
            // Most of the time they wait for the disk.
            threadCount: 2 * max(2, ProcessInfo.processInfo.activeProcessorCount),
            mayBegin: { key in
                sessions.spend(
                    1, of: key, limit: watch.state.withLock { $0.settings.sessionsPerDeviceHour },
                    nowMilliseconds: environment.nowMilliseconds())
            }
        ) { event in
            if case .failed = event { watch.state.withLock { $0.failedMilliseconds = environment.nowMilliseconds() } }
            event.count(in: parts.metrics)
            event.log(to: parts.logger)
        }
    }

    // MARK: Running

    package func run() async throws {
        if let listen {
            let settings = watch.state.withLock { $0.settings }
            let door = try listen(hub, settings)
            watch.state.withLock { $0.door = door }
            parts.logger.notice("listening", metadata: ["port": "\(door.port)"])
        } else {
            parts.logger.warning("no-door")
        }
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // A store that is away for a while is told by health; what comes meanwhile is refused.
            if let spaces = try? await spaces() { parts.metrics.store(spaceCount: spaces.count, byteCount: spaces.reduce(0) { $0 + $1.byteCount }) }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(30)) }
        }
        let door = watch.state.withLock { state in
            defer { state.door = nil }
            return state.door
        }
        try await work { hub in
            door?.close()
            try hub.close()
        }
    }

    package var isReady: Bool { watch.state.withLock { $0.door != nil } }

    /// For a minute after a failure of the store.
    package var fault: HealthFault? {
        let failed = watch.state.withLock { $0.failedMilliseconds }
        return failed.flatMap { parts.environment.nowMilliseconds() - $0 < 60_000 ? .store : nil }
    }

    package func apply(_ settings: RelaySettings) {
        let door = watch.state.withLock { state in
            state.settings = settings
            return state.door
        }
        door?.apply(settings)
    }

    private func work<Result: Sendable>(_ body: @escaping @Sendable (RelayHub) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [hub] in continuation.resume(with: Swift.Result { try body(hub) }) }
        }
    }

    // MARK: What the operator asks

    package func spaces() async throws -> [SpaceReport] {
        try await work { hub in try hub.spaces.map { try hub.perform(on: $0) { try $0.store.report() } } }
    }

    package func devices(of space: SpaceID?) async throws -> [DeviceReport] {
        try await work { hub in try (space.map { [$0] } ?? hub.spaces).flatMap { try hub.perform(on: $0) { try $0.store.deviceReports() } } }
    }

    package func events(sinceMilliseconds: Int64, limit: Int) async throws -> [EventReport] {
        try await work { hub in
            let found = try hub.spaces.flatMap {
                try hub.perform(on: $0) { try $0.store.eventReports(sinceMilliseconds: sinceMilliseconds, limit: limit) }
            }
            return Array(found.sorted { ($0.milliseconds, $0.space) < ($1.milliseconds, $1.space) }.suffix(limit))
        }
    }

    package func statistics() async throws -> RelayStatistics {
        let door = watch.state.withLock { $0.door }
        return RelayStatistics(
            spaces: try await spaces(), devices: try await devices(of: nil),
            freeDiskByteCount: Disk.freeByteCount(parts.settings.stateFolder), connectionCount: door?.connectionCount ?? 0,
            sessionCount: hub.sessionCount)
    }

    package func addSpace(bundle path: String) async throws -> SpaceReport {
        let settings = watch.state.withLock { $0.settings }
        return try await work { [parts] hub in
            let bundle = try SpaceBundle(path, keys: parts.keys)
            // Also those that another relay on the same store has begun.
            guard try !parts.store.spaces().contains(bundle.space) else { throw RelayServiceError(.spaceExists, bundle.space.description) }
            try bundle.checkRoom(settings)
            try hub.add(bundle.roster.statements)
            do {
                return try hub.perform(on: bundle.space) { carried in
                    try carried.takeIn(bundle, nowMilliseconds: parts.environment.nowMilliseconds())
                    return try carried.store.report()
                }
            } catch {
                try? hub.remove(bundle.space)
                throw error
            }
        }
    }

    package func removeSpace(_ space: SpaceID) async throws { try await work { try $0.remove(space) } }

    package func backup(to folder: String) async throws -> BackupReport {
        try await work { [parts] hub in
            try BackupFolder.makeEmpty(folder)
            var report = BackupReport(folder: folder, spaceCount: 0, deltaCount: 0, byteCount: 0)
            for id in hub.spaces {
                try RelayStores.readingBeside({ try hub.perform(on: id, $0) }) {
                    try RelayStores.backUp(id, of: parts.store, parts.settings, into: folder, parts.environment)
                }
                report.add(try hub.perform(on: id) { try $0.store.report() })
            }
            return report
        }
    }

    package func restore(from path: String) async throws -> [SpaceReport] {
        try await work { [parts] hub in
            let present = Set(try parts.store.spaces())
            return try BackupFolder.withSpaces(in: path, parts.environment) { spaces, source in
                if let here = spaces.first(where: present.contains) { throw RelayServiceError(.spaceExists, here.description) }
                return try spaces.map { id in
                    let target = try parts.store.create(id, incarnation: parts.environment.nonce())
                    do {
                        _ = try StoreCopy.copy(source.open(id), to: target)
                        try hub.add(target.statements(after: 0).map(\.bytes))
                    } catch {
                        try? parts.store.remove(id)
                        throw error
                    }
                    return try hub.perform(on: id) { try $0.store.report() }
                }
            }
        }
    }

    package func verify() async throws -> [VerificationReport] {
        try await work { [parts] hub in
            try hub.spaces.map { id in
                // SQLite's own check needs no turn of the space: it reads beside.
                let faults = try RelayStores.readingBeside({ try hub.perform(on: id, $0) }) {
                    try RelayStores.faultsOfFile(id, of: parts.settings)
                }
                let check = try hub.perform(on: id) { try SpaceCheck($0.store, beside: faults) }
                // Between the slices the devices go on.
                while try hub.perform(on: id, { try check.readSlice($0.store) }) { check.judgeSlice() }
                return check.report
            }
        }
    }
}

extension HubEvent {
    package func count(in metrics: RelayMetrics) {
        switch self {
        case .refused(let code): metrics.refused(code)
        case .began: metrics.sessionBegan()
        case .round: metrics.roundEnded()
        case .ended(_, _, let receivedByteCount, let sentByteCount, _, let code):
            metrics.sessionEnded(receivedByteCount: receivedByteCount, sentByteCount: sentByteCount)
            if let code { metrics.refused(code) }
        case .committed(_, _, let microseconds): metrics.committed(.microseconds(microseconds))
        case .stored(_, let deltaCount, _): metrics.deltasReceived(deltaCount)
        case .sent(_, let deltaCount): metrics.deltasSent(deltaCount)
        case .pushed(_, let microseconds): metrics.pushed(after: .microseconds(microseconds))
        case .told(_, let count): metrics.told(count)
        case .askedForSnapshot: metrics.askedForSnapshot()
        case .failed: metrics.refused("store")
        }
    }

    /// One line for each session, and for what an operator should see. A device is named by its id; a space by its id's end.
    func log(to logger: Logger) {
        switch self {
        case .refused(let code): logger.debug("refused", metadata: ["code": "\(code)"])
        case .began(let space, let device): logger.debug("session-began", metadata: ["space": "\(space)", "device": "\(device.spoken)"])
        case .round, .committed, .sent, .pushed, .told: break
        case .ended(let space, let device, let receivedByteCount, let sentByteCount, let milliseconds, let code):
            logger.info("session-ended", metadata: [
                "space": "\(space)", "device": "\(device.spoken)", "received": "\(receivedByteCount)", "sent": "\(sentByteCount)",
                "milliseconds": "\(milliseconds)", "code": "\(code ?? "-")",
            ])
        case .stored(let space, let deltaCount, let byteCount):
            logger.debug("stored", metadata: ["space": "\(space)", "deltas": "\(deltaCount)", "bytes": "\(byteCount)"])
        case .askedForSnapshot(let space): logger.info("snapshot-asked", metadata: ["space": "\(space)"])
        case .failed(let space, let error): logger.error("store-failed", metadata: ["space": "\(space)", "error": "\(plain(error))"])
        }
    }
}
