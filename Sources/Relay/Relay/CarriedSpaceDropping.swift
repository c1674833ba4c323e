import CRDT
import Sync
import Trust
import Wire

/// What a relay lets go of, what it asks for in its place, and what it confirms.
extension CarriedSpace {
    // MARK: Dropping, in a transaction

    /// Drops what is not needed any more, and says so where that ends an erasure.
    package func settle() throws {
        guard !isReadOnly else { return }
        if archive.newCount >= CarriedSpace.sweptArchiveCount {
            try archive.keepOnly(try namesInUse())
            version = try store.version()
        }
        let now = environment.nowMilliseconds()
        if now - partsSweptMilliseconds > CarriedSpace.dayMilliseconds {
            partsSweptMilliseconds = now
            try store.dropParts(olderThanMilliseconds: now - CarriedSpace.keptPartDays * CarriedSpace.dayMilliseconds)
        }
        let receipts = try holders()
        var dropped: [DeltaID] = []
        for ledger in allLedgers {
            let erased = newestErasurePlace(of: ledger.collection)
            let superseded = try (isSafeToDrop(in: ledger, receipts) ? ledger.superseded().filter { held in isSafe(held, in: ledger.collection, receipts) } : [])
                // What a removed device packed, or a member cannot read, and nobody may have beside: it goes with an erasure only when others
                // have it set aside.
                + ledger.held.filter { held in
                    (!held.isServed || held.isDoubted) && held.delta.rosterPlace < erased
                        && (mutated(.relayDropsRemoved) || isSafe(held, in: ledger.collection, receipts))
                }
            guard !superseded.isEmpty else { continue }
            let ids = Set(superseded.map(\.delta.manifest.id)).sorted()
            try store.drop(ids)
            ledger.drop(Set(ids))
            for id in ids { reviewers[id] = nil }
            dropped += ids
        }
        try dropErasedParts()
        if !dropped.isEmpty {
            try archive.keepOnly(try namesInUse())
            version = try store.version()
        }
        try confirmErasures()
    }

    /// A part that was packed before an erasure was known never becomes whole: its packer learns of the erasure before it sends on, and
    /// packs anew.
    private func dropErasedParts() throws {
        let old = try store.partialDeltas().filter { $0.rosterPlace < newestErasurePlace(of: $0.manifest.collection) }.map(\.manifest.id)
        guard !old.isEmpty else { return }
        try store.drop(old)
        droppedParts.formUnion(old)
        version = try store.version()
    }

    /// Of the erasures of a collection that are known here; 0 without one.
    private func newestErasurePlace(of collection: String) -> Int64 {
        roster.state.erasures.filter { $0.erasure.collection == collection }.compactMap { erasurePlaces[$0.id] }.max() ?? 0
    }

    /// By collection, what each device is known to hold.
    private func holders() throws -> [String: [DeviceID: [Knowledge]]] {
        var found: [String: [DeviceID: [Knowledge]]] = [:]
        guard allLedgers.contains(where: { ledger in !ledger.superseded().isEmpty || ledger.held.contains { !$0.isServed || $0.isDoubted } }) else { return [:] }
        for contact in try store.contacts() where member(contact.device) != nil {
            for (collection, name) in contact.receipts {
                if let knowledge = try archive.knowledge(named: name) { found[collection, default: [:]][contact.device, default: []].append(knowledge) }
            }
        }
        return found
    }

    /// Two devices hold what a delta brought, neither of them a relay (or the only one there is): a snapshot that holds less than it says
    /// loses nothing. Of one by a removed device they may have it set aside.
    private func isSafe(_ held: Ledger.Held, in collection: String, _ receipts: [String: [DeviceID: [Knowledge]]]) -> Bool {
        if mutated(.relayDropsUnsafe) { return true }
        var holders = (reviewers[held.delta.manifest.id] ?? []).filter { member($0) != nil }
        for (device, knowledge) in receipts[collection] ?? [:] where knowledge.contains(where: { $0.includes(held.scope.result) }) {
            holders.insert(device)
        }
        let able = roster.state.members.keys.count { member($0)?.collections.contains(collection) ?? false }
        return holders.count >= min(2, max(1, able))
    }

