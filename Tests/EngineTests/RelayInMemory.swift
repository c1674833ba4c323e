import CRDT
import Relay
import Wire

/// A relay's store without a disk: what is written in a transaction that throws is taken back.
final class MemoryRelayStore: RelayStore, @unchecked Sendable {
    private var kept: [SpaceID: MemorySpaceStore] = [:]

    func spaces() throws -> [SpaceID] { kept.keys.sorted() }

    func open(_ space: SpaceID) throws -> any SpaceStore {
        guard let found = kept[space] else { throw RelayError(.unknownSpace) }
        return found
    }

    func create(_ space: SpaceID, incarnation: ReplicaID) throws -> any SpaceStore {
        if let found = kept[space] { return found }
        let made = MemorySpaceStore(space, incarnation)
        kept[space] = made
        return made
    }

    func remove(_ space: SpaceID) throws { kept[space] = nil }
    func onChange(_ changed: @escaping @Sendable (SpaceID) -> Void) {}
    func close() throws {}
}

final class MemorySpaceStore: SpaceStore {
    private struct Content {
        var place: Int64 = 0
        var dropCount: Int64 = 0
        var statements: [StoredStatement] = []
        var deltas: [StoredDelta] = []
        var parts: [DeltaID: IncomingDelta] = [:]
        var segments: [DeltaID: [Int: [UInt8]]] = [:]
        var archive: [Nonce: KnowledgeForm] = [:]
        var contents: [String: ContentsDigest] = [:]
        var contacts: [ReplicaID: (device: DeviceID, received: [String: Nonce], stated: [String: Nonce])] = [:]
    }

    let space: SpaceID
    let incarnation: ReplicaID
    private var content = Content()

    init(_ space: SpaceID, _ incarnation: ReplicaID) {
        self.space = space
        self.incarnation = incarnation
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        let before = content
        do { return try body() } catch {
            content = before
            throw error
        }
    }

    func version() throws -> SpaceVersion { SpaceVersion(place: content.place, dropCount: content.dropCount) }
    func statements(after place: Int64) throws -> [StoredStatement] { content.statements.filter { $0.place > place } }
    func deltas(after place: Int64) throws -> [StoredDelta] { content.deltas.filter { $0.place > place } }
    func partialDeltas() throws -> [IncomingDelta] {
        content.parts.values.sorted { ($1.sinceMilliseconds, $0.manifest.id) < ($0.sinceMilliseconds, $1.manifest.id) }
    }

    func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8] {
        guard let found = content.segments[delta]?[index] else { throw RelayError(.storage) }
        return found
    }

    func archived(_ name: Nonce) throws -> KnowledgeForm? { content.archive[name] }
    func archivedNames() throws -> [Nonce] { Array(content.archive.keys) }
    func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce? {
        let contact = content.contacts[replica]
        return stated ? contact?.stated[collection] : contact?.received[collection]
    }

    func contacts() throws -> [StoredContact] {
        content.contacts.map {
            (replica, contact) in
            StoredContact(
                replica: replica, device: contact.device, lastMilliseconds: 0, receivedByteCount: 0, sentByteCount: 0,
                receipts: contact.received,
                contents: Dictionary(uniqueKeysWithValues: contact.received.keys.compactMap { collection in
                    content.contents["\(replica) \(collection)"].map { (collection, $0) }
                }))
        }
    }

    func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent] { [] }
    func byteCount() throws -> Int { content.segments.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count } } }

    func append(_ statements: [[UInt8]]) throws {
        for bytes in statements where !content.statements.contains(where: { $0.bytes == bytes }) {
            content.place += 1
            content.statements.append(StoredStatement(place: content.place, bytes: bytes))
        }
    }

    func replace(_ statements: [[UInt8]]) throws {
        for bytes in statements {
            content.statements = content.statements.map {
                StatementID(of: $0.bytes) == StatementID(of: bytes) ? StoredStatement(place: $0.place, bytes: bytes) : $0
            }
        }
    }
    func begin(_ delta: IncomingDelta) throws {
        if content.parts[delta.manifest.id] == nil { content.parts[delta.manifest.id] = delta }
    }

    func put(_ segment: SealedSegment) throws {
        content.segments[segment.delta, default: [:]][segment.index] = segment.bytes
        let held = content.segments[segment.delta, default: [:]].keys.sorted()
        content.parts[segment.delta]?.held = held
    }

    func complete(_ delta: DeltaID) throws -> Int64 {
        guard let part = content.parts.removeValue(forKey: delta) else { throw RelayError(.storage) }
        content.place += 1
        content.deltas.append(StoredDelta(
            place: content.place, manifest: part.manifest, rosterPlace: part.rosterPlace, receivedMilliseconds: part.sinceMilliseconds))
        return content.place
    }

    func drop(_ deltas: [DeltaID]) throws {
        content.dropCount += 1
        content.deltas.removeAll { deltas.contains($0.manifest.id) }
        for delta in deltas { (content.parts[delta], content.segments[delta]) = (nil, nil) }
    }

    func dropParts(olderThanMilliseconds: Int64) throws {}

    func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws { content.contents["\(replica) \(collection)"] = contents }
    func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws {
        var contact = content.contacts[replica] ?? (device, [:], [:])
        if stated { contact.stated[collection] = name } else { 
            if contact.received.updateValue(name, forKey: collection) != name { content.contents["\(replica) \(collection)"] = nil }
        }
        content.contacts[replica] = contact
    }

    func archive(_ form: KnowledgeForm, as name: Nonce) throws { content.archive[name] = form }
    func dropArchived(_ names: [Nonce]) throws { for name in names { content.archive[name] = nil } }
    func note(contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int) throws {}
    func note(_ event: StoredEvent) throws {}
}
