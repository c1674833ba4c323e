import CRDT
import Glibc
import Relay
import Wire

/// Holds a space for this process, and remembers beside its file how far that was.
///
/// The lock is flock(2) on a file of its own, `SPACE.kithrelay-lock`; the system lets go of it however the process ends. In it stand the
/// incarnation and the version after the last commit: a file that was put back to an older state, under the same name and even as the
/// same inode, has less than its witness says. It is written without waiting for the disk: after a power failure the witness may be the
/// older one, which says nothing against the file.
final class SpaceLock: @unchecked Sendable {
    struct Witness: Equatable {
        let incarnation: ReplicaID
        let version: SpaceVersion
    }

    private let descriptor: Int32
    private let path: String

    /// - Throws: `RelayError.inUse` when another process has it, `RelayError.storage` when the file cannot be made.
    init(path: String, subject: String) throws {
        self.path = path
        while true {
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw RelayError(errno == ENOSPC ? .full : .storage, subject) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let isTaken = errno == EWOULDBLOCK
                Glibc.close(descriptor)
                throw RelayError(isTaken ? .inUse : .storage, subject)
            }
            // Whoever had it may have removed it with the space in between: then this is the lock of nothing.
            var held = stat(), named = stat()
            if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_dev == named.st_dev, held.st_ino == named.st_ino {
                self.descriptor = descriptor
                return
            }
            Glibc.close(descriptor)
        }
    }

    deinit { Glibc.close(descriptor) }

    /// nil when nobody has left one.
    func witness() -> Witness? {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard pread(descriptor, &bytes, 32, 0) == 32, let incarnation = Nonce(bytes: bytes.prefix(16)) else { return nil }
        return bytes.withUnsafeBytes {
            Witness(
                incarnation: incarnation,
                version: SpaceVersion(
                    place: Int64(littleEndian: $0.loadUnaligned(fromByteOffset: 16, as: Int64.self)),
                    dropCount: Int64(littleEndian: $0.loadUnaligned(fromByteOffset: 24, as: Int64.self))))
        }
    }

    /// That it cannot be written only costs a new incarnation.
    func note(_ witness: Witness) {
        var out = ByteWriter()
        out.nonce(witness.incarnation)
        out.fixed(UInt64(bitPattern: witness.version.place))
        out.fixed(UInt64(bitPattern: witness.version.dropCount))
        _ = pwrite(descriptor, out.bytes, out.count, 0)
    }

    /// Removes the lock's file while it is held.
    func remove() { unlink(path) }
}
