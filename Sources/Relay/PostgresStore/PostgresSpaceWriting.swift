#if Postgres
import CRDT
import Relay
import Wire

extension PostgresSpace {
    /// Events that are kept for each space; the oldest go first, a thousand at a time.
    private static let eventCount: Int64 = 100_000

    func append(_ statements: [[UInt8]]) throws {
        try write { connection in
            for bytes in statements {
                let place = try totals().place + 1
                let isNew = try connection.run(
                    "insert into kith_relay_statement (space, place, id, bytes) values ($1, $2, $3, $4) on conflict (space, id) do nothing",
                    .integer(number), .integer(place), .bytes(StatementID(of: bytes).bytes), .bytes(bytes)).changedCount > 0
                if isNew { change { $0.place = place } }
            }
        }
    }

    func replace(_ statements: [[UInt8]]) throws {
        try write { connection in
            for bytes in statements {
                _ = try connection.run(
                    "update kith_relay_statement set bytes = $1 where space = $2 and id = $3", .bytes(bytes), .integer(number),
                    .bytes(StatementID(of: bytes).bytes))
            }
        }
    }

    private struct KnownDelta {
        let number: Int64
        let place: Int64?
        let segmentCount: Int64
    }

    private func find(_ delta: DeltaID, _ connection: PostgresConnection) throws -> KnownDelta? {
        let rows = try connection.run(
            "select number, place, segment_count from kith_relay_delta where space = $1 and id = $2", .integer(number), .nonce(delta))
        guard rows.count == 1 else { return nil }
        return KnownDelta(
            number: try rows.integer(0, 0), place: rows.isNull(0, 1) ? nil : try rows.integer(0, 1), segmentCount: try rows.integer(0, 2))
    }

    func begin(_ delta: IncomingDelta) throws {
        let payload = delta.manifest.payload
        try write { connection in
            let isNew = try connection.run(
                """
                insert into kith_relay_delta (space, id, roster_place, since, segment_count, manifest) values ($1, $2, $3, $4, $5, $6)
                on conflict (space, id) do nothing
                """, .integer(number), .nonce(delta.manifest.id), .integer(delta.rosterPlace), .integer(delta.sinceMilliseconds),
                .integer(Int64(delta.manifest.segments.count)), .bytes(payload)).changedCount > 0
            if isNew { change { $0.byteCount += Int64(payload.count) } }
        }
    }

    func put(_ segment: SealedSegment) throws {
        try write { connection in
            guard let known = try find(segment.delta, connection), segment.index >= 0, segment.index < known.segmentCount else {
                throw RelayError(.storage, "no delta for segment \(segment.index) of \(segment.delta)")
            }
            let isNew = try connection.run(
                "insert into kith_relay_segment (delta, index, received, bytes) values ($1, $2, $3, $4) on conflict do nothing",
                .integer(known.number), .integer(Int64(segment.index)), .integer(store.environment.nowMilliseconds()),
                .bytes(segment.bytes)).changedCount > 0
            if isNew { change { $0.byteCount += Int64(segment.bytes.count) } }
        }
    }

    func complete(_ delta: DeltaID) throws -> Int64 {
        try write { connection in
            guard let known = try find(delta, connection) else { throw RelayError(.storage, "no delta \(delta)") }
            if let place = known.place { return place }
            let held = try connection.run("select count(*) from kith_relay_segment where delta = $1", .integer(known.number)).integer(0, 0)
            guard held == known.segmentCount else { throw RelayError(.storage, "not all segments of \(delta)") }
            let place = try totals().place + 1
            change { $0.place = place }
            try connection.run(
                "update kith_relay_delta set place = $1, received = $2 where number = $3", .integer(place),
                .integer(store.environment.nowMilliseconds()), .integer(known.number))
            return place
        }
    }

