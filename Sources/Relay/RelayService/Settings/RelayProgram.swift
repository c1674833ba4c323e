import CRDT
import Device
import Foundation
import Logging
import Platform
import Relay
import ServiceLifecycle
import Synchronization
import Trust
import Wire
import Words

/// Everything that runs beside the relay's heart, put together: keys, store, log, metrics, health, the operator's socket, reloading.
///
/// Example: `let program = try RelayProgram(settings: settings, environment: environment, read: read) { RelayHub($0) }`; then run
/// `program.services` in a `ServiceGroup`, whose order is that of starting, and whose stopping goes the other way: the heart ends its
/// work while the operator can still ask, and health is answered to the end.
package final class RelayProgram: Sendable {
    /// What the heart is made of.
    package struct Parts: Sendable {
        package let settings: RelaySettings
        package let keys: DeviceKeys
        package let store: any RelayStore
        package let metrics: RelayMetrics
        package let environment: EngineEnvironment
        package let logger: Logger
    }

    package let logger: Logger
    private let parts: Parts
    private let serving: any RelayServing
    private let level: RelayLog.Level
    private let current: Mutex<RelaySettings>
    private let read: @Sendable () async throws -> RelaySettings
    private let listening: @Sendable (_ healthPort: Int) -> Void
    private let lock: StateLock

    /// - Parameters:
    ///   - read: reads the settings again, for a reload.
    ///   - listening: told the port of the health page.
    ///   - serve: makes the heart.
    /// - Throws: `RelayServiceError.notInitialised`, `.stateFolder`; `RelayError.inUse`; what is wrong with the keys.
    package init(
        settings: RelaySettings, environment: EngineEnvironment, read: @escaping @Sendable () async throws -> RelaySettings,
        listening: @escaping @Sendable (Int) -> Void = { _ in }, serve: (Parts) throws -> any RelayServing
    ) throws {
        lock = try StateLock(settings)
        guard let keys = try DeviceFile.load(environment) else { throw RelayServiceError(.notInitialised, settings.stateFolder) }
        let level = RelayLog.Level(Logger.Level(rawValue: settings.logLevel) ?? .info)
        let isJournal = environment.variables["JOURNAL_STREAM"]?.isEmpty == false
        let logger = Logger(label: "kith-relay") { label in
            RelayLog(
                label: label, level: level, format: settings.logFormat, isJournal: isJournal, now: environment.nowMilliseconds,
                write: { _ = Output.put($0, STDERR_FILENO) })
        }
        let metrics = RelayMetrics()
        metrics.processStarted(milliseconds: environment.nowMilliseconds())
        parts = Parts(
            settings: settings, keys: keys, store: try RelayStores.open(settings, environment), metrics: metrics, environment: environment,
            logger: logger)
        self.logger = logger
        self.level = level
        self.read = read
        self.listening = listening
        current = Mutex(settings)
        serving = try serve(parts)
    }

    package var services: [any Service] {
        let settings = parts.settings
        let administration = AdministrationService(
            serving, settings: settings, environment: parts.environment, logger: logger, reload: { try await self.reload() })
        guard settings.healthIsOn else { return [administration, serving] }
        let monitor = MonitorService(
            settings: settings, metrics: parts.metrics.registry, isReady: { [serving] in serving.isReady },
            faults: { self.faults() },
            listening: { [logger, listening] port in
                logger.info("health-listening", metadata: ["port": "\(port)"])
                listening(port)
            })
        return [monitor, administration, serving]
    }

    private func faults() -> [HealthFault] {
        let found = current.withLock { $0 }.storageFaults()
        guard let own = serving.fault, !found.contains(own) else { return found }
        return found + [own]
    }

    /// Reads the settings and takes over what can change now. Settings that do not fit change nothing.
    @discardableResult
    package func reload() async throws -> ReloadReport {
        let new: RelaySettings
        do {
            new = try await read()
        } catch {
            logger.error("reload-refused", metadata: ["code": "\(Explanation(error, about: "", in: .en).code)"])
            throw error
        }
        let (settings, report) = current.withLock { old in
            let (next, report) = old.reloaded(with: new)
            old = next
            return (next, report)
        }
        if let changed = Logger.Level(rawValue: settings.logLevel) { level.set(changed) }
        serving.apply(settings)
        logger.notice("reloaded", metadata: [
            "changed": "\(report.changed.joined(separator: ","))", "need-restart": "\(report.needRestart.joined(separator: ","))",
        ])
        return report
    }

    /// After the services have ended.
    package func close() throws {
        try parts.store.close()
        logger.notice("stopped")
    }
}

