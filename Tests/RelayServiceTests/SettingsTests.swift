import Foundation
import RelayService
import Testing
import Words

/// Settings from the file and the environment, and what is said of those that do not fit.
struct SettingsTests {
    private func read(_ json: String?, _ variables: [String: String] = [:]) async throws -> RelaySettings {
        let folder = try Scratch()
        defer { folder.remove() }
        var all = ["HOME": "/home/relay"].merging(variables) { $1 }
        guard let json else { return try await RelaySettings.read(file: nil, variables: all) }
        let file = folder.path + "/config.json"
        try Data(json.utf8).write(to: URL(fileURLWithPath: file))
        all[Setting.fileVariable] = file
        return try await RelaySettings.read(file: nil, variables: all)
    }

    private func refusal(_ json: String?, _ variables: [String: String] = [:]) async throws -> RelayServiceError? {
        do {
            _ = try await read(json, variables)
            return nil
        } catch let error as RelayServiceError { return error }
    }

    @Test("The environment goes before the file, and the file before the standard")
    func order() async throws {
        let json = #"{"listen": {"port": 7500}, "limits": {"connectionsPerAddress": 9}, "log": {"level": "debug"}, "//": "a comment"}"#
        let settings = try await read(json, ["KITH_RELAY_LISTEN_PORT": "7600"])
        #expect(settings.listenPort == 7600 && settings.connectionsPerAddress == 9 && settings.logLevel == "debug")
        #expect(settings.connectionCount == RelaySettings(stateFolder: "/").connectionCount)
        #expect(try await read(nil, ["KITH_RELAY_LIMITS_CONNECTIONS_PER_ADDRESS": "7"]).connectionsPerAddress == 7)
        #expect(try await read(nil, ["KITH_RELAY_HEALTH_ENABLED": "false"]).healthIsOn == false)
        let told = try await RelaySettings.read(
            file: nil, variables: ["HOME": "/h", "KITH_RELAY_LISTEN_PORT": "7600"], overriding: [.listenPort: "7700"])
        #expect(told.listenPort == 7700)
    }

