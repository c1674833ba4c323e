import CRDT
import Wire

/// One conversation between two replicas of a space, as a machine without clock, socket or SQL: events in, actions out
/// (Protocol.md, "Session"). Both sides run the same machine.
///
/// 1. The dialer says hello; the listener answers with its own, so a stranger who only listens learns nothing.
/// 2. Different rosters: each says which statements it holds and sends what the other lacks, before any data; what it signs or hears of
///    after that, before the delta that may hang on it.
/// 3. Equal digests: both are done. Otherwise each states its knowledge, collection by collection.
/// 4. Each sends what the other's statement lacks, one delta a collection; the receiver confirms every merged segment and
///    gives a receipt for the whole delta.
/// 5. Each is done when it has its receipts, and the session when both are.
///
/// When a statement or a delta shows a copied replica and not where the copies part, the chains in doubt are exchanged, both
/// sides cut and rename, and the session begins anew from hello on the same connection.
///
/// A relay is a replica that carries: it sends what many have packed and asks, now and then, for all of a collection in one delta. With a
/// relay the connection rests when a round is over, until one of the two has something new and the session begins anew from hello.
///
/// A collection that the other side does not state is passed over. Anything out of place throws, and ends the session.
package struct SyncSession {
    package enum Role: Sendable { case dialer, listener }

    private enum State {
        case new
        /// The dialer's hello waits for its digest.
        case greeting
        case greeted([String: Knowledge], RosterHeads)
        /// The listener's hello waits for its digest.
        case answering(Hello)
        /// A newcomer's request is still to come, and then the judgement on it.
        case newcomer, welcoming(request: [UInt8])
        /// The newcomer gets the roster; that it has it is still to come, and then its admission.
        case welcomed(request: [UInt8]), admitting(beyond: [StatementID])
        /// The rosters differ: the other side's heads, and then its statements, are still to come.
        case comparingRosters(ReplicaIdentity), learningRoster(ReplicaIdentity)
        /// What was learned may have changed what is held here.
        case refreshing(ReplicaIdentity)
        case exchanging(Exchange)
        /// This side's chains are sent: whatever comes before the other's is of the exchange that has ended.
        case healing
        /// All of a collection is wanted: by the relay at the other end, or by this one.
        case packing(collection: String), asking(collection: String)
        /// This relay has asked for all of a collection, and gets it, or a new round.
        case collecting(Exchange)
        /// A round is over, and the connection stays. `hasTold`: the other side has been told of news and will begin anew.
        case resting(hasTold: Bool)
        case finished
        case failed
    }

    private let own: ReplicaIdentity
    private let role: Role
    private let carries: Bool
    private let stays: Bool
    private var peerStays = false
    private var state = State.new
    /// More rounds than this, each of which makes known at least one cut, and something else is wrong.
    private static let mostHeals = 64
    package private(set) var outcome = SessionOutcome()
    /// As it was read last.
    private var contentsNow: [String: [StatedContents]] = [:]
    /// Collections of which this side has sent all in this session, because the two held something else.
    private var askedAgain: Set<String> = []
    private var anewCount = 0

    /// - Parameters:
    ///   - carries: this side is a relay.
    ///   - stays: a dialer's: keeps the connection to a relay when a round is over.
    package init(own: ReplicaIdentity, role: Role, carries: Bool = false, stays: Bool = false) {
        self.own = own
        self.role = role
        self.carries = carries
        self.stays = stays
    }

    package var isFinished: Bool { if case .finished = state { true } else { false } }

    /// A round is over, and the connection stays.
    package var isResting: Bool { if case .resting = state { true } else { false } }

    /// Whether the other side wants to be told of news.
    package var isWatched: Bool { peerStays }

    /// The connection stands.
    package mutating func connected() -> [SessionAction] {
        guard role == .dialer else { return [] }
        state = .greeting
        return [.readKnowledge]
    }

    /// The knowledge of every collection of this replica, all notes stamped.
    ///
    /// - Parameter beside: what a relay has for the other side's review.
    /// - Throws: `unexpected` when this replica is at both ends.
    package mutating func read(
        _ knowledge: [String: Knowledge], contents: [String: [StatedContents]] = [:], roster: RosterHeads, beside: [DeltaID] = []
    ) throws -> [SessionAction] {
        contentsNow = contents
        let digest = self.digest(knowledge, beside)
        switch state {
        case .greeting:
            state = .greeted(knowledge, roster)
            return [.send(.hello(hello(digest, roster)))]
        case .answering(let hello):
            return [.send(.hello(self.hello(digest, roster)))] + (try compare(knowledge, digest, roster, with: hello))
        case .refreshing(let peer):
            state = .exchanging(exchange(with: peer, knowledge))
            return [.recall(peer.replica, collections: knowledge.keys.sorted())]
        case .exchanging(var exchange):
            let actions = exchange.concluded(knowledge, contents: contents)
            outcome.receivedDeltaCount += 1
            return keep(exchange, actions)
        case .collecting(var exchange):
            let actions = exchange.concluded(knowledge, contents: contents)
            outcome.receivedDeltaCount += 1
            return keep(exchange, actions, collecting: true)
        case .packing(let collection):
            guard let peer = outcome.peer else { preconditionFailure("nobody was met") }
            var exchange = exchange(with: peer, knowledge)
            let actions = exchange.sendWhole(collection)
            return keep(exchange, actions)
        case .asking(let collection):
            guard let peer = outcome.peer else { preconditionFailure("nobody was met") }
            var exchange = exchange(with: peer, knowledge)
            let actions = exchange.askForWhole(collection)
            return keep(exchange, actions, collecting: true)
        case .resting,
            .new, .greeted, .newcomer, .welcoming, .welcomed, .admitting, .comparingRosters, .learningRoster, .healing, .finished, .failed:
            preconditionFailure("knowledge was not asked for")
        }
    }

    private func hello(_ digest: Nonce, _ roster: RosterHeads) -> Hello {
        Hello(
            space: own.space.id, device: own.device, replica: own.replica, digest: digest,
            rosterDigest: roster.digest, carries: carries, stays: stays && role == .dialer)
    }

    /// Of what was read last; a relay's, when others name one contents.
    /// With something for review it is not that of any holdings, so that both state what they hold.
    private func digest(_ knowledge: [String: Knowledge], _ beside: [DeltaID] = []) -> Nonce {
        let digest = Digest.ofHoldings(Dictionary(uniqueKeysWithValues: knowledge.map { collection, known in
            let stated = contentsNow[collection] ?? []
            return (collection, Holding(known, stated.count == 1 ? stated[0].contents : nil))
        }))
        return beside.isEmpty ? digest : Digest.name(digest.bytes + beside.sorted().flatMap(\.bytes))
    }

    private func exchange(with peer: ReplicaIdentity, _ knowledge: [String: Knowledge]) -> Exchange {
        Exchange(
            peer: peer, knowledge: knowledge, contents: contentsNow, askedAgain: askedAgain, carries: carries,
            peerCarries: outcome.peerCarries)
    }

    private func peer(_ hello: Hello) -> ReplicaIdentity {
        ReplicaIdentity(space: own.space, device: hello.device, replica: hello.replica, label: "")
    }

    private mutating func compare(
        _ knowledge: [String: Knowledge], _ digest: Nonce, _ roster: RosterHeads, with hello: Hello
    ) throws -> [SessionAction] {
        let isEqual = digest == hello.digest
        if hello.replica == own.replica {
            // Two files of one name that hold different things are copies; they meet like any others.
            guard !isEqual || hello.rosterDigest != roster.digest else { throw WireError(.unexpected, in: "hello from this very replica") }
            outcome.metOwnCopy = true
        }
        let peer = peer(hello)
        outcome.peer = peer
        outcome.peerCarries = hello.carries
        peerStays = hello.stays && role == .listener
        guard hello.rosterDigest == roster.digest else {
            state = .comparingRosters(peer)
            return [.send(.heads(roster.heads))]
        }
        var exchange = exchange(with: peer, knowledge)
        guard isEqual else {
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
    package mutating func recalled(stated: [String: Knowledge], partial: [String: [PartialDelta]]) -> [SessionAction] {
        guard case .exchanging(var exchange) = state else { preconditionFailure("nothing was to be recalled") }
        let actions = exchange.state(stated: stated, partial: partial)
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
        case (.greeted(let knowledge, let roster), .hello(let hello)):
            try check(hello)
            return [.meet(peer(hello), carries: hello.carries)]
                + (try compare(knowledge, digest(knowledge), roster, with: hello))
        // Sent before this side's hello came: its answer has all that is new. `done` is of the request for a snapshot.
        case (.greeted, .news) where outcome.roundCount > 0, (.greeted, .snapshotWanted) where outcome.roundCount > 0,
            (.greeted, .done) where outcome.roundCount > 0:
            state = before
            return []
        case (.resting, .working):
            state = before
            return role == .listener ? [.send(.working)] : []
        case (.resting, .news) where role == .dialer:
            state = before
            return beginRound()
        case (.resting, .hello(let hello)) where role == .listener, (.collecting, .hello(let hello)) where role == .listener:
            outcome.roundCount += 1
            return try welcome(hello)
        case (.resting, .snapshotWanted(let collection)) where role == .dialer && outcome.peerCarries:
            state = .packing(collection: collection)
            return [.readKnowledge]
        case (.collecting(var exchange), _):
            if message == .working {
                state = before
                return []
            }
            let actions = try exchange.received(message, space: own.space.id, named: named, outcome: &outcome)
            return keep(exchange, actions, collecting: true)
        case (.greeted, .working), (.comparingRosters, .working), (.learningRoster, .working):
            state = before
            return []
        case (.newcomer, .request(let request)):
            state = .welcoming(request: request)
            return [.welcomeNewcomer(request: request)]
        case (.welcomed(let request), .heads(let heads)):
            state = .admitting(beyond: heads)
            return [.admitNewcomer(request: request)]
        case (.comparingRosters(let peer), .heads(let heads)):
            state = .learningRoster(peer)
            return [.sendStatements(beyond: heads)]
        case (.learningRoster(let peer), .statements(let statements)):
            state = .refreshing(peer)
            return [.learn(statements, from: peer), .readKnowledge]
        case (.exchanging, .anew):
            // Both say the same of the same two statements, so this side would have found it too.
            guard !carries, !outcome.peerCarries else { throw WireError(.unexpected, in: "session") }
            return [.send(.anew)] + (try beginAnew(isCopy: false))
        case (.healing, .anew):
            return try beginAnew(isCopy: false)
        case (.healing, .statements(let statements)):
            state = before
            return outcome.peer.map { [.learn(statements, from: $0)] } ?? []
        case (.exchanging, .chains(let collection, let chains)):
            let answer = SessionAction.sendChains(collection: collection, chains.keys.sorted())
            return [.heal(collection: collection, chains), answer] + (try beginAnew())
        case (.healing, .chains(let collection, let chains)):
            return [.heal(collection: collection, chains)] + (try beginAnew())
        case (.healing, .knowledge), (.healing, .stated), (.healing, .wholeKnowledgeWanted), (.healing, .manifest),
            (.healing, .segment), (.healing, .merged), (.healing, .receipt), (.healing, .done), (.healing, .working):
            state = .healing
            return []
        case (.exchanging(var exchange), _):
            if message == .working {
                state = before
                return []
            }
            let actions = try exchange.received(message, space: own.space.id, named: named, outcome: &outcome)
            note(exchange)
            guard !exchange.wantsAnew else {
                // What was heard is kept; the rest is void.
                state = .healing
                return actions.filter { if case .keepReceipt = $0 { true } else if case .keepContents = $0 { true } else { false } }
                    + [.send(.anew)]
            }
            return keep(exchange, actions)
        default:
            throw WireError(.unexpected, in: "session")
        }
    }

    /// A message that came before it could be dealt with, and now can: it is to be received again, before any other.
    package mutating func nextPostponed() -> Message? {
        guard case .exchanging(var exchange) = state, let message = exchange.nextPostponed() else { return nil }
        state = .exchanging(exchange)
        return message
    }

    private mutating func welcome(_ hello: Hello) throws -> [SessionAction] {
        guard hello.space != nil else {
            state = .newcomer
            return []
        }
        try check(hello)
        state = .answering(hello)
        return [.meet(peer(hello), carries: hello.carries), .readKnowledge]
    }

    /// - Parameter statements: the whole roster, which may be large: a hello of the usual size comes first.
    package mutating func welcomedNewcomer(_ statements: [[UInt8]]) -> [SessionAction] {
        guard case .welcoming(let request) = state else { preconditionFailure("nobody was to be welcomed") }
        state = .welcomed(request: request)
        return [.send(.hello(Hello(space: own.space.id, device: own.device, replica: own.replica, digest: .zero, rosterDigest: .zero))), .send(.statements(statements))]
    }

    /// What is new since the newcomer got the roster, its admission above all, goes to it.
    package mutating func admittedNewcomer() -> [SessionAction] {
        guard case .admitting(let heads) = state else { preconditionFailure("nobody was to be admitted") }
        (outcome.admittedNewcomer, state) = (true, .finished)
        return [.sendStatements(beyond: heads), .finish]
    }

    private func check(_ hello: Hello) throws {
        guard let space = hello.space else { throw WireError(.unexpected, in: "hello without a space") }
        guard space == own.space.id else { throw WireError(.otherSpace, in: "hello") }
    }

    /// - Parameter base: what the manifest's base names, if the other side may not hold it.
    package mutating func frozen(_ manifest: Manifest?, base: Knowledge? = nil) throws -> [SessionAction] {
        guard case .exchanging(var exchange) = state else { preconditionFailure("no delta was asked for") }
        state = .failed
        let actions = try exchange.frozen(manifest, base: base)
        return keep(exchange, actions)
    }

    /// There is no room for the delta that was to be admitted: the session ends with `full` when this side has sent all that it has.
    package mutating func declined() throws -> [SessionAction] {
        let before = state
        state = .failed
        switch before {
        case .exchanging(var exchange):
            try exchange.declined()
            return keep(exchange, [])
        case .collecting: throw WireError(.full, in: "store")
        default: preconditionFailure("no delta was to be admitted")
        }
    }

    /// - Throws: `unexpected` for a delta that does not follow from what was stated.
    package mutating func admitted(_ admission: Admission) throws -> [SessionAction] {
        switch state {
        case .exchanging(var exchange):
            state = .failed
            let actions = try exchange.admitted(admission)
            return keep(exchange, actions)
        case .collecting(var exchange):
            state = .failed
            let actions = try exchange.admitted(admission)
            return keep(exchange, actions, collecting: true)
        default: preconditionFailure("no delta was to be admitted")
        }
    }

    package mutating func mergedSegment() -> [SessionAction] {
        switch state {
        case .exchanging(var exchange):
            let actions = exchange.mergedSegment(&outcome)
            return keep(exchange, actions)
        case .collecting(var exchange):
            let actions = exchange.mergedSegment(&outcome)
            return keep(exchange, actions, collecting: true)
        default: preconditionFailure("no segment was to be merged")
        }
    }

    // MARK: Rounds

    /// This side, a dialer that rests, has something new or would like to know.
    package mutating func beginRound() -> [SessionAction] {
        guard case .resting = state, role == .dialer else { return [] }
        outcome.roundCount += 1
        state = .new
        return connected()
    }

    /// This side, a listener, has something new: who rests and wants to know is told, once.
    package mutating func tellNews() -> [SessionAction] {
        guard case .resting(hasTold: false) = state, role == .listener, peerStays else { return [] }
        state = .resting(hasTold: true)
        return [.send(.news)]
    }

    /// This relay wants all of a collection of the one who rests at the other end.
    package mutating func askForSnapshot(of collection: String) -> [SessionAction] {
        guard case .resting(hasTold: false) = state, role == .listener, carries else { return [] }
        state = .asking(collection: collection)
        return [.readKnowledge]
    }

    /// This side, a listener, wants nothing more of one who does not stay.
    package mutating func leave() -> [SessionAction] {
        guard case .resting = state else { return [] }
        state = .finished
        return [.finish]
    }

    /// Copies of these writers' replica have been found, and where they part is not known here.
    package mutating func forked(_ collection: String, _ writers: [WriterID]) throws -> [SessionAction] {
        switch state {
        case .exchanging, .collecting: state = .healing
        default: preconditionFailure("nothing was exchanged")
        }
        return [.sendChains(collection: collection, writers)]
    }

    private mutating func note(_ exchange: Exchange) {
        outcome.differing.formUnion(exchange.differing)
        askedAgain.formUnion(exchange.sendingAll)
    }

    private mutating func beginAnew(isCopy: Bool = true) throws -> [SessionAction] {
        guard anewCount < SyncSession.mostHeals else { throw WireError(.forked, in: "session") }
        anewCount += 1
        if isCopy { outcome.healCount += 1 }
        state = .new
        return connected()
    }

    /// - Parameter collecting: this relay has asked for a snapshot: a new round may begin instead.
    private mutating func keep(_ exchange: Exchange, _ actions: [SessionAction], collecting: Bool = false) -> [SessionAction] {
        note(exchange)
        outcome.unsettled = exchange.differing.filter(exchange.isDiffering)
        guard exchange.isOver else {
            state = collecting ? .collecting(exchange) : .exchanging(exchange)
            return actions
        }
        if carries || outcome.peerCarries {
            state = .resting(hasTold: false)
            return actions + [.rest]
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