    private func namesInUse() throws -> Set<Nonce> {
        var names: Set<Nonce> = []
        for contact in try store.contacts() {
            for collection in ownCollections {
                for stated in [false, true] {
                    if let name = try store.receipt(of: contact.replica, collection: collection, stated: stated) { names.insert(name) }
                }
            }
        }
        let manifests = allLedgers.flatMap { $0.held.map(\.delta.manifest) } + (try store.partialDeltas().map(\.manifest))
        for manifest in manifests { if case .relative(let name, _) = manifest.base { names.insert(name) } }
        return names
    }

    /// What a device has said of deltas that are here.
    ///
    /// - Parameters:
    ///   - unreadable: it has them, and their key, and cannot read them.
    ///   - aside: it has them whole and has not merged them.
    func note(unreadable: [DeltaID], aside: Set<DeltaID>, of collection: String, by device: DeviceID) throws {
        guard let ledger = ledger(collection) else { return }
        let count = ledger.claimCount
        for held in ledger.doubt(unreadable, by: device) where !isReadOnly {
            try store.note(StoredEvent(
                milliseconds: environment.nowMilliseconds(), kind: "unreadable", device: device,
                detail: "delta \(held.delta.manifest.id) packer \(held.delta.manifest.packer)"))
        }
        if ledger.claimCount != count { newsCount += 1 }
        for held in ledger.held where (!held.isServed || held.isDoubted) && aside.contains(held.delta.manifest.id) {
            reviewers[held.delta.manifest.id, default: []].insert(device)
        }
    }

    /// A device has confirmed all of a delta for review.
    func noteReviewer(_ device: DeviceID, of delta: DeltaID) { reviewers[delta, default: []].insert(device) }

    func isReviewed(_ delta: DeltaID, by device: DeviceID) -> Bool { reviewers[delta]?.contains(device) ?? false }

    /// The erasure is done here when nothing is left that was packed before it was known.
    private func confirmErasures() throws {
        let open = roster.state.erasures.filter { roster.state.confirmations[$0.id]?.contains(device) != true }
        guard !open.isEmpty, !ownCollections.isEmpty else { return }
        let parts = try store.partialDeltas()
        let done = open.filter { record in
            guard let place = erasurePlaces[record.id] else { return false }
            let held = ledger(record.erasure.collection)?.held ?? []
            return held.allSatisfy { $0.delta.rosterPlace >= place }
                && parts.allSatisfy { $0.manifest.collection != record.erasure.collection || $0.rosterPlace >= place }
        }
        guard !done.isEmpty else { return }
        var author = RosterAuthor(
            keys: keys, roster: roster, ring: roster.keys(for: keys), random: environment.nonce,
            nowMilliseconds: environment.nowMilliseconds())
        try learn(try author.confirm(done.map(\.id)))
    }

    // MARK: Snapshots

    /// Whether all of a collection is wanted in one delta: what builds on the last one has grown, or something that was erased since may
    /// still be in what is held.
    package func wantsSnapshot(of collection: String) -> Bool {
        guard !isReadOnly, let ledger = ledger(collection), !ledger.held.isEmpty else { return false }
        let erased = newestErasurePlace(of: collection)
        // What has been taken the place of waits for receipts, and what may not be served for review: another snapshot helps neither.
        if !mutated(.relayIgnoresErasures), ledger.needed().contains(where: { $0.delta.rosterPlace < erased }) { return true }
        return ledger.tailByteCount > max(ledger.snapshotByteCount / 2, CarriedSpace.leastTailByteCount)
    }

    private static let sweptArchiveCount = 4_096
    private static let dayMilliseconds: Int64 = 86_400_000
    /// A transfer that was cut can go on for so long; afterwards it begins anew.
    private static let keptPartDays: Int64 = 30

    /// Below this a snapshot is not worth its trouble.
    private static let leastTailByteCount = 16 << 10
}
