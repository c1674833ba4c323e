import CRDT
import Foundation
import Glibc
import Relay
import SQLite
import Wire

/// What a check of a whole space has found.
package struct SpaceReport: Hashable, Sendable {
    package let space: SpaceID
    package let incarnation: ReplicaID
    package let statementCount: Int
    package let deltaCount: Int
    package let partCount: Int
    package let segmentCount: Int
    /// Of segments and manifests.
    package let byteCount: Int
    /// One line for each thing that is not as it should be: ids, numbers and SQLite's words; at most `faultCount`.
    package let faults: [String]

    static let faultCount = 100
    package var isSound: Bool { faults.isEmpty }
}

/// Care for single files: checking, backing up, restoring. The first two also run while a relay process has the file.
extension SpaceFile {
    /// Reads everything once, one segment at a time: SQLite's own check of every page, every segment against its manifest, every name
    /// against what it names, and the sums.
    package func verify() throws -> SpaceReport {
        let path = folder.filePath(of: space)
        return try access { file in try SpaceFile.report(file, path) }
    }

    /// The same for a file by its path, which may be a backup.
    package static func verify(_ path: String) throws -> SpaceReport {
        try checkHeader(path)
        let file = try open(path, .read, SpaceFolderOptions())
        defer { file.close() }
        return try translating(path) { try report(file, path) }
    }

    private static func report(_ file: Connection, _ path: String) throws -> SpaceReport {
        try file.inSnapshot {
            var check = Check(file: file, faults: try file.faults())
            try check.readSpace(path)
            try check.readStatements()
            try check.readDeltas()
            try check.compareSums()
            return check.report
        }
    }

    /// Writes the space as it is at this moment to a new file (0600), which is safe on the disk when this returns.
    ///
    /// - Throws: `RelayError.exists` when something is there; `.full`.
    package func backup(to target: String) throws {
        try access { file in try SpaceFile.copy(file, to: target) }
    }

    /// The same for a file by its path, also while a relay process has it open.
    package static func backup(_ path: String, to target: String) throws {
        try checkHeader(path)
        let file = try open(path, .read, SpaceFolderOptions())
        defer { file.close() }
        try translating(target) { try copy(file, to: target) }
    }

    /// Puts a backup into a folder that has no such space, after checking it whole. It takes a new incarnation when it is opened.
    ///
    /// - Throws: `RelayError.exists` when the space is there; `.damaged` when the backup is not sound.
    package static func restore(_ backup: String, into folder: SpaceFolder) throws -> SpaceID {
        let report = try verify(backup)
        guard report.isSound else { throw RelayError(.damaged, backup) }
        let target = folder.filePath(of: report.space)
        let lock = try SpaceLock(path: target + "-lock", subject: target)
        defer { withExtendedLifetime(lock) {} }
        try SpaceFile.backup(backup, to: target)
        return report.space
    }

    private static func copy(_ file: Connection, to target: String) throws {
        // The name is taken first, so that two cannot both find it free; a file of 0 bytes under it is nobody's space.
        let descriptor = Glibc.open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw RelayError(errno == EEXIST ? .exists : errno == ENOSPC ? .full : .storage, target)
        }
        Glibc.close(descriptor)
        let draft = target + "-new"
        unlink(draft)
        let made = Glibc.open(draft, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        do {
            guard made >= 0 else { throw RelayError(errno == ENOSPC ? .full : .storage, draft) }
            defer { Glibc.close(made) }
            try translating(target) { try file.copy(into: draft) }
            guard fsync(made) == 0 else { throw RelayError(errno == ENOSPC ? .full : .storage, draft) }
            guard rename(draft, target) == 0 else { throw RelayError(.storage, target) }
        } catch {
            unlink(draft)
            unlink(target)
            throw error
        }
        try SpaceFolder.settle(URL(fileURLWithPath: target).deletingLastPathComponent().path)
    }
}

/// The steps of a check, within one snapshot.
private struct Check {
    let file: Connection
    private(set) var faults: [String]
    private var space = SpaceID.zero
    private var incarnation = ReplicaID.zero
    private var kept = SpaceFile.Totals()
    private var found = SpaceFile.Totals()
    private var statementCount = 0
    private var deltaCount = 0
    private var partCount = 0
    private var segmentCount = 0

    init(file: Connection, faults: [String]) {
        self.file = file
        self.faults = faults
    }

    var report: SpaceReport {
        SpaceReport(
            space: space, incarnation: incarnation, statementCount: statementCount, deltaCount: deltaCount, partCount: partCount,
            segmentCount: segmentCount, byteCount: found.byteCount, faults: faults)
    }

    private mutating func found(_ fault: String) {
        if faults.count < SpaceReport.faultCount { faults.append(fault) }
    }

    mutating func readSpace(_ path: String) throws {
        let select = try file.statement("select space, incarnation, place, drop_count, byte_count from kith_relay_space")
        defer { select.reset() }
        guard try select.step() else { throw RelayError(.damaged, path) }
        space = try select.nonce(0)
        incarnation = try select.nonce(1)
        kept = SpaceFile.Totals(place: select.integer(2), dropCount: select.integer(3), byteCount: Int(select.integer(4)))
    }

    mutating func readStatements() throws {
        let select = try file.statement("select place, id, bytes from kith_relay_statement order by place")
        defer { select.reset() }
        while try select.step() {
            statementCount += 1
            found.place = max(found.place, select.integer(0))
            if StatementID(bytes: Array(select.bytes(1))) != StatementID(of: Array(select.bytes(2))) {
                found("statement at place \(select.integer(0)) is not the one that its id names")
            }
        }
    }

    mutating func readDeltas() throws {
        let select = try file.statement(
            "select d.number, d.id, d.place, m.payload from kith_relay_delta d join kith_relay_manifest m on m.delta = d.number")
        defer { select.reset() }
        while try select.step() {
            let id = try select.nonce(1)
            let isWhole = !select.isNull(2)
            if isWhole { deltaCount += 1 } else { partCount += 1 }
            found.place = max(found.place, select.integer(2))
            found.byteCount += select.bytes(3).count
            guard let manifest = try? Manifest(select.bytes(3)), manifest.id == id, manifest.space == space else {
                found("manifest of delta \(id) is not the one that its id names")
                continue
            }
            try readSegments(of: manifest, id, number: select.integer(0), isWhole: isWhole)
        }
    }

    private mutating func readSegments(of manifest: Manifest, _ id: DeltaID, number: Int64, isWhole: Bool) throws {
        for (index, part) in manifest.segments.enumerated() {
            let key = SpaceFileLayout.key(number, index)
            guard let bytes = try file.blob(table: "kith_relay_segment", column: "bytes", row: key) else {
                if isWhole { found("segment \(index) of delta \(id) is missing") }
                continue
            }
            segmentCount += 1
            found.byteCount += bytes.count
            if bytes.count != part.sealedByteCount || Digest.sha256(bytes) != part.digest {
                found("segment \(index) of delta \(id) is not the one that its manifest names")
            }
        }
    }

    mutating func compareSums() throws {
        if found.byteCount != kept.byteCount { found("\(found.byteCount) bytes, \(kept.byteCount) in the books") }
        if found.place > kept.place { found("place \(found.place), \(kept.place) in the books") }
        let all = try file.number("select count(*) from kith_relay_segment") ?? 0
        if all != segmentCount { found("\(all) segments, \(segmentCount) of known deltas") }
        let manifests = try file.number("select count(*) from kith_relay_manifest") ?? 0
        if manifests != deltaCount + partCount { found("\(manifests) manifests, \(deltaCount + partCount) deltas") }
    }
}
