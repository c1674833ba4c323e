import CRDT
import Wire

/// A delta that cannot be taken in, though its bytes are those that its packer signed. It ends neither the session nor the bundle that
/// brought it: it is set aside by itself, and everything else goes on.
///
/// It is kept as its packer's removal would have it kept (`kith_quarantine`), with the reason beside it; its claims count for nothing here.
/// It is tried again when a key has come, when the roster has changed, and by a version that reads more.
struct UnreadableDelta: Error {
    let delta: DeltaID
    let code: WireError.Code
}

extension WireError {
    /// Whether what was read is at fault, or its key is not here: not the way that it came, and nothing on this side.
    package var isOfDelta: Bool {
        switch code {
        case .noKey, .malformed, .tooLarge, .trailing, .truncated, .newerFormat: true
        default: false
        }
    }
}

extension WireError {
    /// Why a delta cannot be read: a key that the roster does not have will not come.
    func reason(of manifest: Manifest, by sealing: any Sealing) -> Code {
        code == .noKey && !sealing.isKnown(manifest.epoch, of: manifest.collection) ? .malformed : code
    }
}

extension WireError.Code {
    /// Whether others are to vouch for what such a delta claims. A key may still come, and a newer version reads it: then it is as good as any.
    var asksOthers: Bool { self != .noKey && self != .newerFormat }
}

/// Raised by each version that reads what the one before could not: then it is tried again.
private let readerVersion = 1

extension Door {
    /// Sets a delta aside that cannot be read; what it had claimed is taken back.
    ///
    /// - Returns: false when so much of its packer lies here already that it is not kept.
    @discardableResult
    func setAside(_ manifest: Manifest, _ code: WireError.Code) throws -> Bool {
        // Of what is quarantined the reason is that its packer was removed; that it cannot be read either comes on top.
        let isKept = try isAside(manifest.id) || hasRoomAside(for: manifest)
        if isKept {
            try quarantine(manifest)
            let update = try access.connection.statement("update kith_quarantine set reason = ?, reader = ? where delta = ?")
            update.bind(1, copying: code.rawValue)
            update.bind(2, readerVersion)
            update.bind(3, manifest.id)
            try update.run()
        } else {
            try Store.dropParts(of: manifest.id, access)
        }
        try forgetPlan(of: manifest.id)
        try hearAnew(manifest.collection)
        return isKept
    }

    /// What could not be read now can, and its packer was removed meanwhile: people decide on it, unless nothing in it is new.
    func becomesReadable(_ manifest: Manifest) throws {
        let scope = try manifest.scope { try Door.knowledge(named: $0, access.connection) }
        if try access.writers.knowledge(of: manifest.collection).includes(scope.result) {
            try Store.release(manifest.id, access)
            return try Store.dropParts(of: manifest.id, access)
        }
        let update = try access.connection.statement("update kith_quarantine set reason = null where delta = ?")
        update.bind(1, manifest.id)
        try update.run()
    }

    func isAside(_ delta: DeltaID) throws -> Bool {
        let select = try access.connection.statement("select 1 from kith_quarantine where delta = ?")
        defer { select.reset() }
        select.bind(1, delta)
        return try select.step()
    }

    /// A segment of what is set aside: sealed, as it came.
    func keepAside(_ segment: SealedSegment, of manifest: Manifest) throws {
        guard try isAside(manifest.id) else { return }
        guard try !Store.isDiscarded(manifest.id, access) else { return }
        try keep(segment)
    }

    /// What waited for an earlier delta, or came in part, and turns out not to be readable.
    func setWaitingAside(_ delta: DeltaID, _ code: WireError.Code) throws {
        let select = try access.connection.statement("select manifest from kith_incoming where delta = ? and manifest is not null")
        defer { select.reset() }
        select.bind(1, delta)
        guard try select.step() else { return }
        let manifest = try Manifest(select.bytes(0))
        select.reset()
        try setAside(manifest, code)
    }

    /// Whether one more delta of a packer may lie here beside the log, because it waits or cannot be read: what one device sends must
    /// not fill a disk. What its manifest declares counts, before any of it has come. Parts of one that links are on their way into the
    /// log, and what a removed device packed is for people to decide on: neither is counted.
    func hasRoomAside(for manifest: Manifest) throws -> Bool {
        let select = try access.connection.statement(
            """
            select count(*), coalesce(sum(byte_count), 0) from (
                select delta, byte_count from kith_incoming where manifest is not null and packer = ?1
                union all select delta, byte_count from kith_quarantine where reason is not null and discarded = 0 and packer = ?1
            ) where delta <> ?2
            """)
        defer { select.reset() }
        select.bind(1, manifest.packer)
        select.bind(2, manifest.id)
        _ = try select.step()
        return select.integer(0) < Limits.asideDeltaCount && Int(select.integer(1)) + manifest.sealedByteCount <= Limits.asideByteCount
    }

    /// It is neither waiting nor on its way any more.
    func forgetPlan(of delta: DeltaID) throws {
        let delete = try access.connection.statement("delete from kith_incoming where delta = ? and manifest is not null")
        delete.bind(1, delta)
        try delete.run()
    }

