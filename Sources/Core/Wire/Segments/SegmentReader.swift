import CRDT

/// A value that still lies in the segment's body.
package struct RawValue {
    package let type: ValueType
    /// An integer, or the bits of a real.
    package let number: Int64
    /// Text or blob; for `.id` the 16 packed bytes. Valid as long as the body is.
    package let bytes: UnsafeRawBufferPointer

    package var value: Value {
        switch type {
        case .null: .null
        case .integer: .integer(number)
        case .real: .real(Double(bitPattern: UInt64(bitPattern: number)))
        case .text: .text(Array(bytes))
        // As it lies there: who takes it in asks for the type first.
        case .blob, .edit: .blob(Array(bytes))
        case .id: .text(unpackedID(bytes))
        }
    }
}

/// Decodes the body of a segment of unknown origin: everything is checked; what is wrong throws.
///
/// Use: `next()` gives the changes in order; before the next call, `value(column:part:)` gives each value of its columns,
/// in ascending order of column and part. The whole body has been validated when `next()` has returned nil.
package struct SegmentReader {
    /// A change with columns, dots and context in the segment's own numbers: `ColumnSet` by the table's `columns` order,
    /// writers as indices into the manifest's writers.
    package struct Entry {
        package let record: Int
        package let change: Change
    }

    package struct Record {
        package let table: Int
        package let reference: RecordReference
    }

    private struct ValueStream {
        let types: UnsafeRawBufferPointer?
        let uniform: ValueType
        /// A counter's: every value is an integer. Of a text it may be an edit.
        let kind: MergeKind
        var typeIndex = 0
        var numbers: ByteReader
        var bytes: ByteReader
    }

    package let tables: [WireTable]
    package let records: [Record]
    package let changeCount: Int

    private let columnSets: [(table: Int, columns: ColumnSet)]
    private let contexts: [Context]
    private var changeRecords: ByteReader
    private var changeWriters: ByteReader
    private var changeSequences: ByteReader
    private var changeTimes: ByteReader
    private var changeColumns: ByteReader
    private var changeContexts: ByteReader
    private let changeFlags: UnsafeRawBufferPointer
    private var previousSequence: [UInt32]
    private var previousTime: Int64 = 0
    private var recordsSeen = 0
    private var changesSeen = 0
    /// By table, the index of its first stream; by column the offset within.
    private var streams: [ValueStream]
    private let streamStart: [[Int]]
    private var table = 0
    /// Of the change that `next()` last gave: the bytes of the values read.
    private var changeByteCount = 0

    /// - Parameters:
    ///   - body: decompressed; must outlive the reader and every value it gives.
    ///   - writerCount: how many writers the manifest has; larger indices are malformed.
    package init(_ body: UnsafeRawBufferPointer, writerCount: Int) throws {
        var reader = ByteReader(body, in: "segment body")
        let tables = try SegmentReader.readTables(&reader)
        self.tables = tables
        let setCount = try reader.count(limit: Limits.segmentChangeCount, bytesEach: 2)
        columnSets = try (0..<setCount).map { _ in
            let table = try reader.number(limit: Limits.tableCount)
            let columns = try reader.number()
            guard table < tables.count, columns < 1 << UInt64(tables[table].columns.count + 1) else {
                throw reader.failure(.malformed)
            }
            return (table, ColumnSet(rawValue: columns))
        }
        let contextCount = try reader.count(limit: Limits.segmentChangeCount, bytesEach: 3)
        contexts = try [.empty] + (0..<contextCount).map { _ in try SegmentReader.readContext(&reader, writerCount) }

        let recordCount = try reader.count(limit: Limits.segmentChangeCount, bytesEach: 3)
        records = try SegmentReader.readRecords(&reader, count: recordCount, tables: tables, writerCount: writerCount)

        let changeCount = try reader.count(limit: Limits.segmentChangeCount, bytesEach: 7)
        guard changeCount > 0, recordCount <= changeCount else { throw reader.failure(.malformed) }
        self.changeCount = changeCount
        func stream(_ reader: inout ByteReader) throws -> ByteReader {
            let start = reader
            for _ in 0..<changeCount { _ = try reader.number() }
            return start
        }
        changeRecords = try stream(&reader)
        changeWriters = try stream(&reader)
        changeSequences = try stream(&reader)
        changeTimes = try stream(&reader)
        changeColumns = try stream(&reader)
        changeContexts = try stream(&reader)
        changeFlags = try reader.raw(changeCount)
        previousSequence = Array(repeating: 0, count: writerCount)

        var streams: [ValueStream] = []
        streamStart = try tables.map { table in
            try table.columns.map { column in
                let start = streams.count
                for _ in column!.parts { streams.append(try SegmentReader.readStream(&reader, column!.kind)) }
                return start
            }
        }
        self.streams = streams
        try reader.finish()
    }

    private static func readTables(_ reader: inout ByteReader) throws -> [WireTable] {
        let count = try reader.count(limit: Limits.tableCount, bytesEach: 3)
        var tables: [WireTable] = []
        for _ in 0..<count {
            let name = try reader.shownName()
            let keyPartCount = try reader.number(limit: Limits.partCount)
            guard keyPartCount > 0, !tables.contains(where: { $0.name == name }) else { throw reader.failure(.malformed) }
            let columnCount = try reader.count(limit: ColumnSet.limit - 1, bytesEach: 3)
            var columns: [WireColumn] = []
            for _ in 0..<columnCount {
                let column = try reader.column()
                guard !columns.contains(where: { $0.name == column.name }) else { throw reader.failure(.malformed) }
                columns.append(column)
            }
            tables.append(WireTable(name: name, keyPartCount: keyPartCount, columns: columns))
        }
        return tables
    }

    private static func readContext(_ reader: inout ByteReader, _ writerCount: Int) throws -> Context {
        let count = try reader.count(limit: Limits.contextEntryCount, bytesEach: 2)
        var entries: [Context.Entry] = []
        for _ in 0..<count {
            let writer = try reader.number(limit: Limits.writerCount)
            let last = try reader.sequence()
            guard writer < writerCount, last > 0, entries.last.map({ Int($0.writer.number) < writer }) ?? true else {
                throw reader.failure(.malformed)
            }
            entries.append(.init(WriterOrdinal(UInt32(writer)), last))
        }
        guard count > 0 else { throw reader.failure(.malformed) }
        return Context(entries)
    }

    private static func readRecords(
        _ reader: inout ByteReader, count: Int, tables: [WireTable], writerCount: Int
    ) throws -> [Record] {
        var recordTables: [Int] = []
        recordTables.reserveCapacity(count)
        for _ in 0..<count {
            let table = try reader.number(limit: Limits.tableCount)
            guard table < tables.count else { throw reader.failure(.malformed) }
            recordTables.append(table)
        }
        let kinds = try reader.raw(count)
        var sharedCounts: [Int] = []
        var references: [RecordReference?] = []
        references.reserveCapacity(count)
        var previousSequence = Array(repeating: Int64(0), count: writerCount)
        for index in 0..<count {
            switch RecordKind(rawValue: kinds[index]) {
            case .id:
                guard tables[recordTables[index]].keyPartCount == 1 else { throw reader.failure(.malformed) }
                sharedCounts.append(try reader.number(limit: 16))
                references.append(nil)
            case .key:
                let raw = try reader.counted(limit: Limits.keyByteCount)
                let key = try RecordKey(checking: raw, partCount: tables[recordTables[index]].keyPartCount)
                guard !(raw.count == 17 && raw[0] == 0) else { throw reader.failure(.malformed) }
                references.append(.key(key))
            case .anchor:
                let writer = try reader.number(limit: Limits.writerCount)
                guard writer < writerCount else { throw reader.failure(.malformed) }
                let (sequence, overflow) = previousSequence[writer].addingReportingOverflow(try reader.signed())
                guard !overflow, sequence > 0, sequence <= Int64(UInt32.max) else { throw reader.failure(.malformed) }
                previousSequence[writer] = sequence
                references.append(.anchor(Dot(WriterOrdinal(UInt32(writer)), UInt32(sequence))))
            case nil:
                throw reader.failure(.malformed)
            }
        }
        var hexKey = [UInt8](repeating: 0, count: 17)
        var sharedIndex = 0
        var records: [Record] = []
        records.reserveCapacity(count)
        for index in 0..<count {
            if let reference = references[index] {
                records.append(Record(table: recordTables[index], reference: reference))
            } else {
                let shared = sharedCounts[sharedIndex]
                sharedIndex += 1
                hexKey.replaceSubrange((shared + 1)..<17, with: try reader.raw(16 - shared))
                records.append(Record(table: recordTables[index], reference: .key(RecordKey(trusted: hexKey))))
            }
        }
        return records
    }

    private static func readStream(_ reader: inout ByteReader, _ kind: MergeKind) throws -> ValueStream {
        let marker = try reader.byte()
        var types: UnsafeRawBufferPointer?
        var uniform = ValueType.null
        if marker == 0 {
            let count = try reader.count(limit: Limits.segmentChangeCount)
            types = try reader.raw(count)
        } else {
            guard marker & 0x80 != 0, let type = ValueType(rawValue: marker & 0x7F) else { throw reader.failure(.malformed) }
            uniform = type
        }
        let numbers = ByteReader(try reader.counted(limit: Limits.segmentByteCount), in: "segment values")
        let bytes = ByteReader(try reader.counted(limit: Limits.segmentByteCount), in: "segment values")
        return ValueStream(types: types, uniform: uniform, kind: kind, numbers: numbers, bytes: bytes)
    }

    /// The next change, or nil after the last, when everything has been used up as it should.
    package mutating func next() throws -> Entry? {
        guard changesSeen < changeCount else {
            for stream in streams {
                guard stream.numbers.remaining == 0, stream.bytes.remaining == 0,
                    stream.types.map({ $0.count == stream.typeIndex }) ?? true
                else { throw WireError(.malformed, in: "segment values") }
            }
            guard recordsSeen == records.count else { throw WireError(.malformed, in: "segment body") }
            return nil
        }
        let back = try changeRecords.number()
        let record: Int
        if back == 0 {
            record = recordsSeen
            recordsSeen += 1
        } else {
            record = back <= UInt64(recordsSeen) ? recordsSeen - Int(back) : -1
        }
        guard record >= 0, record < records.count else { throw changeRecords.failure(.malformed) }
        let writer = try changeWriters.number(limit: Limits.writerCount)
        guard writer < previousSequence.count else { throw changeWriters.failure(.malformed) }
        let (step, overflow) = Int64(previousSequence[writer]).addingReportingOverflow(try changeSequences.signed())
        guard !overflow, step >= 0, step < Int64(UInt32.max) else { throw changeSequences.failure(.malformed) }
        previousSequence[writer] = UInt32(step + 1)
        let (time, timeOverflow) = previousTime.addingReportingOverflow(try changeTimes.signed())
        guard !timeOverflow, time == clampedTime(time) else { throw changeTimes.failure(.malformed) }
        previousTime = time
        let set = try changeColumns.number(limit: Limits.segmentChangeCount)
        let context = try changeContexts.number(limit: Limits.segmentChangeCount)
        let flags = changeFlags[changesSeen]
        guard set < columnSets.count, context < contexts.count, flags < 4,
            columnSets[set].table == records[record].table
        else { throw changeColumns.failure(.malformed) }
        let columns = columnSets[set].columns
        guard !columns.isEmpty || flags & 2 != 0 else { throw changeColumns.failure(.malformed) }
        table = columnSets[set].table
        changeByteCount = 0
        changesSeen += 1
        return Entry(
            record: record,
            change: Change(
                dot: Dot(WriterOrdinal(UInt32(writer)), UInt32(step + 1)), timeMilliseconds: time, columns: columns,
                context: contexts[context], deletes: flags & 1 != 0, isAnchor: flags & 2 != 0))
    }

    /// The next value of a part of a column of the change that `next()` last gave.
    ///
    /// - Parameter column: the number in the segment's table, from 1.
    @inline(__always) package mutating func value(column: Int, part: Int) throws -> RawValue {
        let value = try SegmentReader.take(&streams[streamStart[table][column - 1] + part])
        changeByteCount += value.bytes.count
        // Whoever takes it in must be able to pack it again.
        guard changeByteCount <= Limits.changeByteCount else { throw WireError(.tooLarge, in: "segment values") }
        return value
    }

    /// Reads all of a body and keeps nothing of it: whether it holds what a delta's bodies must.
    ///
    /// - Parameters:
    ///   - changeCount: the number that the manifest says.
    ///   - writers: what the numbers of writers in the body stand for.
    ///   - bounds: of the delta, after the segments before this one.
    /// - Throws: `malformed`, `tooLarge`.
    package static func check(
        _ body: UnsafeRawBufferPointer, changeCount: Int, writers: WriterNumbers, _ bounds: inout DeltaBounds
    ) throws {
        var reader = try SegmentReader(body, writerCount: writers.count)
        guard reader.changeCount == changeCount else { throw WireError(.malformed, in: "segment body") }
        for case .anchor(let dot) in reader.records.lazy.map(\.reference) where !bounds.mayName(writers.dot(dot)) {
            throw WireError(.malformed, in: "segment records")
        }
        while let entry = try reader.next() {
            let change = entry.change
            let local = Change(
                dot: writers.dot(change.dot), timeMilliseconds: change.timeMilliseconds, columns: change.columns,
                context: writers.context(of: change), deletes: change.deletes, isAnchor: change.isAnchor)
            guard try bounds.admits(local) else { throw WireError(.malformed, in: "segment changes") }
            for column in change.columns.numbers where column > 0 {
                for part in reader.tables[reader.table].columns[column - 1]!.parts.indices {
                    let value = try reader.value(column: column, part: part)
                    guard value.type == .edit else { continue }
                    let edit = try TextEdit.decode(value.bytes, of: change.dot, writerCount: writers.count)
                    try TextEdit.check(edit.named(seeing: local.context, writers.dot), column: column)
                }
            }
        }
    }

    private static func take(_ stream: inout ValueStream) throws -> RawValue {
        var type = stream.uniform
        if let types = stream.types {
            guard stream.typeIndex < types.count, let own = ValueType(rawValue: types[stream.typeIndex]) else {
                throw WireError(.malformed, in: "segment values")
            }
            type = own
            stream.typeIndex += 1
        }
        guard !stream.kind.accumulates || type == .integer, type != .edit || stream.kind == .text else { throw WireError(.malformed, in: "segment values") }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        switch type {
        case .null:
            return RawValue(type: .null, number: 0, bytes: none)
        case .integer:
            return RawValue(type: .integer, number: try stream.numbers.signed(), bytes: none)
        case .real:
            let bits = try stream.bytes.fixed()
            guard !Double(bitPattern: bits).isNaN else { throw stream.bytes.failure(.malformed) }
            return RawValue(type: .real, number: Int64(bitPattern: bits), bytes: none)
        case .text, .blob, .edit:
            let bytes = try stream.bytes.raw(try stream.numbers.number(limit: Limits.valueByteCount))
            // A usual id has its own, shorter encoding, and every value just one.
            guard type != .text || bytes.count != 32 || packedID(bytes) == nil else { throw stream.bytes.failure(.malformed) }
            return RawValue(type: type, number: 0, bytes: bytes)
        case .id:
            return RawValue(type: .id, number: 0, bytes: try stream.bytes.raw(16))
        }
    }
}
