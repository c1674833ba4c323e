import CRDT
import Wire

/// The one door into a replica's log: whatever arrives, by session, bundle or from what lies here in parts, is admitted and
/// merged here, in the caller's transaction.
///
/// Rule 1 of causal soundness: a delta is merged whole or not at all, only over a base that is covered and chains that link,
/// and the closed version vector takes in its result in the same transaction. So the log holds closed changes alone.
final class Door {
    let access: Access
    let identity: ReplicaIdentity
    private let moment: Moment
    private(set) var report = MergeReport()
    private(set) var waitingMerged = 0

    /// Deltas that turned out not to be readable while this was tried before.
    let unreadable: [DeltaID: WireError.Code]

    init(_ access: Access, identity: ReplicaIdentity, unreadable: [DeltaID: WireError.Code] = [:]) {
        self.unreadable = unreadable
        self.access = access
        self.identity = identity
        moment = Moment(access, .merge)
    }

    // MARK: Admission

    /// What was found of a manifest: how it is taken up, and its scope in the sender's names and in those of this replica.
    struct Admitted {
        let admission: Admission
        let scope: DeltaScope
        let passage: Passage
        /// All that it claims is known here: it is merged because its packer holds something else.
        var isTakenAgain = false
    }

    /// Decides on a manifest. Cuts that its chains show are learned, whether or not anything more of it should arrive.
    ///
    /// - Parameter vouched: somebody here has accepted it, though its packer has been removed.
    /// - Throws: `notPermitted` when its packer has been removed; `unknownPacker`, `badSignature`.
    func admit(_ manifest: Manifest, vouched: Bool = false) throws -> Admitted {
        try checkSpace(of: manifest)
        if try !vouched && manifest.standing(by: access.environment.sealing) == .revoked {
            throw WireError(.notPermitted, in: "packer")
        }
        guard access.catalog.shownTables.contains(where: { $0.definition!.collection.rawValue == manifest.collection }) else {
            throw WireError(.newerFormat, in: "manifest collection")
        }
        let scope = try manifest.scope { try Door.knowledge(named: $0, access.connection) }
        let cutting = Cutting(access, moment: moment)
        let settled = try Passage.settled(scope, origins: manifest.origins, in: access.writers) { try cutting.learn($0) }
        guard let passage = settled else { throw WireError(.malformed, in: "manifest chains") }
        let closed = try access.writers.knowledge(of: manifest.collection)
        var admission = passage.admission(closed: closed)
        var isTakenAgain = false
        if admission == .known, passage.scope.result == closed, try contradicts(manifest) {
            // Who packed it knows the same and holds something else: what it sends is joined with what is here.
            admission = .merges
            isTakenAgain = true
        }
        if case .forked = admission {} else { try meetStrangers(in: passage, of: manifest) }
        switch admission {
        case .merges:
            if try mayBeMissing(manifest) { try hear(of: passage.scope.result, in: manifest.collection) }
        case .waits:
            // A writer that was cut here may have other names than the sender's.
            let uncut = try passage.missing.ends.filter {
                try access.writers.cuts(of: access.writers.root(of: $0.key)).isEmpty
            }
            if try mayBeMissing(manifest) { try hear(of: passage.scope.result.union(Knowledge(uncut)), in: manifest.collection) }
        case .known, .forked:
            break
        }
        return Admitted(admission: admission, scope: scope, passage: passage, isTakenAgain: isTakenAgain)
    }

    /// Takes up the writers that nobody has signed for, within what their packer may bring. Nobody here can vouch for more: others
    /// would not take them from this replica, which could then pass on nothing.
    private func meetStrangers(in passage: Passage, of manifest: Manifest) throws {
        let (writers, sealing) = (access.writers, access.environment.sealing)
        let budget = WriterBudget(
            knownCount: writers.writers(of: manifest.collection).count, isKnown: { writers.ordinal(of: $0) != nil },
            isNamed: { sealing.isNamed($0) })
        let strangers = try budget.strangers(in: passage, of: manifest.packer) { _ in
            writers.all.lazy.filter { $0.bringer == manifest.packer && $0.device == nil }.count
        }
        for writer in strangers { _ = try writers.meet(writer, collection: manifest.collection, bringer: manifest.packer) }
    }

    func checkSpace(of manifest: Manifest) throws {
        guard manifest.space == identity.space.id else { throw WireError(.otherSpace, in: "manifest") }
    }

    /// Whether the packer, at what is known here, held something else.
    private func contradicts(_ manifest: Manifest) throws -> Bool {
        guard let theirs = manifest.contents else { return false }
        // What is known already is to write nothing.
        return try contents(of: manifest.collection, keeping: false)?.contradicts(theirs) ?? false
    }

