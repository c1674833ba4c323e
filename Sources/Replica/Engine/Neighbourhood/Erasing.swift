import CRDT
import Device
import Store
import Trust
import Wire

/// One erase statement, and how far it has come.
package struct ErasureEntry: Sendable {
    package let id: StatementID
    package let collection: String
    package let timeMilliseconds: Int64
    package let signer: String
    /// Devices that have scrubbed.
    package let confirmed: [String]
    /// Devices that hold the collection and have not said so.
    package let awaited: [String]
    /// Relays, which may still hold older segments, sealed.
    package let relays: [String]
}

/// How far an erasure that is signed has come on this device.
package struct ErasureOutcome: Hashable, Sendable {
    /// Whether the rows are gone here; else there was no room to remove them.
    package let isDoneHere: Bool
    /// Whether bytes of them may still be in free pages of the file.
    package let isScrubOwed: Bool
}

extension Replica {
    /// What would go with a record, and where else a text names the person; of a contact, with all entries of the person.
    package func planErasure(_ record: RecordID) throws -> (plan: ErasurePlan, mentions: [Mention]) {
        try planErasure(record.table == "contact" ? store.person(of: record).entries.map(\.row.id) : [record])
    }

    /// The same of these records and no others.
    package func planErasure(_ records: [RecordID]) throws -> (plan: ErasurePlan, mentions: [Mention]) {
        (try store.erasurePlan(records), try store.mentions(of: records))
    }

    /// Erases a record and what it owns, for ever: signed, so that it goes before all data wherever it comes.
    ///
    /// - Throws: `WireError.notPermitted` unless this device is a coordinator. Once it is signed nothing is thrown for want of room.
    @discardableResult
    package func erase(_ plan: ErasurePlan) throws -> ErasureOutcome {
        try prepare()
        guard try membership.current().isCoordinator else { throw WireError(.notPermitted, in: "erasing") }
        let before = try membership.current().roster.count
        do {
            try signErasure(of: plan.named)
            try signWhatIsOwed()
        } catch let error as StoreError where error.code == .full {
            guard try membership.current().roster.count > before else { throw error }
        }
        // Of one's own none waits for a key.
        let roster = try membership.current().roster
        let isOwed = try store.unactedStatements().contains { roster.statement($0)?.signer == identity.device }
        return ErasureOutcome(isDoneHere: !isOwed, isScrubOwed: try store.isScrubOwed)
    }

    private static let recordsEach = 1_000

    private func signErasure(of records: [ErasedRecord]) throws {
        let schema = store.schema
        let byCollection = Dictionary(grouping: records) { schema[$0.table]?.collection.rawValue ?? "" }
        try sign { author in
            var made: [[UInt8]] = []
            for (collection, records) in byCollection.sorted(by: { $0.key < $1.key }) where !collection.isEmpty {
                for start in stride(from: 0, to: records.count, by: Replica.recordsEach) {
                    let part = records[start..<min(start + Replica.recordsEach, records.count)]
                    made += try author.erase(collection, try ErasedRecords(part.map { .init(table: $0.table, key: $0.key.bytes) }))
                }
            }
            return made
        }
    }

    /// Acts on erase statements. What cannot be opened is of a collection that is not here, or waits for its key: who was admitted while
    /// another changed the keys has the statement first.
    ///
    /// - Returns: those that wait.
    func applyErasures(_ unacted: Set<StatementID>?, _ state: Membership.State) throws -> Set<StatementID> {
        var own: [ErasedRecord] = []
        var others: [ErasedRecord] = []
        var waiting: Set<StatementID> = []
        for found in state.roster.state.erasures where unacted?.contains(found.id) ?? true {
            guard let opened = try? found.erasure.open(with: state.ring) else {
                if state.collections.contains(found.erasure.collection) { waiting.insert(found.id) }
                continue
            }
            let records = opened.records.compactMap { record in
                RecordKey(encoded: record.key).map { ErasedRecord(table: record.table, key: $0) }
            }
            if found.signer == state.device { own += records } else { others += records }
        }
        // Who named a row that loses its words writes what is counted of it.
        if !own.isEmpty { _ = try store.erase(own, leavesCounts: true) }
        if !others.isEmpty { _ = try store.erase(others) }
        if !own.isEmpty || !others.isEmpty { Drafts.sweep(environment) }
        try loseWords(state)
        try scrubIfOwed()
        return waiting
    }

    /// Rows whose last person is erased lose their words, whoever named them or not: what came late, and what nobody else has.
    func loseWords(_ state: Membership.State) throws {
        if try store.loseWords(leavesCounts: state.mayWrite) > 0 { try scrubIfOwed() }
    }

    /// Tries, and waits for nobody: another program may be reading, or the disk have no room for a copy. Then it is done at another
    /// command, and stops nothing else.
    func scrubIfOwed() throws {
        guard try store.isScrubOwed else { return }
        do { try store.scrub() } catch let error as StoreError where error.code == .busy || error.code == .full {}
    }

    /// The programs that hold the replica's file open, as people know them, when scrubbing is owed: what it waits for.
    package func scrubHolders() throws -> [String] {
        try store.isScrubOwed ? FileHolders.names(of: [path, path + "-wal", path + "-shm"]) : []
    }

    /// Confirms what has been erased and scrubbed here, and states what follows from it.
    func signErasureWork(_ state: Membership.State, _ owed: OwedSignatures) throws {
        if state.isCoordinator, !owed.erasures.isEmpty { try signErasure(of: owed.erasures.map(\.record)) }
        let now = try membership.current().roster
        // What has been signed since may have erased something.
        guard try !(now.count == state.roster.count ? owed.isScrubOwed : store.isScrubOwed) else { return }
        let roster = now.state
        // One that waits for its key has erased nothing here yet.
        let waiting = Set(try store.unactedStatements())
        let done = roster.erasures.filter {
            state.collections.contains($0.erasure.collection) && !waiting.contains($0.id) && roster.confirmations[$0.id]?.contains(state.device) != true
        }
        if !done.isEmpty { try sign { try $0.confirm(done.map(\.id)) } }
    }

    package func erasureEntries() throws -> [ErasureEntry] {
        try unlock()
        let state = try membership.current()
        let members = state.roster.state.members.filter { !$0.value.isRemoved }
        func labels(_ devices: some Sequence<DeviceID>) -> [String] { devices.map { state.label(of: $0) }.sorted() }
        return state.roster.state.erasures.map { found in
            let confirmed = state.roster.state.confirmations[found.id] ?? []
            let holders = members.filter { $0.value.role != .recovery && $0.value.mayHold(scope: found.erasure.collection) }.keys
            return ErasureEntry(
                id: found.id, collection: found.erasure.collection, timeMilliseconds: found.timeMilliseconds,
                signer: state.label(of: found.signer), confirmed: labels(confirmed),
                awaited: labels(holders.filter { !confirmed.contains($0) }),
                relays: labels(members.filter { $0.value.role == .relay }.keys))
        }
    }
}
