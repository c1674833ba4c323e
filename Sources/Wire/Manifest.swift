import CRDT

/// Names a device: the first 16 bytes of a hash of its public keys (Protocol.md, "Identity and keys").
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
    /// Names the key that the segments are sealed under.
    package let epoch: EpochID
    package let packedMilliseconds: Int64
    package let base: KnowledgeForm
    package let chains: [WriterID: [BatchEnd]]
    /// The batches beyond the result that the packer has heard of: with these and the chains, every dot and every context of
    /// the delta has its place on one branch, should a writer prove to have several.
    package let earlyChains: [WriterID: [BatchEnd]]
    /// Of the writers in either list that a cut has made.
    package let origins: [WriterID: Origin]
    /// How many of the changes are beyond the result.
    package let earlyCount: Int
    package let segments: [Segment]
    /// Bits that a reader must know, and bits that it may ignore.
    package let criticalFeatures: UInt64
    package let optionalFeatures: UInt64
    /// The packer's, of all the rest (64 bytes, Ed25519); it travels beside the manifest and is not part of the delta's name.
    package private(set) var signature = [UInt8](repeating: 0, count: signatureByteCount)

    package static let signatureByteCount = 64

    package init(
        space: SpaceID, collection: String, packer: DeviceID, packerReplica: ReplicaID, packedMilliseconds: Int64,
        base: KnowledgeForm, chains: [WriterID: [BatchEnd]], earlyChains: [WriterID: [BatchEnd]] = [:],
        origins: [WriterID: Origin] = [:], earlyCount: Int, segments: [Segment], epoch: EpochID, criticalFeatures: UInt64 = 0,
        optionalFeatures: UInt64 = 0
    ) {
        self.space = space
        self.collection = collection
        self.packer = packer
        self.packerReplica = packerReplica
        self.epoch = epoch
        self.packedMilliseconds = packedMilliseconds
        self.base = base
        self.chains = chains
        self.earlyChains = earlyChains
        self.origins = origins
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
        guard scope.isConsistent, isConsistent(beyond: result) else { throw WireError(.malformed, in: "manifest") }
        return scope
    }

    /// Early chains go on where the result ends, and a writer that a cut has made begins beyond the cut.
    private func isConsistent(beyond result: Knowledge) -> Bool {
        earlyChains.allSatisfy { writer, ends in
            ends[0].last > result[writer] && (result[writer] > 0 || ends[0].nonce == writer)
        }
            && origins.allSatisfy { writer, origin in
                let first = chains[writer]?.first ?? earlyChains[writer]?.first
                return origin.root != writer && origin.before.last > 0 && first.map { $0.last > origin.before.last } ?? false
            }
    }

    /// What the numbers of writers in the segments stand for: those of the result, ascending, then those that have early
    /// chains alone, ascending.
    package func writers(of scope: DeltaScope) -> [WriterID] {
        scope.result.ends.keys.sorted() + earlyChains.keys.filter { scope.result.ends[$0] == nil }.sorted()
    }

    package var encoded: [UInt8] {
        var out = ByteWriter()
        out.number(Manifest.format)
        out.number(criticalFeatures)
        out.number(optionalFeatures)
        out.nonce(space)
        out.text(collection)
        out.nonce(packer)
        out.nonce(packerReplica)
        out.nonce(epoch)
        out.signed(packedMilliseconds)
        out.knowledge(base)
        out.chains(chains, origins)
        out.chains(earlyChains, origins)
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

    /// As it travels and is kept: the manifest, then its signature.
    package var payload: [UInt8] { encoded + signature }

    /// The same manifest, signed by this device.
    package func signed(by sealing: any Sealing) throws -> Manifest {
        var manifest = self
        manifest.signature = try sealing.sign(manifest: encoded)
        return manifest
    }

    /// Who packed it, by the roster.
    ///
    /// - Throws: `unknownPacker`, `badSignature`.
    package func standing(by sealing: any Sealing) throws -> PackerStanding {
        try sealing.standing(of: packer, collection: collection, manifest: encoded, signature: signature)
    }

    /// - Parameter bytes: a manifest and its signature.
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
        epoch = try reader.nonce()
        packedMilliseconds = try reader.signed()
        base = try reader.knowledge()
        var origins: [WriterID: Origin?] = [:]
        chains = try reader.chains(&origins)
        earlyChains = try reader.chains(&origins)
        self.origins = origins.compactMapValues { $0 }
        earlyCount = try reader.number(limit: Limits.deltaSegmentCount * Limits.segmentChangeCount)
        segments = try (0..<(try reader.count(limit: Limits.deltaSegmentCount, bytesEach: 35))).map { _ in
            Segment(
                changeCount: try reader.number(limit: Limits.segmentChangeCount),
                bodyByteCount: try reader.number(limit: Limits.segmentByteCount),
                sealedByteCount: try reader.number(limit: Limits.frameByteCount - 64),
                digest: Array(try reader.raw(32)))
        }
        signature = Array(try reader.raw(Manifest.signatureByteCount))
        try reader.finish()
    }
}
