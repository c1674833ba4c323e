import Foundation
import Wire

/// Where replicas and the device's name lie: a person's data folder, unless another place is named.
/// https://specifications.freedesktop.org/basedir-spec/latest/
package struct ReplicaLocation {
    package static let fileExtension = "kith"

    private let variables: [String: String]

    package init(_ environment: EngineEnvironment) { variables = environment.variables }

    private func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// `$XDG_DATA_HOME/kith`, or `~/.local/share/kith`. A relative XDG_DATA_HOME is passed over, as its specification asks.
    package func dataFolder() throws -> String {
        if let data = variable("XDG_DATA_HOME"), data.hasPrefix("/") { return data + "/kith" }
        guard let home = variable("HOME"), home.hasPrefix("/") else { throw EngineError(.noDataFolder) }
        return home + "/.local/share/kith"
    }

    /// `$XDG_STATE_HOME/kith`, or `~/.local/state/kith`; beside the data where neither is known.
    func stateFolder() throws -> String {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/kith" }
        guard let home = variable("HOME"), home.hasPrefix("/") else { return try dataFolder() }
        return home + "/.local/state/kith"
    }

    package func deviceFile() throws -> String { try variable("KITH_DEVICE_FILE") ?? dataFolder() + "/device" }

    /// The replica to use: the one named, else the only one in the data folder.
    package func existing(_ named: String?) throws -> String {
        if let path = named ?? variable("KITH_REPLICA") { return path }
        let folder = try dataFolder()
        // An absent folder has no replicas.
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix("." + ReplicaLocation.fileExtension) }.sorted()
        guard let first = names.first else { throw EngineError(.noReplica, folder) }
        guard names.count == 1 else {
            throw EngineError(.severalReplicas, names.map { folder + "/" + $0 }.joined(separator: ", "))
        }
        return folder + "/" + first
    }

    /// Where a new replica of a space goes. The data folder is made, for its owner alone, when it is needed.
    package func new(_ named: String?, space: SpaceIdentity) throws -> String {
        if let path = named ?? variable("KITH_REPLICA") { return path }
        let folder = try dataFolder()
        try ReplicaLocation.makePrivateFolder(folder)
        return "\(folder)/\(ReplicaLocation.fileName(of: space)).\(ReplicaLocation.fileExtension)"
    }

    static func makePrivateFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw EngineError(.unwritable, path)
        }
    }

    /// The space's name in a-z, 0-9 and hyphens; a name without any of these gives way to the beginning of the space's id.
    package static func fileName(of space: SpaceIdentity) -> String {
        let folded = space.name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "en"))
        let words = folded.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let name = words.joined(separator: "-")
        return name.isEmpty ? "space-" + space.id.description.prefix(8) : String(name.prefix(64))
    }
}
