import CRDT
import Relay
import Wire

/// Copies a space from one store to another, whatever kinds they are: a backup of SQLite or PostgreSQL is a folder of SQLite files, and
/// a backup of either can be restored into either.
///
/// The copy gets an incarnation of its own. Places stay in their order, and what refers to a place goes with it; what devices were
/// told of the store it was made from is not copied, since nobody was told it of the copy.
package enum StoreCopy {
    package struct Tally: Hashable, Sendable {
        package var deltaCount = 0
        package var byteCount = 0
    }

    /// Reads a whole backup and judges it: the roster hangs together from its first statement and every signature fits, every delta is
    /// signed by a device of it, has all its bytes, and finds the statements and the knowledge that it refers to.
    ///
    /// - Throws: `RelayServiceError.backupDamaged`, with the first that is not as it was signed.
    package static func check(_ source: any SpaceStore) throws {
        let found = try RelayStores.faults(of: source)
        try source.reading {
            var faults = try source.verified(beside: found).faults
            let places = Set(try source.statements(after: 0).map(\.place))
            let names = Set(try source.archivedNames())
            let deltas = try source.deltas(after: 0).map { ($0.manifest, $0.rosterPlace) }
            let parts = try source.partialDeltas().map { ($0.manifest, $0.rosterPlace) }
            for (manifest, rosterPlace) in deltas + parts {
                if rosterPlace != 0, !places.contains(rosterPlace) { faults.append("\(manifest.id) roster") }
                if case .relative(let name, _) = manifest.base, !names.contains(name) { faults.append("\(manifest.id) base") }
            }
            if let fault = faults.first { throw RelayServiceError(.backupDamaged, "\(source.space): \(fault)") }
        }
    }

    /// The source is read as it is at one moment. At most one segment is in memory.
    ///
    /// - Throws: `RelayServiceError.backupDamaged` when what is read is not what its manifest names; then the target has nothing of it.
    package static func copy(_ source: any SpaceStore, to target: any SpaceStore) throws -> Tally {
        try source.reading { try copy(held: source, to: target) }
    }

    /// The same while the source holds still.
    static func copy(held source: any SpaceStore, to target: any SpaceStore) throws -> Tally {
        try target.transaction { try fill(target, from: source) }
    }

    private static func fill(_ target: any SpaceStore, from source: any SpaceStore) throws -> Tally {
        var tally = Tally()
        let statements = try source.statements(after: 0)
        let deltas = try source.deltas(after: 0)
        // The places of statements there and here, ascending.
        var places: [(old: Int64, new: Int64)] = []
        func place(_ old: Int64) -> Int64 { places.last { $0.old <= old }?.new ?? 0 }
        var next = 0
        func append(before place: Int64) throws {
            while next < statements.count, statements[next].place < place {
                try target.append([statements[next].bytes])
                places.append((statements[next].place, try target.version().place))
                next += 1
            }
        }
        for delta in deltas {
            try append(before: delta.place)
            let id = delta.manifest.id
            try target.begin(IncomingDelta(
                manifest: delta.manifest, rosterPlace: place(delta.rosterPlace), sinceMilliseconds: delta.receivedMilliseconds))
            for index in delta.manifest.segments.indices { try put(index, of: delta.manifest, from: source, to: target) }
            _ = try target.complete(id)
            tally.deltaCount += 1
            tally.byteCount += delta.byteCount
        }
        try append(before: .max)
        for part in try source.partialDeltas().reversed() {
            try target.begin(IncomingDelta(
                manifest: part.manifest, rosterPlace: place(part.rosterPlace), sinceMilliseconds: part.sinceMilliseconds))
            for index in part.held { try put(index, of: part.manifest, from: source, to: target) }
        }
        for name in try source.archivedNames() {
            if let form = try source.archived(name) { try target.archive(form, as: name) }
        }
        for contact in try source.contacts() {
            try target.note(
                contact: contact.replica, device: contact.device, milliseconds: contact.lastMilliseconds,
                receivedByteCount: Int(contact.receivedByteCount), sentByteCount: Int(contact.sentByteCount))
            for (collection, name) in contact.receipts.sorted(by: { $0.key < $1.key }) {
                try target.keep(receipt: name, of: contact.replica, device: contact.device, collection: collection, stated: false)
            }
            for (collection, contents) in contact.contents.sorted(by: { $0.key < $1.key }) {
                try target.keep(contents: contents, of: contact.replica, collection: collection)
            }
        }
        for event in try source.events(sinceMilliseconds: .min, limit: .max) { try target.note(event) }
        return tally
    }

    private static func put(_ index: Int, of manifest: Manifest, from source: any SpaceStore, to target: any SpaceStore) throws {
        let segment = SealedSegment(delta: manifest.id, index: index, bytes: try source.segment(index, of: manifest.id))
        do { try segment.checked(against: manifest) } catch { throw RelayServiceError(.backupDamaged, "\(manifest.id)") }
        try target.put(segment)
    }
}
