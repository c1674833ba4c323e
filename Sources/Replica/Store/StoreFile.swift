import Community
import CRDT
import CSQLite
import Foundation
import GRDB
import Wire

/// What a file is: before it is taken for a replica nothing of it is changed, and nothing is put beside it.
extension Store {
    /// Looks before SQLite does, which would write to an empty file, and to any database that is put in its care.
    /// Not to be called on a file that this process has open (see `PlainFile.header`).
    ///
    /// - Throws: `notAReplica`, `newerReplica`; `readOnly` when it cannot be read.
    package static func checkHeader(_ path: String) throws {
        guard case .sqlite(let application, let version) = try PlainFile.header(of: path, followsLinks: true) else {
            throw StoreError(.notAReplica)
        }
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
    static func checkVersion(_ db: Database) throws -> Int {
        let application = try Int32.fetchOne(db, sql: "pragma application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "pragma user_version") ?? 0
        // What the file's first bytes say may be older than its WAL.
        if application == 0, version == 0, let remedy = remedy(for: try String.fetchSet(db, sql: ownTables)) {
            throw StoreError(.readBackDump, remedy)
        }
        guard application == Layout.applicationID else { throw StoreError(.notAReplica) }
        try checkVersion(version)
        guard try Int.fetchOne(db, sql: "select count(*) from sqlite_master where name = 'kith_replica'") == 1 else {
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
        var opened: OpaquePointer?
        let location = URL(fileURLWithPath: path).absoluteString + (isAlone ? "?immutable=1" : "?mode=ro")
        defer { sqlite3_close_v2(opened) }
        guard sqlite3_open_v2(location, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil) == SQLITE_OK, let opened,
            let select = try? Statement(opened, ownTables)
        else { return nil }
        var ours: Set<String> = []
        while (try? select.step()) == true { ours.insert(select.text(0)) }
        return remedy(for: ours)
    }

    private static let ownTables = "select name from sqlite_master where name in ('kith_replica', 'kith_change', 'kith_watch')"

    private static func remedy(for ours: Set<String>) -> String? {
        guard ours.isSuperset(of: ["kith_replica", "kith_change"]) else { return nil }
        return "pragma application_id = \(Layout.applicationID); pragma user_version = \(ours.contains("kith_watch") ? Layout.version : 1)"
    }

    /// Makes a file of an older layout one of this version's.
    static func migrate(_ db: Database, _ schema: Schema) throws {
        try db.inTransaction(.immediate) {
            // Another program may have been here first.
            guard try checkVersion(db) == 1 else { return .commit }
            try db.execute(sql: Layout.version2)
            try sayKinds(db, schema)
            try db.execute(sql: "pragma user_version = \(Layout.version)")
            return .commit
        }
    }

    /// Until layout 2 no file said how its columns merge: as the schema has it.
    private static func sayKinds(_ db: Database, _ schema: Schema) throws {
        for table in schema.tables {
            for column in table.columns {
                try db.execute(
                    sql: """
                        update kith_column set kind = ?, ranking = ? where shown = 1 and name = ? and accumulates = ?
                        and tbl = (select number from kith_table where name = ?)
                        """,
                    arguments: [
                        column.kind.number, column.kind.order.joined(separator: "\n"), column.name, column.kind.accumulates, table.name,
                    ])
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
    static func readIdentity(_ db: Database) throws -> ReplicaIdentity {
        guard let row = try Row.fetchOne(db, sql: "select * from kith_replica"),
            let space = Nonce(bytes: [UInt8](row["space"] as Data)), let device = Nonce(bytes: [UInt8](row["device"] as Data)),
            let replica = Nonce(bytes: [UInt8](row["replica"] as Data))
        else { throw StoreError(.notAReplica) }
        return ReplicaIdentity(
            space: SpaceIdentity(id: space, name: row["space_name"], importSecret: [UInt8](row["import_secret"] as Data)),
            device: device, replica: replica, label: row["label"])
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
    static func collections(_ db: Database) throws -> Set<String> {
        Set((try String.fetchOne(db, sql: "select collections from kith_replica") ?? "").split(separator: "\n").map(String.init))
    }
}
