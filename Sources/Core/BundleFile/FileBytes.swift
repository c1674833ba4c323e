import Glibc
import Wire

/// An open regular file, read by position, with a little read ahead. Notices when the file changes under it.
final class FileBytes {
    private static let aheadByteCount = 64 << 10

    private let descriptor: Int32
    private let opened: Stamp
    private var ahead: [UInt8] = []
    private var aheadStart = 0

    var byteCount: Int { opened.byteCount }

    private struct Stamp: Equatable {
        let byteCount: Int
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            byteCount = Int(status.st_size)
            seconds = Int(status.st_mtim.tv_sec)
            nanoseconds = Int(status.st_mtim.tv_nsec)
        }
    }

    /// Opens for reading; never waits (a pipe), never follows a link, never touches a device.
    ///
    /// - Throws: `BundleFileError`.
    convenience init(path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw BundleFileError.system(errno, in: "opening") }
        try FileBytes.requireFile(status)
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw BundleFileError.system(errno, in: "opening") }
        try self.init(owning: descriptor)
    }

    /// - Parameter descriptor: closed with this object, also when this throws.
    init(owning descriptor: Int32) throws {
        var status = stat()
        do {
            guard fstat(descriptor, &status) == 0 else { throw BundleFileError.system(errno, in: "opening") }
            try FileBytes.requireFile(status)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        opened = Stamp(status)
    }

    deinit { close(descriptor) }

    static func requireFile(_ status: stat) throws {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw BundleFileError(.notAFile, in: "opening", kind: BundleFileError.Kind(mode: status.st_mode))
        }
    }

    /// Bytes at a position; fewer only at the end of the file as it was when opened.
    func read(at position: Int, count: Int) throws -> [UInt8] {
        let count = max(0, min(count, byteCount - position))
        guard count > 0 else { return [] }
        if position < aheadStart || position + count > aheadStart + ahead.count {
            let wanted = min(max(count, FileBytes.aheadByteCount), byteCount - position)
            let fetched = try fetch(at: position, count: wanted)
            guard count <= FileBytes.aheadByteCount else { return fetched }
            ahead = fetched
            aheadStart = position
        }
        return Array(ahead[(position - aheadStart)..<(position - aheadStart + count)])
    }

    private func fetch(at position: Int, count: Int) throws -> [UInt8] {
        var failure: (any Error)?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(position + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = BundleFileError.system(errno, in: "reading") }
                if got == 0 { failure = BundleFileError(.changedWhileRead, in: "reading") }
                guard got > 0 else { break }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// - Throws: `changedWhileRead`.
    func checkUnchanged() throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw BundleFileError.system(errno, in: "reading") }
        guard Stamp(status) == opened else { throw BundleFileError(.changedWhileRead, in: "reading") }
    }
}
