import CRDT
import Wire

/// What the import of a bundle did, or would do.
package struct BundleReport: Sendable {
    package struct DeltaReport: Sendable {
        package enum State: Hashable, Sendable {
            case merged
            /// Nothing beyond what is held here.
            case known
            /// Set aside until an earlier one comes.
            case waits(missingCount: Int)
            /// Packed by a device that has been removed: set aside until somebody decides.
            case quarantined
            /// Of a collection that this device is not admitted to, or that this version does not know.
            case passedOver
            /// Set aside: it shows a copied replica, and where the copies part is not known here until the other chain comes.
            case waitsForChain
            /// A damaged bundle: only these segments were intact. They are shown, and will come again.
            case partly(mergedSegments: Int, of: Int)
        }
        package let collection: String
        package var state: State
        package let changeCount: Int

        package init(collection: String, state: State, changeCount: Int) {
            self.collection = collection
            self.state = state
            self.changeCount = changeCount
        }
    }

    package var merge = MergeReport()
    package var deltas: [DeltaReport] = []
    package var conflictsBefore = 0
    package var conflictsAfter = 0
    package var missing: [(device: String, count: Int)] = []
    /// Bundles that had waited and were merged with this one.
    package var waitingMerged = 0
    /// Copied replicas that this bundle showed: they have been told apart.
    package var copies: [FoundCopy] = []
}

/// A bundle on its way into a replica: everything in one transaction.
package final class BundleMerge {
    private let access: Access
    private let identity: ReplicaIdentity
    private let door: Door
    private let isSalvage: Bool
    private var current: (manifest: Manifest, reception: Reception, merged: Set<Int>)?
    fileprivate var report = BundleReport()

    fileprivate init(_ access: Access, identity: ReplicaIdentity, salvage: Bool) {
        self.access = access
        self.identity = identity
        isSalvage = salvage
        door = Door(access, identity: identity)
    }

    /// A delta begins.
    package func begin(_ manifest: Manifest) throws {
        try endDelta()
        try begin(manifest, vouched: false)
    }

    private func begin(_ manifest: Manifest, vouched: Bool) throws {
        let reception = try door.receive(manifest, vouched: vouched)
        current = (manifest, reception, [])
        guard case .admitted(let scope, let admission) = reception else { return }
        switch admission {
        case .waits, .forked: try door.keepWaiting(manifest)
        case .merges: current?.merged = Set(try door.mergeHeld(manifest, scope))
        case .known: break
        }
    }

    /// Takes up a delta that was set aside, with its segments.
    func acceptQuarantined(_ delta: DeltaID) throws {
        let manifest = try Store.quarantined(delta, access)
        try Store.release(delta, access)
        try begin(manifest, vouched: true)
        guard case .admitted(_, let admission) = current?.reception else { return }
        // What it builds on has not come; or the connection by which it came broke off in the middle of it.
        let isWhole = admission == .known || (admission == .merges && current?.merged.count == manifest.segments.count)
        guard isWhole else { throw WireError(.unknownReceipt, in: "quarantined delta") }
    }

    package func add(_ segment: SealedSegment) throws {
        guard let (manifest, reception, _) = current, manifest.id == segment.delta,
            manifest.segments.indices.contains(segment.index)
        else { throw WireError(.unexpected, in: "bundle") }
        if case .passedOver = reception { return }
        guard case .admitted(let scope, let admission) = reception else {
            _ = try segment.opened(of: manifest, by: access.environment.sealing)
            return try door.keepWaiting(segment)
        }
        switch admission {
        case .merges:
            let opened = try segment.opened(of: manifest, by: access.environment.sealing)
            // A relay brought it before, and it was merged when the delta began.
            guard current?.merged.contains(segment.index) == false else { return }
            _ = try door.merge(CollectionOfOne(opened), of: manifest, scope)
            current!.merged.insert(segment.index)
        case .waits, .forked:
            // Only what could be opened is worth keeping.
            _ = try segment.opened(of: manifest, by: access.environment.sealing)
            try door.keepWaiting(segment)
            current!.merged.insert(segment.index)
        case .known:
            break
        }
    }

    fileprivate func endDelta() throws {
        guard let (manifest, reception, merged) = current else { return }
        current = nil
        guard case .admitted(let scope, let admission) = reception else {
            let state: BundleReport.DeltaReport.State = if case .quarantined = reception { .quarantined } else { .passedOver }
            return report.deltas.append(.init(collection: manifest.collection, state: state, changeCount: manifest.changeCount))
        }
        var state: BundleReport.DeltaReport.State
        switch admission {
        case .known: state = .known
        case .forked:
            state = .waitsForChain
            if merged.count < manifest.segments.count { throw WireError(.damaged, in: "bundle") }
        case .waits(let missing):
            let closed = try access.writers.knowledge(of: manifest.collection)
            state = .waits(missingCount: closed.missingCount(from: missing))
            if merged.count < manifest.segments.count { throw WireError(.damaged, in: "bundle") }
        case .merges:
            state = merged.count == manifest.segments.count ? .merged : .partly(mergedSegments: merged.count, of: manifest.segments.count)
        }
        report.deltas.append(.init(collection: manifest.collection, state: state, changeCount: manifest.changeCount))
        if admission == .merges || admission == .known {
            // What the packer claims, it holds: the receipt of the return trip.
            try Store.notePeer(
                manifest.packerReplica, device: manifest.packer, manifest.collection, "received", scope.result, access)
        }
    }

    fileprivate func finish() throws {
        try endDelta()
        report.merge = door.report
        report.waitingMerged = door.waitingMerged
        report.copies = access.foundCopies
    }
}

/// Ends a transaction without keeping it.
private struct DryRun: Error {
    let report: BundleReport
}

extension Store {
    /// Takes in a bundle: `body` feeds its rosters, manifests and segments; all of it is kept, or nothing.
    ///
    /// - Parameters:
    ///   - dryRun: everything is done and then taken back: the report is exact.
    ///   - salvage: segments may be missing; the others are merged, shown and not claimed.
    package func mergeBundle(
        dryRun: Bool, salvage: Bool, _ body: (BundleMerge) throws -> Void
    ) throws -> BundleReport {
        do {
            return try writeStamped { access in
                let bundle = BundleMerge(access, identity: identity, salvage: salvage)
                let before = try conflictCount(access)
                try body(bundle)
                try bundle.finish()
                var report = bundle.report
                report.conflictsBefore = before
                report.conflictsAfter = try conflictCount(access)
                report.missing = try missing(access)
                if dryRun { throw DryRun(report: report) }
                return report
            }
        } catch let dryRun as DryRun {
            return dryRun.report
        }
    }

    /// What others are known to hold and this replica lacks, by the device that wrote it, most first.
    func missing(_ access: Access) throws -> [(device: String, count: Int)] {
        var labels: [DeviceID: String] = [:]
        let select = try access.connection.statement("select id, label from kith_device")
        defer { select.reset() }
        while try select.step() { labels[try select.nonce(0)] = select.text(1) }
        var counts: [String: Int] = [:]
        for writer in access.writers.all where writer.heard > max(writer.closed, writer.origin?.before.last ?? 0) {
            let device = writer.device.map { labels[$0] ?? $0.description } ?? writer.id.description
            counts[device, default: 0] += Int(writer.heard - max(writer.closed, writer.origin?.before.last ?? 0))
        }
        return counts.map { (device: $0.key, count: $0.value) }.sorted { ($1.count, $0.device) < ($0.count, $1.device) }
    }
}
