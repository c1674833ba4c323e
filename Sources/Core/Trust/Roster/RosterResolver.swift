import CRDT
import Wire

/// Decides which statements count: a pure function of a set of statements that is closed under parents (Protocol.md, "Roster",
/// "What counts").
///
/// A membership statement (genesis, admit, revoke, invite, withdraw) counts if, of the statements that count,
/// - the signer's grant, that is the admission of the signer in the statement's past that ranks highest, permits it;
/// - no revoke of the signer is in its past or concurrent with it: only what the revoke itself has in its past stays;
/// - and, for an admission that cites an invite: the invite is in its past, not withdrawn there, and not yet used up by
///   admissions of others that rank lower.
///
/// Revokes stand on both sides of a "not", so this is read as the well-founded model of a logic program with negation, computed
/// by the alternating fixpoint: what certainly counts, and what possibly does, close in on one another. What stays open are
/// devices that remove one another in a ring. The revokes of a ring that depends on nothing else that is open then hold, and the
/// rest is computed again.
///
/// Source: Van Gelder, "The alternating fixpoint of logic programs with negation", JCSS 47 (1993); Docs/Engine.md, "Sources".
struct RosterResolver {
    let roster: Roster
    /// By ordinal, ascending by rank: 0 ranks lowest.
    private var rank: [Int]
    private var grants: [Grant?]
    /// By device: ordinals of its admissions, highest rank first.
    private var admissions: [DeviceID: [Int]] = [:]
    private var revokes: [DeviceID: [Int]] = [:]
    /// By ordinal of the invite: ordinals of the admissions that prove it, lowest rank first; and of withdrawals.
    private var uses: [Int: [Int]] = [:]
    private var withdrawals: [Int: [Int]] = [:]
    private var invites: [Int?]

    init(_ roster: Roster) {
        self.roster = roster
        let count = roster.membership.count
        rank = [Int](repeating: 0, count: count)
        grants = [Grant?](repeating: nil, count: count)
        invites = [Int?](repeating: nil, count: count)
        let ranked = (0..<count).sorted { roster.ranks(roster.membership[$0], below: roster.membership[$1]) }
        for (position, ordinal) in ranked.enumerated() {
            rank[ordinal] = position
            let entry = roster.entries[roster.membership[ordinal]]
            switch entry.statement.content {
            case .genesis(let genesis):
                grants[ordinal] = Grant(role: .coordinator, collections: genesis.collections)
                admissions[genesis.founder.id, default: []].append(ordinal)
            case .admit(let admission):
                grants[ordinal] = Grant(role: admission.role, collections: admission.collections)
                admissions[admission.identity.id, default: []].append(ordinal)
                if let use = admission.use, let invite = roster.places[use.invite].flatMap({ roster.entries[$0].ordinal }) {
                    invites[ordinal] = invite
                    if entry.provesInvite { uses[invite, default: []].append(ordinal) }
                }
            case .revoke(let device): revokes[device, default: []].append(ordinal)
            case .withdraw(let id):
                if let invite = roster.places[id].flatMap({ roster.entries[$0].ordinal }) { withdrawals[invite, default: []].append(ordinal) }
            default: break
            }
        }
        for device in admissions.keys { admissions[device]?.reverse() }
    }

    func entry(_ ordinal: Int) -> Roster.Entry { roster.entries[roster.membership[ordinal]] }
    func grant(_ ordinal: Int) -> Grant? { grants[ordinal] }
    /// Highest rank first.
    func admissions(of device: DeviceID) -> [Int] { admissions[device] ?? [] }
    var admittedDevices: Dictionary<DeviceID, [Int]>.Keys { admissions.keys }
    /// Lowest rank first.
    func revokes(of device: DeviceID) -> [Int] { revokes[device] ?? [] }
    func uses(of invite: Int) -> [Int] { uses[invite] ?? [] }
    func withdrawals(of invite: Int) -> [Int] { withdrawals[invite] ?? [] }

    // MARK: The model

    /// The membership statements that count, of a set that is closed under parents; and whether there were rings.
    func effective(among universe: [Int]) -> (counted: BitSet, hadRings: Bool) {
        var held = BitSet()
        while true {
            let (certain, possible) = bounds(among: universe, held: held)
            let open = universe.filter { possible.contains($0) && !certain.contains($0) }
            if open.isEmpty { return (certain, held != BitSet()) }
            for ordinal in firstRings(open: open, certain: certain) where isRevoke(ordinal) { held.insert(ordinal) }
        }
    }

    /// What certainly counts and what possibly does.
    private func bounds(among universe: [Int], held: BitSet) -> (certain: BitSet, possible: BitSet) {
        var certain = BitSet()
        while true {
            let possible = consequences(assuming: certain, among: universe, held: held)
            let next = consequences(assuming: possible, among: universe, held: held)
            if next == certain { return (certain, possible) }
            certain = next
        }
    }

    /// What counts if exactly `assumed` counts wherever the rules say "no" or "not".
    private func consequences(assuming assumed: BitSet, among universe: [Int], held: BitSet) -> BitSet {
        var counted = BitSet()
        // Ordinals ascend from parents to children.
        for ordinal in universe where held.contains(ordinal) || follows(ordinal, counted: counted, assumed: assumed) {
            counted.insert(ordinal)
        }
        return counted
    }

