/// One text that several people write in: a column of kind `text` of one record.
///
/// Example: Fatima writes `Anna komt morgen.`; Jan makes of it `Anna komt vrijdag.`, Fatima meanwhile `Tante Anna komt morgen.`.
/// Merged in either order both read `Tante Anna komt vrijdag.`. Had both changed `morgen`, both wordings would stand there, and
/// `view.overlaps` would name the two changes.
///
/// Invariant: everything here is a function of the set of changes taken in. The letters of what is deleted are nowhere.
///
/// Source: Tests/Models/rules/text.py, whose numbered rules the comments name.
package struct Text: Sendable {
    private(set) var sequence = TextSequence()
    private(set) var contexts = TextContexts()
    var names: TextNames
    /// The change that wrote the text as one passage; nil as long as nobody has.
    package private(set) var generation: Dot?
    /// The name of the text that it wrote.
    private(set) var opened: Nonce?
    /// Words of changes of older generations that nobody took over.
    private(set) var late = TextSequence()
    /// Generations that gave way to a concurrent one, with what their authors had seen: that is taken over all the same.
    private(set) var lost: [Dot: LostGeneration] = [:]

    struct LostGeneration: Hashable, Sendable {
        let context: Context
        let opens: Nonce
    }

    /// - Parameter names: of the writers, by which what stands in one place is put in order. Others are refused.
    package init(names: [WriterOrdinal: WriterID] = [:]) { self.names = TextNames(names: names) }

    package mutating func learn(_ writer: WriterOrdinal, _ name: WriterID) { names.names[writer] = name }

    package var isEmpty: Bool { sequence.runs.isEmpty && late.runs.isEmpty }
    /// Runs ever typed: what a generation brings down to one.
    package var runCount: Int { sequence.runs.count }
    /// Scalars that stand in the text, those counted that are shown once for several (rule 5).
    package var livingCount: Int { sequence.livingCount }

    /// Living scalars by position.
    package func living(_ positions: Range<Int>) -> [Unicode.Scalar] {
        positions.isEmpty ? [] : Array(sequence.living[positions])
    }

    package var view: TextView { TextView(self) }

    /// What is in the column.
    package var shown: String {
        let scalars = contexts.concurrent.isEmpty ? sequence.living : view.shown
        return string(scalars)
    }

    // MARK: Taking in

    /// Takes in the changes of one delta, in any order.
    ///
    /// - Throws: when they cannot all be of honest authors, or what they build on is missing; nothing is taken in then.
    package mutating func take(_ changes: [TextChange]) throws(TextError) {
        for change in changes { try check(change) }
        var next = self
        try next.open(changes.filter { $0.opens != nil })
        try next.merge(changes)
        self = next
    }

    private mutating func merge(_ changes: [TextChange]) throws(TextError) {
        var passages: [(dot: Dot, passage: TextPassage)] = []
        var deletes: [(range: TextRange, by: Dot)] = []
        var old: [TextChange] = []
        for change in changes {
            guard try isCurrent(change) else {
                old.append(change)
                continue
            }
            contexts.record(change.dot, change.context)
            for passage in change.passages { passages.append((change.dot, passage)) }
            for range in change.deletes { deletes.append((range, change.dot)) }
        }
        if !passages.isEmpty || !deletes.isEmpty {
            sequence = try TextSequenceMerge.merged(sequence, passages: passages, deletes: deletes, names: names)
        }
        if !old.isEmpty { try outlive(old) }
    }

    /// Types at a position as somebody does who has seen all that is here.
    ///
    /// - Parameters:
    ///   - positions: of living scalars, at most `livingCount`; what they hold is deleted.
    ///   - offset: of the first typed scalar, counted over all that the change types.
    package mutating func type(
        _ typed: some Collection<Unicode.Scalar>, over positions: Range<Int>, as dot: Dot, seeing context: Context, offset: UInt32
    ) throws(TextError) {
        if sequence.replace(positions, with: typed, as: dot, offset: offset) {
            contexts.record(dot, context)
        } else {
            try take([change(typing: typed, over: positions, as: dot, seeing: context, offset: offset)])
        }
    }

    func change(
        typing typed: some Collection<Unicode.Scalar>, over positions: Range<Int>, as dot: Dot, seeing context: Context, offset: UInt32
    ) -> TextChange {
        let deletes = sequence.ranges(positions)
        let place = deletes.first.map { TextPlace(.inPlace, TextID($0.dot, $0.offset)) } ?? sequence.place(at: positions.lowerBound)
        let passages = typed.isEmpty ? [] : [TextPassage(offset: offset, place: place, letters: Array(typed))]
        return TextChange(dot: dot, context: context, passages: passages, deletes: deletes, generation: generation.map { .opened($0) } ?? .first)
    }

    private func isCurrent(_ change: TextChange) throws(TextError) -> Bool {
        switch (change.generation, generation) {
        case (.first, nil): return true
        case (.first, _): return false
        case (.opened(let dot), let here?):
            guard dot == here || names.precedes(dot, here) else { throw .badGeneration(change.dot) }
            return dot == here
        case (.over, _?): return false
        case (.opened, nil), (.over, nil): throw .badGeneration(change.dot)
        }
    }

    private func check(_ change: TextChange) throws(TextError) {
        let dot = change.dot
        guard names.knows(dot.writer) else { throw .unknownWriter(dot.writer) }
        guard change.passages.count <= TextLimit.runCount, change.deletes.count <= TextLimit.runCount else { throw .tooLarge }
        let limit = UInt32(TextLimit.scalarCount)
        var end: UInt32 = 0
        for passage in change.passages {
            guard passage.offset <= limit, passage.count <= limit - passage.offset else { throw .tooLarge }
            guard passage.count > 0, passage.offset >= end, passage.letters.map({ $0.count == Int(passage.count) }) ?? true else { throw .overlapping(dot) }
            end = passage.offset + passage.count
            if let parent = passage.place.parent {
                guard parent.dot != dot || parent.offset < passage.offset else { throw .ring(dot) }
                guard change.generation == .over || hasSeen(change, parent.dot) else { throw .unseen(parent.dot, by: dot) }
            } else if passage.place.slot != .after {
                throw .overlapping(dot)
            }
        }
        var ranges = change.deletes
        ranges.sort { TextID.isBefore(TextID($0.dot, $0.offset), TextID($1.dot, $1.offset)) }
        var reached: TextRange?
        for range in ranges {
            guard range.offset <= limit, range.count <= limit - range.offset else { throw .tooLarge }
            guard names.knows(range.dot.writer) else { throw .unknownWriter(range.dot.writer) }
            guard range.count > 0 else { throw .overlapping(dot) }
            if let reached, reached.dot == range.dot, reached.offset + reached.count > range.offset { throw .overlapping(dot) }
            guard change.generation == .over || hasSeen(change, range.dot) else { throw .unseen(range.dot, by: dot) }
            reached = range
        }
        guard change.opens == nil || (change.deletes.isEmpty && isOnePassage(change)) else { throw .badGeneration(dot) }
    }

    private func hasSeen(_ change: TextChange, _ dot: Dot) -> Bool {
        dot.writer == change.dot.writer ? dot.sequence <= change.dot.sequence : change.context.includes(dot)
    }

    /// From the beginning on, without a gap; of a generation that gave way there is what is left.
    private func isOnePassage(_ change: TextChange) -> Bool {
        guard change.generation == .opened(change.dot) else { return change.generation == .over }
        var end: UInt32 = 0
        for passage in change.passages {
            guard passage.offset == end, passage.place == (end == 0 ? .beginning : .following(change.dot, end)) else { return false }
            end += passage.count
        }
        return end > 0
    }

    // MARK: Generations (rule 9)

    /// Begins the greatest generation that is among these changes, if it is beyond the one here. The words of all others are to be
    /// outlived; its own are merged like any.
    private mutating func open(_ openings: [TextChange]) throws(TextError) {
        let greatest = openings.filter { $0.generation != .over }.max { names.precedes($0.dot, $1.dot) }
        guard let greatest, generation.map({ names.precedes($0, greatest.dot) }) ?? true else { return }
        let before = changes(beyond: VersionVector())
        sequence = TextSequence()
        contexts = TextContexts()
        late = TextSequence()
        lost = [:]
        generation = greatest.dot
        opened = greatest.opens
        contexts.record(greatest.dot, greatest.context)
        try outlive(before)
    }

    /// Keeps what is left of changes of older generations, unless a generation that is here was written by one who had seen them.
    private mutating func outlive(_ old: [TextChange]) throws(TextError) {
        for change in old {
            if let opens = change.opens { lost[change.dot] = LostGeneration(context: change.context, opens: opens) }
        }
        lost = lost.filter { !isTakenOver($0.key) }
        late = try TextSequenceMerge.flat(
            late, passages: old.flatMap { change in change.passages.map { (change.dot, $0) } },
            deletes: old.flatMap { change in change.deletes.map { ($0, change.dot) } }, names: names, droppingWhere: isTakenOver)
    }

    mutating func restore(_ stored: TextStored, _ letters: [Unicode.Scalar]) throws(TextError) {
        sequence = TextSequence(inOrder: stored.runs, letters: letters, disputes: stored.disputes)
        for (dot, context) in stored.contexts { contexts.record(dot, context) }
        generation = stored.generation
        opened = stored.opened
        if !stored.over.isEmpty { try outlive(stored.over) }
    }

    /// Whether a generation that is here was written by one who had seen the change.
    private func isTakenOver(_ dot: Dot) -> Bool {
        func sees(_ opening: Dot, _ context: Context?) -> Bool {
            opening.writer == dot.writer ? dot.sequence < opening.sequence : context?.includes(dot) ?? false
        }
        if let generation, sees(generation, contexts[generation]) { return true }
        return lost.contains { sees($0.key, $0.value.context) }
    }
}

/// Scalars as a string. Never compare strings of texts: Swift's `==` takes composed and decomposed letters for equal.
package func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
}
