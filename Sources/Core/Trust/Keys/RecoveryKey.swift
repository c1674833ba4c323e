import Crypto
import Wire

/// The keys of a pseudo-device on paper, with which a space that has lost its coordinators admits a new one: 32 random bytes,
/// written as 24 words.
///
/// The words are those of BIP-39: the 256 bits and then the first 8 bits of their SHA-256, cut into 24 numbers of 11 bits, the
/// most significant first; each is the index of a word in the English list. Only the coding is BIP-39's: the keys are derived
/// from the bytes, not from the text.
package struct RecoveryKey: Hashable, Sendable {
    package static let byteCount = 32
    package static let wordCount = 24

    /// What is wrong with words.
    package enum Fault: Error, Hashable, Sendable {
        /// Not 24.
        case count(found: Int)
        /// Not in the list; which, from 1.
        case unknownWord(Int)
        /// All are in the list, and yet they do not belong together: one is another's, or two have changed places. (One mistake in 256
        /// goes unnoticed here; such a key is then not in the roster.)
        case checksum
    }

    package let entropy: [UInt8]

    /// - Parameter entropy: 32 random bytes; nil for another number.
    package init?(entropy: some Collection<UInt8>) {
        guard entropy.count == RecoveryKey.byteCount else { return nil }
        self.entropy = Array(entropy)
    }

    package var words: [String] {
        let bits = (entropy + [RecoveryKey.check(entropy)]).flatMap { byte in (0..<8).map { Int(byte >> (7 - $0) & 1) } }
        return (0..<RecoveryKey.wordCount).map { word in
            WordList.english[bits[word * 11..<(word + 1) * 11].reduce(0) { $0 << 1 | $1 }]
        }
    }

    /// Reads words as people type them: in any case, with anything but letters between them (numbers, say), and no more of a word
    /// than its first four letters.
    package init(words text: some StringProtocol) throws(Fault) {
        let typed = text.split { !$0.isLetter }.map { $0.lowercased() }
        var indices: [Int] = []
        for word in typed.prefix(RecoveryKey.wordCount) {
            guard let index = RecoveryKey.index(of: word) else { throw .unknownWord(indices.count + 1) }
            indices.append(index)
        }
        guard typed.count == RecoveryKey.wordCount else { throw .count(found: typed.count) }
        let bits = indices.flatMap { index in (0..<11).map { UInt8(index >> (10 - $0) & 1) } }
        let bytes = stride(from: 0, to: bits.count, by: 8).map { bits[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 } }
        entropy = Array(bytes.prefix(RecoveryKey.byteCount))
        guard RecoveryKey.check(entropy) == bytes.last else { throw .checksum }
    }

    /// The pseudo-device's keys: HKDF-SHA256 of the entropy.
    package var keys: DeviceKeys {
        let secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: entropy), info: Array("kith recovery 1".utf8), outputByteCount: 64)
        return secret.withUnsafeBytes { DeviceKeys(secret: $0)! }
    }

    // MARK: Parts

    private static func check(_ entropy: [UInt8]) -> UInt8 { Digest.sha256(entropy)[0] }

    /// Where each word stands, by its first four letters.
    private static let indices = Dictionary(uniqueKeysWithValues: WordList.english.enumerated().map { ($1.prefix(4), $0) })

    private static func index(of word: String) -> Int? {
        guard let index = indices[word.prefix(4)], WordList.english[index].hasPrefix(word) else { return nil }
        return index
    }
}
