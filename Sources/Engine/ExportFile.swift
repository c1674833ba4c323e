import Foundation

/// Where an export goes: a new file that only its owner can read, whole or not at all; or standard output, for `-`.
final class ExportFile {
    private(set) var byteCount = 0
    private let path: String
    private let draft: String
    private let replaces: Bool
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private var isTerminal: Bool { path == "-" && isatty(descriptor) != 0 }
    private static let bufferByteCount = 1 << 18

    /// - Parameter replaces: an ordinary file of this name may go.
    /// - Throws: `exportExists`, `unwritable`.
    init(_ path: String, replaces: Bool, nonce: String) throws {
        self.path = path
        self.replaces = replaces
        guard path != "-" else {
            draft = ""
            descriptor = STDOUT_FILENO
            return
        }
        var status = stat()
        if lstat(path, &status) == 0 {
            guard replaces, status.st_mode & S_IFMT == S_IFREG else { throw EngineError(.exportExists, path) }
        }
        draft = "\(path).partial-\(nonce.prefix(16))"
        descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EngineError(.unwritable, path) }
    }

    deinit {
        guard path != "-", descriptor >= 0 else { return }
        Glibc.close(descriptor)
        unlink(draft)
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= ExportFile.bufferByteCount { try flush() }
    }

    private func flush() throws {
        if isTerminal {
            // A person looks at it: nothing in it may act on the terminal. In a pipe it is the file, byte for byte.
            guard Output.put(String(decoding: buffer, as: UTF8.self), descriptor) else { throw EngineError(.unwritable, path) }
            return buffer.removeAll(keepingCapacity: true)
        }
        let isWritten = buffer.withUnsafeBytes { raw in
            var offset = 0
            while offset < raw.count {
                let count = Glibc.write(descriptor, raw.baseAddress! + offset, raw.count - offset)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
        guard isWritten else { throw EngineError(.unwritable, path) }
        byteCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Everything is on the disk, under its name.
    func finish() throws {
        try flush()
        guard path != "-" else { return }
        guard fsync(descriptor) == 0 else { throw EngineError(.unwritable, path) }
        Glibc.close(descriptor)
        descriptor = -1
        let isNamed = replaces ? rename(draft, path) == 0 : link(draft, path) == 0 || (errno != EEXIST && rename(draft, path) == 0)
        let reason = errno
        if !replaces { unlink(draft) }
        guard isNamed else {
            unlink(draft)
            throw EngineError(reason == EEXIST ? .exportExists : .unwritable, path)
        }
    }
}
