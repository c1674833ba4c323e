extension Text {
    /// The newest changes, of which none had seen another, as long as nobody has written in the text since who had seen them all:
    /// fewer than two when nobody met.
    package var heads: [Dot] {
        guard !contexts.concurrent.isEmpty else { return [] }
        let newest = contexts.newest
        return newest.filter { head in !newest.contains { $0 != head && contexts.saw($0, head) } }
    }

    /// The words that stand by the hand of each of several heads and which no other of them had seen, a passage each. None, where one
    /// only took words away.
    package func additions(of heads: [Dot]) -> [Dot: [[Unicode.Scalar]]] {
        var found: [Dot: [[Unicode.Scalar]]] = [:]
        var last: Dot?
        for index in sequence.order {
            let run = sequence[index]
            guard run.isAlive else { continue }
            let seen = heads.filter { contexts.saw($0, run.dot) }
            guard seen.count == 1 else {
                last = nil
                continue
            }
            if last != seen[0] { found[seen[0], default: []].append([]) }
            last = seen[0]
            found[seen[0]]![found[seen[0]]!.count - 1] += sequence.letters(of: run)
        }
        return found
    }
}
