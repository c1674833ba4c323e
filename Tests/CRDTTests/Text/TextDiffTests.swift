import CRDT
import Simulator
import Testing

/// Tokens and differences.
@Suite struct TextDiffTests {
    private func tokens(_ text: String) -> [String] {
        let all = scalars(text)
        var start = 0
        return TextTokens.ends(of: all).map { end in
            defer { start = end }
            return string(all[start..<end])
        }
    }

    @Test(arguments: [
        ("Ja, kom (12.30)!", ["Ja", ",", " kom", " (", "12.30", ")", "!"]),
        ("zo'n  dag", ["zo'n", "  dag"]),
        ("een \ntwee", ["een", " ", "\n", "twee"]),
        ("een\r\n\r\ntwee", ["een", "\r\n", "\r\n", "twee"]),
        ("cafe\u{301}. Zo", ["cafe\u{301}", ".", " Zo"]),
        ("a \u{301}b", ["a", " \u{301}b"]),
        ("(\u{301}a", ["(\u{301}a"]),
        ("👍🏽 ja", ["👍🏽", " ja"]),
        ("غدا، مع", ["غدا", "،", " مع"]),
        ("!?", ["!", "?"]),
        ("", []),
        ("  ", ["  "]),
    ] as [(String, [String])])
    func textIsCutIntoTokens(_ text: String, _ expected: [String]) {
        #expect(tokens(text).map(scalars) == expected.map(scalars), "\(tokens(text))")
    }

    /// Every border of every token is one that people see: none inside a character.
    @Test func tokensEndBetweenCharacters() {
        var random = SplitMix64(seed: 3)
        let pieces = ["a", " ", "\n", "\r\n", "e\u{301}", "👨‍👩‍👧", "👍🏽", "(", ")", ".", "\u{301}", "\u{200D}", "ن", "\u{64B}", "🇳🇱", "한"]
        for _ in 0..<4_000 {
            let text = (0..<12).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            var borders: Set<Int> = [0]
            var place = 0
            for character in text {
                place += character.unicodeScalars.count
                borders.insert(place)
            }
            let ends = TextTokens.ends(of: scalars(text))
            #expect(ends.last == scalars(text).count)
            #expect(Set(ends).isSubset(of: borders), "\(scalars(text)): \(ends)")
        }
    }

    private func applied(_ hunks: [TextDiff.Hunk], _ old: [Unicode.Scalar], _ new: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var made: [Unicode.Scalar] = []
        var place = 0
        for hunk in hunks {
            made += old[place..<hunk.old.lowerBound]
            made += new[hunk.new]
            place = hunk.old.upperBound
        }
        return made + old[place...]
    }

    @Test func hunksMakeTheNewOfTheOld() {
        var random = SplitMix64(seed: 4)
        for number in 0..<5_000 {
            let old = (0..<number % 4).map { _ in TextDrawing.sentence(&random) }.joined(separator: number % 3 == 0 ? "\n" : "\r\n\r\n")
            var new = old
            for _ in 0..<number % 5 { new = TextDrawing.edited(new, &random) }
            let hunks = TextDiff.hunks(from: scalars(old), to: scalars(new))
            #expect(applied(hunks, scalars(old), scalars(new)) == scalars(new), "\(old) to \(new)")
            for (a, b) in zip(hunks, hunks.dropFirst()) { #expect(a.old.upperBound < b.old.lowerBound && a.new.upperBound < b.new.lowerBound) }
            let ends = Set(TextTokens.ends(of: scalars(old)) + [0])
            for hunk in hunks { #expect(ends.contains(hunk.old.lowerBound) && ends.contains(hunk.old.upperBound)) }
        }
    }

    /// Where a line could be taken for the one before or after it, the hunk is the line.
    @Test func anInsertedLineIsThatLine() {
        let old = "een\ntwee\ndrie\n"
        let new = "een\ntwee\nvier\ndrie\n"
        let hunks = TextDiff.hunks(from: scalars(old), to: scalars(new))
        #expect(hunks.map { string(scalars(new)[$0.new]) } == ["vier\n"])
        let twice = TextDiff.hunks(from: scalars("een\n\ntwee\n\ndrie"), to: scalars("een\n\ntwee\n\ntwee\n\ndrie"))
        #expect(twice.map { string(scalars("een\n\ntwee\n\ntwee\n\ndrie")[$0.new]) } == ["twee\n\n"])
        let gone = TextDiff.hunks(from: scalars(new), to: scalars(old))
        #expect(gone.map { string(scalars(new)[$0.old]) } == ["vier\n"])
    }

    /// Texts that have nothing in common, and long ones that have: in steps that are bounded.
    @Test func aLongDifferenceIsTakenByLines() {
        func lines(_ range: Range<Int>, _ word: String) -> [String] { range.map { "\(word) nummer \($0) van de lijst" } }
        var old = lines(0..<3_000, "regel")
        let start = old
        for place in stride(from: 5, to: 3_000, by: 10) { old[place] = "iets heel anders, \(place), zonder overeenkomst" }
        let hunks = TextDiff.hunks(from: scalars(start.joined(separator: "\n")), to: scalars(old.joined(separator: "\n")))
        #expect(applied(hunks, scalars(start.joined(separator: "\n")), scalars(old.joined(separator: "\n"))) == scalars(old.joined(separator: "\n")))
        #expect(hunks.count >= 300)
        let replaced = hunks.reduce(0) { $0 + $1.old.count }
        #expect(replaced < start.joined(separator: "\n").count / 5)
    }

    /// CR LF become LF in every line: each line end, and nothing else.
    @Test func flippedLineEndsAreLineEnds() {
        let old = (0..<50).map { "regel \($0)" }.joined(separator: "\r\n")
        let new = (0..<50).map { "regel \($0)" }.joined(separator: "\n")
        let hunks = TextDiff.hunks(from: scalars(old), to: scalars(new))
        #expect(hunks.count == 49 && hunks.allSatisfy { $0.old.count == 2 && $0.new.count == 1 })
    }
}
