import CRDT
import Foundation
import Schema
import SQLite
import Wire

/// What a file is: before it is taken for a replica nothing of it is changed, and nothing is put beside it.
extension Store {
    /// Looks before SQLite does, which would write to an empty file, and to any database that is put in its care.
    /// Not to be called on a file that this process has open (see `DatabaseFile.header`).
    ///
    /// - Throws: `notAReplica`, `newerReplica`; `readOnly` when it cannot be read.
    package static func checkHeader(_ path: String) throws {
        let header = try translatingErrors { try DatabaseFile.header(of: path, followsLinks: true) }
        if header == .missing { throw StoreError(.missing) }
        guard case .sqlite(let application, let version) = header else { throw StoreError(.notAReplica) }
        if application == 0, version == 0, let remedy = readBack(path) { throw StoreError(.readBackDump, remedy) }
        guard application == Layout.applicationID else { throw StoreError(.notAReplica) }
        // Beside a WAL the newest header may lie in that.
        if access(path + "-wal", F_OK) != 0 { try checkVersion(Int(version)) }
    }

    private static func checkVersion(_ version: Int) throws {
        guard version <= Layout.version else { throw StoreError(.newerReplica, "layout \(version)") }
        guard version >= 1 else { throw StoreError(.notAReplica) }
    }

    /// - Returns: the layout that the file has.
    static func checkVersion(_ file: Connection) throws -> Int {
        let application = try file.number("pragma application_id") ?? 0
        let version = Int(try file.number("pragma user_version") ?? 0)
        // What the file's first bytes say may be older than its WAL.
        if application == 0, version == 0, let remedy = remedy(for: Set(try file.texts(ownTables))) {
            throw StoreError(.readBackDump, remedy)
        }
        guard application == Int64(Layout.applicationID) else { throw StoreError(.notAReplica) }
        try checkVersion(version)
        guard try file.number("select count(*) from sqlite_master where name = 'kith_replica'") == 1 else {
            throw StoreError(.notAReplica)
        }
        return version
    }

    /// An SQL dump leaves out what stands in SQLite's header. A file with our tables and without it was read back from one: the SQL that
    /// puts the header right; nil for any other file. It is looked at as a file that nobody changes: nothing is written, beside it neither.
    private static func readBack(_ path: String) -> String? {
        guard access(path + "-journal", F_OK) != 0 else { return nil }
        // Beside a WAL, in which the newest may lie, stands all that reading it needs.
        let isAlone = access(path + "-wal", F_OK) != 0
        guard let file = try? Connection(path, mode: isAlone ? .readUnchanging : .read, options: .init(followsLinks: true)) else { return nil }
        defer { file.close() }
        return remedy(for: Set((try? file.texts(ownTables)) ?? []))
    }

    private static let ownTables = "select name from sqlite_master where name in ('kith_replica', 'kith_change', 'kith_watch', 'kith_text')"

    private static func remedy(for ours: Set<String>) -> String? {
        guard ours.isSuperset(of: ["kith_replica", "kith_change"]) else { return nil }
        return "pragma application_id = \(Layout.applicationID); pragma user_version = \(ours.contains("kith_text") ? Layout.version : ours.contains("kith_watch") ? 2 : 1)"
    }

    /// Makes a file of an older layout one of this version's.
    static func migrate(_ file: Connection, _ schema: Schema) throws {
        try file.inTransaction {
            // Another program may have been here first.
            let version = try checkVersion(file)
            guard version < Layout.version else { return }
            if version < 2 {
                try file.execute(Layout.version2)
                try sayKinds(file, schema)
            }
            try file.execute(Layout.version3)
            try file.execute("pragma user_version = \(Layout.version)")
        }
    }

    /// Until layout 2 no file said how its columns merge: as the schema has it.
    private static func sayKinds(_ file: Connection, _ schema: Schema) throws {
        let update = try file.statement(
            """
            update kith_column set kind = ?, ranking = ? where shown = 1 and name = ? and accumulates = ?
            and tbl = (select number from kith_table where name = ?)
            """)
        for table in schema.tables {
            for column in table.columns {
                update.bind(1, Int(column.kind.number))
                update.bind(2, copying: column.kind.order.joined(separator: "\n"))
                update.bind(3, copying: column.name)
                update.bind(4, column.kind.accumulates ? 1 : 0)
                update.bind(5, copying: table.name)
                try update.run()
            }
        }
    }

    /// What a disk has room for, at a path of it; nil when nobody knows.
    package static func freeByteCount(at path: String) -> Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// Which replica the file is.
    static func readIdentity(_ file: Connection) throws -> ReplicaIdentity {
        let row = try file.statement("select space, space_name, import_secret, device, replica, label from kith_replica")
        defer { row.reset() }
        guard try row.step(), let space = Nonce(bytes: row.bytes(0)), let device = Nonce(bytes: row.bytes(3)),
            let replica = Nonce(bytes: row.bytes(4))
        else { throw StoreError(.notAReplica) }
        return ReplicaIdentity(
            space: SpaceIdentity(id: space, name: row.text(1), importSecret: Array(row.bytes(2))), device: device, replica: replica,
            label: row.text(5))
    }

    /// Notes it in a new file.
    static func keep(_ identity: ReplicaIdentity, _ schema: Schema, at milliseconds: Int64, _ file: Connection) throws {
        let replica = try file.statement("insert into kith_replica values (1, ?, ?, ?, ?, ?, ?, ?, ?)")
        replica.bind(1, identity.space.id)
        replica.bind(2, copying: identity.space.name)
        replica.bind(3, copyingBlob: identity.space.importSecret)
        replica.bind(4, identity.device)
        replica.bind(5, identity.replica)
        replica.bind(6, copying: identity.label)
        replica.bind(7, copying: schema.collections.map(\.rawValue).joined(separator: "\n"))
        replica.bind(8, milliseconds)
        try replica.run()
        let device = try file.statement("insert into kith_device (id, label) values (?, ?)")
        device.bind(1, identity.device)
        device.bind(2, copying: identity.label)
        try device.run()
    }

    /// How many rows each table has, whoever made it.
    package func rowCounts() throws -> [String: Int64] {
        try read { access in
            let select = try access.connection.statement(
                "select name from sqlite_master where type = 'table' and rootpage > 0 and name not like 'sqlite\\_%' escape '\\'")
            var names: [String] = []
            while try select.step() { names.append(select.text(0)) }
            select.reset()
            return Dictionary(uniqueKeysWithValues: try names.map { name in
                (name, try access.connection.number("select count(*) from \(quoted(name))") ?? 0)
            })
        }
    }

    /// Only tables of the collections that the device is admitted to exist in a replica.
    static func collections(_ file: Connection) throws -> Set<String> {
        Set((try file.texts("select collections from kith_replica").first ?? "").split(separator: "\n").map(String.init))
    }
}
