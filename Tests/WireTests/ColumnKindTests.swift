import CRDT
import Testing
import Wire

/// A segment's dictionary says how each column merges, and nothing in two ways.
@Suite struct ColumnKindTests {
    private static let kinds: [MergeKind] = [
        .register, .once, .earliest, .rank(order: ["no", "perhaps", "yes"]), .rank(order: ["é"]), .counter, .text,
    ]

    /// A body of one table `t` with these columns' dictionary entries, one record and one change that has only `exists`.
    private func body(_ columns: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = [1, 1, 0x74, 1, UInt8(columns.count)]
        for column in columns { bytes += column }
        bytes += [1, 0, 0b1, 0, 1, 0, 1, 2, 2, 0x6B, 1, 0, 0, 0, 0, 0, 0, 2]
        for _ in columns { bytes += [0x80, 0, 0] }
        return bytes
    }

    private func text(_ string: String) -> [UInt8] { [UInt8(string.utf8.count)] + Array(string.utf8) }

    @Test(arguments: kinds) func eachKindGoesRound(_ kind: MergeKind) throws {
        let parts = kind == .counter ? ["c"] : ["street", "number"]
        for parts in [["c"], parts] {
            let column = WireColumn(name: "c", parts: parts, kind: kind)
            var builder = SegmentBuilder(writers: [Samples.writer(1)])
            let table = builder.table(WireTable(name: "t", keyPartCount: 1, columns: [column]))
            builder.add(
                Change(dot: Dot(WriterOrdinal(0), 1), timeMilliseconds: 0, columns: [.exists, ColumnSet(number: 1)], isAnchor: true),
                table: table, key: RecordKey("k"), anchor: nil)
            for part in parts.indices { builder.addInteger(7, table: table, column: 1, part: part) }
            let bytes = builder.finish()
            let found = try bytes.withUnsafeBytes { try SegmentReader($0, writerCount: 1).tables }
            #expect(found.map(\.columns) == [[column]])
        }
    }

    @Test func kindsAreNumbered() {
        for (number, kind) in [(0, MergeKind.register), (1, .once), (2, .earliest), (3, .rank(order: ["x"])), (4, .counter), (5, .text)] {
            #expect(kind.number == number && MergeKind(number: number, order: kind.order) == kind)
        }
        #expect(MergeKind(number: 6, order: []) == nil)
    }

    @Test func whatContradictsItselfIsRefused() {
        let order = [2] + text("no") + text("yes")
        let rows: [(name: String, column: [UInt8], code: WireError.Code?)] = [
            ("a register", text("c") + [8, 0], nil), ("a rank", text("c") + [8 | 3, 0] + order, nil),
            ("a kind of a later version", text("c") + [8 | 6, 0], .newerFormat), ("another", text("c") + [8 | 7, 0], .newerFormat),
            ("no parts", text("c") + [4], .malformed), ("a rank without order", text("c") + [8 | 3, 0, 0], .malformed),
            ("a value twice", text("c") + [8 | 3, 0, 2] + text("no") + text("no"), .malformed),
            ("an empty value", text("c") + [8 | 3, 0, 1, 0], .malformed),
            ("a counter of two parts", text("c") + [16 | 4] + text("a") + text("b"), .malformed),
            ("a part twice", text("c") + [16] + text("a") + text("a"), .malformed),
            ("the column's name spelled out", text("c") + [8] + text("c"), .malformed),
            ("an empty part of two", text("c") + [16, 0] + text("b"), .malformed),
            ("too many parts", text("c") + [0x88, 0x04, 0], .tooLarge),
        ]
        for row in rows {
            #expect(code { try SampleBody.drain(body([row.column]), writerCount: 1) } == row.code, "\(row.name)")
        }
        #expect(code { try SampleBody.drain(body([text("c") + [8, 0], text("c") + [8, 0]]), writerCount: 1) } == .malformed, "a column twice")
    }

    @Test(arguments: [Limits.rankValueCount - 1, Limits.rankValueCount, Limits.rankValueCount + 1])
    func aRankHasALimit(_ count: Int) {
        let column = text("c") + [8 | 3, 0, UInt8(count)] + (0..<count).flatMap { text("v\($0)") }
        #expect(code { try SampleBody.drain(body([column]), writerCount: 1) } == (count > Limits.rankValueCount ? .tooLarge : nil))
    }
}
