import CRDT
import Crypto
import Foundation
import Wire

/// Long secrets: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
/// Nonce-Reuse Misuse-Resistance", 2015), as in the payload of age files, over ChaCha20-Poly1305 (RFC 8439); see Docs/Engine.md, "Sources".
///
/// Layout: 16 bytes of salt, 32 bytes of key commitment, then chunks. A chunk is 64 KiB of plaintext, the last one what is
/// left, and its tag. The nonce of a chunk is its index, 11 bytes, big-endian, then 1 for the last chunk and 0 for others.
///
/// - Each stream has a key of its own, from a random salt: no nonce is counted across streams, for disks get cloned.
/// - There is always a last chunk. It is empty only when the whole plaintext is.
/// - Order, number and end of the chunks are in the nonces: one that is moved, doubled, dropped or cut off does not open.
/// - The commitment is checked before anything is opened: ChaCha20-Poly1305 alone lets one ciphertext open under two keys.
package enum SealedStream {
    /// Plaintext bytes of every chunk but the last.
    package static let chunkByteCount = 1 << 16
    package static let tagByteCount = 16
    /// Salt and commitment.
    package static let headByteCount = 48
    /// The shortest stream: of nothing.
    package static let overheadByteCount = headByteCount + tagByteCount

    static let sealedChunkByteCount = chunkByteCount + tagByteCount

    /// What a plaintext of so many bytes has when sealed: 48 more, and 16 for each started chunk.
    package static func sealedByteCount(_ plaintextByteCount: Int) -> Int {
        headByteCount + plaintextByteCount + tagByteCount * max(1, (plaintextByteCount + chunkByteCount - 1) / chunkByteCount)
    }

    /// - Parameters:
    ///   - info: the purpose, and what the stream is bound to; the opener must give the same.
    ///   - salt: random, for this stream alone.
    package static func seal(_ plaintext: [UInt8], under key: EpochKey, info: [UInt8], salt: Nonce) throws -> [UInt8] {
        let keys = StreamKeys(of: key, info: info, salt: salt.bytes)
        let total = sealedByteCount(plaintext.count)
        return try [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            let out = UnsafeMutableRawBufferPointer(buffer)
            out.copyBytes(from: keys.head)
            var (from, to, index) = (0, headByteCount, 0 as UInt64)
            repeat {
                let end = min(from + chunkByteCount, plaintext.count)
                let box = try keys.seal(plaintext[from..<end], at: index, isLast: end == plaintext.count)
                box.combined.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: out[to...]).copyMemory(from: $0.sealed)
                }
                to += end - from + tagByteCount
                from = end
                index += 1
            } while from < plaintext.count
            count = to
        }
    }

    /// - Throws: `WireError`, at the offset of the chunk: `damaged` when a chunk was changed, or the stream is of another key or
    ///   purpose; `truncated` and `trailing` when it ends too early or goes on; `malformed` for an empty last chunk too many.
    package static func open(_ sealed: [UInt8], under key: EpochKey, info: [UInt8]) throws -> [UInt8] {
        let reader = try SealedStreamReader(head: sealed.prefix(headByteCount), under: key, info: info)
        guard sealed.count >= overheadByteCount else { throw WireError(.truncated, in: place, at: sealed.count) }
        // Each chunk gives back at least its tag, so this is room enough and no more than what came.
        return try [UInt8](unsafeUninitializedCapacity: sealed.count - overheadByteCount) { buffer, count in
            let out = UnsafeMutableRawBufferPointer(buffer)
            var (index, isLast) = (0, false)
            while let range = extent(ofChunk: index, in: sealed.count) {
                guard !isLast else { throw WireError(.trailing, in: place, at: range.lowerBound) }
                let (chunk, last) = try reader.opened(sealed[range], at: index, likelyLast: range.upperBound == sealed.count)
                chunk.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: out[count...]).copyMemory(from: $0) }
                count += chunk.count
                isLast = last
                index += 1
            }
            guard isLast else { throw WireError(.truncated, in: place, at: sealed.count) }
        }
    }

    /// Where the chunk with this index, from 0, stands in a stream of `byteCount` bytes, its head included; nil beyond its end.
    package static func extent(ofChunk index: Int, in byteCount: Int) -> Range<Int>? {
        guard byteCount > headByteCount, 0...(byteCount - headByteCount - 1) / sealedChunkByteCount ~= index else { return nil }
        let start = headByteCount + index * sealedChunkByteCount
        return start..<min(start + sealedChunkByteCount, byteCount)
    }

    static let place = "sealed stream"
}