    private func contents(of collection: String, keeping: Bool) throws -> ContentsDigest? {
        try access.contents.flush()
        return try access.contents.digests(of: [collection], keeping: keeping)[collection]
    }

    /// Notes how far others are known to hold each writer: what is beyond the closed vector is missing here.
    func hear(of knowledge: Knowledge, in collection: String) throws {
        // In a fixed order: writers are numbered as they are met, and a seed must replay.
        for (id, end) in knowledge.ends.sorted(by: { $0.key < $1.key }) {
            let writer = try access.writers.meet(id, collection: collection)
            if access.writers[writer].heard < end.last { try access.writers.update(writer) { $0.heard = end.last } }
        }
    }

    // MARK: Merging

    /// Begins to merge a delta that was admitted, segment by segment, all in this transaction.
    func begin(_ manifest: Manifest, _ admitted: Admitted) throws -> DeltaMerge {
        let passage = admitted.passage
        for (id, chain) in passage.scope.chains.sorted(by: { $0.key < $1.key }) {
            let writer = try access.writers.meet(id, collection: manifest.collection)
            for end in chain.ends { try access.writers.keepBatch(of: writer, end) }
        }
        for (id, origin) in passage.origins.sorted(by: { $0.key < $1.key }) {
            try access.writers.setOrigin(of: access.writers.meet(id, collection: manifest.collection), origin)
        }
        return DeltaMerge(
            manifest: manifest, result: passage.scope.result, isTakenAgain: admitted.isTakenAgain,
            segments: try SegmentMerge(
                access, collection: manifest.collection, writers: try writers(of: manifest, admitted),
                bounds: try bounds(of: manifest, admitted), isTakenAgain: admitted.isTakenAgain, moment: moment))
    }

    /// What the numbers of writers in a delta's bodies stand for here.
    private func writers(of manifest: Manifest, _ admitted: Admitted) throws -> WriterNumbers {
        try WriterNumbers(manifest.writers(of: admitted.scope), renamed: admitted.passage.renamed) {
            try access.writers.meet($0, collection: manifest.collection)
        }
    }

    private func bounds(of manifest: Manifest, _ admitted: Admitted) throws -> DeltaBounds {
        let access = access, passage = admitted.passage
        func vector(_ knowledge: Knowledge) throws -> VersionVector {
            try knowledge.ends.reduce(into: VersionVector()) {
                $0[try access.writers.meet($1.key, collection: manifest.collection)] = $1.value.last
            }
        }
        func root(of ordinal: WriterOrdinal) throws -> WriterID {
            let id = access.writers[ordinal].id
            return try passage.origins[id]?.root ?? access.writers.root(of: id)
        }
        return DeltaBounds(base: try vector(passage.scope.base), result: try vector(passage.scope.result)) {
            try root(of: $0) == root(of: $1)
        }
    }

    /// Writes what lies here of a delta, a part of which is lost, as edits of this laptop. The parts stay until it is whole.
    func salvage(_ manifest: Manifest, _ admitted: Admitted) throws -> SalvageReport {
        let salvage = try Salvage(
            access, manifest, writers: try writers(of: manifest, admitted), bounds: try bounds(of: manifest, admitted))
        for index in try Door.heldSegments(of: manifest.id, access) { try salvage.take(try part(index, of: manifest)) }
        try salvage.finish()
        return salvage.report
    }

    /// Reads what lies here of a delta, all of it, before anything else hangs on it.
    ///
    /// - Throws: `WireError` when it does not hold what it must.
    private func check(_ manifest: Manifest, _ admitted: Admitted) throws {
        let writers = try writers(of: manifest, admitted)
        var bounds = try bounds(of: manifest, admitted)
        for index in manifest.segments.indices {
            let part = try part(index, of: manifest)
            try part.body.withUnsafeBytes {
                try SegmentReader.check($0, changeCount: part.changeCount, writers: writers, &bounds)
            }
        }
    }

    /// Claims a delta of which everything has been merged, lets go of its parts, and merges what waited for it.
    ///
    /// - Throws: `damaged` when a segment of it did not come.
    func finish(_ merge: DeltaMerge) throws {
        guard merge.isWhole else { throw WireError(.damaged, in: "a delta without all its segments") }
        try merge.finish()
        report.add(merge.report)
        for (id, end) in merge.result.ends {
            let writer = try access.writers.meet(id, collection: merge.manifest.collection)
            guard access.writers[writer].closed < end.last else { continue }
            try access.writers.update(writer) {
                $0.closed = end.last
                $0.heard = max($0.heard, end.last)
            }
        }
        try conclude(merge.manifest.id)
        try compare(merge)
        try access.connection.withoutTriggers { try Records(access).retryParked(moment: moment) }
        try mergeWaiting()
    }

