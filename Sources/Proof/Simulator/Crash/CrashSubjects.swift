import CRDT
import Foundation
import Relay
import Schema
import SpaceFiles
import Store
import Wire

/// All that is cut off.
struct CrashSubjects: Sendable {
    let name: String
    let subject: @Sendable (CrashPlace) throws -> any CrashSubject

    static let all: [CrashSubjects] = [
        of(.stamp), of(.importList), of(.merge), of(.export), of(.session), of(.erase), of(.backup), of(.restore), of(.undo),
        CrashSubjects(name: "growth") { try ReplicaSubject(.growth(), $0) },
        CrashSubjects(name: "migration") { try MigrationSubject($0) },
        CrashSubjects(name: "relay-commit") { try RelaySubject($0, drops: false) },
        CrashSubjects(name: "relay-drop") { try RelaySubject($0, drops: true) },
    ]

    private static func of(_ work: ReplicaSubject.Work) -> CrashSubjects {
        CrashSubjects(name: work.name) { try ReplicaSubject(work, $0) }
    }
}

/// A replica as layout 1 left it, opened by this version.
final class MigrationSubject: CrashSubject {
    let name = "migration"
    let folder: String
    private var path: String { folder + "/version1.kith" }
    private let image: FolderImage

    init(_ place: CrashPlace) throws {
        folder = place.root + "/laptop"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: place.fixtures + "/replicas/version1.kith", toPath: folder + "/version1.kith")
        image = try FolderImage(folder)
    }

    func reset() throws { try image.restore() }

    private func open() throws -> Store {
        let nonces = SplitMix64(seed: 1)
        let state = Nonces(nonces)
        return try Store.open(
            path, schema: .community,
            environment: StoreEnvironment(
                nowMilliseconds: { 1_763_000_000_000 }, nonce: { state.next() },
                sealing: SimulatedSealing(space: Nonce(high: 0x5555_5555_5555_5555, low: 0x5555_5555_5555_5555))))
    }

    func work(_ log: CrashLog) throws {
        let store = try log.attempt { try open() }
        do {
            _ = try log.attempt { try store.stamp(acceptingMassChange: true) }
            log.acknowledge("stamped") { (store: Store) in try store.status().unstampedNotes == 0 }
            try log.attempt { try store.close() }
        } catch {
            try? store.close()
            throw error
        }
    }

    func examine(_ log: CrashLog) throws {
        let store = try open()
        defer { try? store.close() }
        guard try store.isSound(), try store.ids(in: "contact").count == 6 else { throw SimulationFault("not as it was") }
        try log.check(store)
    }

    func finish() throws -> [String] {
        let store = try open()
        defer { try? store.close() }
        try store.stamp(acceptingMassChange: true)
        try ReplicaSubject.check(store)
        var rows: [String] = []
        for table in store.sharedTables {
            try store.list(table.name) { row in
                rows.append("\(table.name) \(row.id.text) " + row.values.filter { $0.name != "created_at" }.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
            }
        }
        return rows
    }
}

/// Nonces from a seed, for a closure that may be called from anywhere.
private final class Nonces: @unchecked Sendable {
    private var generator: SplitMix64
    init(_ generator: SplitMix64) { self.generator = generator }
    func next() -> Nonce { Nonce(using: &generator) }
}

/// A relay's store that takes deltas, whole and in parts, or drops them.
final class RelaySubject: CrashSubject {
    let name: String
    let folder: String
    private let drops: Bool
    private var image: FolderImage?
    private static let space = SpaceID(high: 0xC4A5, low: 2)
    private var attempt: UInt64 = 0

    private struct Delta {
        let manifest: Manifest
        let segments: [[UInt8]]
        var id: DeltaID { manifest.id }

