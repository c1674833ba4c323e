import Community
import CRDT
import CSQLite
import Foundation
import Schema
import Store
import Synchronization
import Testing
import Trust
import Wire

/// A schema with every merge kind, a composite, a pair and names that need quoting.
let testSchema = Schema(tables: [
    Table("person", in: .people, columns: [
        Column("name"),
        Column("kind", .once, default: "'individual'"),
        Column("phone"),
        Column(composite: "home", [.init("street"), .init("number", .integer)]),
        Column("consent", .rank(order: ["refused", "unknown", "given"])),
        Column("visits", .counter, type: .integer),
        Column("score", type: .real),
        Column("photo", type: .blob),
        Column("since", .earliest),
    ], purpose: "A person."),
    Table("odd \"table's\" [name] /* ; --", in: .people, columns: [
        Column("select"), Column("a \"b\" 'c'"), Column("é /* x"),
    ], purpose: "Names that need quoting."),
    Table("tag", in: .directory, key: .pair("person", "term"), columns: [Column("note")], purpose: "A set."),
])

/// The members of a space, as a roster would have them: everybody may pack, and all hold one key for each collection.
final class Members: Sendable {
    private let removed = Mutex<Set<DeviceID>>([])
    private let known = Mutex<[DeviceID: DeviceIdentity]>([:])
    private let named = Mutex<Set<WriterID>>([])

    /// A device's keys: the same for the same name, always.
    static func keys(_ name: String) -> DeviceKeys {
        // Any 64 bytes are keys.
        DeviceKeys(secret: Digest.sha256(Array("signing \(name)".utf8)) + Digest.sha256(Array("agreement \(name)".utf8)))!
    }

    static func epoch(_ collection: String) -> EpochKey { EpochKey(Digest.sha256(Array("epoch \(collection)".utf8)))! }

    /// A statement of the roster says that these are somebody's.
    func name(_ writers: some Sequence<WriterID>) { named.withLock { $0.formUnion(writers) } }

    func remove(_ name: String) { _ = removed.withLock { $0.insert(Members.keys(name).identity.id) } }

    /// What a member seals with; it is known to all from then on.
    func sealing(_ name: String, in space: SpaceID) -> KeyedSealing {
        let keys = Members.keys(name)
        known.withLock { $0[keys.identity.id] = keys.identity }
        var ring = KeyRing()
        var epochs: [String: EpochID] = [:]
        for collection in ["directory", "people"] {
            let key = Members.epoch(collection)
            ring.add(key, to: collection)
            epochs[collection] = key.id
        }
        let names: @Sendable (WriterID) -> Bool = { [self] writer in named.withLock { $0.contains(writer) } }
        return KeyedSealing(space: space, keys: keys, ring: ring, epochs: epochs, names: names) { [self] device, _ in
            guard let identity = known.withLock({ $0[device] }) else { return .unknown }
            return removed.withLock { $0.contains(device) } ? .mayNot(identity) : .mayPack(identity)
        }
    }
}

/// Replicas of one space in a folder that goes with them, with a clock and randomness of their own.
final class Neighbourhood {
    let folder: URL
    private var randomness = SystemRandomNumberGenerator()
    let clock = Clock()
    let members = Members()
    let space: SpaceIdentity

    /// Milliseconds that a test sets; never behind what triggers note.
    final class Clock: @unchecked Sendable {
        var offset: Int64 = 0
        var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) + offset }
    }

    init() throws {
        space = SpaceIdentity(
            id: Nonce(high: 1, low: 2), name: "Zuid", importSecret: Array(repeating: 7, count: SpaceIdentity.importSecretByteCount))
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ label: String) -> String { folder.appendingPathComponent(label + ".kith").path }

    func environment(_ label: String, mostReplacedByteCount: Int = 256 << 20) -> StoreEnvironment {
        let clock = clock
        return StoreEnvironment(
            nowMilliseconds: { clock.now },
            nonce: {
                var generator = SystemRandomNumberGenerator()
                return Nonce(using: &generator)
            }, sealing: members.sealing(label, in: space.id), mostReplacedByteCount: mostReplacedByteCount)
    }

    func store(_ label: String, schema: Schema = testSchema, mostReplacedByteCount: Int = 256 << 20) throws -> Store {
        try Store.create(
            path(label),
            identity: ReplicaIdentity(
                space: space, device: Members.keys(label).identity.id, replica: Nonce(using: &randomness), label: label),
            schema: schema, environment: environment(label, mostReplacedByteCount: mostReplacedByteCount))
    }

    /// A copied file is still its first owner's.
    func reopen(_ label: String, schema: Schema = testSchema, readOnly: Bool = false) throws -> Store {
        func open(_ owner: String) throws -> Store {
            try Store.open(path(label), schema: schema, environment: environment(owner), mode: readOnly ? .read : .write)
        }
        let store = try open(label)
        guard store.identity.label != label else { return store }
        let owner = store.identity.label
        try store.close()
        return try open(owner)
    }
}

extension Store {
    /// Merges everything that `other` has and this one lacks, as a session would.
    func pull(from other: Store) throws {
        let held = try knowledge()
        for (collection, base) in held {
            guard let delta: Spool = try other.frozenDelta(of: collection, base: base, partial: [], working: {}) else { continue }
            let manifest = delta.manifest
            guard try admit(manifest) == .merges else { continue }
            for index in manifest.segments.indices {
                _ = try merge(SealedSegment(delta: manifest.id, index: index, bytes: try delta.segment(index)), of: manifest)
            }
        }
        // Whose writers these are, the roster would tell.
        try keep(
            devices: other.devices.map { ($0.id, $0.label) },
            writers: Dictionary(other.ownWriters.map { ($0.writer, other.identity.device) }) { first, _ in first })
    }

    func meet(_ other: Store) throws {
        try pull(from: other)
        try other.pull(from: self)
    }

    /// The rows of a table, trash apart, as text that tests compare.
    func rows(_ table: String) throws -> [String] {
        var rows: [String] = []
        try list(table) { row in
            rows.append(row.id.text + row.values.map { " \($0.name)=\($0.value)" }.joined())
        }
        return rows
    }

    func value(_ record: RecordID, _ name: String) throws -> Value? {
        try show(record).columns.lazy.flatMap(\.parts).first { $0.name == name }?.value
    }

    /// How many changes the next stamping makes.
    func stamped() throws -> Int { try stamp(acceptingMassChange: true) }
}

func person(_ id: String) -> RecordID { RecordID(table: "person", key: [id]) }

/// Whether both replicas show the same rows.
func expectEqualRows(_ a: Store, _ b: Store, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for table in a.sharedTables {
        #expect(try a.rows(table.name) == b.rows(table.name), sourceLocation: sourceLocation)
    }
}

/// Any other program: a connection of its own, with nothing of ours registered.
final class Client {
    private var handle: OpaquePointer?
    /// What a test keeps to run later.
    var kept: [String] = []

    init(_ path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(message: "open") }
        sqlite3_busy_timeout(handle, 5_000)
    }

    deinit { sqlite3_close(handle) }

    struct Failure: Error { let message: String }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(handle)))
        }
    }

    /// A column of every row.
    func texts(_ sql: String, column: Int32 = 0) throws -> [String] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(statement) }
        var found: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            let bytes = UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
            found.append(String(decoding: bytes, as: UTF8.self))
        }
        return found
    }

    func text(_ sql: String) throws -> String { try texts(sql).first ?? "" }
}