    /// What is known here now and what its packer knew may be the same: then both hold the same, or one of them is wrong.
    private func compare(_ merge: DeltaMerge) throws {
        guard let theirs = merge.manifest.contents, try access.writers.knowledge(of: merge.manifest.collection) == merge.result,
            let own = try contents(of: merge.manifest.collection, keeping: true)
        else { return }
        guard merge.isTakenAgain || own.contradicts(theirs) else { return }
        access.foundDifferences.append(ContentsDifference(
            collection: merge.manifest.collection, packer: merge.manifest.packer, changedRecords: merge.isTakenAgain ? merge.changedRecords : [:],
            isSettled: !own.contradicts(theirs)))
    }

    /// Merges a delta whose segments are at hand.
    func merge(_ segments: some Sequence<OpenedSegment>, of manifest: Manifest, _ admitted: Admitted) throws {
        let merge = try begin(manifest, admitted)
        for segment in segments { try merge.take(segment) }
        try finish(merge)
    }

    /// Merges a delta all of whose segments lie here, reading them one at a time.
    func mergeParts(of manifest: Manifest, _ admitted: Admitted) throws {
        let merge = try begin(manifest, admitted)
        for index in manifest.segments.indices { try merge.take(try part(index, of: manifest)) }
        try finish(merge)
    }

    // MARK: What lies here

    /// Takes one segment of a delta that was admitted before: it is kept, sealed, until all of them are here, and then all are
    /// merged. One that is a whole delta needs no place to lie.
    ///
    /// - Returns: whether the delta is now whole here.
    func take(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        if try wasMerged(manifest.id) { return true }
        if manifest.segments.count > 1 {
            try keep(segment)
            guard try hasAllParts(of: manifest) else { return false }
        }
        // Much may have come in other ways since the first part did.
        let admitted = try admit(manifest)
        switch admitted.admission {
        case .known:
            try conclude(manifest.id)
            return true
        case .merges where manifest.segments.count > 1:
            try mergeParts(of: manifest, admitted)
            return true
        case .merges:
            try merge(CollectionOfOne(try segment.opened(of: manifest, by: access.environment.sealing)), of: manifest, admitted)
            return true
        case .waits, .forked:
            try register(manifest)
            try keep(segment)
            return false
        }
    }

    /// Merges what lies here whole and now links, oldest first, until nothing more does; and lets go of what is known by now.
    func mergeWaiting() throws {
        for manifest in try incomplete() {
            // Whoever packed it may have been removed since, or have become unknown: that is not to hold up the others.
            guard (try? manifest.standing(by: access.environment.sealing)) == .member else {
                try quarantineWaiting(manifest)
                continue
            }
            guard let admitted = try ofDelta(manifest, { try admittedIfNamed(manifest) }) else { continue }
            switch admitted.admission {
            case .merges where try hasAllParts(of: manifest):
                // It must not take with it what made way for it.
                do { try check(manifest, admitted) } catch let error as WireError where error.isOfDelta {
                    try setAside(manifest, error.reason(of: manifest, by: access.environment.sealing))
                    continue
                }
                waitingMerged += 1
                // The end of it comes back here for the rest.
                return try ofDelta(manifest) { try mergeParts(of: manifest, admitted) }
            case .known:
                try conclude(manifest.id)
            case .merges, .waits, .forked:
                continue
            }
        }
    }

    /// An error in what one delta holds is that delta's: whatever else goes on here is done again without it.
    func ofDelta<Result>(_ manifest: Manifest, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as WireError where error.isOfDelta {
            throw UnreadableDelta(delta: manifest.id, code: error.reason(of: manifest, by: access.environment.sealing))
        }
    }

    /// nil: the base is named by knowledge that is no longer kept; a relay tells it again with the delta.
    private func admittedIfNamed(_ manifest: Manifest) throws -> Admitted? {
        do {
            return try admit(manifest)
        } catch let error as WireError where error.code == .unknownReceipt {
            return nil
        }
    }
}

/// A delta on its way into the log, in one transaction: segment after segment, by index, and claimed when it is whole.
final class DeltaMerge {
    let manifest: Manifest
    /// In this replica's names.
    let result: Knowledge
    let isTakenAgain: Bool
    private let segments: SegmentMerge
    private var next = 0

    init(manifest: Manifest, result: Knowledge, isTakenAgain: Bool, segments: SegmentMerge) {
        self.manifest = manifest
        self.result = result
        self.isTakenAgain = isTakenAgain
        self.segments = segments
    }

    var isWhole: Bool { next == manifest.segments.count }
    var report: MergeReport { segments.report }
    /// By the device whose changes they were, how many records were joined.
    var changedRecords: [DeviceID?: Int] { segments.changedRecords }

    func take(_ segment: OpenedSegment) throws {
        guard segment.index == next else { throw WireError(.unexpected, in: "segment") }
        try segments.merge(segment)
        next += 1
    }

    func finish() throws { try segments.finish() }
}
