@preconcurrency import Glibc

/// The file with a passphrase that the environment names: for machines where nobody can be asked.
package enum PassphraseFile {
    package static let variable = "KITH_PASSPHRASE_FILE"
    private static let mostByteCount = 4096

    package static func path(_ environment: EngineEnvironment) -> String? {
        environment.variables[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The file's lines, at least one and not empty; nil when the environment names no file.
    ///
    /// - Throws: `DeviceError.passphraseFile` for a file that is not an ordinary one, or not its owner's alone.
    package static func lines(_ environment: EngineEnvironment) throws -> [String]? {
        guard let path = path(environment) else { return nil }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DeviceError(.passphraseFile, path) }
        defer { close(descriptor) }
        var status = stat()
        var bytes = [UInt8](repeating: 0, count: mostByteCount)
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0,
            status.st_uid == geteuid(), case let count = read(descriptor, &bytes, bytes.count), count > 0, count < mostByteCount,
            let text = String(validating: bytes.prefix(count), as: UTF8.self)
        else { throw DeviceError(.passphraseFile, path) }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty else { throw DeviceError(.passphraseFile, path) }
        return lines
    }
}
