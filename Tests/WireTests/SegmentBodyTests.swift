import CRDT
import Testing
import Wire

/// The body of a segment: what goes in comes out, and whatever else comes in is refused without a crash.
@Suite struct SegmentBodyTests {
    @Test func drawnBodiesGoRound() throws {
        var chance = SeededChance(seed: 1)
        for _ in 0..<2_000 {
            let body = SampleBody.drawn(&chance)
            let found = try SampleBody.read(body.bytes, writerCount: body.writers.count, tables: body.tables)
            let expected = body.changes.map { sample in
                var sample = sample
                if sample.anchor != nil { sample.key = RecordKey([""]) }
                return sample
            }
            #expect(found == expected)
            let again = SampleBody(writers: body.writers, tables: body.tables, changes: body.changes)
            #expect(again.bytes == body.bytes, "one encoding")
        }
    }

    /// Far more records than a builder begins with room for: each is named once, in the table that it is of.
    @Test func manyRecordsAreNamedOnce() throws {
        let tables = ["a", "b"].map { WireTable(name: $0, keyPartCount: 1, columns: [WireColumn(name: "c", parts: ["c"])]) }
        let keys = (0..<700).map { $0 % 3 == 0 ? RecordKey("plain \($0)") : RecordKey(Nonce(high: 1, low: UInt64($0)).description) }
        var changes: [SampleChange] = []
        for round in 0..<2 {
            for (number, key) in keys.enumerated() {
                for table in tables.indices {
                    changes.append(SampleChange(
                        table: table, key: key, anchor: nil,
                        change: Change(
                            dot: Dot(WriterOrdinal(0), UInt32(changes.count + 1)), timeMilliseconds: 0, columns: .exists.union(ColumnSet(number: 1))),
                        values: [1: [.integer(Int64(2 * number + round))]]))
                }
            }
        }
        let body = SampleBody(writers: [Samples.writer(1)], tables: tables, changes: changes)
        #expect(try SampleBody.read(body.bytes, writerCount: 1, tables: tables) == changes)
        #expect(try body.bytes.withUnsafeBytes { try SegmentReader($0, writerCount: 1).records.count } == 2 * keys.count)
    }

    @Test(arguments: [(count: 61, allowed: true), (62, true), (63, false)])
    func columnsHaveALimit(_ row: (count: Int, allowed: Bool)) throws {
        // 62 columns and `exists` fill the 63 bits of a set; more cannot be built, so the count alone is told.
        let columns = (1...62).map { WireColumn(name: "c\($0)", parts: ["c\($0)"]) }
        var builder = SegmentBuilder(writers: [Samples.writer(1)])
        let table = builder.table(WireTable(name: "t", keyPartCount: 1, columns: columns))
        let all = ColumnSet(rawValue: UInt64(1) << UInt64(min(row.count, 62) + 1) - 1)
        builder.add(
            Change(dot: Dot(WriterOrdinal(0), 1), timeMilliseconds: 0, columns: all), table: table, key: RecordKey("k"), anchor: nil)
        for column in all.numbers where column > 0 { builder.addInteger(Int64(column), table: table, column: column, part: 0) }
        var bytes = builder.finish()
        if row.count > 62 { bytes[4] = UInt8(row.count) }
        #expect(code { try SampleBody.drain(bytes, writerCount: 1) } == (row.allowed ? nil : .tooLarge))
    }

    /// Every byte changed in several ways, and every truncation: throws, or decodes to something; never a crash.
    @Test func damagedBodiesNeverCrash() {
        var chance = SeededChance(seed: 2)
        var refused = 0, tried = 0
        for _ in 0..<12 {
            let body = SampleBody.drawn(&chance)
            let bytes = body.bytes
            for place in bytes.indices {
                for pattern: UInt8 in [0x01, 0x02, 0x10, 0x40, 0x7F, 0x80, 0xFF] {
                    var damaged = bytes
                    damaged[place] ^= pattern
                    tried += 1
                    if code({ try SampleBody.drain(damaged, writerCount: body.writers.count) }) != nil { refused += 1 }
                }
                if code({ try SampleBody.drain(Array(bytes[..<place]), writerCount: body.writers.count) }) == nil {
                    Issue.record("a body cut at \(place) of \(bytes.count) was read to its end")
                }
            }
            #expect(code { try SampleBody.drain(bytes + [0], writerCount: body.writers.count) } == .trailing)
        }
        #expect(refused > tried / 2)
    }

