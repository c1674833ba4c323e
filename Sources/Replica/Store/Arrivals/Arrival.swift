import CRDT
import Wire

/// What becomes of a delta that another than its packer may have handed over, by bundle or by relay.
enum Reception {
    case admitted(Door.Admitted)
    /// Everything in it is held.
    case known(result: Knowledge)
    /// Packed by a device that has been removed: set aside until somebody decides.
    case quarantined
    /// It cannot be read: set aside.
    case unreadable(WireError.Code)
    /// Of a collection that this device is not admitted to, or that this version does not know.
    case passedOver
}

extension Door {
    /// Takes up a delta that was packed by anybody. What was merged whole before stays known, whoever packed it.
    ///
    /// - Parameter vouched: somebody here has accepted it, though its packer has been removed.
    func receive(_ manifest: Manifest, vouched: Bool = false) throws -> Reception {
        try checkSpace(of: manifest)
        guard access.catalog.shownTables.contains(where: { $0.definition!.collection.rawValue == manifest.collection }) else {
            return .passedOver
        }
        let wasMerged = try wasMerged(manifest.id)
        if try !wasMerged && !vouched && manifest.standing(by: access.environment.sealing) == .revoked {
            try quarantine(manifest)
            return .quarantined
        }
        if !vouched, !wasMerged {
            if let code = unreadable[manifest.id] {
                try setAside(manifest, code)
                return .unreadable(code)
            }
            if let code = try Store.reason(of: manifest.id, access) { return .unreadable(code) }
        }
        let admitted = try ofDelta(manifest) { try admit(manifest, vouched: vouched || wasMerged) }
        if !wasMerged && admitted.admission == .known { try conclude(manifest.id) }
        return wasMerged || admitted.admission == .known ? .known(result: admitted.scope.result) : .admitted(admitted)
    }

    /// Takes up a delta that comes segment by segment, each in a transaction of its own: a connection that breaks loses nothing
    /// that was confirmed.
    func takeUp(_ manifest: Manifest, _ admitted: Admitted) throws {
        switch admitted.admission {
        case .merges where manifest.segments.isEmpty:
            // Everything in it has been taken over since: only the knowledge is new.
            try merge(EmptyCollection(), of: manifest, admitted)
        case .merges where try hasAllParts(of: manifest):
            try mergeParts(of: manifest, admitted)
        case .merges where manifest.segments.count > 1:
            try register(manifest)
        case .known:
            try conclude(manifest.id)
        case .merges, .waits, .forked:
            break
        }
    }
}

/// What becomes of a delta that a relay passes on.
package enum CarriedAdmission: Hashable, Sendable {
    case merges
    case known
    case waits(missing: Knowledge)
    case quarantined
    case unreadable(WireError.Code)
    /// Somebody here has looked at it and thrown it away.
    case discarded
    case forked([WriterID])
}

extension Store {
    /// Decides on what the other side of a session has packed.
    package func admit(_ manifest: Manifest) throws -> Admission {
        try takingIn { door in
            let admitted = try door.admit(manifest)
            try door.takeUp(manifest, admitted)
            return admitted.admission
        }
    }

    /// Takes one segment of a delta that `admit` has taken up.
    ///
    /// - Returns: whether the delta is now whole here.
    package func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        try segment.checked(against: manifest)
        do {
            return try takingIn { try $0.take(segment, of: manifest) }
        } catch let error as WireError where error.code != .noKey {
            // Together the parts contradict this page: they will not do so less when the rest comes again.
            try write { try Store.forget(manifest.id, $0) }
            throw error
        }
    }

    private static func forget(_ delta: DeltaID, _ access: Access) throws {
        try dropParts(of: delta, access)
        let delete = try access.connection.statement("delete from kith_incoming where delta = ? and manifest is not null")
        delete.bind(1, delta)
        try delete.run()
    }

    // MARK: From a relay

    /// What a relay passes on goes through the same door as a bundle.
    ///
    /// - Throws: `WireError`, as for any delta: `unknownPacker`, `badSignature`, `unknownReceipt`; `newerFormat` for a collection
    ///   that this version does not know.
    package func admitCarried(_ manifest: Manifest) throws -> CarriedAdmission {
        try takingIn { door in
            let access = door.access
            if try Store.isDiscarded(manifest.id, access) { return .discarded }
            switch try door.receive(manifest) {
            case .passedOver: throw WireError(.newerFormat, in: "manifest collection")
            case .quarantined: return .quarantined
            case .unreadable(let code): return .unreadable(code)
            case .known(let result):
                try keepClaim(of: manifest, result, access)
                return .known
            case .admitted(let admitted):
                switch admitted.admission {
                case .merges:
                    try door.ofDelta(manifest) { try door.takeUp(manifest, admitted) }
                    try keepClaim(of: manifest, admitted.scope.result, access)
                    return .merges
                case .known:
                    return .known
                case .waits(let missing):
                    _ = try door.keepWaiting(manifest)
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
    /// - Returns: why the delta cannot be read, when this segment shows it: it has been set aside, and what comes of it is to be given here
    ///   as `.unreadable`.
    package func mergeCarried(
        _ segment: SealedSegment, of manifest: Manifest, _ admission: CarriedAdmission
    ) throws -> WireError.Code? {
        do {
            try takeCarried(segment, of: manifest, admission)
            return nil
        } catch let error as WireError where error.isOfDelta {
            // Bytes that are not those which the manifest names are the relay's fault.
            try segment.checked(against: manifest)
            let code = error.reason(of: manifest, by: environment.sealing)
            try setAside(manifest, code, segment)
            return code
        }
    }

    private func takeCarried(_ segment: SealedSegment, of manifest: Manifest, _ admission: CarriedAdmission) throws {
        switch admission {
        case .merges:
            // Whether it can be read is known at once, and not when the last one has come.
            _ = try segment.opened(of: manifest, by: environment.sealing)
            _ = try merge(segment, of: manifest)
        case .known, .discarded:
            try segment.checked(against: manifest)
        case .unreadable:
            try segment.checked(against: manifest)
            try write { try Door($0, identity: identity).keepAside(segment, of: manifest) }
        case .waits, .quarantined, .forked:
            _ = try segment.opened(of: manifest, by: environment.sealing)
            try takingIn { door in
                guard admission != .quarantined else { return try door.keepAside(segment, of: manifest) }
                // One for which there was no room comes again.
                guard try door.isRegistered(manifest.id) else { return }
                try door.keep(segment)
                guard case .waits = admission, try door.hasAllParts(of: manifest) else { return }
                // What it waited for may have come while it was on its way.
                try door.mergeWaiting()
            }
        }
    }
}
