/// The work on a text in which changes are concurrent: which words overlap, which are said twice, and where a space is missing.
///
/// Rules 3, 5, 6 and 10 of Tests/Models/rules/text.py, on runs instead of scalars: all scalars of a run have one author and the
/// same deleters, and every border that a rule sees is one between runs.
struct TextReading {
    let sequence: TextSequence
    let contexts: TextContexts
    private let names: TextNames
    private let concurrent: Set<Dot>
    /// In reading order.
    let runs: [TextRun]
    private let deleters: [[Dot]]
    /// Indices of the runs, by identity.
    private let byIdentity: [Int]
    private(set) var isHidden: [Bool]
    /// Of what is not shown, where the words stand that are shown for it.
    private(set) var twins: [Int: [Int]] = [:]
    /// Words of deleters that say the same: no overlap.
    private var isAgreed: [Bool]
    /// Scalars that a change deleted of what stood before its author; of those that others did not see.
    private var goneCounts: [Dot: Int] = [:]
    /// With the runs of each of their passages.
    private(set) var overlaps: [Set<Dot>: [Range<Int>]] = [:]

    init(_ text: Text, concurrent: Set<Dot>) {
        sequence = text.sequence
        contexts = text.contexts
        names = text.names
        self.concurrent = concurrent
        let runs = text.sequence.order.map { text.sequence[$0] }
        self.runs = runs
        deleters = runs.map(text.sequence.deleters)
        byIdentity = runs.indices.sorted { TextID.isBefore(runs[$0].first, runs[$1].first) }
        isHidden = Array(repeating: false, count: runs.count)
        isAgreed = isHidden
    }

    /// With all that is looked for; nil where no two changes are concurrent, and nothing is to be found.
    static func done(_ text: Text) -> TextReading? {
        let concurrent = text.contexts.concurrent
        guard !concurrent.isEmpty else { return nil }
        var reading = TextReading(text, concurrent: concurrent)
        reading.bothDeleted()
        reading.oneGap()
        reading.inside()
        return reading
    }

    private func saw(_ a: Dot, _ b: Dot) -> Bool { contexts.saw(a, b) }

    /// Whether the author of `dot` saw this run alive before writing.
    private func stood(_ place: Int, before dot: Dot) -> Bool {
        runs[place].dot != dot && saw(dot, runs[place].dot) && !deleters[place].contains { $0 != dot && saw(dot, $0) }
    }

    private mutating func overlap(_ dots: Set<Dot>, at places: Range<Int>) {
        // What reaches into one another is one passage.
        var (apart, whole) = ([Range<Int>](), places)
        for known in overlaps[dots] ?? [] {
            if known.lowerBound <= whole.upperBound, whole.lowerBound <= known.upperBound {
                whole = min(known.lowerBound, whole.lowerBound)..<max(known.upperBound, whole.upperBound)
            } else {
                apart.append(known)
            }
        }
        overlaps[dots] = apart + [whole]
    }

    private mutating func hide(_ place: Int, for kept: [Int]) {
        isHidden[place] = true
        twins[place, default: []] += kept
    }

    private func said(_ places: some Sequence<Int>) -> [Unicode.Scalar] { places.flatMap { sequence.letters(of: runs[$0]) } }

    /// Whether the author of a later change had all of these before his eyes: what he left standing he meant. A writer's newest
    /// change has seen the most.
    private func wereReadTogether(_ dots: some Collection<Dot>) -> Bool {
        contexts.newest.contains { dot in !dots.contains(dot) && dots.allSatisfy { saw(dot, $0) } }
    }

    // MARK: Rule 3

    /// Whether nobody wrote two neighbours of what is shown side by side.
    func needsSpace(_ x: Int, _ y: Int) -> Bool {
        let (a, b) = (sequence.letters(of: runs[x]).last ?? " ", sequence.letters(of: runs[y]).first ?? " ")
        if TextTokens.isBlank(a) || TextTokens.isBlank(b) || TextTokens.closes(b) { return false }
        let between = x + 1..<y
        if between.isEmpty, runs[x].dot == runs[y].dot { return false }
        var makers: Set<Dot> = [runs[x].dot, runs[y].dot]
        for place in between { makers.formUnion(deleters[place]) }
        // Who saw most is asked first.
        let asked = makers.sorted { $0.sequence == $1.sequence ? $0 < $1 : $0.sequence > $1.sequence }
        return !asked.contains { wroteSo($0, x, y, between) }
    }

    private func wroteSo(_ dot: Dot, _ x: Int, _ y: Int, _ between: Range<Int>) -> Bool {
        saw(dot, runs[x].dot) && saw(dot, runs[y].dot) && between.allSatisfy { place in
            isHidden[place] || !saw(dot, runs[place].dot) || deleters[place].contains { saw(dot, $0) }
        }
    }

    // MARK: Rules 5 and 6

