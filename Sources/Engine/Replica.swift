import Community
import CRDT
import Foundation
import Store
import Sync
import Wire

/// One replica as a person works with it: the store with the machine's environment, and all that takes bundles, files or
/// connections.
///
///     let fatima = try Replica.create(space: "Zuid", label: "Laptop Fatima", at: nil, environment)
///     try fatima.importContacts("people.csv", …)
///     try fatima.exportBundle(to: "stick.kithbundle", for: .everyone)
package final class Replica: Sendable {
    package let store: Store
    package let environment: EngineEnvironment

    private init(_ store: Store, _ environment: EngineEnvironment) {
        self.store = store
        self.environment = environment
    }

    package var path: String { store.path }
    package var identity: ReplicaIdentity { store.identity }

    // MARK: Opening and making

    /// Opens the replica that is named, or the only one there is.
    ///
    /// - Parameter forReading: nothing will be changed, so a file that may not be written will do.
    package static func open(
        _ named: String?, forReading: Bool = false, _ environment: EngineEnvironment
    ) throws -> Replica {
        let path = try ReplicaLocation(environment).existing(named)
        do {
            return Replica(try Store.open(path, schema: .community, environment: environment.store), environment)
        } catch let error as StoreError where forReading && error.code == .readOnly {
            return Replica(
                try Store.open(path, schema: .community, environment: environment.store, readOnly: true), environment)
        }
    }

    /// Founds a space, with its first replica.
    package static func create(
        space name: String, label: String, at named: String?, _ environment: EngineEnvironment
    ) throws -> Replica {
        try checkName(name)
        let space = SpaceIdentity(
            id: environment.nonce(), name: name, importSecret: environment.nonce().bytes + environment.nonce().bytes)
        return try create(space, label: label, at: named, environment)
    }

    /// Makes an empty replica of a space that exists.
    package static func create(
        _ space: SpaceIdentity, label: String?, at named: String?, _ environment: EngineEnvironment
    ) throws -> Replica {
        let label = label ?? hostName()
        try checkName(label)
        let location = ReplicaLocation(environment)
        let device = try DeviceFile.load(try location.deviceFile(), nonce: environment.nonce)
        let path = try location.new(named, space: space)
        let identity = ReplicaIdentity(space: space, device: device, replica: environment.nonce(), label: label)
        do {
            let store = try Store.create(path, identity: identity, schema: .community, environment: environment.store)
            return Replica(store, environment)
        } catch let error as StoreError where error.code == .exists {
            throw EngineError(.replicaExists, path)
        }
    }

    /// Closes the file, with everything in it: who copies a replica copies one file.
    package func close() throws {
        do {
            try store.checkpoint()
        } catch let error as StoreError where error.code == .busy {
            // Another program is reading; what is in the log beside the file stays there until it has done so.
        }
        try store.close()
    }

    /// Closes and removes a replica that was made a moment ago and got nothing.
    func withdraw() throws {
        try close()
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static func checkName(_ name: String) throws {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        let isBlank = name.allSatisfy(\.isWhitespace)
        guard !isBlank, isPlain, name.utf8.count <= Limits.labelByteCount else { throw EngineError(.badName) }
    }

    /// What a laptop is called when nobody says.
    private static func hostName() -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let isKnown = buffer.withUnsafeMutableBytes { gethostname($0.bindMemory(to: CChar.self).baseAddress!, $0.count - 1) == 0 }
        let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return isKnown && !name.isEmpty ? name : "laptop"
    }

    /// One edit by hand. What was done before becomes a moment of its own, so that `undo` takes back this one alone.
    package func edit<Result>(_ body: (Store) throws -> Result) throws -> Result {
        do {
            try stamp()
        } catch is MassChange {
            // It is asked about when it is to leave this laptop.
        }
        return try body(store)
    }

    // MARK: Before anything leaves or comes in

    /// Stamps what SQL clients wrote.
    ///
    /// - Throws: `MassChange` when a person must say first whether it is meant.
    package func stamp(acceptingMassChange: Bool = false) throws { _ = try store.stamp(acceptingMassChange: acceptingMassChange) }
}

// The store is a session's replica, and a spool its frozen delta: the two rooms do not know each other.
extension Store: ReplicaAccess {
    // Who calls the store itself means the store's own: only the protocol means this one.
    @_disfavoredOverload
    package func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        let spool: Spool? = try frozenDelta(of: collection, base: base, partial: partial, working: working)
        return spool
    }
}

extension Spool: FrozenDelta {}
