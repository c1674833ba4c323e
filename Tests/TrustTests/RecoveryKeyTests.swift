import Testing
import Trust
import Wire

@Suite struct RecoveryKeyTests {
    private let key = RecoveryKey(entropy: patterned(32))

    private func fault(_ words: [String]) -> RecoveryKey.Fault? {
        do {
            _ = try RecoveryKey(words: words.joined(separator: " "))
            return nil
        } catch {
            return error
        }
    }

    /// BIP-39's own vectors.
    @Test func wordsAreThoseOfBIP39() throws {
        let round = "legal winner thank year wave sausage worth useful "
        let letter = "letter advice cage absurd amount doctor acoustic avoid "
        let vectors: [(UInt8, String)] = [
            (0x00, String(repeating: "abandon ", count: 23) + "art"),
            (0x7F, round + round + "legal winner thank year wave sausage worth title"),
            (0x80, letter + letter + "letter advice cage absurd amount doctor acoustic bless"),
            (0xFF, String(repeating: "zoo ", count: 23) + "vote"),
        ]
        for (byte, words) in vectors {
            let key = try #require(RecoveryKey(entropy: Array(repeating: byte, count: 32)))
            #expect(key.words.joined(separator: " ") == words)
            #expect(try RecoveryKey(words: words) == key)
        }
    }

    @Test func wordsGiveTheSameKeysBack() throws {
        for seed in 1...50 as ClosedRange<UInt64> {
            let key = try #require(RecoveryKey(entropy: patterned(32, seed: seed)))
            let found = try RecoveryKey(words: key.words.joined(separator: "\n"))
            #expect(found == key)
            #expect(found.keys.secret == key.keys.secret)
        }
        let key = try #require(key)
        #expect(key.keys.secret != RecoveryKey(entropy: patterned(32, seed: 2))?.keys.secret)
        #expect(RecoveryKey(entropy: patterned(31)) == nil)
    }

    @Test func readingForgivesWhatPeopleDo() throws {
        let key = try #require(key)
        let short = key.words.map { $0.prefix(4).uppercased() }
        #expect(try RecoveryKey(words: "  " + short.joined(separator: "  \n") + " ") == key)
        let numbered = key.words.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: ",\n")
        #expect(try RecoveryKey(words: numbered) == key)
    }

    @Test func mistakesAreNamed() throws {
        let words = try #require(key).words
        #expect(fault([]) == .count(found: 0))
        #expect(fault(words.dropLast()) == .count(found: 23))
        #expect(fault(words + ["zoo"]) == .count(found: 25))
        var wrong = words
        wrong[4] = "fiets"
        #expect(fault(wrong) == .unknownWord(5))
        wrong[4] = words[4] + "s"
        #expect(fault(wrong) == .unknownWord(5), "more than the word")
        wrong = words
        wrong.swapAt(2, 9)
        #expect(fault(wrong) == .checksum)
    }

    /// Eight bits of checksum: honestly not all.
    @Test func mostWrongWordsAreFound() throws {
        let words = try #require(key).words
        let others = ["zoo", "abandon", "legal", "winner", "letter", "advice", "vote", "art"]
        var (found, tried) = (0, 0)
        for position in words.indices {
            for other in others where other != words[position] {
                var wrong = words
                wrong[position] = other
                tried += 1
                if fault(wrong) == .checksum { found += 1 }
            }
        }
        #expect(found >= tried - 4, "\(tried - found) of \(tried) unseen")
    }
}