    /// 6a. What several deleted; its passage reaches to the nearest living runs that all of them knew.
    mutating func bothDeleted() {
        var done: [[Dot]: Int] = [:]
        for place in runs.indices where deleters[place].count > 1 {
            let all = deleters[place]
            if let end = done[all], place < end { continue }
            func isKnown(_ other: Int) -> Bool { runs[other].isAlive && all.allSatisfy { saw($0, runs[other].dot) } }
            var start = place
            var end = place + 1
            while start > 0, !isKnown(start - 1) { start -= 1 }
            while end < runs.count, !isKnown(end) { end += 1 }
            done[all] = end
            var ends: [Dot: [Int]] = [:]
            for other in start..<end where runs[other].isAlive {
                let line = all.filter { saw(runs[other].dot, $0) }
                if line.count < all.count { for dot in line { ends[dot, default: []].append(other) } }
            }
            let wordings = Set(all.map { said(ends[$0] ?? []) })
            if wordings.count > 1 {
                overlap(Set(all), at: start..<end)
                continue
            }
            for dot in all { for other in ends[dot] ?? [] { isAgreed[other] = true } }
            guard !wereReadTogether(all) else { continue }
            // The one that stands first; of two that begin with the same words that of the smaller name.
            let kept = all.sorted(by: names.precedes).compactMap { ends[$0] }.min { $0[0] < $1[0] } ?? []
            for dot in all { for other in ends[dot] ?? [] where !kept.contains(other) { hide(other, for: kept) } }
        }
    }

    /// Where a run hangs for one who does not know it: the slot below the first above it that `other` saw.
    private func slot(of place: Int, for other: Dot) -> TextPlace.Slot {
        var run = runs[place]
        while true {
            while !run.isHead, let before = self.run(of: TextID(run.dot, run.offset - 1)) { run = before }
            guard run.hasParent, !saw(other, run.parentDot), let parent = self.run(of: TextID(run.parentDot, run.parentOffset)) else { return run.slot }
            run = parent
        }
    }

    private func run(of id: TextID) -> TextRun? {
        var low = 0
        var high = byIdentity.count
        while low < high {
            let middle = (low + high) / 2
            let run = runs[byIdentity[middle]]
            if run.dot < id.dot || (run.dot == id.dot && run.end <= id.offset) { low = middle + 1 } else { high = middle }
        }
        return low < byIdentity.count ? runs[byIdentity[low]] : nil
    }

    /// Living runs of one change that follow one another in what is shown.
    private var blocks: [[Int]] {
        var found: [[Int]] = []
        for place in runs.indices where runs[place].isAlive {
            if let last = found.last?.last, runs[last].dot == runs[place].dot { found[found.count - 1].append(place) } else { found.append([place]) }
        }
        return found
    }

    /// 6b. Neighbouring passages of two who did not see each other, with nothing between them that either saw standing and both
    /// knew, and neither in the place of something that both knew.
    mutating func oneGap() {
        let blocks = blocks
        for (index, block) in blocks.enumerated() {
            let x = block[block.count - 1]
            let a = runs[x].dot
            guard concurrent.contains(a) else { continue }
            for other in blocks[(index + 1)...] {
                let y = other[0]
                let b = runs[y].dot
                guard contexts.areConcurrent(a, b) else { break }
                let isApart = (x + 1..<y).contains { place in
                    saw(a, runs[place].dot) && saw(b, runs[place].dot) && (stood(place, before: a) || stood(place, before: b))
                }
                if isApart { break }
                if slot(of: x, for: b) == .inPlace || slot(of: y, for: a) == .inPlace { continue }
                if said(block) == said(other) {
                    if !wereReadTogether([a, b]) { for place in other { hide(place, for: block) } }
                } else {
                    overlap([a, b], at: block[0]..<other[other.count - 1] + 1)
                }
            }
        }
    }

    /// 6c. Living words inside a passage that one who had not seen them deleted as a whole.
    mutating func inside() {
        var deleted: [Dot: [Int]] = [:]
        for place in runs.indices {
            for dot in deleters[place] where concurrent.contains(dot) && stood(place, before: dot) {
                deleted[dot, default: []].append(place)
                goneCounts[dot, default: 0] += Int(runs[place].count)
            }
        }
        for (dot, places) in deleted {
            for (start, end) in zip(places, places.dropFirst()) {
                var strangers: [Int] = []
                var isWhole = true
                for place in start + 1..<end {
                    if stood(place, before: dot) {
                        isWhole = false
                        break
                    }
                    if runs[place].isAlive, !isAgreed[place], !saw(runs[place].dot, dot) { strangers.append(place) }
                }
                guard isWhole else { continue }
                for place in strangers { overlap([dot, runs[place].dot], at: start..<end + 1) }
            }
        }
    }

    // MARK: Rule 10

    /// Whether a change deleted more than half of what its author had before his eyes.
    func rewrites(_ dot: Dot) -> Bool {
        guard let goneCount = goneCounts[dot] else { return false }
        var stoodCount = 0
        for place in runs.indices where stood(place, before: dot) {
            stoodCount += Int(runs[place].count)
            // Nearly always soon: most changes are small beside the text.
            if stoodCount >= goneCount * 2 { return false }
        }
        return true
    }
}
