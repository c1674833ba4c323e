import Device
import Foundation
import RelayService

/// Whose files a relay's are. An administrator who runs a command while the relay is stopped must not leave files behind that the relay,
/// which runs as a user of its own, cannot open.
enum Owner {
    /// Goes on as the user that a folder belongs to, when this is root and the folder is not root's; the folder may be absent.
    ///
    /// - Parameter input: a file that only root may be able to read: it is copied into the folder first.
    /// - Returns: the copy's path.
    /// - Throws: `other-user` for anybody else whose folder it is not.
    static func become(of folder: String, bringing input: String? = nil) throws -> String? {
        var status = stat()
        guard stat(folder, &status) == 0, status.st_uid != geteuid() else { return nil }
        guard geteuid() == 0 else { throw RelayServiceError(.otherUser, folder) }
        let copy = try input.map { try bring($0, into: folder, status) }
        guard setgroups(0, nil) == 0, setgid(status.st_gid) == 0, setuid(status.st_uid) == 0 else {
            throw RelayServiceError(.otherUser, folder)
        }
        return copy
    }

    private static func bring(_ input: String, into folder: String, _ owner: stat) throws -> String {
        let copy = "\(folder)/incoming-\(App.environment.nonce())"
        guard let source = FileHandle(forReadingAtPath: input) else {
            throw DeviceError(access(input, F_OK) == 0 ? .unreadable : .fileMissing, input)
        }
        let descriptor = open(copy, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DeviceError(.unwritable, copy) }
        let target = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            while let chunk = try source.read(upToCount: 1 << 20), !chunk.isEmpty { try target.write(contentsOf: chunk) }
            guard fchown(descriptor, owner.st_uid, owner.st_gid) == 0 else { throw DeviceError(.unwritable, copy) }
            try target.close()
        } catch {
            unlink(copy)
            throw DeviceError(.unwritable, copy)
        }
        return copy
    }
}
