import CZstd

/// What a segment's content, or a list of statements, must be before it is decompressed: one zstd frame and nothing else (RFC 8878, section 3.1).
///
/// zstd's own call takes several frames one after another, frames to be skipped, and frames that do not say how much comes of
/// them. Each would be a second encoding of the same body, and room for what nobody looks at.
enum ZstdFrame {
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// Whether `bytes` are one frame that says that it holds `contentByteCount` bytes, needs no dictionary, looks back no
    /// further than a body may be long, and ends where they end.
    static func isSound(_ bytes: [UInt8], contentByteCount: Int) -> Bool {
        guard bytes.count > 5, bytes.starts(with: magic) else { return false }
        let descriptor = bytes[4]
        let isSingleSegment = descriptor & 0x20 != 0
        // The reserved bit, and a dictionary's id.
        guard descriptor & 0x08 == 0, descriptor & 0x03 == 0 else { return false }
        if !isSingleSegment {
            let (exponent, mantissa) = (UInt64(bytes[5] >> 3), UInt64(bytes[5] & 7))
            let base = UInt64(1) << (10 + exponent)
            guard base + base / 8 * mantissa <= UInt64(Limits.segmentByteCount) else { return false }
        }
        // Unknown and unreadable are the greatest two numbers.
        return ZSTD_getFrameContentSize(bytes, bytes.count) == UInt64(contentByteCount)
            && ZSTD_findFrameCompressedSize(bytes, bytes.count) == bytes.count
    }
}
