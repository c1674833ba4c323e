import Foundation

/// What somebody names when they mean a stick.
package enum BundleFolder {
    /// Of a folder all bundles in it, by name, without those in its own folders; anything else is itself.
    package static func files(at path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return [path] }
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".kithbundle") && !$0.hasPrefix(".") }.sorted()
            .map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
    }
}
