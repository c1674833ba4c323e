import CRDT

/// What changes did to one text, columnar: all writers, all sequences, all offsets stand together.
///
/// Writers are numbers, as in a segment; whoever reads maps them to their own (`WriterNumbers`). Nothing is judged here but form
/// and limits: whether places and deletions exist is for `Text.take`.
private struct TextChangeColumns {
    /// In the order in which they are written.
    enum Name: Int, CaseIterable {
        case writers, sequences, kinds, generationWriters, generationSequences, contextCounts, contextWriters, contextLasts
        case passageCounts, passageGaps, passageLengths, slots, parentWriters, parentSequences, parentOffsets, deleteCounts
        case deleteWriters, deleteSequences, deleteOffsets, deleteLengths
    }

    private(set) var all = [NumberColumn](repeating: NumberColumn(), count: Name.allCases.count)

    subscript(name: Name) -> NumberColumn {
        get { all[name.rawValue] }
        _modify { yield &all[name.rawValue] }
    }
}

/// Where a passage hangs, as it is written: at the beginning, after, in the place of, before a scalar, or after its own.
private enum SlotCode {
    static let beginning: UInt64 = 0, after: UInt64 = 1, inPlace: UInt64 = 2, before: UInt64 = 3, following: UInt64 = 4
}

/// What is left of a change's generation: none yet, one that was opened, one that is over; 4 is added by a change that opens one, 8
/// by one that leaves NULL.
private enum KindCode {
    static let first: UInt64 = 0, opened: UInt64 = 1, over: UInt64 = 2, opens: UInt64 = 4, leavesNull: UInt64 = 8
}

extension ByteWriter {
    /// Changes of one text, in any order.
    package mutating func textChanges(_ changes: [TextChange]) {
        var columns = TextChangeColumns()
        var letters = String.UnicodeScalarView()
        var names = ByteWriter()
        var previous: UInt32 = 0
        var previousLast: UInt32 = 0
        for change in changes {
            let sequence = change.dot.sequence
            columns[.writers].append(change.dot.writer.number)
            columns[.sequences].append(signed: Int64(sequence) - Int64(previous))
            previous = sequence
            var kind = (change.opens == nil ? 0 : KindCode.opens) | (change.leavesNull ? KindCode.leavesNull : 0)
            switch change.generation {
            case .first: kind |= KindCode.first
            case .over: kind |= KindCode.over
            case .opened(let dot):
                kind |= KindCode.opened
                columns[.generationWriters].append(dot.writer.number)
                columns[.generationSequences].append(dot.sequence)
            }
            columns[.kinds].append(kind)
            if let opens = change.opens { names.nonce(opens) }
            columns[.contextCounts].append(change.context.entries.count)
            for entry in change.context.entries {
                columns[.contextWriters].append(entry.writer.number)
                columns[.contextLasts].append(signed: Int64(entry.last) - Int64(previousLast))
                previousLast = entry.last
            }
            columns[.passageCounts].append(change.passages.count)
            var end: UInt32 = 0
            for passage in change.passages {
                columns[.passageGaps].append(passage.offset - end)
                end = passage.offset + passage.count
                columns[.passageLengths].append(UInt64(passage.count) << 1 | (passage.letters == nil ? 0 : 1))
                letters.append(contentsOf: passage.letters ?? [])
                columns.append(passage.place, of: change.dot, passage.offset)
            }
            columns[.deleteCounts].append(change.deletes.count)
            var last = TextRange(change.dot, 0, count: 0)
            for range in change.deletes {
                columns[.deleteWriters].append(range.dot.writer.number)
                columns[.deleteSequences].append(signed: Int64(range.dot.sequence) - Int64(last.dot.sequence))
                columns[.deleteOffsets].append(signed: Int64(range.offset) - Int64(last.dot == range.dot ? last.offset + last.count : 0))
                columns[.deleteLengths].append(range.count)
                last = range
            }
        }
        number(changes.count)
        for column in columns.all { column.write(to: &self) }
        raw(names.bytes)
        text(String(letters))
    }
}

