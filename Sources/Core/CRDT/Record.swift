/// The merge of one record's changes: the rules of causal soundness that concern covering (Protocol.md, "Merge").
///
/// Example: Fatima writes phone and street (dot A1). Jan, who has A1, corrects the phone (B1, context {A: 1}). Merged in
/// either order, A1 keeps the street, B1 the phone, and nothing else remains.
///
/// Invariant: after `merge`, no change in `changes` carries a column that another one, whose author had seen it, also
/// carries, except columns that accumulate; of a text that holds for changes that wrote the whole of it, and what these had seen.
package struct RecordChanges: Sendable {
    /// In no order that means anything.
    package private(set) var changes: [Change]

    package init(_ changes: [Change] = []) { self.changes = changes }

    /// Takes in one copy of a change, which may be new, known, or known with other columns. What is known of it else stands: a
    /// copy that says otherwise is not of an honest packer.
    ///
    /// - Parameter accumulating: the columns that add up (counters), which nothing covers.
    package mutating func merge(_ copy: Change, accumulating: ColumnSet) {
        var incoming = copy
        if let known = changes.firstIndex(where: { $0.dot == incoming.dot }) { incoming = changes.remove(at: known).united(with: copy) }
        for index in changes.indices {
            if changes[index].saw(incoming) || mutated(.ignoresContext) {
                incoming.columns.subtract(covered(by: changes[index], accumulating))
            } else if incoming.saw(changes[index]) {
                changes[index].columns.subtract(covered(by: incoming, accumulating))
            }
        }
        changes.append(incoming)
        changes.removeAll { $0.columns.isEmpty && !$0.isAnchor }
    }

    /// The same under other names. A change that is here under both names is one: its columns are united.
    package func renamed(_ rename: Rename) -> RecordChanges {
        var places: [Dot: Int] = [:]
        var renamed: [Change] = []
        for change in changes.map(rename.change) {
            if let place = places[change.dot] {
                renamed[place] = renamed[place].united(with: change)
            } else {
                places[change.dot] = renamed.count
                renamed.append(change)
            }
        }
        return RecordChanges(renamed)
    }

    private func covered(by later: Change, _ accumulating: ColumnSet) -> ColumnSet {
        let written = mutated(.editsCover) ? later.columns : later.columns.subtracting(later.edits)
        return (mutated(.coversEverything) ? ColumnSet(rawValue: ~0) : written).subtracting(accumulating)
    }

    /// The change that a local edit becomes. Its author has seen exactly what `closed` holds of this record.
    ///
    /// - Parameters:
    ///   - columns: what the edit wrote; `exists` is always added.
    ///   - noted: the wall clock at the edit, as its trigger read it.
    ///   - own: the last of its own writer's sequences, 1 or more, that it is to have seen; nil: all.
    ///   - edits: the columns of kind text of which passages were edited.
    package func stamped(
        as dot: Dot, columns: ColumnSet, deletes: Bool, noted: Int64, closed: VersionVector, seeingOwnUntil own: UInt32? = nil, edits: ColumnSet = []
    ) -> Change {
        var seen = Set<WriterOrdinal>()
        for change in changes {
            seen.insert(change.dot.writer)
            if !mutated(.contextForgets) { seen.formUnion(change.context.entries.lazy.map(\.writer)) }
        }
        seen.remove(dot.writer)
        let context = Context(seen.map { .init($0, closed[$0]) } + (own.map { [.init(dot.writer, $0)] } ?? []))
        let written = columns.union(.exists)
        var time = clampedTime(noted)
        for change in changes where !change.columns.isDisjoint(with: written) {
            time = max(time, change.timeMilliseconds + 1)
        }
        return Change(
            dot: dot, timeMilliseconds: clampedTime(time), columns: written, context: context, deletes: deletes,
            isAnchor: changes.isEmpty, edits: edits)
    }

    /// The changes that carry a column: its siblings.
    package func siblings(of column: Int) -> some Sequence<Change> {
        changes.lazy.filter { $0.columns.contains(number: column) }
    }

    /// Whether the record exists: a concurrent edit beats a delete. As long as nothing is known of its existence it does.
    package var exists: Bool {
        changes.contains { $0.columns.contains(.exists) && !$0.deletes } || !changes.contains { $0.columns.contains(.exists) }
    }
}
