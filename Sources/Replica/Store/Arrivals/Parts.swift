import CRDT
import Wire

/// A delta of which a part is here.
package struct DeltaInParts: Hashable, Sendable {
    package let delta: DeltaID
    package let collection: String
    /// The packer's name for people, or its id.
    package let packer: String
    package let heldCount: Int
    package let segmentCount: Int
}

/// Parts of deltas that are not merged yet: because not all of them have come, because what they build on has not, or because
/// somebody has to decide on their packer. They lie apart, sealed, under the delta's name; nothing of them is shown or claimed.
extension Door {
    /// Keeps a delta's manifest until it is merged. One that lies here already keeps its place.
    func register(_ manifest: Manifest) throws {
        let insert = try access.connection.statement("insert or ignore into kith_incoming (delta, manifest, since) values (?, ?, ?)")
        insert.bind(1, manifest.id)
        insert.bind(2, copyingBlob: manifest.payload)
        insert.bind(3, access.now)
        try insert.run()
    }

    /// Sets a delta aside until the link comes. One that lies here already keeps its place.
    ///
    /// - Returns: false, and nothing is kept, when there is no room for more of this packer's.
    func keepWaiting(_ manifest: Manifest) throws -> Bool {
        guard try !isRegistered(manifest.id) else { return true }
        guard try hasRoomAside(for: manifest) else { return false }
        let insert = try access.connection.statement(
            "insert into kith_incoming (delta, manifest, since, packer, byte_count) values (?, ?, ?, ?, ?)")
        insert.bind(1, manifest.id)
        insert.bind(2, copyingBlob: manifest.payload)
        insert.bind(3, access.now)
        insert.bind(4, manifest.packer)
        insert.bind(5, manifest.sealedByteCount)
        try insert.run()
        return true
    }

    /// Whether a delta's manifest lies here, for it waits or is on its way.
    func isRegistered(_ delta: DeltaID) throws -> Bool {
        let select = try access.connection.statement("select 1 from kith_incoming where delta = ? and manifest is not null")
        defer { select.reset() }
        select.bind(1, delta)
        return try select.step()
    }

    func keep(_ segment: SealedSegment) throws {
        let insert = try access.connection.statement(
            "insert or replace into kith_waiting_segment (delta, number, bytes) values (?, ?, ?)")
        insert.bind(1, segment.delta)
        insert.bind(2, segment.index)
        insert.bind(3, copyingBlob: segment.bytes)
        try insert.run()
    }

    /// Everything in a delta is held: its parts go, and the same delta is known at once when it comes again.
    func conclude(_ delta: DeltaID) throws {
        try Store.dropParts(of: delta, access)
        try Store.release(delta, access)
        let insert = try access.connection.statement("insert or replace into kith_incoming (delta, manifest, since) values (?, null, ?)")
        insert.bind(1, delta)
        insert.bind(2, access.now)
        try insert.run()
    }

    /// Whether everything in this very delta is held: then nothing of it can be new.
    func wasMerged(_ delta: DeltaID) throws -> Bool {
        let select = try access.connection.statement("select 1 from kith_incoming where delta = ? and manifest is null")
        defer { select.reset() }
        select.bind(1, delta)
        return try select.step()
    }

    /// The deltas that are not merged, the oldest first.
    func incomplete() throws -> [Manifest] {
        let select = try access.connection.statement("select manifest from kith_incoming where manifest is not null order by since, delta")
        defer { select.reset() }
        var found: [Manifest] = []
        while try select.step() { found.append(try Manifest(select.bytes(0))) }
        return found
    }

    /// The indices of a delta's segments that lie here, ascending.
    static func heldSegments(of delta: DeltaID, _ access: Access) throws -> [Int] {
        let select = try access.connection.statement("select number from kith_waiting_segment where delta = ? order by number")
        defer { select.reset() }
        select.bind(1, delta)
        var found: [Int] = []
        while try select.step() { found.append(Int(select.integer(0))) }
        return found
    }

    func hasAllParts(of manifest: Manifest) throws -> Bool {
        let select = try access.connection.statement("select count(*) from kith_waiting_segment where delta = ?")
        defer { select.reset() }
        select.bind(1, manifest.id)
        return try select.step() && Int(select.integer(0)) == manifest.segments.count
    }

    func part(_ index: Int, of manifest: Manifest) throws -> OpenedSegment {
        let select = try access.connection.statement("select bytes from kith_waiting_segment where delta = ? and number = ?")
        defer { select.reset() }
        select.bind(1, manifest.id)
        select.bind(2, index)
        guard try select.step() else { throw StoreError(.damaged, "a segment that waited is gone") }
        return try SealedSegment(delta: manifest.id, index: index, bytes: Array(select.bytes(0)))
            .opened(of: manifest, by: access.environment.sealing)
    }
}

extension Store {
    static func dropParts(of delta: DeltaID, _ access: Access) throws {
        let delete = try access.connection.statement("delete from kith_waiting_segment where delta = ?")
        delete.bind(1, delta)
        try delete.run()
    }

    /// The deltas of which segments lie here, the newest first: what a sender need not send again.
    ///
    /// - Parameter withAside: and those that are quarantined.
    package func partialDeltas(of collection: String, withAside: Bool = false) throws -> [PartialDelta] {
        try read { access in
            let select = try access.connection.statement(
                withAside
                    ? """
                    select manifest, since, null, 0 from kith_incoming where manifest is not null
                    union all select manifest, since, coalesce(reason, ''), discarded from kith_quarantine order by since desc
                    """
                    : "select manifest, since, null, 0 from kith_incoming where manifest is not null order by since desc")
            defer { select.reset() }
            var found: [PartialDelta] = []
            while try found.count < Limits.bundleDeltaCount && select.step() {
                let manifest = try Manifest(select.bytes(0))
                guard manifest.collection == collection else { continue }
                let held = try Door.heldSegments(of: manifest.id, access)
                guard !select.isNull(2) else {
                    if !held.isEmpty { found.append(PartialDelta(delta: manifest.id, merged: held)) }
                    continue
                }
                let reason = WireError.Code(rawValue: select.text(2)), isDiscarded = select.integer(3) == 1
                found.append(PartialDelta(
                    delta: manifest.id, merged: isDiscarded ? Array(manifest.segments.indices) : held, isUnreadable: reason?.asksOthers ?? false))
            }
            return found
        }
    }

    /// What has not come whole, the oldest first, and how many have and wait for what they build on.
    func incompleteDeltas(_ access: Access) throws -> (inParts: [DeltaInParts], waitingCount: Int) {
        let select = try access.connection.statement(
            """
            select manifest, (select count(*) from kith_waiting_segment where delta = kith_incoming.delta)
            from kith_incoming where manifest is not null order by since, delta
            """)
        defer { select.reset() }
        var inParts: [DeltaInParts] = []
        var waitingCount = 0
        while try select.step() {
            let manifest = try Manifest(select.bytes(0)), held = Int(select.integer(1))
            guard held < manifest.segments.count else {
                waitingCount += 1
                continue
            }
            inParts.append(DeltaInParts(
                delta: manifest.id, collection: manifest.collection, packer: try label(of: manifest.packer, access),
                heldCount: held, segmentCount: manifest.segments.count))
        }
        return (inParts, waitingCount)
    }

    private func label(of device: DeviceID, _ access: Access) throws -> String {
        let select = try access.connection.statement("select label from kith_device where id = ?")
        defer { select.reset() }
        select.bind(1, device)
        return try select.step() ? select.text(0) : device.description
    }
}
