import Engine

/// What others must know before they ring the bell: the NOTE lines among a contact's kept vCard lines (RFC 6350, section 6.7.2), so that it
/// goes along on a card.
enum CardNote {
    /// nil where there is none.
    static func text(_ lines: String?) -> String? {
        let notes = (lines ?? "").split(whereSeparator: \.isNewline).filter(isNote).map { line in
            unescaped(line[line.index(after: line.firstIndex(of: ":") ?? line.startIndex)...])
        }
        let text = notes.joined(separator: "\n").trimmingSpaces()
        return text.isEmpty ? nil : text
    }

    /// The lines with another note in the place of those there were; "" when nothing is left.
    static func lines(_ lines: String?, with note: String?) -> String {
        let others = (lines ?? "").split(whereSeparator: \.isNewline).filter { !isNote($0) }.map(String.init)
        let text = note?.trimmingSpaces() ?? ""
        return (others + (text.isEmpty ? [] : ["NOTE:" + escaped(text)])).joined(separator: "\n")
    }

    private static func isNote(_ line: Substring) -> Bool {
        ["NOTE:", "NOTE;"].contains { line.uppercased().hasPrefix($0) } && line.contains(":")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing(",", with: "\\,").replacing(";", with: "\\;")
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "n" || character == "N" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
