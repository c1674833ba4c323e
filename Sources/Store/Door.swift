import CRDT
import Wire

/// The one door into a replica's log: whatever arrives, by session, bundle or from what waits here, is admitted and
/// merged here, in the caller's transaction.
///
/// Rules 1-4 of causal soundness meet here: a delta is merged only over a base that is covered and a chain that links;
/// its segments may come in any order, again, and over several transactions; the closed version vector advances once,
/// when all of them have been merged.
final class Door {
    let access: Access
    private let identity: ReplicaIdentity
    private let moment: Moment
    private(set) var report = MergeReport()
    private(set) var waitingMerged = 0

    init(_ access: Access, identity: ReplicaIdentity) {
        self.access = access
        self.identity = identity
        moment = Moment(access.connection, .merge, timeMilliseconds: access.now)
    }

    // MARK: Admission

    /// Decides on a manifest. When it will be merged, its chain is kept: even if nothing more of it should arrive, a fork
    /// that it shows can be recognised later.
    ///
    /// - Parameter vouched: somebody here has accepted it, though its packer has been removed.
    /// - Throws: `notPermitted` when its packer has been removed; `unknownPacker`, `badSignature`.
    func admit(_ manifest: Manifest, vouched: Bool = false) throws -> (Admission, DeltaScope) {
        if try !vouched && manifest.standing(by: access.environment.sealing) == .revoked {
            throw WireError(.notPermitted, in: "packer")
        }
        guard manifest.space == identity.space.id else { throw WireError(.otherSpace, in: "manifest") }
        guard access.catalog.shownTables.contains(where: { $0.definition!.collection.rawValue == manifest.collection }) else {
            throw WireError(.newerFormat, in: "manifest collection")
        }
        let scope = try manifest.scope { try Door.knowledge(named: $0, access.connection) }
        let cutting = Cutting(access, moment: moment)
        let settled = try Passage.settled(
            scope, early: manifest.earlyChains, origins: manifest.origins, in: access.writers) { try cutting.learn($0) }
        guard let passage = settled else { throw WireError(.malformed, in: "manifest chains") }
        let admission = passage.admission(closed: try access.writers.knowledge(of: manifest.collection))
        switch admission {
        case .merges:
            try keepChains(passage, of: manifest)
            try hear(of: passage.scope.result, in: manifest.collection)
            if manifest.segments.isEmpty {
                // Everything in it has been taken over since: only the knowledge is new.
                _ = try merge(EmptyCollection(), of: manifest, scope)
            } else if try merged(manifest) == nil {
                try register(manifest, merged: Array(repeating: 0, count: manifest.segments.count))
            }
        case .waits:
            // A writer that was cut here may have other names than the sender's.
            let uncut = try passage.missing.ends.filter {
                try access.writers.cuts(of: access.writers.root(of: $0.key)).isEmpty
            }
            try hear(of: passage.scope.result.union(Knowledge(uncut)), in: manifest.collection)
        case .known:
            try keepChains(passage, of: manifest)
        case .forked:
            break
        }
        return (admission, scope)
    }

    /// Of what arrives nothing is merged whose place on a branch is not kept: early changes come with their chains.
    private func keepChains(_ passage: Passage, of manifest: Manifest) throws {
        // In a fixed order: writers are numbered as they are met, and a seed must replay.
        for (id, chain) in passage.scope.chains.sorted(by: { $0.key < $1.key }) {
            try keep(chain.ends, of: id, manifest)
        }
        for (id, ends) in passage.early.sorted(by: { $0.key < $1.key }) { try keep(ends, of: id, manifest) }
        for (id, origin) in passage.origins.sorted(by: { $0.key < $1.key }) {
            try access.writers.setOrigin(of: access.writers.meet(id, collection: manifest.collection), origin)
        }
    }

    private func keep(_ ends: [BatchEnd], of id: WriterID, _ manifest: Manifest) throws {
        let writer = try access.writers.meet(id, collection: manifest.collection)
        for end in ends { try access.writers.keepBatch(of: writer, end) }
    }

    /// Notes how far others are known to hold each writer: what is beyond the closed vector is missing here.
    private func hear(of knowledge: Knowledge, in collection: String) throws {
        for (id, end) in knowledge.ends.sorted(by: { $0.key < $1.key }) {
            let writer = try access.writers.meet(id, collection: collection)
            if access.writers[writer].heard < end.last { try access.writers.update(writer) { $0.heard = end.last } }
        }
    }

    // MARK: Merging

    /// Merges segments of an admitted delta, all in this transaction. Returns whether the delta is now whole.
    func merge(_ segments: some Sequence<OpenedSegment>, of manifest: Manifest, _ scope: DeltaScope) throws -> Bool {
        var merged = try merged(manifest) ?? Array(repeating: 0, count: manifest.segments.count)
        let passage = try Passage(
            scope, early: manifest.earlyChains, origins: manifest.origins, in: access.writers, isAdmitted: true)
        let writers = try WriterNumbers(manifest.writers(of: scope), renamed: passage.renamed) {
            try access.writers.meet($0, collection: manifest.collection)
        }
        let merge = try SegmentMerge(access, collection: manifest.collection, writers: writers, moment: moment)
        for segment in segments {
            try merge.merge(segment)
            merged[segment.index] = 1
        }
        report.add(merge.report)
        let isWhole = merged.allSatisfy { $0 == 1 }
        if isWhole || mutated(.advancesOnPart) { try close(passage.scope, manifest) }
        if isWhole {
            try finish(manifest.id)
            try access.connection.withoutTriggers { try Records(access).retryParked(moment: moment) }
            try mergeWaiting()
        } else {
            try register(manifest, merged: merged)
        }
        return isWhole
    }

