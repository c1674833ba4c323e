import CRDT

/// A text beside its column: all that is to be known of it but its words, which stand in the column and nowhere else.
///
/// | | |
/// |---|---|
/// | format | 1 |
/// | check | 8 bytes: the first of SHA-256 over the column's bytes and all that follows |
/// | runs | columns, in reading order |
/// | disputes | sets of several deleters |
/// | contexts | of every change that a run names, ascending |
/// | parts | spaces that are in no change; letters that stand but are not shown |
/// | generation | and what is left of those that are over; the changes that leave NULL |
///
package enum TextBlob {
    private static let format: UInt8 = 1

    /// - Parameter column: the UTF-8 of what the text shows.
    package static func encode(_ text: Text, column: [UInt8]) -> [UInt8] {
        let stored = text.stored
        let view = text.view
        var body = ByteWriter()
        body.runs(stored)
        body.contexts(stored)
        body.parts(view, text)
        var flags: UInt8 = stored.generation == nil ? 0 : 1
        if !stored.over.isEmpty { flags |= 2 }
        if !stored.nulls.isEmpty { flags |= 4 }
        body.byte(flags)
        if let generation = stored.generation {
            body.number(UInt64(generation.writer.number))
            body.number(UInt64(generation.sequence))
            body.nonce(stored.opened ?? .zero)
            body.signed(stored.openedMilliseconds)
        }
        if !stored.over.isEmpty {
            body.textChanges(stored.over)
            for change in stored.over where change.opens != nil { body.signed(change.timeMilliseconds) }
        }
        if !stored.nulls.isEmpty {
            body.number(stored.nulls.count)
            for dot in stored.nulls.sorted() {
                body.number(UInt64(dot.writer.number))
                body.number(UInt64(dot.sequence))
            }
        }
        return [format] + check(column, body.bytes) + body.bytes
    }

    /// - Parameters:
    ///   - column: what stands in the column.
    ///   - names: of the writers.
    /// - Throws: `damaged` when the column is not what the blob describes: something wrote there that nobody noticed, and the text
    ///   is one passage that replaces all that was.
    package static func decode(_ blob: [UInt8], column: [UInt8], names: [WriterOrdinal: WriterID]) throws -> Text {
        try blob.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, in: "text blob")
            guard try reader.byte() == format else { throw reader.failure(.newerFormat) }
            let checked = Array(try reader.raw(8))
            guard let shown = Value.text(column).prose, checked == check(column, Array(bytes.dropFirst(9))) else { throw reader.failure(.damaged) }
            var stored = try reader.runs()
            try reader.contexts(&stored)
            let letters = try reader.living(of: shown)
            let flags = try reader.byte()
            guard flags < 8 else { throw reader.failure(.malformed) }
            if flags & 1 != 0 {
                stored.generation = Dot(WriterOrdinal(try reader.sequence()), try reader.sequence())
                stored.opened = try reader.nonce()
                stored.openedMilliseconds = try reader.signed()
            }
            if flags & 2 != 0 {
                stored.over = try reader.textChanges(writerCount: .max)
                for index in stored.over.indices where stored.over[index].opens != nil {
                    stored.over[index] = stored.over[index].at(try reader.signed())
                }
            }
            if flags & 4 != 0 {
                for _ in 0..<(try reader.count(limit: TextLimit.runCount, bytesEach: 2)) {
                    let dot = Dot(WriterOrdinal(try reader.sequence()), try reader.sequence())
                    guard stored.nulls.insert(dot).inserted else { throw reader.failure(.malformed) }
                }
            }
            try reader.finish()
            guard stored.runs.reduce(0, { $1.isAlive ? $0 + Int($1.count) : $0 }) == letters.count else { throw reader.failure(.malformed) }
            do { return try Text(stored, letters: letters, names: names) } catch { throw reader.failure(.malformed) }
        }
    }

    private static func check(_ column: [UInt8], _ body: [UInt8]) -> [UInt8] { Array(Digest.sha256(parts: [column, body]).prefix(8)) }
}

extension ByteWriter {
    mutating func columns(_ columns: NumberColumn...) { for column in columns { column.write(to: &self) } }

    /// Of the dots that the runs name, in order; the dots themselves only if there are others.
    fileprivate mutating func contexts(_ stored: TextStored) {
        let named = stored.namedDots
        let isNamed = named == stored.contexts.map(\.dot)
        byte(isNamed ? 0 : 1)
        if !isNamed {
            number(stored.contexts.count)
            var (writers, sequences) = (NumberColumn(), NumberColumn())
            for (dot, _) in stored.contexts {
                writers.append(dot.writer.number)
                sequences.append(dot.sequence)
            }
            columns(writers, sequences)
        }
        var (counts, writers, lasts) = (NumberColumn(), NumberColumn(), NumberColumn())
        var previous: UInt32 = 0
        for (_, context) in stored.contexts {
            counts.append(context.entries.count)
            for entry in context.entries {
                writers.append(entry.writer.number)
                lasts.append(signed: Int64(entry.last) - Int64(previous))
                previous = entry.last
            }
        }
        columns(counts, writers, lasts)
    }

