import CRDT
import Wire

/// A delta that a removed device packed, or that cannot be read. It was not merged; somebody looks at it and decides.
package struct QuarantinedDelta: Hashable, Sendable {
    /// Why it cannot be read; nil for one that can, whose packer was removed.
    package let unreadable: WireError.Code?
    package let delta: DeltaID
    package let collection: String
    package let packer: DeviceID
    package let packedMilliseconds: Int64
    package let changeCount: Int
    /// When it came, in milliseconds since 1970 UTC.
    package let sinceMilliseconds: Int64
}

/// Revocation acts at the door, by packer: what a removed device packed is set aside, whenever it was written; what an
/// admitted device has merged and packed again is vouched for. Nothing that has been merged is ever taken back.
extension Door {
    func quarantine(_ manifest: Manifest) throws {
        let insert = try access.connection.statement(
            "insert or ignore into kith_quarantine (delta, manifest, since, packer, byte_count) values (?, ?, ?, ?, ?)")
        insert.bind(1, manifest.id)
        insert.bind(2, copyingBlob: manifest.payload)
        insert.bind(3, access.now)
        insert.bind(4, manifest.packer)
        insert.bind(5, manifest.sealedByteCount)
        try insert.run()
    }

    /// What lay here in part or waited while its packer was removed.
    func quarantineWaiting(_ manifest: Manifest) throws {
        try quarantine(manifest)
        let delete = try access.connection.statement("delete from kith_incoming where delta = ?")
        delete.bind(1, manifest.id)
        try delete.run()
    }
}

extension Store {
    /// Oldest first.
    package func quarantined() throws -> [QuarantinedDelta] {
        try read { access in
            let select = try access.connection.statement(
                "select manifest, since, reason from kith_quarantine where discarded = 0 order by since, delta")
            defer { select.reset() }
            var found: [QuarantinedDelta] = []
            while try select.step() {
                let manifest = try Manifest(select.bytes(0))
                found.append(QuarantinedDelta(
                    unreadable: select.isNull(2) ? nil : WireError.Code(rawValue: select.text(2)) ?? .malformed, delta: manifest.id, collection: manifest.collection, packer: manifest.packer,
                    packedMilliseconds: manifest.packedMilliseconds, changeCount: manifest.changeCount,
                    sinceMilliseconds: select.integer(1)))
            }
            return found
        }
    }

    /// Merges a quarantined delta: who accepts it vouches for it, and packs it under a name of its own from then on.
    ///
    /// - Parameter dryRun: the report is exact, and nothing is kept.
    /// - Throws: `notFound`; `WireError.unknownReceipt` as long as what it builds on has not come: it stays where it is.
    package func acceptQuarantined(_ delta: DeltaID, dryRun: Bool = false) throws -> BundleReport {
        try mergeBundle(dryRun: dryRun, salvage: false) { merge in try merge.acceptQuarantined(delta) }
    }

    /// Drops a quarantined delta for good. Its name is kept, so that whoever brings it again need not, and nobody is asked again.
    ///
    /// - Throws: `notFound`.
    package func discardQuarantined(_ delta: DeltaID) throws {
        try write { access in
            let manifest = try Store.quarantined(delta, access)
            let update = try access.connection.statement("update kith_quarantine set discarded = 1 where delta = ?")
            update.bind(1, delta)
            try update.run()
            let door = Door(access, identity: identity)
            try door.forgetPlan(of: delta)
            try door.hearAnew(manifest.collection)
            try Store.dropParts(of: delta, access)
        }
    }

    static func quarantined(_ delta: DeltaID, _ access: Access) throws -> Manifest {
        let select = try access.connection.statement("select manifest from kith_quarantine where delta = ? and discarded = 0")
        defer { select.reset() }
        select.bind(1, delta)
        guard try select.step() else { throw StoreError(.notFound, delta.description) }
        return try Manifest(select.bytes(0))
    }

    /// Why a delta that was set aside cannot be read.
    static func reason(of delta: DeltaID, _ access: Access) throws -> WireError.Code? {
        let select = try access.connection.statement("select reason from kith_quarantine where delta = ? and reason is not null")
        defer { select.reset() }
        select.bind(1, delta)
        return try select.step() ? WireError.Code(rawValue: select.text(0)) ?? .malformed : nil
    }

    static func isDiscarded(_ delta: DeltaID, _ access: Access) throws -> Bool {
        let select = try access.connection.statement("select 1 from kith_quarantine where delta = ? and discarded = 1")
        defer { select.reset() }
        select.bind(1, delta)
        return try select.step()
    }

    static func release(_ delta: DeltaID, _ access: Access) throws {
        let delete = try access.connection.statement("delete from kith_quarantine where delta = ?")
        delete.bind(1, delta)
        try delete.run()
    }
}
