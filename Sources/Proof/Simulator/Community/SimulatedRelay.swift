import CRDT
import Device
import Engine
import Foundation
import Hub
import Relay
import SpaceFiles
import Synchronization
import Trust
import Wire

/// A relay of a simulated community: the hub, the port and the files of the real one, with a store that can die.
final class SimulatedRelay {
    let label: String
    let folder: String
    let keys: DeviceKeys
    private let environment: EngineEnvironment
    private let observe: HubObserver
    private var store: FaultyRelayStore
    private var hub: RelayHub
    private var door: HubDoor
    private var backupCount = 0
    /// The newest one, in a folder of its own: backups are out of reach of an erasure.
    private(set) var backup: String?
    /// How often it was put back to an older state.
    private(set) var restoreCount = 0

    private var machine: SpaceFolderEnvironment {
        SpaceFolderEnvironment(nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, machine: label)
    }

    init(label: String, folder: String, keys: DeviceKeys, environment: EngineEnvironment, observe: @escaping HubObserver) throws {
        self.label = label
        self.folder = folder
        self.keys = keys
        self.environment = environment
        self.observe = observe
        (store, hub, door) = try SimulatedRelay.start(folder, keys, environment, label, observe)
    }

    private static func start(
        _ folder: String, _ keys: DeviceKeys, _ environment: EngineEnvironment, _ machine: String, _ observe: @escaping HubObserver
    ) throws -> (FaultyRelayStore, RelayHub, HubDoor) {
        let store = FaultyRelayStore(try SpaceFolder(
            folder,
            environment: SpaceFolderEnvironment(
                nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, machine: machine)))
        let hub = try RelayHub(
            store: store, keys: keys,
            environment: RelayEnvironment(
                nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, quotaByteCount: { _ in 1 << 30 }),
            threadCount: 1, observe: observe)
        return (store, hub, try HubDoor(hub, host: "127.0.0.1", port: 0, logger: Replica.logger))
    }

    var device: DeviceID { keys.identity.id }
    /// As a person types it.
    var address: String { "127.0.0.1:\(door.port)#\(device.spoken)" }
    var isDead: Bool { store.isDead }

    func add(_ statements: [[UInt8]]) throws { try hub.add(statements) }

    /// The process will die at a transaction to come.
    func die(_ kind: FaultyRelayStore.Death, after count: Int) { store.die(kind, after: count) }

    /// The deltas that were begun since this was asked last.
    func takeBegun() -> [Manifest] { store.takeBegun() }

    /// Does not die after all, if it has not.
    func live() { store.live() }

    func stop() throws {
        door.close()
        try hub.close()
    }

    func restart() throws {
        try stop()
        (store, hub, door) = try SimulatedRelay.start(folder, keys, environment, label, observe)
    }

    // MARK: Backups

    private func path(_ space: SpaceID, in folder: String) -> String { "\(folder)/\(space).kithrelay" }

    /// While it runs.
    func backUp() throws {
        backupCount += 1
        let target = "\(folder)-backup-\(backupCount)"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for space in hub.spaces { try SpaceFile.backup(path(space, in: folder), to: path(space, in: target)) }
        backup = target
    }

    /// - Parameter byHand: as somebody does who copies the file over the one that is there.
    func restore(byHand: Bool) throws {
        guard let backup else { return }
        let spaces = hub.spaces
        try stop()
        let files = FileManager.default
        for space in spaces {
            for suffix in ["-wal", "-shm"] { try? files.removeItem(atPath: path(space, in: folder) + suffix) }
            try files.removeItem(atPath: path(space, in: folder))
            if byHand {
                try files.copyItem(atPath: path(space, in: backup), toPath: path(space, in: folder))
            } else {
                try? files.removeItem(atPath: path(space, in: folder) + "-lock")
                let target = try SpaceFolder(folder, environment: machine)
                _ = try SpaceFile.restore(path(space, in: backup), into: target)
                try target.close()
            }
        }
        restoreCount += 1
        (store, hub, door) = try SimulatedRelay.start(folder, keys, environment, label, observe)
    }

    // MARK: Looking in

    /// What it has at one moment.
    struct Look: Sendable {
        struct Held: Sendable {
            let collection: String
            let packer: DeviceID
            let result: Knowledge
            let isServed: Bool
        }

        let incarnation: ReplicaID
        let roster: Roster
        let held: [DeltaID: Held]
        /// On their way in, and their collections.
        let parts: [DeltaID: String]
        let claims: [String: Knowledge]
        /// What somebody who has nothing comes to by what is served.
        let servedToNewcomer: [String: Knowledge]
    }