    private func follows(_ ordinal: Int, counted: BitSet, assumed: BitSet) -> Bool {
        let entry = entry(ordinal)
        if ordinal == 0 { return true }
        guard !removers(of: ordinal, entry).contains(where: { assumed.contains($0) }),
            isGranted(entry, counted: counted, assumed: assumed)
        else { return false }
        guard case .admit(let admission) = entry.statement.content, admission.use != nil else { return true }
        guard entry.provesInvite, let invite = invites[ordinal], counted.contains(invite),
            case .invite(let terms) = self.entry(invite).statement.content,
            terms.role == admission.role, terms.collections == admission.collections,
            !withdrawals(of: invite).contains(where: { entry.past.contains($0) && assumed.contains($0) })
        else { return false }
        let others = Set(earlierUses(of: invite, than: ordinal, by: admission).filter { assumed.contains($0) }.map(newcomer))
        return others.count < terms.mostUses
    }

    /// Whether the highest grant in a statement's past permits it.
    ///
    /// - Parameters:
    ///   - counted: what counts, for a grant that permits.
    ///   - assumed: what counts, for a grant that ranks higher and does not.
    func isGranted(_ entry: Roster.Entry, counted: BitSet, assumed: BitSet) -> Bool {
        for admission in admissions(of: entry.statement.signer) where entry.past.contains(admission) {
            if grants[admission]?.permits(entry.statement.content, by: entry.statement.signer) == true {
                if counted.contains(admission) { return true }
            } else if assumed.contains(admission) {
                return false
            }
        }
        return false
    }

    /// The revokes of a membership statement's signer that do not have it in their past.
    private func removers(of ordinal: Int, _ entry: Roster.Entry) -> [Int] {
        guard let revokes = revokes[entry.statement.signer] else { return [] }
        return revokes.filter { $0 != ordinal && !self.entry($0).past.contains(ordinal) }
    }

    /// Admissions of other devices by the same invite that rank lower.
    private func earlierUses(of invite: Int, than ordinal: Int, by admission: Statement.Admission) -> [Int] {
        uses(of: invite).prefix { rank[$0] < rank[ordinal] }.filter { newcomer($0) != admission.identity.id }
    }

    func newcomer(_ ordinal: Int) -> DeviceID {
        switch entry(ordinal).statement.content {
        case .admit(let admission): admission.identity.id
        case .genesis(let genesis): genesis.founder.id
        default: .zero
        }
    }

    private func isRevoke(_ ordinal: Int) -> Bool {
        if case .revoke = entry(ordinal).statement.content { return true }
        return false
    }

    // MARK: Rings

    /// The open statements on which an open one depends. Every way around a ring of them passes through a revoke, because all
    /// else that one depends on ranks lower.
    private func openDependencies(of ordinal: Int, open: BitSet, certain: BitSet) -> [Int] {
        let entry = entry(ordinal)
        var found = removers(of: ordinal, entry).filter(open.contains)
        for admission in admissions(of: entry.statement.signer) where entry.past.contains(admission) {
            if certain.contains(admission) { break }
            if open.contains(admission) { found.append(admission) }
        }
        guard case .admit(let admission) = entry.statement.content, let invite = invites[ordinal] else { return found }
        if open.contains(invite) { found.append(invite) }
        found += withdrawals(of: invite).filter { entry.past.contains($0) && open.contains($0) }
        found += earlierUses(of: invite, than: ordinal, by: admission).filter(open.contains)
        return found
    }

    /// The members of those strongly connected components of the open statements that depend on no other component.
    ///
    /// Source: Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972); see Docs/Engine.md, "Sources"; with a stack of its own
    /// instead of recursion, because a roster may be deep.
    private func firstRings(open: [Int], certain: BitSet) -> [Int] {
        var openSet = BitSet()
        for ordinal in open { openSet.insert(ordinal) }
        var number: [Int: Int] = [:]
        var low: [Int: Int] = [:]
        var component: [Int: Int] = [:]
        var stack: [Int] = []
        var rings: [Int] = []
        for root in open where number[root] == nil {
            var path: [(ordinal: Int, dependencies: [Int], next: Int)] = []
            func enter(_ ordinal: Int) {
                (number[ordinal], low[ordinal]) = (number.count, number.count)
                stack.append(ordinal)
                path.append((ordinal, openDependencies(of: ordinal, open: openSet, certain: certain), 0))
            }
            enter(root)
            while let top = path.last {
                if top.next < top.dependencies.count {
                    path[path.count - 1].next += 1
                    let dependency = top.dependencies[top.next]
                    if number[dependency] == nil {
                        enter(dependency)
                    } else if component[dependency] == nil {
                        low[top.ordinal] = min(low[top.ordinal] ?? 0, number[dependency] ?? 0)
                    }
                    continue
                }
                path.removeLast()
                if let above = path.last?.ordinal { low[above] = min(low[above] ?? 0, low[top.ordinal] ?? 0) }
                guard low[top.ordinal] == number[top.ordinal] else { continue }
                var ring: [Int] = []
                repeat {
                    ring.append(stack.removeLast())
                    component[ring[ring.count - 1]] = top.ordinal
                } while ring.last != top.ordinal
                // What a component depends on is finished before it.
                let dependsOnOthers = ring.contains { member in
                    openDependencies(of: member, open: openSet, certain: certain).contains { component[$0] != top.ordinal }
                }
                if !dependsOnOthers { rings += ring }
            }
        }
        return rings
    }
}
