/// What somebody made of a text that he was shown, put upon the text as it has become since.
///
/// A form sends along what it showed. Example: it showed `Anna komt morgen.`; somebody has made `Anna belt morgen.` of that; the
/// form comes back as `Anna komt vrijdag.`: the text becomes `Anna belt vrijdag.`, and nobody's words are taken away. Had the
/// form changed `komt` as well, both wordings would stand there, and be told.
///
/// The promise of the whole: no word that nobody wrote, every overlap told.
package struct TextRebase: Sendable {
    /// What the column is to hold.
    package private(set) var text: [Unicode.Scalar] = []
    /// Passages of `text` with both wordings.
    package private(set) var overlaps: [Range<Int>] = []

    /// The text, unless the same words were changed meanwhile.
    package static func merged(shown base: [Unicode.Scalar], typed mine: [Unicode.Scalar], now theirs: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        let rebase = TextRebase(base: base, mine: mine, theirs: theirs)
        return rebase.overlaps.isEmpty ? rebase.text : nil
    }

    private typealias Hunk = TextDiff.Hunk

    /// Which texts a piece is of, and where it begins there.
    private struct Source {
        var base: Int?, mine: Int?, theirs: Int?
        var count: Int
    }

    private var last: Source?

    /// - Parameters:
    ///   - base: what was shown.
    ///   - mine: what was made of it.
    ///   - theirs: what stands there now.
    package init(base: [Unicode.Scalar], mine: [Unicode.Scalar], theirs: [Unicode.Scalar]) {
        let a = TextDiff.hunks(from: base, to: mine)
        let b = TextDiff.hunks(from: base, to: theirs)
        // Where the next that stays begins, in the three.
        var (atBase, atMine, atTheirs) = (0, 0, 0)
        var (i, j) = (0, 0)
        func keep(to end: Int, _ rebase: inout TextRebase) {
            rebase.append(base[atBase..<end], Source(base: atBase, mine: atMine, theirs: atTheirs, count: end - atBase))
            (atMine, atTheirs) = (atMine + end - atBase, atTheirs + end - atBase)
            atBase = end
        }
        while i < a.count || j < b.count {
            // The hunks that touch one another.
            let start = min(i < a.count ? a[i].old.lowerBound : .max, j < b.count ? b[j].old.lowerBound : .max)
            keep(to: start, &self)
            var end = start
            let (firstMine, firstTheirs) = (i, j)
            var grows = true
            while grows {
                grows = false
                while i < a.count, a[i].old.lowerBound <= end { (end, i, grows) = (max(end, a[i].old.upperBound), i + 1, true) }
                while j < b.count, b[j].old.lowerBound <= end { (end, j, grows) = (max(end, b[j].old.upperBound), j + 1, true) }
            }
            let (own, others) = (a[firstMine..<i], b[firstTheirs..<j])
            let mineCount = end - start + own.reduce(0) { $0 + $1.new.count - $1.old.count }
            let theirCount = end - start + others.reduce(0) { $0 + $1.new.count - $1.old.count }
            let (said, heard) = (mine[atMine..<atMine + mineCount], theirs[atTheirs..<atTheirs + theirCount])
            let position = text.count
            if others.isEmpty || said == heard {
                append(said, Source(mine: atMine, theirs: said == heard ? atTheirs : nil, count: mineCount))
            } else if own.isEmpty {
                append(heard, Source(theirs: atTheirs, count: theirCount))
            } else if TextRebase.areApart(own, others, mine, theirs) {
                weave(own, others, typesMine: true, base, mine, theirs, start..<end, atMine, atTheirs)
            } else if own.contains(where: { p in others.contains { p.old.overlaps($0.old) } }),
                own.flatMap({ mine[$0.new] }) == others.flatMap({ theirs[$0.new] }) {
                // Both took words away, not the same ones, and put equal words there or none.
                weave(own, others, typesMine: false, base, mine, theirs, start..<end, atMine, atTheirs)
            } else {
                append(heard, Source(theirs: atTheirs, count: theirCount))
                append(said, Source(mine: atMine, count: mineCount))
                overlaps.append(position..<text.count)
            }
            (atBase, atMine, atTheirs) = (end, atMine + mineCount, atTheirs + theirCount)
        }
        keep(to: base.count, &self)
    }

    /// Whether hunks that touch have no token in common, and no different words typed in one gap.
    private static func areApart(_ a: ArraySlice<Hunk>, _ b: ArraySlice<Hunk>, _ mine: [Unicode.Scalar], _ theirs: [Unicode.Scalar]) -> Bool {
        a.allSatisfy { p in
            b.allSatisfy { q in
                if p.old.isEmpty, q.old.isEmpty { return p.old != q.old || mine[p.new] == theirs[q.new] }
                return p.old.upperBound <= q.old.lowerBound || q.old.upperBound <= p.old.lowerBound
            }
        }
    }

    /// What neither took away, with what was typed where it was typed.
    private mutating func weave(
        _ own: ArraySlice<Hunk>, _ others: ArraySlice<Hunk>, typesMine: Bool, _ base: [Unicode.Scalar], _ mine: [Unicode.Scalar],
        _ theirs: [Unicode.Scalar], _ range: Range<Int>, _ startMine: Int, _ startTheirs: Int
    ) {
        func position(of place: Int, _ hunks: ArraySlice<Hunk>, from start: Int) -> Int {
            hunks.reduce(start + place - range.lowerBound) { $1.old.upperBound <= place ? $0 + $1.new.count - $1.old.count : $0 }
        }
        var place = range.lowerBound
        func keep(to end: Int, _ rebase: inout TextRebase) {
            guard place < end else { return }
            let source = Source(
                base: place, mine: position(of: place, own, from: startMine), theirs: position(of: place, others, from: startTheirs),
                count: end - place)
            rebase.append(base[place..<end], source)
        }
        let all = (others.map { ($0, false) } + own.map { ($0, true) }).sorted {
            ($0.0.old.lowerBound, $0.0.old.upperBound) < ($1.0.old.lowerBound, $1.0.old.upperBound)
        }
        for (hunk, isMine) in all {
            keep(to: hunk.old.lowerBound, &self)
            place = max(place, hunk.old.upperBound)
            if !isMine {
                append(theirs[hunk.new], Source(theirs: hunk.new.lowerBound, count: hunk.new.count))
            } else if typesMine, !others.contains(where: { $0.old == hunk.old && theirs[$0.new] == mine[hunk.new] }) {
                append(mine[hunk.new], Source(mine: hunk.new.lowerBound, count: hunk.new.count))
            }
        }
        keep(to: range.upperBound, &self)
    }

    /// Appends a piece, with a space before it where nobody wrote the two side by side.
    private mutating func append(_ piece: ArraySlice<Unicode.Scalar>, _ source: Source) {
        guard let first = piece.first else { return }
        if let last, let before = text.last, !TextTokens.isBlank(before), !TextTokens.isBlank(first), !TextTokens.closes(first) {
            func follows(_ end: Int?, _ start: Int?) -> Bool { end != nil && start != nil && end.map { $0 + last.count } == start }
            let isWritten = follows(last.base, source.base) || follows(last.mine, source.mine) || follows(last.theirs, source.theirs)
            if !isWritten { text.append(" ") }
        }
        text.append(contentsOf: piece)
        last = source
    }
}
