/// Numbers of one kind, one after another, shorter where they repeat. How many there are is said elsewhere.
///
/// | begins with | then |
/// |---|---|
/// | 0 | nothing: no numbers |
/// | value × 2 + 1 | nothing: all are `value` |
/// | bytes × 4 | so many bytes of values |
/// | bytes × 4 + 2 | so many bytes of groups: how many bytes of values, these, and of each how often it repeats |
///
/// The shorter form is taken, values where both are as long, and no group has the value of the one before it: each column has one
/// encoding. Values and repeats stand apart, since like beside like compresses best: on the trace automerge-paper a fourteenth less
/// than pairs.
struct NumberColumn {
    private var values: [UInt64] = []

    mutating func append(_ value: some BinaryInteger) { values.append(UInt64(value)) }
    mutating func append(signed value: Int64) { values.append(zigzag(value)) }

    func write(to out: inout ByteWriter) {
        guard let first = values.first else { return out.number(0) }
        guard values.contains(where: { $0 != first }) else { return out.number(first << 1 | 1) }
        var (listed, grouped, repeats) = (ByteWriter(), ByteWriter(), ByteWriter())
        var start = 0
        for place in 1...values.count where place == values.count || values[place] != values[start] {
            for _ in start..<place { listed.number(values[start]) }
            grouped.number(values[start])
            repeats.number(place - start - 1)
            start = place
        }
        var groups = ByteWriter()
        groups.counted(grouped.bytes)
        groups.raw(repeats.bytes)
        let isGrouped = groups.count < listed.count
        out.number((isGrouped ? groups : listed).count << 2 | (isGrouped ? 2 : 0))
        out.raw((isGrouped ? groups : listed).bytes)
    }

    /// How many bytes a number takes.
    private static func byteCount(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }

    /// Reads a column number by number: nothing is kept of it, however often a value is said to repeat.
    struct Reader {
        private var values: ByteReader
        private var repeats: ByteReader
        private let isGrouped: Bool
        private var constant: UInt64?
        private var hasRead = false
        private var current: UInt64?
        /// How often `current` is still to come.
        private var left: UInt64 = 0
        private var differs = false
        /// What the two forms would take, in bytes, of what has been read; the shorter must have been taken.
        private var listedCount = 0, valueCount = 0, repeatCount = 0
        private var groupLength: UInt64 = 0

        init(_ reader: inout ByteReader, in place: StaticString) throws {
            let head = try reader.number()
            let none = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0), in: place)
            (values, repeats) = (none, none)
            isGrouped = head & 3 == 2
            guard head & 1 == 0 else {
                constant = head >> 1
                return
            }
            guard head >> 2 <= UInt64(reader.remaining) else { throw reader.failure(.truncated) }
            guard head != 2 else { throw reader.failure(.malformed) }
            values = ByteReader(try reader.raw(Int(head >> 2)), in: place)
            if isGrouped {
                let count = try values.count(limit: Int.max)
                let part = try values.raw(count)
                repeats = ByteReader(try values.raw(values.remaining), in: place)
                values = ByteReader(part, in: place)
            }
        }

        mutating func next() throws -> UInt64 {
            hasRead = true
            if let constant { return constant }
            if left > 0, let current {
                left -= 1
                return current
            }
            let value = try values.number()
            let isSame = value == current
            if isGrouped {
                guard !isSame else { throw values.failure(.malformed) }
                left = try repeats.number()
                let (count, isOver) = NumberColumn.byteCount(value).multipliedReportingOverflow(by: Int(clamping: left) &+ 1)
                guard left < UInt64(Int.max), !isOver else { throw values.failure(.tooLarge) }
                endGroup()
                (groupLength, listedCount) = (left + 1, listedCount.addingReportingOverflow(count).partialValue)
            } else {
                if !isSame { endGroup() }
                groupLength += 1
                listedCount += NumberColumn.byteCount(value)
            }
            if !isSame { valueCount += NumberColumn.byteCount(value) }
            differs = differs || (current != nil && !isSame)
            current = value
            return value
        }

        private mutating func endGroup() {
            if groupLength > 0 { repeatCount += NumberColumn.byteCount(groupLength - 1) }
            groupLength = 0
        }

        mutating func signed() throws -> Int64 { unzigzag(try next()) }

        /// A number at most `limit`.
        mutating func next(limit: Int) throws -> Int {
            let value = try next()
            guard value <= UInt64(limit) else { throw values.failure(.tooLarge) }
            return Int(value)
        }

        /// `base` and what the column says beyond it.
        mutating func next(from base: UInt32, limit: UInt32 = .max) throws -> UInt32 {
            let (value, isOver) = Int64(base).addingReportingOverflow(try signed())
            guard !isOver, value >= 0, value <= Int64(limit) else { throw values.failure(.tooLarge) }
            return UInt32(value)
        }

        /// All of it must have been read, and be written as it is to be.
        mutating func finish() throws {
            guard left == 0, values.remaining == 0, repeats.remaining == 0, constant == nil || hasRead else { throw values.failure(.trailing) }
            guard constant == nil, hasRead else { return }
            endGroup()
            let grouped = NumberColumn.byteCount(UInt64(valueCount)) + valueCount + repeatCount
            guard differs, isGrouped == (grouped < listedCount) else { throw values.failure(.malformed) }
        }

        func failure(_ code: WireError.Code) -> WireError { values.failure(code) }
    }
}
