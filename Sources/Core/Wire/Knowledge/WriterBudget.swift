import CRDT

/// How many writers a delta may bring that nobody has signed for: everyone who takes them in has them in every statement of
/// knowledge for ever, and beyond `Limits.writerCount` could state nothing at all (Protocol.md, "Merge", Admission).
package struct WriterBudget {
    /// Writers of the collection that are here.
    private let knownCount: Int
    private let isKnown: (WriterID) -> Bool
    private let isNamed: (WriterID) -> Bool

    /// - Parameter isNamed: whether a `writer` statement of the roster names it.
    package init(knownCount: Int, isKnown: @escaping (WriterID) -> Bool, isNamed: @escaping (WriterID) -> Bool) {
        self.knownCount = knownCount
        self.isKnown = isKnown
        self.isNamed = isNamed
    }

    /// The writers that a delta would bring and that neither the roster names nor a cut has made of one that it names, ascending.
    ///
    /// - Parameter brought: how many of that kind its packer has brought before, beside these.
    /// - Throws: `tooLarge` beyond what one packer may bring, or beyond what leaves this replica room to go on itself.
    package func strangers(in passage: Passage, of packer: DeviceID, brought: (Set<WriterID>) -> Int) throws -> [WriterID] {
        var writers = Set(passage.scope.result.ends.keys).union(passage.missing.ends.keys)
        writers = writers.filter { !isKnown($0) }
        guard !writers.isEmpty else { return [] }
        let strangers = writers.filter { writer in
            !isNamed(writer) && !(passage.origins[writer].map { isNamed($0.root) } ?? false)
        }
        guard strangers.isEmpty || brought(strangers) + strangers.count <= Limits.strangerCount,
            knownCount + writers.count <= Limits.writerCount - Limits.strangerCount
        else { throw WireError(strangersFrom: packer) }
        return strangers.sorted()
    }
}
