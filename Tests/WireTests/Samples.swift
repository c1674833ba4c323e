import CRDT
import Wire

/// A seeded source of chance for drawn inputs: Knuth's MMIX generator, upper bits first.
struct SeededChance: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        var word: UInt64 = 0
        for _ in 0..<2 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            word = word << 32 | state >> 32
        }
        return word
    }

    mutating func below(_ end: Int) -> Int { Int(next() % UInt64(end)) }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// What a wire error's code is, or nil when the work went well.
func code(_ work: () throws -> Void) -> WireError.Code? {
    do {
        try work()
        return nil
    } catch {
        return (error as? WireError)?.code
    }
}

/// Inputs that several suites share.
enum Samples {
    static func writer(_ number: UInt64) -> WriterID { Nonce(high: 0x0193_E0C6_0000_0000, low: number) }

    static func end(_ last: UInt32, _ nonce: UInt64) -> BatchEnd { BatchEnd(last: last, nonce: writer(nonce)) }

    static let space = writer(90)

    /// Names a statement that nobody made.
    static func statement(_ number: UInt64) -> StatementID { StatementID(of: writer(number).bytes) }

    static let base = Knowledge([writer(1): end(4, 14), writer(2): end(7, 27)])

    static func manifest(
        base: KnowledgeForm = .whole(base), segments: [Manifest.Segment] = [segment(10), segment(20)],
        packed: Int64 = 1_763_000_000_000
    ) -> Manifest {
        Manifest(
            space: space, collection: "people", packer: writer(91), packerReplica: writer(92), packedMilliseconds: packed,
            base: base, chains: [writer(2): [end(9, 29), end(12, 212)], writer(3): [end(1, 3), end(300, 33)], writer(4): [end(6, 4)]],
            origins: [writer(4): Origin(root: writer(1), before: end(4, 14))], segments: segments, epoch: writer(93))
    }

    static func segment(_ changeCount: Int, digest: UInt8 = 1) -> Manifest.Segment {
        Manifest.Segment(
            changeCount: changeCount, bodyByteCount: 1_000, sealedByteCount: 700, digest: Array(repeating: digest, count: 32))
    }
}

/// Changes with their values, as a test writes and compares them.
struct SampleChange: Hashable {
    var table: Int
    var key: RecordKey
    var anchor: Dot?
    var change: Change
    /// By column number and part.
    var values: [Int: [Value]]
    /// By column number: edits of texts, in place of values.
    var edits: [Int: [UInt8]] = [:]
}

/// A body of changes: built from samples, and read back into samples.
struct SampleBody {
    var writers: [WriterID]
    var tables: [WireTable]
    var changes: [SampleChange]

    var bytes: [UInt8] {
        var builder = SegmentBuilder(writers: writers)
        for sample in changes {
            let table = builder.table(tables[sample.table])
            builder.add(sample.change, table: table, key: sample.key, anchor: sample.anchor)
            for column in sample.change.columns.numbers where column > 0 {
                if let edit = sample.edits[column] { builder.addEdit(edit, table: table, column: column, part: 0) }
                for (part, value) in (sample.values[column] ?? []).enumerated() {
                    builder.add(value, table: table, column: column, part: part)
                }
            }
        }
        return builder.finish()
    }

    /// Reads a body with the numbers of `tables`; anchors stand for keys where the body has them.
    static func read(_ bytes: [UInt8], writerCount: Int, tables: [WireTable]) throws -> [SampleChange] {
        try bytes.withUnsafeBytes { raw in
            var reader = try SegmentReader(raw, writerCount: writerCount)
            var found: [SampleChange] = []
            while let entry = try reader.next() {
                let record = reader.records[entry.record]
                let table = reader.tables[record.table]
                // What no table of the reader's has keeps the numbers of the segment.
                let place = tables.firstIndex { $0.name == table.name } ?? 0
                let own = tables.indices.contains(place) ? tables[place] : table
                var columns = ColumnSet()
                var values: [Int: [Value]] = [:]
                for column in entry.change.columns.numbers {
                    guard column > 0, let wire = table.columns[column - 1] else {
                        columns.formUnion(.exists)
                        continue
                    }
                    let number = (own.columns.firstIndex(of: wire) ?? column - 1) + 1
                    columns.formUnion(ColumnSet(number: number))
                    for part in wire.parts.indices {
                        values[number, default: []].append(try reader.value(column: column, part: part).value)
                    }
                }
                var change = entry.change
                change.columns = columns
                var sample = SampleChange(table: place, key: RecordKey([""]), anchor: nil, change: change, values: values)
                switch record.reference {
                case .key(let key): sample.key = key
                case .anchor(let dot): sample.anchor = dot
                }
                found.append(sample)
            }
            return found
        }
    }

