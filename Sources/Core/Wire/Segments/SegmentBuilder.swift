import CRDT

/// A table as a segment names it.
package struct WireTable: Hashable, Sendable {
    package let name: String
    package let keyPartCount: Int
    /// By column number; number 0 is `exists` and has no entry. nil where the number is not in use.
    package var columns: [WireColumn?]

    package init(name: String, keyPartCount: Int, columns: [WireColumn?]) {
        self.name = name
        self.keyPartCount = keyPartCount
        self.columns = columns
    }
}

/// How a segment names a record.
package enum RecordReference: Hashable, Sendable {
    case key(RecordKey)
    /// The dot of an anchor within the delta's base: whoever covers the base knows which record it created.
    case anchor(Dot)
}

/// Encodes changes, in the order in which they are added, into the body of a segment (Protocol.md, "Segment body").
///
/// The body is columnar: one stream per kind of number and one per SQL column, so that like stands beside like and
/// compresses well. Column names are written only for columns that occur.
package struct SegmentBuilder {
    /// The values of one SQL column, in the order of the changes.
    private struct ValueStream {
        var types: [UInt8] = []
        var numbers = ByteWriter()
        var bytes: [UInt8] = []
    }

    private let writers: [WriterID]
    private var tables: [WireTable] = []
    private var tableIndices: [String: Int] = [:]
    /// The streams of all tables' columns and parts; by table and column index, the first of the column's.
    private var streams: [ValueStream] = []
    private var firstStreams: [[Int]] = []

    private var recordTables = ByteWriter()
    private var recordKinds: [UInt8] = []
    private var recordData = ByteWriter()
    private var hexKeySuffixes: [UInt8] = []
    private var previousHexKey: [UInt8] = Array(repeating: 0, count: 16)
    private var previousAnchorSequence: [UInt32]
    private var records = RecordPlaces()

    private var changeRecords = ByteWriter()
    private var changeWriters = ByteWriter()
    private var changeSequences = ByteWriter()
    private var previousSequence: [UInt32]
    private var changeTimes = ByteWriter()
    private var previousTime: Int64 = 0
    private var changeColumns = ByteWriter()
    private var columnSets: [ColumnSetID: Int] = [:]
    private var columnSetList: [ColumnSetID] = []
    private var changeContexts = ByteWriter()
    private var contexts: [Context: Int] = [.empty: 0]
    private var contextList: [Context] = [.empty]
    private var changeFlags: [UInt8] = []

    package private(set) var changeCount = 0
    /// The greatest part of what `finish` will return; enough to decide when a segment is full.
    package private(set) var byteCount = 0

    private struct ColumnSetID: Hashable {
        let table: Int
        let columns: ColumnSet
    }

    /// - Parameters:
    ///   - writers: those that the ordinals in dots and contexts stand for: an index into the manifest's writers.
    ///   - expectedCount: about how many records will come; saves growing step by step.
    package init(writers: [WriterID], expectedCount: Int = 0) {
        self.writers = writers
        records.reserve(expectedCount)
        previousAnchorSequence = Array(repeating: 0, count: writers.count)
        previousSequence = Array(repeating: 0, count: writers.count)
    }

    package var isEmpty: Bool { changeCount == 0 }
    package var isFull: Bool { isFull(at: Limits.segmentTargetByteCount) }

    /// - Parameter target: bytes of a body after which a new one begins; `Limits.segmentTargetByteCount` at most.
    package func isFull(at target: Int) -> Bool { changeCount >= Limits.segmentTargetChangeCount || byteCount >= target }

    /// The index that `add` takes for this table. Costs a look-up by name: call once per table, not per change.
    package mutating func table(_ table: WireTable) -> Int {
        if let known = tableIndices[table.name] { return known }
        tables.append(table)
        tableIndices[table.name] = tables.count - 1
        firstStreams.append(table.columns.map { column in
            let first = streams.count
            streams.append(contentsOf: repeatElement(ValueStream(), count: column?.parts.count ?? 0))
            return first
        })
        return tables.count - 1
    }

    /// Adds a change; its values follow by `addValue`, in ascending order of column and part.
    ///
    /// - Parameters:
    ///   - key: the record's key, which groups changes to one record.
    ///   - anchor: the dot to name the record by instead of its key.
    ///   - change: dots and context in terms of this builder's `writers`.
    package mutating func add(_ change: Change, table: Int, key: RecordKey, anchor: Dot?) {
        key.bytes.withUnsafeBytes { add(change, table: table, encodedKey: $0, anchor: anchor) }
    }

    /// The same with the key where it lies.
    package mutating func add(_ change: Change, table: Int, encodedKey key: UnsafeRawBufferPointer, anchor: Dot?) {
        let count = records.count
        let place = records.place(of: key, table: table)
        if place < count {
            changeRecords.number(count - place)
        } else {
            changeRecords.byte(0)
            addRecord(table: table, key: key, anchor: anchor)
        }
        let writer = Int(change.dot.writer.number)
        changeWriters.number(writer)
        changeSequences.signed(Int64(change.dot.sequence) - Int64(previousSequence[writer]) - 1)
        previousSequence[writer] = change.dot.sequence
        changeTimes.signed(change.timeMilliseconds - previousTime)
        previousTime = change.timeMilliseconds

        let set = ColumnSetID(table: table, columns: change.columns)
        let setIndex = columnSets[set] ?? columnSetList.count
        if setIndex == columnSetList.count {
            columnSets[set] = setIndex
            columnSetList.append(set)
        }
        changeColumns.number(setIndex)

        var contextIndex = 0
        if !change.context.entries.isEmpty {
            contextIndex = contexts[change.context] ?? contextList.count
            if contextIndex == contextList.count {
                contexts[change.context] = contextIndex
                contextList.append(change.context)
                byteCount += 4 * change.context.entries.count
            }
        }
        changeContexts.number(contextIndex)
        // A change whose existence has been taken over says nothing of it.
        changeFlags.append((change.deletes && change.columns.contains(.exists) ? 1 : 0) | (change.isAnchor ? 2 : 0))
        changeCount += 1
        byteCount += 8
    }

    private mutating func addRecord(table: Int, key: UnsafeRawBufferPointer, anchor: Dot?) {
        recordTables.number(table)
        if let anchor {
            recordKinds.append(RecordKind.anchor.rawValue)
            let writer = Int(anchor.writer.number)
            recordData.number(writer)
            recordData.signed(Int64(anchor.sequence) - Int64(previousAnchorSequence[writer]))
            previousAnchorSequence[writer] = anchor.sequence
        } else if key.count == 17, key[0] == 0 {
            recordKinds.append(RecordKind.id.rawValue)
            var shared = 0
            while shared < 16, previousHexKey[shared] == key[shared + 1] { shared += 1 }
            recordData.number(shared)
            let suffix = UnsafeRawBufferPointer(rebasing: key[(shared + 1)...])
            hexKeySuffixes.append(contentsOf: suffix)
            previousHexKey.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[shared...]).copyMemory(from: suffix) }
            byteCount += 16 - shared
        } else {
            recordKinds.append(RecordKind.key.rawValue)
            recordData.number(key.count)
            recordData.raw(key)
            byteCount += key.count
        }
    }

    @inline(__always) private func stream(_ table: Int, _ column: Int, _ part: Int) -> Int {
        firstStreams[table][column - 1] + part
    }

    package mutating func addNull(table: Int, column: Int, part: Int) {
        streams[stream(table, column, part)].types.append(ValueType.null.rawValue)
    }

    package mutating func addInteger(_ value: Int64, table: Int, column: Int, part: Int) {
        let stream = stream(table, column, part)
        streams[stream].types.append(ValueType.integer.rawValue)
        streams[stream].numbers.signed(value)
        byteCount += 3
    }

    package mutating func addReal(_ value: Double, table: Int, column: Int, part: Int) {
        let stream = stream(table, column, part)
        streams[stream].types.append(ValueType.real.rawValue)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { streams[stream].bytes.append(contentsOf: $0) }
        byteCount += 8
    }

    package mutating func addText(_ value: UnsafeRawBufferPointer, table: Int, column: Int, part: Int) {
        if value.count == 32 {
            let packed = withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { buffer -> Bool in
                guard packID(value, into: buffer.baseAddress!) else { return false }
                streams[stream(table, column, part)].bytes.append(contentsOf: buffer)
                return true
            }
            if packed {
                streams[stream(table, column, part)].types.append(ValueType.id.rawValue)
                byteCount += 16
                return
            }
        }
        addBytes(value, as: .text, table: table, column: column, part: part)
    }

    package mutating func addBlob(_ value: UnsafeRawBufferPointer, table: Int, column: Int, part: Int) {
        addBytes(value, as: .blob, table: table, column: column, part: part)
    }

    /// - Parameter edit: as `TextEdit.encode` gives it, in terms of this builder's `writers`.
    package mutating func addEdit(_ edit: [UInt8], table: Int, column: Int, part: Int) {
        edit.withUnsafeBytes { addBytes($0, as: .edit, table: table, column: column, part: part) }
    }

    @inline(__always)
    private mutating func addBytes(_ value: UnsafeRawBufferPointer, as type: ValueType, table: Int, column: Int, part: Int) {
        let stream = stream(table, column, part)
        streams[stream].types.append(type.rawValue)
        streams[stream].numbers.number(value.count)
        streams[stream].bytes.append(contentsOf: value)
        byteCount += value.count + 1
    }

    package mutating func add(_ value: Value, table: Int, column: Int, part: Int) {
        switch value {
        case .null: addNull(table: table, column: column, part: part)
        case .integer(let number): addInteger(number, table: table, column: column, part: part)
        case .real(let number): addReal(number, table: table, column: column, part: part)
        case .text(let bytes): bytes.withUnsafeBytes { addText($0, table: table, column: column, part: part) }
        case .blob(let bytes): bytes.withUnsafeBytes { addBlob($0, table: table, column: column, part: part) }
        }
    }

    /// The body, before compression.
    package consuming func finish() -> [UInt8] {
        var out = ByteWriter()
        out.number(tables.count)
        var places: [[Int]] = []          // by table and column number: the number in this segment
        for (index, table) in tables.enumerated() {
            let used = columnSetList.reduce(into: ColumnSet()) { if $1.table == index { $0.formUnion($1.columns) } }
            out.text(table.name)
            out.number(table.keyPartCount)
            let columns = table.columns.indices.filter { used.contains(number: $0 + 1) }
            out.number(columns.count)
            var place = Array(repeating: 0, count: table.columns.count + 1)
            for (order, columnIndex) in columns.enumerated() {
                place[columnIndex + 1] = order + 1
                out.column(table.columns[columnIndex]!)
            }
            places.append(place)
        }

        out.number(columnSetList.count)
        for set in columnSetList {
            out.number(set.table)
            out.number(set.columns.numbers.reduce(into: UInt64(0)) { $0 |= 1 << UInt64(places[set.table][$1]) })
        }
        out.number(contextList.count - 1)
        for context in contextList.dropFirst() {
            out.number(context.entries.count)
            for entry in context.entries {
                out.number(UInt64(entry.writer.number))
                out.number(UInt64(entry.last))
            }
        }

        out.number(records.count)
        out.raw(recordTables.bytes)
        out.raw(recordKinds)
        out.raw(recordData.bytes)
        out.raw(hexKeySuffixes)

        out.number(changeCount)
        for stream in [changeRecords, changeWriters, changeSequences, changeTimes, changeColumns, changeContexts] {
            out.raw(stream.bytes)
        }
        out.raw(changeFlags)

        for (index, table) in tables.enumerated() {
            for column in table.columns.indices where places[index][column + 1] > 0 {
                let first = firstStreams[index][column]
                for stream in streams[first..<first + table.columns[column]!.parts.count] {
                    if let first = stream.types.first, stream.types.allSatisfy({ $0 == first }) {
                        out.byte(0x80 | first)
                    } else {
                        out.byte(0)
                        out.counted(stream.types)
                    }
                    out.counted(stream.numbers.bytes)
                    out.counted(stream.bytes)
                }
            }
        }
        return out.bytes
    }
}

