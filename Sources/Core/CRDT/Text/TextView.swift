/// A text as it is read: what is shown, and what overlaps. A function of the text's state.
///
/// Shown is what stands and is not said twice (rule 5), with a space between neighbours that nobody wrote side by side (rule 3).
/// Where no two changes are concurrent there is nothing of that, and nothing is looked for.
package struct TextView: Sendable {
    /// Consecutive scalars of what is shown: living ones, or a space that is in no change.
    package struct Part: Hashable, Sendable {
        /// Position of its first scalar in `shown`.
        package let position: Int
        package let count: Int
        /// Position of its first scalar among the living; nil: a space that nobody typed.
        package let living: Int?
    }

    package private(set) var shown: [Unicode.Scalar] = []
    /// Of all that is shown, in order.
    package private(set) var parts: [Part] = []
    /// Positions among the living that are not shown, since equal words stand beside them.
    package private(set) var hidden: [Range<Int>] = []
    /// Ascending by place: a set of changes as often as it has passages.
    package private(set) var overlaps: [TextOverlap] = []

    init(_ text: Text) { self.init(text, TextReading.done(text)) }

    init(_ text: Text, _ reading: TextReading?) {
        guard let reading else {
            shown = text.sequence.living
            if !shown.isEmpty { parts = [Part(position: 0, count: shown.count, living: 0)] }
            return
        }
        lay(reading)
        list(reading)
    }

    /// Puts what is shown together, with the spaces.
    private mutating func lay(_ reading: TextReading) {
        var living = 0
        var previous: Int?
        shown.reserveCapacity(reading.sequence.livingCount + 8)
        for (place, run) in reading.runs.enumerated() where run.isAlive {
            if reading.isHidden[place] {
                hidden.append(living..<living + Int(run.count))
            } else {
                if let previous, reading.needsSpace(previous, place) {
                    parts.append(Part(position: shown.count, count: 1, living: nil))
                    shown.append(" ")
                }
                if let last = parts.last, let start = last.living, start + last.count == living {
                    parts[parts.count - 1] = Part(position: last.position, count: last.count + Int(run.count), living: start)
                } else {
                    parts.append(Part(position: shown.count, count: Int(run.count), living: living))
                }
                shown.append(contentsOf: reading.sequence.letters(of: run))
                previous = place
            }
            living += Int(run.count)
        }
    }

    private mutating func list(_ reading: TextReading) {
        var starts: [Int] = []
        var living = 0
        for run in reading.runs {
            starts.append(living)
            living += run.livingCount
        }
        starts.append(living)
        for (dots, runs) in reading.overlaps.flatMap({ found in found.value.map { (found.key, $0) } }) {
            // To words that are not shown belong those that are shown for them.
            let twins = runs.flatMap { reading.twins[$0] ?? [] }
            let first = min(runs.lowerBound, twins.min() ?? runs.lowerBound)
            let last = max(runs.upperBound, twins.max().map { $0 + 1 } ?? runs.upperBound)
            let position = shownPosition(ofLiving: starts[first])
            let end = max(position, shownPosition(ofLiving: starts[last], isEnd: true))
            let all = dots.sorted()
            overlaps.append(TextOverlap(changes: all, positions: position..<end, isWhole: all.contains { reading.rewrites($0) }))
        }
        overlaps.sort { a, b in
            let (first, second) = (a.positions, b.positions)
            return (first.lowerBound, first.upperBound) == (second.lowerBound, second.upperBound)
                ? a.changes.lexicographicallyPrecedes(b.changes)
                : (first.lowerBound, first.upperBound) < (second.lowerBound, second.upperBound)
        }
    }

    /// - Parameter isEnd: the border is behind the scalar before it, not before the one after it: a space between is left out.
    private func shownPosition(ofLiving position: Int, isEnd: Bool = false) -> Int {
        for part in parts {
            guard let living = part.living else { continue }
            if isEnd ? position <= living + part.count : position < living + part.count { return part.position + max(0, position - living) }
        }
        return shown.count
    }

    /// The living positions of a range of what is shown, spaces that are in no change left out.
    package func living(_ positions: Range<Int>) -> [Range<Int>] {
        parts.compactMap { part in
            guard let living = part.living else { return nil }
            let both = positions.clamped(to: part.position..<part.position + part.count)
            return both.isEmpty ? nil : both.lowerBound - part.position + living..<both.upperBound - part.position + living
        }
    }
}

/// Words that changes of several people dispute: all wordings stand in the text, side by side, until somebody settles it.
package struct TextOverlap: Hashable, Sendable {
    /// Ascending; who and when is said by the changes of these dots.
    package let changes: [Dot]
    /// Of a passage: changes at the same place that one of these had seen.
    package var earlier: [Dot] = []
    /// Of the passage, in what is shown; empty where nothing is left to read.
    package let positions: Range<Int>
    /// One of them rewrote more than half of the text: to be settled as the whole, not as a passage (rule 10).
    package let isWhole: Bool
}
