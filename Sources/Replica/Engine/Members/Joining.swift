import BundleFile
import CRDT
import Device
import Foundation
import Store
import Sync
import Transport
import Trust
import Wire

/// How a device becomes one of a space's: it hands in a request, as a file or by an invite's code; a coordinator admits it;
/// and with the next bundle, or at once over the network, it makes its replica.
extension Replica {
    // MARK: The newcomer's side

    /// Makes a replica of the space that a bundle is of, with what the bundle holds. The file is checked to its end first.
    package static func join(
        for client: Client, bundle path: String, at named: String?, _ environment: EngineEnvironment, progress: ProgressReport = { _ in }
    ) throws -> (Replica, BundleImportReport) {
        let keys = try DeviceFile.load(environment)
        let contents: BundleContents
        do {
            contents = try BundleContents.read(path, progress: progress) { envelope in keys.flatMap { envelope.key(device: $0) } }
        } catch let error as WireError where error.code == .noKey {
            throw EngineError(.notAdmitted, path)
        }
        guard let keys, contents.preamble.knownHeads.isEmpty else { throw WireError(.unknownReceipt, in: "roster") }
        return try join(for: client, keys, contents.statements, at: named, environment) { try $0.importBundle(path, progress: progress) }
    }

    /// Makes a replica by an invite, at the listener whose device made it, and meets it.
    package static func join(
        for client: Client, code: String, at address: Address, label: String?, replica named: String?, _ environment: EngineEnvironment,
        progress: @escaping ProgressReport = { _ in }
    ) throws -> (Replica, MeetingReport) {
        let label = label ?? DeviceName.ofThisMachine
        try DeviceName.check(label)
        let code = try InviteCode(spoken: code)
        let keys = try DeviceFile.loadOrMake(environment)
        let statements = try ask(address, code, keys, label, environment)
        // A session that breaks off leaves a replica that can sync again: what came is kept.
        return try join(for: client, keys, statements, at: named, environment, goesOn: true) { try $0.sync(with: address, progress: progress) }
    }

    private static func ask(
        _ address: Address, _ code: InviteCode, _ keys: DeviceKeys, _ label: String, _ environment: EngineEnvironment
    ) throws -> [[UInt8]] {
        // Whose key answers is only known by the roster that it sends; until that fits the code, it is believed nothing.
        let connection = try Connection.connect(
            host: address.host, port: address.port, security: .tls(own: try code.signingKey, accepts: { _ in true }))
        defer { connection.close() }
        let request = try JoinRequest(keys: keys, label: label, inviteKey: try code.signingKey)
        var session = JoinSession(device: keys.identity.id, replica: environment.nonce(), request: request.encoded)
        for message in session.greeting { connection.send(message) }
        while true {
            let message: Message
            do {
                message = try connection.receive()
            } catch let error as TransportError where error.code == .notAdmitted {
                // Only the code's key was shown, so it is the code that does not count there.
                throw EngineError(.refusedCode)
            }
            if message == .refusal(code: WireError.Code.notPermitted.rawValue) { throw EngineError(.refusedCode) }
            switch try session.received(message) {
            case nil: continue
            case .roster(let statements):
                let roster = try Roster(statements: statements)
                let inviter = roster.state.members.values.first { $0.identity.signingKey == connection.peerKey }
                guard let inviter, inviter.role == .coordinator, !inviter.isRemoved, code.matches(inviter.identity.id) else {
                    throw EngineError(.wrongInviter)
                }
                connection.send(session.confirmed(heads: roster.heads))
            case .admitted(let statements): return statements
            }
        }
    }

    private static func join<Report>(
        for client: Client, _ keys: DeviceKeys, _ statements: [[UInt8]], at named: String?, _ environment: EngineEnvironment,
        goesOn: Bool = false, filling fill: (Replica) throws -> Report
    ) throws -> (Replica, Report) {
        let replica: Replica
        do {
            replica = try create(for: client, keys, statements, at: named, environment)
        } catch let error as EngineError where goesOn && error.code == .replicaExists {
            // What an earlier try by the same code has made, whose connection broke behind it.
            guard let earlier = try begun(for: client, error.subject, keys, statements, environment) else { throw error }
            return (earlier, try fill(earlier))
        }
        do {
            return (replica, try fill(replica))
        } catch where error is WireError || error is BundleFileError || error is StoreError {
            try replica.withdraw()
            throw error
        }
    }

