/// Text as tokens that join to it again: line ends; words with the blanks before them; marks around words by themselves.
///
/// Example: `Ja, kom (12.30)!` is `Ja` `,` ` kom` ` (` `12.30` `)` `!`. What is inside a word (12.30, zo'n, a@b.nl) stays one.
///
/// Invariant: no token begins in the middle of what people see as one character (CR LF, a letter with its accent, an emoji with
/// its skin), so no change ends there.
package enum TextTokens {
    private static let closing: Set<Unicode.Scalar> = Set(".,;:!?)]}\u{bb}\u{201d}\u{2019}'\"\u{2026}\u{61f}\u{60c}".unicodeScalars)
    private static let opening: Set<Unicode.Scalar> = Set("([{\u{ab}\u{201c}\u{2018}'\"\u{bf}\u{a1}".unicodeScalars)

    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? scalar == " " || (0x09...0x0D).contains(scalar.value) || (0x1C...0x1F).contains(scalar.value) : scalar.properties.isWhitespace
    }

    /// Stands at the end of a word without a space before it.
    static func closes(_ scalar: Unicode.Scalar) -> Bool { closing.contains(scalar) }

    /// Belongs to the character before it (UAX #29: Extend, ZWJ, SpacingMark).
    static func extends(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        let properties = scalar.properties
        return properties.isGraphemeExtend || properties.isEmojiModifier || properties.generalCategory == .spacingMark || scalar.value == 0x200D
    }

    /// Where the tokens end, ascending; the last is the text's end.
    package static func ends(of text: some RandomAccessCollection<Unicode.Scalar>) -> [Int] {
        let text = Array(text)
        let count = text.count
        var ends: [Int] = []
        func end(_ place: Int, ofLine: Bool = false) {
            guard place > (ends.last ?? 0) else { return }
            guard place == count || ofLine || !extends(text[place]) else { return }
            ends.append(place)
        }
        func isLineEnd(_ place: Int) -> Bool {
            text[place] == "\n" || (text[place] == "\r" && place + 1 < count && text[place + 1] == "\n")
        }
        var place = 0
        while place < count {
            if isLineEnd(place) {
                place += text[place] == "\n" ? 1 : 2
                end(place, ofLine: true)
                continue
            }
            var word = place
            while word < count, !isLineEnd(word), isBlank(text[word]) { word += 1 }
            var after = word
            while after < count, !isBlank(text[after]) { after += 1 }
            if after == word {
                // Blanks at the end of a line.
                end(word)
                place = word
                continue
            }
            var first = word
            while first < after, opening.contains(text[first]) { first += 1 }
            var last = after
            while last > first, closing.contains(text[last - 1]) { last -= 1 }
            // The first mark keeps the blanks before it; a line of marks alone is cut after each.
            if first > word { for cut in word + 1...first { end(cut) } }
            if last > first { end(last) }
            if last < after { for cut in last + 1...after { end(cut) } }
            place = after
        }
        return ends
    }

    /// The words of a text, as a reader sees them: what is between blanks, without the marks around it.
    package static func words(of text: some Sequence<Unicode.Scalar>) -> Set<[Unicode.Scalar]> {
        var found: Set<[Unicode.Scalar]> = []
        for chunk in Array(text).split(whereSeparator: isBlank) {
            var word = chunk
            while let scalar = word.first, opening.contains(scalar) || closing.contains(scalar) { word = word.dropFirst() }
            while let scalar = word.last, opening.contains(scalar) || closing.contains(scalar) { word = word.dropLast() }
            if !word.isEmpty { found.insert(Array(word)) }
        }
        return found
    }
}

extension Value {
    /// The scalars of a value that merges as prose; nil for what is kept as a register, byte for byte: no text, broken UTF-8, a
    /// NUL in it (SQLite's own functions end there), or longer than `TextLimit.byteCount`.
    package var prose: [Unicode.Scalar]? {
        guard case .text(let bytes) = self, bytes.count <= TextLimit.byteCount, !bytes.contains(0),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        return Array(text.unicodeScalars)
    }
}
