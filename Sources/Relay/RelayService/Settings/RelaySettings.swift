
/// How a relay is set up: one value for each `Setting`, checked.
///
/// Example: `try await RelaySettings.read(file: "/etc/kith-relay/config.json", variables: environment)`. An environment variable
/// goes before the file, and the file before what stands here.
package struct RelaySettings: Hashable, Sendable {
    package enum LogFormat: String, CaseIterable, Sendable { case text, json }

    /// The device keys, the spaces' files and the socket lie here.
    package var stateFolder: String
    /// A PostgreSQL address without a password; empty: SQLite files in the state folder.
    package var store = ""
    package var listenHost = "0.0.0.0"
    package var listenPort = RelaySettings.standardPort

    package var connectionCount = 20_000
    package var connectionsPerAddress = 64
    /// Handshakes that have not ended.
    package var handshakeCount = 256
    package var handshakeSeconds = 15
    /// Sessions that one device may begin in an hour.
    package var sessionsPerDeviceHour = 720

    /// Segments and manifests of one space.
    package var spaceByteCount = 10 << 30
    /// What one device may bring to one space in a day.
    package var deviceDayByteCount = 1 << 30
    /// Below this much room on the disk the relay takes nothing more in; what is there can still be read.
    package var reserveByteCount = 256 << 20

    /// A connection on which nothing moves. Who stays for news says so once a minute.
    package var idleSeconds = 150
    /// Running work, after the signal to stop.
    package var shutdownSeconds = 30

    package var logLevel = "info"
    package var logFormat = LogFormat.text

    package var healthIsOn = true
    package var healthHost = "127.0.0.1"
    package var healthPort = 7401

    package static let standardPort = 7400
    package static let standardFile = "/etc/kith-relay/config.json"

    package init(stateFolder: String) { self.stateFolder = stateFolder }

    package var deviceFile: String { stateFolder + "/device" }
    package var requestFile: String { stateFolder + "/relay.kithrequest" }
    package var spacesFolder: String { stateFolder + "/spaces" }
    package var backupFolder: String { stateFolder + "/backups" }
    /// What PostgreSQL asks for, in libpq's format, when the environment names no other file; no password stands in a setting.
    package var databasePasswordFile: String { stateFolder + "/pgpass" }
    /// Where a running relay is asked; its user's alone.
    package var socketPath: String { stateFolder + "/admin.socket" }
}