    fileprivate mutating func parts(_ view: TextView, _ text: Text) {
        let spaces = view.parts.filter { $0.living == nil }
        number(spaces.count)
        var end = 0
        for space in spaces {
            number(space.position - end)
            end = space.position + 1
        }
        number(view.hidden.count)
        end = 0
        var letters: [Unicode.Scalar] = []
        for range in view.hidden {
            number(range.lowerBound - end)
            number(range.count)
            end = range.upperBound
            letters += text.living(range)
        }
        self.text(string(letters))
    }
}

extension TextStored {
    /// Every change that a run is of, or was deleted by; ascending.
    fileprivate var namedDots: [Dot] {
        var dots: [Dot] = []
        dots.reserveCapacity(runs.count * 2)
        for run in runs {
            if dots.last != run.dot { dots.append(run.dot) }
            if !run.isAlive, run.dispute < 0 { dots.append(run.deleter) }
        }
        for dispute in disputes { dots += dispute }
        dots.sort()
        var last: Dot?
        dots.removeAll { dot in
            defer { last = dot }
            return dot == last
        }
        return dots
    }
}

extension ByteReader {
    mutating func numbers() throws -> NumberColumn.Reader { try NumberColumn.Reader(&self, in: "text blob") }

    func dot(_ writers: inout NumberColumn.Reader, _ sequence: UInt32) throws -> Dot {
        guard sequence > 0 else { throw failure(.malformed) }
        return Dot(WriterOrdinal(UInt32(try writers.next(limit: Int(UInt32.max)))), sequence)
    }

    fileprivate mutating func contexts(_ stored: inout TextStored) throws {
        var dots = stored.namedDots
        if try byte() != 0 {
            dots = []
            let count = try number(limit: 2 * TextLimit.runCount)
            var (writers, sequences) = (try numbers(), try numbers())
            for _ in 0..<count { dots.append(try dot(&writers, UInt32(try sequences.next(limit: Int(UInt32.max))))) }
            try writers.finish()
            try sequences.finish()
        }
        var (counts, writers, lasts) = (try numbers(), try numbers(), try numbers())
        var previous: UInt32 = 0
        var entryCount = 0
        for named in dots {
            var entries: [Context.Entry] = []
            let count = try counts.next(limit: Limits.contextEntryCount)
            entryCount += count
            guard entryCount <= 4 * TextLimit.runCount else { throw failure(.tooLarge) }
            for _ in 0..<count {
                previous = try lasts.next(from: previous)
                let seen = try dot(&writers, previous)
                entries.append(.init(seen.writer, seen.sequence))
            }
            stored.contexts.append((named, Context(entries)))
        }
        try counts.finish()
        try writers.finish()
        try lasts.finish()
    }

    /// The living scalars: those shown, without the spaces that are in no change, and those that are not.
    fileprivate mutating func living(of shown: [Unicode.Scalar]) throws -> [Unicode.Scalar] {
        var living: [Unicode.Scalar] = []
        living.reserveCapacity(shown.count)
        var start = 0
        for _ in 0..<(try count(limit: TextLimit.runCount)) {
            let place = start + (try number(limit: TextLimit.scalarCount))
            guard place < shown.count else { throw failure(.malformed) }
            living += shown[start..<place]
            start = place + 1
        }
        living += shown[start...]
        var hidden: [Range<Int>] = []
        var end = 0
        for _ in 0..<(try count(limit: TextLimit.runCount, bytesEach: 2)) {
            let place = end + (try number(limit: TextLimit.scalarCount))
            let length = try number(limit: TextLimit.scalarCount)
            guard length > 0, place <= TextLimit.scalarCount else { throw failure(.malformed) }
            hidden.append(place..<place + length)
            end = place + length
        }
        let unseen = Array(try text(limit: TextLimit.byteCount * 4).unicodeScalars)
        guard !hidden.isEmpty else {
            guard unseen.isEmpty else { throw failure(.malformed) }
            return living
        }
        guard hidden.reduce(0, { $0 + $1.count }) == unseen.count else { throw failure(.malformed) }
        var all: [Unicode.Scalar] = []
        var (taken, from) = (0, 0)
        for range in hidden {
            let count = range.lowerBound - all.count
            guard count >= 0, from + count <= living.count else { throw failure(.malformed) }
            all += living[from..<from + count]
            all += unseen[taken..<taken + range.count]
            (from, taken) = (from + count, taken + range.count)
        }
        return all + living[from...]
    }
}