    /// What a relay holds and has been told, a line each, for whoever looks into a seed.
    func story(of space: SpaceID) throws -> [String] {
        @Sendable func brief(_ knowledge: Knowledge) -> String {
            knowledge.ends.map { "\($0.key.description.prefix(6)):\($0.value.last)" }.sorted().joined(separator: " ")
        }
        @Sendable func name(_ contents: ContentsDigest?) -> String {
            contents.map { "\($0.living.prefix(3)) \($0.erased.prefix(3))" } ?? "-"
        }
        return try hub.perform(on: space) { carried in
            try carried.allLedgers.flatMap { ledger -> [String] in
                let held = ledger.held.map { held in
                    let manifest = held.delta.manifest
                    return "  \(manifest.id) by \(manifest.packer.description.prefix(6)), place \(held.delta.place), roster \(held.delta.rosterPlace)"
                        + (held.isServed ? ", served" : "") + (held.isWhole ? ", whole" : "") + (held.isDoubted ? ", doubted" : "")
                        + ": \(brief(held.scope.result)), \(name(manifest.contents))"
                }
                let told = try carried.store.contacts().map { contact in
                    "  \(contact.device.description.prefix(6)) as \(contact.replica.description.prefix(6)) has \(contact.receipts[ledger.collection]?.description ?? "-"), \(name(contact.contents[ledger.collection]))"
                }
                return ["\(ledger.collection): \(ledger.claims.name) \(brief(ledger.claims))"] + held + told
            }
        }
    }

    func look(at space: SpaceID) throws -> Look {
        try hub.perform(on: space) { carried in
            var held: [DeltaID: Look.Held] = [:]
            var claims: [String: Knowledge] = [:]
            var served: [String: Knowledge] = [:]
            for ledger in carried.allLedgers {
                claims[ledger.collection] = ledger.claims
                for delta in ledger.held {
                    held[delta.delta.manifest.id] = Look.Held(
                        collection: ledger.collection, packer: delta.delta.manifest.packer, result: delta.scope.result,
                        isServed: delta.isServed)
                }
                var (start, holds) = (0, Knowledge())
                while let next = ledger.next(after: holds, from: &start) { holds = holds.union(next.scope.result) }
                served[ledger.collection] = holds
            }
            let parts = try carried.store.partialDeltas().map { ($0.manifest.id, $0.manifest.collection) }
            return Look(
                incarnation: carried.store.incarnation, roster: carried.roster, held: held,
                parts: Dictionary(uniqueKeysWithValues: parts), claims: claims, servedToNewcomer: served)
        }
    }

    /// Whole deltas that are held, whose base needs nobody's name.
    func deltas(of space: SpaceID) throws -> [(manifest: Manifest, segments: [SealedSegment])] {
        try hub.perform(on: space) { carried in
            try carried.store.deltas(after: 0).map(\.manifest).filter { if case .whole = $0.base { true } else { false } }.map { manifest in
                (manifest, try manifest.segments.indices.map {
                    SealedSegment(delta: manifest.id, index: $0, bytes: try carried.store.segment($0, of: manifest.id))
                })
            }
        }
    }

    /// Takes deltas as a session brings them, whoever made them; those that it must refuse it refuses.
    func take(_ deltas: [(manifest: Manifest, segments: [SealedSegment])], from identity: ReplicaIdentity, key: [UInt8]) throws {
        try hub.perform(on: identity.space.id) { carried in
            for (manifest, segments) in deltas {
                do {
                    let session = CarriedSession(carried, provenKey: key)
                    try session.meet(identity)
                    _ = try session.knowledge()
                    guard case .merges = try session.admit(manifest) else { continue }
                    for segment in segments { _ = try session.merge(segment, of: manifest) }
                } catch is WireError {}
            }
        }
    }

    /// Bytes of segments and manifests, and how many deltas they are.
    func weight(of space: SpaceID) throws -> (byteCount: Int, deltaCount: Int) {
        let found = try hub.perform(on: space) { carried in [try carried.store.byteCount(), try carried.store.deltas(after: 0).count] }
        return (found[0], found[1])
    }

    /// From the middle of a sealed segment of each delta that is held: what must be nowhere when it has been dropped.
    func samples(of space: SpaceID, beyond known: Set<DeltaID>) throws -> [DeltaID: [UInt8]] {
        try hub.perform(on: space) { carried in
            var found: [DeltaID: [UInt8]] = [:]
            for delta in try carried.store.deltas(after: 0) where !delta.manifest.segments.isEmpty && !known.contains(delta.manifest.id) {
                let bytes = try carried.store.segment(0, of: delta.manifest.id)
                found[delta.manifest.id] = Array(bytes.dropFirst(bytes.count / 2).prefix(32))
            }
            return found
        }
    }
}
