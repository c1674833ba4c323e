import CRDT
import Simulator
import Testing

/// Concurrent edits of one sentence in six kinds of writing, judged by the three texts alone.
@Suite struct TextPairTests {
    private struct Pair {
        let old: String, one: String, two: String

        init(_ number: Int) {
            var random = SplitMix64(seed: UInt64(number))
            old = TextDrawing.sentences[number % TextDrawing.sentences.count]
            guard Bool.random(using: &random) else {
                (one, two) = (TextDrawing.edited(old, &random), TextDrawing.edited(old, &random))
                return
            }
            // Half of all change the same word.
            let words = old.unicodeScalars.split(separator: " ").map { String($0) }
            let place = Int.random(in: 0..<words.count, using: &random)
            func changed() -> String {
                var words = words
                words[place] = TextDrawing.new.randomElement(using: &random) ?? ""
                return words.joined(separator: " ")
            }
            (one, two) = (changed(), changed())
        }

        var words: Set<[Unicode.Scalar]> { [old, one, two].reduce(into: []) { $0.formUnion(TextTokens.words(of: $1.unicodeScalars)) } }

        /// Whether the two edits overlap, as a merge of three texts would see it: hunks that touch hang together; they overlap when
        /// they delete the same and end differently, or type different words in one gap, or in the midst of what the other deleted.
        var overlaps: Bool {
            let (a, b) = (TextDiff.hunks(from: scalars(old), to: scalars(one)), TextDiff.hunks(from: scalars(old), to: scalars(two)))
            let all = (a.map { ($0, 0) } + b.map { ($0, 1) }).sorted { ($0.0.old.lowerBound, $0.0.old.upperBound, $0.1) < ($1.0.old.lowerBound, $1.0.old.upperBound, $1.1) }
            var parts: [(end: Int, hunks: [(TextDiff.Hunk, Int)])] = []
            for (hunk, side) in all {
                if let last = parts.last, hunk.old.lowerBound <= last.end {
                    parts[parts.count - 1].end = max(last.end, hunk.old.upperBound)
                    parts[parts.count - 1].hunks.append((hunk, side))
                } else {
                    parts.append((hunk.old.upperBound, [(hunk, side)]))
                }
            }
            func said(_ hunk: TextDiff.Hunk, _ side: Int) -> ArraySlice<Unicode.Scalar> { scalars(side == 0 ? one : two)[hunk.new] }
            for part in parts {
                let (mine, theirs) = (part.hunks.filter { $0.1 == 0 }.map(\.0), part.hunks.filter { $0.1 == 1 }.map(\.0))
                let both = mine.flatMap { p in theirs.map { (p, $0) } }
                if both.contains(where: { $0.0.old.overlaps($0.1.old) }) {
                    if mine.flatMap({ said($0, 0) }) != theirs.flatMap({ said($0, 1) }) { return true }
                    continue
                }
                for (p, q) in both {
                    if p.old.isEmpty, q.old.isEmpty, p.old == q.old, said(p, 0) != said(q, 1) { return true }
                    if p.old.isEmpty, q.old.lowerBound < p.old.lowerBound, p.old.lowerBound < q.old.upperBound { return true }
                    if q.old.isEmpty, p.old.lowerBound < q.old.lowerBound, q.old.lowerBound < p.old.upperBound { return true }
                }
            }
            return false
        }
    }

    @Test func tenThousandPairs() throws {
        var overlapCount = 0
        for number in 0..<10_000 {
            let pair = Pair(number)
            var (a, b) = (TextLaptop(1), TextLaptop(2))
            try a.write(pair.old)
            try b.receive(a)
            try a.write(pair.one)
            try b.write(pair.two)
            try TextLaptop.meet(&a, &b)
            let view = a.text.view
            guard view.shown == b.text.view.shown else {
                Issue.record("pair \(number): two texts")
                return
            }
            let unknown = TextTokens.words(of: view.shown).subtracting(pair.words)
            #expect(unknown.isEmpty, "pair \(number): nobody wrote \(unknown.map(string))")
            #expect(view.overlaps.isEmpty != pair.overlaps, "pair \(number): \(pair) became \(string(view.shown))")
            if pair.overlaps { overlapCount += 1 }
        }
        #expect((3_000...8_000).contains(overlapCount), "\(overlapCount) overlap")
    }

    /// The same pairs as a form's: what was shown, what was made of it, and what stands there by now.
    @Test func tenThousandStaleForms() throws {
        for number in 0..<10_000 {
            let pair = Pair(number)
            let rebase = TextRebase(base: scalars(pair.old), mine: scalars(pair.one), theirs: scalars(pair.two))
            let unknown = TextTokens.words(of: rebase.text).subtracting(pair.words)
            #expect(unknown.isEmpty, "pair \(number): nobody wrote \(unknown.map(string))")
            #expect(rebase.overlaps.isEmpty != pair.overlaps, "pair \(number): \(pair) became \(string(rebase.text))")
        }
    }

    @Test func aStaleFormTakesNobodysWordsAway() {
        let rebase = TextRebase(base: scalars("Anna komt morgen."), mine: scalars("Anna komt vrijdag."), theirs: scalars("Anna belt morgen.\nNeem melk mee."))
        #expect(string(rebase.text) == "Anna belt vrijdag.\nNeem melk mee." && rebase.overlaps.isEmpty)
        let both = TextRebase(base: scalars("Anna komt morgen."), mine: scalars("Anna fietst morgen."), theirs: scalars("Anna belt morgen."))
        #expect(string(both.text) == "Anna belt fietst morgen.")
        #expect(both.overlaps.map { string(both.text[$0]) } == [" belt fietst"])
        let none = TextRebase(base: scalars("Anna komt."), mine: scalars("Anna komt."), theirs: scalars("Bea belt."))
        #expect(string(none.text) == "Bea belt." && none.overlaps.isEmpty)
    }
}
