import CRDT
import SQLite
import Wire

/// How a replica stands, for people and for scripts.
package struct StatusReport: Sendable {
    package let identity: ReplicaIdentity
    /// Names what is known and held of all collections: equal on replicas that hold the same. nil: edits by SQL wait, in rows that are
    /// counted anew only when they are stamped.
    package let digest: Nonce?
    /// Living changes of this replica's own writers that no peer is known, by receipt, to hold.
    package let unsentChanges: Int
    /// When the oldest of them was made, by the clock of the device then: milliseconds since 1970 UTC; nil where there is none.
    package let oldestUnsentMilliseconds: Int64?
    /// Edits by SQL that have not been stamped yet, by note.
    package let unstampedNotes: Int
    package let conflicts: Int
    package let notices: Int
    package let parked: Int
    /// Cells that are too large to travel.
    package let tooLarge: [TooLargeCell]
    /// What others are known to hold and this replica lacks, by the label or id of the device that wrote it.
    package let missing: [MissingChanges]
    /// Deltas that are here whole and wait for what they build on.
    package let waitingBundles: Int
    /// Deltas of which a part is here, the oldest first: nothing of them is shown yet.
    package let inParts: [DeltaInParts]
    package let erasure: ErasureStatus
    package let peers: [(label: String, device: DeviceID, lastMetMilliseconds: Int64)]
    /// Tables, and columns as `table.column`, that somebody added by hand: they stay here.
    package let notShared: [String]
    package let counts: [(table: String, rows: Int)]
    package let fileByteCount: Int
}

extension Store {
    package func status() throws -> StatusReport {
        try read { access in
            let connection = access.connection
            func count(_ sql: String) throws -> Int { Int(try connection.number(sql) ?? 0) }
            let incomplete = try incompleteDeltas(access), unsent = try unsentChanges(access)
            return StatusReport(
                identity: identity, digest: try digest(access),
                unsentChanges: unsent.count, oldestUnsentMilliseconds: unsent.oldestMilliseconds,
                unstampedNotes: try access.catalog.shownTables.reduce(0) {
                    $0 + (try count("select count(*) from \(quoted($1.notes))"))
                },
                conflicts: try conflictCount(access), notices: try notices(access).count,
                parked: try count("select count(*) from kith_parked"), tooLarge: try TooLarge(access).cells(), missing: try missing(access),
                waitingBundles: incomplete.waitingCount, inParts: incomplete.inParts,
                erasure: try erasureStatus(access),
                peers: try peers(access), notShared: try notShared(access),
                counts: try access.catalog.shownTables.map {
                    ($0.name, try count("select count(*) from \(quoted($0.name))"))
                },
                fileByteCount: try count("pragma page_count") * count("pragma page_size"))
        }
    }

    private func digest(_ access: Access) throws -> Nonce? {
        guard try access.contents.isCounted() || !access.hasNotes() else { return nil }
        return Digest.ofHoldings(try holdings(access, keeping: false))
    }

    func livingChanges(of writer: WriterOrdinal, after last: UInt32, _ access: Access) throws -> Int {
        let count = try access.connection.number(
            "select count(*) from kith_change where dot > ? and dot <= ?", Dot(writer, last).packed,
            Dot(writer, .max).packed)
        return Int(count ?? 0)
    }

    /// How many living changes of this replica's own writers nobody else is known to hold, and when the oldest of them was made.
    func unsentChanges(_ access: Access) throws -> (count: Int, oldestMilliseconds: Int64?) {
        try access.known("unsent changes") {
            let held = try heldByOthers(access)
            let select = try access.connection.statement("select count(*), min(time) from kith_change where dot > ? and dot <= ?")
            defer { select.reset() }
            var unsent: (count: Int, oldestMilliseconds: Int64?) = (0, nil)
            for writer in access.writers.all where writer.own > 0 {
                select.bind(1, Dot(writer.ordinal, held.map { $0[writer.id] }.max() ?? 0).packed)
                select.bind(2, Dot(writer.ordinal, .max).packed)
                if try select.step(), select.integer(0) > 0 {
                    unsent = (unsent.count + Int(select.integer(0)), min(unsent.oldestMilliseconds ?? .max, select.integer(1)))
                }
                select.reset()
            }
            return unsent
        }
    }

    /// What others have said that they hold.
    func heldByOthers(_ access: Access) throws -> [Knowledge] {
        let select = try access.connection.statement("select distinct received from kith_peer where received is not null")
        var held: [Knowledge] = []
        while try select.step() {
            if let knowledge = try Door.knowledge(named: try select.nonce(0), access.connection) { held.append(try access.writers.named(knowledge)) }
        }
        select.reset()
        return held
    }

    /// The devices that this replica has a receipt of, the last met first.
    func peers(_ access: Access) throws -> [(label: String, device: DeviceID, lastMetMilliseconds: Int64)] {
        let select = try access.connection.statement(
            """
            select kith_device.label, kith_peer.device, max(kith_peer.met) as met
            from kith_peer left join kith_device on kith_device.id = kith_peer.device
            where length(kith_peer.device) = \(Nonce.byteCount) group by kith_peer.device order by met desc, kith_peer.device
            """)
        defer { select.reset() }
        var found: [(String, DeviceID, Int64)] = []
        while try select.step() {
            let device = try select.nonce(1)
            found.append((select.isNull(0) ? device.description : select.text(0), device, select.integer(2)))
        }
        return found
    }

    private func notShared(_ access: Access) throws -> [String] {
        let select = try access.connection.statement(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name")
        var tables: [String] = []
        while try select.step() { tables.append(select.text(0)) }
        select.reset()
        return try tables.filter { !$0.hasPrefix("kith_") }.flatMap { name -> [String] in
            guard let table = access.catalog[name], table.isShown else { return [name] }
            let shared = Set(table.keys + table.parts.map(\.name))
            return try SchemaInstaller.columns(of: name, access.connection).filter { !shared.contains($0) }.map {
                "\(name).\($0)"
            }
        }
    }
}
