/// A set of small numbers: statements by their place, devices by theirs. Numbers are only ever put in, so that equal sets
/// have equal words.
struct BitSet: Hashable, Sendable {
    private var words: [UInt64] = []

    @inline(__always) func contains(_ number: Int) -> Bool {
        let word = number >> 6
        return word < words.count && words[word] & (1 << UInt64(number & 63)) != 0
    }

    mutating func insert(_ number: Int) {
        let word = number >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        words[word] |= 1 << UInt64(number & 63)
    }

    mutating func formUnion(_ other: BitSet) {
        if words.isEmpty { return words = other.words }
        if other.words.count > words.count { words.append(contentsOf: repeatElement(0, count: other.words.count - words.count)) }
        for index in other.words.indices { words[index] |= other.words[index] }
    }

    func isSubset(of other: BitSet) -> Bool {
        words.indices.allSatisfy { index in words[index] & ~(index < other.words.count ? other.words[index] : 0) == 0 }
    }

    /// Ascending.
    var numbers: [Int] {
        var found: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                found.append(index << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return found
    }
}
