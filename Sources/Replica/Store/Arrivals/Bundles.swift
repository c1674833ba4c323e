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
            /// It cannot be read: set aside, with the code of the reason.
            case unreadable(WireError.Code)
            /// Of a collection that this device is not admitted to, or that this version does not know.
            case passedOver
            /// Set aside: it shows a copied replica, and where the copies part is not known here until the other chain comes.
            case waitsForChain
            /// A damaged bundle: only these segments were intact. They lie apart until the others come, and what they say was
            /// written as edits of this laptop.
            case partly(heldSegments: Int, of: Int, SalvageReport)
        }
        package let collection: String
        package var state: State
        package let changeCount: Int
        /// Who packed it.
        package let packer: DeviceID

        package init(collection: String, state: State, changeCount: Int, packer: DeviceID) {
            self.packer = packer
            self.collection = collection
            self.state = state
            self.changeCount = changeCount
        }
    }

    package var merge = MergeReport()
    package var deltas: [DeltaReport] = []
    package var conflictsBefore = 0
    package var conflictsAfter = 0
    package var missing: [MissingChanges] = []
    /// Bundles that had waited and were merged with this one.
    package var waitingMerged = 0
    /// Copied replicas that this bundle showed: they have been told apart.
    package var copies: [FoundCopy] = []
    /// Packers that know the same as this replica and held something else.
    package var differences: [ContentsDifference] = []
    /// Names of devices whose deltas could not be read.
    package var packerLabels: [DeviceID: String] = [:]
}

/// Somebody knows the same changes as this replica and did not hold the same: one of the two lacked something, or was told what is
/// not so.
package struct ContentsDifference: Hashable, Sendable {
    package let collection: String
    package let packer: DeviceID
    /// Records that changed here when its contents were joined with ours, by the device that wrote what was lacking; nil: not known.
    package let changedRecords: [DeviceID?: Int]
    /// Both hold the same now.
    package let isSettled: Bool
}

