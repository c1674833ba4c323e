import CRDT
import Wire

/// What becomes of a delta that another than its packer may have handed over, by bundle or by relay.
enum Reception {
    case admitted(DeltaScope, Admission)
    /// Packed by a device that has been removed: set aside until somebody decides.
    case quarantined
    /// Of a collection that this device is not admitted to, or that this version does not know.
    case passedOver
}

extension Door {
    /// Takes up a delta that was packed by anybody. What was merged whole before stays known, whoever packed it.
    ///
    /// - Parameter vouched: somebody here has accepted it, though its packer has been removed.
    /// - Returns: `.known` for one in which nothing can be new.
    func receive(_ manifest: Manifest, vouched: Bool = false) throws -> Reception {
        guard access.catalog.shownTables.contains(where: { $0.definition!.collection.rawValue == manifest.collection }) else {
            return .passedOver
        }
        let wasMerged = try wasMerged(manifest.id)
        if try !wasMerged && !vouched && manifest.standing(by: access.environment.sealing) == .revoked {
            try quarantine(manifest)
            return .quarantined
        }
        let (admission, scope) = try admit(manifest, vouched: vouched || wasMerged)
        // Early changes may travel beyond the result, so a known delta that has any is merged all the same.
        let isKnown = wasMerged || (admission == .known && manifest.earlyCount == 0)
        return .admitted(scope, isKnown ? .known : admission == .known ? .merges : admission)
    }

    // MARK: Segments that lie here

    /// The indices of a delta's segments that were set aside with it, ascending.
    static func heldSegments(of delta: DeltaID, _ access: Access) throws -> [Int] {
        let select = try access.connection.statement("select number from kith_waiting_segment where delta = ? order by number")
        defer { select.reset() }
        select.bind(1, delta)
        var found: [Int] = []
        while try select.step() { found.append(Int(select.integer(0))) }
        return found
    }

    /// Merges what was set aside of a delta that merges now: it waited, or was quarantined while its packer had no right.
    ///
    /// - Returns: the indices of the segments.
    func mergeHeld(_ manifest: Manifest, _ scope: DeltaScope) throws -> [Int] {
        let held = try Door.heldSegments(of: manifest.id, access)
        try Store.release(manifest.id, access)
        guard !held.isEmpty else { return [] }
        let opened = try held.map { try Door.waitingSegment($0, manifest, access) }
        _ = try merge(opened, of: manifest, scope)
        return held
    }
}

/// What becomes of a delta that a relay passes on.
package enum CarriedAdmission: Hashable, Sendable {
    case merges
    case known
    case waits(missing: Knowledge)
    case quarantined
    case forked([WriterID])
}

/// What a relay passes on goes through the same door as a bundle, but a segment at a time, each in a transaction of its own: a
/// connection that breaks loses nothing that was confirmed.
extension Store {
    /// - Throws: `WireError`, as for any delta: `unknownPacker`, `badSignature`, `unknownReceipt`; `newerFormat` for a collection
    ///   that this version does not know.
    package func admitCarried(_ manifest: Manifest) throws -> CarriedAdmission {
        try writeStamped { access in
            let door = Door(access, identity: identity)
            switch try door.receive(manifest) {
            case .passedOver: throw WireError(.newerFormat, in: "manifest collection")
            case .quarantined: return .quarantined
            case .admitted(let scope, let admission):
                switch admission {
                case .merges:
                    _ = try door.mergeHeld(manifest, scope)
                    try keepClaim(of: manifest, scope.result, access)
                    return .merges
                case .known:
                    try keepClaim(of: manifest, scope.result, access)
                    return .known
                case .waits(let missing):
                    try door.keepWaiting(manifest)
                    return .waits(missing: missing)
                case .forked(let writers):
                    return .forked(writers)
                }
            }
        }
    }

    /// What the packer claims, it holds. A relay may pass on what was packed before things that this replica knows already.
    private func keepClaim(of manifest: Manifest, _ result: Knowledge, _ access: Access) throws {
        let known = try Store.peerKnowledge(manifest.packerReplica, manifest.collection, "received", access)
        if let known, known.includes(result) { return }
        try Store.notePeer(manifest.packerReplica, device: manifest.packer, manifest.collection, "received", result, access)
    }

    /// Takes one segment of a delta that `admitCarried` has taken up.
    ///
    /// - Returns: whether the delta is now whole here.
    package func mergeCarried(_ segment: SealedSegment, of manifest: Manifest, _ admission: CarriedAdmission) throws -> Bool {
        switch admission {
        case .merges:
            return try merge(segment, of: manifest)
        case .known:
            try segment.checked(against: manifest)
            return true
        case .waits, .quarantined, .forked:
            // Only what could be opened is worth keeping.
            _ = try segment.opened(of: manifest, by: environment.sealing)
            return try writeStamped { access in
                let door = Door(access, identity: identity)
                try door.keepWaiting(segment)
                guard case .waits = admission, try Door.heldSegments(of: manifest.id, access).count == manifest.segments.count else {
                    return false
                }
                // What it waited for may have come while it was on its way.
                try door.mergeWaiting()
                return try door.wasMerged(manifest.id)
            }
        }
    }
}
