import CRDT
import Logging
import Store
import Sync
import Transport
import Wire

/// What one session over TCP did to this replica.
package struct MeetingReport: Sendable {
    package let outcome: SessionOutcome
    package let receivedByteCount: Int
    package let sentByteCount: Int
    package let conflictsBefore: Int
    package let conflictsAfter: Int
    package let missing: [(device: String, count: Int)]
    package let waitingBundles: Int

    package var needsPerson: Bool { conflictsAfter > 0 || !missing.isEmpty || waitingBundles > 0 }
}

extension Replica {
    /// Meets the replica that listens at an address: afterwards both hold what either held.
    package func sync(with address: Address, progress: @escaping ProgressReport = { _ in }) throws -> MeetingReport {
        try address.requireLoopback()
        let connection = try Connection.connect(host: address.dialled, port: address.port)
        return try meet(over: connection, as: .dialer, progress: progress)
    }

    /// Holds one session over a connection that stands.
    func meet(
        over connection: Connection, as role: SyncSession.Role, progress: ProgressReport = { _ in }
    ) throws -> MeetingReport {
        let before = try store.conflictCount()
        let driver = SessionDriver(replica: store, role: role) { connection.send($0) }
        defer { connection.close() }
        let outcome = try driver.run {
            let message = try connection.receive()
            progress(Progress(
                .receiving, doneByteCount: connection.receivedByteCount + connection.sentByteCount,
                itemCount: driver.outcome.receivedChangeCount))
            return message
        }
        let status = outcome.changedAnything ? try store.status() : nil
        return MeetingReport(
            outcome: outcome, receivedByteCount: connection.receivedByteCount, sentByteCount: connection.sentByteCount,
            conflictsBefore: before, conflictsAfter: status?.conflicts ?? before, missing: status?.missing ?? [],
            waitingBundles: status?.waitingBundles ?? 0)
    }

    /// Warnings and worse, to standard error.
    package static var logger: Logger {
        var logger = Logger(label: "kith") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    /// Listens on this machine until the listener is closed; each session has a thread of its own.
    ///
    /// - Parameter met: called with each session's end, from its thread. A newcomer who only asked for the space is one
    ///   of them: `admittedNewcomer`.
    package func listen(
        port: Int, logger: Logger = Replica.logger, met: @escaping @Sendable (Result<MeetingReport, any Error>) -> Void
    ) throws -> Listener {
        try Listener(host: "127.0.0.1", port: port, logger: logger) { [self] connection in
            met(Result { try meet(over: connection, as: .listener) })
        }
    }

    /// Makes a replica of the space that the listener at an address is in, and meets it.
    package static func join(
        _ address: Address, label: String?, at named: String?, _ environment: EngineEnvironment,
        progress: @escaping ProgressReport = { _ in }
    ) throws -> (Replica, MeetingReport) {
        try address.requireLoopback()
        let device = try DeviceFile.load(try ReplicaLocation(environment).deviceFile(), nonce: environment.nonce)
        let welcome = try greet(address, device: device, environment)
        let replica = try create(welcome.space, label: label, at: named, environment)
        // A session that breaks off leaves a replica that can sync again: what came is kept.
        return (replica, try replica.sync(with: address, progress: progress))
    }

    private static func greet(
        _ address: Address, device: DeviceID, _ environment: EngineEnvironment
    ) throws -> JoinSession.Welcome {
        let connection = try Connection.connect(host: address.dialled, port: address.port)
        defer { connection.close() }
        var session = JoinSession(device: device, replica: environment.nonce(), label: "")
        connection.send(session.greeting)
        while true {
            if let welcome = try session.received(try connection.receive()) { return welcome }
        }
    }
}
