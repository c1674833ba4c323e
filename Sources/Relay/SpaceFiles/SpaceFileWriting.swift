import CRDT
import Relay
import SQLite
import Wire

extension SpaceFile {
    /// Events that are kept; the oldest go first.
    package static let eventCount: Int64 = 100_000

    package func append(_ statements: [[UInt8]]) throws {
        for bytes in statements {
            let isNew = try write("insert into kith_relay_statement (place, id, bytes) values (?, ?, ?) on conflict (id) do nothing") {
                $0.bind(1, totals.place + 1)
                $0.bind(2, copyingBlob: StatementID(of: bytes).bytes)
                $0.bind(3, copyingBlob: bytes)
            }
            if isNew { totals.place += 1 }
        }
    }

    package func replace(_ statements: [[UInt8]]) throws {
        for bytes in statements {
            try run("update kith_relay_statement set bytes = ? where id = ?") {
                $0.bind(1, copyingBlob: bytes)
                $0.bind(2, copyingBlob: StatementID(of: bytes).bytes)
            }
        }
    }

    package func begin(_ delta: IncomingDelta) throws {
        let id = delta.manifest.id
        guard try find(id) == nil else { return }
        let payload = delta.manifest.payload
        try run("insert into kith_relay_delta (id, roster_place, since, segment_count) values (?, ?, ?, ?)") {
            $0.bind(1, id)
            $0.bind(2, delta.rosterPlace)
            $0.bind(3, delta.sinceMilliseconds)
            $0.bind(4, delta.manifest.segments.count)
        }
        try run("insert into kith_relay_manifest (delta, payload) values (last_insert_rowid(), ?)") { $0.bind(1, copyingBlob: payload) }
        totals.byteCount += payload.count
    }

    package func put(_ segment: SealedSegment) throws {
        guard let known = try find(segment.delta), segment.index >= 0, segment.index < known.segmentCount else {
            throw RelayError(.storage, "no delta for segment \(segment.index) of \(segment.delta)")
        }
        let isNew = try segment.bytes.withUnsafeBytes { bytes in
            try write("insert into kith_relay_segment (key, received, bytes) values (?, ?, ?) on conflict (key) do nothing") {
                $0.bind(1, SpaceFileLayout.key(known.number, segment.index))
                $0.bind(2, now)
                $0.bind(3, blob: bytes)
            }
        }
        if isNew {
            totals.byteCount += segment.bytes.count
            putByteCount += segment.bytes.count
        }
    }

    package func complete(_ delta: DeltaID) throws -> Int64 {
        guard let known = try find(delta) else { throw RelayError(.storage, "no delta \(delta)") }
        if let place = known.place { return place }
        let held = try rows("select count(*) from kith_relay_segment where key >= ? and key < ?") {
            $0.bind(1, SpaceFileLayout.key(known.number, 0))
            $0.bind(2, SpaceFileLayout.key(known.number + 1, 0))
        } _: { Int($0.integer(0)) }
        guard held == [known.segmentCount] else { throw RelayError(.storage, "not all segments of \(delta)") }
        totals.place += 1
        try run("update kith_relay_delta set place = ?, received = ? where number = ?") {
            $0.bind(1, totals.place)
            $0.bind(2, now)
            $0.bind(3, known.number)
        }
        return totals.place
    }

    package func drop(_ deltas: [DeltaID]) throws {
        for delta in deltas {
            guard let known = try find(delta) else { continue }
            let byteCounts = try rows(
                """
                select coalesce(sum(length(bytes)), 0) + (select length(payload) from kith_relay_manifest where delta = ?)
                from kith_relay_segment where key >= ? and key < ?
                """) {
                $0.bind(1, known.number)
                $0.bind(2, SpaceFileLayout.key(known.number, 0))
                $0.bind(3, SpaceFileLayout.key(known.number + 1, 0))
            } _: { Int($0.integer(0)) }
            try run("delete from kith_relay_segment where key >= ? and key < ?") {
                $0.bind(1, SpaceFileLayout.key(known.number, 0))
                $0.bind(2, SpaceFileLayout.key(known.number + 1, 0))
            }
            try run("delete from kith_relay_manifest where delta = ?") { $0.bind(1, known.number) }
            try run("delete from kith_relay_delta where number = ?") { $0.bind(1, known.number) }
            totals.byteCount -= byteCounts.reduce(0, +)
            if known.place != nil { totals.dropCount += 1 }
            owesEmptyWAL = true
        }
    }

