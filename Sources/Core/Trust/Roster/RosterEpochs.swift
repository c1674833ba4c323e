import CRDT
import Wire

// Which keys a scope has had, and who has them. Nothing here needs a box: whom a statement gives keys to follows from the statements.

/// The keys of one scope while they are gathered.
private struct ScopeEpochs {
    struct Line {
        /// Of the statements that brought it and count, that of the highest rank first.
        var places: [Int] = []
        /// Of those that do not count.
        var voidPlaces: [Int] = []
        /// Devices that were given it by name.
        var gifted: Set<DeviceID> = []
        /// Keys whose holders can open this one.
        var sealedUnder: Set<EpochID> = []
    }
    var lines: [EpochID: Line] = [:]
}

extension RosterResolver {
    func addEpochs(to state: inout RosterState, counted: BitSet, hadRings: Bool) {
        var scopes: [String: ScopeEpochs] = [:]
        for place in roster.entries.indices {
            let isVoid = state.void.contains(roster.entries[place].id)
            switch roster.entries[place].statement.content {
            case .genesis(let genesis):
                for (scope, epochs) in genesis.keys {
                    for epoch in epochs { scopes[scope, default: ScopeEpochs()].lines[epoch, default: .init()].places.append(place) }
                }
            case .rotate(let rotation):
                for (scope, key) in rotation.keys {
                    let list = isVoid ? \ScopeEpochs.Line.voidPlaces : \.places
                    scopes[scope, default: ScopeEpochs()].lines[key.epoch, default: .init()][keyPath: list].append(place)
                }
            default: break
            }
        }
        for entry in roster.entries where !state.void.contains(entry.id) {
            guard case .rotate(let rotation) = entry.statement.content else { continue }
            for (scope, key) in rotation.keys {
                for older in key.older where scopes[scope]?.lines[older] != nil { scopes[scope]?.lines[older]?.sealedUnder.insert(key.epoch) }
            }
        }
        for entry in roster.entries { addGifts(of: entry, isVoid: state.void.contains(entry.id), state, &scopes) }
        var models: [BitSet: BitSet] = [:]
        for (scope, found) in scopes {
            var lines = found.lines
            for epoch in lines.keys { lines[epoch]?.places.sort { roster.ranks($1, below: $0) } }
            let newestFirst = lines.keys.filter { lines[$0]?.places.isEmpty == false }.sorted { one, other in
                let (place, otherPlace) = (lines[one]?.places.first ?? 0, lines[other]?.places.first ?? 0)
                return place == otherPlace ? other < one : roster.ranks(otherPlace, below: place)
            }
            let holders = Set(state.holders(of: scope))
            let audience = Audience(resolver: self, scope: scope, counted: counted, hadRings: hadRings)
            state.epochs[scope] = newestFirst.map {
                RosterState.Epoch(id: $0, statement: roster.entries[lines[$0]?.places.first ?? 0].id)
            }
            state.named[scope] = Set(lines.filter { $1.places.isEmpty == false || $1.voidPlaces.contains(where: mightRotate) }.keys)
            var leaks = Leaks(lines: lines, holders: holders)
            // Only what ranks above the current key is ever looked at.
            let untainted = newestFirst.firstIndex { !leaks.isTainted($0) { audience.receivers(of: $0, &models) } }
            guard let current = state.epochs[scope]?[untainted ?? 0] else { continue }
            state.currents[scope] = RosterState.CurrentEpoch(id: current.id, statement: current.statement, isTainted: untainted == nil)
            // The current key, and what no other opens: something may be sealed under it, even if its rotation does not count.
            for epoch in lines.keys where epoch == current.id || lines[epoch]?.sealedUnder.isEmpty == true {
                let knowers = leaks.closure(of: epoch).reduce(into: Set<DeviceID>()) { knowers, epoch in
                    guard let line = lines[epoch] else { return }
                    for place in line.places + line.voidPlaces { knowers.formUnion(audience.receivers(of: place, &models)) }
                    knowers.formUnion(line.gifted)
                }
                let missing = holders.subtracting(knowers).sorted()
                if !missing.isEmpty { state.lacking[scope, default: [:]][epoch] = missing }
            }
        }
    }

