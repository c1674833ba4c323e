import CRDT
import Wire

/// How much each device has put into the roster, and whether there is room for more.
///
/// What coordinators (and a recovery key) sign always finds room, up to the roster's own limits: nobody can stop them from removing
/// somebody. Anybody else has a budget: of labels, cuts, writers and the like, of all statements, and of bytes; and all others together
/// have a share of the roster, beyond which each still finds room for its first statements of writers.
///
/// Example: a reader's 65th label is not taken in, by anybody, because each replica counts those before it.
package struct RosterBudget: Sendable {
    fileprivate struct Tally: Sendable {
        var count = 0
        var byteCount = 0
        var labels = 0
        var cuts = 0
        var boxes = 0
        var removals = 0
        var writers = 0
        var writerStatements = 0
    }

    /// The devices that somebody who might, admitted as coordinator or recovery key; and the founder.
    private var deciders: Set<DeviceID> = []
    private var tallies: [DeviceID: Tally] = [:]
    private var all = Tally()

    package init() {}

    /// - Parameter statement: stands.
    package mutating func note(_ statement: Statement, byteCount: Int) {
        switch statement.content {
        case .genesis(let genesis): deciders.insert(genesis.founder.id)
        case .admit(let admission) where admission.role == .coordinator || admission.role == .recovery:
            deciders.insert(admission.identity.id)
        default: break
        }
        guard !deciders.contains(statement.signer) else { return }
        tallies[statement.signer, default: Tally()].add(statement.content, byteCount)
        all.add(statement.content, byteCount)
    }

    package func hasRoom(for statement: Statement, byteCount: Int) -> Bool {
        guard !deciders.contains(statement.signer) else { return true }
        var tally = tallies[statement.signer] ?? Tally()
        var all = all
        tally.add(statement.content, byteCount)
        all.add(statement.content, byteCount)
        // Others take only a few writers that nobody has signed for: whoever has signed for few always finds room.
        if case .writer = statement.content, tally.writerStatements <= Limits.signerWriterReserve { return tally.fits }
        return tally.fits && all.count <= Limits.rosterStatementCount / Limits.rosterMemberShare
            && all.byteCount <= Limits.rosterByteCount / Limits.rosterMemberShare
    }

    /// The devices of which no more is taken, of one kind at least; ascending.
    var full: [DeviceID] { tallies.filter { $0.value.isFull }.keys.sorted() }
}

fileprivate extension RosterBudget.Tally {
    mutating func add(_ content: Statement.Content, _ byteCount: Int) {
        count += 1
        self.byteCount += byteCount
        switch content {
        case .label: labels += 1
        case .cut: cuts += 1
        case .box: boxes += 1
        case .revoke: removals += 1
        case .writer(let claims):
            writers += claims.count
            writerStatements += 1
        default: break
        }
    }

    var fits: Bool {
        count <= Limits.signerStatementCount && byteCount <= Limits.signerByteCount && labels <= Limits.signerLabelCount
            && cuts <= Limits.signerCutCount && boxes <= Limits.signerBoxCount && removals <= Limits.signerRemovalCount
            && writers <= Limits.signerWriterCount
    }

    var isFull: Bool {
        count >= Limits.signerStatementCount || byteCount >= Limits.signerByteCount || labels >= Limits.signerLabelCount
            || cuts >= Limits.signerCutCount || boxes >= Limits.signerBoxCount || writers >= Limits.signerWriterCount
    }
}

extension Roster {
    /// Devices that have signed as much as one may: more of theirs is not taken in.
    package var fullSigners: [DeviceID] { budget.full }
}
