import Foundation

/// Where a person's files lie on this machine.
/// https://specifications.freedesktop.org/basedir-spec/latest/
package struct PersonalFolders {
    private let variables: [String: String]

    package init(_ environment: EngineEnvironment) { variables = environment.variables }

    /// A variable of the environment; nil when it is empty.
    package func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// `$XDG_DATA_HOME/kith`, or `~/.local/share/kith`. A relative XDG_DATA_HOME is passed over, as its specification asks.
    package func data() throws -> String {
        if let data = variable("XDG_DATA_HOME"), data.hasPrefix("/") { return data + "/kith" }
        guard let home = variable("HOME"), home.hasPrefix("/") else { throw DeviceError(.noDataFolder) }
        return home + "/.local/share/kith"
    }

    /// `$XDG_STATE_HOME/kith`, or `~/.local/state/kith`; beside the data where neither is known.
    package func state() throws -> String {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/kith" }
        guard let home = variable("HOME"), home.hasPrefix("/") else { return try data() }
        return home + "/.local/state/kith"
    }

    package func deviceFile() throws -> String { try variable("KITH_DEVICE_FILE") ?? data() + "/device" }

    /// Makes a folder for its owner alone, when it is not there.
    package static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DeviceError(.unwritable, path)
        }
    }
}