/// The settings, by their keys. In the file a point is a level (`{"listen": {"port": 7400}}`); as an environment variable
/// `listen.port` is KITH_RELAY_LISTEN_PORT, and `limits.connectionsPerAddress` KITH_RELAY_LIMITS_CONNECTIONS_PER_ADDRESS.
package enum Setting: String, CaseIterable, Sendable {
    case stateFolder = "state.folder"
    case store
    case listenHost = "listen.host"
    case listenPort = "listen.port"
    case connections = "limits.connections"
    case connectionsPerAddress = "limits.connectionsPerAddress"
    case handshakes = "limits.handshakes"
    case handshakeSeconds = "limits.handshakeSeconds"
    case sessionsPerDeviceHour = "limits.sessionsPerDeviceHour"
    case spaceByteCount = "quota.spaceByteCount"
    case deviceDayByteCount = "quota.deviceDayByteCount"
    case reserveByteCount = "disk.reserveByteCount"
    case idleSeconds = "idle.sessionSeconds"
    case shutdownSeconds = "shutdown.seconds"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case healthEnabled = "health.enabled"
    case healthHost = "health.host"
    case healthPort = "health.port"

    package static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    enum Field {
        case text(WritableKeyPath<RelaySettings, String>, among: [String]? = nil)
        case number(WritableKeyPath<RelaySettings, Int>, ClosedRange<Int>)
        case flag(WritableKeyPath<RelaySettings, Bool>)
        case format
    }

    var field: Field {
        switch self {
        case .stateFolder: .text(\.stateFolder)
        case .store: .text(\.store)
        case .listenHost: .text(\.listenHost)
        case .listenPort: .number(\.listenPort, 0...65_535)
        case .connections: .number(\.connectionCount, 1...1_000_000)
        case .connectionsPerAddress: .number(\.connectionsPerAddress, 1...1_000_000)
        case .handshakes: .number(\.handshakeCount, 1...100_000)
        case .handshakeSeconds: .number(\.handshakeSeconds, 1...600)
        case .sessionsPerDeviceHour: .number(\.sessionsPerDeviceHour, 1...1_000_000)
        case .spaceByteCount: .number(\.spaceByteCount, 1 << 20...1 << 50)
        case .deviceDayByteCount: .number(\.deviceDayByteCount, 1 << 20...1 << 50)
        case .reserveByteCount: .number(\.reserveByteCount, 0...1 << 50)
        case .idleSeconds: .number(\.idleSeconds, 5...3_600)
        case .shutdownSeconds: .number(\.shutdownSeconds, 1...600)
        case .logLevel: .text(\.logLevel, among: Setting.logLevels)
        case .logFormat: .format
        case .healthEnabled: .flag(\.healthIsOn)
        case .healthHost: .text(\.healthHost)
        case .healthPort: .number(\.healthPort, 0...65_535)
        }
    }

    /// Whether a running relay takes a new value over; else it needs a restart.
    package var isReloadable: Bool {
        switch self {
        case .stateFolder, .store, .listenHost, .listenPort, .logFormat, .healthEnabled, .healthHost, .healthPort, .shutdownSeconds:
            false
        case .connections, .connectionsPerAddress, .handshakes, .handshakeSeconds, .sessionsPerDeviceHour, .spaceByteCount,
            .deviceDayByteCount, .reserveByteCount, .idleSeconds, .logLevel:
            true
        }
    }

    /// Whether two settings say the same here.
    func isEqual(_ one: RelaySettings, _ other: RelaySettings) -> Bool {
        switch field {
        case .text(let path, _): one[keyPath: path] == other[keyPath: path]
        case .number(let path, _): one[keyPath: path] == other[keyPath: path]
        case .flag(let path): one[keyPath: path] == other[keyPath: path]
        case .format: one.logFormat == other.logFormat
        }
    }

    /// Takes the value over.
    func copy(from source: RelaySettings, to target: inout RelaySettings) {
        switch field {
        case .text(let path, _): target[keyPath: path] = source[keyPath: path]
        case .number(let path, _): target[keyPath: path] = source[keyPath: path]
        case .flag(let path): target[keyPath: path] = source[keyPath: path]
        case .format: target.logFormat = source.logFormat
        }
    }

    /// The name of the environment variable.
    package var variable: String {
        var name = Setting.variablePrefix
        for character in rawValue {
            if character.isUppercase { name += "_" }
            name += character == "." ? "_" : character.uppercased()
        }
        return name
    }

    package static let variablePrefix = "KITH_RELAY_"
    /// Names the settings file; no setting.
    package static let fileVariable = "KITH_RELAY_CONFIG"
}

/// What a reload did.
package struct ReloadReport: Hashable, Sendable, Codable {
    /// Keys whose new value counts now.
    package let changed: [String]
    /// Keys whose new value counts after a restart.
    package let needRestart: [String]
}

extension RelaySettings {
    /// These settings with what may change while the relay runs taken over from new ones.
    package func reloaded(with new: RelaySettings) -> (settings: RelaySettings, report: ReloadReport) {
        var next = self
        var changed: [String] = []
        var needRestart: [String] = []
        for setting in Setting.allCases where !setting.isEqual(self, new) {
            guard setting.isReloadable else {
                needRestart.append(setting.rawValue)
                continue
            }
            setting.copy(from: new, to: &next)
            changed.append(setting.rawValue)
        }
        return (next, ReloadReport(changed: changed, needRestart: needRestart))
    }
}
