import Community
import Interchange

/// Tells how near names are to one that was typed, many of them one after the other: names share their words, so each word is looked at once.
struct NearNames {
    private static let infixes: Set<String> = ["van", "der", "den", "de", "het", "ter", "ten", "te", "vd", "v", "d", "v.d.", "in", "'t", "el", "al"]
    /// Beyond as many letters more or fewer no name is near.
    private static let mostLetters = 2
    private static let leastLetters = 3

    private struct Word {
        /// Folded.
        let text: String
        let letterCount: Int
        let distance: Int?
        var isInfix: Bool { NearNames.infixes.contains(text) }
    }

    private let typed: String
    private let typedCount: Int
    private let isOneWord: Bool
    /// By how they are written.
    private var known: [Substring: [Word]] = [:]

    /// nil for what is too short to be near anything.
    init?(to text: String) {
        let words = folded(text).split(separator: " ").map(String.init)
        let kept = words.filter { !NearNames.infixes.contains($0) }
        typed = (kept.isEmpty ? words : kept).joined(separator: " ")
        typedCount = typed.count
        isOneWord = !typed.contains(" ")
        guard typedCount >= NearNames.leastLetters else { return nil }
    }

    /// By the whole name, infixes left out, or by one word of it; nil: not near. 0 is the same.
    mutating func distance(_ name: String) -> Int? {
        var words: [Word] = []
        for part in name.split(separator: " ") { words += self.words(part) }
        let kept = words.filter { !$0.isInfix }
        if !kept.isEmpty { words = kept }
        var nearest: Int?
        if isOneWord { nearest = words.lazy.compactMap(\.distance).min() }
        guard words.count > 1 else { return isOneWord ? nearest : wholeDistance(words) }
        return [nearest, wholeDistance(words)].lazy.compactMap { $0 }.min()
    }

    private func wholeDistance(_ words: [Word]) -> Int? {
        let count = words.reduce(words.count - 1) { $0 + $1.letterCount }
        // One may still be how the other begins.
        guard abs(count - typedCount) <= NearNames.mostLetters || words.first.map({ typed.first == $0.text.first }) == true else { return nil }
        return distance(toWord: words.map(\.text).joined(separator: " "))
    }

    private func distance(toWord word: String) -> Int? {
        Entry.nearest(typed, [word]).map { _ in word == typed ? 0 : word.hasPrefix(typed) ? 2 : 1 }
    }

    private mutating func words(_ part: Substring) -> [Word] {
        if let found = known[part] { return found }
        let found = folded(String(part)).split(separator: " ").map { text in
            let text = String(text)
            return Word(text: text, letterCount: text.count, distance: isOneWord ? distance(toWord: text) : nil)
        }
        known[part] = found
        return found
    }
}
