import BundleFile
import CRDT
import Store
import Transport
import Trust
import Wire

/// What the import of one file did, or would do.
package struct BundleImportReport: Sendable {
    package let path: String
    /// nil when a salvaged file's beginning was not intact.
    package let preamble: Preamble?
    /// The name of the device that packed it.
    package let packerLabel: String?
    package let report: BundleReport
    /// Statements of the roster that were new here.
    package let newStatementCount: Int
    /// Of these: how many erase something.
    package let newErasureCount: Int
    /// Packers that know the same as this laptop and held something else.
    package let differences: [ContentsRemark]
    /// Of a salvaged file: segments that were damaged or not there.
    package let lostSegmentCount: Int
    /// Of a salvaged file: bytes behind damage that were not looked through, because there are too many.
    package let notSearchedByteCount: Int

    /// Deltas set aside until an earlier one comes.
    package var waitingCount: Int {
        report.deltas.reduce(0) {
            switch $1.state {
            case .waits, .waitsForChain: $0 + 1
            case .merged, .known, .partly, .quarantined, .unreadable, .passedOver: $0
            }
        }
    }

    /// Deltas packed by a device that has been removed, set aside until somebody decides.
    package var quarantinedCount: Int { report.deltas.count { $0.state == .quarantined } }

    /// Deltas set aside because they cannot be read; all others were taken in.
    package var unreadableCount: Int { report.deltas.count { if case .unreadable = $0.state { true } else { false } } }

    /// Whether all of it was here already.
    package var isKnown: Bool { report.deltas.allSatisfy { $0.state == .known } }

    /// Whether something waits for a person.
    package var needsPerson: Bool {
        differences.contains { !$0.isSettled } || report.conflictsAfter > 0 || !report.missing.isEmpty || waitingCount > 0
            || quarantinedCount > 0 || unreadableCount > 0 || lostSegmentCount > 0 || notSearchedByteCount > 0
    }
}

extension Replica {
    /// Takes in a bundle: all of it or, when something is wrong with it, nothing. A delta in it that cannot be read is not wrong with
    /// the bundle: it is set aside, and the others are merged. The same bundle again writes nothing.
    ///
    /// - Parameters:
    ///   - dryRun: the report is exact, and nothing is kept.
    ///   - salvage: takes the intact segments of a damaged file.
    package func importBundle(
        _ path: String, dryRun: Bool = false, salvage: Bool = false, progress: ProgressReport = { _ in }
    ) throws -> BundleImportReport {
        try unlock()
        if salvage { return try salvageBundle(path, dryRun: dryRun, progress: progress) }
        // All of it is checked before any of it is believed: another space's bundle, or a damaged one, leaves the replica untouched.
        let contents = try BundleContents.read(path, progress: progress, key: bundleKey)
        guard contents.preamble.space == identity.space.id else { throw WireError(.otherSpace, in: "bundle") }
        let erasureCount = try membership.current().roster.state.erasures.count
        return try believing(contents.statements, dryRun: dryRun) { newStatementCount in
            var report = try store.mergeBundle(dryRun: dryRun, salvage: false) { merge in
                // From the beginning each time: with what cannot be read set aside it is read again.
                let reader = try BundleFileReader(path: path, key: bundleKey)
                while let message = try reader.next() {
                    try take(message, into: merge)
                    progress(Progress(.merging, doneByteCount: reader.offset, totalByteCount: reader.byteCount))
                }
            }
            if !dryRun {
                try store.keepRosterHeads(contents.preamble.heads, of: contents.preamble.packerReplica)
                try nameWriters()
                try loseWords(membership.current())
                // Those that a statement tells of are among them.
                report.copies = try takeFoundCopies()
                _ = store.takeFoundDifferences()
                report.packerLabels = try labels(of: report.deltas)
            }
            let state = try membership.current()
            return BundleImportReport(
                path: path, preamble: contents.preamble, packerLabel: state.label(of: contents.preamble.packer), report: report,
                newStatementCount: newStatementCount, newErasureCount: state.roster.state.erasures.count - erasureCount,
                differences: try remarks(report.differences), lostSegmentCount: 0, notSearchedByteCount: 0)
        }
    }

    /// Names of those who packed what could not be read.
    func labels(of deltas: [BundleReport.DeltaReport]) throws -> [DeviceID: String] {
        // What is not taken in is told with whose it is.
        let packers = Set(deltas.filter { delta in
            switch delta.state {
            case .unreadable, .quarantined: true
            default: false
            }
        }.map(\.packer))
        guard !packers.isEmpty else { return [:] }
        let state = try membership.current()
        return Dictionary(uniqueKeysWithValues: packers.map { ($0, state.label(of: $0)) })
    }

    private func take(_ message: Message, into merge: BundleMerge) throws {
        switch message {
        case .manifest(let manifest): try merge.begin(manifest)
        case .segment(let segment): try merge.add(segment)
        default: break
        }
    }

    /// The roster comes before the data: its statements are taken in, for good or, in a dry run, for as long as it takes.
    func believing<Result>(
        _ statements: [[UInt8]], dryRun: Bool, _ body: (_ newStatementCount: Int) throws -> Result
    ) throws -> Result {
        guard dryRun else { return try body(try learn(statements)) }
        let before = try membership.current()
        defer { membership.set(before) }
        return try body(try membership.add(statements).newCount)
    }

    private func salvageBundle(_ path: String, dryRun: Bool, progress: ProgressReport) throws -> BundleImportReport {
        var salvage = try BundleSalvage(path: path, key: bundleKey)
        let (preamble, statements) = beginning(of: path)
        guard preamble.map({ $0.space == identity.space.id }) ?? true else { throw WireError(.otherSpace, in: "bundle") }
        var byteCount = 0
        let erasureCount = try membership.current().roster.state.erasures.count
        return try believing(statements, dryRun: dryRun) { newStatementCount in
            var report = try store.mergeBundle(dryRun: dryRun, salvage: true) { merge in
                salvage = try BundleSalvage(path: path, key: bundleKey)
                while let message = try salvage.next() {
                    if case .segment(let segment) = message { byteCount += segment.bytes.count }
                    try take(message, into: merge)
                    progress(Progress(.merging, doneByteCount: byteCount))
                }
            }
            guard salvage.intactManifestCount > 0 else { throw WireError(.damaged, in: "every manifest") }
            if !dryRun {
                try nameWriters()
                try loseWords(membership.current())
                report.copies = try takeFoundCopies()
                _ = store.takeFoundDifferences()
                report.packerLabels = try labels(of: report.deltas)
            }
            let state = try membership.current()
            return BundleImportReport(
                path: path, preamble: preamble, packerLabel: preamble.map { state.label(of: $0.packer) }, report: report,
                newStatementCount: newStatementCount, newErasureCount: state.roster.state.erasures.count - erasureCount,
                differences: try remarks(report.differences), lostSegmentCount: salvage.lostSegmentCount,
                notSearchedByteCount: salvage.notSearchedByteCount)
        }
    }

    /// The preamble and the statements, as far as they are intact.
    private func beginning(of path: String) -> (Preamble?, [[UInt8]]) {
        guard let reader = try? BundleFileReader(path: path, key: bundleKey), case .preamble(let preamble)? = try? reader.next() else {
            return (nil, [])
        }
        guard case .statements(let statements)? = try? reader.next() else { return (preamble, []) }
        return (preamble, statements)
    }
}
