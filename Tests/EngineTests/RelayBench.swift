import CRDT
import Engine
import Foundation
import Relay
import Sync
import Synchronization
import Testing
import Transport
import Trust
import Wire

/// A relay on the loopback, for as long as a test lasts: the production's carried space over the production's transport.
final class LoopbackRelay: @unchecked Sendable {
    let keys: DeviceKeys
    private let lock = NSRecursiveLock()
    private let space: CarriedSpace
    private let carries: Bool
    private var listener: Listener?
    private var watched: [ObjectIdentifier: (SessionDriver, CarriedSession)] = [:]
    /// Collections to ask for, of the next who rests.
    private var snapshots: [String] = []

    var port: Int { listener?.port ?? 0 }
    var device: DeviceID { keys.identity.id }
    var address: String { "127.0.0.1:\(port)#\(device.spoken)" }

    /// A relay whose request a coordinator has admitted, and that was handed the roster.
    ///
    /// - Parameter carries: false: it does not say that it is one.
    init(of coordinator: Replica, named name: String = "Relay", seed: UInt64, carries: Bool = true) throws {
        let keys = try #require(DeviceKeys(secret: (0..<64).map { UInt8(truncatingIfNeeded: seed &* 31 &+ UInt64($0) &* 7) }))
        self.keys = keys
        self.carries = carries
        try coordinator.admit(try JoinRequest(keys: keys, label: name), as: .relay, collections: nil)
        let count = Mutex<UInt64>(0)
        let environment = RelayEnvironment(
            nowMilliseconds: { 1_800_000_000_000 },
            nonce: {
                count.withLock {
                    $0 += 1
                    return Nonce(high: seed, low: $0)
                }
            }, quotaByteCount: { _ in 1 << 30 })
        space = try CarriedSpace.add(
            try coordinator.membership.current().roster.statements, to: MemoryRelayStore(), keys: keys, environment: environment)
    }

    func listen(port: Int = 0) throws {
        listener = try Listener(
            host: "127.0.0.1", port: port,
            security: .tls(own: keys.signing, accepts: { [self] key in lock.withLock { space.memberKeys.contains(key) } }),
            logger: Replica.logger
        ) { [self] connection in
            do { try serve(connection) } catch {}
        }
    }

    func learn(_ statements: [[UInt8]]) throws { try lock.withLock { _ = try space.learn(statements) } }

    /// Takes a delta as a session brings it, whoever made it.
    ///
    /// - Returns: whether it is kept.
    func take(_ manifest: Manifest, _ segments: [SealedSegment], from replica: Replica) throws -> Bool {
        let key = try replica.membership.current().keys.identity.signingKey
        return try lock.withLock {
            let session = CarriedSession(space, provenKey: key)
            try session.meet(replica.identity)
            _ = try session.knowledge()
            guard case .merges = try session.admit(manifest) else { return false }
            for segment in segments { _ = try session.merge(segment, of: manifest) }
            return true
        }
    }

    func close() {
        listener?.close()
        listener = nil
    }

    /// Of the next who rests.
    func ask(for collection: String) { lock.withLock { snapshots.append(collection) } }

    var deltaCount: Int { lock.withLock { (try? space.store.deltas(after: 0).count) ?? 0 } }
    /// What it claims to hold of a collection.
    func claims(of collection: String) -> Knowledge { lock.withLock { space.ledger(collection)?.claims ?? Knowledge() } }
    func deltas() throws -> [StoredDelta] { try lock.withLock { try space.store.deltas(after: 0) } }
    /// Takes a delta without segments, as if its packer had brought it.
    func take(_ manifest: Manifest) throws {
        try lock.withLock { try space.store.transaction { _ = try space.begin(bundled: manifest, heads: []) } }
    }
    var watcherCount: Int { lock.withLock { watched.count } }

    private func serve(_ connection: Connection) throws {
        let session = CarriedSession(space, provenKey: connection.peerKey ?? [])
        let driver = SessionDriver(replica: session, role: .listener, carries: carries) { connection.send($0) }
        let name = ObjectIdentifier(driver)
        defer { lock.withLock { watched[name] = nil } }
        try lock.withLock { try driver.start() }
        var wasResting = false
        while !driver.isFinished {
            if let message = try connection.receive(within: .milliseconds(20)) {
                try lock.withLock { try space.store.transaction { try driver.receive(message) } }
            }
            try lock.withLock {
                guard driver.isResting else { return wasResting = false }
                if !wasResting { try session.keepReceipts() }
                wasResting = true
                if let collection = snapshots.popLast() {
                    try driver.askForSnapshot(of: collection)
                } else if !driver.isWatched {
                    try driver.leave()
                } else {
                    watched[name] = (driver, session)
                    if !session.isCurrent { try driver.tellNews() }
                }
            }
        }
    }
}
