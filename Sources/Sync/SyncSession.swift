import CRDT
import Wire

/// One conversation between two replicas of a space, as a machine without clock, socket or SQL: events in, actions out
/// (Protocol.md, "Session"). Both sides run the same machine.
///
/// 1. The dialer says hello; the listener answers with its own, so a stranger who only listens learns nothing.
/// 2. Equal digests: both are done. Otherwise each states its knowledge, collection by collection, and closes the
///    statement with the roster of the writers it named.
/// 3. Each sends what the other's statement lacks, one delta a collection; the receiver confirms every merged segment and
///    gives a receipt for the whole delta.
/// 4. Each is done when it has its receipts, and the session when both are.
///
/// A collection that the other side does not state is passed over. Anything out of place throws, and ends the session.
package struct SyncSession {
    package enum Role: Sendable { case dialer, listener }

    private enum State {
        case new
        /// The dialer's hello waits for its digest.
        case greeting
        case greeted([String: Knowledge])
        /// The listener's hello waits for its digest.
        case answering(Hello)
        case exchanging(Exchange)
        case finished
        case failed
    }

    private let own: ReplicaIdentity
    private let role: Role
    private var state = State.new
    package private(set) var outcome = SessionOutcome()

    package init(own: ReplicaIdentity, role: Role) {
        self.own = own
        self.role = role
    }

    package var isFinished: Bool { if case .finished = state { true } else { false } }

    /// The connection stands.
    package mutating func connected() -> [SessionAction] {
        guard role == .dialer else { return [] }
        state = .greeting
        return [.readKnowledge]
    }

    /// The knowledge of every collection of this replica, all notes stamped.
    package mutating func read(_ knowledge: [String: Knowledge]) -> [SessionAction] {
        switch state {
        case .greeting:
            state = .greeted(knowledge)
            return [.send(.hello(hello(knowledge)))]
        case .answering(let hello):
            return [.send(.hello(self.hello(knowledge)))] + compare(knowledge, with: hello)
        case .exchanging(var exchange):
            let actions = exchange.concluded(knowledge)
            outcome.receivedDeltaCount += 1
            return keep(exchange, actions)
        case .new, .greeted, .finished, .failed:
            preconditionFailure("knowledge was not asked for")
        }
    }

    private func hello(_ knowledge: [String: Knowledge]?) -> Hello {
        Hello(
            space: own.space.id, device: own.device, replica: own.replica, label: own.label,
            digest: knowledge.map(Digest.ofKnowledge) ?? .zero)
    }

    private mutating func compare(_ knowledge: [String: Knowledge], with hello: Hello) -> [SessionAction] {
        let peer = ReplicaIdentity(space: own.space, device: hello.device, replica: hello.replica, label: hello.label)
        outcome.peer = peer
        var exchange = Exchange(peer: peer, knowledge: knowledge)
        guard Digest.ofKnowledge(knowledge) == hello.digest else {
            state = .exchanging(exchange)
            return [.recall(peer.replica, collections: knowledge.keys.sorted())]
        }
        outcome.wasEqual = true
        let actions = exchange.equal()
        return keep(exchange, actions)
    }

    /// - Parameters:
    ///   - stated: what the other side is known to have kept of this side's earlier statements.
    ///   - partial: by collection, the deltas held here in part.
    package mutating func recalled(
        stated: [String: Knowledge], partial: [String: [PartialDelta]], roster: Roster
    ) -> [SessionAction] {
        guard case .exchanging(var exchange) = state else { preconditionFailure("nothing was to be recalled") }
        let actions = exchange.state(stated: stated, partial: partial, roster: roster)
        return keep(exchange, actions)
    }

    /// A message came.
    ///
    /// - Parameter named: knowledge that this replica has stated or holds a receipt of, by its name.
    /// - Throws: `WireError`; the session is over then.
    package mutating func received(
        _ message: Message, named: (Nonce) throws -> Knowledge?
    ) throws -> [SessionAction] {
        let before = state
        state = .failed
        if case .refusal(let code) = message { throw SyncSession.refusal(code) }
        switch (before, message) {
        case (.new, .hello(let hello)) where role == .listener:
            return try welcome(hello)
        case (.greeted(let knowledge), .hello(let hello)):
            try check(hello)
            return compare(knowledge, with: hello)
        case (.exchanging(var exchange), _):
            if message == .working {
                state = before
                return []
            }
            let actions = try exchange.received(message, space: own.space.id, named: named, outcome: &outcome)
            return keep(exchange, actions)
        default:
            throw WireError(.unexpected, in: "session")
        }
    }

    private mutating func welcome(_ hello: Hello) throws -> [SessionAction] {
        guard hello.space != nil else {
            outcome.admittedNewcomer = true
            state = .finished
            return [.send(.hello(self.hello(nil))), .send(.space(own.space)), .finish]
        }
        try check(hello)
        state = .answering(hello)
        return [.readKnowledge]
    }

    private func check(_ hello: Hello) throws {
        guard let space = hello.space else { throw WireError(.unexpected, in: "hello without a space") }
        guard space == own.space.id else { throw WireError(.otherSpace, in: "hello") }
        guard hello.replica != own.replica else { throw WireError(.unexpected, in: "hello from this very replica") }
    }

    package mutating func frozen(_ manifest: Manifest?) -> [SessionAction] {
        guard case .exchanging(var exchange) = state else { preconditionFailure("no delta was asked for") }
        let actions = exchange.frozen(manifest)
        return keep(exchange, actions)
    }

    /// - Throws: `forked`, or `unexpected` for a delta that does not follow from what was stated.
    package mutating func admitted(_ admission: Admission) throws -> [SessionAction] {
        guard case .exchanging(var exchange) = state else { preconditionFailure("no delta was to be admitted") }
        state = .failed
        let actions = try exchange.admitted(admission)
        return keep(exchange, actions)
    }

    package mutating func mergedSegment() -> [SessionAction] {
        guard case .exchanging(var exchange) = state else { preconditionFailure("no segment was to be merged") }
        let actions = exchange.mergedSegment(&outcome)
        return keep(exchange, actions)
    }

    private mutating func keep(_ exchange: Exchange, _ actions: [SessionAction]) -> [SessionAction] {
        guard exchange.isOver else {
            state = .exchanging(exchange)
            return actions
        }
        state = .finished
        return actions + [.finish]
    }

    /// The other side's code when it is one of the registry; its own words are never repeated.
    package static func refusal(_ code: String) -> WireError {
        let known = WireError.Code(rawValue: code) != nil || code == SessionRefusal.busy || code == SessionRefusal.failed
        return WireError(.refused, in: known ? code : "unknown code")
    }
}

/// The codes of a refusal beside those of `WireError.Code`.
package enum SessionRefusal {
    /// Too many connections: worth another try.
    package static let busy = "busy"
    /// Something on the refusing side that is not the other's fault: its disk, say.
    package static let failed = "failed"

    package static func code(for error: any Error) -> String { (error as? WireError)?.code.rawValue ?? failed }
}
