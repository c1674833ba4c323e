import Device
import Foundation
import Platform

/// Where an export goes: a new file that only its owner can read, whole or not at all; or standard output, for `-`.
final class ExportFile {
    private(set) var byteCount = 0
    private let path: String
    private let draft: String
    private let noted: Draft?
    private let replaces: Bool
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private var isTerminal: Bool { path == "-" && isatty(descriptor) != 0 }
    private static let bufferByteCount = 1 << 18

    /// - Parameter replaces: an ordinary file of this name may go.
    /// - Throws: `exportExists`; `DeviceError`: `unwritable`, `noSpace`.
    init(_ path: String, replaces: Bool, _ environment: EngineEnvironment) throws {
        self.path = path
        self.replaces = replaces
        guard path != "-" else {
            (draft, noted) = ("", nil)
            descriptor = STDOUT_FILENO
            return
        }
        var status = stat()
        if lstat(path, &status) == 0 {
            guard replaces, status.st_mode & S_IFMT == S_IFREG else { throw EngineError(.exportExists, path) }
        }
        let name = environment.draftName()
        draft = "\(path).partial-\(name)"
        noted = Drafts.begin(draft, name: name, environment)
        descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw NewFile.failure(errno, path) }
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
            guard Output.put(String(decoding: buffer, as: UTF8.self), descriptor) else { throw DeviceError(.unwritable, path) }
            return buffer.removeAll(keepingCapacity: true)
        }
        try NewFile.write(buffer, on: descriptor, of: path)
        byteCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Everything is on the disk, under its name.
    func finish() throws {
        try flush()
        guard path != "-" else { return }
        do { try NewFile.finish(descriptor, draft, as: path, replaces: replaces) } catch let error as DeviceError where error.code == .fileExists {
            throw EngineError(.exportExists, path)
        }
        Glibc.close(descriptor)
        descriptor = -1
    }
}
