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
    /// The name of the text that it wrote, and when.
    private(set) var opened: Nonce?
    private(set) var openedMilliseconds: Int64 = 0
    /// Changes of this generation that leave NULL.
    private(set) var nulls: Set<Dot> = []
    /// Words of changes of older generations that nobody took over.
    private(set) var late = TextSequence()
    /// Generations that gave way to a concurrent one, with what their authors had seen: that is taken over all the same.
    private(set) var lost: [Dot: LostGeneration] = [:]

    struct LostGeneration: Hashable, Sendable {
        let context: Context
        let opens: Nonce
        let timeMilliseconds: Int64
        let leavesNull: Bool
    }

    /// - Parameter names: of the writers, by which what stands in one place is put in order. Others are refused.
    package init(names: [WriterOrdinal: WriterID] = [:]) { self.names = TextNames(names: names) }

    package mutating func learn(_ writer: WriterOrdinal, _ name: WriterID) { names.names[writer] = name }

    package var isEmpty: Bool { sequence.runs.isEmpty && late.runs.isEmpty }
    /// Whether all that is here is of one generation.
    package var isOfOneGeneration: Bool { lost.isEmpty && late.runs.isEmpty }
    /// Whether changes are here that did not see one another.
    package var hasConcurrent: Bool { !contexts.concurrent.isEmpty }
    /// Whether NULL is in the column: no words stand, and nobody has written since who had seen one who left it so.
    package var isNull: Bool {
        sequence.livingCount == 0 && nulls.contains { null in !contexts.newest.contains { $0 != null && contexts.saw($0, null) } }
    }
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
            if change.leavesNull { nulls.insert(change.dot) }
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
        case (.opened(let dot), let here?): return dot == here
        case (.over, _): return false
        case (.opened, nil): throw .badGeneration(change.dot)
        }
    }

    private func check(_ change: TextChange) throws(TextError) {
        guard names.knows(change.dot.writer) else { throw .unknownWriter(change.dot.writer) }
        for range in change.deletes where !names.knows(range.dot.writer) { throw .unknownWriter(range.dot.writer) }
        try change.check()
    }

    // MARK: Generations (rule 9)

    /// Begins the greatest generation that is among these changes, if it is beyond the one here. The words of all others are to be
    /// outlived; its own are merged like any.
    private mutating func open(_ openings: [TextChange]) throws(TextError) {
        let greatest = openings.filter { $0.generation != .over }.max {
            isBefore(($0.timeMilliseconds, $0.dot), ($1.timeMilliseconds, $1.dot))
        }
        guard let greatest else { return }
        if let generation, !isBefore((openedMilliseconds, generation), (greatest.timeMilliseconds, greatest.dot)) { return }
        let before = changes(beyond: VersionVector())
        sequence = TextSequence()
        contexts = TextContexts()
        late = TextSequence()
        lost = [:]
        generation = greatest.dot
        opened = greatest.opens
        openedMilliseconds = greatest.timeMilliseconds
        nulls = []
        contexts.record(greatest.dot, greatest.context)
        if !mutated(.dropsLateEdits) { try outlive(before) }
    }

    /// By time, then name: a later one that had seen an earlier is always the greater.
    private func isBefore(_ a: (time: Int64, dot: Dot), _ b: (time: Int64, dot: Dot)) -> Bool {
        a.time == b.time ? names.precedes(a.dot, b.dot) : a.time < b.time
    }

    /// Keeps what is left of changes of older generations, unless a generation that is here was written by one who had seen them.
    private mutating func outlive(_ old: [TextChange]) throws(TextError) {
        for change in old {
            if let opens = change.opens {
                lost[change.dot] = LostGeneration(context: change.context, opens: opens, timeMilliseconds: change.timeMilliseconds,
                    leavesNull: change.leavesNull)
            }
        }
        lost = lost.filter { !isTakenOver($0.key) }
        late = try TextSequenceMerge.flat(
            late, passages: old.flatMap { change in change.passages.map { (change.dot, $0) } },
            deletes: old.flatMap { change in change.deletes.map { ($0, change.dot) } }, names: names, droppingWhere: isTakenOver)
    }

    mutating func leaveNull(_ dot: Dot) { nulls.insert(dot) }

    mutating func restore(_ stored: TextStored, _ letters: [Unicode.Scalar]) throws(TextError) {
        sequence = TextSequence(inOrder: stored.runs, letters: letters, disputes: stored.disputes)
        for (dot, context) in stored.contexts { contexts.record(dot, context) }
        generation = stored.generation
        opened = stored.opened
        openedMilliseconds = stored.openedMilliseconds
        nulls = stored.nulls
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
