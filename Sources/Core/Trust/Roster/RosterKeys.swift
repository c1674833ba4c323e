import CRDT
import Wire

// What a device can open of its roster.

extension Roster {
    /// Opens every key that is boxed to this device, and from those the chain of older ones. Boxes of statements that do not count are
    /// opened too: what others sealed under such a key before they knew must stay readable. A key is taken only under the id
    /// that follows from it.
    package func keys(for keys: DeviceKeys) -> KeyRing {
        var ring = KeyRing()
        var rotations: [EpochID: [Int]] = [:]
        for place in entries.indices {
            guard case .rotate(let rotation) = entries[place].statement.content else { continue }
            for key in rotation.keys.values { rotations[key.epoch, default: []].append(place) }
        }
        // Newest first: its box opens most of the others, and a box with nothing new stays shut.
        for place in entries.indices.filter({ entries[$0].boxes != nil }).sorted(by: { ranks($1, below: $0) }) {
            let entry = entries[place]
            let named = entry.statement.content.keys
            guard let boxes = entry.boxes, named.contains(where: { scope, epochs in epochs.contains { ring.key($0, of: scope) == nil } })
            else { continue }
            for key in KeyBoxes.open(boxes, with: keys, space: entry.statement.space) {
                let id = key.id
                for (scope, epochs) in named where epochs.contains(id) && ring.add(key, to: scope) {
                    openOlder(from: key, scope, rotations, &ring)
                }
            }
        }
        return ring
    }

    /// Walks the chain back from a key.
    private func openOlder(from key: EpochKey, _ scope: String, _ rotations: [EpochID: [Int]], _ ring: inout KeyRing) {
        var rest = [key]
        while let key = rest.popLast() {
            for place in rotations[key.id] ?? [] {
                guard case .rotate(let rotation) = entries[place].statement.content, let new = rotation.keys[scope], new.epoch == key.id
                else { continue }
                for older in OlderKeys.open(new, under: key, scope: scope) {
                    ring.note(chained: older.id, in: scope)
                    if ring.add(older, to: scope) { rest.append(older) }
                }
            }
        }
    }

    /// A device's label; nil without the key, or for a device that was never admitted.
    package func label(of device: DeviceID, with ring: KeyRing) -> String? { state.members[device]?.label.open(of: device, with: ring) }

    /// The space's name and import secret.
    ///
    /// - Throws: `WireError.noKey` without the first key of `members`; `.damaged` when its founder sealed something else.
    package func spaceDescription(with ring: KeyRing) throws -> SpaceIdentity {
        guard case .genesis(let genesis) = entries[0].statement.content else { throw WireError(.malformed, in: "roster") }
        guard let key = ring.key(genesis.label.epoch, of: KeyScope.members) else { throw WireError(.noKey, in: "space") }
        guard let description = SpaceDescription.open(genesis.description, of: space, under: key) else {
            throw WireError(.damaged, in: "space")
        }
        return description
    }

    // MARK: Boxes that are of no more use

    /// The places of statements whose boxes nobody needs any longer: of every key in them, the statement that brought the current key of
    /// the scope has the statement in its past, and the current key's chain leads back to it. Whoever may have the scope was boxed the
    /// current key, or is admitted beside it or after it, and those boxes stay.
    var spentPlaces: [Int] {
        var chain: [EpochID: [EpochID]] = [:]
        for entry in entries {
            guard case .rotate(let rotation) = entry.statement.content else { continue }
            for key in rotation.keys.values { chain[key.epoch, default: []] += key.older }
        }
        var pasts: [Int: [Bool]] = [:]
        var reached: [String: (past: [Bool], epochs: Set<EpochID>)] = [:]
        for scope in state.epochs.keys {
            guard let current = state.currentEpoch(of: scope), let place = places[current.statement] else { continue }
            let past = pasts[place] ?? ancestors(of: place)
            pasts[place] = past
            var epochs: Set<EpochID> = []
            var rest = [current.id]
            while let epoch = rest.popLast() {
                for older in chain[epoch] ?? [] where epochs.insert(older).inserted { rest.append(older) }
            }
            reached[scope] = (past, epochs)
        }
        return entries.indices.filter { place in
            guard entries[place].boxes != nil else { return false }
            return entries[place].statement.content.keys.allSatisfy { scope, epochs in
                guard let (past, reachable) = reached[scope], place < past.count - 1, past[place] else { return false }
                return epochs.allSatisfy(reachable.contains)
            }
        }
    }

    /// Drops the boxes that nobody needs any longer.
    ///
    /// - Parameter keys: this device's: nothing is dropped if it would lose a key by that, as by a chain that somebody made up.
    /// - Returns: the statements as they are to be kept from now on.
    package mutating func dropSpentBoxes(keeping keys: DeviceKeys?) -> [[UInt8]] {
        let spent = spentPlaces
        guard !spent.isEmpty else { return [] }
        var next = self
        for place in spent { next.dropBoxes(of: place) }
        if let keys, !next.keys(for: keys).includes(self.keys(for: keys)) { return [] }
        self = next
        return spent.map { entries[$0].encoded }
    }
}