    @Test("Every setting can be given by its variable and in the file", arguments: Setting.allCases)
    func everySetting(setting: Setting) async throws {
        let value = switch setting {
        case .stateFolder: "/srv/relay"
        case .store: "postgres://relay@db/kith"
        case .listenHost: "10.0.0.1"
        case .logLevel: "error"
        case .logFormat: "json"
        case .healthEnabled: "false"
        case .healthHost: "::1"
        default: "33"
        }
        let needsMebibytes = [Setting.spaceByteCount, .deviceDayByteCount].contains(setting)
        let text = needsMebibytes ? "33000000" : value
        #expect(try await read(nil, [setting.variable: text]).described[setting.rawValue] == text.replacingOccurrences(of: "relay@", with: setting == .store ? "…@" : "relay@"))
        let isText = Int(text) == nil && text != "false"
        let levels = setting.rawValue.split(separator: ".").map(String.init)
        let inner = "\"\(levels[levels.count - 1])\": \(isText ? "\"\(text)\"" : text)"
        let json = levels.count == 1 ? "{\(inner)}" : "{\"\(levels[0])\": {\(inner)}}"
        #expect(try await read(json) == read(nil, [setting.variable: text]))
    }

    @Test("What does not fit is named by its key, and its value is not repeated")
    func refusals() async throws {
        #expect(try await refusal(#"{"listen": {"prot": 1}}"#) == RelayServiceError(.unknownSetting, "listen.prot"))
        #expect(try await refusal(#"{"listne": {"port": 1}}"#) == RelayServiceError(.unknownSetting, "listne"))
        #expect(try await refusal(nil, ["KITH_RELAY_LISTEN_PROT": "1"]) == RelayServiceError(.unknownSetting, "KITH_RELAY_LISTEN_PROT"))
        #expect(try await refusal(#"{"listen": {"port": "many"}}"#) == RelayServiceError(.badSetting, "listen.port"))
        #expect(try await refusal(#"{"listen": {"port": 65536}}"#) == RelayServiceError(.badSetting, "listen.port"))
        #expect(try await refusal(#"{"listen": 7400}"#) == RelayServiceError(.unknownSetting, "listen"))
        #expect(try await refusal(nil, ["KITH_RELAY_LIMITS_CONNECTIONS": "0"]) == RelayServiceError(.badSetting, "limits.connections"))
        #expect(try await refusal(nil, ["KITH_RELAY_LOG_LEVEL": "loud"]) == RelayServiceError(.badSetting, "log.level"))
        #expect(try await refusal(nil, ["KITH_RELAY_STATE_FOLDER": "relay"]) == RelayServiceError(.badSetting, "state.folder"))
        #expect(try await refusal(nil, ["KITH_RELAY_STORE": "mysql://x"]) == RelayServiceError(.badSetting, "store"))
        #expect(try await refusal("{") ?? RelayServiceError(.badTime) != RelayServiceError(.badTime))
        #expect(try await refusal("[]")?.code == .settingsFile)
        #expect(try await refusal(nil, ["KITH_RELAY_CONFIG": "/nowhere/config.json"])?.code == .settingsFile)
        #expect(try await refusal(nil, ["KITH_RELAY_STATE_FOLDER": "/" + String(repeating: "x", count: 120)])?.code == .socketPath)
    }

    @Test("Figures are for this machine alone", arguments: ["0.0.0.0", "::", "192.168.1.5", "example.org", "127.0.0.1.example.org"])
    func loopback(host: String) async throws {
        #expect(try await refusal(nil, ["KITH_RELAY_HEALTH_HOST": host]) == RelayServiceError(.notLoopback, "health.host"))
    }

    @Test("A reload takes over what may change, and says what waits for a restart")
    func reload() async throws {
        let old = try await read(nil)
        let new = try await read(#"{"listen": {"port": 7500}, "limits": {"connections": 5}, "log": {"level": "debug"}}"#)
        let (settings, report) = old.reloaded(with: new)
        #expect(report.changed == ["limits.connections", "log.level"] && report.needRestart == ["listen.port"])
        #expect(settings.connectionCount == 5 && settings.logLevel == "debug" && settings.listenPort == 7400)
        let none = old.reloaded(with: old).report
        #expect(none.changed.isEmpty && none.needRestart.isEmpty)
    }

    @Test("A password in the store's address is refused, and not repeated")
    func storePassword() async throws {
        for address in [
            "postgres://relay:secret@db.example/kith", "postgres://relay:@db.example/kith", "postgresql://db.example/kith?user=relay&PASSWORD=secret",
        ] {
            let error = try #require(try await refusal(nil, ["KITH_RELAY_STORE": address]))
            #expect(error.code == .storePassword && error.subject.hasSuffix("/pgpass"), "\(error)")
        }
        for address in ["postgres://relay@[::1]:5432/kith", "postgres://relay@one:5432,two:5432/kith?target_session_attrs=read-write", "postgres:///kith?host=/run/postgresql"] {
            #expect(try await read(nil, ["KITH_RELAY_STORE": address]).store == address)
        }
    }

    @Test("Times as an operator types them")
    func moments() {
        let now: Int64 = 1_800_000_000_000
        #expect(Moment.milliseconds("30m", nowMilliseconds: now) == now - 1_800_000)
        #expect(Moment.milliseconds("2d", nowMilliseconds: now) == now - 172_800_000)
        #expect(Moment.milliseconds("2026-03-01T12:00:00Z", nowMilliseconds: now) == 1_772_366_400_000)
        #expect(Moment.milliseconds("2026-03-01", nowMilliseconds: now) == 1_772_323_200_000)
        for text in ["", "d", "yesterday", "-2d", "2x", "99999999999d"] { #expect(Moment.milliseconds(text, nowMilliseconds: now) == nil, "\(text)") }
    }

    @Test("No sentence of the relay lacks a language or a blank")
    func catalogue() {
        func blanks(_ text: String) -> Set<Substring> { Set(text.matches(of: /%[1-9]/).map(\.output)) }
        for sentence in OperatorSentence.allCases {
            #expect(!sentence.phrase.nl.isEmpty && blanks(sentence.phrase.nl) == blanks(sentence.phrase.en), "\(sentence)")
        }
    }

    @Test("Every error of the relay says what to do, in both languages")
    func remedies() {
        for code in RelayServiceError.Code.allCases {
            let phrase = code.sentence.phrase
            #expect(phrase.en.contains(/[.;:,] ./) && phrase.nl.contains(/[.;:,] ./), "\(code)")
            #expect(Explanation(RelayServiceError(code, "x"), about: "", in: .nl).code == code.rawValue)
        }
    }
}

/// A folder that is gone afterwards.
struct Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "kr-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
