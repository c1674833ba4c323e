import CRDT
import Foundation
import Wire

/// What the roster says, as far as the replica file keeps it: the statements as they came, the names of devices, and which
/// device is behind which writer. The statements are bytes here; what they mean is decided above.
extension Store {
    // MARK: Statements

    /// All statements, in the order in which they were kept.
    package func statements() throws -> [[UInt8]] {
        try read { access in
            let select = try access.connection.statement("select bytes from kith_statement order by place")
            defer { select.reset() }
            var found: [[UInt8]] = []
            while try select.step() { found.append(Array(select.bytes(0))) }
            return found
        }
    }

    /// The statements that were kept, by whomever, since this was asked last; all, the first time.
    ///
    /// - Parameter take: what the caller does with them; when it throws, they come again. It asks nothing of the store.
    package func takeNewStatements(_ take: ([[UInt8]]) throws -> Void) throws {
        try rosterMark.withLock { mark in
            let (now, new) = try read { try Store.statements(since: mark, $0) }
            if mark == nil || !new.isEmpty { try take(new) }
            mark = now
        }
    }

    /// What `takeNewStatements` gave was not kept: it gives all of them again.
    package func readRosterAnew() { rosterMark.withLock { $0 = nil } }

    private static func statements(since mark: RosterMark?, _ access: Access) throws -> (RosterMark, [[UInt8]]) {
        let dataVersion = try access.connection.number("pragma data_version") ?? 0
        if let mark, mark.dataVersion == dataVersion { return (mark, []) }
        let newest = try access.connection.statement("select place, id from kith_statement order by place desc limit 1")
        defer { newest.reset() }
        let isAny = try newest.step()
        let now = RosterMark(
            dataVersion: dataVersion, place: isAny ? newest.integer(0) : 0, id: isAny ? Array(newest.bytes(1)) : [])
        if let mark, mark.place == now.place, mark.id == now.id { return (now, []) }
        // A row that was taken away may have given its place to another.
        let isThere = try access.connection.statement("select 1 from kith_statement where place = ? and id = ?")
        defer { isThere.reset() }
        var start: Int64 = -1
        if let mark {
            isThere.bind(1, mark.place)
            isThere.bind(2, copyingBlob: mark.id)
            if try isThere.step() { start = mark.place }
        }
        let select = try access.connection.statement("select bytes from kith_statement where place > ? order by place")
        defer { select.reset() }
        select.bind(1, start)
        var found: [[UInt8]] = []
        while try select.step() { found.append(Array(select.bytes(0))) }
        return (now, found)
    }

    /// Keeps statements; of those that are here already the boxes of keys that were lacking.
    package func keep(statements: [[UInt8]]) throws {
        guard !statements.isEmpty else { return }
        try write { try Store.keep(statements: statements, $0) }
    }

    static func keep(statements: [[UInt8]], _ access: Access) throws {
        let insert = try access.connection.statement(
            """
            insert into kith_statement (id, bytes) values (?, ?)
            on conflict (id) do update set bytes = excluded.bytes where length(excluded.bytes) > length(kith_statement.bytes)
            """)
        for statement in statements {
            insert.bind(1, copyingBlob: StatementID(of: statement).bytes)
            insert.bind(2, copyingBlob: statement)
            try insert.run()
        }
    }

    /// Keeps statements, which are here, as they are from now on: without boxes that nobody needs.
    package func replace(statements: [[UInt8]]) throws {
        guard !statements.isEmpty else { return }
        try write { access in
            let update = try access.connection.statement("update kith_statement set bytes = ? where id = ?")
            for statement in statements {
                update.bind(1, copyingBlob: statement)
                update.bind(2, copyingBlob: StatementID(of: statement).bytes)
                try update.run()
            }
        }
    }

    /// Those whose consequences for this replica are not known to have been drawn.
    package func unactedStatements() throws -> [StatementID] {
        try read { access in
            let select = try access.connection.statement("select id from kith_statement where acted = 0 order by place")
            defer { select.reset() }
            var found: [StatementID] = []
            while try select.step() { if let id = StatementID(bytes: Array(select.bytes(0))) { found.append(id) } }
            return found
        }
    }

    /// - Parameter waiting: those that this replica cannot act on yet: they stay among the unacted, or are so again.
    package func noteActed(on statements: Set<StatementID>, butFor waiting: Set<StatementID> = []) throws {
        try write { access in
            let update = try access.connection.statement("update kith_statement set acted = ?2 where id = ?1")
            for statement in statements.union(waiting).sorted() {
                update.bind(1, copyingBlob: statement.bytes)
                update.bind(2, waiting.contains(statement) ? Int64(0) : 1)
                try update.run()
            }
        }
    }

    /// What another replica is known to hold of the roster.
    package func rosterHeads(of replica: ReplicaID) throws -> [StatementID]? {
        try read { access in
            let select = try access.connection.statement("select heads from kith_peer_roster where replica = ?")
            defer { select.reset() }
            select.bind(1, replica)
            guard try select.step() else { return nil }
            return try Store.heads(select.bytes(0))
        }
    }

