import CRDT
import Device
import Relay
import Trust
import Wire

// What an operator is told of one space, read from its store. Each call belongs to the thread that has the space.

extension SpaceStore {
    /// nil when there are no statements. They were checked when they came.
    private func roster(_ statements: [StoredStatement]) throws -> Roster? {
        statements.isEmpty ? nil : try Roster(statements: statements.map(\.bytes), verifying: false)
    }

    package func report() throws -> SpaceReport {
        let statements = try statements(after: 0)
        let members = try roster(statements)?.state.members ?? [:]
        return SpaceReport(
            space: space.description, statementCount: statements.count, deviceCount: members.values.count { !$0.isRemoved },
            deltaCount: try deltas(after: 0).count, partialDeltaCount: try partialDeltas().count, byteCount: try byteCount(),
            lastMilliseconds: try contacts().map(\.lastMilliseconds).max())
    }

    package func deviceReports() throws -> [DeviceReport] {
        let members = try roster(statements(after: 0))?.state.members ?? [:]
        let contacts = Dictionary(grouping: try contacts(), by: \.device)
        return Set(members.keys).union(contacts.keys).sorted().map { device in
            let member = members[device]
            let met = contacts[device] ?? []
            return DeviceReport(
                space: space.description, device: device.spoken, role: member.map { "\($0.role)" } ?? "unknown",
                isRemoved: member?.isRemoved ?? false, replicaCount: met.count, lastMilliseconds: met.map(\.lastMilliseconds).max(),
                receivedByteCount: met.reduce(0) { $0 + $1.receivedByteCount }, sentByteCount: met.reduce(0) { $0 + $1.sentByteCount })
        }
    }

    package func eventReports(sinceMilliseconds: Int64, limit: Int) throws -> [EventReport] {
        try events(sinceMilliseconds: sinceMilliseconds, limit: limit).map {
            EventReport(
                milliseconds: $0.milliseconds, space: space.description, kind: $0.kind, device: $0.device?.spoken, detail: $0.detail)
        }
    }

    /// Copies the space into a folder of SQLite files.
    package func backUp(into folder: String, _ environment: EngineEnvironment) throws -> SpaceReport {
        try RelayStores.back(self, upInto: folder, environment)
        return try report()
    }

    /// Reads everything again and compares it with what was signed.
    ///
    /// - Parameter found: what the store itself found wrong.
    package func verified(beside found: [String]) throws -> VerificationReport {
        let check = try SpaceCheck(self, beside: found)
        while try check.readSlice(self) { check.judgeSlice() }
        return check.report
    }
}

extension CarriedSpace {
    /// Takes in the deltas of a bundle whose roster is here, in a transaction.
    package func takeIn(_ bundle: SpaceBundle, nowMilliseconds: Int64) throws {
        var incoming: IncomingDelta?
        try bundle.forEachDelta(
            begin: { incoming = try begin(bundled: $0, heads: bundle.contents.preamble.heads) },
            segment: { segment in
                guard var delta = incoming else { return }
                _ = try put(segment, of: &delta)
                incoming = delta
            })
        try store.note(StoredEvent(
            milliseconds: nowMilliseconds, kind: "space-added", device: bundle.contents.preamble.packer,
            detail: String(bundle.segmentByteCount)))
    }
}
