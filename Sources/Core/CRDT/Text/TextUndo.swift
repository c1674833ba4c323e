extension Text {
    /// The words as they would be without what some changes did, which had seen one another: what they typed goes, what they alone
    /// took away comes back where it stood, and what others did since stays.
    ///
    /// - Parameter before: the words that stood before the first of them.
    /// - Returns: nil when these are not what the changes had before them.
    package func undoing(_ isUndone: (Dot) -> Bool, before: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        guard let first = contexts.all.map(\.dot).filter(isUndone).min(by: { $0.sequence < $1.sequence }), first != generation else { return nil }
        var result: [Unicode.Scalar] = []
        var used = 0
        for index in sequence.order {
            let run = sequence[index]
            let deleters = sequence.deleters(of: run)
            let stood = !isUndone(run.dot) && contexts.saw(first, run.dot) && deleters.allSatisfy { isUndone($0) || !contexts.saw(first, $0) }
            let start = used
            if stood { used += Int(run.count) }
            guard used <= before.count else { return nil }
            if run.isAlive, !isUndone(run.dot) {
                result += sequence.letters(of: run)
            } else if stood, !deleters.isEmpty, deleters.allSatisfy(isUndone) {
                result += before[start..<used]
            }
        }
        return used == before.count ? result : nil
    }
}