    /// Whether what a waiting delta builds on can be missing: not when its packer was removed, or has packed what cannot be read: then that
    /// is what it waits for, and it is listed.
    func mayBeMissing(_ manifest: Manifest) throws -> Bool {
        let select = try access.connection.statement("select manifest from kith_quarantine where reason is not null")
        defer { select.reset() }
        while try select.step() {
            let other = try Manifest(select.bytes(0))
            if other.packer == manifest.packer, other.collection == manifest.collection { return false }
        }
        return (try? manifest.standing(by: access.environment.sealing)) != .revoked
    }

    /// What others are known to hold, from what waits here or is on its way: nothing else is missing.
    func hearAnew(_ collection: String) throws {
        for writer in access.writers.writers(of: collection) where writer.heard > max(writer.closed, writer.own) {
            try access.writers.update(writer.ordinal) { $0.heard = max($0.closed, $0.own) }
        }
        let select = try access.connection.statement("select manifest from kith_incoming where manifest is not null")
        var manifests: [Manifest] = []
        while try select.step() { manifests.append(try Manifest(select.bytes(0))) }
        select.reset()
        for manifest in manifests where manifest.collection == collection {
            guard try mayBeMissing(manifest) else { continue }
            let scope = try? manifest.scope { try Door.knowledge(named: $0, access.connection) }
            guard let scope else { continue }
            let uncut = try scope.result.ends.filter { try access.writers.cuts(of: access.writers.root(of: $0.key)).isEmpty }
            try hear(of: Knowledge(uncut), in: collection)
        }
    }
}

extension Store {
    /// Runs `body` in a transaction. When it meets a delta that cannot be read, all of it is taken back and done again with that one set
    /// aside, so that nothing of it stays.
    func takingIn<Result>(_ body: (Door) throws -> Result) throws -> Result {
        var unreadable: [DeltaID: WireError.Code] = [:]
        while true {
            do {
                return try writeStamped { access in
                    let door = Door(access, identity: identity, unreadable: unreadable)
                    for (delta, code) in unreadable.sorted(by: { $0.key < $1.key }) { try door.setWaitingAside(delta, code) }
                    return try body(door)
                }
            } catch let error as UnreadableDelta {
                guard unreadable.updateValue(error.code, forKey: error.delta) == nil else { throw WireError(error.code, in: "delta") }
            }
        }
    }

    /// A segment that this delta cannot be read with: it is set aside with all that comes of it.
    func setAside(_ manifest: Manifest, _ code: WireError.Code, _ segment: SealedSegment) throws {
        try write { access in
            let door = Door(access, identity: identity)
            if try door.setAside(manifest, code) { try door.keepAside(segment, of: manifest) }
        }
    }

    /// Nothing is kept of a delta whose packer is at the other end: it packs anew the next time.
    package func passOver(_ manifest: Manifest) throws {
        try write { access in
            let door = Door(access, identity: identity)
            try door.forgetPlan(of: manifest.id)
            try Store.dropParts(of: manifest.id, access)
            try door.hearAnew(manifest.collection)
        }
    }

    /// Tries what was set aside because it could not be read.
    ///
    /// - Parameter all: the roster is another; else those alone whose key was not here, and those that an older version tried.
    /// - Returns: how many were taken in, or wait now.
    @discardableResult
    package func retryAside(all: Bool) throws -> Int {
        let waiting = try read { access -> [DeltaID] in
            let select = try access.connection.statement(
                """
                select delta from kith_quarantine where reason is not null and discarded = 0 and (? or reason = 'no-key' or reader < ?)
                order by since, delta
                """)
            defer { select.reset() }
            select.bind(1, all ? 1 : 0)
            select.bind(2, readerVersion)
            var found: [DeltaID] = []
            while try select.step() { found.append(try select.nonce(0)) }
            return found
        }
        var count = 0
        do {
            for delta in waiting where try retry(delta) { count += 1 }
            if all { try judgeWaiting() }
        } catch is MassChange {
            // A person is asked about it first; then it is tried again.
        }
        return count
    }

    /// Whoever packed what waits may have been removed.
    private func judgeWaiting() throws {
        let isWaiting = try read { access in
            try access.writers.all.contains { $0.heard > max($0.closed, $0.own) }
                || access.connection.number("select count(*) from kith_incoming where manifest is not null")! > 0
        }
        guard isWaiting else { return }
        try takingIn { door in
            try door.mergeWaiting()
            for collection in Set(door.access.writers.all.map(\.collection)).sorted() { try door.hearAnew(collection) }
        }
    }

    private func retry(_ delta: DeltaID) throws -> Bool {
        // The cheap part first: nothing is written as long as its key is not here.
        let manifest = try read { try Store.quarantined(delta, $0) }
        guard let standing = try? manifest.standing(by: environment.sealing) else { return false }
        do {
            let isWhole = try read { access in
                let door = Door(access, identity: identity)
                guard try door.hasAllParts(of: manifest) else { return false }
                if !manifest.segments.isEmpty { _ = try door.part(0, of: manifest) }
                return true
            }
            guard isWhole else { return false }
            guard standing == .member else {
                try write { try Door($0, identity: identity).becomesReadable(manifest) }
                return false
            }
            _ = try mergeBundle(dryRun: false, salvage: false) { try $0.retry(delta) }
            return true
        } catch let error as WireError where error.isOfDelta || error.code == .unknownReceipt {
            let code = error.reason(of: manifest, by: environment.sealing)
            guard code != .noKey, code != .unknownReceipt else { return false }
            try write { _ = try Door($0, identity: identity).setAside(manifest, code) }
            return false
        }
    }
}
