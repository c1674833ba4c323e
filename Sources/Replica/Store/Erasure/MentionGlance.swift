/// Whether a text can name a person at all, by one look that copies nothing: of hundreds of thousands of texts nearly all cannot.
struct MentionGlance {
    /// By the first two folded bytes of a word, whether a name begins so.
    private var beginnings = [Bool](repeating: false, count: 1 << 16)
    /// Numbers, as numbers, by the power of ten above them: their lengths are the same or few.
    private var numbers: [(power: UInt64, digitCount: Int, values: Set<UInt64>)] = []

    /// - Parameters:
    ///   - words: folded, with a space before the first letter.
    ///   - numbers: digits, at most 18.
    init(words: [[UInt8]], numbers: [[UInt8]]) {
        for word in words where word.count > 2 { beginnings[Int(word[1]) << 8 | Int(word[2])] = true }
        for (count, numbers) in Dictionary(grouping: numbers, by: \.count) {
            let power = (0..<count).reduce(1 as UInt64) { power, _ in power * 10 }
            self.numbers.append((power, count, Set(numbers.map { $0.reduce(0) { $0 * 10 + UInt64($1 & 15) } })))
        }
    }

    /// What is not ASCII may: it is folded first.
    func mayName(_ text: UnsafeRawBufferPointer) -> Bool {
        var isInWord = false
        var digits: UInt64 = 0
        var digitCount = 0
        for (index, byte) in text.enumerated() {
            switch byte {
            case 0x80...: return true
            case 0x30...0x39:
                digits = (digits % 100_000_000_000_000_000) * 10 + UInt64(byte & 15)
                digitCount += 1
                for number in numbers where digitCount >= number.digitCount && number.values.contains(digits % number.power) { return true }
            case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F: break
            default: digitCount = 0
            }
            let small = MentionGlance.folded[Int(byte)]
            if !isInWord, small != 0x20 {
                let next = index + 1 < text.count ? text[index + 1] : 0x20
                if next >= 0x80 || beginnings[Int(small) << 8 | Int(MentionGlance.folded[Int(next)])] { return true }
            }
            isInWord = small != 0x20
        }
        return false
    }

    /// Of ASCII small letters and digits; a space for what parts words.
    private static let folded: [UInt8] = (0..<0x80 as Range<UInt8>).map { byte in
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case 0x61...0x7A, 0x30...0x39: byte
        default: 0x20
        }
    }
}