    @Test func noiseNeverCrashes() {
        var chance = SeededChance(seed: 3)
        for _ in 0..<20_000 {
            let noise = (0..<chance.below(200)).map { _ in UInt8(truncatingIfNeeded: chance.next() >> UInt64(chance.below(8))) }
            _ = code { try SampleBody.drain(noise, writerCount: 3) }
        }
    }

    /// One table `t` with one column `c`, one record, one change; each part can be replaced by a lie.
    private func body(
        tableCount: [UInt8] = [1], setCount: [UInt8] = [1], contextCount: [UInt8] = [0], recordCount: [UInt8] = [1],
        record: [UInt8] = [0, 1, 2, 2, 0x6B], changeCount: [UInt8] = [1], change: [UInt8] = [0, 0, 0, 0, 0, 0, 0],
        stream: [UInt8] = [0x83, 1, 2, 2, 0x68, 0x69]
    ) -> [UInt8] {
        tableCount + [1, 0x74, 1, 1, 1, 0x63, 8, 0] + setCount + [0, 0b11] + contextCount + recordCount + record + changeCount
            + change + stream
    }

    private static let enormous: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]

    @Test func theHandmadeBodyIsSound() throws {
        let tables = [WireTable(name: "t", keyPartCount: 1, columns: [WireColumn(name: "c", parts: ["c"])])]
        let found = try SampleBody.read(body(), writerCount: 1, tables: tables)
        #expect(found.map(\.values) == [[1: [.text("hi")]]] && found[0].key == RecordKey("k"))
    }

    @Test func countsThatLieAreRefused() {
        let lies: [(String, [UInt8])] = [
            ("tables", body(tableCount: Self.enormous)), ("sets", body(setCount: Self.enormous)),
            ("contexts", body(contextCount: Self.enormous)), ("records", body(recordCount: Self.enormous)),
            ("changes", body(changeCount: Self.enormous)), ("the key's size", body(record: [0, 1] + Self.enormous)),
            ("a value's size", body(stream: [0x83, 10] + Self.enormous + [0])), ("a stream's size", body(stream: [0x83] + Self.enormous)),
        ]
        for (name, bytes) in lies {
            let found = code { try SampleBody.drain(bytes, writerCount: 1) }
            #expect(found == .tooLarge || found == .truncated, "\(name): \(String(describing: found))")
        }
        for (name, bytes) in [
            ("more records than changes", body(recordCount: [2], record: [0, 0, 1, 1, 2, 2, 0x6B, 0x6C])),
            ("no change", body(changeCount: [0], change: [])), ("a table that is not there", body(record: [7, 1, 2, 2, 0x6B])),
            ("a writer that is not there", body(change: [0, 9, 0, 0, 0, 0, 0])), ("a set that is not there", body(change: [0, 0, 0, 0, 9, 0, 0])),
            ("a context that is not there", body(change: [0, 0, 0, 0, 0, 9, 0])), ("unknown flags", body(change: [0, 0, 0, 0, 0, 0, 4])),
            ("a record before the first", body(change: [1, 0, 0, 0, 0, 0, 0])), ("sequence 0", body(change: [0, 0, 1, 0, 0, 0, 0])),
            ("an unknown kind of record", body(record: [0, 9, 2, 2, 0x6B])), ("values left over", body(stream: [0x83, 2, 2, 2, 2, 0x68, 0x69])),
            ("an unknown type", body(stream: [0x89, 1, 2, 2, 0x68, 0x69])), ("too few values", body(stream: [0, 0, 0, 0])),
        ] {
            #expect(code { try SampleBody.drain(bytes, writerCount: 1) } != nil, "\(name)")
        }
    }

    @Test func otherEncodingsOfValuesAreRefused() {
        let hex = Array("0193e0c6a7b07000800000000000000a".utf8)
        #expect(code { try SampleBody.drain(body(stream: [0x83, 1, 32, 32] + hex), writerCount: 1) } == .malformed, "an id as text")
        #expect(code { try SampleBody.drain(body(stream: [0x84, 1, 32, 32] + hex), writerCount: 1) } == nil, "a blob stays one")
        let nan = Array(repeating: UInt8(0xFF), count: 8)
        #expect(code { try SampleBody.drain(body(stream: [0x82, 0, 8] + nan), writerCount: 1) } == .malformed, "NaN is NULL in SQLite")
        let usual = RecordKey("0193e0c6a7b07000800000000000000a").bytes
        #expect(code { try SampleBody.drain(body(record: [0, 1, 17] + usual), writerCount: 1) } == .malformed, "a usual id as any key")
        #expect(code { try SampleBody.drain(body(record: [0, 1, 0x82, 0x00, 2, 0x6B]), writerCount: 1) } == .malformed, "a longer number")
    }

    @Test func sizesOfValuesHaveALimit() {
        // The size is read and judged before the bytes are looked for.
        for (size, found) in [(Limits.valueByteCount, WireError.Code.truncated), (Limits.valueByteCount + 1, .tooLarge)] {
            var number = ByteWriter()
            number.number(size)
            let stream = [0x83, UInt8(number.count)] + number.bytes + [0]
            #expect(code { try SampleBody.drain(body(stream: stream), writerCount: 1) } == found)
        }
    }

    /// What one changed cell of an existing record costs before compression, beside its names and its value: 42 bytes.
    @Test func oneChangedCellIsSmall() throws {
        var builder = SegmentBuilder(writers: (0..<3).map { Samples.writer($0) })
        let names = ["contact_point", "value"]
        let table = builder.table(WireTable(
            name: names[0], keyPartCount: 1, columns: [WireColumn(name: names[1], parts: [names[1]])]))
        builder.add(
            Change(
                dot: Dot(WriterOrdinal(0), 70_000), timeMilliseconds: 1_763_000_000_000, columns: [.exists, ColumnSet(number: 1)],
                context: Context([.init(WriterOrdinal(1), 40_000)])),
            table: table, key: RecordKey("0193e0c6a7b07000800000000000000a"), anchor: Dot(WriterOrdinal(1), 39_000))
        let value = "+31 6 12345678"
        builder.add(.text(value), table: table, column: 1, part: 0)
        let body = builder.finish()
        let named = names.reduce(0) { $0 + $1.utf8.count } + value.utf8.count
        #expect(body.count - named <= 60)
        // Compressed it is no larger by more than a zstd frame's head; sealed, by salt, commitment and one tag.
        let sealed = try SealedSegment.seal(
            body, collection: "people", epoch: FixtureKeys.people.id, salt: Samples.writer(1), by: FixtureKeys.sealing())
        #expect(sealed.count <= body.count + 13 + 64)
    }
}

