import CRDT
import Wire

// From the statements that count to the state.

extension RosterResolver {
    func state() -> RosterState {
        let (counted, hadRings) = effective(among: Array(roster.membership.indices))
        var state = RosterState()
        for ordinal in roster.membership.indices where !counted.contains(ordinal) { state.void.insert(entry(ordinal).id) }
        let others = countingOthers(counted: counted, hadRings: hadRings)
        for place in roster.entries.indices where roster.entries[place].ordinal == nil && !others.contains(place) {
            state.void.insert(roster.entries[place].id)
        }
        // Lowest rank first.
        let facts = others.numbers.sorted { roster.ranks($0, below: $1) }.map { roster.entries[$0] }
        addMembers(to: &state, counted: counted, labels: newestLabels(facts))
        addInvites(to: &state, counted: counted)
        for fact in facts { add(fact, to: &state) }
        let erasures = Set(state.erasures.map(\.id))
        state.confirmations = state.confirmations.filter { erasures.contains($0.key) }
        addEpochs(to: &state, counted: counted, hadRings: hadRings)
        return state
    }

    // MARK: What else counts

    /// The places of the statements that count, of those that say nothing about membership.
    private func countingOthers(counted: BitSet, hadRings: Bool) -> BitSet {
        var found = BitSet()
        var ancestors: [Int: [Bool]] = [:]
        var models: [BitSet: BitSet] = [:]
        for place in roster.entries.indices where roster.entries[place].ordinal == nil {
            let entry = roster.entries[place]
            if entry.statement.content.isIrrevocable {
                let model = ownModel(of: entry, counted: counted, hadRings: hadRings, &models)
                guard isGranted(entry, counted: model, assumed: model),
                    !revokes(of: entry.statement.signer).contains(where: { model.contains($0) })
                else { continue }
            } else {
                guard isGranted(entry, counted: counted, assumed: counted) else { continue }
                let isCutOff = revokes(of: entry.statement.signer).contains { revoke in
                    guard counted.contains(revoke) else { return false }
                    let past = ancestors[revoke] ?? roster.ancestors(of: roster.membership[revoke])
                    ancestors[revoke] = past
                    return place >= past.count || !past[place]
                }
                if isCutOff { continue }
            }
            found.insert(place)
        }
        return found
    }

    /// What counts by a statement's own past.
    func ownModel(of entry: Roster.Entry, counted: BitSet, hadRings: Bool, _ models: inout [BitSet: BitSet]) -> BitSet {
        // Where all of the past counts, and nobody's removal stands against it, the past's own model is all of it.
        guard hadRings || !entry.past.isSubset(of: counted) else { return entry.past }
        if let known = models[entry.past] { return known }
        let model = effective(among: entry.past.numbers).counted
        models[entry.past] = model
        return model
    }

    // MARK: Members and invites

    private func newestLabels(_ facts: [Roster.Entry]) -> [DeviceID: (entry: Roster.Entry, label: SealedLabel)] {
        var newest: [DeviceID: (entry: Roster.Entry, label: SealedLabel)] = [:]
        for fact in facts {
            if case .label(let device, let label) = fact.statement.content { newest[device] = (fact, label) }
        }
        return newest
    }

    private func addMembers(
        to state: inout RosterState, counted: BitSet, labels: [DeviceID: (entry: Roster.Entry, label: SealedLabel)]
    ) {
        for ordinal in roster.membership.indices where counted.contains(ordinal) {
            if case .revoke(let device) = entry(ordinal).statement.content { state.removed.insert(device) }
        }
        for device in admittedDevices {
            let granting = admissions(of: device).filter(counted.contains)
            guard let newest = granting.first, let first = granting.last, let grant = grant(newest), let identity = roster.identities[device]
            else { continue }
            let removal = revokes(of: device).first(where: counted.contains)
            state.members[device] = RosterState.Member(
                identity: identity, role: grant.role, collections: grant.collections,
                label: label(of: entry(newest), labels[device]), sinceMilliseconds: entry(first).statement.timeMilliseconds,
                removal: removal.map { entry($0).id })
        }
    }

    /// The label of the admission or of a later statement, whichever ranks higher.
    private func label(of admission: Roster.Entry, _ newer: (entry: Roster.Entry, label: SealedLabel)?) -> SealedLabel {
        if let newer, (admission.depth, admission.id) < (newer.entry.depth, newer.entry.id) { return newer.label }
        switch admission.statement.content {
        case .genesis(let genesis): return genesis.label
        case .admit(let content): return content.label
        default: return SealedLabel(epoch: .zero, sealed: [])
        }
    }

    private func addInvites(to state: inout RosterState, counted: BitSet) {
        for ordinal in roster.membership.indices where counted.contains(ordinal) {
            let entry = entry(ordinal)
            guard case .invite(let terms) = entry.statement.content else { continue }
            state.invites[entry.id] = RosterState.InviteState(
                terms: terms, issuer: entry.statement.signer, issuedMilliseconds: entry.statement.timeMilliseconds,
                usedBy: Set(uses(of: ordinal).filter(counted.contains).map(newcomer)),
                isWithdrawn: withdrawals(of: ordinal).contains(where: counted.contains),
                issuerIsRemoved: state.removed.contains(entry.statement.signer))
        }
    }

    // MARK: Facts

    /// - Parameter fact: counts, and comes after all that rank lower.
    private func add(_ fact: Roster.Entry, to state: inout RosterState) {
        let signer = fact.statement.signer
        switch fact.statement.content {
        case .writer(let claims):
            for claim in claims where state.writers[claim.writer] == nil {
                state.writers[claim.writer] = RosterState.WriterOwner(device: signer, collection: claim.collection)
            }
        case .cut(let collection, let cut): state.cuts[collection, default: []].insert(cut)
        case .erase(let erasure):
            state.erasures.append(
                RosterState.ErasureRecord(
                    id: fact.id, signer: signer, timeMilliseconds: fact.statement.timeMilliseconds, erasure: erasure))
        case .confirm(let erasures):
            for erasure in erasures { state.confirmations[erasure, default: []].insert(signer) }
        case .genesis, .admit, .revoke, .invite, .withdraw, .rotate, .box, .label: break
        }
    }
}
