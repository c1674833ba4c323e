import Engine
@preconcurrency import Glibc
import Synchronization

/// What nobody may overhear: passphrases and recovery words come from the terminal or a private file, never from a command line,
/// where every user of the machine can read them.
enum Secrets {
    static let fileVariable = "KITH_PASSPHRASE_FILE"
    private static let mostByteCount = 4096
    private static let kept = Mutex<String?>(nil)

    /// The passphrase of this device's keys, asked for once; nil when nobody can be asked.
    @Sendable static func passphrase() throws -> String? {
        if let known = kept.withLock({ $0 }) { return known }
        let found = try lines()?.first ?? (Terminal.canAsk ? hidden(.passphrasePrompt) : nil)
        kept.withLock { $0 = found }
        return found
    }

    /// A new passphrase: from the file, its second line when there is an old one on the first; or typed twice.
    static func newPassphrase(isLocked: Bool) throws -> String {
        if let path, let lines = try lines() {
            guard lines.count > (isLocked ? 1 : 0) else { throw EngineError(.passphraseFile, path) }
            return lines[isLocked ? 1 : 0]
        }
        guard Terminal.canAsk else { throw EngineError(.needsPassphrase, try DeviceFile.path(App.environment)) }
        let first = hidden(.newPassphrasePrompt)
        guard !first.isEmpty, hidden(.againPrompt) == first else { throw EngineError(.unfitPassphrase) }
        return first
    }

    /// The words of a recovery key: typed, or from standard input.
    static func words() -> String {
        if Terminal.canAsk { Terminal.write(App.language.say(.wordsPrompt)) }
        var text = ""
        while text.utf8.count < mostByteCount, text.split(whereSeparator: { !$0.isLetter }).count < 24, let line = readLine() {
            if Terminal.canAsk, line.isEmpty { break }
            text += line + "\n"
        }
        return text
    }

    /// Typed without being shown; empty when it was broken off.
    private static func hidden(_ prompt: MemberSentence) -> String {
        guard let typed = getpass(App.language.say(prompt)) else { return "" }
        defer { memset(typed, 0, strlen(typed)) }
        let text = String(cString: typed)
        return text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? "" : text
    }

    private static var path: String? { App.environment.variables[fileVariable].flatMap { $0.isEmpty ? nil : $0 } }

    /// The lines of the file that the environment names, at least one and not empty; nil when it names none.
    private static func lines() throws -> [String]? {
        guard let path else { return nil }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw EngineError(.passphraseFile, path) }
        defer { close(descriptor) }
        var status = stat()
        var bytes = [UInt8](repeating: 0, count: mostByteCount)
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0,
            status.st_uid == geteuid(), case let count = read(descriptor, &bytes, bytes.count), count > 0, count < mostByteCount,
            let text = String(validating: bytes.prefix(count), as: UTF8.self)
        else { throw EngineError(.passphraseFile, path) }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty else { throw EngineError(.passphraseFile, path) }
        return lines
    }
}
