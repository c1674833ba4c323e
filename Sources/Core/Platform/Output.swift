@preconcurrency import Glibc
import Words

/// Nobody reads standard output any more.
package struct OutputClosed: Error {
    package init() {}
}

/// Standard output and standard error, written at once and whole: the one place by which text reaches a terminal, in every program of
/// the house. Whatever a caller let through of control characters and the like is replaced here (see `ShownText`).
package enum Output {
    /// What a program says to the terminal itself.
    package enum Control: String {
        /// Goes to the line's beginning and empties it.
        case clearLine = "\r\u{1B}[K"
        /// Light on dark, and as it was.
        case dark = "\u{1B}[38;5;231;48;5;16m"
        case normal = "\u{1B}[0m"
    }

    /// What a line is to the eye: on a terminal that shows colour, unless NO_COLOR says otherwise (no-color.org). The words say it all the same.
    package enum Tone: String {
        /// Bold.
        case heading = "\u{1B}[1m"
        /// Red: it was not done.
        case failure = "\u{1B}[31m"
    }

    /// - Throws: `OutputClosed`.
    package static func write(_ text: String) throws {
        guard put(text, STDOUT_FILENO) else { throw OutputClosed() }
    }

    /// Lines for people: on a terminal broken between words, in a file or a pipe as they are.
    ///
    /// - Throws: `OutputClosed`.
    package static func line(_ text: String) throws { try write(wrapped(text, STDOUT_FILENO) + "\n") }

    /// The same in a tone.
    ///
    /// - Throws: `OutputClosed`.
    package static func line(_ text: String, _ tone: Tone) throws {
        guard putBytes(toned(wrapped(text, STDOUT_FILENO), tone, STDOUT_FILENO) + "\n", STDOUT_FILENO) else { throw OutputClosed() }
    }

    private static func toned(_ text: String, _ tone: Tone, _ descriptor: Int32) -> String {
        let shown = ShownText.lines(text)
        return showsColour(descriptor) ? tone.rawValue + shown + Control.normal.rawValue : shown
    }

    private static func showsColour(_ descriptor: Int32) -> Bool {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
        return isatty(descriptor) != 0 && variable("NO_COLOR") == nil && ![nil, "dumb"].contains(variable("TERM"))
    }

    /// Columns of the terminal that stands there; nil for a file or a pipe.
    package static func columnCount(_ descriptor: Int32) -> Int? { screen(descriptor).map { Int($0.ws_col) } }

    /// Lines of the terminal that stands there; nil for a file or a pipe.
    package static func lineCount(_ descriptor: Int32) -> Int? { screen(descriptor).map { Int($0.ws_row) } }

    private static func screen(_ descriptor: Int32) -> winsize? {
        var size = winsize()
        // TIOCGWINSZ fails on what is no terminal; some that are have no size.
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0 ? size : nil
    }

    private static func wrapped(_ text: String, _ descriptor: Int32) -> String {
        columnCount(descriptor).map { TextWrap.wrapped(text, width: $0) } ?? text
    }

    /// What `--json` answers with, on one line: an object whose first member says after which version of `Docs/JSON.md` it is. Large arrays go out
    /// as they are made.
    ///
    /// - Throws: `OutputClosed`.
    package static func json(_ members: [(String, JSON)]) throws {
        var out = ""
        try JSON.object(formatted(members)).append(to: &out) { out, _ in
            guard out.utf8.count >= 64 << 10 else { return }
            try write(out)
            out = ""
        }
        try write(out + "\n")
    }

    /// The same, where nobody may be reading.
    ///
    /// - Returns: false when nobody reads it.
    package static func put(_ members: [(String, JSON)], _ descriptor: Int32) -> Bool { put(JSON.object(formatted(members)).text + "\n", descriptor) }

    /// A key that goes, or means something else, makes it one more; a key that is new does not.
    private static let jsonFormat = Int64(1)

    private static func formatted(_ members: [(String, JSON)]) -> [(String, JSON)] { [("format", .integer(jsonFormat))] + members }

    /// Prose for people, broken between words on a terminal.
    ///
    /// - Returns: false when nobody reads it.
    package static func putLines(_ text: String, _ descriptor: Int32) -> Bool { put(wrapped(text, descriptor), descriptor) }

    /// Lines for people in a tone, and the end of the last.
    ///
    /// - Returns: false when nobody reads it.
    @discardableResult
    package static func put(_ text: String, _ tone: Tone, _ descriptor: Int32) -> Bool {
        putBytes(toned(wrapped(text, descriptor), tone, descriptor) + "\n", descriptor)
    }

    /// - Returns: false when nobody reads it.
    package static func put(_ text: String, _ descriptor: Int32) -> Bool { putBytes(ShownText.lines(text), descriptor) }

    package static func put(_ control: Control, _ descriptor: Int32) { _ = putBytes(control.rawValue, descriptor) }

    private static func putBytes(_ text: String, _ descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}
