import CRDT
import Sync
import Wire

/// A replica in memory, built on the production code of CRDT and Wire and nothing else: what the SQLite store does with
/// tables, this does with arrays. It keeps the rules that lie between those rooms: when to stamp, what to claim, when the
/// closed version vector advances, what a delta holds.
///
/// Invariants: `closed` ends at batch ends; every batch within `closed` is in `batches`; an anchor's record is known for ever.
package final class CoreReplica: SimulatedReplica {
    /// What has been committed. A value, so that a power cut is an assignment.
    struct State {
        var writers: [WriterID] = []
        var ordinals: [WriterID: WriterOrdinal] = [:]
        /// By writer: every batch ever heard of, ascending.
        var batches: [[BatchEnd]] = []
        var own: WriterOrdinal?
        /// The last sequence stamped here as `own`.
        var ownLast: UInt32 = 0
        /// Of the writers that cuts have made.
        var origins: [WriterID: Origin] = [:]
        /// By root.
        var cuts: [WriterID: Set<UInt32>] = [:]

        var closed = Knowledge()
        /// `closed` in terms of this replica's ordinals.
        var closedVector = VersionVector()

        /// By record.
        var changes = Array(repeating: RecordChanges(), count: SimulatedSchema.recordCount)
        var values: [ValueID: [Value]] = [:]
        var recordOfAnchor: [Dot: Int] = [:]
        var anchors: [[Dot]] = Array(repeating: [], count: SimulatedSchema.recordCount)

        var notes: [Note] = []
        var stamped: [StampedWrite] = []

        /// What has come of deltas that are not whole yet.
        var parts: [DeltaID: Parts] = [:]
        /// Deltas frozen for a transfer, the newest last.
        var spool: [CoreDelta] = []
        var stated: [Nonce: Knowledge] = [:]
        var statedTo: [ReplicaID: Knowledge] = [:]
        var receipts: [ReplicaID: Knowledge] = [:]
    }

    /// The segments that lie here of a delta.
    struct Parts {
        let manifest: Manifest
        var segments: [Int: SealedSegment] = [:]
    }

    struct ValueID: Hashable {
        let dot: Int64
        let column: Int
    }

    /// What a trigger notes of one record, and the values that a user's table would hold.
    struct Note {
        let record: Int
        var columns: ColumnSet
        var deletes: Bool
        var noted: Int64
        var values: [Int: [Value]]
    }

    package private(set) var identity: ReplicaIdentity
    let segmentChangeCount: Int
    var nonces: SplitMix64
    var salts: SplitMix64
    let sealing: SimulatedSealing
    var state = State()

    /// - Parameters:
    ///   - segmentChangeCount: changes per segment; small, so that small deltas have several.
    ///   - seed: of the nonces of this replica's batches.
    package init(identity: ReplicaIdentity, segmentChangeCount: Int, seed: UInt64) {
        self.identity = identity
        self.segmentChangeCount = segmentChangeCount
        nonces = SplitMix64(seed: seed)
        salts = SplitMix64(seed: ~seed)
        sealing = SimulatedSealing(space: identity.space.id)
    }

    // MARK: Edits

    package func edit(_ edit: Edit, atMilliseconds noted: Int64) throws {
        var place = state.notes.firstIndex { $0.record == edit.record } ?? state.notes.count
        if place == state.notes.count {
            state.notes.append(Note(record: edit.record, columns: .exists, deletes: false, noted: noted, values: [:]))
        }
        var note = state.notes.remove(at: place)
        note.noted = noted
        note.deletes = false
        switch edit.act {
        case .write(let values):
            for (column, parts) in values {
                note.columns.formUnion(ColumnSet(number: column))
                note.values[column] = parts
            }
        case .increment(let column, let by):
            note.columns.formUnion(ColumnSet(number: column))
            note.values[column] = [.integer((note.values[column]?.first?.countedAsInteger ?? 0) &+ by)]
        case .delete:
            note.deletes = true
        case .undelete:
            break
        }
        place = state.notes.count
        state.notes.append(note)
    }

    package func shown(record: Int, column: Int) throws -> [Value]? {
        let note = state.notes.first { $0.record == record }
        if let note, column == 0 { return [.integer(note.deletes ? 0 : 1)] }
        guard let noted = note?.values[column] else { return shownStamped(record: record, column: column) }
        guard SimulatedSchema.kind(record: record, column: column).accumulates else { return noted }
        let total = shownStamped(record: record, column: column)?.first?.countedAsInteger ?? 0
        return [.integer(total &+ noted[0].countedAsInteger)]
    }

    private func shownStamped(record: Int, column: Int) -> [Value]? {
        let found = siblings(record: record, column: column)
        return found.isEmpty ? nil : resolved(found, record: record, column: column)
    }

    private func siblings(record: Int, column: Int) -> [Sibling] {
        state.changes[record].siblings(of: column).map { change in
            Sibling(
                dot: change.dot, timeMilliseconds: change.timeMilliseconds,
                writer: state.writers[Int(change.dot.writer.number)],
                parts: column == 0
                    ? [.integer(change.deletes ? 0 : 1)]
                    : state.values[ValueID(dot: change.dot.packed, column: column)] ?? [])
        }
    }

    private func resolved(_ siblings: [Sibling], record: Int, column: Int) -> [Value] {
        if column == 0 { return [.integer(state.changes[record].exists ? 1 : 0)] }
        let kind = SimulatedSchema.kind(record: record, column: column)
        if kind.accumulates { return [counterTotal(siblings.lazy.map { $0.parts[0].countedAsInteger })] }
        return kind.shown(of: siblings).map { siblings[$0].parts } ?? []
    }

    // MARK: Stamping

    /// Makes one batch of all notes. Nothing merges between an edit and its stamping, so the context is exact.
    package func stamp() throws {
        guard !state.notes.isEmpty else { return }
        let nonce = Nonce(using: &nonces)
        let own = try writerToContinue() ?? ordinal(of: nonce)
        state.own = own
        let writer = state.writers[Int(own.number)]
        let before = state.batches[Int(own.number)].last
        var sequence = state.closedVector[own]
        for note in state.notes {
            sequence += 1
            let change = state.changes[note.record].stamped(
                as: Dot(own, sequence), columns: note.columns, deletes: note.deletes, noted: note.noted,
                closed: state.closedVector)
            for (column, parts) in note.values {
                state.values[ValueID(dot: change.dot.packed, column: column)] = parts
            }
            take(change, of: note.record)
            state.stamped.append(StampedWrite(
                writer: writer, sequence: sequence, batch: nonce, before: before, record: note.record,
                columns: change.columns, timeMilliseconds: change.timeMilliseconds))
        }
        state.notes.removeAll()
        let end = BatchEnd(last: sequence, nonce: nonce)
        state.batches[Int(own.number)].append(end)
        state.closed.ends[writer] = end
        state.closedVector[own] = sequence
        state.ownLast = sequence
    }

    /// This replica goes on as a writer only if nobody is known to have gone on as it elsewhere.
    private func writerToContinue() throws -> WriterOrdinal? {
        guard let own = state.own else { return nil }
        let heard = state.batches[Int(own.number)].last?.last ?? 0
        return heard == state.ownLast && state.closedVector[own] == state.ownLast ? own : nil
    }

    /// Before everything that merges or exports.
    func stampFirst() throws {
        if !mutated(.readsUnstamped) { try stamp() }
    }

    package func takeStamped() throws -> [StampedWrite] {
        defer { state.stamped.removeAll() }
        return state.stamped
    }

    // MARK: Registers

    func ordinal(of writer: WriterID) -> WriterOrdinal {
        if let known = state.ordinals[writer] { return known }
        let new = WriterOrdinal(UInt32(state.writers.count))
        state.writers.append(writer)
        state.batches.append([])
        state.ordinals[writer] = new
        return new
    }

    /// The batch that a change belongs to.
    func batch(of dot: Dot) -> Nonce {
        state.batches[Int(dot.writer.number)].first { $0.last >= dot.sequence }?.nonce ?? .zero
    }

    /// Takes one copy of a change into its record; its values are in `state.values`.
    func take(_ change: Change, of record: Int) {
        if change.isAnchor, state.recordOfAnchor.updateValue(record, forKey: change.dot) == nil {
            state.anchors[record].append(change.dot)
        }
        state.changes[record].merge(
            change, accumulating: SimulatedSchema.accumulating[SimulatedSchema.keys[record].table])
    }

    // MARK: What a simulation does to it

    package func cells() throws -> [SimulatedCell] {
        try stamp()
        var cells: [SimulatedCell] = []
        for record in SimulatedSchema.keys.indices {
            for column in 0...SimulatedSchema.columnCount(record: record) {
                let found = siblings(record: record, column: column)
                guard !found.isEmpty else { continue }
                cells.append(SimulatedCell(
                    record: record, column: column,
                    siblings: found
                        .map {
                            SimulatedCell.Sibling(
                                writer: $0.writer, sequence: $0.dot.sequence, batch: batch(of: $0.dot),
                                timeMilliseconds: $0.timeMilliseconds, parts: $0.parts)
                        }
                        .sorted { ($0.writer, $0.sequence) < ($1.writer, $1.sequence) },
                    shown: resolved(found, record: record, column: column)))
            }
        }
        return cells
    }

    package func crashing(_ work: () throws -> Void) throws {
        let committed = state
        try work()
        state = committed
    }

    /// Everything here is what a file would hold, so nothing is lost.
    package func restart() throws {}

    // MARK: Copies

    package func copied(seed: UInt64) throws -> any SimulatedReplica {
        let twin = CoreReplica(identity: identity, segmentChangeCount: segmentChangeCount, seed: seed)
        twin.state = state
        return twin
    }

    package func becomeAnother(_ replica: ReplicaID) throws {
        identity = ReplicaIdentity(
            space: identity.space, device: identity.device, replica: replica, label: identity.label)
        state.own = nil
    }
}
