import Trust
import Wire

/// The frames of a bundle, read by position through its envelope: what is behind a position is opened chunk by chunk.
///
/// Invariant: holds one opened chunk. What a position beyond the first chunk gives is only known to be all there is when the
/// last chunk has been opened; `byteCount` is what the file's length says until then.
final class SealedFile: BundleFrames {
    /// Of the opened frames.
    let byteCount: Int
    /// Of the file.
    var fileByteCount: Int { file.byteCount }

    private let file: FileBytes
    private let reader: SealedStreamReader
    /// Where the stream begins in the file.
    private let start: Int
    /// Gives zeros for a chunk that does not open, so that what stands behind it is still found.
    private let passesOverDamage: Bool
    private var current: (index: Int, bytes: [UInt8], opens: Bool)?

    /// - Parameter key: opens the envelope.
    /// - Throws: `truncated`, `newerFormat`, `notKith` for what does not begin as a bundle; `noKey`; `BundleFileError`.
    init(_ file: FileBytes, passingOverDamage: Bool = false, key: (BundleEnvelope) throws -> EpochKey?) throws {
        let envelope = try SealedFile.envelope(file)
        guard let key = try key(envelope) else { throw WireError(.noKey, in: "bundle") }
        self.file = file
        self.passesOverDamage = passingOverDamage
        start = Bundle.magic.count + envelope.byteCount
        let sealedByteCount = file.byteCount - start
        let head = try file.read(at: start, count: SealedStream.headByteCount)
        reader = try SealedFile.placed(at: start) { try SealedStreamReader(head: head, under: key, info: envelope.streamInfo) }
        guard sealedByteCount >= SealedStream.overheadByteCount else { throw WireError(.truncated, in: "bundle", at: file.byteCount) }
        let chunkCount = (sealedByteCount - SealedStream.headByteCount + SealedFile.sealedChunkByteCount - 1)
            / SealedFile.sealedChunkByteCount
        byteCount = sealedByteCount - SealedStream.headByteCount - chunkCount * SealedStream.tagByteCount
    }

    private static let sealedChunkByteCount = SealedStream.chunkByteCount + SealedStream.tagByteCount

    /// What stands in the clear at a bundle's head.
    static func envelope(_ file: FileBytes) throws -> BundleEnvelope {
        let start = try readMagic(file)
        let bytes = try file.read(at: start, count: BundleEnvelope.maximumByteCount)
        return try placed(at: start) { try BundleEnvelope(parsing: bytes) }
    }

    /// - Throws: `truncated` for an empty file or one that stops within the magic line; `newerFormat`; `notKith`.
    private static func readMagic(_ file: FileBytes) throws -> Int {
        let magic = Bundle.magic
        let found = try file.read(at: 0, count: magic.count)
        if found == magic { return magic.count }
        if found.starts(with: PublicHead.magic.dropLast(2)) { throw WireError(.published, in: "magic line", at: 0) }
        if found.elementsEqual(magic.prefix(found.count)) { throw WireError(.truncated, in: "magic line", at: found.count) }
        // The same words with another number: "KITH BUNDLE ", digits, end of line.
        let words = magic.prefix(magic.count - 2)
        let number = found.dropFirst(words.count).prefix { $0 != UInt8(ascii: "\n") }
        let isNewer = found.starts(with: words) && !number.isEmpty
            && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        throw WireError(isNewer ? .newerFormat : .notKith, in: "magic line", at: 0)
    }

    /// Names the place in the file, whichever structure counts from its own beginning.
    private static func placed<Result>(at start: Int, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as WireError {
            throw WireError(error.code, in: "bundle", at: error.offset.map { $0 + start })
        }
    }

    /// Bytes of the frames at a position; fewer only at their end.
    func read(at position: Int, count: Int) throws -> [UInt8] {
        let count = max(0, min(count, byteCount - position))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let at = position + bytes.count
            let chunk = try chunk(at / SealedStream.chunkByteCount)
            let offset = at % SealedStream.chunkByteCount
            bytes.append(contentsOf: chunk[offset..<min(chunk.count, offset + count - bytes.count)])
        }
        return bytes
    }

    /// The bytes from a position to the end of its chunk, nil when the chunk does not open; and where the next one begins.
    func chunk(from position: Int) throws -> (bytes: ArraySlice<UInt8>?, end: Int) {
        let index = position / SealedStream.chunkByteCount
        let bytes = try chunk(index)
        let end = min((index + 1) * SealedStream.chunkByteCount, byteCount)
        return (current?.opens == true ? bytes.dropFirst(position % SealedStream.chunkByteCount) : nil, end)
    }

    private func chunk(_ index: Int) throws -> [UInt8] {
        if let current, current.index == index { return current.bytes }
        guard let range = SealedStream.extent(ofChunk: index, in: file.byteCount - start) else {
            throw WireError(.truncated, in: "bundle", at: file.byteCount)
        }
        let sealed = try file.read(at: start + range.lowerBound, count: range.count)
        var bytes = [UInt8](repeating: 0, count: range.count - SealedStream.tagByteCount)
        var opens = false
        do {
            let (opened, isLast) = try SealedFile.placed(at: start) { try reader.open(sealed, at: index) }
            let endsHere = start + range.upperBound == file.byteCount
            if !passesOverDamage, isLast != endsHere {
                throw WireError(isLast ? .trailing : .truncated, in: "bundle", at: start + range.upperBound)
            }
            bytes = opened
            opens = true
        } catch let error as WireError {
            guard passesOverDamage else { throw truncation(error, in: range) }
        }
        current = (index, bytes, opens)
        return bytes
    }

    /// The last chunk of a file that was cut does not open: the end is missing rather than damaged.
    private func truncation(_ error: WireError, in range: Range<Int>) -> WireError {
        let isShortLast = start + range.upperBound == file.byteCount && range.count < SealedFile.sealedChunkByteCount
        return isShortLast && error.code == .damaged ? WireError(.damaged, in: "the last part of the bundle", at: error.offset) : error
    }

    /// - Throws: `changedWhileRead`.
    func checkUnchanged() throws { try file.checkUnchanged() }
}
