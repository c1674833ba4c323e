import Foundation

/// Files under a temporary name: what a program that is killed leaves behind, the next one takes away.
///
/// Each has an entry in a folder of its own beside the witnesses: a file that holds the path, and is locked (`flock`) for as long as its
/// program lives. Invariant: only what an entry names is removed, only if nobody holds its lock, and only if the name ends with the entry's
/// own random one: no file of anybody else.
package enum Drafts {
    /// Of a name: random, in hexadecimal.
    package static let nameLength = 16

    /// Notes a file that is about to be made. Where no folder can be had, it goes unnoted.
    ///
    /// - Parameter path: its last component ends with `name`.
    package static func begin(_ path: String, name: String, _ environment: EngineEnvironment) -> Draft? {
        guard let folder = try? folder(environment), (try? PersonalFolders.make(folder)) != nil else { return nil }
        let entry = "\(folder)/\(name)"
        let descriptor = Glibc.open(entry, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        // Its own: nobody waits for it yet. What sweeps at this very moment leaves an entry alone that says nothing.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        let bytes = Array(URL(fileURLWithPath: path).standardizedFileURL.path.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        // On the disk before the draft: the power may go too.
        fsync(descriptor)
        try? NewFile.syncFolder(of: entry)
        return Draft(entry: entry, descriptor: descriptor)
    }

    /// Removes what programs left behind that are gone. A stick that is not here keeps its entry for another time.
    package static func sweep(_ environment: EngineEnvironment) {
        guard let folder = try? folder(environment),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return }
        for name in names where name.utf8.count == nameLength { sweep("\(folder)/\(name)", name) }
    }

    private static let longestPath = 4_096
    private static let secondsWithoutPath = 60

    private static func sweep(_ entry: String, _ name: String) {
        let descriptor = Glibc.open(entry, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        var bytes = [UInt8](repeating: 0, count: longestPath)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else {
            // Made a moment ago, or by a program that was killed just then: nothing was made after it.
            if status.st_mtim.tv_sec + secondsWithoutPath < time(nil) { unlink(entry) }
            return
        }
        let path = String(decoding: bytes.prefix(count), as: UTF8.self)
        guard path.hasPrefix("/"), path.hasSuffix(name) else { return }
        var folder = stat()
        guard stat((path as NSString).deletingLastPathComponent, &folder) == 0 else { return }
        for suffix in ["", "-journal", "-wal", "-shm"] {
            var file = stat()
            guard lstat(path + suffix, &file) == 0, file.st_mode & S_IFMT == S_IFREG else { continue }
            guard unlink(path + suffix) == 0 else { return }
        }
        unlink(entry)
    }

    private static func folder(_ environment: EngineEnvironment) throws -> String {
        try PersonalFolders(environment).state() + "/drafts"
    }
}

/// A file that is being written under a temporary name; held for as long as that name may be there.
package final class Draft {
    private let entry: String
    private let descriptor: Int32

    fileprivate init(entry: String, descriptor: Int32) {
        self.entry = entry
        self.descriptor = descriptor
    }

    deinit {
        unlink(entry)
        Glibc.close(descriptor)
    }
}

extension EngineEnvironment {
    /// The end of a temporary name.
    package func draftName() -> String { String(nonce().description.prefix(Drafts.nameLength)) }
}
