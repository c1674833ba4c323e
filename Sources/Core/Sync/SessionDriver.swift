import CRDT
import Wire

/// Runs a session against a replica: messages in by `receive`, out through a closure. The same for TCP and the simulator.
///
/// Calls are made one at a time, by one thread. An error from the replica, the wire or the machine ends the session; the
/// other side is told its code and nothing else, and it is thrown.
package final class SessionDriver {
    private let replica: any ReplicaAccess
    private let send: (Message) throws -> Void
    private var session: SyncSession
    /// A relay's several; of a replica only the last.
    private var frozenDeltas: [DeltaID: any FrozenDelta] = [:]
    private let carries: Bool
    private var hasFailed = false
    /// The roster as it was read last for a hello.
    private var rosterRead: RosterHeads?
    /// What the other side has of the roster, in this round: these, what they build on, and, without a digest, maybe all there is.
    private var told: (heads: [StatementID], digest: Nonce?) = ([], nil)

    /// - Parameters:
    ///   - carries: the replica is a relay.
    ///   - stays: a dialer's: keeps the connection to a relay when a round is over.
    package init(
        replica: any ReplicaAccess, role: SyncSession.Role, carries: Bool = false, stays: Bool = false,
        send: @escaping (Message) throws -> Void
    ) {
        self.replica = replica
        self.send = send
        self.carries = carries
        session = SyncSession(own: replica.identity, role: role, carries: carries, stays: stays)
    }

    package var isFinished: Bool { session.isFinished }
    /// A round is over, and the connection stays.
    package var isResting: Bool { session.isResting }
    /// Whether the other side wants to be told of news.
    package var isWatched: Bool { session.isWatched }
    package var outcome: SessionOutcome { session.outcome }
    /// After a round that ended well: what the other side has of the roster, the statements that no other builds on; nil when it was sent some
    /// of which only `learn` knows.
    package var toldHeads: [StatementID]? { told.digest == nil ? nil : told.heads }

    // MARK: Between rounds

    /// A dialer's: begins anew, if the session rests.
    package func beginRound() throws { try ending { try perform(session.beginRound()) } }

    /// A listener's: tells who rests of news.
    package func tellNews() throws { try ending { try perform(session.tellNews()) } }

    /// A relay's: asks who rests for all of a collection.
    package func askForSnapshot(of collection: String) throws { try ending { try perform(session.askForSnapshot(of: collection)) } }

    /// A listener's: nothing more is wanted of who rests.
    package func leave() throws { try ending { try perform(session.leave()) } }

    // MARK: A session

    /// The whole session, over a blocking source of messages. With a relay it is over when the relay has closed.
    package func run(receiving next: () throws -> Message) throws -> SessionOutcome {
        try start()
        while !isFinished {
            let message: Message
            do {
                message = try next()
            } catch {
                if isResting { return outcome }
                fail(error)
                throw error
            }
            try receive(message)
        }
        return outcome
    }

    package func start() throws {
        try ending { try perform(session.connected()) }
    }

    package func receive(_ message: Message) throws {
        try ending {
            try perform(try session.received(message, named: replica.knowledge(named:)))
            while let next = session.nextPostponed() { try perform(try session.received(next, named: replica.knowledge(named:))) }
        }
    }

    /// The connection brought an error instead of a message. Who does not speak Kith, or refused, is told nothing.
    package func fail(_ error: any Error) {
        guard !hasFailed else { return }
        hasFailed = true
        frozenDeltas = [:]
        if let error = error as? WireError, error.code == .refused || error.code == .notKith { return }
        // The connection may be what failed; the error that counts is on its way to the caller.
        try? send(.refusal(code: SessionRefusal.code(for: error)))
    }

    private func ending(_ step: () throws -> Void) throws {
        do {
            try step()
        } catch {
            fail(error)
            throw error
        }
    }

    private func perform(_ actions: [SessionAction]) throws {
        for action in actions { try perform(action) }
    }

    private func perform(_ action: SessionAction) throws {
        switch action {
        case .send(let message):
            if case .hello = message, let rosterRead { told = (rosterRead.heads, rosterRead.digest) }
            try send(message)
        case .readKnowledge:
            let (knowledge, contents) = try replica.statedContents()
            let roster = try replica.rosterHeads
            rosterRead = roster
            try perform(try session.read(knowledge, contents: contents, roster: roster, beside: replica.toReview))
        case .meet(let peer, let carries):
            try replica.meet(peer, carries: carries)
        case .sendStatements(let heads):
            told = (try replica.rosterHeads.heads + heads, nil)
            try send(.statements(try replica.statements(beyond: heads)))
        case .learn(let statements, let peer):
            try replica.learn(statements, from: peer)
        case .welcomeNewcomer(let request):
            try perform(session.welcomedNewcomer(try replica.welcomeNewcomer(request: request)))
        case .admitNewcomer(let request):
            try replica.admitNewcomer(request: request)
            try perform(session.admittedNewcomer())
        case .recall(let peer, let collections):
            try recall(for: peer, collections)
        case .keepReceipt(let peer, let collection, let knowledge):
            try replica.keepReceipt(of: peer, collection: collection, knowledge: knowledge)
        case .keepContents(let peer, let collection, let contents):
            try replica.keep(contents: contents, of: peer, collection: collection)
        case .noteStatement(let peer, let collection, let knowledge):
            try replica.noteStatement(to: peer, collection: collection, knowledge: knowledge)
        case .keepBase(let knowledge):
            try replica.keep(base: knowledge)
        case .freeze(let collection, let base, let partial):
            try freeze(collection, base, partial)
        case .sendSegment(let index, let delta):
            guard let frozen = frozenDeltas[delta] else { preconditionFailure("a segment is sent only of a delta frozen before") }
            try send(.segment(SealedSegment(delta: delta, index: index, bytes: try frozen.segment(index))))
        case .arrived(let delta):
            frozenDeltas.removeValue(forKey: delta)?.arrived()
        case .admit(let manifest):
            guard let admission = try admission(of: manifest) else { return try perform(try session.declined()) }
            if case .forked(let writers) = admission {
                try perform(try session.forked(manifest.collection, writers))
            } else {
                try perform(try session.admitted(admission))
            }
        case .merge(let segment, let manifest):
            _ = try replica.merge(segment, of: manifest)
            try perform(session.mergedSegment())
        case .heal(let collection, let chains):
            frozenDeltas = [:]
            try replica.heal(collection, chains)
        case .sendChains(let collection, let writers):
            frozenDeltas = [:]
            try send(.chains(collection: collection, try replica.chains(of: collection, writers)))
        case .rest, .finish:
            frozenDeltas = [:]
        }
    }

    /// nil: there is no room for it.
    private func admission(of manifest: Manifest) throws -> Admission? {
        do { return try replica.admit(manifest) } catch is NoRoom { return nil }
    }

    private func recall(for peer: ReplicaID, _ collections: [String]) throws {
        var stated: [String: Knowledge] = [:]
        var partial: [String: [PartialDelta]] = [:]
        for collection in collections {
            stated[collection] = try replica.stated(to: peer, collection: collection)
            partial[collection] = try replica.partialDeltas(of: collection)
        }
        try perform(session.recalled(stated: stated, partial: partial))
    }

    /// What has been signed or learned here since the statements went out, before a delta that may be sealed under a key it tells of.
    private func tellOfRoster() throws {
        let now = try replica.rosterHeads
        guard now.digest != told.digest else { return }
        let statements = try replica.statements(since: told.heads)
        told = (now.heads, now.digest)
        if !statements.isEmpty { try send(.statements(statements)) }
    }

    private func freeze(_ collection: String, _ base: Knowledge, _ partial: [PartialDelta]) throws {
        if !carries { frozenDeltas = [:] }
        var failure: (any Error)?
        let frozen: (any FrozenDelta)?
        do {
            frozen = try replica.frozenDelta(of: collection, base: base, partial: partial) {
                guard failure == nil else { return }
                do { try send(.working) } catch { failure = error }
            }
        } catch let fork as ForkFound {
            return try perform(try session.forked(collection, fork.writers))
        }
        if let failure { throw failure }
        if let frozen {
            frozenDeltas[frozen.manifest.id] = frozen
            try tellOfRoster()
        }
        try perform(try session.frozen(frozen?.manifest, base: frozen?.base))
    }
}