/// Numbers records in the order in which they come, each once: a hash table with their keys in one buffer.
private struct RecordPlaces {
    /// By slot the record's number and one; 0 when free. A power of two, at least twice as many as records.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    private var hashes: [UInt32] = []
    private var tables: [Int32] = []
    private var ends: [Int] = []
    private var keys: [UInt8] = []

    var count: Int { ends.count }

    mutating func reserve(_ count: Int) {
        var size = 64
        while size < 2 * count { size *= 2 }
        slots = Array(repeating: 0, count: size)
        hashes.reserveCapacity(count)
        tables.reserveCapacity(count)
        ends.reserveCapacity(count)
        keys.reserveCapacity(17 * count)
    }

    /// The record's number; the count so far for a new one, which is then taken up.
    mutating func place(of key: UnsafeRawBufferPointer, table: Int) -> Int {
        // Keyed anew in each process: members choose keys, and cannot choose them to collide.
        var hasher = Hasher()
        hasher.combine(table)
        hasher.combine(bytes: key)
        let hash = UInt32(truncatingIfNeeded: hasher.finalize())
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if hashes[place] == hash, tables[place] == Int32(table), isKey(key, of: place) { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(count + 1)
        hashes.append(hash)
        tables.append(Int32(table))
        keys.append(contentsOf: key)
        ends.append(keys.count)
        if 2 * count > slots.count { grow() }
        return count - 1
    }

    private func isKey(_ key: UnsafeRawBufferPointer, of place: Int) -> Bool {
        let start = place == 0 ? 0 : ends[place - 1]
        guard ends[place] - start == key.count else { return false }
        return keys.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[start..<ends[place]]).elementsEqual(key) }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        for (place, hash) in hashes.enumerated() {
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(place + 1)
        }
    }
}

/// The kinds of record references in a body.
enum RecordKind: UInt8 {
    /// A key of one usual id: the count of bytes shared with the one before, and the rest.
    case id = 0
    /// Any key.
    case key = 1
    /// The dot of an anchor within the base.
    case anchor = 2
}

/// The types of values in a body.
package enum ValueType: UInt8, Sendable {
    case null = 0, integer, real, text, blob
    /// Text of 32 lower-case hexadecimal digits, as 16 bytes.
    case id
    /// What a change did to passages of a text (`TextEdit`): only in columns of kind text.
    case edit
}
