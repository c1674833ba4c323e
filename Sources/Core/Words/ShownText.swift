/// Text from outside as it may be shown: what a terminal or a reader would act on, or not show at all, is made visible.
///
/// Names, ids, paths and SQLite's words come from anybody. A control sequence in one repaints the screen or answers for the reader, an
/// override of direction turns `exe.txt` round, and what has no width makes two names look alike. Each such character becomes U+FFFD;
/// of line ends, tabs and separators a space, where one line is wanted.
/// Sources: ECMA-48 (control sequences), Unicode 16, section 23.2-23.9, UAX #9 (bidi), UTS #39 (confusables).
///
/// Joiners and variation selectors stay where scripts need them: after a character of a script that is not Latin, or of an emoji.
package enum ShownText {
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// As one line.
    package static func line(_ text: String) -> String { cleaned(text, keepsLines: false) }

    /// As lines of our own making: line feeds stay, and a carriage return before one.
    package static func lines(_ text: String) -> String { cleaned(text, keepsLines: true) }

    private static func cleaned(_ text: String, keepsLines: Bool) -> String {
        // Nearly all of it is plain: a look at its bytes is enough.
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || (keepsLines && $0 == 0x0A) }) { return text }
        var out = String.UnicodeScalarView()
        var before: Unicode.Scalar?
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            let shown = shown(scalar, after: before, before: next, keepsLines: keepsLines)
            out.append(shown)
            before = shown
        }
        return String(out)
    }

    private static func shown(
        _ scalar: Unicode.Scalar, after before: Unicode.Scalar?, before next: Unicode.Scalar?, keepsLines: Bool
    ) -> Unicode.Scalar {
        switch scalar.value {
        case 0x0A where keepsLines: return scalar
        case 0x0D where keepsLines && next == "\n": return scalar
        case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: return " "
        default: break
        }
        guard isUnseen(scalar) else { return scalar }
        let isJoining = scalar.value == 0x200C || scalar.value == 0x200D || (0xFE00...0xFE0F).contains(scalar.value)
        guard isJoining, let before, before.value >= 0x590 || before.value == 0xA9 || before.value == 0xAE, before != replacement else { return replacement }
        return before.properties.isAlphabetic || before.properties.isEmoji || before.properties.isVariationSelector
            || before.properties.generalCategory == .nonspacingMark ? scalar : replacement
    }

    /// Control characters, what directs or hides other text, and what has neither look nor width.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x20...0x7E, 0xA0...0xAC: false
        case 0x2028, 0x2029, 0xFFF9...0xFFFB: true
        default: scalar.value & 0xFFFE == 0xFFFE || scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Appends a string's text between JSON's quotation marks (RFC 8259, section 7): what `line` would replace is escaped.
    package static func appendEscaped(_ string: String, to out: inout String) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default: appendSeen(scalar, to: &out)
            }
        }
    }

    /// JSON that another encoder has made, with the same escapes: outside of its strings none of these characters stands.
    package static func escaped(json text: String) -> String {
        if text.utf8.allSatisfy({ $0 == 0x0A || (0x20...0x7E).contains($0) }) { return text }
        var out = ""
        for scalar in text.unicodeScalars { if scalar == "\n" { out += "\n" } else { appendSeen(scalar, to: &out) } }
        return out
    }

    private static func appendSeen(_ scalar: Unicode.Scalar, to out: inout String) {
        guard isUnseen(scalar) else { return out.unicodeScalars.append(scalar) }
        for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}

/// Text from outside as one line that shows all that is in it.
package func plain(_ text: String) -> String { ShownText.line(text) }
