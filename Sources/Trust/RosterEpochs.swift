import CRDT
import Wire

// Which keys a scope has had, and who has them.

extension RosterResolver {
    /// The keys of one scope while they are gathered.
    private struct Ledger {
        struct Line {
            var statement: Roster.Entry
            var knowers: Set<DeviceID> = []
            /// Keys that the holders of this one can open.
            var older: Set<EpochID> = []
        }
        var lines: [EpochID: Line] = [:]
    }

    func addEpochs(to state: inout RosterState) {
        var ledgers: [String: Ledger] = [:]
        for entry in roster.entries where !state.void.contains(entry.id) {
            switch entry.statement.content {
            case .genesis(let genesis):
                for (scope, box) in genesis.boxes {
                    for epoch in box.epochs { announce(epoch, by: entry, in: &ledgers[scope, default: Ledger()]) }
                }
            case .rotate(let rotation):
                announce(rotation.epoch, by: entry, in: &ledgers[rotation.scope, default: Ledger()])
                ledgers[rotation.scope]?.lines[rotation.epoch]?.older.formUnion(rotation.older.keys)
            default: break
            }
        }
        for entry in roster.entries { addKnowers(from: entry, isVoid: state.void.contains(entry.id), state, &ledgers) }
        for (scope, ledger) in ledgers { state.epochs[scope] = epochs(of: ledger, holders: Set(state.holders(of: scope))) }
    }

    /// Who makes a key has it.
    private func announce(_ epoch: EpochID, by entry: Roster.Entry, in ledger: inout Ledger) {
        var line = ledger.lines[epoch] ?? Ledger.Line(statement: entry)
        if (line.statement.depth, line.statement.id) < (entry.depth, entry.id) { line.statement = entry }
        line.knowers.insert(entry.statement.signer)
        ledger.lines[epoch] = line
    }

    /// A box in a statement that does not count gave its keys away all the same, if the signer had them: that of an admission
    /// too many by an invite, say. A signer who holds the scope no longer need not be asked: the keys it had are tainted anyhow.
    private func addKnowers(from entry: Roster.Entry, isVoid: Bool, _ state: RosterState, _ ledgers: inout [String: Ledger]) {
        func add(_ box: KeyBox, to recipient: DeviceID, _ scope: String) {
            guard !isVoid || state.members[entry.statement.signer]?.mayHold(scope: scope) == true else { return }
            for epoch in box.epochs { ledgers[scope]?.lines[epoch]?.knowers.insert(recipient) }
        }
        switch entry.statement.content {
        case .genesis(let genesis): for (scope, box) in genesis.boxes { add(box, to: genesis.founder.id, scope) }
        case .admit(let admission): for (scope, box) in admission.boxes { add(box, to: admission.identity.id, scope) }
        case .rotate(let rotation): for (recipient, box) in rotation.boxes { add(box, to: recipient, rotation.scope) }
        case .box(let scope, let boxes): for (recipient, box) in boxes { add(box, to: recipient, scope) }
        default: break
        }
    }

    private func epochs(of ledger: Ledger, holders: Set<DeviceID>) -> [RosterState.Epoch] {
        var lines = ledger.lines.map { (id: $0.key, line: $0.value) }.sorted {
            ($1.line.statement.depth, $1.line.statement.id, $1.id) < ($0.line.statement.depth, $0.line.statement.id, $0.id)
        }
        let positions = Dictionary(uniqueKeysWithValues: lines.enumerated().map { ($1.id, $0) })
        // Newest first, so that one round does it, unless a statement seals newer keys under an older one.
        var changed = true
        while changed {
            changed = false
            for position in lines.indices {
                let knowers = lines[position].line.knowers
                for older in lines[position].line.older {
                    guard let other = positions[older], !knowers.isSubset(of: lines[other].line.knowers) else { continue }
                    lines[other].line.knowers.formUnion(knowers)
                    changed = true
                }
            }
        }
        return lines.map { id, line in
            RosterState.Epoch(
                id: id, statement: line.statement.id, knowers: line.knowers, isTainted: !line.knowers.isSubset(of: holders))
        }
    }
}
