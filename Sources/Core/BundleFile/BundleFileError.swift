import Glibc

/// What is wrong with a bundle as a file; what is wrong with its bytes is a `WireError`. Holds no path: whoever gave it
/// knows it.
package struct BundleFileError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        case notFound = "not-found"
        /// A folder, link, pipe, device or socket.
        case notAFile = "not-a-file"
        case alreadyExists = "already-exists"
        case notPermitted = "not-permitted"
        case readOnly = "read-only"
        case noSpace = "no-space"
        /// Beyond what the file system can hold: 4 GiB on FAT32.
        case tooLargeForDisk = "too-large-for-disk"
        /// The stick was pulled, or is failing.
        case mediumFailed = "medium-failed"
        case changedWhileRead = "changed-while-read"
        /// What was read back is not what was written.
        case notWhatWasWritten = "not-what-was-written"
        case failed
    }

    package enum Kind: String, Sendable {
        case folder, link, pipe, device, socket, unknown

        init(mode: mode_t) {
            self = switch mode & S_IFMT {
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            case S_IFCHR, S_IFBLK: .device
            case S_IFSOCK: .socket
            default: .unknown
            }
        }
    }

    package let code: Code
    /// What was being done: "opening", "reading", "writing", "checking", "publishing".
    package let place: String
    /// What it is instead of a file.
    package let kind: Kind?
    /// The system's number for it, where there is one.
    package let errno: Int32?

    package init(_ code: Code, in place: String, kind: Kind? = nil, errno: Int32? = nil) {
        self.code = code
        self.place = place
        self.kind = kind
        self.errno = errno
    }

    /// What the system said.
    static func system(_ number: Int32, in place: String) -> BundleFileError {
        let code: Code = switch number {
        case ENOENT, ENOTDIR: .notFound
        case EEXIST: .alreadyExists
        case EACCES, EPERM: .notPermitted
        case EROFS: .readOnly
        case ENOSPC, EDQUOT: .noSpace
        case EFBIG: .tooLargeForDisk
        case EIO, ENODEV, ENXIO, ESTALE, ENOTCONN: .mediumFailed
        default: .failed
        }
        if number == ELOOP { return BundleFileError(.notAFile, in: place, kind: .link, errno: number) }
        return BundleFileError(code, in: place, errno: number)
    }
}

extension BundleFileError: CustomStringConvertible {
    package var description: String {
        code.rawValue + (kind.map { " (\($0.rawValue))" } ?? "") + " while \(place)" + (errno.map { ", errno \($0)" } ?? "")
    }
}
