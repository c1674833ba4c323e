import Foundation
import Glibc

/// What stands in a folder, to be put back: in place, so that a file is the same file still, as a witness looks for.
struct FolderImage {
    private let folder: String
    private var files: [String: Data] = [:]

    init(_ folder: String) throws {
        self.folder = folder
        for name in try FolderImage.names(in: folder) { files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")) }
    }

    /// Of all files below, without their indexes of the WAL: these are nothing when nobody has the file open.
    private static func names(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            var status = stat()
            return lstat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG && !name.hasSuffix("-shm")
        }
    }

    func restore() throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where files[name] == nil {
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            unlink("\(folder)/\(name)")
        }
        for (name, data) in files { try FolderImage.write([UInt8](data), to: "\(folder)/\(name)") }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SimulationFault("\(path) cannot be put back") }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            guard count > 0 else { throw SimulationFault("\(path) cannot be put back") }
            written += count
        }
    }

    /// The files of a folder in which some bytes stand.
    static func files(in folder: String, holding text: String) throws -> [String] {
        try names(in: folder).filter { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")).range(of: Data(text.utf8)) != nil }
    }
}
