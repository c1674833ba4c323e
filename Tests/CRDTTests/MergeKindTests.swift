import CRDT
import Testing

/// What a person sees of siblings, by merge kind (Docs/Engine.md, "Merge kinds").
@Suite struct MergeKindTests {
    private func sibling(_ value: Value, time: Int64 = 0, writer: UInt64 = 1, sequence: UInt32 = 1) -> Sibling {
        Sibling(
            dot: Dot(WriterOrdinal(UInt32(writer)), sequence), timeMilliseconds: time, writer: Nonce(high: 0, low: writer),
            parts: [value])
    }

    /// The value shown, which must not depend on the order of the siblings.
    private func shown(_ kind: MergeKind, _ siblings: [Sibling]) -> Value? {
        let found = kind.shown(of: siblings).map { siblings[$0].parts[0] }
        let reversed = Array(siblings.reversed())
        #expect(kind.shown(of: reversed).map { reversed[$0].parts[0] } == found)
        return found
    }

    @Test(arguments: [MergeKind.register, .once, .text]) func theGreatestTimeAndWriterIsShown(_ kind: MergeKind) {
        #expect(shown(kind, []) == nil)
        #expect(shown(kind, [sibling(.text("old"), time: 1), sibling(.text("new"), time: 2)]) == .text("new"))
        #expect(shown(kind, [sibling(.text("a"), writer: 1), sibling(.text("b"), writer: 2)]) == .text("b"))
        #expect(shown(kind, [sibling(.text("1970"), time: -1), sibling(.text("2099"), time: 1 << 53)]) == .text("2099"))
        #expect(shown(kind, [sibling(.text("first"), sequence: 1), sibling(.text("second"), sequence: 2)]) == .text("second"))
        #expect(kind.hasConflicts && !kind.accumulates)
    }

    @Test func theSmallestOfEarliestIsShown() {
        #expect(shown(.earliest, [sibling(.text("2021"), time: 9), sibling(.text("2020"), time: 1)]) == .text("2020"))
        #expect(shown(.earliest, [sibling(.null, time: 9), sibling(.text("2020"), time: 1)]) == .text("2020"), "NULL never wins")
        #expect(shown(.earliest, [sibling(.text("2020")), sibling(.integer(5))]) == .integer(5), "numbers come before text")
        #expect(!MergeKind.earliest.hasConflicts)
    }

    @Test func theSafestRankIsShown() {
        let kind = MergeKind.rank(order: ["withdrawn", "asked", "given"])
        #expect(shown(kind, [sibling(.text("given"), time: 9), sibling(.text("withdrawn"), time: 1)]) == .text("withdrawn"))
        #expect(shown(kind, [sibling(.text("other"), time: 9), sibling(.text("given"), time: 1)]) == .text("given"))
        #expect(shown(kind, [sibling(.text("one"), time: 1), sibling(.null, time: 2)]) == .null, "outside the order as register")
        #expect(!kind.hasConflicts)
    }

    @Test(arguments: [
        (increments: [Int64](), total: Value.null),
        (increments: [0], total: .integer(0)),
        (increments: [5, -7], total: .integer(-2)),
        (increments: [.max, 1], total: .integer(.min)),
        (increments: [.min, -1], total: .integer(.max)),
        (increments: [.max, .max, .min, .min, 2], total: .integer(0)),
        (increments: [.max, 1, -1], total: .integer(.max)),
    ]) func countersWrapAround(_ row: (increments: [Int64], total: Value)) {
        #expect(counterTotal(row.increments) == row.total)
        #expect(counterTotal(row.increments.reversed()) == row.total)
    }

    /// Whatever others have added, in whatever order, a person types a number and that is what is shown, everywhere.
    @Test func whatIsTypedCounts() {
        var chance = SplitMix(state: 11)
        for _ in 0..<2_000 {
            let ends: [Int64] = [.max, .min, .max - 1, .min + 1, 0, 1, -1, 1 << 53]
            var increments = (0..<Int.random(in: 0...9, using: &chance)).map { _ in
                Bool.random(using: &chance) ? ends.randomElement(using: &chance)! : Int64.random(in: .min ... .max, using: &chance)
            }
            let typed = Bool.random(using: &chance) ? ends.randomElement(using: &chance)! : Int64.random(in: -99...99, using: &chance)
            increments.append(counterIncrement(from: counterTotal(increments).countedAsInteger, to: typed))
            #expect(counterTotal(increments) == .integer(typed), "\(increments)")
            #expect(counterTotal(increments.shuffled(using: &chance)) == .integer(typed), "\(increments)")
        }
    }

    @Test(arguments: [
        (value: Value.null, counted: Int64(0)), (value: .integer(-3), counted: -3), (value: .real(2.9), counted: 2),
        (value: .real(-2.9), counted: -2), (value: .real(1e300), counted: .max), (value: .real(-.infinity), counted: .min),
        (value: .text("7"), counted: 0), (value: .blob([1]), counted: 0),
    ]) func aCounterReadsNumbersOnly(_ row: (value: Value, counted: Int64)) {
        #expect(row.value.countedAsInteger == row.counted)
    }

    @Test func valuesHaveOneOrder() {
        let ascending: [Value] = [
            .real(-.infinity), .integer(.min), .integer(-1), .integer(0), .real(0.0), .real(-0.0), .real(0.5), .integer(1),
            .integer(1 << 53), .integer(1 << 53 + 1), .real(0x1p53 + 2), .integer(.max), .real(.infinity), .text([]), .text("a"),
            .text([0xFF]), .blob([]), .blob([0]), .null,
        ]
        for (index, value) in ascending.enumerated() {
            #expect(!(value < value) && value == value)
            for later in ascending[(index + 1)...] {
                #expect(value < later && !(later < value) && value != later, "\(value) before \(later)")
            }
        }
    }
}

/// Randomness that can be replayed (https://prng.di.unimi.it/splitmix64.c).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
