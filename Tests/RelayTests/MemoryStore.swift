import CRDT
import Relay
import Wire

/// A store in memory, for tests of what is above it. Its own suite is that of the real ones.
final class MemoryStore: RelayStore, @unchecked Sendable {
    private var held: [SpaceID: MemorySpace] = [:]

    func spaces() throws -> [SpaceID] { held.keys.sorted() }
    func open(_ space: SpaceID) throws -> any SpaceStore {
        guard let found = held[space] else { throw RelayError(.unknownSpace) }
        return found
    }
    func create(_ space: SpaceID, incarnation: ReplicaID) throws -> any SpaceStore {
        if let found = held[space] { return found }
        let made = MemorySpace(space, incarnation)
        held[space] = made
        return made
    }
    func remove(_ space: SpaceID) throws { held[space] = nil }
    func onChange(_ changed: @escaping @Sendable (SpaceID) -> Void) {}
    func close() throws {}
}

final class MemorySpace: SpaceStore {
    private struct State {
        var place: Int64 = 0
        var dropCount: Int64 = 0
        var statements: [StoredStatement] = []
        var deltas: [StoredDelta] = []
        var parts: [IncomingDelta] = []
        var segments: [DeltaID: [Int: [UInt8]]] = [:]
        var archive: [Nonce: KnowledgeForm] = [:]
        var receipts: [String: Nonce] = [:]
        var contents: [String: ContentsDigest] = [:]
        var contacts: [ReplicaID: StoredContact] = [:]
        var events: [StoredEvent] = []
    }

    let space: SpaceID
    let incarnation: ReplicaID
    private var state = State()
    /// What the next transaction fails with, when it would have been kept.
    var failure: RelayError?
    private(set) var commitCount = 0

    init(_ space: SpaceID, _ incarnation: ReplicaID) {
        self.space = space
        self.incarnation = incarnation
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        let before = state
        do {
            let result = try body()
            if let failure {
                self.failure = nil
                throw failure
            }
            commitCount += 1
            return result
        } catch {
            state = before
            throw error
        }
    }

    /// - Returns: sets everything back to how it is now, as a backup that is restored.
    func remember() -> () -> Void {
        let before = state
        return { self.state = before }
    }

    func version() throws -> SpaceVersion { SpaceVersion(place: state.place, dropCount: state.dropCount) }
    func statements(after place: Int64) throws -> [StoredStatement] { state.statements.filter { $0.place > place } }
    func deltas(after place: Int64) throws -> [StoredDelta] { state.deltas.filter { $0.place > place } }
    func partialDeltas() throws -> [IncomingDelta] { state.parts.reversed() }
    func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8] {
        guard let bytes = state.segments[delta]?[index] else { throw RelayError(.storage) }
        return bytes
    }
    func archived(_ name: Nonce) throws -> KnowledgeForm? { state.archive[name] }
    func archivedNames() throws -> [Nonce] { Array(state.archive.keys) }
    private func key(_ replica: ReplicaID, _ collection: String, _ stated: Bool) -> String { "\(replica) \(collection) \(stated)" }
    func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce? { state.receipts[key(replica, collection, stated)] }
    func contacts() throws -> [StoredContact] {
        state.contacts.values.sorted { $0.replica < $1.replica }.map { contact in
            var receipts: [String: Nonce] = [:]
            for collection in ["directory", "people"] { receipts[collection] = state.receipts[key(contact.replica, collection, false)] }
            var contents: [String: ContentsDigest] = [:]
            for collection in receipts.keys { contents[collection] = state.contents[key(contact.replica, collection, false)] }
            return StoredContact(
                replica: contact.replica, device: contact.device, lastMilliseconds: contact.lastMilliseconds,
                receivedByteCount: contact.receivedByteCount, sentByteCount: contact.sentByteCount, receipts: receipts,
                contents: contents)
        }
    }
    func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent] {
        Array(state.events.filter { $0.milliseconds >= sinceMilliseconds }.prefix(limit))
    }
    func byteCount() throws -> Int {
        state.deltas.reduce(0) { $0 + $1.byteCount } + state.parts.reduce(0) { $0 + $1.manifest.payload.count }
    }

    func append(_ statements: [[UInt8]]) throws {
        for bytes in statements where !state.statements.contains(where: { $0.bytes == bytes }) {
            state.place += 1
            state.statements.append(StoredStatement(place: state.place, bytes: bytes))
        }
    }
    func replace(_ statements: [[UInt8]]) throws {
        for bytes in statements {
            state.statements = state.statements.map {
                StatementID(of: $0.bytes) == StatementID(of: bytes) ? StoredStatement(place: $0.place, bytes: bytes) : $0
            }
        }
    }
    func begin(_ delta: IncomingDelta) throws {
        guard !state.deltas.contains(where: { $0.manifest.id == delta.manifest.id }) else { return }
        if !state.parts.contains(where: { $0.manifest.id == delta.manifest.id }) { state.parts.append(delta) }
    }
    func put(_ segment: SealedSegment) throws {
        state.segments[segment.delta, default: [:]][segment.index] = segment.bytes
        guard !state.deltas.contains(where: { $0.manifest.id == segment.delta }) else { return }
        guard let place = state.parts.firstIndex(where: { $0.manifest.id == segment.delta }) else { throw RelayError(.storage) }
        if !state.parts[place].held.contains(segment.index) { state.parts[place].held = (state.parts[place].held + [segment.index]).sorted() }
    }
    func complete(_ delta: DeltaID) throws -> Int64 {
        if let known = state.deltas.first(where: { $0.manifest.id == delta }) { return known.place }
        guard let index = state.parts.firstIndex(where: { $0.manifest.id == delta }) else { throw RelayError(.storage) }
        let part = state.parts.remove(at: index)
        state.place += 1
        state.deltas.append(StoredDelta(
            place: state.place, manifest: part.manifest, rosterPlace: part.rosterPlace, receivedMilliseconds: part.sinceMilliseconds))
        return state.place
    }
    func drop(_ deltas: [DeltaID]) throws {
        state.deltas.removeAll { deltas.contains($0.manifest.id) }
        state.parts.removeAll { deltas.contains($0.manifest.id) }
        for delta in deltas { state.segments[delta] = nil }
        state.dropCount += 1
    }
    func dropParts(olderThanMilliseconds: Int64) throws { state.parts.removeAll { $0.sinceMilliseconds < olderThanMilliseconds } }
    func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws {
        state.contents[key(replica, collection, false)] = contents
    }
    func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws {
        if state.receipts.updateValue(name, forKey: key(replica, collection, stated)) != name {
            state.contents[key(replica, collection, stated)] = nil
        }
        if state.contacts[replica] == nil {
            state.contacts[replica] = StoredContact(
                replica: replica, device: device, lastMilliseconds: 0, receivedByteCount: 0, sentByteCount: 0, receipts: [:])
        }
    }
    func archive(_ form: KnowledgeForm, as name: Nonce) throws { state.archive[name] = form }
    func dropArchived(_ names: [Nonce]) throws { for name in names { state.archive[name] = nil } }
    func note(contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int) throws {
        state.contacts[replica] = StoredContact(
            replica: replica, device: device, lastMilliseconds: milliseconds, receivedByteCount: Int64(receivedByteCount),
            sentByteCount: Int64(sentByteCount), receipts: [:])
    }
    func note(_ event: StoredEvent) throws { state.events.append(event) }
}
