import CRDT
import CZstd
import Synchronization

/// A segment as it travels: bytes from outside until they are opened. Sealed, it is the compressed body (RFC 8878),
/// encrypted; the manifest that its packer signed has its hash.
package struct SealedSegment: Hashable, Sendable {
    package let delta: DeltaID
    /// From 0.
    package let index: Int
    package let bytes: [UInt8]

    package init(delta: DeltaID, index: Int, bytes: [UInt8]) {
        self.delta = delta
        self.index = index
        self.bytes = bytes
    }

    /// Compresses a body and encrypts it.
    ///
    /// - Parameters:
    ///   - salt: random, for this segment alone.
    ///   - isOnly: the delta has no other: it is worth some milliseconds.
    package static func seal(
        _ body: [UInt8], collection: String, epoch: EpochID, salt: Nonce, isOnly: Bool = false, by sealing: any Sealing
    ) throws -> [UInt8] {
        try sealing.seal(Compression.compress(body, takingTime: isOnly), collection: collection, epoch: epoch, salt: salt)
    }

    /// What the manifest says of this segment, whose bytes are those that it names: all that can be known without the key.
    ///
    /// - Throws: `malformed` for an index that the manifest has not; `damaged`.
    @discardableResult
    package func checked(against manifest: Manifest) throws -> Manifest.Segment {
        guard manifest.segments.indices.contains(index) else { throw WireError(.malformed, in: "segment") }
        let part = manifest.segments[index]
        guard bytes.count == part.sealedByteCount, Digest.sha256(bytes) == part.digest else {
            throw WireError(.damaged, in: "segment")
        }
        return part
    }

    /// Checks the segment against its manifest, decrypts and decompresses it, within the size that the manifest declares.
    ///
    /// - Throws: `damaged` when the bytes are not those the manifest names; `noKey`; `malformed` when they are but were
    ///   not sealed under that key or are not one zstd frame of the body.
    package func opened(of manifest: Manifest, by sealing: any Sealing) throws -> OpenedSegment {
        let part = try checked(against: manifest)
        // A bomb is stopped twice: by the declared size's limit, and by a buffer no larger than it.
        guard part.bodyByteCount <= Limits.segmentByteCount else { throw WireError(.tooLarge, in: "segment") }
        let bytes = try sealing.open(bytes, collection: manifest.collection, epoch: manifest.epoch)
        guard let body = Compression.decompress(bytes, byteCount: part.bodyByteCount) else { throw WireError(.malformed, in: "segment") }
        return OpenedSegment(index: index, changeCount: part.changeCount, body: body)
    }
}

/// A segment whose bytes are those that its manifest names. Only this can be merged.
package struct OpenedSegment: Sendable {
    package let index: Int
    package let changeCount: Int
    package let body: [UInt8]

    fileprivate init(index: Int, changeCount: Int, body: [UInt8]) {
        self.index = index
        self.changeCount = changeCount
        self.body = body
    }
}

/// zstd (RFC 8878), of segments and of the roster.
enum Compression {
    /// 3 compresses at hundreds of megabytes a second and comes within a tenth of the size of level 9 on contacts.
    private static let level: Int32 = 3

    /// Of what is compressed once: as much as some tens of milliseconds bring on a slow laptop.
    private static func level(takingTimeFor byteCount: Int) -> Int32 {
        switch byteCount {
        case ...(64 << 10): 17
        case ...(256 << 10): 12
        case ...(2 << 20): 9
        default: level
        }
    }

    static func compress(_ body: [UInt8], takingTime: Bool) -> [UInt8] {
        let level = takingTime ? level(takingTimeFor: body.count) : level
        return compressors.lending { context in
            [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(body.count)) { buffer, count in
                count = ZSTD_compressCCtx(context, buffer.baseAddress, buffer.count, body, body.count, level)
                precondition(ZSTD_isError(count) == 0, "zstd refused a buffer of the size it asked for")
            }
        }
    }

    /// - Parameter byteCount: what must come of it, and the memory that is taken; within its limit.
    /// - Returns: nil for bytes that are not one frame that says so much, or do not decompress to exactly that.
    static func decompress(_ bytes: [UInt8], byteCount: Int) -> [UInt8]? {
        guard ZstdFrame.isSound(bytes, contentByteCount: byteCount) else { return nil }
        var decompressed = 0
        let body = decompressors.lending { context in
            [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
                decompressed = ZSTD_decompressDCtx(context, buffer.baseAddress, buffer.count, bytes, bytes.count)
                count = ZSTD_isError(decompressed) == 0 ? decompressed : 0
            }
        }
        return ZSTD_isError(decompressed) == 0 && body.count == byteCount ? body : nil
    }
}

/// zstd's contexts, made once and lent out. Making one asks the processor for its features, which on a virtual machine
/// takes longer than compressing a small segment.
private final class ContextPool: Sendable {
    /// Used by one borrower at a time.
    private struct Context: @unchecked Sendable { let pointer: OpaquePointer? }

    private let idle = Mutex<[Context]>([])
    private let make: @Sendable () -> OpaquePointer?

    init(make: @escaping @Sendable () -> OpaquePointer?) { self.make = make }

    func lending<Result>(_ use: (OpaquePointer?) -> Result) -> Result {
        let context = idle.withLock { $0.popLast() } ?? Context(pointer: make())
        defer { idle.withLock { $0.append(context) } }
        return use(context.pointer)
    }
}

private let compressors = ContextPool { ZSTD_createCCtx() }
private let decompressors = ContextPool { ZSTD_createDCtx() }
