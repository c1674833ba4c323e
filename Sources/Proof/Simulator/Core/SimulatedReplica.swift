import CRDT
import Sync
import Wire

/// What a person's program commits: one record, some columns.
package struct Edit: Sendable {
    package enum Act: Sendable {
        /// Column numbers with their parts, ascending. Makes the record, or brings it back, when it is not there.
        case write([(column: Int, parts: [Value])])
        /// `SET n = n + by`, in the counter of that number.
        case increment(column: Int, by: Int64)
        case delete
        case undelete
    }
    /// An index into `SimulatedSchema.keys`.
    package let record: Int
    package let act: Act

    package init(record: Int, _ act: Act) {
        self.record = record
        self.act = act
    }
}

/// A change that a replica has stamped, as it says itself.
package struct StampedWrite: Hashable, Sendable {
    package let writer: WriterID
    package let sequence: UInt32
    /// The batch it was stamped with, and the one before that of the same writer.
    package let batch: Nonce
    package let before: BatchEnd?
    package let record: Int
    package let columns: ColumnSet
    package let timeMilliseconds: Int64

    package init(
        writer: WriterID, sequence: UInt32, batch: Nonce, before: BatchEnd?, record: Int, columns: ColumnSet,
        timeMilliseconds: Int64
    ) {
        self.writer = writer
        self.sequence = sequence
        self.batch = batch
        self.before = before
        self.record = record
        self.columns = columns
        self.timeMilliseconds = timeMilliseconds
    }
}

/// One column of one record, in a form in which replicas can be compared.
package struct SimulatedCell: Hashable, Sendable {
    package struct Sibling: Hashable, Sendable {
        package let writer: WriterID
        package let sequence: UInt32
        /// The batch it was stamped with: what stays when a writer is renamed.
        package let batch: Nonce
        package let timeMilliseconds: Int64
        /// Of `exists`: 0 or 1. Of a counter: the increment.
        package let parts: [Value]
    }

    package let record: Int
    package let column: Int
    /// Ascending by writer and sequence, at least one.
    package let siblings: [Sibling]
    /// What a person sees.
    package let shown: [Value]

    package init(record: Int, column: Int, siblings: [Sibling], shown: [Value]) {
        self.record = record
        self.column = column
        self.siblings = siblings
        self.shown = shown
    }
}

/// A replica that a simulation can drive: the production code behind it, and the few things a person or a power cut does.
/// `CoreReplica` keeps everything in memory; one on SQLite files runs the same seeds through the store.
///
/// Whoever implements it stamps before everything that merges or exports, as `ReplicaAccess` demands.
package protocol SimulatedReplica: ReplicaAccess {
    /// Commits an edit; it is noted, not stamped.
    func edit(_ edit: Edit, atMilliseconds: Int64) throws

    /// Stamps all notes.
    func stamp() throws

    /// What has been stamped since this was last called, in order.
    func takeStamped() throws -> [StampedWrite]

    /// What a person sees in a column, notes included; nil where there is no value yet. Column 0 is `exists`.
    func shown(record: Int, column: Int) throws -> [Value]?

    /// Freezes what `base` lacks, for a stick. nil when there is nothing to send.
    ///
    /// - Parameters:
    ///   - base: what every receiver is believed to hold; only what this replica holds of it counts.
    ///   - known: knowledge that the receivers have stated, to which the base may be put relative.
    func freeze(base: Knowledge, relativeTo known: Knowledge?, packedMilliseconds: Int64) throws -> (any FrozenDelta)?

    /// Every cell that has siblings, ascending by record and column, after stamping.
    func cells() throws -> [SimulatedCell]

    /// What is held, digested; checked against what the replica keeps of it.
    func contents() throws -> ContentsDigest?

    /// Does the work and then cuts the power before its commit: nothing of it may remain.
    func crashing(_ work: () throws -> Void) throws

    /// Ends the program and starts it again: only what was committed is left.
    func restart() throws

    /// A copy of the replica file, under the same names: a disk image, or what a backup gives back.
    ///
    /// - Parameter seed: of the nonces that the copy will draw.
    func copied(seed: UInt64) throws -> any SimulatedReplica

    /// The witness has found that this is a copy: another replica, which goes on under writers of its own.
    func becomeAnother(_ replica: ReplicaID) throws

    /// By root: the cuts that are known here.
    func cuts() throws -> [WriterID: Set<UInt32>]
}

/// What a replica cannot do for the simulation; always a bug.
package struct SimulationFault: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
