import CRDT
import Wire

/// A space's membership log: a set of signed, hash-linked statements, and what follows from them.
///
/// Example: `var roster = try Roster(genesis: bytes)`, then `try roster.add(received)` in any order and as often as one likes;
/// `roster.state.members` is the same on every device that holds the same statements.
///
/// Invariants: a statement stands here only when its parents do and its signature is its signer's; `entries` is in an order in
/// which parents come first; `state` is a pure function of the set of entries.
package struct Roster: Sendable {
    struct Entry: Sendable {
        let id: StatementID
        let statement: Statement
        let encoded: [UInt8]
        /// The longest way from the genesis, which has 0.
        let depth: Int
        /// Places in `entries`.
        let parents: [Int]
        /// The membership statements among its ancestors, by ordinal.
        let past: BitSet
        /// The place among the membership statements, if it is one.
        let ordinal: Int?
        /// An `admit` that cites an invite: whether the invite is in its past and the signature is by the invite's key.
        let provesInvite: Bool
    }

    private struct Pending: Sendable {
        let statement: Statement
        let encoded: [UInt8]
    }

    package let space: SpaceID
    package private(set) var state: RosterState

    private(set) var entries: [Entry] = []
    private(set) var places: [StatementID: Int] = [:]
    /// The places of genesis, admit, revoke, invite and withdraw, by ordinal: what decides who may do what.
    private(set) var membership: [Int] = []
    /// Of everybody that any statement names by its keys: an id is the hash of the keys, so this needs no trust.
    private(set) var identities: [DeviceID: DeviceIdentity] = [:]
    private var hasSuccessor: [Bool] = []
    /// Of all entries but the genesis.
    private var byteCount = 0

    private var pending: [StatementID: Pending] = [:]
    /// Pending statements as they came.
    private var pendingOrder: [StatementID] = []

    // MARK: Making

    /// - Throws: `WireError`, for bytes that are no genesis with its founder's signature.
    package init(genesis: [UInt8]) throws {
        let statement = try Statement(encoded: genesis)
        guard case .genesis(let content) = statement.content else { throw WireError(.malformed, in: "roster") }
        let id = StatementID(of: genesis)
        guard content.founder.verifies(genesis.suffix(Signing.signatureByteCount), ofStatement: genesis) else {
            throw WireError(.badSignature, in: "statement")
        }
        space = id.prefix
        state = RosterState()
        place(id, statement, genesis, verifying: true)
        state = RosterResolver(self).state()
    }

    /// Statements in any order, one of them the genesis.
    ///
    /// - Parameter verifying: false only for statements that were taken in once and come from this device's own replica.
    package init(statements: [[UInt8]], verifying: Bool = true) throws {
        guard let genesis = try statements.first(where: { try Statement(encoded: $0).parents.isEmpty }) else {
            throw WireError(.malformed, in: "roster")
        }
        try self.init(genesis: genesis)
        try add(statements, verifying: verifying)
    }

    // MARK: Taking in

    /// Takes statements in, in any order. Those whose parents (or whose signer's keys) are not here yet are kept aside, within
    /// limits the oldest give way, and taken in when they can be.
    ///
    /// - Returns: those that stand here now and did not before, also ones that waited. Nothing for what is here already.
    /// - Throws: `WireError`; then nothing of the list has been taken in.
    @discardableResult
    package mutating func add(_ encoded: [[UInt8]], verifying: Bool = true) throws -> [StatementID] {
        var fresh: [StatementID: Pending] = [:]
        var order: [StatementID] = []
        for bytes in encoded {
            let id = StatementID(of: bytes)
            guard places[id] == nil, pending[id] == nil, fresh[id] == nil else { continue }
            let statement = try Statement(encoded: bytes)
            guard statement.space == space else { throw WireError(.otherSpace, in: "statement") }
            fresh[id] = Pending(statement: statement, encoded: bytes)
            order.append(id)
        }
        guard !fresh.isEmpty else { return [] }
        var next = self
        next.pending.merge(fresh) { old, _ in old }
        next.pendingOrder += order
        let taken = try next.settle(fresh: fresh, verifying: verifying)
        next.dropPending()
        if !taken.isEmpty { next.state = RosterResolver(next).state() }
        self = next
        return taken
    }

    /// How many statements wait for others.
    package var pendingCount: Int { pending.count }

    /// Moves what can stand out of `pending`, until nothing more can.
    private mutating func settle(fresh: [StatementID: Pending], verifying: Bool) throws -> [StatementID] {
        var byParent: [StatementID: [StatementID]] = [:]
        var bySigner: [DeviceID: [StatementID]] = [:]
        for (id, waiting) in pending {
            for parent in waiting.statement.parents where places[parent] == nil { byParent[parent, default: []].append(id) }
            if identities[waiting.statement.signer] == nil { bySigner[waiting.statement.signer, default: []].append(id) }
        }
        var taken: [StatementID] = []
        var queue = Array(pendingOrder.reversed())
        while let id = queue.popLast() {
            guard let candidate = pending[id], candidate.statement.parents.allSatisfy({ places[$0] != nil }),
                let signer = identities[candidate.statement.signer]
            else { continue }
            pending[id] = nil
            if verifying, !signer.verifies(candidate.encoded.suffix(Signing.signatureByteCount), ofStatement: candidate.encoded) {
                if fresh[id] != nil { throw WireError(.badSignature, in: "statement") }
                continue
            }
            byteCount += candidate.encoded.count
            guard entries.count < Limits.rosterStatementCount, byteCount <= Limits.rosterByteCount else {
                throw WireError(.tooLarge, in: "roster")
            }
            place(id, candidate.statement, candidate.encoded, verifying: verifying)
            taken.append(id)
            queue += byParent[id] ?? []
            if case .admit(let admission) = candidate.statement.content { queue += bySigner[admission.identity.id] ?? [] }
        }
        pendingOrder.removeAll { pending[$0] == nil }
        return taken
    }

    private mutating func dropPending() {
        var byteCount = pending.values.reduce(0) { $0 + $1.encoded.count }
        var dropped = 0
        while pendingOrder.count - dropped > Limits.pendingStatementCount || byteCount > Limits.pendingStatementByteCount {
            byteCount -= pending.removeValue(forKey: pendingOrder[dropped])?.encoded.count ?? 0
            dropped += 1
        }
        pendingOrder.removeFirst(dropped)
    }

    /// Puts a statement behind its parents, which all stand here.
    private mutating func place(_ id: StatementID, _ statement: Statement, _ encoded: [UInt8], verifying: Bool) {
        let parents = statement.parents.compactMap { places[$0] }
        var past = BitSet()
        for parent in parents {
            past.formUnion(entries[parent].past)
            if let ordinal = entries[parent].ordinal { past.insert(ordinal) }
            hasSuccessor[parent] = true
        }
        var ordinal: Int?
        var provesInvite = false
        switch statement.content {
        case .genesis(let genesis):
            identities[genesis.founder.id] = genesis.founder
            ordinal = membership.count
        case .admit(let admission):
            identities[admission.identity.id] = admission.identity
            ordinal = membership.count
            provesInvite = admission.use.map { proves($0, admission.identity, past: past) } ?? false
        case .revoke, .invite, .withdraw: ordinal = membership.count
        default: break
        }
        let depth = parents.reduce(-1) { max($0, entries[$1].depth) } + 1
        if ordinal != nil { membership.append(entries.count) }
        places[id] = entries.count
        hasSuccessor.append(false)
        entries.append(
            Entry(
                id: id, statement: statement, encoded: encoded, depth: depth, parents: parents, past: past, ordinal: ordinal,
                provesInvite: provesInvite))
    }

    private func proves(_ use: Statement.InviteUse, _ newcomer: DeviceIdentity, past: BitSet) -> Bool {
        guard let place = places[use.invite], let ordinal = entries[place].ordinal, past.contains(ordinal),
            case .invite(let invite) = entries[place].statement.content
        else { return false }
        return Signing.verifies(
            use.signature, of: Statement.InviteUse.message(newcomer), as: .invite, by: invite.publicKey)
    }

    // MARK: What one has

    /// The statements without a successor, ascending: they stand for everything here.
    package var heads: [StatementID] { entries.indices.filter { !hasSuccessor[$0] }.map { entries[$0].id }.sorted() }

    /// As many heads as a statement takes for parents, those that rank highest.
    var newestHeads: [StatementID] {
        let places = entries.indices.filter { !hasSuccessor[$0] }.sorted { ranks($1, below: $0) }
        return places.prefix(Limits.statementParentCount).map { entries[$0].id }
    }

    /// Names the heads: equal digests, equal rosters.
    package var digest: Nonce { Digest.name(heads.flatMap(\.bytes)) }

    package var count: Int { entries.count }

    /// Whether all of these stand here, and so everything before them.
    package func contains(_ heads: [StatementID]) -> Bool { heads.allSatisfy { places[$0] != nil } }

    package func statement(_ id: StatementID) -> Statement? { places[id].map { entries[$0].statement } }
    /// As it came.
    package func encoded(_ id: StatementID) -> [UInt8]? { places[id].map { entries[$0].encoded } }

    /// All statements, parents first, in the same order on every device.
    package var statements: [[UInt8]] { statements(beyond: []) }

    /// What someone lacks who has these heads: everything that is not one of them or before one of them. Heads that are not here
    /// are passed over. Parents come first.
    package func statements(beyond heads: [StatementID]) -> [[UInt8]] {
        var held = [Bool](repeating: false, count: entries.count)
        for head in heads { if let place = places[head] { held[place] = true } }
        for place in entries.indices.reversed() where held[place] {
            for parent in entries[place].parents { held[parent] = true }
        }
        return entries.indices.filter { !held[$0] }.sorted { ranks($0, below: $1) }.map { entries[$0].encoded }
    }

    /// Whether who has these heads lacks a statement that stands here.
    package func lacks(_ heads: [StatementID], _ id: StatementID) -> Bool {
        guard let place = places[id] else { return false }
        var queue = heads.compactMap { places[$0] }.filter { $0 >= place }
        var seen = Set(queue)
        while let next = queue.popLast() {
            if next == place { return false }
            for parent in entries[next].parents where parent >= place && seen.insert(parent).inserted { queue.append(parent) }
        }
        return true
    }

    /// The order that settles what the links leave open: by depth, then by hash. Ancestors rank below.
    func ranks(_ place: Int, below other: Int) -> Bool {
        let (a, b) = (entries[place], entries[other])
        return a.depth == b.depth ? a.id < b.id : a.depth < b.depth
    }
}

extension DeviceIdentity {
    /// Whether the last 64 bytes of a statement are this device's signature under the rest.
    fileprivate func verifies(_ signature: ArraySlice<UInt8>, ofStatement encoded: [UInt8]) -> Bool {
        verifies(Array(signature), of: Array(encoded.dropLast(Signing.signatureByteCount)), as: .statement)
    }
}
