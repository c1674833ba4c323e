import Device
import Engine
import Foundation
import Store
import Synchronization

/// One replica: an SQLite file with a program's tables, which meets other replicas of its space.
///
///     let garden = try Client(schema: schema)
///     let replica = try Replica.found("Allotments", for: garden, as: "Shed laptop")
///     let bed = try replica.write { try $0.add("bed", ["plant": "Tomatoes"]) }
///     try replica.read { try $0.rows("select plant from bed order by id") }
///
/// Any other program may read and write the tables at the same time; what it writes is noticed, and travels with the next meeting. Methods
/// may be called from any thread; those that wait for a network or a person are asynchronous.
public final class Replica: Sendable {
    let engine: Engine.Replica
    let reader: Reader
    let observer: FileObserver

    private init(_ engine: Engine.Replica) throws {
        self.engine = engine
        reader = try Reader(path: engine.path)
        observer = FileObserver(path: engine.path)
    }

    /// Where the file is.
    public var path: String { engine.path }
    /// The name of the space.
    public var space: String { engine.identity.space.name }
    /// What this device is called in it.
    public var label: String { engine.identity.label }

    // MARK: Founding, joining, opening

    /// Founds a space: this device is its first coordinator.
    ///
    /// - Parameters:
    ///   - space: its name, for people.
    ///   - client: whose tables it has.
    ///   - label: what this device is called; nil: as the machine is. At most 256 bytes, as the space's name.
    ///   - path: a new file; nil: one in the environment's folder, named after the space.
    ///   - environment: where files and keys lie.
    /// - Throws: `KithError`: `bad-name`, `replica-exists`, `full`, `unwritable`.
    public static func found(
        _ space: String, for client: Client, as label: String? = nil, at path: String? = nil, _ environment: Environment = Environment()
    ) throws -> Replica {
        try explaining(path ?? space) {
            try Replica(.create(for: client.engine, space: space, label: label ?? DeviceName.ofThisMachine, at: path, environment.engine))
        }
    }

    /// Opens a replica. The tables that the client has and the file lacks are made.
    ///
    /// - Parameters:
    ///   - path: nil: the only one in the environment's folder.
    ///   - client: whose tables it shows.
    ///   - environment: where files and keys lie.
    /// - Throws: `KithError`: `no-replica`, `several-replicas`, `missing`, `not-a-replica`, `newer-replica`, `differs-from-file` when another
    ///   program has a table of the same name that is something else.
    public static func open(_ path: String? = nil, for client: Client, _ environment: Environment = Environment()) throws -> Replica {
        try explaining(path ?? "") { try Replica(.open(for: client.engine, path, environment.engine)) }
    }

    /// Asks to be let in: writes a file for a coordinator, who answers with a bundle.
    ///
    /// - Returns: this device's id, for the coordinator to compare.
    @discardableResult
    public static func request(to path: String, as label: String? = nil, _ environment: Environment = Environment()) throws -> String {
        try explaining(path) { try RequestFile.write(to: path, label: label, environment.engine).spoken }
    }

    /// Makes a replica of the space that a bundle is of, with what the bundle holds.
    ///
    /// - Throws: `KithError`: `not-admitted` before a coordinator has admitted this device and made a bundle since.
    public static func join(
        bundle: String, for client: Client, at path: String? = nil, _ environment: Environment = Environment()
    ) throws -> Replica {
        try explaining(bundle) { try Replica(.join(for: client.engine, bundle: bundle, at: path, environment.engine).0) }
    }

    /// Makes a replica by an invite, at the listener of the device that made it, and meets it.
    ///
    /// - Parameters:
    ///   - code: what `invite` gave there.
    ///   - address: `HOST:PORT`.
    ///   - client: whose tables it shows.
    ///   - label: what this device is to be called; nil: as the machine is.
    ///   - path: a new file; nil: one in the environment's folder, named after the space.
    ///   - environment: where files and keys lie.
    /// - Throws: `KithError`: `bad-code`, `refused-code`, `bad-address`, `unreachable`.
    public static func join(
        invite code: String, at address: String, for client: Client, as label: String? = nil, path: String? = nil,
        _ environment: Environment = Environment()
    ) async throws -> Replica {
        try await onThread(address) {
            guard let parsed = Address(address) else { throw EngineError(.badAddress, address) }
            return try Replica(.join(for: client.engine, code: code, at: parsed, label: label, replica: path, environment.engine).0)
        }
    }

    /// Puts a copy back that `copy(to:)` made. It becomes a replica of its own: what others have seen of the state that was lost comes back
    /// with the next meeting.
    ///
    /// - Parameters:
    ///   - copy: the file that `copy(to:)` wrote.
    ///   - client: whose tables it shows.
    ///   - path: nil: where it was, in the environment's folder.
    ///   - replacing: a replica that is in the way is set aside under another name, not removed.
    ///   - environment: where files and keys lie.
    public static func restore(
        _ copy: String, for client: Client, at path: String? = nil, replacing: Bool = false, _ environment: Environment = Environment()
    ) throws -> Replica {
        try explaining(copy) {
            try Replica(.restore(for: client.engine, from: copy, at: path, replacing: replacing, environment.engine).0)
        }
    }

    /// Writes a copy of the whole replica to a new file that only its owner can read. Whoever has it reads everything in it.
    ///
    /// - Returns: its length in bytes.
    @discardableResult
    public func copy(to path: String) throws -> Int { try explaining(path) { try engine.backup(to: path) } }

    /// Closes the file with everything in it. Live rows end; a second time is nothing.
    public func close() throws {
        observer.stop()
        reader.close()
        try explaining(path) { try engine.close() }
    }
}