        init(_ number: UInt64, _ sizes: [Int]) {
            var random = SplitMix64(seed: number)
            segments = sizes.map { size in (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
            let writer = Nonce(high: 7, low: number)
            manifest = Manifest(
                space: RelaySubject.space, collection: "people", packer: .zero, packerReplica: .zero, packedMilliseconds: 0,
                base: .whole(Knowledge()), chains: [writer: [BatchEnd(last: 1, nonce: writer)]],
                segments: segments.map { .init(changeCount: 1, bodyByteCount: $0.count, sealedByteCount: $0.count, digest: Digest.sha256($0)) },
                epoch: .zero)
        }
    }

    private static let kept = (1...6).map { Delta(UInt64($0), [900, 40_000]) }
    private static let coming = [Delta(11, [500]), Delta(12, [2_000, 30_000, 100]), Delta(13, [150_000])]
    private static let statement = Array("a statement".utf8)

    init(_ place: CrashPlace, drops: Bool) throws {
        name = drops ? "relay-drop" : "relay-commit"
        self.drops = drops
        folder = place.root + "/relay"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let relay = try open()
        let space = try relay.create(RelaySubject.space, incarnation: Nonce(high: 1, low: 1))
        for delta in RelaySubject.kept { try RelaySubject.take(delta, into: space) }
        try relay.close()
        image = try FolderImage(folder)
    }

    private func open() throws -> SpaceFolder {
        let attempt = attempt
        var options = SpaceFolderOptions()
        // By way of the WAL, and at once, in turn.
        options.bulkByteCount = 100_000
        return try SpaceFolder(
            folder,
            environment: SpaceFolderEnvironment(
                nowMilliseconds: { Int64(attempt) }, nonce: { Nonce(high: 0xBAD, low: attempt) }, machine: "simulated"), options: options)
    }

    private static func take(_ delta: Delta, into space: any SpaceStore) throws {
        try space.transaction {
            try space.begin(IncomingDelta(manifest: delta.manifest, rosterPlace: 0, sinceMilliseconds: 0))
            for (index, bytes) in delta.segments.enumerated() { try space.put(SealedSegment(delta: delta.id, index: index, bytes: bytes)) }
            _ = try space.complete(delta.id)
        }
    }

    private static func ids(_ space: any SpaceStore) throws -> Set<DeltaID> { try Set(space.deltas(after: 0).map(\.manifest.id)) }

    func reset() throws {
        try image?.restore()
        attempt = 0
    }

    private func run(_ space: any SpaceStore, _ log: CrashLog) throws {
        if drops {
            for some in [RelaySubject.kept[0...0], RelaySubject.kept[2...4]] {
                try space.transaction { try space.drop(some.map(\.id)) }
                log.acknowledge("dropped") { (space: any SpaceStore) in try RelaySubject.ids(space).isDisjoint(with: some.map(\.id)) }
            }
            return
        }
        try space.transaction { try space.append([RelaySubject.statement]) }
        log.acknowledge("statement") { (space: any SpaceStore) in try space.statements(after: 0).contains { $0.bytes == RelaySubject.statement } }
        for delta in RelaySubject.coming {
            // The first segment in a transaction of its own: a part.
            try space.transaction {
                try space.begin(IncomingDelta(manifest: delta.manifest, rosterPlace: 0, sinceMilliseconds: 0))
                try space.put(SealedSegment(delta: delta.id, index: 0, bytes: delta.segments[0]))
            }
            log.acknowledge("a part") { (space: any SpaceStore) in
                try RelaySubject.ids(space).contains(delta.id) || space.partialDeltas().contains { $0.manifest.id == delta.id && $0.held.contains(0) }
            }
            try RelaySubject.take(delta, into: space)
            log.acknowledge("a delta") { (space: any SpaceStore) in try RelaySubject.ids(space).contains(delta.id) }
        }
    }

    func work(_ log: CrashLog) throws {
        let relay = try log.attempt { try open() }
        do {
            let space = try log.attempt { try relay.open(RelaySubject.space) }
            try log.attempt { try run(space, log) }
            try relay.close()
        } catch {
            try? relay.close()
            throw error
        }
    }

    func examine(_ log: CrashLog) throws {
        attempt += 1
        let relay = try open()
        defer { try? relay.close() }
        let space = try relay.open(RelaySubject.space)
        try log.check(space)
        guard let file = space as? SpaceFile else { throw SimulationFault("not a file") }
        let report = try file.verify()
        guard report.isSound else { throw SimulationFault("\(report.faults)") }
        let lost = Set(RelaySubject.kept.map(\.id)).subtracting(try RelaySubject.ids(space))
        guard drops || lost.isEmpty else { throw SimulationFault("\(lost.count) deltas are lost") }
    }

    func finish() throws -> [String] {
        attempt += 1
        let relay = try open()
        let space = try relay.open(RelaySubject.space)
        try run(space, CrashLog())
        let report = try (space as? SpaceFile)?.verify()
        let shown = try RelaySubject.ids(space).map(\.description).sorted() + space.statements(after: 0).map { StatementID(of: $0.bytes).description }
            + ["\(report?.segmentCount ?? 0) segments", "\(report?.partCount ?? 0) parts", "\(report?.byteCount ?? 0) bytes", report?.isSound == true ? "sound" : "not sound"]
        try relay.close()
        if drops {
            // What is dropped is gone from the file, however the relay ended.
            for delta in [RelaySubject.kept[0]] + RelaySubject.kept[2...4] {
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
                    guard data.range(of: Data(delta.segments[0].prefix(64))) == nil else { throw SimulationFault("what was dropped stands in \(name)") }
                }
            }
        }
        return shown
    }
}
