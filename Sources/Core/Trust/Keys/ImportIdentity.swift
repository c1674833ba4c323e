import Crypto
import Wire

/// Makes the ids of imported rows: the same row of the same file gets the same id on every laptop of the space, so two
/// people who import one list offline end with the same rows; and whoever sees an id learns nothing, for lack of the secret.
///
/// HMAC-SHA256 (RFC 2104) under the space's import secret over the parts, each with its byte count before it, cut to 16 bytes. A
/// list asks for several ids a line, so what the secret alone gives is worked out once: both hashes begun, ready to go on.
package struct ImportIdentity: Sendable {
    private let inner: SHA256
    private let outer: SHA256

    package init(space: SpaceIdentity) {
        let blockByteCount = SHA256.blockByteCount
        var key = space.importSecret.count > blockByteCount ? Array(SHA256.hash(data: space.importSecret)) : Array(space.importSecret)
        key += [UInt8](repeating: 0, count: blockByteCount - key.count)
        var inner = SHA256(), outer = SHA256()
        inner.update(data: key.map { $0 ^ 0x36 })
        outer.update(data: key.map { $0 ^ 0x5C })
        (self.inner, self.outer) = (inner, outer)
    }

    /// 32 lower-case hexadecimal digits.
    package func id(_ parts: [String]) -> String {
        var out = ByteWriter()
        for part in parts { out.text(part) }
        var inner = inner, outer = outer
        out.bytes.withUnsafeBytes { inner.update(bufferPointer: $0) }
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { code in
            String(unsafeUninitializedCapacity: 32) { digits in
                func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
                for (index, byte) in code.prefix(16).enumerated() {
                    digits[2 * index] = digit(byte >> 4)
                    digits[2 * index + 1] = digit(byte & 15)
                }
                return 32
            }
        }
    }
}
