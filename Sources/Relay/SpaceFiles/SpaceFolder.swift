import CRDT
import Foundation
import Glibc
import Relay
import SQLite
import Synchronization
import Wire

/// A relay's store on one machine: a folder (mode 0700) with a SQLite file (0600) for each space, so that a backup is the copy of a file
/// and a removal its unlinking.
///
///     let folder = try SpaceFolder("/var/lib/kith-relay", environment: environment)
///     let space = try folder.open(id)
///     try space.transaction { try space.append(statements) }
///
/// Invariant: a space that was opened here stays locked to this process until it is removed or the folder is closed, also while its file is
/// closed for the sake of others.
package final class SpaceFolder: RelayStore {
    package let path: String
    let environment: SpaceFolderEnvironment
    let options: SpaceFolderOptions

    static let suffix = ".kithrelay"

    private struct State {
        var spaces: [SpaceID: SpaceFile] = [:]
        var files: [SpaceID: OpenFile] = [:]
        /// Ascends with every use of a file.
        var useCount: UInt64 = 0
        var isClosed = false
    }

    private struct OpenFile {
        let file: Connection
        var isLent: Bool
        var lastUse: UInt64
    }

    private let state = Mutex(State())

    /// - Throws: `RelayError.storage` when the folder cannot be made.
    package init(_ path: String, environment: SpaceFolderEnvironment, options: SpaceFolderOptions = SpaceFolderOptions()) throws {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
        self.environment = environment
        self.options = options
        var status = stat()
        if stat(self.path, &status) != 0 {
            do {
                try FileManager.default.createDirectory(
                    atPath: self.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch { throw RelayError(.storage, self.path) }
        } else if status.st_mode & S_IFMT != S_IFDIR {
            throw RelayError(.storage, self.path)
        }
    }

    func filePath(of space: SpaceID) -> String { "\(path)/\(space)\(SpaceFolder.suffix)" }
    private func lockPath(of space: SpaceID) -> String { filePath(of: space) + "-lock" }

    package func spaces() throws -> [SpaceID] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { throw RelayError(.storage, path) }
        return names.compactMap { $0.hasSuffix(SpaceFolder.suffix) ? SpaceID(hexadecimal: $0.dropLast(SpaceFolder.suffix.count)) : nil }
            .sorted()
    }

    // MARK: Opening, making and removing; each space once, by the thread that comes first

    /// - Throws: `RelayError.unknownSpace`, `.damaged`, `.newerVersion`, `.inUse`.
    package func open(_ space: SpaceID) throws -> any SpaceStore {
        if let known = try known(space) { return known }
        guard access(filePath(of: space), F_OK) == 0 else { throw RelayError(.unknownSpace, "\(space)") }
        return try keep(space) { try SpaceFile(opening: space, in: self, lock: $0) }
    }

    package func create(_ space: SpaceID, incarnation: ReplicaID) throws -> any SpaceStore {
        if let known = try known(space) { return known }
        return try keep(space) { lock in
            if access(filePath(of: space), F_OK) != 0 { try SpaceFile.make(space, incarnation: incarnation, in: self, lock: lock) }
            return try SpaceFile(opening: space, in: self, lock: lock)
        }
    }

    package func remove(_ space: SpaceID) throws {
        let known = try known(space)
        let lock = try known?.lock ?? SpaceLock(path: lockPath(of: space), subject: filePath(of: space))
        forget(space)
        defer {
            lock.remove()
            known?.lockEnds()
        }
        // The file first: without it, what is beside it is nothing.
        guard unlink(filePath(of: space)) == 0 else {
            throw RelayError(errno == ENOENT ? .unknownSpace : .storage, errno == ENOENT ? "\(space)" : filePath(of: space))
        }
        for suffix in ["-wal", "-shm", "-journal"] { unlink(filePath(of: space) + suffix) }
        try SpaceFolder.settle(path)
    }

    /// No other process ever writes to a space that is open here.
    package func onChange(_ changed: @escaping @Sendable (SpaceID) -> Void) {}

    /// Closes all files and lets go of their locks. A second time is nothing.
    package func close() throws {
        let (files, spaces) = state.withLock { state in
            state.isClosed = true
            defer { (state.files, state.spaces) = ([:], [:]) }
            return (state.files.values.map(\.file), Array(state.spaces.values))
        }
        for file in files { file.close() }
        // Spaces hold on to the folder: this also ends that.
        for space in spaces { space.lockEnds() }
    }

    private func known(_ space: SpaceID) throws -> SpaceFile? {
        try state.withLock { state in
            guard !state.isClosed else { throw RelayError(.storage, "closed") }
            return state.spaces[space]
        }
    }

    private func keep(_ space: SpaceID, _ make: (SpaceLock) throws -> SpaceFile) throws -> SpaceFile {
        let lock: SpaceLock
        do { lock = try SpaceLock(path: lockPath(of: space), subject: filePath(of: space)) } catch {
            // Another thread of this process was faster.
            if let known = try known(space) { return known }
            throw error
        }
        do {
            let made = try make(lock)
            state.withLock { $0.spaces[space] = made }
            return made
        } catch {
            forget(space)
            throw error
        }
    }

    private func forget(_ space: SpaceID) {
        let file = state.withLock { state in
            state.spaces[space] = nil
            return state.files.removeValue(forKey: space)?.file
        }
        file?.close()
    }

    /// Makes names in a folder last.
    static func settle(_ folder: String) throws {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw RelayError(.storage, folder) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw RelayError(.storage, folder) }
    }

    // MARK: Files, at most `openFileCount` unless more are in use at one time

    /// A space's file for one use, opened when it is not.
    func lend(_ space: SpaceID) throws -> Connection {
        let open: Connection? = try state.withLock { state in
            guard !state.isClosed else { throw RelayError(.storage, "closed") }
            state.useCount += 1
            guard let known = state.files[space] else { return nil }
            state.files[space] = OpenFile(file: known.file, isLent: true, lastUse: state.useCount)
            return known.file
        }
        if let open { return open }
        let file = try SpaceFile.open(filePath(of: space), .write, options)
        let surplus = state.withLock { state in
            state.files[space] = OpenFile(file: file, isLent: true, lastUse: state.useCount)
            guard state.files.count > options.openFileCount,
                let longest = state.files.filter({ !$0.value.isLent }).min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            else { return nil as Connection? }
            return state.files.removeValue(forKey: longest)?.file
        }
        surplus?.close()
        return file
    }

    func giveBack(_ space: SpaceID) { state.withLock { $0.files[space]?.isLent = false } }

    /// How many files are open: for tests and figures.
    package var openFileCount: Int { state.withLock { $0.files.count } }
}
