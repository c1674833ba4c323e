import CRDT
import Simulator

/// Somebody who writes in one text and meets others.
struct TextLaptop {
    let writer: WriterOrdinal
    private(set) var sequence: UInt32 = 0
    var closed: [WriterOrdinal: UInt32] = [:]
    var text: Text

    static let names = Dictionary(uniqueKeysWithValues: (1...9).map { (WriterOrdinal($0), WriterID(high: 0, low: UInt64($0))) })

    init(_ number: UInt32) {
        writer = WriterOrdinal(number)
        text = Text(names: TextLaptop.names)
    }

    var context: Context { Context(closed.map { .init($0.key, $0.value) }) }
    var next: Dot { Dot(writer, sequence + 1) }
    var shown: String { text.shown }

    private mutating func count() {
        sequence += 1
        closed[writer] = sequence
    }

    @discardableResult mutating func write(_ new: String) throws -> TextChange? {
        guard let change = try text.write(Array(new.unicodeScalars), as: next, seeing: context) else { return nil }
        count()
        return change
    }

    /// Makes the column NULL.
    mutating func empty() throws {
        try text.write(value: nil, as: next, seeing: context)
        count()
    }

    @discardableResult mutating func settle(_ overlap: TextOverlap, as words: String) throws -> TextChange {
        let change = try text.settle(overlap.positions, as: Array(words.unicodeScalars), dot: next, seeing: context)
        count()
        return change
    }

    @discardableResult mutating func collapse() throws -> TextChange? {
        guard let change = text.generation(as: next, seeing: context, name: TextLaptop.name) else { return nil }
        try text.take([change])
        count()
        return change
    }

    mutating func receive(_ other: TextLaptop) throws {
        var base = VersionVector()
        for (writer, last) in closed { base[writer] = min(last, other.closed[writer] ?? 0) }
        try text.take(other.text.changes(beyond: base))
        for (writer, last) in other.closed { closed[writer] = max(closed[writer] ?? 0, last) }
    }

    /// Both hold the same afterwards.
    static func meet(_ a: inout TextLaptop, _ b: inout TextLaptop) throws {
        try a.receive(b)
        try b.receive(a)
    }

    /// Not a hash that nobody can aim at, but one for tests.
    static func name(_ text: [Unicode.Scalar]) -> Nonce {
        var (high, low): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 1)
        for scalar in text {
            high = (high ^ UInt64(scalar.value)) &* 0x0000_0100_0000_01B3
            low = low &* 31 &+ UInt64(scalar.value)
        }
        return Nonce(high: high, low: low)
    }
}

/// Sentences in several kinds of writing, and edits of them as people make them.
enum TextDrawing {
    static let sentences = [
        "Anna komt morgen om tien uur langs met de boodschappen.",
        "De sleutel ligt bij mevrouw El Amrani, zij is 's ochtends thuis.\nBel eerst even (06-12345678).",
        "The garden opens at 9.30, bring gloves; tea is on us!",
        "Yarın saat onda çay içmeye gelecek misiniz?",
        "ستأتي فاطمة غدا صباحا، مع الأطفال.",
        "Feest 👨‍👩‍👧 op 5 mei 🎉🏽 in het cafe\u{301} van Zoe\u{308}",
    ]
    static let new = ["vrijdag", "pas", "twaalf", "niet", "late", "yarım", "اليوم", "🎊", "cafe\u{301}s", "café", "12.30", "zo'n", "A"]

    /// A text as somebody leaves it who changed a few things: words, marks, line ends, the first word.
    static func edited(_ text: String, _ random: inout SplitMix64) -> String {
        // By scalars: Swift's characters take a space with an accent after it for one.
        var words = text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        for _ in 0..<[1, 1, 1, 2, 3][Int.random(in: 0..<5, using: &random)] {
            let place = Int.random(in: 0..<words.count, using: &random)
            let word = new[Int.random(in: 0..<new.count, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3: words[place] = word
            case 3..<6: words.insert(word, at: Int.random(in: 0...words.count, using: &random))
            case 6, 7:
                words.removeSubrange(place..<min(words.count, place + [1, 1, 2, 4][Int.random(in: 0..<4, using: &random)]))
                if words.isEmpty { words = [""] }
            case 8: words[place] += [".", ",", "!", " (\(word))", "\n"][Int.random(in: 0..<5, using: &random)]
            default: words[0] = word
            }
        }
        return words.joined(separator: " ")
    }

    static func sentence(_ random: inout SplitMix64) -> String { sentences[Int.random(in: 0..<sentences.count, using: &random)] }
}

/// Strings to the scalar: `==` on them takes composed and decomposed letters for equal.
func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }
