import CRDT
import Foundation
import Relay
import SpaceFiles
import Synchronization
import Testing
import Wire

#if Postgres
import PostgresStore
#endif

/// The implementations that the one suite runs on.
enum StoreKind: String, CaseIterable, Sendable {
    case files
    /// With the package's trait Postgres, on the server that KITH_POSTGRES names (`make test-postgres`).
    case postgres

    #if Postgres
    static let available: [StoreKind] = TestServer.url == nil ? [.files] : [.files, .postgres]
    #else
    static let available: [StoreKind] = [.files]
    #endif
}

/// A store of one kind, empty, in a place of its own that goes away with it.
final class StoreScene {
    let kind: StoreKind
    /// A folder, or the URL of a database.
    let folder: String
    /// The stores' clock; tests move it.
    let clock = TestClock()
    private let counter = Counter()
    private(set) var store: any RelayStore
    static let space = SpaceID(high: 0x5A5A, low: 1)

    init(_ kind: StoreKind, options: SpaceFolderOptions = SpaceFolderOptions()) throws {
        self.kind = kind
        folder = try StoreScene.place(kind)
        store = try StoreScene.open(kind, folder, clock, counter, options)
    }

    deinit {
        try? store.close()
        #if Postgres
        if kind == .postgres { try? TestServer.drop(folder) }
        #endif
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func place(_ kind: StoreKind) throws -> String {
        #if Postgres
        if kind == .postgres { return try TestServer.makeDatabase() }
        #endif
        return FileManager.default.temporaryDirectory.appendingPathComponent("kith-space-\(UUID().uuidString)").path
    }

    /// The space of the scene, empty.
    func begin() throws -> any SpaceStore { try store.create(StoreScene.space, incarnation: Nonce(high: 1, low: 1)) }

    /// As after a new start of the relay.
    func reopen(options: SpaceFolderOptions = SpaceFolderOptions(), machine: String = "machine a") throws -> any SpaceStore {
        try store.close()
        store = try StoreScene.open(kind, folder, clock, counter, options, machine: machine)
        return try store.open(StoreScene.space)
    }

    /// A second relay process on the same store, as far as one process can play two.
    func another() throws -> any RelayStore { try StoreScene.open(kind, folder, clock, counter, SpaceFolderOptions()) }

    private static func open(
        _ kind: StoreKind, _ folder: String, _ clock: TestClock, _ counter: Counter, _ options: SpaceFolderOptions, machine: String = "machine a"
    ) throws -> any RelayStore {
        #if Postgres
        if kind == .postgres {
            return try PostgresRelayStore(
                url: folder,
                environment: PostgresEnvironment(
                    nowMilliseconds: { clock.now }, nonce: { Nonce(high: 0xABCD, low: counter.next()) }))
        }
        #endif
        let environment = SpaceFolderEnvironment(
            nowMilliseconds: { clock.now }, nonce: { Nonce(high: 0xABCD, low: counter.next()) }, machine: machine)
        return try SpaceFolder(folder, environment: environment, options: options)
    }

    var file: String { "\(folder)/\(StoreScene.space).kithrelay" }
}

final class TestClock: Sendable {
    private let time = Mutex<Int64>(1_790_000_000_000)
    var now: Int64 { time.withLock { $0 } }
    func move(to moment: Int64) { time.withLock { $0 = moment } }
}

final class Counter: Sendable {
    private let value = Mutex<UInt64>(0)
    func next() -> UInt64 { value.withLock { $0 += 1; return $0 } }
}

/// A delta as a laptop would have packed it, with segments of bytes that nothing can compress.
struct SampleDelta {
    let manifest: Manifest
    let segments: [SealedSegment]
    var id: DeltaID { manifest.id }
    var byteCount: Int { manifest.payload.count + segments.reduce(0) { $0 + $1.bytes.count } }

    init(_ number: UInt64, segmentByteCounts: [Int] = [5_000, 900], collection: String = "people", space: SpaceID = StoreScene.space) {
        let bytes = segmentByteCounts.enumerated().map { SampleDelta.bytes($1, seed: number << 8 | UInt64($0)) }
        let writer = Nonce(high: 7, low: number)
        let made = Manifest(
            space: space, collection: collection, packer: Nonce(high: 8, low: 1), packerReplica: Nonce(high: 9, low: 1),
            packedMilliseconds: 1_790_000_000_000, base: .whole(Knowledge()), chains: [writer: [BatchEnd(last: 3, nonce: writer)]],
            segments: bytes.map {
                .init(changeCount: 1, bodyByteCount: $0.count, sealedByteCount: $0.count, digest: Digest.sha256($0))
            }, epoch: Nonce(high: 3, low: 3))
        manifest = made
        segments = bytes.enumerated().map { SealedSegment(delta: made.id, index: $0, bytes: $1) }
    }

    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
    }

    func incoming(rosterPlace: Int64 = 0, since: Int64 = 1_790_000_000_000) -> IncomingDelta {
        IncomingDelta(manifest: manifest, rosterPlace: rosterPlace, sinceMilliseconds: since)
    }
}

extension SpaceStore {
    /// Takes a delta in whole, in one transaction.
    @discardableResult
    func take(_ delta: SampleDelta, rosterPlace: Int64 = 0) throws -> Int64 {
        try transaction {
            try begin(delta.incoming(rosterPlace: rosterPlace))
            for segment in delta.segments { try put(segment) }
            return try complete(delta.id)
        }
    }
}

/// The code of the relay's error that `body` ends in; nil when it ends well. Other errors pass.
func code(_ body: () throws -> Void) throws -> RelayError.Code? {
    do { try body() } catch let error as RelayError { return error.code }
    return nil
}
