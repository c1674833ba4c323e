#if Postgres
import CRDT
import Relay
import Wire

extension PostgresSpace {
    func version() throws -> SpaceVersion { try totals().version }

    func byteCount() throws -> Int { Int(try totals().byteCount) }

    func statements(after place: Int64) throws -> [StoredStatement] {
        try list("select place, bytes from kith_relay_statement where space = $1 and place > $2 order by place", .integer(place)) {
            StoredStatement(place: try $0.integer($1, 0), bytes: Array($0.bytes($1, 1)))
        }
    }

    func deltas(after place: Int64) throws -> [StoredDelta] {
        try list(
            "select place, manifest, roster_place, received from kith_relay_delta where space = $1 and place > $2 order by place",
            .integer(place)) {
            StoredDelta(
                place: try $0.integer($1, 0), manifest: try Manifest($0.bytes($1, 1)), rosterPlace: try $0.integer($1, 2),
                receivedMilliseconds: try $0.integer($1, 3))
        }
    }

    func partialDeltas() throws -> [IncomingDelta] {
        let parts = try list(
            """
            select number, manifest, roster_place, since from kith_relay_delta
            where space = $1 and place is null order by since desc, number desc
            """) {
            (number: try $0.integer($1, 0), delta: IncomingDelta(
                manifest: try Manifest($0.bytes($1, 1)), rosterPlace: try $0.integer($1, 2), sinceMilliseconds: try $0.integer($1, 3)))
        }
        return try parts.map { number, delta in
            var delta = delta
            delta.held = try read { connection in
                let rows = try connection.run("select index from kith_relay_segment where delta = $1 order by index", .integer(number))
                return try (0..<rows.count).map { Int(try rows.integer($0, 0)) }
            }
            return delta
        }
    }

    func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8] {
        try read { connection in
            let rows = try connection.run(
                """
                select s.bytes from kith_relay_segment s join kith_relay_delta d on d.number = s.delta
                where d.space = $1 and d.id = $2 and s.index = $3
                """, .integer(number), .nonce(delta), .integer(Int64(index)))
            guard rows.count == 1 else { throw RelayError(.storage, "no segment \(index) of \(delta)") }
            return Array(rows.bytes(0, 0))
        }
    }

    func archived(_ name: Nonce) throws -> KnowledgeForm? {
        try list("select form from kith_relay_archive where space = $1 and name = $2", .nonce(name)) { rows, row in
            var reader = ByteReader(rows.bytes(row, 0), in: "kith_relay_archive")
            let form = try reader.knowledge()
            try reader.finish()
            return form
        }.first
    }

    func archivedNames() throws -> [Nonce] {
        try list("select name from kith_relay_archive where space = $1 order by name") { try $0.nonce($1, 0) }
    }

    func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce? {
        try read { connection in
            let rows = try connection.run(
                "select name from kith_relay_receipt where space = $1 and replica = $2 and collection = $3 and stated = $4",
                .integer(number), .nonce(replica), .bytes(Array(collection.utf8)), .integer(stated ? 1 : 0))
            return rows.count == 0 ? nil : try rows.nonce(0, 0)
        }
    }

    func contacts() throws -> [StoredContact] {
        let receipts = try list("select replica, collection, name, coalesce(contents, '') from kith_relay_receipt where space = $1 and stated = 0") {
            (
                replica: try $0.nonce($1, 0), collection: $0.text($1, 1), name: try $0.nonce($1, 2),
                contents: ContentsDigest(bytes: Array($0.bytes($1, 3)))
            )
        }
        let ofReplica = Dictionary(grouping: receipts, by: \.replica)
        return try list(
            """
            select replica, device, last, received_byte_count, sent_byte_count from kith_relay_contact where space = $1 order by replica
            """) {
            let replica = try $0.nonce($1, 0)
            return StoredContact(
                replica: replica, device: try $0.nonce($1, 1), lastMilliseconds: try $0.integer($1, 2),
                receivedByteCount: try $0.integer($1, 3), sentByteCount: try $0.integer($1, 4),
                receipts: Dictionary(uniqueKeysWithValues: (ofReplica[replica] ?? []).map { ($0.collection, $0.name) }),
                contents: Dictionary(uniqueKeysWithValues: (ofReplica[replica] ?? []).compactMap { one in one.contents.map { (one.collection, $0) } }))
        }
    }

    func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent] {
        try list(
            "select time, kind, device, detail from kith_relay_event where space = $1 and time >= $2 order by time, number limit $3",
            .integer(sinceMilliseconds), .integer(Int64(limit))) {
            StoredEvent(
                milliseconds: try $0.integer($1, 0), kind: $0.text($1, 1), device: $0.isNull($1, 2) ? nil : try $0.nonce($1, 2),
                detail: $0.text($1, 3))
        }
    }

    /// Row after row; the space's number is the first parameter.
    private func list<Row>(
        _ sql: String, _ parameters: PostgresConnection.Parameter..., row: (PostgresRows, Int) throws -> Row
    ) throws -> [Row] {
        try read { connection in
            let rows: PostgresRows =
                switch parameters.count {
                case 0: try connection.run(sql, .integer(number))
                case 1: try connection.run(sql, .integer(number), parameters[0])
                default: try connection.run(sql, .integer(number), parameters[0], parameters[1])
                }
            if rows.count == 0 { try checkPresence() }
            return try (0..<rows.count).map { try row(rows, $0) }
        }
    }
}
#endif
