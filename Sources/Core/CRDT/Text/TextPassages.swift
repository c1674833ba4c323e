/// The passages of a text in which wordings of several stand side by side, read once for all of them.
package struct TextPassages: Sendable {
    package let view: TextView
    /// The overlaps as people choose them: those of one place are one passage, of the newest of their changes.
    ///
    /// Example: Fatima makes `Wednesday` of `Tuesday` and later `Friday` of that, Jan makes `Sunday` of `Tuesday`: two overlaps, and one passage.
    package private(set) var all: [TextOverlap] = []
    /// nil: no two changes are concurrent, and there are no passages.
    private let reading: TextReading?
    /// By the run that is shown, whose words it stands for beside its author's.
    private var silent: [Int: Set<Dot>] = [:]

    package init(_ text: Text) {
        reading = TextReading.done(text)
        view = TextView(text, reading)
        guard let reading else { return }
        for (place, kept) in reading.twins { for shown in kept { silent[shown, default: []].insert(reading.runs[place].dot) } }
        for overlap in view.overlaps {
            guard let last = all.last, last.positions == overlap.positions else {
                all.append(overlap)
                continue
            }
            let changes = Set(last.changes + last.earlier + overlap.changes)
            let newest = changes.filter { dot in !changes.contains { $0 != dot && reading.contexts.saw($0, dot) } }
            var passage = TextOverlap(changes: newest.sorted(), positions: last.positions, isWhole: last.isWhole || overlap.isWhole)
            passage.earlier = changes.subtracting(newest).sorted()
            all[all.count - 1] = passage
        }
    }

    /// What the passage of an overlap says by each of its changes: without the words of those who had seen only others of them.
    /// Nothing, where a change only took words away.
    ///
    /// A wording is read by the rules by which the text is: with a space between neighbours that nobody wrote side by side (rule 3), and
    /// with the words that its author typed too where equal ones of somebody else are shown for both (rule 5).
    package func wordings(of overlap: TextOverlap) -> [Dot: [Unicode.Scalar]] {
        var said = Dictionary(uniqueKeysWithValues: overlap.changes.map { ($0, [Unicode.Scalar]()) })
        guard let reading else { return said }
        var last: [Dot: Int] = [:]
        let parts = view.living(overlap.positions)
        var living = 0
        for (place, run) in reading.runs.enumerated() where run.isAlive {
            let range = living..<living + Int(run.count)
            living = range.upperBound
            for both in parts.map({ $0.clamped(to: range) }) where !both.isEmpty {
                let authors = silent[place, default: []].union([run.dot])
                let lines = (overlap.changes + overlap.earlier).filter { change in authors.contains { reading.contexts.saw($0, change) } }
                var sayers = overlap.changes.filter { change in lines.contains { reading.contexts.saw(change, $0) } }
                // Words of somebody who had seen none of them stay, whoever is chosen.
                if sayers.isEmpty { sayers = overlap.changes }
                let letters = reading.sequence.letters(of: run).dropFirst(both.lowerBound - range.lowerBound).prefix(both.count)
                for dot in sayers {
                    if let previous = last[dot], previous != place, reading.needsSpace(previous, place) { said[dot]?.append(" ") }
                    said[dot]?.append(contentsOf: letters)
                    last[dot] = place
                }
            }
        }
        return said
    }
}

extension Text {
    package var passages: TextPassages { TextPassages(self) }

    /// Writes a passage anew that is shown: so an overlap is settled, also when its words stay as they are. Where a blank parted the
    /// passage from its neighbours, one parts what is written from them.
    ///
    /// - Parameter positions: of what is shown.
    package mutating func settle(
        _ positions: Range<Int>, as words: [Unicode.Scalar], dot: Dot, seeing context: Context
    ) throws(TextError) -> TextChange {
        let view = view
        let words = fitted(words, to: positions, in: view)
        let change = change(for: [TextDiff.Hunk(old: positions, new: 0..<words.count)], in: view, words, as: dot, seeing: context)
        try take([change])
        return change
    }

    private func fitted(_ words: [Unicode.Scalar], to positions: Range<Int>, in view: TextView) -> [Unicode.Scalar] {
        let shown = view.shown
        let typed = Set(view.parts.filter { $0.living == nil }.map(\.position))
        func isBlank(_ place: Int) -> Bool { shown.indices.contains(place) && TextTokens.isBlank(shown[place]) }
        // A space that is in no change goes with what made it.
        var (left, right) = (positions.lowerBound - 1, positions.upperBound)
        if typed.contains(left) { left -= 1 }
        if typed.contains(right) { right += 1 }
        let before = left >= 0 && !isBlank(left) && (left < positions.lowerBound - 1 || isBlank(positions.lowerBound))
        let after = right < shown.count && !isBlank(right) && !TextTokens.closes(shown[right])
            && (right > positions.upperBound || isBlank(positions.upperBound - 1))
        guard let first = words.first, let last = words.last else {
            let joins = left >= 0 && !isBlank(left) && right < shown.count && !isBlank(right) && !TextTokens.closes(shown[right])
            return joins && (before || after) ? [" "] : []
        }
        return (before && !TextTokens.isBlank(first) && !TextTokens.closes(first) ? [" "] : []) + words
            + (after && !TextTokens.isBlank(last) ? [" "] : [])
    }
}
