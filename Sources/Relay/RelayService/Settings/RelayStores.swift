import Device
import Foundation
import Relay
import SpaceFiles
import Wire

#if Postgres
import PostgresStore
#endif

/// Opens stores by what the settings say.
package enum RelayStores {
    /// The store of this relay: SQLite files in the state folder, or PostgreSQL where the settings name it.
    ///
    /// - Throws: `RelayServiceError.storeKind` when this build has no PostgreSQL (the package trait `Postgres`); `RelayError`.
    package static func open(_ settings: RelaySettings, _ environment: EngineEnvironment) throws -> any RelayStore {
        if settings.store.isEmpty { return try files(in: settings.spacesFolder, environment) }
        #if Postgres
        // The relay's own, unless the environment names another (https://www.postgresql.org/docs/15/libpq-envars.html).
        let isNamed = environment.variables["PGPASSFILE"] != nil || access(settings.databasePasswordFile, R_OK) != 0
        return try PostgresRelayStore(
            url: settings.store, passwordFile: isNamed ? nil : settings.databasePasswordFile,
            environment: PostgresEnvironment(nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce))
        #else
        throw RelayServiceError(.storeKind, Setting.store.rawValue)
        #endif
    }

    /// What the store itself finds wrong with a space, beyond what its statements and manifests say.
    static func faults(of space: any SpaceStore) throws -> [String] { try (space as? SpaceFile)?.verify().faults ?? [] }

    /// Reads a SQLite file beside a space that is at work, which goes on meanwhile; `perform` runs something in a transaction of the space.
    static func readingBeside<Result>(
        _ perform: (@escaping @Sendable (CarriedSpace) throws -> Void) throws -> Void, _ body: () throws -> Result
    ) throws -> Result {
        try perform { ($0.store as? SpaceFile)?.reads(beginning: true) }
        // A space that is gone meanwhile has nobody to wait for.
        defer { try? perform { ($0.store as? SpaceFile)?.reads(beginning: false) } }
        return try body()
    }

    /// The same of a SQLite file, also while its space is at work; none when the store is another one.
    static func faultsOfFile(_ space: SpaceID, of settings: RelaySettings) throws -> [String] {
        settings.store.isEmpty ? try SpaceFile.verify(path(of: space, in: settings.spacesFolder)).faults : []
    }

    /// Copies a space as it is at one moment, beside its work: a SQLite file by its path, of another store what it shows to a second reader.
    static func backUp(
        _ space: SpaceID, of store: any RelayStore, _ settings: RelaySettings, into folder: String, _ environment: EngineEnvironment
    ) throws {
        guard settings.store.isEmpty else { return try back(store.open(space), upInto: folder, environment) }
        try SpaceFile.backup(path(of: space, in: settings.spacesFolder), to: path(of: space, in: folder))
    }

    private static func path(of space: SpaceID, in folder: String) -> String { "\(folder)/\(space).kithrelay" }

    /// Copies a space into a folder of SQLite files. A SQLite file is copied as it is at one moment, without keeping anybody waiting.
    static func back(_ space: any SpaceStore, upInto folder: String, _ environment: EngineEnvironment) throws {
        if let file = space as? SpaceFile { return try file.backup(to: path(of: space.space, in: folder)) }
        try space.reading { try copy(space, into: folder, environment) }
    }

    /// Copies a space of any store, while it holds still.
    static func copy(_ space: any SpaceStore, into folder: String, _ environment: EngineEnvironment) throws {
        let target = try files(in: folder, environment)
        defer { try? target.close() }
        _ = try StoreCopy.copy(held: space, to: target.create(space.space, incarnation: environment.nonce()))
    }

    /// A folder with a SQLite file for each space.
    package static func files(in folder: String, _ environment: EngineEnvironment) throws -> any RelayStore {
        // machine-id(5); a machine without one is told apart by less.
        let machine = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
        return try SpaceFolder(
            folder,
            environment: SpaceFolderEnvironment(
                nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, machine: machine))
    }
}
