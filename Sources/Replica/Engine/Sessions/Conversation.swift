import BundleFile
import CRDT
import Store
import Sync
import Transport
import Trust
import Wire

/// This replica in one session over a connection: from hello to the end, or round after round.
///
/// For one thread. Invariant: after each round the names, copies and receipts that it brought are kept.
final class Conversation {
    private let replica: Replica
    private let connection: Connection
    private let access: SessionReplica
    private let driver: SessionDriver
    private let conflictsBefore: Int

    /// - Parameter stays: a dialer's: keeps the connection to a relay when a round is over.
    init(_ replica: Replica, over connection: Connection, as role: SyncSession.Role, stays: Bool = false) throws {
        self.replica = replica
        self.connection = connection
        conflictsBefore = try replica.store.conflictCount()
        access = SessionReplica(replica, provenKey: connection.peerKey)
        driver = SessionDriver(replica: access, role: role, stays: stays) { connection.send($0) }
    }

    var outcome: SessionOutcome { driver.outcome }
    var isResting: Bool { driver.isResting }
    var isFinished: Bool { driver.isFinished }

    /// The whole session.
    func run(_ progress: ProgressReport) throws -> MeetingReport {
        _ = try driver.run {
            let message = try connection.receive()
            tell(progress)
            return message
        }
        return try concluded()
    }

    /// A round, until the connection rests or the other side has finished.
    ///
    /// - Parameter first: what has come already.
    func round(_ progress: ProgressReport, after first: Message? = nil) throws {
        do {
            if let first {
                try driver.receive(first)
            } else if driver.isResting {
                try driver.beginRound()
            } else {
                try driver.start()
            }
            while !driver.isResting && !driver.isFinished {
                try driver.receive(try connection.receive())
                tell(progress)
            }
        } catch {
            driver.fail(error)
            throw error
        }
    }

    private func tell(_ progress: ProgressReport) {
        progress(Progress(
            .receiving, doneByteCount: connection.receivedByteCount + connection.sentByteCount,
            itemCount: driver.outcome.receivedChangeCount))
    }

    /// Keeps what follows from a round.
    func concluded() throws -> MeetingReport {
        let store = replica.store
        let outcome = driver.outcome
        if !outcome.admittedNewcomer { try replica.nameWriters() }
        // Two files under one name: this one takes another, so that receipts are kept apart.
        let copies = try replica.takeFoundCopies()
        if outcome.metOwnCopy, !copies.contains(where: \.isOwn) { try store.newReplicaID(replica.environment.nonce()) }
        if let peer = outcome.peer {
            if let heads = driver.toldHeads { try access.keepHeads(heads, of: peer.replica) }
            if outcome.peerCarries { try store.noteMeeting(withRelay: peer.device) }
        }
        let status = outcome.changedAnything ? try store.status() : nil
        let label = try outcome.peer.map { try replica.membership.current().label(of: $0.device) } ?? ""
        return MeetingReport(
            outcome: outcome, peerLabel: label, copies: copies,
            receivedByteCount: connection.receivedByteCount, sentByteCount: connection.sentByteCount,
            conflictsBefore: conflictsBefore, conflictsAfter: status?.conflicts ?? conflictsBefore, missing: status?.missing ?? [],
            waitingBundles: status?.waitingBundles ?? 0, quarantined: access.quarantined,
            packerLabels: try replica.labels(of: access.quarantined),
            differences: try replica.remarks(outcome, label: label, store.takeFoundDifferences()))
    }
}
