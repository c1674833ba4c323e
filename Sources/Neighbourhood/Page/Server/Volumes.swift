import Device
import Engine
import Foundation

/// Sticks and the like: folders that the system has mounted for this person.
enum Volumes {
    /// Where desktops mount them (https://www.freedesktop.org/wiki/Software/udisks/), by the reader's own name; by name.
    static func mounted(_ environment: EngineEnvironment) -> [(name: String, path: String)] {
        let user = environment.variables["USER"] ?? environment.variables["LOGNAME"] ?? ""
        let named = environment.variables["KITH_VOLUMES"].map { [$0] }
        // A stick without folders of its own: KITH_STICKS names a further folder in which sticks stand.
        let folders = (named ?? (user.isEmpty || user.contains("/") ? [] : ["/media/\(user)", "/run/media/\(user)"])) + [environment.variables["KITH_STICKS"]].compactMap { $0 }
        return folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.map { (name: $0, path: folder + "/" + $0) }
        }.filter { isFolder($0.path) }.sorted { $0.name < $1.name }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Files of a folder with an ending, by name.
    static func files(in folder: String, ending: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }.sorted().map { folder + "/" + $0 }
    }
}
