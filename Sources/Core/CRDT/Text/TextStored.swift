/// All of a text as it is kept and read back: the fewest runs, in reading order, beside the letters of the living.
package struct TextStored: Sendable {
    /// In reading order, none that could be joined with the one before it. Of the living `letters` counts up through the living
    /// scalars; of the deleted it is -1.
    package var runs: [TextRun] = []
    /// Sets of several deleters, ascending; runs name them by index.
    package var disputes: [[Dot]] = []
    /// By dot, ascending.
    package var contexts: [(dot: Dot, context: Context)] = []
    package var generation: Dot?
    package var opened: Nonce?
    package var openedMilliseconds: Int64 = 0
    package var nulls: Set<Dot> = []
    /// What is left of generations that are over.
    package var over: [TextChange] = []

    package init() {}
}

extension Text {
    package var stored: TextStored {
        var joined = JoinedRuns()
        joined.reserve(sequence.runs.count, 0)
        for index in sequence.order { joined.append(sequence[index], sequence.letters, sequence.disputes) }
        var stored = TextStored()
        stored.runs = joined.runs
        stored.disputes = joined.disputes
        stored.contexts = contexts.all
        stored.generation = generation
        stored.opened = opened
        stored.openedMilliseconds = openedMilliseconds
        stored.nulls = nulls
        if !isOfOneGeneration { stored.over = changes(beyond: VersionVector()).filter { $0.generation == .over } }
        return stored
    }

    /// - Parameters:
    ///   - stored: as `stored` gave it: it is not judged again.
    ///   - letters: of the living, in order.
    package init(_ stored: TextStored, letters: [Unicode.Scalar], names: [WriterOrdinal: WriterID]) throws(TextError) {
        self.init(names: names)
        try restore(stored, letters)
    }
}
