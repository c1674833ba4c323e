/// How alike two short folded texts are: names, streets, numbers. All of it works on the bytes of folded text, so a letter
/// beyond ASCII counts as its two or three bytes.
///
/// Sources: L. Boytsov, "Indexing methods for approximate dictionary searching" (2011), for the distance; W. E. Winkler,
/// "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage" (1990). See
/// Docs/Engine.md, "Sources".
package enum TextLikeness {
    package typealias Text = ArraySlice<UInt8>

    /// Longer texts are compared by their beginnings: no name or street is longer.
    private static let comparedByteCount = 48

    /// How many letters are put in, left out, replaced or exchanged with their neighbour, each letter once (optimal string
    /// alignment); `limit + 1` for more than `limit`.
    package static func distance(_ a: Text, _ b: Text, limit: Int) -> Int {
        let a = a.prefix(comparedByteCount), b = b.prefix(comparedByteCount)
        guard a != b else { return 0 }
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        let width = b.count + 1
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { rows in
            // The row before last, the last and this one, in turn.
            for column in 0..<width { rows[width + column] = column }
            var before = 0, last = width, this = 2 * width
            for (i, x) in a.enumerated() {
                rows[this] = i + 1
                var least = i + 1
                for (j, y) in b.enumerated() {
                    var cost = min(rows[last + j + 1] + 1, rows[this + j] + 1, rows[last + j] + (x == y ? 0 : 1))
                    if i > 0, j > 0, x == b[b.startIndex + j - 1], a[a.startIndex + i - 1] == y {
                        cost = min(cost, rows[before + j - 1] + 1)
                    }
                    rows[this + j + 1] = cost
                    least = min(least, cost)
                }
                if least > limit { return limit + 1 }
                (before, last, this) = (last, this, before)
            }
            return min(rows[last + width - 1], limit + 1)
        }
    }

    /// From 0 (nothing alike) to 1 (the same); a common beginning of up to four letters counts more.
    package static func jaroWinkler(_ a: Text, _ b: Text) -> Double {
        let a = a.prefix(comparedByteCount), b = b.prefix(comparedByteCount)
        guard !a.isEmpty, !b.isEmpty else { return 0 }
        guard a != b else { return 1 }
        let window = max(0, max(a.count, b.count) / 2 - 1)
        var matchedA: UInt64 = 0, matchedB: UInt64 = 0
        var matches = 0
        for (i, x) in a.enumerated() {
            for j in max(0, i - window)..<max(max(0, i - window), min(b.count, i + window + 1))
            where matchedB & 1 << UInt64(j) == 0 && b[b.startIndex + j] == x {
                matchedA |= 1 << UInt64(i)
                matchedB |= 1 << UInt64(j)
                matches += 1
                break
            }
        }
        guard matches > 0 else { return 0 }
        var exchanged = 0
        var j = 0
        for (i, x) in a.enumerated() where matchedA & 1 << UInt64(i) != 0 {
            while matchedB & 1 << UInt64(j) == 0 { j += 1 }
            if b[b.startIndex + j] != x { exchanged += 1 }
            j += 1
        }
        let m = Double(matches)
        let jaro = (m / Double(a.count) + m / Double(b.count) + (m - Double(exchanged) / 2) / m) / 3
        let common = zip(a.prefix(4), b.prefix(4)).prefix { $0 == $1 }.count
        return jaro + Double(common) * 0.1 * (1 - jaro)
    }

    /// How one folded text stands to another.
    enum Nearness: Int {
        case same, near, alike, faint, different
    }

    /// nil when one of them is missing.
    static func nearness(_ a: Text, _ b: Text) -> Nearness? {
        guard !a.isEmpty, !b.isEmpty else { return nil }
        if a == b { return .same }
        let shorter = min(a.count, b.count)
        let distance = distance(a, b, limit: 3)
        if distance <= 1, shorter >= 3 { return .near }
        let likeness = jaroWinkler(a, b)
        if (distance <= 2 && shorter >= 5) || likeness >= 0.9 { return .alike }
        if (distance <= 3 && shorter >= 8) || likeness >= 0.86 || (shorter >= 2 && (a.starts(with: b) || b.starts(with: a))) {
            return .faint
        }
        return .different
    }

    /// Letters that sound alike as one digit, and the first letter: `jansen` and `janssen` are both `j525`. (Soundex, United
    /// States patents 1,261,167 and 1,435,663.)
    static func sound(_ text: Text) -> [UInt8] {
        guard let first = text.first else { return [] }
        var out = [first]
        var last = code(first)
        for byte in text.dropFirst() where out.count < 4 {
            let code = code(byte)
            if code != 0, code != last { out.append(UInt8(ascii: "0") + code) }
            last = code
        }
        return out
    }

    private static func code(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "p"), UInt8(ascii: "v"), UInt8(ascii: "w"): 1
        case UInt8(ascii: "c"), UInt8(ascii: "g"), UInt8(ascii: "j"), UInt8(ascii: "k"), UInt8(ascii: "q"), UInt8(ascii: "s"),
            UInt8(ascii: "x"), UInt8(ascii: "z"): 2
        case UInt8(ascii: "d"), UInt8(ascii: "t"): 3
        case UInt8(ascii: "l"): 4
        case UInt8(ascii: "m"), UInt8(ascii: "n"): 5
        case UInt8(ascii: "r"): 6
        default: 0
        }
    }
}
