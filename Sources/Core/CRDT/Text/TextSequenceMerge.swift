/// The order by which siblings stand beside one another: that of names, which all replicas know alike.
struct TextNames: Sendable {
    var names: [WriterOrdinal: WriterID]

    func knows(_ writer: WriterOrdinal) -> Bool { names[writer] != nil }

    func precedes(_ a: Dot, _ b: Dot) -> Bool {
        a.writer == b.writer ? a.sequence < b.sequence : (names[a.writer] ?? .zero, a.sequence) < (names[b.writer] ?? .zero, b.sequence)
    }

    func precedes(_ a: TextID, _ b: TextID) -> Bool { a.dot == b.dot ? a.offset < b.offset : precedes(a.dot, b.dot) }
}

/// Takes passages and deletions of any changes into a sequence: a function of the set of them, whatever their order.
///
/// All at once, in time proportional to n log n of the runs that are there afterwards: a merge reads and writes the whole blob
/// anyway, and no order of arrival, however ill-meant, makes it slower.
///
/// Steps: new runs beside the old by identity · cut where something hangs or a deletion ends · mark what is deleted · read the
/// tree off from its root · join what goes on.
struct TextSequenceMerge {
    private let names: TextNames
    /// Ascending by identity.
    private var runs: [TextRun]
    private var letters: [Unicode.Scalar]
    private var disputes: [[Dot]]
    private var disputeNumbers: [[Dot]: Int32]

    static func merged(
        _ sequence: TextSequence, passages: [(dot: Dot, passage: TextPassage)], deletes: [(range: TextRange, by: Dot)], names: TextNames
    ) throws(TextError) -> TextSequence {
        var merge = TextSequenceMerge(sequence, names)
        merge.add(passages)
        try merge.split(at: merge.places() + TextSequenceMerge.borders(of: deletes))
        guard merge.runs.count <= TextLimit.runCount else { throw .tooLarge }
        try merge.delete(deletes, isWhole: true)
        return try merge.read()
    }

    /// Words with nothing to hang on, by identity: those of generations that are over. A deletion of what is not here is of what a
    /// generation took over.
    ///
    /// - Parameter isGone: the changes whose words are dropped.
    static func flat(
        _ sequence: TextSequence, passages: [(dot: Dot, passage: TextPassage)], deletes: [(range: TextRange, by: Dot)], names: TextNames,
        droppingWhere isGone: (Dot) -> Bool
    ) throws(TextError) -> TextSequence {
        var merge = TextSequenceMerge(sequence, names)
        merge.runs.removeAll { isGone($0.dot) }
        merge.add(passages.filter { !isGone($0.dot) }.map { dot, passage in
            let place = passage.offset == 0 ? TextPlace.beginning : .following(dot, passage.offset)
            return (dot, TextPassage(offset: passage.offset, count: passage.count, place: place, letters: passage.letters))
        })
        merge.split(at: TextSequenceMerge.borders(of: deletes))
        guard merge.runs.count <= TextLimit.runCount else { throw .tooLarge }
        try merge.delete(deletes, isWhole: false)
        var joined = JoinedRuns()
        for run in merge.runs {
            guard !run.isAlive || run.letters >= 0 else { throw .lettersMissing(run.first) }
            joined.append(run, merge.letters, merge.disputes)
        }
        return joined.sequence
    }

    private init(_ sequence: TextSequence, _ names: TextNames) {
        self.names = names
        runs = sequence.runs
        letters = sequence.letters
        disputes = sequence.disputes
        disputeNumbers = Dictionary(uniqueKeysWithValues: sequence.disputes.enumerated().map { ($1, Int32($0)) })
        sort()
    }

    private mutating func sort() {
        // Keys apart from the runs: these are large to move.
        var keys = runs.indices.map { (runs[$0].dot.packed, runs[$0].offset, Int32($0)) }
        keys.sort { ($0.0, $0.1) < ($1.0, $1.1) }
        runs = keys.map { runs[Int($0.2)] }
    }

    /// The first run that ends beyond an identity.
    private func index(of id: TextID) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            let run = runs[middle]
            if run.dot < id.dot || (run.dot == id.dot && run.end <= id.offset) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func holds(_ id: TextID, at index: Int) -> Bool {
        index < runs.count && runs[index].dot == id.dot && runs[index].offset <= id.offset
    }

