import CRDT
import Wire

/// What follows two hellos of one space: statements, deltas both ways, receipts.
///
/// Invariant: what is stated is noted first and what is heard is kept at once, so that either side can name to the other
/// what was said before, in this session or an earlier one. `known` is what the other side was told last, `peerKnown`
/// what it told last.
struct Exchange {
    private let peer: ReplicaIdentity
    /// By collection; this side's collections, and no others.
    private var known: [String: Knowledge]
    private var partial: [String: [PartialDelta]] = [:]
    /// Collections whose statement was relative and which have not been stated again whole.
    private var stateableWhole: Set<String> = []

    /// Every collection that the other side has stated.
    private var heard: Set<String> = []
    private var peerKnown: [String: Knowledge] = [:]
    /// What this side holds at `known`, and the other at `peerKnown`; of a relay all that others have named there.
    private var contents: [String: [StatedContents]]
    private var peerContents: [String: [StatedContents]] = [:]
    /// Collections of which both know the same and hold something else; of these all was asked for before.
    private(set) var differing: Set<String> = []
    private let askedAgain: Set<String>
    private var peerPartial: [String: [PartialDelta]] = [:]
    private var peerHasStated = false
    /// Asked for whole.
    private var wanted: Set<String> = []
    /// What this side knows of these it has not said in this exchange; the other side may have kept what was said before under the names
    /// that copies go by there.
    private var untold: Set<String> = []

    /// What a relay sent while its statement was not understood yet: what it builds on is told relative to that statement.
    private var postponed: [Message] = []

    private let carries: Bool
    private let peerCarries: Bool
    /// Bases whose knowledge the other side was told.
    private var told: Set<Nonce> = []
    private var outgoing: OutgoingDeltas
    private var incoming: IncomingDeltas

    /// - Parameters:
    ///   - carries: this side is a relay.
    ///   - peerCarries: the other side is.
    ///   - askedAgain: collections of which both sides have sent all that they hold in this session.
    init(
        peer: ReplicaIdentity, knowledge: [String: Knowledge], contents: [String: [StatedContents]] = [:], askedAgain: Set<String> = [],
        carries: Bool, peerCarries: Bool
    ) {
        self.peer = peer
        known = knowledge
        self.contents = contents
        self.askedAgain = askedAgain
        self.carries = carries
        self.peerCarries = peerCarries
        outgoing = OutgoingDeltas(carries: carries)
        incoming = IncomingDeltas(peerCarries: peerCarries)
    }

    var isOver: Bool { outgoing.isDone && incoming.isDone }

    /// Both hold the same: there is nothing to state, and each is a receipt for the other.
    mutating func equal() -> [SessionAction] {
        peerHasStated = true
        heard = Set(known.keys)
        outgoing.skip()
        return known.sorted { $0.key < $1.key }.flatMap { collection, knowledge -> [SessionAction] in
            [
                .keepReceipt(peer, collection: collection, knowledge),
                .noteStatement(peer.replica, collection: collection, knowledge),
            ] + keepEqualContents(collection)
        } + [.send(.done)]
    }

    private func keepEqualContents(_ collection: String) -> [SessionAction] {
        guard let held = contents[collection]?.first, contents[collection]?.count == 1 else { return [] }
        return [.keepContents(peer, collection: collection, held.contents)]
    }

    /// All of one collection goes to a relay, which has asked for it.
    mutating func sendWhole(_ collection: String) -> [SessionAction] {
        peerHasStated = true
        heard = []
        let isHere = known[collection] != nil
        return outgoing.start(isHere ? [.init(collection: collection, base: Knowledge(), partial: [])] : [])
    }

    /// A relay asks for all of a collection, and has nothing else to say.
    mutating func askForWhole(_ collection: String) -> [SessionAction] {
        peerHasStated = true
        heard = [collection]
        untold = [collection]
        outgoing.skip()
        return [.send(.snapshotWanted(collection: collection)), .send(.done)]
    }

    mutating func state(stated: [String: Knowledge], partial: [String: [PartialDelta]]) -> [SessionAction] {
        self.partial = partial.mapValues { Array($0.prefix(Limits.bundleDeltaCount)) }
        var actions: [SessionAction] = []
        for (collection, knowledge) in known.sorted(by: { $0.key < $1.key }) {
            let form = KnowledgeForm(knowledge, known: stated[collection])
            if case .relative = form { stateableWhole.insert(collection) }
            actions.append(.noteStatement(peer.replica, collection: collection, knowledge))
            actions.append(statement(collection, form))
        }
        return actions + [.send(.stated)]
    }

    private func statement(_ collection: String, _ form: KnowledgeForm) -> SessionAction {
        .send(.knowledge(collection: collection, form, contents: contents[collection] ?? [], partial: partial[collection] ?? []))
    }

