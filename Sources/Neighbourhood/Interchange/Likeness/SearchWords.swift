import Community

/// The words by which a record is found, and those of what people type.
///
/// What is typed finds a record when each of its words begins one of the record's: `jans am` finds Jansen of Amina's street.
/// Diacritics and case do not matter. A Dutch infix may be written in any way: `van der Berg`, `vd Berg`, `vdberg`,
/// `vanderberg` and `Berg, van der` all find Piet van der Berg. A telephone number is found in any notation.
package enum SearchWords {
    /// Records of another version are read again.
    package static let version = 2

    private static let readByteCount = 4_000
    private static let typedWordCount = 12

    // MARK: Of records

    package static func of(contact rows: ContactRows) -> String {
        var words: [String] = []
        for column in ["given_name", "nickname", "organisation"] { words += parts(rows.contact[column] ?? "") }
        let family = PersonName(splittingFamily: rows.contact["family_name"] ?? "")
        words += parts(family.family)
        let infix = parts(rows.contact["infix"] ?? "") + parts(family.infix)
        if !infix.isEmpty {
            words += infix
            let name = parts(family.family).joined()
            let initials = infix.compactMap { $0.first.map(String.init) }.joined()
            words += [infix.joined(), initials, infix.joined() + name, initials + name]
        }
        for point in rows.points {
            switch point.type {
            case "tel": words += phone(point.value) + (numberBesideWords(point.value).map { parts($0.words) } ?? [])
            case "email": words += [foldedEmail(point.value).filter { $0.isLetter || $0.isNumber }] + parts(point.value)
            default: words += parts(point.value)
            }
        }
        for address in rows.addresses {
            for (part, text) in address.sorted(by: { $0.key < $1.key }) {
                words += parts(text)
                if part == "postal_code" { words.append(parts(text).joined()) }
            }
        }
        var seen: Set<String> = []
        return words.filter { !$0.isEmpty && seen.insert($0).inserted }.joined(separator: " ")
    }

    /// - Parameter texts: of a row, in the order of its columns.
    package static func of(texts: [String]) -> String {
        var room = readByteCount
        var words: [String] = []
        var seen: Set<String> = []
        for word in texts.flatMap(parts) where seen.insert(word).inserted {
            room -= word.utf8.count
            guard room > 0 else { break }
            words.append(word)
        }
        return words.joined(separator: " ")
    }

    /// A number as people type it: with the country, as dialled, and its last six digits.
    private static func phone(_ text: String) -> [String] {
        let digits = foldedPhone(text).filter(\.isNumber)
        guard digits.count > 6 else { return digits.isEmpty ? parts(text) : [digits] }
        return [digits, digits.hasPrefix("31") ? "0" + digits.dropFirst(2) : digits, String(digits.suffix(6))]
    }

    // MARK: Of what is typed

    /// Words that must each begin a word of what is found; empty when nothing was typed to search for.
    package static func typed(_ text: String) -> [String] {
        let digits = text.filter { $0.isASCII && $0.isNumber }
        let isNumber = digits.count >= 6 && text.allSatisfy { ($0.isASCII && $0.isNumber) || " +-./()".contains($0) }
        if isNumber {
            let whole = foldedPhone(text).filter(\.isNumber)
            return [text.contains("+") || digits.hasPrefix("00") || digits.hasPrefix("0") && digits.count == 10 ? whole : digits]
        }
        if text.contains("@") {
            return [foldedEmail(text.trimmingWhitespace).filter { $0.isLetter || $0.isNumber }].filter { !$0.isEmpty }
        }
        return Array(parts(text).prefix(typedWordCount))
    }

    /// Folded words: letters and digits, an apostrophe left out.
    private static func parts(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        let text = folded(text)
        if let words = asciiParts(text) { return words }
        var words: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "'" { continue }
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { word.append(scalar) } else if !word.isEmpty {
                words.append(String(word))
                word = String.UnicodeScalarView()
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words
    }
}

/// The same of a folded text of ASCII alone, which nearly all are: without asking Unicode of each letter. nil: it is not.
private func asciiParts(_ text: String) -> [String]? {
    var text = text
    return text.withUTF8 { bytes in
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        var words: [String] = []
        var word: [UInt8] = []
        for byte in bytes where byte != UInt8(ascii: "'") {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: word.append(byte)
            default:
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}

extension String {
    fileprivate var trimmingWhitespace: String { trimmed(self) }
}
