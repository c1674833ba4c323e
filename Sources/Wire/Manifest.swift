import CRDT

/// Names a device. In this version 16 random bytes; the hash of its public keys once devices have keys.
package typealias DeviceID = Nonce
/// Names a replica file, so that receipts are kept per file and not per device.
package typealias ReplicaID = Nonce
package typealias SpaceID = Nonce
/// The first 16 bytes of the SHA-256 of a manifest.
package typealias DeltaID = Nonce

/// The clear header of a delta: what it covers and which segments it has (Protocol.md, "Manifest").
///
/// A delta is frozen by its manifest: the segments are named by their hashes, and the delta by the hash of the manifest.
/// Whoever holds some of its segments can go on with the rest, from whomever they come, and with nothing else.
package struct Manifest: Hashable, Sendable {
    package struct Segment: Hashable, Sendable {
        package let changeCount: Int
        /// Before and after compression.
        package let bodyByteCount: Int
        package let sealedByteCount: Int
        /// SHA-256 of the sealed segment.
        package let digest: [UInt8]

        package init(changeCount: Int, bodyByteCount: Int, sealedByteCount: Int, digest: [UInt8]) {
            self.changeCount = changeCount
            self.bodyByteCount = bodyByteCount
            self.sealedByteCount = sealedByteCount
            self.digest = digest
        }
    }

    package static let format = 1

    package let space: SpaceID
    package let collection: String
    package let packer: DeviceID
    package let packerReplica: ReplicaID
    /// Generation of the collection's key; 0 as long as segments are not encrypted.
    package let epoch: UInt64
    package let packedMilliseconds: Int64
    package let base: KnowledgeForm
    package let chains: [WriterID: [BatchEnd]]
    /// Writers of changes beyond the result (early at the packer) and of contexts, that are not in the result. Ascending.
    package let furtherWriters: [WriterID]
    /// How many of the changes are beyond the result.
    package let earlyCount: Int
    package let segments: [Segment]
    /// Bits that a reader must know, and bits that it may ignore.
    package let criticalFeatures: UInt64
    package let optionalFeatures: UInt64

    package init(
        space: SpaceID, collection: String, packer: DeviceID, packerReplica: ReplicaID, packedMilliseconds: Int64,
        base: KnowledgeForm, chains: [WriterID: [BatchEnd]], furtherWriters: [WriterID], earlyCount: Int,
        segments: [Segment], epoch: UInt64 = 0, criticalFeatures: UInt64 = 0, optionalFeatures: UInt64 = 0
    ) {
        self.space = space
        self.collection = collection
        self.packer = packer
        self.packerReplica = packerReplica
        self.epoch = epoch
        self.packedMilliseconds = packedMilliseconds
        self.base = base
        self.chains = chains
        self.furtherWriters = furtherWriters
        self.earlyCount = earlyCount
        self.segments = segments
        self.criticalFeatures = criticalFeatures
        self.optionalFeatures = optionalFeatures
    }

    package var changeCount: Int { segments.reduce(0) { $0 + $1.changeCount } }

    /// The scope, once the base is known.
    package func scope(_ named: (Nonce) throws -> Knowledge?) throws -> DeltaScope {
        let base = try base.resolved(named)
        var result = base
        var full: [WriterID: Chain] = [:]
        for (writer, ends) in chains {
            result.ends[writer] = ends.last
            full[writer] = Chain(before: base.ends[writer], ends: ends)
        }
        let scope = DeltaScope(base: base, result: result, chains: full)
        // One number for each writer, or a context could name it twice.
        guard scope.isConsistent, furtherWriters.allSatisfy({ result.ends[$0] == nil }) else { throw WireError(.malformed, in: "manifest") }
        return scope
    }

    /// What the numbers of writers in the segments stand for: those of the result, ascending, then the further ones.
    package func writers(of scope: DeltaScope) -> [WriterID] { scope.result.ends.keys.sorted() + furtherWriters }

    package var encoded: [UInt8] {
        var out = ByteWriter()
        out.number(Manifest.format)
        out.number(criticalFeatures)
        out.number(optionalFeatures)
        out.nonce(space)
        out.text(collection)
        out.nonce(packer)
        out.nonce(packerReplica)
        out.number(epoch)
        out.signed(packedMilliseconds)
        out.knowledge(base)
        out.number(chains.count)
        for (writer, ends) in chains.sorted(by: { $0.key < $1.key }) {
            out.nonce(writer)
            out.number(ends.count)
            var previous: UInt32 = 0
            for end in ends {
                out.number(UInt64(end.last - previous))
                out.nonce(end.nonce)
                previous = end.last
            }
        }
        out.number(furtherWriters.count)
        for writer in furtherWriters { out.nonce(writer) }
        out.number(earlyCount)
        out.number(segments.count)
        for segment in segments {
            out.number(segment.changeCount)
            out.number(segment.bodyByteCount)
            out.number(segment.sealedByteCount)
            out.raw(segment.digest)
        }
        return out.bytes
    }

    package var id: DeltaID { Digest.name(encoded) }

    package init(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count <= Limits.manifestByteCount else { throw WireError(.tooLarge, in: "manifest") }
        var reader = ByteReader(bytes, in: "manifest")
        guard try reader.number() == UInt64(Manifest.format) else { throw reader.failure(.newerFormat) }
        criticalFeatures = try reader.number()
        guard criticalFeatures == 0 else { throw reader.failure(.newerFormat) }
        optionalFeatures = try reader.number()
        space = try reader.nonce()
        collection = try reader.text(limit: Limits.nameByteCount)
        packer = try reader.nonce()
        packerReplica = try reader.nonce()
        epoch = try reader.number()
        packedMilliseconds = try reader.signed()
        base = try reader.knowledge()
        var chains: [WriterID: [BatchEnd]] = [:]
        var previousWriter: WriterID?
        for _ in 0..<(try reader.count(limit: Limits.writerCount, bytesEach: 34)) {
            let writer = try reader.nonce()
            if let previousWriter, previousWriter >= writer { throw reader.failure(.malformed) }
            previousWriter = writer
            let count = try reader.count(limit: Limits.manifestByteCount / 17, bytesEach: 17)
            guard count > 0 else { throw reader.failure(.malformed) }
            var ends: [BatchEnd] = []
            ends.reserveCapacity(count)
            var last: UInt32 = 0
            for _ in 0..<count {
                let (next, overflow) = last.addingReportingOverflow(try reader.sequence())
                guard !overflow, next > last else { throw reader.failure(.malformed) }
                last = next
                ends.append(BatchEnd(last: next, nonce: try reader.nonce()))
            }
            chains[writer] = ends
        }
        self.chains = chains
        furtherWriters = try (0..<(try reader.count(limit: Limits.writerCount, bytesEach: 16))).map { _ in try reader.nonce() }
        guard zip(furtherWriters, furtherWriters.dropFirst()).allSatisfy(<) else { throw reader.failure(.malformed) }
        earlyCount = try reader.number(limit: Limits.deltaSegmentCount * Limits.segmentChangeCount)
        segments = try (0..<(try reader.count(limit: Limits.deltaSegmentCount, bytesEach: 35))).map { _ in
            Segment(
                changeCount: try reader.number(limit: Limits.segmentChangeCount),
                bodyByteCount: try reader.number(limit: Limits.segmentByteCount),
                sealedByteCount: try reader.number(limit: Limits.frameByteCount - 64),
                digest: Array(try reader.raw(32)))
        }
        try reader.finish()
    }
}
