import Foundation

/// Small files that people hand to one another: made new, readable by their owner, never written over another.
package enum NewFile {
    /// Whole and on the disk, or not there.
    ///
    /// - Throws: `fileExists`, `unwritable`, `noSpace`.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        var status = stat()
        guard lstat(path, &status) != 0 else { throw DeviceError(.fileExists, path) }
        try make(bytes, at: path, replaces: false)
    }

    /// The same of a file of ours, which takes the place of what it was.
    ///
    /// - Throws: `unwritable`, `noSpace`.
    package static func replace(_ bytes: [UInt8], at path: String) throws { try make(bytes, at: path, replaces: true) }

    private static func make(_ bytes: [UInt8], at path: String, replaces: Bool) throws {
        let draft = "\(path).partial-\(getpid())"
        let descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? DeviceError(.fileExists, path) : failure(errno, path) }
        defer { Glibc.close(descriptor) }
        do {
            try write(bytes, on: descriptor, of: path)
            try finish(descriptor, draft, as: path, replaces: replaces)
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// Empty, at once under its name: nothing else is left when the program is killed meanwhile.
    ///
    /// - Throws: as `write`.
    package static func make(_ path: String) throws {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? DeviceError(.fileExists, path) : failure(errno, path) }
        Glibc.close(descriptor)
    }

    /// Gives a file that is all written its name: flushed, named, and its name flushed with the folder.
    ///
    /// - Throws: `fileExists` when another file has the name; `unwritable`, `noSpace`.
    package static func finish(_ descriptor: Int32, _ draft: String, as path: String, replaces: Bool) throws {
        guard fsync(descriptor) == 0 else { throw failure(errno, path) }
        // A stick may know no links.
        let isNamed = replaces ? rename(draft, path) == 0 : link(draft, path) == 0 || (errno != EEXIST && rename(draft, path) == 0)
        let reason = errno
        unlink(draft)
        guard isNamed else { throw reason == EEXIST ? DeviceError(.fileExists, path) : failure(reason, path) }
        try syncFolder(of: path)
    }

    /// The same of a file that another has written, such as SQLite.
    ///
    /// - Throws: as the one above.
    package static func finish(_ draft: String, as path: String) throws {
        let descriptor = Glibc.open(draft, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, path) }
        defer { Glibc.close(descriptor) }
        try finish(descriptor, draft, as: path, replaces: false)
    }

    /// What a folder says of a file is on the disk.
    package static func syncFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let folderDescriptor = Glibc.open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if folderDescriptor >= 0 { Glibc.close(folderDescriptor) } }
        // Of a folder that may not be read, or whose kind knows no flushing, nothing more can be asked.
        guard folderDescriptor < 0 || fsync(folderDescriptor) == 0 || [EINVAL, ENOTSUP, EROFS].contains(errno) else { throw failure(errno, path) }
    }

    /// Writes all of it, or throws.
    package static func write(_ bytes: [UInt8], on descriptor: Int32, of path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(errno, path) }
            offset += count
        }
    }

    /// What the system's number says of a file that was to be written: that there is no room is told from what it may not.
    package static func failure(_ number: Int32, _ path: String) -> DeviceError {
        DeviceError([ENOSPC, EDQUOT].contains(number) ? .noSpace : .unwritable, path)
    }
}
