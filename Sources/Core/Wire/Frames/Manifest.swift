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
    /// Of the chains' writers that a cut has made.
    package let origins: [WriterID: Origin]
    /// What the packer held at the result; nil: it says nothing of that.
    package let contents: ContentsDigest?
    package let segments: [Segment]
    /// Bits that a reader must know, and bits that it may ignore.
    package let criticalFeatures: UInt64
    package let optionalFeatures: UInt64
    /// The packer's, of all the rest (64 bytes, Ed25519); it travels beside the manifest and is not part of the delta's name.
    package private(set) var signature = [UInt8](repeating: 0, count: signatureByteCount)

    package static let signatureByteCount = 64

    package init(
        space: SpaceID, collection: String, packer: DeviceID, packerReplica: ReplicaID, packedMilliseconds: Int64,
        base: KnowledgeForm, chains: [WriterID: [BatchEnd]], origins: [WriterID: Origin] = [:],
        contents: ContentsDigest? = nil, segments: [Segment], epoch: EpochID, criticalFeatures: UInt64 = 0, optionalFeatures: UInt64 = 0
    ) {
        self.space = space
        self.collection = collection
        self.packer = packer
        self.packerReplica = packerReplica
        self.epoch = epoch
        self.packedMilliseconds = packedMilliseconds
        self.base = base
        self.chains = chains
        self.origins = origins
        self.contents = contents
        self.segments = segments
        self.criticalFeatures = criticalFeatures
        self.optionalFeatures = optionalFeatures
    }

    package var sealedByteCount: Int { segments.reduce(0) { $0 + $1.sealedByteCount } }
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
        guard scope.isConsistent, hasConsistentOrigins else { throw WireError(.malformed, in: "manifest") }
        return scope
    }

    /// A writer that a cut has made begins beyond the cut.
    private var hasConsistentOrigins: Bool {
        origins.allSatisfy { writer, origin in
            origin.root != writer && origin.before.last > 0 && chains[writer]?.first.map { $0.last > origin.before.last } ?? false
        }
    }

    /// What the numbers of writers in the segments stand for: those of the result, ascending.
    package func writers(of scope: DeltaScope) -> [WriterID] { scope.result.ends.keys.sorted() }

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
        out.contents(contents)
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
        (chains, origins) = try reader.chains()
        contents = try reader.contents()
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
