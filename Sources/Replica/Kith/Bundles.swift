import CRDT
import Engine
import Store

/// What came of an import or a meeting, record by record.
public struct Changes: Sendable {
    public enum Kind: String, Hashable, Sendable { case added, changed, deleted }

    public struct Change: Hashable, Sendable {
        public let record: Record
        public let kind: Kind
        /// The columns that were written; a composite by its own name.
        public let columns: [String]

        public init(record: Record, kind: Kind, columns: [String]) {
            self.record = record
            self.kind = kind
            self.columns = columns
        }
    }

    /// By table and key; at most 10,000 of them are named.
    public let records: [Change]
    /// Cells that wait for a person now, and of how many they were before; see `Replica.unsettled`.
    public let conflictsAfter: Int
    public let conflictsBefore: Int
    /// Deltas that wait here for an earlier one, that are set aside because a removed device packed them, or that cannot be read.
    public let waiting: Int
    public let quarantined: Int
    public let unreadable: Int

    static let namedCount = 10_000

    init(_ found: [RecordChange], conflicts: (before: Int, after: Int), waiting: Int, quarantined: Int, unreadable: Int) {
        records = found.map { Change(record: Record($0.record), kind: $0.isHere ? $0.isNew ? .added : .changed : .deleted, columns: $0.columns) }
        (conflictsBefore, conflictsAfter) = conflicts
        self.waiting = waiting
        self.quarantined = quarantined
        self.unreadable = unreadable
    }
}

/// Whom a bundle is for.
public enum Destination: Hashable, Sendable {
    /// Anyone in the space: it holds everything.
    case everyone
    /// Devices by their labels, or endings of their ids: what they are not known to hold.
    case devices([String])
}

/// What a bundle holds.
public struct ExportReport: Hashable, Sendable {
    public let changeCount: Int
    public let byteCount: Int
    /// It holds everything.
    public let isWhole: Bool
    /// Devices that it is for and that cannot open it.
    public let closedTo: [String]
}

extension Replica {
    /// Writes a bundle: one sealed file, on a stick or anywhere, that members can open and nobody else. A bundle in its place is replaced
    /// when this replica holds all of it.
    ///
    /// - Throws: `KithError`: `mass-change`; `no-space`, `read-only` and others of the medium; `bundle-not-imported`.
    @discardableResult
    public func exportBundle(to path: String, for destination: Destination = .everyone) throws -> ExportReport {
        try explaining(path) {
            let stored: BundleDestination = switch destination {
            case .everyone: .everyone
            case .devices(let names): .devices(try engine.devices(named: names))
            }
            let report = try engine.exportBundle(to: path, for: stored)
            return ExportReport(changeCount: report.changeCount, byteCount: report.byteCount, isWhole: report.isWhole, closedTo: report.closedTo)
        }
    }

    /// Takes in a bundle: all of it or, when something is wrong with it, nothing. The same bundle again changes nothing.
    ///
    /// - Throws: `KithError`: `other-space`, `no-key`, `damaged`, `truncated`, `not-kith`.
    @discardableResult
    public func importBundle(_ path: String) throws -> Changes {
        try explaining(path) {
            // What this replica's own programs did before is not the bundle's.
            try engine.stamp()
            let mark = try engine.store.logMark()
            let report = try engine.importBundle(path)
            return Changes(
                try engine.store.changes(since: mark, limit: Changes.namedCount),
                conflicts: (report.report.conflictsBefore, report.report.conflictsAfter), waiting: report.waitingCount,
                quarantined: report.quarantinedCount, unreadable: report.unreadableCount)
        }
    }
}
