/// What the authors of a text's changes had seen when they wrote.
///
/// Writers' changes ascend by sequence, and a later one of a writer has seen at least what its earlier ones had; so who is
/// concurrent with whom is found by searching.
struct TextContexts: Sendable {
    struct Line: Sendable {
        var sequences: [UInt32] = []
        var contexts: [Context] = []

        /// How many have a sequence of at most `last`.
        func count(upTo last: UInt32) -> Int {
            if let newest = sequences.last, newest <= last { return sequences.count }
            var low = 0
            var high = sequences.count
            while low < high {
                let middle = (low + high) / 2
                if sequences[middle] <= last { low = middle + 1 } else { high = middle }
            }
            return low
        }

        /// The first, from `start` on, whose author had seen a dot.
        func first(from start: Int, seeing dot: Dot) -> Int {
            var low = start
            var high = contexts.count
            while low < high {
                let middle = (low + high) / 2
                if contexts[middle].includes(dot) { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }

    private(set) var lines: [WriterOrdinal: Line] = [:]

    /// What is known stands.
    mutating func record(_ dot: Dot, _ context: Context) {
        if let last = lines[dot.writer]?.sequences.last, last >= dot.sequence {
            let place = lines[dot.writer]?.count(upTo: dot.sequence) ?? 0
            guard place == 0 || lines[dot.writer]?.sequences[place - 1] != dot.sequence else { return }
            lines[dot.writer]?.sequences.insert(dot.sequence, at: place)
            lines[dot.writer]?.contexts.insert(context, at: place)
        } else {
            lines[dot.writer, default: Line()].sequences.append(dot.sequence)
            lines[dot.writer]?.contexts.append(context)
        }
    }

    subscript(dot: Dot) -> Context? {
        guard let line = lines[dot.writer] else { return nil }
        let place = line.count(upTo: dot.sequence)
        return place > 0 && line.sequences[place - 1] == dot.sequence ? line.contexts[place - 1] : nil
    }

    /// Ascending by ordinal and sequence.
    var all: [(dot: Dot, context: Context)] {
        lines.keys.sorted().flatMap { writer in
            zip(lines[writer]?.sequences ?? [], lines[writer]?.contexts ?? []).map { (Dot(writer, $0), $1) }
        }
    }

    /// Whether the author of `a` held `b`.
    func saw(_ a: Dot, _ b: Dot) -> Bool {
        a.writer == b.writer ? a.sequence >= b.sequence : self[a]?.includes(b) ?? false
    }

    func areConcurrent(_ a: Dot, _ b: Dot) -> Bool { !saw(a, b) && !saw(b, a) }

    /// The newest change of every writer: it has seen what any of that writer's has.
    var newest: [Dot] {
        lines.compactMap { writer, line in line.sequences.last.map { Dot(writer, $0) } }.sorted()
    }

    /// The changes that did not see some other one, nor were seen by it: only among these anything can overlap.
    var concurrent: Set<Dot> {
        guard lines.count > 1 else { return [] }
        var found: Set<Dot> = []
        for (writer, line) in lines {
            for (sequence, context) in zip(line.sequences, line.contexts) {
                let dot = Dot(writer, sequence)
                let isApart = lines.contains { other, theirs in
                    guard other != writer else { return false }
                    let seen = context.entries.first { $0.writer == other }.map { theirs.count(upTo: $0.last) } ?? 0
                    return theirs.first(from: seen, seeing: dot) > seen
                }
                if isApart { found.insert(dot) }
            }
        }
        return found
    }
}