    func drop(_ deltas: [DeltaID]) throws {
        try write { connection in
            for delta in deltas {
                guard let known = try find(delta, connection) else { continue }
                let byteCount = try connection.run(
                    """
                    select (coalesce(sum(length(s.bytes)), 0)
                        + (select length(manifest) from kith_relay_delta where number = $1))::bigint
                    from kith_relay_segment s where s.delta = $1
                    """, .integer(known.number)).integer(0, 0)
                try connection.run("delete from kith_relay_delta where number = $1", .integer(known.number))
                change {
                    $0.byteCount -= byteCount
                    if known.place != nil { $0.dropCount += 1 }
                }
            }
        }
    }

    func dropParts(olderThanMilliseconds: Int64) throws {
        let old = try write { connection in
            let rows = try connection.run(
                """
                select id from kith_relay_delta d where space = $1 and place is null and since < $2
                and not exists (select 1 from kith_relay_segment s where s.delta = d.number and s.received >= $2)
                """, .integer(number), .integer(olderThanMilliseconds))
            return try (0..<rows.count).map { try rows.nonce($0, 0) }
        }
        try drop(old)
    }

    func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws {
        _ = try write { connection in
            try connection.run(
                """
                update kith_relay_receipt set contents = $1
                where space = $2 and replica = $3 and collection = $4 and stated = 0 and contents is distinct from $1
                """, .bytes(contents.bytes), .integer(number), .nonce(replica), .bytes(Array(collection.utf8)))
        }
    }

    func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws {
        guard try receipt(of: replica, collection: collection, stated: stated) != name else { return }
        try write { connection in
            try connection.run(
                """
                insert into kith_relay_receipt (space, replica, collection, stated, name) values ($1, $2, $3, $4, $5)
                on conflict (space, replica, collection, stated) do update set name = excluded.name, contents = null
                """, .integer(number), .nonce(replica), .bytes(Array(collection.utf8)), .integer(stated ? 1 : 0), .nonce(name))
            try connection.run(
                """
                insert into kith_relay_contact values ($1, $2, $3, 0, 0, 0) on conflict (space, replica) do update
                set device = excluded.device where kith_relay_contact.device <> excluded.device
                """, .integer(number), .nonce(replica), .nonce(device))
        }
    }

    func archive(_ form: KnowledgeForm, as name: Nonce) throws {
        var out = ByteWriter()
        out.knowledge(form)
        try write {
            _ = try $0.run(
                "insert into kith_relay_archive (space, name, form) values ($1, $2, $3) on conflict (space, name) do nothing",
                .integer(number), .nonce(name), .bytes(out.bytes))
        }
    }

    func dropArchived(_ names: [Nonce]) throws {
        try write { connection in
            var count = 0
            for name in names {
                count += try connection.run(
                    "delete from kith_relay_archive where space = $1 and name = $2", .integer(number), .nonce(name)).changedCount
            }
            // Other processes remember what is archived: as with deltas that were dropped, they read everything anew.
            if count > 0 { change { $0.dropCount += 1 } }
        }
    }

    func note(contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int) throws {
        try write {
            _ = try $0.run(
                """
                insert into kith_relay_contact as c values ($1, $2, $3, $4, $5, $6) on conflict (space, replica) do update set
                device = excluded.device, last = greatest(c.last, excluded.last),
                received_byte_count = c.received_byte_count + excluded.received_byte_count,
                sent_byte_count = c.sent_byte_count + excluded.sent_byte_count
                """, .integer(number), .nonce(replica), .nonce(device), .integer(milliseconds), .integer(Int64(receivedByteCount)),
                .integer(Int64(sentByteCount)))
        }
    }

    func note(_ event: StoredEvent) throws {
        try write { connection in
            let device = event.device
            let rows = try connection.run(
                """
                insert into kith_relay_event (space, time, kind, device, detail) values ($1, $2, $3, nullif($4, ''::bytea), $5)
                returning number
                """, .integer(number), .integer(event.milliseconds), .text(event.kind), .bytes(device?.bytes ?? []),
                .text(event.detail))
            guard try rows.integer(0, 0) % 1_000 == 0 else { return }
            try connection.run(
                """
                delete from kith_relay_event where space = $1 and number <= coalesce((
                select number from kith_relay_event where space = $1 order by number desc offset $2 limit 1), 0)
                """, .integer(number), .integer(PostgresSpace.eventCount))
        }
    }
}
#endif