    mutating func received(
        _ message: Message, space: SpaceID, named: (Nonce) throws -> Knowledge?, outcome: inout SessionOutcome
    ) throws -> [SessionAction] {
        if peerCarries, !wanted.isEmpty, message.waitsForStatement {
            guard postponed.count < 3 * SessionWindow.deltaCount else { throw WireError(.unexpected, in: "session") }
            postponed.append(message)
            return []
        }
        switch message {
        case .knowledge(let collection, let form, let contents, let partial):
            return try heard(collection, form, contents, partial, named)
        case .stated:
            return try heardAll()
        case .wholeKnowledgeWanted(let collection):
            return try stateWhole(collection)
        case .base(let collection, let form):
            guard peerCarries, known[collection] != nil else { throw WireError(.unexpected, in: "base frame") }
            // Relative to what the relay has said last, which the replica may have kept in the names that copies go by here.
            let before = peerKnown[collection]
            return [.keepBase(try form.resolved { name in try before?.name == name ? before : named(name) })]
        // Signed or heard of by the other side since its statements went out: a delta to come may hang on them.
        case .statements(let statements):
            guard peerHasStated, !incoming.isDone, !statements.isEmpty else { throw WireError(.unexpected, in: "statements frame") }
            return [.learn(statements, from: peer)]
        case .manifest(let manifest):
            return try offered(manifest, space: space)
        case .segment(let segment):
            return try incoming.segment(segment)
        case .merged(let delta, let index):
            let confirmed = try outgoing.confirmed(delta: delta, index: index)
            outcome.sentChangeCount += confirmed.segment.changeCount
            outcome.sentSegmentByteCount += confirmed.segment.sealedByteCount
            try endIfDeclined()
            return confirmed.actions
        case .receipt(let collection, let form, let contents):
            let actions = try outgoing.receipt(for: collection)
            // Mostly relative to the receipt before, which the replica need not have kept by its name.
            let before = peerKnown[collection]
            let knowledge = try form.resolved { name in try before?.name == name ? before : named(name) }
            peerKnown[collection] = knowledge
            peerContents[collection] = contents
            outcome.sentDeltaCount += 1
            try endIfDeclined()
            compare(collection)
            return [.keepReceipt(peer, collection: collection, knowledge)] + keepContents(collection) + actions
        case .done:
            guard peerHasStated else { throw WireError(.unexpected, in: "done frame") }
            try incoming.peerIsDone()
            return []
        case .hello, .request, .heads, .chains, .working, .refusal, .preamble, .end, .news, .snapshotWanted, .anew:
            throw WireError(.unexpected, in: "session")
        }
    }

    /// What can be dealt with now, before anything else that comes.
    mutating func nextPostponed() -> Message? { wanted.isEmpty && !postponed.isEmpty ? postponed.removeFirst() : nil }

    // MARK: What both hold

    /// What the other side has said of itself; what a relay says is of others.
    private func keepContents(_ collection: String) -> [SessionAction] {
        guard !peerCarries, let stated = peerContents[collection], stated.count == 1 else { return [] }
        return [.keepContents(peer, collection: collection, stated[0].contents)]
    }

    private mutating func compare(_ collection: String) {
        if contradicts(collection) { differing.insert(collection) }
    }

    /// Whether what both have said last differs.
    func isDiffering(_ collection: String) -> Bool { contradicts(collection) }

    private func contradicts(_ collection: String) -> Bool {
        guard let knowledge = known[collection], peerKnown[collection] == knowledge else { return false }
        return (contents[collection] ?? []).contains { own in
            (peerContents[collection] ?? []).contains { own.contents.contradicts($0.contents) }
        }
    }

    /// Differences that statements did not show, because they came to light with a receipt: the session begins anew, once.
    var wantsAnew: Bool { !carries && !peerCarries && !differing.subtracting(askedAgain).isEmpty && !hasSentAll }

    private var hasSentAll: Bool { !sendingAll.isEmpty }
    /// Collections of which all is sent in this exchange.
    private(set) var sendingAll: Set<String> = []

    /// What the other side is to be sent of a collection: what it lacks; or all, when it knows the same and holds something else. A relay
    /// serves what others have packed, and is sent all once.
    private mutating func base(_ collection: String, _ knowledge: Knowledge) -> Knowledge {
        compare(collection)
        guard !carries, contradicts(collection), !askedAgain.contains(collection) else { return knowledge }
        if peerCarries {
            let own = (contents[collection] ?? []).first?.contents
            if (peerContents[collection] ?? []).contains(where: { $0.contents == own && $0.isHeldWhole }) { return knowledge }
        }
        sendingAll.insert(collection)
        return Knowledge()
    }

    // MARK: The other side's statement