    private static func heads(_ bytes: UnsafeRawBufferPointer) throws -> [StatementID] {
        var reader = ByteReader(bytes, in: "kith_peer_roster.heads")
        return try reader.statementIDs(limit: Limits.rosterStatementCount)
    }

    /// What every replica of a device is known to hold of the roster; nil when one of them has said nothing, or none is known.
    package func rosterHeads(ofDevice device: DeviceID) throws -> [[StatementID]]? {
        try read { access in
            let select = try access.connection.statement(
                """
                select (select heads from kith_peer_roster r where r.replica = p.replica)
                from (select distinct replica from kith_peer where device = ? and received is not null) p
                """)
            defer { select.reset() }
            select.bind(1, device)
            var found: [[StatementID]] = []
            while try select.step() {
                guard !select.isNull(0) else { return nil }
                found.append(try Store.heads(select.bytes(0)))
            }
            return found.isEmpty ? nil : found
        }
    }

    package func keepRosterHeads(_ heads: [StatementID], of replica: ReplicaID) throws {
        try write { try Store.keepRosterHeads(heads, of: replica, $0) }
    }

    static func keepRosterHeads(_ heads: [StatementID], of replica: ReplicaID, _ access: Access) throws {
        var out = ByteWriter()
        out.statementIDs(heads)
        let select = try access.connection.statement("select 1 from kith_peer_roster where replica = ? and heads = ?")
        defer { select.reset() }
        select.bind(1, replica)
        select.bind(2, copyingBlob: out.bytes)
        // The same bundle again writes nothing.
        guard try !select.step() else { return }
        let insert = try access.connection.statement("insert or replace into kith_peer_roster (replica, heads) values (?, ?)")
        insert.bind(1, replica)
        insert.bind(2, copyingBlob: out.bytes)
        try insert.run()
    }

    // MARK: Devices

    /// Keeps the names of devices as the roster has them, and which device is behind which writer. Only what differs is written.
    package func keep(devices: [(id: DeviceID, label: String)], writers: [WriterID: DeviceID]) throws {
        let isCurrent = try read { access in
            let known = Dictionary(uniqueKeysWithValues: try Store.devices(access).map { ($0.id, $0.label) })
            return devices.allSatisfy { known[$0.id] == $0.label }
                && access.writers.all.allSatisfy { writer in writers[writer.id].map { $0 == writer.device } ?? true }
        }
        guard !isCurrent else { return }
        try write { access in
            for device in devices {
                try Store.keep(device: device.id, label: device.label, access)
                guard device.id == identity.device else { continue }
                let rename = try access.connection.statement("update kith_replica set label = ?")
                rename.bind(1, copying: device.label)
                try rename.run()
            }
            for (id, device) in writers.sorted(by: { $0.key < $1.key }) {
                if let writer = access.writers.ordinal(of: id), access.writers[writer].device != device {
                    try access.writers.update(writer) { $0.device = device }
                }
            }
        }
    }

    static func keep(device: DeviceID, label: String, _ access: Access) throws {
        let select = try access.connection.statement("select label from kith_device where id = ?")
        select.bind(1, device)
        let isKnown = try select.step() && select.text(0) == label
        select.reset()
        guard !isKnown else { return }
        let insert = try access.connection.statement("insert or replace into kith_device (id, label) values (?, ?)")
        insert.bind(1, device)
        insert.bind(2, copying: label)
        try insert.run()
    }

    static func devices(_ access: Access) throws -> [(id: DeviceID, label: String)] {
        let select = try access.connection.statement("select id, label from kith_device order by id")
        defer { select.reset() }
        var found: [(DeviceID, String)] = []
        while try select.step() { found.append((try select.nonce(0), select.text(1))) }
        return found
    }

    package var devices: [(id: DeviceID, label: String, isOwn: Bool)] {
        get throws {
            try read { try Store.devices($0).map { ($0.id, $0.label, $0.id == identity.device) } }
        }
    }

    /// When each device was last heard of, in milliseconds since 1970 UTC.
    package func lastMeetings() throws -> [DeviceID: Int64] {
        try read { access in
            let select = try access.connection.statement(
                "select device, max(met) from kith_peer where device <> x'' and received is not null group by device")
            defer { select.reset() }
            var found: [DeviceID: Int64] = [:]
            while try select.step() { found[try select.nonce(0)] = select.integer(1) }
            return found
        }
    }

    /// The collection that a writer writes in; nil for one that is not known here.
    package func collection(of writer: WriterID) throws -> String? {
        try read { access in access.writers.ordinal(of: writer).map { access.writers[$0].collection } }
    }

    /// The writers of this replica, past ones too, by collection.
    package var ownWriters: [(collection: String, writer: WriterID)] {
        get throws {
            try read { access in
                access.writers.all.filter { $0.own > 0 }.map { ($0.collection, $0.id) }
            }
        }
    }
}

/// How far one connection has read the roster.
struct RosterMark: Hashable {
    /// Changes when another connection has committed (https://sqlite.org/pragma.html#pragma_data_version).
    let dataVersion: Int64
    /// The newest statement.
    let place: Int64
    let id: [UInt8]
}
