import CRDT
import Crypto

/// SHA-256 (FIPS 180-4), whole or cut to the length that a structure needs.
package enum Digest {
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256(parts: [bytes]) }

    /// Of all parts one after another.
    package static func sha256(parts: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for part in parts { part.withUnsafeBytes { hash.update(bufferPointer: $0) } }
        return Array(hash.finalize())
    }

    /// The first 16 bytes: names deltas and knowledge.
    package static func name(_ bytes: [UInt8]) -> Nonce { Nonce(bytes: sha256(bytes).prefix(16))! }

    /// Names the knowledge of all collections: `name` of, ascending by the bytes of its name, each collection's name and
    /// its knowledge's name, their count first. Who has other collections has another digest.
    package static func ofKnowledge(_ knowledge: [String: Knowledge]) -> Nonce {
        var out = ByteWriter()
        out.number(knowledge.count)
        for (collection, held) in knowledge.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            out.text(collection)
            out.nonce(held.name)
        }
        return name(out.bytes)
    }
}