    private mutating func heard(
        _ collection: String, _ form: KnowledgeForm, _ contents: [StatedContents], _ partial: [PartialDelta],
        _ named: (Nonce) throws -> Knowledge?
    ) throws -> [SessionAction] {
        if peerHasStated {
            guard wanted.remove(collection) != nil, case .whole = form else {
                throw WireError(.unexpected, in: "knowledge frame")
            }
        } else {
            guard heard.insert(collection).inserted else { throw WireError(.unexpected, in: "knowledge frame") }
            guard heard.count <= Limits.collectionCount else { throw WireError(.tooLarge, in: "knowledge frame") }
        }
        guard known[collection] != nil else { return [] }
        do {
            let knowledge = try form.resolved(named)
            peerKnown[collection] = knowledge
            peerContents[collection] = contents
            peerPartial[collection] = partial
            return peerHasStated
                ? [.keepReceipt(peer, collection: collection, knowledge)] + keepContents(collection) + startSending() : []
        } catch let error as WireError where error.code == .unknownReceipt {
            wanted.insert(collection)
            return [.send(.wholeKnowledgeWanted(collection: collection))]
        }
    }

    private mutating func heardAll() throws -> [SessionAction] {
        guard !peerHasStated else { throw WireError(.unexpected, in: "stated frame") }
        peerHasStated = true
        let receipts = peerKnown.sorted { $0.key < $1.key }.flatMap { collection, knowledge in
            [SessionAction.keepReceipt(peer, collection: collection, knowledge)] + keepContents(collection)
        }
        return receipts + startSending()
    }

    private mutating func startSending() -> [SessionAction] {
        guard outgoing.isWaiting, peerHasStated, wanted.isEmpty else { return [] }
        var demands: [OutgoingDeltas.Demand] = []
        for (collection, knowledge) in peerKnown.sorted(by: { $0.key < $1.key }) {
            demands.append(.init(collection: collection, base: base(collection, knowledge), partial: peerPartial[collection] ?? []))
        }
        return outgoing.start(demands)
    }

    // MARK: This side's answers

    private mutating func stateWhole(_ collection: String) throws -> [SessionAction] {
        guard stateableWhole.remove(collection) != nil, let knowledge = known[collection] else {
            throw WireError(.unexpected, in: "wholeKnowledgeWanted frame")
        }
        return [statement(collection, .whole(knowledge))]
    }

    mutating func frozen(_ manifest: Manifest?, base: Knowledge?) throws -> [SessionAction] {
        let actions = outgoing.frozen(manifest)
        try endIfDeclined()
        guard let manifest, let base, case .relative(let name, _) = manifest.base, told.insert(name).inserted else { return actions }
        // By what this side has just stated, which differs from it in little.
        return [.send(.base(collection: manifest.collection, KnowledgeForm(base, known: known[manifest.collection])))] + actions
    }

    /// There is no room for the delta that is offered: its segments are passed over until this side has sent what it has.
    mutating func declined() throws {
        incoming.declined()
        try endIfDeclined()
    }

    private func endIfDeclined() throws {
        if incoming.hasDeclined, outgoing.isDone { throw WireError(.full, in: "store") }
    }

    private mutating func offered(_ manifest: Manifest, space: SpaceID) throws -> [SessionAction] {
        guard manifest.space == space else { throw WireError(.otherSpace, in: "manifest") }
        guard peerHasStated, heard.contains(manifest.collection), known[manifest.collection] != nil else {
            throw WireError(.unexpected, in: "manifest frame")
        }
        return try incoming.manifest(manifest)
    }

    mutating func admitted(_ admission: Admission) throws -> [SessionAction] {
        try incoming.admitted(admission, partial: partial)
    }

    mutating func mergedSegment(_ outcome: inout SessionOutcome) -> [SessionAction] {
        let (segment, actions) = incoming.mergedSegment()
        outcome.receivedChangeCount += segment.changeCount
        outcome.receivedSegmentByteCount += segment.sealedByteCount
        return actions
    }

    /// A delta has been merged: the receipt says what is held now, whatever came meanwhile from elsewhere.
    mutating func concluded(_ knowledge: [String: Knowledge], contents held: [String: [StatedContents]]) -> [SessionAction] {
        let collection = incoming.concluded()
        let now = knowledge[collection] ?? Knowledge()
        let form = KnowledgeForm(now, known: untold.remove(collection) == nil ? known[collection] : nil)
        known[collection] = now
        contents[collection] = held[collection] ?? []
        compare(collection)
        return [
            .noteStatement(peer.replica, collection: collection, now),
            .send(.receipt(collection: collection, form, contents: contents[collection] ?? [])),
        ]
    }
}

extension Message {
    fileprivate var waitsForStatement: Bool {
        switch self {
        case .base, .manifest, .segment, .done: true
        default: false
        }
    }
}