    // MARK: Steps

    /// What is held stands; of a copy that says otherwise only what is new here is taken.
    private mutating func add(_ arriving: [(dot: Dot, passage: TextPassage)]) {
        var new: [TextRun] = []
        let sorted = arriving.sorted { TextID.isBefore(TextID($0.dot, $0.passage.offset), TextID($1.dot, $1.passage.offset)) }
        var reached = TextID(TextRun.nobody, 0)
        for (dot, passage) in sorted {
            let end = passage.offset + passage.count
            var offset = reached.dot == dot ? max(passage.offset, reached.offset) : passage.offset
            var held = index(of: TextID(dot, offset))
            while offset < end {
                let isHeld = holds(TextID(dot, offset), at: held)
                let border = held < runs.count && runs[held].dot == dot ? (isHeld ? runs[held].end : runs[held].offset) : end
                let stop = min(border, end)
                if !isHeld {
                    var start = -1
                    if let said = passage.letters {
                        start = letters.count
                        letters.append(contentsOf: said[Int(offset - passage.offset)..<Int(stop - passage.offset)])
                    }
                    let place = offset == passage.offset ? passage.place : .following(dot, offset)
                    new.append(TextRun(dot: dot, offset: offset, count: stop - offset, place: place, letters: start))
                } else {
                    held += 1
                }
                offset = stop
            }
            reached = TextID(dot, max(end, reached.dot == dot ? reached.offset : 0))
        }
        guard !new.isEmpty else { return }
        runs.append(contentsOf: new)
        sort()
    }

    /// Where runs must end because something hangs there.
    private func places() throws(TextError) -> [TextID] {
        var cuts: [TextID] = []
        for run in runs where run.isHead && run.hasParent {
            let parent = TextID(run.parentDot, run.parentOffset)
            guard holds(parent, at: index(of: parent)) else { throw .unknownPlace(parent) }
            cuts.append(run.slot == .before ? parent : TextID(parent.dot, parent.offset + 1))
        }
        return cuts
    }

    private static func borders(of deletes: [(range: TextRange, by: Dot)]) -> [TextID] {
        deletes.flatMap { [TextID($0.range.dot, $0.range.offset), TextID($0.range.dot, $0.range.offset + $0.range.count)] }
    }

    private mutating func split(at unordered: [TextID]) {
        let cuts = unordered.sorted(by: TextID.isBefore)
        var pieces: [TextRun] = []
        pieces.reserveCapacity(runs.count + cuts.count)
        var next = 0
        for run in runs {
            var rest = run
            while next < cuts.count, TextID.isBefore(cuts[next], TextID(rest.dot, rest.end)) {
                if TextID.isBefore(rest.first, cuts[next]) {
                    let count = cuts[next].offset - rest.offset
                    var piece = rest
                    piece.count = count
                    pieces.append(piece)
                    rest = rest.suffix(from: count)
                }
                next += 1
            }
            pieces.append(rest)
        }
        runs = pieces
    }

    /// - Parameter isWhole: all that is deleted must be here.
    private mutating func delete(_ deletes: [(range: TextRange, by: Dot)], isWhole: Bool) throws(TextError) {
        for (range, dot) in deletes {
            let end = range.offset + range.count
            var reached = range.offset
            var place = index(of: TextID(range.dot, range.offset))
            while place < runs.count, runs[place].dot == range.dot, runs[place].offset < end {
                if isWhole, runs[place].offset != reached { throw .unknownDeletion(range) }
                mark(place, dot)
                reached = runs[place].end
                place += 1
            }
            if isWhole, reached < end { throw .unknownDeletion(range) }
        }
    }

    private mutating func mark(_ place: Int, _ dot: Dot) {
        let run = runs[place]
        guard !run.isAlive else {
            runs[place].deleter = dot
            return
        }
        var all = run.dispute < 0 ? [run.deleter] : disputes[Int(run.dispute)]
        guard !all.contains(dot) else { return }
        all.append(dot)
        if all.count > TextLimit.deleterCount { all = Array(all.sorted(by: names.precedes).prefix(TextLimit.deleterCount)) }
        all.sort()
        if disputeNumbers[all] == nil {
            disputeNumbers[all] = Int32(disputes.count)
            disputes.append(all)
        }
        runs[place].dispute = disputeNumbers[all] ?? -1
        runs[place].deleter = all[0]
    }

