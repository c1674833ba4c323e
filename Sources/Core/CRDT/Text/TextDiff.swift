/// What a new text changed of an old one, in whole tokens.
///
/// Example: from `Anna komt morgen.` to `Anna belt morgen vroeg.`: ` komt` became ` belt`, and ` vroeg` came before the mark.
///
/// Bounded in steps, not in time, so that it does not depend on the machine: beyond `stepCount` lines that both texts have just
/// once are taken for the same (patience), and what is between them is compared by itself, or replaced as a whole.
///
/// Source: Myers, "An O(ND) Difference Algorithm and Its Variations" (1986); the lines that occur once after Bram Cohen's
/// patience diff.
package enum TextDiff {
    package struct Hunk: Hashable, Sendable {
        /// Of scalars; one of both may be empty.
        package let old: Range<Int>
        package let new: Range<Int>
    }

    /// Edits that Myers' way goes through for one passage before lines are compared: its cost is their square.
    static let stepCount = 600

    /// What is replaced, deleted or inserted: ascending, with at least a token that stays between two.
    package static func hunks(from old: [Unicode.Scalar], to new: [Unicode.Scalar]) -> [Hunk] {
        // Most edits change one line of many: the rest is looked at once.
        let (start, oldEnd, newEnd) = changedLines(old, new, lineEnd: "\n")
        return hunks(ofLines: old[start..<oldEnd].map(\.value), new[start..<newEnd].map(\.value)).map { hunk in
            Hunk(old: hunk.old.lowerBound + start..<hunk.old.upperBound + start, new: hunk.new.lowerBound + start..<hunk.new.upperBound + start)
        }
    }

    /// The same for numbers of scalars: what is no scalar is a space that may not stay.
    static func hunks(from old: [UInt32], to new: [UInt32]) -> [Hunk] {
        let (start, oldEnd, newEnd) = changedLines(old, new, lineEnd: 10)
        return hunks(ofLines: Array(old[start..<oldEnd]), Array(new[start..<newEnd])).map { hunk in
            Hunk(old: hunk.old.lowerBound + start..<hunk.old.upperBound + start, new: hunk.new.lowerBound + start..<hunk.new.upperBound + start)
        }
    }

    private static func hunks(ofLines old: [UInt32], _ new: [UInt32]) -> [Hunk] {
        guard !old.isEmpty || !new.isEmpty else { return [] }
        let a = Tokens(old)
        let b = Tokens(new)
        var numbers: [ArraySlice<UInt32>: Int32] = [:]
        let x = a.numbered(&numbers)
        let y = b.numbered(&numbers)
        var kept: [(Int, Int)] = []
        compare(x, y, 0..<x.count, 0..<y.count, lineEnd: numbers[[10]] ?? -1, into: &kept)
        return slid(kept, x, y, isLineEnd: a.isLineEnd).map { tokens in
            Hunk(old: a.start(of: tokens.old.lowerBound)..<a.start(of: tokens.old.upperBound),
                 new: b.start(of: tokens.new.lowerBound)..<b.start(of: tokens.new.upperBound))
        }
    }

    /// Where the first line begins that differs, and where the last ends in both: tokens do not go over line ends.
    private static func changedLines<Letter: Equatable>(
        _ old: [Letter], _ new: [Letter], lineEnd: Letter
    ) -> (start: Int, oldEnd: Int, newEnd: Int) {
        let shorter = min(old.count, new.count)
        let head = old.withUnsafeBufferPointer { old in
            new.withUnsafeBufferPointer { new in
                var head = 0
                while head < shorter, old[head] == new[head] { head += 1 }
                return head
            }
        }
        guard head < max(old.count, new.count) else { return (0, 0, 0) }
        var start = head
        while start > 0, old[start - 1] != lineEnd { start -= 1 }
        var tail = old.withUnsafeBufferPointer { old in
            new.withUnsafeBufferPointer { new in
                var tail = 0
                while tail < shorter - start, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
                return tail
            }
        }
        // The tail begins a line too, in both.
        func isLineStart(_ text: [Letter], _ place: Int) -> Bool { place == start || text[place - 1] == lineEnd }
        while tail > 0, !isLineStart(old, old.count - tail) || !isLineStart(new, new.count - tail) { tail -= 1 }
        return (start, old.count - tail, new.count - tail)
    }

    /// Lines, cut into tokens.
    private struct Tokens {
        let text: [UInt32]
        let ends: [Int]

        init(_ text: [UInt32]) {
            self.text = text
            ends = TextTokens.ends(of: text.map { Unicode.Scalar($0) ?? " " })
        }

        func start(of token: Int) -> Int { token == 0 ? 0 : ends[token - 1] }

        func isLineEnd(_ token: Int) -> Bool { text[ends[token] - 1] == 10 }

        /// A number for each token, the same for equal ones; one that may not stay has its own.
        func numbered(_ numbers: inout [ArraySlice<UInt32>: Int32]) -> [Int32] {
            ends.indices.map { token in
                let scalars = text[start(of: token)..<ends[token]]
                if scalars.contains(where: { $0 > 0x10FFFF }) { return -2 - Int32(token) }
                let next = Int32(numbers.count)
                if let number = numbers[scalars] { return number }
                numbers[scalars] = next
                return next
            }
        }
    }

    // MARK: Comparing

    /// Appends the pairs of tokens that stay, ascending.
    private static func compare(
        _ x: [Int32], _ y: [Int32], _ old: Range<Int>, _ new: Range<Int>, lineEnd: Int32, byLines: Bool = true, into kept: inout [(Int, Int)]
    ) {
        var (start, end) = (0, 0)
        let shorter = min(old.count, new.count)
        while start < shorter, x[old.lowerBound + start] == y[new.lowerBound + start] { start += 1 }
        while end < shorter - start, x[old.upperBound - 1 - end] == y[new.upperBound - 1 - end] { end += 1 }
        for place in 0..<start { kept.append((old.lowerBound + place, new.lowerBound + place)) }
        let (a, b) = (old.lowerBound + start..<old.upperBound - end, new.lowerBound + start..<new.upperBound - end)
        if !a.isEmpty, !b.isEmpty {
            if let pairs = myers(x, y, a, b) {
                kept.append(contentsOf: pairs)
            } else if byLines {
                patience(x, y, a, b, lineEnd, into: &kept)
            }
        }
        for place in 0..<end { kept.append((old.upperBound - end + place, new.upperBound - end + place)) }
    }

    /// - Returns: nil when it takes more than `stepCount` edits.
    private static func myers(_ x: [Int32], _ y: [Int32], _ old: Range<Int>, _ new: Range<Int>) -> [(Int, Int)]? {
        let (n, m) = (old.count, new.count)
        let most = min(n + m, stepCount)
        var reach = [Int](repeating: 0, count: 2 * most + 3)
        let zero = most + 1
        var trace: [ArraySlice<Int>] = []
        for step in 0...most {
            trace.append(reach[zero - step - 1...zero + step + 1])
            for diagonal in stride(from: -step, through: step, by: 2) {
                let down = diagonal == -step || (diagonal != step && reach[zero + diagonal - 1] < reach[zero + diagonal + 1])
                var i = down ? reach[zero + diagonal + 1] : reach[zero + diagonal - 1] + 1
                var j = i - diagonal
                while i < n, j < m, x[old.lowerBound + i] == y[new.lowerBound + j] {
                    i += 1
                    j += 1
                }
                reach[zero + diagonal] = i
                if i >= n, j >= m { return path(trace, zero, step, n, m, old.lowerBound, new.lowerBound) }
            }
        }
        return nil
    }

    private static func path(_ trace: [ArraySlice<Int>], _ zero: Int, _ steps: Int, _ n: Int, _ m: Int, _ oldStart: Int, _ newStart: Int) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        var (i, j) = (n, m)
        for step in stride(from: steps, through: 1, by: -1) {
            // Copies, so that a slice's indices are those of the whole.
            let reach = trace[step]
            let diagonal = i - j
            let down = diagonal == -step || (diagonal != step && reach[zero + diagonal - 1] < reach[zero + diagonal + 1])
            let before = down ? diagonal + 1 : diagonal - 1
            let (fromI, fromJ) = (reach[zero + before], reach[zero + before] - before)
            while i > fromI + (down ? 0 : 1), j > fromJ + (down ? 1 : 0) {
                i -= 1
                j -= 1
                pairs.append((oldStart + i, newStart + j))
            }
            (i, j) = (fromI, fromJ)
        }
        while i > 0, j > 0 {
            i -= 1
            j -= 1
            pairs.append((oldStart + i, newStart + j))
        }
        return pairs.reversed()
    }

    /// Compares by the lines that both have once, in the longest ascending row of them.
    private static func patience(_ x: [Int32], _ y: [Int32], _ old: Range<Int>, _ new: Range<Int>, _ lineEnd: Int32, into kept: inout [(Int, Int)]) {
        func lines(_ tokens: [Int32], _ range: Range<Int>) -> [Range<Int>] {
            var found: [Range<Int>] = []
            var start = range.lowerBound
            for place in range where tokens[place] == lineEnd || place == range.upperBound - 1 {
                found.append(start..<place + 1)
                start = place + 1
            }
            return found
        }
        let (a, b) = (lines(x, old), lines(y, new))
        func once(_ tokens: [Int32], _ lines: [Range<Int>]) -> [ArraySlice<Int32>: Int] {
            var found: [ArraySlice<Int32>: Int] = [:]
            for (number, line) in lines.enumerated() where line.count > 1 { found[tokens[line]] = found[tokens[line]] == nil ? number : -1 }
            return found.filter { $0.value >= 0 }
        }
        let (mine, theirs) = (once(x, a), once(y, b))
        let pairs = mine.compactMap { line, number in theirs[line].map { (number, $0) } }.sorted { $0.0 < $1.0 }
        var (i, j) = (old.lowerBound, new.lowerBound)
        for (line, other) in ascending(pairs) {
            compare(x, y, i..<a[line].lowerBound, j..<b[other].lowerBound, lineEnd: lineEnd, byLines: false, into: &kept)
            kept.append(contentsOf: zip(a[line], b[other]))
            (i, j) = (a[line].upperBound, b[other].upperBound)
        }
        compare(x, y, i..<old.upperBound, j..<new.upperBound, lineEnd: lineEnd, byLines: false, into: &kept)
    }

    /// The longest row of pairs that ascends in both.
    private static func ascending(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
        var ends: [Int] = []
        var before = [Int](repeating: -1, count: pairs.count)
        for (place, pair) in pairs.enumerated() {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
            }
            before[place] = low > 0 ? ends[low - 1] : -1
            if low < ends.count { ends[low] = place } else { ends.append(place) }
        }
        var row: [(Int, Int)] = []
        var place = ends.last ?? -1
        while place >= 0 {
            row.append(pairs[place])
            place = before[place]
        }
        return row.reversed()
    }

    // MARK: Hunks

    /// What lies between the pairs that stay. What is only inserted or only deleted, and could as well lie elsewhere, begins a
    /// line if it can; else it lies as far on as it can.
    private static func slid(
        _ kept: [(Int, Int)], _ x: [Int32], _ y: [Int32], isLineEnd: (Int) -> Bool
    ) -> [(old: Range<Int>, new: Range<Int>)] {
        var hunks: [(old: Range<Int>, new: Range<Int>)] = []
        var (i, j) = (0, 0)
        for (stays, same) in kept + [(x.count, y.count)] {
            if stays > i || same > j { hunks.append((i..<stays, j..<same)) }
            (i, j) = (stays + 1, same + 1)
        }
        for place in hunks.indices where hunks[place].old.isEmpty || hunks[place].new.isEmpty {
            let hunk = hunks[place]
            let isInsertion = hunk.old.isEmpty
            let (tokens, range) = isInsertion ? (y, hunk.new) : (x, hunk.old)
            // One token must stay on either side, but at the text's ends.
            let limit = place == 0 ? (0, 0) : (hunks[place - 1].old.upperBound + 1, hunks[place - 1].new.upperBound + 1)
            let room = min(hunk.old.lowerBound - limit.0, hunk.new.lowerBound - limit.1)
            let stop = place + 1 < hunks.count ? hunks[place + 1].old.lowerBound - 1 : x.count
            var on = 0
            while hunk.old.upperBound + on < stop, tokens[range.lowerBound + on] == tokens[range.upperBound + on] { on += 1 }
            var back = 0
            while back < room, tokens[range.lowerBound - 1 - back] == tokens[range.upperBound - 1 - back] { back += 1 }
            let shift = (-back...on).reversed().first { hunk.old.lowerBound + $0 == 0 || isLineEnd(hunk.old.lowerBound + $0 - 1) } ?? on
            func moved(_ range: Range<Int>) -> Range<Int> { range.lowerBound + shift..<range.upperBound + shift }
            hunks[place] = (moved(hunk.old), moved(hunk.new))
        }
        return hunks
    }
}