extension TextChangeColumns {
    fileprivate mutating func append(_ place: TextPlace, of dot: Dot, _ offset: UInt32) {
        guard let parent = place.parent else { return self[.slots].append(SlotCode.beginning) }
        if place.slot == .after, parent.dot == dot, offset > 0, parent.offset == offset - 1 { return self[.slots].append(SlotCode.following) }
        switch place.slot {
        case .after: self[.slots].append(SlotCode.after)
        case .inPlace: self[.slots].append(SlotCode.inPlace)
        case .before: self[.slots].append(SlotCode.before)
        }
        self[.parentWriters].append(parent.dot.writer.number)
        self[.parentSequences].append(signed: Int64(parent.dot.sequence) - Int64(dot.sequence))
        self[.parentOffsets].append(parent.offset)
    }
}

/// The columns while they are read.
private struct TextChangeReaders {
    var columns: [NumberColumn.Reader] = []

    init(_ reader: inout ByteReader) throws {
        for _ in TextChangeColumns.Name.allCases { columns.append(try NumberColumn.Reader(&reader, in: "text changes")) }
    }

    typealias Column = TextChangeColumns.Name

    subscript(column: Column) -> NumberColumn.Reader {
        get { columns[column.rawValue] }
        _modify { yield &columns[column.rawValue] }
    }

    mutating func dot(_ writers: Column, _ writerCount: Int, _ sequence: UInt32) throws -> Dot {
        let writer = try self[writers].next(limit: Int(UInt32.max))
        guard writer < writerCount, sequence > 0 else { throw self[writers].failure(.malformed) }
        return Dot(WriterOrdinal(UInt32(writer)), sequence)
    }
}

extension ByteReader {
    /// - Parameter writerCount: how many writers there are numbers for.
    /// - Throws: `tooLarge` beyond `TextLimit`, `malformed`, `truncated`, `trailing`.
    package mutating func textChanges(writerCount: Int) throws -> [TextChange] {
        let count = try number(limit: Limits.segmentChangeCount)
        var read = try TextChangeReaders(&self)
        var drafts: [(change: TextChange, lengths: [UInt64])] = []
        var openCount = 0
        var (previous, previousLast): (UInt32, UInt32) = (0, 0)
        var pieces = 0
        for _ in 0..<count {
            previous = try read[.sequences].next(from: previous)
            let dot = try read.dot(.writers, writerCount, previous)
            let kind = try read[.kinds].next()
            guard kind & 3 != 3, kind < 16, kind & 7 != KindCode.opens else { throw failure(.malformed) }
            var generation = kind & 3 == KindCode.over ? TextGeneration.over : .first
            if kind & 3 == KindCode.opened {
                let sequence = UInt32(try read[.generationSequences].next(limit: Int(UInt32.max)))
                generation = .opened(try read.dot(.generationWriters, writerCount, sequence))
            }
            let context = try textContext(&read, writerCount, &previousLast)
            pieces += context.entries.count
            let passageCount = try read[.passageCounts].next(limit: TextLimit.runCount)
            let deleteCount = try read[.deleteCounts].next(limit: TextLimit.runCount)
            pieces += passageCount + deleteCount
            guard pieces <= 3 * TextLimit.runCount else { throw failure(.tooLarge) }
            var change = TextChange(
                dot: dot, context: context, generation: generation, opens: kind & KindCode.opens == 0 ? nil : .zero,
                leavesNull: kind & KindCode.leavesNull != 0)
            if change.opens != nil { openCount += 1 }
            var lengths: [UInt64] = []
            try textPassages(passageCount, of: &change, &lengths, &read, writerCount)
            try textDeletes(deleteCount, of: &change, &read, writerCount)
            drafts.append((change, lengths))
        }
        for place in read.columns.indices { try read.columns[place].finish() }
        var names: [Nonce] = []
        for _ in 0..<openCount { names.append(try nonce()) }
        return try textLetters(drafts, names)
    }

