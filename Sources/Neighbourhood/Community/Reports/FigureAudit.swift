/// Decides which figures are withheld, so that nobody works out a small one from the sums.
///
/// A figure's range is what it can be by its mark, narrowed by one sum after the other until nothing narrows any more. Of a
/// small figure each value in its range is then tried: one that leaves some figure without any value is none. A small figure
/// with fewer than three values takes another figure of its sums with it. (Narrowing alone was not enough: of 150 tables of
/// three by three, all possibilities tried, it left one figure that could be worked out; trying each value left none of 400.)
struct FigureAudit {
    private let values: [Int]
    private let isHidden: [Bool]
    private let sums: [(total: Int, parts: [Int])]
    private let sumsOf: [[Int]]
    let isSmall: [Bool]
    private(set) var isTold: [Bool]

    /// So many values a small figure must be able to have, as far as a reader can tell.
    private static let leastValueCount = 3
    /// No count of people is as great.
    private static let endless = 1 << 40
    /// Of more figures than these it is not tried whether one of them could be told after all.
    private static let triedCount = 200

    init(values: [Int], isHidden: [Bool], sums: [(total: Int, parts: [Int])]) {
        self.values = values
        self.isHidden = isHidden
        self.sums = sums
        var sumsOf: [[Int]] = Array(repeating: [], count: values.count)
        for (index, sum) in sums.enumerated() { for figure in [sum.total] + sum.parts { sumsOf[figure].append(index) } }
        self.sumsOf = sumsOf
        isSmall = values.map { (1..<FigureSystem.leastCount).contains($0) }
        isTold = zip(isSmall, isHidden).map { !$0 && !$1 }
    }

    /// - Parameter rank: tells equal figures apart.
    mutating func withhold(rank: (Int) -> Int) {
        while true {
            var ranges = narrowed()
            // One more for each sum in a round: what it does to others, the next round sees.
            var touched: Set<Int> = []
            var hasChanged = false
            for figure in values.indices where isSmall[figure] && !isSafe(figure, &ranges) {
                for isWide in [false, true] {
                    let near = telling(figure, ranges, isWide: isWide)
                    guard touched.isDisjoint(with: near) else { break }
                    guard let next = next(among: near, rank) else { continue }
                    isTold[next] = false
                    touched.formUnion(near)
                    hasChanged = true
                    break
                }
            }
            if !hasChanged { break }
        }
        tellAgain(rank)
    }

    /// Tells what need not be withheld after all, the largest first.
    private mutating func tellAgain(_ rank: (Int) -> Int) {
        let others = values.indices.filter { !isTold[$0] && !isSmall[$0] && !isHidden[$0] }
        guard others.count <= FigureAudit.triedCount else { return }
        for figure in others.sorted(by: { values[$0] == values[$1] ? rank($0) > rank($1) : values[$0] > values[$1] }) {
            isTold[figure] = true
            var ranges = narrowed()
            if !values.indices.allSatisfy({ !isSmall[$0] || isSafe($0, &ranges) }) { isTold[figure] = false }
        }
    }

    // MARK: What a reader can tell

    private func narrowed() -> [ClosedRange<Int>] {
        var ranges = values.indices.map { figure -> ClosedRange<Int> in
            if isTold[figure] { return values[figure]...values[figure] }
            if isHidden[figure] { return 0...FigureAudit.endless }
            return isSmall[figure] ? 1...FigureSystem.leastCount - 1 : FigureSystem.leastCount...FigureAudit.endless
        }
        var trail: [(figure: Int, was: ClosedRange<Int>)] = []
        _ = narrow(&ranges, by: Array(sums.indices), &trail)
        return ranges
    }

    /// Whether a small figure can have enough values.
    private func isSafe(_ figure: Int, _ ranges: inout [ClosedRange<Int>]) -> Bool {
        let range = ranges[figure]
        guard range.count >= FigureAudit.leastValueCount else { return false }
        var count = 0
        // What is far from the truth is not worth trying.
        for value in range.clamped(to: range.lowerBound...range.lowerBound + 2 * FigureSystem.leastCount) {
            var trail = [(figure: figure, was: range)]
            ranges[figure] = value...value
            if narrow(&ranges, by: sumsOf[figure], &trail) { count += 1 }
            for step in trail.reversed() { ranges[step.figure] = step.was }
            if count == FigureAudit.leastValueCount { return true }
        }
        return false
    }

    /// Narrows by these sums, and by those of what they narrow.
    ///
    /// - Returns: false as soon as a figure is left without any value.
    private func narrow(
        _ ranges: inout [ClosedRange<Int>], by first: [Int], _ trail: inout [(figure: Int, was: ClosedRange<Int>)]
    ) -> Bool {
        var waiting = first
        var isWaiting = Set(first)
        var at = 0
        func narrow(_ figure: Int, _ lower: Int, _ upper: Int) -> Bool {
            let old = ranges[figure]
            let least = max(old.lowerBound, lower), most = min(old.upperBound, upper)
            guard least <= most else { return false }
            guard least...most != old else { return true }
            trail.append((figure, old))
            ranges[figure] = least...most
            for sum in sumsOf[figure] where isWaiting.insert(sum).inserted { waiting.append(sum) }
            return true
        }
        while at < waiting.count {
            let index = waiting[at]
            at += 1
            isWaiting.remove(index)
            let sum = sums[index]
            let least = sum.parts.reduce(0) { $0 + ranges[$1].lowerBound }, most = sum.parts.reduce(0) { $0 + ranges[$1].upperBound }
            guard narrow(sum.total, least, most) else { return false }
            let total = ranges[sum.total]
            for part in sum.parts {
                let own = ranges[part]
                guard narrow(part, total.lowerBound - (most - own.upperBound), total.upperBound - (least - own.lowerBound)) else { return false }
            }
        }
        return true
    }

    // MARK: What to withhold

    /// The sums that tell a figure: its own, and those of other withheld figures in them that are told by theirs; widely, those of all
    /// withheld figures in them.
    private func telling(_ figure: Int, _ ranges: [ClosedRange<Int>], isWide: Bool) -> Set<Int> {
        var found: Set<Int> = []
        var seen: Set<Int> = [figure]
        var waiting = [figure]
        while let at = waiting.popLast() {
            for index in sumsOf[at] where found.insert(index).inserted {
                for other in [sums[index].total] + sums[index].parts
                where !isTold[other] && (isWide || ranges[other].count < FigureAudit.leastValueCount) && seen.insert(other).inserted {
                    waiting.append(other)
                }
            }
        }
        return found
    }

    /// What to withhold next in these sums: the smallest part that is told; a total when there is no part left.
    private func next(among near: Set<Int>, _ rank: (Int) -> Int) -> Int? {
        let parts = near.flatMap { sums[$0].parts.filter { isTold[$0] } }
        let candidates = parts.isEmpty ? near.map { sums[$0].total }.filter { isTold[$0] } : parts
        return candidates.min { values[$0] == values[$1] ? rank($0) < rank($1) : values[$0] < values[$1] }
    }
}