extension RelaySettings {
    /// The environment with this relay's key file and the passphrase file of the environment.
    package func environment(_ system: EngineEnvironment) -> EngineEnvironment {
        var variables = system.variables
        variables["KITH_DEVICE_FILE"] = deviceFile
        let passphraseFile = EngineEnvironment(variables: variables, nowMilliseconds: system.nowMilliseconds, nonce: system.nonce)
        return EngineEnvironment(
            variables: variables, nowMilliseconds: system.nowMilliseconds, nonce: system.nonce,
            passphrase: { try PassphraseFile.lines(passphraseFile)?.first })
    }

    /// Makes the state folder, for its owner alone, and keys where there are none, behind a passphrase when the environment names a
    /// file with one; and the request, unless it is there.
    ///
    /// - Returns: whether the keys are new.
    package func initialise(label: String?, _ environment: EngineEnvironment) throws -> (DeviceID, isNew: Bool) {
        try checkStateFolder()
        let known = try DeviceFile.load(environment)
        if known == nil {
            _ = try DeviceFile.loadOrMake(environment)
            if let passphrase = try PassphraseFile.lines(environment)?.first { try DeviceFile.setPassphrase(passphrase, environment) }
        }
        let path = requestFile
        if let known, let request = try? RequestFile.read(path), request.identity == known.identity, label == nil || label == request.label {
            return (known.identity.id, false)
        }
        // Another label, or keys that are gone: an old request helps nobody.
        unlink(path)
        return (try RequestFile.write(to: path, label: label, environment), known == nil)
    }

    /// Makes the state folder when it is not there.
    func checkStateFolder() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: stateFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw RelayServiceError(.stateFolder, stateFolder) }
        guard access(stateFolder, R_OK | W_OK | X_OK) == 0 else { throw RelayServiceError(.stateFolder, stateFolder) }
    }

    /// Every setting's value for people; a store's address without its password.
    package var described: [String: String] {
        Dictionary(uniqueKeysWithValues: Setting.allCases.map { setting in
            let value = switch setting.field {
            case .text(let path, _): self[keyPath: path]
            case .number(let path, _): String(self[keyPath: path])
            case .flag(let path): String(self[keyPath: path])
            case .format: logFormat.rawValue
            }
            guard setting == .store, let at = value.lastIndex(of: "@"), let scheme = value.range(of: "://") else {
                return (setting.rawValue, value)
            }
            return (setting.rawValue, value[..<scheme.upperBound] + "…" + value[at...])
        })
    }
}

extension SpaceReport {
    package func id() throws -> SpaceID {
        guard let id = SpaceID(hexadecimal: space) else { throw RelayServiceError(.badSpace, space) }
        return id
    }
}

/// A moment as an operator types it.
package enum Moment {
    /// `30m`, `12h`, `2d`: so long ago; or a date, or date and time, of ISO 8601, in UTC unless it says otherwise. nil for anything else.
    package static func milliseconds(_ text: String, nowMilliseconds: Int64) -> Int64? {
        if let unit = text.last, let factor = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800][String(unit)],
            let count = Int64(text.dropLast()), (0...1_000_000).contains(count) {
            return nowMilliseconds - count * Int64(factor) * 1_000
        }
        let style = Date.ISO8601FormatStyle()
        let date = (try? style.parse(text)) ?? (try? style.year().month().day().parse(text))
        return date.map { Int64($0.timeIntervalSince1970 * 1_000) }
    }
}
