import CRDT
import Testing
import Wire

/// Limits of the wire at limit - 1, limit and limit + 1. A count is only declared: it is judged before a byte of what it counts
/// is looked for, so what is within the limit ends as `truncated`, and what is beyond as `tooLarge`.
@Suite struct LimitTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let limit: Int
        /// Bytes that declare so many, and the decoder that they are for.
        let read: @Sendable (_ declared: Int) throws -> Void

        init(_ name: String, _ limit: Int, _ read: @escaping @Sendable (Int) throws -> Void) {
            testDescription = name
            self.limit = limit
            self.read = read
        }
    }

    private static func written(_ write: (inout ByteWriter) throws -> Void) rethrows -> [UInt8] {
        var out = ByteWriter()
        try write(&out)
        return out.bytes
    }

    private static func frame(_ type: UInt8, _ payload: [UInt8]) throws {
        let bytes: [UInt8] = [type] + (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
            + written { $0.fixed(Frame.checksum(type: type, payload: payload)) } + payload
        _ = try Frame.message(try Frame.header(bytes.prefix(Frame.headerByteCount), at: 0), payload: payload, at: 0)
    }

    /// Behind what is declared, so that the counts before it have bytes enough.
    private static let padding = [UInt8](repeating: 0, count: 64)

    private static func body(_ bytes: [UInt8]) throws { try SampleBody.drain(bytes + padding, writerCount: 1) }

    private static func manifest(_ write: (inout ByteWriter) -> Void) throws {
        let bytes = written { out in
            for number in [1, 0, 0] { out.number(number) }
            out.nonce(Samples.space)
            write(&out)
            out.raw(padding)
        }
        _ = try bytes.withUnsafeBytes { try Manifest($0) }
    }

    /// A manifest as far as its base.
    private static func begun(_ out: inout ByteWriter) {
        out.text("people")
        for number in 1...3 { out.nonce(Samples.writer(UInt64(number))) }
        out.signed(0)
    }

    /// As far as its segments: a whole base of no writers, no chains, no contents.
    private static func announced(_ out: inout ByteWriter) {
        begun(&out)
        for number in [0, 0, 0, 0] { out.number(number) }
    }

    static let rows: [Row] = [
        Row("frameByteCount", Limits.frameByteCount) { count in
            let header: [UInt8] = [10] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(repeating: UInt8(0), count: 8)
            _ = try Frame.header(header, at: 0)
        },
        Row("manifestByteCount", Limits.manifestByteCount) { count in
            // As many bytes of an unknown format.
            let bytes = [UInt8(2)] + Array(repeating: 0, count: count - 1)
            _ = try bytes.withUnsafeBytes { try Manifest($0) }
        },
        Row("segmentByteCount", Limits.segmentByteCount) { count in
            try manifest { out in
                announced(&out)
                for number in [1, 1, count] { out.number(number) }
            }
        },
        Row("segmentChangeCount, of a manifest", Limits.segmentChangeCount) { count in
            try manifest { out in
                announced(&out)
                for number in [1, count] { out.number(number) }
            }
        },
        Row("segmentChangeCount, of column sets", Limits.segmentChangeCount) { count in
            try body([1, 1, 0x74, 1, 0] + written { $0.number(count) })
        },
        Row("segmentChangeCount, of contexts", Limits.segmentChangeCount) { count in
            try body([1, 1, 0x74, 1, 0, 1, 0, 1] + written { $0.number(count) })
        },
        Row("segmentChangeCount, of records", Limits.segmentChangeCount) { count in
            try body([1, 1, 0x74, 1, 0, 1, 0, 1, 0] + written { $0.number(count) })
        },
        Row("segmentChangeCount, of changes", Limits.segmentChangeCount) { count in
            try body([1, 1, 0x74, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2, 0x6B] + written { $0.number(count) })
        },
        Row("segmentChangeCount, of types", Limits.segmentChangeCount) { count in
            try body([1, 1, 0x74, 1, 1, 1, 0x63, 8, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2, 0x6B, 1, 0, 0, 0, 0, 0, 0, 2, 0] + written { $0.number(count) })
        },
        Row("deltaSegmentCount, of a manifest", Limits.deltaSegmentCount) { count in
            try manifest { out in
                announced(&out)
                out.number(count)
            }
        },
        Row("deltaSegmentCount, of parts held", Limits.deltaSegmentCount) { count in
            try frame(4, written { out in
                out.text("people")
                for number in [0, 0, 0, 1] { out.number(number) }
                out.nonce(Samples.writer(1))
                out.byte(0)
                out.number(count)
            })
        },
        Row("the last index of a segment", Limits.deltaSegmentCount - 1) { index in
            try frame(8, Samples.writer(1).bytes + written { $0.number(index) })
        },
        Row("valueByteCount", Limits.valueByteCount) { count in
            // The text is looked for when everything has been read as far as its end.
            try SampleBody.drain(
                [1, 1, 0x74, 1, 1, 1, 0x63, 8, 0, 1, 0, 3, 0, 1, 0, 1, 2, 2, 0x6B, 1, 0, 0, 0, 0, 0, 0, 2, 0x83]
                    + written { out in out.counted(written { $0.number(count) }) } + [0], writerCount: 1)
        },
        Row("keyByteCount", Limits.keyByteCount) { count in
            try body([1, 1, 0x74, 1, 0, 1, 0, 1, 0, 1, 0, 1] + written { $0.number(count) })
        },
        Row("nameByteCount, of a table", Limits.nameByteCount) { count in try body([1] + written { $0.number(count) }) },
        Row("nameByteCount, of a column", Limits.nameByteCount) { count in try body([1, 1, 0x74, 1, 1] + written { $0.number(count) }) },
        Row("nameByteCount, of a part", Limits.nameByteCount) { count in
            try body([1, 1, 0x74, 1, 1, 1, 0x63, 16] + written { $0.number(count) })
        },
        Row("nameByteCount, of a value of a rank", Limits.nameByteCount) { count in
            try body([1, 1, 0x74, 1, 1, 1, 0x63, 11, 0, 1] + written { $0.number(count) })
        },
        Row("nameByteCount, of a collection", Limits.nameByteCount) { count in try manifest { $0.number(count) } },
        Row("nameByteCount, of a code", Limits.nameByteCount) { count in try frame(12, written { $0.number(count) }) },
        Row("tableCount", Limits.tableCount) { count in try body(written { $0.number(count) }) },
        Row("partCount, of a key", Limits.partCount) { count in try body([1, 1, 0x74] + written { $0.number(count) }) },
        Row("partCount, of a column", Limits.partCount) { count in
            try body([1, 1, 0x74, 1, 1, 1, 0x63] + written { $0.number(count << 3) })
        },
        Row("rankValueCount", Limits.rankValueCount) { count in
            try body([1, 1, 0x74, 1, 1, 1, 0x63, 11, 0] + written { $0.number(count) })
        },
        Row("writerCount, of knowledge", Limits.writerCount) { count in
            try frame(9, written { out in
                out.text("people")
                for number in [0, count] { out.number(number) }
            })
        },
        Row("bundleDeltaCount, of stated contents", Limits.bundleDeltaCount) { count in
            try frame(9, written { out in
                out.text("people")
                for number in [0, 0, count] { out.number(number) }
            })
        },
        Row("writerCount, of changed knowledge", Limits.writerCount) { count in
            try frame(9, written { out in
                out.text("people")
                out.number(1)
                out.nonce(Samples.writer(1))
                out.number(count)
            })
        },
        Row("writerCount, of chains", Limits.writerCount) { count in
            try manifest { out in
                begun(&out)
                for number in [0, 0, count] { out.number(number) }
            }
        },
        Row("writerCount, of whole chains", Limits.writerCount) { count in
            try frame(17, written { out in
                out.text("people")
                out.number(count)
            })
        },
        Row("contextEntryCount", Limits.contextEntryCount) { count in
            try body([1, 1, 0x74, 1, 0, 1, 0, 1, 1] + written { $0.number(count) } + [0])
        },
        Row("bundleDeltaCount, of deltas held in part", Limits.bundleDeltaCount) { count in
            try frame(4, written { out in
                out.text("people")
                for number in [0, 0, 0, count] { out.number(number) }
            })
        },
        Row("requestByteCount", Limits.requestByteCount) { count in try frame(2, Array(repeating: 7, count: count)) },
        Row("rosterStatementCount, of statements", Limits.rosterStatementCount) { count in
            let list = written { $0.number(count) }
            try frame(3, written { $0.number(list.count) } + FixtureWorld.stored(list))
        },
        Row("statementsByteCount", Limits.statementsByteCount) { count in try frame(3, written { $0.number(count) }) },
        Row("rosterStatementCount, of heads", Limits.rosterStatementCount) { count in try frame(15, written { $0.number(count) }) },
        Row("statementByteCount", Limits.statementByteCount) { count in
            let bytes = Array(Frame.encode(.statements([Array(repeating: 7, count: count)])))
            _ = try Frame.message(try Frame.header(bytes.prefix(Frame.headerByteCount), at: 0), payload: Array(bytes.dropFirst(Frame.headerByteCount)), at: 0)
        },
    ]

    @Test(arguments: rows) func atItsEdge(_ row: Row) {
        for count in [row.limit - 1, row.limit] { #expect(code { try row.read(count) } != .tooLarge, "\(count)") }
        #expect(code { try row.read(row.limit + 1) } == .tooLarge)
    }

    /// What an encoder begins a new segment at.
    @Test func aSegmentIsFullAtItsTargets() {
        var byChanges = SegmentBuilder(writers: [Samples.writer(1)]), byBytes = SegmentBuilder(writers: [Samples.writer(1)])
        let table = WireTable(name: "t", keyPartCount: 1, columns: [WireColumn(name: "c", parts: ["c"])])
        func add(_ number: Int, _ value: Value?, to builder: inout SegmentBuilder) {
            let place = builder.table(table)
            builder.add(
                Change(
                    dot: Dot(WriterOrdinal(0), UInt32(number)), timeMilliseconds: 0, columns: value == nil ? .exists : [.exists, ColumnSet(number: 1)],
                    isAnchor: true),
                table: place, key: RecordKey("k"), anchor: nil)
            if let value { builder.add(value, table: place, column: 1, part: 0) }
        }
        for number in 1..<Limits.segmentTargetChangeCount { add(number, nil, to: &byChanges) }
        #expect(!byChanges.isFull)
        add(Limits.segmentTargetChangeCount, nil, to: &byChanges)
        #expect(byChanges.isFull)
        add(1, .blob([]), to: &byBytes)
        let perChange = byBytes.byteCount
        add(2, .blob(Array(repeating: 0, count: Limits.segmentTargetByteCount - 2 * perChange - 1)), to: &byBytes)
        #expect(!byBytes.isFull || byBytes.byteCount >= Limits.segmentTargetByteCount)
        while !byBytes.isFull { add(byBytes.changeCount + 1, .blob([]), to: &byBytes) }
        #expect(byBytes.byteCount >= Limits.segmentTargetByteCount && byBytes.byteCount < Limits.segmentTargetByteCount + perChange + 1)
    }

    @Test(arguments: [Limits.publicRowCount - 1, Limits.publicRowCount, Limits.publicRowCount + 1]) func publicRows(_ count: Int) {
        let rows = (0..<count).map { PublicRow(table: "t", key: ["k\($0)"], columns: []) }
        #expect(code { _ = try PublicRows.bodies(rows, columns: [:]) } == (count > Limits.publicRowCount ? .tooLarge : nil))
    }
}
