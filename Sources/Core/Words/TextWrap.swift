/// Lines for a screen of so many columns: broken at blanks, so that no word is cut by the terminal.
///
/// What follows a break is set in as far as its line began, and two columns more, or to the second column of a line of two columns (`name   what
/// it is`), so that lists and labelled values stay readable. A word that is wider than the screen (a path, an id) is left whole: people copy it.
package enum TextWrap {
    /// - Parameter width: in columns of the terminal; below 20 the text is left as it is.
    package static func wrapped(_ text: String, width: Int) -> String {
        guard width >= 20, text.utf8.count > width else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line($0, width) }.joined(separator: "\n")
    }

    private static func line(_ line: Substring, _ width: Int) -> String {
        // A byte takes at most one column: what is short in bytes is short on the screen.
        guard line.utf8.count > width, columnCount(line) > width else { return String(line) }
        let indent = min(hanging(line, width), width / 2)
        var out = ""
        var column = 0
        var rest = line
        while !rest.isEmpty {
            let blanks = rest.prefix { $0 == " " }
            let word = rest[blanks.endIndex...].prefix { $0 != " " }
            rest = rest[word.endIndex...]
            let wordWidth = columnCount(word)
            if column > 0, !word.isEmpty, column + blanks.count + wordWidth > width, column > indent {
                out += "\n" + String(repeating: " ", count: indent) + word
                column = indent + wordWidth
            } else {
                out += blanks + word
                column += blanks.count + wordWidth
            }
        }
        return out
    }

    /// Where the following lines begin: under the second column where a gap of two blanks and more makes one, else a little behind the first.
    private static func hanging(_ line: Substring, _ width: Int) -> Int {
        let lead = line.prefix { $0 == " " }.count
        var column = lead
        var gap = 0
        for character in line.dropFirst(lead) {
            if character == " " {
                gap += 1
            } else {
                // A second column that begins far to the right leaves no room to read in.
                if gap >= 2 { return column <= width * 2 / 5 ? column : lead + 2 }
                gap = 0
            }
            column += columnCount(String(character)[...])
        }
        return lead == 0 ? 0 : lead + 2
    }

    /// How many columns a terminal gives a text: two for what East Asian scripts and emoji are wide in, none for marks that stand on another
    /// character (Unicode 16, UAX #11 and #44).
    package static func columnCount(_ text: Substring) -> Int {
        var count = 0
        for scalar in text.unicodeScalars { count += columnCount(scalar) }
        return count
    }

    private static func columnCount(_ scalar: Unicode.Scalar) -> Int {
        guard scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD: 2
        default: 1
        }
    }
}
