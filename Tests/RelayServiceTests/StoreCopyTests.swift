import CRDT
import Foundation
import Relay
import RelayService
import SpaceFiles
import Testing
import Wire

/// A space copied from one store to another: everything that is true of the copy too comes along.
struct StoreCopyTests {
    private let space = SpaceID(high: 0x5A, low: 1)
    private let device = DeviceID(high: 8, low: 1)
    private let replica = ReplicaID(high: 9, low: 1)

    private func folder(_ path: String) throws -> SpaceFolder {
        return try SpaceFolder(
            path,
            environment: SpaceFolderEnvironment(nowMilliseconds: { 1_790_000_000_000 }, nonce: { Nonce(high: 0xABCD, low: 1) }, machine: "here"))
    }

    private func delta(_ number: UInt64, _ byteCounts: [Int]) -> (Manifest, [SealedSegment]) {
        let bytes = byteCounts.map { [UInt8](repeating: UInt8(number), count: $0) }
        let writer = WriterID(high: 7, low: number)
        let manifest = Manifest(
            space: space, collection: "people", packer: device, packerReplica: replica, packedMilliseconds: 1, base: .whole(Knowledge()),
            chains: [writer: [BatchEnd(last: 3, nonce: writer)]],
            segments: bytes.map { .init(changeCount: 1, bodyByteCount: $0.count, sealedByteCount: $0.count, digest: Digest.sha256($0)) },
            epoch: EpochID(high: 3, low: 3))
        return (manifest, bytes.enumerated().map { SealedSegment(delta: manifest.id, index: $0, bytes: $1) })
    }

    private func take(_ delta: (manifest: Manifest, segments: [SealedSegment]), rosterPlace: Int64, into space: any SpaceStore) throws {
        try space.begin(IncomingDelta(manifest: delta.manifest, rosterPlace: rosterPlace, sinceMilliseconds: 5))
        for segment in delta.segments { try space.put(segment) }
        _ = try space.complete(delta.manifest.id)
    }

    /// Statements and deltas by turns, one delta dropped, one not whole.
    private func filled(_ store: any RelayStore) throws -> any SpaceStore {
        let here = try store.create(space, incarnation: Nonce(high: 1, low: 1))
        try here.transaction {
            try here.append([[1, 1], [1, 2]])
            let first = try here.version().place
            let dropped = delta(1, [100])
            try take(dropped, rosterPlace: first, into: here)
            try here.append([[1, 3]])
            try take(delta(2, [5_000, 900]), rosterPlace: first, into: here)
            try take(delta(3, [70]), rosterPlace: try here.version().place, into: here)
            try here.append([[1, 4]])
            try here.drop([dropped.0.id])
            let part = delta(4, [10, 20, 30])
            try here.begin(IncomingDelta(manifest: part.0, rosterPlace: try here.version().place, sinceMilliseconds: 6))
            try here.put(part.1[1])
            let knowledge = Knowledge([device: BatchEnd(last: 3, nonce: device)])
            try here.archive(.whole(knowledge), as: knowledge.name)
            try here.keep(receipt: knowledge.name, of: replica, device: device, collection: "people", stated: false)
            try here.keep(receipt: knowledge.name, of: replica, device: device, collection: "people", stated: true)
            try here.note(contact: replica, device: device, milliseconds: 7, receivedByteCount: 11, sentByteCount: 13)
            try here.note(StoredEvent(milliseconds: 8, kind: "space-added", device: device, detail: "x"))
        }
        return here
    }

    @Test("Statements, deltas, parts, receipts, contacts and events; not what was said of the other store")
    func copy() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let (one, two) = (try folder(scratch.path + "/one"), try folder(scratch.path + "/two"))
        let source = try filled(one)
        let target = try two.create(space, incarnation: Nonce(high: 2, low: 2))
        let tally = try StoreCopy.copy(source, to: target)
        #expect(tally.deltaCount == 2)
        #expect(target.incarnation != source.incarnation)
        #expect(try target.statements(after: 0).map(\.bytes) == [[1, 1], [1, 2], [1, 3], [1, 4]])
        let (old, new) = (try source.deltas(after: 0), try target.deltas(after: 0))
        #expect(new.map(\.manifest) == old.map(\.manifest))
        #expect(try target.byteCount() == source.byteCount())
        // Each delta stands behind the statements that it stood behind, and its packer knew those that it knew.
        for (here, there) in zip(old, new) {
            func known(_ space: any SpaceStore, upTo place: Int64) throws -> [[UInt8]] {
                try space.statements(after: 0).filter { $0.place <= place }.map(\.bytes)
            }
            #expect(try known(source, upTo: here.rosterPlace) == known(target, upTo: there.rosterPlace))
            #expect(try known(source, upTo: here.place) == known(target, upTo: there.place))
            for index in here.manifest.segments.indices {
                #expect(try source.segment(index, of: here.manifest.id) == target.segment(index, of: here.manifest.id))
            }
        }
        #expect(try target.partialDeltas().map(\.held) == [[1]])
        #expect(try target.contacts() == source.contacts())
        #expect(try target.events(sinceMilliseconds: 0, limit: 9) == source.events(sinceMilliseconds: 0, limit: 9))
        #expect(try target.archivedNames() == source.archivedNames())
        #expect(try source.receipt(of: replica, collection: "people", stated: true) != nil)
        #expect(try target.receipt(of: replica, collection: "people", stated: true) == nil)
        try one.close()
        try two.close()
    }

    @Test("A store that gives other bytes than its manifests name is not copied, and the target stays as it was")
    func damaged() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let (one, two) = (try folder(scratch.path + "/one"), try folder(scratch.path + "/two"))
        let source = try one.create(space, incarnation: Nonce(high: 1, low: 1))
        let (manifest, segments) = delta(1, [100])
        try source.transaction {
            try source.append([[1, 1]])
            try source.begin(IncomingDelta(manifest: manifest, rosterPlace: 0, sinceMilliseconds: 5))
            try source.put(SealedSegment(delta: manifest.id, index: 0, bytes: segments[0].bytes.reversed() + [9]))
            _ = try source.complete(manifest.id)
        }
        let target = try two.create(space, incarnation: Nonce(high: 2, low: 2))
        #expect(throws: RelayServiceError(.backupDamaged, "\(manifest.id)")) { _ = try StoreCopy.copy(source, to: target) }
        #expect(try target.version().place == 0)
        try one.close()
        try two.close()
    }
}