/// Seals a stream piece by piece: write `head`, then what each `append` returns, then what `finish` returns.
package struct SealedStreamWriter: Sendable {
    /// Salt and commitment, `SealedStream.headByteCount` bytes.
    package var head: [UInt8] { keys.head }

    private let keys: StreamKeys
    /// Less than a chunk, or a whole one, which may yet be the last.
    private var pending: [UInt8] = []
    private var index: UInt64 = 0
    private var isFinished = false

    /// As for `SealedStream.seal`.
    package init(under key: EpochKey, info: [UInt8], salt: Nonce) {
        keys = StreamKeys(of: key, info: info, salt: salt.bytes)
    }

    /// The chunks that are full and surely not the last, sealed; usually none.
    package mutating func append(_ plaintext: some Collection<UInt8>) throws -> [UInt8] {
        precondition(!isFinished, "a stream has one end")
        var out: [UInt8] = []
        var rest = plaintext[...]
        while pending.count + rest.count > SealedStream.chunkByteCount {
            let part = rest.prefix(SealedStream.chunkByteCount - pending.count)
            pending.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            try sealPending(isLast: false, into: &out)
        }
        pending.append(contentsOf: rest)
        return out
    }

    /// The last chunk, sealed.
    package mutating func finish() throws -> [UInt8] {
        precondition(!isFinished, "a stream has one end")
        isFinished = true
        var out: [UInt8] = []
        try sealPending(isLast: true, into: &out)
        return out
    }

    private mutating func sealPending(isLast: Bool, into out: inout [UInt8]) throws {
        let box = try keys.seal(pending[...], at: index, isLast: isLast)
        box.combined.withUnsafeBytes { out.append(contentsOf: $0.sealed) }
        pending.removeAll(keepingCapacity: true)
        index += 1
    }
}

/// Opens the chunks of a stream, each on its own and in any order: what stands behind a damaged chunk can still be read.
///
/// Only a last chunk says that the stream is whole. `SealedStream.extent` tells where chunks stand.
package struct SealedStreamReader: Sendable {
    private let keys: StreamKeys

    /// Checks the commitment.
    ///
    /// - Parameter head: the first `SealedStream.headByteCount` bytes.
    /// - Throws: `WireError.truncated`; `.damaged` when the stream is of another key or purpose, or its head was changed.
    package init(head: some Collection<UInt8>, under key: EpochKey, info: [UInt8]) throws {
        guard head.count == SealedStream.headByteCount else { throw WireError(.truncated, in: SealedStream.place, at: 0) }
        keys = StreamKeys(of: key, info: info, salt: Array(head.prefix(16)))
        guard keys.head.elementsEqual(head) else { throw WireError(.damaged, in: SealedStream.place, at: 0) }
    }

    /// - Parameters:
    ///   - chunk: the bytes of one chunk, its tag included: all that `SealedStream.extent` gives.
    ///   - index: from 0.
    /// - Throws: `WireError.damaged`, `.truncated` or `.malformed`, at the chunk's offset in the stream.
    package func open(_ chunk: [UInt8], at index: Int) throws -> (plaintext: [UInt8], isLast: Bool) {
        let (plaintext, isLast) = try opened(chunk[...], at: index, likelyLast: false)
        return (Array(plaintext), isLast)
    }

    /// - Parameter likelyLast: which of the two a full chunk is tried as first: trying costs as much as opening.
    fileprivate func opened(
        _ chunk: ArraySlice<UInt8>, at index: Int, likelyLast: Bool
    ) throws -> (plaintext: Data, isLast: Bool) {
        func failure(_ code: WireError.Code) -> WireError {
            WireError(code, in: SealedStream.place, at: SealedStream.headByteCount + index * SealedStream.sealedChunkByteCount)
        }
        guard chunk.count >= SealedStream.tagByteCount else { throw failure(.truncated) }
        guard chunk.count <= SealedStream.sealedChunkByteCount else { throw failure(.malformed) }
        // Only a last chunk may be short.
        let isFull = chunk.count == SealedStream.sealedChunkByteCount
        for isLast in isFull ? [likelyLast, !likelyLast] : [true] {
            guard let plaintext = keys.open(chunk, at: UInt64(index), isLast: isLast) else { continue }
            guard !plaintext.isEmpty || index == 0 else { throw failure(.malformed) }
            return (plaintext, isLast)
        }
        throw failure(.damaged)
    }
}

/// The key of one stream, and the head that commits to it.
private struct StreamKeys: Sendable {
    /// Salt, commitment.
    let head: [UInt8]
    private let key: SymmetricKey

    /// 64 bytes of HKDF-SHA256: the key and the commitment. Who finds two epoch keys with one commitment has found a collision
    /// of HMAC-SHA256.
    init(of epochKey: EpochKey, info: [UInt8], salt: [UInt8]) {
        (key, head) = epochKey.derived(salt: salt, info: info, byteCount: 64).withUnsafeBytes {
            (SymmetricKey(data: $0.prefix(32)), salt + $0.suffix(32))
        }
    }

    private func nonce(_ index: UInt64, isLast: Bool) throws -> ChaChaPoly.Nonce {
        // 11 bytes of index, of which the first 3 are always 0.
        var bytes: [UInt8] = [0, 0, 0]
        withUnsafeBytes(of: index.bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(isLast ? 1 : 0)
        return try ChaChaPoly.Nonce(data: bytes)
    }

    func seal(_ plaintext: ArraySlice<UInt8>, at index: UInt64, isLast: Bool) throws -> ChaChaPoly.SealedBox {
        try ChaChaPoly.seal(plaintext, using: key, nonce: nonce(index, isLast: isLast))
    }

    func open(_ chunk: ArraySlice<UInt8>, at index: UInt64, isLast: Bool) -> Data? {
        guard
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce(index, isLast: isLast), ciphertext: chunk.dropLast(SealedStream.tagByteCount),
                tag: chunk.suffix(SealedStream.tagByteCount))
        else { return nil }
        return try? ChaChaPoly.open(box, using: key)
    }
}

extension UnsafeRawBufferPointer {
    /// Of a sealed box: ciphertext and tag, without the 12 bytes of nonce before them.
    fileprivate var sealed: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: dropFirst(12)) }
}