    private func textContext(_ read: inout TextChangeReaders, _ writerCount: Int, _ previous: inout UInt32) throws -> Context {
        var entries: [Context.Entry] = []
        for _ in 0..<(try read[.contextCounts].next(limit: min(Limits.contextEntryCount, writerCount))) {
            previous = try read[.contextLasts].next(from: previous)
            let dot = try read.dot(.contextWriters, writerCount, previous)
            guard entries.last.map({ $0.writer < dot.writer }) ?? true else { throw failure(.malformed) }
            entries.append(.init(dot.writer, dot.sequence))
        }
        return Context(entries)
    }

    private func textPassages(
        _ count: Int, of change: inout TextChange, _ lengths: inout [UInt64], _ read: inout TextChangeReaders, _ writerCount: Int
    ) throws {
        var end = 0
        for _ in 0..<count {
            let offset = end + (try read[.passageGaps].next(limit: TextLimit.scalarCount))
            let length = try read[.passageLengths].next(limit: TextLimit.scalarCount << 1 | 1)
            end = offset + length >> 1
            guard end <= TextLimit.scalarCount else { throw failure(.tooLarge) }
            guard length > 1 else { throw failure(.malformed) }
            let place: TextPlace
            switch try read[.slots].next() {
            case SlotCode.beginning: place = .beginning
            case SlotCode.following:
                guard offset > 0 else { throw failure(.malformed) }
                place = TextPlace(.after, TextID(change.dot, UInt32(offset) - 1))
            case let code where code <= SlotCode.before:
                let sequence = try read[.parentSequences].next(from: change.dot.sequence)
                let dot = try read.dot(.parentWriters, writerCount, sequence)
                let parent = TextID(dot, UInt32(try read[.parentOffsets].next(limit: TextLimit.scalarCount)))
                let slot: TextPlace.Slot = code == SlotCode.after ? .after : code == SlotCode.inPlace ? .inPlace : .before
                guard slot != .after || parent.dot != change.dot || Int(parent.offset) + 1 != offset else { throw failure(.malformed) }
                place = TextPlace(slot, parent)
            default: throw failure(.malformed)
            }
            change.passages.append(TextPassage(offset: UInt32(offset), place: place, deletedCount: UInt32(length >> 1)))
            lengths.append(UInt64(length))
        }
    }

    private func textDeletes(_ count: Int, of change: inout TextChange, _ read: inout TextChangeReaders, _ writerCount: Int) throws {
        var last = TextRange(change.dot, 0, count: 0)
        for _ in 0..<count {
            let sequence = try read[.deleteSequences].next(from: last.dot.sequence)
            let dot = try read.dot(.deleteWriters, writerCount, sequence)
            let offset = try read[.deleteOffsets].next(from: last.dot == dot ? last.offset + last.count : 0, limit: UInt32(TextLimit.scalarCount))
            let length = try read[.deleteLengths].next(limit: TextLimit.scalarCount - Int(offset))
            guard length > 0 else { throw failure(.malformed) }
            last = TextRange(dot, offset, count: UInt32(length))
            change.deletes.append(last)
        }
    }

    /// The letters of all passages that have any, in order.
    private mutating func textLetters(_ drafts: [(change: TextChange, lengths: [UInt64])], _ names: [Nonce]) throws -> [TextChange] {
        let letters = Array(try text(limit: Limits.segmentByteCount).unicodeScalars)
        guard !letters.contains("\0") else { throw failure(.malformed) }
        var names = names[...]
        var start = 0
        var changes: [TextChange] = []
        for (draft, lengths) in drafts {
            var passages: [TextPassage] = []
            for (passage, length) in zip(draft.passages, lengths) {
                guard length & 1 == 1 else {
                    passages.append(passage)
                    continue
                }
                guard Int(passage.count) <= letters.count - start else { throw failure(.malformed) }
                passages.append(TextPassage(
                    offset: passage.offset, place: passage.place, letters: Array(letters[start..<start + Int(passage.count)])))
                start += Int(passage.count)
            }
            changes.append(TextChange(
                dot: draft.dot, context: draft.context, passages: passages, deletes: draft.deletes, generation: draft.generation,
                opens: draft.opens == nil ? nil : names.popFirst(), leavesNull: draft.leavesNull))
        }
        guard start == letters.count else { throw failure(.malformed) }
        return changes
    }
}