    /// The replica at a path, if it is this device's, of the space that these statements are of; nil when it is anything else.
    private static func begun(
        for client: Client, _ path: String, _ keys: DeviceKeys, _ statements: [[UInt8]], _ environment: EngineEnvironment
    ) throws -> Replica? {
        guard let replica = try? open(for: client, path, environment) else { return nil }
        guard replica.identity.device == keys.identity.id, replica.identity.space.id == (try Roster(statements: statements)).space else {
            try replica.close()
            return nil
        }
        try replica.unlock()
        try replica.learn(statements)
        return replica
    }

    // MARK: The coordinator's side

    /// Admits a device, or changes what one that is admitted may do.
    ///
    /// - Parameter collections: nil for all.
    package func admit(_ request: JoinRequest, as role: Role, collections: [String]?, label: String? = nil) throws {
        try prepare()
        let state = try membership.current()
        guard !state.roster.state.removed.contains(request.identity.id) else { throw EngineError(.removed, request.label) }
        let label = label ?? request.label
        try DeviceName.check(label)
        let collections = try checked(collections, state)
        try sign { try $0.admit(request.identity, as: role, collections: collections, label: label) }
    }

    /// - Throws: `unknownCollection`.
    func checked(_ collections: [String]?, _ state: Membership.State) throws -> [String] {
        guard let collections else { return state.collections }
        for name in collections where !state.collections.contains(name) { throw EngineError(.unknownCollection, name) }
        return collections
    }

    /// Judges a newcomer's request by its invite; decides nothing.
    ///
    /// - Parameter inviteKey: what the connection has proven.
    /// - Returns: the grant; nil for a device that is admitted already, by this invite or another way: it may have the roster again.
    /// - Throws: `WireError.notPermitted`.
    func invite(of bytes: [UInt8], inviteKey: [UInt8]) throws -> (request: JoinRequest, grant: (Statement.Invite, Statement.InviteUse)?) {
        try refresh()
        let request = try JoinRequest(parsing: bytes)
        let state = try membership.current()
        let found = state.roster.state.invites.first {
            !$0.value.isWithdrawn && $0.value.issuer == state.device && $0.value.terms.publicKey == inviteKey
        }
        guard let (id, invite) = found, let proof = request.invite, proof.key == inviteKey, state.isCoordinator,
            !state.roster.state.removed.contains(request.identity.id)
        else { throw WireError(.notPermitted, in: "invite") }
        try DeviceName.check(request.label)
        let isKnown = state.roster.state.members[request.identity.id].map { !$0.isRemoved } ?? false
        guard invite.isOpen || invite.usedBy.contains(request.identity.id) else { throw WireError(.notPermitted, in: "invite") }
        return (request, isKnown ? nil : (invite.terms, Statement.InviteUse(invite: id, signature: proof.signature)))
    }

    /// Admits a newcomer by its invite, which is used then; who is admitted already stays as it is.
    func admit(newcomer bytes: [UInt8], inviteKey: [UInt8]) throws {
        let (request, grant) = try invite(of: bytes, inviteKey: inviteKey)
        guard let (terms, use) = grant else { return }
        try sign { try $0.admit(request.identity, as: terms.role, collections: terms.collections, label: request.label, use: use) }
    }
}

extension InviteCode {
    /// - Throws: `badCode`, with the groups that are mistyped.
    fileprivate init(spoken text: String) throws {
        do {
            self = try InviteCode(text: text)
        } catch {
            throw EngineError(.badCode, error.place)
        }
    }
}

extension CheckedText.Fault {
    /// Where the mistake is, in numbers that need no words.
    package var place: String {
        switch self {
        case .character(let position): "\(position)"
        case .length(let found, let expected): "\(found) / \(expected)"
        case .check(let groups): groups.map(String.init).joined(separator: ", ")
        }
    }
}
