import CRDT
import Relay
import SQLite
import Wire

extension SpaceFile {
    package func version() throws -> SpaceVersion { totals.version }

    package func byteCount() throws -> Int { totals.byteCount }

    package func statements(after place: Int64) throws -> [StoredStatement] {
        try rows("select place, bytes from kith_relay_statement where place > ? order by place") { $0.bind(1, place) } _: {
            StoredStatement(place: $0.integer(0), bytes: Array($0.bytes(1)))
        }
    }

    package func deltas(after place: Int64) throws -> [StoredDelta] {
        try rows(
            """
            select d.place, m.payload, d.roster_place, d.received from kith_relay_delta d join kith_relay_manifest m on m.delta = d.number
            where d.place > ? order by d.place
            """) { $0.bind(1, place) } _: {
            StoredDelta(
                place: $0.integer(0), manifest: try Manifest($0.bytes(1)), rosterPlace: $0.integer(2), receivedMilliseconds: $0.integer(3))
        }
    }

    package func partialDeltas() throws -> [IncomingDelta] {
        let found = try rows(
            """
            select d.number, m.payload, d.roster_place, d.since from kith_relay_delta d join kith_relay_manifest m on m.delta = d.number
            where d.place is null order by d.since desc, d.number desc
            """) { _ in } _: {
            (number: $0.integer(0), delta: IncomingDelta(
                manifest: try Manifest($0.bytes(1)), rosterPlace: $0.integer(2), sinceMilliseconds: $0.integer(3)))
        }
        return try found.map { number, delta in
            var delta = delta
            delta.held = try rows("select key from kith_relay_segment where key >= ? and key < ? order by key") {
                $0.bind(1, SpaceFileLayout.key(number, 0))
                $0.bind(2, SpaceFileLayout.key(number + 1, 0))
            } _: { Int($0.integer(0) & 0xFFFF) }
            return delta
        }
    }

    package func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8] {
        try access { file in
            guard let known = try find(delta), index >= 0, index < known.segmentCount,
                let bytes = try file.blob(
                    table: "kith_relay_segment", column: "bytes", row: SpaceFileLayout.key(known.number, index))
            else { throw RelayError(.storage, "no segment \(index) of \(delta)") }
            return bytes
        }
    }

    package func archived(_ name: Nonce) throws -> KnowledgeForm? {
        try rows("select form from kith_relay_archive where name = ?") { $0.bind(1, name) } _: { row in
            var reader = ByteReader(row.bytes(0), in: "kith_relay_archive")
            let form = try reader.knowledge()
            try reader.finish()
            return form
        }.first
    }

    package func archivedNames() throws -> [Nonce] {
        try rows("select name from kith_relay_archive order by name") { _ in } _: { try $0.nonce(0) }
    }

    package func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce? {
        try rows("select name from kith_relay_receipt where replica = ? and collection = ? and stated = ?") {
            $0.bind(1, replica)
            $0.bind(2, copying: collection)
            $0.bind(3, stated ? 1 : 0)
        } _: { try $0.nonce(0) }.first
    }

    package func contacts() throws -> [StoredContact] {
        let receipts = try rows("select replica, collection, name, contents from kith_relay_receipt where stated = 0") { _ in } _: {
            (replica: try $0.nonce(0), collection: $0.text(1), name: try $0.nonce(2), contents: ContentsDigest(bytes: Array($0.bytes(3))))
        }
        let ofReplica = Dictionary(grouping: receipts, by: \.replica)
        return try rows(
            "select replica, device, last, received_byte_count, sent_byte_count from kith_relay_contact order by replica") { _ in } _: {
            let replica = try $0.nonce(0)
            return StoredContact(
                replica: replica, device: try $0.nonce(1), lastMilliseconds: $0.integer(2), receivedByteCount: $0.integer(3),
                sentByteCount: $0.integer(4),
                receipts: Dictionary(uniqueKeysWithValues: (ofReplica[replica] ?? []).map { ($0.collection, $0.name) }),
                contents: Dictionary(uniqueKeysWithValues: (ofReplica[replica] ?? []).compactMap { one in one.contents.map { (one.collection, $0) } }))
        }
    }

    package func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent] {
        try rows("select time, kind, device, detail from kith_relay_event where time >= ? order by time, number limit ?") {
            $0.bind(1, sinceMilliseconds)
            $0.bind(2, limit)
        } _: {
            StoredEvent(
                milliseconds: $0.integer(0), kind: $0.text(1), device: $0.isNull(2) ? nil : try $0.nonce(2), detail: $0.text(3))
        }
    }

    // MARK: What the above is made of

    /// Row after row of a statement that is kept prepared.
    func rows<Row>(_ sql: String, _ bind: (PreparedStatement) -> Void, _ row: (PreparedStatement) throws -> Row) throws -> [Row] {
        try access { file in
            let select = try file.statement(sql)
            defer { select.reset() }
            bind(select)
            var found: [Row] = []
            while try select.step() { found.append(try row(select)) }
            return found
        }
    }

    struct KnownDelta {
        let number: Int64
        /// nil: some segments are still to come.
        let place: Int64?
        let segmentCount: Int
    }

    func find(_ delta: DeltaID) throws -> KnownDelta? {
        try rows("select number, place, segment_count from kith_relay_delta where id = ?") { $0.bind(1, delta) } _: {
            KnownDelta(number: $0.integer(0), place: $0.isNull(1) ? nil : $0.integer(1), segmentCount: Int($0.integer(2)))
        }.first
    }
}
