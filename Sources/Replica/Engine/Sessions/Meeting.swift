import BundleFile
import CRDT
import Logging
import Store
import Sync
import Transport
import Trust
import Wire

/// What one session over TCP did to this replica.
package struct MeetingReport: Sendable {
    package let outcome: SessionOutcome
    /// The name of the device at the other end; empty for a newcomer.
    package let peerLabel: String
    /// Replicas that were found to have been copied or restored, and have been told apart.
    package let copies: [FoundCopy]
    package let receivedByteCount: Int
    package let sentByteCount: Int
    package let conflictsBefore: Int
    package let conflictsAfter: Int
    package let missing: [MissingChanges]
    /// Deltas, of bundles or from relays, that wait here for an earlier one.
    package let waitingBundles: Int
    /// What a relay passed on and was set aside, because a removed device packed it; what was left out because it cannot be read.
    package let quarantined: [BundleReport.DeltaReport]
    /// The names of those who packed these.
    package let packerLabels: [DeviceID: String]
    /// Collections of which the two knew the same and held something else.
    package let differences: [ContentsRemark]

    package var needsPerson: Bool { differences.contains { !$0.isSettled } || conflictsAfter > 0 || !missing.isEmpty || waitingBundles > 0 || !quarantined.isEmpty }
}

extension Replica {
    /// Meets the replica that listens at an address: afterwards both hold what either held.
    ///
    /// - Parameter plain: without TLS; for this machine alone. What is sent is sealed all the same.
    package func sync(
        with address: Address, plain: Bool = false, progress: @escaping ProgressReport = { _ in }
    ) throws -> MeetingReport {
        // The session signs what is owed; what a person must be asked about is better known before.
        try unlock()
        try stamp()
        let connection = try Connection.connect(
            host: address.host, port: address.port, security: plain ? .plain : try security(admitting: .members))
        return try meet(over: connection, as: .dialer, progress: progress)
    }

    enum Admitting {
        case members
        case membersAndInvited
        /// A relay that is to answer, and nobody else.
        case relay(DeviceID)
    }

    /// Mutual TLS by this device's key. Who may connect is looked up anew for each connection, in the file if another program has changed it.
    func security(admitting: Admitting) throws -> Security {
        let own = try membership.current().keys.signing
        return .tls(own: own) { [self] key in
            // A file that cannot be read now is asked again when the other side says who it is.
            try? refresh()
            guard let state = try? membership.current() else { return false }
            switch admitting {
            case .members:
                return state.memberKeys.contains(key)
            case .membersAndInvited:
                return state.memberKeys.contains(key) || state.invitedKeys.contains(key)
            case .relay(let device):
                guard let member = state.roster.state.members[device], !member.isRemoved, member.role == .relay else { return false }
                return member.identity.signingKey == key
            }
        }
    }

    /// Holds one session over a connection that stands.
    func meet(
        over connection: Connection, as role: SyncSession.Role, progress: ProgressReport = { _ in }
    ) throws -> MeetingReport {
        let conversation = try Conversation(self, over: connection, as: role)
        defer { connection.close() }
        return try conversation.run(progress)
    }

    /// Warnings and worse, to standard error.
    package static var logger: Logger {
        var logger = Logger(label: "kith") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    /// Listens until the listener is closed; each session has a thread of its own.
    ///
    /// - Parameters:
    ///   - host: the address to listen on; nil for every one that this machine has, or, plain, for loopback.
    ///   - met: called with each session's end, from its thread. A newcomer who was admitted by an invite is one of them:
    ///     `admittedNewcomer`.
    package func listen(
        host: String? = nil, port: Int, plain: Bool = false, logger: Logger = Replica.logger,
        met: @escaping @Sendable (Result<MeetingReport, any Error>) -> Void
    ) throws -> Listener {
        try prepare()
        let security = plain ? Security.plain : try security(admitting: .membersAndInvited)
        func listener(_ host: String) throws -> Listener {
            try Listener(host: host, port: port, security: security, logger: logger) { [self] connection in
                met(Result { try meet(over: connection, as: .listener) })
            }
        }
        if let host { return try listener(host) }
        if plain { return try listener("127.0.0.1") }
        do {
            return try listener("::")
        } catch let error as TransportError where error.code == .cannotListen {
            // A machine without IPv6.
            return try listener("0.0.0.0")
        }
    }
}
