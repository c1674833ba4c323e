import CRDT
import Glibc
import Trust
import Wire

/// Writes a bundle file: under a temporary name in the same folder, to the disk, read back, and only then under its name.
///
/// Invariant: the name given never shows anything but the whole, verified bundle, and a file that is there already is left
/// alone unless it was to be replaced. A writer that is let go before `finish` leaves nothing behind.
package final class BundleFileWriter {
    /// Frames are collected up to this before they go to the disk.
    private static let bufferByteCount = 256 << 10

    private let folder: Int32
    private let name: String
    private let partialName: String
    private let replacing: Bool
    private let descriptor: Int32
    private var hasPartial = true
    private var order = BundleOrder()
    private var tally = BundleTally()
    /// Both nil for a public bundle, which is not sealed.
    private let key: EpochKey?
    private var stream: SealedStreamWriter?
    private var buffer: [UInt8]
    package private(set) var byteCount: Int

    /// - Parameters:
    ///   - envelope: what stands in the clear at the head, with the key of this bundle.
    ///   - replacing: whether an ordinary file of this name may be replaced.
    ///   - nonce: random; makes the temporary name, and is the salt of the sealed frames.
    /// - Throws: `BundleFileError`.
    package convenience init(
        path: String, envelope: (envelope: BundleEnvelope, key: EpochKey), replacing: Bool = false, nonce: Nonce
    ) throws {
        let stream = SealedStreamWriter(under: envelope.key, info: envelope.envelope.streamInfo, salt: nonce)
        try self.init(
            path: path, beginning: Bundle.magic + envelope.envelope.bytes + stream.head, stream: stream, key: envelope.key,
            replacing: replacing, nonce: nonce)
    }

    /// For a public bundle, which everybody can read.
    ///
    /// - Parameter nonce: random; makes the temporary name.
    package convenience init(path: String, publicHead: PublicHead, replacing: Bool = false, nonce: Nonce) throws {
        try self.init(
            path: path, beginning: PublicHead.magic + publicHead.bytes, stream: nil, key: nil, replacing: replacing, nonce: nonce)
    }

    private init(
        path: String, beginning: [UInt8], stream: SealedStreamWriter?, key: EpochKey?, replacing: Bool, nonce: Nonce
    ) throws {
        let (folderPath, name) = BundleFileWriter.split(path)
        guard !name.isEmpty, name != ".", name != ".." else { throw BundleFileError(.notAFile, in: "opening", kind: .folder) }
        let folder = open(folderPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw BundleFileError.system(errno, in: "opening") }
        do {
            try BundleFileWriter.checkTarget(folder, name, replacing: replacing)
            partialName = BundleFileWriter.partialName(of: name, nonce)
            descriptor = openat(folder, partialName, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw BundleFileError.system(errno, in: "opening") }
        } catch {
            close(folder)
            throw error
        }
        self.folder = folder
        self.name = name
        self.replacing = replacing
        self.key = key
        self.stream = stream
        buffer = beginning
        byteCount = buffer.count
    }

    deinit {
        abandon()
        close(descriptor)
        close(folder)
    }

    /// Where a bundle is written before it gets its name.
    ///
    /// - Returns: the path, and the end of its name that nobody else's has.
    package static func partialPath(of path: String, nonce: Nonce) -> (path: String, ending: String) {
        let (folder, name) = split(path)
        return ("\(folder)/\(partialName(of: name, nonce))", ending(nonce))
    }

    private static func partialName(of name: String, _ nonce: Nonce) -> String { ".\(name).partial-\(ending(nonce))" }
    private static func ending(_ nonce: Nonce) -> String { String(nonce.description.prefix(16)) }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.utf8.index(after: slash)...]))
    }

    private static func checkTarget(_ folder: Int32, _ name: String, replacing: Bool) throws {
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw BundleFileError.system(errno, in: "opening") }
            return
        }
        try FileBytes.requireFile(status)
        guard replacing else { throw BundleFileError(.alreadyExists, in: "opening") }
    }

    /// Appends a message: preamble, statements, then each delta's manifest and segments. The end is added by `finish`.
    ///
    /// - Throws: `BundleFileError`; `unexpected` for a message out of order. The temporary file is gone then.
    package func append(_ message: Message) throws {
        try abandoningOnError {
            try order.check(message)
            let frame = Frame.encode(message)
            tally.add(checksum: try Frame.header(frame.prefix(Frame.headerByteCount), at: byteCount).checksum)
            add(try stream?.append(frame) ?? frame)
            if buffer.count >= BundleFileWriter.bufferByteCount { try flush() }
        }
    }

    private func add(_ sealed: [UInt8]) {
        byteCount += sealed.count
        buffer.append(contentsOf: sealed)
    }

    /// Ends the bundle, makes sure that it lies on the disk as it was written, and gives it its name.
    ///
    /// - Returns: how many bytes it has.
    package func finish() throws -> Int {
        try append(tally.end)
        try abandoningOnError {
            add(try stream?.finish() ?? [])
            try flush()
            guard fsync(descriptor) == 0 else { throw BundleFileError.system(errno, in: "writing") }
            try verify()
            try publish()
        }
        return byteCount
    }

    /// Removes what was written so far.
    package func abandon() {
        guard hasPartial else { return }
        hasPartial = false
        unlinkat(folder, partialName, 0)
    }

    private func abandoningOnError(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            abandon()
            throw error
        }
    }

    private func flush() throws {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw BundleFileError.system(count < 0 ? errno : ENOSPC, in: "writing") }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Reads the file back, past the cache as far as the system allows, and checks every frame and the tally.
    private func verify() throws {
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        let copy = dup(descriptor)
        guard copy >= 0 else { throw BundleFileError.system(errno, in: "checking") }
        do {
            let file = try FileBytes(owning: copy)
            let reader = key == nil ? BundleFileReader(publicFile: try PublicFile(file)) : try BundleFileReader(file: file) { [key] _ in key }
            while try reader.next() != nil {}
            guard reader.fileByteCount == byteCount else { throw BundleFileError(.notWhatWasWritten, in: "checking") }
        } catch is WireError {
            throw BundleFileError(.notWhatWasWritten, in: "checking")
        }
    }

    /// The name is taken with an empty file first, so that of two who export at once one is told that it exists.
    private func publish() throws {
        if !replacing {
            let claim = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard claim >= 0 else { throw BundleFileError.system(errno, in: "publishing") }
            close(claim)
        } else {
            try BundleFileWriter.checkTarget(folder, name, replacing: true)
        }
        guard renameat(folder, partialName, folder, name) == 0 else {
            let number = errno
            if !replacing { unlinkat(folder, name, 0) }
            throw BundleFileError.system(number, in: "publishing")
        }
        hasPartial = false
        // Some file systems cannot sync a folder and say so; the file itself has been synced.
        guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw BundleFileError.system(errno, in: "publishing")
        }
    }
}
