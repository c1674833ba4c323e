/// What the changes of one delta must keep to, whoever packed them (Protocol.md, "What a delta's bodies must hold"): asked change by
/// change, over all segments in order, before any of it is merged.
///
/// Example: Fatima's writer has batches up to 5, and a delta goes from 3 to 5. A change of hers at 4 is within; at 3 the receiver
/// has it, and at 6 nobody has stamped it: were it taken in, her next stamping would find its place taken.
///
/// All writers are this replica's own ordinals.
package struct DeltaBounds {
    private let base: VersionVector
    private let result: VersionVector
    /// By writer: the sequence of the change that came last, in this delta.
    private var last: VersionVector
    private let areOfOneLine: (WriterOrdinal, WriterOrdinal) throws -> Bool

    /// - Parameters:
    ///   - base: how far the delta's receiver holds each writer.
    ///   - result: how far one who merges it does.
    ///   - areOfOneLine: whether two writers are branches of one, that a cut has parted.
    package init(
        base: VersionVector, result: VersionVector, areOfOneLine: @escaping (WriterOrdinal, WriterOrdinal) throws -> Bool
    ) {
        self.base = base
        self.result = result
        self.areOfOneLine = areOfOneLine
        last = base
    }

    /// Whether the next change may stand here.
    package mutating func admits(_ change: Change) throws -> Bool {
        let writer = change.dot.writer
        guard change.dot.sequence > last[writer], change.dot.sequence <= result[writer] else { return false }
        last[writer] = change.dot.sequence
        for entry in change.context.entries {
            guard entry.last <= result[entry.writer], entry.writer != writer || entry.last < change.dot.sequence else { return false }
            // Its author knew of no change to the record: only a cut has parted it from its own earlier ones.
            if change.isAnchor, try !areOfOneLine(entry.writer, writer) { return false }
        }
        return !change.deletes || change.columns.contains(.exists)
    }

    /// Whether the dot of an anchor may name a record in this delta: whoever covers the base has merged it.
    package func mayName(_ anchor: Dot) -> Bool { base.includes(anchor) }
}