    /// The closed version vector takes in the delta's result.
    private func close(_ scope: DeltaScope, _ manifest: Manifest) throws {
        for (id, end) in scope.result.ends {
            let writer = try access.writers.meet(id, collection: manifest.collection)
            if access.writers[writer].closed < end.last {
                try access.writers.update(writer) {
                    $0.closed = end.last
                    $0.heard = max($0.heard, end.last)
                }
            }
        }
    }

    // MARK: Parts

    /// Which segments of a delta have been merged: a byte for each; nil when none is known of it.
    private func merged(_ manifest: Manifest) throws -> [UInt8]? {
        let select = try access.connection.statement("select merged from kith_incoming where delta = ? and merged is not null")
        defer { select.reset() }
        select.bind(1, manifest.id)
        guard try select.step() else { return nil }
        let merged = Array(select.bytes(0))
        guard merged.count == manifest.segments.count else { throw StoreError(.damaged, "the parts of a delta") }
        return merged
    }

    private func register(_ manifest: Manifest, merged: [UInt8]?) throws {
        let insert = try access.connection.statement(
            "insert or replace into kith_incoming (delta, manifest, merged, since) values (?, ?, ?, ?)")
        insert.bind(1, manifest.id)
        insert.bind(2, copyingBlob: manifest.payload)
        if let merged { insert.bind(3, copyingBlob: merged) } else { insert.bindNull(3) }
        insert.bind(4, access.now)
        try insert.run()
    }

    private func finish(_ delta: DeltaID) throws {
        let delete = try access.connection.statement("delete from kith_waiting_segment where delta = ?")
        delete.bind(1, delta)
        try delete.run()
        let insert = try access.connection.statement(
            "insert or replace into kith_incoming (delta, manifest, merged, since) values (?, null, null, ?)")
        insert.bind(1, delta)
        insert.bind(2, access.now)
        try insert.run()
    }

    /// Whether this very delta has been merged whole before: then nothing of it can be new.
    func wasMerged(_ delta: DeltaID) throws -> Bool {
        let select = try access.connection.statement("select 1 from kith_incoming where delta = ? and manifest is null")
        defer { select.reset() }
        select.bind(1, delta)
        return try select.step()
    }

    // MARK: Waiting for an earlier delta

    /// Sets a delta aside until the link comes. One that waits already keeps its place.
    func keepWaiting(_ manifest: Manifest) throws {
        let select = try access.connection.statement("select 1 from kith_incoming where delta = ? and manifest is not null and merged is null")
        select.bind(1, manifest.id)
        let isWaiting = try select.step()
        select.reset()
        if !isWaiting { try register(manifest, merged: nil) }
    }

    func keepWaiting(_ segment: SealedSegment) throws {
        let insert = try access.connection.statement(
            "insert or replace into kith_waiting_segment (delta, number, bytes) values (?, ?, ?)")
        insert.bind(1, segment.delta)
        insert.bind(2, segment.index)
        insert.bind(3, copyingBlob: segment.bytes)
        try insert.run()
    }

    /// Merges what waited and now links, oldest first, until nothing more does.
    func mergeWaiting() throws {
        let select = try access.connection.statement("select manifest from kith_incoming where merged is null and manifest is not null order by since, delta")
        var waiting: [Manifest] = []
        while try select.step() { waiting.append(try Manifest(select.bytes(0))) }
        select.reset()
        for manifest in waiting {
            // Whoever packed it may have been removed since, or have become unknown: that is not to hold up the others.
            guard (try? manifest.standing(by: access.environment.sealing)) == .member else {
                try quarantineWaiting(manifest)
                continue
            }
            // Of what a relay passed on, a part may not have come yet.
            guard try Door.heldSegments(of: manifest.id, access).count == manifest.segments.count else { continue }
            guard let (admission, scope) = try admittedIfNamed(manifest) else { continue }
            switch admission {
            case .merges:
                waitingMerged += 1
                // Merging the last segment comes back here for the rest.
                _ = try merge(try waitingSegments(of: manifest), of: manifest, scope)
                return
            case .known:
                try finish(manifest.id)
            case .waits, .forked:
                continue
            }
        }
    }

    /// nil: the base is named by knowledge that is no longer kept; a relay tells it again with the delta.
    private func admittedIfNamed(_ manifest: Manifest) throws -> (Admission, DeltaScope)? {
        do {
            return try admit(manifest)
        } catch let error as WireError where error.code == .unknownReceipt {
            return nil
        }
    }

    private func waitingSegments(of manifest: Manifest) throws -> some Sequence<OpenedSegment> {
        let access = access
        // Checked before anything of it is merged: the bytes have lain in the file since.
        for index in manifest.segments.indices { _ = try Door.waitingSegment(index, manifest, access) }
        return manifest.segments.indices.lazy.compactMap { try? Door.waitingSegment($0, manifest, access) }
    }

    static func waitingSegment(_ index: Int, _ manifest: Manifest, _ access: Access) throws -> OpenedSegment {
        let select = try access.connection.statement("select bytes from kith_waiting_segment where delta = ? and number = ?")
        defer { select.reset() }
        select.bind(1, manifest.id)
        select.bind(2, index)
        guard try select.step() else { throw StoreError(.damaged, "a segment that waited is gone") }
        return try SealedSegment(delta: manifest.id, index: index, bytes: Array(select.bytes(0)))
            .opened(of: manifest, by: access.environment.sealing)
    }
}