/// A bundle on its way into a replica: everything in one transaction.
package final class BundleMerge {
    private let door: Door
    private let isSalvage: Bool
    private var access: Access { door.access }
    private var current: Current?
    fileprivate var report = BundleReport()

    /// A delta that has begun and not ended.
    private struct Current {
        enum Fate {
            /// Its segments go into the log as they come.
            case merging(DeltaMerge)
            /// Its segments are kept: it waits, or is quarantined; of a damaged bundle, until it is known whether all are intact.
            case keeping
            /// Its segments were here before, or concern nobody here.
            case passing
        }
        let manifest: Manifest
        let reception: Reception
        let fate: Fate
    }

    fileprivate init(_ door: Door, salvage: Bool) {
        self.door = door
        isSalvage = salvage
    }

    /// A delta begins.
    package func begin(_ manifest: Manifest) throws {
        try endDelta()
        // Whoever reads the bundle again has thought better of it.
        if try Store.isDiscarded(manifest.id, access) { try Store.release(manifest.id, access) }
        let reception = try door.receive(manifest)
        var fate = Current.Fate.keeping
        switch reception {
        case .quarantined, .unreadable: break
        case .passedOver, .known: fate = .passing
        case .admitted(let admitted) where admitted.admission == .merges && !isSalvage:
            fate = .merging(try door.ofDelta(manifest) { try door.begin(manifest, admitted) })
        case .admitted(let admitted) where admitted.admission == .merges: try door.register(manifest)
        case .admitted:
            guard try door.keepWaiting(manifest) else { throw WireError(.tooLarge, in: "waiting deltas") }
        }
        current = Current(manifest: manifest, reception: reception, fate: fate)
    }

    /// Takes up a delta that was set aside, with its segments.
    func acceptQuarantined(_ delta: DeltaID) throws {
        if let code = door.unreadable[delta] { throw WireError(code, in: "quarantined delta") }
        let manifest = try Store.quarantined(delta, access)
        let reception = try door.receive(manifest, vouched: true)
        if case .admitted(let admitted) = reception {
            // What it builds on has not come; or the connection by which it came broke off in the middle of it.
            guard admitted.admission == .merges, try door.hasAllParts(of: manifest) else {
                throw WireError(.unknownReceipt, in: "quarantined delta")
            }
            try door.ofDelta(manifest) { try door.mergeParts(of: manifest, admitted) }
        }
        current = Current(manifest: manifest, reception: reception, fate: .passing)
    }

    /// Takes up what could not be read before, with its segments; it may have to wait now.
    func retry(_ delta: DeltaID) throws {
        if let code = door.unreadable[delta] { throw WireError(code, in: "quarantined delta") }
        let manifest = try Store.quarantined(delta, access)
        try Store.release(delta, access)
        let reception = try door.receive(manifest)
        guard case .admitted(let admitted) = reception else { return }
        if admitted.admission == .merges {
            try door.ofDelta(manifest) { try door.mergeParts(of: manifest, admitted) }
        } else {
            guard try door.keepWaiting(manifest) else { throw WireError(.tooLarge, in: "waiting deltas") }
        }
    }

    package func add(_ segment: SealedSegment) throws {
        guard let current, current.manifest.id == segment.delta, current.manifest.segments.indices.contains(segment.index) else {
            throw WireError(.unexpected, in: "bundle")
        }
        switch current.fate {
        case .passing:
            if case .known = current.reception { try segment.checked(against: current.manifest) }
        case .keeping:
            switch current.reception {
            case .quarantined, .unreadable:
                try segment.checked(against: current.manifest)
                if case .quarantined = current.reception { try openAside(segment, of: current.manifest) }
                try door.keepAside(segment, of: current.manifest)
            case .admitted, .known, .passedOver:
                // Whether it can be read is known at once.
                try door.ofDelta(current.manifest) { _ = try segment.opened(of: current.manifest, by: access.environment.sealing) }
                try door.keep(segment)
            }
        case .merging(let merge):
            try door.ofDelta(current.manifest) {
                try merge.take(try segment.opened(of: current.manifest, by: access.environment.sealing))
            }
        }
    }

    /// Who looks at what a removed device packed is to know whether it can be read at all.
    private func openAside(_ segment: SealedSegment, of manifest: Manifest) throws {
        do {
            _ = try segment.opened(of: manifest, by: access.environment.sealing)
        } catch let error as WireError where error.isOfDelta {
            try door.setAside(manifest, error.reason(of: manifest, by: access.environment.sealing))
        }
    }

    fileprivate func endDelta() throws {
        guard let current else { return }
        self.current = nil
        let manifest = current.manifest
        let state = try state(of: current)
        report.deltas.append(.init(collection: manifest.collection, state: state, changeCount: manifest.changeCount, packer: manifest.packer))
        switch (current.reception, state) {
        case (.known(let result), _): try noteClaim(of: manifest, result)
        case (.admitted(let admitted), .merged): try noteClaim(of: manifest, admitted.scope.result)
        default: break
        }
    }

    /// What the packer claims, it holds: the receipt of the return trip.
    private func noteClaim(of manifest: Manifest, _ result: Knowledge) throws {
        try Store.notePeer(manifest.packerReplica, device: manifest.packer, manifest.collection, "received", result, access)
    }

    /// What became of a delta of which no more comes.
    private func state(of current: Current) throws -> BundleReport.DeltaReport.State {
        let manifest = current.manifest
        switch current.reception {
        case .quarantined: return .quarantined
        case .unreadable(let code): return .unreadable(code)
        case .passedOver: return .passedOver
        case .known: return .known
        case .admitted(let admitted):
            switch (admitted.admission, current.fate) {
            case (.known, _): return .known
            case (.merges, .merging(let merge)): try door.finish(merge)
            case (.merges, .keeping):
                guard try door.hasAllParts(of: manifest) else { return try partly(manifest, admitted) }
                try door.ofDelta(manifest) { try door.mergeParts(of: manifest, admitted) }
            case (.merges, .passing): break
            case (.waits, _), (.forked, _):
                guard try door.hasAllParts(of: manifest) else {
                    guard isSalvage else { throw WireError(.damaged, in: "bundle") }
                    return try partly(manifest, admitted)
                }
            }
            switch admitted.admission {
            case .waits(let missing):
                let closed = try access.writers.knowledge(of: manifest.collection)
                return .waits(missingCount: closed.missingCount(from: missing))
            case .forked: return .waitsForChain
            case .merges, .known: return .merged
            }
        }
    }

    private func partly(_ manifest: Manifest, _ admitted: Door.Admitted) throws -> BundleReport.DeltaReport.State {
        let held = try Door.heldSegments(of: manifest.id, access).count
        return .partly(heldSegments: held, of: manifest.segments.count, try door.salvage(manifest, admitted))
    }

    fileprivate func finish() throws {
        try endDelta()
        report.merge = door.report
        report.waitingMerged = door.waitingMerged
        report.copies = access.foundCopies
        report.differences = access.foundDifferences
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
    ///   - salvage: segments may be missing: what is intact of their delta is kept apart, and written as edits of this laptop.
    package func mergeBundle(
        dryRun: Bool, salvage: Bool, _ body: (BundleMerge) throws -> Void
    ) throws -> BundleReport {
        do {
            return try takingIn { door in
                let access = door.access
                let bundle = BundleMerge(door, salvage: salvage)
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
}