    /// Reads everything and forgets it; what is wrong throws.
    static func drain(_ bytes: [UInt8], writerCount: Int) throws {
        _ = try read(bytes, writerCount: writerCount, tables: [])
    }

    static func drawn(_ chance: inout SeededChance) -> SampleBody {
        let tables = [
            WireTable(name: "contact", keyPartCount: 1, columns: [
                WireColumn(name: "name", parts: ["name"]), nil,
                WireColumn(name: "address", parts: ["street", "number"]),
                WireColumn(name: "visits", parts: ["visits"], kind: .counter),
            ]),
            WireTable(name: "it's \"odd\" /*", keyPartCount: 2, columns: [WireColumn(name: "é", parts: ["é"])]),
        ]
        let numbers = [[1, 3, 4], [1]]
        let keys = [
            (0..<4).map { RecordKey(Nonce(high: 0x0193_E0C6_A7B0_7000, low: UInt64($0) << (16 * UInt64($0))).description) }
                + [RecordKey("plain"), RecordKey(parts: [[0, 0xFF, 0xC0]])],
            [RecordKey([Nonce(high: 1, low: 2).description, "food"]), RecordKey(["", ""])],
        ]
        let values: [Value] = [
            .null, .integer(0), .integer(.max), .integer(.min), .integer(-1), .real(0), .real(-0.0), .real(.infinity), .real(1e-300),
            .text(""), .text("Fatima"), .text([0, 0xC0, 0xFF]), .text(Nonce(high: 3, low: 4).description),
            .text(Nonce(high: 3, low: 4).description.uppercased().replacing("0", with: "A")), .blob([]), .blob(Array(repeating: 7, count: 32)),
        ]
        let writers = (0..<5).map { Samples.writer(UInt64($0)) }
        var changes: [SampleChange] = []
        for sequence in 1...UInt32(1 + chance.below(30)) {
            let table = chance.below(2)
            var columns = chance.below(3) == 0 ? ColumnSet() : ColumnSet.exists
            var own: [Int: [Value]] = [:]
            for number in numbers[table] where chance.below(2) == 0 {
                columns.formUnion(ColumnSet(number: number))
                let isCounter = tables[table].columns[number - 1]?.accumulates == true
                own[number] = tables[table].columns[number - 1]?.parts.map { _ in isCounter ? .integer(Int64(chance.below(9)) - 4) : chance.pick(values) } ?? []
            }
            let key = chance.pick(keys[table])
            // A record that was named once keeps its name within a body.
            let anchor = changes.first { $0.key == key && $0.table == table }.map(\.anchor)
                ?? (chance.below(3) == 0 ? Dot(WriterOrdinal(UInt32(chance.below(5))), 1 + UInt32(chance.below(1 << 20))) : nil)
            changes.append(SampleChange(
                table: table, key: key, anchor: anchor,
                change: Change(
                    dot: Dot(WriterOrdinal(UInt32(chance.below(5))), sequence),
                    timeMilliseconds: clampedTime(chance.pick([0, 1_763_000_000_000, .max, .min, -5])), columns: columns,
                    context: Context((0..<UInt32(chance.below(4))).map { .init(WriterOrdinal($0), 1 + UInt32(chance.below(9))) }),
                    deletes: chance.below(5) == 0 && columns.contains(.exists), isAnchor: columns.isEmpty || chance.below(3) == 0),
                values: own))
        }
        return SampleBody(writers: writers, tables: tables, changes: changes)
    }
}
