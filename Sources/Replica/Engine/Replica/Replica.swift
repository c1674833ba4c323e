import CRDT
import Device
import Foundation
import Schema
import Store
import Synchronization
import Trust
import Wire

/// One replica as a person works with it: the store with the machine's environment, and all that takes bundles, files or
/// connections.
///
///     let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, environment)
///     try fatima.importContacts("people.csv", …)
///     try fatima.exportBundle(to: "stick.kithbundle", for: .everyone)
package final class Replica: Sendable {
    private let current: Mutex<Store>
    package let client: Client
    package let environment: EngineEnvironment
    package let membership: Membership
    /// Who signs for this device.
    let owing = Mutex<Void>(())
    /// Whether statements of the roster are kept here that could not be acted on, for want of room.
    let owesAct = Mutex(false)
    /// It can be read and nothing more, for want of room.
    package let isDiskFull: Bool

    private init(_ store: Store, for client: Client, _ membership: Membership, _ environment: EngineEnvironment, isDiskFull: Bool = false) {
        current = Mutex(store)
        self.client = client
        self.membership = membership
        self.environment = environment
        self.isDiskFull = isDiskFull
    }

    package var store: Store { current.withLock { $0 } }
    package var path: String { store.path }
    package var identity: ReplicaIdentity { store.identity }

    // MARK: Opening and making

    /// Opens the replica that is named, or the only one there is.
    ///
    /// - Parameter forReading: nothing will be changed, so a file that may not be written will do, and a disk without room.
    package static func open(
        for client: Client, _ named: String?, forReading: Bool = false, _ environment: EngineEnvironment
    ) throws -> Replica {
        Drafts.sweep(environment)
        let path = try ReplicaLocation(environment).existing(named)
        let membership = Membership()
        let store = environment.store(membership, path: path)
        do {
            let replica = Replica(try Store.open(path, schema: client.schema, environment: store), for: client, membership, environment)
            if !forReading {
                try replica.becomeAnotherUnlessVouched()
                // It needs no key: whoever comes next does it.
                try replica.scrubIfOwed()
            }
            return replica
        } catch let error as StoreError where forReading && error.code == .readOnly {
            return Replica(
                try Store.open(path, schema: client.schema, environment: store, mode: .read), for: client, membership, environment)
        } catch let error as StoreError where forReading && error.code == .full {
            return Replica(
                try Store.open(path, schema: client.schema, environment: store, mode: .readAlone), for: client, membership, environment,
                isDiskFull: true)
        }
    }

    /// A file that was copied or restored is a replica of its own, with writers of its own: others keep receipts by replica, and
    /// what the other file holds, this one may lack.
    private func becomeAnotherUnlessVouched() throws {
        do {
            try store.becomeAnotherUnlessVouched(environment.nonce())
        } catch let error as StoreError where error.code == .busy {
            // Another program is writing: the first stamping asks again, and goes on under another writer.
        }
    }

    /// Copies that were told apart since this was last asked; of this very file: it takes a name of its own.
    func takeFoundCopies() throws -> [FoundCopy] {
        let copies = store.takeFoundCopies()
        if copies.contains(where: \.isOwn) { try store.newReplicaID(environment.nonce()) }
        return try copies.map { copy in
            guard !copy.isSeen else { return copy }
            var copy = copy
            let state = try membership.current()
            copy.tellers = state.roster.signers(ofCut: Statement.Cut(root: copy.cut.root, last: copy.cut.last))
                .map { state.label(of: $0) }.sorted()
            return copy
        }
    }

    /// The same list by a connection of its own: for what takes long, beside what people do meanwhile. It is closed by whoever asked for it.
    package func beside() throws -> Replica { Replica(try store.beside(), for: client, membership, environment, isDiskFull: isDiskFull) }

    /// Founds a space, with its first replica: this device is its first coordinator.
    package static func create(
        for client: Client, space name: String, label: String, at named: String?, _ environment: EngineEnvironment
    ) throws -> Replica {
        try DeviceName.check(name)
        try DeviceName.check(label)
        let keys = try DeviceFile.loadOrMake(environment)
        let genesis = try RosterAuthor.genesis(
            keys: keys, label: label, name: name, collections: client.schema.collections.map(\.rawValue),
            random: environment.nonce, nowMilliseconds: environment.nowMilliseconds())
        let replica = try create(for: client, keys, [genesis], at: named, environment)
        try replica.store.found(with: client.founding)
        return replica
    }

    /// Makes an empty replica of a space that has admitted this device.
    ///
    /// - Parameter statements: the roster, whole.
    /// - Throws: `notAdmitted`, `removed`.
    package static func create(
        for client: Client, _ keys: DeviceKeys, _ statements: [[UInt8]], at named: String?, _ environment: EngineEnvironment
    ) throws -> Replica {
        let membership = Membership()
        try membership.load(keys, statements)
        let state = try membership.current()
        guard let own = state.own, own.role.holdsKeys else { throw EngineError(.notAdmitted) }
        guard !own.isRemoved else { throw EngineError(.removed) }
        let space = try state.roster.spaceDescription(with: state.ring)
        let path = try ReplicaLocation(environment).new(named, space: space)
        let identity = ReplicaIdentity(
            space: space, device: state.device, replica: environment.nonce(), label: state.label(of: state.device))
        let schema = client.schema.limited(to: own.collections)
        do {
            let store = try Store.create(path, identity: identity, schema: schema, environment: environment.store(membership, path: path))
            let replica = Replica(store, for: client, membership, environment)
            try store.keep(statements: state.roster.statements)
            try replica.act()
            return replica
        } catch let error as StoreError where error.code == .exists {
            throw EngineError(.replicaExists, path)
        }
    }

    /// Opens the file anew, with the tables of all collections that this device is admitted to by now.
    func reopen() throws {
        try current.withLock { store in
            let path = store.path
            try store.close()
            store = try Store.open(path, schema: client.schema, environment: environment.store(membership, path: path), isKnown: true)
        }
    }

    /// Closes the file, with everything in it: who copies a replica copies one file.
    package func close() throws {
        do {
            try store.settle()
            try store.withoutWaiting { try store.checkpoint() }
        } catch let error as StoreError where error.code == .busy || error.code == .full {
            // Another program is reading, or there is no room: what is in the log beside the file stays there until another time.
        }
        try store.close()
    }

    /// Closes and removes a replica that was made a moment ago and got nothing.
    func withdraw() throws {
        try close()
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    /// One edit by hand. What was done before becomes a moment of its own, so that `undo` takes back this one alone.
    package func edit<Result>(_ body: (Store) throws -> Result) throws -> Result {
        try stampUnasked(passing: [])
        return try body(store)
    }

    // MARK: Before anything leaves or comes in

    /// Stamps what SQL clients wrote, or a person a moment ago, as far as nobody has to be asked: a mass change goes on waiting until it is
    /// to leave this laptop.
    ///
    /// - Parameter codes: what else may keep it from being stamped; what follows reads without it then.
    package func stampUnasked(passing codes: Set<StoreError.Code> = [.readOnly]) throws {
        do { try stamp() } catch is MassChange {} catch let error as StoreError where codes.contains(error.code) {}
    }

    /// Stamps what SQL clients wrote.
    ///
    /// - Throws: `MassChange` when a person must say first whether it is meant.
    package func stamp(acceptingMassChange: Bool = false) throws { _ = try store.stamp(acceptingMassChange: acceptingMassChange) }
}
