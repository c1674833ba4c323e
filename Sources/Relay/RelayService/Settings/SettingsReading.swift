import Configuration
import Foundation

// Reads the settings: the environment before the file, the file before the standard values.

extension RelaySettings {
    /// - Parameters:
    ///   - file: JSON; nil: the file that KITH_RELAY_CONFIG names, else the standard one if it is there.
    ///   - variables: of the environment; also HOME, XDG_STATE_HOME and STATE_DIRECTORY (which systemd sets), for the state folder.
    ///   - overriding: what the command line says.
    /// - Throws: `RelayServiceError`: `settings-file`, `unknown-setting`, `bad-setting`, `not-loopback`, with the key's name.
    package static func read(
        file: String?, variables: [String: String], overriding: [Setting: String] = [:]
    ) async throws -> RelaySettings {
        let own = variables.filter { $0.key.hasPrefix(Setting.variablePrefix) && !$0.value.isEmpty }
        let known = Set(Setting.allCases.map(\.variable) + [Setting.fileVariable])
        if let unknown = own.keys.filter({ !known.contains($0) }).min() { throw RelayServiceError(.unknownSetting, unknown) }

        var providers: [any ConfigProvider] = []
        if !overriding.isEmpty {
            providers.append(EnvironmentVariablesProvider(
                environmentVariables: Dictionary(uniqueKeysWithValues: overriding.map { ($0.variable, $1) })
            ).prefixKeys(with: "kith.relay"))
        }
        providers.append(EnvironmentVariablesProvider(environmentVariables: own).prefixKeys(with: "kith.relay"))
        var present = Set(overriding.keys).union(Setting.allCases.filter { own[$0.variable] != nil })

        let named = file ?? own[Setting.fileVariable]
        let path = named ?? standardFile
        if named != nil || access(path, F_OK) == 0 {
            present.formUnion(try keys(inFile: path))
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: .init(path)))
            } catch {
                throw RelayServiceError(.settingsFile, path)
            }
        }
        var settings = RelaySettings(stateFolder: standardStateFolder(variables))
        let reader = ConfigReader(providers: providers)
        for setting in Setting.allCases where present.contains(setting) { try settings.take(setting, from: reader) }
        try settings.check()
        return settings
    }

    private mutating func take(_ setting: Setting, from reader: ConfigReader) throws {
        // The library's error would repeat the value.
        let key = ConfigKey(setting.rawValue)
        do {
            switch setting.field {
            case .text(let path, let allowed):
                let value = try reader.requiredString(forKey: key)
                if let allowed, !allowed.contains(value) { throw RelayServiceError(.badSetting, setting.rawValue) }
                self[keyPath: path] = value
            case .number(let path, let range):
                let value = try reader.requiredInt(forKey: key)
                guard range.contains(value) else { throw RelayServiceError(.badSetting, setting.rawValue) }
                self[keyPath: path] = value
            case .flag(let path):
                self[keyPath: path] = try reader.requiredBool(forKey: key)
            case .format:
                guard let format = LogFormat(rawValue: try reader.requiredString(forKey: key)) else {
                    throw RelayServiceError(.badSetting, setting.rawValue)
                }
                logFormat = format
            }
        } catch {
            throw RelayServiceError(.badSetting, setting.rawValue)
        }
    }

    private func check() throws {
        guard stateFolder.hasPrefix("/") else { throw RelayServiceError(.badSetting, Setting.stateFolder.rawValue) }
        guard store.isEmpty || store.hasPrefix("postgres://") || store.hasPrefix("postgresql://") else {
            throw RelayServiceError(.badSetting, Setting.store.rawValue)
        }
        guard !storeHasPassword else { throw RelayServiceError(.storePassword, databasePasswordFile) }
        guard !listenHost.isEmpty else { throw RelayServiceError(.badSetting, Setting.listenHost.rawValue) }
        guard ["127.0.0.1", "::1", "localhost"].contains(healthHost) else {
            throw RelayServiceError(.notLoopback, Setting.healthHost.rawValue)
        }
        // A path of a socket has at most 107 bytes (unix(7)).
        guard socketPath.utf8.count <= LocalSocket.mostPathByteCount else { throw RelayServiceError(.socketPath, stateFolder) }
    }

    /// Command lines, and what stands in settings, are seen by many: `user:password@` or a parameter `password`. What is hidden better than
    /// this, the store itself refuses.
    private var storeHasPassword: Bool {
        guard let scheme = store.range(of: "://") else { return false }
        let rest = store[scheme.upperBound...]
        let (address, query) = (rest.prefix { $0 != "?" }, rest.drop { $0 != "?" }.dropFirst())
        if let at = address.lastIndex(of: "@"), address[..<at].contains(":") { return true }
        return query.split(separator: "&").contains { $0.lowercased().hasPrefix("password=") }
    }

    /// The settings that a file has, and none that is unknown. Keys that begin with `//` are comments.
    private static func keys(inFile path: String) throws -> Set<Setting> {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20,
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { throw RelayServiceError(.settingsFile, path) }
        var found: Set<Setting> = []
        func walk(_ object: [String: Any], _ prefix: String) throws {
            for (name, value) in object.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("//") {
                let key = prefix + name
                if let setting = Setting(rawValue: key) {
                    found.insert(setting)
                } else if let inner = value as? [String: Any], Setting.allCases.contains(where: { $0.rawValue.hasPrefix(key + ".") }) {
                    try walk(inner, key + ".")
                } else {
                    throw RelayServiceError(.unknownSetting, key)
                }
            }
        }
        try walk(object, "")
        return found
    }

    private static func standardStateFolder(_ variables: [String: String]) -> String {
        func absolute(_ name: String) -> String? { variables[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        // systemd may name several, with colons between them.
        if let state = absolute("STATE_DIRECTORY") { return String(state.prefix { $0 != ":" }) }
        if let state = absolute("XDG_STATE_HOME") { return state + "/kith-relay" }
        if let home = absolute("HOME") { return home + "/.local/state/kith-relay" }
        return "/var/lib/kith-relay"
    }
}
