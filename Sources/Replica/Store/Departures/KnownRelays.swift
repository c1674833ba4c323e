import CRDT
import Wire

/// A relay that this replica meets by itself: where it listens, and which device must answer there.
package struct KnownRelay: Hashable, Sendable {
    package let device: DeviceID
    package let host: String
    package let port: Int
    /// In milliseconds since 1970 UTC; nil: never.
    package let metMilliseconds: Int64?

    package init(device: DeviceID, host: String, port: Int, metMilliseconds: Int64? = nil) {
        self.metMilliseconds = metMilliseconds
        self.device = device
        self.host = host
        self.port = port
    }
}

extension Store {
    /// In the order in which they were added.
    package func relays() throws -> [KnownRelay] {
        try read { access in
            let select = try access.connection.statement("select device, host, port, met from kith_relay order by added, device")
            defer { select.reset() }
            var found: [KnownRelay] = []
            while try select.step() {
                found.append(KnownRelay(
                    device: try select.nonce(0), host: select.text(1), port: Int(select.integer(2)),
                    metMilliseconds: select.isNull(3) ? nil : select.integer(3)))
            }
            return found
        }
    }

    /// Notes a relay; of one that is known, where it listens now.
    package func keep(_ relay: KnownRelay) throws {
        try write { access in
            let insert = try access.connection.statement(
                """
                insert into kith_relay (device, host, port, added) values (?, ?, ?, ?)
                on conflict (device) do update set host = excluded.host, port = excluded.port
                """)
            insert.bind(1, relay.device)
            insert.bind(2, copying: relay.host)
            insert.bind(3, relay.port)
            insert.bind(4, access.now)
            try insert.run()
        }
    }

    /// - Returns: whether it was known.
    package func removeRelay(_ device: DeviceID) throws -> Bool {
        try write { access in
            let delete = try access.connection.statement("delete from kith_relay where device = ?")
            delete.bind(1, device)
            try delete.run()
            return access.connection.changedRowCount > 0
        }
    }

    /// Notes that a relay has been met; within the minute again it writes nothing.
    package func noteMeeting(withRelay device: DeviceID) throws {
        try write { access in
            let update = try access.connection.statement(
                "update kith_relay set met = ?1 where device = ?2 and (met is null or abs(?1 - met) >= 60000)")
            update.bind(1, access.now)
            update.bind(2, device)
            try update.run()
        }
    }

    /// How many living changes the replica of a device that was met last is not known to hold.
    ///
    /// - Parameter collections: those that count; nil: all that are here.
    package func lackingCount(ofDevice device: DeviceID, in collections: [String]? = nil) throws -> Int {
        try read { access in
            let select = try access.connection.statement(
                """
                select collection, received from kith_peer where received is not null and replica =
                (select replica from kith_peer where device = ? and received is not null order by met desc limit 1)
                """)
            defer { select.reset() }
            select.bind(1, device)
            var held: [String: Knowledge] = [:]
            while try select.step() {
                if let stated = try Door.knowledge(named: try select.nonce(1), access.connection) {
                    held[select.text(0)] = try access.writers.named(stated)
                }
            }
            return try access.writers.all.reduce(0) { total, writer in
                guard collections?.contains(writer.collection) ?? true else { return total }
                return total + (try livingChanges(of: writer.ordinal, after: held[writer.collection]?[writer.id] ?? 0, access))
            }
        }
    }

    // MARK: What others do with the file

    /// Whether somebody may have edited: another program has committed since the mark was made, or a note waits to be stamped.
    package func hasNews(since mark: inout FileMark?) throws -> Bool {
        try read { access in
            let found = FileMark(try FileState(access.connection).dataVersion)
            defer { mark = found }
            return try (mark != nil && mark != found) || access.mayHaveEdits()
        }
    }
}

/// What tells one state of the file, as other connections leave it, from the next.
package struct FileMark: Hashable, Sendable {
    private let dataVersion: Int64
    fileprivate init(_ dataVersion: Int64) { self.dataVersion = dataVersion }
}
