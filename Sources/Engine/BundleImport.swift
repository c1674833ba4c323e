import CRDT
import Store
import Transport
import Wire

/// What the import of one file did, or would do.
package struct BundleImportReport: Sendable {
    package let path: String
    /// nil when a salvaged file's beginning was not intact.
    package let preamble: Preamble?
    package let report: BundleReport
    /// Of a salvaged file: segments that were damaged or not there.
    package let lostSegmentCount: Int

    /// Deltas set aside until an earlier one comes.
    package var waitingCount: Int {
        report.deltas.reduce(0) { if case .waits = $1.state { $0 + 1 } else { $0 } }
    }

    /// Whether all of it was here already.
    package var isKnown: Bool { report.deltas.allSatisfy { $0.state == .known } }

    /// Whether something waits for a person.
    package var needsPerson: Bool {
        report.conflictsAfter > 0 || !report.missing.isEmpty || waitingCount > 0 || lostSegmentCount > 0
    }
}

extension Replica {
    /// Takes in a bundle: all of it or, when something is wrong, nothing. The same bundle again writes nothing.
    ///
    /// - Parameters:
    ///   - dryRun: the report is exact, and nothing is kept.
    ///   - salvage: takes the intact segments of a damaged file.
    package func importBundle(
        _ path: String, dryRun: Bool = false, salvage: Bool = false, progress: ProgressReport = { _ in }
    ) throws -> BundleImportReport {
        if salvage { return try salvageBundle(path, dryRun: dryRun, progress: progress) }
        // Asked before anything is stamped: another space's bundle leaves the replica untouched.
        try checkBeginning(of: path, salvage: false)
        let reader = try BundleFileReader(path: path)
        guard case .preamble(let preamble) = try reader.next() else { throw WireError(.unexpected, in: "bundle") }
        let report = try store.mergeBundle(dryRun: dryRun, salvage: false) { merge in
            while let message = try reader.next() {
                switch message {
                case .roster(let roster): merge.learn(roster)
                case .manifest(let manifest): _ = try merge.begin(manifest)
                case .segment(let segment): try merge.add(segment)
                default: break
                }
                progress(Progress(.merging, doneByteCount: reader.offset, totalByteCount: reader.byteCount))
            }
        }
        return BundleImportReport(path: path, preamble: preamble, report: report, lostSegmentCount: 0)
    }

    /// Refuses what no import could take, before anything is written: a file that is not a bundle, or another space's.
    package func checkBeginning(of path: String, salvage: Bool) throws {
        if salvage {
            _ = try BundleSalvage(path: path)
            if let preamble = Replica.beginning(of: path).0, preamble.space.id != identity.space.id {
                throw WireError(.otherSpace, in: "bundle")
            }
            return
        }
        guard case .preamble(let preamble) = try BundleFileReader(path: path).next() else {
            throw WireError(.unexpected, in: "bundle")
        }
        guard preamble.space.id == identity.space.id else { throw WireError(.otherSpace, in: "bundle") }
    }

    private func salvageBundle(_ path: String, dryRun: Bool, progress: ProgressReport) throws -> BundleImportReport {
        try checkBeginning(of: path, salvage: true)
        let salvage = try BundleSalvage(path: path)
        let (preamble, roster) = Replica.beginning(of: path)
        var byteCount = 0
        let report = try store.mergeBundle(dryRun: dryRun, salvage: true) { merge in
            if let roster { merge.learn(roster) }
            while let message = try salvage.next() {
                switch message {
                case .manifest(let manifest): _ = try merge.begin(manifest)
                case .segment(let segment):
                    byteCount += segment.bytes.count
                    try merge.add(segment)
                default: break
                }
                progress(Progress(.merging, doneByteCount: byteCount))
            }
        }
        guard salvage.intactManifestCount > 0 else { throw WireError(.damaged, in: "every manifest") }
        return BundleImportReport(
            path: path, preamble: preamble, report: report, lostSegmentCount: salvage.lostSegmentCount)
    }

    /// The preamble and the roster, as far as they are intact.
    private static func beginning(of path: String) -> (Preamble?, Roster?) {
        guard let reader = try? BundleFileReader(path: path), case .preamble(let preamble)? = try? reader.next() else {
            return (nil, nil)
        }
        guard case .roster(let roster)? = try? reader.next() else { return (preamble, nil) }
        return (preamble, roster)
    }

    /// Makes a replica of the space that a bundle is of, with what the bundle holds. The file is checked to its end first.
    package static func join(
        bundle path: String, label: String?, at named: String?, _ environment: EngineEnvironment,
        progress: ProgressReport = { _ in }
    ) throws -> (Replica, BundleImportReport) {
        let contents = try BundleContents.read(path, opening: true, progress: progress)
        let replica = try create(contents.preamble.space, label: label, at: named, environment)
        do {
            return (replica, try replica.importBundle(path, progress: progress))
        } catch {
            try replica.withdraw()
            throw error
        }
    }
}
