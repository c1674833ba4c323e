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
    private var frozenDelta: (any FrozenDelta)?
    private var hasFailed = false

    package init(replica: any ReplicaAccess, role: SyncSession.Role, send: @escaping (Message) throws -> Void) {
        self.replica = replica
        self.send = send
        session = SyncSession(own: replica.identity, role: role)
    }

    package var isFinished: Bool { session.isFinished }
    package var outcome: SessionOutcome { session.outcome }

    /// The whole session, over a blocking source of messages.
    package func run(receiving next: () throws -> Message) throws -> SessionOutcome {
        try start()
        while !isFinished {
            let message: Message
            do {
                message = try next()
            } catch {
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
        try ending { try perform(try session.received(message, named: replica.knowledge(named:))) }
    }

    /// The connection brought an error instead of a message. Who does not speak Kith, or refused, is told nothing.
    package func fail(_ error: any Error) {
        guard !hasFailed else { return }
        hasFailed = true
        frozenDelta = nil
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
            try send(message)
        case .readKnowledge:
            let knowledge = try replica.knowledge()
            try perform(try session.read(knowledge, roster: try replica.rosterHeads))
        case .meet(let peer):
            try replica.meet(peer)
        case .sendStatements(let heads):
            try send(.statements(try replica.statements(beyond: heads)))
        case .learn(let statements, let peer):
            try replica.learn(statements, from: peer)
        case .admitNewcomer(let request):
            try perform(session.admittedNewcomer(try replica.admitNewcomer(request: request)))
        case .recall(let peer, let collections):
            try recall(for: peer, collections)
        case .keepReceipt(let peer, let collection, let knowledge):
            try replica.keepReceipt(of: peer, collection: collection, knowledge: knowledge)
        case .noteStatement(let peer, let collection, let knowledge):
            try replica.noteStatement(to: peer, collection: collection, knowledge: knowledge)
        case .freeze(let collection, let base, let partial):
            try freeze(collection, base, partial)
        case .sendSegment(let index, let delta):
            guard let frozenDelta else { preconditionFailure("a segment is sent only of a delta frozen before") }
            try send(.segment(SealedSegment(delta: delta, index: index, bytes: try frozenDelta.segment(index))))
        case .admit(let manifest):
            let admission = try replica.admit(manifest)
            if case .forked(let writers) = admission {
                try perform(try session.forked(manifest.collection, writers))
            } else {
                try perform(try session.admitted(admission))
            }
        case .merge(let segment, let manifest):
            _ = try replica.merge(segment, of: manifest)
            try perform(session.mergedSegment())
        case .heal(let collection, let chains):
            frozenDelta = nil
            try replica.heal(collection, chains)
        case .sendChains(let collection, let writers):
            frozenDelta = nil
            try send(.chains(collection: collection, try replica.chains(of: collection, writers)))
        case .finish:
            frozenDelta = nil
        }
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

    private func freeze(_ collection: String, _ base: Knowledge, _ partial: [PartialDelta]) throws {
        frozenDelta = nil
        var failure: (any Error)?
        do {
            frozenDelta = try replica.frozenDelta(of: collection, base: base, partial: partial) {
                guard failure == nil else { return }
                do { try send(.working) } catch { failure = error }
            }
        } catch let fork as ForkFound {
            return try perform(try session.forked(collection, fork.writers))
        }
        if let failure { throw failure }
        try perform(session.frozen(frozenDelta?.manifest))
    }
}
