import Device
import Foundation
import Wire

/// Where a replica lies: in a person's data folder, unless another place is named.
package struct ReplicaLocation {
    package static let fileExtension = "kith"

    private let folders: PersonalFolders

    package init(_ environment: EngineEnvironment) { folders = PersonalFolders(environment) }

    /// The replica to use: the one named, else the only one in the data folder.
    package func existing(_ named: String?) throws -> String {
        if let path = named ?? folders.variable("KITH_REPLICA") { return path }
        let folder = try folders.data()
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
        if let path = named ?? folders.variable("KITH_REPLICA") { return path }
        let folder = try folders.data()
        try PersonalFolders.make(folder)
        return "\(folder)/\(ReplicaLocation.fileName(of: space)).\(ReplicaLocation.fileExtension)"
    }

    /// Where a list to practise on goes: a folder of its own, made for its owner alone.
    package func practice() throws -> String {
        let folder = try folders.data() + "/practice"
        try PersonalFolders.make(folder)
        return "\(folder)/practice.\(ReplicaLocation.fileExtension)"
    }

    /// The space's name in a-z, 0-9 and hyphens; a name without any of these gives way to the beginning of the space's id.
    package static func fileName(of space: SpaceIdentity) -> String {
        let folded = space.name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "en"))
        let words = folded.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let name = words.joined(separator: "-")
        return name.isEmpty ? "space-" + space.id.description.prefix(8) : String(name.prefix(64))
    }
}