    /// Whether the signer of the rotation at a place was a coordinator by some admission in its past, counting or not.
    private func mightRotate(_ place: Int) -> Bool {
        let entry = roster.entries[place]
        return admissions(of: entry.statement.signer).contains {
            entry.past.contains($0) && grant($0)?.permits(entry.statement.content, by: entry.statement.signer) == true
        }
    }

    /// A gift in a statement that does not count gave its keys away all the same, if the signer had them: that of an admission
    /// too many by an invite, say. A signer who holds the scope no longer need not be asked: the keys it had are tainted anyhow.
    private func addGifts(of entry: Roster.Entry, isVoid: Bool, _ state: RosterState, _ scopes: inout [String: ScopeEpochs]) {
        let recipients: [DeviceID]
        switch entry.statement.content {
        case .admit(let admission): recipients = [admission.identity.id]
        case .box(let gift): recipients = gift.recipients
        default: return
        }
        for (scope, epochs) in entry.statement.content.keys
        where !isVoid || state.members[entry.statement.signer]?.mayHold(scope: scope) == true {
            for epoch in epochs where scopes[scope]?.lines[epoch] != nil { scopes[scope]?.lines[epoch]?.gifted.formUnion(recipients) }
        }
    }
}

/// Which keys somebody has who may not: each is looked at once, the newest first.
private struct Leaks {
    let lines: [EpochID: ScopeEpochs.Line]
    let holders: Set<DeviceID>
    private var tainted: Set<EpochID> = []

    init(lines: [EpochID: ScopeEpochs.Line], holders: Set<DeviceID>) {
        self.lines = lines
        self.holders = holders
    }

    /// Whether one who is not a holder was given the key, or one that opens it.
    ///
    /// - Parameter receivers: of the statement at a place.
    mutating func isTainted(_ epoch: EpochID, _ receivers: (Int) -> Set<DeviceID>) -> Bool {
        guard let line = lines[epoch] else { return false }
        let isOpenToOthers = line.sealedUnder.contains(where: tainted.contains)
            || closure(of: epoch).contains { leaks($0, receivers) }
        if isOpenToOthers { tainted.insert(epoch) }
        return isOpenToOthers
    }

    private func leaks(_ epoch: EpochID, _ receivers: (Int) -> Set<DeviceID>) -> Bool {
        guard let line = lines[epoch], !tainted.contains(epoch) else { return true }
        return !line.gifted.isSubset(of: holders) || !line.places.allSatisfy { receivers($0).isSubset(of: holders) }
    }

    /// An epoch and all whose holders can open it.
    func closure(of epoch: EpochID) -> Set<EpochID> {
        var found: Set<EpochID> = [epoch]
        var rest = [epoch]
        while let next = rest.popLast() {
            for newer in lines[next]?.sealedUnder ?? [] where found.insert(newer).inserted { rest.append(newer) }
        }
        return found
    }
}

/// Whom a genesis or a rotation gives its keys of one scope to: the signer, and the holders by the statement's own past.
private struct Audience {
    let resolver: RosterResolver
    let scope: String
    let counted: BitSet
    let hadRings: Bool

    func receivers(of place: Int, _ models: inout [BitSet: BitSet]) -> Set<DeviceID> {
        let entry = resolver.roster.entries[place]
        guard !entry.statement.parents.isEmpty else { return [entry.statement.signer] }
        let model = resolver.ownModel(of: entry, counted: counted, hadRings: hadRings, &models)
        var found: Set<DeviceID> = [entry.statement.signer]
        for device in resolver.admittedDevices {
            guard let newest = resolver.admissions(of: device).first(where: model.contains), resolver.grant(newest)?.holds(scope: scope) == true,
                !resolver.revokes(of: device).contains(where: model.contains)
            else { continue }
            found.insert(device)
        }
        return found
    }
}