/// The texts and blobs of one change together.
@Suite struct ChangeByteTests {
    @Test(arguments: [Limits.changeByteCount - 1, Limits.changeByteCount, Limits.changeByteCount + 1])
    func aChangeHasALimit(_ byteCount: Int) throws {
        var builder = SegmentBuilder(writers: [Samples.writer(1)])
        let table = builder.table(WireTable(
            name: "t", keyPartCount: 1, columns: [WireColumn(name: "a", parts: ["a"]), WireColumn(name: "b", parts: ["b"])]))
        // Before and behind it stand others: each change is counted by itself.
        for (number, sizes) in [(1, [7, 7]), (2, [byteCount / 2, byteCount - byteCount / 2]), (3, [7, 7])] {
            builder.add(
                Change(
                    dot: Dot(WriterOrdinal(0), UInt32(number)), timeMilliseconds: 0,
                    columns: [.exists, ColumnSet(number: 1), ColumnSet(number: 2)], isAnchor: true),
                table: table, key: RecordKey("k\(number)"), anchor: nil)
            for (column, size) in sizes.enumerated() {
                builder.add(.blob(Array(repeating: 0, count: size)), table: table, column: column + 1, part: 0)
            }
        }
        let bytes = builder.finish()
        #expect(code { try SampleBody.drain(bytes, writerCount: 1) } == (byteCount > Limits.changeByteCount ? .tooLarge : nil))
    }
}
