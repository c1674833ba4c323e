/// A content line, as vCard (RFC 6350, section 3.3) and iCalendar (RFC 5545, section 3.1) are made of:
///
///     item1.TEL;TYPE=cell;PREF=1:+31 6 00000001
///
/// Invariant: reading what `text` gives, gives the line again.
package struct ContentLine: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        /// In capitals.
        package let name: String
        /// As it stands in the line, with its quotation marks.
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// Its values without quotation marks: a comma parts them, but not within quotation marks.
        package var values: [String] {
            var values: [String] = []
            var current = String.UnicodeScalarView()
            var isQuoted = false
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\"": isQuoted.toggle()
                case "," where !isQuoted:
                    values.append(String(current))
                    current = String.UnicodeScalarView()
                default: current.append(scalar)
                }
            }
            return values + [String(current)]
        }
    }

    /// Empty for none.
    package var group: String
    /// As it stands in the line.
    package let name: String
    /// The name in capitals: names have no case.
    package let property: String
    package var parameters: [Parameter]
    /// As it stands in the line: escaped, of one line.
    package var value: String

    package init(_ name: String, _ value: String, _ parameters: [Parameter] = [], group: String = "") {
        self.group = group
        self.name = name
        property = name.utf8.contains { (0x61...0x7A).contains($0) || $0 >= 0x80 } ? name.uppercased() : name
        self.parameters = parameters
        self.value = value
    }

    package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    /// The line, not folded.
    package var text: String {
        var out = group.isEmpty ? name : "\(group).\(name)"
        for parameter in parameters { out += ";\(parameter.name)=\(parameter.value)" }
        return out + ":" + value
    }

    /// Appends the line folded to 75 octets, never within a character, each with CRLF (RFC 6350, section 3.2).
    package func append(to out: inout [UInt8]) {
        var column = 0
        for byte in text.utf8 {
            if column >= 75 || (column >= 72 && byte >= 0xC0) {
                out += [.carriageReturn, .lineFeed, .space]
                column = 1
            }
            out.append(byte)
            column += 1
        }
        out += [.carriageReturn, .lineFeed]
    }
}

// MARK: Reading

/// A line in parts, its text not yet decoded.
struct RawContentLine {
    var group = ""
    var name = ""
    /// In the line's order; a name alone has no value. Names are in capitals.
    var parameters: [(name: String, value: [UInt8]?)] = []
    var value: ArraySlice<UInt8> = []

    /// - Returns: nil without a colon that ends the name and its parameters.
    init?(_ bytes: [UInt8]) {
        // Quotation marks that do not close are text.
        guard read(bytes, quoting: true) || read(bytes, quoting: false) else { return nil }
    }

    private mutating func read(_ bytes: [UInt8], quoting: Bool) -> Bool {
        parameters = []
        var isQuoted = false
        var start = 0
        var isFirst = true
        for (index, byte) in bytes.enumerated() {
            if quoting && byte == .quote && !isFirst { isQuoted.toggle() }
            guard !isQuoted, byte == .colon || byte == .semicolon else { continue }
            let piece = bytes[start..<index]
            if isFirst {
                let whole = lenientText(piece, charset: nil)
                if let dot = whole.firstIndex(of: "."), dot != whole.startIndex, whole.index(after: dot) != whole.endIndex {
                    group = String(whole[..<dot])
                    name = String(whole[whole.index(after: dot)...])
                } else {
                    name = whole
                }
                guard !name.isEmpty else { return false }
                isFirst = false
            } else if let equals = piece.firstIndex(of: UInt8(ascii: "=")) {
                let key = trimmed(lenientText(piece[..<equals], charset: nil)).uppercased()
                parameters.append((key, Array(piece[(equals + 1)...])))
            } else if !piece.isEmpty {
                parameters.append((trimmed(lenientText(piece, charset: nil)).uppercased(), nil))
            }
            start = index + 1
            if byte == .colon {
                value = bytes[start...]
                return true
            }
        }
        return false
    }

    /// The line as it stands, in UTF-8.
    var plain: ContentLine {
        ContentLine(
            name, lenientText(value, charset: nil),
            parameters.map { .init($0.name, lenientText(($0.value ?? [])[...], charset: nil)) }, group: group)
    }
}

// MARK: Values

/// Text as a value: a backslash before what means something (RFC 6350, section 3.4).
func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == .comma || $0 == .semicolon || $0 == 0x0A || $0 == 0x0D }) else {
        return text
    }
    var out = String.UnicodeScalarView()
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
        switch scalar {
        case "\\", ",", ";":
            out.append("\\")
            out.append(scalar)
        case "\n", "\r":
            out.append("\\")
            out.append("n")
        default: out.append(scalar)
        }
    }
    return String(out)
}

/// The text of a value. A backslash before another character is text.
func unescaped(_ value: some StringProtocol) -> String {
    guard value.utf8.contains(0x5C) else { return String(value) }
    var out = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in value.unicodeScalars {
        if isEscaped {
            isEscaped = false
            switch scalar {
            case "n", "N": out.append("\n")
            case "\\", ",", ";", ":", "\"": out.append(scalar)
            default:
                out.append("\\")
                out.append(scalar)
            }
        } else if scalar == "\\" {
            isEscaped = true
        } else {
            out.append(scalar)
        }
    }
    if isEscaped { out.append("\\") }
    return String(out)
}

/// The pieces of a value between separators that no backslash stands before, still escaped.
func split(_ value: String, at separator: Unicode.Scalar) -> [String] {
    var pieces: [String] = []
    var current = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in value.unicodeScalars {
        if scalar == separator && !isEscaped {
            pieces.append(String(current))
            current = String.UnicodeScalarView()
            continue
        }
        isEscaped = scalar == "\\" && !isEscaped
        current.append(scalar)
    }
    return pieces + [String(current)]
}

extension UInt8 {
    static let colon: UInt8 = 0x3A
}