    // MARK: Reading order

    /// The tree from its root, read as `TextPlace` says.
    private func read() throws(TextError) -> TextSequence {
        let slots = 3
        // Children by parent's run and slot, the root's last.
        var parents = [Int](repeating: 0, count: runs.count)
        var starts = [Int32](repeating: 0, count: runs.count * slots + 2)
        for (place, run) in runs.enumerated() {
            if run.isHead, !run.hasParent {
                parents[place] = runs.count * slots
            } else if run.isHead {
                parents[place] = index(of: TextID(run.parentDot, run.parentOffset)) * slots + Int(run.slot.rawValue)
            } else {
                guard place > 0, runs[place - 1].dot == run.dot, runs[place - 1].end == run.offset else {
                    throw .unknownPlace(TextID(run.dot, run.offset - 1))
                }
                parents[place] = (place - 1) * slots + Int(TextPlace.Slot.after.rawValue)
            }
            starts[parents[place] + 1] += 1
        }
        for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
        var children = [Int32](repeating: 0, count: runs.count)
        var filled = starts
        for place in runs.indices {
            children[Int(filled[parents[place]])] = Int32(place)
            filled[parents[place]] += 1
        }
        for bucket in 0..<starts.count - 1 where starts[bucket + 1] - starts[bucket] > 1 {
            children[Int(starts[bucket])..<Int(starts[bucket + 1])].sort { names.precedes(runs[Int($0)].first, runs[Int($1)].first) }
        }
        var joined = JoinedRuns()
        joined.reserve(runs.count, letters.count)
        // What is still to be read, the next last: a run with all that hangs on it, or (odd) itself alone.
        var stack: [Int32] = []
        func push(_ bucket: Int) {
            for child in children[Int(starts[bucket])..<Int(starts[bucket + 1])].reversed() { stack.append(child * 2) }
        }
        var readCount = 0
        push(runs.count * slots)
        while let next = stack.popLast() {
            let place = Int(next / 2)
            if next % 2 == 1 {
                let run = runs[place]
                guard !run.isAlive || run.letters >= 0 else { throw .lettersMissing(run.first) }
                joined.append(run, letters, disputes)
                readCount += 1
                continue
            }
            push(place * slots + Int(TextPlace.Slot.after.rawValue))
            push(place * slots + Int(TextPlace.Slot.inPlace.rawValue))
            stack.append(next + 1)
            push(place * slots + Int(TextPlace.Slot.before.rawValue))
        }
        guard readCount == runs.count else {
            throw .ring(runs.first { $0.isHead && $0.hasParent }?.dot ?? TextRun.nobody)
        }
        return joined.sequence
    }
}

/// Runs as they are read, joined where they go on, with the letters of the living alone.
struct JoinedRuns {
    private(set) var runs: [TextRun] = []
    private var letters: [Unicode.Scalar] = []
    private(set) var disputes: [[Dot]] = []
    private var disputeNumbers: [[Dot]: Int32] = [:]

    mutating func reserve(_ runCount: Int, _ letterCount: Int) {
        runs.reserveCapacity(runCount)
        letters.reserveCapacity(letterCount)
    }

    mutating func append(_ run: TextRun, _ source: [Unicode.Scalar], _ known: [[Dot]]) {
        var run = run
        if run.isAlive {
            letters.append(contentsOf: source[run.letters..<run.letters + Int(run.count)])
            run.letters = letters.count - Int(run.count)
        } else {
            run.letters = -1
        }
        if run.dispute >= 0 {
            let deleters = known[Int(run.dispute)]
            if disputeNumbers[deleters] == nil {
                disputeNumbers[deleters] = Int32(disputes.count)
                disputes.append(deleters)
            }
            run.dispute = disputeNumbers[deleters] ?? -1
        }
        if let last = runs.last, last.continues(into: run) {
            runs[runs.count - 1].count += run.count
        } else {
            runs.append(run)
        }
    }

    var sequence: TextSequence { TextSequence(inOrder: runs, letters: letters, disputes: disputes) }
}
