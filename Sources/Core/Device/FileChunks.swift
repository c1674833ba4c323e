import Foundation

/// An ordinary file, read in pieces from its beginning.
package final class FileChunks {
    package let byteCount: Int
    package private(set) var offset = 0
    private let handle: FileHandle
    private let path: String

    package init(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw DeviceError(errno == ENOENT || errno == ENOTDIR ? .fileMissing : .unreadable, path) }
        // A link to a list is as good as the list; a pipe or device could keep this waiting for ever.
        if status.st_mode & S_IFMT == S_IFLNK {
            guard stat(path, &status) == 0 else { throw DeviceError(.fileMissing, path) }
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DeviceError(.notAFile, path) }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw DeviceError(.unreadable, path) }
        self.path = path
        self.handle = handle
        byteCount = Int(status.st_size)
    }

    deinit { try? handle.close() }

    /// The next bytes; none at the end.
    package func next(_ count: Int) throws -> [UInt8] {
        do {
            let data = try handle.read(upToCount: count) ?? Data()
            offset += data.count
            return Array(data)
        } catch {
            throw DeviceError(.unreadable, path)
        }
    }
}
