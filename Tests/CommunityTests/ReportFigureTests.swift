import Community
import Testing

/// Shares that sum to the whole, and small figures that nobody can work out.
struct ReportFigureTests {
    @Test("Shares sum to 100.0 percent, and exact ones stay as they are")
    func shares() {
        #expect(Shares.of([110, 89, 1]) == [550, 445, 5])
        #expect(Shares.of([1, 1, 1]) == [334, 333, 333], "what is left goes to the first of equals")
        #expect(Shares.of([2, 1, 1, 1, 1, 1]) == [285, 143, 143, 143, 143, 143], "what is left goes to those that lost most")
        #expect(Shares.of([0, 0]) == [nil, nil] && Shares.of([]).isEmpty && Shares.of([7]) == [1000])
        for seed in 1..<200 {
            let parts = (0..<seed % 12 + 1).map { ($0 * 7919 + seed * 104_729) % 1_000_003 }
            let found = Shares.of(parts).compactMap { $0 }
            #expect(found.reduce(0, +) == 1000 && found.count == parts.count)
            for (part, share) in zip(parts, found) { #expect(abs(share * parts.reduce(0, +) - part * 1000) < parts.reduce(0, +)) }
        }
        #expect(Shares.one(1, of: 3) == 333 && Shares.one(2, of: 3) == 667 && Shares.one(1, of: 2000) == 1 && Shares.one(1, of: 0) == nil)
    }

    private func key(_ row: Int, _ column: Int) -> FigureKey { FigureKey(String(row), String(column)) }

    /// A table with the sums of its rows, columns and all; row and column 3 are the sums.
    private func system(_ cells: [[Int]]) -> FigureSystem {
        var system = FigureSystem()
        for row in 0...3 {
            for column in 0...3 { system.note(key(row, column), value(cells, row, column)) }
        }
        for line in 0...3 {
            system.note(sum: key(line, 3), of: (0..<3).map { key(line, $0) })
            system.note(sum: key(3, line), of: (0..<3).map { key($0, line) })
        }
        return system
    }

    private func value(_ cells: [[Int]], _ row: Int, _ column: Int) -> Int {
        switch (row, column) {
        case (3, 3): cells.joined().reduce(0, +)
        case (3, _): cells.reduce(0) { $0 + $1[column] }
        case (_, 3): cells[row].reduce(0, +)
        default: cells[row][column]
        }
    }

    @Test("One small figure in a row takes another with it, in its row and its column; large tables stay whole")
    func complementary() {
        let withheld = system([[2, 40, 30], [20, 50, 60], [70, 80, 90]]).withheld()
        #expect(withheld.below == [key(0, 0)])
        #expect(withheld.others == [key(0, 1), key(1, 0), key(1, 1)], "the corners of a rectangle: no row or column betrays one")
        #expect(system([[5, 6, 7], [8, 9, 10], [0, 12, 13]]).withheld().below.isEmpty)
        #expect(system([[5, 6, 7], [8, 9, 10], [0, 12, 13]]).withheld().others.isEmpty, "none is told")
    }

    @Test("Two that must both be four are not told by their sum; what lies between two told counts is not told either")
    func ranges() {
        var fours = FigureSystem()
        for (name, value) in [("a", 4), ("b", 4), ("all", 8)] { fours.note(FigureKey(name), value) }
        fours.note(sum: FigureKey("all"), of: [FigureKey("a"), FigureKey("b")])
        #expect(fours.withheld().others == [FigureKey("all")])

        var nested = FigureSystem()
        nested.note(FigureKey("30"), 20)
        nested.note(FigureKey("60"), 18)
        nested.note(FigureKey("between"), 2, hidden: true)
        nested.note(sum: FigureKey("30"), of: [FigureKey("60"), FigureKey("between")])
        #expect(nested.withheld().others == [FigureKey("60")] && nested.withheld().below.isEmpty)
    }

    /// Tries every table that a reader could imagine: each small figure must be able to be something else.
    @Test("Nobody works out a small figure from the sums", arguments: 0..<150)
    func nobodyWorksItOut(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        let cells = (0..<3).map { _ in
            (0..<3).map { _ -> Int in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return Int(state % 9)
            }
        }
        let withheld = system(cells).withheld()
        /// Whether a figure can be this, by its mark alone.
        func canBe(_ row: Int, _ column: Int, _ imagined: Int) -> Bool {
            if withheld.below.contains(key(row, column)) { return (1...4).contains(imagined) }
            if withheld.others.contains(key(row, column)) { return imagined >= 5 }
            return imagined == value(cells, row, column)
        }
        var possible: [FigureKey: Set<Int>] = [:]
        var table = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]
        func imagine(_ at: Int) {
            if at > 0, at % 3 == 0, !canBe(at / 3 - 1, 3, table[at / 3 - 1].reduce(0, +)) { return }
            if at == 9 {
                guard (0...3).allSatisfy({ canBe(3, $0, value(table, 3, $0)) }) else { return }
                for row in 0...3 { for column in 0...3 { possible[key(row, column), default: []].insert(value(table, row, column)) } }
                return
            }
            for imagined in 0...10 where canBe(at / 3, at % 3, imagined) {
                table[at / 3][at % 3] = imagined
                imagine(at + 1)
            }
        }
        imagine(0)
        for row in 0...3 {
            for column in 0...3 {
                let small = (1...4).contains(value(cells, row, column))
                #expect(withheld.below.contains(key(row, column)) == small)
                if small { #expect(possible[key(row, column)]?.count ?? 0 > 1, "seed \(seed): \(cells), row \(row), column \(column)") }
            }
        }
    }
}