    package func dropParts(olderThanMilliseconds: Int64) throws {
        let parts = try rows("select number, id from kith_relay_delta where place is null and since < ?") {
            $0.bind(1, olderThanMilliseconds)
        } _: { (number: $0.integer(0), id: try $0.nonce(1)) }
        for part in parts {
            let lasts = try rows("select max(received) from kith_relay_segment where key >= ? and key < ?") {
                $0.bind(1, SpaceFileLayout.key(part.number, 0))
                $0.bind(2, SpaceFileLayout.key(part.number + 1, 0))
            } _: { $0.isNull(0) ? Int64.min : $0.integer(0) }
            if lasts.allSatisfy({ $0 < olderThanMilliseconds }) { try drop([part.id]) }
        }
    }

    package func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws {
        try run(
            """
            update kith_relay_receipt set contents = ?1
            where replica = ?2 and collection = ?3 and stated = 0 and contents is not ?1
            """) {
            $0.bind(1, copyingBlob: contents.bytes)
            $0.bind(2, replica)
            $0.bind(3, copying: collection)
        }
    }

    package func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws {
        guard try receipt(of: replica, collection: collection, stated: stated) != name else { return }
        try run(
            """
            insert into kith_relay_receipt (replica, collection, stated, name) values (?, ?, ?, ?)
            on conflict (replica, collection, stated) do update set name = excluded.name, contents = null
            """) {
            $0.bind(1, replica)
            $0.bind(2, copying: collection)
            $0.bind(3, stated ? 1 : 0)
            $0.bind(4, name)
        }
        try run(
            """
            insert into kith_relay_contact values (?, ?, 0, 0, 0)
            on conflict (replica) do update set device = excluded.device where device <> excluded.device
            """) {
            $0.bind(1, replica)
            $0.bind(2, device)
        }
    }

    package func archive(_ form: KnowledgeForm, as name: Nonce) throws {
        var out = ByteWriter()
        out.knowledge(form)
        try run("insert into kith_relay_archive (name, form) values (?, ?) on conflict (name) do nothing") {
            $0.bind(1, name)
            $0.bind(2, copyingBlob: out.bytes)
        }
    }

    package func dropArchived(_ names: [Nonce]) throws {
        for name in names { try run("delete from kith_relay_archive where name = ?") { $0.bind(1, name) } }
    }

    package func note(
        contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int
    ) throws {
        try run(
            """
            insert into kith_relay_contact values (?, ?, ?, ?, ?) on conflict (replica) do update set
            device = excluded.device, last = max(last, excluded.last),
            received_byte_count = received_byte_count + excluded.received_byte_count,
            sent_byte_count = sent_byte_count + excluded.sent_byte_count
            """) {
            $0.bind(1, replica)
            $0.bind(2, device)
            $0.bind(3, milliseconds)
            $0.bind(4, receivedByteCount)
            $0.bind(5, sentByteCount)
        }
    }

    package func note(_ event: StoredEvent) throws {
        try run("insert into kith_relay_event (time, kind, device, detail) values (?, ?, ?, ?)") {
            $0.bind(1, event.milliseconds)
            $0.bind(2, copying: event.kind)
            if let device = event.device { $0.bind(3, device) } else { $0.bindNull(3) }
            $0.bind(4, copying: event.detail)
        }
        try run("delete from kith_relay_event where number <= (select max(number) from kith_relay_event) - \(SpaceFile.eventCount)") {
            _ in
        }
    }

    // MARK: What the above is made of

    /// Runs a statement that is kept prepared. Only in a transaction: what a caller forgot to put into one must not be half there.
    func run(_ sql: String, _ bind: (PreparedStatement) -> Void) throws {
        guard isInTransaction else { throw RelayError(.storage, "not in a transaction") }
        try access { file in
            let statement = try file.statement(sql)
            bind(statement)
            try statement.run()
        }
    }

    /// The same.
    ///
    /// - Returns: whether a row was written.
    private func write(_ sql: String, _ bind: (PreparedStatement) -> Void) throws -> Bool {
        try run(sql, bind)
        return try access { $0.changedRowCount > 0 }
    }
}
