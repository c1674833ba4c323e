import Foundation

/// The text as it is compared and as ids are made of it: compatibility-decomposed, lower case, without diacritics, white
/// space as single spaces. `Zoë  MÜLLER` folds to `zoe muller`.
///
/// Ids depend on it: a change here makes other ids of the same file. Unicode promises that the decomposition of assigned
/// characters never changes (https://www.unicode.org/policies/stability_policy.html).
package func folded(_ text: String) -> String {
    if let ascii = foldedASCII(text) { return ascii }
    var plain = String.UnicodeScalarView()
    for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
        if (0x20...0x5F).contains(scalar.value) || (0x61...0x7E).contains(scalar.value) {
            let isCapital = (0x41...0x5A).contains(scalar.value)
            plain.append(isCapital ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            continue
        }
        for lower in scalar.properties.lowercaseMapping.unicodeScalars {
            if let letters = withoutDiacritic[lower] {
                plain.append(contentsOf: letters.unicodeScalars)
            } else if lower.properties.generalCategory != .nonspacingMark && lower.properties.generalCategory != .format {
                plain.append(lower.properties.isWhitespace ? " " : lower)
            }
        }
    }
    return singleSpaced(String(plain))
}

/// Letters that Unicode does not decompose, and the apostrophes and dashes that programs put in.
private let withoutDiacritic: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
    "\u{2018}": "'", "\u{2019}": "'", "\u{02BC}": "'", "\u{0060}": "'",
    "\u{2010}": "-", "\u{2012}": "-", "\u{2013}": "-", "\u{2014}": "-",
]

/// Most cells are plain: one pass over their bytes. Nil when a character needs more than that.
private func foldedASCII(_ text: String) -> String? {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
        switch byte {
        case 0x80..., 0x60: return nil
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): out.append(byte | 0x20)
        case 0x09...0x0D, .space: if let last = out.last, last != .space { out.append(.space) }
        default: out.append(byte)
        }
    }
    if out.last == .space { out.removeLast() }
    return String(decoding: out, as: UTF8.self)
}

/// The cell without white space around it, and with single spaces within.
func singleSpaced(_ text: String) -> String {
    var previous: UInt8 = .space
    let isAlready = text.utf8.allSatisfy { byte in
        defer { previous = byte }
        return (0x21...0x7E).contains(byte) || (byte == .space && previous != .space)
    }
    if isAlready && previous != .space { return text }
    return text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }.joined(separator: " ")
}

/// The cell without white space around it.
func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last else { return text }
    if (0x21...0x7E).contains(first) && (0x21...0x7E).contains(last) { return text }
    let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace || scalar == "\u{FEFF}" }
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !isSpace($0) }), let end = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[start...end])
}

/// A telephone number as it is compared: E.164 when it can be told, read as a Dutch one when it names no country; else
/// the folded text.
///
/// `06-0000 0001`, `+31 (0)6 00000001`, `0031600000001` and `600000001` (a spreadsheet took the zero) are all `+31600000001`.
/// Source: ITU-T E.164 (at most 15 digits).
package func foldedPhone(_ text: String) -> String {
    var plain = folded(text)
    if plain.utf8.contains(UInt8(ascii: "(")) { plain = plain.replacing("(0)", with: "") }
    var digits = ""
    for scalar in plain.unicodeScalars {
        switch scalar {
        case "0"..."9": digits.unicodeScalars.append(scalar)
        case " ", "-", ".", "/", "(", ")", "+": continue
        default: return numberBesideWords(plain).map { foldedPhone($0.number) } ?? plain
        }
    }
    var international: Substring
    if plain.hasPrefix("+") {
        international = digits[...]
    } else if digits.hasPrefix("00") {
        international = digits.dropFirst(2)
    } else if digits.hasPrefix("0"), digits.count == 10 {
        international = "31" + digits.dropFirst()
    } else if digits.hasPrefix("31"), digits.count == 11 {
        international = digits[...]
    } else if !digits.hasPrefix("0"), digits.count == 9 {
        international = "31" + digits
    } else {
        return digits.isEmpty ? plain : digits
    }
    if international.hasPrefix("310") { international = "31" + international.dropFirst(3) }
    return (7...15).contains(international.count) ? "+" + international : digits
}

/// An e-mail address as it is compared: lower case, without `mailto:`.
package func foldedEmail(_ text: String) -> String {
    let plain = folded(text)
    return plain.hasPrefix("mailto:") ? String(plain.dropFirst(7)) : plain
}

/// A telephone number and what people wrote beside it: `06-33333333 (na 18 uur)`, `moeder: 010-4440001`, `0104440001 toestel 5`.
/// nil when the text is nothing but a number, or has none or several.
func numberBesideWords(_ text: String) -> (number: String, words: String)? {
    // Nearly every number stands alone: a look at its bytes is enough.
    guard text.utf8.contains(where: { $0 >= 0x41 || $0 == UInt8(ascii: "#") }) else { return nil }
    let found = text.matches(of: /[+(]?[0-9][-0-9 .\/()+]*[0-9]/).filter { match in
        (leastPhoneDigitCount...15).contains(match.output.filter(\.isNumber).count)
    }
    guard found.count == 1, let range = found.first?.range else { return nil }
    let rest = (text[..<range.lowerBound] + " " + text[range.upperBound...]).filter { !"()[]:;,".contains($0) }
    let words = singleSpaced(String(rest.drop { "-/. ".contains($0) }))
    guard words.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    return (String(text[range]), words)
}

private let leastPhoneDigitCount = 7
