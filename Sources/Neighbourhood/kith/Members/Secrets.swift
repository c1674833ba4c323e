import Device
import Engine
@preconcurrency import Glibc
import Synchronization

/// What nobody may overhear: passphrases and recovery words come from the terminal or a private file, never from a command line,
/// where every user of the machine can read them.
enum Secrets {
    private static let mostByteCount = 4096
    private static let kept = Mutex<String?>(nil)

    /// The passphrase of this device's keys, asked for once; nil when nobody can be asked.
    @Sendable static func passphrase() throws -> String? {
        if let known = kept.withLock({ $0 }) { return known }
        let found = try PassphraseFile.lines(App.environment)?.first ?? (Terminal.canAsk ? hidden(.passphrasePrompt) : nil)
        kept.withLock { $0 = found }
        return found
    }

    /// A new passphrase: from the file, its second line when there is an old one on the first; or typed twice.
    static func newPassphrase(isLocked: Bool) throws -> String {
        if let path = PassphraseFile.path(App.environment), let lines = try PassphraseFile.lines(App.environment) {
            guard lines.count > (isLocked ? 1 : 0) else { throw DeviceError(.passphraseFile, path) }
            return lines[isLocked ? 1 : 0]
        }
        guard Terminal.canAsk else { throw DeviceError(.needsPassphrase, try DeviceFile.path(App.environment)) }
        let first = hidden(.newPassphrasePrompt)
        guard !first.isEmpty, hidden(.againPrompt) == first else { throw DeviceError(.unfitPassphrase) }
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
}
