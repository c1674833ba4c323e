import CRDT
import Foundation
import Wire

/// What a session and a bundle do with a replica: state what it knows, freeze deltas, take deltas in, keep receipts.
extension Store {
    /// The closed version vector of every collection, after stamping.
    package func knowledge() throws -> [String: Knowledge] {
        try stamp()
        return try read { access in
            Dictionary(uniqueKeysWithValues: try collections.map { ($0, try access.writers.knowledge(of: $0)) })
        }
    }

    package func knowledge(named name: Nonce) throws -> Knowledge? {
        try read { try Door.knowledge(named: name, $0.connection) }
    }

    /// Keeps knowledge that somebody's base names, so that it is found by its name.
    package func keep(base: Knowledge) throws {
        _ = try write { try Door.keep(base, $0) }
    }

    // MARK: Out

    /// Where large frozen deltas lie until they have arrived.
    var outgoingFolder: URL { URL(fileURLWithPath: path + "-outgoing", isDirectory: true) }

    /// Freezes what a receiver with `base` lacks, in one read snapshot in which no note is unstamped; or finds a delta
    /// that was frozen before and that the receiver holds a part of.
    ///
    /// - Parameters:
    ///   - leavingOutForks: what is done about a writer that ends, in `base`, at a batch that is not one of ours: the delta
    ///     shows and holds all of it. Else `ForkFound` is thrown: a session can show the chain alone.
    ///   - resumable: for a connection: in small segments, and kept on the disk until it has arrived, so that another connection goes on
    ///     where this one broke.
    ///   - working: called now and then during long work.
    /// - Returns: nil when there is nothing to send.
    package func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], leavingOutForks: Bool = true, resumable: Bool = false,
        working: () -> Void
    ) throws -> Spool? {
        let now = Date(timeIntervalSince1970: Double(environment.nowMilliseconds()) / 1_000)
        for delta in partial {
            guard let spool = Spool.reopen(delta.delta, folder: outgoingFolder, now: now), spool.manifest.collection == collection,
                let scope = try? spool.manifest.scope({ try knowledge(named: $0) }), base.includes(scope.base)
            else { continue }
            return spool
        }
        Spool.removeOld(in: outgoingFolder, now: now)
        // A client may write between stamping and reading: then stamp and read again.
        while true {
            try stamp()
            let frozen: Frozen?
            do {
                frozen = try freeze(collection, base, leavingOutForks, resumable, now, working)
            } catch let error as DoesNotFit {
                guard try writeStamped({ try TooLarge($0).holdNew(in: error.table) }) else { throw StoreError(.valueTooLarge, error.table) }
                continue
            }
            guard let frozen else { continue }
            // The result is a statement: whoever gets it may name it as the base of what it sends back.
            if let spool = frozen.spool {
                try write { access in
                    if try FileState(access.connection) == frozen.state, let counted = frozen.counted { try access.contents.keep(counted) }
                    _ = try Door.keep(try spool.manifest.scope { try Door.knowledge(named: $0, access.connection) }.result, access)
                }
            }
            return frozen.spool
        }
    }

    /// Whether another replica has stated this knowledge of itself, and so can find it by name.
    private static func isStated(_ knowledge: Knowledge, _ access: Access) throws -> Bool {
        let select = try access.connection.statement("select 1 from kith_peer where received = ?")
        defer { select.reset() }
        select.bind(1, knowledge.name)
        return try select.step()
    }

    /// What a packing has made, and what it has counted of the digest, in which state of the file.
    private struct Frozen {
        var spool: Spool?
        var counted: LeavingBlocks?
        let state: FileState
    }

    /// nil when a note came in between.
    private func freeze(
        _ collection: String, _ base: Knowledge, _ leavingOutForks: Bool, _ resumable: Bool, _ now: Date, _ working: () -> Void
    ) throws -> Frozen? {
        try read { access in
            if try !mutated(.readsUnstamped) && access.mayHaveEdits() { return nil }
            let packing = try Packing(access, collection: collection, claimed: base, leavingOutForks: leavingOutForks)
            let state = try FileState(access.connection)
            guard !packing.isEmpty else { return Frozen(state: state) }
            let writer = Spool.Writer(
                folder: outgoingFolder, memoryByteCount: resumable ? Spool.resumableByteCount : Spool.memoryByteCount,
                now: now)
            do {
                let (manifest, counted) = try packing.pack(
                    (identity.space.id, identity.device, identity.replica), collection: collection,
                    known: try Store.isStated(base, access) ? base : nil,
                    packedMilliseconds: access.now, resumable: resumable
                ) { sealed in
                    try writer.append(sealed)
                    working()
                }
                return Frozen(spool: try writer.finish(manifest), counted: counted, state: state)
            } catch {
                writer.discard()
                throw error
            }
        }
    }

    // MARK: Statements and receipts

    package func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? {
        try peerKnowledge(replica, collection, "stated")
    }

    /// Whether just this was the last that this replica stated to every replica of a device.
    package func isStated(_ knowledge: Knowledge, of collection: String, toDevice device: DeviceID) throws -> Bool {
        try read { access in
            let select = try access.connection.statement("select stated from kith_peer where device = ? and collection = ?")
            defer { select.reset() }
            select.bind(1, device)
            select.bind(2, copying: collection)
            var isAny = false
            while try select.step() {
                guard !select.isNull(0), try select.nonce(0) == knowledge.name else { return false }
                isAny = true
            }
            return isAny
        }
    }

    package func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        try notePeer(replica, nil, collection, "stated", knowledge)
    }

    package func keepReceipt(of peer: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        try notePeer(peer.replica, peer, collection, "received", knowledge)
    }

    private func peerKnowledge(_ replica: ReplicaID, _ collection: String, _ column: String) throws -> Knowledge? {
        try read { try Store.peerKnowledge(replica, collection, column, $0) }
    }

    static func peerKnowledge(
        _ replica: ReplicaID, _ collection: String, _ column: String, _ access: Access
    ) throws -> Knowledge? {
        let select = try access.connection.statement("select \(column) from kith_peer where replica = ? and collection = ?")
        defer { select.reset() }
        select.bind(1, replica)
        select.bind(2, copying: collection)
        guard try select.step(), !select.isNull(0) else { return nil }
        return try Door.knowledge(named: try select.nonce(0), access.connection)
    }

    private func notePeer(
        _ replica: ReplicaID, _ peer: ReplicaIdentity?, _ collection: String, _ column: String, _ knowledge: Knowledge
    ) throws {
        try write { access in
            try Store.notePeer(replica, device: peer?.device, collection, column, knowledge, access)
        }
    }

    static func notePeer(
        _ replica: ReplicaID, device: DeviceID?, _ collection: String, _ column: String, _ knowledge: Knowledge, _ access: Access
    ) throws {
        let select = try access.connection.statement("select \(column) from kith_peer where replica = ? and collection = ?")
        select.bind(1, replica)
        select.bind(2, copying: collection)
        let before = try select.step() && !select.isNull(0) ? try select.nonce(0) : nil
        select.reset()
        let name = try Door.keep(knowledge, after: before, access)
        guard name != before else { return }
        let insert = try access.connection.statement(
            """
            insert into kith_peer (replica, collection, device, \(column), met) values (?, ?, ?, ?, ?)
            on conflict (replica, collection) do update set \(column) = excluded.\(column), met = excluded.met,
            device = case when excluded.device = x'' then device else excluded.device end
            """)
        insert.bind(1, replica)
        insert.bind(2, copying: collection)
        insert.bind(3, copyingBlob: device?.bytes ?? [])
        insert.bind(4, name)
        insert.bind(5, access.now)
        try insert.run()
    }

    /// What every replica of a device is known to hold: the smaller end of each writer. nil when the device has sent nothing.
    package func receipts(ofDevice device: DeviceID) throws -> [String: Knowledge]? {
        try read { access in
            let select = try access.connection.statement(
                "select collection, received from kith_peer where device = ? and received is not null")
            defer { select.reset() }
            select.bind(1, device)
            var held: [String: Knowledge] = [:]
            while try select.step() {
                guard let stated = try Door.knowledge(named: try select.nonce(1), access.connection) else { continue }
                let knowledge = try access.writers.named(stated)
                held[select.text(0)] = held[select.text(0)].map { $0.intersection(knowledge) } ?? knowledge
            }
            return held.isEmpty ? nil : held
        }
    }
}
