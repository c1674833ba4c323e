import CRDT
import Relay
import Synchronization
import Wire

/// A relay's store whose process dies at a transaction: just before it is durable, or just after, when nobody has been answered yet.
/// From then on nothing works until it is opened anew, which is what the relay's next start does.
final class FaultyRelayStore: RelayStore, Sendable {
    enum Death: Sendable {
        case beforeCommit
        /// Before that of a transaction in which a delta came to be whole: what it would have acknowledged is gone.
        case beforeCommitOfDelta
        case afterCommit
    }

    private struct State {
        var death: (kind: Death, transactionsLeft: Int)?
        var isDead = false
        /// Deltas that were begun since somebody asked.
        var begun: [Manifest] = []
    }

    private let store: any RelayStore
    private let state = Mutex(State())

    init(_ store: any RelayStore) {
        self.store = store
    }

    var isDead: Bool { state.withLock { $0.isDead } }

    /// - Parameter count: of transactions that go well before.
    func die(_ kind: Death, after count: Int) { state.withLock { $0.death = (kind, count) } }
    func live() { state.withLock { $0.death = nil } }

    /// The deltas that have been begun since this was asked last.
    func takeBegun() -> [Manifest] {
        state.withLock { state in
            defer { state.begun = [] }
            return state.begun
        }
    }
    fileprivate func note(begun manifest: Manifest) { state.withLock { $0.begun.append(manifest) } }

    /// What becomes of the next transaction.
    fileprivate func next() throws -> Death? {
        try state.withLock { state in
            guard !state.isDead else { throw FaultyRelayStore.dead }
            guard let death = state.death else { return nil }
            guard death.transactionsLeft == 0 else {
                state.death = (death.kind, death.transactionsLeft - 1)
                return nil
            }
            if death.kind != .beforeCommitOfDelta { state.isDead = true }
            return death.kind
        }
    }
    /// The transaction that is under way is the last.
    fileprivate func dieNow() { state.withLock { $0.isDead = true } }

    fileprivate static let dead = RelayError(.storage, "killed")
    fileprivate func check() throws { if isDead { throw FaultyRelayStore.dead } }

    func spaces() throws -> [SpaceID] { try store.spaces() }
    func open(_ space: SpaceID) throws -> any SpaceStore {
        try check()
        return FaultySpaceStore(try store.open(space), self)
    }
    func create(_ space: SpaceID, incarnation: ReplicaID) throws -> any SpaceStore {
        FaultySpaceStore(try store.create(space, incarnation: incarnation), self)
    }
    func remove(_ space: SpaceID) throws { try store.remove(space) }
    func onChange(_ changed: @escaping @Sendable (SpaceID) -> Void) { store.onChange(changed) }
    func close() throws { try store.close() }
}

private final class FaultySpaceStore: SpaceStore {
    private let store: any SpaceStore
    private let folder: FaultyRelayStore
    private var isDying = false
    /// Deltas that came to be whole since the store was opened.
    private var completedCount = 0

    init(_ store: any SpaceStore, _ folder: FaultyRelayStore) {
        self.store = store
        self.folder = folder
    }

    var space: SpaceID { store.space }
    var incarnation: ReplicaID { store.incarnation }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        switch try folder.next() {
        case nil: return try store.transaction(body)
        case .beforeCommit:
            isDying = true
            defer { isDying = false }
            return try store.transaction {
                _ = try body()
                throw FaultyRelayStore.dead
            }
        case .beforeCommitOfDelta:
            let before = completedCount
            return try store.transaction {
                let result = try body()
                guard completedCount == before else {
                    folder.dieNow()
                    throw FaultyRelayStore.dead
                }
                return result
            }
        case .afterCommit:
            isDying = true
            defer { isDying = false }
            _ = try store.transaction(body)
            throw FaultyRelayStore.dead
        }
    }

    func version() throws -> SpaceVersion { try store.version() }
    func statements(after place: Int64) throws -> [StoredStatement] {
        // Where reading begins anew after a failure; what the dying transaction itself reads comes before.
        guard isDying || !folder.isDead else { throw FaultyRelayStore.dead }
        return try store.statements(after: place)
    }
    func deltas(after place: Int64) throws -> [StoredDelta] { try store.deltas(after: place) }
    func partialDeltas() throws -> [IncomingDelta] { try store.partialDeltas() }
    func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8] { try store.segment(index, of: delta) }
    func archived(_ name: Nonce) throws -> KnowledgeForm? { try store.archived(name) }
    func archivedNames() throws -> [Nonce] { try store.archivedNames() }
    func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce? {
        try store.receipt(of: replica, collection: collection, stated: stated)
    }
    func contacts() throws -> [StoredContact] { try store.contacts() }
    func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent] {
        try store.events(sinceMilliseconds: sinceMilliseconds, limit: limit)
    }
    func byteCount() throws -> Int { try store.byteCount() }
    func append(_ statements: [[UInt8]]) throws { try store.append(statements) }
    func replace(_ statements: [[UInt8]]) throws { try store.replace(statements) }
    func begin(_ delta: IncomingDelta) throws {
        try store.begin(delta)
        folder.note(begun: delta.manifest)
    }
    func put(_ segment: SealedSegment) throws { try store.put(segment) }
    func complete(_ delta: DeltaID) throws -> Int64 {
        defer { completedCount += 1 }
        return try store.complete(delta)
    }
    func drop(_ deltas: [DeltaID]) throws { try store.drop(deltas) }
    func dropParts(olderThanMilliseconds: Int64) throws { try store.dropParts(olderThanMilliseconds: olderThanMilliseconds) }
    func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws {
        try store.keep(contents: contents, of: replica, collection: collection)
    }
    func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws {
        try store.keep(receipt: name, of: replica, device: device, collection: collection, stated: stated)
    }
    func archive(_ form: KnowledgeForm, as name: Nonce) throws { try store.archive(form, as: name) }
    func dropArchived(_ names: [Nonce]) throws { try store.dropArchived(names) }
    func note(contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int) throws {
        try store.note(
            contact: replica, device: device, milliseconds: milliseconds, receivedByteCount: receivedByteCount, sentByteCount: sentByteCount)
    }
    func note(_ event: StoredEvent) throws { try store.note(event) }
}
