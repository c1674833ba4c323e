import CRDT
import Crypto
import Wire

/// Makes the ids of imported rows: the same row of the same file gets the same id on every laptop of the space, so two
/// people who import one list offline end with the same rows; and whoever sees an id learns nothing, for lack of the secret.
///
/// HMAC-SHA256 (RFC 2104) under the space's import secret over the parts, each with its byte count before it, cut to 16 bytes.
package struct ImportIdentity: Sendable {
    private let key: SymmetricKey

    package init(space: SpaceIdentity) { key = SymmetricKey(data: space.importSecret) }

    /// 32 lower-case hexadecimal digits.
    package func id(_ parts: [String]) -> String {
        var out = ByteWriter()
        for part in parts { out.text(part) }
        let code = HMAC<SHA256>.authenticationCode(for: out.bytes, using: key)
        return Nonce(bytes: Array(code).prefix(16))!.description
    }
}
