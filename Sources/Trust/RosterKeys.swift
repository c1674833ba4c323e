import CRDT
import Wire

// What a device can open of its roster.

extension Roster {
    /// Opens every key that is boxed to this device, and those sealed under them. Boxes of statements that do not count are
    /// opened too: what others sealed under such a key before they knew must stay readable. A key is taken only under the id
    /// that follows from it.
    package func keys(for keys: DeviceKeys) -> KeyRing {
        let device = keys.identity.id
        var ring = KeyRing()
        // Newest first: its box opens most of the others, and a box with nothing new stays shut.
        let newestFirst = entries.indices.sorted { ranks($1, below: $0) }.map { entries[$0] }
        for entry in newestFirst {
            for (scope, box) in entry.boxes(for: device) where box.epochs.contains(where: { ring.key($0, of: scope) == nil }) {
                for key in box.open(with: keys, scope: scope, space: entry.statement.space) { ring.add(key, to: scope) }
            }
            openOlder(entry, into: &ring)
        }
        // A key that came by an older statement's box can open what a newer rotation seals under it.
        while true {
            let before = ring.keyCount
            for entry in newestFirst { openOlder(entry, into: &ring) }
            if ring.keyCount == before { return ring }
        }
    }

    private func openOlder(_ entry: Entry, into ring: inout KeyRing) {
        guard case .rotate(let rotation) = entry.statement.content, let key = ring.key(rotation.epoch, of: rotation.scope) else { return }
        for (epoch, sealed) in rotation.older where ring.key(epoch, of: rotation.scope) == nil {
            let context = Statement.Rotation.olderContext(scope: rotation.scope, epoch: epoch)
            guard let bytes = SealedField.open(sealed, under: key, context: context), let older = EpochKey(bytes), older.id == epoch
            else { continue }
            ring.add(older, to: rotation.scope)
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
}

extension Roster.Entry {
    fileprivate func boxes(for device: DeviceID) -> [(scope: String, box: KeyBox)] {
        switch statement.content {
        case .genesis(let genesis): genesis.founder.id == device ? genesis.boxes.map { ($0.key, $0.value) } : []
        case .admit(let admission): admission.identity.id == device ? admission.boxes.map { ($0.key, $0.value) } : []
        case .rotate(let rotation): rotation.boxes[device].map { [(rotation.scope, $0)] } ?? []
        case .box(let scope, let boxes): boxes[device].map { [(scope, $0)] } ?? []
        default: []
        }
    }
}

extension KeyRing {
    fileprivate var keyCount: Int { scopes.reduce(0) { $0 + keys(of: $1).count } }
}
