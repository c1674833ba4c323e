/// A name in the parts that contacts have: given name, infix (tussenvoegsel) and family name.
///
///     PersonName(splitting: "Fatima van den Berg")   // Fatima · van den · Berg
///     PersonName(splitting: "De Jong, Piet")         // Piet · de · Jong
///
/// A guess, as names are not made to a rule; each part stays what was typed, but an infix that only stands first because
/// the family name does (`De Jong, Piet`) begins with a small letter.
/// Source for the Dutch infixes: Nederlandse Familienamenbank, https://www.cbgfamilienamen.nl/nfb/
package struct PersonName: Hashable, Sendable {
    package var given = ""
    package var infix = ""
    package var family = ""

    package init(given: String = "", infix: String = "", family: String = "") {
        self.given = given
        self.infix = infix
        self.family = family
    }

    package var full: String { [given, infix, family].filter { !$0.isEmpty }.joined(separator: " ") }

    /// A whole name, in either order. A generation ("jr.") stays with the family name that it follows.
    package init(splitting text: String) {
        var pieces = text.split(separator: ",").map { words(String($0)) }.filter { !$0.isEmpty }
        // "Jan Jansen, jr." · "Jansen, Jan, jr." · "Jan Jansen jr."
        if let last = pieces.last?.last, Generation(last) != nil, pieces.joined().count > 2 {
            pieces[pieces.count - 1].removeLast()
            self.init(splitting: pieces.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }.joined(separator: ", "))
            if family.isEmpty { given += " " + last } else { family += " " + last }
            return
        }
        if pieces.count > 1 {
            // "Jong, de, Piet" · "Jong, Piet de" · "Berg, van den" · "De Jong, Piet"
            var rest = Array(pieces.dropFirst().joined())
            let family = pieces[0].joined(separator: " ")
            let infixWords: ArraySlice<String>
            if pieces.count > 2, isInfix(pieces[1]) {
                infixWords = rest.prefix(pieces[1].count)
                rest.removeFirst(infixWords.count)
            } else {
                infixWords = rest.suffix(trailingInfixCount(rest))
                rest.removeLast(infixWords.count)
            }
            if infixWords.isEmpty {
                self.init(family: family, splittingFamily: true)
            } else {
                self.init(infix: infixWords.joined(separator: " "), family: family)
            }
            given = rest.joined(separator: " ")
            return
        }
        let all = pieces.first ?? []
        // "Sjoukje Hoekstra-de Boer": a double name, from its hyphen on.
        if let double = all.indices.dropFirst().first(where: { hasInfixBehindHyphen(all[$0]) }), double < all.count - 1 {
            self.init(given: all[..<double].joined(separator: " "), family: all[double...].joined(separator: " "))
            return
        }
        // The first word is a given name, unless it can only be an infix: "van Dijk".
        let first = all.first.map { leadingInfixCount(all) > 0 && !givenNamesToo.contains(folded($0)) } == true ? 0 : 1
        for start in all.indices.dropFirst(first) {
            let count = leadingInfixCount(all[start...])
            if count > 0 {
                self.init(
                    given: all[..<start].joined(separator: " "),
                    infix: all[start..<(start + count)].joined(separator: " "),
                    family: all[(start + count)...].joined(separator: " "))
                return
            }
        }
        self.init(
            given: (all.count > 1 ? all.dropLast() : all[...]).joined(separator: " "),
            family: all.count > 1 ? all[all.count - 1] : "")
    }

    /// A family name with its infix before or behind it: "van den Berg", "Berg, van den".
    package init(splittingFamily text: String) {
        let isOneWord = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != .comma }
        if isOneWord {
            self.init(family: text)
            return
        }
        let pieces = text.split(separator: ",").map { words(String($0)) }.filter { !$0.isEmpty }
        if pieces.count == 2, isInfix(pieces[1]) {
            self.init(infix: pieces[1].joined(separator: " "), family: pieces[0].joined(separator: " "))
        } else {
            self.init(family: singleSpaced(text), splittingFamily: true)
        }
    }

    private init(family: String, splittingFamily: Bool) {
        let all = words(family)
        let count = leadingInfixCount(all[...])
        guard count > 0 else {
            self.init(family: family)
            return
        }
        let infix = all.prefix(count).joined(separator: " ")
        self.init(
            infix: infix.prefix(1).lowercased() + infix.dropFirst(), family: all.dropFirst(count).joined(separator: " "))
    }
}

/// Which of several people of one name: junior, senior, the second.
package enum Generation: UInt8 {
    case junior = 0x6A, senior = 0x73, second = 0x32, third = 0x33, fourth = 0x34

    package init?(_ word: String) {
        switch folded(word).filter({ $0 != "." }) {
        case "jr", "jnr", "jun", "junior": self = .junior
        case "sr", "snr", "sen", "senior": self = .senior
        case "ii": self = .second
        case "iii": self = .third
        case "iv": self = .fourth
        default: return nil
        }
    }
}

private func words(_ text: String) -> [String] {
    text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }
}

/// Words that begin or continue an infix.
private let articles: Set = [
    "van", "von", "de", "den", "der", "des", "het", "'t", "'s", "ter", "ten", "te", "la", "le", "du", "da", "dos", "di",
    "del", "della", "zu", "zum", "zur", "el", "al", "ben", "bin", "bint", "ibn",
]

/// Words that begin an infix only before an article: "op de Beek".
private let prepositions: Set = ["aan", "bij", "in", "onder", "op", "over", "tot", "uit", "voor"]

/// First words that are as likely a given name: "Ben Visser".
private let givenNamesToo: Set = ["al", "ben", "della"]

/// How many words of an infix `words` begins with, leaving at least one word for the name.
private func leadingInfixCount(_ words: some RandomAccessCollection<String>) -> Int {
    let plain = words.dropLast().map(folded)
    var count = 0
    while count < plain.count {
        if articles.contains(plain[count]) {
            count += 1
        } else if prepositions.contains(plain[count]), count + 1 < plain.count, articles.contains(plain[count + 1]) {
            count += 2
        } else {
            break
        }
    }
    return count
}

/// How many words of an infix `words` ends with: "Piet van der".
private func trailingInfixCount(_ words: [String]) -> Int {
    for start in words.indices where isInfix(Array(words[start...])) { return words.count - start }
    return 0
}

/// Whether a word ends as the first half of a double name does: "Jansen-van".
private func hasInfixBehindHyphen(_ word: String) -> Bool {
    guard let hyphen = word.lastIndex(of: "-"), hyphen != word.startIndex else { return false }
    return articles.contains(folded(String(word[word.index(after: hyphen)...])))
}

/// Whether all words are an infix.
func isInfix(_ words: [String]) -> Bool {
    !words.isEmpty && leadingInfixCount(words + ["name"]) == words.count
}
