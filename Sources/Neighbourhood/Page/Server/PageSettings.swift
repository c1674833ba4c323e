import Community
import Device
import Engine
import Foundation
import Words

/// How the page looks and whose laptop this is: of this laptop alone, in a file beside its lists.
struct PageSettings: Sendable, Equatable {
    /// nil: what the system is set to.
    var language: Language?
    /// "large" or "larger"; nil: normal.
    var textSize: String?
    var areKeysOff = false
    /// The id of the contact that usually notes moments here, by the file name of its list.
    var worker: String?
    /// A file of a map, below the points of ours.
    var map: String?
    /// When a backup was made here last.
    var copyMilliseconds: Int64?

    private static func path(_ environment: EngineEnvironment) throws -> String { try PersonalFolders(environment).data() + "/page-settings" }

    /// What cannot be read is as if nothing was set.
    static func load(_ environment: EngineEnvironment) -> PageSettings {
        var settings = PageSettings()
        guard let path = try? path(environment), let data = FileManager.default.contents(atPath: path), data.count < 4_096 else { return settings }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "language": settings.language = Language(rawValue: parts[1])
            case "text": settings.textSize = ["large", "larger"].contains(parts[1]) ? parts[1] : nil
            case "keys": settings.areKeysOff = parts[1] == "off"
            case "worker": settings.worker = parts[1]
            case "map": settings.map = parts[1]
            case "copy": settings.copyMilliseconds = Int64(parts[1])
            default: continue
            }
        }
        return settings
    }

    func save(_ environment: EngineEnvironment) throws {
        let path = try PageSettings.path(environment)
        var lines: [String] = []
        if let language { lines.append("language=\(language.rawValue)") }
        if let textSize { lines.append("text=\(textSize)") }
        if areKeysOff { lines.append("keys=off") }
        if let worker { lines.append("worker=\(worker.filter { !$0.isNewline })") }
        if let map { lines.append("map=\(map.filter { !$0.isNewline })") }
        if let copyMilliseconds { lines.append("copy=\(copyMilliseconds)") }
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try NewFile.replace(Array(lines.map { $0 + "\n" }.joined().utf8), at: path)
    }
}
