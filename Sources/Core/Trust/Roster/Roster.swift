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
        /// Body and signature.
        let signed: [UInt8]
        /// The boxes that it names; nil when it has none, or when they are not here (any longer).
        var boxes: [UInt8]?
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

        /// As it is kept and sent on.
        var encoded: [UInt8] { boxes.map { StatedBytes.join(signed, boxes: $0) } ?? signed }
    }

    private struct Pending: Sendable {
        let statement: Statement
        let signed: [UInt8]
        var boxes: [UInt8]?

        var byteCount: Int { signed.count + (boxes?.count ?? 0) }
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
    /// By device, the ordinals of the statements that admit it.
    private var grantOrdinals: [DeviceID: [Int]] = [:]
    /// Of all entries but the genesis.
    private var byteCount = 0
    private(set) var budget = RosterBudget()

    private var pending: [StatementID: Pending] = [:]
    /// Pending statements as they came.
    private var pendingOrder: [StatementID] = []

    // MARK: Making

    /// - Throws: `WireError`, for bytes that are no genesis with its founder's signature.
    package init(genesis: [UInt8]) throws {
        let (signed, boxes) = try StatedBytes.split(genesis)
        let first = try Roster.read(signed, boxes)
        guard case .genesis(let content) = first.statement.content else { throw WireError(.malformed, in: "roster") }
        let id = StatementID(of: signed)
        guard content.founder.verifies(signed.suffix(Signing.signatureByteCount), ofStatement: signed) else {
            throw WireError(.badSignature, in: "statement")
        }
        space = id.prefix
        state = RosterState()
        place(id, first, past: BitSet())
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
    /// Of one device that is no coordinator only so many stand (`RosterBudget`); more of them wait, and are dropped in the end, unless
    /// somebody else's statement builds on them.
    ///
    /// - Returns: those that stand here now and did not before, also ones that waited; and those whose boxes were lacking and came.
    ///   Nothing for what is here already.
    /// - Throws: `WireError`; then nothing of the list has been taken in. `notPermitted` for a statement that can never count, because
    ///   nothing in its past lets its signer make it.
    @discardableResult
    package mutating func add(_ encoded: [[UInt8]], verifying: Bool = true) throws -> [StatementID] {
        var fresh: [StatementID: Pending] = [:]
        var order: [StatementID] = []
        var lacking: [Int: [UInt8]] = [:]
        for bytes in encoded {
            let (signed, boxes) = try StatedBytes.split(bytes)
            let id = StatementID(of: signed)
            if let place = places[id] {
                if let boxes, entries[place].boxes == nil {
                    try Roster.check(boxes, of: entries[place].statement)
                    lacking[place] = boxes
                }
                continue
            }
            guard pending[id] == nil, fresh[id] == nil else { continue }
            let found = try Roster.read(signed, boxes)
            guard found.statement.space == space else { throw WireError(.otherSpace, in: "statement") }
            fresh[id] = found
            order.append(id)
        }
        guard !fresh.isEmpty || !lacking.isEmpty else { return [] }
        var next = self
        next.pending.merge(fresh) { old, _ in old }
        next.pendingOrder += order
        let taken = try next.settle(fresh: fresh, verifying: verifying)
        next.dropPending()
        if !taken.isEmpty { next.state = RosterResolver(next).state() }
        let filled = next.fill(lacking)
        self = next
        return taken + filled
    }

    /// - Throws: `WireError`.
    private static func read(_ signed: [UInt8], _ boxes: [UInt8]?) throws -> Pending {
        let statement = try Statement(encoded: signed)
        if let boxes { try check(boxes, of: statement) }
        return Pending(statement: statement, signed: signed, boxes: boxes)
    }

    private static func check(_ boxes: [UInt8], of statement: Statement) throws {
        guard let name = statement.content.boxes, name == KeyBoxes.name(of: boxes) else { throw WireError(.malformed, in: "boxes") }
        try KeyBoxes.check(boxes)
    }

    /// Takes boxes of statements that stand here without, where they are of use.
    private mutating func fill(_ lacking: [Int: [UInt8]]) -> [StatementID] {
        guard !lacking.isEmpty else { return [] }
        for (place, boxes) in lacking { entries[place].boxes = boxes }
        for place in spentPlaces where lacking[place] != nil { entries[place].boxes = nil }
        return lacking.keys.filter { entries[$0].boxes != nil }.map { entries[$0].id }.sorted()
    }

    mutating func dropBoxes(of place: Int) { entries[place].boxes = nil }

    /// How many statements wait for others.
    package var pendingCount: Int { pending.count }

    /// Moves what can stand out of `pending`, until nothing more can.
    private mutating func settle(fresh: [StatementID: Pending], verifying: Bool) throws -> [StatementID] {
        var taken: [StatementID] = []
        var excused: Set<StatementID> = []
        while true {
            var crowded: Set<StatementID> = []
            let count = taken.count
            taken += try settle(fresh: fresh, verifying: verifying, excused: excused, &crowded)
            let needed = crowded.isEmpty ? [] : neededByOthers(crowded)
            guard taken.count > count || count == 0, !needed.isSubset(of: excused) else { break }
            excused.formUnion(needed)
        }
        pendingOrder.removeAll { pending[$0] == nil }
        return taken
    }

    /// - Parameters:
    ///   - excused: stand although their signer has enough.
    ///   - crowded: those that wait because their signer has.
    private mutating func settle(
        fresh: [StatementID: Pending], verifying: Bool, excused: Set<StatementID>, _ crowded: inout Set<StatementID>
    ) throws -> [StatementID] {
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
            let past = past(of: candidate.statement)
            if verifying {
                if let fault = fault(of: candidate, by: signer, past: past) {
                    pending[id] = nil
                    if fresh[id] != nil { throw WireError(fault, in: "statement") }
                    continue
                }
                guard excused.contains(id) || budget.hasRoom(for: candidate.statement, byteCount: candidate.signed.count) else {
                    crowded.insert(id)
                    continue
                }
            }
            pending[id] = nil
            byteCount += candidate.signed.count
            guard entries.count < Limits.rosterStatementCount, byteCount <= Limits.rosterByteCount else {
                throw WireError(.tooLarge, in: "roster")
            }
            place(id, candidate, past: past)
            taken.append(id)
            queue += byParent[id] ?? []
            if case .admit(let admission) = candidate.statement.content { queue += bySigner[admission.identity.id] ?? [] }
        }
        return taken
    }

    /// Why a statement will never stand, whoever has it.
    private func fault(of candidate: Pending, by signer: DeviceIdentity, past: BitSet) -> WireError.Code? {
        let statement = candidate.statement
        let isPossible = grantOrdinals[statement.signer, default: []].contains { ordinal in
            past.contains(ordinal) && grant(of: ordinal).permits(statement.content, by: statement.signer)
        }
        guard isPossible else { return .notPermitted }
        return signer.verifies(candidate.signed.suffix(Signing.signatureByteCount), ofStatement: candidate.signed) ? nil : .badSignature
    }

    private func grant(of ordinal: Int) -> Grant {
        switch entries[membership[ordinal]].statement.content {
        case .genesis(let genesis): Grant(role: .coordinator, collections: genesis.collections)
        case .admit(let admission): Grant(role: admission.role, collections: admission.collections)
        default: Grant(role: .relay, collections: [])
        }
    }

    /// Of statements that are too many of their signers', those that a good statement of somebody else builds on: it would wait for
    /// ever, where its author knew them and had room.
    private func neededByOthers(_ crowded: Set<StatementID>) -> Set<StatementID> {
        var needed: Set<StatementID> = []
        for (id, waiting) in pending where !crowded.contains(id) {
            let statement = waiting.statement
            guard let signer = identities[statement.signer], budget.hasRoom(for: statement, byteCount: waiting.signed.count),
                signer.verifies(waiting.signed.suffix(Signing.signatureByteCount), ofStatement: waiting.signed)
            else { continue }
            var rest = statement.parents
            var seen = Set(rest)
            while let next = rest.popLast() {
                guard let before = pending[next] else { continue }
                if crowded.contains(next), before.statement.signer != statement.signer { needed.insert(next) }
                for parent in before.statement.parents where seen.insert(parent).inserted { rest.append(parent) }
            }
        }
        return needed
    }

    private mutating func dropPending() {
        var byteCount = pending.values.reduce(0) { $0 + $1.byteCount }
        var dropped = 0
        while pendingOrder.count - dropped > Limits.pendingStatementCount || byteCount > Limits.pendingStatementByteCount {
            byteCount -= pending.removeValue(forKey: pendingOrder[dropped])?.byteCount ?? 0
            dropped += 1
        }
        pendingOrder.removeFirst(dropped)
    }

    /// The membership statements before a statement whose parents all stand here.
    private func past(of statement: Statement) -> BitSet {
        var past = BitSet()
        for parent in statement.parents {
            guard let place = places[parent] else { continue }
            past.formUnion(entries[place].past)
            if let ordinal = entries[place].ordinal { past.insert(ordinal) }
        }
        return past
    }

    /// Puts a statement behind its parents, which all stand here.
    private mutating func place(_ id: StatementID, _ found: Pending, past: BitSet) {
        let statement = found.statement
        let parents = statement.parents.compactMap { places[$0] }
        for parent in parents { hasSuccessor[parent] = true }
        var ordinal: Int?
        var provesInvite = false
        switch statement.content {
        case .genesis(let genesis):
            identities[genesis.founder.id] = genesis.founder
            ordinal = membership.count
            grantOrdinals[genesis.founder.id, default: []].append(membership.count)
        case .admit(let admission):
            identities[admission.identity.id] = admission.identity
            ordinal = membership.count
            grantOrdinals[admission.identity.id, default: []].append(membership.count)
            provesInvite = admission.use.map { proves($0, admission.identity, past: past) } ?? false
        case .revoke, .invite, .withdraw: ordinal = membership.count
        default: break
        }
        let depth = parents.reduce(-1) { max($0, entries[$1].depth) } + 1
        if ordinal != nil { membership.append(entries.count) }
        places[id] = entries.count
        hasSuccessor.append(false)
        budget.note(statement, byteCount: found.signed.count)
        entries.append(
            Entry(
                id: id, statement: statement, signed: found.signed, boxes: found.boxes, depth: depth, parents: parents, past: past,
                ordinal: ordinal, provesInvite: provesInvite))
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
    /// As it is kept and sent on: with its boxes, if they are here.
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

    /// By place, up to the statement itself: whether it is that or before it.
    func ancestors(of place: Int) -> [Bool] {
        var found = [Bool](repeating: false, count: place + 1)
        found[place] = true
        for place in found.indices.reversed() where found[place] {
            for parent in entries[place].parents { found[parent] = true }
        }
        return found
    }

    /// The order that settles what the links leave open: by depth, then by hash. Ancestors rank below.
    func ranks(_ place: Int, below other: Int) -> Bool {
        let (depth, otherDepth) = (entries[place].depth, entries[other].depth)
        return depth == otherDepth ? entries[place].id < entries[other].id : depth < otherDepth
    }
}

extension DeviceIdentity {
    /// Whether the last 64 bytes of a statement are this device's signature under the rest.
    fileprivate func verifies(_ signature: ArraySlice<UInt8>, ofStatement encoded: [UInt8]) -> Bool {
        verifies(Array(signature), of: Array(encoded.dropLast(Signing.signatureByteCount)), as: .statement)
    }
}
