import CRDT
import Store
import Sync
import Transport
import Wire

/// For whom a bundle is made.
package enum BundleDestination: Sendable {
    /// Everything: the bundle suits anyone in the space.
    case everyone
    /// What the replicas of these devices are not known to hold.
    case devices([DeviceID])
}

package struct ExportReport: Sendable {
    package var changeCount = 0
    package var byteCount = 0
    /// Whether it holds everything, because that was asked or a destination is unknown.
    package var isWhole = true
    package var replaced = false
}

extension Replica {
    /// The devices that a person means by names or endings of ids.
    package func devices(named names: [String]) throws -> [DeviceID] {
        let known = try store.devices
        return try names.map { name in
            let folded = name.lowercased()
            var found = known.filter { $0.label.lowercased() == folded }
            if found.isEmpty, folded.count >= 4 { found = known.filter { $0.id.description.hasSuffix(folded) } }
            guard let first = found.first else { throw EngineError(.unknownDevice, name) }
            guard found.count == 1 else { throw EngineError(.ambiguousDevice, name) }
            return first.id
        }
    }

    /// Writes a bundle. A bundle that is in the way is replaced when this replica holds all of it.
    package func exportBundle(
        to path: String, for destination: BundleDestination, progress: ProgressReport = { _ in }
    ) throws -> ExportReport {
        var report = ExportReport()
        let knowledge = try store.knowledge()
        report.replaced = try checkTarget(path, knowledge)
        let base = try base(for: destination)
        report.isWhole = base == nil
        let writer = try BundleFileWriter(path: path, replacing: report.replaced, nonce: environment.nonce())
        try writer.append(.preamble(Preamble(
            space: identity.space, packer: identity.device, label: identity.label,
            packedMilliseconds: environment.nowMilliseconds())))
        try writer.append(.roster(try store.roster))
        for (collection, held) in knowledge.sorted(by: { $0.key < $1.key }) {
            let spool: Spool? = try store.frozenDelta(
                of: collection, base: base?[collection] ?? Knowledge(), partial: []
            ) {
                progress(Progress(.packing, doneByteCount: writer.byteCount, itemCount: report.changeCount))
            }
            guard let spool else {
                if let statement = statement(collection, held) { try writer.append(.manifest(statement)) }
                continue
            }
            defer { store.discard(spool) }
            try writer.append(.manifest(spool.manifest))
            for index in spool.manifest.segments.indices {
                try writer.append(.segment(
                    SealedSegment(delta: spool.manifest.id, index: index, bytes: try spool.segment(index))))
                report.changeCount += spool.manifest.segments[index].changeCount
                progress(Progress(.packing, doneByteCount: writer.byteCount, itemCount: report.changeCount))
            }
        }
        report.byteCount = try writer.finish()
        return report
    }

    /// nil: everything.
    private func base(for destination: BundleDestination) throws -> [String: Knowledge]? {
        guard case .devices(let devices) = destination else { return nil }
        var base: [String: Knowledge]?
        for device in devices {
            guard let held = try store.receipts(ofDevice: device) else { return nil }
            guard let others = base else {
                base = held
                continue
            }
            base = held.compactMapValues { $0 }.reduce(into: [:]) { both, entry in
                if let other = others[entry.key] { both[entry.key] = entry.value.intersection(other) }
            }
        }
        return base
    }

    /// A delta without changes: it says what is held here, so that the stick's way back is a receipt.
    private func statement(_ collection: String, _ held: Knowledge) -> Manifest? {
        guard !held.ends.isEmpty else { return nil }
        return Manifest(
            space: identity.space.id, collection: collection, packer: identity.device, packerReplica: identity.replica,
            packedMilliseconds: environment.nowMilliseconds(), base: .whole(held), chains: [:], furtherWriters: [],
            earlyCount: 0, segments: [])
    }

    /// Whether a file is in the way that may be replaced.
    private func checkTarget(_ path: String, _ knowledge: [String: Knowledge]) throws -> Bool {
        let found: BundleContents
        do {
            found = try BundleContents.read(path)
        } catch let error as BundleFileError where error.code == .notFound {
            return false
        } catch is WireError {
            throw EngineError(.fileExists, path)
        }
        guard found.preamble.space.id == identity.space.id else { throw EngineError(.fileExists, path) }
        for manifest in found.manifests {
            let scope = try? manifest.scope { try store.knowledge(named: $0) }
            guard let scope, knowledge[manifest.collection]?.includes(scope.result) == true else {
                throw EngineError(.bundleNotImported, path)
            }
        }
        return true
    }
}
