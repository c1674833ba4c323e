import CRDT
import Wire

/// Remembers, outside the replica file, how far this file's own writers got: what a copied or restored file cannot match.
package protocol Witness: Sendable {
    /// Whether this is the file that stamped last as these writers, whose newest batches these are. Any doubt is a no:
    /// going on under a new writer costs nothing.
    func vouches(for replica: ReplicaID, ends: [WriterID: BatchEnd]) -> Bool
    /// Before a commit that stamps, while nobody else can write to the file: from here on it vouches for both ends, because
    /// nobody can tell from outside whether the commit came about.
    func intend(replica: ReplicaID, before: [WriterID: BatchEnd], after: [WriterID: BatchEnd])
    /// After that commit: it vouches for these ends alone, unless another process has stamped since.
    func note(replica: ReplicaID, ends: [WriterID: BatchEnd])
}

/// Asks the witness once for each time a replica is opened, before its first stamping that would continue a writer.
final class Continuity: @unchecked Sendable {
    private let witness: (any Witness)?
    private var answer: Bool?

    init(_ witness: (any Witness)?) { self.witness = witness }

    /// Called within a write transaction: one at a time.
    func mayContinue(_ replica: ReplicaID, _ ends: () throws -> [WriterID: BatchEnd]) rethrows -> Bool {
        guard let witness else { return true }
        if let answer { return answer }
        let vouches = witness.vouches(for: replica, ends: try ends())
        answer = vouches
        return vouches
    }

    /// Within the transaction that stamps: another process that opens the file right after it must find its ends.
    func stamps(_ replica: ReplicaID, before: [WriterID: BatchEnd], after: [WriterID: BatchEnd]) {
        witness?.intend(replica: replica, before: before, after: after)
    }

    /// What has been stamped here since is this file's own, whatever the witness said.
    func stamped(_ replica: ReplicaID, _ ends: [WriterID: BatchEnd]) {
        answer = true
        witness?.note(replica: replica, ends: ends)
    }
}

/// A copied replica that was found here, for the one warning that people get.
package struct FoundCopy: Hashable, Sendable {
    package let cut: Cut
    /// The device whose replica was copied, and its name, as far as they are known.
    package let device: DeviceID?
    package let label: String?
    /// This replica itself, or the one that it was copied from.
    package let isOwn: Bool
    /// Whether two branches of it are here; else a statement says that there are, and nothing here shows it.
    package let isSeen: Bool
    /// The names of the devices that signed for it, of one that was not seen.
    package var tellers: [String] = []

    package init(cut: Cut, device: DeviceID?, label: String?, isOwn: Bool, isSeen: Bool) {
        self.cut = cut
        self.device = device
        self.label = label
        self.isOwn = isOwn
        self.isSeen = isSeen
    }
}
